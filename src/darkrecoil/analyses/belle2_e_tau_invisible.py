"""An electron, a tau and missing energy: e+ e- -> e+ tau- X and e- tau+ X, X -> invisible, with tau -> mu nu nu.

A Z' with an off-diagonal coupling g_etau is radiated where one lepton turns into the other. As with an electron and a muon, the t channel
leaves most electrons in the beam pipe. No publication: a projection; what it rests on stands in _lepton_and_tau.
"""

from darkrecoil.analyses._lepton_and_tau import BACKGROUNDS, DATA, LFV, LUMINOSITY, MISSING, TABLE, TRIGGERS, electron
from darkrecoil.analyses._two_leptons import muon
from darkrecoil.constants import GeV
from darkrecoil.selection import Analysis, recoil_mass_squared

ANALYSIS = Analysis(
    title="An electron, a tau and missing energy",
    experiment="belle2",
    status="projection",
    signal="e+ e- -> e+ tau- X",
    level=0.90,
    references=(f"[1] {LFV}", f"[2] {LUMINOSITY}"),
    triggers=TRIGGERS,
    selection=TABLE,
    observable=recoil_mass_squared(electron, muon),
    window=2.0,
    share=0.8,
    benchmark=("lfv_zprime", {"g_etau": 1.0}),
    backgrounds=BACKGROUNDS,
    toward={"e+ e- -> e+ tau- X": ("theta(e+) > 30 deg", "theta(e+) < 130 deg")},
    datasets=(DATA,),
    binning=(-4.0 * GeV**2, 112.0 * GeV**2, 116),
    masses=(1.8 * GeV, 8.0 * GeV),  # below, taus of pairs decay to it: see tau -> l X
    missing=MISSING,
    notes="an electron from the tau, with a muon of none, is no part of the signal",
)
