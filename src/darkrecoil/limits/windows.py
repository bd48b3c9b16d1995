"""The counting window at a mass: where the signal's peak is, and how wide."""

from dataclasses import dataclass

from darkrecoil.chain.stream import Selected, nearest
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
    """The search's window at a mass, GeV; None where too few signal events are left to see a peak."""
    if len(signal.values) < FEWEST:
        return None
    width = double_gaussian(*nearest(signal, mass**2)).width
    half = analysis.window * width
    return Window(width, mass**2 - half, mass**2 + half)
