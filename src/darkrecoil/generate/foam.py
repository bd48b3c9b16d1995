"""Cells of unequal size in the unit cube, cut where the largest weights are: what unweighting is efficient by. Compiled once.

S. Jadach, Comput. Phys. Commun. 152 (2003) 55: a cell is halved, or cut elsewhere, along the dimension in which that lowers the
volume under the cells' maxima the most, the cell that gains most first.
"""
# mypy: ignore-errors

import numpy as np

from darkrecoil import _jit

STEPS = 16  # places within a cell at which it may be cut
CLEARLY = 1.0 + 1e-9  # equal gains are common (a cut behind the first step, one before the last): rounding must not choose between them
SIGNATURE = "int64(float64[:,::1], float64[::1], int64, float64, int64[::1], float64[:,::1], float64[:,::1], float64[::1])"


def foam(position, weight, fewest, least, order, low, high, largest):
    """The number of cells made, at most len(largest): their edges low and high (cells, d) and largest weights.

    ``position`` (d, n) in the unit cube with ``weight`` (n,); a cell keeps at least ``fewest`` points, and its largest weight
    counts as ``least`` at least. ``order`` (n,) is work space.
    """
    most, dimensions, n = len(largest), position.shape[0], position.shape[1]
    begin, end = np.zeros(most, dtype=np.int64), np.zeros(most, dtype=np.int64)
    gain, where, at = np.zeros(most), np.zeros(most, dtype=np.int64), np.zeros(most)
    for i in range(n):
        order[i] = i
    for d in range(dimensions):
        low[0, d], high[0, d] = 0.0, 1.0
    end[0] = n
    survey(0, position, weight, fewest, least, order, begin, end, low, high, largest, gain, where, at)
    cells = 1
    while cells < most:
        best = 0
        for c in range(1, cells):
            if gain[c] > gain[best] * CLEARLY:
                best = c
        if not gain[best] > 0.0:
            break
        d, cut = where[best], at[best]
        middle = parted(order, begin[best], end[best], position[d], cut)
        for k in range(dimensions):
            low[cells, k], high[cells, k] = low[best, k], high[best, k]
        low[cells, d], high[best, d] = cut, cut
        begin[cells], end[cells], end[best] = middle, end[best], middle
        for c in (best, cells):
            survey(c, position, weight, fewest, least, order, begin, end, low, high, largest, gain, where, at)
        cells += 1
    return cells


def parted(order, begin, end, values, cut):
    """Bring the points below ``cut`` to the front of a cell; where the others begin."""
    i, j = begin, end - 1
    while i <= j:
        if values[order[i]] < cut:
            i += 1
        else:
            order[i], order[j] = order[j], order[i]
            j -= 1
    return i


def survey(c, position, weight, fewest, least, order, begin, end, low, high, largest, gain, where, at):
    """The largest weight of cell c, and where to cut it for the greatest gain in volume under the maxima (0 if nowhere)."""
    dimensions, count = position.shape[0], end[c] - begin[c]
    volume, top = 1.0, 0.0
    for d in range(dimensions):
        volume *= high[c, d] - low[c, d]
    for i in range(begin[c], end[c]):
        top = max(top, weight[order[i]])
    largest[c], gain[c] = max(top, least), 0.0
    if count < 2 * fewest:
        return
    counts, tops = np.zeros(16, dtype=np.int64), np.zeros(16)
    for d in range(dimensions):
        start, scale = low[c, d], 16.0 / (high[c, d] - low[c, d])
        for b in range(16):
            counts[b], tops[b] = 0, 0.0
        for i in range(begin[c], end[c]):
            b = min(np.int64((position[d, order[i]] - start) * scale), 15)
            counts[b] += 1
            tops[b] = max(tops[b], weight[order[i]])
        below, first = 0, 0.0
        for b in range(15):
            below += counts[b]
            first = max(first, tops[b])
            if below < fewest or count - below < fewest:
                continue
            second = 0.0
            for k in range(b + 1, 16):
                second = max(second, tops[k])
            share = (b + 1) / 16.0
            found = volume * (largest[c] - share * max(first, least) - (1.0 - share) * max(second, least))
            if found > gain[c] * CLEARLY:
                gain[c], where[c], at[c] = found, d, start + (b + 1) / scale


def kernel() -> _jit.Kernel:
    """The kernel, to be compiled."""
    return _jit.link("generate_foam", foam, SIGNATURE, outlined=(survey, parted))
