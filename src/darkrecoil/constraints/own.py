"""This package's own limits on g_emu or g_mumu, as the verb limit writes them, for the plane of the two."""

import json
from itertools import pairwise
from math import exp, log
from pathlib import Path
from typing import Any

from darkrecoil import analyses
from darkrecoil._errors import BadFile, BadValue
from darkrecoil.constraints.plane import TEMPLATE, Reach, X, Y

HINT = f"write it by darkrecoil limit SEARCH {TEMPLATE.model} --scan {X} --json -o FILE"


def reach(path: str | Path, mass: float) -> Reach:
    """The limit at a mass, GeV, on the coupling that the file's limit is on: observed where it has data, else the expected median.

    Between two masses of the file the logarithm of the coupling is linear in the mass. BadFile if it is no such limit; BadValue where it
    has none at that mass.
    """
    made = _read(Path(path))
    points = sorted(made["points"], key=lambda point: point["mass_gev"])
    observed = any(point["coupling_limit"] is not None for point in points)
    known = [(point["mass_gev"], value) for point in points if (value := _value(point, observed)) is not None]
    limit = _between(known, mass)
    if limit is None:
        allowed = ", ".join(f"{m:g}" for m, _ in known) or "none"
        raise BadValue(f"{path} has no limit at this mass", f"{mass:g} GeV", f"allowed: between neighbours of {allowed}", HINT)
    kind = "observed" if observed else "expected"
    search = analyses.find(made["search"])
    assumed = f"{made['luminosity_ifb']:g} fb^-1, {made['method']}, {kind}, BF(invisible): {made['invisible']}, {made['detector']}"
    return Reach(
        name=made["search"],
        label=search.signal,
        title=f"{search.title}: {made['luminosity_ifb']:g}/fb, {kind}",
        experiment=search.experiment,
        references=tuple(made["references"]),
        level=made["level"],
        assumptions=(assumed, *_parameters(made)),
        **{made["scan"]: limit},
    )


def _read(path: Path) -> dict[str, Any]:
    """The object of a limit on one of the two couplings."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadFile(f"{path} cannot be read", error, hint=HINT) from None
    wanted = {"search", "model", "scan", "points", "luminosity_ifb", "method", "invisible", "detector", "references", "level"}
    if not isinstance(found, dict) or not wanted <= found.keys():
        raise BadFile(f"{path} is no limit", None, "needed: the object that limit writes with --json", HINT)
    if found["model"] != TEMPLATE.model or found["scan"] not in (X, Y):
        shown = f"{found['scan']} of {found['model']}"
        raise BadFile(f"{path} is no limit of this plane", shown, f"allowed: {X} or {Y} of {TEMPLATE.model}", HINT)
    return found


def _value(point: dict[str, Any], observed: bool) -> float | None:
    found = point["coupling_limit"] if observed else (point["expected_coupling"] or [None] * 5)[2]
    return None if found is None else float(found)


def _between(known: list[tuple[float, float]], mass: float) -> float | None:
    """The coupling at a mass, between its neighbours."""
    for (low, one), (high, two) in pairwise(known):
        if low <= mass <= high:
            return exp(log(one) + (log(two) - log(one)) * (mass - low) / (high - low))
    return next((value for at, value in known if at == mass), None)


def _parameters(made: dict[str, Any]) -> tuple[str, ...]:
    given = made.get("provenance", {}).get("settings", {}).get("parameters")
    return (f"other parameters: {given}",) if given else ()
