"""The significances of a whole scan as one matrix product: score tests about the background's fit.

With S the signal per bin, b the background and D its derivatives by its parameters, P = S - (projection of S onto D with weights 1/b)
and T = P/b normalised to unit variance, Z = T (n - b) is the score test of each hypothesis, the profile likelihood's Z to first order
(C. R. Rao, Math. Proc. Camb. Phil. Soc. 44 (1948) 50). It needs no fit: toys of a whole scan are a matrix product.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from darkrecoil._errors import BadValue
from darkrecoil.records import Floats
from darkrecoil.statistics import designs
from darkrecoil.statistics.fits import bins_within, fitted
from darkrecoil.statistics.hypotheses import Hypotheses
from darkrecoil.statistics.shapes import Background, Shape

SLAB = 64  # hypotheses of one product: their ranges overlap, and what lies outside is not multiplied


@dataclass(frozen=True, eq=False)
class Scores:
    """The background per bin (b,), slabs (first bin, last bin, T) of hypotheses in order, the correlation of neighbours (m - 1,), which
    hypotheses have a score (m,), and T (b - its own fit of the background) of each (m,)."""

    background: Floats
    slabs: tuple[tuple[int, int, Floats], ...]
    correlation: Floats
    good: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    shift: Floats

    def seen(self, counts: Floats) -> Floats:
        """The score tests of the data (b,), each about its own fit of the background."""
        return self.z(counts) + self.shift

    def z(self, counts: Floats) -> Floats:
        """The score test of each hypothesis on counts (..., b), (..., m); -infinity where there is none."""
        excess, z, i = counts - self.background, np.empty((*counts.shape[:-1], len(self.good))), 0
        for a, b, rows in self.slabs:
            z[..., i : i + len(rows)] = excess[..., a:b] @ rows.T
            i += len(rows)
        if not self.good.all():
            z[..., ~self.good] = -np.inf
        return z


Made = tuple[int, int, designs.Design]


def scores(
    counts: Floats, edges: Floats, hypotheses: Hypotheses, shapes: Sequence[Shape], background: Background, known: Floats | None = None
) -> tuple[Scores, Callable[[int], Made]]:
    """The scores of a scan of counts (b,), and what makes the design of a hypothesis: first bin, one after the last, design.

    The background is that of each bin's nearest hypothesis, fitted without a signal, or ``known`` per bin, which then has no parameters.
    BadValue where no hypothesis has a background.
    """
    ranges = hypotheses.ranges(float(edges[0]), float(edges[-1]))

    def design(i: int) -> Made:
        first, last = bins_within(edges, ranges[i])
        return first, last, designs.binned(edges[first : last + 1], hypotheses.positions[i], hypotheses.widths[i], shapes[i], background)

    made = [design(i) for i in range(len(hypotheses))]
    nulls = [None if known is not None else _null(one, counts, edges) for one in made]
    good = np.array([known is not None or null is not None for null in nulls])
    if not good.any():
        raise BadValue("no hypothesis of the scan has a background", len(good), hint="more events, or fewer parameters of the background")
    rates = known if known is not None else _mosaic(made, nulls, edges, hypotheses, good)
    rows = [_row(one, null, rates) for one, null in zip(made, nulls, strict=True)]
    slabs = tuple(_slab(made[i : i + SLAB], rows[i : i + SLAB]) for i in range(0, len(rows), SLAB))
    neighbours = np.array([_correlation(made[i], rows[i], made[i + 1], rows[i + 1], rates) for i in range(len(rows) - 1)])
    shift = np.array([_shift(one, null, row, rates) for one, null, row in zip(made, nulls, rows, strict=True)])
    return Scores(rates, slabs, neighbours, good, shift), lambda i: made[i]


def _null(made: Made, counts: Floats, edges: Floats) -> Floats | None:
    """The background's parameters of a fit without a signal, or None."""
    first, last, design = made
    null, status = (lambda raw: (raw[1][0], raw[4][0, 0]))(
        fitted(design, counts[None, first:last], float(edges[last] - edges[first]), null_only=True)
    )
    return null if status <= 1 else None


def _mosaic(
    made: Sequence[Made],
    nulls: Sequence[Floats | None],
    edges: Floats,
    hypotheses: Hypotheses,
    good: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
) -> Floats:
    """The background per bin: each bin from the nearest hypothesis that reaches it; a small number where none does."""
    middle, rates, nearest = (edges[1:] + edges[:-1]) / 2, np.zeros(len(edges) - 1), np.full(len(edges) - 1, np.inf)
    for i in (int(k) for k in np.flatnonzero(good)):
        first, last, design = made[i]
        null = nulls[i]
        assert null is not None
        away = np.abs(middle[first:last] - hypotheses.positions[i])
        closer = away < nearest[first:last]
        rates[first:last][closer] = design.rates(null)[closer]
        nearest[first:last][closer] = away[closer]
    return np.maximum(rates, 1e-9 * max(float(rates.max()), 1e-300))


def _row(made: Made, null: Floats | None, rates: Floats) -> Floats:
    """T of one hypothesis over its own bins."""
    first, last, design = made
    b, signal = rates[first:last], design.linear[0, : design.used]
    left = signal
    if null is not None:
        slopes = design.slopes(null)
        weighted = slopes / np.sqrt(b)
        basis = np.linalg.qr(weighted.T)[0]
        whitened = signal / np.sqrt(b)
        left = np.sqrt(b) * (whitened - basis @ (basis.T @ whitened))
    norm = np.sqrt(np.sum(left * left / b))
    return np.asarray(left / b / norm if norm > 0 else np.zeros(len(b)))


def _shift(made: Made, null: Floats | None, row: Floats, rates: Floats) -> float:
    return 0.0 if null is None else float(row @ (rates[made[0] : made[1]] - made[2].rates(null)))


def _slab(made: Sequence[Made], rows: Sequence[Floats]) -> tuple[int, int, Floats]:
    first, last = min(one[0] for one in made), max(one[1] for one in made)
    slab = np.zeros((len(rows), last - first))
    for k, ((a, b, _), row) in enumerate(zip(made, rows, strict=True)):
        slab[k, a - first : b - first] = row
    return first, last, slab


def _correlation(one: Made, row: Floats, other: Made, second: Floats, rates: Floats) -> float:
    a, b = max(one[0], other[0]), min(one[1], other[1])
    if b <= a:
        return 0.0
    return float(np.sum(row[a - one[0] : b - one[0]] * rates[a:b] * second[a - other[0] : b - other[0]]))
