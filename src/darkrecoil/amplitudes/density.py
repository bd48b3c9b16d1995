"""Helicity amplitudes of a process one by one, and the density matrix of some of its legs: what the decays of these legs need.

The states of a leg are those of ``spinors``: of a fermion or antifermion helicity +1/2 and -1/2 (u(p, h) and v(p, h)), of a
massless vector the two linear polarisations of ``polarisations``, of a massive one these and the longitudinal one.
"""

from collections.abc import Callable, Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray

from darkrecoil.amplitudes.machine import CODES, WIDE
from darkrecoil.amplitudes.program import Arrays, Floats, Program, padded

Complex = NDArray[np.complex128]
CLOSING = tuple(CODES[f"close {kind}"] for kind in ("spinor", "vector", "scalar"))


def density(program: Program, run: Callable[..., None], momenta: Floats, legs: Sequence[int]) -> Complex:
    """The density matrix R (n, d, d) of ``legs`` for momenta (n, all legs, 4) in GeV; its trace is ``program.squared``.

    R_ab = factor * sum over the other legs' states of A_a A_b^*. a and b count the states of ``legs`` in the order given, the last
    one quickest: for tau- and tau+ the rows are (++), (+-), (-+), (--). A is the amplitude with u-bar or v of an outgoing fermion
    and the real polarisation vector of a boson. Hermitian, positive. The probability of a decay is sum_ab R_ab D_ab, with
    D_ab = B_a B_b^* of the decay amplitudes B with u and v-bar, or that vector, of the same state. ValueError for a program
    that leaves states out: make it with halve=False.
    """
    if any(len(some) != leg.states for some, leg in zip(program.states, program.legs, strict=False)) or not program.states:
        raise ValueError("a density matrix needs all states: program(..., halve=False)")
    found = amplitudes(program, run, momenta)
    first = np.moveaxis(found, list(legs), range(len(legs)))
    d = prod(first.shape[: len(legs)])
    return np.moveaxis(_contracted(first.reshape(d, -1, len(momenta))), 2, 0) * program.factor


def amplitudes(program: Program, run: Callable[..., None], momenta: Floats) -> Complex:
    """The amplitudes (states of leg 0, .., states of the last leg, n) for momenta (n, legs, 4) in GeV, up to a common phase."""
    columns = padded(momenta)
    arrays, count = _keeping(program.arrays)
    total = np.zeros(2 * count * columns.shape[1])
    run(*arrays, columns, total)
    parts = total.reshape(-1, count, 2, WIDE)
    found = np.moveaxis(parts[:, :, 0] + 1j * parts[:, :, 1], 0, 1).reshape(count, -1)[:, : len(momenta)]
    root, sizes = program.currents.root, [len(some) for some in program.states]
    others = [size for i, size in enumerate(sizes) if i != root]
    return np.moveaxis(found.reshape(*others, sizes[root], len(momenta)), len(others), root)


def _keeping(arrays: Arrays) -> tuple[Arrays, int]:
    """The same tape with each amplitude kept in the place of being squared, and the number of amplitudes."""
    rows = arrays[0].copy()
    closing = np.isin(rows[:, 0], CLOSING)
    rows[closing, 0] += len(CLOSING)
    rows[closing, 1] = np.arange(closing.sum())
    return (rows, *arrays[1:]), int(closing.sum())


def _contracted(a: Complex) -> Complex:
    """sum_o a_ion a_jon^* as (d, d, n), from (d, others, n)."""
    d, _, n = a.shape
    out = np.empty((d, d, n), dtype=np.complex128)
    back = a.conj()
    for i in range(d):
        for j in range(i, d):
            out[i, j] = np.einsum("on,on->n", a[i], back[j])
            out[j, i] = out[i, j].conj()
    return out
