"""The suppression: what its variables are, how its values are found, stable and the same on every machine, and how they are asked."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from test_selection_quantities import BEAMS, events_of, track

from darkrecoil import analyses, limits, models
from darkrecoil._errors import BadValue, UnknownName
from darkrecoil.analyses._tau_suppression import tau_suppression
from darkrecoil.chain.stream import Selected, flow
from darkrecoil.constants import M_E, M_MU
from darkrecoil.kinematics.frames import beam_momenta, to_cms
from darkrecoil.limits import optimise, training
from darkrecoil.limits.curve import curve
from darkrecoil.limits.optimise import Cuts, applied
from darkrecoil.limits.settings import Settings
from darkrecoil.limits.study import tuned
from darkrecoil.selection import (
    Suppression,
    control,
    e_over_p,
    objects,
    pt_sum,
    recoil_across_cms,
    recoil_along_cms,
    values,
    words,
)

SEARCH = analyses.find("belle2_zprime_invisible")
BLOCK = 8192
GRID = (0.0, 0.5, 1.0, 1.5)
OWN = Settings(0.276, 0.90)


def momenta(tracks):
    """Each track's momentum (3,) in the e+e- rest frame by an explicit boost."""
    both = beam_momenta(BEAMS.electron, BEAMS.positron, BEAMS.half_crossing, M_E)
    fours = [(float(np.sqrt(M_MU**2 + t[0] ** 2 + t[1] ** 2 + t[2] ** 2)), *t[:3]) for t in tracks]
    return [np.array(to_cms(*both, four)[1:]) for four in fours]


@pytest.mark.parametrize("order", [1, -1])
def test_components_of_the_recoil_are_those_after_a_boost(order):
    pair = (track(3.0, 60, 10, 1.0), track(2.5, 70, 130, -1.0))[::order]
    muon = objects("track", hypothesis="muon")
    events = events_of([list(pair)])
    p = sorted(momenta(pair), key=np.linalg.norm, reverse=True)
    recoil = -(p[0] + p[1])
    for lepton, axis in zip(("faster", "slower"), p, strict=True):
        unit = axis / np.linalg.norm(axis)
        assert values(recoil_along_cms(lepton, muon), events)[0] == pytest.approx(recoil @ unit, abs=1e-9)
        across = np.linalg.norm(recoil - (recoil @ unit) * unit)
        assert values(recoil_across_cms(lepton, muon), events)[0] == pytest.approx(across, abs=1e-7)


def test_two_sets_of_one_are_one_set_of_two():
    pair = [track(3.0, 60, 10, 1.0, ecl=3.0), track(2.5, 70, 130, -1.0)]
    one, other = (objects("track", some, hypothesis="muon") for some in (e_over_p > 0.5, e_over_p < 0.5))
    both = objects("track", hypothesis="muon")
    for node in (lambda *s: recoil_across_cms("slower", *s), lambda *s: recoil_along_cms("faster", *s)):
        assert values(node(one, other), events_of([pair]))[0] == values(node(both), events_of([pair]))[0]
    assert np.isnan(values(recoil_across_cms("faster", both), events_of([pair[:1]]))[0])
    with pytest.raises(UnknownName, match="faster"):
        recoil_across_cms("first", both)
    assert len(tau_suppression(one, other).variables) == 3


@pytest.mark.parametrize("grid", [(), (0.0, 0.0), (1.0, 0.5), (0.0, float("nan"))])
def test_values_that_do_not_rise_are_refused(grid):
    muon = objects("track", hypothesis="muon")
    with pytest.raises(BadValue, match="do not rise"):
        Suppression("s", ((pt_sum(muon), grid),), (1.0, 2.0), "lmu_ltau")


def source(name, n, shape, seed, weight=1.0, observable=(-4.0, 60.0)):
    """Events spread over the observable with two variables of exponential ``shape``."""
    rng = np.random.default_rng(seed)
    found = rng.uniform(*observable, n)
    w = np.full(n, weight)
    tally = np.array([[n, w.sum(), (w**2).sum()]])
    return Selected(name, tally, found, w, n, weight / n, (), rng.exponential(shape, (n, 2)))


def signals():
    return {m: source(f"signal {m}", 4000, 2.0, i, 1.0, (m * m - 0.5, m * m + 0.5)) for i, m in enumerate((1.0, 2.0, 3.0, 4.0))}


def search(**how):
    muon = objects("track", hypothesis="muon")
    variables = tuple((recoil_along_cms(lepton, muon), GRID) for lepton in ("faster", "slower"))
    return replace(SEARCH, suppression=Suppression("s", variables, (1.0, 2.0, 3.0, 4.0), "lmu_ltau", **how))


def test_sums_of_choices_are_those_of_counting():
    how, some = search().suppression, source("b", 3000, 0.6, 9, 2.0)
    sums = optimise.left(how, some, (5.0, 12.0))
    here = (some.values > 5) & (some.values < 12)
    for i, x in enumerate(GRID):
        for j, y in enumerate(GRID):
            met = here & (some.variables[:, 0] >= x) & (some.variables[:, 1] >= y)
            assert sums[:, i, j] == pytest.approx([2.0 * met.sum(), 4.0 * met.sum()])


def test_background_that_is_softer_is_cut_away_and_one_that_is_alike_is_not():
    soft = optimise.find(search(), signals(), [source("b", 20000, 0.5, 7, 1000.0)], (1.0, 1.0))
    alike = optimise.find(search(), signals(), [source("b", 20000, 2.0, 7, 1000.0)], (1.0, 1.0))
    assert (soft.values > 0).any(axis=1).all()
    assert (soft.gain > 1.2).all()
    assert not alike.values.any()
    assert alike.at.tolist() == [1.0, 4.0, 9.0, 16.0]


def test_a_choice_leaves_enough_events():
    background = source("b", 20000, 0.5, 7, 1000.0)
    few, many = (optimise.find(search(fewest=n), signals(), [background], (1.0, 1.0)) for n in (10.0, 300.0))
    assert many.values.sum() < few.values.sum()


def test_the_order_of_events_and_their_last_bits_change_nothing():
    background = source("b", 20000, 0.5, 7, 1000.0)
    some = optimise.find(search(), signals(), [background], (1.0, 1.0))
    back = replace(background, values=background.values[::-1], weights=background.weights[::-1] * (1 + 1e-12),
                   variables=background.variables[::-1])  # fmt: skip
    assert np.array_equal(optimise.find(search(), signals(), [back], (1.0, 1.0)).values, some.values)


def test_a_path_is_the_best_of_all_and_prefers_the_loose_and_the_steady():
    rng = np.random.default_rng(3)
    merits = rng.uniform(0, 0.05, (4, 2, 2))
    merits[1, 0, 1] = -np.inf

    def cost(states):
        own = sum(-round(optimise.UNIT * merits[i][s]) if np.isfinite(merits[i][s]) else 10**12 for i, s in enumerate(states))
        loose = optimise.TIGHTER * sum(map(sum, states))
        steps = sum(abs(a - b) for s, t in pairwise(states) for a, b in zip(s, t, strict=True))
        return own + loose + optimise.OTHER * steps

    choices = [(i, j) for i in range(2) for j in range(2)]
    every = [(a, b, c, d) for a in choices for b in choices for c in choices for d in choices]
    assert cost(optimise.path(merits)) == min(map(cost, every))
    assert optimise.path(np.zeros((3, 4, 4))) == [(0, 0)] * 3


def test_cuts_are_asked_by_the_events_own_observable():
    cuts = Cuts("s", ("a", "b"), np.array([0.0, 10.0]), np.array([[0.0, 0.0], [1.0, 0.0]]), np.ones(2))
    some = replace(source("x", 3, 1.0, 1), values=np.array([-2.0, 5.0, 50.0]), variables=np.array([[0.1, 0.0], [0.49, 9.0], [1.0, 0.0]]))
    assert cuts.passed(some).tolist() == [True, False, True]
    left = applied(cuts, some)
    assert left.tally[-1].tolist() == [2.0, 2.0, 2.0]
    assert applied(cuts, left) is left
    assert applied(None, some) is some


# with the chain


def test_suppressed_events_are_a_row_of_the_cutflow(small_study):
    whole, left = small_study.table["e+ e- -> tau+ tau- (gamma)"], small_study.backgrounds[1]
    rows = flow(small_study.analysis, left).rows
    assert [row.name for row in rows][-2:] == ["no pi0", "tau suppression"]
    assert rows[-2].events == len(whole.values)
    assert rows[-1].events == len(left.values) < 0.5 * len(whole.values)
    assert any(line.startswith("tau suppression, by the Punzi") for line in curve(small_study, Settings(0.276, 0.9)).assumptions)


def test_what_is_gained_on_training_events_is_gained_on_others(small_study):
    """Judged on events that the values were not found on: fewer taus per signal event, by more than the training's own errors."""
    how, cuts = small_study.analysis.suppression, small_study.cuts
    assert how is not None
    signal = small_study.signals[3.0]
    share = signal.tally[-1, 1] / signal.tally[-2, 1]
    taus = [
        (some.values > 6) & (some.values < 12) for some in (small_study.table["e+ e- -> tau+ tau- (gamma)"], small_study.backgrounds[1])
    ]
    assert 0.3 < share < 1
    assert taus[1].sum() < 0.3 * share * taus[0].sum()
    assert cuts.gain[list(cuts.at).index(9.0)] > 1.3


def test_training_events_are_not_those_that_are_counted(small_study):
    made = limits.study(
        SEARCH, models.find("lmu_ltau"), SEARCH.datasets[0], [3.0], jobs=1, attempts=BLOCK, signal_attempts=BLOCK,
    )  # fmt: skip
    assert np.array_equal(made.cuts.values, small_study.cuts.values)  # whatever the attempts and the jobs


def test_the_suppression_is_found_for_the_luminosity_of_the_limit(small_study):
    """On the same events; at the data set's own it is the same."""
    same, far = tuned(small_study, Settings(0.276, 0.9)), tuned(small_study, Settings(5e4, 0.9))
    assert same.cuts is small_study.cuts
    assert [b.weights.tolist() for b in same.backgrounds] == [b.weights.tolist() for b in small_study.backgrounds]
    assert not np.array_equal(far.cuts.values, small_study.cuts.values)
    assert far.table is small_study.table
    assert (far.tuned, small_study.tuned) == (5e4, 0.276)
    taken = far.training
    events = {m: taken.events[name] for m, name in taken.signals.items()}, [taken.events[name] for name in taken.backgrounds]
    assert far.cuts.facts == optimise.find(SEARCH, *events, (0.79 * 0.65, 0.79 * 0.65 * 5e4)).facts
    assert [len(b.values) for b in far.backgrounds] == [int(far.cuts.passed(b).sum()) for b in far.table.values()]


@pytest.mark.parametrize(
    ("how", "scale"), [({"scenario": "statistics-only"}, (1.0, 1.0)), ({"without": ("data/MC",)}, (0.79, 0.79)), ({}, (0.5135, 0.5135))]
)
def test_the_suppression_follows_scenario_and_corrections(small_study, monkeypatch, how, scale):
    asked = []
    monkeypatch.setattr(training, "_FOUND", {})
    monkeypatch.setattr(optimise, "find", lambda *given: asked.append(given[-1]) or small_study.cuts)
    assert tuned(small_study, Settings(100.0, 0.9, **how)).cuts is small_study.cuts
    assert asked == [pytest.approx((scale[0], scale[1] * 100.0))]


def test_a_projection_has_cuts_of_its_own_at_each_luminosity(small_study, monkeypatch):
    """Each result says at which luminosity they were found."""
    monkeypatch.setattr(limits.api, "study", lambda *_, **how: tuned(small_study, how["settings"][0]))
    near, far = limits.project("belle2_zprime_invisible", "lmu_ltau", "3", ["276/pb", "50/ab"])
    assert [c.provenance.settings["suppression_luminosity_ifb"] for c in (near, far)] == [0.276, 5e4]
    assert near.provenance.settings["suppression"] != far.provenance.settings["suppression"]
    for made, where in ((near, "at 276/pb on"), (far, "at 50/ab on")):
        assert sum(line.startswith("tau suppression") and where in line for line in made.assumptions) == 1


def test_data_pass_the_cuts_of_their_limit(small_study):
    some, none = small_study, replace(small_study, cuts=replace(small_study.cuts, values=small_study.cuts.values + 100.0))
    data = replace(some.whole[3.0], values=np.full(60, 9.0), weights=np.ones(60), variables=some.signals[3.0].variables[:60] + 10.0)
    seen = [p.observed for made in (some, none) for p in limits.api.counted(made, replace(OWN, data=data)).points if p.mass == 3.0]
    assert seen == [60, 0]


@pytest.mark.parametrize("name", SEARCH.controls)
def test_a_control_region_is_a_table_without_suppression(name):
    some = control(SEARCH, name)
    assert some.suppression is None
    assert words(some)
    assert ("two muons" in dict(words(some))) == (name != "e mu")


def test_an_unknown_control_region_is_refused():
    with pytest.raises(UnknownName, match="mu mu gamma"):
        control(SEARCH, "mumu gamma")
