"""Fits of peaks: iminuit agrees, the null has its distribution, densities stay positive, and a failure stays alone."""

import numpy as np
import pytest
from iminuit import Minuit
from scipy.stats import kstest, norm

import darkrecoil as dr
from darkrecoil._errors import BadValue
from darkrecoil.statistics import hypotheses, spurious
from darkrecoil.statistics.fits import STATUS, fit_peak, fit_peaks
from darkrecoil.statistics.shapes import CrystalBall, DoubleGaussian, Exponential, Polynomial, Template, Templates
from darkrecoil.statistics.significance import from_toys

BALL = CrystalBall(1.5, 3.0)
EDGES = np.linspace(0.0, 1.0, 101)


def events(n=10_000, peak=0, seed=3):
    rng = np.random.default_rng(seed)
    x = rng.exponential(1.0, 3 * n)
    return np.concatenate([x[x < 1][: n - peak], rng.normal(0.3, 0.01, peak)])


def by_minuit(x, shape, position, width, density, start, limits=(), columns=None):
    """Signal, its error, 2 (L_0 - L_1) of an extended fit by MIGRAD; density(parameters) gives values at x and the integral on (0, 1).

    With the ``columns`` of a linear background and their integrals MIGRAD has the gradient; by differences it stops at 1e-3 of the error.
    """
    s = shape.density((x - position) / width) / width
    inside = float(np.diff(shape.below((np.array([0.0, 1.0]) - position) / width))[0])

    def loss(theta):
        values, integral = density(theta[1:])
        rate = theta[0] * s + values
        return theta[0] * inside + integral - np.sum(np.log(rate)) if (rate > 0).all() else 1e12

    def gradient(theta):
        rows = np.column_stack([s, columns[0]])
        return np.array([inside, *columns[1]]) - (1 / (rows @ theta)) @ rows

    def fit(fixed):
        m = Minuit(loss, np.array(start), grad=gradient if columns else None)
        m.errordef, m.strategy, m.tol, m.print_level = Minuit.LIKELIHOOD, 2, 1e-4, 0
        m.errors = np.maximum(1e-2 * np.abs(start), 1.0) if not limits else np.array([1.0, *limits])
        m.fixed["x0"] = fixed
        m.migrad()
        m.hesse()
        return m

    null, free = fit(True), fit(False)
    return free.values["x0"], free.errors["x0"], 2 * (null.fval - free.fval)


@pytest.mark.parametrize("peak", [0, 80])
def test_an_unbinned_fit_of_ten_thousand_events_is_that_of_iminuit(peak):
    x = events(peak=peak)
    t = np.polynomial.chebyshev.chebvander(2 * x - 1, 3)
    expected = by_minuit(x, BALL, 0.3, 0.01, lambda c: (t @ c, c[0] - c[2] / 3), [0.0, 1e4, -5e3, 8e2, -2e2], (), (t, [1, 0, -1 / 3, 0]))
    found = dr.fit_peak(x, 0.3, 0.01, span=(0.0, 1.0), shape=BALL, reach=1e3)
    assert found.signal[0] == pytest.approx(expected[0], abs=1e-4 * found.error[0])
    assert found.error[0] == pytest.approx(expected[1], rel=1e-3)
    assert found.z[0] ** 2 == pytest.approx(expected[2], rel=1e-4, abs=1e-4)
    assert STATUS[found.status[0, 1]] == "converged"


def test_an_exponential_background_is_that_of_iminuit():
    x, nodes = events(3000, 30), np.polynomial.legendre.leggauss(40)

    def density(c):
        return np.exp(c[0] + c[1] * (2 * x - 1)), np.sum(nodes[1] * np.exp(c[0] + c[1] * nodes[0])) / 2

    expected = by_minuit(x, DoubleGaussian(0.7, 2.0), 0.3, 0.01, density, [0.0, 8.0, -0.4], (0.01, 0.01))
    found = fit_peak(x, 0.3, 0.01, span=(0.0, 1.0), shape=DoubleGaussian(0.7, 2.0), background=Exponential(1), reach=1e3)
    assert found.signal[0] == pytest.approx(expected[0], abs=1e-4 * found.error[0])
    assert found.error[0] == pytest.approx(expected[1], rel=1e-3)
    assert found.z[0] ** 2 == pytest.approx(expected[2], rel=1e-4)


@pytest.mark.parametrize(
    "background", [Polynomial(3), Exponential(2), Templates((Template([0, 1], [1.0, 0.37]), Template([0, 1], [1, 1])))]
)
def test_narrow_bins_are_no_bins(background):
    x, edges = events(4000, 40), np.linspace(0, 1, 1001)
    tried = hypotheses.grid(0.25, 0.4, 0.01, 1.0, 30.0)
    first = fit_peaks(x, tried, span=(0, 1), shape=BALL, background=background)
    second = fit_peaks(np.histogram(x, edges)[0], tried, edges=edges, shape=BALL, background=background)
    assert first.good.all()
    assert second.good.all()
    assert second.z == pytest.approx(first.z, abs=0.12)
    assert second.signal == pytest.approx(first.signal, abs=0.15 * first.error.max())


def test_without_a_signal_z_is_normal_and_errors_are_right():
    expected = 400 * np.exp(-(EDGES[1:] + EDGES[:-1]) / 2)
    found = spurious.bias(expected, EDGES, 0.5, 0.02, 0.0, toys=4000)
    assert found.failed == 0
    assert kstest(found.pulls, norm.cdf).pvalue > 1e-3
    assert found.pulls.std() == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("injected", [-40.0, 60.0])
def test_what_is_put_in_comes_out(injected):
    expected = 100 * np.exp(-(EDGES[1:] + EDGES[:-1]) / 2)
    found = spurious.bias(expected, EDGES, 0.5, 0.02, injected, background=Polynomial(2), toys=2000)
    off, error = found.mean
    assert abs(off) < 4 * error
    assert np.mean(found.pulls) == pytest.approx(0.0, abs=0.2)


def test_a_form_that_does_not_fit_invents_a_signal():
    middle = (EDGES[1:] + EDGES[:-1]) / 2
    expected = 400 * (1 + 0.6 * np.sin(9 * middle))
    tried = hypotheses.grid(0.2, 0.8, 0.03, 1.0, 20.0)
    poor = spurious.spurious_signal(expected, EDGES, tried, background=Polynomial(1)).worst
    assert spurious.spurious_signal(expected, EDGES, tried, background=Polynomial(8)).worst < 0.1 < 1 < poor


# ---- traps


def test_a_negative_signal_stops_where_the_density_would_turn_negative():
    """A hole in the events: Newton's method on the events alone runs to a density below zero between them."""
    x = events(300)
    x = x[np.abs(x - 0.3) > 0.04]
    found = fit_peak(x, 0.3, 0.01, span=(0.0, 1.0), background=Polynomial(1), reach=1e3)
    assert STATUS[found.status[0, 1]] == "on the edge of a positive density"
    grid = np.linspace(0, 1, 2001)
    t = np.polynomial.chebyshev.chebvander(2 * grid - 1, 1)
    density = found.parameters[0, 1:] @ t.T + found.signal[0] * norm.pdf(grid, 0.3, 0.01)
    assert density.min() > -1e-2 * density.mean()
    assert density.min() < 0.05 * density.mean()  # on the edge, not far from it
    assert found.signal[0] < 0
    assert found.loss[0, 1] < found.loss[0, 0]


def test_empty_bins_bound_a_negative_signal_too():
    counts = np.full(60, 5.0)
    counts[28:32] = 0.0
    found = fit_peak(counts, 30.0, 1.0, edges=np.arange(61.0), background=Polynomial(0), reach=100)
    assert STATUS[found.status[0, 1]] == "on the edge of a positive density"
    rates = found.parameters[0, 1] / 60 + found.signal[0] * np.diff(norm.cdf(np.arange(61.0) - 30))
    assert rates.min() == pytest.approx(0.0, abs=1e-3)


def test_one_failed_fit_does_not_stop_the_others():
    x = np.concatenate([events(2000)[events(2000) < 0.5], [0.9, 0.91]])
    tried = hypotheses.paired([0.2, 0.3, 0.9, 5.0], 0.01, reach=10)
    found = fit_peaks(x, tried, span=(0.0, 1.0))
    assert [STATUS[s] for s in found.status[:, 1]] == ["converged", "converged", "too few events", "not converged"]
    assert np.isfinite(found.z).tolist() == found.good.tolist() == [True, True, False, False]
    assert np.isnan(found.p[2:]).all()


def test_a_failed_toy_is_counted_and_ties_at_zero_are_not_lost():
    """q_0 has half its weight at zero: without the ties an observed zero is a p-value of a half."""
    q = np.maximum(np.random.default_rng(5).standard_normal(4001), 0) ** 2
    q[7] = np.nan
    found = from_toys(0.0, q)
    assert (found.p, found.toys, found.failed) == (1.0, 4000, 1)
    assert np.nanmean(q > 0.0) == pytest.approx(0.5, abs=0.03)
    assert np.isnan(np.mean(q >= 0) if np.isfinite(q).all() else np.sum(q))  # the plain sum is lost to one failure
    assert from_toys(2.7**2, q).p == pytest.approx(norm.sf(2.7), abs=4 * from_toys(2.7**2, q).error)
    assert from_toys(1e9, q).error > 0
    with pytest.raises(BadValue, match="no toy"):
        from_toys(1.0, np.array([np.nan]))


# ---- scans


def test_a_scan_does_not_depend_on_jobs_and_a_hypothesis_not_on_the_others():
    x = events(3000, 30)
    tried = hypotheses.grid(0.1, 0.9, 0.02, 0.7, 12.0)
    one, two = (fit_peaks(x, tried, span=(0, 1), jobs=jobs) for jobs in (1, 3))
    alone = fit_peak(x, tried.positions[9], 0.02, span=(0, 1), reach=12.0)
    assert one.parameters.tobytes() == two.parameters.tobytes()
    assert alone.z[0] == one.z[9]
    assert one.correlation[3].diagonal() == pytest.approx(1.0)
    assert one.correlation[3][0, 1] < 0


def test_the_grid_follows_the_resolution():
    tried = hypotheses.grid(1.0, 8.0, lambda x: 0.01 * x, 0.5, 20.0)
    assert np.diff(tried.positions) == pytest.approx(0.005 * tried.positions[:-1])
    assert tried.ranges(1.0, 8.0)[50] == pytest.approx(tried.positions[50] * np.array([0.8, 1.2]), rel=1e-9)
    assert len(tried) == 1 + int(np.log(8) / np.log(1.005))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: fit_peak(events(100), 0.3, 0.01), "span"),
        (lambda: fit_peak(np.array([0.1, np.nan]), 0.3, 0.01, span=(0, 1)), "not a number: 1"),
        (lambda: fit_peak(events(100), 0.3, 0.01, span=(1, 0)), "1 to 0"),
        (lambda: fit_peak(events(100), 0.3, 0.0, span=(0, 1)), "width of a peak"),
        (lambda: fit_peak(events(100), np.nan, 0.1, span=(0, 1)), "positions"),
        (lambda: fit_peak(events(100), 0.3, 0.1, span=(0, 1), reach=0), "reach"),
        (lambda: fit_peak(np.ones(3), 0.3, 0.1, edges=np.ones(3)), "one edge more"),
        (lambda: fit_peak(np.ones(3), 0.3, 0.1, edges=np.ones(4)), "do not increase"),
        (lambda: fit_peak(-np.ones(3), 0.3, 0.1, edges=np.arange(4.0)), "count of a bin: -1"),
        (lambda: fit_peaks(events(100), hypotheses.paired([0.1, 0.2], 0.1), span=(0, 1), shape=[BALL]), "1 or 2"),
        (lambda: hypotheses.grid(1.0, 0.0, 0.1), "range of a scan"),
        (lambda: hypotheses.grid(0.0, 1.0, 0.1, 0.0), "step"),
        (lambda: hypotheses.grid(0.0, 1.0, 1e-6), "too small"),
        (lambda: spurious.bias(np.ones(100), EDGES, 0.5, 0.02, -1e3), "negative"),
        (lambda: spurious.bias(np.ones(100), EDGES, 0.5, 0.02, 0.0, toys=1), "at least 10"),
    ],
)
def test_refusals(call, says):
    with pytest.raises(BadValue, match=says):
        call()
