"""What a charged particle leaves in the calorimeter: Landau's density, ionisation, hadrons, electrons; where it meets a crystal."""

from itertools import pairwise

import numpy as np
import pytest
from detector_tools import CARD, MATTER, NUMBERS, derandomized, direction, many_tracks, one_track, uniforms, unit
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, optimize

from darkrecoil.constants import M_E, M_MU, M_PI
from darkrecoil.detector import deposit, layout, tracks
from darkrecoil.detector.calorimeter import resolution
from darkrecoil.detector.card import change
from darkrecoil.detector.layout import pack

# --- Landau and ionisation


def density(x):
    """Landau's density by its real integral; Landau, J. Phys. USSR 8 (1944) 201."""
    return integrate.quad(lambda t: np.exp(-t * np.log(t) - x * t) * np.sin(np.pi * t), 0, 60, limit=400, epsabs=1e-10)[0] / np.pi


def test_landau_mode():
    peak = optimize.minimize_scalar(lambda x: -density(x), bounds=(-1, 1), method="bounded", options={"xatol": 1e-10})
    assert peak.x == pytest.approx(deposit.LANDAU_MODE, abs=1e-6)


def test_landau_numbers_follow_the_integral():
    n = 400_000
    x = deposit.landau(*uniforms(3, 2, n))
    edges = np.array([-3.0, -2, -1, 0, 1, 2, 4, 8, 16, 64])
    grid = [np.linspace(a, b, 33) for a, b in pairwise(edges)]
    expected = np.array([integrate.simpson([density(x) for x in points], x=points) for points in grid])
    share = np.histogram(x, edges)[0] / n
    assert np.abs(share - expected) == pytest.approx(0, abs=4 * np.sqrt(0.25 / n))
    assert np.abs((share - expected) / np.sqrt(expected / n)).max() < 4.5
    # the tail of a stable law of index 1: P(x > X) -> 1/X, next order ln(X)/X^2
    assert (x > 1000).mean() == pytest.approx(1e-3, abs=4 * np.sqrt(1e-3 / n) + np.log(1000) / 1e6)


@given(unit, unit)
@derandomized
def test_landau_numbers_are_finite(u, v):
    assert np.isfinite(deposit.landau(u, v))


def bethe(beta_gamma, m=M_MU):
    """Mean loss of a muon, GeV/cm: PDG 2022, eq. 34.5, with the card's material."""
    gamma = np.sqrt(1 + beta_gamma**2)
    beta = beta_gamma / gamma
    largest = 2 * M_E * beta_gamma**2 / (1 + 2 * gamma * M_E / m + (M_E / m) ** 2)
    delta = deposit.density_effect(beta_gamma, *MATTER[3:])
    bracket = 0.5 * np.log(2 * M_E * beta_gamma**2 * largest / MATTER[2] ** 2) - beta**2 - delta / 2
    return 0.307075e-3 * MATTER[1] / beta**2 * bracket * 4.51


def peak_loss(momentum, m=M_MU):
    energy = np.hypot(momentum, m)
    beta, beta_gamma = momentum / energy, momentum / m
    xi = deposit.landau_width(beta, MATTER[0], MATTER[1])
    return float(deposit.most_probable_loss(beta, beta_gamma, xi, MATTER[2], deposit.density_effect(beta_gamma, *MATTER[3:])))


def test_material_gives_the_tabulated_minimum():
    least = optimize.minimize_scalar(bethe, bounds=(1, 10), method="bounded")
    assert least.fun == pytest.approx(5.605e-3, rel=2e-3)  # PDG, cesium iodide: 1.243 MeV cm^2/g x 4.51 g/cm^3


def test_density_effect_joins_its_pieces():
    cbar, x0, x1, a, k = MATTER[3:]
    for x in (x0, x1):
        below, above = (deposit.density_effect(10 ** (x + d), cbar, x0, x1, a, k) for d in (-1e-7, 1e-7))
        # the fit's own step at x0: Sternheimer, Berger and Seltzer quote an error of 0.067
        assert below == pytest.approx(above, abs=0.01)
    assert deposit.density_effect(0.5, cbar, x0, x1, a, k) == 0
    plasma = 28.816e-9 * np.sqrt(4.51 * 0.41569)  # GeV; PDG 2022, table 34.1
    assert cbar == pytest.approx(2 * np.log(MATTER[2] / plasma) + 1, abs=1e-3)  # PDG 2022, eq. 34.6


def test_most_probable_loss_has_its_high_energy_limit():
    plasma = 28.816e-9 * np.sqrt(4.51 * 0.41569)
    xi = deposit.landau_width(1.0, MATTER[0], MATTER[1])
    limit = xi * (np.log(2 * M_E * xi / plasma**2) + 0.2)  # PDG 2022, the line after eq. 34.12
    assert peak_loss(1000.0) == pytest.approx(limit, rel=1e-3)
    assert 0.17 < peak_loss(1.0) < peak_loss(5.0) < limit < 0.20


def test_most_probable_loss_is_below_the_mean():
    for momentum in (1.0, 5.0):
        assert peak_loss(momentum) < 30 * bethe(momentum / M_MU)
    # at minimum ionisation the largest transfer is no longer above xi and the formula leaves its range: it is 4 % too high
    assert peak_loss(0.4) == pytest.approx(30 * bethe(0.4 / M_MU), rel=0.05)


@pytest.mark.parametrize("momentum", [1.0, 5.0])
def test_a_muon_leaves_the_most_probable_loss(momentum):
    found = many_tracks(13, momentum, 1.2)
    left = found["ecl_energy"][found["present"] > 0]
    share, edges = np.histogram(left, np.arange(0.12, 0.30, 0.004))
    assert edges[share.argmax()] + 0.002 == pytest.approx(peak_loss(momentum), abs=0.006)  # one bin and a half
    xi = deposit.landau_width(1.0, MATTER[0], MATTER[1])
    median = peak_loss(momentum) + xi * (1.35578 - deposit.LANDAU_MODE)  # median of Landau's density
    assert np.median(left) == pytest.approx(median, abs=0.0015)


@given(st.sampled_from([13, -13, 211, -321, 2212]), st.floats(0.05, 7.0), st.floats(0.3, 2.6), st.tuples(*[unit] * 12))
@derandomized
def test_no_particle_but_an_electron_leaves_more_than_its_kinetic_energy(pid, momentum, theta, u):
    found = one_track(pid, momentum * direction(theta), (0.0, 0.0, 0.0), u)
    m = float(tracks.mass(abs(pid)))
    assert np.isfinite(found).all()
    assert 0 <= found[5] <= (np.hypot(momentum, m) - m) * (1 + 1e-12) + 1e-9


@pytest.mark.parametrize(("theta", "pt", "reached"), [(31.8, 1.0, 0), (129.7, 1.0, 0), (80, 0.27, 0), (80, 0.29, 1), (25, 0.27, 1)])
def test_where_a_straight_track_meets_the_calorimeter(theta, pt, reached):
    straight = pack(change(CARD, {"geometry.field": 0.0}))
    found = many_tracks(11, pt / np.sin(np.radians(theta)), np.radians(theta), 1000, straight)
    assert (found["ecl_energy"][found["present"] > 0] > 0).mean() == reached


def test_an_electron_leaves_its_energy():
    found = many_tracks(11, 3.0, 1.2)
    left = found["ecl_energy"][found["present"] > 0]
    sigma = resolution(3.0, False, True, 0.022, NUMBERS, layout.ENERGY_SIGMA)
    assert np.mean(left) == pytest.approx(3.0, rel=1e-4)
    assert np.std(left) / 3.0 == pytest.approx(sigma, rel=0.01)


def test_a_pion_crosses_or_interacts():
    found = many_tracks(211, 2.0, 1.2)
    left = found["ecl_energy"][found["present"] > 0]
    crossing, kinetic = np.exp(-30 / 44.12), np.hypot(2.0, M_PI) - M_PI
    beta = 2.0 / np.hypot(2.0, M_PI)
    xi = deposit.landau_width(beta, MATTER[0], MATTER[1])
    ionised = np.minimum(peak_loss(2.0, M_PI) + xi * (deposit.landau(*uniforms(8, 2, 200_000)) - deposit.LANDAU_MODE), kinetic)
    for above in (0.4, 0.7, 1.0, 1.5):
        share = np.where(ionised > above, 1.0, (kinetic - above) / np.maximum(kinetic - ionised, kinetic - above))
        expected = np.mean(crossing * (ionised > above) + (1 - crossing) * share)
        assert (left > above).mean() == pytest.approx(expected, abs=5 * np.sqrt(0.25 / len(left)))
    straight = many_tracks(211, 2.0, 1.2, card=pack(change(CARD, {"crystal.pion_interaction_length": 1e9})))["ecl_energy"]
    assert np.median(straight[straight > 0]) == pytest.approx(0.195, abs=0.01)
