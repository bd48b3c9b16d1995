"""Photons that enter close together: one cluster, one wide, two; energies and directions are kept."""

import numpy as np
import pytest
from detector_tools import CARD, QUIET, SHARP, direction, run, truth
from hypothesis import given, settings
from hypothesis import strategies as st

from darkrecoil.detector import merging
from darkrecoil.detector.card import change


def pairs(angle, energy=(2.5, 2.5), events=20_000, card=QUIET, seed=5):
    """Two photons in the barrel, ``angle`` rad apart in theta."""
    p = np.array([energy[0] * direction(1.4), energy[1] * direction(1.4 + angle)])
    return run(truth(np.full((events, 2), 22), np.tile(p, (events, 1, 1))), card, seed)


# --- merging


def test_probabilities_of_merging_have_their_limits():
    one, two = merging.probabilities(np.array([0.0, 2.7, 3.4, 4.1, 5.0, 6.5, 8.7, 10.9, 100.0]), CARD)
    assert one == pytest.approx([1, 1, 0.5, 0, 0, 0, 0, 0, 0])
    assert two == pytest.approx([0, 0, 0, 0, 0, 0, 0.5, 1, 1])
    half = merging.probabilities(np.array([3.4]) / 2, change(CARD, {"merging.scale": 0.5}))
    assert half == (pytest.approx([0.5]), pytest.approx([0.0]))
    wide = change(CARD, {"merging.one": (1.0, 12.0)})  # two goes first where the ranges overlap
    one, two = merging.probabilities(np.linspace(0, 13, 131), wide)
    assert (one + two <= 1 + 1e-12).all()


def test_the_entry_points_are_a_chord_apart():
    point = merging.entry(np.array([direction(np.pi / 2, 0.0), 3 * direction(np.pi / 2, 0.05)]).T, CARD)
    assert np.linalg.norm(point[:, 0] - point[:, 1]) == pytest.approx(2 * 125 * np.sin(0.025))
    assert np.hypot(point[0], point[1]) == pytest.approx(125)


@pytest.mark.parametrize(("angle", "clusters"), [(0.01, 1.0), (0.036, 1.0), (0.1, 2.0), (0.3, 2.0)])
def test_near_photons_are_one_cluster_and_far_ones_two(angle, clusters):
    assert pairs(angle).objects["cluster"].present.sum(axis=1).mean() == pytest.approx(clusters, abs=2e-3)


def test_a_merged_cluster_has_the_sum_of_the_energies_and_the_weighted_direction():
    card = change(CARD, SHARP)
    energy, angle = (3.0, 1.0), 0.035
    apart = pairs(angle, energy, 5000, card).objects["cluster"]
    near = pairs(angle, energy, 5000, change(card, {"merging.scale": 1.0})).objects["cluster"]
    assert not near.present[:, 1].any()
    assert near["energy"][:, 0] == pytest.approx(apart["energy"].sum(axis=1), rel=1e-14)
    p = np.stack([near[name][:, 0] for name in ("px", "py", "pz")])
    total = np.stack([apart[name].sum(axis=1) for name in ("px", "py", "pz")])
    assert np.linalg.norm(np.cross(p.T, total.T), axis=1) == pytest.approx(0, abs=1e-12)
    assert np.linalg.norm(p, axis=0) == pytest.approx(near["energy"][:, 0])
    theta = np.arctan2(np.hypot(p[0], p[1]), p[2])
    assert theta.mean() == pytest.approx(1.4 + angle / 4, abs=4 * 0.004 / np.sqrt(5000) + 1e-5)


def test_a_wide_cluster_has_its_second_moment():
    card = change(CARD, SHARP | {"merging.scale": 1.0, "merging.one": (0.001, 0.002)})
    cluster = pairs(0.03, (3.0, 1.0), 4000, card).objects["cluster"]
    points = merging.entry(np.array([direction(1.4), direction(1.43)]).T, CARD)
    d2 = ((points[:, 0] - points[:, 1]) ** 2).sum()
    assert cluster["second_moment"][:, 0].mean() == pytest.approx(3 / 16 * d2, rel=2e-3)
    narrow = pairs(0.03, (3.0, 1.0), 4000, change(card, {"merging.one": (5.0, 5.4)})).objects["cluster"]
    assert not narrow["second_moment"].any()
    assert not narrow.present[:, 1].any()


def test_the_share_of_each_kind_is_its_probability():
    events = pairs(0.065, events=40_000).objects["cluster"]
    points = merging.entry(np.array([direction(1.4), direction(1.465)]).T, CARD)
    _, two = merging.probabilities(np.sqrt([((points[:, 0] - points[:, 1]) ** 2).sum()]), CARD)
    assert 0.1 < two[0] < 0.9
    found = events.present.all(axis=1).mean()
    assert found == pytest.approx(two[0] * (1 - 1e-4) ** 2, abs=4 * np.sqrt(0.25 / 40_000))


@given(st.integers(0, 2**31), st.floats(0.001, 0.3))
@settings(derandomize=True, deadline=None, max_examples=25)
def test_merging_keeps_the_energy_and_makes_no_clusters(seed, spread):
    rng = np.random.default_rng(seed)
    u = np.array([0.3, 0.2, 1.0]) + spread * rng.normal(size=(60, 4, 3))
    made = truth(np.full((60, 4), 22), rng.uniform(0.2, 3.0, (60, 4, 1)) * u)
    on, off = run(made).objects["cluster"], run(made, change(QUIET, {"merging.scale": 0.0})).objects["cluster"]
    assert (on.present.sum(axis=1) <= off.present.sum(axis=1)).all()
    assert on["energy"].sum(axis=1) == pytest.approx(off["energy"].sum(axis=1), rel=1e-13)
    alone = off.present.sum(axis=1) < 2
    assert np.array_equal(on["px"][alone], off["px"][alone])
    assert all((column[~on.present] == 0).all() for column in on.columns.values())
