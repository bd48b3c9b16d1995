"""A Z' with lepton-flavour-violating vector couplings, which decays to a dark fermion chi.

L = c Z'_mu [g_emu (ebar gamma^mu mu + h.c.) + g_etau (..) + g_mutau (..) + g_ee ebar gamma^mu e + g_mumu (..) + g_tautau (..)]
+ g_chi Z'_mu chibar gamma^mu chi, with c the coupling, a common factor of the leptons' couplings. g_chi is not multiplied by it:
its default, 1, is an O(1) coupling to the dark sector, BF(invisible) = 1/(1 + c^2 sum/g_chi^2) with sum = 2 g_emu^2 + .. + g_ee^2 + ..
over the open channels, 98 % for c g_emu = 0.1 and 99.98 % for 0.01. With g_chi = 0 all goes to leptons.
"""

from darkrecoil.constants import DARK_MATTER, Z_PRIME
from darkrecoil.records import Field, Model, Parameter, Vertex

PAIRS = (("e", "mu"), ("e", "tau"), ("mu", "tau"), ("e", "e"), ("mu", "mu"), ("tau", "tau"))
TEX = {"e": "e", "mu": r"\mu", "tau": r"\tau"}

MODEL = Model(
    name="lfv_zprime",
    title="Z' with lepton-flavour violation",
    particle="Z'",
    pid=Z_PRIME,
    spin=1,
    mass=Parameter("mass", r"M_{Z'}", "GeV", 1e-2, 10.5),
    coupling=Parameter("coupling", r"g", "", 1e-7, 3.0),
    parameters=(
        *(Parameter(f"g_{a}{b}", rf"g_{{{TEX[a]}{TEX[b]}}}", "", 0.0, 3.0, 0.0) for a, b in PAIRS),
        Parameter("g_chi", r"g_\chi", "", 0.0, 3.0, 1.0),
        Parameter("m_chi", r"m_\chi", "GeV", 0.0, 5.3, 0.0),
    ),
    others=(Field("chi", "chi", "chi~", DARK_MATTER[1], 0.5, "m_chi"),),
    vertices=(
        *(Vertex((a, b, "Z'"), "vector", 1.0, f"coupling * g_{a}{b}") for a, b in PAIRS),
        Vertex(("chi", "chi", "Z'"), "vector", 1.0, "g_chi"),
    ),
    references=(
        "I. Galon, A. Kwa, P. Tanedo, JHEP 03 (2017) 064, arXiv:1610.08060",
        "Belle II, Phys. Rev. Lett. 124 (2020) 141801, arXiv:1912.11276",
    ),
    notes=(
        "All leptonic couplings are 0 unless given. g_chi = 1 makes the width 0.027 M (massless chi): the narrow peak is an approximation. "
        "The off-diagonal current is not conserved: rates grow as (difference of the lepton masses)^2/M^2 for a light Z', and mu -> e Z' "
        "opens below 0.105 GeV. Neutrinos are left out. Decays of muons and taus limit products such as g_emu g_ee strongly."
    ),
)
