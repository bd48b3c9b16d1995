"""Widths of a heavy Dirac neutrino to a lepton and hadrons, by W and Z at momenta far below their masses.

Single mesons; and, above 1 GeV, what pairs of quarks leave beside them. Decay constants f with <0|J^mu|P> = i f p^mu and
<0|J^mu|V> = f m eps^mu, 130 MeV for the pion: PDG 2022, "Leptonic decays of charged pseudoscalar mesons", for pi, K, D, D_s; for eta, eta'
and the vectors K. Bondarenko, A. Boyarsky, D. Gorbunov, O. Ruchayskiy, JHEP 11 (2018) 032 (arXiv:1805.08567), Tables 6-8 (remembered; the
rho's and the K*'s give tau -> rho nu, K* nu within 3 %, those of rho0, omega, phi their widths to e+e- within 5 %).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import pi, sqrt

from darkrecoil.constants import F_PI, FERMI, M_ETA, M_ETA_PRIME, M_K, M_PI, M_PI0, SIN2_EFFECTIVE, V_UD
from darkrecoil.models._hadrons.perturbative import strong_coupling
from darkrecoil.models._two_body import _momentum

V_US, V_CD, V_CS, V_CB = 0.2243, 0.221, 0.975, 0.0408  # PDG 2022, "CKM quark-mixing matrix"
QUARK_ERROR = 0.2  # of quark pairs: what the single mesons and they give together between 1 and 2 GeV
OPEN = 1.0  # GeV above the lepton: quark pairs from here


@dataclass(frozen=True)
class Meson:
    """A meson: word, mass and decay constant (GeV), the factor of its weak current (a CKM element, a neutral vector's coupling), spin."""

    word: str
    mass: float
    decay: float
    factor: float
    vector: bool = False


CHARGED = (  # of positive charge
    Meson("pi+", M_PI, F_PI, V_UD),
    Meson("K+", M_K, 0.1557, V_US),
    Meson("D+", 1.86966, 0.2120, V_CD),
    Meson("D_s+", 1.96835, 0.2499, V_CS),
    Meson("rho+", 0.77511, 0.209, V_UD, True),
    Meson("K*+", 0.89167, 0.204, V_US, True),
    Meson("D*+", 2.01026, 0.2235, V_CD, True),
    Meson("D_s*+", 2.1122, 0.268, V_CS, True),
)
NEUTRAL = (  # vectors by the quarks' vector couplings T3/2 - Q sin^2 theta, relative to the charged current's
    Meson("pi0", M_PI0, F_PI, 1.0),
    Meson("eta", M_ETA, 0.0817, 1.0),
    Meson("eta'", M_ETA_PRIME, 0.0947, 1.0),
    Meson("rho0", 0.77526, 0.209, 1 - 2 * SIN2_EFFECTIVE, True),
    Meson("omega", 0.78266, 0.195, 2 * SIN2_EFFECTIVE / 3, True),
    Meson("phi", 1.019461, 0.2295, sqrt(2) * (0.5 - 2 * SIN2_EFFECTIVE / 3), True),
)


def to_lepton_and_meson(mass: float, lepton: float, some: Meson, mixing: float) -> float:
    """Gamma(N -> l- M+), GeV, one charge state; masses in GeV.

    G_F^2 f^2 |V|^2 U^2 m^3/(16 pi) sqrt(lambda(1, x, y)) times (1 - x)^2 - y (1 + x) for a pseudoscalar, (1 - x)^2 + y (1 + x) - 2 y^2
    for a vector; x = m_l^2/m^2, y = m_M^2/m^2: D. Gorbunov, M. Shaposhnikov, JHEP 10 (2007) 015, appendix; K. Bondarenko et
    al., section 3.2. The square of sqrt2 G_F V U f lbar p (1 - gamma5)/2 N, with which pi+ -> mu+ nu has its measured width. Radiative
    corrections are left out.
    """
    x, y = (lepton / mass) ** 2, (some.mass / mass) ** 2
    unit = FERMI**2 * some.decay**2 * some.factor**2 * mixing**2 * mass**3 / (16 * pi)
    shape = (1 - x) ** 2 + y * (1 + x) - 2 * y * y if some.vector else (1 - x) ** 2 - y * (1 + x)
    return unit * _momentum(mass, lepton, some.mass) * shape


def to_neutrino_and_meson(mass: float, some: Meson, mixing: float) -> float:
    """Gamma(N -> nu M0), GeV: half of the above for a massless lepton, 0 below the meson's mass; the same sources.

    G_F^2 f^2 k^2 U^2 m^3/(32 pi) (1 - y)^2, times 1 + 2 y for a vector, k its factor.
    """
    return to_lepton_and_meson(mass, 0.0, some, mixing) / 2


def to_lepton_and_pion(mass: float, lepton: float, mixing: float) -> float:
    """Gamma(N -> l- pi+), GeV: ``to_lepton_and_meson`` of the pion."""
    return to_lepton_and_meson(mass, lepton, CHARGED[0], mixing)


def to_neutrino_and_pion(mass: float, mixing: float) -> float:
    """Gamma(N -> nu pi0), GeV: ``to_neutrino_and_meson`` of the neutral pion."""
    return to_neutrino_and_meson(mass, NEUTRAL[0], mixing)


def to_lepton_and_quarks(mass: float, lepton: float, mixing: float) -> float:
    """Gamma(N -> l- q qbar'), GeV, u d, u s, c d, c s: 3 |V|^2 times the width to a pair of leptons of the masses of the lightest mesons.

    Times 1 + a + 5.2 a^2 + 26.4 a^3, a = alpha_s(m)/pi, as in tau decays (PDG 2022, "Quantum Chromodynamics", eq. 9.27; Bondarenko et al.,
    section 3.3).
    """
    from darkrecoil.models._three_body import to_neutrino_and_pair  # which reads this file

    total = 0.0
    for factor, up, down in ((V_UD, M_PI, M_PI), (V_US, M_PI, M_K), (V_CD, 1.8648, M_PI), (V_CS, 1.8648, M_K)):
        if mass > lepton + up + down:
            total += 3 * factor**2 * to_neutrino_and_pair(mass - lepton, up, down, 1.0, 0.0)  # the lepton's mass by its threshold alone
    return mixing**2 * _gluons(mass) * total


def to_neutrino_and_quarks(mass: float, mixing: float) -> float:
    """Gamma(N -> nu q qbar), GeV, by the Z: T3 - Q sin^2 theta and -Q sin^2 theta for left and right; the same gluons."""
    from darkrecoil.models._three_body import to_neutrino_and_pair  # which reads this file

    total = 0.0
    for isospin, charge, m in ((0.5, 2 / 3, M_PI), (-0.5, -1 / 3, M_PI), (-0.5, -1 / 3, M_K), (0.5, 2 / 3, 1.8648), (-0.5, -1 / 3, 5.2797)):
        right = -charge * SIN2_EFFECTIVE
        total += 3 * to_neutrino_and_pair(mass, m, m, isospin + right, right)
    return mixing**2 * _gluons(mass) * total


def _gluons(mass: float) -> float:
    a = float(strong_coupling(mass)) / pi
    return 1 + a + 5.2 * a**2 + 26.4 * a**3


def hadronic(mass: float, lepton: float, mixing: float) -> Iterator[tuple[str, bool, float, float]]:
    """Meson or "hadrons", whether by the W, and Gamma with its error, GeV. Mesons within 3 % (pseudoscalars 1 %), all more by quarks.

    "hadrons" is what quark pairs exceed the mesons by, 0 below OPEN.
    """
    for by_w, mesons in ((True, CHARGED), (False, NEUTRAL)):
        found = [to_lepton_and_meson(mass, lepton, m, mixing) if by_w else to_neutrino_and_meson(mass, m, mixing) for m in mesons]
        for some, width in zip(mesons, found, strict=True):
            yield some.word, by_w, width, width * (0.06 if some.vector else 0.02)
        above = mass - (lepton if by_w else 0.0)
        quarks = 0.0 if above < OPEN else to_lepton_and_quarks(mass, lepton, mixing) if by_w else to_neutrino_and_quarks(mass, mixing)
        yield "hadrons", by_w, max(quarks - sum(found), 0.0), QUARK_ERROR * quarks
