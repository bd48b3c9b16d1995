"""Two taus and missing energy: e+ e- -> tau+ tau- X, X -> invisible, with one tau -> e nu nu and one tau -> mu nu nu.

The Z' of L_mu - L_tau, or any boson that taus radiate. No publication: a projection; what it rests on stands in _lepton_and_tau.
"""

from darkrecoil.analyses._lepton_and_tau import BACKGROUNDS, DATA, LUMINOSITY, MISSING, TABLE, TRIGGERS, electron
from darkrecoil.analyses._two_leptons import muon
from darkrecoil.constants import GeV
from darkrecoil.selection import Analysis, recoil_mass_squared

ANALYSIS = Analysis(
    title="Two taus and missing energy",
    experiment="belle2",
    status="projection",
    signal="e+ e- -> tau+ tau- X",
    level=0.90,
    references=("[1] M. Escudero, D. Hooper, G. Krnjaic, M. Pierre, arXiv:1901.02010: the Z'", f"[2] {LUMINOSITY}"),
    triggers=TRIGGERS,
    selection=TABLE,
    observable=recoil_mass_squared(electron, muon),
    window=2.0,
    share=0.8,
    benchmark=("lmu_ltau", {}),
    backgrounds=BACKGROUNDS,
    datasets=(DATA,),
    binning=(-4.0 * GeV**2, 112.0 * GeV**2, 116),
    masses=(0.0 * GeV, 6.0 * GeV),
    missing=MISSING,
    notes="four neutrinos beside X: no peak",
)
