"""Philox4x32-10: random numbers as a function of a key and a counter, with no state.

J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC11, section 3.3; constants of Random123. The key is
(seed, hash of process and sample); the counter is (attempt, 64 bits; purpose; draw). Words are uint64 that hold 32 bits.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray

Word = np.uint64 | NDArray[np.uint64]
Real = np.float64 | NDArray[np.float64]

MULTIPLY_0, MULTIPLY_1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
WEYL_0, WEYL_1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
LOW, HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
ELEVEN = np.uint64(11)
UNIT = 2.0**-53

BEAM, SAMPLE, ACCEPT, DECAY, NEW, DETECT = (np.uint64(i) for i in (1, 2, 3, 16, 128, 256))  # purposes; from DECAY on they add a slot


def philox(c0: Word, c1: Word, c2: Word, c3: Word, k0: Word, k1: Word) -> tuple[Word, Word, Word, Word]:
    """Four random words of 32 bits for a counter of four words and a key of two."""
    for _ in range(10):
        p0 = MULTIPLY_0 * c0
        p1 = MULTIPLY_1 * c2
        c0, c1, c2, c3 = (p1 >> HALF) ^ c1 ^ k0, p1 & LOW, (p0 >> HALF) ^ c3 ^ k1, p0 & LOW
        k0 = (k0 + WEYL_0) & LOW
        k1 = (k1 + WEYL_1) & LOW
    return c0, c1, c2, c3


def unit(high: Word, low: Word) -> Real:
    """Uniform in (0, 1), never 0 and never 1, from two words: 52 bits and a half."""
    return (np.float64(((high << HALF) | low) >> ELEVEN >> np.uint64(1)) + 0.5) * (2.0 * UNIT)


def pair(attempt: Word, purpose: Word, draw: Word, k0: Word, k1: Word) -> tuple[Real, Real]:
    """Two uniforms in (0, 1) for a counter (attempt, purpose, draw)."""
    a, b, c, d = philox(attempt & LOW, attempt >> HALF, purpose, draw, k0, k1)
    return unit(a, b), unit(c, d)


def key(seed: int, process: str, sample: str) -> NDArray[np.uint64]:
    """The key (2,) of a seed, a process and a sample ("train", "evaluate", "user"): different names, different numbers."""
    digest = hashlib.sha256(f"{seed}\n{process}\n{sample}".encode()).digest()
    return np.array([int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:8], "little")], dtype=np.uint64)
