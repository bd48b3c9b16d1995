"""An electron and a muon beside an X that decays to a muon and a tau: e+ e- -> e- mu+ X, X -> mu+ tau-, and its charge conjugate.

X is a peak in the recoil of the electron with one of two muons of one charge, whatever of the tau is seen. What all searches of this kind
share stands in _four_leptons.
"""

from darkrecoil.analyses._four_leptons import RECOIL, TO_A_TAU, TWO_MUONS, four_leptons
from darkrecoil.constants import GeV

ANALYSIS = four_leptons(
    "An electron and a muon beside a muon and a tau",
    "e+ e- -> e- mu+ X",
    "X -> mu- tau+",
    kind=TWO_MUONS,
    observable=RECOIL,
    couplings=("g_emu", "g_mutau"),
    masses=(TO_A_TAU, 8.0 * GeV),
)
