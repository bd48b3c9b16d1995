"""Quadrature rules: points and weights that stand for the distribution of a nuisance.

Weights sum to 1. ``ratio`` is the nuisance's width over the width of the function that it will be averaged with.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, log1p

import numpy as np
from scipy.special import ndtr

from darkrecoil.records import Floats

REACH = 10.0  # standard deviations: a tail of 1e-23
LARGEST = 48  # points of a Gauss rule: ratio 1 to 1e-14


@dataclass(frozen=True, eq=False)
class Rule:
    """Points (n,) and weights (n,), the weights summing to 1."""

    points: Floats
    weights: Floats

    def mean(self, values: Floats) -> Floats:
        """The average of values (..., n) over the rule."""
        return np.asarray(values @ self.weights)


def point(value: float) -> Rule:
    """The rule of a number that is known."""
    return Rule(np.array([value]), np.ones(1))


def factor(relative: float, response: str, ratio: float = 1.0) -> Rule:
    """The rule of a response factor r with median (exponential) or mode (gaussian) 1 and relative error d.

    Exponential: the trapezoidal rule in z, exact to rounding once its step is 3/4 of the narrowest width (Trefethen and
    Weideman, SIAM Rev. 56 (2014) 385, sect. 5). Gaussian: the same unless zero is within reach; then Gauss-Legendre in
    panels that shrink towards zero, where 1/r is steep.
    """
    if relative == 0:
        return point(1.0)
    narrow = max(1.0, ratio)
    if response == "gaussian" and relative * REACH >= 1:
        z, weights = _panels(-1 / relative, narrow)
    else:
        z = np.linspace(-REACH, REACH, 2 * ceil(REACH / 0.75 * narrow) + 1)
        weights = np.ones_like(z)
    weights = weights * np.exp(-z * z / 2)
    points = np.exp(z * log1p(relative)) if response == "exponential" else 1 + relative * z
    return Rule(points, weights / weights.sum())


def factor_below(x: Floats, relative: float, response: str) -> Floats:
    """P(r < x) of the response factor; relative > 0."""
    if response == "exponential":
        return np.where(x > 0, ndtr(np.log(np.where(x > 0, x, 1.0)) / log1p(relative)), 0.0)
    return np.where(x > 0, 1 - factor_above(x, relative, response), 0.0)


def factor_above(x: Floats, relative: float, response: str) -> Floats:
    """P(r >= x) of the response factor, precise in its tail; relative > 0."""
    if response == "exponential":
        return np.where(x > 0, ndtr(-np.log(np.where(x > 0, x, 1.0)) / log1p(relative)), 1.0)
    return np.asarray(ndtr((1 - np.maximum(x, 0.0)) / relative) / ndtr(1 / relative))


def gamma(shape: float, scale: float, size: int) -> Rule:
    """The Gauss rule of a gamma distribution: Golub and Welsch, Math. Comp. 23 (1969) 221, with the Laguerre recurrence."""
    k = np.arange(size, dtype=float)
    return _from_recurrence(shape + 2 * k, np.sqrt(k[1:] * (k[1:] + shape - 1)), 0.0, scale)


def product(join: Callable[[Floats, Floats], Floats], first: Rule, second: Rule) -> Rule:
    """The rule of join(x, y) for independent x and y."""
    points = join(first.points[:, None], second.points[None, :]).ravel()
    return Rule(points, np.outer(first.weights, second.weights).ravel())


def gauss(rule: Rule, size: int) -> Rule:
    """At most ``size`` points with the first 2 size - 1 moments of the rule: Lanczos with
    reorthogonalisation; Gragg and Harrod, Numer. Math. 44 (1984) 317, for the same inverse problem."""
    centre = float(rule.weights @ rule.points)
    scale = float(np.sqrt(rule.weights @ (rule.points - centre) ** 2))
    if len(rule.points) <= size or scale <= 1e-14 * abs(centre):
        return rule
    x = (rule.points - centre) / scale
    basis, diagonal, beside = np.zeros((size, len(x))), np.zeros(size), np.zeros(size)
    basis[0] = np.sqrt(rule.weights)
    for i in range(size):
        step = x * basis[i]
        diagonal[i] = step @ basis[i]
        for _ in range(2):
            step -= (basis[: i + 1] @ step) @ basis[: i + 1]
        beside[i] = np.linalg.norm(step)
        if i + 1 < size:
            basis[i + 1] = step / beside[i]
    return _from_recurrence(diagonal, beside[:-1], centre, scale)


def size(ratio: float) -> int:
    """Points of a Gauss rule that average a step of relative width 1/ratio to about 1e-12, in eights.

    For a Gaussian and an error function the remainder falls as (ratio^2 / (1 + ratio^2))^size, by the Hermite series.
    """
    wanted = 28 / log1p(1 / max(ratio, 1e-3) ** 2)
    return min(LARGEST, 8 * ceil(wanted / 8))


def _from_recurrence(diagonal: Floats, beside: Floats, centre: float, scale: float) -> Rule:
    nodes, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1))
    return Rule(centre + scale * nodes, vectors[0] ** 2)


def _panels(edge: float, narrow: float) -> tuple[Floats, Floats]:
    """Gauss-Legendre points and weights between the edge and REACH: panels of 4/narrow, the first cut geometrically."""
    ends = np.linspace(edge, REACH, ceil((REACH - edge) * narrow / 4) + 1)
    ends = np.concatenate([[edge], edge + (ends[1] - edge) * 4.0 ** np.arange(-10, 0), ends[1:]])
    x, w = _legendre()
    half = np.diff(ends)[:, None] / 2
    return (ends[:-1, None] + half * (1 + x)).ravel(), (half * w).ravel()


@lru_cache(maxsize=1)
def _legendre() -> tuple[Floats, Floats]:
    x, w = np.polynomial.legendre.leggauss(16)
    return x, w
