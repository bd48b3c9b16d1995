"""An electron and a muon of one charge and two taus of the other: e+ e- -> e- tau+ X, X -> mu- tau+, and its charge conjugate.

Neutrinos come from both sides, so that there is no peak: the window holds a share of the masses of the muon with either track of the
other charge. What all searches of this kind share stands in _four_leptons.
"""

from darkrecoil.analyses._four_leptons import ONE_OF_EACH, TO_A_TAU, four_leptons
from darkrecoil.analyses._four_tracks import muon, track
from darkrecoil.constants import GeV
from darkrecoil.selection import masses_squared_across

ANALYSIS = four_leptons(
    "An electron and a tau beside a muon and a tau",
    "e+ e- -> e- tau+ X",
    "X -> mu- tau+",
    kind=ONE_OF_EACH,
    observable=masses_squared_across(muon, track),
    couplings=("g_etau", "g_mutau"),
    masses=(TO_A_TAU, 8.0 * GeV),
    share=0.8,
)
