"""Two electrons of one charge and two taus of the other: e+ e- -> e- tau+ X, X -> e- tau+, and its charge conjugate.

One coupling makes X and lets it decay. Neutrinos come from both sides, so that there is no peak: the window holds a share of the masses of
the muon of a tau with an electron. What all searches of this kind share stands in _four_leptons.
"""

from darkrecoil.analyses._four_leptons import MASS, TO_A_TAU, TWO_ELECTRONS, four_leptons
from darkrecoil.constants import GeV

ANALYSIS = four_leptons(
    "Two electrons and two taus of opposite charges",
    "e+ e- -> e- tau+ X",
    "X -> e- tau+",
    kind=TWO_ELECTRONS,
    observable=MASS,
    couplings=("g_etau",),
    masses=(TO_A_TAU, 8.0 * GeV),
    share=0.8,
)
