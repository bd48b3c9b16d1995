"""A search applied to events: rows, sums, efficiencies, and what a search may not be."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from test_selection_nodes import EVENTS, MUON
from test_selection_quantities import events_of, track

from darkrecoil._errors import BadValue, UnknownName
from darkrecoil.selection import (
    Analysis,
    Dataset,
    correction_factors,
    count,
    cutflow,
    cutflow_from,
    dataset_of,
    mass,
    objects,
    particle_id,
    passing,
    recoil_mass_squared,
    relative_uncertainties,
    select,
    tally,
    trigger,
    values,
    words,
)

DATA = Dataset("small", 0.5, "belle2", {"a": (0.03, 0.0), "b": (0.04, 0.2)}, {"both": 0.5, "one": (0.5, 1.0)})
SEARCH = Analysis(
    title="A search",
    experiment="nobody",
    status="projection",
    signal="e+ e- -> mu+ mu- X",
    level=0.9,
    references=("none",),
    triggers=("ffo",),
    selection=(("two", count(MUON).equals(2)), ("heavy", mass(MUON) > 1, mass(MUON) < 6)),
    observable=recoil_mass_squared(MUON),
    window=2.0,
    backgrounds=("e+ e- -> tau+ tau-",),
    datasets=(DATA,),
    binning=(-2.0, 100.0, 51),
    masses=(0.0, 9.0),
)


def many(n, seed=3):
    """n events of one muon or two, weighted."""
    r = np.random.default_rng(seed)
    rows = [[track(r.uniform(0.5, 5), r.uniform(30, 130), r.uniform(-180, 180), 1.0) for _ in range(r.integers(1, 3))] for _ in range(n)]
    return events_of(rows, weight=r.exponential(size=n), lines={"ffo": r.random(n) < 0.8}, width=2)


def test_the_rows_are_the_trigger_and_those_of_the_table():
    assert [name for name, _ in words(SEARCH)] == ["trigger ffo", "two", "heavy"]
    assert words(SEARCH)[0][1] == "trigger line ffo"
    assert words(SEARCH)[2][1].count("mass of") == 2
    either = replace(SEARCH, triggers=("ffo", "hie"))
    assert words(either)[0] == ("trigger ffo or hie", "(trigger line ffo or trigger line hie)")
    assert [name for name, _ in words(replace(SEARCH, triggers=()))] == ["two", "heavy"]
    placed = replace(SEARCH, selection=(*SEARCH.selection, ("level 1", trigger("ffo"))))
    assert [name for name, _ in words(placed)] == ["two", "heavy", "level 1"]


def test_the_tally_counts_what_passes():
    names, sums = tally(SEARCH, EVENTS)
    two = EVENTS.trigger["ffo"] & (values(count(MUON), EVENTS) == 2)
    with np.errstate(invalid="ignore"):
        heavy = two & (values(mass(MUON), EVENTS) > 1) & (values(mass(MUON), EVENTS) < 6)
    masks = [np.ones(len(EVENTS), bool), EVENTS.trigger["ffo"], two, heavy]
    assert names == ("generated", "trigger ffo", "two", "heavy")
    expected = [[mask.sum(), EVENTS.weight[mask].sum(), (EVENTS.weight[mask] ** 2).sum()] for mask in masks]
    np.testing.assert_allclose(sums, expected, rtol=1e-13)
    assert 0 < sums[3, 0] < sums[2, 0] < sums[1, 0] < sums[0, 0]


def test_selected_events_are_those_of_the_last_row():
    chosen, sums = select(SEARCH, EVENTS)
    last = list(passing(SEARCH, EVENTS))[-1]
    assert chosen.attempt.tolist() == EVENTS.attempt[last].tolist()
    np.testing.assert_array_equal(sums, tally(SEARCH, EVENTS)[1])
    np.testing.assert_array_equal(select(SEARCH, chosen)[1][:, 0], [last.sum()] * 4)  # selecting again loses nothing
    np.testing.assert_array_equal(values(SEARCH.observable, chosen), values(SEARCH.observable, EVENTS)[last])


def test_the_cutflow_of_a_file_is_that_of_its_blocks_to_the_bit():
    events = many(3 * 8192 // 2)
    events = replace(events, attempt=np.arange(len(events)) * 2, attempts=3 * 8192)  # half of the attempts have no weight
    total = np.zeros((4, 3))
    for block in range(3):
        total = total + tally(SEARCH, events.where(events.attempt // 8192 == block))[1]
    assert cutflow(SEARCH, events) == cutflow_from(SEARCH, total, 3 * 8192)


def test_the_cutflow_of_equal_weights_is_binomial():
    events = events_of([[track(3.0, 60, 0, 1.0, muon=float(i % 4 == 0))] for i in range(200)], weight=[2.0] * 200, width=1)
    events = replace(events, attempts=1000)
    search = replace(SEARCH, triggers=(), selection=(("muon", count(objects("track", particle_id("muon"))).equals(1)),))
    first, last = cutflow(search, events).rows
    assert (first.events, first.cross_section, first.efficiency, first.efficiency_error, first.text) == (200, 0.4, 1.0, 0.0, "")
    assert (last.events, last.cross_section, last.efficiency) == (50, 0.1, 0.25)
    assert last.efficiency_error == pytest.approx(sqrt(0.25 * 0.75 / 200), rel=1e-12)
    assert last.error == pytest.approx(2 * sqrt(0.05 * 0.95 / 1000), rel=1e-12)
    assert last.text == "1 = number of tracks (identified as muon)"


def test_the_error_of_a_weighted_efficiency_is_the_spread_of_many_samples():
    r = np.random.default_rng(11)
    n, samples = 400, 4000
    w = r.exponential(size=(samples, n)) ** 1.5
    passed = r.random((samples, n)) < np.where(w > 1, 0.6, 0.2)  # the efficiency depends on the weight
    spread = ((w * passed).sum(axis=1) / w.sum(axis=1)).std()
    table = replace(SEARCH, triggers=(), selection=SEARCH.selection[:1])
    sums = [[[n, a.sum(), (a**2).sum()], [p.sum(), a[p].sum(), (a[p] ** 2).sum()]] for a, p in zip(w[:200], passed[:200], strict=True)]
    errors = [cutflow_from(table, np.array(some), n).rows[1].efficiency_error for some in sums]
    assert np.mean(errors) == pytest.approx(spread, rel=0.05)  # 1/sqrt(2 * 4000) = 1.1 % and the ratio's own bias


@pytest.mark.parametrize("row", [[0, 0.0, 0.0], [100, 50.0, 30.0]])
def test_none_or_all_is_not_known_without_error(row):
    table = replace(SEARCH, triggers=(), selection=SEARCH.selection[:1])
    last = cutflow_from(table, np.array([[100, 50.0, 30.0], row]), 100).rows[1]
    assert last.efficiency == row[1] / 50
    assert last.efficiency_error == pytest.approx(30.0 / 50.0**2)


def test_a_cutflow_needs_events_of_its_own_table():
    with pytest.raises(BadValue, match="another table"):
        cutflow_from(SEARCH, np.ones((3, 3)), 10)
    with pytest.raises(BadValue, match="of nothing"):
        cutflow_from(SEARCH, np.zeros((4, 3)), 10)
    with pytest.raises(BadValue, match="of nothing"):
        cutflow_from(SEARCH, np.ones((4, 3)), 0)


def test_uncertainties_and_corrections_of_a_data_set():
    assert relative_uncertainties(DATA) == pytest.approx((0.05, 0.2))
    assert correction_factors(DATA) == (0.25, 0.5)
    assert correction_factors(DATA, without=("one",)) == (0.5, 0.5)
    assert correction_factors(DATA, without=("one", "both")) == (1.0, 1.0)
    with pytest.raises(UnknownName, match="did you mean 'both'"):
        correction_factors(DATA, without=("bot",))
    assert dataset_of(SEARCH, "small") is DATA
    with pytest.raises(UnknownName, match="known: small"):
        dataset_of(SEARCH, "2018")
    assert relative_uncertainties(replace(DATA, systematics={})) == (0.0, 0.0)


ROW = SEARCH.selection[0]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"selection": (("empty",),)}, "asks for nothing: empty"),
        ({"selection": (ROW, ROW)}, "two rows have one name: two"),
        ({"selection": (("generated", ROW[1]),)}, "two rows have one name: generated"),
        ({"selection": (("trigger ffo", ROW[1]),)}, "two rows have one name: trigger ffo"),
        ({"selection": (("x", count(MUON)),)}, "no condition: count"),
        ({"selection": (("x", False),)}, "no condition: False"),
        ({"selection": (("x", particle_id("muon")),)}, "asks something of one object"),
        ({"selection": (("x", trigger("hie")),)}, "not those of the search: ['ffo', 'hie']"),
        ({"observable": count(MUON).equals(2)}, "no quantity of an event"),
        ({"observable": MUON}, "no quantity of an event"),
        ({"level": 1.0}, "level is out of range"),
        ({"window": 0.0}, "window is not positive"),
        ({"status": "valid"}, "did you mean 'validated'"),
        ({"method": "feldman"}, "known: bayes, cls, fc"),
        ({"references": ()}, "needs its references"),
        ({"title": ""}, "needs its title"),
        ({"signal": "mu mu X"}, "not a process: mu mu X"),
        ({"backgrounds": ("e+ e- -> tau+ tau-",) * 2}, "two backgrounds have one name"),
        ({"datasets": (DATA, DATA)}, "two data sets have one name: small"),
        ({"binning": (1.0, 0.0, 5)}, "binning"),
        ({"masses": (2.0, 1.0)}, "range of masses"),
    ],
)
def test_a_search_that_cannot_be_meant_is_refused(change, says):
    with pytest.raises((BadValue, UnknownName)) as refused:
        replace(SEARCH, **change)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"luminosity": -0.276}, "luminosity of data set 'small' is not positive: -0.276 fb^-1"),
        ({"luminosity": float("nan")}, "not positive: nan"),
        ({"systematics": {"a": (0.1, -0.1)}}, "systematic 'a'"),
        ({"systematics": {"a": (5.0, 0.0)}}, "from 0 to 1"),
        ({"systematics": {"a": 0.05}}, "(signal, background)"),
        ({"corrections": {"a": 0.0}}, "correction 'a'"),
        ({"corrections": {"a": (1.0, -1.0)}}, "correction 'a'"),
    ],
)
def test_a_data_set_that_cannot_be_is_refused(change, says):
    with pytest.raises(BadValue) as refused:
        replace(DATA, **change)
    assert says in str(refused.value)
