"""The Boltzmann equation of freeze-out, dY/dx = -sqrt(pi/45) g_*^(1/2) M_Pl (m/x^2) <sigma v>(Y^2 - Y_eq^2), and its density today."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log, pi, sqrt, tanh

import numpy as np

from darkrecoil.constraints.relic import universe
from darkrecoil.constraints.relic.annihilation import Dark
from darkrecoil.records import Floats

START, END = 3.0, 1e5  # x = m/T: in equilibrium, and where nothing annihilates any more
STEPS = 2400  # in ln x; twice as many change the density by 1e-4


@dataclass(frozen=True)
class Grid:
    """x = m/T in the middle of each step in ln x; ln Y_eq there; sqrt(pi/45) g_*^(1/2) M_Pl m/x, GeV^2: times <sigma v> a rate."""

    x: Floats
    step: float
    log_equilibrium: Floats
    rate: Floats


def log_equilibrium(dark: Dark, x: Floats) -> Floats:
    """ln Y_eq, Y_eq = n_eq/s of all dark matter at x = m_chi/T: Maxwell-Boltzmann, sum of g m^2 T K2(m/T)/(2 pi^2), antiparticles too."""
    from scipy.special import kve

    temperature = dark.mass / x
    masses = dark.masses if dark.kind.coannihilates else (dark.mass,)
    number = sum(m**2 * kve(2, m / temperature) * np.exp(-(m - dark.mass) / temperature) for m in masses)
    states = dark.kind.states * (1 if dark.kind.alike else 2)
    found: Floats = np.log(states * number * temperature / (2 * pi**2) / universe.bath(temperature)[1]) - x
    return found


@lru_cache(maxsize=64)
def grid(dark: Dark, steps: int = STEPS, end: float = END) -> Grid:
    """What a density needs of dark matter and of the bath, but for <sigma v>."""
    edges = np.linspace(log(START), log(end), steps + 1)
    x = np.exp((edges[1:] + edges[:-1]) / 2)
    rate = sqrt(pi / 45) * universe.bath(dark.mass / x)[0] * universe.PLANCK_MASS * dark.mass / x
    return Grid(x, float(edges[1] - edges[0]), log_equilibrium(dark, x), rate)


def relic_density(dark: Dark, average: Callable[[Floats], Floats], steps: int = STEPS, end: float = END) -> float:
    """Omega h^2 of dark matter with <sigma v> (GeV^-2) as a function of x: chi2, if there is one, has decayed to chi1.

    Each step in ln x is the exact solution with the middle's numbers, Y_eq (Y + Y_eq t)/(Y_eq + Y t), t = tanh(rate Y_eq step): it is
    stable in equilibrium, where the equation is stiff, and of second order where it matters.
    """
    some = grid(dark, steps, end)
    rates = (some.rate * average(some.x) * some.step).tolist()
    y = exp(float(some.log_equilibrium[0]))
    for rate, log_eq in zip(rates, some.log_equilibrium.tolist(), strict=True):
        eq = exp(max(log_eq, -600.0))
        argument = rate * eq
        if argument < 1e-9:  # no more is made
            y /= 1 + rate * y
        else:
            t = tanh(argument)
            y = eq * (y + eq * t) / (eq + y * t)
    return density_today(dark.mass, y)


def density_today(mass: float, abundance: float) -> float:
    """Omega h^2 = m Y s_0/(rho_c/h^2), of a mass in GeV."""
    return mass * abundance * universe.ENTROPY_TODAY / universe.CRITICAL
