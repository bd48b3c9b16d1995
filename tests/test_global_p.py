"""Global p-values: a Gaussian process in closed form, overlapping Poisson windows by brute force, and what a naive count gets wrong."""

from math import exp, pi, sqrt

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm, poisson

import darkrecoil as dr
from darkrecoil._errors import BadValue, UnknownName
from darkrecoil.statistics import hypotheses, significance, trials, upcrossings, windows
from darkrecoil.statistics.counting import Counting
from darkrecoil.statistics.pvalues import p_value
from darkrecoil.statistics.shapes import Polynomial

STEP = 0.5


def flat(length, step, toys, excess=0.0, bins=4):
    """A scan for Gaussian peaks of width 1 on a flat, known, high background: a process with correlation exp(-d^2/4)."""
    edges = np.linspace(-8, length + 8, bins * int(length + 16) + 1)
    known = np.full(len(edges) - 1, 1e6)
    where = hypotheses.Hypotheses(np.arange(0, length + step / 2, step), 1.0, 7.9)
    middle, peak = (edges[1:] + edges[:-1]) / 2, length / 2
    shape = np.diff(norm.cdf(edges - peak))
    signal = shape * excess / sqrt(np.sum(shape**2 / 1e6))
    assert len(middle) == len(known)
    return trials.scan_peaks(known + signal, where, edges=edges, known=known, toys=toys)


@pytest.fixture(scope="module")
def process():
    return flat(100, 0.2, 4000, excess=3.5)


def test_upcrossings_are_rices(process):
    expected = upcrossings.smooth(100) * exp(-(process.level**2) / 2)
    assert expected == pytest.approx(100 / (2 * pi * sqrt(2)) * exp(-0.5))
    assert process.crossings == pytest.approx(expected, rel=0.02)
    assert process.crossings_error / process.crossings < 0.006


def test_the_global_p_value_of_a_gaussian_process_in_closed_form(process):
    """P = Phi(-z) + L/(2 pi sqrt 2) exp(-z^2/2), clumps being Poisson."""
    assert process.local_z == pytest.approx(3.5, abs=1e-3)
    closed = 1 - exp(-(norm.sf(3.5) + 100 / (2 * pi * sqrt(2)) * exp(-(3.5**2) / 2)))
    assert process.p_crossings == pytest.approx(closed, rel=0.02)
    assert process.p_neighbours == pytest.approx(closed, rel=0.02)
    assert process.global_p == process.p_toys == pytest.approx(closed, abs=3 * process.p_toys_error)


@pytest.mark.parametrize(  # Monte Carlo of the same process by FFT, 60 000 toys: length, z, p, error
    ("length", "z", "p", "error"),
    [
        (20, 2.5, 0.10125, 0.00123),
        (20, 3.5, 0.0051333, 0.00029),
        (100, 3.0, 0.11955, 0.0013),
        (100, 4.0, 0.0037667, 0.00025),
        (500, 3.5, 0.11485, 0.0023),
    ],
)
def test_the_closed_form_against_a_published_style_simulation(length, z, p, error):
    assert upcrossings.global_p(z, upcrossings.smooth(length), 0.0) == pytest.approx(p, abs=3 * error)


def test_2219_hypotheses_and_a_local_significance_of_four_point_three():
    """Neighbours half a width apart are not independent: 2219 of them are worth some 1270 (as many as in BaBar, PRD 94 (2016) 011102)."""
    found = flat(2218 * STEP, STEP, 750, excess=4.3, bins=3)
    closed = -np.expm1(-(norm.sf(4.3) + 2218 * STEP / (2 * pi * sqrt(2)) * exp(-(4.3**2) / 2)))
    assert (found.hypotheses, found.local_z) == (2219, pytest.approx(4.3, abs=0.01))
    assert found.p_independent == pytest.approx(0.0188, rel=0.05)
    assert found.p_crossings == pytest.approx(closed, rel=0.06)  # of it 4 % because local_z is 4.29 or so
    assert found.p_neighbours == pytest.approx(closed, rel=0.15)  # a peak between two hypotheses is not seen: below the closed form
    assert found.p_neighbours < found.p_crossings < 0.75 * found.p_independent
    assert found.p_toys == pytest.approx(found.p_neighbours, abs=3.5 * found.p_toys_error)


def test_pairs_are_bivariate_normal():
    for rho in (0.0, 0.5, 0.97):
        both = multivariate_normal([0, 0], [[1, rho], [rho, 1]]).cdf([-2.0, -2.0])
        assert upcrossings.pairs(2.0, np.array([rho])) == pytest.approx(norm.sf(2.0) - both, abs=1e-5)
    assert upcrossings.pairs(2.0, np.array([1.0])) == 0.0


def test_close_pairs_fall_as_a_smooth_process():
    rho = np.full(1000, exp(-(0.02**2) / 4))
    for z in (0.0, 2.0, 4.0):
        assert upcrossings.pairs(z, rho) == pytest.approx(upcrossings.smooth(20.0) * exp(-z * z / 2), rel=2e-3)


def test_the_tail_beyond_the_toys_is_carried_by_upcrossings():
    """At 6 sigma no toy passes: their fraction says zero, the crossings a millionth."""
    found = flat(60, 0.25, 1000, excess=6.0)
    assert found.p_toys == 0.0
    closed = norm.sf(found.local_z) + 60 / (2 * pi * sqrt(2)) * exp(-(found.local_z**2) / 2)
    assert found.method == "neighbours"
    assert found.p_crossings == pytest.approx(closed, rel=0.05)
    assert found.global_p == pytest.approx(closed, rel=0.06)


# ---- windows


def family(b=6.0, step=0.5, number=60, error=0.0, observed=None, errors="common"):
    low = step * np.arange(number)
    seen = np.full(number, 5.0) if observed is None else observed
    if observed is None:
        seen[number // 2] = 15.0
    return windows.family(low, low + 1, np.full(number, b), error, seen, errors)


def brute(b, step, number, need, error=0.0, toys=200_000):
    """P(a sliding window of length 1 has so many events) by events on a line."""
    rng = np.random.default_rng(8)
    cells = rng.poisson(b * step * np.exp(rng.standard_normal((toys, 1)) * np.log1p(error)) * np.ones(number + 1))
    pairs = cells[:, 1:] + cells[:, :-1]
    return float((pairs >= need).any(axis=1).mean())


@pytest.mark.parametrize("error", [0.0, 0.25])
def test_nominal_and_shifted_windows_are_one_correlated_family(error):
    """Neither the nominal windows alone nor twice as many independent ones: both are off, in opposite directions."""
    found = trials.scan_windows(family(error=6 * error), toys=20_000)
    p = p_value(15, Counting(6.0, error))
    truth = brute(6.0, 0.5, 60, 15, error)
    nominal = trials.scan_windows(family(step=1.0, number=30, error=6 * error), toys=20_000)
    assert found.local_p == pytest.approx(p, rel=1e-9)
    assert found.p_toys == pytest.approx(truth, abs=4 * found.p_toys_error)
    assert found.p_neighbours == pytest.approx(truth, rel=0.08)
    assert nominal.p_toys < truth - 10 * nominal.p_toys_error
    assert found.p_independent > truth + 3 * found.p_toys_error


def test_equal_windows_count_once():
    first, twice = family(), family()
    doubled = windows.family(*(np.tile(x, 2) for x in (twice.low, twice.high, twice.background)), 0.0, np.tile(twice.observed, 2))
    one, two = trials.scan_windows(first, toys=1000), trials.scan_windows(doubled, toys=1000)
    assert (one.p_toys, one.p_neighbours, one.hypotheses) == (two.p_toys, two.p_neighbours, two.hypotheses)


def test_rare_counts_are_not_gaussian():
    """Three events in one of a hundred windows with b = 0.1: the sum over neighbours holds, the Gaussian fall of upcrossings does not."""
    seen = np.zeros(100)
    seen[40] = 3.0
    found = trials.scan_windows(windows.family(np.arange(100.0), np.arange(100.0) + 1, np.full(100, 0.1), 0.0, seen), toys=40_000)
    truth = 1 - poisson.cdf(2, 0.1) ** 100
    assert found.p_toys == pytest.approx(truth, abs=4 * found.p_toys_error)
    assert found.p_neighbours == pytest.approx(truth, rel=0.01)
    assert any("Poisson" in line for line in found.assumptions)


def test_errors_that_are_local_cost_more_trials_than_a_common_one():
    common, local = (trials.scan_windows(family(error=2.0, errors=kind), toys=20_000) for kind in ("common", "local"))
    assert local.local_p == common.local_p
    assert local.p_toys > common.p_toys + 3 * common.p_toys_error
    assert local.p_toys < local.p_independent


def test_cells_hold_the_backgrounds_of_windows_of_any_width():
    rng = np.random.default_rng(3)
    middle = np.sort(rng.uniform(5, 95, 80))
    width = 1 + 0.05 * middle
    expected = 200 * (np.exp(-(middle - width) / 30) - np.exp(-(middle + width) / 30))
    made = windows.cells(windows.family(middle - width, middle + width, expected))
    assert made.sums(made.rates) == pytest.approx(expected, rel=2e-3)
    assert made.mismatch < 2e-3
    assert (made.rates >= 0).all()


def test_backgrounds_that_contradict_each_other_are_said():
    odd = windows.family(np.array([0.0, 0.0, 1.0]), np.array([2.0, 1.0, 2.0]), np.array([9.0, 1.0, 1.0]), 0.0, np.zeros(3))
    assert any(line.startswith("warning: the windows' backgrounds") for line in trials.scan_windows(odd, toys=100).assumptions)


# ---- local significances


def test_counts_in_bulk_are_those_one_by_one():
    n, b, d = np.array([0.0, 3, 9, 40, 400, 9000]), np.array([1.0, 0.4, 3, 20, 350, 8000]), np.array([0.2, 0.0, 0.22, 0.3, 0.05, 0.2])
    for response in ("exponential", "gaussian"):
        expected = [p_value(k, Counting(x, e, response=response)) for k, x, e in zip(n, b, d, strict=True)]
        assert significance.local_p(n, b, d, response) == pytest.approx(expected, rel=1e-6)


def test_the_critical_count_is_the_first_that_is_rare_enough():
    b, d = np.array([0.01, 3.0, 60.0, 5000.0]), np.array([0.2, 0.0, 0.1, 0.02])
    for p in (0.3, 1e-3, 1e-9):
        need = significance.critical(p, b, d)
        assert (significance.local_p(need, b, d) <= p).all()
        assert (significance.local_p(need - 1, b, d) > p).all()
    assert (significance.critical(1.0, b, d) == 0).all()


def test_z_bi():
    """Cousins, Linnemann and Tucker, NIM A 595 (2008) 480, table 1."""
    assert significance.z_bi(4, 5, 5.0) == pytest.approx(1.66, abs=0.01)
    assert significance.z_bi(50, 55, 2.0) == pytest.approx(2.93, abs=0.01)
    assert significance.z_bi(0, 5, 1.0) == -np.inf
    with pytest.raises(BadValue, match="signal region"):
        significance.z_bi(-1, 5, 1.0)
    with pytest.raises(BadValue, match="above 0"):
        significance.z_bi(1, 5, 0.0)


# ---- scans of fits


@pytest.fixture(scope="module")
def spectrum():
    edges = np.linspace(0, 40, 401)
    rng = np.random.default_rng(4)
    counts = rng.poisson(60 * np.exp(-(edges[1:] + edges[:-1]) / 40)).astype(float)
    return edges, counts + np.round(50 * np.diff(norm.cdf((edges - 20) / 0.3)))


def test_a_scan_of_fits_finds_the_peak_and_its_toys_agree_with_the_tail(spectrum):
    edges, counts = spectrum
    tried = hypotheses.grid(2, 38, 0.3, 0.5, 20.0)
    found = trials.scan_peaks(counts, tried, edges=edges, background=Polynomial(2), toys=1500)
    assert found.positions[found.leading] == pytest.approx(20.0, abs=0.3)
    assert found.p_neighbours == pytest.approx(found.p_toys, abs=4 * found.p_toys_error)
    assert found.local_p < found.global_p < found.p_independent
    again = trials.scan_peaks(counts, tried, edges=edges, background=Polynomial(2), toys=1500, jobs=2)
    assert (again.p_toys, again.crossings, again.tail.tobytes()) == (found.p_toys, found.crossings, found.tail.tobytes())


def test_the_score_test_is_the_fit_to_first_order(spectrum):
    edges, counts = spectrum
    tried = hypotheses.grid(2, 38, 0.3, 0.5, 20.0)
    full, first = (trials.scan_peaks(counts, tried, edges=edges, toys=100, confirm=confirm) for confirm in (True, False))
    assert first.z == pytest.approx(full.z, abs=0.35)
    assert np.mean((first.z - full.z) ** 2) < 0.01


def test_hypotheses_without_events_are_left_out_and_said(spectrum):
    edges, counts = spectrum
    thin = np.where(edges[1:] > 30, 0.0, counts)
    found = dr.statistics.trials.scan_peaks(thin, hypotheses.grid(2, 38, 0.3, 0.5, 5.0), edges=edges, toys=100)
    assert np.isnan(found.z[-1])
    assert found.hypotheses < len(found.z)
    assert any("left out" in line for line in found.assumptions)


def test_refusals(spectrum):
    edges, counts = spectrum
    tried = hypotheses.grid(2, 38, 0.3)
    one = np.ones(2)
    cases = [
        (lambda: trials.scan_windows(windows.family(0 * one, one, one)), "observed counts"),
        (lambda: trials.scan_windows(family(), toys=10), "number of toys"),
        (lambda: windows.family(one, one, one), "width of a window"),
        (lambda: windows.family(0 * one, one, 0 * one), "background of a window"),
        (lambda: windows.family(0 * one, one, one, -one), "error of a window"),
        (lambda: windows.family(0 * one, one, one, 0, one / 2), "observed count: 0.5"),
        (lambda: windows.family(0 * one, one, one, 0, np.ones(3)), "one observed count per window"),
        (lambda: windows.family(0 * one, one, one, 0, np.array([1, 2])), "different contents"),
        (lambda: windows.family(np.ones(0), np.ones(0), np.ones(0)), "needs windows"),
        (lambda: trials.scan_peaks(counts, tried), "span"),
        (lambda: trials.scan_peaks(0 * counts, tried, edges=edges), "no hypothesis"),
    ]
    for call, says in cases:
        with pytest.raises(BadValue, match=says):
            call()
    with pytest.raises(UnknownName, match="common"):
        family(errors="comon")
