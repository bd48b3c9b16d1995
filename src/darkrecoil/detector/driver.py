"""The loops over events that are compiled: for tracks, for photons, for uniform numbers alone; card numbers are an array argument.

Every chunk is a full one, padded at the end, so that an event's result does not depend on how a sample is cut. Random
numbers: counter (attempt; DETECT + slot; draw), so that they belong to the event and not to the order of the work.
"""
# mypy: ignore-errors

import numpy as np

from darkrecoil._jit.philox import DETECT, pair
from darkrecoil.detector.identification import called
from darkrecoil.detector.photons import photon
from darkrecoil.detector.tracks import track

CHUNK = 256
D0, D1, D2, D3, D4, D5 = (np.uint64(i) for i in range(6))
COLUMN = "float64[::1]"
TRACKS = f"void(uint64[::1], uint64, {', '.join([COLUMN] * 7)}, uint64[::1], {COLUMN}, float64[:,::1])"
UNIFORMS = "void(uint64[::1], uint64, uint64[::1], float64[:,::1])"
PHOTONS = f"void(uint64[::1], uint64, {', '.join([COLUMN] * 4)}, uint64[::1], {COLUMN}, float64[:,::1])"


def fetch(attempt, pid, px, py, pz, begin, count, counter, work):
    """Copy a chunk's input to the work space; empty slots at its end."""
    for j in range(CHUNK):
        i = begin + j if begin + j < count else count - 1
        counter[j] = attempt[i]
        work[0, j], work[1, j], work[2, j], work[3, j] = pid[i], px[i], py[i], pz[i]


def store(out, rows, begin, count, columns):
    """Copy a chunk's output to its columns."""
    for row in range(rows):
        for j in range(min(CHUNK, count - begin)):
            columns[row, begin + j] = out[row, j]


def tracks(attempt, slot, pid, px, py, pz, x, y, z, key, card, columns):
    """Columns (9, n): kind, px, py, pz, charge, ecl_energy, d0, z0, called; the look-up of the last has a loop of its own."""
    count, purpose, k0, k1 = len(attempt), DETECT + slot, key[0], key[1]
    counter, work, out = np.empty(CHUNK, np.uint64), np.empty((8, CHUNK)), np.empty((9, CHUNK))
    for begin in range(0, count, CHUNK):
        fetch(attempt, pid, px, py, pz, begin, count, counter, work)
        for j in range(CHUNK):
            i = begin + j if begin + j < count else count - 1
            work[4, j], work[5, j], work[6, j] = x[i], y[i], z[i]
        for j in range(CHUNK):
            c = counter[j]
            u1, u2 = pair(c, purpose, D0, k0, k1)
            u3, u4 = pair(c, purpose, D1, k0, k1)
            u5, u6 = pair(c, purpose, D2, k0, k1)
            u7, u8 = pair(c, purpose, D3, k0, k1)
            u9, work[7, j] = pair(c, purpose, D4, k0, k1)
            u10, u11 = pair(c, purpose, D5, k0, k1)
            found = track(
                work[0, j], work[1, j], work[2, j], work[3, j], work[4, j], work[5, j], work[6, j],
                u1, u2, u3, u4, u5, u6, u7, u8, u9, u10, u11, card,
            )  # fmt: skip
            out[0, j], out[1, j], out[2, j], out[3, j], out[4, j], out[5, j], out[6, j], out[7, j], out[8, j] = found
        for j in range(CHUNK):
            out[8, j] = called(out[8, j], work[7, j], card)
        store(out, 9, begin, count, columns)


def photons(attempt, slot, pid, px, py, pz, key, card, columns):
    """Columns (7, n): present, energy, px, py, pz, time, klm. 22 is a photon, -22 one made beyond the calorimeter, all else none."""
    count, purpose, k0, k1 = len(attempt), DETECT + slot, key[0], key[1]
    counter, work, out = np.empty(CHUNK, np.uint64), np.empty((4, CHUNK)), np.empty((7, CHUNK))
    for begin in range(0, count, CHUNK):
        fetch(attempt, pid, px, py, pz, begin, count, counter, work)
        for j in range(CHUNK):
            c = counter[j]
            u1, u2 = pair(c, purpose, D0, k0, k1)
            u3, u4 = pair(c, purpose, D1, k0, k1)
            u5, u6 = pair(c, purpose, D2, k0, k1)
            here = np.where(np.abs(work[0, j]) == 22.0, 1.0, 0.0)
            inside = np.where(work[0, j] > 0.0, 1.0, 0.0)
            found = photon(here * work[1, j], here * work[2, j], here * work[3, j], inside, u1, u2, u3, u4, u5, u6, card)
            out[0, j], out[1, j], out[2, j], out[3, j], out[4, j], out[5, j], out[6, j] = found
        store(out, 7, begin, count, columns)


def uniforms(attempt, purpose, key, columns):
    """Columns (draws, n) of uniform numbers in (0, 1) of the counters (attempt; purpose; 0, 1, ...), two to a counter; draws is even."""
    k0, k1 = key[0], key[1]
    for i in range(len(columns) // 2):
        number = np.uint64(i)
        for j in range(len(attempt)):
            columns[2 * i, j], columns[2 * i + 1, j] = pair(attempt[j], purpose, number, k0, k1)
