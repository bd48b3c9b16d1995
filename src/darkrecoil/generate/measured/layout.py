"""From Pythia's records to slots: final particles, and those of their ancestors that fly visibly before they decay."""

from dataclasses import dataclass

import numpy as np

from darkrecoil._errors import DarkrecoilError
from darkrecoil._pythia import Batch
from darkrecoil.records import Bools, Floats, Ints

FLYING = (15, 310, 3112, 3122, 3222, 3312, 3322, 3334, 411, 421, 431, 4122, 4132, 4232, 4332)  # tau, K_S, hyperons, charm: c tau > 10 um


@dataclass(frozen=True)
class Slots:
    """Particles before they have a weight: pid, mother, status (k, n), momentum GeV and vertex (ns, cm) (k, 4, n)."""

    pid: Ints
    mother: Ints
    status: Ints
    momentum: Floats
    vertex: Floats


def empty(most: int, events: int) -> Slots:
    """Slots without particles, to be filled."""
    pid, mother, status = (np.full((most, events), fill, dtype=np.int64) for fill in (0, -1, 0))
    return Slots(pid, mother, status, np.zeros((most, 4, events)), np.zeros((most, 4, events)))


def slots(some: Batch, most: int, extra: tuple[int, ...] = ()) -> Slots:
    """The particles of a batch in ``most`` slots, empty ones at the end.

    Kept are final particles and decayed ones of FLYING or ``extra``, in Pythia's order: mothers first. The mother is the nearest kept
    ancestor, and a particle is made where that one ends: what lies between, pi0 among them, flies less than a micrometre.
    DarkrecoilError if an event has more than ``most``.
    """
    final = some.status > 0
    kept = final | ((some.status < 0) & np.isin(np.abs(some.pid), (*FLYING, *extra)))
    event, start = some.event(), some.start()
    place = np.cumsum(kept) - 1
    place -= np.repeat(place[start] - kept[start], some.counts) + 1
    rows = np.flatnonzero(kept)
    where = place[rows], event[rows]
    if len(rows) and int(where[0].max()) >= most:
        raise DarkrecoilError("an event has more particles than slots", int(where[0].max()) + 1, f"allowed: {most}")
    up = _ancestor(some, kept, start)[rows]
    ended = some.vertex[start[event] + some.daughter]
    out = empty(most, len(some.counts))
    out.pid[where], out.status[where] = some.pid[rows], np.where(final[rows], 1, 2)
    out.mother[where] = np.where(up >= 0, place[up], -1)
    made = np.where((up >= 0)[:, None], ended[up], 0.0)
    for component in range(4):
        out.momentum[where[0], component, where[1]] = some.momentum[rows, component]
        out.vertex[where[0], component, where[1]] = made[:, component]
    return out


def _ancestor(some: Batch, kept: Bools, start: Ints) -> Ints:
    """The row (m,) of the nearest kept ancestor of each entry, -1 if there is none."""
    first = start[some.event()]
    parent = np.where(some.mother > 0, first + some.mother, -1)
    up = parent.copy()
    while len(on := np.flatnonzero((up >= 0) & ~kept[up])):
        up[on] = parent[up[on]]
    return up
