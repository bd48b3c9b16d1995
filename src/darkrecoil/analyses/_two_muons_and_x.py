"""Searches for an X beside two muons that decays to a tau and a lepton: the rows of what is seen, and what recoils.

The two muons and the lepton are identified, and what recoils against the three is the tau: the square of its mass, whatever it decays to,
is the strongest cut against leptons of the Standard Model, which have two taus or none. X is a peak in the recoil of a pair of
opposite muons. The cuts are assumptions, set by eye on events of another seed than those of docs/searches.md.
"""

from darkrecoil.analyses._four_leptons import WITH_A_TAU
from darkrecoil.analyses._four_tracks import ASIDE, dimuon
from darkrecoil.analyses._words import Row, cluster
from darkrecoil.constants import GeV
from darkrecoil.selection import Node, extra_energy, pair_recoils_squared, recoil_mass_squared

BESIDE = pair_recoils_squared(dimuon)
BOTH = "both charges of X's decay are looked for; each pair of opposite muons is a candidate; an event counts once in a window"


def beside_a_tau(*three: Node) -> tuple[Row, ...]:
    """The rows: a tau that recoils against three leptons, and nothing that is lost along the beams or seen beside the tracks."""
    return (
        *WITH_A_TAU,
        ("the rest is a tau", recoil_mass_squared(*three).between(2.0 * GeV**2, 4.5 * GeV**2)),  # 3.16 GeV^2, and photons of the beams
        ASIDE,
        ("little else",       extra_energy(cluster) < 1.0 * GeV),  # a neutral pion of the tau is seen, too
    )  # fmt: skip
