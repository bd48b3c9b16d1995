"""Families of counting windows: one after the other without a gap, and the same shifted by half a window."""

from collections.abc import Mapping
from itertools import pairwise
from math import sqrt

import numpy as np

from darkrecoil.limits.study import Study
from darkrecoil.limits.windows import window

FAMILIES = ("windows", "half-shifted")  # as they are asked for in the place of masses
STEPS = 20  # of the fixed point of a window's centre: each gains a factor |dh/dc|, below 0.1


def masses(made: Study, family: str) -> list[float]:
    """The masses, GeV, at the centres of a family's windows, from those of a study, in which the widths are linear in between.

    The first of the family "windows" begins at a mass squared of zero, that of "half-shifted" half a window later; the last ends
    within the search's range.
    """
    widths = {mass**2: found.width for mass in made.signals if (found := window(made.analysis, mass, made.peak(mass)))}
    edges = _edges(widths, made.analysis.window, made.analysis.masses[1] ** 2)
    ends = edges if family == "windows" else [(a + b) / 2 for a, b in pairwise(edges)]
    return [sqrt(_centre(widths, made.analysis.window, low)) for low in ends[:-1]]


def _edges(widths: Mapping[float, float], half: float, highest: float) -> list[float]:
    """The edges of neighbouring windows from zero on, in the observable."""
    edges = [0.0]
    while True:
        after = 2 * _centre(widths, half, edges[-1]) - edges[-1]
        if after > highest:
            return edges
        edges.append(after)


def _centre(widths: Mapping[float, float], half: float, low: float) -> float:
    """The centre c of the window that begins at ``low``: c - half x width(c) = low."""
    centre = low
    for _ in range(STEPS):
        centre = low + half * float(np.interp(centre, list(widths), list(widths.values())))
    return centre
