"""The loop over events that lets one slot of taus decay, compiled. Random numbers: counter (attempt; DECAY + slot; draw)."""
# mypy: ignore-errors

import numpy as np

from darkrecoil._jit.philox import DECAY, pair
from darkrecoil.generate.decays.tables import WEIGHTS
from darkrecoil.generate.decays.tau import SLOTS, UNIFORMS, decay, mode_of

SIGNATURE = (
    "void(uint64[::1], uint64, int64, float64[:,::1], float64[:,::1], uint64[::1], float64[:,::1],"
    " int64[:,::1], int64[:,::1], int64[:,::1], float64[:,::1], float64[::1], float64[:,::1])"
)


def taus(attempt, slot, charge, tau, spin, key, table, pid, status, mother, momentum, weight, polarimeter):
    """Fill pid, status, mother (7, n), momentum (28, n) of the products of taus (4, n) of polarisation spin (3, n), and their
    polarimeter vectors (3, n); weight (n,) is multiplied."""
    u, h = np.empty(UNIFORMS), np.empty(3)
    codes, states, mothers, four = np.empty(SLOTS, np.int64), np.empty(SLOTS, np.int64), np.empty(SLOTS, np.int64), np.empty((SLOTS, 4))
    for i in range(len(attempt)):
        for draw in range(UNIFORMS // 2):
            u[2 * draw], u[2 * draw + 1] = pair(attempt[i], DECAY + slot, np.uint64(draw), key[0], key[1])
        counter = (attempt[i], DECAY + slot, key[0], key[1])
        p, s = (tau[0, i], tau[1, i], tau[2, i], tau[3, i]), (spin[0, i], spin[1, i], spin[2, i])
        mode = mode_of(u[0], table)
        weight[i] *= table[0, WEIGHTS + mode] * decay(mode, charge, p, s, u, counter, table, codes, states, mothers, four, h)
        for j in range(SLOTS):
            pid[j, i], status[j, i], mother[j, i] = codes[j], states[j], mothers[j]
            for c in range(4):
                momentum[4 * j + c, i] = four[j, c]
        for c in range(3):
            polarimeter[c, i] = h[c]
