"""An axion-like particle that couples to photons: L = -(g/4) a F Ftilde, Ftilde the dual field strength.

Gamma(a -> gamma gamma) = g^2 m^3/(64 pi); g = g_agg in 1/GeV. Couplings to other gauge bosons and to fermions are left out.
"""

from darkrecoil.constants import A0
from darkrecoil.records import Model, Parameter, Vertex

MODEL = Model(
    name="alp",
    title="Axion-like particle coupled to photons",
    particle="a",
    pid=A0,
    spin=0,
    mass=Parameter("mass", r"m_a", "GeV", 1e-4, 10.5),
    coupling=Parameter("coupling", r"g_{a\gamma\gamma}", "1/GeV", 1e-12, 1.0),
    vertices=(Vertex(("gamma", "gamma", "a"), "dual", 1.0),),
    references=(
        "M. J. Dolan, T. Ferber, C. Hearty, F. Kahlhoefer, K. Schmidt-Hoberg, JHEP 12 (2017) 094, arXiv:1709.00009",
        "Belle II, Phys. Rev. Lett. 125 (2020) 161806, arXiv:2007.13071",
    ),
    notes=(
        "An effective interaction: it holds for g sqrt(s) well below 4 pi, g < 1/GeV here. No coupling to gamma Z, Z Z, W W, gluons or "
        "fermions. Displaced for small g^2 m^4: see ctau."
    ),
)
