"""The calorimeter: its regions in polar angle and its resolution in energy and direction."""

from math import asinh, log, sqrt

import numpy as np

from darkrecoil.detector.smear import Flag, Real
from darkrecoil.records import Floats


def region(cos_theta: Real, edges: Floats, start: int) -> tuple[Flag, Flag, Flag]:
    """Whether a direction points to the forward, barrel and backward part; in a gap or outside, to none.

    ``edges[start]`` to ``edges[start + 5]`` are the cosines of the six edges, falling.
    """
    forward = (cos_theta < edges[start]) & (cos_theta > edges[start + 1])
    barrel = (cos_theta < edges[start + 2]) & (cos_theta > edges[start + 3])
    backward = (cos_theta < edges[start + 4]) & (cos_theta > edges[start + 5])
    return forward, barrel, backward


def by_region(forward: Flag, barrel: Flag, in_forward: Real, in_barrel: Real, in_backward: Real) -> Real:
    """The number of the region; the backward one where neither flag is set."""
    return np.where(forward, in_forward, np.where(barrel, in_barrel, in_backward))


def polynomial(energy: Real, p0: Real, p1: Real, p2: Real, p3: Real) -> Real:
    """p0/E + p1/sqrt(E) + p2/E^(1/4) + p3 for E in GeV, in the unit of the coefficients, at least 0.

    Belle II, basf2 ECLCovarianceMatrixModule.cc; a fit to simulation, to be used above 0.022 GeV.
    """
    root = np.sqrt(energy)
    sigma = p0 / energy + p1 / root + p2 / np.sqrt(root) + p3
    return np.where(sigma > 0.0, sigma, 0.0)


def resolution(energy: Real, forward: Flag, barrel: Flag, lowest: Real, card: Floats, start: int) -> Real:
    """The resolution of the region at an energy in GeV, frozen below ``lowest``: sigma_E/E, or an angle in rad.

    The coefficients of forward, barrel and backward stand in ``card`` from ``start`` on, four each.
    """
    p0 = by_region(forward, barrel, card[start], card[start + 4], card[start + 8])
    p1 = by_region(forward, barrel, card[start + 1], card[start + 5], card[start + 9])
    p2 = by_region(forward, barrel, card[start + 2], card[start + 6], card[start + 10])
    p3 = by_region(forward, barrel, card[start + 3], card[start + 7], card[start + 11])
    return polynomial(np.where(energy > lowest, energy, lowest), p0, p1, p2, p3)


def logarithmic_width(tail: float) -> float:
    """The width of the logarithm of an energy with that tail: asinh(tail sqrt(ln 4))/sqrt(ln 4), which is ``tail`` for a small one.

    H. Ikeda et al., Nucl. Instrum. Meth. A 441 (2000) 401, eq. 5 (logarithmic Gaussian): the full width at half maximum is then
    2.355 sigma whatever the tail.
    """
    return asinh(tail * sqrt(log(4))) / sqrt(log(4))


def skewed(g: Real, tail: Real, width: Real) -> Real:
    """A number of the logarithmic Gaussian of mode 0 and full width 2.355, with a tail to the left, from a normal one; g for no tail.

    (1 - exp(w^2 - w g))/tail: the density exp(-ln^2(1 - tail x)/(2 w^2)) of that reference, exactly, since y = ln(1 - tail x) has
    the density exp(-y^2/(2 w^2) + y). Never above 1/tail.
    """
    some = np.where(tail > 0.0, tail, 1.0)
    return np.where(tail > 0.0, (1.0 - np.exp(width * width - width * g)) / some, g)
