"""Padded particles <-> the stored ones alone, one after the other, as files hold them."""

from dataclasses import dataclass

import numpy as np

from darkrecoil.records import Beams, Floats, Ints, Particles


@dataclass(frozen=True)
class Flat:
    """m particles of n events one after the other: counts (n,); pid, status, mother (m,), which is a place in its own event
    or -1 for the beams; momentum (m, 4) GeV, vertex (m, 4) = (t ns, x, y, z cm)."""

    counts: Ints
    pid: Ints
    mother: Ints
    status: Ints
    momentum: Floats
    vertex: Floats

    def event(self) -> Ints:
        """The event (m,) of each particle."""
        return np.repeat(np.arange(len(self.counts)), self.counts)

    def place(self) -> Ints:
        """The place (m,) of each particle in its event."""
        return np.arange(len(self.pid)) - np.repeat(np.cumsum(self.counts) - self.counts, self.counts)


def flat(particles: Particles) -> Flat:
    """The particles without empty slots, in the order of the slots."""
    filled = particles.status > 0
    rank = np.cumsum(filled, axis=1) - 1
    mother = np.where(particles.mother >= 0, np.take_along_axis(rank, np.maximum(particles.mother, 0), axis=1), -1)
    whole = particles.pid[filled], mother[filled], particles.status[filled]
    return Flat(np.count_nonzero(filled, axis=1), *whole, particles.momentum[filled], particles.vertex[filled])


def padded(some: Flat, weight: Floats, attempt: Ints, attempts: int, beams: Beams) -> Particles:
    """The particles in slots, empty ones at the end of an event; weight (n,) fb, attempt (n,)."""
    n, k = len(some.counts), max(int(some.counts.max(initial=0)), 1)
    where = some.event(), some.place()
    pid, mother, status = np.zeros((n, k), np.int64, "F"), np.full((n, k), -1, np.int64, "F"), np.zeros((n, k), np.int64, "F")
    momentum, vertex = np.zeros((n, k, 4), order="F"), np.zeros((n, k, 4), order="F")
    pid[where], mother[where], status[where] = some.pid, some.mother, some.status
    momentum[where], vertex[where] = some.momentum, some.vertex
    return Particles(pid, mother, status, momentum, vertex, weight, attempt, attempts, beams)
