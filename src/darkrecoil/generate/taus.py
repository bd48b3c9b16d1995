"""Tau decays of generated events: taus become decayed particles, their products fill new slots."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np

from darkrecoil import _jit
from darkrecoil._jit.philox import key
from darkrecoil.generate.decays import driver, tables, tau
from darkrecoil.generate.sampling import Sampler
from darkrecoil.records import Floats, Particles

OUTLINED = (tau.decay, tau._leptonic, tau._pion, tau._rho, tau._rest)  # branches: compiled apart, called


def kernel() -> _jit.Kernel:
    """The decay's kernel, to be compiled."""
    return _jit.link("generate_taus", driver.taus, driver.SIGNATURE, outlined=OUTLINED)


def has_taus(sampler: Sampler) -> bool:
    """Whether the process makes taus."""
    return any(abs(pid) == 15 for pid in sampler.recipe.pid)


def decayed(particles: Particles, sampler: Sampler, sample: str, run: Callable[..., None]) -> Particles:
    """The events with every tau decayed by its branching fractions; seven new slots per tau, weights times the decays'."""
    words = key(sampler.seed, sampler.recipe.process.name, sample)
    for slot, pid in enumerate(sampler.recipe.pid):
        if abs(pid) == 15:
            particles = _one(particles, slot, -int(np.sign(pid)), words, run)
    return particles


@cache
def _tables() -> Floats:
    return tables.tables()


def _one(
    particles: Particles, slot: int, charge: int, words: np.ndarray[tuple[int], np.dtype[np.uint64]], run: Callable[..., None]
) -> Particles:
    n, k, new = len(particles), particles.pid.shape[1], tau.SLOTS
    pid, status, mother = (np.zeros((new, n), dtype=np.int64) for _ in range(3))
    momentum, weight = np.zeros((4 * new, n)), particles.weight.copy()
    parent = np.ascontiguousarray(particles.momentum[:, slot].T)
    run(particles.attempt.astype(np.uint64), np.uint64(slot), charge, parent, words, _tables(), pid, status, mother, momentum, weight)
    states = np.concatenate([particles.status, status.T], axis=1)
    states[:, slot] = 2
    return replace(
        particles,
        pid=np.concatenate([particles.pid, pid.T], axis=1),
        status=np.asfortranarray(states),
        mother=np.concatenate([particles.mother, np.where(mother.T < 0, slot, mother.T + k)], axis=1),
        momentum=_joined(particles.momentum, np.moveaxis(momentum.reshape(new, 4, n), 2, 0)),
        vertex=np.broadcast_to(np.zeros(1), (n, k + new, 4)),
        weight=weight,
    )


def _joined(first: Floats, second: Floats) -> Floats:
    """Both along the slots, by column in memory."""
    columns = [np.moveaxis(part, 0, 2) for part in (first, second)]
    return np.moveaxis(np.concatenate(columns, axis=0), 2, 0)
