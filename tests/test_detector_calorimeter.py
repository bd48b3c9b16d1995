"""The calorimeter: resolutions by two limits and by Monte Carlo, gaps, losses, thresholds; Gaussian numbers."""

import numpy as np
import pytest
from detector_tools import CARD, NUMBERS, derandomized, many_photons, uniforms, unit
from hypothesis import given
from hypothesis import strategies as st

from darkrecoil.detector import layout, photons, smear
from darkrecoil.detector.calorimeter import polynomial, region, resolution
from darkrecoil.detector.card import change, load
from darkrecoil.detector.layout import pack

ENERGIES = (0.1, 0.5, 1.0, 3.0, 5.0)


def directions(found):
    kept = found["present"] > 0
    px, py, pz = (found[name][kept] for name in ("px", "py", "pz"))
    return np.arctan2(np.hypot(px, py), pz), np.arctan2(py, px)


# --- Gaussian numbers and angles


def test_box_muller_is_standard_normal_and_uncorrelated():
    u, v = uniforms(0, 2, 400_000)
    a, b = smear.normal_pair(u, v)
    both = np.sort(np.concatenate([a, b]))
    from scipy.special import ndtr

    # Kolmogorov-Smirnov: 1.95/sqrt(n) is the 0.1 % point
    assert np.max(np.abs(ndtr(both) - np.linspace(0, 1, len(both)))) < 1.95 / np.sqrt(len(both))
    assert abs(np.mean(a * b)) < 4 / np.sqrt(len(a))


@given(st.floats(0.05, 3.1), st.floats(-0.05, 0.05))
@derandomized
def test_a_turned_direction_is_the_sum_of_angles(theta, angle):
    cosine, sine = smear.turned(np.cos(theta), np.sin(theta), angle)
    assert cosine == pytest.approx(np.cos(theta + angle), abs=1e-15)
    assert sine == pytest.approx(np.sin(theta + angle), abs=1e-15)


# --- calorimeter resolution


@pytest.mark.parametrize(
    ("start", "quoted", "unit"),
    [
        (layout.ENERGY_SIGMA, (3.27, 2.28, 2.04, 1.81, 1.75), 0.01),
        (layout.THETA_SIGMA, (7.8, 4.8, 3.9, 2.7, 2.3), 1e-3),
        (layout.PHI_SIGMA, (9.6, 5.9, 4.5, 2.7, 2.0), 1e-3),
    ],
)
def test_barrel_resolution_at_low_background(start, quoted, unit):
    energies = np.array(ENERGIES)
    sigma = resolution(energies, False, True, 0.022, NUMBERS, start)
    digit = 0.006 if unit == 0.01 else 0.06  # half of the last digit quoted, and rounding
    assert sigma / unit == pytest.approx(quoted, abs=digit)


def test_resolution_by_region_and_level():
    # basf2 ECLCovarianceMatrixModule.cc by hand: forward 2.0 %, backward 2.4 % at 5 GeV; high background 7.7 % at 0.1 GeV
    forward = resolution(5.0, True, False, 0.022, NUMBERS, layout.ENERGY_SIGMA)
    backward = resolution(5.0, False, False, 0.022, NUMBERS, layout.ENERGY_SIGMA)
    noisy = resolution(0.1, False, True, 0.022, pack(load("belle2", "design")), layout.ENERGY_SIGMA)
    assert (forward, backward, noisy) == pytest.approx((0.020, 0.024, 0.077), abs=5e-4)


@pytest.mark.parametrize("part", ["forward", "barrel", "backward"])
@pytest.mark.parametrize("level", ["low", "middle", "high"])
def test_resolution_takes_its_own_coefficients(part, level):
    card = change(CARD, {"calorimeter.background": level})
    tables = {"energy_resolution": (layout.ENERGY_SIGMA, 0.01), "theta_resolution": (layout.THETA_SIGMA, 1e-3)}
    for name, (start, factor) in (tables | {"phi_resolution": (layout.PHI_SIGMA, 1e-3)}).items():
        row = getattr(getattr(getattr(card.calorimeter, name).value, part), level)
        for energy in (0.03, 0.3, 3.0):
            expected = factor * np.dot(row, [1 / energy, energy**-0.5, energy**-0.25, 1])
            seen = resolution(energy, part == "forward", part == "barrel", 0.022, pack(card), start)
            assert seen == pytest.approx(expected, rel=1e-12)


def test_resolution_has_its_two_limits():
    assert polynomial(1e-8, 2e-2, 1.0, 1.0, 1.0) == pytest.approx(2e6, rel=0.01)  # p0/E
    assert polynomial(1e30, 1.0, 1.0, 1.0, 0.7) == pytest.approx(0.7)  # p3
    assert polynomial(1.0, -5.0, 0.0, 0.0, 1.0) == 0.0
    assert resolution(0.001, False, True, 0.022, NUMBERS, layout.ENERGY_SIGMA) == resolution(
        0.022, False, True, 0.022, NUMBERS, layout.ENERGY_SIGMA
    )


@pytest.mark.parametrize(("energy", "theta"), [(0.3, 0.35), (0.3, 1.2), (4.0, 1.2), (2.0, 2.5)])
def test_photons_are_smeared_by_the_formula(energy, theta):
    found = many_photons(energy, theta, card=pack(change(CARD, {"calorimeter.energy_tail": 0.0})))
    flags = region(np.cos(theta), NUMBERS, layout.REGIONS)[:2]
    expected = [resolution(energy, *flags, 0.022, NUMBERS, start) for start in (layout.ENERGY_SIGMA, layout.THETA_SIGMA, layout.PHI_SIGMA)]
    kept = found["present"] > 0
    seen = (found["energy"][kept] / energy - 1, *(angle - true for angle, true in zip(directions(found), (theta, 0.3), strict=True)))
    for values, sigma in zip(seen, expected, strict=True):
        assert np.std(values) == pytest.approx(sigma, rel=4 / np.sqrt(2 * kept.sum()))  # 4 sigma of a standard deviation
        assert abs(np.mean(values)) < 4 * sigma / np.sqrt(kept.sum())


# --- where photons are lost


@pytest.mark.parametrize(
    ("theta", "seen"), [(12.0, 0), (12.8, 1), (31.0, 1), (31.8, 0), (32.6, 1), (128.3, 1), (129.7, 0), (131.2, 1), (154.8, 1), (155.6, 0)]
)
def test_gaps_swallow_photons(theta, seen):
    found = many_photons(2.0, np.radians(theta), 1000)
    assert found["present"].mean() == pytest.approx(seen, abs=5e-3)  # the inefficiency is 1e-4
    assert (found["energy"][found["present"] == 0] == 0).all()


def test_the_calorimeter_loses_its_share():
    lossy = many_photons(2.0, 1.2, 100_000, pack(change(CARD, {"calorimeter.photon_inefficiency": 0.1})))
    assert lossy["present"].mean() == pytest.approx(0.9, abs=4 * np.sqrt(0.09 / 100_000))
    none = many_photons(2.0, 1.2, 100_000, pack(change(CARD, {"calorimeter.photon_inefficiency": 0.0})))
    assert none["present"].all()


@pytest.mark.parametrize(("theta", "threshold"), [(0.35, 0.05), (1.2, 0.05), (2.5, 0.075)])
def test_thresholds_by_region(theta, threshold):
    assert many_photons(0.9 * threshold, theta, 1000)["present"].mean() < 0.05
    assert many_photons(1.15 * threshold, theta, 1000)["present"].mean() > 0.95


@given(st.floats(1e-4, 7.0), st.floats(0.01, 3.13), st.tuples(*[unit] * 6))
@derandomized
def test_a_cluster_is_massless_or_absent(energy, theta, u):
    present, e, *p, _, _ = photons.photon(energy * np.sin(theta), 0.0, energy * np.cos(theta), 1.0, *u, NUMBERS)
    assert np.isfinite([e, *p]).all()
    assert e == pytest.approx(np.linalg.norm(p), rel=1e-12)
    assert (e > 0) == (present == 1)
