"""Widths of a heavy Dirac neutrino to a lepton and a single pion, by W and Z at momenta far below their masses."""

from math import pi

from darkrecoil.constants import F_PI, FERMI, M_PI, M_PI0, V_UD
from darkrecoil.models._two_body import _momentum


def to_lepton_and_pion(mass: float, lepton: float, mixing: float) -> float:
    """Gamma(N -> l- pi+), GeV, one charge state; masses in GeV.

    G_F^2 f^2 |V_ud|^2 U^2 m^3/(16 pi) sqrt(lambda(1, x, y)) [(1 - x)^2 - y (1 + x)], x = m_l^2/m^2, y = m_pi^2/m^2, f = 130 MeV:
    D. Gorbunov, M. Shaposhnikov, JHEP 10 (2007) 015, appendix; K. Bondarenko et al., JHEP 11 (2018) 032, section 3.2. The square of
    sqrt2 G_F V_ud U f lbar p (1 - gamma5)/2 N, with which pi+ -> mu+ nu has its measured width. Radiative corrections are left out.
    """
    x, y = (lepton / mass) ** 2, (M_PI / mass) ** 2
    unit = FERMI**2 * F_PI**2 * V_UD**2 * mixing**2 * mass**3 / (16 * pi)
    return unit * _momentum(mass, lepton, M_PI) * ((1 - x) ** 2 - y * (1 + x))


def to_neutrino_and_pion(mass: float, mixing: float) -> float:
    """Gamma(N -> nu pi0), GeV: G_F^2 f^2 U^2 m^3/(32 pi) (1 - m_pi^2/m^2)^2, f = 130 MeV; the same sources. 0 below the pion's mass."""
    return FERMI**2 * F_PI**2 * mixing**2 * mass**3 / (32 * pi) * _momentum(mass, 0.0, M_PI0) ** 2
