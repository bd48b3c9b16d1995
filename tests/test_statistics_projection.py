"""Large luminosity with few generated events: every nuisance is broad, counts are in the millions, and it must stay right and quick."""

import numpy as np
import pytest
from scipy.special import gammaincc

from darkrecoil.statistics import bayes, counting

CASES = {
    "one generated event stands for millions": ([0.0, 4.6e6], [0.0, 4.6e6 * 2.0e6], [2.4e6, 2.8e6], 0.22, 5720.0, 0.147),
    "a published systematic dominates": ([0.0, 4.3e6], [0.0, 4.3e6 * 1.1e4], [6.4e4, 1.1e4], 0.22, 5700.0, 0.147),
    "generated events dominate": ([0.0, 4.3e6], [0.0, 4.3e6 * 1.1e4], [6.4e4, 1.1e4], 5e-4, 5700.0, 3e-4),
    "two poor sources": ([0.0, 3e4], [0.0, 3e4 * 3e4], [2e4, 3e4], 0.3, 1.0, 0.147),
}


def content(window, n, s, size=400_000):
    """Posterior probability of a signal below s, by brute-force averaging over the nuisances."""
    rng = np.random.default_rng(3)
    background = np.full(size, counting.known(window))
    for shape, scale in counting.gammas(window):
        background += rng.gamma(shape, scale, size)
    background *= np.exp(rng.normal(size=size) * np.log1p(window.background_relative))
    epsilon = window.efficiency * np.exp(rng.normal(size=size) * np.log1p(window.efficiency_relative))
    return 1 - np.mean(gammaincc(n + 1, epsilon * s + background) / epsilon) / np.mean(gammaincc(n + 1, background) / epsilon)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", CASES)
def test_limits_hold_the_posterior_they_claim(name):
    window = counting.from_sources(*CASES[name])
    counts, _ = bayes.expected_counts(window)
    for n, limit in zip(counts[1:], bayes.expected(window, 0.9)[1:], strict=True):
        assert content(window, n, limit) == pytest.approx(0.9, abs=0.005)


def test_the_quick_way_joins_the_transform(monkeypatch):
    """The same limits where both can be afforded."""
    from darkrecoil.statistics import marginal

    window = counting.from_sources([0.0, 3e4], [0.0, 3e4 * 3e4], [2e4, 3e4], 0.3, 1.0, 0.147)
    limits = []
    for affordable in (1e9, 0):
        monkeypatch.setattr(marginal, "AFFORDABLE", affordable)
        limits.append(bayes.upper_limit(40_000, window, 0.9))
    assert limits[0] == pytest.approx(limits[1], rel=1e-3)
