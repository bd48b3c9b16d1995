"""Four-lepton contact interactions that violate lepton flavour, each with an electron pair: e+e- -> e mu, e tau, mu tau.

L = c [C_emu (ebar gamma^a mu)(ebar gamma_a e) + C_etau (ebar gamma^a tau)(ebar gamma_a e) + C_mutau (mubar gamma^a tau)(ebar gamma_a e)]
+ h.c., and the same with C_emu_LL, ... and gamma^a (1 - gamma5)/2 on both sides. c, the coupling, in 1/GeV^2, is a common factor.
There is no new particle: the mass means nothing and stays 0, which is where the search has its peak (recoil mass).
"""

from darkrecoil.records import Model, Parameter, Vertex

PAIRS = (("e", "mu"), ("e", "tau"), ("mu", "tau"))
TEX = {"e": "e", "mu": r"\mu", "tau": r"\tau"}
STRUCTURES = (("VV", "", 1.0), ("LL", "_LL", 0.0))  # letters, the ending of the parameter's name, its default

MODEL = Model(
    name="lepton_contact",
    title="Lepton-flavour-violating contact interaction",
    particle="",
    pid=0,
    spin=0,
    mass=Parameter("mass", "m", "GeV", 0.0, 1e-9, 0.0),
    coupling=Parameter("coupling", "C", "1/GeV^2", 1e-14, 0.1),
    parameters=tuple(
        Parameter(f"C_{a}{b}{ending}", rf"C_{{{TEX[a]}{TEX[b]}}}^{{{letters}}}", "", 0.0, 1.0, default)
        for letters, ending, default in STRUCTURES
        for a, b in PAIRS
    ),
    vertices=tuple(
        Vertex((a, b, "e", "e"), letters, 1.0, f"coupling * C_{a}{b}{ending}") for letters, ending, _ in STRUCTURES for a, b in PAIRS
    ),
    references=("P. M. Ferreira, R. B. Guedes, R. Santos, Phys. Rev. D 75 (2007) 055015, arXiv:hep-ph/0611222",),
    notes=(
        "An effective interaction: it holds for c s well below 4 pi, c < 0.1/GeV^2 at B-factories. No new particle, so no width; the "
        "mass is 0. VV with C = 1 by default, LL off; RR has the rates of LL. Decays of muons and taus to three electrons limit C_emu "
        "and C_etau strongly."
    ),
)
