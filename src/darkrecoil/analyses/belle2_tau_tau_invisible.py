"""Two taus and missing energy: e+ e- -> tau+ tau- X, X -> invisible, with one tau -> e nu nu and one tau -> mu nu nu.

The Z' of L_mu - L_tau, or any boson that taus radiate. No publication: a projection; what it rests on stands in _lepton_and_tau.
"""

from darkrecoil.analyses._lepton_and_tau import tau_and_nothing
from darkrecoil.constants import GeV

ANALYSIS = tau_and_nothing(
    "Two taus and missing energy",
    "e+ e- -> tau+ tau- X",
    benchmark=("lmu_ltau", {}),
    masses=(0.0 * GeV, 6.0 * GeV),
    notes="four neutrinos beside X: no peak",
    suppressed=(1.5, 1.5),
    reference="M. Escudero, D. Hooper, G. Krnjaic, M. Pierre, arXiv:1901.02010: the Z'",
)
