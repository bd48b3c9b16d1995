"""How a cross-section goes with the coupling that a limit is set on: as its square, or beside what other couplings give.

At lowest order an amplitude is a + b g, so that sigma(g) = c0 + c1 g + c2 g^2, and c0 = c1 = 0 where nothing but g gives the process.
"""

from collections.abc import Mapping, Sequence

from darkrecoil import chain
from darkrecoil._errors import UnknownName
from darkrecoil.constants import AlphaScheme
from darkrecoil.detector.schema import Card
from darkrecoil.generate.cross_section import integrate
from darkrecoil.generate.recipe import Recipe, recipe
from darkrecoil.limits.strength import COUPLING, REFERENCE, Strength
from darkrecoil.records import Model

Shape = tuple[float, float, float]
SQUARE: Shape = (0.0, 0.0, 1.0)
PRECISION = 0.003
VALUES = (0.0, 1.0, 2.0)  # in references


def shapes(
    states: Sequence[str], model: Model, masses: Sequence[float], alpha: AlphaScheme, card: Card, sqrt_s: float, some: Strength, seed: int,
    jobs: int,
) -> dict[float, Shape]:  # fmt: skip
    """(c0, c1, c2) of x = g/g0 at each mass, GeV, over the cross-section at the reference g0, without radiation.

    Squares, and nothing is generated, unless other couplings give the process without the one that is scanned.
    """
    if some.scan == COUPLING or not masses or not goes_without(states[0], model, masses[0], alpha, sqrt_s, some):
        return dict.fromkeys(masses, SQUARE)
    recipes = {
        f"{state} {mass!r} {x:g}": _recipe(state, model, mass, alpha, sqrt_s, some, x * REFERENCE)
        for state in states for mass in masses for x in VALUES
    }  # fmt: skip
    bench = chain.prepare(recipes, card, seed, jobs)
    found = {name: integrate(source.sampler, PRECISION, jobs=jobs).value for name, source in bench.sources.items()}
    return {mass: _through(found, states, mass) for mass in masses}


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


def _through(found: Mapping[str, float], states: Sequence[str], mass: float) -> Shape:
    """The parabola through three cross-sections, each summed over the charge states, over the middle one."""
    none, one, two = (sum(found[f"{state} {mass!r} {x:g}"] for state in states) for x in VALUES)
    square = (two / one - 2 + none / one) / 2
    return none / one, 1 - none / one - square, square
