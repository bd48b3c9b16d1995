"""A dark photon A' with kinetic mixing: it couples as the photon does, times epsilon; and, if asked for, inelastic dark matter.

L = -epsilon e Q fbar gamma^mu f A'_mu, after the mixing (epsilon/2) F F' has been removed by a shift of the photon's field;
the Z's part is smaller by m^2/M_Z^2. Gamma(l+l-) = alpha epsilon^2 m/3 (1 + 2 r) sqrt(1 - 4 r), r = m_l^2/m^2.

alpha_D > 0 adds dark matter of dark charge 1, e_D = sqrt(4 pi alpha_D), of a kind chosen by dm: a Dirac fermion, a Majorana fermion (an
axial current), a complex scalar, all invisible (_dark_matter); or inelastic, chi1 and chi2, the two Majorana halves of a Dirac fermion
that a small mass term splits, with i e_D A'_mu chi1bar gamma^mu chi2 and m_chi2 = (1 + delta) m_chi: A' -> chi1 chi2, chi2 -> chi1 l+ l-
(_inelastic). For delta = 0 that pair is a stable Dirac fermion, Gamma = alpha_D m/3 (1 + 2 r) sqrt(1 - 4 r).
"""

from darkrecoil.constants import DARK_MATTER, EXCITED, VECTOR_MEDIATOR
from darkrecoil.models import _dark_matter
from darkrecoil.models._standard_model import CHARGES
from darkrecoil.records import Field, Model, Parameter, Vertex

MODEL = Model(
    name="dark_photon",
    title="Dark photon with kinetic mixing",
    particle="A'",
    pid=VECTOR_MEDIATOR,
    spin=1,
    mass=Parameter("mass", r"m_{A'}", "GeV", 2e-3, 10.5),
    coupling=Parameter("coupling", r"\varepsilon", "", 1e-9, 1.0),
    parameters=(
        *_dark_matter.parameters(("inelastic", *_dark_matter.WIDTHS), "inelastic"),
        Parameter("delta", r"(m_{\chi_2} - m_{\chi_1})/m_{\chi_1}", "", 0.0, 2.0, 0.1),
    ),
    others=(
        Field("chi1", "chi1", "chi1", DARK_MATTER[1], 0.5, "m_chi"),
        Field("chi2", "chi2", "chi2", EXCITED + DARK_MATTER[1], 0.5, "m_chi * (1 + delta)"),
    ),
    vertices=(
        *(Vertex((lepton, lepton, "A'"), "vector", +1.0, "coupling * e") for lepton in ("e", "mu", "tau")),
        Vertex(("chi1", "chi2", "A'"), "vector", 1.0, "sqrt(4 * pi * alpha_D) * dm_inelastic"),
    ),
    quarks=tuple(Vertex((quark, quark, "A'"), "vector", -charge, "coupling * e") for quark, charge in CHARGES.items()),
    partial=_dark_matter.widths("A'"),
    references=(
        "B. Holdom, Phys. Lett. B 166 (1986) 196",
        "R. Essig, P. Schuster, N. Toro, Phys. Rev. D 80 (2009) 015003, arXiv:0903.3941",
        "BaBar, Phys. Rev. Lett. 113 (2014) 201801, arXiv:1406.2980",
        "D. Tucker-Smith, N. Weiner, Phys. Rev. D 64 (2001) 043502, hep-ph/0101138",
        "E. Izaguirre, G. Krnjaic, B. Shuve, Phys. Rev. D 93 (2016) 063523, arXiv:1508.03050",
    ),
    notes=(
        "Hadrons by R(s) (_hadrons), 3 to 12 % below 5 GeV: see the errors. No decay to dark matter (--invisible 1 stands for one that "
        "takes all) unless alpha_D > 0: then invisibly, or for dm=inelastic to chi1 chi2, of which chi2 decays to chi1 and leptons (its "
        "decays to chi1 and hadrons are left out). To first order in epsilon, taken at q^2 = 0 as alpha is; below 2 m_e it decays to three "
        "photons, which is left out."
    ),
)
