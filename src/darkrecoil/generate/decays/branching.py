"""Branching fractions of the tau, and what this description of its decays leaves out.

Fractions are those of R. L. Workman et al. (PDG), Prog. Theor. Exp. Phys. 2022, 083C01, tau listing. They are never
renormalised: what the named modes leave is generated too, as ``other``. Status: e, mu and pi pi0 were compared with a tau
decay table distributed with Herwig, which has them within 1e-5; pi nu (0.1086 there) and the three-prong fraction are
remembered values, not verified.
"""

from itertools import accumulate

TAU_LIFETIME = 290.3e-15  # s; PDG 2022, (290.3 +- 0.5) fs

ELECTRON = 0.1782  # e- nubar_e nu_tau, +- 0.0004; PDG 2022
MUON = 0.1739  # mu- nubar_mu nu_tau, +- 0.0004; PDG 2022
PION = 0.1082  # pi- nu_tau, +- 0.0005; PDG 2022 [recall]
RHO = 0.2549  # pi- pi0 nu_tau, +- 0.0009, all of it generated through the pion form factor; PDG 2022
THREE_PRONG = 0.1520  # h- h- h+ and any neutrals, K0S -> pi+ pi- included, +- 0.0006; PDG 2022 [recall]
ONE_PRONG = 1.0 - ELECTRON - MUON - PION - RHO - THREE_PRONG  # the rest: pi- 2pi0, kaons, pi- 3pi0, five-prong (0.1 %)

MODES = ("e nu nu", "mu nu nu", "pi nu", "rho nu", "other, three-prong", "other, one-prong")
FRACTIONS = (ELECTRON, MUON, PION, RHO, THREE_PRONG, ONE_PRONG)
CUMULATIVE = (*tuple(accumulate(FRACTIONS))[:-1], 1.0)

MISSING = (
    "tau decays: no spin, so no correlation between the two taus of a pair and no asymmetry of one",
    "tau decays: tree level, no photon radiated by the decay products",
)
ASSUMPTIONS = (
    "tau decays: all but e, mu, pi, rho (28.48 %) is tau -> nu h with the a1(1260) line shape",
    "tau decays: h -> 3 pi in flat phase space, no kaons, fourth pions or five-prong decays, no rho within",
    "tau decays: tau -> pi pi0 nu has the form factor of rho and rho' of Kuehn and Santamaria (1990)",
)
