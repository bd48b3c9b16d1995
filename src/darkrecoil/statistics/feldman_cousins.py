"""Confidence sets of Feldman and Cousins for one bin, nuisances averaged out: raw, hull, monotone; all hypotheses at once.

G. J. Feldman, R. D. Cousins, Phys. Rev. D 57 (1998) 3873; with nuisances averaged out as by J. Conrad et al., Phys. Rev. D 67
(2003) 012002: the likelihood ratio is that of the averaged probabilities.
"""

from collections.abc import Callable
from functools import cache
from math import pi, sqrt

import numpy as np

from darkrecoil import _jit
from darkrecoil._errors import BadValue, unknown
from darkrecoil.records import Floats, Ints
from darkrecoil.statistics import belts
from darkrecoil.statistics.exact import each, unit
from darkrecoil.statistics.nodes import Nodes

RULES = ("monotone", "raw", "hull")
STEP = 0.04  # events: grid of the belt; a gap that is narrower can be missed
PIECES = 8  # intervals of one set
SEARCH, FINE, COARSE = 2.0, 0.004, 0.03  # teeth, of about one event or sqrt(b)/2: how far up they are looked for, and in which steps
TABLES = 12  # backgrounds between which probabilities are interpolated
F1, F2, F3, I1, I2 = "float64[::1]", "float64[:, ::1]", "float64[:, :, ::1]", "int64[::1]", "int64[:, ::1]"
PARTS = (belts.table, belts.between, belts.ratios, belts.summits, belts.accepted, belts.edge_of)
Set = tuple[tuple[float, float], ...]


def kernels() -> tuple[_jit.Kernel, ...]:
    """The kernels of this module, to be compiled."""
    given = f"{F1}, {F1}, {F1}"
    belt = f"void({I2}, float64, {F1}, {F1}, {I1}, {I1}, {F2}, {F2}, {F2}, float64[:, :, :, ::1])"
    highest = f"void({I1}, float64, {F1}, float64, float64, {F1}, {F3}, {F1}, {F1})"
    return (
        _jit.link("statistics_belt", belts.belt, belt, outlined=PARTS),
        _jit.link("statistics_tabulate", belts.tabulate, f"void({F1}, {given}, {F3})", outlined=PARTS),
        _jit.link("statistics_highest", belts.highest, highest, outlined=PARTS),
    )


@cache
def _compiled() -> list[Callable[..., None]]:
    return _jit.load(kernels())


def feldman_cousins(n: Ints, nodes: Nodes, level: float, rule: str = "monotone", jobs: int = 1) -> list[list[Set]]:
    """The sets by a rule, for counts n (m, c): "raw" as the ordering gives them, which may have holes; "hull" the interval from their
    infimum to their supremum; "monotone" that with the upper end raised to the highest of any larger background, as in the
    published tables (Feldman and Cousins, sect. IV.B). UnknownName, BadValue for a set without an end."""
    if rule not in RULES:
        raise unknown("rule of Feldman and Cousins", rule, RULES)
    raw = unified(n, nodes, level, jobs)
    if rule == "raw":
        return raw
    tops = np.array([[s[-1][1] for s in sets] for sets in raw])
    if rule == "monotone":

        def run(rows: slice) -> None:
            for h in range(len(nodes))[rows]:
                _raise(n[h], nodes, h, level, tops[h])

        each(run, len(nodes), jobs, 1)
    return [[((s[0][0], float(top)),) for s, top in zip(sets, row, strict=True)] for sets, row in zip(raw, tops, strict=True)]


def unified(n: Ints, nodes: Nodes, level: float, jobs: int = 1) -> list[list[Set]]:
    """The sets of s as the ordering gives them, for counts n (m, c) of each hypothesis: lists of intervals."""
    scale, background = unit(nodes), nodes.background()
    e = np.ascontiguousarray(nodes.e / scale[:, None])
    spread = np.sqrt(np.maximum((nodes.w * e**2).sum(axis=1) - 1, 0))
    noisy = np.sqrt((nodes.w * (nodes.b - background[:, None]) ** 2).sum(axis=1))
    most = n.max(axis=1)
    ends = (np.maximum(most - background, 0) + 7.2 * np.sqrt(most + 1.0) + 6) * (1 + 2 * spread)
    mean = ends * (1 + spread) + background + 3 * noisy
    sizes = np.maximum(mean + 5 * np.sqrt(mean) + 8, most + 10).astype(np.int64)
    step, out = STEP * np.sqrt(1 + n.min(axis=1) / 10), np.full((*n.shape, PIECES, 2), -1.0)

    def run(rows: slice) -> None:
        given = (n, step, ends, sizes, _knots(sizes, spread), e, nodes.b, nodes.w)
        first, *rest = (np.ascontiguousarray(x[rows]) for x in given)
        _compiled()[0](first, level, *rest, out[rows])

    _compiled()
    each(run, len(n), jobs, 4)
    return [[_set(pieces / one) for pieces in row] for row, one in zip(out, scale, strict=True)]


def _knots(sizes: Ints, spread: Floats) -> Ints:
    """Knots that reach the best signal of every count: where the mean is that count, a little further where the efficiency is vague."""
    reach = np.sqrt(sizes * (1 + spread) + 2)
    return np.asarray((reach / belts.KNOT).astype(np.int64) + 2 * belts.MIRROR + 2)


def _set(pieces: Floats) -> Set:
    kept = pieces[pieces[:, 0] >= 0]
    if len(kept) == 0 or (kept[:, 1] < 0).any():
        raise BadValue("the confidence set has no end on the grid", kept.tolist(), hint="lower the level, or the errors")
    return tuple((float(low), float(high)) for low, high in kept)


def _raise(n: Ints, nodes: Nodes, h: int, level: float, upper: Floats) -> None:
    """Raise upper limits (c,) of counts n (c,) to the highest of this background or a larger one: a sawtooth in the background."""
    background, scale = float(nodes.background()[h]), float(unit(nodes)[h])
    if background <= 0:
        return
    tooth = max(1.0, sqrt(background) / 2)
    cell = FINE if nodes.e.shape[1] <= 4 else COARSE
    factors = 1 + np.arange(0, SEARCH, cell) * tooth / background
    found, where = upper * scale, np.ones(len(n))
    points, tables = _tables(nodes, h, factors[-1] + 6 * cell * tooth / background, float(found.max()), int(n.max()))
    _compiled()[2](n, level, factors, cell * tooth, 0.4 * tooth, points, tables, found, where)
    for c in range(len(n)):  # towards the tip of the tooth
        for zoom in (5, 25, 125) if where[c] > 1 else ():
            near = np.maximum(where[c] + np.arange(-6, 7) * (cell * tooth / background / zoom), 1.0)
            steps = cell * tooth / zoom, 20 * cell * tooth / zoom
            _compiled()[2](n[c : c + 1], level, near, *steps, points, tables, found[c : c + 1], where[c : c + 1])
    upper[:] = found / scale


def _tables(nodes: Nodes, h: int, last: float, upper: float, most: int) -> tuple[Floats, Floats]:
    """Factors of the background, the Chebyshev points from 1 to the last, and the probabilities of counts (m, n, j) at each."""
    scale, background = float(unit(nodes)[h]), float(nodes.background()[h])
    mean = upper * 1.5 + background * last + 4
    size = int(max(mean + 6 * sqrt(mean) + 8, most + 10))
    e = np.ascontiguousarray(nodes.e[h] / scale)
    spread = sqrt(max(float(nodes.w[h] @ e**2) - 1, 0))
    points = 1 + 0.5 * (last - 1) * (1 - np.cos(pi * (np.arange(TABLES) + 0.5) / TABLES))
    tables = np.empty((TABLES, size, int(_knots(np.array([size]), np.array([spread]))[0])))
    _compiled()[1](points, e, nodes.b[h], nodes.w[h], tables)
    return points, tables
