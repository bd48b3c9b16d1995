"""The response to one charged particle: acceptance, efficiency, momentum, calorimeter energy, muon identification.

Left out: the helix between origin and calorimeter, decays in flight, bremsstrahlung, radiative losses of muons, tracks that
do not come from the interaction point.
"""

import numpy as np

from darkrecoil.constants import M_E, M_K, M_MU, M_P, M_PI
from darkrecoil.detector.calorimeter import region, resolution
from darkrecoil.detector.deposit import LANDAU_MODE, clamped, density_effect, hadron, landau, landau_width, most_probable_loss, reaches
from darkrecoil.detector.layout import (
    ACCEPTANCE,
    DIRECTION,
    EFFICIENCY,
    ENERGY_SIGMA,
    FORMULA,
    HADRON,
    IDENTIFICATION,
    MATERIAL,
    MOMENTUM,
    REACH,
    REGIONS,
)
from darkrecoil.detector.smear import Real, normal_pair, turned
from darkrecoil.records import Floats

DRAWS = 10
TINY = 1e-30  # GeV^2 under a root; keeps an empty slot finite


def mass(kind: Real) -> Real:
    """The mass, GeV, of a charged particle by the size of its PDG code; 0 for codes that leave no track."""
    hadrons = np.where(kind == 211, M_PI, np.where(kind == 321, M_K, np.where(kind == 2212, M_P, 0.0)))
    return np.where(kind == 11, M_E, np.where(kind == 13, M_MU, hadrons))


def charge(pid: Real, kind: Real) -> Real:
    """The charge by PDG code: leptons with a positive code are negative, hadrons positive."""
    sign = np.where(pid > 0, 1.0, -1.0)
    return np.where(kind < 20, -sign, sign)


def efficiency(pt: Real, card: Floats) -> Real:
    """The probability to find a track of transverse momentum pt, GeV: a step function."""
    upper = np.where(pt < card[EFFICIENCY + 2], card[EFFICIENCY + 5], card[EFFICIENCY + 6])
    lower: Real = np.where(pt < card[EFFICIENCY], card[EFFICIENCY + 3], card[EFFICIENCY + 4])
    return np.where(pt < card[EFFICIENCY + 1], lower, upper)


def pt_resolution(pt: Real, beta: Real, slope: Real, constant: Real) -> Real:
    """sigma(pT)/pT = slope pT (+) constant/beta, pT in GeV: lever arm and multiple scattering."""
    sigma: Real = np.sqrt(slope * pt * slope * pt + constant / beta * constant / beta)
    return sigma


def crossing_energy(beta: Real, beta_gamma: Real, kinetic: Real, u: Real, v: Real, card: Floats) -> Real:
    """The energy, GeV, that a particle leaves by ionisation along a crystal, at most its kinetic energy.

    Most probable loss + xi (x - mode) with x of Landau's density; the loss is taken at the initial velocity.
    """
    cbar, x0, x1, a, k = card[MATERIAL + 3], card[MATERIAL + 4], card[MATERIAL + 5], card[MATERIAL + 6], card[MATERIAL + 7]
    delta = density_effect(beta_gamma, cbar, x0, x1, a, k)
    xi = landau_width(beta, card[MATERIAL], card[MATERIAL + 1])
    peak = most_probable_loss(beta, beta_gamma, xi, card[MATERIAL + 2], delta)
    return clamped(peak + xi * (landau(u, v) - LANDAU_MODE), 0.0, kinetic)


def muon_probability(kind: Real, momentum: Real, card: Floats) -> Real:
    """The probability to be called a muon at a measured momentum in GeV; 0 below the card's momentum."""
    fake = np.where(kind == 211, card[IDENTIFICATION + 2], card[IDENTIFICATION + 3])
    above = np.where(kind == 13, card[IDENTIFICATION + 1], np.where(kind == 11, card[IDENTIFICATION + 4], fake))
    return np.where(momentum > card[IDENTIFICATION], above, 0.0)


def track(
    pid: Real, px: Real, py: Real, pz: Real,
    u1: Real, u2: Real, u3: Real, u4: Real, u5: Real, u6: Real, u7: Real, u8: Real, u9: Real, u10: Real,
    card: Floats,
) -> tuple[Real, Real, Real, Real, Real, Real, Real]:  # fmt: skip
    """(present, px, py, pz, charge, ecl_energy, muon_id) of the track of a particle; all 0 if there is none. GeV.

    ``pid`` is the PDG code, 0 for an empty slot; px, py, pz the true momentum at the interaction point. Uniform numbers:
    u1 finding, u2 and u3 pT and theta, u4 and u5 phi and the electron's energy, u6 and u7 ionisation, u8 and u9 the
    hadron's interaction, u10 identification. ``card`` is ``layout.pack``. The curvature is Gaussian, q/pT (1 + sigma g),
    so that a very stiff track may change its sign. Codes other than 11, 13, 211, 321, 2212 leave no track.
    """
    kind = np.where(pid < 0, -pid, pid)
    m = mass(kind)
    pt = np.sqrt(px * px + py * py + TINY)
    p = np.sqrt(pt * pt + pz * pz)
    energy = np.sqrt(p * p + m * m)
    beta = p / energy
    cos_theta = pz / p
    accepted = (m > 0.0) & (cos_theta < card[ACCEPTANCE]) & (cos_theta > card[ACCEPTANCE + 1])
    present = np.where(accepted & (u1 < efficiency(pt, card)), 1.0, 0.0)

    g_pt, g_theta = normal_pair(u2, u3)
    g_phi, g_energy = normal_pair(u4, u5)
    curvature = 1.0 + pt_resolution(pt, beta, card[MOMENTUM], card[MOMENTUM + 1]) * g_pt
    size = np.where(curvature < 0.0, -curvature, curvature)
    pt_seen = pt / np.where(size > 1e-3, size, 1e-3)
    cos_seen, sin_seen = turned(cos_theta, pt / p, card[DIRECTION] * g_theta)
    x, y = turned(px / pt, py / pt, card[DIRECTION + 1] * g_phi)
    pz_seen = pt_seen * cos_seen / np.where(sin_seen > 1e-9, sin_seen, 1e-9)
    charge_seen = np.where(curvature > 0.0, 1.0, -1.0) * charge(pid, kind)

    left = calorimeter_energy(kind, m, energy, beta, cos_theta, pt, g_energy, u6, u7, u8, u9, card)
    is_muon = u10 < muon_probability(kind, np.sqrt(pt_seen * pt_seen + pz_seen * pz_seen), card)
    seen = present * np.where(is_muon, 1.0, 0.0)
    return present, present * pt_seen * x, present * pt_seen * y, present * pz_seen, present * charge_seen, present * left, seen


def calorimeter_energy(
    kind: Real, m: Real, energy: Real, beta: Real, cos_theta: Real, pt: Real,
    g: Real, u6: Real, u7: Real, u8: Real, u9: Real, card: Floats,
) -> Real:  # fmt: skip
    """The calorimeter's energy, GeV, of a charged particle: 0 in a gap, outside, and in the barrel below the reach.

    An electron leaves its energy within the resolution (normal number g); a muon ionises; a hadron ionises or interacts.
    The region is that of the direction at the interaction point.
    """
    forward, barrel, backward = region(cos_theta, card, REGIONS)
    kinetic = energy - m
    beta_gamma = beta * energy / np.where(m > 0.0, m, 1.0)
    ionised = crossing_energy(beta, beta_gamma, kinetic, u6, u7, card)
    interacting = hadron(ionised, kinetic, card[HADRON], card[HADRON + 1], card[HADRON + 2], u8, u9)
    electron = energy * (1.0 + g * resolution(energy, forward, barrel, card[FORMULA], card, ENERGY_SIGMA))
    left = np.where(kind == 13, ionised, np.where(kind == 11, np.where(electron > 0.0, electron, 0.0), interacting))
    return np.where(reaches(forward, barrel, backward, pt, card[REACH]), left, 0.0)
