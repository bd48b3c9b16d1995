"""Posterior of the signal, nuisances integrated out, with flat, log-flat and reference priors; one bin or many.

One bin: the nodes of its nuisances. Many: at each s the likelihood is integrated about its conditional maximum, in the
coordinates where it is a unit Gaussian, by a rule of degree five or a lattice of which the Gaussian is only the proposal.
Factors of generated counts are integrated in their logarithms, where they are nearly Gaussian down to no event at all.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from darkrecoil._errors import BadValue, unknown
from darkrecoil.records import Floats, Ints
from darkrecoil.statistics import likelihood as like
from darkrecoil.statistics.exact import probabilities, tail_limits
from darkrecoil.statistics.fit import Data, Fitted, check, expected_counts, fit
from darkrecoil.statistics.nodes import Nodes, uniform
from darkrecoil.statistics.packed import Packed

PRIORS = ("flat", "log", "reference")
CELLS, KNOTS = 2000, 250  # points of a posterior, and of its reference prior
LEAST = 0.01  # signal events at which the log-flat prior begins: from zero on it has no integral
DEGREE_FIVE = 10  # dimensions up to which the rule of degree five is used
LATTICE = 1024


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
    packed: Packed, data: Data, prior: str = "flat", s_max: float | None = None, nodes: int = 17, points: int = 0
) -> list[Posterior]:
    """The posterior of each data set (k,) of a model of any bins and nuisances. ``nodes``: values of s between which ln L is a cubic
    spline; ``points``: of a lattice instead of the rule of degree five. The reference prior of many bins is the root of the Fisher
    information of s that the nuisances leave."""
    if prior not in PRIORS:
        raise unknown("prior", prior, PRIORS)
    if any(kind == like.FREE for kind in packed.kinds[1:]) or any(kind == like.FREE for kind in packed.local_kinds):
        raise BadValue("a nuisance without a constraint has no prior", ", ".join(packed.names[1:]), hint="constrain it, or take cls")
    from scipy import interpolate  # here, because it is slow to import

    spline: Any = interpolate.CubicSpline

    best = check(fit(packed, data))
    made = []
    for i in range(len(data)):
        end = s_max or _end(packed, data, best, i)
        knots = end * np.linspace(0, 1, nodes) ** 2
        value, information = log_marginal(packed, data.rows(np.array([i])), knots, points)
        while s_max is None and value[-1] > value.max() - 18:
            end *= 1.5
            knots = end * np.linspace(0, 1, nodes) ** 2
            value, information = log_marginal(packed, data.rows(np.array([i])), knots, points)
        first = LEAST * end / max(_signal(packed, data, i, end), LEAST) if prior == "log" else 0.0
        s = grid(end, first)
        root = np.sqrt(s / end)
        smooth = spline(np.sqrt(knots / end), value - value.max())(root)
        chosen = np.ones_like(s) if prior == "flat" else 1 / np.maximum(s, 1e-300)
        if prior == "reference":
            chosen = np.exp(0.5 * spline(np.sqrt(knots / end), np.log(information))(root))
        made.append(make(s, np.exp(smooth), chosen))
    return made


def _end(packed: Packed, data: Data, best: Fitted, i: int) -> float:
    """A signal far above what the data allow: where -ln L has risen by about 20."""
    one, base, hat = data.rows(np.array([i])), best.rows(np.array([i])), max(float(best.theta[i, 0]), 0.0)
    step = max(hat, 1e-3)
    for _ in range(200):
        rise = float(fit(packed, one, {0: np.array([hat + step])}, base).value[0] - base.value[0])
        if 16 < rise < 26:
            break
        step *= min(max(20 / max(rise, 1e-9), 0.3), 3.0) if rise < 26 else max(sqrt(20 / rise), 0.2)
    return hat + step


def _signal(packed: Packed, data: Data, i: int, s: float) -> float:
    """Signal events that s stands for, at nominal nuisances."""
    theta = packed.start[data.which[i : i + 1]].copy()
    gamma = packed.local_start[data.which[i : i + 1]]
    counts = []
    for value in (s, 0.0):
        theta[:, 0] = value
        counts.append(float(expected_counts(packed, data.which[i : i + 1], theta, gamma).sum()))
    return counts[0] - counts[1]


def log_marginal(packed: Packed, one: Data, s: Floats, points: int = 0) -> tuple[Floats, Floats]:
    """ln of the likelihood of one data set at s (g,), nuisances integrated out, up to a constant; the Fisher information of s (g,)."""
    lognormal = packed.local_kinds == like.POISSON
    lifted = one.local + lognormal  # the Jacobian of the logarithm is one more event
    g, free = len(s), np.arange(1, len(packed.names))
    many = Data(np.repeat(one.which, g), np.repeat(one.counts, g, 0), np.repeat(one.auxiliary, g, 0), np.repeat(lifted, g, 0))
    top = check(fit(packed, many, {0: s}))
    d = len(free) + len(lognormal)
    lam, J = _derivatives(packed, many, top, free, lognormal)
    curvature = np.einsum("gpb,gqb,gb->gpq", J[:, 1:], J[:, 1:], many.counts / np.maximum(lam, 1e-12) ** 2)
    widths = packed.widths[one.which[0], free], packed.local_widths[one.which[0]]
    local = np.where(lognormal, top.gamma * widths[1], 1 / np.maximum(widths[1], 1e-12) ** 2)
    curvature[:, np.arange(d), np.arange(d)] += np.concatenate([np.broadcast_to(1 / widths[0] ** 2, (g, len(free))), local], axis=1)
    root = np.linalg.inv(np.linalg.cholesky(curvature)).swapaxes(1, 2) if d else np.zeros((g, 0, 0))
    z, w = rule(d, points)
    moved = np.einsum("gij,kj->gki", root, z).reshape(g * len(z), d)
    theta, gamma = np.repeat(top.theta, len(z), 0), np.repeat(top.gamma, len(z), 0)
    theta[:, 1:] += moved[:, : len(free)]
    shift = moved[:, len(free) :]
    gamma = np.where(lognormal, gamma * np.exp(np.clip(shift, -50, 50)), gamma + shift)
    every = many.rows(np.repeat(np.arange(g), len(z)))
    value = minus_log(packed, every, theta, gamma).reshape(g, len(z)) - top.value[:, None]
    ratio = np.exp(np.clip(0.5 * (z**2).sum(axis=1) - value, -700, 50)) @ w
    determinant = np.log(np.abs(np.diagonal(root, axis1=1, axis2=2))).sum(axis=1)
    information = np.einsum("gpb,gqb,gb->gpq", J, J, 1 / np.maximum(lam, 1e-12))
    information[:, np.arange(1, d + 1), np.arange(1, d + 1)] += curvature[:, np.arange(d), np.arange(d)] - np.einsum(
        "gpb,gpb,gb->gp", J[:, 1:], J[:, 1:], many.counts / np.maximum(lam, 1e-12) ** 2
    )
    left = 1 / np.linalg.inv(information)[:, 0, 0]
    return np.log(np.maximum(ratio, 1e-300)) + determinant - top.value, left


def minus_log(packed: Packed, data: Data, theta: Floats, gamma: Floats) -> Floats:
    """-ln L (k,) at parameters (k, p), (k, l), as the compiled fit has it."""
    lam = expected_counts(packed, data.which, np.ascontiguousarray(theta), np.ascontiguousarray(gamma))
    good = (lam > 0).all(axis=1)
    lam = np.maximum(lam, 1e-300)
    value = (lam - data.counts * np.log(lam)).sum(axis=1)
    pull = (theta - data.auxiliary) / packed.widths[data.which]
    value += 0.5 * np.where(packed.kinds == like.GAUSSIAN, pull**2, 0.0).sum(axis=1)
    width = packed.local_widths[data.which]
    mean = np.maximum(width * gamma, 1e-300)
    poisson = mean - data.local * np.log(mean)
    gaussian = 0.5 * ((gamma - data.local) / np.where(width > 0, width, 1.0)) ** 2
    kinds = packed.local_kinds
    value += np.where(kinds == like.POISSON, poisson, np.where(kinds == like.GAUSSIAN, gaussian, 0.0)).sum(axis=1)
    return np.where(good, value, 1e6)


def _derivatives(packed: Packed, data: Data, at: Fitted, free: Ints, lognormal: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Expected counts (g, b) and derivatives (g, 1 + d, b) by s and the nuisances in their coordinates: central differences."""
    step, columns = 1e-4, []
    lam = expected_counts(packed, data.which, at.theta, at.gamma)
    for p in (0, *free):
        size = step * max(1.0, float(np.abs(at.theta[:, p]).max())) if p == 0 else step
        up, down = at.theta.copy(), at.theta.copy()
        up[:, p] += size
        down[:, p] -= size
        both = [expected_counts(packed, data.which, t, at.gamma) for t in (up, down)]
        columns.append((both[0] - both[1]) / (2 * size))
    for j, in_log in enumerate(lognormal):
        up = at.gamma.copy()
        up[:, j] += 1.0
        change = expected_counts(packed, data.which, at.theta, up) - lam  # linear in gamma
        columns.append(change * at.gamma[:, j : j + 1] if in_log else change)
    return lam, np.stack(columns, axis=1)


def rule(d: int, points: int = 0) -> tuple[Floats, Floats]:
    """Points (k, d) and weights (k,) that average over a unit Gaussian in d dimensions.

    Degree five with 2 d^2 + 1 points (A. H. Stroud, Approximate Calculation of Multiple Integrals, 1971, E_n^{r^2} 5-2), or a lattice.
    """
    if d == 0:
        return np.zeros((1, 0)), np.ones(1)
    if points or d > DEGREE_FIVE:
        number = points or LATTICE
        return ndtri(uniform(number, d)), np.full(number, 1 / number)
    eye = np.eye(d) * sqrt(d + 2)
    pairs = [(eye[i] * a + eye[j] * b) / sqrt(2) for i in range(d) for j in range(i) for a in (1, -1) for b in (1, -1)]
    z = np.array([np.zeros(d), *eye, *(-eye), *pairs])
    w = np.concatenate([[2 / (d + 2)], np.full(2 * d, (4 - d) / (2 * (d + 2) ** 2)), np.full(len(pairs), 1 / (d + 2) ** 2)])
    return z, w
