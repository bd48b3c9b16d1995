"""Fits of greatest likelihood to cells: the density of a residual, a flat floor for what belongs to none, values and covariance."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from scipy import optimize
from scipy.special import ndtr

from darkrecoil.detector.calorimeter import logarithmic_width
from darkrecoil.records import Floats

LOG_2PI = float(np.log(2 * np.pi))
FAR = 5.0  # widths beyond which an entry counts for the floor: a Gaussian has 6e-7 there
LEAST_FLOOR = 1e-6
UNKNOWN = 1e6  # variance of a parameter without information
STEP = 1e-3  # of the parameters, which are logarithms and shifts in widths


@dataclass(frozen=True)
class Fit:
    """The parameters (p,) of greatest likelihood and their covariance (p, p); the share of entries on the flat floor."""

    value: Floats
    covariance: Floats
    floor: float


@dataclass(frozen=True)
class Residuals:
    """Cells as the fit sees them: coordinates (c, m), residual (m,), number (m,); the residuals lie between low (m,) and high."""

    at: Floats
    residual: Floats
    number: Floats
    low: Floats
    high: float


def normal_of(x: Floats, tail: float) -> tuple[Floats, Floats]:
    """The normal number g (m,) of a logarithmic Gaussian number x, the inverse of ``calorimeter.skewed``, and ln |dg/dx|.

    -inf for x >= 1/tail. A negative tail is one to the right; 0 is the Gaussian.
    """
    if abs(tail) < 1e-7:
        return x, np.zeros_like(x)
    width = logarithmic_width(abs(tail))
    inside = 1.0 - tail * x
    y = np.log(np.where(inside > 0, inside, np.nan))
    sign = 1.0 if tail > 0 else -1.0
    g = sign * (width * width - y) / width
    slope = np.log(abs(tail) / width) - y
    return np.where(inside > 0, g, sign * np.inf), np.where(inside > 0, slope, -np.inf)


def minus_log_likelihood(some: Residuals, width: Floats, shift: float, tail: float, floor: float) -> float:
    """-ln L of residuals of width (m,) around ``shift`` widths with that tail, on a floor, within their limits."""
    z = some.residual / width - shift
    g, slope = normal_of(z, tail)
    seen = 1.0 - ndtr(normal_of(some.low / width - shift, tail)[0])
    with np.errstate(invalid="ignore", over="ignore"):
        peak = np.exp(-0.5 * g * g - 0.5 * LOG_2PI + slope) / (width * np.maximum(seen, 1e-12))
    density = (1.0 - floor) * np.where(np.isfinite(peak), peak, 0.0) + floor / (some.high - some.low)
    return float(-(some.number @ np.log(density)))


def fitted(some: Residuals, width: Callable[[Floats], Floats], start: Floats, tail: float | None = None, *, free_tail: bool = False) -> Fit:
    """The fit of ``width(parameters) -> (m,)`` with a shift, in widths, and, if ``free_tail``, a tail as last parameters.

    The floor is what lies beyond FAR widths, less what the peak has there, found anew after each fit until it stays.
    """

    def loss(p: Floats, floor: float) -> float:
        shape = p[: len(start)]
        own = float(p[-1]) if free_tail else (tail or 0.0)
        return minus_log_likelihood(some, width(shape), float(p[len(start)]), own, floor)

    value = np.concatenate([start, [0.0], [tail if tail is not None else 0.1] if free_tail else []])
    total, floor = some.number.sum(), 0.01
    for _ in range(6):
        value, last = lowest(partial(_scaled, loss, floor, total), value), floor
        own = float(value[-1]) if free_tail else (tail or 0.0)
        floor = _floor(some, width(value[: len(start)]), float(value[len(start)]), own)
        if abs(floor - last) <= 1e-3 * max(floor, last) + LEAST_FLOOR:
            break
    value = polished(partial(_scaled, loss, floor, total), value)
    curvature = hessian(lambda p: loss(p, floor), value)
    return Fit(value, inverse(curvature), floor)


def inverse(curvature: Floats) -> Floats:
    """The covariance (p, p) of a curvature; a direction that the sample does not fix gets a variance of UNKNOWN."""
    along, directions = np.linalg.eigh(curvature)
    return np.asarray((directions / np.maximum(along, 1 / UNKNOWN)) @ directions.T)


def _scaled(loss: Callable[[Floats, float], float], floor: float, total: float, p: Floats) -> float:
    return loss(p, floor) / total


def lowest(function: Callable[[Floats], float], start: Floats) -> Floats:
    """The parameters at the lowest value, to rounding."""
    minimize: Any = optimize.minimize
    found = minimize(function, start, method="BFGS", jac="3-point", options={"gtol": 1e-5, "maxiter": 200})
    return np.asarray(found.x)


def polished(function: Callable[[Floats], float], value: Floats) -> Floats:
    """The last digits by Newton's steps: BFGS stops where the differences drown in rounding."""
    for _ in range(2):
        slope = _gradient(function, value)
        step = np.linalg.pinv(hessian(function, value), hermitian=True) @ slope
        better = value - step
        if not function(better) <= function(value):
            break
        value = better
    return value


def _floor(some: Residuals, width: Floats, shift: float, tail: float) -> float:
    """The share of the floor: entries beyond FAR widths over the room that they have there."""
    z = some.residual / width - shift
    far = np.abs(normal_of(z, tail)[0]) > FAR
    room = np.maximum((some.high - some.low - 2 * FAR * width) / (some.high - some.low), 0.1)
    return float(np.clip((some.number[far] / room[far]).sum() / some.number.sum(), LEAST_FLOOR, 0.9))


def _gradient(function: Callable[[Floats], float], at: Floats) -> Floats:
    steps = STEP * np.eye(len(at))
    return np.array([(function(at + s) - function(at - s)) / (2 * STEP) for s in steps])


def hessian(function: Callable[[Floats], float], at: Floats) -> Floats:
    """The second derivatives (p, p) by central differences."""
    n, steps = len(at), 10 * STEP * np.eye(len(at))
    found, here = np.empty((n, n)), function(at)
    for i in range(n):
        found[i, i] = (function(at + steps[i]) - 2 * here + function(at - steps[i])) / (10 * STEP) ** 2
        for j in range(i):
            a, b = steps[i] + steps[j], steps[i] - steps[j]
            mixed = function(at + a) - function(at + b) - function(at - b) + function(at - a)
            found[i, j] = found[j, i] = mixed / (4 * (10 * STEP) ** 2)
    return found
