"""The trigger menu: geometry from the card, one event on each side of each condition."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from darkrecoil.detector import trigger
from darkrecoil.detector.card import change, load, sqrt_s, total_momentum
from darkrecoil.records import Objects

CARD = load("belle2")
NAMES = {"track": ("px", "py", "pz", "charge", "ecl_energy", "muon_id"), "cluster": ("energy", "px", "py", "pz")}


def direction(theta, phi):
    t, f = np.radians(theta), np.radians(phi)
    return np.array([np.sin(t) * np.cos(f), np.sin(t) * np.sin(f), np.cos(t)])


def tracks(*rows):
    """One event of tracks (p, theta deg, phi deg, calorimeter energy)."""
    columns = {name: np.zeros((1, len(rows))) for name in NAMES["track"]}
    for i, (p, theta, phi, energy) in enumerate(rows):
        for name, value in zip(("px", "py", "pz"), p * direction(theta, phi), strict=True):
            columns[name][0, i] = value
        columns["ecl_energy"][0, i] = energy
    return Objects(columns, np.ones((1, len(rows)), dtype=bool))


def clusters(*momenta):
    """One event of clusters of these momenta."""
    three = np.array(momenta, dtype=float).reshape(-1, 3)
    columns = {name: three[None, :, i] for i, name in enumerate(("px", "py", "pz"))}
    return Objects(columns | {"energy": np.linalg.norm(three, axis=1)[None]}, np.ones((1, len(three)), dtype=bool))


def laboratory(energy, theta, phi):
    """The laboratory momentum of a massless particle of these coordinates (GeV, deg) in the e+e- rest frame."""
    total, *p = np.array(total_momentum(CARD.beams))
    beta = np.array(p) / total
    gamma = total / sqrt_s(CARD.beams)
    star = energy * direction(theta, phi)
    return star + beta * (gamma**2 / (1 + gamma) * (beta @ star) + gamma * energy)


def test_the_chamber_is_crossed_between_34_6_and_131_3_deg():
    assert np.degrees(trigger.chamber_theta(CARD)) == pytest.approx((34.6, 131.3), abs=0.05)


@pytest.mark.parametrize(
    ("first", "second", "fires"),
    [
        ((1, 80, 0), (1, 100, 91), True),
        ((1, 80, 0), (1, 100, 89), False),
        ((1, 80, 170), (1, 100, -95), True),
        ((1, 80, 170), (1, 100, -105), False),
        ((1, 34.0, 0), (1, 100, 180), False),
        ((1, 35.0, 0), (1, 131.0, 180), True),
        ((1, 35.0, 0), (1, 131.6, 180), False),
        ((0.26, 90, 0), (1, 100, 180), False),
        ((0.28, 90, 0), (1, 100, 180), True),
    ],
)
def test_two_tracks_that_open(first, second, fires):
    bit = trigger.ffo(tracks((*first, 0.2), (*second, 0.2)), clusters(), CARD)
    assert bit.tolist() == [fires]


def test_an_absent_track_does_not_count():
    seen = tracks((1, 80, 0, 0.2), (1, 100, 180, 0.2))
    one = Objects(seen.columns, np.array([[True, False]]))
    assert not trigger.ffo(one, clusters(), CARD).any()


@pytest.mark.parametrize(
    ("first", "second", "vetoed"),
    [
        ((5.29, 70, 10), (5.29, 110, 190), True),
        ((5.29, 70, 10), (3.10, 110, 190), True),
        ((5.29, 70, 10), (2.90, 110, 190), False),  # both above 3 GeV
        ((4.40, 70, 10), (4.40, 110, 190), False),  # one above 4.5 GeV
        ((5.29, 70, 10), (5.29, 110, 172), True),
        ((5.29, 70, 10), (5.29, 110, 168), False),  # 160 to 200 deg
        ((5.29, 70, 10), (5.29, 96, 190), True),
        ((5.29, 70, 10), (5.29, 94, 190), False),  # 165 to 190 deg
        ((5.29, 70, 10), (5.29, 121, 190), False),
    ],
)
def test_bhabha_events_are_vetoed(first, second, vetoed):
    pair = [laboratory(*first), laboratory(*second)]
    none = Objects({name: np.zeros((1, 0)) for name in NAMES["track"]}, np.zeros((1, 0), dtype=bool))
    assert trigger.bhabha(none, clusters(*pair), CARD).tolist() == [vetoed]
    as_tracks = Objects(
        clusters(*pair).columns | {"ecl_energy": clusters(*pair)["energy"]}, np.ones((1, 2), dtype=bool)
    )  # an electron's energy lies along its track
    assert trigger.bhabha(as_tracks, clusters(), CARD).tolist() == [vetoed]
    mixed = Objects({n: c[:, :1] for n, c in as_tracks.columns.items()}, np.ones((1, 1), dtype=bool))
    assert trigger.bhabha(mixed, clusters(pair[1]), CARD).tolist() == [vetoed]


def test_the_veto_reaches_the_lines():
    pair = [laboratory(5.29, 70, 10), laboratory(5.29, 110, 190)]
    columns = {name: clusters(*pair)[name] for name in ("px", "py", "pz")}
    present = np.ones((1, 2), dtype=bool)
    electrons = Objects(columns | {"ecl_energy": clusters(*pair)["energy"]}, present)
    muons = Objects(columns | {"ecl_energy": np.full((1, 2), 0.2)}, present)
    assert trigger.menu({"track": electrons, "cluster": clusters()}, CARD) == {"ffo": [False], "hie": [False]}
    assert trigger.menu({"track": muons, "cluster": clusters()}, CARD) == {"ffo": [True], "hie": [False]}


@pytest.mark.parametrize(("energy", "theta", "fires"), [(1.05, 80, True), (0.95, 80, False), (3.0, 18.0, False), (3.0, 129.0, False)])
def test_energy_sum(energy, theta, fires):
    assert trigger.hie(tracks(), clusters(energy * direction(theta, 0)), CARD).tolist() == [fires]
    assert trigger.hie(tracks((5, theta, 0, energy)), clusters(), CARD).tolist() == [fires]


def test_a_line_is_named_in_the_card():
    assert set(trigger.LINES) >= set(CARD.trigger.lines.value)
    one = change(CARD, {"trigger.lines": ("hie",)})
    assert list(trigger.menu({"track": tracks(), "cluster": clusters()}, one)) == ["hie"]


@given(st.floats(0.01, 7), st.floats(1, 179), st.floats(-179, 179))
@settings(derandomize=True, deadline=None)
def test_the_boost_returns_what_was_boosted(energy, theta, phi):
    p = laboratory(energy, theta, phi)
    size = np.linalg.norm(p)
    e, f, t = trigger.in_rest_frame(size, *(p / size), CARD.beams)
    assert (e, np.degrees(f), np.degrees(t)) == pytest.approx((energy, phi, theta), rel=1e-9, abs=1e-9)


@given(*[st.floats(-180, 180)] * 2)
@settings(derandomize=True, deadline=None)
def test_ffo_asks_for_a_transverse_opening_above_90_deg(phi, other):
    opening = abs((phi - other + 180) % 360 - 180)
    assume(abs(opening - 90) > 1e-6)
    pair = tracks((1, 80, phi, 0), (2, 100, other, 0))
    assert trigger.ffo(pair, clusters(), CARD)[0] == (opening > 90)
