"""Dirac spinors, polarisations and currents in the chiral basis, as tuples of complex numbers.

A spinor is (left, right), each of two components; gamma^mu is off-diagonal with sigma^mu and sigmabar^mu
(Peskin and Schroeder eq. 3.25). Helicity spinors follow eq. 3.50: u(p, h) = (sqrt(p.sigma) xi, sqrt(p.sigmabar) xi).
Everything is straight-line code; sqrt(E - |p|) is m/sqrt(E + |p|), never a difference.
"""

from typing import Any

import numpy as np

from darkrecoil.kinematics.vectors import Four, Real

Spinor = tuple[Any, Any, Any, Any]
TINY = 1e-300


def _weyl(p: Four) -> tuple[Real, Real, Any]:
    """|p| and the two components (a, z) of the positive-helicity two-spinor; a spinor along -z is (0, 1)."""
    pt2 = p[1] * p[1] + p[2] * p[2] + TINY
    size = np.sqrt(pt2 + p[3] * p[3])
    light = np.where(p[3] > 0.0, size + p[3], pt2 / (size - np.minimum(p[3], 0.0)))
    norm = 1.0 / np.sqrt(2.0 * size * light)
    return size, norm * light, norm * ((p[1] + 1e-150) + 1j * p[2])


def _conjugate(z: Any) -> Any:
    return z.real - 1j * z.imag


def kets(p: Four, m: Real) -> tuple[Spinor, Spinor]:
    """u(p, +) and u(p, -) of a fermion of mass m, sqrt(GeV)."""
    size, a, z = _weyl(p)
    high = np.sqrt(p[0] + size)
    low = m / high
    w = _conjugate(z)
    return (low * a + 0j, low * z, high * a + 0j, high * z), (-high * w, high * a + 0j, -low * w, low * a + 0j)


def antikets(p: Four, m: Real) -> tuple[Spinor, Spinor]:
    """v(p, +) and v(p, -) of an antifermion of mass m, sqrt(GeV)."""
    size, a, z = _weyl(p)
    high = np.sqrt(p[0] + size)
    low = m / high
    w = _conjugate(z)
    return (-high * w, high * a + 0j, low * w, -low * a + 0j), (low * a + 0j, low * z, -high * a + 0j, -high * z)


def bar(w: Spinor) -> Spinor:
    """The Dirac adjoint, w^dagger gamma^0."""
    return _conjugate(w[2]), _conjugate(w[3]), _conjugate(w[0]), _conjugate(w[1])


def slash(a: tuple[Any, Any, Any, Any], w: Spinor) -> Spinor:
    """a_mu gamma^mu w."""
    am, ap = a[1] - 1j * a[2], a[1] + 1j * a[2]
    return (
        (a[0] - a[3]) * w[2] - am * w[3],
        (a[0] + a[3]) * w[3] - ap * w[2],
        (a[0] + a[3]) * w[0] + am * w[1],
        ap * w[0] + (a[0] - a[3]) * w[1],
    )


def slash_bar(w: Spinor, a: tuple[Any, Any, Any, Any]) -> Spinor:
    """wbar a_mu gamma^mu, a row."""
    am, ap = a[1] - 1j * a[2], a[1] + 1j * a[2]
    return (
        w[2] * (a[0] + a[3]) + w[3] * ap,
        w[2] * am + w[3] * (a[0] - a[3]),
        w[0] * (a[0] - a[3]) - w[1] * ap,
        w[1] * (a[0] + a[3]) - w[0] * am,
    )


def current(b: Spinor, k: Spinor) -> tuple[Any, Any, Any, Any]:
    """bbar gamma^mu k, contravariant."""
    l0, l1, l2, l3 = b[0] * k[2], b[0] * k[3], b[1] * k[2], b[1] * k[3]
    r0, r1, r2, r3 = b[2] * k[0], b[2] * k[1], b[3] * k[0], b[3] * k[1]
    return l0 + l3 + r0 + r3, l1 + l2 - r1 - r2, 1j * (l2 - l1 - r2 + r1), l0 - l3 - r0 + r3


def absorbed(k: Spinor, momentum: Four, m: Real, boson: tuple[Any, Any, Any, Any], propagator: Real) -> Spinor:
    """(pslash + m) bosonslash k * propagator: the line after it met the boson; ``momentum`` is that of the line then."""
    w = slash(boson, k)
    v = slash(momentum, w)
    return (
        propagator * (v[0] + m * w[0]),
        propagator * (v[1] + m * w[1]),
        propagator * (v[2] + m * w[2]),
        propagator * (v[3] + m * w[3]),
    )


def emitted(b: Spinor, momentum: Four, m: Real, boson: tuple[Any, Any, Any, Any], propagator: Real) -> Spinor:
    """bbar bosonslash (pslash + m) * propagator, a row: the line before the boson; ``momentum`` is that of the line then."""
    w = slash_bar(b, boson)
    v = slash_bar(w, momentum)
    return (
        propagator * (v[0] + m * w[0]),
        propagator * (v[1] + m * w[1]),
        propagator * (v[2] + m * w[2]),
        propagator * (v[3] + m * w[3]),
    )


def polarisations(k: Four) -> tuple[Four, Four]:
    """Two real linear polarisation vectors, transverse to k: in the plane of k and z, and normal to it."""
    kt = np.sqrt(k[1] * k[1] + k[2] * k[2] + TINY)
    size = np.sqrt(kt * kt + k[3] * k[3])
    c, s, x, y = k[3] / size, kt / size, k[1] / kt, k[2] / kt
    return (0.0 * c, c * x, c * y, -s), (0.0 * c, -y, x, 0.0 * c)


def longitudinal(k: Four, mass: Real) -> Four:
    """The longitudinal polarisation vector (|k|, E k/|k|)/M of a massive vector."""
    size = np.sqrt(k[1] * k[1] + k[2] * k[2] + k[3] * k[3] + TINY)
    g = k[0] / (mass * size)
    return size / mass, g * k[1], g * k[2], g * k[3]


def contract(a: tuple[Any, Any, Any, Any], b: tuple[Any, Any, Any, Any]) -> Any:
    """a_mu b^mu."""
    return a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3]


def plus(a: tuple[Any, Any, Any, Any], b: tuple[Any, Any, Any, Any]) -> tuple[Any, Any, Any, Any]:
    """a + b, component by component."""
    return a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]


def norm(z: Any) -> Real:
    """|z|^2."""
    return z.real * z.real + z.imag * z.imag
