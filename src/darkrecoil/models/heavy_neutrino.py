"""A heavy Dirac neutrino N that mixes with one neutrino, by flavour: nu_l -> nu_l + U N in the weak currents, to first order in U.

L = (g U/sqrt2) Nbar gamma^mu (1 - gamma5)/2 l W_mu + (g_Z U/2) nubar_l gamma^mu (1 - gamma5)/2 N Z_mu + h.c.; W annihilates a W+.
"""

from math import sqrt

from darkrecoil.constants import HEAVY_NEUTRINO
from darkrecoil.models._standard_model import CHARGED, G_NEUTRAL, G_WEAK
from darkrecoil.records import Model, Parameter, Vertex

MODEL = Model(
    name="heavy_neutrino",
    title="Heavy Dirac neutrino mixed with one flavour",
    particle="N",
    antiparticle="N~",
    pid=HEAVY_NEUTRINO,
    spin=0.5,
    mass=Parameter("mass", r"m_N", "GeV", 1e-3, 10.5),
    coupling=Parameter("coupling", "U", "", 1e-7, 1.0),
    parameters=(Parameter("flavour", r"\ell", "", 0.0, 2.0, 0.0, tuple(CHARGED)),),
    vertices=(
        *(Vertex(("N", lepton, "W"), "left", G_WEAK / sqrt(2), f"coupling * flavour_{lepton}") for lepton in CHARGED),
        *(Vertex((f"nu_{lepton}", "N", "Z"), "left", G_NEUTRAL / 2, f"coupling * flavour_{lepton}") for lepton in CHARGED),
    ),
    references=(
        "A. Atre, T. Han, S. Pascoli, B. Zhang, JHEP 05 (2009) 030, arXiv:0901.3589",
        "D. Gorbunov, M. Shaposhnikov, JHEP 10 (2007) 015, arXiv:0705.1729",
        "K. Bondarenko, A. Boyarsky, D. Gorbunov, O. Ruchayskiy, JHEP 11 (2018) 032, arXiv:1805.08567",
        "A. de Gouvea, A. Kobach, Phys. Rev. D 93 (2016) 033005, arXiv:1511.00683",
    ),
    notes=(
        "First order in U: unitarity asks for U^2 << 1. flavour is e, mu or tau. Decays by W and Z with their momenta neglected "
        "(m_N^2/M_W^2: 1 % at 8 GeV): three leptons; a lepton and a meson; from 1 GeV on all that quark pairs exceed the mesons "
        "by, known within 20 %. No lepton-number violation; no decays to baryons or B mesons by themselves."
    ),
)
