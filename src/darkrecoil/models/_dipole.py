"""The one-loop transition dipole of two charged leptons, of a neutral boson and any lepton inside, with all masses kept.

The amplitude of l_i -> l_f gamma is e eps*_mu lbar_f i sigma^{mu nu} q_nu (L P_L + R P_R) l_i, L and R in 1/GeV; for l_f = l_i it is
a/(2 m) each. Feynman parameters x (before the photon), y (after it), z (the boson), all propagators of

    D = z M^2 + (1 - z) m_F^2 - x z m_i^2 - y z m_f^2.

Scalars with Fbar (a P_L + b P_R) l_i and lbar_f (c P_L + d P_R) F:

    L = 1/(16 pi^2) int [(1 - z) m_F c a + z y m_f d a + z x m_i c b]/D.

Vectors with gamma^mu in Feynman's gauge, and a Goldstone boson with the couplings (m_F a - m_i b)/M, (m_F d - m_f c)/M to P_L, which is the
longitudinal part:

    L = 1/(16 pi^2) int {4 z m_F d a - 2 z [(1 - x) m_i d b + (1 - y) m_f c a]}/D.

R is L with the chiralities exchanged. L. Lavoura, Eur. Phys. J. C 29 (2003) 191 (hep-ph/0302221) has the same for small m_i, m_f.
"""

from cmath import log as complex_log
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import pi, sqrt

from darkrecoil._errors import BadValue
from darkrecoil.constants import ALPHA_0
from darkrecoil.models import _couplings as couplings
from darkrecoil.models._couplings import Current
from darkrecoil.models._standard_model import CHARGED
from darkrecoil.records import Model

SMALL = 0.02  # below, logarithms by their series
BREAKS = (1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 0.99)  # where the integrands bend
Chiral = tuple[complex, complex]  # the coefficients of P_L and P_R


@dataclass(frozen=True)
class Dipole:
    """The coefficients L and R of P_L and P_R, 1/GeV; complex where the lepton decays to what is inside the loop."""

    left: complex = 0.0
    right: complex = 0.0

    def __add__(self, other: "Dipole") -> "Dipole":
        return Dipole(self.left + other.left, self.right + other.right)

    @property
    def squared(self) -> float:
        """|L|^2 + |R|^2, 1/GeV^2."""
        return abs(self.left) ** 2 + abs(self.right) ** 2


def dipole(mass: float, initial: float, final: float, inner: float, before: Current, after: Current) -> Dipole:
    """The dipole, 1/GeV, by a boson of that mass that couples l_i to the inner lepton by ``before`` and that one to l_f by ``after``.

    Masses in GeV, initial >= final. A boson with vector and scalar couplings at once counts as two.
    """
    first, second = (before.left, before.right), (after.left, after.right)
    masses = mass, initial, final, inner
    found = Dipole()
    if any(first) and any(second):
        found += _both(_vector, masses, first, second) + _both(_scalar, masses, *_goldstone(masses, first, second))
    yukawa = [(c.scalar - 1j * c.pseudoscalar, c.scalar + 1j * c.pseudoscalar) for c in (before, after)]
    if any(yukawa[0]) and any(yukawa[1]):
        found += _both(_scalar, masses, *yukawa)
    return found


Masses = tuple[float, float, float, float]
Numerator = Callable[[Masses, Chiral, Chiral, float], tuple[complex, complex]]


def _goldstone(masses: Masses, first: Chiral, second: Chiral) -> tuple[Chiral, Chiral]:
    mass, initial, final, inner = masses
    (a, b), (c, d) = first, second
    return ((inner * a - initial * b) / mass, (inner * b - initial * a) / mass), (
        (inner * d - final * c) / mass,
        (inner * c - final * d) / mass,
    )


def _scalar(masses: Masses, first: Chiral, second: Chiral, z: float) -> tuple[complex, complex]:
    """The numerator of L as n0 + n1 x, with y = 1 - z - x."""
    _, initial, final, inner = masses
    (a, b), (c, d) = first, second
    return (1 - z) * (inner * c * a + z * final * d * a), z * (initial * c * b - final * d * a)


def _vector(masses: Masses, first: Chiral, second: Chiral, z: float) -> tuple[complex, complex]:
    _, initial, final, inner = masses
    (a, b), (c, d) = first, second
    return 4 * z * inner * d * a - 2 * z * (initial * d * b + z * final * c * a), 2 * z * (initial * d * b - final * c * a)


def _both(numerator: Numerator, masses: Masses, first: Chiral, second: Chiral) -> Dipole:
    left = _integral(lambda z: numerator(masses, first, second, z), masses)
    mirrored = first[::-1], second[::-1]
    return Dipole(left, _integral(lambda z: numerator(masses, *mirrored, z), masses))


def _integral(numerator: Callable[[float], tuple[complex, complex]], masses: Masses) -> complex:
    """1/(16 pi^2) int_0^1 dz int_0^{1-z} dx (n0 + n1 x)/(D - i 0), x by logarithms, z by quadrature between the zeros of D."""
    from scipy.integrate import quad

    mass, initial, final, inner = masses

    def integrand(z: float) -> complex:
        n0, n1 = numerator(z)
        start = z * mass**2 + (1 - z) * (inner**2 - z * final**2)
        return _slice(n0, n1, start, z * (initial**2 - final**2), 1 - z)

    points = sorted({*BREAKS, *_zeros(mass, inner, initial), *_zeros(mass, inner, final)})

    def part(of: Callable[[complex], float]) -> float:
        value, _ = quad(lambda z: of(integrand(z)), 0.0, 1.0, epsabs=0.0, epsrel=1e-9, limit=500, points=points)
        return float(value)

    real = any(abs(complex(n).imag) > 0 for n in (*numerator(0.3), *numerator(0.7)))
    open_ = initial > mass + inner
    imaginary = part(lambda v: v.imag) if real or open_ else 0.0
    return complex(part(lambda v: v.real), imaginary) / (16 * pi**2)


def _slice(n0: complex, n1: complex, start: float, slope: float, width: float) -> complex:
    """int_0^width dx (n0 + n1 x)/(start - slope x - i 0)."""
    u = slope * width / start if start else float("inf")
    if abs(u) < SMALL:
        powers = [u**k for k in range(9)]
        first, second = sum(p / (k + 1) for k, p in enumerate(powers)), sum(p / (k + 2) for k, p in enumerate(powers))
        return width / start * (n0 * first + n1 * width * second)
    end = start - slope * width
    logarithm = complex_log(complex(start, -0.0)) - complex_log(complex(end, -0.0))  # both a little below the real axis
    return -n1 * width / slope + (n0 + n1 * start / slope) * logarithm / slope


def _zeros(mass: float, inner: float, outer: float) -> list[float]:
    """The z in (0, 1) where z M^2 + (1 - z) m_F^2 - z (1 - z) m^2 = 0: a lepton of mass m that decays to the boson and the inner one."""
    a, b, c = outer**2, mass**2 - inner**2 - outer**2, inner**2
    if outer <= mass + inner or not a:
        return []
    root = sqrt(max(b * b - 4 * a * c, 0.0))
    q = (-b + root) / 2  # b < 0 here
    return [z for z in (q / a, c / q) if 0 < z < 1]


def transition(
    model: Model, mass: float, coupling: float, initial: str, final: str, parameters: Mapping[str, float] | None = None
) -> Dipole:
    """The dipole of l_i -> l_f gamma ("mu", "e"; "tau", "mu"), 1/GeV, of the model's boson: all charged leptons inside.

    KeyError for a field that is no charged lepton; BadValue if the model's particle is a fermion that meets either lepton.
    """
    found = couplings.currents(model, couplings.numbers(model, mass, coupling, parameters))
    for vertex in model.vertices:
        if {initial, final} & {*vertex.fields} and model.spin not in (0, 1):
            raise BadValue(f"no dipole for a vertex of {model.name}", f"{' '.join(vertex.fields)} ({vertex.structure})")
    total = Dipole()
    for name, inner in CHARGED.items():
        before, after = between(found, name, initial), between(found, final, name)
        if before and after:
            total += dipole(mass, CHARGED[initial], CHARGED[final], inner, before, after)
    return total


def between(found: Mapping[tuple[str, str], Current], first: str, second: str) -> Current | None:
    """The current of two fields in either order (couplings are real: both are the same), None without one or where it is off."""
    current = found.get((first, second)) or found.get((second, first))
    return None if current == Current() else current


def radiative_width(
    model: Model, mass: float, coupling: float, initial: str, final: str, parameters: Mapping[str, float] | None = None
) -> float:
    """Gamma(l_i -> l_f gamma), GeV: (alpha/4) ((m_i^2 - m_f^2)/m_i)^3 (|L|^2 + |R|^2)."""
    m, lighter = CHARGED[initial], CHARGED[final]
    return ALPHA_0 / 4 * ((m**2 - lighter**2) / m) ** 3 * transition(model, mass, coupling, initial, final, parameters).squared
