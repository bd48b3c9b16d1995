"""A muon and a tau and nothing else: e+ e- -> mu tau, both charge states, by a contact interaction that violates lepton flavour.

The tau is seen by its electron; against it stand tau pairs with the fastest of leptons, and muon pairs of which one is called an electron.
See _lepton_and_tau_pair for what it shares with the other lepton's.
"""

from darkrecoil.analyses._lepton_and_tau_pair import against_a_tau

ANALYSIS = against_a_tau("A muon against the mass of a tau", "e+ e- -> mu- tau+", beside="muon", of_the_tau="electron")
