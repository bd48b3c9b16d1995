"""Limits of one bin by exact sums over its count, nuisances averaged out: Bayesian, CLs, Feldman-Cousins; all hypotheses at once.

Bayes with a flat prior and CLs solve one equation, sum_k v_k P(N <= n | e_k s + b_k) = (1 - level) of its value at s = 0,
with v = w/e for Bayes and v = w for CLs: they agree where the efficiency is known, whatever is not known of a
background that does not fluctuate with it, and differ by the factor 1/e where it is not.
"""

from collections.abc import Callable
from functools import cache
from math import sqrt
from typing import Any

import numpy as np
from scipy.special import ndtr

from darkrecoil import _jit
from darkrecoil._errors import BadValue, unknown
from darkrecoil._run import ordered_map
from darkrecoil.records import Floats, Ints
from darkrecoil.statistics import sums
from darkrecoil.statistics.nodes import Nodes

LARGEST = 200  # counts: beyond, sums cost more than asymptotic formulas err
BANDS = (-2.0, -1.0, 0.0, 1.0, 2.0)
FC_RULES = ("monotone", "raw", "hull")
F1, F2, I1, I2 = "float64[::1]", "float64[:, ::1]", "int64[::1]", "int64[:, ::1]"
NODES = f"{F2}, {F2}, {F2}"
STEP = 0.04  # events: grid of the belt; a gap that is narrower can be missed
PIECES = 8  # intervals of one set
Set = tuple[tuple[float, float], ...]


def kernels() -> tuple[_jit.Kernel, ...]:
    """The kernels of this module, to be compiled."""
    link = _jit.link
    tail = (sums.tail, sums.mean_tail)
    order = (sums.row, sums.best, sums.one, sums.factorials, sums.accepted, sums.edge_of)
    return (
        link("statistics_tails", sums.tails, f"void({I1}, {I1}, float64, float64, {NODES}, {F1})", outlined=tail),
        link("statistics_rows", sums.rows, f"void({I1}, {F1}, {NODES}, {F2})", outlined=(sums.row,)),
        link("statistics_belt", sums.belt, f"void({I2}, float64, {F1}, {F1}, {I1}, {NODES}, float64[:, :, :, ::1])", outlined=order),
        link(
            "statistics_highest",
            sums.highest,
            f"void({I1}, float64, {F1}, float64, float64, int64, {F1}, {F1}, {F1}, {F1}, {F1})",
            outlined=order,
        ),
    )


@cache
def _compiled() -> list[Callable[..., None]]:
    return _jit.load(kernels())


def probabilities(nodes: Nodes, which: Ints, s: Floats, size: int) -> Floats:
    """q(n | s), (k, size), of hypotheses ``which`` (k,) at s (k,)."""
    out = np.empty((len(s), size))
    _compiled()[1](np.asarray(which, np.int64), np.asarray(s, float), nodes.e, nodes.b, nodes.w, out)
    return out


def expected_counts(nodes: Nodes) -> Ints:
    """The counts (m, 5) at the -2 ... +2 sigma quantiles without a signal: the smallest n with P(N <= n) >= Phi."""
    top = nodes.background().max()
    size = int(top + 12 * sqrt(top + 1) + 40)
    while True:
        cdf = np.cumsum(probabilities(nodes, np.arange(len(nodes)), np.zeros(len(nodes)), size), axis=1)
        if (cdf[:, -1] > ndtr(BANDS[-1])).all():
            return np.stack([(cdf < ndtr(z)).sum(axis=1) for z in BANDS], axis=1)
        size *= 2
        if size > 100 * LARGEST:
            raise BadValue("the background is too large for exact sums", float(top), f"allowed: about {LARGEST}", "take asymptotic")


def tail_limits(n: Ints, which: Ints, nodes: Nodes, level: float, bayes: bool, s_max: float | None = None, jobs: int = 1) -> Floats:
    """Upper limits (k,) of counts n (k,) of hypotheses ``which`` (k,): Bayesian with a flat prior up to s_max, or CLs."""
    scale = _unit(nodes)
    weights = nodes.w / nodes.e if bayes else nodes.w
    e, out = np.ascontiguousarray(nodes.e / scale[:, None]), np.empty(len(n))
    v = np.ascontiguousarray(weights / weights.sum(axis=1, keepdims=True))
    if s_max is not None and len(nodes) > 1:
        raise BadValue("a bound of the prior is for one hypothesis", s_max)
    end = -1.0 if s_max is None else float(s_max * scale[0])

    def run(rows: slice) -> None:
        _compiled()[0](n[rows], which[rows], 1 - level, end, e, nodes.b, v, out[rows])

    _each(run, len(n), jobs)
    return out / scale[which]


def unified(n: Ints, nodes: Nodes, level: float, jobs: int = 1) -> list[list[Set]]:
    """The sets of s by the ordering of Feldman and Cousins, for counts n (m, c) of each hypothesis: lists of intervals.

    G. J. Feldman, R. D. Cousins, Phys. Rev. D 57 (1998) 3873; with nuisances averaged out as by J. Conrad et al., Phys. Rev. D
    67 (2003) 012002: the likelihood ratio is that of the averaged probabilities.
    """
    scale, background = _unit(nodes), nodes.background()
    e = np.ascontiguousarray(nodes.e / scale[:, None])
    spread = np.sqrt(np.maximum((nodes.w * e**2).sum(axis=1) - 1, 0))
    noisy = np.sqrt((nodes.w * (nodes.b - background[:, None]) ** 2).sum(axis=1))
    most = n.max(axis=1)
    ends = (np.maximum(most - background, 0) + 7.2 * np.sqrt(most + 1.0) + 6) * (1 + 2 * spread)
    mean = ends * (1 + spread) + background + 3 * noisy
    sizes = np.maximum(mean + 5 * np.sqrt(mean) + 8, most + 10).astype(np.int64)
    step, out = STEP * np.sqrt(1 + n.min(axis=1) / 10), np.full((*n.shape, PIECES, 2), -1.0)

    def run(rows: slice) -> None:
        given = (n, step, ends, sizes, e, nodes.b, nodes.w, out)
        first, *rest = (np.ascontiguousarray(x[rows]) if x is not out else x[rows] for x in given)
        _compiled()[2](first, level, *rest)

    _each(run, len(n), jobs, 4)
    return [[_set(pieces / unit) for pieces in row] for row, unit in zip(out, scale, strict=True)]


def _set(pieces: Floats) -> Set:
    kept = pieces[pieces[:, 0] >= 0]
    if len(kept) == 0 or (kept[:, 1] < 0).any():
        raise BadValue("the confidence set has no end on the grid", kept.tolist(), hint="lower the level, or the errors")
    return tuple((float(low), float(high)) for low, high in kept)


def feldman_cousins(n: Ints, nodes: Nodes, level: float, rule: str = "monotone", jobs: int = 1) -> list[list[Set]]:
    """The sets by a rule, for counts n (m, c): "raw" as the ordering gives them, which may have holes; "hull" the interval from their
    infimum to their supremum; "monotone" that with the upper end raised to the highest of any larger background, as in the
    published tables (Feldman and Cousins, sect. IV.B)."""
    if rule not in FC_RULES:
        raise unknown("rule of Feldman and Cousins", rule, FC_RULES)
    raw = unified(n, nodes, level, jobs)
    if rule == "raw":
        return raw
    if rule == "hull":
        hulls: list[list[Set]] = [[((s[0][0], s[-1][1]),) for s in sets] for sets in raw]
        return hulls
    made: list[list[Set]] = []
    for h, sets in enumerate(raw):
        top = np.array([s[-1][1] for s in sets])
        _highest(n[h], Nodes(*(x[h : h + 1] for x in (nodes.e, nodes.b, nodes.w))), level, top)
        made.append([((s[0][0], float(high)),) for s, high in zip(sets, top, strict=True)])
    return made


def _highest(n: Ints, nodes: Nodes, level: float, upper: Floats) -> None:
    """Raise upper limits (c,) of counts n (c,) to the highest of this background or a larger one: a sawtooth in the background."""
    background, scale = float(nodes.background()[0]), float(_unit(nodes)[0])
    if background <= 0:
        return
    tooth = max(1.0, sqrt(background) / 2)
    cell = FINE if nodes.e.shape[1] <= 4 else COARSE
    factors = 1 + np.arange(0, SEARCH, cell) * tooth / background
    mean = float((upper * scale).max()) * 1.5 + background * float(factors[-1]) + 4
    size = int(max(mean + 6 * sqrt(mean) + 8, n.max() + 10))
    found, where = upper * scale, np.ones(len(n))
    given = (size, nodes.e[0] / scale, nodes.b[0], nodes.w[0])
    _compiled()[3](n, level, factors, cell * tooth, 0.4 * tooth, *given, found, where)
    for c in range(len(n)):  # towards the tip of the tooth
        for zoom in (5, 25, 125) if where[c] > 1 else ():
            near = np.maximum(where[c] + np.arange(-6, 7) * (cell * tooth / background / zoom), 1.0)
            _compiled()[3](
                n[c : c + 1], level, near, cell * tooth / zoom, 20 * cell * tooth / zoom, *given, found[c : c + 1], where[c : c + 1]
            )
    upper[:] = found / scale


SEARCH, FINE, COARSE = 2.0, 0.004, 0.03  # teeth, of about one event or sqrt(b)/2: how far up they are looked for, and in which steps


def _unit(nodes: Nodes) -> Floats:
    """Mean signal per unit of the parameter of interest, (m,): limits are looked for in events."""
    return np.asarray((nodes.w * nodes.e).sum(axis=1))


def _each(run: Callable[[slice], None], number: int, jobs: int, size: int = 64) -> None:
    _compiled()
    blocks: list[Any] = [slice(i, i + size) for i in range(0, number, size)]
    for _ in ordered_map(run, blocks, jobs=jobs):
        pass
