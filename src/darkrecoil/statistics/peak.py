"""The width of a peak: two Gaussians with a common mean, fitted to weighted values."""

from dataclasses import dataclass
from math import exp, hypot, log, sqrt
from typing import Any

import numpy as np
from scipy import optimize

from darkrecoil._errors import BadValue
from darkrecoil.records import Floats

BINS = 4096
LEAST = 20  # values: four parameters need some more
REACH = 8.0  # widths on either side of the mean that the fit looks at: at 5 a wide part of 4 times the core, 5 % of it, is lost (-13 %)
CORE, WIDE = 0.1, 5.0  # the standard deviations allowed, in widths between quantiles: no collapse onto one value
Start = tuple[float, float, float, float]
STARTS = ((0.0, -0.3, 0.7, 0.7), (0.0, -0.7, 0.2, 0.5))  # mean, ln core, ln wide, fraction, in widths between quantiles


@dataclass(frozen=True)
class Peak:
    """Mean and standard deviations in the values' unit; fraction of the core; width = sqrt(f core^2 + (1 - f) wide^2)."""

    mean: float
    core: float
    wide: float
    fraction: float
    width: float


def double_gaussian(values: Floats, weights: Floats) -> Peak:
    """The double Gaussian of greatest likelihood, in the unit of the values (n,); weights (n,) of any one unit.

    The fit sees the mean +- 8 widths, first by median and quantiles (half of the central 68.3 %), then by the last fit
    until the values inside stay the same, ten times at most: a stray value further out neither moves nor widens the
    peak, and one inside counts as part of it. Where one Gaussian is enough, fraction, core and wide are not unique but
    the width is. A broad background under the peak is not modelled: select the signal first.
    Raises BadValue for fewer than 20 values with a weight, values or weights that are no numbers, negative weights, no
    total weight, and values without a spread.
    """
    x, w = _checked(values, weights)
    low, centre, high = quantiles(x, w, (0.158655, 0.5, 0.841345))
    unit = (high - low) / 2
    if not unit > 0:
        raise BadValue("the values of a peak have no width", centre, "most of them are equal")
    mean, width = centre, unit
    starts: tuple[Start, ...] = STARTS
    inside = np.zeros(len(x), dtype=bool)
    for _ in range(10):
        last, inside = inside, np.abs(x - mean) <= REACH * width
        if np.array_equal(last, inside):
            break
        peak, start = _fit(*_gathered(x[inside], w[inside]), centre, unit, starts)
        mean, width, starts = peak.mean, peak.width, (start,)
    return peak


def quantiles(x: Floats, w: Floats, levels: tuple[float, ...]) -> tuple[float, ...]:
    """Weighted quantiles: each value stands in the middle of its own weight."""
    order = np.argsort(x, kind="stable")
    rank = (np.cumsum(w[order]) - w[order] / 2) / w.sum()
    return tuple(float(np.interp(level, rank, x[order])) for level in levels)


def _checked(values: Floats, weights: Floats) -> tuple[Floats, Floats]:
    x, w = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    if x.shape != w.shape or x.ndim != 1:
        raise BadValue("values and weights differ in shape", f"{x.shape}, {w.shape}", "one weight per value")
    if not (np.isfinite(x).all() and np.isfinite(w).all()):
        raise BadValue("a value or a weight of a peak is not a number", int((~np.isfinite(x) | ~np.isfinite(w)).sum()), "all finite")
    if (w < 0).any():
        raise BadValue("a weight of a peak is negative", float(w.min()), "allowed: >= 0")
    if not w.sum() > 0:
        raise BadValue("the peak has no total weight", float(w.sum()), "allowed: > 0", "nothing passed the selection")
    x, w = x[w > 0], w[w > 0]
    if len(x) < LEAST:
        raise BadValue("too few values for a peak", len(x), f"allowed: at least {LEAST} with a weight", "generate more events")
    return x, w


def _gathered(x: Floats, w: Floats) -> tuple[Floats, Floats]:
    """Many values as the weighted means of BINS narrow bins: the width moves by (16 widths / BINS)^2 / 24, below 1e-6."""
    if len(x) <= BINS:
        return x, w
    index = np.minimum((BINS * (x - x.min()) / (x.max() - x.min())).astype(np.int64), BINS - 1)
    weight = np.bincount(index, w, BINS)
    filled = weight > 0
    return np.asarray(np.bincount(index, w * x, BINS)[filled] / weight[filled]), np.asarray(weight[filled], dtype=np.float64)


def _fit(x: Floats, w: Floats, centre: float, unit: float, starts: tuple[Start, ...]) -> tuple[Peak, Start]:
    """The best fit from these starts, and its parameters as a start, in units of ``unit`` about ``centre``."""
    z, share = (x - centre) / unit, w / w.sum()
    bounds = [(-1.0, 1.0), (log(CORE), log(WIDE)), (log(CORE), log(WIDE)), (0.02, 0.98)]
    options = {"maxiter": 500, "ftol": 1e-12, "gtol": 1e-7}
    minimize: Any = optimize.minimize
    fits = [minimize(_loss, start, (z, share), "L-BFGS-B", jac=True, bounds=bounds, options=options) for start in starts]
    m, log_a, log_b, f = (float(value) for value in min(fits, key=lambda fit: float(fit.fun)).x)
    a, b = unit * exp(log_a), unit * exp(log_b)
    core, wide, fraction = (a, b, f) if a <= b else (b, a, 1 - f)
    return Peak(centre + unit * m, core, wide, fraction, hypot(sqrt(fraction) * core, sqrt(1 - fraction) * wide)), (m, log_a, log_b, f)


def _loss(theta: Floats, x: Floats, w: Floats) -> tuple[float, Floats]:
    """Minus the mean log-likelihood, up to a constant, and its gradient in (mean, ln s_1, ln s_2, fraction)."""
    log_s, f = theta[1:3, None], np.array([[theta[3]], [1 - theta[3]]])
    z = (x - theta[0]) / np.exp(log_s)  # (2, n)
    density = -z * z / 2 - log_s + np.log(f)
    total = np.logaddexp(density[0], density[1])
    share = np.exp(density - total) * w
    by_mean, by_width = -np.sum(share * z / np.exp(log_s)), -np.sum(share * (z * z - 1), axis=1)
    by_fraction = -np.sum(share[0]) / theta[3] + np.sum(share[1]) / (1 - theta[3])
    return float(-w @ total), np.array([by_mean, *by_width, by_fraction])
