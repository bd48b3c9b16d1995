"""Neutrino tridents, nu_mu N -> nu_mu mu+ mu- N: cross-sections at tree level in the Standard Model and with a Z' of any mass."""
