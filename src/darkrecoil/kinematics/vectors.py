"""Four-vectors as tuples (E, px, py, pz) of numbers or of arrays, metric (+,-,-,-): straight-line code for kernels."""

from typing import Any

import numpy as np

Real = Any  # a number, or an array of them: the same text serves both
Four = tuple[Real, Real, Real, Real]


def dot(p: Four, q: Four) -> Real:
    """Minkowski product, GeV^2."""
    return p[0] * q[0] - p[1] * q[1] - p[2] * q[2] - p[3] * q[3]


def add(p: Four, q: Four) -> Four:
    """Sum, GeV."""
    return p[0] + q[0], p[1] + q[1], p[2] + q[2], p[3] + q[3]


def subtract(p: Four, q: Four) -> Four:
    """Difference p - q, GeV."""
    return p[0] - q[0], p[1] - q[1], p[2] - q[2], p[3] - q[3]


def negative(p: Four) -> Four:
    """-p, GeV: an outgoing momentum as an incoming one."""
    return -p[0], -p[1], -p[2], -p[3]


def from_rest(total: Four, mass: Real, q: Four) -> Four:
    """q, GeV, from the rest frame of ``total`` (invariant mass ``mass``) to the frame in which total is given.

    E = (P.q)_Euclid / M, p = q + P (q0 + E)/(M + P0); stable for slow and fast P alike.
    """
    energy = (total[0] * q[0] + total[1] * q[1] + total[2] * q[2] + total[3] * q[3]) / mass
    g = (q[0] + energy) / (mass + total[0])
    return energy, q[1] + g * total[1], q[2] + g * total[2], q[3] + g * total[3]


def turned(axis: tuple[Real, Real, Real], c: Real, s: Real, phi: Real) -> tuple[Real, Real, Real]:
    """The unit vector at angle (cos c, sin s) and azimuth phi about the unit vector ``axis``.

    The basis is that of Duff et al., J. Comput. Graph. Tech. 6 (2017) 1, without a singular direction.
    """
    x, y, z = axis
    sign = np.where(z >= 0.0, 1.0, -1.0)
    a = -1.0 / (sign + z)
    b = x * y * a
    u, v = s * np.cos(phi), s * np.sin(phi)
    return (
        c * x + u * (1.0 + sign * x * x * a) + v * b,
        c * y + u * sign * b + v * (sign + y * y * a),
        c * z - u * sign * x - v * y,
    )
