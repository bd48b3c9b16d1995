"""A leptophilic scalar S: the Yukawa couplings of the Higgs boson to leptons, times xi.

L = -xi sum_l (m_l/v) lbar l S, v = 246.22 GeV. The sign of xi is free; two photons come from loops of the leptons.

The light scalar of a two-doublet model whose second doublet gives mass to leptons alone is of this kind, with xi near tan beta, and couples
to quarks as well: xi_q sum_q (m_q/v) qbar q S, xi_q = xi/tan^2 beta in the limit in which it mixes least with the Higgs boson. xi_q is
the factor's ratio to xi, 0 unless given.
"""

from darkrecoil.constants import H2, HIGGS_VEV, M_E, M_MU, M_TAU
from darkrecoil.records import Model, Parameter, Vertex

MODEL = Model(
    name="leptophilic_scalar",
    title="Leptophilic scalar",
    particle="S",
    pid=H2,
    spin=0,
    mass=Parameter("mass", r"m_S", "GeV", 2e-3, 8.0),
    coupling=Parameter("coupling", r"\xi", "", 1e-4, 300.0),
    vertices=tuple(
        Vertex((lepton, lepton, "S"), "scalar", -mass / HIGGS_VEV) for lepton, mass in (("e", M_E), ("mu", M_MU), ("tau", M_TAU))
    ),
    parameters=(Parameter("xi_q", r"\xi_q/\xi", "", -1.0, 1.0, 0.0),),
    quarks=(Vertex(("q", "q", "S"), "scalar", -1.0, "coupling * xi_q"),),
    references=(
        "B. Batell, N. Lange, D. McKeen, M. Pospelov, A. Ritz, Phys. Rev. D 95 (2017) 075003, arXiv:1606.04943",
        "BaBar, Phys. Rev. Lett. 125 (2020) 181801, arXiv:2005.01885",
    ),
    notes=(
        "No W or Z; quarks for xi_q only (1/tan^2 beta in the leptonic two-doublet model), then hadrons within a factor: see the errors. "
        "xi m_tau/v is perturbative up to xi of about 490, allowed up to 300. Displaced for small masses and xi: "
        "see ctau. The decay to two photons is by loops of e, mu and tau, nothing heavier and no quarks."
    ),
)
