"""An electron, a tau and missing energy: e+ e- -> e+ tau- X and e- tau+ X, X -> invisible, with tau -> mu nu nu.

A Z' with an off-diagonal coupling g_etau is radiated where one lepton turns into the other. As with an electron and a muon, the t channel
leaves most electrons in the beam pipe. No publication: a projection; what it rests on stands in _lepton_and_tau.
"""

from darkrecoil.analyses._lepton_and_tau import FROM_A_TAU, tau_and_nothing
from darkrecoil.constants import GeV

ANALYSIS = tau_and_nothing(
    "An electron, a tau and missing energy",
    "e+ e- -> e+ tau- X",
    benchmark=("lfv_zprime", {"g_etau": 1.0}),
    toward=("theta(e+) > 30 deg", "theta(e+) < 130 deg"),
    masses=(FROM_A_TAU, 8.0 * GeV),
    notes="an electron from the tau, with a muon of none, is no part of the signal",
    suppressed=(1.2, 1.5),
)
