"""Speed of peak fits and of global p-values, beside iminuit and NumPy timed in the same run.

    uv run python benchmarks/peaks.py

A speed on its own says more of the machine than of the code: read the ratios. iminuit has the same compiled NumPy likelihood and its
gradient; the toys stand beside a plain matrix product of the same size.
"""

import time
from collections.abc import Callable

import numpy as np
from iminuit import Minuit

from darkrecoil.statistics import hypotheses, score
from darkrecoil.statistics.fits import fit_peak, fit_peaks
from darkrecoil.statistics.shapes import CrystalBall, DoubleGaussian, Polynomial

REPEAT = 5
BALL = CrystalBall(1.5, 3.0)


def best(function: Callable[[], object], repeat: int = REPEAT) -> float:
    """Least processor time of a call, s."""
    times = []
    for _ in range(repeat):
        begin = time.process_time()
        function()
        times.append(time.process_time() - begin)
    return min(times)


def events(n: int = 10_000) -> np.ndarray:
    """Events of an exponential on (0, 1), without a peak."""
    x = np.random.default_rng(3).exponential(1.0, 4 * n)
    return x[x < 1][:n]


def by_minuit(x: np.ndarray, gradient: bool) -> float:
    """Both fits by MIGRAD with HESSE: five parameters, an extended likelihood in NumPy; 2 (L_0 - L_1)."""
    rows = np.column_stack([BALL.density((x - 0.3) / 0.01) / 0.01, np.polynomial.chebyshev.chebvander(2 * x - 1, 3)])
    totals = np.array([float(np.diff(BALL.below(np.array([-30.0, 70.0])))[0]), 1.0, 0.0, -1 / 3, 0.0])

    def loss(theta: np.ndarray) -> float:
        rate = rows @ theta
        return float(theta @ totals - np.log(np.where(rate > 0, rate, 1e-300)).sum())

    def slope(theta: np.ndarray) -> np.ndarray:
        return totals - (1 / (rows @ theta)) @ rows

    values = []
    for fixed in (True, False):
        m = Minuit(loss, np.array([0.0, len(x), -0.5 * len(x), 0.08 * len(x), -0.02 * len(x)]), grad=slope if gradient else None)
        m.errordef, m.errors, m.fixed["x0"] = Minuit.LIKELIHOOD, [20.0, 100.0, 100.0, 100.0, 100.0], fixed
        m.migrad()
        m.hesse()
        values.append(float(m.fval or 0.0))
    return 2 * (values[0] - values[1])


def main() -> None:
    """Print a table."""
    x = events()
    print(f"{'one fit with and without a signal, 1e4 events':58s} {'ms':>9s} {'ratio':>8s}")
    fit_peak(x, 0.3, 0.01, span=(0, 1), shape=BALL, reach=1e3)  # compiles
    own = best(lambda: fit_peak(x, 0.3, 0.01, span=(0, 1), shape=BALL, reach=1e3), 20)
    for name, seconds in (
        ("darkrecoil, unbinned", own),
        ("iminuit, analytic gradient", best(lambda: by_minuit(x, True), 3)),
        ("iminuit, numerical gradient", best(lambda: by_minuit(x, False), 3)),
    ):
        print(f"{name:58s} {1e3 * seconds:9.2f} {seconds / own:8.1f}")
    grid, edges = hypotheses.grid(0.1, 0.9, 0.01, 0.4, 20.0), np.linspace(0, 1, 501)
    counts = np.histogram(x, edges)[0].astype(float)
    print(f"\n{f'a scan of {len(grid)} hypotheses, per hypothesis':58s} {'ms':>9s}")
    for name, call in (
        ("unbinned, within 20 widths", lambda: fit_peaks(x, grid, span=(0, 1), shape=BALL)),
        ("in 500 bins, within 20 widths", lambda: fit_peaks(counts, grid, edges=edges, shape=BALL)),
    ):
        print(f"{name:58s} {1e3 * best(call, 3) / len(grid):9.2f}")
    look_elsewhere()


def look_elsewhere() -> None:
    """Toys of a scan: 2000 of 500 bins, 1000 hypotheses."""
    edges = np.linspace(0, 1, 501)
    expected = 2e4 * np.diff(-np.exp(-edges))
    grid = hypotheses.paired(np.linspace(0.1, 0.9, 1000), 0.02, reach=100.0)
    made = score.scores(expected, edges, grid, [DoubleGaussian()] * 1000, Polynomial(3))[0]
    rng, dense = np.random.default_rng(1), np.random.default_rng(2).random((1000, 500))
    n = rng.poisson(expected, (2000, 500)).astype(float)
    product = best(lambda: n @ dense.T)
    print(f"\n{'2000 toys of 500 bins at 1000 hypotheses':58s} {'s':>9s} {'ratio':>8s}")
    for name, seconds in (
        ("one matrix product of that size", product),
        ("score tests and their largest", best(lambda: made.z(n).max(axis=1))),
        ("with drawing the toys", best(lambda: made.z(rng.poisson(expected, (2000, 500)).astype(float)).max(axis=1))),
    ):
        print(f"{name:58s} {seconds:9.3f} {seconds / product:8.1f}")


if __name__ == "__main__":
    main()
