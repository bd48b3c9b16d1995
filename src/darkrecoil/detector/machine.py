"""What follows from the beams: their total momentum, the energy in their rest frame, a boost to it."""

from dataclasses import replace
from math import cos, sin, sqrt

from darkrecoil.constants import M_E
from darkrecoil.records import Beams


def total_momentum(beams: Beams) -> tuple[float, float, float, float]:
    """(E, px, py, pz) of the two beams together, GeV, laboratory.

    Both are half_crossing off the z axis towards +x, the electron towards +z, with the electron's mass.
    """
    p, q = sqrt(beams.electron**2 - M_E**2), sqrt(beams.positron**2 - M_E**2)
    x, z = sin(beams.half_crossing), cos(beams.half_crossing)
    return beams.electron + beams.positron, (p + q) * x, 0.0, (p - q) * z


def sqrt_s(beams: Beams) -> float:
    """The energy of the beams in their rest frame, GeV."""
    energy, px, py, pz = total_momentum(beams)
    return sqrt(energy**2 - px**2 - py**2 - pz**2)


def with_spread(beams: Beams, on: bool) -> Beams:
    """The same beams with their energy spreads, or without."""
    return beams if on else replace(beams, spread_electron=0.0, spread_positron=0.0)
