"""Annihilation of dark matter by a dark photon, chi chi -> A'* -> Standard Model: cross-sections, thermal averages.

With the widths of an A' of mass sqrt(s), k dark matter's momentum and g its number of states,

    sigma = (12 pi/(g^2 k^2)) n s Gamma(A'* -> chi chi) Gamma(A'* -> SM)/((s - m_A'^2)^2 + m_A'^2 Gamma^2),  n = 2 for alike particles,

exact at tree level for the conserved current on the other side. Far from the A', epsilon^2 alpha_D = y m_A'^4/m_chi^4:
sigma v = 16 pi alpha epsilon^2 alpha_D m_chi^2/(m_A'^2 - 4 m_chi^2)^2 for a Dirac fermion (s-wave) and (8 pi/3) alpha epsilon^2 alpha_D
m_chi^2 v^2/(..)^2 for a complex scalar (p-wave), per massless lepton.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, pi, sqrt

import numpy as np

from darkrecoil._errors import BadValue, unknown
from darkrecoil.constants import ALPHA_0, M_E, M_MU, M_TAU
from darkrecoil.models import _two_body as two_body

Ratio = Callable[[float], float]  # R(s): hadrons over massless muons, at sqrt(s) in GeV


@dataclass(frozen=True)
class Kind:
    """A kind of dark matter: number of spin states, whether it is its own antiparticle, the spin factor of Gamma(A' -> chi chi)."""

    name: str
    title: str
    states: int
    alike: bool
    coannihilates: bool = False


KINDS = {
    kind.name: kind
    for kind in (
        Kind("dirac", "Dirac fermion", 2, alike=False),
        Kind("pseudo-dirac", "pseudo-Dirac fermion", 2, alike=True, coannihilates=True),
        Kind("majorana", "Majorana fermion (axial coupling)", 2, alike=True),
        Kind("scalar", "complex scalar", 1, alike=False),
    )
}


def kind_of(name: str) -> Kind:
    """The kind of dark matter of that name; UnknownName, with the nearest one, if there is none."""
    if name not in KINDS:
        raise unknown("kind of dark matter", name, KINDS)
    return KINDS[name]


@dataclass(frozen=True)
class Dark:
    """Dark matter of a kind and mass (GeV), and its A': mass (GeV), alpha_D; a splitting (m_chi2 - m_chi1)/m_chi1 of pseudo-Dirac matter."""

    kind: Kind
    mass: float
    mediator: float
    alpha_d: float
    splitting: float = 0.0

    @property
    def masses(self) -> tuple[float, float]:
        """Those of the two particles that annihilate, GeV."""
        return self.mass, self.mass * (1 + (self.splitting if self.kind.coannihilates else 0.0))


def dark_width(dark: Dark, root: float) -> float:
    """Gamma(A'* -> chi chi), GeV, of an A' of mass ``root`` (GeV).

    Dirac and pseudo-Dirac alpha_D m/3 (1 + 2 r) sqrt(1 - 4 r), Majorana alpha_D m/6 (1 - 4 r)^(3/2), complex scalar
    alpha_D m/12 (1 - 4 r)^(3/2), r = m_chi^2/m^2; pseudo-Dirac with its splitting by a line that is gamma^mu up to a phase.
    """
    m1, m2 = dark.masses
    if root <= m1 + m2:
        return 0.0
    e_d, open_ = sqrt(4 * pi * dark.alpha_d), max(1 - 4 * (dark.mass / root) ** 2, 0.0)
    match dark.kind.name:
        case "dirac" | "pseudo-dirac":
            return two_body.vector_to_fermions(root, m1, m2, e_d, e_d)
        case "majorana":
            return dark.alpha_d * root / 6 * open_**1.5
    return dark.alpha_d * root / 12 * open_**1.5


def visible_width(root: float, ratio: Ratio | None, leptons: tuple[float, ...] = (M_E, M_MU, M_TAU)) -> float:
    """Gamma(A'* -> Standard Model)/epsilon^2, GeV, of an A' of mass ``root`` (GeV): leptons, and hadrons by R above the muons' threshold."""
    e = sqrt(4 * pi * ALPHA_0)
    found = sum(two_body.vector_to_fermions(root, m, m, e, e) for m in leptons if root > 2 * m)
    hadrons = ratio(root) if ratio is not None and root > 2 * M_MU else 0.0
    return found + ALPHA_0 * root / 3 * hadrons


def cross_section(dark: Dark, root: float, ratio: Ratio | None = None) -> float:
    """sigma(chi chi -> A'* -> SM)/epsilon^2, GeV^-2, at sqrt(s) = ``root`` (GeV): of a particle and its partner, 0 at threshold and below.

    The width in the propagator is that of A' -> chi chi, and what epsilon adds to it is left out.
    """
    m1, m2 = dark.masses
    if root <= m1 + m2:
        return 0.0
    k2 = (root**2 - (m1 + m2) ** 2) * (root**2 - (m1 - m2) ** 2) / (4 * root**2)
    total = dark_width(dark, dark.mediator)
    line = (root**2 - dark.mediator**2) ** 2 + (dark.mediator * total) ** 2
    alike = 2 if dark.kind.alike and not dark.kind.coannihilates else 1
    widths = dark_width(dark, root) * visible_width(root, ratio)
    return 12 * pi * alike / (dark.kind.states**2 * k2) * root**2 * widths / line


def thermal_average(dark: Dark, x: float, ratio: Ratio | None = None) -> float:
    """<sigma v>/epsilon^2, GeV^-2, at x = m_chi/T: what stands in dn/dt + 3 H n = -<sigma v>(n^2 - n_eq^2) of all dark matter together.

    1/(8 m^4 T K2(x)^2) int ds sigma (s - 4 m^2) sqrt(s) K1(sqrt(s)/T): P. Gondolo, G. Gelmini, Nucl. Phys. B 360 (1991) 145, eq. (3.8).
    Half of it for particles that need an antiparticle, twice r_1 r_2 of chi1 chi2, r their shares in equilibrium (K. Griest, D. Seckel,
    Phys. Rev. D 43 (1991) 3191).
    """
    from scipy.special import kve

    m1, m2 = dark.masses
    threshold, temperature = m1 + m2, dark.mass / x
    root, weight = _nodes(dark, temperature)
    sigma = np.array([cross_section(dark, float(w), ratio) for w in root])
    moment = (root**2 - threshold**2) * (root**2 - (m1 - m2) ** 2) / root**2  # 4 k^2
    boltzmann = kve(1, root / temperature) * np.exp(-(root - threshold) / temperature)
    integral = float(np.sum(weight * 2 * root**2 * sigma * moment * boltzmann))
    k1, k2 = kve(2, m1 / temperature), kve(2, m2 / temperature)
    average = integral / (8 * (m1 * m2) ** 2 * temperature * k1 * k2)
    return float(average) * _share(dark, temperature)


def _share(dark: Dark, temperature: float) -> float:
    """The share of pairs, ordered, that can annihilate."""
    if dark.kind.coannihilates:
        m1, m2 = dark.masses
        from scipy.special import kve

        other = (m2 / m1) ** 2 * kve(2, m2 / temperature) / kve(2, m1 / temperature) * exp(-(m2 - m1) / temperature)
        return float(2 * other / (1 + other) ** 2)
    return 1.0 if dark.kind.alike else 0.5


def _nodes(dark: Dark, temperature: float) -> tuple[np.ndarray, np.ndarray]:
    """Points and weights in sqrt(s) from the threshold up to 40 T above it, in panels that end at thresholds and close in on the A'."""
    start = sum(dark.masses)
    reach = 40 * temperature
    width = max(dark_width(dark, dark.mediator), 1e-9 * dark.mediator)
    near = [dark.mediator + sign * width * 10.0**k for sign in (-1, 1) for k in np.arange(-0.5, 5.0, 0.5)]
    inner = [start + reach * f for f in (1e-3, 1e-2, 0.03, 0.1, 0.2, 0.35, 0.6)]
    edges = sorted({start, start + reach, *(e for e in (*near, *inner, 2 * M_MU, 2 * M_TAU, dark.mediator) if start < e < start + reach)})
    x, w = np.polynomial.legendre.leggauss(16)
    half, middle = np.diff(edges) / 2, (np.array(edges[1:]) + np.array(edges[:-1])) / 2
    return (middle[:, None] + half[:, None] * x).ravel(), (half[:, None] * w).ravel()


def check(dark: Dark) -> None:
    """BadValue for masses or couplings that are not positive, or an A' too light to be exchanged only."""
    for what, value in (("the mass of dark matter", dark.mass), ("the mass of the A'", dark.mediator), ("alpha_D", dark.alpha_d)):
        if not 0 < value < float("inf"):
            raise BadValue(f"{what} must be positive", value)
    if dark.mediator < dark.mass:
        raise BadValue("an A' lighter than dark matter", f"{dark.mediator:g} GeV", f"above {dark.mass:g} GeV, else chi chi -> A' A'")
    if not 0 <= dark.splitting <= 1:
        raise BadValue("the splitting of chi1 and chi2", dark.splitting, "allowed: 0 to 1")
