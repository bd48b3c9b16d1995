"""Limits without a model, on a parameter, and where the branching fraction depends on the coupling; charge states of a signal."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from darkrecoil import analyses, chain, limits, models
from darkrecoil._errors import BadValue, UnknownName
from darkrecoil.constraints.couplings import crossing, stretches
from darkrecoil.detector import card as cards
from darkrecoil.generate.cross_section import integrate
from darkrecoil.generate.recipe import recipe
from darkrecoil.limits.charges import both, conjugated
from darkrecoil.limits.couplings import Couplings
from darkrecoil.limits.curve import curve
from darkrecoil.limits.interference import SQUARE, shapes, through, values
from darkrecoil.limits.settings import Settings
from darkrecoil.limits.strength import REFERENCE, Strength, range_of, strength

PUBLISHED = Settings(0.276, 0.90)
LFV = models.find("lfv_zprime")


def at(made, mass, settings=PUBLISHED):
    return next(p for p in curve(made, settings).points if p.mass == mass)


def couplings(made, cross_section, **given):
    """Of lfv_zprime at 1 GeV, where g_emu is scanned, from a cross-section in fb at the reference."""
    one = replace(made, model=LFV, strength=Strength("g_emu", {"g_chi": 1.0, **given}))
    return Couplings(one, 1.0, cross_section, PUBLISHED)


def test_a_limit_without_a_model_is_that_on_the_yield(small_study):
    """Over the efficiency it is the limit on the cross-section, but for the error of a generated efficiency."""
    free, model = at(small_study, 3.0, replace(PUBLISHED, independent=True)), at(small_study, 3.0)
    assert free.window == model.window
    assert free.background == model.background
    assert free.efficiency is free.expected_coupling is free.expected_cross_section is free.coupling_limit is None
    for one, two in zip(free.expected_efficiency_times_cross_section, model.expected_cross_section, strict=True):
        assert one == pytest.approx(two * model.efficiency, rel=2e-3)
    both_ways = zip(model.expected_efficiency_times_cross_section, model.expected_cross_section, strict=True)
    assert [one / two for one, two in both_ways] == pytest.approx([model.efficiency] * 5)


def test_a_curve_without_a_model_says_so(small_study):
    shown = limits.as_json(curve(small_study, replace(PUBLISHED, independent=True)))
    assert shown["model"] == "none"
    assert any("width of the peak" in line for line in shown["assumptions"])
    assert not any("BF(invisible)" in line for line in shown["assumptions"])
    point = shown["points"][1]
    assert len(point["expected_efficiency_times_cross_section_fb"]) == 5
    assert point["efficiency_times_cross_section_limit_fb"] is None
    assert "no data" in point["reason"]


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"model": "none", "parameters": {"g_emu": 0.1}}, "no parameter"),
        ({"model": "none", "scan": "g_emu"}, "no parameter"),
        ({"model": "lfv_zprime", "scan": "g_muon"}, "g_mumu"),
        ({"model": "lfv_zprime", "scan": "m_chi", "parameters": {"g_mumu": 0.1}}, "no parameter of lfv_zprime to scan of this name: m_chi"),
        ({"model": "lfv_zprime"}, "vertices whose couplings are not zero: see --param, --scan"),
        ({"model": "lfv_zprime", "scan": "g_mumu", "parameters": {"g_mumu": 0.1}}, "leave out --param g_mumu"),
    ],
)
def test_what_cannot_be_scanned_is_refused(how, says):
    given = {"search": "belle2_zprime_invisible", "masses": "3", "attempts": 8192}
    with pytest.raises((BadValue, UnknownName), match=says):
        limits.limit(**{**given, **how})


def test_what_is_scanned_is_a_number_of_the_model():
    assert strength(LFV, None, {"g_emu": 1.0}).at(0.3) == (0.3, {"g_emu": 1.0})
    scanned = strength(LFV, "g_emu", {"g_ee": 0.2})
    assert scanned.at(0.3) == (1.0, {"g_ee": 0.2, "g_emu": 0.3})
    assert range_of(LFV, scanned).name == "g_emu"
    assert range_of(LFV, Strength()) is LFV.coupling


def test_a_coupling_beside_an_order_one_decay_solves_its_equation(small_study):
    """sigma = s0 (g/g0)^2 and BF = 1/(1 + 2 g^2 r), r of phase space: g = g0 sqrt(t/(1 - 2 t g0^2 r)) with t = limit/s0."""
    some = couplings(small_study, 1000.0)
    assert not some.constant
    assert some.fraction(1e-6) == pytest.approx(1.0)
    ratio = (1 / some.fraction(1.0) - 1) / 2
    assert 0.9 < ratio < 1.0  # r < 1 by the muon's mass
    for limit in (1.0, 100.0, 5000.0):
        share = limit / 1000.0
        found = some.one(limit)
        assert found == pytest.approx(REFERENCE * sqrt(share / (1 - 2 * share * REFERENCE**2 * ratio)), rel=1e-9)
        assert some.rate(found) == pytest.approx(limit)
        assert some.above(limit) == ((pytest.approx(found), 3.0),)


def test_a_cross_section_that_no_coupling_reaches_has_none(small_study):
    """With g_chi = 1 the rate saturates at s0/(2 g0^2 r); a quantile beyond that is None, and so is the limit of such a median."""
    some = couplings(small_study, 1000.0)
    most = some.rate(3.0)
    assert some.one(1.01 * most) is None
    assert some.several((0.1 * most, 0.99 * most, 1.1 * most, 2 * most, 3 * most))[2:] == (None, None, None)
    assert "g_emu up to 3" in some.why_none((0.1 * most, most, 1.1 * most, 2 * most, 3 * most))
    assert some.several((2 * most,) * 5) is None
    assert some.why_none((0.1 * most,) * 5) is None


def test_a_rate_that_rises_and_falls_excludes_an_interval(small_study):
    """Where the other couplings grow with the one that is scanned, a model may hide again: BF falls faster than sigma grows."""

    class Falling(Couplings):
        def fraction(self, coupling=REFERENCE):
            return 1 / (1 + (coupling / 0.1) ** 4)

    some = Falling(replace(small_study, model=LFV, strength=Strength("g_emu")), 1.0, 1000.0, PUBLISHED)
    ((low, high),) = some.above(400.0)
    assert low < REFERENCE < high
    assert some.rate(low) == pytest.approx(400.0)
    assert some.rate(high) == pytest.approx(400.0)


def test_a_fraction_of_one_is_a_pure_square(small_study):
    some = replace(couplings(small_study, 1000.0), settings=replace(PUBLISHED, invisible="1"))
    assert some.constant
    assert some.one(250.0) == pytest.approx(REFERENCE / 2)


BESIDE = Strength("g_mumu", {"g_ee": 0.05})
MU_MU_Z = "e+ e- -> mu+ mu- Z'"


@pytest.fixture(scope="module")
def parabola(small_study):
    """g_ee = 0.05 gives mu+ mu- Z' without g_mumu, at 3 GeV."""
    card = small_study.card
    return shapes([MU_MU_Z], LFV, [3.0], small_study.alpha, card, cards.sqrt_s(card.beams), BESIDE, 1, 2)[3.0]


def test_a_cross_section_beside_other_couplings_is_a_parabola(small_study, parabola):
    """Of a constant and a square, for Z' of electrons and of muons are radiated with opposite charge parity."""
    card = small_study.card
    assert sum(parabola) == pytest.approx(1.0)
    assert parabola[1] == pytest.approx(0.0, abs=0.02)
    assert parabola[0] > 0.5
    alone = shapes([MU_MU_Z], LFV, [3.0], small_study.alpha, card, cards.sqrt_s(card.beams), Strength("g_mumu"), 1, 2)
    assert alone == {3.0: SQUARE}
    made = replace(small_study, model=LFV, strength=BESIDE, shapes={1.0: (0.3, 0.1, 0.6)})
    rate = Couplings(made, 1.0, 1000.0, replace(PUBLISHED, invisible="1"))
    assert rate.rate(0.2) == pytest.approx(1000.0 * (0.3 + 0.2 + 2.4))
    assert rate.rate(rate.one(2900.0)) == pytest.approx(2900.0)
    assert rate.one(2900.0) == pytest.approx(0.2)


def test_other_couplings_that_give_more_than_the_limit_alone_leave_none(small_study):
    """The smallest number of a range is no limit: no smaller one gives less. All of it is excluded, and the reason says by what."""
    made = replace(small_study, model=LFV, strength=Strength("g_mumu", {"g_ee": 0.05}), shapes={1.0: (0.5, 0.0, 0.5)})
    some = Couplings(made, 1.0, 1000.0, replace(PUBLISHED, invisible="1"))
    assert some.one(400.0) is None
    assert some.above(400.0) == ((3e-6, 3.0),)
    found = some.several((300.0, 400.0, 450.0, 600.0, 800.0))
    assert found == (None, None, None, pytest.approx(0.1 * sqrt(0.2)), pytest.approx(0.1 * sqrt(0.6)))
    for said in (some.why_none((300.0, 400.0, 450.0, 600.0, 800.0)), some.why_none((600.0,) * 5, 450.0)):
        assert "g_ee = 0.05 alone, without g_mumu, gives more" in said
        assert "lower one of these, or --scan it" in said
    assert some.why_none((600.0,) * 5, 700.0) is None


def test_a_range_that_begins_above_the_limit_has_none(small_study):
    """Where BF depends on the coupling and the smallest that the model allows gives more already."""

    class High(Couplings):
        range = (0.05, 3.0)

    some = High(couplings(small_study, 1000.0).made, 1.0, 1000.0, PUBLISHED)
    assert some.one(0.5 * some.rate(0.05)) is None
    assert "the smallest g_emu of lfv_zprime, 0.05" in some.why_none((0.5 * some.rate(0.05),) * 5)
    assert some.one(2 * some.rate(0.05)) > 0.05


def test_a_parabola_holds_over_the_whole_range():
    """Errors of 0.3 % stay below 1 % anywhere, where a parabola through 0, 1 and 2 is off by tens of percent at 30."""
    rng, at = np.random.default_rng(3), values(LFV, Strength("g_mumu", {"g_ee": 0.05}))
    assert at == pytest.approx((0.0, 1.0, 15.0, 30.0))

    def sigma(x):
        return 5.0 + 0.4 * x + 0.1 * x * x

    everywhere = np.linspace(0.0, 30.0, 301)
    for _ in range(100):
        noisy = [(sigma(x) * (1 + 0.003 * rng.standard_normal()), 0.003 * sigma(x)) for x in at]
        none, one, two = through(at, noisy, "x")
        assert none + one + two == pytest.approx(1.0)
        assert (none + one * everywhere + two * everywhere**2) * sigma(1.0) == pytest.approx(sigma(everywhere), rel=0.02)


def test_what_is_no_parabola_is_refused():
    at = (0.0, 1.0, 15.0, 30.0)
    with pytest.raises(BadValue, match="of x in g_emu at 3 GeV is no parabola"):
        through(at, [(1 + x**4, 0.001) for x in at], "x in g_emu at 3 GeV")


def test_the_parabola_gives_a_cross_section_that_it_was_not_made_of(small_study, parabola):
    """At g_mumu = 0.7, x = 7, over that at the reference."""
    root, alpha = cards.sqrt_s(small_study.card.beams), small_study.alpha
    made = {f"{g}": recipe(MU_MU_Z, alpha, root, LFV, 3.0, BESIDE.at(g)[0], parameters=BESIDE.at(g)[1]) for g in (REFERENCE, 0.7)}
    bench = chain.prepare(made, small_study.card, 1, 2)
    near, far = (integrate(bench.sources[g].sampler, 0.003, jobs=2).value for g in made)
    none, one, two = parabola
    assert none + 7 * one + 49 * two == pytest.approx(far / near, rel=0.015)


def test_a_crossing_is_found_from_either_side():
    assert crossing(lambda g: g * g >= 0.04, 0.01, 1.0) == pytest.approx(0.2)
    assert crossing(lambda g: g * g <= 0.04, 1.0, 0.01) == pytest.approx(0.2)


def test_stretches_end_where_the_grid_ends():
    grid = [0.01, 0.1, 1.0, 10.0]

    def stretched(holds):
        return stretches(grid, [holds(g) for g in grid], holds)

    assert stretched(lambda g: g > 0.3) == ((pytest.approx(0.3), 10.0),)
    assert stretched(lambda g: g < 0.3) == ((0.01, pytest.approx(0.3)),)
    assert stretched(lambda g: g < 0.03 or 0.3 < g < 3) == ((0.01, pytest.approx(0.03)), (pytest.approx(0.3), pytest.approx(3.0)))
    assert stretched(lambda g: g > 20) == ()


@pytest.mark.parametrize(
    ("process", "others", "states"),
    [
        ("e+ e- -> mu+ mu- Z'", {"Z'": "Z'"}, ["e+ e- -> mu+ mu- Z'"]),
        ("e+ e- -> e+ mu- Z'", {"Z'": "Z'"}, ["e+ e- -> e+ mu- Z'", "e+ e- -> e- mu+ Z'"]),
        ("e+ e- -> e+ mu- W", {"W": "W~"}, ["e+ e- -> e+ mu- W", "e+ e- -> e- mu+ W~"]),
        ("e+ e- -> gamma a", {"a": "a"}, ["e+ e- -> gamma a"]),
        ("e+ e- -> mu+ mu- N", {"N": "N~"}, ["e+ e- -> mu+ mu- N", "e+ e- -> mu- mu+ N~"]),
    ],
)
def test_charge_states(process, others, states):
    assert list(both(process, others)) == states


def test_conjugated_cuts():
    assert conjugated("theta(e-) > 17 deg") == "theta(e+) > 17 deg"
    assert conjugated("mass(mu+, tau-) > 1e-3") == "mass(mu-, tau+) > 1e-3"
    assert conjugated("count(mu, theta between 17 and 150 deg) == 2") == "count(mu, theta between 17 and 150 deg) == 2"


def test_two_charge_states_are_one_signal(small_study):
    """Cross-sections and events add up over the same attempts; efficiencies are means."""
    one = small_study.signals[3.0]
    two = chain.together("both", [one, one])
    assert two.attempts == one.attempts
    assert two.cross_section() == pytest.approx(2 * one.cross_section())
    assert len(two.values) == 2 * len(one.values)
    assert chain.together("alone", [one]) is one
    single, double = (chain.stream.flow(small_study.analysis, some, (8.0, 10.0)).rows[-1] for some in (one, two))
    assert double.efficiency == pytest.approx(single.efficiency)
    assert double.efficiency_error == pytest.approx(single.efficiency_error / sqrt(2), rel=0.01)


def test_every_search_for_a_recoil_has_a_benchmark():
    for name in analyses.names():
        search = analyses.find(name)
        if "X" not in search.signal.split():
            continue
        some = search.benchmark
        assert some is not None
        models.check(models.find(some[0]), 1.0, REFERENCE, some[1])
