"""Momenta and densities of two-body steps, in GeV: the bricks of every phase-space channel."""

import numpy as np

from darkrecoil.kinematics.vectors import Four, Real

TWO_PI = 6.283185307179586


def pair_momentum(s: Real, a: Real, b: Real) -> Real:
    """Momentum, GeV, of either daughter of a system of mass^2 s at rest with daughters of mass^2 a and b.

    sqrt(lambda(s, a, b))/(2 sqrt s), PDG kinematics review eq. 49.20b; zero below threshold.
    """
    d = s - a - b
    return 0.5 * np.sqrt(np.maximum(d * d - 4.0 * a * b, 0.0) / s)


def isotropic(x: Real, y: Real) -> tuple[Real, Real, Real]:
    """A unit vector, uniform on the sphere for uniform x, y."""
    c = 2.0 * x - 1.0
    s = np.sqrt(np.maximum(1.0 - c * c, 0.0))
    phi = TWO_PI * y
    return s * np.cos(phi), s * np.sin(phi), c


def pole_cosine(x: Real, b: Real) -> tuple[Real, Real, Real]:
    """(cos, sin, density per unit cos) of the density ~ 1/(1 - b^2 cos^2): both collinear peaks of a charge of speed b.

    cos = tanh(A (2x - 1))/b with A = artanh b; 1 - cos^2 is taken from sech^2, not by subtraction.
    """
    rapidity = np.arctanh(b)
    t = rapidity * (2.0 * x - 1.0)
    e = np.exp(-2.0 * np.abs(t))
    sech2 = 4.0 * e / ((1.0 + e) * (1.0 + e))
    cosine = np.where(t >= 0.0, 1.0, -1.0) * (1.0 - e) / ((1.0 + e) * b)
    sine = np.sqrt(np.maximum(sech2 - (1.0 - b) * (1.0 + b), 0.0)) / b
    return cosine, sine, b / (2.0 * rapidity * sech2)


def pole_density(c: Real, b: Real) -> Real:
    """Density per unit cos of ``pole_cosine`` at cos = c."""
    return b / (2.0 * np.arctanh(b) * (1.0 - b * b * c * c))


def on_shell(mass_squared: Real, p: Real, n: tuple[Real, Real, Real]) -> Four:
    """Four-momentum, GeV, of momentum p along the unit vector n."""
    return np.sqrt(p * p + mass_squared), p * n[0], p * n[1], p * n[2]
