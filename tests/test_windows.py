"""Windows of signals without a peak: the shortest interval that holds a share."""

import numpy as np
import pytest

from darkrecoil.limits.windows import shortest


def test_the_shortest_interval_of_an_exponential_begins_at_its_edge():
    values = -np.log1p(-(np.arange(10_000) + 0.5) / 10_000)
    low, high = shortest(values, np.ones(10_000), 0.8)
    assert low == pytest.approx(0.0, abs=1e-3)
    assert high == pytest.approx(-np.log(0.2), rel=1e-3)


def test_of_a_normal_distribution_it_is_central():
    values = np.random.default_rng(1).normal(3.0, 2.0, 200_000)
    low, high = shortest(values, np.ones(len(values)), 0.6827)
    assert high - low == pytest.approx(4.0, rel=0.01)
    assert (low + high) / 2 == pytest.approx(3.0, abs=0.2)


def test_weights_count():
    values, weights = np.array([5.0, 1.0, 2.0, 3.0]), np.array([1.0, 10.0, 10.0, 1.0])
    assert shortest(values, weights, 0.9) == (1.0, 2.0)
    assert shortest(values, weights, 0.95) == (1.0, 3.0)
    assert shortest(values, weights, 0.999) == (1.0, 5.0)
