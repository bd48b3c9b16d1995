"""An electron and a muon beside an X that decays to an electron and a tau: e+ e- -> e- mu+ X, X -> e- tau+, and its charge conjugate.

X is a peak in the recoil of the muon with one of two electrons of one charge, whatever of the tau is seen. What all searches of this kind
share stands in _four_leptons.
"""

from darkrecoil.analyses._four_leptons import RECOIL, TO_A_TAU, TWO_ELECTRONS, four_leptons
from darkrecoil.constants import GeV

ANALYSIS = four_leptons(
    "An electron and a muon beside an electron and a tau",
    "e+ e- -> e- mu+ X",
    "X -> e- tau+",
    kind=TWO_ELECTRONS,
    observable=RECOIL,
    couplings=("g_emu", "g_etau"),
    masses=(TO_A_TAU, 8.0 * GeV),
)
