"""What follows from the beams: their total momentum, the energy in their rest frame, a boost to it."""

from dataclasses import replace
from math import sqrt

from darkrecoil.constants import M_E
from darkrecoil.kinematics.frames import beam_momenta
from darkrecoil.kinematics.vectors import add
from darkrecoil.records import Beams


def total_momentum(beams: Beams) -> tuple[float, float, float, float]:
    """(E, px, py, pz) of the two beams together, GeV, laboratory.

    Both are half_crossing off the z axis towards +x, the electron towards +z, with the electron's mass.
    """
    energy, x, y, z = add(*beam_momenta(beams.electron, beams.positron, beams.half_crossing, M_E))
    return float(energy), float(x), float(y), float(z)


def sqrt_s(beams: Beams) -> float:
    """The energy of the beams in their rest frame, GeV."""
    energy, px, py, pz = total_momentum(beams)
    return sqrt(energy**2 - px**2 - py**2 - pz**2)


def with_spread(beams: Beams, on: bool) -> Beams:
    """The same beams with their energy spreads, or without."""
    return beams if on else replace(beams, spread_electron=0.0, spread_positron=0.0)
