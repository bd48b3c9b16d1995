"""How a cross-section goes with the coupling that a limit is set on: as its square, or beside what other couplings give.

At lowest order an amplitude is a + b g, so that sigma(g) = c0 + c1 g + c2 g^2, and c0 = c1 = 0 where nothing but g gives the process.
The parabola goes through cross-sections at 0, at the reference, and at half and all of the range of g, each to its relative error:
none is reached by extrapolation, and one more than a parabola needs says whether it is one.
"""

from collections.abc import Sequence

import numpy as np

from darkrecoil import chain
from darkrecoil._errors import BadValue, UnknownName
from darkrecoil.constants import AlphaScheme
from darkrecoil.detector.schema import Card
from darkrecoil.generate.cross_section import CrossSection, integrate
from darkrecoil.generate.recipe import Recipe, recipe
from darkrecoil.limits.strength import COUPLING, REFERENCE, Strength, range_of
from darkrecoil.records import Model

Shape = tuple[float, float, float]
SQUARE: Shape = (0.0, 0.0, 1.0)
PRECISION = 0.003  # relative, of each integral
FARTHEST = 0.03  # relative: ten times that; a parabola that misses a cross-section by more is none


def shapes(
    states: Sequence[str], model: Model, masses: Sequence[float], alpha: AlphaScheme, card: Card, sqrt_s: float, some: Strength, seed: int,
    jobs: int,
) -> dict[float, Shape]:  # fmt: skip
    """(c0, c1, c2) of x = g/g0 at each mass, GeV, over the cross-section at the reference g0, without radiation.

    Squares, and nothing is generated, unless other couplings give the process without the one that is scanned.
    """
    if some.scan == COUPLING or not masses or not goes_without(states[0], model, masses[0], alpha, sqrt_s, some):
        return dict.fromkeys(masses, SQUARE)
    at = values(model, some)
    recipes = {
        _name(state, mass, x): _recipe(state, model, mass, alpha, sqrt_s, some, x * REFERENCE)
        for state in states for mass in masses for x in at
    }  # fmt: skip
    bench = chain.prepare(recipes, card, seed, jobs)
    found = {name: integrate(source.sampler, PRECISION, jobs=jobs) for name, source in bench.sources.items()}
    by_mass = {mass: [_summed([found[_name(state, mass, x)] for state in states]) for x in at] for mass in masses}
    return {mass: through(at, sums, f"{states[0]} in {some.scan} at {mass:g} GeV") for mass, sums in by_mass.items()}


def values(model: Model, some: Strength) -> tuple[float, ...]:
    """Where the cross-section is found, in references: without the coupling, at the reference, at half and at all of its range."""
    high = range_of(model, some).high / REFERENCE
    return tuple(dict.fromkeys((0.0, 1.0, high / 2, high)))


def goes_without(state: str, model: Model, mass: float, alpha: AlphaScheme, sqrt_s: float, some: Strength) -> bool:
    """Whether the process has a diagram at lowest order with the coupling that is scanned set to zero."""
    try:
        _recipe(state, model, mass, alpha, sqrt_s, some, 0.0)
    except UnknownName:
        return False
    return True


def _recipe(state: str, model: Model, mass: float, alpha: AlphaScheme, sqrt_s: float, some: Strength, value: float) -> Recipe:
    coupling, given = some.at(value)
    return recipe(state, alpha, sqrt_s, model, mass, coupling, parameters=given)


def _name(state: str, mass: float, x: float) -> str:
    return f"{state} {mass!r} {x:g}"


def _summed(some: Sequence[CrossSection]) -> tuple[float, float]:
    """The cross-section of all charge states and its error, fb."""
    return sum(one.value for one in some), float(np.hypot.reduce([one.error for one in some]))


def through(at: Sequence[float], found: Sequence[tuple[float, float]], what: str) -> Shape:
    """The parabola through cross-sections with their errors (n, 2), by least squares, over its value at 1. BadValue if it is none."""
    value, error = np.array(found).T
    error = np.maximum(error, PRECISION * value)
    powers = np.vander(at, 3, increasing=True)
    fitted = np.linalg.lstsq(powers / error[:, None], value / error)[0]
    missed = float(np.abs(powers @ fitted / value - 1).max())
    if missed > FARTHEST:
        raise BadValue(f"the cross-section of {what} is no parabola", f"{missed:.1%} off", f"allowed: {FARTHEST:.0%}")
    none, one, two = (fitted / fitted.sum()).tolist()
    return none, one, two
