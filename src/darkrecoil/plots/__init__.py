"""Figures from records: they draw what a record says and compute nothing but its scale to a luminosity.

Each function returns a matplotlib Figure, which needs no display; ``save`` writes it, the same bytes for the same
records. Every figure says that it is a simulation, its luminosity, level, what is left out, and the command.
"""

from darkrecoil.plots._style import save
from darkrecoil.plots.closure import closure
from darkrecoil.plots.coverage import coverage
from darkrecoil.plots.cutflow import cutflow
from darkrecoil.plots.detector import detector
from darkrecoil.plots.exclusion import exclusion
from darkrecoil.plots.look_elsewhere import look_elsewhere
from darkrecoil.plots.plane import plane
from darkrecoil.plots.regimes import regimes
from darkrecoil.plots.regions import caption
from darkrecoil.plots.spectrum import recoil_spectrum

__all__ = [
    "caption",
    "closure",
    "coverage",
    "cutflow",
    "detector",
    "exclusion",
    "look_elsewhere",
    "plane",
    "recoil_spectrum",
    "regimes",
    "save",
]
