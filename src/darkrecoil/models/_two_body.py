"""Widths of a boson to two particles, at tree level and, where there is no tree, by a loop of leptons.

Each is |p|/(8 pi M^2) times the squared amplitude, averaged over the boson's spin and summed over all others (PDG review
"Kinematics", "Two-body decays"). All are 0 below threshold.
"""

from collections.abc import Iterable
from math import asin, log, pi, sqrt

from darkrecoil.constants import ALPHA_0


def _momentum(mass: float, m1: float, m2: float) -> float:
    """2 |p|/M of a decay to m1 and m2, GeV; 0 where it is closed."""
    x, y = (m1 + m2) / mass, (m1 - m2) / mass
    return sqrt((1 - x * x) * (1 - y * y)) if x < 1 else 0.0


def vector_to_fermions(mass: float, m1: float, m2: float, left: float, right: float) -> float:
    """Gamma(V -> f1 f2bar), GeV, by V_mu f1bar gamma^mu (left P_L + right P_R) f2: one charge state; masses in GeV.

    M/(24 pi) (2p/M) [(l^2 + r^2)(1 - (x1^2 + x2^2)/2 - (x1^2 - x2^2)^2/2) + 6 l r x1 x2], x = m/M; the Z's widths are of this kind (PDG
    review, "Electroweak model"). Limits: g^2 M/(12 pi) (1 + 2 x^2) sqrt(1 - 4 x^2) for l = r = g and equal masses, g^2 M/(24 pi)
    for a left-handed neutrino. Radiative corrections, of relative order 3 alpha/(4 pi), are left out.
    """
    x, y = (m1 / mass) ** 2, (m2 / mass) ** 2
    even = 1 - (x + y) / 2 - (x - y) ** 2 / 2
    return mass / (24 * pi) * _momentum(mass, m1, m2) * ((left**2 + right**2) * even + 6 * left * right * sqrt(x * y))


def fermion_to_fermion_and_vector(mass: float, m1: float, boson: float, left: float, right: float) -> float:
    """Gamma(f2 -> f1 V), GeV, by V_mu f1bar gamma^mu (left P_L + right P_R) f2 of a vector of mass ``boson`` (GeV).

    |p|/(8 pi M^2) times half of Tr (k + m1) gamma^mu c (p + M) cbar gamma^nu (-g + q q/m_V^2): with 2 k.p = M^2 + m1^2 - m_V^2,
    a = l M - r m1 and b = r M - l m1,

        2 (l^2 + r^2) k.p - 8 l r M m1 + [k.p (a^2 + b^2) + 2 M m1 a b]/m_V^2.

    For l = g/sqrt2, r = 0, m1 = 0 the top quark's g^2 M^3/(64 pi m_V^2) (1 - x)^2 (1 + 2 x), x = m_V^2/M^2 (PDG review "Top Quark").
    """
    product = (mass**2 + m1**2 - boson**2) / 2
    a, b = left * mass - right * m1, right * mass - left * m1
    longitudinal = (product * (a * a + b * b) + 2 * mass * m1 * a * b) / boson**2
    squared = 2 * (left**2 + right**2) * product - 8 * left * right * mass * m1 + longitudinal
    return squared * _momentum(mass, m1, boson) / (16 * pi * mass)


def scalar_to_fermions(mass: float, m1: float, m2: float, scalar: float, pseudoscalar: float) -> float:
    """Gamma(S -> f1 f2bar), GeV, by S f1bar (scalar + i gamma5 pseudoscalar) f2: one charge state; masses in GeV.

    M/(8 pi) (2p/M) [s^2 (1 - (x1 + x2)^2) + p^2 (1 - (x1 - x2)^2)], x = m/M: beta^3 and beta for equal masses (A. Djouadi, Phys. Rept.
    457 (2008) 1, hep-ph/0503172, section 2.1; 459 (2008) 1, hep-ph/0503173, section 2.1).
    """
    total, difference = ((m1 + m2) / mass) ** 2, ((m1 - m2) / mass) ** 2
    return mass / (8 * pi) * _momentum(mass, m1, m2) * (scalar**2 * (1 - total) + pseudoscalar**2 * (1 - difference))


def scalar_to_field_strengths(mass: float, m1: float, m2: float, g: float, dual: bool, alike: bool) -> float:
    """Gamma(S -> V1 V2), GeV, by -(g/4) S F F, or F Ftilde if ``dual``; twice that term for two different vectors; g in 1/GeV.

    The squared amplitude is g^2 [2 (k1.k2)^2 + m1^2 m2^2], dual 2 g^2 [(k1.k2)^2 - m1^2 m2^2]; half the phase space for vectors that are
    ``alike``. To two photons both are g^2 M^3/(64 pi) (M. J. Dolan et al., JHEP 12 (2017) 094, arXiv:1709.00009).
    """
    product, square = (mass**2 - m1**2 - m2**2) / 2, (m1 * m2) ** 2
    squared = 2 * g**2 * (product**2 - square) if dual else g**2 * (2 * product**2 + square)
    return squared * _momentum(mass, m1, m2) / (16 * pi * mass) / (2 if alike else 1)


def scalar_to_vectors(mass: float, m1: float, m2: float, g: float, alike: bool) -> float:
    """Gamma(S -> V1 V2), GeV, by g S V1.V2 of massive vectors, g in GeV.

    The squared amplitude is g^2 [2 + (k1.k2)^2/(m1 m2)^2], 4 times that and half the phase space for vectors that are ``alike``: for
    g = m^2/v that of the Higgs boson to Z Z, G_F M^3/(16 sqrt2 pi) (1 - 4 x + 12 x^2) sqrt(1 - 4 x), x = m^2/M^2.
    """
    product = (mass**2 - m1**2 - m2**2) / 2
    squared = g**2 * (2 + (product / (m1 * m2)) ** 2) * (4 if alike else 1)
    return squared * _momentum(mass, m1, m2) / (16 * pi * mass) / (2 if alike else 1)


def scalar_to_photons_by_leptons(mass: float, couplings: Iterable[tuple[float, float, float]]) -> float:
    """Gamma(S -> gamma gamma), GeV, by loops of charged leptons, each given as (its mass in GeV, scalar, pseudoscalar coupling).

    alpha^2 M^3/(256 pi^3) (|sum_l (s/m) A|^2 + |sum_l (p/m) B|^2), A = 2 (t + (t - 1) f)/t^2, B = 2 f/t, t = M^2/(4 m^2), f as in ``loop``:
    A. Djouadi, Phys. Rept. 457 (2008) 1, hep-ph/0503172, section 2.3, and 459 (2008) 1, hep-ph/0503173, section 2.1, with s = m/v.
    A heavy lepton gives A = 4/3, B = 2.
    """
    even: complex = 0
    odd: complex = 0
    for lepton, scalar, pseudoscalar in couplings:
        t = (mass / (2 * lepton)) ** 2
        even += scalar / lepton * _even(t)
        odd += pseudoscalar / lepton * 2 * loop(t) / t
    return float(ALPHA_0**2 * mass**3 / (256 * pi**3) * (abs(even) ** 2 + abs(odd) ** 2))


def _even(t: float) -> complex:
    """2 (t + (t - 1) f)/t^2, by its series where the terms cancel."""
    return 4 / 3 + 14 * t / 45 + 8 * t * t / 63 if t < 1e-4 else 2 * (t + (t - 1) * loop(t)) / t**2


def loop(t: float) -> complex:
    """arcsin^2(sqrt t) below the threshold t = 1, continued above it: -(1/4) (ln((1 + b)/(1 - b)) - i pi)^2, b = sqrt(1 - 1/t)."""
    if t <= 1:
        return complex(asin(sqrt(t)) ** 2)
    b = sqrt(1 - 1 / t)
    return -((log((1 + b) ** 2 * t) - 1j * pi) ** 2) / 4  # (1 + b)/(1 - b) = (1 + b)^2 t, without cancellation
