"""Objects that few events have: as few columns as hold them."""

from collections.abc import Sequence

import numpy as np

from darkrecoil.records import Floats, Ints

Few = tuple[Ints, Floats]  # rows (m,), rising, and the columns (c, m) of the objects in these events


def compact(some: Sequence[Few], events: int) -> list[Floats]:
    """Columns (c, n) that hold all of them: the k-th object of an event stands in the k-th; none for no objects."""
    filled = [one for one in some if len(one[0])]
    count, made = np.zeros(events, dtype=np.int64), []  # type: tuple[Ints, list[Floats]]
    for rows, columns in filled:
        for k in np.unique(count[rows]):
            if k == len(made):
                made.append(np.zeros((len(columns), events)))
            here = count[rows] == k
            made[k][:, rows[here]] = columns[:, here]
        count[rows] += 1
    return made
