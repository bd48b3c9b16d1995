"""A leptophilic scalar S: the Yukawa couplings of the Higgs boson to leptons, times xi.

L = -xi sum_l (m_l/v) lbar l S, v = 246.22 GeV. The sign of xi is free; two photons come from loops of the leptons.
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
    references=(
        "B. Batell, N. Lange, D. McKeen, M. Pospelov, A. Ritz, Phys. Rev. D 95 (2017) 075003, arXiv:1606.04943",
        "BaBar, Phys. Rev. Lett. 125 (2020) 181801, arXiv:2005.01885",
    ),
    notes=(
        "No quarks, W or Z; xi m_tau/v is perturbative up to xi of about 490, allowed up to 300. Displaced for small masses and xi: see "
        "ctau. The decay to two photons is by loops of e, mu and tau, nothing heavier."
    ),
)
