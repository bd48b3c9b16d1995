"""Taus from decays of new particles decay in turn, one by one, unpolarised, where they are made."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from darkrecoil.generate.decays import tau
from darkrecoil.generate.taus import _tables
from darkrecoil.records import Floats, Ints, Particles

Words = np.ndarray[tuple[int], np.dtype[np.uint64]]


def decayed(particles: Particles, slots: Sequence[int], words: Words, run: Callable[..., None]) -> Particles:
    """The events with the taus in these slots decayed: seven new slots for each, weights times the decays'."""
    n, k = particles.pid.shape
    whole = k + tau.SLOTS * len(slots)
    pid, status = np.zeros((whole, n), dtype=np.int64), np.zeros((whole, n), dtype=np.int64)
    mother, momentum, vertex = np.full((whole, n), -1, dtype=np.int64), np.zeros((whole, 4, n)), np.zeros((whole, 4, n))
    pid[:k], status[:k], mother[:k], weight = particles.pid.T, particles.status.T, particles.mother.T, particles.weight.copy()
    momentum[:k], vertex[:k] = np.moveaxis(particles.momentum, 0, 2), np.moveaxis(particles.vertex, 0, 2)
    for i, slot in enumerate(slots):
        new = slice(k + tau.SLOTS * i, k + tau.SLOTS * (i + 1))
        for charge in (-1, 1):
            rows = np.flatnonzero(pid[slot] == -15 * charge)
            attempt = particles.attempt[rows].astype(np.uint64)
            made = _made(run, attempt, slot, charge, np.ascontiguousarray(momentum[slot][:, rows]), words)
            pid[new, rows], status[new, rows] = made[0], made[1]
            mother[new, rows] = np.where(made[2] < 0, slot, made[2] + new.start)
            momentum[new][:, :, rows] = made[3].reshape(tau.SLOTS, 4, len(rows))
            vertex[new][:, :, rows] = vertex[slot][:, rows] * (made[1] > 0)[:, None]
            weight[rows] *= made[4]
            status[slot, rows] = 2
    return replace(
        particles,
        pid=pid.T,
        status=status.T,
        mother=mother.T,
        momentum=np.moveaxis(momentum, 2, 0),
        vertex=np.moveaxis(vertex, 2, 0),
        weight=weight,
    )


def _made(
    run: Callable[..., None], attempt: Words, slot: int, charge: int, four: Floats, words: Words
) -> tuple[Ints, Ints, Ints, Floats, Floats]:
    """Codes, status, mothers (7, n), momenta (28, n) and weights (n,) of the decays of taus of one charge."""
    n = len(attempt)
    pid, status, mother = (np.zeros((tau.SLOTS, n), dtype=np.int64) for _ in range(3))
    out, weight = np.zeros((4 * tau.SLOTS, n)), np.ones(n)
    unpolarised = np.zeros((3, n))
    run(attempt, np.uint64(slot), charge, four, unpolarised, words, _tables(), pid, status, mother, out, weight, np.empty((3, n)))
    return pid, status, mother, out, weight
