"""Two muons of one charge and two taus of the other: e+ e- -> mu- tau+ X, X -> mu- tau+, and its charge conjugate.

One coupling makes X and lets it decay. Neutrinos come from both sides, so that there is no peak: the window holds a share of the masses of
the electron of a tau with a muon. What all searches of this kind share stands in _four_leptons.
"""

from darkrecoil.analyses._four_leptons import MASS, TO_A_TAU, TWO_MUONS, four_leptons
from darkrecoil.constants import GeV

ANALYSIS = four_leptons(
    "Two muons and two taus of opposite charges",
    "e+ e- -> mu- tau+ X",
    "X -> mu- tau+",
    kind=TWO_MUONS,
    observable=MASS,
    couplings=("g_mutau",),
    masses=(TO_A_TAU, 8.0 * GeV),
    share=0.8,
)
