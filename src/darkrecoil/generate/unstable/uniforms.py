"""Pairs of uniform random numbers for many events at one counter. Compiled: the same bits as philox.pair, twenty times as fast."""
# mypy: ignore-errors

import numpy as np

from darkrecoil import _jit
from darkrecoil._jit.philox import pair

SIGNATURE = "void(uint64[::1], uint64, uint64, uint64[::1], float64[::1], float64[::1])"


def pairs(attempt, purpose, draw, key, u, v):
    """Two uniforms in (0, 1) for each attempt, into u and v."""
    k0, k1 = key[0], key[1]
    for j in range(len(attempt)):
        u[j], v[j] = pair(attempt[j], purpose, draw, k0, k1)


def kernel() -> _jit.Kernel:
    """The kernel of ``pairs``, to be compiled."""
    return _jit.link("generate_uniforms", pairs, SIGNATURE)


def drawn(run, attempt, purpose, draw, key):
    """Two arrays (n,) of uniforms, by the kernel."""
    u, v = np.empty(len(attempt)), np.empty(len(attempt))
    run(attempt, purpose, draw, key, u, v)
    return u, v
