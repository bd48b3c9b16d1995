"""Limits of one bin by exact sums over its count, nuisances averaged out: Bayesian and CLs; all hypotheses at once.

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
from darkrecoil._errors import BadValue
from darkrecoil._run import ordered_map
from darkrecoil.records import Floats, Ints
from darkrecoil.statistics import sums
from darkrecoil.statistics.nodes import Nodes

LARGEST = 200  # counts: beyond, sums cost more than asymptotic formulas err
BANDS = (-2.0, -1.0, 0.0, 1.0, 2.0)
F1, F2, I1 = "float64[::1]", "float64[:, ::1]", "int64[::1]"
NODES = f"{F2}, {F2}, {F2}"


def kernels() -> tuple[_jit.Kernel, ...]:
    """The kernels of this module, to be compiled."""
    link = _jit.link
    tail = (sums.tail, sums.mean_tail)
    return (
        link("statistics_tails", sums.tails, f"void({I1}, {I1}, float64, float64, {NODES}, {F1})", outlined=tail),
        link("statistics_rows", sums.rows, f"void({I1}, {F1}, {NODES}, {F2})", outlined=(sums.row,)),
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
    scale = unit(nodes)
    weights = nodes.w / nodes.e if bayes else nodes.w
    e, out = np.ascontiguousarray(nodes.e / scale[:, None]), np.empty(len(n))
    v = np.ascontiguousarray(weights / weights.sum(axis=1, keepdims=True))
    if s_max is not None and len(nodes) > 1:
        raise BadValue("a bound of the prior is for one hypothesis", s_max)
    end = -1.0 if s_max is None else float(s_max * scale[0])

    def run(rows: slice) -> None:
        _compiled()[0](n[rows], which[rows], 1 - level, end, e, nodes.b, v, out[rows])

    _compiled()
    each(run, len(n), jobs)
    return out / scale[which]


def unit(nodes: Nodes) -> Floats:
    """Mean signal per unit of the parameter of interest, (m,): limits are looked for in events."""
    return np.asarray((nodes.w * nodes.e).sum(axis=1))


def each(run: Callable[[slice], None], number: int, jobs: int, size: int = 64) -> None:
    """Run over slices of so many hypotheses; what it runs is compiled before."""
    blocks: list[Any] = [slice(i, i + size) for i in range(0, number, size)]
    for _ in ordered_map(run, blocks, jobs=jobs):
        pass
