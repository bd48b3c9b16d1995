"""A search's table applied to events: who passes, what each row leaves, efficiencies with their errors."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from math import sqrt

import numpy as np

from darkrecoil._errors import BadValue
from darkrecoil._run import BLOCK
from darkrecoil.records import Bools, Cutflow, CutStep, Events, Floats
from darkrecoil.selection.analysis import GENERATED, Analysis, words
from darkrecoil.selection.evaluate import Memo, values


def passing(analysis: Analysis, events: Events) -> Iterator[Bools]:
    """After each row, the mask (n,) of the events that have passed it and all before; the first row lets all pass."""
    mask = np.ones(len(events), dtype=np.bool_)
    yield mask
    memo: Memo = {}
    for _, conditions in analysis.rows:
        for condition in conditions:
            mask = mask & values(condition, events, memo)
        yield mask


def tally(analysis: Analysis, events: Events) -> tuple[tuple[str, ...], Floats]:
    """The rows' names and (rows, 3): events, sum of w in fb, sum of w^2 in fb^2, after each row; the first is what was generated.

    For one block of events. Blocks are added row by row, in order: the same blocks give the same bits.
    """
    return _names(analysis), np.array([_sums(events.weight[mask]) for mask in passing(analysis, events)])


def select(analysis: Analysis, events: Events) -> tuple[Events, Floats]:
    """The events that pass every row, and the tally (rows, 3) of the rows."""
    sums, memo, mask = [_sums(events.weight)], Memo(), np.ones(len(events), dtype=np.bool_)
    for _, conditions in analysis.rows:
        for condition in conditions:
            mask = mask & values(condition, events, memo)
        sums.append(_sums(events.weight[mask]))
        if 2 * np.count_nonzero(mask) < len(mask):  # fewer events cost less, though the memo is lost
            events, memo = events.where(mask), Memo()
            mask = np.ones(len(events), dtype=np.bool_)
    return events.where(mask), np.array(sums)


def cutflow(analysis: Analysis, events: Events) -> Cutflow:
    """The cutflow of all events, summed over fixed blocks of attempts as a stream of them would be."""
    total = np.zeros((len(analysis.rows) + 1, 3))
    for block in _blocks(events):
        total = total + tally(analysis, block)[1]
    return cutflow_from(analysis, total, events.attempts)


def cutflow_from(
    analysis: Analysis,
    tallies: Floats,
    attempts: int,
    extra: tuple[tuple[str, str], ...] = (),
    first: tuple[tuple[str, str], ...] = (),
) -> Cutflow:
    """The cutflow from the summed tallies (rows, 3) and the number of attempts that they come from.

    ``extra`` names rows (name, text) that follow those of the table, such as a counting window; ``first`` those between what was
    generated and the table, such as a generator's filter.

    The cross-section is sum w / N with the variance (sum w^2 / N - (sum w / N)^2) / N. The efficiency e = sum w / W, with W
    the sum over what was generated, has the variance ((1 - e)^2 S_passing + e^2 S_failing) / W^2, S = sum w^2: of a
    ratio in which numerator and remainder are independent, binomial for equal weights. Where none or all pass
    that is zero, and the error is that of one event of the mean weight S / W instead.
    BadValue if nothing was generated or the tallies are not of this table.
    """
    rows = (*first, *words(analysis), *extra)
    names = (GENERATED, *(name for name, _ in rows))
    if tallies.shape != (len(names), 3):
        raise BadValue("tallies of another table", tallies.shape, f"allowed: ({len(names)}, 3)")
    if attempts < 1 or not tallies[0, 1] > 0:
        raise BadValue("a cutflow of nothing", f"{attempts} attempts, {tallies[0, 1]:g} fb", "allowed: events with weight")
    texts = ("", *(shown for _, shown in rows))
    generated = tallies[0].tolist()
    steps = [_step(*step, generated, attempts) for step in zip(names, texts, tallies.tolist(), strict=True)]
    return Cutflow((replace(steps[0], efficiency_error=0.0), *steps[1:]))


def _names(analysis: Analysis) -> tuple[str, ...]:
    return (GENERATED, *(name for name, _ in analysis.rows))


def _sums(weight: Floats) -> tuple[float, float, float]:
    return float(len(weight)), float(weight.sum()), float((weight * weight).sum())


def _step(name: str, shown: str, row: list[float], first: list[float], attempts: int) -> CutStep:
    events, w, w2 = row
    mean = w / attempts
    error = sqrt(max(w2 / attempts - mean * mean, 0.0) / attempts)
    share, share_error = efficiency(w, w2, first[1], first[2])
    return CutStep(name, shown, int(events), mean, error, share, share_error)


def efficiency(w: float, w2: float, total: float, total2: float) -> tuple[float, float]:
    """The efficiency and its error from the sums of w and w^2 of what passes and of all: see ``cutflow_from``."""
    e = w / total
    variance = ((1 - e) ** 2 * w2 + e**2 * max(total2 - w2, 0.0)) / total**2
    return e, sqrt(variance) if variance > 0 else total2 / total**2


def n_eff(weight: Floats) -> float:
    """The effective number of events, (sum w)^2 / sum w^2: that of equal weights with the same relative error; 0 without events.

    L. Kish, Survey Sampling (1965), section 11.7: of n events it is n for equal weights and less for any others.
    """
    square = float((weight * weight).sum())
    return float(weight.sum()) ** 2 / square if square > 0 else 0.0


def _blocks(events: Events) -> Iterator[Events]:
    """The events of each fixed block of attempts, in order of the file."""
    block = events.attempt // BLOCK
    edges = [0, *(np.flatnonzero(np.diff(block)) + 1).tolist(), len(events)]
    for low, high in pairwise(edges):
        yield _slice(events, slice(low, high))


def _slice(events: Events, part: slice) -> Events:
    kept = {
        kind: replace(some, columns={name: column[part] for name, column in some.columns.items()}, present=some.present[part])
        for kind, some in events.objects.items()
    }
    bits = {line: bit[part] for line, bit in events.trigger.items()}
    return replace(events, objects=kept, trigger=bits, weight=events.weight[part], attempt=events.attempt[part])
