"""A published curve in another model's coupling: production x branching fraction x acceptance of the lifetime, equal on the edge.

    rate(g) = c(g)^2 BF(g) A(g),   A = exp(-L1/l) - exp(-L2/l),   l = (p/m) c tau

c is the coupling that the production goes by, BF the sum over the final states looked for, L1 to L2 the decay lengths that count.
The edge of the published region has a rate in the published model; the coupling of the other model with the same rate is its edge.
After P. Ilten, Y. Soreq, M. Williams, W. Xue, JHEP 06 (2018) 004, arXiv:1801.04847, section 2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from darkrecoil import models
from darkrecoil._errors import BadValue, DarkrecoilError
from darkrecoil.constraints import production, rates, regions
from darkrecoil.constraints.couplings import stretches
from darkrecoil.records import Band, Constraint, Floats, Model

STEPS = 200  # of the logarithm of the coupling, between which rates are compared
BELOW = 1e-3  # how far below the model's range couplings are looked for: displaced decays exclude very small ones


@dataclass(frozen=True)
class Recast:
    """Excluded couplings of a model at masses in GeV: intervals (low, high), high None for no end; a reason where there are none."""

    constraint: Constraint
    model: Model
    masses: tuple[float, ...]
    excluded: tuple[tuple[tuple[float, float | None], ...], ...]
    reasons: tuple[str | None, ...]
    assumptions: tuple[str, ...]


def recast(
    constraint: Constraint, model: Model, masses: Sequence[float] | None = None, parameters: Mapping[str, float] | None = None
) -> Recast:
    """What the constraint excludes of another model's coupling, at these masses in GeV or at those of the published curve.

    A mass without an answer has its reason: outside of the curve, no such production, no such decay, no coupling that is enough.
    """
    filled = dict(parameters or {})
    if masses is None:
        masses = _own_masses(constraint, model)
    old = model if model.name == constraint.model else models.find(constraint.model)
    results = [_at(constraint, old, model, mass, filled) for mass in masses]
    excluded, reasons = tuple(found for found, _ in results), tuple(why for _, why in results)
    return Recast(constraint, model, tuple(masses), excluded, reasons, _assumptions(constraint, model, reasons))


def as_constraint(made: Recast) -> Constraint:
    """A recast as a constraint of its model, to be drawn beside others; a band for every stretch of masses that is excluded."""
    bands, run = list[Band](), list[tuple[float, float, float | None]]()
    end = made.model.coupling.high
    for mass, pieces in [*zip(made.masses, made.excluded, strict=True), (inf, ())]:
        if pieces:
            run.append((mass, pieces[0][0], pieces[-1][1]))
        elif run:
            highs = [high for _, _, high in run]
            closed = None if all(high is None for high in highs) else tuple(end if high is None else high for high in highs)
            bands.append(Band(tuple(m for m, _, _ in run), tuple(low for _, low, _ in run), closed))
            run = []
    old = made.constraint
    if not bands:
        why = next((reason for reason in made.reasons if reason), "no mass is excluded")
        raise BadValue(f"{old.name} says nothing of {made.model.name}", None, why)
    same = made.model.name == old.model
    said = old.convention if same else f"the coupling of {made.model.name}; recast from {old.model} ({old.convention})"
    changes = {"model": made.model.name, "bands": tuple(bands), "convention": said, "assumptions": (*old.assumptions, *made.assumptions)}
    return replace(old, **changes, status=old.status if same else "computed", branching_fraction=None)  # type: ignore[arg-type]


def _own_masses(constraint: Constraint, model: Model) -> tuple[float, ...]:
    """The masses of the published corners, the thresholds resolved, within the model's range."""
    corners = sorted({x for band in constraint.bands for x in band.x})
    between = {float(x) for x in np.geomspace(corners[0], corners[-1], 60)} if len(corners) > 1 else set()
    return tuple(x for x in sorted({*corners, *between}) if model.mass.low <= x <= model.mass.high)


def _at(
    constraint: Constraint, old: Model, model: Model, mass: float, given: dict[str, float]
) -> tuple[tuple[tuple[float, float | None], ...], str | None]:
    published = regions.excluded_at(constraint, mass)
    if (constraint.kind, constraint.x, constraint.y) != ("excluded", "mass", "coupling"):
        return (), f"it is no region of mass and coupling but {constraint.kind} in ({constraint.x}, {constraint.y})"
    if not published:
        return (), f"the published curve does not reach {mass:g} GeV"
    if model.name == constraint.model and not given:
        return published, None
    try:
        filled = models.check(model, mass, _middle(model), given)
        _comparable(constraint, old, model, mass, filled)
        before = rates.rate(constraint, old, mass, dict(constraint.parameters), constraint.branching_fraction)
        return _solved(published, before, rates.rate(constraint, model, mass, filled), model)
    except DarkrecoilError as error:
        return (), str(error)


def _comparable(constraint: Constraint, old: Model, new: Model, mass: float, filled: Mapping[str, float]) -> None:
    """BadValue unless both models are produced by the same kind of vertex, so that the ratio of couplings is that of rates."""
    kinds = [
        production.strength(old, constraint.production, mass, _middle(old), constraint.parameters)[0],
        production.strength(new, constraint.production, mass, _middle(new), filled)[0],
    ]
    if kinds[0] != kinds[1]:
        raise BadValue(f"{old.name} is produced by {kinds[0]}, {new.name} by {kinds[1]}: the ratio of their rates is not one of couplings")


def _middle(model: Model) -> float:
    return float(np.sqrt(model.coupling.low * model.coupling.high))


def _solved(
    published: tuple[tuple[float, float | None], ...], before: rates.Rate, after: rates.Rate, model: Model
) -> tuple[tuple[tuple[float, float | None], ...], str | None]:
    """The couplings of the model with at least the rate of the published edges."""
    grid = np.geomspace(model.coupling.low * BELOW, model.coupling.high, STEPS)
    found_rates = after(grid)
    if not found_rates.max() > 0:
        return (), f"{model.name} has no such decay at this mass"
    found = list[tuple[float, float | None]]()
    for low, high in published:
        pieces = _enough(grid, found_rates, _one(before, low), after)
        if not pieces:
            continue
        bottom, top = pieces[0][0], None if high is None else _top(grid, found_rates, _one(before, high), after)
        if top is None or top > bottom:
            found.append((bottom, top))
    if found:
        return regions.joined(found), None
    return (), f"no coupling of {model.name} up to {model.coupling.high:g} gives the rate that is excluded"


def _enough(grid: Floats, values: Floats, wanted: float, rate: rates.Rate) -> tuple[tuple[float, float], ...]:
    """The couplings whose rate is at least the wanted one, as far as the grid goes."""
    return stretches(grid.tolist(), (values >= wanted).tolist(), lambda g: _one(rate, g) >= wanted)


def _top(grid: Floats, values: Floats, wanted: float, rate: rates.Rate) -> float | None:
    """The largest coupling whose rate is the wanted one; None if it is above at the end of the model's range, 0 if it never is."""
    pieces = _enough(grid, values, wanted, rate)
    return None if values[-1] >= wanted else pieces[-1][1] if pieces else 0.0


def _one(rate: rates.Rate, coupling: float) -> float:
    return float(rate(np.array([coupling]))[0])


def _assumptions(constraint: Constraint, model: Model, reasons: Sequence[str | None]) -> tuple[str, ...]:
    if model.name == constraint.model and all(reason is None or "does not reach" in reason for reason in reasons):
        return ("the published curve itself",)
    states = " + ".join(constraint.final_states) or "any final state"
    fraction = "its own branching fractions" if constraint.branching_fraction is None else f"BF = {constraint.branching_fraction:g}"
    notes = [
        f"rates of {constraint.production} scale with the square of the coupling it goes by; efficiencies are those of {constraint.model}",
        f"{states}: {fraction} in the published model, {model.name}'s own branching fractions here",
    ]
    if constraint.final_states and constraint.lifetime != "any":
        low, high = constraint.lengths or (0.0, rates.PROMPT_CM)
        fast = f"{constraint.momentum:g} GeV" if constraint.momentum else "the two-body momentum in the centre of mass"
        notes.append(f"decays count from {low:g} to {high:g} cm, X with {fast}")
    if constraint.level is not None:
        notes.append(f"level as published, {100 * constraint.level:g} %")
    return tuple(notes)
