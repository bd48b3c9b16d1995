"""The counting window at a mass: where the signal's peak is, and how wide; or where most of a signal without a peak is."""

from dataclasses import dataclass

import numpy as np

from darkrecoil.chain.stream import Selected, nearest
from darkrecoil.records import Floats
from darkrecoil.selection import Analysis
from darkrecoil.statistics.peak import double_gaussian

FEWEST = 100  # events kept below which a peak has no width


@dataclass(frozen=True)
class Window:
    """The resolution of a peak and the window (low, high) about its mass squared, in the observable's unit."""

    width: float
    low: float
    high: float

    @property
    def bounds(self) -> tuple[float, float]:
        """(low, high)."""
        return self.low, self.high


def window(analysis: Analysis, mass: float, signal: Selected) -> Window | None:
    """The search's window at a mass, GeV; None where too few signal events are left to see a peak.

    Without a peak the width is half of that window.
    """
    if len(signal.values) < FEWEST:
        return None
    if analysis.share:
        low, high = shortest(*nearest(signal, mass**2), analysis.share)
        return Window((high - low) / 2, low, high)
    width = double_gaussian(*nearest(signal, mass**2)).width
    half = analysis.window * width
    return Window(width, mass**2 - half, mass**2 + half)


def shortest(values: Floats, weights: Floats, share: float) -> tuple[float, float]:
    """The shortest interval between two of the values (n,) that holds a share of their weight (n,), 0 < share < 1."""
    order = np.argsort(values, kind="stable")
    x, sums = values[order], np.concatenate([[0.0], np.cumsum(weights[order])])
    last = np.searchsorted(sums, sums[:-1] + share * sums[-1] * (1 - 1e-12)) - 1  # the first place that completes the share
    inside = np.flatnonzero(last < len(x))
    best = inside[np.argmin(x[last[inside]] - x[inside])]
    return float(x[best]), float(x[last[best]])
