"""An electron and a tau and nothing else: e+ e- -> e tau, both charge states, by a contact interaction that violates lepton flavour.

The tau is seen by its muon; against it stand tau pairs with the fastest of leptons, and muon pairs of which one is called an electron.
See _lepton_and_tau_pair for what it shares with the other lepton's.
"""

from darkrecoil.analyses._lepton_and_tau_pair import BACKGROUNDS, DATA, FAST, MISSING, REFERENCES, SLOW, TRIGGERS, lepton, table
from darkrecoil.constants import GeV
from darkrecoil.selection import Analysis, recoil_mass_squared

electron, muon = lepton("electron", FAST), lepton("muon", SLOW)

ANALYSIS = Analysis(
    title="An electron against the mass of a tau",
    experiment="belle2",
    status="projection",
    signal="e+ e- -> e- tau+",
    level=0.90,
    references=REFERENCES,
    triggers=TRIGGERS,
    selection=table(electron, muon),
    observable=recoil_mass_squared(electron),
    window=2.0,
    share=0.9,  # about the mass of the tau, 3.16 GeV^2
    backgrounds=BACKGROUNDS,
    datasets=(DATA,),
    binning=(-5.0 * GeV**2, 15.0 * GeV**2, 100),
    masses=(0.0 * GeV, 1e-9 * GeV),  # of a new particle: there is none
    missing=MISSING,
)
