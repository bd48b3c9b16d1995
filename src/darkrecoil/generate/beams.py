"""Beams as kernels see them: each attempt's own energies, its s, and the way from the e+e- frame to the laboratory."""

import numpy as np
from numpy.typing import NDArray

from darkrecoil.constants import M_E
from darkrecoil.kinematics.phase_space import TWO_PI
from darkrecoil.kinematics.vectors import Four, Real, from_rest
from darkrecoil.records import Beams

Frame = tuple[Real, Real, Real, Real, Real, Real]


def numbers(beams: Beams) -> NDArray[np.float64]:
    """(6,): E- and E+ (GeV), sin and cos of half the crossing angle, spreads of E- and E+ (GeV)."""
    half = beams.half_crossing
    values = [beams.electron, beams.positron, np.sin(half), np.cos(half), beams.spread_electron, beams.spread_positron]
    return np.array(values, dtype=np.float64)


def head_on(sqrt_s: float) -> Beams:
    """The centre-of-mass frame of two beams of equal energy, e- along +z, without spread."""
    return Beams("centre of mass", sqrt_s / 2, sqrt_s / 2)


def energies(u: Real, v: Real, beams: NDArray[np.float64]) -> tuple[Real, Real]:
    """Energies of e- and e+, GeV: Gaussian by Box and Muller from two uniforms."""
    r, phi = np.sqrt(-2.0 * np.log(u)), TWO_PI * v
    return beams[0] + beams[4] * r * np.cos(phi), beams[1] + beams[5] * r * np.sin(phi)


def frame(electron: Real, positron: Real, sine: Real, cosine: Real) -> Frame:
    """(sqrt s, E, px, pz of the e+e- system, cosine and sine of the electron's axis in the e+e- frame), GeV.

    In the e+e- frame the electron stays in the x-z plane, turned about y from +z by the angle returned.
    """
    p1 = np.sqrt((electron - M_E) * (electron + M_E))
    p2 = np.sqrt((positron - M_E) * (positron + M_E))
    e, x, z = electron + positron, (p1 + p2) * sine, (p1 - p2) * cosine
    root = np.sqrt(e * e - x * x - z * z)
    g = (electron + (e * electron - x * p1 * sine - z * p1 * cosine) / root) / (root + e)
    qx, qz = p1 * sine - g * x, p1 * cosine - g * z
    size = np.sqrt(qx * qx + qz * qz)
    return root, e, x, z, qz / size, qx / size


def to_laboratory(p: Four, there: Frame) -> Four:
    """p, GeV, from the e+e- frame with e- along +z to the laboratory: turn about y, then boost."""
    root, e, x, z, c, s = there
    return from_rest((e, x, 0.0 * e, z), root, (p[0], c * p[1] + s * p[3], p[2], c * p[3] - s * p[1]))
