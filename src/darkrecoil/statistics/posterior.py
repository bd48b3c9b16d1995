"""Posterior of the signal, nuisances integrated out, with flat, log-flat and reference priors; one bin or many.

One bin: the nodes of its nuisances. Many: ``integrals`` about the conditional maxima at some s, and a spline of ln L through them.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Any

import numpy as np

from darkrecoil._errors import BadValue, unknown
from darkrecoil.records import Floats
from darkrecoil.statistics import likelihood as like
from darkrecoil.statistics.exact import probabilities, tail_limits
from darkrecoil.statistics.fit import Data, check, expected_counts, fit
from darkrecoil.statistics.integrals import ends, information, log_marginal
from darkrecoil.statistics.nodes import Nodes
from darkrecoil.statistics.packed import Packed

PRIORS = ("flat", "log", "reference")
CELLS, KNOTS = 2000, 250  # points of a posterior, and of its reference prior
LEAST = 0.01  # signal events at which the log-flat prior begins: from zero on it has no integral
FALLEN = 18.0  # of ln L, where a posterior may end
TOGETHER = 512  # data sets that are held in memory


@dataclass(frozen=True, eq=False)
class Posterior:
    """Density (g,) and distribution function (g,) of the signal s (g,), in units of the parameter of interest."""

    s: Floats
    density: Floats
    cumulated: Floats

    def quantile(self, probability: float) -> float:
        """The s below which the posterior holds so much."""
        return float(np.interp(probability, self.cumulated, self.s))


def make(s: Floats, likelihood: Floats, prior: Floats) -> Posterior:
    """The posterior on a grid (g,), by the trapezoidal rule."""
    density = likelihood * prior
    parts = 0.5 * (density[1:] + density[:-1]) * np.diff(s)
    total = float(parts.sum())
    return Posterior(s, density / total, np.concatenate([[0.0], np.cumsum(parts)]) / total)


def of_count(n: int, nodes: Nodes, prior: str = "flat", s_max: float | None = None) -> Posterior:
    """The posterior of one bin with n events, one hypothesis. UnknownName for a prior that is none."""
    if prior not in PRIORS:
        raise unknown("prior", prior, PRIORS)
    unit = float((nodes.w * nodes.e).sum())
    end = s_max
    if end is None:
        end = 1.5 * float(tail_limits(np.array([n]), np.zeros(1, np.int64), nodes, 1 - 1e-9, bayes=True)[0])
    s = grid(end, LEAST / unit if prior == "log" else 0.0)
    likelihood = probabilities(nodes, np.zeros(len(s), np.int64), s, n + 1)[:, n]
    return make(s, likelihood, weight(prior, s, nodes))


def grid(end: float, start: float = 0.0) -> Floats:
    """Points of s from start to end: quadratic from zero, logarithmic from elsewhere."""
    return np.geomspace(start, end, CELLS) if start > 0 else end * np.linspace(0, 1, CELLS) ** 2


def weight(prior: str, s: Floats, nodes: Nodes) -> Floats:
    """The prior on a grid (g,). "reference": the square root of the Fisher information of the averaged model, Jeffreys' prior of the
    count after its nuisances have been integrated out (L. Demortier, S. Jain, H. B. Prosper, Phys. Rev. D 82 (2010) 034002, method 2)."""
    if prior == "flat":
        return np.ones_like(s)
    if prior == "log":
        return 1 / s
    most = float((nodes.w * (nodes.e * s.max() + nodes.b)).sum())
    size = min(int(2 * most + 12 * sqrt(most) + 20), 1000)
    knots = s.max() * np.linspace(0, 1, KNOTS) ** 2
    which = np.zeros(KNOTS, np.int64)
    q = probabilities(nodes, which, knots, size)
    tilted = probabilities(Nodes(nodes.e, nodes.b, nodes.w * nodes.e), which, knots, size)
    slope = np.concatenate([np.zeros((KNOTS, 1)), tilted[:, :-1]], axis=1) - tilted
    root = np.sqrt(np.where(q > 1e-300, slope**2 / np.maximum(q, 1e-300), 0.0).sum(axis=1))
    if not nodes.b.any():  # then it diverges at zero as 1/sqrt(s)
        root[0] = root[1] * sqrt(knots[1] / max(s[1], 1e-300)) if s[0] == 0 else root[1]
    return np.asarray(np.exp(np.interp(np.sqrt(s), np.sqrt(knots), np.log(root))))


def of_model(
    packed: Packed, data: Data, prior: str = "flat", s_max: float | None = None, nodes: int = 15, points: int = 0, jobs: int = 1
) -> list[Posterior]:
    """The posterior of each data set (k,) of a model of any bins and nuisances. ``nodes``: values of s between which ln L is a quintic
    spline; ``points``: of a lattice instead of the rules of ``integrals``. The reference prior of many bins is the root of the Fisher
    information of s that the nuisances leave. UnknownName, BadValue."""
    if prior not in PRIORS:
        raise unknown("prior", prior, PRIORS)
    if any(kind == like.FREE for kind in packed.kinds[1:]) or any(kind == like.FREE for kind in packed.local_kinds):
        raise BadValue("a nuisance without a constraint has no prior", ", ".join(packed.names[1:]), hint="constrain it, or take cls")
    best = check(fit(packed, data, jobs=jobs))
    end = np.full(len(data), s_max) if s_max else ends(packed, data, best, jobs)
    knots = np.linspace(0, 1, nodes)
    value, kept = np.empty((len(data), nodes)), np.ones((len(data), nodes))
    ask = np.arange(len(data))
    while len(ask):
        value[ask], top = log_marginal(packed, data.rows(ask), best.rows(ask), end[ask, None] * knots**2, points, jobs)
        if prior == "reference":
            kept[ask] = information(packed, top, np.repeat(data.which[ask], nodes)).reshape(len(ask), nodes)
        ask = ask[value[ask, -1] > value[ask].max(axis=1) - FALLEN] if s_max is None else ask[:0]
        end[ask] *= 1.5
    first = LEAST * end / np.maximum(_signals(packed, data, end), LEAST) if prior == "log" else np.zeros(len(data))
    value, kept = value - value.max(axis=1, keepdims=True), 0.5 * np.log(kept)
    made = []
    for i, (last, low) in enumerate(zip(end, first, strict=True)):
        s = grid(float(last), float(low))
        between = _quintic(nodes, float(low / last))
        chosen = np.exp(between @ kept[i]) if prior == "reference" else np.ones_like(s) if prior == "flat" else 1 / s
        made.append(make(s, np.exp(between @ value[i]), chosen))
    return made


def quantiles(packed: Packed, data: Data, level: float, prior: str = "flat", jobs: int = 1) -> Floats:
    """The upper limits (k,) of data sets, a few at a time."""
    blocks = [np.arange(i, min(i + TOGETHER, len(data))) for i in range(0, len(data), TOGETHER)]
    return np.array([p.quantile(level) for rows in blocks for p in of_model(packed, data.rows(rows), prior, jobs=jobs)])


@lru_cache(maxsize=4)
def _quintic(nodes: int, low: float) -> Floats:
    """The matrix (g, nodes) that carries values at equidistant roots of s to the grid from low to one: quintic splines."""
    from scipy import interpolate  # here, because it is slow to import

    spline: Any = interpolate.make_interp_spline
    return np.asarray(spline(np.linspace(0, 1, nodes), np.eye(nodes), 5)(np.sqrt(grid(1.0, low))))


def _signals(packed: Packed, data: Data, s: Floats) -> Floats:
    """Signal events (k,) that s (k,) stands for, at nominal nuisances."""
    theta, gamma = packed.start[data.which].copy(), packed.local_start[data.which]
    counts = []
    for value in (s, np.zeros(len(s))):
        theta[:, 0] = value
        counts.append(expected_counts(packed, data.which, theta, gamma).sum(axis=1))
    return np.asarray(counts[0] - counts[1])
