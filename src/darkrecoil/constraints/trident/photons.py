"""Equivalent photons of a nucleus at rest, coherent, as a fast neutrino sees them."""

from math import pi

import numpy as np

from darkrecoil.constants import ALPHA_0
from darkrecoil.records import Floats

FERMI_GEV = 5.067730717  # GeV^-1 in 1 fm; 1/(hbar c)
Z_IRON, A_IRON = 26, 55.845


def form_factor(q: Floats, nucleons: float = A_IRON) -> Floats:
    """The charge form factor of a nucleus, 1 at q = 0, at momentum transfers in GeV: R. H. Helm's, Phys. Rev. 104 (1956) 1466.

    3 j1(q R)/(q R) exp(-(q s)^2/2), R^2 = c^2 + 7 pi^2 a^2/3 - 5 s^2, c = 1.23 A^(1/3) - 0.60 fm, a = 0.52, s = 0.9 fm: J. D. Lewin,
    P. F. Smith, Astropart. Phys. 6 (1996) 87, eqs. (4.10), (4.11).
    """
    c, a, s = 1.23 * nucleons ** (1 / 3) - 0.60, 0.52, 0.9
    radius = np.sqrt(c**2 + 7 * pi**2 * a**2 / 3 - 5 * s**2) * FERMI_GEV
    x = np.maximum(q * radius, 1e-3)
    found: Floats = 3 * (np.sin(x) - x * np.cos(x)) / x**3 * np.exp(-((q * s * FERMI_GEV) ** 2) / 2)
    return found


def flux(s: Floats, energy: float, charge: int = Z_IRON, nucleons: float = A_IRON) -> Floats:
    """s dn/ds of photons, dimensionless, with s = (k_nu + q)^2 in GeV^2 for a neutrino of that energy (GeV).

    (Z^2 alpha/pi) int dQ^2/Q^2 (1 - Q_min^2/Q^2) F^2(Q^2), Q_min = s/(2 E): V. M. Budnev et al., Phys. Rept. 15 (1975) 181, eq. (D.7).
    """
    least = np.maximum(s / (2 * energy), 1e-12)
    t, weights = np.polynomial.legendre.leggauss(64)
    high = 1.5  # GeV: the form factor is gone
    span = np.maximum(np.log(high / least), 0.0) / 2
    q = least[..., None] * np.exp(span[..., None] * (t + 1))
    integrand = 2 * (1 - (least[..., None] / q) ** 2) * form_factor(q, nucleons) ** 2
    found: Floats = charge**2 * ALPHA_0 / pi * span * np.sum(weights * integrand, axis=-1)
    return found
