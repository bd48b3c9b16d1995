"""Distributions of the one variable of a tau decay that has a shape of its own: lepton momentum, or hadronic mass.

Plain scalar code, run as it stands or compiled. Each density is per unit of ``y`` in [0, 1], unnormalised, and vanishes
or is finite at both ends. The tau is unpolarised and its neutrino massless.
"""

import numpy as np

from darkrecoil.constants import M_A1, M_PI, M_PI0, M_TAU, W_A1

TAU2 = M_TAU * M_TAU

# J. H. Kuehn and A. Santamaria, Z. Phys. C 48 (1990) 445: pion form factor with rho and rho', the set
# that TAUOLA's source has for it (FPIKM).
RHO_MASS, RHO_WIDTH = 0.773, 0.145  # GeV
PRIME_MASS, PRIME_WIDTH = 1.370, 0.510  # GeV
PRIME_SHARE = -0.145  # beta, the coupling of rho' relative to the rho's

RHO_LOW = M_PI + M_PI0  # GeV, threshold of pi- pi0
A1_LOW = 3.0 * M_PI  # GeV
A1_JOIN = (RHO_MASS + M_PI) * (RHO_MASS + M_PI)  # GeV^2, where the two pieces of g(Q^2) meet


def lepton_momentum(y: float, mass: float) -> float:
    """Momentum of the charged lepton in the tau rest frame, GeV: the fraction y of its largest value."""
    return y * 0.5 * (TAU2 - mass * mass) / M_TAU


def rho_mass(y: float) -> float:
    """Mass of the pi pi0 pair, GeV, at the fraction y between threshold and the tau mass."""
    return RHO_LOW + (M_TAU - RHO_LOW) * y


def a1_mass(y: float) -> float:
    """Mass of the three pions, GeV, at the fraction y between threshold and the tau mass."""
    return A1_LOW + (M_TAU - A1_LOW) * y


def momentum(mass: float, m1: float, m2: float) -> float:
    """Momentum of either daughter in the rest frame of a two-body decay mass -> m1 m2, GeV.

    sqrt((M^2 - (m1+m2)^2)(M^2 - (m1-m2)^2))/2M. At threshold rounding may turn the first factor's sign: hence abs.
    """
    squared = (mass - m1 - m2) * (mass + m1 + m2) * (mass - m1 + m2) * (mass + m1 - m2)
    root: float = np.sqrt(abs(squared))
    return 0.5 * root / mass


def lepton_spectrum(y: float, mass: float) -> float:
    """dGamma/dy of tau -> l nubar nu against the lepton's momentum fraction y, arbitrary unit.

    |M|^2 ~ (p_tau . k_nubar)(p_l . k_nu), integrated over the neutrinos' direction in their rest frame:
    (p^2/E) [(m - E)(E - m_l^2/m) - p^2/3]; massless: x^2 (3 - 2x), x = 2E/m
    (L. Michel, Proc. Phys. Soc. A 63 (1950) 514, with rho = 3/4).
    """
    p = lepton_momentum(y, mass)
    energy: float = np.sqrt(p * p + mass * mass)
    return p * p / energy * ((M_TAU - energy) * (energy - mass * mass / M_TAU) - p * p / 3.0)


RHO_MOMENTUM = float(momentum(RHO_MASS, M_PI, M_PI0))
PRIME_MOMENTUM = float(momentum(PRIME_MASS, M_PI, M_PI0))
RHO0_MOMENTUM = float(momentum(RHO_MASS, M_PI, M_PI))  # of the neutral ones, to pi+ pi-
PRIME0_MOMENTUM = float(momentum(PRIME_MASS, M_PI, M_PI))


def p_wave(q: float, mass: float, width: float, growth: float) -> tuple[float, float]:
    """Real and imaginary part of m^2/(m^2 - Q^2 - i Q Gamma(Q^2)), Gamma = width (m/Q)^2 growth, growth = (p(Q)/p(m))^3.

    Kuehn and Santamaria 1990, with unequal pion masses in the momenta.
    """
    real = mass * mass - q * q
    imaginary = width * mass * mass / q * growth
    scale = mass * mass / (real * real + imaginary * imaginary)
    return real * scale, imaginary * scale


def pion_wave(q: float, neutral: bool) -> tuple[float, float]:
    """(BW_rho + beta BW_rho')/(1 + beta), real and imaginary part, of pi pi0 at the mass q GeV, or of pi+ pi- if ``neutral``."""
    p = momentum(q, M_PI, M_PI if neutral else M_PI0)
    r, s = p / (RHO0_MOMENTUM if neutral else RHO_MOMENTUM), p / (PRIME0_MOMENTUM if neutral else PRIME_MOMENTUM)
    a, b = p_wave(q, RHO_MASS, RHO_WIDTH, r * r * r)
    c, d = p_wave(q, PRIME_MASS, PRIME_WIDTH, s * s * s)
    return (a + PRIME_SHARE * c) / (1.0 + PRIME_SHARE), (b + PRIME_SHARE * d) / (1.0 + PRIME_SHARE)


def pion_form_factor(q: float) -> float:
    """|F(Q^2)|^2 of tau -> pi pi0 nu at the mass q GeV: |(BW_rho + beta BW_rho')/(1 + beta)|^2, 1 at Q^2 = 0 without widths."""
    real, imaginary = pion_wave(q, False)
    return real * real + imaginary * imaginary


def rho_spectrum(y: float) -> float:
    """dGamma/dy of tau -> pi pi0 nu against the pair's mass, arbitrary unit.

    dGamma/dQ^2 ~ (1 - s)^2 (1 + 2s) (2p/Q)^3 |F(Q^2)|^2, s = Q^2/m_tau^2 (Kuehn and Santamaria 1990). The scalar form
    factor, which the mass difference of the pions allows, is left out.
    """
    q = rho_mass(y)
    s = q * q / TAU2
    p = momentum(q, M_PI, M_PI0)
    return (1.0 - s) * (1.0 - s) * (1.0 + 2.0 * s) * p * p * p / (q * q) * pion_form_factor(q)


def a1_running(q2: float) -> float:
    """g(Q^2), to which Q times the width of the a1 is proportional; Q^2 in GeV^2, arbitrary unit.

    Kuehn and Santamaria 1990, fit to the rho pi phase space; its two pieces differ by 5 % where they meet.
    """
    x = q2 - A1_LOW * A1_LOW
    if q2 < A1_JOIN:
        return 4.1 * x * x * x * (1.0 - 3.3 * x + 5.8 * x * x)
    return 1.623 * q2 + 10.38 - 9.32 / q2 + 0.65 / (q2 * q2)


A1_SCALE = M_A1 * W_A1 / a1_running(M_A1 * M_A1)


def a1_propagator(q2: float) -> float:
    """1/[(m^2 - Q^2)^2 + (m Gamma g(Q^2)/g(m^2))^2], GeV^-4: energy-dependent width of Kuehn and Santamaria 1990.

    Mass and width of PDG 2022 (darkrecoil.constants).
    """
    off, width = M_A1 * M_A1 - q2, A1_SCALE * a1_running(q2)
    return 1.0 / (off * off + width * width)


def a1_spectrum(y: float) -> float:
    """dGamma/dy of tau -> 3 pi nu against the hadronic mass, arbitrary unit, from which events are drawn, then accepted or not.

    dGamma/dQ^2 ~ (1 - s)^2 (1 + 2s) g(Q^2)/Q^2 times the propagator, s = Q^2/m_tau^2: as far as g is the phase space of rho pi.
    """
    q = a1_mass(y)
    s = q * q / TAU2
    return (1.0 - s) * (1.0 - s) * (1.0 + 2.0 * s) * a1_running(q * q) / q * a1_propagator(q * q)
