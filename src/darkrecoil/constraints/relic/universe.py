"""The Standard Model's bath: effective degrees of freedom of energy and entropy, and what of today's Universe a density needs.

K. Saikawa, S. Shirai, JCAP 05 (2018) 035 (arXiv:1803.01038), Appendix C: eqs. (C.1)-(C.4) and Table 1, fits to 1 % of a calculation with
lattice QCD, interactions, and neutrinos that decouple. Below 120 MeV sums over species, above it ratios of polynomials in ln(T/GeV).
"""

from functools import lru_cache
from math import exp, log, pi, sqrt

import numpy as np

from darkrecoil._errors import out_of_range
from darkrecoil.records import Floats

COLDEST, HOTTEST = 1e-9, 100.0  # GeV: where they are used; below 10 keV, where the fits end, they are constant
QCD = 0.120  # GeV: where they change
PLANCK_MASS = 1.220890e19  # GeV; CODATA 2018
ENTROPY_TODAY = 2891.2  # cm^-3; PDG 2022, "Astrophysical constants", T = 2.7255 K
CRITICAL = 1.053672e-5  # GeV cm^-3, over h^2; the same
OMEGA = 0.120  # of cold dark matter times h^2; Planck 2018 (arXiv:1807.06209), 0.1200 +- 0.0012

ENERGY_ABOVE = (1.0, 1.11724, 3.12672e-1, -4.68049e-2, -2.65004e-2, -1.19760e-3, 1.82812e-4, 1.36436e-4, 8.55051e-5, 1.22840e-5, 3.82259e-7, -6.87035e-9)  # fmt: skip  # noqa: E501
ENERGY_BELOW = (1.43382e-2, 1.37559e-2, 2.92108e-3, -5.38533e-4, -1.62496e-4, -2.87906e-5, -3.84278e-6, 2.78776e-6, 7.40342e-7, 1.17210e-7, 3.72499e-9, -6.74107e-11)  # fmt: skip  # noqa: E501
RATIO_ABOVE = (1.0, 6.07869e-1, -1.54485e-1, -2.24034e-1, -2.82147e-2, 2.90620e-2, 6.86778e-3, -1.00005e-3, -1.69104e-4, 1.06301e-5, 1.69528e-6, -9.33311e-8)  # fmt: skip  # noqa: E501
RATIO_BELOW = (7.07388e1, 9.18011e1, 3.31892e1, -1.39779, -1.52558, -1.97857e-2, -1.60146e-1, 8.22615e-5, 2.02651e-2, -1.82134e-5, 7.83943e-5, 7.13518e-5)  # fmt: skip  # noqa: E501
# (degrees of freedom, mass in GeV) of e, mu; pi0, pi+-, and four effective hadrons
FERMIONS_ENERGY, FERMIONS_ENTROPY = ((3.495, 511e-6), (3.446, 0.1056)), ((3.442, 511e-6), (3.468, 0.1056))
BOSONS_ENERGY = ((1.05, 0.135), (2.08, 0.140), (4.165, 0.5), (30.55, 0.77), (89.4, 1.2), (8209.0, 2.0))
BOSONS_ENTROPY = ((1.034, 0.135), (2.068, 0.140), (4.16, 0.5), (30.55, 0.77), (90.0, 1.2), (6209.0, 2.0))
SHAPES = {  # exp(-k x) (1 + a x + b x^2 + c x^3): fermions' and bosons' share at mass x T
    "fermion energy": (1.04855, 1.03757, 0.508630, 0.0893988), "boson energy": (1.03149, 1.03317, 0.398264, 0.0648056),
    "fermion entropy": (1.04190, 1.03400, 0.456426, 0.0595249), "boson entropy": (1.03365, 1.03397, 0.342548, 0.0506182),
}  # fmt: skip


def energy_degrees(temperature: float) -> float:
    """g, dimensionless: the energy density is (pi^2/30) g T^4, T the photons' in GeV. BadValue outside the fits' range."""
    _check(temperature)
    if temperature >= QCD:
        return _polynomial(ENERGY_ABOVE, temperature) / _polynomial(ENERGY_BELOW, temperature)
    neutrinos = 1.353 * float(_electrons(temperature) ** (4 / 3))
    return 2.030 + neutrinos + _sum("energy", FERMIONS_ENERGY, BOSONS_ENERGY, temperature)


def entropy_degrees(temperature: float) -> float:
    """h, dimensionless: the entropy density is (2 pi^2/45) h T^3, T in GeV. BadValue outside the fits' range."""
    _check(temperature)
    if temperature >= QCD:
        return energy_degrees(temperature) / (1 + _polynomial(RATIO_ABOVE, temperature) / _polynomial(RATIO_BELOW, temperature))
    return 2.008 + 1.923 * _electrons(temperature) + _sum("entropy", FERMIONS_ENTROPY, BOSONS_ENTROPY, temperature)


def expansion_degrees(temperature: float) -> float:
    """g_*^(1/2) = (h/sqrt g)(1 + (1/3) dln h/dln T), dimensionless: P. Gondolo, G. Gelmini, Nucl. Phys. B 360 (1991) 145, eq. (2.20)."""
    step = 1.03
    slope = log(entropy_degrees(temperature * step) / entropy_degrees(temperature / step)) / (2 * log(step))
    return entropy_degrees(temperature) / sqrt(energy_degrees(temperature)) * (1 + slope / 3)


@lru_cache(maxsize=1)
def _table() -> tuple[Floats, Floats, Floats]:
    """ln T, g_*^(1/2) and h, closely enough for straight lines between them."""
    nodes = np.linspace(log(1.04 * COLDEST), log(HOTTEST / 1.04), 3000)
    degrees = [(expansion_degrees(exp(t)), entropy_degrees(exp(t))) for t in nodes]
    return nodes, np.array([d[0] for d in degrees]), np.array([d[1] for d in degrees])


def bath(temperature: Floats) -> tuple[Floats, Floats]:
    """g_*^(1/2) and the entropy density (2 pi^2/45) h T^3, GeV^3, at temperatures in GeV, from a table; constant beyond the fits' ends."""
    nodes, expansion, entropy = _table()
    at = np.log(temperature)
    return np.interp(at, nodes, expansion), 2 * pi**2 / 45 * np.interp(at, nodes, entropy) * temperature**3


def _check(temperature: float) -> None:
    if not COLDEST <= temperature <= HOTTEST:
        raise out_of_range("the temperature of the bath", temperature, COLDEST, HOTTEST, "GeV")


def _polynomial(coefficients: tuple[float, ...], temperature: float) -> float:
    t = log(temperature)
    return sum(c * t**k for k, c in enumerate(coefficients))


def _shape(kind: str, x: float) -> float:
    k, a, b, c = SHAPES[kind]
    return exp(-k * x) * (1 + x * (a + x * (b + x * c)))


def _electrons(temperature: float) -> float:
    """The entropy of photons and electrons over that of photons, which heats the photons beside the neutrinos."""
    return 1 + 7 / 4 * _shape("fermion entropy", FERMIONS_ENTROPY[0][1] / temperature)


def _sum(of: str, fermions: tuple[tuple[float, float], ...], bosons: tuple[tuple[float, float], ...], temperature: float) -> float:
    parts = [g * _shape(f"fermion {of}", m / temperature) for g, m in fermions]
    return sum(parts) + sum(g * _shape(f"boson {of}", m / temperature) for g, m in bosons)
