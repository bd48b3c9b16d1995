"""The charged particles that leave tracks: electron, muon, pion, kaon, proton; mass, charge, and place in the tables of a card."""

import numpy as np

from darkrecoil.constants import M_E, M_K, M_MU, M_P, M_PI
from darkrecoil.detector.smear import Real

SPECIES = ("electron", "muon", "pion", "kaon", "proton")
CODES = (11, 13, 211, 321, 2212)


def mass(kind: Real) -> Real:
    """The mass, GeV, of a charged particle by the size of its PDG code; 0 for codes that leave no track."""
    hadrons = np.where(kind == 211, M_PI, np.where(kind == 321, M_K, np.where(kind == 2212, M_P, 0.0)))
    return np.where(kind == 11, M_E, np.where(kind == 13, M_MU, hadrons))


def charge(pid: Real, kind: Real) -> Real:
    """The charge by PDG code: leptons with a positive code are negative, hadrons positive."""
    sign = np.where(pid > 0, 1.0, -1.0)
    return np.where(kind < 20, -sign, sign)


def place(kind: Real) -> Real:
    """The place in SPECIES, 0 to 4, by the size of the PDG code."""
    hadrons = np.where(kind == 211, 2.0, np.where(kind == 321, 3.0, 4.0))
    return np.where(kind == 11, 0.0, np.where(kind == 13, 1.0, hadrons))
