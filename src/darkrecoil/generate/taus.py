"""Tau decays of generated events: taus become decayed particles, their products fill new slots."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from darkrecoil import _jit
from darkrecoil._jit.philox import key
from darkrecoil.generate.decays import driver, tables, tau
from darkrecoil.generate.sampling import Sampler
from darkrecoil.records import Floats, Ints, Particles

OUTLINED = (tau.decay, tau._leptonic, tau._pion, tau._rho, tau._rest)  # branches: compiled apart, called


def kernel() -> _jit.Kernel:
    """The decay's kernel, to be compiled."""
    return _jit.link("generate_taus", driver.taus, driver.SIGNATURE, outlined=OUTLINED)


def makes_taus(pid: Sequence[int]) -> bool:
    """Whether taus are among the PDG codes."""
    return any(abs(code) == 15 for code in pid)


def decayed(particles: Particles, sampler: Sampler, sample: str, run: Callable[..., None]) -> Particles:
    """The events with every tau decayed by its branching fractions; seven new slots per tau, weights times the decays'."""
    words = key(sampler.seed, sampler.recipe.process.name, sample)
    parents = [slot for slot, pid in enumerate(sampler.recipe.pid) if abs(pid) == 15]
    n, k = particles.pid.shape
    slots = k + tau.SLOTS * len(parents)
    pid, status, mother = (_rows(slots, part.T) for part in (particles.pid, particles.status, particles.mother))
    momentum, weight = np.empty((4 * slots, n)), particles.weight.copy()
    momentum[: 4 * k] = np.moveaxis(particles.momentum, 0, 2).reshape(4 * k, n)
    for i, slot in enumerate(parents):
        new, charge = slice(k + tau.SLOTS * i, k + tau.SLOTS * (i + 1)), -int(np.sign(sampler.recipe.pid[slot]))
        four, out = momentum[4 * slot : 4 * slot + 4], momentum[4 * new.start : 4 * new.stop]
        attempt = particles.attempt.astype(np.uint64)
        run(attempt, np.uint64(slot), charge, four, words, _tables(), pid[new], status[new], mother[new], out, weight)
        mother[new] = np.where(mother[new] < 0, slot, mother[new] + new.start)
        status[slot] = 2
    return replace(
        particles,
        pid=pid.T,
        status=status.T,
        mother=mother.T,
        momentum=np.moveaxis(momentum.reshape(slots, 4, n), 2, 0),
        vertex=np.broadcast_to(np.zeros(1), (n, slots, 4)),
        weight=weight,
    )


def _rows(slots: int, first: Ints) -> Ints:
    """(slots, n): the rows given, then zeros."""
    rows = np.zeros((slots, first.shape[1]), dtype=np.int64)
    rows[: len(first)] = first
    return rows


@cache
def _tables() -> Floats:
    return tables.tables()
