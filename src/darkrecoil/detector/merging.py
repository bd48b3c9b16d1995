"""Photons that enter the calorimeter close together: one cluster, one wide cluster, or two.

Which one is drawn by the distance of their entry points, with the card's probabilities. Left out: the dependence on how the
energy is shared, merging with the deposits of tracks, wrong sharing of the energy between two clusters that touch.
"""

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np

from darkrecoil.detector.schema import Card, number, numbers
from darkrecoil.detector.surface import to_surface
from darkrecoil.records import Bools, Floats, Ints

Draw = Callable[[int, int, Ints], Floats]
Three = tuple[Floats, Floats, Floats]
PAIRS = 1024  # slots of the random numbers of pairs: PAIRS + 64 a + b
PRESENT, ENERGY, X, Y, Z, TIME, WIDTH = range(7)  # rows of a slot's columns


def entry(direction: Floats, card: Card) -> Floats:
    """The points (3, n), cm, where lines from the origin along ``direction`` (3, n) enter the calorimeter."""
    u = direction / np.sqrt((direction**2).sum(axis=0))
    radius, (back, front) = number(card.geometry.calorimeter_r), numbers(card.geometry.calorimeter_z)
    return np.asarray(u * to_surface(0.0, 0.0, 0.0, u[0], u[1], u[2], radius, back, front))


def probabilities(distance: Floats, card: Card) -> tuple[Floats, Floats]:
    """The probabilities (n,) of one narrow cluster and of two, at a distance of the entry points in cm; the rest is a wide one."""
    scale, two = number(card.merging.scale), two_probability(distance, card)
    if scale == 0:
        return np.zeros_like(distance), two
    a, b = numbers(card.merging.one)
    return np.minimum(np.clip((b - distance / scale) / (b - a), 0.0, 1.0), 1.0 - two), two


def two_probability(distance: Floats, card: Card) -> Floats:
    """The probability (n,) of two clusters at a distance of the entry points in cm."""
    scale = number(card.merging.scale)
    if scale == 0:
        return np.ones_like(distance)
    c, d = numbers(card.merging.two)
    return np.clip((distance / scale - c) / (d - c), 0.0, 1.0)


def merge(clusters: Sequence[Floats], aims: Sequence[Three], slots: Sequence[int], card: Card, draw: Draw) -> None:
    """Merges, in place, the clusters (7, n) of each slot by their true directions, three (n,); pairs in the order of the slots.

    The first of a merged pair gets the sum of the energies, along the sum of the momenta, the energy-weighted time and, where
    it is wide, E1 E2 d^2/(E1 + E2)^2 cm^2 as second moment (beyond that of one photon: the theorem of parallel axes); the
    other is gone. Energy is conserved; the number of clusters can only fall.
    """
    reach = number(card.merging.scale) * numbers(card.merging.two)[1]
    if reach == 0 or len(slots) < 2:
        return
    several = np.flatnonzero(sum((some[PRESENT] for some in clusters), np.zeros(len(clusters[0][PRESENT]))) > 1.5)
    there = [some[PRESENT, several] > 0 for some in clusters]
    points = [_points(aim, several, here, card) for aim, here in zip(aims, there, strict=True)]
    for a, b in combinations(range(len(slots)), 2):
        near = np.flatnonzero(there[a] & there[b])
        square = sum((x[near] - y[near]) ** 2 for x, y in zip(points[a], points[b], strict=True))
        close = np.flatnonzero(square < reach**2)
        if len(close):
            near, distance = near[close], np.sqrt(square[close])
            one, two = probabilities(distance, card)
            u = draw(PAIRS + 64 * slots[a] + slots[b], 1, several[near])[0]
            joined = np.flatnonzero(u > two)
            wide, near = np.where(u > 1.0 - one, 0.0, distance**2)[joined], near[joined]
            rows = several[near]
            clusters[a][:, rows] = together(clusters[a][:, rows], clusters[b][:, rows], wide)
            clusters[b][:, rows], there[b][near] = 0.0, False
            points[a][:, near] = entry(clusters[a][X : Z + 1, rows], card)


def _points(aim: Three, rows: Ints, here: Bools, card: Card) -> Floats:
    """The entry points (3, len(rows)), cm, of a slot's photons in these events; 0 where ``here`` says that there is none."""
    points, some = np.zeros((3, len(rows))), np.flatnonzero(here)
    if len(some):
        points[:, some] = entry(np.array([component[rows[some]] for component in aim]), card)
    return points


def together(one: Floats, other: Floats, square: Floats) -> Floats:
    """The clusters (7, n) that two merge to; ``square`` (n,) is the squared distance, cm^2, that shows as a second moment."""
    energy = one[ENERGY] + other[ENERGY]
    p = one[X : Z + 1] + other[X : Z + 1]
    size = np.sqrt((p**2).sum(axis=0))
    f, g = one[ENERGY] / energy, other[ENERGY] / energy
    moment = f * one[WIDTH] + g * other[WIDTH] + f * g * square
    return np.array([np.ones_like(energy), energy, *(energy * p / np.where(size > 0, size, 1.0)), f * one[TIME] + g * other[TIME], moment])
