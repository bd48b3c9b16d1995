"""Radiation in compiled loops: momentum, masses, rates and spectra of what one beam or one pair radiates."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from radiating import ROOT, invariant, mean

from darkrecoil.constants import ALPHA_0, M_E, M_MU, M_TAU
from darkrecoil.generate import multichannel
from darkrecoil.generate.radiation import structure
from darkrecoil.generate.radiation.kernels import ALONE, parted
from darkrecoil.generate.radiation.kernels import final as uncompiled


@pytest.fixture(scope="module")
def engine():
    return multichannel.engine()


def back_to_back(root, m1, m2, n):
    e1 = (root**2 + m1**2 - m2**2) / (2 * root)
    p = np.sqrt(e1**2 - m1**2)
    column = [e1, 0.6 * p, 0, 0.8 * p, root - e1, -0.6 * p, 0, -0.8 * p]
    return np.repeat(np.array(column)[:, None], n, axis=1)


def emitted(kernels, root, m1, m2, n, seed=1):
    start, photons, weight = back_to_back(root, m1, m2, n), np.empty((8, n)), np.ones(n)
    out = start.copy()
    words = np.array([seed, 7], dtype=np.uint64)
    kernels.final(np.uint64(0), words, np.uint64(9), 0, 1, m1, m2, np.full(n, root**2), start, out, photons, weight)
    return start, out, photons, weight


@pytest.mark.parametrize(
    ("root", "m1", "m2"),
    [
        (10.58, M_MU, M_MU),
        (4.2, M_TAU, M_TAU),
        (3.56, M_TAU, M_TAU),
        (2.0, M_E, M_TAU),
        (2.0, M_TAU, M_MU),
        (0.25, M_MU, M_MU),
        (10.58, M_E, M_E),
    ],
)
def test_final_radiation_leaves_the_rate(engine, root, m1, m2):
    """Mean 1 and no weight below 0, down to the threshold; the uncompiled kernel is the reference."""
    *_, weight = emitted(engine.radiation, root, m1, m2, 100_000)
    value, error = mean(weight)
    assert value == pytest.approx(1, abs=4 * error)
    assert weight.min() >= 0
    plain = emitted(SimpleNamespace(final=uncompiled), root, m1, m2, 50)
    for one, other in zip(plain, emitted(engine.radiation, root, m1, m2, 50), strict=True):
        assert np.allclose(one, other, rtol=1e-9, atol=1e-9)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**31), st.floats(0.5, 12), st.sampled_from([(M_MU, M_MU), (M_E, M_MU), (M_E, M_E)]))
def test_final_radiation_keeps_momentum_and_masses(engine, seed, root, masses):
    start, out, photons, _ = emitted(engine.radiation, root, *masses, 500, seed)
    assert np.allclose(out[:4] + out[4:] + photons[:4] + photons[4:], start[:4] + start[4:], atol=1e-12)
    for p, m in ((out[:4], masses[0]), (out[4:], masses[1]), (photons[:4], 0.0), (photons[4:], 0.0)):
        assert np.allclose(invariant(p.T), m * m, atol=1e-12)
    assert np.all((photons[0] == 0) | (photons[0] >= 0.9e-9))
    assert np.mean(photons[4] > 0) < 0.4  # a second one is not the rule


def test_photons_go_along_the_light_charge_and_take_from_it(engine):
    """Of an electron and a tau the electron radiates most, within its dead cone's reach, and the tau keeps its energy then."""
    start, out, photon, weight = emitted(engine.radiation, 5.0, M_E, M_TAU, 50_000)
    hard = (photon[0] > 0.05) & (photon[4] == 0)
    cosine = (photon[1:4] * start[1:4]).sum(axis=0)[hard] / photon[0, hard] / np.sqrt((start[1:4, hard] ** 2).sum(axis=0))
    rate = weight[hard]
    near = cosine > 0.99
    assert rate[near].sum() > 0.6 * rate.sum()
    assert rate[cosine < -0.99].sum() < 0.02 * rate.sum()
    taken = start[0, hard] - out[0, hard]
    assert np.allclose(taken[cosine > 0.9999], photon[0, hard][cosine > 0.9999], rtol=0.02)


def test_final_photons_follow_the_fragmentation(engine):
    """b z^(b-1) (1 + (1-z)^2)/2 against the histogram, chi^2."""
    _, out, photons, weight = emitted(engine.radiation, ROOT, M_MU, M_MU, 400_000)
    z = np.where(photons[4] > 0, 1 - invariant((out[:4] + out[4:]).T) / ROOT**2, 2 * photons[0] / ROOT)
    edges = np.array([1e-6, 1e-4, 1e-2, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
    value, square = np.histogram(z, edges, weights=weight)[0], np.histogram(z, edges, weights=weight**2)[0]
    speed = np.sqrt(1 - (2 * M_MU / ROOT) ** 2)
    b = 2 * ALPHA_0 / np.pi * ((1 + speed**2) / (2 * speed) * np.log((1 + speed) / (1 - speed)) - 1)

    def upto(x):
        return x**b - b / (1 + b) * x ** (1 + b) + b / (2 * (2 + b)) * x ** (2 + b)

    expected = np.diff(upto(edges)) / upto(1 - (2 * M_MU / ROOT) ** 2) * len(z)
    assert np.sum((value - expected) ** 2 / square) < 26  # 8 bins: 0.1 %


def before(kernels, root, x, least, seed):
    """s of the hard process (n,), its system (7, n), the photons (4, 4, n), two of e- and two of e+, and the weight (n,)."""
    n = x.shape[1]
    hard, system, photons, share, weight = np.empty(n), np.empty((7, n)), np.empty((16, n)), np.empty((2, n)), np.ones(n)
    words = np.array([seed, 3], dtype=np.uint64)
    kernels.radiation.initial(np.uint64(0), words, np.uint64(8), np.full(n, root**2), x, least, hard, system, photons, share, weight)
    return hard, system, photons.reshape(4, 4, n), weight


@pytest.mark.parametrize("b", [0.02, 0.06])
def test_a_soft_photon_is_not_lost_beside_harder_ones(b):
    """The number of photons of a Poisson process b dz/z whose sum is below 1: b (1 - z)^b/z, but for third photons.

    One photon that stands for all has b z^(b - 1) of it, 12 to 20 % less here.
    """
    rng = np.random.default_rng(3)
    z = structure.fraction(rng.random(2_000_000), b)
    first, second = parted(z, structure.fraction(rng.random(len(z)), b), 5.0)
    assert np.allclose((1 - first) * (1 - second), 1 - z)
    assert np.all((second == 0) | (np.minimum(first, second) > 0.9 * ALONE / 5.0))
    edges = np.array([1e-3, 3e-3, 1e-2, 3e-2, 0.1])
    found = np.histogram(np.concatenate([first, second]), edges)[0] / len(z)
    middle = np.sqrt(edges[1:] * edges[:-1])
    expected = b * np.log(edges[1:] / edges[:-1]) * (1 - middle) ** b
    third = 0.5 * (b * np.log(1 / middle)) ** 2  # at least two others are harder
    ratio = found / expected
    assert np.all(np.abs(ratio - (1 - third)) < 4 / np.sqrt(found * len(z)) + 0.5 * third + 0.003)
    assert np.all(middle[:-1] ** b < ratio[:-1] - 0.03)


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 2**31), st.sampled_from([0.6, 3.7, 10.58]))
def test_beams_lose_what_their_photons_have(engine, seed, root):
    n = 500
    x = np.random.default_rng(seed).random((2, n))
    hard, system, photons, weight = before(engine, root, x, 0.01, seed)
    total = np.array([root, 0, 0, 0])[:, None]
    assert np.allclose(system[:4] + photons.sum(axis=0), total, atol=1e-12)
    assert np.allclose(invariant(system[:4].T), hard, atol=1e-12 * root**2)
    assert np.allclose((system[4:] ** 2).sum(axis=0), 1)
    assert np.allclose(invariant(np.moveaxis(photons, 1, 2)), 0, atol=1e-12)
    z = structure.fraction(x, structure.exponent(np.log(root**2 / M_E**2)))
    allowed = root**2 * np.prod(1 - z, axis=0)
    assert np.allclose(hard[weight > 0], allowed[weight > 0], rtol=1e-5)  # whatever the photons' angles
    assert np.all(np.isfinite(weight))
    assert np.all(weight >= 0)
    assert np.all(hard > 0.01)
    along = np.array([1, 1, -1, -1])[:, None] * photons[:, 3] > 0  # each its own beam, mostly
    assert np.mean(along[photons[:, 0] > 0]) > 0.8
    assert np.mean(along[1::2][photons[1::2, 0] > 0]) > 0.5


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 2**31))
def test_the_hard_process_goes_on_along_what_is_left_of_the_beams(engine, seed):
    """In its frame the electron's axis is the boosted p - k; momenta come back with their masses, angles to it, and the system's total."""
    n = 200
    x = np.random.default_rng(seed).random((2, n)) * 0.05 + 0.95  # much is radiated
    hard, system, photons, _ = before(engine, ROOT, x, 0.1, seed)
    start = np.concatenate([0.5 * np.sqrt(hard) * np.repeat(np.array([1, 0.6, 0, 0.8])[:, None], n, axis=1)])
    start = np.concatenate([start, start * np.array([1, -1, -1, -1])[:, None]])
    out = np.empty_like(start)
    engine.radiation.moved(hard, system, start, out)
    assert np.allclose(out[:4] + out[4:], system[:4], atol=1e-10)
    assert np.allclose(invariant(out[:4].T), 0, atol=1e-9)
    electron = np.array([ROOT / 2, 0, 0, np.sqrt(ROOT**2 / 4 - M_E**2)])[:, None] - photons[:2].sum(axis=0)
    product = out[0] * electron[0] - (out[1:4] * electron[1:]).sum(axis=0)
    gamma_e = (system[0] * electron[0] - (system[1:4] * electron[1:]).sum(axis=0)) / np.sqrt(hard)
    size = np.sqrt(gamma_e**2 - invariant(electron.T))
    assert np.allclose(product, 0.5 * np.sqrt(hard) * (gamma_e - 0.8 * size), atol=1e-8)
