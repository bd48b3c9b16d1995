"""nu_mu N -> nu_mu mu+ mu- N in the field of a nucleus, by W, Z and a Z' that muons and their neutrinos share.

A neutrino is an unpolarised source of V*: with y = (W^2 + Q^2)/s and G_F^2 Q^2 in the place of a photon's e^4/Q^2,

    sigma(nu gamma) = (G_F^2/(4 pi^2)) int dQ^2 Q^2 dy/y {[1 + (1 - y)^2] sigma_T + 2 (1 - y) sigma_L},
    sigma_T,L = C_V^2(Q^2) sigma_T,L(vector) + C_A^2 sigma_T,L(axial):

exact at tree level for a real photon; the interference of vector and axial currents is odd in the muons' charges and vanishes.
L = -(G_F/sqrt2) [nubar gamma^mu (1 - gamma5) nu][mubar gamma_mu (C_V - C_A gamma5) mu], C_V = 1/2 + 2 sin^2 theta, C_A = 1/2, and the Z'
adds v^2 g'^2/(M^2 + Q^2) to C_V, v^2 = 1/(sqrt2 G_F): W. Altmannshofer et al., Phys. Rev. Lett. 113 (2014) 091801 (arXiv:1406.2332).
"""

from dataclasses import dataclass
from functools import lru_cache
from math import pi, sqrt

import numpy as np

from darkrecoil.constants import FERMI, M_MU
from darkrecoil.constraints.trident import pairs, photons
from darkrecoil.records import Floats

SIN2 = 0.23122  # sin^2 theta, MS-bar at the Z; PDG 2022. At low energy 0.238: C_V^2 + C_A^2 moves by 2 %, the ratios below by less
C_V, C_A = 0.5 + 2 * SIN2, 0.5
V2 = 1 / (sqrt(2) * FERMI)  # GeV^2
MEAN_ENERGY = 160.0  # GeV; of CCFR's neutrinos, as in arXiv:1406.2332
LEAST_Q2 = 1e-9  # GeV^2
NEAREST = 1e-9  # of the largest W^2 - 4 m^2: where its integral begins


@dataclass(frozen=True)
class Weights:
    """What stands before C_V^2(Q^2) at the points Q^2 (GeV^2) of an integral, and the axial part, C_A^2 included: GeV^-2."""

    q2: Floats
    vector: Floats
    axial: float

    def cross_section(self, coupling: float = 0.0, mass: float = 1.0) -> float:
        """sigma, GeV^-2 per nucleus or photon, with a Z' of that coupling and mass (GeV)."""
        return float(np.sum(self.vector * (C_V + V2 * coupling**2 / (mass**2 + self.q2)) ** 2)) + self.axial

    def terms(self, mass: float) -> tuple[float, float]:
        """The coefficients of g'^2 and g'^4 in sigma/sigma_SM."""
        shift = V2 / (mass**2 + self.q2)
        total = self.cross_section()
        return float(np.sum(self.vector * 2 * C_V * shift)) / total, float(np.sum(self.vector * shift**2)) / total


@lru_cache(maxsize=8)
def nucleus(energy: float = MEAN_ENERGY, charge: int = photons.Z_IRON, nucleons: float = photons.A_IRON) -> Weights:
    """On a nucleus, coherently, a neutrino of that energy in GeV: equivalent photons."""
    log_s, weights = _logs(4 * M_MU**2, 3.0 * energy, 80)
    return _weights(np.exp(log_s), weights * photons.flux(np.exp(log_s), energy, charge, nucleons))


def photon(s: float) -> Weights:
    """On a real photon at (k_nu + q)^2 = s, GeV^2."""
    return _weights(np.array([s]), np.array([1.0]))


def _logs(low: float, high: float, points: int) -> tuple[Floats, Floats]:
    """Points and weights in the logarithm between two numbers."""
    t, w = np.polynomial.legendre.leggauss(points)
    half = np.log(high / low) / 2
    return np.log(low) + half * (t + 1), half * w


def _weights(s: Floats, photons_at: Floats) -> Weights:
    """Integrals over s, W^2, by logarithms of Q^2 and, up to s - Q^2, of W^2 - 4 m^2; what depends on s, by 1, y and y^2."""
    least, most = 4 * M_MU**2, float(s.max())
    t, share = np.polynomial.legendre.leggauss(64)
    log_q, dq = _logs(LEAST_Q2, (most - least) * (1 - 1e-9), 48)
    q2 = np.repeat(np.exp(log_q), len(t))
    half = np.log((most - least - q2) / (NEAREST * (most - least - q2))) / 2
    above = NEAREST * (most - least - q2) * np.exp(half * (np.tile(t, len(dq)) + 1))
    w2, measure = least + above, np.outer(dq, share).ravel() * half * q2 * above
    start = w2 + q2
    moments = [_moment(s, photons_at, start, power) for power in (0, 1, 2)]
    transverse = 2 * moments[0] - 2 * moments[1] + moments[2]
    longitudinal = 2 * (moments[0] - moments[1])

    def summed(axial: bool) -> Floats:
        sigma_t, sigma_l = pairs.cross_sections(w2, q2, axial)
        rate = FERMI**2 / (4 * pi**2) * measure * q2 / start * (transverse * sigma_t + longitudinal * sigma_l)
        found: Floats = rate.reshape(len(dq), len(t)).sum(axis=1)
        return found

    return Weights(np.exp(log_q), summed(False), C_A**2 * float(summed(True).sum()))


def _moment(s: Floats, photons_at: Floats, start: Floats, power: int) -> Floats:
    """sum over s above ``start`` of the photons times y^power, y = start/s: interpolated in what is summed up from above."""
    if len(s) == 1:
        return np.where(start < s[0], photons_at[0] * (start / s[0]) ** power, 0.0)
    terms = photons_at * s ** (-float(power))
    cumulative = np.cumsum(terms[::-1])[::-1] - terms / 2  # the sum from the middle of each point's share
    return start**power * np.exp(np.interp(np.log(start), np.log(s), np.log(np.maximum(cumulative, 1e-300)), right=-690.0))
