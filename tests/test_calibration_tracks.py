"""Calibration of tracks, piece by piece: products of efficiencies, matrices of names, impact parameters, photons beside converted ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_calibration import entries, table

from darkrecoil.detector import card as cards
from darkrecoil.detector.calibration import efficiency, identity, shares, tracks
from darkrecoil.detector.calibration.quantity import Found
from darkrecoil.detector.calibration.run import prepared
from darkrecoil.detector.calibration.widths import Terms, two_terms
from darkrecoil.detector.calibration.writing import rewritten
from darkrecoil.detector.radiated import LENGTHS
from darkrecoil.detector.species import CODES, SPECIES

BASE = cards.load("belle2")
derandomized = settings(derandomize=True, deadline=None, max_examples=30)
FREE = np.array([True] * 4 + [False, True, True, True])


# --- efficiencies


def binned(pt, theta, n, seed=1):
    total = np.full((4, 4), float(n))
    return np.random.default_rng(seed).binomial(n, np.outer(pt, theta)).astype(float), total


def start(first=1.0):
    return efficiency.Product(np.full(4, 0.9), np.array([first, 1.0, 1.0, 1.0]), np.zeros((8, 8)))


def test_a_product_without_noise_is_found_exactly():
    pt, theta = np.array([0.25, 0.7, 0.9, 0.96]), np.array([1.0, 0.9, 0.95, 0.8])
    total = np.full((4, 4), 1e7)
    made = efficiency.product(total * np.outer(pt, theta), total, start(), FREE, 1.0)
    assert made.pt == pytest.approx(pt, abs=1e-6)
    assert made.theta == pytest.approx(theta, abs=1e-6)
    half = efficiency.product(total * 0.5 * np.outer(pt, theta), total, start(), FREE, 0.5)
    assert half.pt == pytest.approx(pt, abs=1e-6)


def test_the_errors_of_a_product_are_the_spread_of_its_samples():
    pt, theta = np.array([0.25, 0.7, 0.9, 0.96]), np.array([1.0, 0.9, 0.95, 0.8])
    made = [efficiency.product(*binned(pt, theta, 2000, seed), start(), FREE, 1.0) for seed in range(200)]
    for seen, said, true in (
        (np.array([one.pt for one in made]), made[0].errors()[0], pt),
        (np.array([one.theta for one in made])[:, 1:], made[0].errors()[1][1:], theta[1:]),
    ):
        assert seen.std(axis=0) == pytest.approx(said, rel=0.2)
        assert np.all(np.abs(seen.mean(axis=0) - true) < 4 * said / np.sqrt(200))


def test_one_polar_angle_is_a_plain_share():
    passed, total = np.zeros((4, 4)), np.zeros((4, 4))
    passed[:, 1], total[:, 1] = [30, 700, 1000, 1000], 1000
    made = efficiency.product(passed, total, start(), np.array([True] * 4 + [False] * 4), 1.0)
    assert made.pt == pytest.approx([0.03, 0.7, 1.0, 1.0], abs=1e-9)
    assert made.errors()[0][1] == pytest.approx(np.sqrt(0.21 / 1000), rel=0.01)
    assert made.errors()[0][2] > 0


def test_a_better_polar_angle_takes_the_place_of_the_base_s_best():
    card = cards.change(BASE, {"track.theta_efficiency": (0.97, 1.0, 0.97, 0.97)})
    passed, total = binned(np.array([0.3, 0.8, 0.9, 0.95]), np.array([0.8, 0.9, 1.0, 0.85]), 20_000)
    made, reference = efficiency.best(passed, total, card)
    assert reference == 2
    assert made.theta == pytest.approx([0.8, 0.9, 1.0, 0.85], abs=0.01)
    assert made.theta.max() == 1.0


# --- what tracks are called


def flags(called):
    return {f"{name}_id": np.asarray(called == i, float) for i, name in enumerate(SPECIES)}


def test_of_two_names_the_first_on_the_card_s_line_counts():
    block = {"pdg": np.zeros(3)} | {name: np.array([0.0, 1.0, 0.0]) for name in identity.FLAGS}
    block["electron_id"], block["kaon_id"] = np.array([1.0, 1.0, 0.0]), np.array([1.0, 1.0, 0.0])
    assert identity.names(block).tolist() == [0, 1, 5]


@given(st.lists(st.integers(0, 400), min_size=6, max_size=6))
@derandomized
def test_rows_of_a_matrix_are_shares_that_a_card_takes(numbers):
    counts = np.broadcast_to(np.array(numbers, float), (3, 4, 6))
    base = identity.matrix(BASE, "pion")
    few = counts.sum(axis=-1) < shares.LEAST
    value, error, covariance = identity.multinomial(counts, base, few)
    changed = cards.change(BASE, {"identification.pion": identity.by_part(value)})
    assert np.allclose(identity.matrix(changed, "pion"), value)
    assert np.all((error > 0) == ~few[..., None])
    if few.any():
        assert np.array_equal(value, base)
    else:
        assert np.allclose(value, counts[..., :5] / counts.sum(axis=-1, keepdims=True), atol=2e-7)
        assert np.linalg.eigvalsh(covariance).min() > -1e-9


def test_the_covariance_of_a_row_is_that_of_its_samples():
    q, n = np.array([0.05, 0.1, 0.6, 0.15, 0.02, 0.08]), 1000
    draws = np.random.default_rng(2).multinomial(n, q, 4000)
    spread = np.cov(draws[:, :5].T / n)
    _, _, said = identity.multinomial(np.broadcast_to(n * q, (3, 4, 6)), identity.matrix(BASE, "pion"), np.zeros((3, 4), bool))
    scale = np.sqrt(np.outer(np.diag(spread), np.diag(spread)))
    assert np.abs((spread - said[0, 0]) / scale).max() < 0.07


@pytest.mark.parametrize("name", SPECIES)
def test_a_matrix_by_part_and_momentum_is_counted_where_it_belongs(name):
    n = 200
    theta, p = np.repeat(np.radians([20.0, 80.0, 140.0]), 4 * n), np.tile(np.repeat([0.2, 0.5, 0.8, 2.0], n), 3)
    place = np.repeat(np.arange(12), n)
    momentum = {"px": p * np.sin(theta), "py": 0 * p, "pz": p * np.cos(theta)}
    block = momentum | {f"true_{key}": column for key, column in momentum.items()} | flags(place % 6)
    block |= {"pdg": np.full(12 * n, float(CODES[SPECIES.index(name)])), "found": np.ones(12 * n)}
    made = identity.rows_of(name)(identity.called(name)(prepared(block, BASE)[0], BASE), BASE)
    value = np.array([made.found[0].value[part] for part in identity.PARTS]).reshape(12, 5)
    assert np.array_equal(value, np.eye(6)[np.arange(12) % 6, :5])
    assert made.found[0].number == 12 * n
    other = SPECIES[SPECIES.index(name) - 1]
    assert not len(identity.called(other)(prepared(block, BASE)[0], BASE))


def test_a_matrix_is_written_with_its_errors(tmp_path):
    value, error = ({part: [[q] * 5] * 4 for part in identity.PARTS} for q in (0.12, 0.01))
    text = rewritten(cards.text("belle2"), BASE, [Found("identification.kaon", value, error, 999, "said")], "calibrate: abc")
    (tmp_path / "mine.toml").write_text(text)
    made = cards.load(tmp_path / "mine.toml").identification
    assert np.all(identity.matrix(cards.load(tmp_path / "mine.toml"), "kaon") == 0.12)
    assert np.array(made.kaon.error["barrel"]).shape == (4, 5)
    assert (made.kaon.status, made.kaon.source, made.kaon.note) == ("measured", "calibrate: abc, 999 entries", "said")
    assert made.pion == BASE.identification.pion
    assert made.proton == BASE.identification.proton


# --- widths


def test_a_term_that_is_zero_in_the_base_is_found():
    rng, n = np.random.default_rng(4), 20_000
    second = np.exp(rng.uniform(-4, 4, n))
    residual = np.sqrt(1e-6 + 4e-6 * second) * rng.standard_normal(n)
    some = tracks.two([np.ones(n), second, residual, second], (1e-3, 0.0), 0.1)
    made = two_terms(some, Terms(("a", "b"), (1e-3, 0.0), "t", "x", 0.1))
    error = np.sqrt(np.diag(made.covariance))
    assert np.abs((made.value - [1e-3, 2e-3]) / error).max() < 4
    assert error[1] < 0.02 * made.value[1]


def test_impact_parameters_are_measured_from_where_a_particle_was_made():
    """Tracks from 1 cm beside the axis: the residual is that of the measurement, not the distance."""
    block = entries(table(events=4000), "track")
    some, _ = prepared(block, BASE)
    plain = tracks.impact_fit(tracks.impact(some, BASE), BASE).found
    moved = dict(block)
    moved["true_x"], moved["true_z"] = np.full(4000, 0.3), np.full(4000, -0.2)
    there, _ = prepared(moved, BASE)
    d, z = tracks.nearest(there, BASE)
    d_then, z_then = tracks.nearest(some, BASE)
    there |= {"d0": there["d0"] + d - d_then, "z0": there["z0"] + z - z_then}
    for one, two in zip(plain, tracks.impact_fit(tracks.impact(there, BASE), BASE).found, strict=True):
        assert two.value == pytest.approx(one.value, rel=1e-3)
    assert np.abs(d).max() > 0.29


# --- photons and charges


def test_photons_are_lost_beside_those_that_convert():
    c = 1 - np.exp(-LENGTHS * 0.045)
    assert shares.converting(np.array([np.pi / 2]), BASE)[0] == pytest.approx(c)
    assert not shares.converting(np.array([1.0]), cards.change(BASE, {"matter.conversion": "off"})).any()
    total, matter = np.array([1e6, 1e6]), np.array([0.03, 0.1])
    q, error = shares.beside(total * (1 - 0.98 * (1 - matter)), total, matter)
    assert q == pytest.approx(0.02, abs=1e-9)
    assert error == pytest.approx(
        np.sqrt(1 / sum(n * (1 - m) ** 2 / (0.98 * (1 - m) * (1 - 0.98 * (1 - m))) for n, m in zip(total, matter, strict=True)))
    )
    alone, plain = shares.beside(np.array([20.0]), np.array([1000.0]), np.zeros(1)), shares.share(20, 1000)
    assert alone == pytest.approx(plain, rel=0.02)


def test_a_loss_that_conversions_hide_is_left_at_the_base():
    true = cards.change(BASE, {"calorimeter.photon_inefficiency": 0.0})
    block, _ = prepared(entries(table(true, 3000, seed=5), "photon"), BASE)
    made = shares.photon_inefficiency(shares.photons(block, BASE), BASE)
    assert not made.found
    assert "convert by the base's matter" in made.left[0]


def test_wrong_charges_are_counted_and_none_is_a_bound():
    block, _ = prepared(entries(table(events=2000), "track"), BASE)
    right = {**block, "charge": block["true_charge"]}
    assert "none of" in shares.charge_flip(shares.charges(right, BASE), BASE).left[0]
    wrong = right | {"charge": np.where(np.arange(2000) % 50 == 0, -1, 1) * block["true_charge"]}
    found = shares.charge_flip(shares.charges(wrong, BASE), BASE).found[0]
    assert abs(found.value - 0.02) < 4 * found.error
