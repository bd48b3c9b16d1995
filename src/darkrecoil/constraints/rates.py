"""The rate of a constraint's signal in a model against its coupling: production x branching fraction x acceptance of the lifetime."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isclose, sqrt
from typing import TypeVar

import numpy as np

from darkrecoil import models
from darkrecoil._errors import BadValue
from darkrecoil.constants import HBARC
from darkrecoil.constraints import production
from darkrecoil.records import Constraint, Floats, Model

Number = TypeVar("Number", float, Floats)
Rate = Callable[[Floats], Floats]

PROMPT_CM = 1.0  # where a prompt search says nothing of lengths
ZERO = 1e-9  # relative: what rounding leaves of a term that is not there


@dataclass(frozen=True)
class Quadratic:
    """a g^2 + b in the coupling g."""

    a: float
    b: float

    def __call__(self, coupling: Number) -> Number:
        return self.a * coupling**2 + self.b


def rate(constraint: Constraint, model: Model, mass: float, filled: Mapping[str, float], fraction: float | None = None) -> Rate:
    """The rate against the model's coupling, an array, in units of a coupling squared; ``fraction`` in place of its own branching fraction.

    BadValue, with the reason, where the model is not produced so, or a lifetime cannot be translated.
    """
    square, widths = _parts(constraint, model, mass, filled)
    boost = momentum(constraint, mass) / mass if constraint.lifetime != "any" or constraint.lengths else 0.0
    return lambda g: square(g) * seen(constraint, {state: width(g) for state, width in widths.items()}, boost, fraction)


def seen(constraint: Constraint, widths: Mapping[str, Floats], boost: float, fraction: float | None) -> Floats:
    """The probability that a decay looked for happens where it counts; widths in GeV by final state, ``boost`` is p/m."""
    total = sum(widths.values(), np.zeros(1))
    alive = np.where(total > 0, total, 1.0)
    stable = np.where(total > 0, 0.0, 1.0) if "invisible" in constraint.final_states else 0.0  # unseen
    own = sum((widths[state] / alive for state in constraint.final_states if state in widths), np.zeros(1)) + stable
    wanted = own if fraction is None else np.full_like(total, fraction)
    if not constraint.final_states:
        return np.ones_like(total)
    if constraint.final_states == ("invisible",):
        escapes = survival(constraint, total, boost)[0] if constraint.lengths else 0.0
        return np.asarray(wanted + (1 - wanted) * escapes)
    if constraint.lifetime == "any":
        return wanted
    first, last = survival(constraint, total, boost)
    return np.asarray(wanted * (first - last))


def survival(constraint: Constraint, width: Floats, boost: float) -> tuple[Floats, Floats]:
    """The probabilities to live up to the first and to the last decay length that counts: exp(-L Gamma m/(p hbar c))."""
    low, high = constraint.lengths or (0.0, PROMPT_CM)
    per_cm = width / (boost * HBARC)
    return np.exp(-low * per_cm), np.exp(-np.where(width > 0, high, 0.0) * per_cm)


def momentum(constraint: Constraint, mass: float) -> float:
    """The momentum of X, GeV: the one stated, or (s - m^2)/(2 sqrt s) in the centre of mass. BadValue if neither is known."""
    if constraint.momentum is not None:
        return constraint.momentum
    if constraint.sqrt_s is not None and constraint.sqrt_s > mass:
        return (constraint.sqrt_s**2 - mass**2) / (2 * constraint.sqrt_s)
    raise BadValue(f"{constraint.name} does not say how fast its particle is, so that no lifetime can be translated")


def _parts(constraint: Constraint, model: Model, mass: float, filled: Mapping[str, float]) -> tuple[Quadratic, dict[str, Quadratic]]:
    """The square of the coupling of production and the partial widths, GeV, as they depend on the model's coupling.

    Tree-level widths are sums of what the coupling scales and of what it does not, decays to dark matter; a model whose numbers
    are anything else is refused.
    """
    low, high = model.coupling.low, model.coupling.high
    tried = [_numbers(constraint, model, mass, g, filled) for g in (low, high, sqrt(low * high))]
    fits = {name: _fit(low, high, tried[0][name], tried[1][name]) for name in tried[0]}
    for name, fit in fits.items():
        if not isclose(fit(sqrt(low * high)), tried[2][name], rel_tol=1e-6):
            raise BadValue(f"{name} of {model.name} is no a g^2 + b in the coupling g, so that no rate can be translated")
    return fits.pop("production"), fits


def _numbers(constraint: Constraint, model: Model, mass: float, coupling: float, filled: Mapping[str, float]) -> dict[str, float]:
    _, square = production.strength(model, constraint.production, mass, coupling, filled)
    return {"production": square, **models.partial_widths(model, mass, coupling, filled)}


def _fit(low: float, high: float, at_low: float, at_high: float) -> Quadratic:
    a = (at_high - at_low) / (high**2 - low**2)
    b = at_low - a * low**2
    return Quadratic(a, 0.0 if abs(b) <= ZERO * abs(at_low) else b)
