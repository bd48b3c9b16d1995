"""Quarks and gluons: alpha_s, and R of the continuum to third order in it."""

from functools import lru_cache
from math import log, pi

import numpy as np
from numpy.typing import ArrayLike

from darkrecoil.constants import M_Z
from darkrecoil.records import Floats

ALPHA_S_Z, ALPHA_S_ERROR = 0.1179, 0.0009  # at M_Z, MSbar: PDG 2022, review "Quantum Chromodynamics"
M_CHARM, M_BOTTOM = 1.27, 4.18  # GeV, MSbar at their own scale: PDG 2022, "Quark masses"
ZETA3 = 1.2020569031595942
STEPS = 40  # of a Runge-Kutta step of at most 0.2 in ln mu^2: alpha_s to 1e-7
CHARM_OPEN, BOTTOM_OPEN = 4.7, 11.2  # GeV: above, the continuum with that quark; below, charm is a table and bottom is resonances
NODES = np.linspace(log(0.9), log(100.0), 1500)  # ln mu/GeV
SCALE = 2.0  # the renormalisation scale is varied by this factor both ways


def strong_coupling(mu: ArrayLike, at_z: float = ALPHA_S_Z) -> Floats:
    """alpha_s (n,) at mu, GeV, in the MSbar scheme with the flavours that are lighter than mu; 0.9 to 100 GeV, constant beyond.

    d alpha/d ln mu^2 = -alpha (b0 a + b1 a^2 + b2 a^3), a = alpha/pi, three loops (PDG 2022, "Quantum Chromodynamics", eq. 9.3-9.4),
    matched at mu = m_b, m_c in their MSbar masses by alpha' = alpha (1 + 11/72 a^2) (the same, eq. 9.5). Between NODES of ln mu 1/alpha
    is taken as straight, right to 1e-6.
    """
    return np.asarray(1 / np.interp(np.log(np.asarray(mu, dtype=float)), NODES, _inverse(at_z)))


@lru_cache(maxsize=8)
def _inverse(at_z: float) -> Floats:
    """1/alpha_s at NODES."""
    t, t_b, t_c = 2 * NODES, 2 * log(M_BOTTOM), 2 * log(M_CHARM)
    at_b = _down(_evolved(np.array(at_z), np.array(t_b - 2 * log(M_Z)), 5))
    at_c = _down(_evolved(at_b, np.array(t_c - t_b), 4))
    five = _evolved(np.full_like(t, at_z), np.maximum(t, t_b) - 2 * log(M_Z), 5)
    four = _evolved(np.full_like(t, at_b), np.clip(t, t_c, t_b) - t_b, 4)
    three = _evolved(np.full_like(t, at_c), np.minimum(t, t_c) - t_c, 3)
    return np.asarray(1 / np.where(t > t_b, five, np.where(t > t_c, four, three)))


def _down(alpha: Floats) -> Floats:
    """One flavour less, at the mass of the heaviest."""
    return alpha * (1 + 11 / 72 * (alpha / pi) ** 2)


def _evolved(alpha: Floats, step: Floats, flavours: int) -> Floats:
    """alpha_s after ``step`` in ln mu^2, by the classical Runge-Kutta method."""
    b0 = (33 - 2 * flavours) / 12
    b1 = (153 - 19 * flavours) / 24
    b2 = (77139 - 15099 * flavours + 325 * flavours**2) / 3456

    def slope(value: Floats) -> Floats:
        a = value / pi
        return -value * a * (b0 + a * (b1 + a * b2))

    h = step / STEPS
    for _ in range(STEPS):
        k1 = slope(alpha)
        k2 = slope(alpha + h * k1 / 2)
        k3 = slope(alpha + h * k2 / 2)
        k4 = slope(alpha + h * k3)
        alpha = alpha + h * (k1 + 2 * k2 + 2 * k3 + k4) / 6
    return alpha


def correction(root: Floats, flavours: int, at_z: float = ALPHA_S_Z, scale: float = 1.0) -> Floats:
    """R over its value without gluons, less 1 (n,), for massless quarks, at sqrt(s) = ``root`` GeV.

    a + c2 a^2 + c3 a^3 with a = alpha_s(mu)/pi at mu = scale sqrt(s), c2 = 1.9857 - 0.1152 n, c3 = -6.6369 - 1.2001 n - 0.0052 n^2
    (PDG 2022, "Quantum Chromodynamics", eq. 9.7-9.8), and their dependence on the scale; the term with (sum Q)^2 is left out, at most 1e-4.
    """
    n, t = flavours, 2 * log(scale)
    b0, b1 = (33 - 2 * n) / 12, (153 - 19 * n) / 24
    c2, c3 = 1.9857 - 0.1152 * n, -6.6369 - 1.2001 * n - 0.0052 * n * n
    a = strong_coupling(scale * np.asarray(root, dtype=float), at_z) / pi
    return np.asarray(a + (c2 + b0 * t) * a**2 + (c3 + (2 * c2 * b0 + b1) * t + (b0 * t) ** 2) * a**3)


def uncertainty(root: Floats, flavours: int) -> Floats:
    """The relative error (n,) of 1 + ``correction``: alpha_s by its error, and the scale by SCALE both ways, in quadrature."""
    middle = correction(root, flavours)
    strong = correction(root, flavours, ALPHA_S_Z + ALPHA_S_ERROR) - middle
    ends = [
        np.abs(correction(np.maximum(root, 1.1 * SCALE if scale < 1 else 0.0), flavours, scale=scale) - middle)
        for scale in (1 / SCALE, SCALE)
    ]
    return np.asarray(np.hypot(strong, np.maximum(*ends)) / (1 + middle))
