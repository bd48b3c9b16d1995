"""The response to one charged particle: whether it is a track, its momentum and impact parameters, calorimeter energy, identity.

A particle without a track leaves a cluster where it meets the calorimeter; one made within the muon system is seen by that. Left
out: decays in flight, energy loss on the way, second tracks of curlers. Electrons radiate before (``radiated``).
"""

import numpy as np

from darkrecoil.detector.calorimeter import by_region, region, resolution
from darkrecoil.detector.deposit import LANDAU_MODE, clamped, density_effect, hadron, landau, landau_width, most_probable_loss
from darkrecoil.detector.finding import accepted, efficiency, radius_factor, ring, theta_factor
from darkrecoil.detector.helix import curvature, entry, farthest, perigee
from darkrecoil.detector.identification import row
from darkrecoil.detector.layout import (
    ECL,
    ENERGY_SIGMA,
    FIELD,
    FLIP,
    FORMULA,
    HADRON,
    KLM,
    KLM_SIZE,
    MATERIAL,
    REACH,
    REGIONS,
    THRESHOLD,
    UNTRACKED,
)
from darkrecoil.detector.measuring import angle_sigma, impact_sigma, lever_factor, momentum_sigma
from darkrecoil.detector.smear import Flag, Real, normal_pair, turned
from darkrecoil.detector.species import charge, mass
from darkrecoil.detector.surface import within
from darkrecoil.records import Floats

DRAWS = 12
TRACK, CLUSTER, MUON_SYSTEM = 1, 2, 3  # what a particle is seen as
TINY = 1e-30  # GeV^2 under a root; keeps an empty slot finite


def track(
    pid: Real, px: Real, py: Real, pz: Real, x: Real, y: Real, z: Real,
    u1: Real, u2: Real, u3: Real, u4: Real, u5: Real, u6: Real, u7: Real, u8: Real, u9: Real, u10: Real, u11: Real,
    card: Floats,
) -> tuple[Real, Real, Real, Real, Real, Real, Real, Real, Real]:  # fmt: skip
    """(kind, px, py, pz, charge, ecl_energy, d0, z0, row) of a charged particle; all 0 if nothing sees it. GeV, cm.

    kind 1, a track: its momentum where it is made, the calorimeter's energy, the distance of closest approach to the z axis and z
    there, the row of the card by which it is ``identification.called`` something. kind 2, a cluster without track: ecl_energy, and
    px, py, pz of that size from the origin to where it enters. kind 3: the muon system sees it, px, py, pz a unit vector.

    ``pid`` is the PDG code, 0 for an empty slot; (x, y, z) where it is made. Uniform numbers: u1 finding and charge, u2 and u3 pT
    and theta, u4 and u5 phi and the electron's energy, u6 and u7 ionisation, u8 and u9 the hadron's interaction, u10
    and u11 d0 and z0. ``card`` is ``layout.pack``. The curvature is Gaussian, q/pT (1 + sigma g), so that a
    very stiff track may change its sign. Codes other than 11, 13, 211, 321, 2212 are not seen.
    """
    kind = np.where(pid < 0, -pid, pid)
    m, q = mass(kind), charge(pid, kind)
    pt = np.sqrt(px * px + py * py + TINY)
    p = np.sqrt(pt * pt + pz * pz)
    energy = np.sqrt(p * p + m * m)
    beta, cosine, sine, c, s = p / energy, pz / p, pt / p, px / pt, py / pt
    rho, radius = curvature(q, pt, card[FIELD]), np.sqrt(x * x + y * y)
    d, z0, c0, s0, _ = perigee(x, y, z, c, s, pz / pt, rho)
    made = ring(radius, z, card)
    chance = efficiency(pt, card) * theta_factor(cosine, card) * radius_factor(made, card)
    found = (m > 0.0) & accepted(cosine, farthest(d, rho), card) & (u1 < chance)

    g_pt, g_theta = normal_pair(u2, u3)
    g_phi, g_energy = normal_pair(u4, u5)
    g_d, g_z = normal_pair(u10, u11)
    bent = 1.0 + momentum_sigma(pt, beta, lever_factor(radius, z, sine, cosine, card), card) * g_pt
    size = np.where(bent < 0.0, -bent, bent)
    scale = 1.0 / np.where(size > 1e-3, size, 1e-3)
    along, across = turned(pz, pt, angle_sigma(p, beta, sine, card, 0) * g_theta)
    px_seen, py_seen = turned(px, py, angle_sigma(p, beta, sine, card, 1) * g_phi)
    pz_seen = along * (pt / np.where(across > 1e-9 * p, across, 1e-9 * p))
    right = (bent > 0.0) != (u1 < chance * card[FLIP])
    d_sigma, z_sigma = impact_sigma(p, beta, sine, made, card)
    table = row(kind, scale * np.sqrt(pt * pt + pz_seen * pz_seen), cosine, card)

    ex, ey, ez, met = meeting(x, y, z, d, z0, c0, s0, pz / pt, rho, pt, card)
    away = np.sqrt(ex * ex + ey * ey + ez * ez + TINY)
    forward, barrel, backward = region(ez / away, card, REGIONS)
    left = np.where(
        met & (m > 0.0) & (forward | barrel | backward),
        calorimeter_energy(kind, m, energy, beta, forward, barrel, g_energy, u6, u7, u8, u9, card), 0.0,
    )  # fmt: skip
    threshold = by_region(forward, barrel, card[THRESHOLD], card[THRESHOLD + 1], card[THRESHOLD + 2])
    loose = (card[UNTRACKED] > 0.5) & (left > threshold)
    deep = (m > 0.0) & in_muon_system(x, y, z, cosine, energy, card) & (u1 < card[KLM])
    seen = np.where(found, 1.0, np.where(loose, 2.0, np.where(deep, 3.0, 0.0)))
    one, size = np.where(found, 1.0, 0.0), np.where(loose, left, np.where(deep, 1.0, 0.0)) / away
    return (
        seen,
        np.where(found, scale * px_seen, size * ex),
        np.where(found, scale * py_seen, size * ey),
        np.where(found, scale * pz_seen, size * ez),
        one * np.where(right, q, -q), np.where(found | loose, left, 0.0),
        one * (d + d_sigma * g_d), one * (z0 + z_sigma * g_z), one * table,
    )  # fmt: skip


def meeting(
    x: Real, y: Real, z: Real, d: Real, z0: Real, c: Real, s: Real, slope: Real, rho: Real, pt: Real, card: Floats
) -> tuple[Real, Real, Real, Flag]:
    """(x, y, z), cm, where a particle meets the calorimeter, and whether it does.

    Through the mantle above the card's transverse momentum, else by an end; one that is made in the crystals stays there.
    """
    r, back, front, depth = card[ECL], card[ECL + 1], card[ECL + 2], card[ECL + 3]
    before = within(x, y, z, r, back, front)
    inside = within(x, y, z, r + depth, back - depth, front + depth)
    ex, ey, ez, mantle = entry(d, z0, c, s, slope, rho, r, back, front)
    met = inside & np.where(before & mantle, pt > card[REACH], inside)
    return np.where(before, ex, x), np.where(before, ey, y), np.where(before, ez, z), met


def in_muon_system(x: Real, y: Real, z: Real, cosine: Real, energy: Real, card: Floats) -> Flag:
    """Whether a particle is made within the muon system, behind the crystals, in its angles and with the energy that it needs."""
    r, back, front, depth = card[ECL], card[ECL + 1], card[ECL + 2], card[ECL + 3]
    inner = within(x, y, z, r + depth, back - depth, front + depth)
    outer = within(x, y, z, card[KLM_SIZE], card[KLM_SIZE + 1], card[KLM_SIZE + 2])
    seen: Flag = (outer != inner) & (cosine < card[KLM + 2]) & (cosine > card[KLM + 3]) & (energy > card[KLM + 1])
    return seen


def calorimeter_energy(
    kind: Real, m: Real, energy: Real, beta: Real, forward: Flag, barrel: Flag,
    g: Real, u6: Real, u7: Real, u8: Real, u9: Real, card: Floats,
) -> Real:  # fmt: skip
    """The calorimeter's energy, GeV, of a charged particle that meets a crystal.

    An electron leaves its energy within the resolution (normal number g); a muon ionises; a hadron ionises or interacts.
    """
    kinetic = energy - m
    beta_gamma = beta * energy / np.where(m > 0.0, m, 1.0)
    ionised = crossing_energy(beta, beta_gamma, kinetic, u6, u7, card)
    interacting = hadron(ionised, kinetic, card[HADRON], card[HADRON + 1], card[HADRON + 2], u8, u9)
    electron = energy * (1.0 + g * resolution(energy, forward, barrel, card[FORMULA], card, ENERGY_SIGMA))
    return np.where(kind == 13, ionised, np.where(kind == 11, np.where(electron > 0.0, electron, 0.0), interacting))


def crossing_energy(beta: Real, beta_gamma: Real, kinetic: Real, u: Real, v: Real, card: Floats) -> Real:
    """The energy, GeV, that a particle leaves by ionisation along a crystal, at most its kinetic energy.

    Most probable loss + xi (x - mode) with x of Landau's density; the loss is taken at the initial velocity.
    """
    cbar, x0, x1, a, k = card[MATERIAL + 3], card[MATERIAL + 4], card[MATERIAL + 5], card[MATERIAL + 6], card[MATERIAL + 7]
    delta = density_effect(beta_gamma, cbar, x0, x1, a, k)
    xi = landau_width(beta, card[MATERIAL], card[MATERIAL + 1])
    peak = most_probable_loss(beta, beta_gamma, xi, card[MATERIAL + 2], delta)
    return clamped(peak + xi * (landau(u, v) - LANDAU_MODE), 0.0, kinetic)
