"""A muon and an electron of one charge and two taus of the other: e+ e- -> mu- tau+ X, X -> e- tau+, and its charge conjugate.

The tracks are those of belle2_lfv_four_lepton_etau_mutau, but X decays to the electron: the window holds a share of the masses of the
electron with either track of the other charge. What all searches of this kind share stands in _four_leptons.
"""

from darkrecoil.analyses._four_leptons import ONE_OF_EACH, TO_A_TAU, four_leptons
from darkrecoil.analyses._four_tracks import electron, track
from darkrecoil.constants import GeV
from darkrecoil.selection import masses_squared_across

ANALYSIS = four_leptons(
    "A muon and a tau beside an electron and a tau",
    "e+ e- -> mu- tau+ X",
    "X -> e- tau+",
    kind=ONE_OF_EACH,
    observable=masses_squared_across(electron, track),
    couplings=("g_mutau", "g_etau"),
    masses=(TO_A_TAU, 8.0 * GeV),
    share=0.8,
)
