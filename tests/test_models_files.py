"""The models one by one: their numbers, names and conventions."""

from functools import partial
from math import pi, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkrecoil import models
from darkrecoil._errors import BadValue
from darkrecoil.cli.model import properties
from darkrecoil.constants import ALPHA_0, FERMI, HIGGS_VEV, M_E, M_MU, M_TAU, M_W, M_Z, SIN2_EFFECTIVE, W_W, W_Z
from darkrecoil.models import _couplings as couplings
from darkrecoil.models import _standard_model as standard
from darkrecoil.models import _two_body as two
from darkrecoil.models._expressions import real
from darkrecoil.records import Field

close = partial(pytest.approx, rel=1e-9, abs=0.0)  # pytest's own abs, 1e-12, is more than many a width
NAMES = models.names()
FIXED = {
    "alp": (), "dark_photon": (), "lmu_ltau": (), "leptophilic_scalar": (), "muonphilic_scalar": (), "heavy_neutrino": (), "b_minus_l": (),
    "lfv_zprime": ("g_emu", "g_etau", "g_mutau", "g_ee", "g_mumu", "g_tautau"),
    "dark_higgs": ("m_h", "alpha_D"),
    "lepton_contact": ("C_emu", "C_etau", "C_mutau"),
}  # fmt: skip


def somewhere(model):
    """A mass and a coupling in the model's range, and all its parameters."""
    mass = model.mass.default if model.mass.default is not None else 1.0
    return mass, sqrt(model.coupling.low * model.coupling.high)


def charge(word):
    return {"+": 1, "-": -1}.get(word[-1], 0)


def everything(model):
    """All fields by name, the model's particle among them."""
    own = Field(model.particle, model.particle, model.antiparticle or model.particle, model.pid, model.spin, "mass")
    return couplings.fields(model) | {model.particle: own}


def test_the_names_that_scripts_use_are_there():
    assert FIXED.keys() <= set(NAMES)
    for name, parameters in FIXED.items():
        assert {*parameters} <= {p.name for p in models.find(name).parameters}


PARTICLES = {
    "alp": "a", "dark_photon": "A'", "lfv_zprime": "Z'", "leptophilic_scalar": "S", "muonphilic_scalar": "S", "dark_higgs": "A'",
    "heavy_neutrino": "N", "b_minus_l": "Z'",
}  # fmt: skip


@pytest.mark.parametrize(("name", "particle"), PARTICLES.items())
def test_particles_have_the_words_that_a_user_types(name, particle):
    assert models.find(name).particle == particle


@pytest.mark.parametrize("vertex", [*standard.VERTICES, *(v for name in NAMES for v in models.find(name).vertices)], ids=str)
def test_every_vertex_conserves_charge_and_knows_its_fields(vertex):
    model = next((m for m in map(models.find, NAMES) if vertex in m.vertices), models.find("alp"))
    found = [everything(model)[name] for name in vertex.fields]
    charges = [charge(field.particle) for field in found]
    if vertex.structure == "gauge":
        assert vertex.fields[0] == vertex.fields[1]
        assert charges[2] == 0
    elif found[0].spin == 0.5:  # f1bar f2, then a boson or f3bar f4
        signs = (-1, 1, -1, 1) if len(charges) == 4 else (-1, 1, 1)
        assert sum(sign * q for sign, q in zip(signs, charges, strict=True)) == 0
    else:
        assert sum(charges) == 0
    if not model.vertices or vertex in standard.VERTICES:
        return
    values = couplings.numbers(model, *somewhere(model))
    assert couplings.strength(vertex, values) == couplings.strength(vertex, values)  # not NaN, and every name is known


@pytest.mark.parametrize("name", NAMES)
def test_every_default_is_in_its_range_and_the_limits_reference_coupling_is_allowed(name):
    model = models.find(name)
    mass, _ = somewhere(model)
    filled = models.check(model, mass, 0.1)
    assert filled.keys() == {p.name for p in model.parameters}


@pytest.mark.parametrize("name", NAMES)
def test_a_model_has_distinct_codes_and_words(name):
    model = models.find(name)
    known = everything(model)
    codes = [field.pid for field in known.values()]
    assert len(set(codes)) == len(codes)
    words = [{field.particle, field.antiparticle} for field in known.values()]
    assert sum(map(len, words)) == len(set().union(*words))


@pytest.mark.parametrize("name", NAMES)
@settings(derandomize=True, deadline=None, max_examples=10)
@given(where=st.floats(0, 1), high=st.booleans())
def test_the_verb_model_works_everywhere_in_the_range(name, where, high):
    model = models.find(name)
    mass = model.mass.default if model.mass.default is not None else model.mass.low * (model.mass.high / model.mass.low) ** where
    found = properties(name, mass, model.coupling.high if high else model.coupling.low)
    assert (found["a_mu"] is None or found["ctau_cm"] is None) == bool(found["reason"])
    assert found["width_gev"] is None or found["width_gev"] == close(sum(found["partial_widths_gev"].values()))


def test_alp():
    model = models.find("alp")
    assert models.partial_widths(model, 1.0, 1e-3) == close({"gamma gamma": 4.97359e-9}, rel=2e-6)
    assert models.ctau(model, 1.0, 1e-3) == close(3.96749e-6, rel=2e-6)  # cm
    assert models.anomalous_moment(model, 1.0, 1e-3) == 0


def test_dark_photon():
    model = models.find("dark_photon")
    widths = models.partial_widths(model, 1.0, 1e-3)
    assert list(widths) == ["e+ e-", "mu+ mu-", "tau+ tau-", "hadrons"]
    assert widths["e+ e-"] == close(2.43245e-9, rel=2e-6)
    assert widths["e+ e-"] == close(ALPHA_0 * 1e-6 / 3, rel=1e-9)
    high = models.branching_fractions(model, 10.0, 1e-3)
    assert high["e+ e-"] > high["mu+ mu-"] > high["tau+ tau-"] > 0.15
    assert high["hadrons"] == close(3.54 / 6.54, rel=0.02)
    assert models.anomalous_moment(model, 0.01, 1e-3) == close(1e-6 * ALPHA_0 / (2 * pi), rel=0.25)  # Schwinger's, mostly


@pytest.mark.parametrize(("g", "fraction"), [(1e-3, 0.999998), (0.01, 0.9998), (0.1, 1 / 1.02)])
def test_lfv_zprime_is_invisible_unless_told_otherwise(g, fraction):
    model = models.find("lfv_zprime")
    found = models.branching_fractions(model, 3.0, g, {"g_emu": 1.0})
    assert found["invisible"] == close(fraction, rel=1e-3 * g)  # massless formula: 2 g^2/(1 + 2 g^2)
    assert found["e+ mu-"] == found["e- mu+"] > 0
    assert models.branching_fractions(model, 3.0, g)["invisible"] == 1
    assert models.total_width(model, 3.0, g) == close(3.0 / (12 * pi))
    visible = models.branching_fractions(model, 3.0, g, {"g_emu": 1.0, "g_chi": 0.0})
    assert "invisible" not in visible
    assert visible["e+ mu-"] == 0.5
    heavy = models.branching_fractions(model, 3.0, g, {"g_emu": 1.0, "m_chi": 1.6})
    assert heavy["invisible"] == 0


def test_lfv_zprime_flavours_open_at_their_own_thresholds():
    parameters = dict.fromkeys(("g_emu", "g_etau", "g_mutau", "g_ee", "g_mumu", "g_tautau"), 0.1)
    model, thresholds = models.find("lfv_zprime"), {
        "e+ e-": 2 * M_E, "e+ mu-": M_E + M_MU, "mu+ mu-": 2 * M_MU, "e+ tau-": M_E + M_TAU, "mu- tau+": M_MU + M_TAU,
        "tau+ tau-": 2 * M_TAU,
    }  # fmt: skip
    for mass in (0.05, 0.15, 1.0, 1.8, 2.0, 4.0):
        widths = models.partial_widths(model, mass, 1.0, parameters)
        assert {state: widths[state] > 0 for state in thresholds} == {state: mass > low for state, low in thresholds.items()}


def test_leptophilic_scalar_widths_go_as_mass_squared():
    model = models.find("leptophilic_scalar")
    widths = models.partial_widths(model, 8.0, 2.0)
    for state, lepton in (("e+ e-", M_E), ("mu+ mu-", M_MU), ("tau+ tau-", M_TAU)):
        beta = sqrt(1 - (2 * lepton / 8.0) ** 2)
        assert widths[state] == close(4 * lepton**2 * 8.0 / (8 * pi * HIGGS_VEV**2) * beta**3, rel=1e-12)
    assert pytest.approx((sqrt(2) * FERMI) ** -0.5, abs=0.005) == HIGGS_VEV
    assert models.branching_fractions(model, 0.15, 1.0)["gamma gamma"] > 0.05  # below the muons' threshold loops matter


def test_muonphilic_scalar_decays_to_photons_below_the_muons_threshold():
    model = models.find("muonphilic_scalar")
    assert models.branching_fractions(model, 0.2, 0.1) == {"mu+ mu-": 0.0, "gamma gamma": 1.0}
    assert models.branching_fractions(model, 1.0, 0.1)["gamma gamma"] < 1e-4
    assert models.partial_widths(model, 1.0, 0.1)["mu+ mu-"] == close(0.01 / (8 * pi) * (1 - 4 * M_MU**2) ** 1.5)
    light = (2 * ALPHA_0 * 0.1 / (3 * pi * M_MU)) ** 2 * 0.01**3 / (64 * pi)
    assert models.total_width(model, 0.01, 0.1) == close(light, rel=2e-3)


def test_dark_higgs():
    model = models.find("dark_higgs")
    plain = models.partial_widths(models.find("dark_photon"), 4.0, 1e-3)
    assert models.partial_widths(model, 4.0, 1e-3) == plain  # no decay by the vertex in which the A' occurs twice
    values = couplings.numbers(model, 0.4, 1e-3, {"m_h": 3.0, "alpha_D": 0.2})
    vertex = model.vertices[-1]
    g = couplings.strength(vertex, values)
    assert g == close(sqrt(4 * pi * 0.2) * 0.4)
    (higgs,) = model.others
    assert real(higgs.mass, values) == 3.0
    assert real(higgs.width, values) == close(two.scalar_to_vectors(3.0, 0.4, 0.4, g, alike=True), rel=1e-12)
    assert real(higgs.width, {**values, "mass": 2.0}) == 0


def test_dark_higgs_vertex_is_the_derivative_of_the_mass_term():
    """(1/2) e_D^2 (v + h)^2 A'^2 = (1/2) m(h)^2 A'^2: the term linear in h is (m dm/dh) h A'^2, m = e_D (v + h)."""
    e, v, step = sqrt(4 * pi * 0.2), 1.7, 1e-5
    term = (0.5 * (e * (v + step)) ** 2 - 0.5 * (e * (v - step)) ** 2) / (2 * step)
    model = models.find("dark_higgs")
    values = couplings.numbers(model, e * v, 1e-3, {"alpha_D": 0.2})
    assert couplings.strength(model.vertices[-1], values) == close(term, rel=1e-9)


def test_b_minus_l():
    found = models.branching_fractions(models.find("b_minus_l"), 10.0, 0.1)
    assert found["invisible"] == close(1.5 / (4.5 + 1.06 * 4 / 3), rel=0.01)  # 3 (1/3)^2 for each of four quarks, and gluons
    assert models.branching_fractions(models.find("b_minus_l"), 1e-3, 0.1)["invisible"] == 1


def test_lepton_contact_has_no_particle():
    model = models.find("lepton_contact")
    assert models.partial_widths(model, 0.0, 1e-6) == {}
    assert models.ctau(model, 0.0, 1e-6) is None
    found = properties("lepton_contact", 0.0, 1e-6)
    assert found["width_gev"] is None
    assert "no new particle" in found["reason"]
    assert "e mu e e (VV)" in found["reason"]
    with pytest.raises(BadValue, match="the mass of lepton_contact is out of range"):
        models.check(model, 1.0, 1e-6)


def test_lepton_contact_parameters_choose_the_operators():
    model = models.find("lepton_contact")
    values = couplings.numbers(model, 0.0, 1e-6, {"C_emu": 0.0, "C_mutau_LL": 0.5})
    found = {(*v.fields, v.structure): couplings.strength(v, values) for v in model.vertices}
    assert found["e", "mu", "e", "e", "VV"] == 0
    assert found["e", "tau", "e", "e", "VV"] == found["mu", "tau", "e", "e", "VV"] == 1e-6
    assert found["mu", "tau", "e", "e", "LL"] == close(5e-7)


def test_a_particle_without_an_open_decay_has_a_reason():
    found = properties("lfv_zprime", 1.0, 0.1, {"m_chi": 1.0})
    assert found["ctau_cm"] is None
    assert found["width_gev"] == 0
    assert found["branching_fractions"] == {}
    assert found["reason"] == "no lifetime: Z' has no open decay"


def test_standard_model_strengths_are_those_of_the_fermi_constant():
    by = {(v.fields, v.structure): v.strength for v in standard.VERTICES}
    g = by[("nu_mu", "mu", "W"), "left"] * sqrt(2)
    assert g**2 / (8 * M_W**2) == close(FERMI / sqrt(2), rel=1e-12)
    z = by[("nu_e", "nu_e", "Z"), "left"] * 2
    assert z**2 / (8 * M_Z**2) == close(FERMI / sqrt(2), rel=1e-12)
    left, right = by[("e", "e", "Z"), "left"], by[("e", "e", "Z"), "right"]
    assert right - left == close(z / 2)  # the axial coupling knows no angle
    assert right / z == close(SIN2_EFFECTIVE)
    electric = [v for v in standard.VERTICES if "gamma" in v.fields]
    assert {(v.strength, v.parameter) for v in electric} == {(1.0, "e")}


def test_standard_model_total_widths_follow_from_its_couplings():
    """The W to nine doublets; the Z to leptons, and to quarks with T3 and Q of their own and 1.04 for gluons: within 2 %."""
    doublet = two.vector_to_fermions(M_W, 0.0, 0.0, standard.G_WEAK / sqrt(2), 0.0)
    assert 3 * doublet + 6 * 1.04 * doublet == close(W_W, rel=0.02)
    total = 0.0
    for t3, q, number in ((0.5, 0, 3), (-0.5, -1, 3), (0.5, 2 / 3, 2 * 3 * 1.04), (-0.5, -1 / 3, 3 * 3 * 1.04)):
        left, right = (standard.G_NEUTRAL * (t - q * SIN2_EFFECTIVE) for t in (t3, 0.0))
        total += number * two.vector_to_fermions(M_Z, 0.0, 0.0, left, right)
    assert total == close(W_Z, rel=0.02)


def test_standard_model_fields():
    by = {field.name: field for field in standard.FIELDS}
    assert [by[name].pid for name in ("e", "mu", "tau", "nu_e", "nu_mu", "nu_tau", "gamma", "Z", "W")] == [
        11,
        13,
        15,
        12,
        14,
        16,
        22,
        23,
        24,
    ]
    assert {name: real(field.mass, {}) for name, field in by.items()} == {
        "e": M_E, "mu": M_MU, "tau": M_TAU, "nu_e": 0, "nu_mu": 0, "nu_tau": 0, "gamma": 0, "Z": M_Z, "W": M_W
    }  # fmt: skip
    assert (by["W"].particle, by["W"].antiparticle) == ("W+", "W-")
