"""Tracks: efficiency, resolutions by their limits and by Monte Carlo, charge, identification; every switch by its effect."""

import numpy as np
import pytest
from detector_tools import CARD, NUMBERS, derandomized, direction, many_photons, many_tracks, run, truth
from hypothesis import given
from hypothesis import strategies as st

from darkrecoil.detector import measuring, tracks
from darkrecoil.detector.card import change
from darkrecoil.detector.layout import pack
from darkrecoil.detector.species import CODES, SPECIES
from darkrecoil.selection import count, objects, particle_id, values

ROWS = [[0.1, 0.1, 0.1, 0.1, 0.1]] * 4


def directions(found):
    kept = found["present"] > 0
    px, py, pz = (found[name][kept] for name in ("px", "py", "pz"))
    return np.arctan2(np.hypot(px, py), pz), np.arctan2(py, px)


# --- tracks


@given(st.floats(0.02, 8.0), st.floats(0.1, 1.0), st.floats(1e-4, 1e-2), st.floats(1e-4, 1e-2))
@derandomized
def test_pt_resolution_has_its_two_limits(pt, beta, slope, constant):
    sigma = measuring.pt_resolution(pt, beta, slope, constant)
    assert measuring.pt_resolution(pt, beta, slope, 0.0) == pytest.approx(slope * pt)
    assert measuring.pt_resolution(pt, beta, 0.0, constant) == pytest.approx(constant / beta)
    assert max(slope * pt, constant / beta) <= sigma * (1 + 1e-12) <= slope * pt + constant / beta + 1e-12


@pytest.mark.parametrize(("pid", "momentum"), [(13, 0.4), (13, 4.0), (321, 0.5), (-11, 2.0)])
def test_tracks_are_smeared_by_the_formula(pid, momentum):
    theta = 1.1
    found = many_tracks(pid, momentum, theta)
    kept = found["present"] > 0
    pt, n = momentum * np.sin(theta), kept.sum()
    beta = momentum / np.hypot(momentum, float(tracks.mass(abs(pid))))
    sigma = np.hypot(0.0011 * pt, 0.0025 / beta)
    seen = (pt / np.hypot(found["px"], found["py"])[kept] - 1, directions(found)[0] - theta, directions(found)[1] - 0.3)
    scattered = 1e-3 / (momentum * beta * np.sqrt(np.sin(theta)))
    for some, width in zip(seen, (sigma, np.hypot(1e-3, scattered), np.hypot(0.5e-3, scattered)), strict=True):
        assert np.std(some) == pytest.approx(width, rel=4 / np.sqrt(2 * n))
        assert abs(np.mean(some)) < 4 * width / np.sqrt(n)
    wrong = (found["charge"][kept] == (1 if pid in (11, 13) else -1)).mean()
    assert wrong == pytest.approx(1e-4, abs=4 * np.sqrt(1e-4 / n))


@pytest.mark.parametrize(("pt", "expected"), [(0.05, 0.3), (0.15, 0.8), (0.3, 0.95), (2.0, 0.985)])
def test_efficiency_by_step(pt, expected):
    found = many_tracks(-13, pt / np.sin(1.2), 1.2, 40_000)
    assert found["present"].mean() == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / 40_000))


@pytest.mark.parametrize(("theta", "seen"), [(16.9, False), (17.1, True), (149.9, True), (150.1, False)])
def test_acceptance_of_tracks(theta, seen):
    assert (many_tracks(13, 3.0, np.radians(theta), 100)["present"].mean() > 0.5) == seen


@pytest.mark.parametrize("pid", [0, 22, 12, 32, 15, 111])
def test_other_codes_leave_no_track(pid):
    found = many_tracks(pid, 1.0, 1.2, 100)
    assert all((column == 0).all() for column in found.values())


def test_a_curvature_beyond_zero_changes_the_charge():
    poor = pack(change(CARD, {"track.pt_resolution_constant": 1.0}))
    found = many_tracks(13, 2.0, 1.2, 50_000, poor)
    kept = found["present"] > 0
    # 1 + g < 0 for a sixth of the normal distribution
    assert (found["charge"][kept] == 1).mean() == pytest.approx(0.15866, abs=4 * np.sqrt(0.1335 / kept.sum()))
    assert np.isfinite(found["px"]).all()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("track.theta", (70.0, 80.0)), ("track.efficiency", (0.1, 0.1, 0.1, 0.1)), ("track.efficiency_edges", (5.0, 6.0, 7.0)),
        ("track.pt_resolution_slope", 0.0), ("track.pt_resolution_constant", 0.0), ("track.theta_resolution", 0.0),
        ("track.phi_resolution", 0.0), ("calorimeter.theta_edges", (10.0, 20.0, 30.0, 40.0, 150.0, 160.0)),
        ("calorimeter.background", "high"), ("calorimeter.formula_energy", 4.0), ("calorimeter.threshold", (3.0, 3.0, 3.0)),
        ("calorimeter.photon_inefficiency", 0.5),
        ("calorimeter.energy_tail", 0.0), ("calorimeter.time_resolution", 1.0), ("calorimeter.reach_pt", 3.0),
        ("calorimeter.hadron_deposit", (0.0, 0.5)),
        ("crystal.length", 20.0), ("crystal.density", 3.0), ("crystal.z_over_a", 0.3), ("crystal.excitation_energy", 100.0),
        ("crystal.sternheimer", (5.0, 0.1, 3.0, 0.2, 3.0)), ("crystal.pion_interaction_length", 1.0),
        ("identification.momentum", (2.0, 3.0, 4.0)), ("identification.muon", ROWS),
        ("identification.electron", ROWS), ("identification.pion", ROWS), ("identification.kaon", ROWS), ("identification.proton", ROWS),
        ("geometry.field", 3.0), ("geometry.calorimeter_r", 150.0), ("geometry.cdc_r", 140.0), ("track.theta_edges", (75.0, 90.0, 95.0)),
        ("track.theta_efficiency", (1.0, 0.1, 1.0, 1.0)), ("track.least_radius", 5000.0), ("track.lever_arm", 0.0),
        ("track.angle_scattering", (0.0, 0.0)), ("track.d0_resolution", (0.0, 0.0)), ("track.z0_resolution", (0.0, 0.0)),
        ("track.charge_flip", 0.5), ("displaced.track_efficiency", (1.0, 0.0, 1.0, 1.0)), ("displaced.track_radius", (1.0, 2.0, 3.0)),
        ("displaced.track_resolution", (1.0, 2.0, 1.0, 1.0)), ("calorimeter.untracked", 0),
    ],
)  # fmt: skip
def test_every_switch_changes_something(name, value):
    def everything(card):
        rows = [many_tracks(pid, 1.5, 1.2, 300, card) for pid in (11, 13, 211, 321, 2212)]
        rows += [many_tracks(13, 1.5, 1.2, 300, card, vertex=(20.0, 3.0, 5.0))]
        rows += [many_photons(1.5, 1.2, 300, card)]
        return np.concatenate([np.concatenate(list(row.values())) for row in rows])

    assert (everything(pack(change(CARD, {name: value}))) != everything(NUMBERS)).any()


# --- efficiency by angle and radius, curlers, lever arm, impact parameters


@pytest.mark.parametrize(("theta", "factor"), [(25, 0.97), (35, 1.0), (120, 1.0), (140, 0.97)])
def test_efficiency_by_angle(theta, factor):
    found = many_tracks(13, 3.0, np.radians(theta), 40_000)["present"].mean()
    assert found == pytest.approx(0.985 * factor, abs=4 * np.sqrt(0.03 / 40_000))


@pytest.mark.parametrize(("pt", "curls"), [(0.030, True), (0.033, False)])
def test_a_track_that_curls_up_is_not_found(pt, curls):
    # twice the radius of curvature, 2 pT/(0.2998 B), is 14 cm at 31.5 MeV in 1.5 T
    assert (many_tracks(-13, pt, np.pi / 2, 500)["present"].sum() == 0) == curls
    assert many_tracks(-13, pt, np.pi / 2, 500, pack(change(CARD, {"track.least_radius": 0.0})))["present"].any()


def test_a_short_track_is_measured_worse():
    whole = measuring.lever_factor(0.0, 0.0, 1.0, 0.0, NUMBERS)
    assert whole == 1.0
    theta = np.radians(20)
    end = 165.5 * np.tan(theta)  # the drift chamber's end
    assert measuring.lever_factor(0.0, 0.0, np.sin(theta), np.cos(theta), NUMBERS) == pytest.approx((114 / end) ** 2)
    assert measuring.lever_factor(57.0, 0.0, 1.0, 0.0, NUMBERS) == pytest.approx(4.0)  # half of the way
    found = many_tracks(13, 6.0, theta, 100_000)
    kept, pt = found["present"] > 0, 6.0 * np.sin(theta)
    sigma = np.hypot(0.0011 * pt * (114 / end) ** 2, 0.0025)
    assert np.std(pt / np.hypot(found["px"], found["py"])[kept]) == pytest.approx(sigma, rel=4 / np.sqrt(2 * kept.sum()))
    off = pack(change(CARD, {"track.lever_arm": 0.0}))
    assert measuring.lever_factor(57.0, 0.0, 1.0, 0.0, off) == 1.0


@pytest.mark.parametrize(("momentum", "theta"), [(0.5, 1.0), (4.0, 1.0), (1.0, 2.2)])
def test_impact_parameters_are_smeared_by_the_formula(momentum, theta):
    found = many_tracks(211, momentum, theta, 100_000)
    kept = found["present"] > 0
    beta, sine = momentum / np.hypot(momentum, 0.13957), np.sin(theta)
    for name, a, b, power in (("d0", 10e-4, 15e-4, 1.5), ("z0", 15e-4, 20e-4, 2.5)):
        sigma = np.hypot(a, b / (momentum * beta * sine**power))
        assert np.std(found[name][kept]) == pytest.approx(sigma, rel=4 / np.sqrt(2 * kept.sum()))
        assert abs(np.mean(found[name][kept])) < 4 * sigma / np.sqrt(kept.sum())
    assert abs(np.corrcoef(found["d0"][kept], found["z0"][kept])[0, 1]) < 4 / np.sqrt(kept.sum())


def test_charge_is_wrong_as_often_as_the_card_says():
    found = many_tracks(13, 2.0, 1.2, 50_000, pack(change(CARD, {"track.charge_flip": 0.2})))
    kept = found["present"] > 0
    assert (found["charge"][kept] == 1).mean() == pytest.approx(0.2, abs=4 * np.sqrt(0.16 / kept.sum()))


# --- identification


@pytest.mark.parametrize("pid", [11, -13, 211, -321, 2212])
@pytest.mark.parametrize("momentum", [0.2, 0.5, 0.8, 3.0])
def test_a_track_is_called_by_its_row_of_the_matrix(pid, momentum):
    n = 40_000
    found = many_tracks(pid, momentum, 1.2, n)
    kept = found["present"] > 0
    table = getattr(CARD.identification, SPECIES[CODES.index(abs(pid))]).value.barrel[int(np.searchsorted((0.3, 0.7, 1.0), momentum))]
    share = np.bincount(found["called"][kept].astype(int), minlength=6) / kept.sum()
    assert share[1:] == pytest.approx(table, abs=4 * np.sqrt(0.25 / kept.sum()))
    assert share[0] == pytest.approx(1 - sum(table), abs=4 * np.sqrt(0.25 / kept.sum()))


def test_identification_is_by_part_of_the_polar_angle():
    rows = {name: [[0.0] * i + [1.0] + [0.0] * (4 - i)] * 4 for i, name in enumerate(("forward", "barrel", "backward"))}
    numbers = pack(change(CARD, {"identification.kaon": rows}))
    for theta, called in ((25, 1), (90, 2), (140, 3)):
        found = many_tracks(321, 1.5, np.radians(theta), 300, numbers)
        assert (found["called"][found["present"] > 0] == called).all()


def test_a_track_has_one_hypothesis_and_the_words_of_a_search_find_it():
    n = 4000
    made = truth([[11, -13, 211]] * n, np.tile([1.5 * direction(1.0), 2.0 * direction(1.4), 0.9 * direction(2.0)], (n, 1, 1)))
    events = run(made)
    some = events.objects["track"]
    ids = np.array([some[f"{name}_id"] for name in SPECIES])
    assert (ids.sum(axis=0)[some.present] <= 1).all()
    assert not ids[:, ~some.present].any()
    for name, slot in (("electron", 0), ("muon", 1), ("pion", 2)):
        counted = values(count(objects("track", particle_id(name))), events)
        assert counted.mean() > 0.85
        assert some[f"{name}_id"][some.present[:, slot], slot].mean() == pytest.approx(0.9, abs=0.04)
