"""Kinetic mixing by a loop of two charged leptons whose charges under the new force are opposite."""

import cmath
from math import log, pi


def loop_mixing(mass: complex, light: complex, heavy: complex) -> complex:
    """(1/2 pi^2) int_0^1 dx x (1 - x) ln((m_2^2 - x (1 - x) q^2)/(m_1^2 - x (1 - x) q^2)), dimensionless, at q^2 = mass^2; masses in GeV.

    Times e g' it is the kinetic mixing of the photon and the boson of L_1 - L_2: the vacuum polarisation of one lepton less that of the
    other, in closed form (Berestetskii, Lifshitz, Pitaevskii, Quantum Electrodynamics, section 113). At q^2 = 0 it is
    ln(m_2^2/m_1^2)/(12 pi^2); above the light pair's threshold it has the imaginary part of that pair; it falls as 1/q^2 above both.
    """
    q2, m1, m2 = mass.real**2, light.real, heavy.real
    return (log((m2 / m1) ** 2) / 6 + _slope(q2, m2) - _slope(q2, m1)) / (2 * pi**2)


def _slope(q2: float, m: float) -> complex:
    """int_0^1 dx x (1 - x) ln(1 - x (1 - x) t), t = q^2/m^2 + i0: -5/18 - 2/(3 t) + (1 + 2/t) b ln((b + 1)/(b - 1))/6, b^2 = 1 - 4/t."""
    t = q2 / m**2
    if abs(t) < 1e-2:
        return complex(-t / 30 - t**2 / 280 - t**3 / 1890)
    b = cmath.sqrt(1 - 4 / complex(t, 1e-14 * t))
    return -5 / 18 - 2 / (3 * t) + (1 + 2 / t) * b * cmath.log((b + 1) / (b - 1)) / 6
