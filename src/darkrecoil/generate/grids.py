"""What a multi-channel sampler has learnt: per channel a grid per dimension, maxima per cell, and the channel's share.

Grids: G. P. Lepage, J. Comput. Phys. 27 (1978) 192. The grids' variables are cut into cells, and a cell is chosen in proportion
to its volume times the largest weight seen in it: weights are compared with a cell's maximum, not with one maximum of all.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from darkrecoil.records import Floats, Ints

BINS = 64  # per dimension of a grid
CELLS, FEWEST = 4000, 50  # cells per channel, at most; points per cell, at least
DAMPING = 0.7  # Lepage's
TAIL = 1e-4  # of the sum of w^2: what lies further out at either end of a dimension does not count as content
MARGIN = 1.1  # on a cell's largest weight
LEAST = 0.15  # of a channel's mean weight, zeros apart: what a cell counts at least, so that what training has not seen is not starved
OVERWEIGHT = 1e-3  # share of the cross-section that may lie above the maximum weight when events are unweighted
FLOOR = 0.02  # least share of a channel, over the number of channels


@dataclass(frozen=True)
class Grids:
    """edges (c, d, BINS + 1); cumulative shares of cells (c, cells + 1), a guide into them (c, cells), the cells' low edges and
    widths (c, cells, d); shares of channels (c,)."""

    edges: Floats
    cells: Floats
    guide: Ints
    low: Floats
    width: Floats
    share: Floats

    @property
    def channels(self) -> int:
        """The number of channels."""
        return len(self.share)


def maximum(weight: Floats) -> float:
    """The weight, fb, above which lies the share OVERWEIGHT of the cross-section; 0 if there is none."""
    falling = np.sort(weight)[::-1]
    above = np.cumsum(falling) - np.arange(1, len(falling) + 1) * falling  # what lies above each of them
    allowed = OVERWEIGHT * falling.sum()
    count = int(np.searchsorted(above, allowed, side="right"))  # so many lie above the maximum
    return float((falling[:count].sum() - allowed) / count) if allowed > 0 else 0.0


def uniform(channels: int, dimensions: int) -> Grids:
    """Grids that have learnt nothing: one cell, equal shares."""
    edges = np.tile(np.linspace(0.0, 1.0, BINS + 1), (channels, dimensions, 1))
    cells, one = np.tile([0.0, 1.0], (channels, 1)), np.ones((channels, 1, dimensions))
    return Grids(edges, cells, guide(cells), 0.0 * one, one, np.full(channels, 1.0 / channels))


def guide(cells: Floats) -> Ints:
    """For each of as many equal steps of u as there are cells, the cell at which it begins (c, cells)."""
    steps = np.arange(cells.shape[1] - 1) / (cells.shape[1] - 1)
    found = [np.searchsorted(row, steps, side="right") - 1 for row in cells]
    return np.array([np.minimum(row, cells.shape[1] - 2) for row in found], dtype=np.int64)


def assigned(grids: Grids, first: int, chunks: int) -> Ints:
    """The channel of each chunk of events (chunks,): shares kept evenly, by steps of the golden ratio."""
    u = np.modf((np.arange(first, first + chunks) + 0.5) * 0.6180339887498949)[0]
    found = np.searchsorted(np.cumsum(grids.share), u, side="right")
    return np.array(np.minimum(found, grids.channels - 1), dtype=np.int64)


def refined(grids: Grids, channel: Ints, bins: Ints, weight: Floats) -> Grids:
    """The grids after a round: bins (d, n) of each attempt's variables, moved until each holds the same share of w^2.

    Shares: in proportion to the root mean square of a channel's weights, those (n,) of attempts within their channel.
    """
    edges, share = grids.edges.copy(), grids.share.copy()
    for c in range(grids.channels):
        mine = channel == c
        if not weight[mine].any():
            share[c] = 0.0
            continue
        share[c] = np.sqrt(np.mean(weight[mine] ** 2))
        for d in range(len(bins)):
            content = np.bincount(bins[d, mine], weight[mine] ** 2, BINS).astype(np.float64)
            edges[c, d] = moved(edges[c, d], content)
    return replace(grids, edges=edges, share=shares(share))


def shares(share: Floats) -> Floats:
    """Shares that sum to 1, none much below the floor; equal ones if all vanish."""
    if not share.any():
        return np.full(len(share), 1.0 / len(share))
    raised = np.maximum(share / share.sum(), FLOOR / len(share))
    return np.asarray(raised / raised.sum())


def moved(edges: Floats, content: Floats) -> Floats:
    """Edges (bins + 1,) such that each bin carries the same damped, smoothed content (Lepage's eq. 11 to 13).

    Where the content ends, at a cut, the bins grow by a factor two each: one wide bin there would give an enormous weight to the
    rare attempt that just passes.
    """
    total = content.sum()
    if not total > 0:
        return edges
    upto = np.cumsum(content) / total
    first, last = int(np.searchsorted(upto, TAIL)), int(np.searchsorted(upto, 1.0 - TAIL))
    inside = edges[first : last + 2]
    begin, end = inside[0], inside[-1]
    some = (end - begin) / (len(edges) - 1)
    below, above = _growing(begin, some), _growing(1.0 - end, some)
    found = lepage(inside, content[first : last + 1], len(edges) - 1 - len(below) - len(above))
    return np.concatenate([begin - below[::-1], found, end + above])


def lepage(edges: Floats, content: Floats, bins: int) -> Floats:
    """Edges (bins + 1,) from the first to the last of ``edges`` such that bins carry the same damped, smoothed content."""
    smooth = np.convolve(np.pad(content, 1, mode="edge"), [1 / 8, 6 / 8, 1 / 8], mode="valid")
    total = smooth.sum()
    if not total > 0:
        return edges
    r = np.clip(smooth / total, 1e-12, 1 - 1e-12)
    cumulative = np.concatenate([[0.0], np.cumsum(((1 - r) / -np.log(r)) ** DAMPING)])
    found = np.interp(np.linspace(0, cumulative[-1], bins + 1), cumulative, edges)
    found[0], found[-1] = edges[0], edges[-1]
    return found


def _growing(length: float, step: float) -> Floats:
    """Distances from one end to the other of an interval, growing by a factor two from ``step`` on; none for no interval."""
    if length <= 0.0:
        return np.zeros(0)
    count = max(1, int(np.ceil(np.log2(1.0 + length / step))))
    distances = length * (2.0 ** np.arange(1, count + 1) - 1.0) / (2.0**count - 1.0)
    distances[-1] = length
    return np.asarray(distances, dtype=np.float64)


def least(grids: Grids, channel: Ints, weight: Floats) -> Floats:
    """What a cell of each channel (c,) counts at least, from attempts all over the channel: LEAST of their mean, zeros apart."""
    some = [weight[(channel == c) & (weight > 0)] for c in range(grids.channels)]
    return np.array([LEAST * part.mean() if len(part) else 0.0 for part in some])


def with_cells(grids: Grids, foam: Callable[..., int], channel: Ints, position: Floats, weight: Floats, least: Floats) -> Grids:
    """The grids with cells by their largest weight, and channels by their mean maximum: position (d, n) in the grids' variables.

    ``weight`` (n,) is that of an attempt within its channel before its cells, ``least`` (c,) what a cell counts at least; ``foam``
    is the compiled kernel of foam.py. The attempts may have any density: where there are more, cells are smaller.
    """
    made = [_cells(foam, position[:, channel == c], weight[channel == c], least[c]) for c in range(grids.channels)]
    most = max(len(largest) for _, _, largest in made)
    cumulative = np.ones((grids.channels, most + 1))
    low, width, mean = np.zeros((grids.channels, most, len(position))), np.ones((grids.channels, most, len(position))), []
    for c, (start, size, largest) in enumerate(made):
        under = size.prod(axis=1) * largest
        cumulative[c, 0] = 0.0
        cumulative[c, 1 : len(under)] = np.cumsum(under[:-1]) / under.sum()
        low[c, : len(under)], width[c, : len(under)] = start, size
        mean.append(under.sum() if least[c] > 0 else 0.0)
    return Grids(grids.edges, cumulative, guide(cumulative), low, width, shares(np.array(mean)))


def _cells(foam: Callable[..., int], position: Floats, weight: Floats, least: float) -> tuple[Floats, Floats, Floats]:
    """Low edges and widths (cells, d) and largest weights (cells,) of one channel, with their margin."""
    d, n = position.shape
    low, high, largest = np.zeros((CELLS, d)), np.ones((CELLS, d)), np.ones(CELLS)
    if not least > 0:
        return low[:1], high[:1], largest[:1]
    order = np.empty(n, dtype=np.int64)
    cells = foam(np.ascontiguousarray(position), weight, FEWEST, least / MARGIN, order, low, high, largest)
    return low[:cells], (high - low)[:cells], MARGIN * largest[:cells]
