"""The helix of a charged particle in the solenoid: where it passes the axis, and where it meets the calorimeter.

Transverse plane, field along +z: a positive particle turns clockwise. rho is the signed curvature, 1/cm; d the signed distance of
closest approach to the z axis, positive where the axis lies to the left of the flight; s the transverse path from there. From the
circle's centre, as V. Karimaki, Nucl. Instrum. Meth. A 410 (1998) 284, in a form that holds for a straight line too.
"""

import numpy as np

from darkrecoil.detector.smear import Flag, Real

PER_TESLA = 0.00299792458  # GeV/(T cm)
STRAIGHT = 1e-12  # 1/cm, the least curvature: a sagitta of 1e-8 cm in 3 m
TURNS = 1e4  # rad, where a curling track is given up; the branch-free sine is good to 1e5


def curvature(charge: Real, pt: Real, field: Real) -> Real:
    """The signed curvature, 1/cm, of a charge at a transverse momentum in GeV and a field in T; never 0."""
    size = PER_TESLA * field / pt
    return charge * np.where(size > STRAIGHT, size, STRAIGHT)


def perigee(x: Real, y: Real, z: Real, c: Real, s: Real, slope: Real, rho: Real) -> tuple[Real, Real, Real, Real, Real]:
    """(d, z0, cos phi0, sin phi0, path) at the closest approach to the axis of a helix through (x, y, z) with direction (c, s). cm.

    ``slope`` is pz/pT. A = 2 D + rho r^2 with D = x s - y c, U = sqrt(1 + rho A), d = A/(1 + U); ``path`` leads to the point.
    """
    across, along = x * s - y * c, x * c + y * s
    a = 2.0 * across + rho * (x * x + y * y)
    u = np.sqrt(np.where(1.0 + rho * a > 1e-12, 1.0 + rho * a, 1e-12))
    path = np.arctan2(rho * along, 1.0 + rho * across) / rho
    return a / (1.0 + u), z - slope * path, (c - rho * y) / u, (s + rho * x) / u, path


def place(d: Real, c: Real, s: Real, rho: Real, path: Real) -> tuple[Real, Real]:
    """(x, y), cm, after a path from the closest approach, where the direction is (c, s)."""
    half = 0.5 * rho * path
    chord, turn_c, turn_s = 2.0 / rho * np.sin(half), np.cos(half), np.sin(half)
    return d * s + chord * (c * turn_c + s * turn_s), chord * (s * turn_c - c * turn_s) - d * c


def farthest(d: Real, rho: Real) -> Real:
    """The largest distance from the axis, cm, that the circle reaches."""
    size: Real = np.abs(d + 2.0 / rho)
    return size


def to_cylinder(d: Real, rho: Real, radius: Real) -> tuple[Flag, Real]:
    """Whether the circle reaches that radius, cm, and the path from the closest approach: r^2 = d^2 + (1 + rho d) chord^2."""
    square = 0.25 * rho * rho * (radius * radius - d * d) / np.where(1.0 + rho * d > 1e-12, 1.0 + rho * d, 1e-12)
    reached = (square < 1.0) & (square > 0.0)
    safe = np.where(reached, square, 0.5)
    return reached, 2.0 * np.arctan2(np.sqrt(safe), np.sqrt(1.0 - safe)) / np.abs(rho)


def entry(
    d: Real, z0: Real, c: Real, s: Real, slope: Real, rho: Real, radius: Real, back: Real, front: Real
) -> tuple[Real, Real, Real, Flag]:
    """(x, y, z), cm, where a helix leaves a cylinder about the axis, and whether through the mantle."""
    reached, path = to_cylinder(d, rho, radius)
    z = z0 + slope * path
    mantle = reached & (z > back) & (z < front)
    end = np.where(slope > 0.0, front, back)
    steep = np.where(slope > 0.0, np.maximum(slope, 1e-9), np.minimum(slope, -1e-9))
    most = TURNS / np.abs(rho)
    far = (end - z0) / steep
    path = np.where(mantle, path, np.where(far < most, far, most))
    x, y = place(d, c, s, rho, path)
    return x, y, np.where(mantle, z, end), mantle
