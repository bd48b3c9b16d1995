"""Displaced decays as they are reconstructed: two tracks of opposite charge of one mother, by the region of the decay.

A vertex stands where the card's resolution puts it. Left out: vertices of tracks that do not belong together, of more than two
tracks as such (each opposite pair is one), the refit of the tracks.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from darkrecoil.detector.merging import Draw
from darkrecoil.detector.schema import Card, number, numbers
from darkrecoil.detector.smear import normal_pair
from darkrecoil.records import Floats, Ints, Particles

PAIRS = 32768  # slots of the random numbers of pairs: PAIRS + 64 a + b
COLUMNS = ("x", "y", "z", "px", "py", "pz")


def region(vertex: Floats, card: Card) -> Ints:
    """The region (n,) of decays at x, y, z (n, 3), cm: 0, 1, 2 by the radii of the card, 3 beyond or outside the chamber's ends."""
    back, front = numbers(card.geometry.cdc_z)
    ring = np.searchsorted(numbers(card.displaced.track_radius), np.hypot(vertex[:, 0], vertex[:, 1]), side="right")
    return np.asarray(np.where((vertex[:, 2] < back) | (vertex[:, 2] > front), 3, ring))


def vertices(particles: Particles, slots: Sequence[int], tracks: Sequence[Floats], card: Card, draw: Draw) -> list[Floats]:
    """Columns (7, n) of the vertices of pairs of slots: present, the point, cm, and the momentum of the two tracks, GeV."""
    if number(card.displaced.scale) == 0:
        return []
    made = [_pair(particles, slots, tracks, pair, card, draw) for pair in combinations(range(len(slots)), 2)]
    return [some for some in made if some is not None]


def _pair(
    particles: Particles, slots: Sequence[int], tracks: Sequence[Floats], pair: tuple[int, int], card: Card, draw: Draw
) -> Floats | None:
    (a, b), (one, other) = (slots[i] for i in pair), (tracks[i] for i in pair)
    place, mother = particles.vertex[:, a, 1:], particles.mother
    if place.strides[0] == 0 and not place[:1].any():
        return None
    both = (one[0] > 0) & (other[0] > 0) & (one[4] * other[4] < 0)
    rows = np.flatnonzero(both & (mother[:, a] >= 0) & (mother[:, a] == mother[:, b]) & place.any(axis=1))
    if not len(rows):
        return None
    u = draw(PAIRS + 64 * a + b, 5, rows)
    point = number(card.displaced.scale) * place[rows]
    where = region(point, card)
    found = np.flatnonzero(u[0] < np.asarray(numbers(card.displaced.vertex_efficiency))[where])
    gx, gy = normal_pair(u[1, found], u[2, found])
    gz, _ = normal_pair(u[3, found], u[4, found])
    sigma = np.asarray(numbers(card.displaced.vertex_resolution))[where[found]]
    columns = np.zeros((7, len(particles)))
    rows = rows[found]
    columns[0, rows] = 1.0
    columns[1:4, rows] = point[found].T + sigma * np.array([gx, gy, gz])
    columns[4:, rows] = one[1:4, rows] + other[1:4, rows]
    return columns
