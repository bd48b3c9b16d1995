"""Drivers: the loops that turn attempt numbers into weighted momenta in the laboratory. Compiled, one per process.

``event`` is the process: (channel, x..., s, parameters) -> (weight in fb, four-momenta in the e+e- frame). A chunk goes
through three loops: random numbers; the channel's grid; the event and its boost. The first and the last are free of
branches, calls and look-ups, so that LLVM vectorises them; what is constant is read before them, for the same reason.
"""
# mypy: ignore-errors

import numpy as np

from darkrecoil._jit.philox import BEAM, SAMPLE, pair
from darkrecoil.generate.beams import energies, frame, to_laboratory

CHUNK = 256
BINS = 64
MAX_PARAMETERS = 6
DRAW_0, DRAW_1, DRAW_2 = np.uint64(0), np.uint64(1), np.uint64(2)
S, WEIGHT, CHANNEL, X = 2, 3, 4, 5  # rows of the work space: 0 and 1 beam energies, then from X on the uniforms

SIGNATURE = "void(uint64, int64, uint64[::1], float64[::1], float64[::1], float64[:,:,::1], float64[::1], float64[:,::1], float64[::1])"


def six(a):
    """A tuple of the six numbers of an array: constants of the loop."""
    return a[0], a[1], a[2], a[3], a[4], a[5]


def through_grid(grid, share, dimensions, work, j):
    """Channel from its share, each uniform through the channel's grid (channels, dimensions, BINS + 1), weight of the map."""
    channel = 1 if work[CHANNEL, j] >= share[0] else 0
    work[CHANNEL, j] = channel
    jacobian = 1.0 / share[channel]
    for d in range(dimensions):
        scaled = work[X + d, j] * BINS
        i = np.uint64(scaled)
        low = grid[channel, d, i]
        width = grid[channel, d, i + np.uint64(1)] - low
        work[X + d, j] = low + width * (scaled - np.float64(i))
        jacobian *= width * BINS
    work[WEIGHT, j] = jacobian


def two_body(first, count, key, beams, parameters, grid, share, momentum, weight):
    """Two particles, two dimensions, up to two channels."""
    work, out = np.empty((X + 2, CHUNK)), np.empty((9, CHUNK))
    k0, k1, optics, constants = key[0], key[1], six(beams), six(parameters)
    for begin in range(0, count, CHUNK):
        for j in range(CHUNK):
            attempt = first + np.uint64(begin + j)
            u, v = pair(attempt, BEAM, DRAW_0, k0, k1)
            work[0, j], work[1, j] = energies(u, v, optics)
            work[CHANNEL, j], _ = pair(attempt, BEAM, DRAW_1, k0, k1)
            work[X, j], work[X + 1, j] = pair(attempt, SAMPLE, DRAW_0, k0, k1)
        for j in range(CHUNK):
            through_grid(grid, share, 2, work, j)
        for j in range(CHUNK):
            there = frame(work[0, j], work[1, j], optics[2], optics[3])
            w, p, q = event(work[CHANNEL, j], work[X, j], work[X + 1, j], there[0] * there[0], constants)  # noqa: F821
            out[0, j], out[1, j], out[2, j], out[3, j] = to_laboratory(p, there)
            out[4, j], out[5, j], out[6, j], out[7, j] = to_laboratory(q, there)
            out[8, j] = w * work[WEIGHT, j]
        store(out, 8, begin, momentum, weight)


def three_body(first, count, key, beams, parameters, grid, share, momentum, weight):
    """Three particles, five dimensions, up to two channels."""
    work, out = np.empty((X + 6, CHUNK)), np.empty((13, CHUNK))
    k0, k1, optics, constants = key[0], key[1], six(beams), six(parameters)
    for begin in range(0, count, CHUNK):
        for j in range(CHUNK):
            attempt = first + np.uint64(begin + j)
            u, v = pair(attempt, BEAM, DRAW_0, k0, k1)
            work[0, j], work[1, j] = energies(u, v, optics)
            work[CHANNEL, j], _ = pair(attempt, BEAM, DRAW_1, k0, k1)
            work[X, j], work[X + 1, j] = pair(attempt, SAMPLE, DRAW_0, k0, k1)
            work[X + 2, j], work[X + 3, j] = pair(attempt, SAMPLE, DRAW_1, k0, k1)
            work[X + 4, j], _ = pair(attempt, SAMPLE, DRAW_2, k0, k1)
        for j in range(CHUNK):
            through_grid(grid, share, 5, work, j)
        for j in range(CHUNK):
            there = frame(work[0, j], work[1, j], optics[2], optics[3])
            x = work[X, j], work[X + 1, j], work[X + 2, j], work[X + 3, j], work[X + 4, j]
            w, p, q, r = event(work[CHANNEL, j], x[0], x[1], x[2], x[3], x[4], there[0] * there[0], constants)  # noqa: F821
            out[0, j], out[1, j], out[2, j], out[3, j] = to_laboratory(p, there)
            out[4, j], out[5, j], out[6, j], out[7, j] = to_laboratory(q, there)
            out[8, j], out[9, j], out[10, j], out[11, j] = to_laboratory(r, there)
            out[12, j] = w * work[WEIGHT, j]
        store(out, 12, begin, momentum, weight)


def store(out, rows, begin, momentum, weight):
    """Copy a chunk's columns to their place."""
    for row in range(rows):
        for j in range(CHUNK):
            momentum[row, begin + j] = out[row, j]
    for j in range(CHUNK):
        weight[begin + j] = out[rows, j]
