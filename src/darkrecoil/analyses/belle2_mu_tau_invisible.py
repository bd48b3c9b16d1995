"""A muon, a tau and missing energy: e+ e- -> mu+ tau- X and mu- tau+ X, X -> invisible, with tau -> e nu nu.

A Z' with an off-diagonal coupling g_mutau is radiated where one lepton turns into the other. No publication: a projection; what it rests on
stands in _lepton_and_tau.
"""

from darkrecoil.analyses._lepton_and_tau import BACKGROUNDS, DATA, LFV, LUMINOSITY, MISSING, TABLE, TRIGGERS, electron
from darkrecoil.analyses._two_leptons import muon
from darkrecoil.constants import GeV
from darkrecoil.selection import Analysis, recoil_mass_squared

ANALYSIS = Analysis(
    title="A muon, a tau and missing energy",
    experiment="belle2",
    status="projection",
    signal="e+ e- -> mu+ tau- X",
    level=0.90,
    references=(f"[1] {LFV}", f"[2] {LUMINOSITY}"),
    triggers=TRIGGERS,
    selection=TABLE,
    observable=recoil_mass_squared(electron, muon),
    window=2.0,
    share=0.8,
    benchmark=("lfv_zprime", {"g_mutau": 1.0}),
    backgrounds=BACKGROUNDS,
    datasets=(DATA,),
    binning=(-4.0 * GeV**2, 112.0 * GeV**2, 116),
    masses=(1.8 * GeV, 8.0 * GeV),  # below, taus of pairs decay to it: see tau -> l X
    missing=MISSING,
    notes="the muon may come from the tau as well: no cut tells the two apart",
)
