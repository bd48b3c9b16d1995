"""Units, constants of nature, particle masses and the alpha scheme, each with its source.

Every number inside darkrecoil is in GeV, cm, ns, rad and fb. A value enters with its unit,
``0.5 * MeV``, and leaves by dividing, ``energy / MeV``.
"""

from dataclasses import dataclass
from math import inf, log, pi

GeV, MeV = 1.0, 1e-3
cm, mm, um = 1.0, 0.1, 1e-4
ns = 1.0
rad, mrad, deg = 1.0, 1e-3, pi / 180.0
fb, pb, nb = 1.0, 1e3, 1e6

HBARC = 1.973269804e-14  # GeV cm; CODATA 2018 (exact, to the digits given)
GEV2_FB = 3.893793721e11  # (hbar c)^2 in GeV^2 fb; CODATA 2018
ALPHA_0 = 1 / 137.035999  # fine-structure constant at q^2 = 0; CODATA 2018 (137.035999084)
FERMI = 1.1663787e-5  # GeV^-2; PDG 2022

M_E = 0.51099895e-3  # GeV; CODATA 2018
M_MU = 0.1056583755  # GeV; CODATA 2018
M_TAU = 1.77686  # GeV; PDG 2022 (1776.86 +- 0.12 MeV)
M_PI = 0.13957039  # GeV; PDG 2022, charged pion
M_PI0 = 0.1349768  # GeV; PDG 2022
F_PI = 0.1302  # GeV; PDG 2022, "Leptonic decays of charged pseudoscalar mesons", f of the charged pion (130.2 +- 1.2 MeV, lattice)
V_UD = 0.97373  # PDG 2022, CKM matrix element |V_ud| (0.97373 +- 0.00031)
W_PI0 = 7.81e-9  # GeV; PDG 2022, neutral pion: hbar/(8.43 +- 0.13)e-17 s
M_ETA, M_ETA_PRIME = 0.547862, 0.95778  # GeV; PDG 2022, eta (547.862 +- 0.017 MeV) and eta'(958) (957.78 +- 0.06 MeV)
M_K = 0.493677  # GeV; PDG 2022, charged kaon
M_P = 0.93827208816  # GeV; CODATA 2018
M_RHO, W_RHO = 0.77511, 0.1491  # GeV; PDG 2022, rho(770) charged, tau decays and e+e-
M_W, W_W = 80.377, 2.085  # GeV; PDG 2022, mass and width of the W
M_Z, W_Z = 91.1876, 2.4952  # GeV; PDG 2022, mass and width of the Z
SIN2_EFFECTIVE = 0.23155  # sin^2 of the effective leptonic weak mixing angle at the Z; PDG 2022 (0.23155 +- 0.00004)
HIGGS_VEV = 246.22  # GeV; (sqrt2 FERMI)^(-1/2)
M_A1, W_A1 = 1.230, 0.420  # GeV; PDG 2022, a1(1260): 1230 +- 40 MeV, width 250-600 MeV

SQRT_S = 10.58  # GeV; the Y(4S) as papers round it
Z_PRIME = 32  # PDG Monte Carlo numbering scheme, Z'/Z_2^0
H2, A0 = 35, 36  # the same: the second neutral Higgs boson, and the pseudoscalar one
DARK_MATTER = (51, 52, 53)  # the same: dark matter of spin 0, 1/2, 1
SCALAR_MEDIATOR, VECTOR_MEDIATOR = 54, 55  # the same: mediators to dark matter of spin 0 and 1
EXCITED = 4_000_000  # the same: prefix of excited states, here of dark matter
HEAVY_NEUTRINO = 9900012  # the same: the heavy partner of the electron's neutrino

MASS = {11: M_E, 13: M_MU, 15: M_TAU, 22: 0.0, 12: 0.0, 14: 0.0, 16: 0.0, 211: M_PI, 111: M_PI0, 321: M_K, 2212: M_P}
PID = {"e-": 11, "e+": -11, "mu-": 13, "mu+": -13, "tau-": 15, "tau+": -15, "gamma": 22}


@dataclass(frozen=True)
class AlphaScheme:
    """Which fine-structure constant stands at a vertex: ``name``, value at a virtual and at a real photon.

    If it ``runs`` each virtual photon has vacuum polarisation at its own q^2 beside it (amplitudes/polarisation.py).
    """

    name: str
    virtual: float
    real: float
    runs: bool = False


def alpha_scheme(name: str | float, sqrt_s: float = SQRT_S) -> AlphaScheme:
    """The scheme of that name: ``0`` is alpha(0) at each vertex (the default), ``s`` is alpha(s) at
    virtual photons and alpha(0) at real ones, ``running`` the same with each photon's own q^2 in the place of s,
    a number is that number at each vertex."""
    if str(name) == "running":
        return AlphaScheme("running", ALPHA_0, ALPHA_0, True)
    if str(name) == "0":
        return AlphaScheme("0", ALPHA_0, ALPHA_0)
    if str(name) == "s":
        return AlphaScheme("s", running_alpha(sqrt_s**2), ALPHA_0)
    return AlphaScheme(f"{float(name):.9g}", float(name), float(name))


def running_alpha(s: float) -> float:
    """alpha(s), dimensionless, for s between 4 GeV^2 and m_Z^2, away from the narrow resonances.

    alpha(0)/(1 - Delta): leptons at one loop, (alpha/3 pi)(ln(s/m^2) - 5/3) + O(m^2/s); hadrons by the
    fit A + B ln(1 + C s) of Burkhardt and Pietrzyk, Phys. Lett. B 513 (2001) 46, Table 2.
    """
    leptons = sum(ALPHA_0 / (3 * pi) * (log(s / m**2) - 5 / 3) for m in (M_E, M_MU, M_TAU))
    rows = ((16.0, 0.0, 0.0024402, 3.2496684), (100.0, 0.0, 0.0027340, 2.0995092), (inf, 0.0010485, 0.0029431, 1.0))
    a, b, c = next(row[1:] for row in rows if s <= row[0])
    return ALPHA_0 / (1 - leptons - a - b * log(1 + c * s))
