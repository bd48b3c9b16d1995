"""The windows of a scan as one correlated family: nominal, shifted, of any width, they count the same events where they overlap.

All edges together cut the axis into cells; a window is a run of cells. A toy draws a count per cell, so windows that share cells share
events. Rates of the cells follow from the windows' backgrounds by iterated proportions (L. B. Lucy, Astron. J. 79 (1974) 745).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from darkrecoil._errors import BadValue, unknown
from darkrecoil.records import Floats, Ints

ROUNDS = 2000  # of the iteration for the cells' rates
ERRORS = ("common", "local")
Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Family:
    """Windows (m,) sorted by their middles: bounds, expected background, its relative error, the observed counts or None.

    ``errors``: common, the backgrounds of all windows err together; local, as far as windows overlap and independently elsewhere.
    """

    low: Floats
    high: Floats
    background: Floats
    relative: Floats
    observed: Floats | None
    errors: str = "common"

    def __len__(self) -> int:
        return len(self.low)

    @property
    def middle(self) -> Floats:
        """The windows' middles."""
        return np.asarray((self.low + self.high) / 2)


def family(
    low: Floats,
    high: Floats,
    background: Floats,
    background_error: Floats | float = 0.0,
    observed: Floats | None = None,
    errors: str = "common",
) -> Family:
    """The family of windows [low, high] with these backgrounds and their absolute errors, events; equal windows are one.

    BadValue for windows without a width, numbers that are none, a background of zero, counts that are none, equal windows with
    different contents; UnknownName for ``errors``.
    """
    if errors not in ERRORS:
        raise unknown("correlation of background errors", errors, ERRORS)
    low, high, b, d = (np.array(x, dtype=float) for x in np.broadcast_arrays(low, high, background, background_error))
    if not (low.ndim == 1 and len(low)):
        raise BadValue("a scan needs windows", low.size, "allowed: one or more")
    _all(np.isfinite(low) & np.isfinite(high) & (high > low), high - low, "the width of a window", "allowed: above 0")
    _all(
        np.isfinite(b) & (b > 0),
        b,
        "the background of a window",
        "allowed: above 0; a background that is zero makes every event a discovery",
    )
    _all(np.isfinite(d) & (d >= 0), d, "the error of a window's background", "allowed: at least 0")
    n = None if observed is None else np.array(observed, dtype=float)
    if n is not None:
        if n.shape != low.shape:
            raise BadValue("one observed count per window is needed", n.size, f"allowed: {len(low)}")
        _all(np.isfinite(n) & (n >= 0) & (n == np.floor(n)), n, "an observed count", "allowed: 0, 1, 2, ...")
    columns = [low, high, b, d / b, *([] if n is None else [n])]
    rows = np.unique(np.stack(columns, axis=1), axis=0)
    if len(np.unique(rows[:, :2], axis=0)) < len(rows):
        raise BadValue("equal windows have different contents", len(rows), hint="leave one of each out")
    rows = rows[np.lexsort((rows[:, 0], rows[:, 0] + rows[:, 1]))]
    return Family(rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3], None if n is None else rows[:, 4], errors)


@dataclass(frozen=True, eq=False)
class Cells:
    """Edges (c + 1,), expected background (c,) of the cells; first and last cell (exclusive) of each window (m,); the worst relative
    difference between a window's background and the sum of its cells."""

    edges: Floats
    rates: Floats
    first: Ints
    last: Ints
    mismatch: float

    def sums(self, cells: Floats) -> Floats:
        """Sums over each window's cells of (..., c), (..., m)."""
        total = np.concatenate([np.zeros((*cells.shape[:-1], 1)), np.cumsum(cells, axis=-1)], axis=-1)
        return np.asarray(total[..., self.last] - total[..., self.first])


def cells(windows: Family) -> Cells:
    """The cells of a family. Where no window lies there is no cell's rate: nothing asks for it."""
    edges = np.unique(np.concatenate([windows.low, windows.high]))
    first, last = np.searchsorted(edges, windows.low), np.searchsorted(edges, windows.high)
    steps, made = np.diff(edges), Cells(edges, np.zeros(len(edges) - 1), first, last, 0.0)
    cover = _spread(made, np.ones(len(windows)))
    density = windows.background / (windows.high - windows.low)
    rates = np.where(cover > 0, _spread(made, density) / np.maximum(cover, 1.0), 0.0) * steps
    mismatch = np.inf
    for _ in range(ROUNDS):
        ratio = windows.background / made.sums(rates)
        mismatch = float(np.abs(ratio - 1).max())
        if mismatch < 1e-4:
            break
        rates = rates * np.where(cover > 0, _spread(made, ratio) / np.maximum(cover, 1.0), 1.0)
    return Cells(edges, rates, first, last, mismatch)


def factors(windows: Family, made: Cells, draws: Floats) -> Floats:
    """The factors (toys, cells) on the cells' rates: exp(z ln(1 + d)) with standard normal z from draws (toys, c)."""
    nearest = np.abs((made.edges[1:] + made.edges[:-1])[:, None] / 2 - windows.middle).argmin(axis=1)
    if windows.errors == "common":
        z = draws[:, :1]
    else:
        parts = np.sqrt(np.diff(made.edges))
        z = (made.sums(draws * parts) / np.sqrt(made.sums(parts**2)))[:, nearest]
    return np.asarray(np.exp(z * np.log1p(windows.relative[nearest])))


def overlaps(made: Cells) -> tuple[Floats, Floats, Floats]:
    """Background of neighbouring windows (m - 1,): in the first alone, in both, in the second alone."""
    both_first, both_last = np.maximum(made.first[:-1], made.first[1:]), np.minimum(made.last[:-1], made.last[1:])
    total = np.concatenate([[0.0], np.cumsum(made.rates)])
    shared = np.where(both_last > both_first, total[np.maximum(both_last, both_first)] - total[both_first], 0.0)
    all_ = made.sums(made.rates)
    return np.maximum(all_[:-1] - shared, 0.0), np.asarray(shared), np.maximum(all_[1:] - shared, 0.0)


def _spread(made: Cells, values: Floats) -> Floats:
    """Per cell, the sum of the values (m,) of the windows that hold it."""
    steps = np.zeros(len(made.rates) + 1)
    np.add.at(steps, made.first, values)
    np.add.at(steps, made.last, -values)
    return np.asarray(np.cumsum(steps)[:-1])


def _all(good: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], values: Floats, what: str, allowed: str) -> None:
    if not good.all():
        raise BadValue(what, f"{float(values[~good][0]):g}", allowed)
