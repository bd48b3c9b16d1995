"""CCFR's trident cross-section as a limit on the coupling of a Z' that muons and their neutrinos share."""

from math import sqrt

from darkrecoil.constraints import couplings, measurements
from darkrecoil.constraints.trident import production


def ratio(mass: float, coupling: float, energy: float = production.MEAN_ENERGY) -> float:
    """sigma/sigma_SM on iron with a Z' of that mass (GeV) and coupling g', at a neutrino energy in GeV.

    For M well above the energies it is [1 + (1 + 4 sin^2 theta + 2 v^2 g'^2/M^2)^2]/[1 + (1 + 4 sin^2 theta)^2] (arXiv:1406.2332).
    """
    first, second = production.nucleus(energy).terms(mass)
    return 1 + first * coupling**2 + second * coupling**4


def limit(mass: float, level: float = 0.95, energy: float = production.MEAN_ENERGY) -> float:
    """g' above which tridents would be too frequent, at a mass in GeV: CCFR's ratio, no less than 1 in this model (couplings.upper)."""
    shift = measurements.TRIDENT
    most = couplings.upper(shift.value, shift.error, level)
    first, second = production.nucleus(energy).terms(mass)
    return sqrt((sqrt(first**2 + 4 * second * most) - first) / (2 * second))
