"""Upsilon(1S) -> gamma a, a an axion-like particle that couples to photons and is not seen."""

from math import pi, sqrt

from darkrecoil.constants import ALPHA_0
from darkrecoil.constraints import measurements

MASS, TO_ELECTRONS = 9.4604, 0.0238  # GeV, B(e+e-); PDG 2022 (9.46040 +- 0.00010; 2.38 +- 0.11 %)


def branching_fraction(mass: float, coupling: float, vector: float = MASS, to_electrons: float = TO_ELECTRONS) -> float:
    """B(V -> gamma a) of a vector quarkonium, by its virtual photon: B(e+e-) g^2 m_V^2/(32 pi alpha) (1 - m_a^2/m_V^2)^3; g in 1/GeV.

    The ratio of sigma(e+e- -> gamma a) to sigma(e+e- -> mu+ mu-) at s = m_V^2: L. Merlo, F. Pobbe, S. Rigolin, O. Sumensari, JHEP 06
    (2019) 091 (arXiv:1905.03259), eq. (9). A coupling of a to b quarks is left out.
    """
    if mass >= vector:
        return 0.0
    return to_electrons * coupling**2 * vector**2 / (32 * pi * ALPHA_0) * (1 - (mass / vector) ** 2) ** 3


def limit(mass: float, invisible: float = 1.0) -> float | None:
    """g_agammagamma, 1/GeV, above which BaBar would have seen an a of that mass (GeV) and invisible fraction; None above 9.2 GeV."""
    for bound in measurements.UPSILON:
        if bound.masses[0] <= mass <= bound.masses[1] and invisible > 0:
            return sqrt(bound.value / (branching_fraction(mass, 1.0) * invisible))
    return None
