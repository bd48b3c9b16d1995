"""An axion-like particle: L = -(g/4) a F Ftilde, Ftilde the dual field strength, and, if asked for, Z, charged leptons, quarks, gluons.

Gamma(a -> gamma gamma) = g^2 m^3/(64 pi); g = g_agg in 1/GeV, all of the amplitude to two photons. The rest does not grow with it:

    -(g_gammaZ/2) a F Ztilde - (g_ZZ/4) a Z Ztilde + (1/f_A) d_mu a sum_f c_f fbar gamma^mu gamma5 f + c_G alpha_s/(8 pi f_A) a G Gtilde

with g_gammaZ = c_gammaZ g and g_ZZ = c_ZZ g. By the leptons' equations of motion the derivative is -(2 m_f c_f/f_A) i a fbar gamma5 f:
couplings in proportion to the masses, and a two-photon term that g includes.
"""

from darkrecoil.constants import A0
from darkrecoil.models._standard_model import CHARGED
from darkrecoil.records import Model, Parameter, Vertex

TEX = {"e": "e", "mu": r"\mu", "tau": r"\tau"}
QUARKS = "udscb"

MODEL = Model(
    name="alp",
    title="Axion-like particle coupled to photons",
    particle="a",
    pid=A0,
    spin=0,
    mass=Parameter("mass", r"m_a", "GeV", 1e-4, 10.5),
    coupling=Parameter("coupling", r"g_{a\gamma\gamma}", "1/GeV", 1e-12, 1.0),
    parameters=(
        Parameter("c_gammaZ", r"g_{a\gamma Z}/g_{a\gamma\gamma}", "", -10.0, 10.0, 0.0),
        Parameter("c_ZZ", r"g_{aZZ}/g_{a\gamma\gamma}", "", -10.0, 10.0, 0.0),
        *(Parameter(f"c_{lepton}", f"c_{{{TEX[lepton]}}}", "", -10.0, 10.0, 0.0) for lepton in CHARGED),
        *(Parameter(f"c_{quark}", f"c_{quark}", "", -10.0, 10.0, 0.0) for quark in QUARKS),
        Parameter("c_G", r"c_G", "", -100.0, 100.0, 0.0),
        Parameter("f_A", r"f_A", "GeV", 100.0, 1e12, 1e3),
    ),
    vertices=(
        Vertex(("gamma", "gamma", "a"), "dual", 1.0),
        Vertex(("gamma", "Z", "a"), "dual", 1.0, "coupling * c_gammaZ"),
        Vertex(("Z", "Z", "a"), "dual", 1.0, "coupling * c_ZZ"),
        *(Vertex((lepton, lepton, "a"), "pseudoscalar", -2 * mass, f"c_{lepton} / f_A") for lepton, mass in CHARGED.items()),
    ),
    quarks=(
        Vertex(("G", "G", "a"), "dual", 1.0, "c_G / f_A"),
        *(Vertex((quark, quark, "a"), "derivative", 1.0, f"c_{quark} / f_A") for quark in QUARKS),
    ),
    references=(
        "M. J. Dolan, T. Ferber, C. Hearty, F. Kahlhoefer, K. Schmidt-Hoberg, JHEP 12 (2017) 094, arXiv:1709.00009",
        "M. Bauer, M. Neubert, A. Thamm, JHEP 12 (2017) 044, arXiv:1708.00443",
        "Belle II, Phys. Rev. Lett. 125 (2020) 161806, arXiv:2007.13071",
    ),
    notes=(
        "An effective interaction: it holds for g sqrt(s) well below 4 pi, g < 1/GeV here. Photons alone unless c_gammaZ, c_ZZ, c_e, c_mu, "
        "c_tau, c_u .. c_b or c_G is given; W W a, which only loops would show at these energies, is left out. Hadrons are known within a "
        "factor: see the errors. Displaced for small g^2 m^4: see ctau."
    ),
)
