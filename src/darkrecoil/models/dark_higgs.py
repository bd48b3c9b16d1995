"""A dark photon A' and the dark Higgs boson h' that gives it its mass: e+e- -> A'* -> A' h'.

A scalar phi of dark charge 1: |D phi|^2 with D_mu = d_mu + i e_D A'_mu, phi = (v_D + h')/sqrt2, e_D = sqrt(4 pi alpha_D), is
(1/2) (d h')^2 + (1/2) e_D^2 (v_D + h')^2 A'^2. The A' has the mass e_D v_D, and the term linear in h' is e_D^2 v_D h' A' A' =
e_D m_A' h' A' A'. The A' couples to leptons as in dark_photon; h' -> A' A' has the width
alpha_D m_h^3/(8 m_A'^2) sqrt(1 - 4 r) (1 - 4 r + 12 r^2), r = m_A'^2/m_h^2.
"""

from darkrecoil.constants import SCALAR_MEDIATOR, VECTOR_MEDIATOR
from darkrecoil.models.dark_photon import MODEL as DARK_PHOTON
from darkrecoil.records import Field, Model, Parameter, Vertex

R = "(mass / m_h)**2"
TO_DARK_PHOTONS = f"alpha_D * m_h**3 / (8 * mass**2) * re(sqrt(1 - 4*{R})) * (1 - 4*{R} + 12*{R}**2)"  # 0 where closed

MODEL = Model(
    name="dark_higgs",
    title="Dark photon with its dark Higgs boson",
    particle="A'",
    pid=VECTOR_MEDIATOR,
    spin=1,
    mass=Parameter("mass", r"m_{A'}", "GeV", 2e-3, 10.5),
    coupling=Parameter("coupling", r"\varepsilon", "", 1e-9, 1.0),
    parameters=(
        Parameter("m_h", r"m_{h'}", "GeV", 1e-2, 10.5, 1.0),
        Parameter("alpha_D", r"\alpha_D", "", 1e-6, 1.0, 0.1),
    ),
    others=(Field("h'", "h'", "h'", SCALAR_MEDIATOR, 0, "m_h", TO_DARK_PHOTONS),),
    vertices=(
        *(Vertex((lepton, lepton, "A'"), "vector", +1.0, "coupling * e") for lepton in ("e", "mu", "tau")),
        Vertex(("A'", "A'", "h'"), "mass", 1.0, "sqrt(4 * pi * alpha_D) * mass"),
    ),
    quarks=DARK_PHOTON.quarks,
    references=(
        "B. Batell, M. Pospelov, A. Ritz, Phys. Rev. D 79 (2009) 115008, arXiv:0903.0363",
        "Belle II, Phys. Rev. Lett. 130 (2023) 071804, arXiv:2207.00509",
    ),
    notes=(
        "The mass is that of the A'. The rate of A' h' is proportional to coupling^2 alpha_D. Decays of the A' as in dark_photon. "
        "An h' lighter than 2 m_A' decays through virtual A' and loops, slowly: it is left stable. h' h' A' A' and h'^3 "
        "vertices are left out; m_h < sqrt(2/alpha_D) m_A' keeps the quartic coupling of phi, 2 pi alpha_D m_h^2/m_A'^2, below 4 pi."
    ),
)
