"""The one-dimensional maps of phase space: uniform x to a value, and the value's density. Straight-line scalar code.

Each map has two functions: ``*_value(x, ...)`` and ``*_density(value, ...)``, the inverse of the first one's derivative.
Differences of nearly equal numbers are avoided: what is mapped is the distance from a pole or from an edge.
"""

import numpy as np

from darkrecoil.kinematics.vectors import Real

SMALL = 0.05  # below, exp(y) - 1 by its series to the ninth order: relative error 1e-16


def log_one_plus(r: Real) -> Real:
    """ln(1 + r) for r > -1/2 without the loss of r's digits in 1 + r."""
    u = 1.0 + r
    return np.log(u) + (r - (u - 1.0)) / u


def exp_minus_one(y: Real) -> Real:
    """exp(y) - 1 for y >= 0, relative error below 1e-14."""
    z = np.minimum(y, SMALL)
    series = 1.0 + z / 9.0
    series = 1.0 + z / 8.0 * series
    series = 1.0 + z / 7.0 * series
    series = 1.0 + z / 6.0 * series
    series = 1.0 + z / 5.0 * series
    series = 1.0 + z / 4.0 * series
    series = 1.0 + z / 3.0 * series
    series = z * (1.0 + z / 2.0 * series)
    return np.where(y < SMALL, series, np.exp(y) - 1.0)


def mass_range(around: Real, low: Real, high: Real, inside: tuple[Real, Real], beside: tuple[Real, Real], cut: Real) -> tuple[Real, Real]:
    """Range of a cluster's mass^2: (low + masses inside)^2 to (mass around - high - masses beside)^2, at most cut times around^2.

    around, inside and beside are squared masses. The cut is 1, or 1 - 2 k/sqrt s for what a system of mass M leaves behind when it
    emits a photon of at least k in the e+e- frame: E + p of the system is at most sqrt s, so k is at least k M/sqrt s in its own.
    """
    least = low + np.sqrt(np.maximum(inside[0], 0.0)) + np.sqrt(np.maximum(inside[1], 0.0))
    most = np.sqrt(around) - high - np.sqrt(np.maximum(beside[0], 0.0)) - np.sqrt(np.maximum(beside[1], 0.0))
    most = np.maximum(most, 0.0)
    return least * least, np.minimum(most * most, around * cut)


def log_value(x: Real, low: Real, high: Real, above: Real) -> Real:
    """s between low and high, flat in ln(s - low + above); ``above`` is the distance of the pole below low."""
    return low + above * exp_minus_one(x * log_one_plus((high - low) / above))


def log_density(s: Real, low: Real, high: Real, above: Real) -> Real:
    """Density per unit s of ``log_value``."""
    return 1.0 / ((s - low + above) * log_one_plus((high - low) / above))


def resonance_value(x: Real, low: Real, high: Real, m2: Real, width: Real) -> Real:
    """s between low and high with the density of a Breit-Wigner of mass^2 m2; ``width`` is mass times width, GeV^2.

    By the addition theorem of the tangent from the lower edge, so that nothing is lost in a tail far from the peak.
    """
    a = (low - m2) / width
    angle = x * resonance_angle(low, high, m2, width)
    sine, cosine = np.sin(angle), np.cos(angle)
    return m2 + width * (a * cosine + sine) / (cosine - a * sine)


def resonance_angle(low: Real, high: Real, m2: Real, width: Real) -> Real:
    """arctan((high - m2)/width) - arctan((low - m2)/width), between 0 and pi."""
    a, b = (low - m2) / width, (high - m2) / width
    return np.arctan2(b - a, 1.0 + a * b)


def resonance_density(s: Real, low: Real, high: Real, m2: Real, width: Real) -> Real:
    """Density per unit s of ``resonance_value``."""
    y = s - m2
    return width / ((y * y + width * width) * resonance_angle(low, high, m2, width))


def recoil_value(x: Real, low: Real, high: Real, parent: Real) -> Real:
    """s of a system that recoils against a photon, flat in ln(k/s), k = (parent - s)/(2 sqrt(parent)): soft pole and 1/s."""
    first, last = np.log((parent - low) / low), np.log((parent - high) / high)
    return parent / (1.0 + np.exp(first + x * (last - first)))


def recoil_density(s: Real, low: Real, high: Real, parent: Real) -> Real:
    """Density per unit s of ``recoil_value``."""
    first, last = np.log((parent - low) / low), np.log((parent - high) / high)
    return parent / ((parent - s) * s * (first - last))


def soft_value(x: Real, low: Real, high: Real, parent: Real) -> Real:
    """s of a system that recoils against a photon, flat in ln k: the soft pole alone."""
    return parent - (parent - low) * np.exp(x * np.log((parent - high) / (parent - low)))


def soft_density(s: Real, low: Real, high: Real, parent: Real) -> Real:
    """Density per unit s of ``soft_value``."""
    return 1.0 / ((parent - s) * np.log((parent - low) / (parent - high)))


def pole_value(x: Real, ratio: Real) -> Real:
    """1 - cos of the density ~ 1/(A - cos) for ratio = 2/(A - 1): full relative precision at small angles."""
    return np.minimum(2.0 / ratio * exp_minus_one(x * log_one_plus(ratio)), 2.0)


def two_poles_value(x: Real, ratio: Real) -> Real:
    """1 - |cos| of the density ~ 1/(A^2 - cos^2) for ratio = 2/(A - 1), from x in (0, 1) with the pole at x = 1."""
    e = exp_minus_one(x * log_one_plus(ratio))
    return np.minimum(np.maximum((2.0 - 2.0 / ratio * e) / (2.0 + e), 0.0), 1.0)
