"""Annihilation of dark matter by a dark photon, chi chi -> A'* -> Standard Model: cross-sections, thermal averages.

With the widths of an A' of mass sqrt(s), k dark matter's momentum and g its number of states,

    sigma = (12 pi/(g^2 k^2)) n s Gamma(A'* -> chi chi) Gamma(A'* -> SM)/((s - m_A'^2)^2 + m_A'^2 Gamma^2),  n = 2 for alike particles,

exact at tree level for the conserved current on the other side. Far from the A', epsilon^2 alpha_D = y m_A'^4/m_chi^4:
sigma v = 16 pi alpha epsilon^2 alpha_D m_chi^2/(m_A'^2 - 4 m_chi^2)^2 for a Dirac fermion (s-wave) and (8 pi/3) alpha epsilon^2 alpha_D
m_chi^2 v^2/(..)^2 for a complex scalar (p-wave), per massless lepton.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import pi

import numpy as np

from darkrecoil._errors import BadValue, unknown
from darkrecoil.constants import ALPHA_0, M_E, M_MU, M_TAU
from darkrecoil.models._hadrons import HIGHEST, ratio
from darkrecoil.models._hadrons.total import ON_TOP
from darkrecoil.records import Floats

Ratio = Callable[[Floats], Floats]  # R (n,): hadrons over massless muons, at sqrt(s) in GeV (n,)
PEAKS = ((0.78266, 8.68e-3), (1.019461, 4.249e-3), *((some.mass, some.width) for some in ON_TOP))  # GeV; omega, phi (PDG 2022), and heavier


@lru_cache(maxsize=1)
def _table() -> tuple[Floats, Floats]:
    """R at points of sqrt(s) that are dense on each peak, for straight lines between."""
    around = [mass + width * side * 10.0**k for mass, width in PEAKS for side in (-1, 1) for k in np.arange(-1.5, 3.0, 0.05)]
    root = np.unique(np.concatenate((np.geomspace(2 * M_MU, HIGHEST, 3000), around, [mass for mass, _ in PEAKS])))
    root = root[(root >= 2 * M_MU) & (root <= HIGHEST)]
    return root, ratio(root**2).value


def standard_hadrons(root: Floats) -> Floats:
    """R (n,) of the Standard Model at sqrt(s) in GeV (n,), 0 below the muons' threshold; constant above the 12 GeV to which it is known."""
    found: Floats = np.interp(root, *_table(), left=0.0)
    return found


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
        Kind("majorana", "Majorana fermion, axial", 2, alike=True),
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
    """Dark matter of a kind and mass (GeV), its A': mass (GeV), alpha_D; (m_chi2 - m_chi1)/m_chi1 of pseudo-Dirac matter."""

    kind: Kind
    mass: float
    mediator: float
    alpha_d: float
    splitting: float = 0.0

    @property
    def masses(self) -> tuple[float, float]:
        """Those of the two particles that annihilate, GeV."""
        return self.mass, self.mass * (1 + (self.splitting if self.kind.coannihilates else 0.0))


def pair_width(root: Floats, m1: float, m2: float) -> Floats:
    """Gamma(V -> f1 f2bar)/g^2 (n,), GeV, of a vector of mass ``root`` (n,) with the coupling g f1bar gamma^mu f2; masses in GeV.

    models' _two_body.vector_to_fermions for many masses at once; m/(12 pi) (1 + 2 r) sqrt(1 - 4 r) for equal ones. 0 where closed.
    """
    x, y = (m1 / root) ** 2, (m2 / root) ** 2
    momentum = np.sqrt(np.maximum(1 - ((m1 + m2) / root) ** 2, 0.0) * np.maximum(1 - ((m1 - m2) / root) ** 2, 0.0))
    found: Floats = root / (12 * pi) * momentum * (1 - (x + y) / 2 - (x - y) ** 2 / 2 + 3 * np.sqrt(x * y))
    return found


def dark_width(dark: Dark, root: Floats) -> Floats:
    """Gamma(A'* -> chi chi) (n,), GeV, of an A' of mass ``root`` (n,), GeV.

    Dirac and pseudo-Dirac alpha_D m/3 (1 + 2 r) sqrt(1 - 4 r), Majorana alpha_D m/6 (1 - 4 r)^(3/2), complex scalar
    alpha_D m/12 (1 - 4 r)^(3/2), r = m_chi^2/m^2; pseudo-Dirac with its splitting by a line that is gamma^mu up to a phase.
    """
    if dark.kind.name in ("dirac", "pseudo-dirac"):
        return 4 * pi * dark.alpha_d * pair_width(root, *dark.masses)
    beta = np.sqrt(np.maximum(1 - 4 * (dark.mass / root) ** 2, 0.0))
    found: Floats = dark.alpha_d * root / (6 if dark.kind.name == "majorana" else 12) * beta**3
    return found


def visible_width(root: Floats, hadrons: Floats | float = 0.0) -> Floats:
    """Gamma(A'* -> Standard Model)/epsilon^2 (n,), GeV, of an A' of mass ``root`` (n,), GeV: leptons, and hadrons by their R (n,)."""
    leptons = sum(pair_width(root, m, m) for m in (M_E, M_MU, M_TAU))
    found: Floats = 4 * pi * ALPHA_0 * leptons + ALPHA_0 * root / 3 * hadrons
    return found


def cross_section(dark: Dark, root: Floats, hadrons: Floats | float = 0.0) -> Floats:
    """sigma(chi chi -> A'* -> SM)/epsilon^2 (n,), GeV^-2, at sqrt(s) = ``root`` (n,), GeV, where R is ``hadrons``; above the threshold.

    The width in the propagator is that of A' -> chi chi, and what epsilon adds to it is left out.
    """
    m1, m2 = dark.masses
    k2 = (root**2 - (m1 + m2) ** 2) * (root**2 - (m1 - m2) ** 2) / (4 * root**2)
    line = (root**2 - dark.mediator**2) ** 2 + (dark.mediator * width_on_shell(dark)) ** 2
    alike = 2 if dark.kind.alike and not dark.kind.coannihilates else 1
    widths = dark_width(dark, root) * visible_width(root, hadrons)
    return 12 * pi * alike / (dark.kind.states**2 * k2) * root**2 * widths / line


def width_on_shell(dark: Dark) -> float:
    """Gamma(A' -> chi chi), GeV; 0 where closed."""
    return float(dark_width(dark, np.array([dark.mediator]))[0])


def thermal_average(dark: Dark, x: float, hadrons: Ratio | None = None) -> float:
    """<sigma v>/epsilon^2 of two particles that annihilate, GeV^-2, at x = m_chi/T.

    1/(8 m1^2 m2^2 T K2 K2) int ds sigma 4 k^2 sqrt(s) K1(sqrt(s)/T), k the momentum of each: P. Gondolo, G. Gelmini, Nucl. Phys. B 360
    (1991) 145, eq. (3.8); J. Edsjo, P. Gondolo, Phys. Rev. D 56 (1997) 1879 (hep-ph/9704361), eq. (23).
    """
    from scipy.special import kve

    m1, m2 = dark.masses
    threshold, temperature = m1 + m2, dark.mass / x
    root, weight = _nodes(dark, temperature)
    sigma = cross_section(dark, root, hadrons(root) if hadrons else 0.0)
    moment = (root**2 - threshold**2) * (root**2 - (m1 - m2) ** 2) / root**2  # 4 k^2
    boltzmann = kve(1, root / temperature) * np.exp(-(root - threshold) / temperature)
    integral = float(np.sum(weight * 2 * root**2 * sigma * moment * boltzmann))
    return integral / float(8 * (m1 * m2) ** 2 * temperature * kve(2, m1 / temperature) * kve(2, m2 / temperature))


def share(dark: Dark, x: Floats) -> Floats:
    """What turns <sigma v> (n,) of a pair into that of dn/dt + 3 H n = -<sigma v>(n^2 - n_eq^2), n all dark matter, at x = m_chi/T (n,).

    1/2 for particles and antiparticles, 1 for particles that are both; 2 r_1 r_2 for chi1 chi2 with their shares r in equilibrium:
    K. Griest, D. Seckel, Phys. Rev. D 43 (1991) 3191.
    """
    from scipy.special import kve

    if not dark.kind.coannihilates:
        return np.full_like(x, 1.0 if dark.kind.alike else 0.5)
    m1, m2 = (m / dark.mass * x for m in dark.masses)
    other = (m2 / m1) ** 2 * kve(2, m2) / kve(2, m1) * np.exp(m1 - m2)
    found: Floats = 2 * other / (1 + other) ** 2
    return found


def _nodes(dark: Dark, temperature: float) -> tuple[Floats, Floats]:
    """Points and weights in sqrt(s) from the threshold up to 40 T above it, in panels that end at thresholds and close in on each peak."""
    start, reach = sum(dark.masses), 40 * temperature
    own = dark.mediator, max(width_on_shell(dark), 1e-9 * dark.mediator)
    peaks = (peak for peak in (own, *PEAKS) if start < peak[0] + 10 * peak[1] and peak[0] - 10 * peak[1] < start + reach)
    near = (mass + side * width * 10.0**k for mass, width in peaks for side in (-1, 0, 1) for k in np.arange(-0.5, 4.0, 0.5))
    inner = (start + reach * f for f in (1e-3, 1e-2, 0.03, 0.1, 0.2, 0.35, 0.6))
    edges = np.array(sorted({start, start + reach, *(e for e in (*near, *inner, 2 * M_MU, 2 * M_TAU) if start < e < start + reach)}))
    x, w = np.polynomial.legendre.leggauss(12)
    half, middle = np.diff(edges) / 2, (edges[1:] + edges[:-1]) / 2
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
