"""Random numbers of a block of attempts through its channels' cells and grids, and the beams of each attempt. Compiled once."""
# mypy: ignore-errors

import numpy as np

from darkrecoil import _jit
from darkrecoil._jit.philox import BEAM, SAMPLE, pair
from darkrecoil.generate.beams import energies, frame, to_laboratory

BINS = 64
DRAW_0, DRAW_1 = np.uint64(0), np.uint64(1)
SIGNATURE = (
    "void(uint64, uint64[::1], float64[::1], int64[::1], float64[:,:,::1], float64[:,::1], int64[:,::1], "
    "float64[:,:,::1], float64[:,:,::1], float64[:,::1], float64[:,::1], float64[:,::1], float64[::1], float64[::1])"
)
LABORATORY = "void(float64[:,::1], float64[:,::1], float64[:,::1])"


def draws(first, key, beams, channel, edges, cells, guide, low, width, frames, position, x, cell, weight):
    """Attempts first.., a chunk of 64 per entry of ``channel``: frames (6, n), position (d, n) in the grids' variables, x (d, n)
    in the channel's, inverse density (n,) of the cells, and of cells and grids together. The
    laboratory's frame is that of ``beams.frame``."""
    k0, k1 = key[0], key[1]
    optics = beams[0], beams[1], beams[2], beams[3], beams[4], beams[5]
    u, inverse, made = np.empty(64), np.empty(64), np.empty((6, 64))
    which = np.empty(64, dtype=np.int64)
    for chunk in range(len(channel)):
        c, begin = channel[chunk], 64 * chunk
        there = first + np.uint64(begin)
        framed(there, k0, k1, optics, made)
        for row in range(6):
            for j in range(64):
                frames[row, begin + j] = made[row, j]
        for d in range(0, x.shape[0], 2):
            drawn(there, d, k0, k1, position, begin)
        for j in range(64):
            u[j], _ = pair(there + np.uint64(j), BEAM, DRAW_1, k0, k1)
        if cells.shape[1] > 2:
            chosen(u, cells[c], guide[c], which, inverse)
            for d in range(x.shape[0]):
                for j in range(64):
                    size = width[c, which[j], d]
                    position[d, begin + j] = low[c, which[j], d] + size * position[d, begin + j]
                    inverse[j] *= size
        else:
            for j in range(64):
                inverse[j] = 1.0
        for j in range(64):
            cell[begin + j] = inverse[j]
        for d in range(x.shape[0]):
            for j in range(64):
                scaled = position[d, begin + j] * 64.0
                i = min(np.int64(scaled), 63)
                edge = edges[c, d, i]
                step = edges[c, d, i + 1] - edge
                x[d, begin + j] = edge + step * (scaled - i)
                inverse[j] *= step * 64.0
        for j in range(64):
            weight[begin + j] = inverse[j]


def framed(first, k0, k1, optics, made):
    """The frames (6, 64) of 64 attempts; arrays of their own, so that LLVM sees that nothing overlaps."""
    for j in range(64):
        u, v = pair(first + np.uint64(j), BEAM, DRAW_0, k0, k1)
        electron, positron = energies(u, v, optics)
        there = frame(electron, positron, optics[2], optics[3])
        made[0, j], made[1, j], made[2, j] = there[0], there[1], there[2]
        made[3, j], made[4, j], made[5, j] = there[3], there[4], there[5]


def drawn(first, d, k0, k1, position, begin):
    """Uniforms of dimensions d and d + 1 of 64 attempts."""
    one, two = np.empty(64), np.empty(64)
    for j in range(64):
        one[j], two[j] = pair(first + np.uint64(j), SAMPLE, np.uint64(d >> 1), k0, k1)
    for j in range(64):
        position[d, begin + j] = one[j]
    if d + 1 < position.shape[0]:
        for j in range(64):
            position[d + 1, begin + j] = two[j]


def chosen(u, cumulative, guide, which, inverse):
    """The cells that 64 uniforms choose, and the inverse of their shares.

    ``guide`` holds for each of as many equal steps of u the cell at which they begin: from there it is a step or two.
    """
    for j in range(64):
        cell = guide[np.int64(u[j] * len(guide))]
        while cumulative[cell + 1] <= u[j]:
            cell += 1
        which[j] = cell
        inverse[j] = 1.0 / (cumulative[cell + 1] - cumulative[cell])


def laboratory(frames, momentum, out):
    """Momenta (4 k, n) from the e+e- frame to the laboratory."""
    for i in range(0, momentum.shape[0], 4):
        for j in range(momentum.shape[1]):
            there = frames[0, j], frames[1, j], frames[2, j], frames[3, j], frames[4, j], frames[5, j]
            p = momentum[i, j], momentum[i + 1, j], momentum[i + 2, j], momentum[i + 3, j]
            out[i, j], out[i + 1, j], out[i + 2, j], out[i + 3, j] = to_laboratory(p, there)


def kernels() -> tuple[_jit.Kernel, _jit.Kernel]:
    """The kernels of ``draws`` and ``laboratory``, to be compiled."""
    return (
        _jit.link("generate_draws", draws, SIGNATURE, outlined=(framed, drawn, chosen)),
        _jit.link("generate_laboratory", laboratory, LABORATORY),
    )
