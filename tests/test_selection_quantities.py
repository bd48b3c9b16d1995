"""Each word of the vocabulary on events made by hand, against a formula that is written another way."""

from math import acos, atan2, cos, cosh, degrees, hypot, isnan, log, pi, sin, sinh, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkrecoil._errors import BadValue, UnknownName
from darkrecoil.constants import M_E, M_MU, deg
from darkrecoil.kinematics.frames import beam_momenta, to_cms
from darkrecoil.records import Beams, Events, Objects
from darkrecoil.selection import (
    angle_to_recoil,
    charge,
    count,
    e_over_p,
    ecl_energy,
    energy,
    energy_cms,
    extra_energy,
    mass,
    momentum,
    objects,
    others,
    pair_mass,
    pairs,
    particle_id,
    phi,
    pt,
    pt_sum,
    recoil_mass_squared,
    recoil_theta,
    theta,
    transverse_opening,
    trigger,
    values,
)  # fmt: skip

BEAMS = Beams("SuperKEKB", 7.004, 4.002, 0.0415)
HEAD_ON = Beams("centre of mass", 5.29, 5.29)
TRACK = ("px", "py", "pz", "charge", "ecl_energy", "muon_id")
CLUSTER = ("energy", "px", "py", "pz")
JUNK = 1e3  # what stands in empty slots: a number that would be noticed


def polar(p, theta, phi):
    """(px, py, pz) of a momentum in GeV and angles in degrees."""
    return p * sin(theta * deg) * cos(phi * deg), p * sin(theta * deg) * sin(phi * deg), p * cos(theta * deg)


def track(p, theta, phi, charge, ecl=0.2, muon=1.0):
    return (*polar(p, theta, phi), charge, ecl, muon)


def cluster(e, theta, phi):
    return (e, *polar(e, theta, phi))


def padded(lists, names, width):
    """Objects from one list of tuples per event; empty slots hold junk, and every second event fills its slots from the end."""
    table = np.full((len(lists), width, len(names)), JUNK)
    present = np.zeros((len(lists), width), dtype=bool)
    for i, some in enumerate(lists):
        for j, row in enumerate(some):
            slot = width - 1 - j if i % 2 else j
            table[i, slot], present[i, slot] = row, True
    return Objects({name: np.asfortranarray(table[..., c]) for c, name in enumerate(names)}, present)


def events_of(tracks, clusters=None, *, weight=None, lines=(), beams=BEAMS, width=4):
    """Events from one list of tracks and one list of clusters per event."""
    n = len(tracks)
    found = {"track": padded(tracks, TRACK, width), "cluster": padded(clusters or [[]] * n, CLUSTER, width)}
    bits = dict(lines) or {"ffo": np.ones(n, dtype=bool)}
    return Events(found, bits, np.ones(n) if weight is None else np.asarray(weight, dtype=float), np.arange(n), n, beams)


def four(rows, m):
    """The summed four-vector of track tuples with mass m, added in plain Python."""
    return [sum(sqrt(m * m + x * x + y * y + z * z) for x, y, z, *_ in rows), *(sum(r[i] for r in rows) for i in range(3))]


MU_PLUS, MU_MINUS = track(3.0, 60, 10, +1.0), track(2.0, 80, 165, -1.0, ecl=0.3)
THIRD = track(0.5, 140, -100, +1.0, ecl=0.05, muon=0.0)
EVENTS = events_of([[MU_PLUS, MU_MINUS], [MU_MINUS, MU_PLUS, THIRD], [THIRD], []])
MUON = objects("track", particle_id("muon"), hypothesis="muon")
EVERY = objects("track", hypothesis="muon")


def ask(node, events=EVENTS):
    return values(node, events)


def test_conditions_on_one_track_take_the_right_ones():
    def number(*conditions):
        return ask(count(objects("track", *conditions))).tolist()

    assert number() == [2, 3, 1, 0]
    assert number(particle_id("muon")) == [2, 2, 0, 0]
    assert number(theta.between(37 * deg, 120 * deg)) == [2, 2, 0, 0]
    assert number(theta > 139.9 * deg, theta < 140.1 * deg) == [0, 1, 1, 0]
    assert number(pt > 1.98) == [1, 1, 0, 0]  # 2 sin 80 deg = 1.97, 3 sin 60 deg = 2.60
    assert number(momentum.between(1.99, 2.01)) == [1, 1, 0, 0]
    assert number(phi.between(164.9 * deg, 165.1 * deg)) == [1, 1, 0, 0]
    assert number(phi < 0) == [0, 1, 1, 0]
    assert number(ecl_energy > 0.25) == [1, 1, 0, 0]
    assert number(e_over_p.between(0.0999, 0.1001)) == [0, 1, 1, 0]
    assert number(e_over_p.between(0.149, 0.151) | (phi < 0)) == [1, 2, 1, 0]
    assert number(~(phi < 0)) == [2, 2, 0, 0]


def test_conditions_on_one_cluster():
    events = events_of([[]] * 2, [[cluster(0.3, 90, 0), cluster(1.0, 20, 50)], []])
    assert values(count(objects("cluster", energy > 0.5)), events).tolist() == [1, 0]
    assert values(count(objects("cluster", theta < 30 * deg)), events).tolist() == [1, 0]
    assert values(extra_energy(objects("cluster")), events).tolist() == pytest.approx([1.3, 0.0], abs=1e-15)


def test_count_and_charge():
    assert ask(count(MUON)).tolist() == [2, 2, 0, 0]
    assert ask(count(MUON, objects("cluster"))).tolist() == [2, 2, 0, 0]
    sums = ask(charge(EVERY))
    assert sums[:3].tolist() == [0, 1, 1]
    assert isnan(sums[3])
    assert ask(charge(MUON, objects("track", phi < 0)))[1] == 1


def test_the_other_tracks():
    rest = others(MUON, objects("track"))
    assert ask(count(rest)).tolist() == [0, 1, 1, 0]
    assert ask(count(others(MUON, objects("track", pt > 1)))).tolist() == [0, 0, 0, 0]


def test_mass_and_transverse_momentum_of_the_sum():
    # the mass squared of two massive momenta by rapidities instead of energies
    rows = [MU_PLUS, MU_MINUS]
    mt = [sqrt(M_MU**2 + x * x + y * y) for x, y, *_ in rows]
    y = [0.5 * log((sqrt(M_MU**2 + a * a + b * b + c * c) + c) / (sqrt(M_MU**2 + a * a + b * b + c * c) - c)) for a, b, c, *_ in rows]
    square = 2 * M_MU**2 + 2 * (mt[0] * mt[1] * cosh(y[0] - y[1]) - rows[0][0] * rows[1][0] - rows[0][1] * rows[1][1])
    found = ask(mass(MUON))
    assert found[:2] == pytest.approx([sqrt(square)] * 2, rel=1e-13)
    assert np.isnan(found[2:]).all()
    assert ask(pt_sum(MUON))[0] == pytest.approx(abs(complex(*MU_PLUS[:2]) + complex(*MU_MINUS[:2])), rel=1e-14)
    assert ask(mass(objects("track", phi < 0, hypothesis="pion")))[2] == pytest.approx(0.13957039, rel=1e-12)


def test_mass_of_two_sets_is_the_mass_of_both():
    plus, minus = objects("track", phi < 90 * deg, phi > 0, hypothesis="muon"), objects("track", phi > 90 * deg, hypothesis="electron")
    e1, e2 = four([MU_PLUS], M_MU), four([MU_MINUS], M_E)
    expected = sqrt((e1[0] + e2[0]) ** 2 - sum((a + b) ** 2 for a, b in zip(e1[1:], e2[1:], strict=True)))
    assert ask(mass(plus, minus))[:2] == pytest.approx([expected] * 2, rel=1e-13)
    assert np.isnan(ask(mass(plus, minus))[2:]).all()  # one of the two is missing


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.floats(-180, 180), st.floats(-180, 180), st.floats(10, 170), st.floats(0.1, 5))
def test_transverse_opening_is_the_folded_difference_in_azimuth(one, other, polar_angle, p):
    events = events_of([[track(p, polar_angle, one, 1.0), track(1.0, 90, other, -1.0)]])
    difference = abs(one - other) % 360
    assert degrees(values(transverse_opening(EVERY), events)[0]) == pytest.approx(min(difference, 360 - difference), abs=2e-6)


def test_transverse_opening_needs_exactly_two():
    found = ask(transverse_opening(EVERY))
    assert found[0] == pytest.approx(155 * deg, abs=1e-12)
    assert np.isnan(found[1:]).all()
    assert ask(transverse_opening(MUON))[:2] == pytest.approx([155 * deg] * 2, abs=1e-12)
    one, other = objects("track", phi.between(0, 90 * deg)), objects("track", phi > 90 * deg)
    assert ask(transverse_opening(one, other))[1] == pytest.approx(155 * deg, abs=1e-12)


def test_recoil_mass_squared_in_the_rest_frame():
    # s + M^2 - 2 sqrt(s) E*, E* by a boost: no sum of the beams is used
    electron, positron = beam_momenta(7.004, 4.002, 0.0415, M_E)
    s = 2 * M_E**2 + 2 * (7.004 * 4.002 + sqrt(7.004**2 - M_E**2) * sqrt(4.002**2 - M_E**2) * cos(2 * 0.0415))
    total = four([MU_PLUS, MU_MINUS], M_MU)
    squared = total[0] ** 2 - sum(c * c for c in total[1:])
    e_star = to_cms(electron, positron, tuple(total))[0]
    found = ask(recoil_mass_squared(MUON))
    assert s == pytest.approx(10.57956**2, rel=1e-5)
    assert found[:2] == pytest.approx([s + squared - 2 * sqrt(s) * e_star] * 2, rel=1e-12)
    assert np.isnan(found[2:]).all()


def test_recoil_mass_squared_is_not_clipped():
    back_to_back = [track(5.6, 50, 0, 1.0), track(5.6, 130, 180, -1.0)]
    events = events_of([back_to_back, back_to_back], beams=HEAD_ON)
    excess = 2 * (sqrt(5.6**2 + M_MU**2) - 5.29)
    assert values(recoil_mass_squared(EVERY), events) == pytest.approx([excess**2] * 2, rel=1e-12)
    lopsided = events_of([[track(5.6, 50, 0, 1.0), track(5.0, 130, 180, -1.0)]], beams=HEAD_ON)
    missing = 10.58 - sqrt(5.6**2 + M_MU**2) - sqrt(25 + M_MU**2)
    assert values(recoil_mass_squared(EVERY), lopsided)[0] == pytest.approx(missing**2 - 0.6**2, rel=1e-9)
    assert values(recoil_mass_squared(EVERY), lopsided)[0] < 0


def test_recoil_direction_head_on_is_opposite_to_the_pair():
    events = events_of(
        [[track(1.0, 60, 30, 1.0), track(1.0, 60, 30, -1.0)]], [[cluster(1.0, 120, -150), cluster(0.5, 110, -150)]], beams=HEAD_ON
    )
    assert values(recoil_theta(EVERY), events)[0] == pytest.approx(120 * deg, rel=1e-12)
    for limit, expected in ((9.99, 1), (10.01, 2), (1e-4, 1)):
        assert values(count(objects("cluster", angle_to_recoil(EVERY) < limit * deg)), events)[0] == expected


def test_recoil_direction_with_crossing_beams():
    total = four([MU_PLUS, MU_MINUS], M_MU)
    x = (7.004 + 4.002) * sin(0.0415) - total[1]
    y, z = -total[2], (7.004 - 4.002) * cos(0.0415) - total[3]
    assert ask(recoil_theta(MUON))[0] == pytest.approx(atan2(hypot(x, y), z), rel=1e-7)  # the electron's mass is left out here
    photon = (1.0, *polar(1.0, 70, -60))
    spherical = acos((x * photon[1] + y * photon[2] + z * photon[3]) / sqrt(x * x + y * y + z * z))
    events = events_of([[MU_PLUS, MU_MINUS]], [[photon]])
    near = [values(count(objects("cluster", angle_to_recoil(MUON) < spherical + d)), events)[0] for d in (-1e-6, 1e-6)]
    assert near == [0, 1]


def test_angle_to_the_recoil_of_nothing_is_no_angle():
    events = events_of([[]], [[cluster(1.0, 90, 0)]])
    assert values(count(objects("cluster", angle_to_recoil(MUON) < 180 * deg)), events)[0] == 0
    assert values(count(objects("cluster", ~(angle_to_recoil(MUON) < 180 * deg))), events)[0] == 1  # as ~ says


def test_energy_in_the_rest_frame():
    photon = cluster(2.0, 70, 20)
    e_star = to_cms(*beam_momenta(7.004, 4.002, 0.0415, M_E), photon)[0]
    events = events_of([[MU_PLUS]], [[photon]])
    assert values(count(objects("cluster", energy_cms.between(e_star - 1e-9, e_star + 1e-9))), events)[0] == 1
    muon = (sqrt(9 + M_MU**2), *MU_PLUS[:3])
    e_muon = to_cms(*beam_momenta(7.004, 4.002, 0.0415, M_E), muon)[0]
    taken = objects("track", energy_cms.between(e_muon - 1e-9, e_muon + 1e-9), hypothesis="muon")
    assert values(count(taken), events)[0] == 1
    other = objects("track", energy_cms.between(e_muon - 1e-9, e_muon + 1e-9), hypothesis="kaon")
    assert values(count(other), events)[0] == 0


def test_pairs_of_clusters():
    def two(m, e, eta=0.4):  # two photons of energy e each and mass m: m = 2 e sin(angle/2)
        half = 2 * np.arcsin(m / (2 * e)) / 2 / deg
        return [cluster(e, 90, eta - half), cluster(e, 90, eta + half)]

    far = cluster(1.0, 30, 180)
    events = events_of([[]] * 5, [two(0.135, 0.5), [*two(0.135, 0.5), far], two(0.15, 0.5), [far], [*two(0.13, 0.4), *two(0.14, 0.6)]])
    pi0 = pairs(objects("cluster"), pair_mass.between(0.120, 0.145))
    assert values(count(pi0), events)[:4].tolist() == [1, 1, 0, 0]
    assert values(count(pi0), events)[4] >= 2
    assert values(count(pi0).equals(0), events).tolist() == [False, False, True, True, False]
    assert values(count(pairs(objects("cluster"))), events).tolist() == [1, 3, 1, 0, 6]
    exact = pairs(objects("cluster"), pair_mass.between(0.135 - 1e-9, 0.135 + 1e-9))
    assert values(count(exact), events)[:2].tolist() == [1, 1]
    energetic = pairs(objects("cluster", energy > 0.55), pair_mass.between(0.120, 0.145))
    assert values(count(energetic), events).tolist() == [0, 0, 0, 0, 1]


def test_pair_mass_of_the_tracks_is_the_mass_of_the_two():
    expected = ask(mass(MUON))[0]
    assert ask(count(pairs(MUON, pair_mass.between(expected - 1e-9, expected + 1e-9)))).tolist() == [1, 1, 0, 0]


def test_trigger_bits():
    events = events_of([[]] * 3, lines={"ffo": np.array([True, False, True]), "hie": np.array([False, False, True])})
    assert values(trigger("ffo"), events).tolist() == [True, False, True]
    assert values(trigger("ffo") & ~trigger("hie"), events).tolist() == [True, False, False]


def test_nothing_in_the_event_gives_no_number_and_no_warning():
    events = events_of([[], []])
    for node in (mass(MUON), pt_sum(MUON), charge(MUON), recoil_theta(MUON), recoil_mass_squared(MUON), transverse_opening(MUON)):
        assert np.isnan(values(node, events)).all()
        assert not values(node.between(-1e9, 1e9) | (node > 0) | (node <= 0) | node.equals(0), events).any()
    assert values(extra_energy(objects("cluster")), events).tolist() == [0, 0]


def test_no_slots_and_no_events():
    empty = events_of([[], []], width=0)
    none = events_of([])
    for node in (count(MUON), mass(MUON), transverse_opening(MUON), count(pairs(objects("cluster"), pair_mass < 1))):
        assert values(node, empty).shape == (2,)
        assert values(node, none).shape == (0,)


def test_an_empty_slot_never_contributes():
    tracks = EVENTS.objects["track"]
    spoiled = {name: np.where(tracks.present, column, np.nan) for name, column in tracks.columns.items()}
    other = Events({**EVENTS.objects, "track": Objects(spoiled, tracks.present)}, EVENTS.trigger, EVENTS.weight, EVENTS.attempt, 4, BEAMS)
    for node in (
        count(MUON),
        charge(EVERY),
        mass(MUON),
        recoil_mass_squared(EVERY),
        transverse_opening(MUON),
        count(pairs(EVERY, pair_mass > 0)),
    ):
        np.testing.assert_array_equal(values(node, EVENTS), values(node, other))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.floats(-3, 3), st.floats(-pi, pi), st.floats(0.05, 6))
def test_theta_from_pseudorapidity(eta, azimuth, transverse):
    row = (transverse * cos(azimuth), transverse * sin(azimuth), transverse * sinh(eta), 1.0, 0.2, 1.0)
    polar_angle = 2 * np.arctan(np.exp(-eta))
    events = events_of([[row]])
    around = objects(
        "track", theta.between(polar_angle - 1e-9, polar_angle + 1e-9), pt.between(transverse * 0.999999, transverse * 1.000001)
    )
    assert values(count(around), events)[0] == 1


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda: mass(objects("track")), BadValue, "no energy without a mass"),
        (lambda: objects("track", energy_cms > 1), BadValue, "hypothesis="),
        (lambda: objects("photon"), UnknownName, "cluster, klm, track"),
        (lambda: objects("track", hypothesis="myon"), UnknownName, "did you mean 'muon'"),
        (lambda: particle_id("tau"), UnknownName, "known: electron"),
        (lambda: objects("cluster", ecl_energy > 1), UnknownName, "column of a cluster"),
        (lambda: objects("track", energy), BadValue, "condition on one object"),
        (lambda: objects("track", count(MUON) > 1), BadValue, "condition on one object"),
        (lambda: objects("track", pair_mass > 1), BadValue, "condition on one object"),
        (lambda: pairs(MUON, pt > 1), BadValue, "condition on one pair"),
        (lambda: count(), BadValue, "no objects at all"),
        (lambda: count(pt), BadValue, "not a set of objects"),
        (lambda: mass(pairs(MUON)), BadValue, "only count()"),
        (lambda: others(MUON, objects("cluster")), BadValue, "one kind"),
        (lambda: ask(pt > 1), BadValue, "inside objects(...)"),
        (lambda: ask(trigger("hie")), UnknownName, "known: ffo"),
        (lambda: ask(count(objects("track", particle_id("electron")))), UnknownName, "electron_id"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(make, error, says):
    with pytest.raises(error) as refused:
        make()
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)
