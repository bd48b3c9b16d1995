"""Limits on couplings from low energies: Gaussian limits, magnetic moments, decays, muonium, Upsilon; the records and the plane."""

from dataclasses import replace
from functools import partial
from math import pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkrecoil import models
from darkrecoil._errors import BadValue, UnknownName
from darkrecoil.constants import ALPHA_0, FERMI, M_E, M_MU
from darkrecoil.constraints import computed, couplings, flavour, measurements, moments, muonium, plane, upsilon
from darkrecoil.constraints.computed import _line, thermal_targets
from darkrecoil.models._couplings import Current
from darkrecoil.models._flavour import by_dipole

close = partial(pytest.approx, rel=1e-6, abs=0.0)
LFV, ZPRIME = models.find("lfv_zprime"), models.find("lmu_ltau")


# Gaussian limits


def test_a_limit_far_from_zero_is_one_sided_and_at_zero_two_sided():
    assert couplings.upper(50.0, 1.0, 0.95) == close(51.6449, rel=1e-5)
    assert couplings.upper(0.0, 1.0, 0.95) == close(1.95996, rel=1e-5)
    assert couplings.upper(-3.0, 1.0, 0.95) > 0
    assert couplings.upper(-8.0, 1.0, 0.95) == close(3 / 8, rel=0.1)  # an exponential's tail, ln(20)/8


@settings(derandomize=True, deadline=None, max_examples=30)
@given(value=st.floats(-5, 5), level=st.floats(0.5, 0.99))
def test_the_limit_holds_its_share_of_the_positive_part(value, level):
    found = couplings.upper(value, 1.0, level)
    x = np.linspace(0, 12, 60001)
    density = np.exp(-((x - value) ** 2) / 2)
    assert density[x <= found].sum() / density.sum() == pytest.approx(level, abs=2e-3)


def test_refusals_of_numbers():
    with pytest.raises(BadValue, match="the error of a measurement must be positive: 0"):
        couplings.upper(1.0, 0.0, 0.95)
    with pytest.raises(BadValue, match="a confidence level: 95; allowed: between 0 and 1"):
        couplings.upper(1.0, 1.0, 95)
    assert couplings.reached(lambda g: g**4, 1e-8, 1e-6, 1.0) == close(1e-2)
    assert couplings.reached(lambda g: g**4, 2.0, 1e-6, 1.0) is None
    assert couplings.reached(lambda g: g**4, 1e-30, 1e-6, 1.0) == 1e-6


# Magnetic moments


@pytest.mark.parametrize("preset", measurements.MUON)
def test_the_favoured_band_gives_the_measured_shift(preset):
    low, high = moments.favoured(ZPRIME, 0.1, "mu", preset, 1.0)
    shift = measurements.MUON[preset]
    assert models.anomalous_moment(ZPRIME, 0.1, high) == close(shift.value + shift.error)
    if shift.value > shift.error:
        assert models.anomalous_moment(ZPRIME, 0.1, low) == close(shift.value - shift.error)
    else:
        assert low == 0


def test_a_limit_by_a_shift():
    found = moments.limit(ZPRIME, 0.1, "mu", "2025")
    assert models.anomalous_moment(ZPRIME, 0.1, found) == close(couplings.upper(3.8e-10, 6.3e-10, 0.95))
    assert moments.limit(ZPRIME, 0.1, "mu", "2019") > found
    assert moments.limit(ZPRIME, 0.1, "e") is None  # no coupling to electrons
    assert moments.limit(ZPRIME, 10.0, "mu", "2021", level=0.9) < moments.limit(ZPRIME, 10.0, "mu", "2021")


def test_a_shift_of_the_wrong_sign():
    """An electron in the muon's loop lowers a_mu: the limit is that of a negative shift, and nothing is favoured."""
    given = {"g_emu": 1.0}
    assert models.anomalous_moment(LFV, 1.0, 1e-2, "mu", given) < 0
    found = moments.limit(LFV, 1.0, "mu", "2021", parameters=given)
    assert -models.anomalous_moment(LFV, 1.0, found, "mu", given) == close(couplings.upper(-25.1e-10, 5.9e-10, 0.95))
    assert moments.favoured(LFV, 1.0, "mu", "2021", parameters=given) is None


def test_presets_by_name():
    assert measurements.shift_of("mu").name == "2025"
    assert measurements.shift_of("e", "cs-2018").value < 0 < measurements.shift_of("e", "rb-2020").value
    with pytest.raises(UnknownName, match="no measurement of a_mu of this name: 2020; known: 2019, 2021, 2025"):
        measurements.shift_of("mu", "2020")
    with pytest.raises(UnknownName, match="lepton with a measured magnetic moment"):
        measurements.shift_of("tau")
    with pytest.raises(UnknownName, match="decay with an upper limit"):
        measurements.bounds_on("mu- -> e- e-")


def test_every_measurement_has_a_source_and_a_status():
    for shift in (*measurements.MUON.values(), *measurements.ELECTRON.values(), measurements.TRIDENT):
        assert shift.error > 0 < len(shift.source)
        assert shift.status in ("published", "recall")
    for bound in (*measurements.BOUNDS, *measurements.UNSEEN, *measurements.UPSILON, measurements.MUONIUM):
        assert 0 < bound.value < 1e-2
        assert bound.level in (0.9, 0.95)
        assert bound.experiment in bound.source


# Decays


@pytest.mark.parametrize("decay", ["mu- -> e- gamma", "mu- -> e- e- e+"])
def test_a_limit_by_a_decay_gives_its_branching_fraction(decay):
    given = {"g_emu": 1.0, "g_mumu": 1.0, "g_ee": 0.3}
    (bound,) = measurements.bounds_on(decay)
    found = flavour.limit(LFV, 1.0, decay, given)
    assert flavour.branching_fraction(LFV, 1.0, found, decay, given) == close(bound.value, rel=1e-4)
    assert flavour.limit(LFV, 1.0, decay, {"g_emu": 1.0}) is None or decay.endswith(("gamma", "e+"))


def test_three_electrons_by_the_photon():
    """Without a coupling to electrons the pair comes from the dipole."""
    given = {"g_emu": 1.0, "g_mumu": 1.0}
    photon, pair = (flavour.branching_fraction(LFV, 1.0, 1e-3, f"mu- -> e- {end}", given) for end in ("gamma", "e- e+"))
    assert pair == close(photon * by_dipole("mu", "e"))
    assert flavour.branching_fraction(LFV, 1.0, 1e-3, "tau- -> e- mu- mu+", {"g_etau": 1.0, "g_mumu": 1.0}) > 0
    assert flavour.branching_fraction(LFV, 1.0, 1e-3, "tau- -> e- e- mu+", {"g_etau": 1.0, "g_emu": 1.0}) > 0


def test_an_unseen_boson():
    found = flavour.limit(LFV, 0.05, "mu- -> e- X", {"g_emu": 1.0})
    assert found == close(sqrt(1e-5 * 2.996e-19 * 16 * pi * 0.05**2 / M_MU**3 / (1 - 0.224) ** 2 / (1 + 0.448)), rel=0.02)
    assert flavour.limit(LFV, 0.5, "mu- -> e- X", {"g_emu": 1.0}) is None
    assert flavour.limit(LFV, 0.09, "mu- -> e- X", {"g_emu": 1.0}) is None  # no bound there
    with pytest.raises(UnknownName, match="no decay of this name: mu- -> e- pi0"):
        flavour.branching_fraction(LFV, 0.5, 0.1, "mu- -> e- pi0")


# Muonium


def contact(g_c):
    """The mass and coupling of a left-handed vector that is (4 G/sqrt2)(mubar gamma P_L e)^2."""
    return 1e4, Current(left=sqrt(8 * g_c * 1e8 / sqrt(2)))


def test_muonium_by_left_handed_currents():
    """8 G/(sqrt2 pi a^3) for either spin, P = 2.57e-5 (G/G_F)^2, 0.36 of it in 0.1 T, and G < 3.0e-3 G_F as MACS has it."""
    bohr = (M_E + M_MU) / (ALPHA_0 * M_E * M_MU)
    assert muonium.mixing(*contact(FERMI)) == close((8 * FERMI / (sqrt(2) * pi * bohr**3),) * 2)
    assert muonium.probability(*contact(FERMI), field=0.0) == close(2.57e-5, rel=0.005)
    share = muonium.probability(*contact(FERMI)) / muonium.probability(*contact(FERMI), field=0.0)
    assert share == close(1 / (1 + (0.1 / 0.1585) ** 2) / 2)
    assert sqrt(measurements.MUONIUM.value / muonium.probability(*contact(FERMI))) == close(3.0e-3, rel=0.01)


@pytest.mark.parametrize(
    ("current", "spins"), [(Current(1.0, 1.0), (3, -1)), (Current(-1.0, 1.0), (1, 5)), (Current(scalar=1.0), (1, -1))], ids=["V", "A", "S"]
)
def test_spins_of_other_currents(current, spins):
    """By Fierz transformations at rest, in units of a left-handed current's: sigma.sigma is 1 and -3."""
    unit, _ = muonium.mixing(1e5, Current(left=1.0))
    assert [x / unit for x in muonium.mixing(1e5, current)] == close([float(s) for s in spins], rel=1e-5)


def test_no_field_keeps_all_states_and_a_strong_one_none():
    assert muonium.probability(*contact(FERMI), field=50.0) < 1e-4 * muonium.probability(*contact(FERMI), field=0.0)
    assert muonium.probability(*contact(FERMI), field=1e-9) < muonium.probability(*contact(FERMI), field=0.0)
    assert muonium.limit(ZPRIME, 1.0) is None
    assert muonium.limit(LFV, 1.0, {"g_emu": 0.5}) == close(2 * muonium.limit(LFV, 1.0, {"g_emu": 1.0}))


# Upsilon


def test_upsilon_by_the_ratio_of_cross_sections():
    sigma = ALPHA_0 * 1e-6 / 24 * (1 - 4 / upsilon.MASS**2) ** 3
    muons = 4 * pi * ALPHA_0**2 / (3 * upsilon.MASS**2)
    assert upsilon.branching_fraction(2.0, 1e-3) == close(upsilon.TO_ELECTRONS * sigma / muons)
    assert upsilon.branching_fraction(9.5, 1.0) == 0
    assert upsilon.branching_fraction(1.0, upsilon.limit(1.0)) == close(4.5e-6)
    assert upsilon.limit(1.0, 0.25) == close(2 * upsilon.limit(1.0))
    assert upsilon.limit(9.3) is None
    assert upsilon.limit(1.0, 0.0) is None


# Records


def test_every_line_has_its_facts():
    for name in computed.names():
        facts = computed.facts(name)
        assert facts.name == name
        assert facts.model in models.names()
        assert facts.status == "computed"
        assert all((facts.title, facts.label, facts.references, facts.convention, facts.obtained))
        assert facts.level is not None or facts.level_note
        assert not facts.bands
    with pytest.raises(UnknownName, match="no computed constraint of this name: ccfr; "):
        computed.find("ccfr")


@pytest.mark.parametrize("name", ["a_mu_2021_lmu_ltau", "ccfr_trident_lmu_ltau", "babar_upsilon_invisible_alp"])
def test_bands_have_increasing_masses(name):
    found = computed.find(name)
    for band in found.bands:
        assert all(b > a for a, b in zip(band.x, band.x[1:], strict=False))
        assert len(band.x) == len(band.low)
        assert (band.high is None) == (found.kind != "favoured")
    assert computed.find(name) == found


def test_gaps_make_bands():
    found = _line.bands((1.0, 2.0, 3.0, 4.0, 5.0, 6.0), lambda m: None if m == 3.0 else m)
    assert [band.x for band in found] == [(1.0, 2.0), (4.0, 5.0, 6.0)]


def test_a_target_of_other_numbers():
    line = thermal_targets.line("scalar", 0.1, 4.0, (0.01, 0.03))
    found = line.computed()
    assert found.name == "thermal_scalar_0.1_4"
    assert found.parameters == {"alpha_D": 0.1, "ratio": 4.0}
    assert (found.x, found.y, found.kind) == ("m_chi", "y", "target")
    assert found.bands[0].low[0] < found.bands[0].low[1]


# The plane


def inside(constraint, emu, mumu):
    """Whether a point is in one of the bands, by straight lines in logarithms."""
    for band in constraint.bands:
        if band.x[0] <= emu <= band.x[-1]:
            low = np.exp(np.interp(np.log(emu), np.log(band.x), np.log(band.low)))
            high = np.exp(np.interp(np.log(emu), np.log(band.x), np.log(band.high))) if band.high else np.inf
            if low <= mumu <= high:
                return True
    return False


@pytest.mark.parametrize("g_ee", [0.0, 1e-3])
def test_points_of_the_plane_against_the_rate(g_ee):
    regions = {c.name: c for c in plane.lfv_plane(1.0, {"g_ee": g_ee} if g_ee else {})}
    region, (bound,) = regions["mu_to_e_gamma_lfv_plane"], measurements.bounds_on("mu- -> e- gamma")
    rng = np.random.default_rng(1)
    for emu, mumu in 10 ** rng.uniform(-6.5, 0.4, (25, 2)):
        rate = flavour.branching_fraction(LFV, 1.0, 1.0, "mu- -> e- gamma", {"g_emu": emu, "g_mumu": mumu, "g_ee": g_ee})
        if abs(np.log(rate / bound.value)) > 0.2:
            assert inside(region, emu, mumu) == (rate > bound.value), (emu, mumu)


def test_regions_of_the_plane():
    reach = plane.Reach("belle2", "Belle II", "belle2", ("arXiv:1912.11276",), 0.9, g_emu=0.02, g_mumu=0.05)
    found = {c.name: c for c in plane.lfv_plane(1.0, colliders=[reach])}
    product = sqrt(1.5e-13 / (2 * ALPHA_0 / (3 * pi))) * FERMI * 1.0  # a heavy Z', (g g')^2
    edge = found["mu_to_e_gamma_lfv_plane"].bands[0]
    assert edge.low[0] * edge.x[0] == close(product, rel=0.1)
    assert found["belle2_g_emu"].bands[0].x[0] == 0.02
    assert set(found["belle2_g_mumu"].bands[0].low) == {0.05}
    assert found["mup_e_to_mu_ep_lfv_plane"].bands[0].x[0] == close(muonium.limit(LFV, 1.0, {"g_emu": 1.0}))
    assert not inside(found["a_mu_lfv_plane"], 1e-5, 1e-4)
    assert inside(found["a_mu_lfv_plane"], 1e-5, 0.1)
    assert {c.x for c in found.values()} == {"g_emu"}
    assert "mu_to_e_X_lfv_plane" not in found
    light = {c.name for c in plane.lfv_plane(0.05)}
    assert "mu_to_e_X_lfv_plane" in light


def test_refusals_of_the_plane():
    with pytest.raises(BadValue, match="a coupling that spans the plane is no parameter: g_emu"):
        plane.lfv_plane(1.0, {"g_emu": 0.1})
    with pytest.raises(BadValue, match=r"the mass of Z' is out of range: 50 GeV"):
        plane.lfv_plane(50.0)
    assert replace(plane.TEMPLATE, name="x").model == "lfv_zprime"


def test_a_cancellation_leaves_a_gap_in_the_plane():
    """Electron and muon in the loop cancel at g_mumu near g_ee/2: allowed there, excluded on both sides."""
    g_ee, emu = 0.05, 3e-4
    region = next(c for c in plane.lfv_plane(3.0, {"g_ee": g_ee}) if c.name == "mu_to_e_gamma_lfv_plane")
    rates = [
        flavour.branching_fraction(LFV, 3.0, 1.0, "mu- -> e- gamma", {"g_emu": emu, "g_ee": g_ee, "g_mumu": g}) for g in (0.0, 0.01, 0.02)
    ]
    vertex = 0.01 * (3 * rates[0] - 4 * rates[1] + rates[2]) / (2 * (rates[0] - 2 * rates[1] + rates[2]))
    assert vertex == close(g_ee / 2, rel=0.1)
    assert not inside(region, emu, vertex)
    assert inside(region, emu, vertex / 2)
    assert inside(region, emu, vertex * 2)


def test_model_shows_the_decays():
    from darkrecoil.cli.model import properties

    found = properties("lfv_zprime", 1.0, 1e-3, {"g_emu": 1.0, "g_mumu": 1.0})["flavour_decays"]
    assert found["mu- -> e- gamma"] == close(flavour.branching_fraction(LFV, 1.0, 1e-3, "mu- -> e- gamma", {"g_emu": 1.0, "g_mumu": 1.0}))
    assert properties("lmu_ltau", 1.0, 0.1)["flavour_decays"] == {}
