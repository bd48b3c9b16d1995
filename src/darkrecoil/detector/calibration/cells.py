"""Entries gathered in narrow cells, block by block: the memory is that of the filled cells, however long the sample."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from darkrecoil.records import Floats, Ints

BITS, MIDDLE = 12, 2048  # of one index: up to five indices make a key
PER_WIDTH = 30  # cells of a residual in one width of the base card


@dataclass(frozen=True)
class Cells:
    """The filled cells: key (m,), rising; number of entries (m,); sums (m, c) of the columns over them."""

    key: Ints
    number: Floats
    sums: Floats

    def means(self) -> Floats:
        """The means (c, m) of the columns in each cell."""
        return np.asarray(self.sums.T / self.number)

    def index(self, place: int) -> Ints:
        """The index (m,) of that place, counted from the last."""
        return (self.key >> (BITS * place)) & ((1 << BITS) - 1)

    def of(self, place: int, index: int) -> "Cells":
        """The cells with that index at a place."""
        rows = self.index(place) == index
        return Cells(self.key[rows], self.number[rows], self.sums[rows])

    def __len__(self) -> int:
        return int(self.number.sum())


def gathered(indices: Sequence[Ints], columns: Sequence[Floats]) -> Cells:
    """Entries (n,) in cells by their indices, each of which ends at 0 and 4095."""
    key = np.zeros(len(columns[0]), dtype=np.int64)
    for index in indices:
        key = (key << BITS) | np.clip(index, 0, (1 << BITS) - 1)
    return _summed(key, np.ones(len(key)), np.stack(columns, axis=1))


def together(parts: Sequence[Cells]) -> Cells:
    """The cells of several blocks as those of one, added in their order."""
    if len(parts) == 1:
        return parts[0]
    return _summed(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("key", "number", "sums")))


def _summed(key: Ints, number: Floats, sums: Floats) -> Cells:
    keys, place = np.unique(key, return_inverse=True)
    size = len(keys)
    columns = [np.bincount(place, column, size) for column in sums.T]
    return Cells(keys, np.bincount(place, number, size).astype(np.float64), np.stack(columns, axis=1))


def logarithmic(x: Floats, per_decade: int) -> Ints:
    """The cell (n,) of x > 0 on a logarithmic scale."""
    return np.asarray(np.floor(per_decade * np.log10(np.maximum(x, 1e-30))).astype(np.int64) + MIDDLE)


def pulled(z: Floats, per_width: int = PER_WIDTH) -> Ints:
    """The cell (n,) of a residual in widths: so many per width in the middle, wider ones far out."""
    return np.asarray(np.floor(per_width * np.arcsinh(z)).astype(np.int64) + MIDDLE)


def stepped(x: Floats, edges: Sequence[float] | Floats) -> Ints:
    """The cell (n,) of x between edges: 0 below the first."""
    return np.searchsorted(np.asarray(edges), x, side="right").astype(np.int64)
