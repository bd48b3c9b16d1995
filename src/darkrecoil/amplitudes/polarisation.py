"""Vacuum polarisation: how much larger the charge is at a virtual photon, 1/(1 - Delta alpha(q^2)). Straight-line scalar code.

Leptons at one loop with their masses: V. B. Berestetskii, E. M. Lifshitz and L. P. Pitaevskii, Quantum Electrodynamics, section 113; the
real part above threshold. Hadrons: the fit A + B ln(1 + C |q^2|) of H. Burkhardt and B. Pietrzyk, Phys. Lett. B 513 (2001) 46,
Table 2, to space-like q^2. For time-like q^2 the same at |q^2|: right away from resonances, where the real part is smooth; near
the rho, the phi, the J/psi and the Upsilons it is not, and is off by the height of the peak, some per cent of alpha.
"""

import numpy as np

from darkrecoil.constants import ALPHA_0, M_E, M_MU, M_TAU
from darkrecoil.kinematics.vectors import Real

NEAR = 1e-3  # of 4 m^2: below, the first term of the expansion; the formula would cancel
ALPHA_3PI = ALPHA_0 / (3.0 * np.pi)


def lepton(q2: Real, m2: Real) -> Real:
    """Re Delta alpha of one lepton of squared mass m2, GeV^2: positive for space-like q2 = -Q^2, growing as ln Q^2/m^2 - 5/3."""
    small = np.abs(q2) < NEAR * 4.0 * m2
    r = 4.0 * m2 / np.where(small, 4.0 * m2 * NEAR, q2)
    below = r > 1.0
    b = np.sqrt(np.abs(1.0 - r))
    angle = 2.0 * b * np.arctan2(1.0, b)
    logarithm = b * np.log((b + 1.0) / np.maximum(np.abs(b - 1.0), 1e-300))
    return ALPHA_3PI * np.where(small, -0.2 * q2 / m2, (1.0 + 0.5 * r) * np.where(below, angle, logarithm) - 5.0 / 3.0 - r)


def hadrons(q2: Real) -> Real:
    """Delta alpha of hadrons, five flavours, at |q2| in GeV^2."""
    t = np.abs(q2)
    a = np.where(t < 100.0, 0.0, 0.0010485)
    b = np.where(
        t < 4.0, np.where(t < 0.49, 0.0023092, 0.0022333), np.where(t < 16.0, 0.0024402, np.where(t < 100.0, 0.0027340, 0.0029431))
    )
    c = np.where(t < 4.0, np.where(t < 0.49, 3.9925370, 4.2191779), np.where(t < 16.0, 3.2496684, np.where(t < 100.0, 2.0995092, 1.0)))
    return a + b * np.log(1.0 + c * t)


def polarised(q2: Real) -> Real:
    """1/(1 - Delta alpha(q2)), dimensionless, of a virtual photon of that squared momentum, GeV^2."""
    leptons = lepton(q2, M_E * M_E) + lepton(q2, M_MU * M_MU) + lepton(q2, M_TAU * M_TAU)
    return 1.0 / (1.0 - leptons - hadrons(q2))
