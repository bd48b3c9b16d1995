"""Branching fractions of the tau, and what this description of its decays leaves out.

Fractions are those of R. L. Workman et al. (PDG), Prog. Theor. Exp. Phys. 2022, 083C01, tau listing. They are never
renormalised: what the named modes leave is generated too, as ``other``. Status: e, mu, pi pi0, pi pi pi and pi pi0 pi0 were
compared with tau decay tables distributed with Herwig, one of which has them within 1e-5 (pi nu 0.1086 there, 0.1082 in the other);
the fractions marked [recall] are remembered values, not verified.
"""

TAU_LIFETIME = 290.3e-15  # s; PDG 2022, (290.3 +- 0.5) fs

ELECTRON = 0.1782  # e- nubar_e nu_tau, +- 0.0004; PDG 2022
MUON = 0.1739  # mu- nubar_mu nu_tau, +- 0.0004; PDG 2022
PION = 0.1082  # pi- nu_tau, +- 0.0005; PDG 2022 [recall]
KAON = 0.00696  # K- nu_tau, +- 0.00010; PDG 2022 [recall]
RHO = 0.2549  # pi- pi0 nu_tau, +- 0.0009, all of it generated through the pion form factor; PDG 2022
A1_THREE = 0.0902  # pi- pi- pi+ nu_tau without K0, +- 0.0005; PDG 2022
A1_ONE = 0.0926  # pi- pi0 pi0 nu_tau without K0, +- 0.0010; PDG 2022
THREE_PRONG = 0.1520  # h- h- h+ and any neutrals, K0S -> pi+ pi- included, +- 0.0006; PDG 2022 [recall]
OTHER_THREE = THREE_PRONG - A1_THREE  # pi- pi- pi+ pi0, kaons, K0S
OTHER_ONE = 1.0 - ELECTRON - MUON - PION - KAON - RHO - A1_ONE - THREE_PRONG  # pi- 3pi0, kaons and K0, five-prong (0.1 %)

MODES = (
    "e nu nu",
    "mu nu nu",
    "pi nu",
    "K nu",
    "rho nu",
    "a1 nu, three-prong",
    "a1 nu, one-prong",
    "other, three-prong",
    "other, one-prong",
)
FRACTIONS = (ELECTRON, MUON, PION, KAON, RHO, A1_THREE, A1_ONE, OTHER_THREE, OTHER_ONE)
OTHER = 81  # code of the hadron of ``other``: 81 to 100 are a generator's own in the PDG numbering scheme

MISSING = ("tau decays: tree level, no photon radiated by the decay products",)
ASSUMPTIONS = (
    f"tau decays: all but e, mu, pi, K, rho, a1 ({100 * (OTHER_THREE + OTHER_ONE):.2f} %) is 'other' (code {OTHER}): an a1 in all else",
    "tau decays: 'other' has the kinematics and spin of a1 -> 3 pi; no kaons, fourth pions or five-prong decays",
    "tau decays: tau -> pi pi0 nu and the rho pairs of tau -> 3 pi nu have the form factor of Kuehn and Santamaria (1990)",
)
