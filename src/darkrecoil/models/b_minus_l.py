"""The gauge boson of B - L: L = g' Z'_mu sum_f (B - L)_f fbar gamma^mu f, -1 for e, mu, tau and their neutrinos, +1/3 for quarks.

The three neutrinos are left-handed.
"""

from darkrecoil.constants import Z_PRIME
from darkrecoil.records import Model, Parameter, Vertex

MODEL = Model(
    name="b_minus_l",
    title="Z' of B - L",
    particle="Z'",
    pid=Z_PRIME,
    spin=1,
    mass=Parameter("mass", r"M_{Z'}", "GeV", 1e-3, 10.5),
    coupling=Parameter("coupling", r"g'", "", 1e-8, 3.0),
    vertices=(
        *(Vertex((lepton, lepton, "Z'"), "vector", -1.0) for lepton in ("e", "mu", "tau")),
        *(Vertex((neutrino, neutrino, "Z'"), "left", -1.0) for neutrino in ("nu_e", "nu_mu", "nu_tau")),
    ),
    quarks=tuple(Vertex((quark, quark, "Z'"), "vector", 1 / 3) for quark in "udscb"),
    references=(
        "R. E. Marshak, R. N. Mohapatra, Phys. Lett. B 91 (1980) 222",
        "P. Ilten, Y. Soreq, M. Williams, W. Xue, JHEP 06 (2018) 004, arXiv:1801.04847",
    ),
    notes=(
        "Hadrons by R(s) with the baryon number's currents (_hadrons): like the omega and phi below 1 GeV, no rho. Right-handed neutrinos, "
        "which cancel the anomaly, are taken to be heavy. Kinetic mixing is left out."
    ),
)
