"""The resolutions of a track: transverse momentum, angles, impact parameters."""

import numpy as np

from darkrecoil.detector.finding import pick
from darkrecoil.detector.layout import CDC, D0, DIRECTION, LEVER, MOMENTUM, RADIUS_RESOLUTION, SCATTERING, Z0
from darkrecoil.detector.smear import Real
from darkrecoil.records import Floats


def pt_resolution(pt: Real, beta: Real, slope: Real, constant: Real) -> Real:
    """sigma(pT)/pT = slope pT (+) constant/beta, pT in GeV: lever arm and multiple scattering."""
    sigma: Real = np.sqrt(slope * pt * slope * pt + constant / beta * constant / beta)
    return sigma


def lever_factor(radius: Real, z: Real, sine: Real, cosine: Real, card: Floats) -> Real:
    """How much worse the curvature of a short track is measured: 1 + f ((R/L)^2 - 1), L the transverse length within the chamber.

    (R/L)^2 at a given number of points: R. L. Gluckstern, Nucl. Instrum. Meth. 24 (1963) 381; f is the card's ``lever_arm``. L ends
    at the chamber's mantle or end, along a straight line, begins where the particle is made, and is at least 1 cm.
    """
    end = np.where(cosine > 0.0, card[CDC + 2], card[CDC + 1])
    steep = np.where(cosine > 0.0, np.maximum(cosine, 1e-6), np.minimum(cosine, -1e-6))
    to_end, to_mantle = (end - z) * sine / steep, card[CDC] - radius
    length = np.where(to_end < to_mantle, to_end, to_mantle)
    ratio = card[CDC] / np.where(length > 1.0, length, 1.0)
    factor: Real = 1.0 + card[LEVER] * np.where(ratio > 1.0, ratio * ratio - 1.0, 0.0)
    return factor


def momentum_sigma(pt: Real, beta: Real, lever: Real, card: Floats) -> Real:
    """sigma(pT)/pT of a track with that ``lever_factor``."""
    return pt_resolution(pt, beta, card[MOMENTUM] * lever, card[MOMENTUM + 1])


def angle_sigma(p: Real, beta: Real, sine: Real, card: Floats, which: int) -> Real:
    """The resolution, rad, of theta (``which`` 0) or phi (1): constant (+) scattering/(p beta sqrt(sin theta))."""
    scattered = card[SCATTERING + which] / (p * beta * np.sqrt(sine))
    sigma: Real = np.sqrt(card[DIRECTION + which] * card[DIRECTION + which] + scattered * scattered)
    return sigma


def impact_sigma(p: Real, beta: Real, sine: Real, where: Real, card: Floats) -> tuple[Real, Real]:
    """The resolutions, cm, of d0 and z0: a (+) b/(p beta sin^(3/2)), sin^(5/2) for z0; times the factor of the region of production."""
    r = RADIUS_RESOLUTION
    factor = pick(where, card[r], card[r + 1], card[r + 2], card[r + 3])
    inverse = 1.0 / (p * beta * sine * np.sqrt(sine))
    d, z = card[D0 + 1] * inverse, card[Z0 + 1] * inverse / sine
    return factor * np.sqrt(card[D0] * card[D0] + d * d), factor * np.sqrt(card[Z0] * card[Z0] + z * z)
