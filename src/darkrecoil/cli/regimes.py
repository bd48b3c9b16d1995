"""The verb regimes: what a detector sees of a long-lived particle, against mass and coupling."""

from itertools import pairwise
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from darkrecoil.cli import _options as opt
from darkrecoil.cli import _output

if TYPE_CHECKING:
    from darkrecoil.records import Floats, RegimeMap

MOST = 1000  # points of a grid


def regimes(
    model: Annotated[str, typer.Argument(help="A model of e+ e- -> gamma a, a -> gamma gamma, for instance alp.")] = "alp",
    detector: Annotated[str, typer.Option("--detector", help="Card of a detector: a name or a TOML file.")] = "belle2",
    masses: opt.Masses = "0.005:9.5:80",
    couplings: Annotated[str, typer.Option("--couplings", help="low:high:number or g1,g2,...")] = "1e-8:1e-1:80",
    plot: opt.Plot = None,
    output: opt.Output = None,
    json: opt.Json = False,
) -> None:
    """Where a decay to two photons is resolved, merged, displaced or invisible in a detector; mean decay lengths of 0.1 m and 3 m."""
    opt.check_outputs(None, plot)
    made = mapped(model, detector, masses, couplings)
    if plot is not None:
        _draw(plot, made, f"darkrecoil regimes {made.model} --detector {detector} --plot {plot.name}")
    if not _output.finish(_result(made), json, output):
        rows = [[name, *_ends(made, name)] for name in made.shares]
        _output.table(f"{made.model}, {made.detector}", ["regime", "share of the plane", "least mass", "largest mass"], rows)
        _output.lines("half of the prompt pairs merge at", [("mass [GeV]", made.merging)])


def mapped(model: str, detector: str, masses: str, couplings: str) -> "RegimeMap":
    """The map on logarithmic grids from texts; BadValue for a model that makes no pair of photons."""
    from darkrecoil import models
    from darkrecoil._errors import BadValue
    from darkrecoil.detector import card
    from darkrecoil.models._regimes import regimes as compute

    found = models.find(model)
    grids = [logarithmic(text) for text in (masses, couplings)]
    if ("gamma", "gamma", found.particle) not in {vertex.fields for vertex in found.vertices}:
        raise BadValue(f"{found.name} has no vertex of two photons", model, hint="take alp, or a model of your own with one")
    for end in (0, -1):
        models.check(found, float(grids[0][end]), float(grids[1][end]))
    return compute(found, card.load(detector), grids[0], grids[1])


def logarithmic(text: str) -> "Floats":
    """A grid, ascending, from "low:high:number" or "x1,x2,..."; BadValue for anything else."""
    import numpy as np

    from darkrecoil._errors import BadValue

    hint = "write low:high:number or x1,x2,..."
    try:
        numbers = [float(word) for word in text.replace(":", ",").split(",")]
    except ValueError:
        raise BadValue("not a grid", text, hint=hint) from None
    if ":" in text:
        if len(numbers) != 3 or not 0 < numbers[0] < numbers[1] < inf or not 2 <= numbers[2] <= MOST or numbers[2] % 1:
            raise BadValue("not a grid", text, f"allowed: 0 < low < high, 2 to {MOST} points", hint)
        return np.geomspace(numbers[0], numbers[1], int(numbers[2]))
    if len(numbers) < 2 or not all(0 < x < y for x, y in pairwise(numbers)) or numbers[-1] == inf:
        raise BadValue("not an ascending grid of two or more positive numbers", text, hint=hint)
    return np.array(numbers)


def _result(made: "RegimeMap") -> dict[str, Any]:
    return {
        "model": made.model,
        "detector": made.detector,
        "masses_gev": made.mass.tolist(),
        "couplings": made.coupling.tolist(),
        "shares": {name: share.tolist() for name, share in made.shares.items()},
        "decay_lengths": {name: {"mass_gev": m.tolist(), "coupling": g.tolist()} for name, (m, g) in made.lines.items()},
        "merging_mass_gev": made.merging,
        "prompt_cm": made.prompt,
        "notes": list(made.notes),
        "provenance": _output.provenance(None, {"model": made.model, "detector": made.detector}, made.notes),
    }


def _ends(made: "RegimeMap", name: str) -> tuple[float, float | None, float | None]:
    """The share of the plane where the regime is the largest one, and the masses between which it is."""
    import numpy as np

    largest = np.argmax(np.array(list(made.shares.values())), axis=0) == list(made.shares).index(name)
    there = made.mass[largest.any(axis=0)]
    return float(largest.mean()), *((float(there[0]), float(there[-1])) if len(there) else (None, None))


def _draw(path: Path, made: "RegimeMap", command: str) -> None:
    from darkrecoil import plots
    from darkrecoil._run import atomic

    with atomic(path) as temporary:
        plots.save(plots.regimes(made, command=command), temporary)
