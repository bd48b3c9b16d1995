"""An electron and a tau beside an X that decays to an electron and a muon: e+ e- -> e- tau+ X, X -> e- mu+, and its charge conjugate.

X is a peak in the mass of the muon with one of two electrons of one charge; the tau is the fourth track. What all searches of this kind
share stands in _four_leptons.
"""

from darkrecoil.analyses._four_leptons import FROM_A_TAU, MASS, TWO_ELECTRONS, four_leptons
from darkrecoil.constants import GeV

ANALYSIS = four_leptons(
    "An electron and a tau beside an electron and a muon",
    "e+ e- -> e- tau+ X",
    "X -> e- mu+",
    kind=TWO_ELECTRONS,
    observable=MASS,
    couplings=("g_etau", "g_emu"),
    masses=(FROM_A_TAU, 8.0 * GeV),
)
