"""The Standard Model's leptons and electroweak bosons as fields and vertices: what amplitudes of every model share.

Conventions, of which only products are seen. D_mu = d_mu + i e Q A_mu, that is L = -e Q fbar gamma^mu f A_mu, +e for Q = -1.
L = g_Z Z_mu fbar gamma^mu (T3 (1 - gamma5)/2 - Q sin^2 theta) f + (g/sqrt2) (nubar gamma^mu (1 - gamma5)/2 l W_mu + h.c.).
The field W annihilates a W+ and creates a W-: e- W+ -> nu_e at ("nu_e", "e", "W"), e- -> nu_e W- as well, and the Hermitian
conjugate turns all arrows. ("W", "W", "gamma") is the electric charge of the W, e with the sign of its Q; with the charge of
the electron it keeps e+e- -> nu nubar gamma gauge invariant, for any g.

Strengths from the Fermi constant: g^2/(8 M_W^2) = g_Z^2/(8 M_Z^2) = G_F/sqrt2 (PDG 2022, "Electroweak model", eqs. 10.4-10.6, with
rho = 1), so that contact limits are exact at energies far below M_W. sin^2 theta is the effective leptonic angle at the Z; it runs
by less than 0.01 down to zero energy. With g from G_F and e from alpha(0), e^2/g^2 is smaller than it by 7 %: nothing here uses that ratio.
The W's width is left out: below its threshold it is only exchanged, and there a width would break gauge invariance.
"""

from math import sqrt

from darkrecoil.constants import FERMI, M_E, M_MU, M_TAU, M_W, M_Z, SIN2_EFFECTIVE, W_Z
from darkrecoil.records import Field, Vertex

CHARGED = {"e": M_E, "mu": M_MU, "tau": M_TAU}  # GeV, by field
CHARGES = {"u": 2 / 3, "d": -1 / 3, "s": -1 / 3, "c": 2 / 3, "b": -1 / 3}  # of quarks, which widths alone know
NEUTRINOS = ("nu_e", "nu_mu", "nu_tau")
G_WEAK = sqrt(8 * M_W**2 * FERMI / sqrt(2))
G_NEUTRAL = sqrt(8 * M_Z**2 * FERMI / sqrt(2))
Z_LEFT, Z_RIGHT = -0.5 + SIN2_EFFECTIVE, SIN2_EFFECTIVE  # of a charged lepton, T3 - Q sin^2 theta, in units of g_Z
NUMBER = "1"  # the parameter of a vertex whose strength says all

FIELDS = (
    *(Field(name, f"{name}-", f"{name}+", pid, 0.5, repr(CHARGED[name])) for name, pid in zip(CHARGED, (11, 13, 15), strict=True)),
    *(Field(name, name, f"{name}~", pid, 0.5, "0") for name, pid in zip(NEUTRINOS, (12, 14, 16), strict=True)),
    Field("gamma", "gamma", "gamma", 22, 1, "0"),
    Field("Z", "Z", "Z", 23, 1, repr(M_Z), repr(W_Z)),
    Field("W", "W+", "W-", 24, 1, repr(M_W)),
)

VERTICES = (
    *(Vertex((lepton, lepton, "gamma"), "vector", +1.0, "e") for lepton in CHARGED),
    *(Vertex((lepton, lepton, "Z"), "left", G_NEUTRAL * Z_LEFT, NUMBER) for lepton in CHARGED),
    *(Vertex((lepton, lepton, "Z"), "right", G_NEUTRAL * Z_RIGHT, NUMBER) for lepton in CHARGED),
    *(Vertex((neutrino, neutrino, "Z"), "left", G_NEUTRAL / 2, NUMBER) for neutrino in NEUTRINOS),
    *(Vertex((neutrino, lepton, "W"), "left", G_WEAK / sqrt(2), NUMBER) for neutrino, lepton in zip(NEUTRINOS, CHARGED, strict=True)),
    Vertex(("W", "W", "gamma"), "gauge", +1.0, "e"),
)
