"""Windows of signals without a peak: the shortest interval that holds a share."""

from dataclasses import replace

import numpy as np
import pytest

from darkrecoil import analyses
from darkrecoil.chain.stream import Selected
from darkrecoil.cli.select import _result as selected
from darkrecoil.limits.windows import shortest, window


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


@pytest.mark.parametrize(("search", "peak"), [("belle2_tau_tau_invisible", False), ("belle2_zprime_invisible", True)])
def test_select_counts_in_the_window_of_limit(search, peak):
    """About the peak, or the shortest interval that holds the share of a signal without one."""
    analysis = analyses.find(search)
    values = np.random.default_rng(5).normal(20.0, 3.0, 4000)
    some = Selected("file", np.ones((len(analysis.rows) + 1, 3)) * 4000, values, np.ones(4000), 4000, 1.0)
    found, flow = selected(search, analysis, some, 4.0)
    bounds = window(analysis, 4.0, some).bounds
    assert found["window"] == list(bounds)
    assert flow.rows[-1].events == ((values > bounds[0]) & (values < bounds[1])).sum()
    if peak:
        assert found["reason"] is None
        assert found["peak"]["mean"] == pytest.approx(20.0, abs=0.2)
    else:
        assert flow.rows[-1].events == pytest.approx(0.8 * 4000, abs=3)
        assert found["peak"]["width"] is None
        assert "the signal has no peak" in found["reason"]
    few = replace(some, values=values[:50], weights=np.ones(50))
    assert selected(search, analysis, few, 4.0)[0]["window"] is None
