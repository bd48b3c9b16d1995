"""The gauge boson of L_mu - L_tau: muons, taus and their neutrinos, and nothing else at tree level.

L = g' Z'_alpha sum_l theta_l lbar gamma^alpha l with theta = +1 for mu and nu_mu, -1 for tau and nu_tau; the neutrinos are left-handed.

mixing=loop adds what a loop of muons and taus gives: epsilon e Q fbar gamma^alpha f Z'_alpha for all charged f, with
epsilon(q^2)/g' = (e/2 pi^2) int_0^1 dx x (1 - x) ln((m_tau^2 - x (1 - x) q^2)/(m_mu^2 - x (1 - x) q^2)), 1/69.3 at q^2 = 0, taken at
q^2 = M^2: its size for electrons and quarks, its real part beside the charges of mu and tau. alpha_D > 0 adds invisible dark matter.
"""

from darkrecoil.constants import M_MU, M_TAU, Z_PRIME
from darkrecoil.models import _dark_matter
from darkrecoil.models._standard_model import CHARGES
from darkrecoil.records import Model, Parameter, Vertex

LOOP = f"mixing_loop * coupling * e**2 * loop_mixing(mass, {M_MU!r}, {M_TAU!r})"  # epsilon e

MODEL = Model(
    name="lmu_ltau",
    title="Z' of L_mu - L_tau",
    particle="Z'",
    pid=Z_PRIME,
    spin=1,
    mass=Parameter("mass", r"M_{Z'}", "GeV", 1e-3, 10.0),
    coupling=Parameter("coupling", r"g'", "", 1e-6, 3.0),
    parameters=(*_dark_matter.parameters(), Parameter("mixing", r"\varepsilon", "", 0.0, 1.0, 0.0, ("off", "loop"))),
    vertices=(
        Vertex(("mu", "mu", "Z'"), "vector", +1.0),
        Vertex(("tau", "tau", "Z'"), "vector", -1.0),
        Vertex(("nu_mu", "nu_mu", "Z'"), "left", +1.0),
        Vertex(("nu_tau", "nu_tau", "Z'"), "left", -1.0),
        Vertex(("e", "e", "Z'"), "vector", -1.0, f"abs({LOOP})"),
        *(Vertex((lepton, lepton, "Z'"), "vector", -1.0, f"re({LOOP})") for lepton in ("mu", "tau")),
    ),
    quarks=tuple(Vertex((quark, quark, "Z'"), "vector", charge, f"abs({LOOP})") for quark, charge in CHARGES.items()),
    partial=_dark_matter.widths("Z'"),
    references=(
        "X. G. He, G. C. Joshi, H. Lew, R. R. Volkas, Phys. Rev. D 43 (1991) R22",
        "X. G. He, G. C. Joshi, H. Lew, R. R. Volkas, Phys. Rev. D 44 (1991) 2118",
        "W. Altmannshofer, S. Gori, M. Pospelov, I. Yavin, Phys. Rev. Lett. 113 (2014) 091801, arXiv:1406.2332",
        "M. Escudero, D. Hooper, G. Krnjaic, M. Pierre, JHEP 03 (2019) 071, arXiv:1901.02010",
        "Belle II, Phys. Rev. Lett. 124 (2020) 141801, arXiv:1912.11276",
    ),
    notes=(
        "Perturbative up to about sqrt(4 pi) = 3.5; allowed up to 3. The width is below 0.1 M for g' < 1.1 only: above, "
        "a narrow peak is an approximation. Kinetic mixing with the photon is left out unless mixing=loop; a tree-level part of it is free "
        "and left out always. No dark matter unless alpha_D > 0."
    ),
)
