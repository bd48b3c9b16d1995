"""Decays of new particles: lifetimes, chains, branching fractions, spectra, and what cannot be."""

from dataclasses import replace
from functools import partial
from itertools import pairwise
from math import pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import chi2, kstest
from unstable import C, amplitudes, back_to_back, case, decays, particles, squared_mass

from darkrecoil import models
from darkrecoil._errors import BadValue, DarkrecoilError, UnknownName
from darkrecoil.constants import F_PI, FERMI, HBARC, M_E, M_MU, M_PI, M_PI0, V_UD
from darkrecoil.generate import api
from darkrecoil.generate.unstable import events, plan, steps
from darkrecoil.kinematics.frames import unboost
from darkrecoil.models import _inelastic as inelastic
from darkrecoil.models import _mesons as mesons
from darkrecoil.models._couplings import Current, numbers
from darkrecoil.records import Field, Vertex

close = partial(pytest.approx, abs=0.0)  # pytest's own abs, 1e-12, is more than many a width
DARK = {"alpha_D": 0.1, "m_chi": 0.3, "delta": 0.4}
CHAIN = ("A' -> chi1 chi2", "chi2 -> chi1 e+ e-")
CHI1, CHI2, A_PRIME = 52, 4000052, 55
PROBABLE = 1e-3  # of a fluctuation that is taken for a fault; seeds are fixed


def fits(counts, expected, rows=None):
    """Whether counts fluctuate about what is expected."""
    counts, expected = np.ravel(counts), np.ravel(expected)
    keep = expected > 5
    value = (((counts - expected) ** 2)[keep] / expected[keep]).sum()
    return chi2.sf(value, (rows or keep.sum()) - 1) > PROBABLE


# lifetimes


@pytest.mark.parametrize("boost", [0.1, 1.0, 300.0])
def test_decay_lengths_are_exponential_with_the_mean_of_lifetime_and_boost(boost):
    n, mass = 20_000, 0.02
    some = case("dark_photon", mass, 1e-4)
    momentum = np.array([np.hypot(1, boost), 0.6 * boost, 0.0, 0.8 * boost]) * mass
    other = np.array([11.0, *-momentum[1:]])
    made = events.decayed(particles((A_PRIME, 22), np.tile([momentum, other], (n, 1, 1))), decays(some, ["A' -> e+ e-"], (A_PRIME, 22)))
    ctau = HBARC / models.partial_widths(some.model, mass, 1e-4)["e+ e-"]  # the only open decay: that is the total width
    where = made.vertex[:, 2]
    length = np.linalg.norm(where[:, 1:], axis=1)
    assert np.array_equal(where, made.vertex[:, 3])
    assert kstest(length / (boost * ctau), "expon").pvalue > PROBABLE
    assert length.mean() == close(boost * ctau, rel=4 / sqrt(n))
    assert np.allclose(where[:, 1:], length[:, None] * [0.6, 0.0, 0.8], rtol=1e-12)
    assert np.allclose(where[:, 0] * C, length * np.hypot(1, boost) / boost, rtol=1e-12)  # t = L/(beta c)
    assert not made.vertex[:, :2].any()  # the A' and the photon are made at the origin


def test_the_lifetime_is_that_of_all_decays_not_only_those_asked_for():
    some = case("dark_photon", 1.0)
    one = plan.plan(["A' -> mu+ mu-"], some, [A_PRIME]).unstable[A_PRIME]
    assert one.ctau == close(models.ctau(some.model, 1.0, 1e-3), rel=1e-14)
    assert one.fraction == close(models.branching_fractions(some.model, 1.0, 1e-3)["mu+ mu-"], rel=1e-14)


def test_flight_and_direction_have_random_numbers_of_their_own():
    some = case("dark_photon", 0.02, 1e-4)
    made = events.decayed(particles((A_PRIME, 22), back_to_back(4000, 0.02)), decays(some, ["A' -> e+ e-"], (A_PRIME, 22)))
    k = np.array(unboost(tuple(made.momentum[:, 0].T), tuple(made.momentum[:, 2].T)))[1:]
    uniform = k[2], np.arctan2(k[1], k[0]) % (2 * pi), made.vertex[:, 2, 0]
    ranks = [np.argsort(np.argsort(some)) for some in uniform]
    assert np.abs(np.corrcoef(ranks) - np.eye(3)).max() < 4 / sqrt(4000)


# chains


@settings(derandomize=True, deadline=None, max_examples=25)
@given(mass=st.floats(0.1, 9.0), share=st.floats(0.05, 0.9), delta=st.floats(0.05, 1.0), correlated=st.booleans())
def test_a_chain_conserves_momentum_event_by_event(mass, share, delta, correlated):
    m1 = share * mass / (2 + delta)
    some = case("dark_photon", mass, 1e-3, alpha_D=0.1, m_chi=max(m1, 1e-3), delta=delta)
    m1 = some.parameters["m_chi"]
    if delta * m1 < 2.1 * M_E:
        return
    before = particles((22, A_PRIME), back_to_back(64, mass)[:, ::-1])
    made = events.decayed(before, decays(some, CHAIN, (22, A_PRIME), correlated))
    p = made.momentum
    assert made.pid[0].tolist() == [22, A_PRIME, CHI1, CHI2, CHI1, -11, 11]
    assert made.status[0].tolist() == [1, 2, 1, 2, 1, 1, 1]
    assert made.mother[0].tolist() == [-1, -1, 1, 1, 3, 3, 3]
    for mother, daughters in ((1, [2, 3]), (3, [4, 5, 6])):
        assert np.allclose(p[:, daughters].sum(axis=1), p[:, mother], rtol=0, atol=1e-13 * 10.58)
    assert np.allclose(p[:, made.status[0] == 1].sum(axis=1), [10.58, 0, 0, 0], atol=1e-12)
    for slot, m in ((2, m1), (3, m1 * (1 + delta)), (4, m1), (5, M_E), (6, M_E)):
        assert np.allclose(squared_mass(p[:, slot]), m * m, atol=1e-13 * 10.58**2)


def test_a_chain_is_displaced_twice():
    some = case("dark_photon", 1.0, 1e-3, **DARK)
    n = 5000
    made = events.decayed(particles((22, A_PRIME), back_to_back(n, 1.0)[:, ::-1]), decays(some, CHAIN, (22, A_PRIME)))
    first, second = made.vertex[:, 3], made.vertex[:, 4]
    flight, p = second - first, made.momentum[:, 3]
    mass = 0.3 * 1.4
    ctau = models.ctau(some.model, 1.0, 1e-3, some.parameters, "chi2")
    proper = flight[:, 0] * C * mass / p[:, 0]
    assert np.allclose(flight[:, 1:], p[:, 1:] / p[:, :1] * flight[:, :1] * C, rtol=1e-9, atol=1e-12)
    assert kstest(proper / ctau, "expon").pvalue > PROBABLE
    assert np.array_equal(made.vertex[:, 2], first)
    assert 0 < np.linalg.norm(first[:, 1:], axis=1).max() < 1e-8 < np.linalg.norm(second[:, 1:], axis=1).min()


def test_products_are_made_where_the_mother_was_made_and_flew_to():
    some = case("dark_photon", 0.02, 1e-4)
    before = particles((A_PRIME, 22), back_to_back(50, 0.02))
    place = np.array([0.01, 1.0, -2.0, 3.0])
    there = replace(before, vertex=before.vertex + place)
    here, moved = (events.decayed(x, decays(some, ["A' -> e+ e-"], (A_PRIME, 22))).vertex for x in (before, there))
    assert np.allclose(moved, here + place, rtol=1e-12, atol=0)


def test_a_dark_higgs_boson_ends_as_four_leptons_and_pairs_have_the_mass_of_the_dark_photon():
    some = case("dark_higgs", 1.0, 1e-3, m_h=3.0)
    before = particles((A_PRIME, 54), back_to_back(500, 1.0, 3.0))
    made = events.decayed(before, decays(some, ["A'", "h' -> A' A'"], (A_PRIME, 54), correlated=True))
    assert made.pid.shape[1] == 2 + 2 + 2 + 4
    final = np.where((made.status == 1)[:, :, None], made.momentum, 0.0)
    assert np.allclose(final.sum(axis=1), [10.58, 0, 0, 0], atol=1e-12)
    assert ((made.status == 1).sum(axis=1) == 6).all()
    for slot in (2, 6, 8):
        assert np.allclose(squared_mass(made.momentum[:, slot : slot + 2].sum(axis=1)), 1.0, atol=1e-10)
        assert (made.pid[:, slot] == -made.pid[:, slot + 1]).all()


def test_an_antiparticle_decays_to_the_conjugate_states():
    some = case("heavy_neutrino", 2.0)
    n = some.model.pid
    for code in (n, -n):
        before = particles((12 if code < 0 else -12, code), back_to_back(200, 2.0)[:, ::-1])
        made = events.decayed(before, decays(some, ["N -> e- pi+"], (12 if code < 0 else -12, code), weak=True))
        assert (made.pid[:, 2:] == np.sign(code) * np.array([11, 211])).all()


def test_a_neutral_pion_is_two_photons():
    some = case("heavy_neutrino", 2.0)
    codes = -12, some.model.pid
    made = events.decayed(particles(codes, back_to_back(200, 2.0)[:, ::-1]), decays(some, ["N -> nu pi0"], codes, weak=True))
    assert made.pid[0].tolist() == [*codes, 111, 12, 22, 22]
    assert made.status[0].tolist() == [1, 2, 2, 1, 1, 1]
    assert np.allclose(squared_mass(made.momentum[:, 4:].sum(axis=1)), M_PI0**2, atol=1e-12)


# branching fractions


def test_final_states_come_by_their_branching_fractions():
    some = case("b_minus_l", 5.0)
    n = 20_000
    before = particles((22, 32), back_to_back(n, 5.0)[:, ::-1])
    made = events.decayed(before, decays(some, ["Z'"], (22, 32)))
    modes = [mode for mode in models.modes(some.model, 5.0, 1e-3) if mode.words != ("hadrons",)]  # which are not made
    total = sum(mode.width for mode in modes)
    codes = {"e+": -11, "mu+": -13, "tau+": -15, "nu_e~": -12, "nu_mu~": -14, "nu_tau~": -16}
    counts = [np.count_nonzero((made.pid[:, 2:] == codes[mode.words[0]]).any(axis=1)) for mode in modes]
    assert sum(counts) == n
    assert fits(counts, [n * mode.width / total for mode in modes])


def test_the_cross_section_is_that_of_the_decays_asked_for():
    order = ("e+ e- -> mu+ mu- Z'", 3000, "lmu_ltau", 2.0, 0.1)
    whole = api.sample(*order)[1]
    fractions = models.branching_fractions(models.find("lmu_ltau"), 2.0, 0.1)
    total = 0.0
    for state in ("mu+ mu-", "invisible"):
        ordered, made = api.sample(*order, decays=[f"Z' -> {state}"])
        assert ordered.branching_fraction == close(fractions[state], rel=1e-12)
        assert made.cross_section.value == close(whole.cross_section.value * fractions[state], rel=1e-12)
        assert made.particles.weight.mean() == close(made.cross_section.value, rel=1e-12)
        total += made.cross_section.value
    assert total == close(whole.cross_section.value, rel=1e-12)


def test_a_chains_fraction_is_the_product_and_modes_that_go_on_to_less_are_rarer():
    some = case("dark_photon", 1.0, 0.05, **{**DARK, "delta": 1.0, "alpha_D": 1e-4})  # chi2 decays to e e and mu mu
    both = models.branching_fractions(some.model, 1.0, 0.05, some.parameters)
    own = models.branching_fractions(some.model, 1.0, 0.05, some.parameters, "chi2")
    assert 0.01 < own["chi1 mu+ mu-"] < 0.5
    assert 0.01 < both["chi1 chi2"] < 0.99
    made = plan.plan(["A'", "chi2 -> chi1 mu+ mu-"], some, [A_PRIME])
    expected = 1 - both["hadrons"] - both["chi1 chi2"] * (1 - own["chi1 mu+ mu-"])
    assert plan.fraction(made, [22, A_PRIME]) == close(expected, rel=1e-12)
    assert plan.fraction(made, [A_PRIME, A_PRIME]) == close(expected**2, rel=1e-12)
    (share,) = (c.share for c in made.unstable[A_PRIME].channels if CHI2 in c.pid)
    assert share == close(both["chi1 chi2"] * own["chi1 mu+ mu-"] / expected, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "mass", "text", "states"),
    [
        ("lmu_ltau", 1.0, "Z' -> invisible", {"nu_mu~ nu_mu", "nu_tau~ nu_tau"}),
        ("lmu_ltau", 1.0, "Z' -> nu nu", {"nu_mu~ nu_mu", "nu_tau~ nu_tau"}),
        ("lmu_ltau", 1.0, "Z' -> nu_mu nu_mu~", {"nu_mu~ nu_mu"}),
        ("lmu_ltau", 1.0, "Z' -> mu- mu+", {"mu+ mu-"}),
        ("heavy_neutrino", 1.0, "N -> e- e+ nu", {"e+ e- nu_e"}),
        ("heavy_neutrino", 1.0, "N -> mu+ e- nu_mu", {"e- mu+ nu_mu"}),
        ("heavy_neutrino", 1.0, "N~ -> e+ pi-", {"e- pi+"}),
        ("heavy_neutrino", 1.0, "N -> invisible", {"nu_e nu_e nu_e~", "nu_e nu_mu nu_mu~", "nu_e nu_tau nu_tau~"}),
        ("alp", 1.0, "a", {"gamma gamma"}),
        ("leptophilic_scalar", 1.0, "S", {"e+ e-", "mu+ mu-", "gamma gamma"}),
        ("lepton_contact", 0.0, "all", set()),
    ],
)
def test_the_words_of_a_decay_find_its_final_states(name, mass, text, states):
    some = case(name, mass, 1e-3)
    found = plan.plan([text], some, [some.model.pid or 13]).unstable.get(some.model.pid)
    assert {" ".join(c.words) for c in (found.channels if found else ())} == states


# widths and spectra against what the amplitude machine has not seen


def integrated(some, word, channel):
    """The width, GeV, of a three-body channel by Gauss and Legendre over the table's |M|^2."""
    unstable = plan.plan([f"{word} -> {channel}"], some, [A_PRIME, some.model.pid, CHI2]).unstable
    found = next(u for u in unstable.values() if u.word == word)
    made = steps.step(found, found.channels[0], amplitudes(some, weak=word == "N"))
    low, high = steps._range(made.mass, made.masses, made.alone)
    x, w = np.polynomial.legendre.leggauss(80)
    angle = (x + 1) * pi / 2  # square roots at both ends become smooth
    q = low + (high - low) * (1 - np.cos(angle)) / 2
    weight = w * pi / 2 * (high - low) / 2 * np.sin(angle)
    c, wc = np.polynomial.legendre.leggauss(12)
    values = made.squares(np.repeat(q, 12), np.tile(c, 80)).reshape(80, 12) @ wc
    whole = (values * made.flat(q) * weight).sum()
    return whole * 8 * pi**2 / ((2 * pi) ** 5 * 16 * made.mass**2) / 2, found.width * found.fraction  # PDG eq. 49.20; spin 1/2


@pytest.mark.parametrize(
    ("name", "mass", "parameters", "word", "channel", "rel"),
    [
        ("dark_photon", 1.0, DARK, "chi2", "chi1 e+ e-", 1e-8),
        ("dark_photon", 1.0, {**DARK, "delta": 1.5}, "chi2", "chi1 mu+ mu-", 1e-8),
        ("dark_photon", 0.5, {**DARK, "delta": 1.5}, "chi2", "chi1 e+ e-", 1e-6),  # close below its pole
        ("heavy_neutrino", 2.0, {}, "N", "e- mu+ nu", 2e-3),  # contact: m_N^2/M_W^2
        ("heavy_neutrino", 2.0, {}, "N", "e+ e- nu", 2e-3),
        ("heavy_neutrino", 2.0, {}, "N", "mu+ mu- nu", 2e-3),
    ],
)
def test_three_body_widths_by_the_amplitude_machine_and_by_formula(name, mass, parameters, word, channel, rel):
    found, expected = integrated(case(name, mass, 1e-3, **parameters), word, channel)
    assert found == close(expected, rel=rel, abs=0)


def test_a_heavy_fermion_decays_slowly_as_the_fifth_power_of_the_splitting():
    """Two limits: a small splitting, and a vector of zero mass difference from the published width of a pseudo-Dirac pair."""
    mass, split, boson, g, lepton = 10.0, 0.01, 50.0, 0.3, 0.02
    found = inelastic.to_pair(mass + split, mass, (boson, 0.0), Current(g, g), Current(lepton, lepton), 0.0, 0.0)
    assert found == close((g * lepton) ** 2 * split**5 / (60 * pi**3 * boson**4), rel=5e-3)


def test_a_fermion_to_a_fermion_and_a_vector():
    """The top quark's width (PDG), and by a vector coupling the longitudinal part that current conservation removes for equal masses."""
    from darkrecoil.models._two_body import fermion_to_fermion_and_vector as width

    g, m, w = 0.65, 172.0, 80.4
    x = (w / m) ** 2
    assert width(m, 0.0, w, g / sqrt(2), 0.0) == close(g**2 * m**3 / (64 * pi * w**2) * (1 - x) ** 2 * (1 + 2 * x), rel=1e-12)
    assert width(1.0, 0.5, 0.3, 0.2, 0.7) == close(width(1.0, 0.5, 0.3, 0.7, 0.2), rel=1e-14)
    assert width(1.0, 0.8, 0.3, 1.0, 1.0) == 0


def test_an_on_shell_vector_takes_the_place_of_a_virtual_one():
    some = case("dark_photon", 0.1, 1e-3, alpha_D=0.1, m_chi=0.3, delta=0.5)
    assert models.branching_fractions(some.model, 0.1, 1e-3, some.parameters, "chi2") == {"chi1 A'": 1.0}
    made = plan.plan(["chi2", "A' -> e+ e-"], some, [CHI2])
    assert plan.fraction(made, [CHI2]) == close(1.0)


def test_majorana_pairs_are_counted_once_and_equal_a_dirac_fermion_without_splitting():
    model = models.find("dark_photon")
    found = models.partial_widths(model, 3.0, 1e-3, {"alpha_D": 0.1, "m_chi": 0.5, "delta": 0.0})["chi1 chi2"]
    r = (0.5 / 3) ** 2
    assert found == close(0.1 * 3 / 3 * (1 + 2 * r) * sqrt(1 - 4 * r), rel=1e-12)
    assert "chi1 chi2" not in models.partial_widths(model, 3.0, 1e-3)
    assert models.ctau(model, 3.0, 1e-3, {"alpha_D": 0.1, "m_chi": 0.5, "delta": 0.0}, "chi2") is None


def test_pions_from_a_heavy_neutrino():
    """f_pi and V_ud give the charged pion's measured lifetime; the width by explicit limits and by the amplitude machine."""
    pion = FERMI**2 * V_UD**2 * F_PI**2 * M_MU**2 * M_PI / (8 * pi) * (1 - (M_MU / M_PI) ** 2) ** 2
    assert 6.582119569e-25 / pion == close(2.6033e-8, rel=0.025)  # s; radiative corrections are 1.8 %, f^2 is known to 1 %
    unit = FERMI**2 * V_UD**2 * F_PI**2 / (16 * pi)
    assert mesons.to_lepton_and_pion(50.0, 0.0, 0.1) == close(unit * 50.0**3 * 0.01, rel=1e-4)
    assert mesons.to_lepton_and_pion(0.1, M_E, 1.0) == mesons.to_neutrino_and_pion(0.1, 1.0) == 0
    for text in ("N -> e- pi+", "N -> nu pi0"):
        some = case("heavy_neutrino", 0.6, 1e-3)
        found = plan.plan([text], some, [some.model.pid]).unstable[some.model.pid]
        made = steps.step(found, found.channels[0], amplitudes(some, weak=True))
        a, b = made.masses
        p = sqrt((made.mass**2 - (a + b) ** 2) * (made.mass**2 - (a - b) ** 2)) / (2 * made.mass)
        assert made.squared / 2 * p / (8 * pi * made.mass**2) == close(found.width * found.fraction, rel=1e-10)


def test_the_mass_of_the_pair_has_the_spectrum_of_the_exact_amplitude():
    some = case("dark_photon", 1.0, 1e-3, **{**DARK, "delta": 1.2})
    n, mass, m1 = 40_000, 0.3 * 2.2, 0.3
    made = events.decayed(particles((CHI2, 22), back_to_back(n, mass)), decays(some, ["chi2 -> chi1 mu+ mu-"], (CHI2, 22)))
    q = np.sqrt(squared_mass(made.momentum[:, 3:].sum(axis=1)))
    values = numbers(some.model, 1.0, 1e-3, some.parameters)
    line = (1.0, models.total_width(some.model, 1.0, 1e-3, some.parameters))
    dark = Current(sqrt(4 * pi * 0.1), sqrt(4 * pi * 0.1))
    pair = Current(1e-3 * values["e"], 1e-3 * values["e"])
    edges = np.linspace(2 * M_MU, mass - m1, 41)

    def density(x):
        made = inelastic.fermion_to_fermion_and_vector(mass, m1, x, dark.left, dark.right)
        width = inelastic.vector_to_fermions(x, M_MU, M_MU, pair.left, pair.right)
        return 2 * x * x / pi * width * made / ((x * x - line[0] ** 2) ** 2 + (line[0] * line[1]) ** 2)

    parts = np.array([quad(density, a, b)[0] for a, b in pairwise(edges)])
    total = models.partial_widths(some.model, 1.0, 1e-3, some.parameters, "chi2")["chi1 mu+ mu-"]
    assert parts.sum() == close(total, rel=1e-6)
    counts, _ = np.histogram(q, edges)
    assert counts.sum() == n
    assert fits(counts, n * parts / parts.sum())


@pytest.mark.parametrize(
    ("name", "mass", "parameters", "word"),
    [
        ("dark_photon", 1.0, DARK, "chi2"), ("dark_photon", 0.5, {**DARK, "delta": 1.6}, "chi2"),
        ("heavy_neutrino", 0.3, {}, "N"), ("heavy_neutrino", 5.0, {}, "N"),
    ],
)  # fmt: skip
def test_no_point_of_a_dalitz_plot_lies_above_its_bound(name, mass, parameters, word):
    some = case(name, mass, 1e-3, **parameters)
    made = plan.plan([word], some, [CHI2, some.model.pid])
    (found,) = (u for u in made.unstable.values() if u.word == word)
    rng = np.random.default_rng(1)
    for channel in found.channels:
        if len(channel.pid) != 3:
            continue
        one = steps.step(found, channel, amplitudes(some, weak=word == "N"))
        i, j = rng.integers(0, steps.MASSES, 60_000), rng.integers(0, steps.ANGLES, 60_000)
        q = one.edges[i] + rng.random(60_000) * np.diff(one.edges)[i]
        c = -1 + 2 / steps.ANGLES * (j + rng.random(60_000))
        ratio = one.squares(q, c) * one.flat(q) / one.most[i, j]
        assert ratio.max() < 1, channel
        assert np.average(ratio, weights=(one.most * np.diff(one.edges)[:, None])[i, j]) > 0.8  # of attempts are kept


# what cannot be


def sampled(*texts, process="e+ e- -> gamma A'", model="dark_photon", mass=1.0, parameters=None):
    return api.sample(process, 10, model, mass, None if model is None else 1e-3, decays=texts, parameters=parameters)


@pytest.mark.parametrize(
    ("how", "error", "says"),
    [
        ({"texts": ["A' -> tau+ tau-"]}, BadValue, r"the decay is closed: A' -> tau\+ tau-; open: e\+ e-, hadrons, mu\+ mu-"),
        ({"texts": ["A' -> e+ mu-"]}, UnknownName, r"no decay of this name: A' -> e\+ mu-; known: A' -> e\+ e-"),
        ({"texts": ["A' -> pi+ pi-"]}, UnknownName, r"no decay of this name: A' -> pi\+ pi-"),
        ({"texts": ["B -> e+ e-"]}, UnknownName, "no new particle of dark_photon of this name: B; known: A', all, chi1, chi2"),
        ({"texts": ["tau- -> e- nu nu"]}, UnknownName, "no new particle of dark_photon"),
        ({"texts": ["A' ->"]}, UnknownName, "not a decay: A' ->; write it as"),
        ({"texts": ["A' -> e+ e- -> x"]}, UnknownName, "not a decay"),
        ({"texts": ["A' A' -> e+ e-"]}, UnknownName, "not a decay"),
        ({"texts": [""]}, UnknownName, "not a decay"),
        ({"texts": ["chi2 -> chi1 e+ e-"]}, BadValue, "chi2 has no open decay: 0.11 GeV"),
        ({"texts": ["chi1"], "parameters": DARK}, BadValue, "chi1 has no open decay: 0.3 GeV"),
        ({"texts": ["A' -> e+ e-", CHAIN[1]], "parameters": DARK}, BadValue, "there is no chi2 to decay"),
        ({"texts": ["A'"], "model": None, "process": "e+ e- -> mu+ mu-", "mass": None}, BadValue, "need a model: A'; add --model"),
        ({"texts": ["a -> gamma gamma"], "model": "alp", "process": "e+ e- -> mu+ mu-"}, BadValue, "there is no a to decay"),
    ],
)
def test_what_cannot_decay_is_refused_in_one_line(how, error, says):
    with pytest.raises(error, match=says) as caught:
        sampled(*how.pop("texts"), **how)
    assert "\n" not in str(caught.value)


def test_a_final_state_without_particles_is_refused_or_left_out_with_a_note(monkeypatch):
    """The words of a mode that are no particles: "hadrons"."""
    some = case("dark_photon", 1.0)
    with pytest.raises(BadValue, match="not made of particles cannot be generated: A' -> hadrons"):
        plan.plan(["A' -> hadrons"], some, [A_PRIME])
    made = plan.plan(["A'"], some, [A_PRIME])
    assert any("A' decays to hadrons as well" in note for note in made.notes)
    assert made.unstable[A_PRIME].fraction < 0.9
    monkeypatch.setattr(models, "modes", lambda *_: (models.Mode(("hadrons",), 1e-9),))
    with pytest.raises(BadValue, match="no open decay of A' is made of particles"):
        plan.plan(["A'"], some, [A_PRIME])


def test_four_bodies_are_refused():
    some = case("dark_photon", 1.0)
    one = plan.plan(["A' -> e+ e-"], some, [A_PRIME]).unstable[A_PRIME]
    four = replace(one.channels[0], pid=(11, -11, 11, -11), masses=(M_E,) * 4, words=("e-", "e+", "e-", "e+"))
    with pytest.raises(BadValue, match=r"more than three particles cannot be generated: A' -> e- e\+ e- e\+"):
        steps.step(one, four, amplitudes(some))


def test_a_width_has_a_formula_or_is_refused():
    model = models.find("dark_photon")
    axial = replace(model, vertices=(*model.vertices[3:], Vertex(("e", "e", "A'"), "axial", 1.0)))
    with pytest.raises(BadValue, match=r"no width of chi2 for a vertex of dark_photon: e e A' \(a current that is not conserved\)"):
        models.partial_widths(axial, 1.0, 1e-3, DARK, "chi2")
    scalar = replace(
        model, others=(*model.others, Field("S", "S", "S", 35, 0, "1")), vertices=(Vertex(("chi1", "chi2", "S"), "scalar", 1.0),)
    )
    with pytest.raises(BadValue, match=r"chi1 chi2 S \(scalar\)"):
        models.partial_widths(scalar, 1.0, 1e-3, DARK, "chi2")
    with pytest.raises(UnknownName, match="no particle of dark_photon of this name: h'"):
        models.partial_widths(model, 1.0, 1e-3, DARK, "h'")


def test_what_stays_undecayed_or_is_wide_is_said():
    order, _ = sampled()
    assert order.notes == ("A' is left undecayed, c tau = 2.566e-06 cm: add --decay \"A'\"",)
    order, _ = sampled(CHAIN[0], parameters=DARK)
    assert len(order.notes) == 2
    assert "A' is generated at its mass, though its width is 2.9 % of it" in order.notes
    assert any(note.startswith("chi2 is left undecayed") for note in order.notes)
    order, _ = sampled(*CHAIN, parameters={**DARK, "alpha_D": 1e-3})
    assert order.notes == ()


def test_refusals_are_the_projects_own():
    assert issubclass(UnknownName, DarkrecoilError)
    with pytest.raises(UnknownName, match="at most two fermions that are their own antiparticles"):
        api.cross_section("e+ e- -> chi1 chi2 chi1 chi2", "dark_photon", 1.0, 1e-3, parameters=DARK)
