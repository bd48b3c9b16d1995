"""Where a straight line leaves a cylinder: the way of a photon to the calorimeter."""

import numpy as np

from darkrecoil.detector.smear import Flag, Real

TINY = 1e-30  # keeps a line along the axis, or across it, finite


def within(x: Real, y: Real, z: Real, radius: float, back: float, front: float) -> Flag:
    """Whether a point, cm, lies in the cylinder about the z axis of that radius from ``back`` to ``front``."""
    return (x * x + y * y < radius * radius) & (z > back) & (z < front)


def to_surface(x: Real, y: Real, z: Real, ux: Real, uy: Real, uz: Real, radius: float, back: float, front: float) -> Real:
    """The distance, cm, from a point inside that cylinder to its surface along the unit vector u: mantle or end, the nearer one.

    Mantle: |(x + d u)_T| = radius. Its root is written so that it loses no digits for either sign of x u.
    """
    along, across = x * ux + y * uy, ux * ux + uy * uy
    left = radius * radius - x * x - y * y
    root = np.sqrt(along * along + across * left)
    mantle = np.where(along >= 0.0, left / (along + root + TINY), (root - along) / (across + TINY))
    end = np.where(uz > 0.0, front - z, back - z) / np.where(np.abs(uz) > 1e-15, uz, 1e-15 * np.where(uz > 0.0, 1.0, -1.0))
    return np.where(mantle < end, mantle, end)
