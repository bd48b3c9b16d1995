"""Structure functions of the electron, and fragmentation of final leptons, as weights over simple densities. Scalar code.

The energy fraction z = 1 - x that is radiated is drawn from b z^(b - 1), b = beta/2 per beam; what is returned is the
structure function over that density: bounded and smooth. O. Nicrosini and L. Trentadue, Phys. Lett. B 196 (1987) 551, with
the exponentiation of E. A. Kuraev and V. S. Fadin, Sov. J. Nucl. Phys. 41 (1985) 466.
"""

import numpy as np

from darkrecoil.constants import ALPHA_0
from darkrecoil.kinematics.vectors import Real

EULER = 0.5772156649015329
ZETA_2, ZETA_3 = 1.6449340668482264, 1.2020569031595942
LEAST = 1e-300
SMALLEST = -690.0  # ln of it


def exponent(logarithm: Real) -> Real:
    """b = beta/2 = (alpha/pi)(L - 1) of one charge, dimensionless, for L = ln(Q^2/m^2)."""
    return ALPHA_0 / np.pi * (logarithm - 1.0)


def fraction(x: Real, b: Real) -> Real:
    """The radiated fraction z in (0, 1) of the density b z^(b - 1), from a uniform x: z = x^(1/b), or 1e-300 where that is less.

    0 itself would have no logarithm: a weight without a value.
    """
    return np.exp(np.maximum(np.log(x) / b, SMALLEST))


def exponentiated(b: Real) -> Real:
    """exp(b (3/4 - gamma))/Gamma(1 + b): soft photons to all orders, relative error below 2e-5 for b < 0.1.

    ln Gamma(1 + b) = -gamma b + zeta(2) b^2/2 - zeta(3) b^3/3 + ...
    """
    return np.exp(0.75 * b - b * b * (0.5 * ZETA_2 - ZETA_3 / 3.0 * b))


def electron(z: Real, b: Real) -> Real:
    """D(1 - z)/(b z^(b - 1)), dimensionless, with beta = 2 b:

    D(x) = e^{b(3/4 - gamma)}/Gamma(1 + b) b (1-x)^{b-1} - b (1 + x)/2
           + b^2/8 [(1 + x)(3 ln x - 4 ln(1-x)) - 4 ln x/(1-x) - 5 - x].
    """
    x = np.maximum(1.0 - z, LEAST)
    log_x, log_z = np.log(x), np.log(z)
    # ln x/(1-x) -> -1 for z -> 0: the quotient keeps its digits, because ln(1 - z) does not cancel against anything here
    slope = np.where(z < 1e-6, -1.0 - 0.5 * z, log_x / z)
    second = (1.0 + x) * (3.0 * log_x - 4.0 * log_z) - 4.0 * slope - 5.0 - x
    return exponentiated(b) + np.exp((1.0 - b) * log_z) * (-0.5 * (1.0 + x) + 0.125 * b * second)


def lepton(z: Real, b: Real, most: Real) -> Real:
    """The density of the fraction z in (0, most) that a final pair loses over b z^(b - 1)/most^b, of mean 1, dimensionless.

    b z^(b - 1) (1 + (1 - z)^2)/2, normalised: the total does not change (T. Kinoshita, J. Math. Phys. 3 (1962) 650;
    T. D. Lee and M. Nauenberg, Phys. Rev. 133 (1964) B1549).
    """
    norm = 1.0 - b / (1.0 + b) * most + 0.5 * b / (2.0 + b) * most * most
    return 0.5 * (1.0 + (1.0 - z) * (1.0 - z)) / norm


def spread(one_minus_speed: Real, speed: Real, reach: Real) -> Real:
    """The integral of 1/(1 - v cos) over 1 - cos from 0 to ``reach``: ln(1 + v reach/(1 - v))/v, and reach for v = 0."""
    v = np.maximum(speed, 1e-6)
    return np.log(1.0 + v * reach / np.where(speed < 1e-6, 1.0 - v, one_minus_speed)) / v


def inside(one_minus_speed: Real, speed: Real, reach: Real) -> Real:
    """Half of the integral of (1 - v^2)/(1 - v cos)^2 over 1 - cos from 0 to ``reach``: 1 for all angles, reach = 2."""
    return 0.5 * (1.0 + speed) * reach / (one_minus_speed + speed * reach)


def both_charges(speed: Real, other: Real) -> Real:
    """(1 + v v') v/(v + v'): what 1/(1 - v cos) is multiplied by where 2 (1 + v v')/[(1 - v cos)(1 + v' cos)] is taken apart, halved."""
    return (1.0 + speed * other) * speed / np.maximum(speed + other, LEAST)


def side(logarithm: Real, both: Real, mass_term: Real) -> Real:
    """One charge's part of a dipole's exponent b, dimensionless: (alpha/pi)[(1 + v v')/(v + v') ln((1 + v)/(1 - v)) - 1].

    The sum of both parts is the integral of the eikonal factor over angles (D. R. Yennie, S. C. Frautschi and H. Suura, Ann. Phys. 13
    (1961) 379); that of a slow charge beside a fast one is negative. ``both`` is that of ``both_charges``, ``logarithm`` that of
    ``spread``, ``mass_term`` that of ``inside``.
    """
    return ALPHA_0 / np.pi * (both * logarithm - mass_term)


def peak(distance: Real, one_minus_speed: Real, speed: Real, both: Real, reach: Real) -> Real:
    """Of one charge, what photons' directions are drawn from, in d = 1 - cos of the angle to it: both/(1 - v cos), 0 beyond ``reach``.

    Its integral is both times the logarithm of ``spread``.
    """
    return np.where(distance <= reach, both, 0.0) / (one_minus_speed + speed * distance)


def collinear(distance: Real, z: Real, one_minus_speed: Real, speed: Real, both: Real, reach: Real) -> Real:
    """One charge's part of a photon's density in d = 1 - cos of its angle to the charge, whose integral is ``emission``.

    (1 + (1-z)^2) both/(1 - v cos) - (1-z)(1 - v^2)/(1 - v cos)^2: exact for soft photons, where the sum over both charges is the eikonal
    factor, and V. N. Baier, V. S. Fadin and V. A. Khoze, Nucl. Phys. B 65 (1973) 381 for collinear ones, but for the charge's own
    energy after it has radiated: the exact logarithm is L + ln(1 - z). Along a slow charge its own part is negative, the sum never.
    """
    pole = one_minus_speed * (1.0 + speed) / (one_minus_speed + speed * distance)
    return peak(distance, one_minus_speed, speed, 1.0, reach) * ((1.0 + (1.0 - z) * (1.0 - z)) * both - (1.0 - z) * pole)


def emission(z: Real, logarithm: Real, both: Real, mass_term: Real) -> Real:
    """The integral of ``collinear`` over angles."""
    return (1.0 + (1.0 - z) * (1.0 - z)) * both * logarithm - 2.0 * (1.0 - z) * mass_term


def from_beam(distance: Real, z: Real, one_minus_speed: Real, speed: Real, logarithm: Real) -> Real:
    """The density in d = 1 - cos of a beam's photon over that ~ 1/(1 - v cos), of mean 1 over the latter.

    (1 + (1-z)^2)/(1 - v cos) - (1-z)(1 - v^2)/(1 - v cos)^2 - z^2/2: the sum of both beams is the exact angular distribution of one
    photon before an annihilation into one virtual photon, terms of m^2/s beside 1 apart (G. Bonneau and F. Martin, Nucl. Phys.
    B 27 (1971) 381). Its integral is (1 + (1-z)^2)(L - 1), which is what a structure function holds at first order.
    """
    away = one_minus_speed + speed * distance
    pole = one_minus_speed * (1.0 + speed) / away
    both = 1.0 + (1.0 - z) * (1.0 - z)
    return (1.0 - ((1.0 - z) * pole + 0.5 * z * z * away) / both) * logarithm / (logarithm - 1.0)
