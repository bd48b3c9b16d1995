"""Pulls and impacts: what the data say of each nuisance, and what each nuisance does to the signal."""

from dataclasses import dataclass

import numpy as np

from darkrecoil.records import Floats
from darkrecoil.statistics import likelihood as like
from darkrecoil.statistics.fit import Data, Fitted, as_data, check, fit
from darkrecoil.statistics.packed import NO_BOUND, Packed

ROUNDS = 40


@dataclass(frozen=True, eq=False)
class Pull:
    """One nuisance of a fit: its value in standard deviations of its constraint from the centre, its error after the fit in the same
    unit (below, above), and the shift of the signal when it is held at either end, its impact."""

    name: str
    value: float
    errors: tuple[float, float]
    impact: tuple[float, float]


def pulls(packed: Packed, observed: Floats, hypothesis: int = 0, jobs: int = 1) -> tuple[Pull, ...]:
    """The pull and impact of each constrained nuisance, largest impact first.

    Errors are where -2 ln L, minimised over the rest, has risen by 1; the signal may go below zero here, so that impacts exist.
    """
    data = as_data(packed, observed).rows(np.array([hypothesis]))
    best = check(fit(packed, data, lowest=NO_BOUND, jobs=jobs))
    chosen = [p for p in range(1, len(packed.names)) if packed.kinds[p] == like.GAUSSIAN]
    found = []
    for p in chosen:
        width, hat = float(packed.widths[hypothesis, p]), float(best.theta[0, p])
        ends = [_edge(packed, data, best, p, sign * width) for sign in (-1.0, 1.0)]
        held = [fit(packed, data, {p: np.array([end])}, best, NO_BOUND).theta[0, 0] - best.theta[0, 0] for end in ends]
        value = (hat - float(packed.centre[hypothesis, p])) / width
        errors = ((hat - ends[0]) / width, (ends[1] - hat) / width)
        found.append(Pull(packed.names[p], value, errors, (float(held[0]), float(held[1]))))
    return tuple(sorted(found, key=lambda one: -max(map(abs, one.impact))))


def _edge(packed: Packed, data: Data, best: Fitted, p: int, step: float) -> float:
    """Where -2 ln L has risen by 1 on one side of parameter p."""
    hat, inner, outer = float(best.theta[0, p]), 0.0, step

    def rise(at: float) -> float:
        return 2 * float(fit(packed, data, {p: np.array([hat + at])}, best, NO_BOUND).value[0] - best.value[0])

    for _ in range(ROUNDS):
        if rise(outer) >= 1:
            break
        inner, outer = outer, 2 * outer
    for _ in range(ROUNDS):
        middle = 0.5 * (inner + outer)
        inner, outer = (middle, outer) if rise(middle) < 1 else (inner, middle)
    return hat + 0.5 * (inner + outer)
