"""The double Gaussian: it finds a mixture that is known, and a stray value does not move it."""

from math import hypot, nan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkrecoil._errors import BadValue
from darkrecoil.statistics import peak
from darkrecoil.statistics.peak import double_gaussian

fixed = settings(derandomize=True, deadline=None, max_examples=15)


def mixture(n, fraction, core, wide, mean=9.0, seed=4):
    rng = np.random.default_rng(seed)
    return mean + rng.standard_normal(n) * np.where(rng.random(n) < fraction, core, wide)


def rms(fraction, core, wide):
    return sqrt(fraction * core**2 + (1 - fraction) * wide**2)


@pytest.mark.parametrize(("fraction", "core", "wide"), [(0.7, 0.1, 0.3), (0.5, 0.2, 0.5), (0.9, 0.1, 0.2)])
def test_a_known_mixture_is_found(fraction, core, wide):
    found = double_gaussian(mixture(40_000, fraction, core, wide), np.ones(40_000))
    assert found.mean == pytest.approx(9.0, abs=5 * core / sqrt(40_000))
    assert (found.fraction, found.core, found.wide) == pytest.approx((fraction, core, wide), rel=0.08)
    assert found.width == pytest.approx(rms(fraction, core, wide), rel=0.02)
    assert found.width == pytest.approx(hypot(sqrt(found.fraction) * found.core, sqrt(1 - found.fraction) * found.wide))


def test_a_fraction_of_far_tails_costs_little():
    assert double_gaussian(mixture(40_000, 0.95, 0.1, 0.4), np.ones(40_000)).width == pytest.approx(rms(0.95, 0.1, 0.4), rel=0.04)


@pytest.mark.parametrize("n", [30, 300, 20_000])
def test_one_gaussian_has_its_own_width(n):
    x = mixture(n, 1.0, 0.25, 0.25)
    assert double_gaussian(x, np.ones(n)).width == pytest.approx(x.std(), rel=0.03)


@pytest.mark.parametrize("far", [[12.0], [9.0 + 1e6], [-400.0, 5.0, 4000.0]])
def test_stray_values_do_not_move_it(far):
    x = mixture(2000, 0.7, 0.1, 0.2)
    alone = double_gaussian(x, np.ones(2000))
    strayed = double_gaussian(np.append(x, far), np.ones(2000 + len(far)))
    assert strayed.width == pytest.approx(alone.width, rel=1e-3)
    assert strayed.mean == pytest.approx(alone.mean, abs=1e-3 * alone.width)


def test_weights_count_as_repetitions():
    x = mixture(600, 0.7, 0.1, 0.3)
    times = np.random.default_rng(1).integers(0, 4, 600)
    weighted, repeated = double_gaussian(x, 0.37 * times), double_gaussian(np.repeat(x, times), np.ones(times.sum()))
    assert (weighted.mean, weighted.width) == pytest.approx((repeated.mean, repeated.width), rel=2e-3)


def test_importance_weights_give_back_the_density():
    """Values drawn evenly and weighted with the density are the peak."""
    x = np.linspace(-3, 3, 6001)
    weight = 0.6 * np.exp(-((x / 0.2) ** 2) / 2) / 0.2 + 0.4 * np.exp(-((x / 0.5) ** 2) / 2) / 0.5
    found = double_gaussian(x, weight)
    assert (found.mean, found.core, found.wide, found.fraction) == pytest.approx((0.0, 0.2, 0.5, 0.6), abs=1e-3)


def test_binning_many_values_changes_nothing(monkeypatch):
    x = mixture(12_000, 0.7, 0.1, 0.3)
    binned = double_gaussian(x, np.ones(12_000))
    monkeypatch.setattr(peak, "BINS", 10**9)
    assert binned.width == pytest.approx(double_gaussian(x, np.ones(12_000)).width, rel=1e-5)


def test_the_gradient_is_that_of_the_loss():
    x, theta = mixture(50, 0.7, 1.0, 2.0, 0.0), np.array([0.1, -0.2, 0.5, 0.6])
    w = np.linspace(1, 2, 50) / np.linspace(1, 2, 50).sum()
    for i, step in enumerate(1e-6 * np.eye(4)):
        slope = (peak._loss(theta + step, x, w)[0] - peak._loss(theta - step, x, w)[0]) / 2e-6
        assert peak._loss(theta, x, w)[1][i] == pytest.approx(slope, abs=1e-8)


@fixed
@given(scale=st.floats(1e-6, 1e6), shift=st.floats(-5.0, 5.0))
def test_units_do_not_matter(scale, shift):
    x = mixture(400, 0.7, 0.1, 0.3)
    first, second = double_gaussian(x, np.ones(400)), double_gaussian(scale * (x + shift), np.ones(400))
    assert second.width == pytest.approx(scale * first.width, rel=1e-3)
    assert second.mean == pytest.approx(scale * (first.mean + shift), abs=1e-3 * scale)


def test_two_fits_agree_to_the_bit():
    x = mixture(5000, 0.7, 0.1, 0.3)
    assert double_gaussian(x, np.ones(5000)) == double_gaussian(x, np.ones(5000))


def test_refusals():
    x, one = mixture(30, 0.7, 0.1, 0.3), np.ones(30)
    with pytest.raises(BadValue, match=r"too few.*at least 20"):
        double_gaussian(x[:19], one[:19])
    with pytest.raises(BadValue, match="too few"):
        double_gaussian(x, np.where(np.arange(30) < 19, 1.0, 0.0))
    with pytest.raises(BadValue, match="not a number"):
        double_gaussian(np.where(np.arange(30) == 3, nan, x), one)
    with pytest.raises(BadValue, match="not a number"):
        double_gaussian(x, np.where(np.arange(30) == 3, nan, one))
    with pytest.raises(BadValue, match="negative"):
        double_gaussian(x, np.where(np.arange(30) == 3, -1.0, one))
    with pytest.raises(BadValue, match="no total weight"):
        double_gaussian(x, 0 * one)
    with pytest.raises(BadValue, match="no total weight"):
        double_gaussian(x[:0], one[:0])
    with pytest.raises(BadValue, match="differ in shape"):
        double_gaussian(x, one[:3])
    with pytest.raises(BadValue, match="no width"):
        double_gaussian(0 * x, one)
