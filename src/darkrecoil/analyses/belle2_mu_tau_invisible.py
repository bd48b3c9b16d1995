"""A muon, a tau and missing energy: e+ e- -> mu+ tau- X and mu- tau+ X, X -> invisible, with tau -> e nu nu.

A Z' with an off-diagonal coupling g_mutau is radiated where one lepton turns into the other. No publication: a projection; what it rests on
stands in _lepton_and_tau.
"""

from darkrecoil.analyses._lepton_and_tau import FROM_A_TAU, tau_and_nothing
from darkrecoil.constants import GeV

ANALYSIS = tau_and_nothing(
    "A muon, a tau and missing energy",
    "e+ e- -> mu+ tau- X",
    benchmark=("lfv_zprime", {"g_mutau": 1.0}),
    masses=(FROM_A_TAU, 8.0 * GeV),
    notes="the muon may come from the tau as well: no cut tells the two apart",
    suppressed=(2.1, 1.2),
)
