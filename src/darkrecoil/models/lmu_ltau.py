"""The gauge boson of L_mu - L_tau: muons, taus and their neutrinos, and nothing else at tree level.

L = g' Z'_alpha sum_l theta_l lbar gamma^alpha l with theta = +1 for mu and nu_mu, -1 for tau and nu_tau; the
neutrinos are left-handed. Mixing with the photon arises at one loop (eps/g' = 1/69 at q^2 = 0) and is left out.
"""

from darkrecoil.constants import Z_PRIME
from darkrecoil.records import Model, Parameter, Vertex

MODEL = Model(
    name="lmu_ltau",
    title="Z' of L_mu - L_tau",
    particle="Z'",
    pid=Z_PRIME,
    spin=1,
    mass=Parameter("mass", r"M_{Z'}", "GeV", 1e-3, 10.0),
    coupling=Parameter("coupling", r"g'", "", 1e-6, 3.0),
    vertices=(
        Vertex(("mu", "mu", "Z'"), "vector", +1.0),
        Vertex(("tau", "tau", "Z'"), "vector", -1.0),
        Vertex(("nu_mu", "nu_mu", "Z'"), "left", +1.0),
        Vertex(("nu_tau", "nu_tau", "Z'"), "left", -1.0),
    ),
    references=(
        "X. G. He, G. C. Joshi, H. Lew, R. R. Volkas, Phys. Rev. D 43 (1991) R22",
        "X. G. He, G. C. Joshi, H. Lew, R. R. Volkas, Phys. Rev. D 44 (1991) 2118",
        "W. Altmannshofer, S. Gori, M. Pospelov, I. Yavin, Phys. Rev. Lett. 113 (2014) 091801, arXiv:1406.2332",
        "Belle II, Phys. Rev. Lett. 124 (2020) 141801, arXiv:1912.11276",
    ),
    notes=(
        "Perturbative up to about sqrt(4 pi) = 3.5; allowed up to 3. The width is below 0.1 M for g' < 1.1 only: above, "
        "a narrow peak is an approximation. Kinetic mixing with the photon is left out."
    ),
)
