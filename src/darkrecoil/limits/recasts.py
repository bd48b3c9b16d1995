"""What published constraints, and this package's own searches, say of a model: the verb recast."""

from collections.abc import Mapping, Sequence
from typing import Any

from darkrecoil import analyses, constraints, models
from darkrecoil._errors import DarkrecoilError, unknown
from darkrecoil.constraints import Recast
from darkrecoil.limits import searched
from darkrecoil.limits.api import as_masses, limit
from darkrecoil.limits.export import as_json, as_point
from darkrecoil.records import Limit, Model


def recast(
    model: str,
    masses: str | Sequence[float],
    names: Sequence[str] | None = None,
    *,
    parameters: Mapping[str, float] | None = None,
    folders: Sequence[str] = (),
    searches: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """{model, results: [an object as of limit for every constraint and search]} of a model at masses in GeV.

    ``names`` of constraints, files of facts or searches: all constraints and all searches without. ``searches``: settings of ``limit``.
    Where a result has no number it has the reason. UnknownName: no such model, constraint or search.
    """
    found, wanted = models.find(model), as_masses(masses)
    for mass in wanted:
        models.check(found, mass, float((found.coupling.low * found.coupling.high) ** 0.5), parameters)
    own = list(analyses.names())
    chosen = list(names) if names else [*constraints.names(folders), *own]
    results = []
    for name in chosen:
        if name in own:
            results.append(_search(name, model, found, wanted, parameters, searches or {}))
        elif constraints.is_path(name) or name in constraints.names(folders):
            results.append(published(constraints.recast(constraints.find(name, folders), found, wanted, parameters)))
        else:
            raise unknown("constraint or search", name, [*constraints.names(folders), *own])
    return {"model": found.name, "results": results}


def published(made: Recast) -> dict[str, Any]:
    """A recast by the contract's names of a limit; what a publication does not give is null."""
    old = made.constraint
    points = [_limit(*row, made.model) for row in zip(made.masses, made.excluded, made.reasons, strict=True)]
    return {
        "search": old.name,
        "model": made.model.name,
        "luminosity_ifb": None,
        "level": old.level,
        "method": None,
        "detector": None,
        "alpha": None,
        "invisible": "model",
        "points": [as_point(one) | {"excluded": _ends(made.excluded[i], made.model)} for i, one in enumerate(points)],
        "assumptions": [*old.assumptions, *made.assumptions, *([f"no level: {old.level_note}"] if old.level is None else [])],
        "references": [*old.references, old.location],
        "reason": next(iter(dict.fromkeys(made.reasons)), None) if not any(made.excluded) else None,
    }


def _ends(intervals: Sequence[tuple[float, float | None]], model: Model) -> list[list[float]]:
    """Intervals of couplings; one without an end goes to the end of the model's range."""
    return [[low, model.coupling.high if high is None else high] for low, high in intervals]


def _limit(mass: float, intervals: Sequence[tuple[float, float | None]], reason: str | None, model: Model) -> Limit:
    """One mass: a coupling limit where all above it is excluded, else the bands and why there is no limit."""
    upper = intervals[-1][0] if intervals and intervals[-1][1] is None else None
    why = reason or (None if upper is not None else "bands are excluded: no upper limit")
    bands = tuple((low, high) for low, high in _ends(intervals, model))
    return Limit(mass, None, None, None, None, None, {}, None, None, None, None, upper, bands, None, None, why)


def _search(
    name: str, model: str, found: Model, masses: Sequence[float], parameters: Mapping[str, float] | None, settings: Mapping[str, Any]
) -> dict[str, Any]:
    """The limit of one of the package's searches, or why there is none."""
    middle = float((found.coupling.low * found.coupling.high) ** 0.5)
    analysis = analyses.find(name)
    if not any(searched.fraction(analysis, found, mass, middle, parameters) for mass in masses):
        return _none(name, found, f"{found.name} has no {searched.worded(analysis)} decay at these masses")
    try:
        return as_json(limit(name, model, masses, parameters=parameters, **settings))
    except DarkrecoilError as error:
        return _none(name, found, str(error))


def _none(name: str, model: Model, reason: str) -> dict[str, Any]:
    return {"search": name, "model": model.name, "points": [], "assumptions": [], "references": [], "reason": reason}
