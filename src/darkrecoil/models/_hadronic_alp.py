"""An axion-like particle to hadrons: three pions near their threshold, gluons and quarks above 2 GeV.

L = c_G alpha_s/(8 pi f_A) a G Gtilde + sum_q (c_q/f_A) d_mu a qbar gamma^mu gamma5 q.
"""

from collections.abc import Mapping
from math import log, pi, sqrt

import numpy as np

from darkrecoil.constants import F_PI, M_PI, M_PI0
from darkrecoil.models._hadronic_scalar import OPEN, running_mass
from darkrecoil.models._hadrons.perturbative import M_BOTTOM, M_CHARM, strong_coupling
from darkrecoil.models._two_body import loop

UP_DOWN = 0.474  # m_u/m_d, MSbar: PDG 2022, "Quark masses" (0.474 +0.056 -0.074)
PIONS, QUARKS = 1.0, 2.0  # GeV: where the one picture ends and the other begins
NODES, SHARES = np.polynomial.legendre.leggauss(48)


def width(mass: float, gluon: float, quark: Mapping[str, float]) -> tuple[float, float]:
    """Gamma(a -> hadrons) and its error, GeV; gluon = c_G/f_A and quark = c_q/f_A by flavour in 1/GeV, mass in GeV.

    To 1 GeV three pions at leading order, from 2 GeV gluons and quarks; between, a power of the mass joins them. The error is a factor
    of 1.5 at threshold growing to 4 at 1 GeV (next-to-leading order is as large as leading just above threshold: L. Di Luzio, G. Piazza,
    JHEP 12 (2022) 041; eta and eta' mix in) and staying to 2 GeV (by data: D. Aloni, Y. Soreq, M. Williams, Phys. Rev. Lett. 123 (2019)
    031803), 1.4 from 3 GeV, given as (factor - 1) times the width.
    """
    if mass <= 3 * M_PI:
        return 0.0, 0.0
    if mass < PIONS:
        value = three_pions(mass, gluon, quark)
    elif mass > QUARKS:
        value = partons(mass, gluon, quark)
    else:
        low, high = three_pions(PIONS, gluon, quark), partons(QUARKS, gluon, quark)
        share = log(mass / PIONS) / log(QUARKS / PIONS)
        value = low * (high / low) ** share if low and high else low * (1 - share) + high * share
    return value, value * float(np.interp(mass, (3 * M_PI, PIONS, QUARKS, 3.0), (0.5, 3.0, 3.0, 0.4)))


def three_pions(mass: float, gluon: float, quark: Mapping[str, float]) -> float:
    """Gamma(a -> pi+ pi- pi0) + Gamma(a -> 3 pi0), GeV: m m_pi^4/(6144 pi^3 f^2) C^2 (g_00 + g_+-), f = 130 MeV, r = m_pi^2/m^2.

    C = c_G (m_d - m_u)/(m_d + m_u) + 2 (c_u - c_d) over f_A; g_00 = 2/(1 - r)^2 int dz sqrt(1 - 4 r/z) lambda^(1/2)(1, z, r) and g_+- =
    12/(1 - r)^2 int dz (z - r)^2 of the same, both 1 at r = 0: M. Bauer, M. Neubert, A. Thamm, JHEP 12 (2017) 044 (arXiv:1708.00443),
    eqs. 28-30. The square of the leading-order amplitude (C m_pi^2/(2 F)) (s_+- - m_pi^2)/(m^2 - m_pi^2), F = f/sqrt2.
    """
    r = (M_PI0 / mass) ** 2
    low, high = 4 * r, (1 - sqrt(r)) ** 2
    if high <= low:
        return 0.0
    z = low + (high - low) * (NODES + 1) / 2
    space = np.sqrt(1 - 4 * r / z) * np.sqrt(np.maximum((1 - z - r) ** 2 - 4 * z * r, 0)) * SHARES * (high - low) / 2
    shapes = (2 * space.sum() + 12 * ((z - r) ** 2 * space).sum()) / (1 - r) ** 2
    isovector = gluon * (1 - UP_DOWN) / (1 + UP_DOWN) + 2 * (quark.get("u", 0.0) - quark.get("d", 0.0))
    return float(mass * M_PI0**4 / (6144 * pi**3 * F_PI**2) * isovector**2 * shapes)


def partons(mass: float, gluon: float, quark: Mapping[str, float]) -> float:
    """Gamma(a -> g g) + sum_q Gamma(a -> q qbar), GeV.

    alpha_s^2 m^3/(32 pi^3) C^2 (1 + (83/4) alpha_s/pi) with C = (c_G + sum_q 2 c_q B_q)/f_A, B = 1 - f/t, 1 for light quarks, -t/3 for
    heavy ones, t and f as in _two_body.loop; and 3 m (m_q c_q/f_A)^2 beta/(2 pi): Bauer, Neubert, Thamm, section 3.4. Running masses at
    m, beta by mesons.
    """
    alpha = float(strong_coupling(mass))
    heavy = {"c": M_CHARM, "b": M_BOTTOM}
    factors = {q: 1 - loop(t) / t for q, m in heavy.items() if (t := (mass / (2 * m)) ** 2)}
    strength = abs(gluon + sum(2 * c * factors.get(q, 1.0) for q, c in quark.items()))
    total = alpha**2 * mass**3 / (32 * pi**3) * strength**2 * (1 + 83 / 4 * alpha / pi)
    for q, m in OPEN.items():
        if mass > 2 * m and quark.get(q):
            total += 3 * mass * (running_mass(q, mass) * quark[q]) ** 2 * sqrt(1 - (2 * m / mass) ** 2) / (2 * pi)
    return total
