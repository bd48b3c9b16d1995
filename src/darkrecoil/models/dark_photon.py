"""A dark photon A' with kinetic mixing: it couples as the photon does, times epsilon.

L = -epsilon e Q fbar gamma^mu f A'_mu, after the mixing (epsilon/2) F F' has been removed by a shift of the photon's field;
the Z's part is smaller by m^2/M_Z^2. Gamma(l+l-) = alpha epsilon^2 m/3 (1 + 2 r) sqrt(1 - 4 r), r = m_l^2/m^2.
"""

from darkrecoil.constants import VECTOR_MEDIATOR
from darkrecoil.records import Model, Parameter, Vertex

MODEL = Model(
    name="dark_photon",
    title="Dark photon with kinetic mixing",
    particle="A'",
    pid=VECTOR_MEDIATOR,
    spin=1,
    mass=Parameter("mass", r"m_{A'}", "GeV", 2e-3, 10.5),
    coupling=Parameter("coupling", r"\varepsilon", "", 1e-9, 1.0),
    vertices=tuple(Vertex((lepton, lepton, "A'"), "vector", +1.0, "coupling * e") for lepton in ("e", "mu", "tau")),
    references=(
        "B. Holdom, Phys. Lett. B 166 (1986) 196",
        "R. Essig, P. Schuster, N. Toro, Phys. Rev. D 80 (2009) 015003, arXiv:0903.3941",
        "BaBar, Phys. Rev. Lett. 113 (2014) 201801, arXiv:1406.2980",
    ),
    notes=(
        "Decays to leptons only: hadrons are left out, so that above 0.28 GeV the width is too small and leptonic fractions are too "
        "large, by 2 or more at 2 GeV, by 6 at the rho. No decay to dark matter (--invisible 1 stands for one that takes all). To first "
        "order in epsilon; below 2 m_e it decays to three photons, which is left out."
    ),
)
