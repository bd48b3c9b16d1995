"""Two muons beside an X that decays to a muon and a tau: e+ e- -> mu+ mu- X, X -> mu- tau+ or mu+ tau-.

Three muons and the track of the tau. Two of the pairs of muons have opposite charges: X is a peak in the recoil of one. Against it stand
four muons, one of them called none and a photon lost; mu mu tau tau has more neutrinos. What it shares with others stands in
_two_muons_and_x and _four_leptons.
"""

from darkrecoil.analyses._four_leptons import NO_TAUS, TO_A_TAU, Kind, four_leptons
from darkrecoil.analyses._four_tracks import muon
from darkrecoil.analyses._two_muons_and_x import BESIDE, BOTH, beside_a_tau
from darkrecoil.analyses._words import FOUR_MUONS, MUONS_AND_TAUS
from darkrecoil.constants import GeV
from darkrecoil.selection import count

ANALYSIS = four_leptons(
    "Two muons beside a muon and a tau",
    "e+ e- -> mu+ mu- X",
    "X -> mu- tau+",
    kind=Kind(
        (("three muons", count(muon).equals(3)), *beside_a_tau(muon)),
        backgrounds=(FOUR_MUONS, MUONS_AND_TAUS),
        cuts={},
        missing=("no e+ e- -> e+ e- mu+ mu-: no electron of this card is called a muon", NO_TAUS),
        notes=BOTH,
    ),
    observable=BESIDE,
    couplings=("g_mumu", "g_mutau"),
    masses=(TO_A_TAU, 8.0 * GeV),
)
