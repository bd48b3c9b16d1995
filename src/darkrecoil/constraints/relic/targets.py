"""Thermal targets: y = epsilon^2 alpha_D (m_chi/m_A')^4 that gives the measured density of dark matter, and lines of it.

Validity: m_chi from 1 MeV to 10 GeV, kinetic equilibrium, an A' above 2 m_chi or at least heavier than chi. Below some 10 MeV freeze-out
is after the neutrinos' decoupling and heats photons alone: the density hardly notices, but nucleosynthesis and the microwave background
do (below some 10 MeV they exclude it); the latter excludes s-wave annihilation (Dirac) altogether.
"""

from collections.abc import Callable
from functools import lru_cache
from math import exp, log

import numpy as np

from darkrecoil._errors import out_of_range
from darkrecoil.constraints.relic import annihilation, boltzmann, universe
from darkrecoil.constraints.relic.annihilation import Dark, Ratio
from darkrecoil.records import Floats

LIGHTEST, HEAVIEST = 1e-3, 10.0  # GeV
POINTS = 40  # of the table of <sigma v> in ln x


def thermal_target(
    kind: str,
    mass: float,
    alpha_d: float = 0.5,
    ratio: float = 3.0,
    *,
    hadrons: Ratio | None = annihilation.standard_hadrons,
    omega: float = universe.OMEGA,
    splitting: float = 0.0,
) -> float:
    """y of a kind ("dirac", "pseudo-dirac", "majorana", "scalar") and mass (GeV) of dark matter with m_A' = ratio m_chi, for Omega h^2.

    ``hadrons`` is R against sqrt(s), None for leptons only. BadValue outside 1 MeV - 10 GeV.
    """
    if not LIGHTEST <= mass <= HEAVIEST:
        raise out_of_range("the mass of thermal dark matter", mass, LIGHTEST, HEAVIEST, "GeV")
    dark = Dark(annihilation.kind_of(kind), mass, ratio * mass, alpha_d, splitting)
    annihilation.check(dark)
    return _epsilon(dark, hadrons, omega) ** 2 * alpha_d / ratio**4


def density(
    kind: str,
    mass: float,
    epsilon: float,
    alpha_d: float = 0.5,
    ratio: float = 3.0,
    *,
    hadrons: Ratio | None = annihilation.standard_hadrons,
) -> float:
    """Omega h^2 for a given epsilon."""
    dark = Dark(annihilation.kind_of(kind), mass, ratio * mass, alpha_d)
    annihilation.check(dark)
    table = _table(dark, hadrons)
    return boltzmann.relic_density(dark, lambda x: epsilon**2 * table(x))


def _epsilon(dark: Dark, hadrons: Ratio | None, omega: float) -> float:
    """By secants of ln Omega against ln epsilon, where the slope is near -2."""
    table, at = _table(dark, hadrons), 1e-3
    for _ in range(40):
        found = boltzmann.relic_density(dark, lambda x: at**2 * table(x))  # noqa: B023
        step = log(found / omega) / 2
        at *= exp(step)
        if abs(step) < 1e-6:
            break
    return at


@lru_cache(maxsize=64)
def _table(dark: Dark, hadrons: Ratio | None) -> Callable[[Floats], Floats]:
    """<sigma v>/epsilon^2 of all dark matter, GeV^-2: that of a pair interpolated in ln x, its logarithm."""
    from scipy.interpolate import CubicSpline

    nodes = np.linspace(log(boltzmann.START), log(boltzmann.END), POINTS)
    spline = CubicSpline(nodes, [log(annihilation.thermal_average(dark, exp(t), hadrons)) for t in nodes])  # type: ignore[no-untyped-call]
    return lambda x: annihilation.share(dark, x) * np.exp(spline(np.log(x)))
