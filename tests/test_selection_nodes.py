"""The tree of a cut table and its readers, on tables that nobody wrote."""

import pickle
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_selection_quantities import BEAMS, cluster, events_of, track

from darkrecoil import selection as words
from darkrecoil._errors import BadValue
from darkrecoil.constants import GeV, deg
from darkrecoil.selection import Node, count, mass, objects, pt, recoil_theta, text, theta, trigger, values
from darkrecoil.selection.vocabulary.table import VOCABULARY

MUON = objects("track", theta.between(37 * deg, 120 * deg), pt > 0.15 * GeV, hypothesis="muon")


def test_a_table_reads_as_it_was_written():
    chosen = "tracks as muons (37 < theta < 120 deg, pT > 0.15 GeV)"
    assert text(count(MUON).equals(2)) == f"2 = number of {chosen}"
    assert text(recoil_theta(MUON) < 128 * deg) == f"theta of the recoil of {chosen} < 128 deg"
    assert text(trigger("ffo") | ~trigger("hie")) == "(trigger line ffo or not (trigger line hie))"
    assert text(count(words.others(MUON, objects("track"))) >= 1) == f"number of tracks other than {chosen} >= 1"
    assert text(count(words.pairs(objects("cluster"), words.pair_mass <= 0.145)).equals(0)) == (
        "0 = number of pairs of clusters with mass <= 0.145 GeV"
    )
    assert text(mass(MUON, objects("track", hypothesis="electron")) < 1) == f"mass of {chosen} and tracks as electrons < 1 GeV"
    assert text(words.charge(MUON).equals(0)) == f"0 = charge of {chosen}"
    assert text(words.transverse_opening(objects("track")) > 90 * deg) == "transverse opening angle of tracks > 90 deg"
    assert text(words.extra_energy(objects("cluster")) < 0.4) == "summed energy of clusters < 0.4 GeV"
    assert text(pt > 0.15) == "pT > 0.15 GeV"


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: 1 < count(MUON) < 3, "write .between(low, high)"),
        (lambda: (pt > 1) and (pt < 2), "&, |, ~"),
        (lambda: count(MUON) == 2, ".equals(2)"),
        (lambda: count(MUON) != 2, ".equals(2)"),
        (lambda: np.int64(2) == count(MUON), ".equals("),
        (lambda: count(MUON) > "2", "no finite number: '2'"),
        (lambda: count(MUON) > True, "no finite number: True"),
        (lambda: mass(MUON) > float("nan"), "no finite number: nan"),
        (lambda: mass(MUON) > float("inf"), "no finite number: inf"),
        (lambda: mass(MUON) > mass(MUON), "no finite number: mass"),
        (lambda: pt.between(2, 1), "between 2 and 1"),
        (lambda: (pt > 1) > 1, "'greater' is no quantity"),
        (lambda: MUON > 1, "'objects' is no quantity"),
        (lambda: (pt > 1) & pt, "not a condition: pt"),
        (lambda: (pt > 1) | True, "not a condition: True"),
        (lambda: ~pt, "not a condition: pt"),
        (lambda: (pt > 1) & (count(MUON) > 1), "one object and one on one event"),
        (lambda: (pt > 1) & (words.pair_mass > 1), "one object and one on one pair"),
    ],
)
def test_a_slip_is_refused(make, says):
    with pytest.raises(BadValue) as refused:
        make()
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_nodes_are_frozen_and_equal_if_written_alike():
    with pytest.raises(FrozenInstanceError):
        pt.unit = "MeV"  # type: ignore[misc]
    again = objects("track", theta.between(37 * deg, 120 * deg), pt > 0.15 * GeV, hypothesis="muon")
    assert again == MUON
    assert hash(again) == hash(MUON)
    assert pickle.loads(pickle.dumps(MUON)) == MUON
    for other in (
        objects("track"),
        replace(MUON, unit=""),
        objects("track", theta.between(37 * deg, 120 * deg), pt > 0.15, hypothesis="pion"),
    ):
        assert other != MUON
    assert Node("trigger", ("a,b",)).key != Node("trigger", ("a", "b")).key
    assert (pt > 1).key != (pt > 1 + 1e-15).key
    assert MUON != "muon"


def test_the_reflected_comparison_is_the_same():
    assert (count(MUON) < 2) == (count(MUON) < 2)
    assert (count(MUON) >= 2) == (count(MUON) >= 2)


def test_which_comparisons_hold_the_number_itself():
    events = events_of([[track(1.0, 90, 0, 1.0)] * 2])
    two = count(objects("track"))
    held = [two > 2, two < 2, two >= 2, two <= 2, two.equals(2), two.between(2, 3), two.between(1, 2), two.between(1, 3)]
    assert [bool(values(condition, events)[0]) for condition in held] == [False, False, True, True, True, False, False, True]


def test_what_is_shared_is_computed_once():
    memo = {}
    values(count(MUON).equals(2), EVENTS, memo)
    before = dict(memo)
    values(mass(MUON) < 4, EVENTS, memo)
    assert all(memo[key] is found for key, found in before.items())
    assert sum(key.startswith("theta") for key in memo) == 1


def test_every_word_is_told_and_has_its_unit():
    assert {word.unit for word in VOCABULARY.values()} == {"", "GeV", "GeV^2", "rad", "cm", "condition", "objects"}
    assert all(word.wording("one", "two", "three", "four", unit="") for word in VOCABULARY.values())


def _events(n=40):
    """Events of 0 to 3 tracks and clusters, seeded."""
    r = np.random.default_rng(5)

    def tracks():
        count_of = r.integers(0, 4)
        angles = [(r.uniform(0.2, 5), r.uniform(17, 150), r.uniform(-180, 180)) for _ in range(count_of)]
        return [track(*some, r.choice([-1.0, 1.0]), r.uniform(0, 0.5), float(r.random() < 0.8)) for some in angles]

    def clusters():
        return [cluster(r.exponential(0.4), r.uniform(12, 155), r.uniform(-180, 180)) for _ in range(r.integers(0, 4))]

    lines = {"ffo": r.random(n) < 0.7, "hie": r.random(n) < 0.5}
    return events_of([tracks() for _ in range(n)], [clusters() for _ in range(n)], lines=lines, weight=r.exponential(size=n), beams=BEAMS)


EVENTS = _events()
ALONE = [EVENTS.where(np.arange(len(EVENTS)) == i) for i in range(len(EVENTS))]

number = st.integers(-500, 900).map(lambda i: i / 128)
KINEMATIC = (words.pt, words.momentum, words.theta, words.phi, words.energy, words.energy_cms)
OF_TRACKS = (*KINEMATIC, words.ecl_energy, words.e_over_p)
OF_AN_EVENT = (words.mass, words.pt_sum, words.recoil_theta, words.recoil_mass_squared, words.transverse_opening)


@st.composite
def compared(draw, quantities):
    """One of the quantities, compared with random numbers."""
    quantity, value, way = draw(st.sampled_from(quantities)), draw(number), draw(st.integers(0, 5))
    ways = (quantity.__gt__, quantity.__lt__, quantity.__ge__, quantity.__le__, quantity.equals)
    return ways[way](value) if way < 5 else quantity.between(value, value + abs(draw(number)) + 0.1)


@st.composite
def combined(draw, leaf):
    """Up to three conditions, combined at random."""
    made = draw(leaf)
    for way in draw(st.lists(st.integers(0, 2), max_size=2)):
        made = ~made if way == 2 else made & draw(leaf) if way else made | draw(leaf)
    return made


@st.composite
def tracks(draw):
    leaf = st.one_of(compared(OF_TRACKS), st.just(words.particle_id("muon")))
    one, other = (objects("track", *draw(st.lists(combined(leaf), max_size=2)), hypothesis="muon") for _ in range(2))
    return words.others(one, other) if draw(st.integers(0, 3)) == 0 else one


@st.composite
def clusters(draw):
    leaf = compared((*KINEMATIC, words.angle_to_recoil(draw(tracks()))))
    return objects("cluster", *draw(st.lists(combined(leaf), max_size=2)))


@st.composite
def quantities(draw):
    """Any quantity of an event, of any objects."""
    some = draw(st.one_of(tracks(), clusters()))
    kind = draw(st.sampled_from(("count", "pairs", "charge", "energy", "both", "event", "event", "event")))
    if kind == "count":
        return words.count(some)
    if kind == "pairs":
        return words.count(words.pairs(some, draw(combined(compared((words.pair_mass,))))))
    if kind == "charge":
        return words.charge(draw(tracks()))
    if kind == "energy":
        return words.extra_energy(some)
    return draw(st.sampled_from(OF_AN_EVENT))(*((draw(tracks()), some) if kind == "both" else (some,)))


@st.composite
def tables(draw):
    """Conditions on an event, combined."""
    lines = st.sampled_from(["ffo", "hie"]).map(words.trigger)
    return draw(combined(st.one_of(quantities().flatmap(lambda q: compared((q,))), lines)))


def numbers_of(node):
    """Every number that is compared with something in the tree, in the unit in which it is told."""
    found = [a / deg if node.arguments[0].unit == "rad" else a for a in node.arguments if isinstance(a, float)] if told(node) else []
    return found + [v for a in node.arguments if isinstance(a, Node) for v in numbers_of(a)]


def told(node):
    return node.operation in ("greater", "less", "at_least", "at_most", "equal", "between")


@settings(derandomize=True, deadline=None, max_examples=150)
@given(tables(), st.lists(st.booleans(), min_size=len(EVENTS), max_size=len(EVENTS)))
def test_any_table_means_the_same_to_every_reader(table, kept):
    mask = values(table, EVENTS)
    assert mask.dtype == np.bool_
    assert mask.shape == (len(EVENTS),)
    assert mask.tolist() == [bool(values(table, one)[0]) for one in ALONE]
    np.testing.assert_array_equal(values(table, EVENTS.where(np.array(kept))), mask[np.array(kept)])
    np.testing.assert_array_equal(values(~table, EVENTS), ~mask)
    shown = text(table)
    assert "\n" not in shown
    for value in numbers_of(table):
        assert f"{value:.10g}" in shown


@settings(derandomize=True, deadline=None, max_examples=100)
@given(quantities())
def test_any_quantity_is_the_same_in_a_block_and_alone(quantity):
    np.testing.assert_array_equal(values(quantity, EVENTS), np.concatenate([values(quantity, one) for one in ALONE]))
    memo = {}
    assert values(quantity, EVENTS, memo) is values(quantity, EVENTS, memo)
