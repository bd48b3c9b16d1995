"""What a charged particle leaves in the calorimeter: ionisation with its Landau fluctuation, or a hadronic interaction.

Ionisation: Particle Data Group, Passage of particles through matter (2022), section 34.2. Units: GeV, cm, g.
"""

import numpy as np

from darkrecoil.constants import M_E
from darkrecoil.detector.smear import Flag, Real

K_HALF = 0.5 * 0.307075e-3  # GeV cm^2/mol: 2 pi N_A r_e^2 m_e c^2; PDG 2022, table 34.1
J = 0.200  # the constant of the most probable loss; PDG 2022, below eq. 34.12
LANDAU_MODE = -0.22278298  # where Landau's density peaks; tested against its integral
LN10 = 2.302585092994046
PI = 3.141592653589793


def landau(u: Real, v: Real) -> Real:
    """A number with Landau's density (1/pi) int_0^inf exp(-t ln t - x t) sin(pi t) dt, from two uniform ones in (0, 1).

    It is the stable law alpha = beta = 1 of scale pi/2, shifted by ln(pi/2), so the formula of Chambers, Mallows and Stuck,
    J. Am. Stat. Assoc. 71 (1976) 340, eq. 2.3, is exact: with V = pi u and W = -ln v, x = -V cot V - ln(W sin V / V).
    """
    lower = u < 0.5
    near = PI * np.where(lower, u, 1.0 - u)  # V or pi - V: a sine near 0 keeps its digits, one near pi does not
    sine, cosine = np.sin(near), np.cos(near)
    number: Real = -PI * u * np.where(lower, cosine, -cosine) / sine - np.log(-np.log(v) * sine / (PI * u))
    return number


def density_effect(beta_gamma: Real, cbar: Real, x0: Real, x1: Real, a: Real, k: Real) -> Real:
    """The density-effect correction delta(beta gamma), dimensionless: PDG 2022, eq. 34.7, for a non-conductor."""
    x = np.log(beta_gamma) / LN10
    below = np.where(x < x1, x1 - x, 1.0)
    bend = np.where(x < x1, a * np.exp(k * np.log(below)), 0.0)
    return np.where(x < x0, 0.0, 2.0 * LN10 * x - cbar + bend)


def landau_width(beta: Real, areal: Real, z_over_a: Real) -> Real:
    """xi = (K/2) <Z/A> x/beta^2, GeV, of a unit charge after x = ``areal`` g/cm^2: PDG 2022, below eq. 34.12."""
    return K_HALF * z_over_a * areal / (beta * beta)


def most_probable_loss(beta: Real, beta_gamma: Real, xi: Real, excitation: Real, delta: Real) -> Real:
    """The most probable energy loss, GeV: xi [ln(2 m_e beta^2 gamma^2/I) + ln(xi/I) + j - beta^2 - delta], PDG 2022, eq. 34.12.

    It holds where the particle loses little of its energy and xi is below a tenth of the largest transfer to one electron: for a
    muon in 30 cm of CsI above 1 GeV/c. At 0.5 GeV/c it is already 2 % above the mean loss, and Landau's tail too long.
    """
    loss: Real = xi * (np.log(2.0 * M_E * beta_gamma * beta_gamma / excitation) + np.log(xi / excitation) + J - beta * beta - delta)
    return loss


def clamped(value: Real, low: Real, high: Real) -> Real:
    """``value``, or the bound that it passes."""
    raised = np.where(value > low, value, low)
    return np.where(raised < high, raised, high)


def hadron(crossing: Real, kinetic: Real, through: Real, low: Real, high: Real, u: Real, v: Real) -> Real:
    """The energy, GeV, that a hadron leaves: that of a ``crossing`` particle, or more if it interacts.

    It crosses if u < ``through``; else it leaves crossing + (kinetic - crossing) s with s uniform in (low, high), a model
    without source: the shower's shape, leakage and neutrons are left out.
    """
    share = low + (high - low) * v
    return np.where(u < through, crossing, crossing + (kinetic - crossing) * share)


def reaches(forward: Flag, barrel: Flag, backward: Flag, pt: Real, reach: Real) -> Flag:
    """Whether a track meets a crystal: in an endcap always, in the barrel above a transverse momentum in GeV."""
    return forward | backward | (barrel & (pt > reach))
