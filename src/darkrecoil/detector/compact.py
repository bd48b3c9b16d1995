"""Objects that few events have: as few columns as hold them."""

from collections.abc import Sequence

import numpy as np

from darkrecoil.records import Floats, Ints

Few = tuple[Ints, Floats]  # rows (m,), rising, and the columns (c, m) of the objects in these events


def compact(some: Sequence[Few], events: int) -> list[Floats]:
    """Columns (c, n) that hold all of them: the k-th object of an event stands in the k-th; none for no objects."""
    count, made = np.zeros(events, dtype=np.int64), []  # type: tuple[Ints, list[Floats]]
    for rows, columns in (one for one in some if len(one[0])):
        before = count[rows]
        for k in range(before.max() + 1):
            here = np.flatnonzero(before == k)
            if k == len(made):
                made.append(np.zeros((len(columns), events)))
            every = len(here) == len(rows)
            put(made[k], rows if every else rows[here], columns if every else columns.take(here, axis=1))
        count[rows] = before + 1
    return made


def put(into: Floats, rows: Ints, columns: Floats) -> None:
    """Writes columns (c, m) to these rows, one by one: that is cheaper than all at once."""
    for target, column in zip(into, columns, strict=True):
        target[rows] = column
