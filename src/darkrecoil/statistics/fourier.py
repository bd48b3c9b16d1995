"""P(X - r R > t) by its Laplace transform, for sources of so few generated events that they are the broadest.

    P(X - r R > t) = 1/(2 pi i) int_{c - i inf}^{c + i inf} dp exp(-p t) M(p) / p,   0 < c < 1,
    M(p) = (1 - p)^-shape E_r[exp(-p r known) prod_j (1 + p scale_j r)^-shape_j]

by the trapezoidal rule along the line, which converges geometrically (Abate and Whitt, Queueing Systems 10 (1992) 5).
"""

from functools import lru_cache
from math import ceil, hypot, pi, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from darkrecoil.records import Floats
from darkrecoil.statistics import rules
from darkrecoil.statistics.counting import Counting, gammas, known, mean, spread

FOLD = 40.0  # the rule repeats with a period of FOLD/c in t: its error is exp(-FOLD)
CUT = 9.0  # standard deviations of the transform of X, at most: the rest is exp(-CUT^2/2)
FIRST = 64  # points of the first block; each further one doubles the number of points
Complexes = NDArray[np.complex128]


def above(shape: float, t: Floats, counting: Counting) -> Floats:
    """P(X - r R > t), (k,), for X ~ Gamma(shape, 1) and t >= 0; shape of 100 or more.

    Precise to about 1e-9, for a probability of 1e-18 at t = 0 still to 1e-5."""
    p, terms = _transform(shape, counting)
    return np.asarray((np.exp(-p * t[:, None]) @ terms).real)


@lru_cache(maxsize=16)
def cost(shape: float, counting: Counting) -> float:
    """The number of complex exponentials that ``above`` takes at most."""
    last = ceil(CUT / sqrt(shape) / (2 * pi * _shift(shape, counting) / FOLD)) + 1
    phase = CUT / sqrt(shape) * counting.background_relative * mean(counting)
    return last * len(rules.factor(counting.background_relative, counting.response, 1 + phase / 6).points)


@lru_cache(maxsize=16)
def _transform(shape: float, counting: Counting) -> tuple[Complexes, Complexes]:
    """Points p on the line and M(p)/p there times the weight of the rule, as far as they matter."""
    shift = _shift(shape, counting)
    step = 2 * pi * shift / FOLD
    last = ceil(CUT / sqrt(shape) / step) + 1
    points: list[Complexes] = []
    terms: list[Complexes] = []
    start, stop = 0, FIRST
    while start < last:
        p: Complexes = np.asarray(shift + 1j * step * np.arange(start, min(stop, last)), dtype=np.complex128)
        points.append(p)
        terms.append(np.exp(-shape * (np.log1p(-p) + p)) * _background(p, shape, counting) / p)
        if np.max(np.abs(terms[-1][-FIRST // 2 :])) < 1e-14 * abs(terms[0][0]):
            break
        start, stop = stop, 2 * stop
    terms[0][0] /= 2
    return np.concatenate(points), np.concatenate(terms) * (step / pi)


def _shift(shape: float, counting: Counting) -> float:
    """c: where M(c)/c is smallest if X - r R > 0 is rare, so that a small probability keeps its digits; else a
    fraction of 1/sigma that does not lose them, at most 15 in the exponent, where X - r R is mostly positive."""
    sigma, gap = hypot(sqrt(shape), spread(counting)), shape - mean(counting)
    usual = min(1.5 / sigma, 15 / max(gap, 1.0))
    factor = rules.factor(counting.background_relative, counting.response)
    c = usual * np.geomspace(1, 0.9 / usual, 60)
    r = factor.points[:, None]
    logs = -c * known(counting) * r - sum(a * np.log1p(c * scale * r) for a, scale in gammas(counting))
    size = logsumexp(logs, axis=0, b=factor.weights[:, None]) - shape * np.log1p(-c) - np.log(c)
    return float(c[np.argmin(size)])


def _background(p: Complexes, shape: float, counting: Counting) -> Complexes:
    """E_r[exp(p (shape - r known)) prod_j (1 + p scale_j r)^-shape_j], (p,); exp(p shape) is taken from the count's factor."""
    phase = float(abs(p[-1])) * counting.background_relative * mean(counting)
    factor = rules.factor(counting.background_relative, counting.response, 1 + phase / 6)
    total = np.zeros_like(p)
    for r, weight in zip(factor.points, factor.weights, strict=True):
        exponent = p * (shape - known(counting) * r)
        for a, scale in gammas(counting):
            exponent = exponent - a * np.log1p(p * scale * r)
        total += weight * np.exp(exponent)
    return total
