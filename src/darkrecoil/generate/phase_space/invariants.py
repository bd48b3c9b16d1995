"""Invariants of momenta without cancellation: products, momentum transfers, the pole of a two-body step. Scalar code.

A momentum transfer is a product of light-cone differences: with P+ = E + p, P- = m^2/P+, and 1 - cos = d of the angle,
(a - A)^2 = (a- - A-)(a+ - A+) - 2 p_a p_A d. For equal masses this is -m^2 (a+ - A+)^2/(a+ A+) - 2 p_a p_A d.
"""

import numpy as np

from darkrecoil.kinematics.vectors import Four, Real

TINY = 1e-200
LEAST = 1e-30  # of 4 p p': what a pole's distance D counts as where it vanishes


def length(x: Real, y: Real, z: Real) -> Real:
    """Length of a three-vector, never 0."""
    return np.sqrt(x * x + y * y + z * z + TINY)


def plus(energy: Real, p: Real, m2: Real) -> Real:
    """E + p, also where E < 0 (virtual, m2 < 0)."""
    ahead = energy >= 0.0
    return np.where(ahead, energy + p, m2 / np.where(ahead, 1.0, energy - p))


def product(e1: Real, p1: Real, m1: Real, e2: Real, p2: Real, m2: Real, d: Real) -> Real:
    """p1.p2, GeV^2, from energies, momenta, squared masses and d = 1 - cos of the angle.

    E E' - p p' = (m'^2 E^2 + m^2 p'^2)/(E E' + p p').
    """
    return (m2 * e1 * e1 + m1 * p2 * p2) / (e1 * e2 + p1 * p2) + p1 * p2 * d


def forward(a2: Real, A2: Real, a_plus: Real, A_plus: Real, difference: Real) -> Real:
    """(a - A)^2, GeV^2, of parallel momenta from squared masses, E + p of both, and the difference of the latter."""
    return ((a2 - A2) * A_plus - A2 * difference) * difference / (a_plus * A_plus)


def transfer(a: Four, a2: Real, c: Four, c2: Real) -> Real:
    """(a - c)^2, GeV^2, of two momenta with squared masses a2 and c2."""
    p, q = length(a[1], a[2], a[3]), length(c[1], c[2], c[3])
    x, y, z = a[1] / p - c[1] / q, a[2] / p - c[2] / q, a[3] / p - c[3] / q
    a_plus, c_plus = plus(a[0], p, a2), plus(c[0], q, c2)
    return forward(a2, c2, a_plus, c_plus, a_plus - c_plus) - p * q * (x * x + y * y + z * z)


def momentum(M2: Real, A2: Real, B2: Real) -> Real:
    """Momentum, GeV, of A and B in the rest frame of a system of mass^2 M2: sqrt(lambda)/(2 M), never 0."""
    y = M2 - A2 - B2
    return 0.5 * np.sqrt((np.maximum(y * y - 4.0 * A2 * B2, 0.0) + 1e-28 * M2 * M2) / M2)


def axis_energy(M2: Real, a2: Real, b2: Real, outgoing: Real) -> Real:
    """Energy, GeV, of the axis' momentum in the rest frame of M: M = a + b if it comes in, b = M + a if it goes out."""
    return np.where(outgoing, b2 - M2 - a2, M2 + a2 - b2) * 0.5 / np.sqrt(M2)


def pole_distance(M2: Real, A2: Real, B2: Real, a2: Real, b2: Real, mass2: Real, outgoing: Real) -> tuple[Real, Real, Real]:
    """(p_A, p_a, D at cos = 1) in the rest frame of M -> A + B: D = mass2 - (a - A)^2, or (a + A)^2 - mass2 if a goes out.

    D = D(cos = 1) + 2 p_a p_A (1 - cos) > 0 is what a propagator divides by.
    """
    half = 0.5 / np.sqrt(M2)
    EA, pA = (M2 + A2 - B2) * half, momentum(M2, A2, B2)
    Ea, pa = axis_energy(M2, a2, b2, outgoing), momentum(M2, a2, b2)
    de = (a2 - A2 - b2 + B2) * half
    difference = de + (de * (Ea + EA) - (a2 - A2)) / (pa + pA)
    inward = mass2 - forward(a2, A2, plus(Ea, pa, a2), EA + pA, difference)
    apart = (A2 * Ea * Ea + a2 * pA * pA) / np.where(outgoing, EA * Ea + pA * pa, 1.0)
    return pA, pa, np.where(outgoing, 2.0 * apart + a2 + A2 - mass2, inward)


def softened(nearest: Real, pp: Real, soften: Real) -> Real:
    """The least D of a step: what the masses give, but at least LEAST of its range, plus a regulator in GeV^2."""
    return np.maximum(nearest, LEAST * 4.0 * pp) + soften
