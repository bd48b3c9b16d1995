"""Objects and cuts that searches for two leptons and an invisible particle share.

All values [recall]: none was read in a publication. The published searches also ask |dr| < 0.5 cm and |dz| < 2 cm, which prompt tracks of
the simulation pass.
"""

from darkrecoil.constants import GeV, deg
from darkrecoil.selection import (
    Node,
    angle_to_recoil,
    count,
    e_over_p,
    ecl_energy,
    extra_energy,
    momentum,
    objects,
    others,
    pair_mass,
    pairs,
    pt,
    recoil_theta,
    theta,
    transverse_opening,
)

IN_BARREL = (theta.between(37 * deg, 120 * deg), pt > 0.15 * GeV)
LIKE_A_MUON = (ecl_energy.between(0.15 * GeV, 0.4 * GeV), e_over_p < 0.4)
LIKE_AN_ELECTRON = (ecl_energy > 1.5 * GeV, e_over_p.between(0.75, 1.25))

track = objects("track")
candidate = objects("track", *IN_BARREL, hypothesis="muon")
muon = objects("track", *IN_BARREL, *LIKE_A_MUON, hypothesis="muon")
electron = objects("track", *IN_BARREL, *LIKE_AN_ELECTRON, hypothesis="electron")
cluster = objects("cluster")

Row = tuple[str, *tuple[Node, ...]]


def topology(*leptons: Node) -> tuple[Row, ...]:
    """The rows on directions: the pair opens as the trigger asks, and the recoil goes where a photon would be seen."""
    return (
        ("transverse opening", transverse_opening(*leptons).between(90 * deg, 172 * deg)),
        ("recoil in the barrel", recoil_theta(*leptons).between(33 * deg, 128 * deg)),
    )


def nothing_else(*leptons: Node) -> tuple[Row, ...]:
    """The rows that ask for no photon: none near the recoil, little energy elsewhere, no pi0 (the window of basf2's list pi0:eff40)."""
    return (
        ("no photon at the recoil", count(objects("cluster", angle_to_recoil(*leptons) < 15 * deg)).equals(0)),
        ("little extra energy", extra_energy(cluster) < 0.4 * GeV),
        ("no pi0", count(pairs(cluster, pair_mass.between(0.120 * GeV, 0.145 * GeV))).equals(0)),
    )


def one_photon(*leptons: Node) -> tuple[Row, ...]:
    """The rows that ask for one photon, of more than 0.4 GeV, where the recoil points, and for little else: a control region."""
    photon = objects("cluster", angle_to_recoil(*leptons) < 15 * deg, momentum > 0.4 * GeV)
    return (
        ("a photon at the recoil", count(photon).equals(1)),
        ("little extra energy", extra_energy(others(photon, cluster)) < 0.4 * GeV),
    )
