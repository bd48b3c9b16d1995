"""Boosts, and the way between the laboratory and the e+e- rest frame when the beams cross at an angle.

A four-vector is a tuple (E, px, py, pz) of numbers or of arrays of one shape, metric (+,-,-,-), GeV.
The laboratory's z axis is the solenoid's, on the electron's side; both beams are tilted towards +x,
so the boost is tilted by more than either beam. In the e+e- rest frame (``_cms``) the electron goes
along +z.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from darkrecoil.kinematics.vectors import add, from_rest

Number: TypeAlias = float | NDArray[np.float64]
Vector: TypeAlias = tuple[Number, Number, Number, Number]


def beam_momenta(electron: float, positron: float, half_crossing: float, m_e: float) -> tuple[Vector, Vector]:
    """Momenta (E, px, py, pz) of the electron and the positron in the laboratory, GeV, from energies in GeV and an angle in rad.

    Electron (E, p sin h, 0, p cos h), positron (E, p sin h, 0, -p cos h) with p^2 = E^2 - m_e^2: head-on for h = 0.
    """
    p, q = np.sqrt(electron**2 - m_e**2), np.sqrt(positron**2 - m_e**2)
    s, c = np.sin(half_crossing), np.cos(half_crossing)
    return (electron, p * s, 0.0, p * c), (positron, q * s, 0.0, -q * c)


def invariant_mass(p: Vector) -> Number:
    """sqrt(E^2 - |p|^2) in GeV, the shape of the components; 0 where rounding makes a light-like vector space-like."""
    squared: Number = (p[0] - _momentum(p)) * (p[0] + _momentum(p))
    mass: Number = np.sqrt(np.maximum(squared, 0.0))
    return mass


def boost(P: Vector, q: Vector) -> Vector:
    """q, given in the rest frame of P, in the frame in which P is measured, GeV; P must be time-like."""
    return from_rest(P, invariant_mass(P), q)


def unboost(P: Vector, q: Vector) -> Vector:
    """q, given in the frame in which P is measured, in the rest frame of P, GeV: the inverse of ``boost``."""
    return boost((P[0], -P[1], -P[2], -P[3]), q)


def rotate_y(angle: Number, p: Vector) -> Vector:
    """p turned about the y axis by ``angle`` rad, +z towards +x."""
    s, c = np.sin(angle), np.cos(angle)
    return (p[0], c * p[1] + s * p[3], p[2], c * p[3] - s * p[1])


def rotate_x(angle: Number, p: Vector) -> Vector:
    """p turned about the x axis by ``angle`` rad, +z towards +y."""
    s, c = np.sin(angle), np.cos(angle)
    return (p[0], p[1], c * p[2] + s * p[3], c * p[3] - s * p[2])


def electron_axis(electron: Vector, positron: Vector) -> Number:
    """Angle in rad, in (-pi, pi], by which a turn about y takes +z to the electron's direction in the e+e- rest frame.

    Beams in the x-z plane; for others it is the angle of the direction's projection on that plane.
    """
    return _angles(electron, positron)[0]


def to_lab(electron: Vector, positron: Vector, p_cms: Vector) -> Vector:
    """p_cms, given in the e+e- rest frame with the electron along +z, in the frame of the two beam momenta, GeV."""
    turn, lift = _angles(electron, positron)
    return boost(add(electron, positron), rotate_y(turn, rotate_x(lift, p_cms)))


def to_cms(electron: Vector, positron: Vector, p: Vector) -> Vector:
    """p, given in the frame of the two beam momenta, in the e+e- rest frame with the electron along +z, GeV.

    The inverse of ``to_lab`` for beams in any direction, along -z and not balanced too. A direction in
    the x-z plane is turned to +z about y alone; one out of the plane about y and then about x, which,
    unlike the smallest rotation, has no jump near -z. The azimuth that this fixes is a convention.
    """
    turn, lift = _angles(electron, positron)
    return rotate_x(-lift, rotate_y(-turn, unboost(add(electron, positron), p)))


def _angles(electron: Vector, positron: Vector) -> tuple[Number, Number]:
    _, x, y, z = unboost(add(electron, positron), electron)
    turn: Number = np.arctan2(x, z)
    lift: Number = np.arctan2(y, np.hypot(x, z))
    return turn, lift


def _momentum(p: Vector) -> Number:
    length: Number = np.sqrt(p[1] * p[1] + p[2] * p[2] + p[3] * p[3])
    return length
