"""Particles that are not made at the origin: where they start, and where their photons meet the calorimeter.

A photon is measured as if it came from the origin: the direction of its cluster is that of its entry point.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from darkrecoil.detector.schema import Card, number, numbers
from darkrecoil.detector.surface import to_surface, within
from darkrecoil.records import Bools, Floats, Ints, Particles

SPEED = 29.9792458  # cm/ns
Kernel = Callable[[int, Ints, tuple[Floats, ...], Ints | None], Floats]
"""Slot, code (m,), momentum and for tracks the vertex (m,) each, the events that they are of (None: all): columns (c, m), writeable."""
BEYOND = -22  # a photon made beyond the calorimeter, within the muon system


@dataclass(frozen=True)
class Arrivals:
    """Photons as the calorimeter meets them: code (n,) 22, BEYOND or 0; momentum (3, n) GeV from the origin; delay, ns, of ``rows``.

    The delay is the arrival after that of a photon from the origin. All other rows have none.
    """

    code: Ints
    momentum: tuple[Floats, Floats, Floats]
    rows: Ints
    delay: Floats


def elsewhere(particles: Particles, slot: int, here: Bools, card: Card) -> Ints:
    """The events whose particle of a slot is made away from the origin, of those in ``here`` (n,)."""
    vertex = particles.vertex[:, slot, 1:]
    if number(card.displaced.scale) == 0 or not (vertex[:1] if vertex.strides[0] == 0 else vertex).any():
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(here & vertex.any(axis=1))


def points(particles: Particles, slot: int, here: Bools, card: Card) -> tuple[Floats, Floats, Floats]:
    """Where the particles of a slot are made, (x, y, z) (n,) each, cm, times the card's scale; 0 where ``here`` says that there is none."""
    rows = elsewhere(particles, slot, here, card)
    if not len(rows):
        zero = np.zeros(len(here))
        return zero, zero, zero
    place = np.zeros((3, len(here)))
    place[:, rows] = number(card.displaced.scale) * particles.vertex[rows, slot, 1:].T
    return place[0], place[1], place[2]


def arrivals(particles: Particles, slot: int, here: Bools, card: Card) -> Arrivals:
    """The photons of a slot, where ``here`` (n,) says that there is one, as they arrive at the calorimeter."""
    code = np.where(here, 22, 0)
    three = particles.momentum[:, slot, 1:].T
    rows = elsewhere(particles, slot, here, card)
    if not len(rows):
        return Arrivals(code, (three[0], three[1], three[2]), rows, np.empty(0))
    p = three.copy()
    vertex = number(card.displaced.scale) * particles.vertex[rows, slot]
    code[rows], p[:, rows], delay = arrived(vertex.T, p[:, rows], card)
    return Arrivals(code, (p[0], p[1], p[2]), rows, delay)


def arrived(vertex: Floats, p: Floats, card: Card) -> tuple[Ints, Floats, Floats]:
    """Code (n,), momentum from the origin (3, n) and delay (n,) of photons p (3, n) made at ``vertex`` (4, n) = (t, x, y, z).

    A photon made before the calorimeter's front goes straight to it; one made in its first ``photon_depth`` stays where it is.
    """
    size, depth = np.sqrt((p**2).sum(axis=0)), number(card.displaced.photon_depth)
    radius, (back, front) = number(card.geometry.calorimeter_r), numbers(card.geometry.calorimeter_z)
    outer, (last, first) = number(card.geometry.klm_r), numbers(card.geometry.klm_z)
    t, x, y, z = vertex
    ux, uy, uz = p / size
    before = within(x, y, z, radius, back, front)
    inside = within(x, y, z, radius + depth, back - depth, front + depth)
    safe = [np.where(before, part, 0.0) for part in (x, y, z)]
    away = np.where(before, to_surface(safe[0], safe[1], safe[2], ux, uy, uz, radius, back, front), 0.0)
    point = vertex[1:] + away * p / size
    distance = np.sqrt((point**2).sum(axis=0))
    code = np.where(inside, 22, np.where(within(x, y, z, outer, last, first), BEYOND, 0))
    return code, size * point / distance, t + (away - distance) / SPEED
