"""A scalar with the Higgs boson's couplings to quarks, times a factor, to hadrons: mesons below 1 GeV, quarks and gluons above 2 GeV."""

from math import log, pi, sqrt

import numpy as np

from darkrecoil.constants import HIGGS_VEV, M_K, M_PI
from darkrecoil.models._hadrons.perturbative import M_BOTTOM, M_CHARM, strong_coupling
from darkrecoil.models._two_body import _even

M_STRANGE_2 = 0.093  # GeV, MSbar at 2 GeV: PDG 2022, "Quark masses"
M_TOP = 172.7  # GeV; PDG 2022
MESONS, QUARKS = 1.0, 2.0  # GeV: where the one picture ends and the other begins
OPEN = {"s": M_K, "c": 1.8648, "b": 5.2797}  # GeV, the lightest meson: PDG 2022


def width(mass: float, factor: float) -> tuple[float, float]:
    """Gamma(S -> hadrons) and its error, GeV, for L = -factor sum_q (m_q/v) qbar q S, all six quarks; mass in GeV.

    To 1 GeV leading-order chiral perturbation theory, from 2 GeV quarks and gluons; between, a power of the mass joins them. The error is
    a factor: 1.5 at two pions growing to 5 at 1 GeV and staying to 2 GeV, where f0(980) and its like decide (J. F. Donoghue, J. Gasser,
    H. Leutwyler, Nucl. Phys. B 343 (1990) 341; M. W. Winkler, Phys. Rev. D 99 (2019) 015018 (arXiv:1809.01876) find up to ten times more),
    1.3 from 3 GeV; it is given as (factor - 1) times the width.
    """
    if mass <= 2 * M_PI:
        return 0.0, 0.0
    if mass < MESONS:
        value = mesons(mass)
    elif mass > QUARKS:
        value = quarks(mass)
    else:
        low, high = mesons(MESONS), quarks(QUARKS)
        value = low * (high / low) ** (log(mass / MESONS) / log(QUARKS / MESONS))
    spread = float(np.interp(mass, (2 * M_PI, MESONS, QUARKS, 3.0), (0.5, 4.0, 4.0, 0.3)))
    return factor**2 * value, factor**2 * value * spread


def mesons(mass: float) -> float:
    """Gamma(S -> pi pi, K K), GeV, at factor 1: 3 G^2 beta/(32 pi v^2 m) and 4 G^2 beta/(32 pi v^2 m), G = 2/9 m^2 + 11/9 m_P^2.

    The trace of the energy-momentum tensor at leading order: M. B. Voloshin, Sov. J. Nucl. Phys. 44 (1986) 478; J. F. Gunion et al., The
    Higgs Hunter's Guide (1990), section 2.1.
    """
    total = 0.0
    for number, m in ((3, M_PI), (4, M_K)):
        if mass > 2 * m:
            strength = 2 / 9 * mass**2 + 11 / 9 * m**2
            total += number * strength**2 * sqrt(1 - (2 * m / mass) ** 2) / (32 * pi * HIGGS_VEV**2 * mass)
    return total


def quarks(mass: float) -> float:
    """Gamma(S -> g g, s sbar, c cbar, b bbar), GeV, at factor 1.

    3 m m_q(m)^2 beta^3/(8 pi v^2) (1 + 5.67 a), beta by the lightest mesons, and a^2 m^3/(72 pi v^2) |(3/4) sum_q A_q|^2
    (1 + (95/4 - 7 n/6) a) with a = alpha_s(m)/pi, A as in _two_body, n = 3 light flavours: A. Djouadi, Phys. Rept. 457 (2008) 1,
    eqs. 2.11, 2.20-2.25.
    """
    a = float(strong_coupling(mass)) / pi
    total: float = sum(
        3 * mass * running_mass(flavour, mass) ** 2 * (1 - (2 * m / mass) ** 2) ** 1.5 / (8 * pi * HIGGS_VEV**2) * (1 + 5.67 * a)
        for flavour, m in OPEN.items()
        if mass > 2 * m
    )
    loops = sum(_even((mass / (2 * m)) ** 2) for m in (M_CHARM, M_BOTTOM, M_TOP))
    return total + a**2 * mass**3 / (72 * pi * HIGGS_VEV**2) * float(abs(0.75 * loops) ** 2) * (1 + (95 / 4 - 7 / 2) * a)


def running_mass(flavour: str, mu: float) -> float:
    """The MSbar mass of s, c or b at mu, GeV, at leading order: m (alpha_s(mu)/alpha_s(mu_0))^(4/9) for three light flavours."""
    at, start = {"s": (M_STRANGE_2, 2.0), "c": (M_CHARM, M_CHARM), "b": (M_BOTTOM, M_BOTTOM)}[flavour]
    return at * float((strong_coupling(mu) / strong_coupling(start)) ** (4 / 9))
