"""The response to one photon: region, loss, threshold, energy and direction, time, and what the muon system sees of a lost one.

The photon is given by where it enters the calorimeter, as seen from the origin (``displaced``); clusters merge later
(``merging``); those that convert before are no photons here (``neutral``). Left out: photons that convert in the coil.
"""

import numpy as np

from darkrecoil.detector.calorimeter import by_region, region, resolution, skewed
from darkrecoil.detector.layout import ENERGY_SIGMA, FORMULA, KLM, LOSS, PHI_SIGMA, REGIONS, TAIL, THETA_SIGMA, THRESHOLD, TIME
from darkrecoil.detector.smear import Real, normal_pair, turned
from darkrecoil.records import Floats

DRAWS = 6
TINY = 1e-30  # GeV^2 under a root; keeps an empty slot finite


def photon(
    px: Real, py: Real, pz: Real, inside: Real,
    u1: Real, u2: Real, u3: Real, u4: Real, u5: Real, u6: Real,
    card: Floats,
) -> tuple[Real, Real, Real, Real, Real, Real, Real]:  # fmt: skip
    """(present, energy, px, py, pz, time, klm) of the cluster of a photon of momentum px, py, pz; 0 if there is none. GeV, ns.

    Uniform numbers: u1 loss, u2 and u3 energy and theta, u4 and u5 phi and time, u6 the muon system. ``card`` is
    ``layout.pack``. A photon is lost in a gap, outside, where it is made beyond the calorimeter (``inside`` 0), below the
    region's threshold in measured energy, and with probability ``photon_inefficiency``. ``klm`` is 1 where the muon system
    sees one that the calorimeter missed for another reason than its threshold. A slot without a photon has px = py = pz = 0.
    """
    pt = np.sqrt(px * px + py * py + TINY)
    energy = np.sqrt(pt * pt + pz * pz)
    cos_theta = pz / energy
    forward, barrel, backward = region(cos_theta, card, REGIONS)
    lowest = card[FORMULA]

    g_energy, g_theta = normal_pair(u2, u3)
    g_phi, g_time = normal_pair(u4, u5)
    shift = skewed(g_energy, card[TAIL], card[TAIL + 1])
    ratio = 1.0 + shift * resolution(energy, forward, barrel, lowest, card, ENERGY_SIGMA)
    seen = energy * ratio
    along, across = turned(pz, pt, g_theta * resolution(energy, forward, barrel, lowest, card, THETA_SIGMA))
    x, y = turned(px, py, g_phi * resolution(energy, forward, barrel, lowest, card, PHI_SIGMA))

    threshold = by_region(forward, barrel, card[THRESHOLD], card[THRESHOLD + 1], card[THRESHOLD + 2])
    met = (forward | barrel | backward) & (u1 > card[LOSS]) & (inside > 0.5)
    kept = met & (seen > threshold) & (seen > 1e-9)
    present = np.where(kept, 1.0, 0.0)
    found = present * ratio
    missed = np.where(met, 0.0, 1.0)
    covered = (cos_theta < card[KLM + 2]) & (cos_theta > card[KLM + 3]) & (energy > card[KLM + 1]) & (energy > 1e-9)
    klm = missed * np.where(covered & (u6 < card[KLM]), 1.0, 0.0)
    wide = found * (across / pt)
    return present, present * seen, wide * x, wide * y, found * along, present * g_time * card[TIME], klm
