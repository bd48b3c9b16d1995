"""The response to one photon: region, loss, threshold, energy and direction.

Left out: conversion before the calorimeter, clusters that merge, leakage beyond a Gaussian, photons that do not come from
the interaction point.
"""

import numpy as np

from darkrecoil.detector.calorimeter import by_region, region, resolution
from darkrecoil.detector.layout import ENERGY_SIGMA, FORMULA, LOSS, PHI_SIGMA, REGIONS, THETA_SIGMA, THRESHOLD
from darkrecoil.detector.smear import Real, normal_pair, turned
from darkrecoil.records import Floats

DRAWS = 5
TINY = 1e-30  # GeV^2 under a root; keeps an empty slot finite


def photon(
    px: Real, py: Real, pz: Real, u1: Real, u2: Real, u3: Real, u4: Real, u5: Real, card: Floats
) -> tuple[Real, Real, Real, Real, Real]:
    """(present, energy, px, py, pz) of the cluster of a photon of momentum px, py, pz; all 0 if there is none. GeV.

    Uniform numbers: u1 loss, u2 and u3 energy and theta, u4 and u5 phi. ``card`` is ``layout.pack``. A photon is lost in a
    gap, outside, below the region's threshold in measured energy, and with probability ``photon_inefficiency``.
    A slot without a photon has px = py = pz = 0.
    """
    pt = np.sqrt(px * px + py * py + TINY)
    energy = np.sqrt(pt * pt + pz * pz)
    cos_theta = pz / energy
    forward, barrel, backward = region(cos_theta, card, REGIONS)
    lowest = card[FORMULA]

    g_energy, g_theta = normal_pair(u2, u3)
    g_phi, _ = normal_pair(u4, u5)
    seen = energy * (1.0 + g_energy * resolution(energy, forward, barrel, lowest, card, ENERGY_SIGMA))
    cos_seen, sin_seen = turned(cos_theta, pt / energy, g_theta * resolution(energy, forward, barrel, lowest, card, THETA_SIGMA))
    x, y = turned(px / pt, py / pt, g_phi * resolution(energy, forward, barrel, lowest, card, PHI_SIGMA))

    threshold = by_region(forward, barrel, card[THRESHOLD], card[THRESHOLD + 1], card[THRESHOLD + 2])
    kept = (forward | barrel | backward) & (seen > threshold) & (seen > 1e-9) & (u1 > card[LOSS])
    present = np.where(kept, 1.0, 0.0)
    found = present * seen
    return present, found, found * sin_seen * x, found * sin_seen * y, found * cos_seen
