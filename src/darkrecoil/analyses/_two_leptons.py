"""Objects and cuts that searches for two leptons and an invisible particle share.

All values [recall]: none was read in a publication. The published searches also ask |dr| < 0.5 cm and |dz| < 2 cm, which prompt tracks of
the simulation pass.
"""

from darkrecoil.analyses._words import IN_BARREL, Row, cluster, track
from darkrecoil.constants import GeV, deg
from darkrecoil.selection import (
    Node,
    angle_to_recoil,
    charge,
    count,
    e_over_p,
    ecl_energy,
    extra_energy,
    momentum,
    objects,
    others,
    pair_mass,
    pairs,
    recoil_theta,
    transverse_opening,
)

LIKE_A_MUON = (ecl_energy.between(0.15 * GeV, 0.4 * GeV), e_over_p < 0.4)
LIKE_AN_ELECTRON = (ecl_energy > 1.5 * GeV, e_over_p.between(0.75, 1.25))

candidate = objects("track", *IN_BARREL, hypothesis="muon")
muon = objects("track", *IN_BARREL, *LIKE_A_MUON, hypothesis="muon")
electron = objects("track", *IN_BARREL, *LIKE_AN_ELECTRON, hypothesis="electron")

# What is measured may differ from the truth by these margins, the direction of a small recoil most: cuts inside which a background is
# generated. Closer ones leave grids with steps at their edges, and rare events of large weight there.
EACH = ("theta({}) > 34 deg", "theta({}) < 123 deg")
PAIR = (
    "transverse_opening({}, {}) > 85 deg", "transverse_opening({}, {}) < 175 deg",
    "recoil_theta({}, {}) > 25 deg", "recoil_theta({}, {}) < 135 deg",
)  # fmt: skip

OPPOSITE: tuple[Row, ...] = (
    ("two tracks",              count(track).equals(2)),
    ("opposite, in the barrel", count(candidate).equals(2), charge(candidate).equals(0)),
)  # fmt: skip


def an_electron_and_a_muon(some: Node) -> Row:
    """The row that asks for one such electron and one muon."""
    return ("an electron and a muon", count(some).equals(1), count(muon).equals(1))


def generated(one: str, other: str, each: tuple[str, ...] = (), more: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The cuts on two true leptons that the table is narrower than; ``each`` has a place for a name."""
    single = (text.format(name) for name in (one, other) for text in (*EACH, *each))
    return (*single, *more, *(text.format(one, other) for text in PAIR))


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
