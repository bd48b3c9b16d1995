"""Families of counting windows: one after the other without a gap, and the same shifted by half a window."""

from collections.abc import Mapping
from itertools import pairwise
from math import sqrt

import numpy as np

from darkrecoil._errors import BadValue
from darkrecoil.limits.study import Study
from darkrecoil.limits.windows import window
from darkrecoil.records import Model
from darkrecoil.selection import Analysis

FAMILIES = ("windows", "half-shifted")  # as they are asked for in the place of masses
STEPS = 20  # of the fixed point of a window's centre: each gains a factor |dh/dc|, below 0.1
LEAST, CENTRES = 0.1, 10  # GeV; number of masses at which widths are found
MOST = 2000  # masses of one limit
INSTEAD = "give masses instead, --masses 1:8:8"


def first(analysis: Analysis, model: Model, family: str) -> list[float]:
    """Masses, GeV, over the range of the search and of the model, at which the widths of a family of windows are found.

    BadValue for a search whose windows do not follow the mass: one without a new particle, or whose signal has no peak; or for no range.
    """
    if "X" not in analysis.signal.split():
        raise BadValue(f"--masses {family} goes with a peak at a mass", f"{analysis.name} looks for no new particle", hint="--masses 0")
    if analysis.share:
        raise BadValue(f"--masses {family} goes with windows about a peak", f"the signal of {analysis.name} has none", hint=INSTEAD)
    low, high = max(analysis.masses[0], model.mass.low, LEAST), _highest(analysis, model)
    if not low < high:
        raise BadValue(f"{analysis.name} and {model.name} have no range of masses in common", f"{low:g} to {high:g} GeV", hint=INSTEAD)
    return [float(m) for m in np.linspace(low, high, CENTRES)]


def masses(made: Study, family: str) -> list[float]:
    """The masses, GeV, at the centres of a family's windows, from those of a study, in which the widths are linear in between.

    The first of the family "windows" begins at a mass squared of zero, that of "half-shifted" half a window later; the last ends
    within the range of the search and of the model. BadValue where no peak has a width, or no window has room.
    """
    widths = {mass**2: found.width for mass in made.signals if (found := window(made.analysis, mass, made.peak(mass)))}
    if not widths:
        why = "too few signal events pass the selection at any mass"
        raise BadValue(f"the peak of {made.analysis.name} has no width", why, hint=f"raise the attempts of the signal, or {INSTEAD}")
    edges = _edges(widths, made.analysis.window, _highest(made.analysis, made.model) ** 2)
    ends = edges if family == "windows" else [(a + b) / 2 for a, b in pairwise(edges)]
    centres = [sqrt(_centre(widths, made.analysis.window, low)) for low in ends[:-1]]
    within = [mass for mass in centres if mass >= made.model.mass.low]
    if not within:
        raise BadValue(f"no window of {made.analysis.name} has room below", f"{_highest(made.analysis, made.model):g} GeV", hint=INSTEAD)
    if len(within) > MOST:
        raise BadValue(f"{made.analysis.name} has too many windows for one run", len(within), f"allowed: {MOST}", INSTEAD)
    return within


def _highest(analysis: Analysis, model: Model) -> float:
    """The end of the range, GeV, of the search and of the model."""
    return min(analysis.masses[1], model.mass.high)


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
