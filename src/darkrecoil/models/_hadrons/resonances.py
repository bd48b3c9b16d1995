"""Vector mesons as numbers, and the line shapes that they have in e+e- -> hadrons.

Masses, widths and branching fractions: PDG 2022, meson listings, unless a line says otherwise; the fits of excited states, which no
two analyses agree on, are those that the channel's docstring names (exclusive.py).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from darkrecoil.constants import ALPHA_0, M_PI
from darkrecoil.records import Floats

Complex = Any  # an array of complex numbers, or one


@dataclass(frozen=True)
class Narrow:
    """A vector meson: mass, total width, width to e+e-, GeV; the share that is hadrons, and the relative error of Gamma_ee."""

    name: str
    mass: float
    width: float
    electrons: float
    hadrons: float = 1.0
    error: float = 0.02

    @property
    def peak(self) -> float:
        """R at the maximum, all final states: 9 B_ee/alpha^2."""
        return 9.0 * self.electrons / self.width / ALPHA_0**2


KEV, MEV = 1e-6, 1e-3  # in GeV
OMEGA = Narrow("omega(782)", 0.78266, 8.68 * MEV, 7.38e-5 * 8.68 * MEV, error=0.03)
PHI = Narrow("phi(1020)", 1.019461, 4.249 * MEV, 2.979e-4 * 4.249 * MEV, error=0.011)
CHARMONIA = (
    Narrow("J/psi(1S)", 3.096900, 92.6 * KEV, 5.53 * KEV, 0.877, 0.018),
    Narrow("psi(2S)", 3.686097, 294 * KEV, 2.33 * KEV, 0.9785, 0.017),
)
OPEN_CHARM = (  # PDG 2022; Gamma_ee of the broad ones is the PDG's estimate, their interference with each other and the continuum left out
    Narrow("psi(3770)", 3.7737, 27.2 * MEV, 0.262 * KEV, error=0.07),
    Narrow("psi(4040)", 4.039, 80 * MEV, 0.86 * KEV, error=0.08),
    Narrow("psi(4160)", 4.191, 70 * MEV, 0.48 * KEV, error=0.46),
    Narrow("psi(4415)", 4.421, 62 * MEV, 0.58 * KEV, error=0.12),
)
BOTTOMONIA = (
    Narrow("Y(1S)", 9.46030, 54.02 * KEV, 1.340 * KEV, 0.926, 0.013),
    Narrow("Y(2S)", 10.02326, 31.98 * KEV, 0.612 * KEV, 0.942, 0.018),
    Narrow("Y(3S)", 10.3552, 20.32 * KEV, 0.443 * KEV, 0.935, 0.018),
)
OPEN_BOTTOM = (
    Narrow("Y(4S)", 10.5794, 20.5 * MEV, 0.272 * KEV, error=0.11),
    Narrow("Y(10860)", 10.8852, 37 * MEV, 0.31 * KEV, error=0.23),
    Narrow("Y(11020)", 11.000, 24 * MEV, 0.130 * KEV, error=0.23),
)


def lorentzian(s: Floats, some: Narrow) -> Floats:
    """R (n,) of a resonance alone, all final states: 9 B_ee/alpha^2 M^2 Gamma^2/((s - M^2)^2 + M^2 Gamma^2), s in GeV^2.

    sigma(e+e- -> V) = (12 pi/M^2) Gamma_ee Gamma/((...)) M^2 over 4 pi alpha^2/(3 s), s/M^2 taken as 1 (PDG review "Resonances"). Its
    integral over the mass is 9 pi Gamma_ee/(2 alpha^2).
    """
    square = (some.mass * some.width) ** 2
    return some.peak * square / ((s - some.mass**2) ** 2 + square)


def breit_wigner(s: Floats, mass: float, width: float | Floats) -> Complex:
    """M^2/(M^2 - s - i M Gamma) (n,), complex, where Gamma may depend on s."""
    return mass**2 / (mass**2 - s - 1j * mass * width)


def momentum(s: Floats, m: float) -> Floats:
    """The momentum (n,), GeV, of either of two particles of mass m in their rest frame; 0 below threshold."""
    return np.sqrt(np.maximum(s / 4 - m * m, 0.0))


def gounaris_sakurai(s: Floats, mass: float, width: float, m: float = M_PI) -> Complex:
    """The propagator (n,) of a broad vector that decays to two pions, 1 at s = 0; s in GeV^2.

    M^2 (1 + d Gamma/M)/(M^2 - s + f(s) - i M Gamma(s)) with Gamma(s) = Gamma (k/k_0)^3 M/sqrt(s): G. J. Gounaris, J. J. Sakurai,
    Phys. Rev. Lett. 21 (1968) 244; as in BaBar, Phys. Rev. D 86 (2012) 032013, eqs. 27-32.
    """
    k0, k = float(momentum(np.array(mass**2), m)), momentum(s, m)
    running = width * (k / k0) ** 3 * mass / np.sqrt(s)
    slope = _h_slope(mass, k0, m)
    f = width * mass**2 / k0**3 * (k**2 * (_h(s, m) - _h(np.array(mass**2), m)) + (mass**2 - s) * k0**2 * slope)
    d = 3 / np.pi * m**2 / k0**2 * np.log((mass + 2 * k0) / (2 * m)) + mass / (2 * np.pi * k0) - m**2 * mass / (np.pi * k0**3)
    return mass**2 * (1 + d * width / mass) / (mass**2 - s + f - 1j * mass * running)


def _h(s: Floats, m: float) -> Floats:
    k, root = momentum(s, m), np.sqrt(s)
    return 2 / np.pi * k / root * np.log((root + 2 * k) / (2 * m))


def _h_slope(mass: float, k0: float, m: float) -> float:
    h0 = float(_h(np.array(mass**2), m))
    return h0 * (1 / (8 * k0**2) - 1 / (2 * mass**2)) + 1 / (2 * np.pi * mass**2)
