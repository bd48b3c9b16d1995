"""Processes whose rate is a measured one and whose hadrons are Pythia's: e+e- -> hadrons, eta gamma, eta' gamma."""
