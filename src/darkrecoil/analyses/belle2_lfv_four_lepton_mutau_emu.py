"""A muon and a tau beside an X that decays to an electron and a muon: e+ e- -> mu- tau+ X, X -> e+ mu-, and its charge conjugate.

X is a peak in the mass of the electron with one of two muons of one charge; the tau is the fourth track. What all searches of this kind
share stands in _four_leptons.
"""

from darkrecoil.analyses._four_leptons import FROM_A_TAU, MASS, TWO_MUONS, four_leptons
from darkrecoil.constants import GeV

ANALYSIS = four_leptons(
    "A muon and a tau beside an electron and a muon",
    "e+ e- -> mu- tau+ X",
    "X -> e- mu+",
    kind=TWO_MUONS,
    observable=MASS,
    couplings=("g_mutau", "g_emu"),
    masses=(FROM_A_TAU, 8.0 * GeV),
)
