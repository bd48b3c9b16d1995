"""Whether a track is found: acceptance, efficiency in transverse momentum, polar angle and radius of production, curlers."""

import numpy as np

from darkrecoil.detector.identification import steps
from darkrecoil.detector.layout import ACCEPTANCE, CDC, CURL, EFFICIENCY, RADIUS, RADIUS_EFFICIENCY, THETA_EFFICIENCY
from darkrecoil.detector.smear import Flag, Real
from darkrecoil.records import Floats


def pick(bin_number: Real, first: Real, second: Real, third: Real, fourth: Real) -> Real:
    """One of four numbers by 0, 1, 2, 3."""
    return np.where(bin_number < 1.5, np.where(bin_number < 0.5, first, second), np.where(bin_number < 2.5, third, fourth))


def efficiency(pt: Real, card: Floats) -> Real:
    """The probability to find a track of transverse momentum pt, GeV, in the best polar angles: a step function."""
    upper = np.where(pt < card[EFFICIENCY + 2], card[EFFICIENCY + 5], card[EFFICIENCY + 6])
    lower: Real = np.where(pt < card[EFFICIENCY], card[EFFICIENCY + 3], card[EFFICIENCY + 4])
    return np.where(pt < card[EFFICIENCY + 1], lower, upper)


def theta_factor(cos_theta: Real, card: Floats) -> Real:
    """The factor on the efficiency at a polar angle: a step function; the edges stand as cosines, falling."""
    e = THETA_EFFICIENCY
    return pick(steps(-cos_theta, -card[e], -card[e + 1], -card[e + 2]), card[e + 3], card[e + 4], card[e + 5], card[e + 6])


def ring(radius: Real, z: Real, card: Floats) -> Real:
    """The region, 0 to 3, of a production point by its distance from the axis, cm; 3 beyond the chamber's ends."""
    inside = (z > card[CDC + 1]) & (z < card[CDC + 2])
    return np.where(inside, steps(radius, card[RADIUS], card[RADIUS + 1], card[RADIUS + 2]), 3.0)


def radius_factor(where: Real, card: Floats) -> Real:
    """The factor on the efficiency of a track made in that region."""
    e = RADIUS_EFFICIENCY
    return pick(where, card[e], card[e + 1], card[e + 2], card[e + 3])


def accepted(cos_theta: Real, farthest: Real, card: Floats) -> Flag:
    """Whether a track lies within the polar angles and comes as far from the axis, cm, as a track must."""
    inside: Flag = (cos_theta < card[ACCEPTANCE]) & (cos_theta > card[ACCEPTANCE + 1]) & (farthest > card[CURL])
    return inside
