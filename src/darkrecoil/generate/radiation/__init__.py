"""Photons that the beams and the final charges radiate beyond the matrix element's, and where the one gives way to the other."""

from darkrecoil.generate.radiation.kernels import kernels
from darkrecoil.generate.radiation.settings import MATCHING, NONE, NOT, Choice, Dipole, Radiation, checked, dipoles, elastic, first_order
from darkrecoil.generate.radiation.steps import Engine, Hard, after, before

__all__ = [
    "MATCHING", "NONE", "NOT", "Choice", "Dipole", "Engine", "Hard", "Radiation",
    "after", "before", "checked", "dipoles", "elastic", "first_order", "kernels",
]  # fmt: skip
