"""A computed line: its facts, and the function of the mass that makes its bands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from darkrecoil import models
from darkrecoil.records import Band, Constraint

Edge = Callable[[float], float | tuple[float, float] | None]
POINTS = 49


@dataclass(frozen=True)
class Line:
    """``facts`` without bands; ``edge`` is the coupling above which a mass is excluded, or (low, high), or None where it says nothing."""

    facts: Constraint
    edge: Edge
    masses: tuple[float, ...]

    def computed(self) -> Constraint:
        """The constraint with its bands."""
        return _computed(self)


@lru_cache(maxsize=32)
def _bands(edge: Edge, masses: tuple[float, ...]) -> tuple[Band, ...]:
    return bands(masses, edge)


def _computed(line: Line) -> Constraint:
    return replace(line.facts, bands=_bands(line.edge, line.masses))


def bands(masses: Sequence[float], edge: Edge) -> tuple[Band, ...]:
    """One band for each run of neighbouring masses (GeV) at which the edge says something."""
    runs: list[list[tuple[float, float, float | None]]] = [[]]
    for mass in masses:
        found = edge(mass)
        if found is None:
            runs.append([])
        else:
            low, high = found if isinstance(found, tuple) else (found, None)
            runs[-1].append((mass, low, high))
    return tuple(_band(run) for run in runs if len(run) > 1)


def _band(run: list[tuple[float, float, float | None]]) -> Band:
    x, low, high = (tuple(column) for column in zip(*run, strict=True))
    return Band(x, low, None if high[0] is None else high)


def masses_of(model: str, low: float = 0.0, high: float = float("inf"), points: int = POINTS) -> tuple[float, ...]:
    """Masses, GeV, equally far apart in the logarithm, over the model's range or the part of it between two masses."""
    allowed = models.find(model).mass
    ends = max(allowed.low, low), min(allowed.high, high)
    return tuple(float(m) for m in np.geomspace(*ends, points))


def facts(name: str, title: str, label: str, model: str, references: tuple[str, ...], **more: object) -> Constraint:
    """The facts of a computed constraint; what is not said is that no decay is looked for and no lifetime matters."""
    standard: dict[str, object] = {
        "experiment": "", "location": "computed, not read off", "level": 0.95, "convention": _convention(model), "production": "",
        "final_states": (), "branching_fraction": None, "lifetime": "any", "obtained": "", "status": "computed", "bands": (),
    }  # fmt: skip
    return Constraint(name=name, title=title, label=label, model=model, references=references, **{**standard, **more})  # type: ignore[arg-type]


def _convention(model: str) -> str:
    found = models.find(model)
    return f"{found.coupling.name} of the model {found.name} ({found.coupling.tex}), as its vertices define it"
