"""The verb global-p: a limit with data, a table of windows, a spectrum or events in; the global p-value of the scan out."""

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from darkrecoil._errors import BadFile, BadValue, unknown
from darkrecoil.records import Curve, Floats, LookElsewhere
from darkrecoil.statistics import hypotheses, trials, windows
from darkrecoil.statistics.shapes import Background, Exponential, Polynomial
from darkrecoil.statistics.significance import significances

COLUMNS = "low, high, observed and background (background_error) of windows; low, high and observed of a spectrum's bins; value of events"
BACKGROUNDS: dict[str, type[Polynomial] | type[Exponential]] = {"polynomial": Polynomial, "exponential": Exponential}


@dataclass(frozen=True, eq=False)
class Scanned:
    """A global p-value, the windows that it is of, (m, 2), and their masses, GeV, or None where a scan has none."""

    found: LookElsewhere
    windows: Floats | None
    masses: Floats | None


def global_p(
    source: str | Path | Curve | Mapping[str, Any],
    *,
    resolution: str | float | None = None,
    background: str = "polynomial:3",
    span: tuple[float, float] | None = None,
    step: float = hypotheses.STEP,
    reach: float = hypotheses.REACH,
    errors: str = "common",
    toys: int = trials.TOYS,
    seed: int = 1,
    jobs: int = 1,
) -> LookElsewhere:
    """The global p-value of a scan, by toys and by upcrossings.

    ``source``: a Curve or its JSON (object or file) made with data; a .csv file whose header names the columns low, high, observed,
    background and perhaps background_error of windows. With a ``resolution`` (a number in the observable's unit, or "1.5%" of it) the
    file is a spectrum, low, high, observed, or events, value, taken in ``span``: peaks of that width are fitted every ``step`` widths on a
    ``background`` ("polynomial:3", "exponential:1") within ``reach`` widths. ``errors`` of windows' backgrounds: common or local.
    BadFile, BadValue and UnknownName as the file, the numbers and the names have it.
    """
    return scanned(
        source,
        resolution=resolution,
        background=background,
        span=span,
        step=step,
        reach=reach,
        errors=errors,
        toys=toys,
        seed=seed,
        jobs=jobs,
    ).found


def scanned(
    source: str | Path | Curve | Mapping[str, Any], *, resolution: str | float | None = None, errors: str = "common", **options: Any
) -> Scanned:
    """``global_p`` with the windows and masses that it is of."""
    toys, seed, jobs = options["toys"], options["seed"], options["jobs"]
    if isinstance(source, Curve):
        points: list[Point] = [(p.mass, p.window, p.observed, p.background, p.background_error) for p in source.points]
    elif isinstance(source, Mapping):
        points = _points(source, "the object")
    elif (path := Path(source)).suffix.lower() == ".csv":
        table = _table(path)
        if resolution is not None:
            return Scanned(_peaks(table, path, as_resolution(resolution), **options), None, None)
        points = _rows(table, path)
    else:
        points = _points(_object(path), path)
    if resolution is not None:
        raise BadValue("a resolution is for a spectrum or events, not for windows", resolution, hint="leave it out, or give a .csv file")
    family, masses, lost = _family(points, errors)
    found = trials.scan_windows(family, toys, seed, jobs)
    if lost:
        line = f"{lost} windows with no generated event of background: taken as that of one, their error, known to a factor of two"
        found = replace(found, assumptions=(*found.assumptions, line))
    return Scanned(found, np.stack([family.low, family.high], axis=1), masses)


def as_json(made: Scanned) -> dict[str, Any]:
    """The result as the plain object of the command line's contract."""
    found, i = made.found, made.found.leading
    return {
        "hypotheses": found.hypotheses,
        "position": float(found.positions[i]),
        "window": None if made.windows is None else [float(x) for x in made.windows[i]],
        "mass_gev": None if made.masses is None else float(made.masses[i]),
        "local_p": found.local_p,
        "local_significance": _number(found.local_z),
        "global_p": found.global_p,
        "global_significance": _number(float(significances(np.array(found.global_p)))),
        "method": found.method,
        "trials_factor": found.trials_factor if found.local_p > 0 else None,
        "global_p_toys": found.p_toys,
        "global_p_toys_error": found.p_toys_error,
        "toys": found.toys,
        "failed_toys": found.failed,
        "global_p_upcrossings": found.p_crossings,
        "global_p_upcrossings_error": found.p_crossings_error,
        "upcrossing_level": found.level,
        "upcrossings": found.crossings,
        "upcrossings_error": found.crossings_error,
        "global_p_neighbours": found.p_neighbours,
        "global_p_independent": found.p_independent,
        "points": [
            {"position": float(x), "mass_gev": None if made.masses is None else float(made.masses[k]), "significance": _number(float(z))}
            for k, (x, z) in enumerate(zip(found.positions, found.z, strict=True))
        ],
        "assumptions": list(found.assumptions),
    }


Point = tuple[float | None, tuple[float, float] | None, float | None, float | None, float | None]


def _points(given: Any, where: object) -> list[Point]:
    """Mass, window, observed, background and its error of each point of a limit's object."""
    if isinstance(given, list) and len(given) == 1:
        given = given[0]
    if not (isinstance(given, Mapping) and isinstance(given.get("points"), list)):
        raise BadFile("not one result of limit", where, hint="write it with: darkrecoil limit ... --data FILE --json")
    found: list[Point] = []
    for point in given["points"]:
        try:
            window = None if point["window"] is None else (float(point["window"][0]), float(point["window"][1]))
            found.append((point["mass_gev"], window, point["observed"], point["background"], point["background_error"]))
        except (KeyError, TypeError, IndexError, ValueError) as error:
            raise BadFile("a point of the limit lacks a number", where, hint=f"{type(error).__name__}: {error}") from None
    return found


def _family(points: list[Point], errors: str) -> tuple[windows.Family, Floats | None, int]:
    """The family of the points that have a window and a count, their masses, and how many have no background but an error of it."""
    usable = [p for p in points if p[1] is not None and p[3] is not None]
    if not usable:
        raise BadValue("no point of the scan has a window with a background", len(points), hint="see the reasons in the limit")
    if any(p[2] is None for p in usable):
        raise BadValue("a point of the scan has no observed count", usable[0][0], hint="a limit made with --data FILE has")
    low, high = (np.array([p[1][k] for p in usable if p[1] is not None]) for k in (0, 1))
    seen, expected, error = np.array([[float(x or 0.0) for x in p[2:]] for p in usable]).T
    lost = (expected == 0) & (error > 0)
    family = windows.family(low, high, np.where(lost, error, expected), error, seen, errors)
    if usable[0][0] is None:
        return family, None, int(lost.sum())
    where = {(float(a), float(b)): float(p[0] or 0.0) for a, b, p in zip(low, high, usable, strict=True)}
    return family, np.array([where[(float(a), float(b))] for a, b in zip(family.low, family.high, strict=True)]), int(lost.sum())


def _object(path: Path) -> Any:
    try:
        return json.loads(path.read_text())
    except OSError as error:
        raise BadFile("the file cannot be read", path, hint=str(error.strerror or error)) from None
    except ValueError as error:
        raise BadFile("neither a result of limit nor a .csv file", path, hint=f"not JSON: {error}") from None


def _table(path: Path) -> dict[str, Floats]:
    """The columns of a .csv file by the names in its first row; lines that begin with # are left out."""
    try:
        lines = [line for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile("the file cannot be read", path, hint=str(getattr(error, "strerror", None) or error)) from None
    rows = [[cell.strip() for cell in row] for row in csv.reader(lines)]
    if len(rows) < 2:
        raise BadFile("the table is empty", path, hint=f"its first row names the columns: {COLUMNS}")
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(rows[0]):
            raise BadFile("a row of the table has another length than its header", path, f"row {number} has {len(row)}, not {len(rows[0])}")
        for name, cell in zip(rows[0], row, strict=True):
            if not _is_number(cell):
                raise BadFile("a cell of the table is not a number", path, f"row {number}, column {name}: {cell!r}")
    return {name: np.array([float(row[k]) for row in rows[1:]]) for k, name in enumerate(rows[0])}


def _columns(table: dict[str, Floats], path: Path, *names: str) -> list[Floats]:
    missing = [name for name in names if name not in table]
    if missing:
        raise BadFile(f"the table has no column {missing[0]}", path, f"found: {', '.join(table)}", f"columns: {COLUMNS}")
    return [table[name] for name in names]


def _rows(table: dict[str, Floats], path: Path) -> list[Point]:
    low, high, seen, expected = _columns(table, path, "low", "high", "observed", "background")
    error = table.get("background_error", np.zeros(len(low)))
    return [
        (None, (float(a), float(b)), float(n), float(x), float(e)) for a, b, n, x, e in zip(low, high, seen, expected, error, strict=True)
    ]


def _peaks(
    table: dict[str, Floats], path: Path, resolution: tuple[float, float], *, background: str, span: tuple[float, float] | None,
    step: float, reach: float, toys: int, seed: int, jobs: int,
) -> LookElsewhere:  # fmt: skip
    """The scan of a spectrum or of events."""
    shape = as_background(background)
    constant, relative = resolution
    edges = None
    if "value" in table:
        data = table["value"]
        low, high = span or (float(data.min()), float(data.max()))
        data, bounds = data[(data >= low) & (data <= high)], (low, high)
    else:
        lower, upper, data = _columns(table, path, "low", "high", "observed")
        if not np.allclose(lower[1:], upper[:-1], rtol=1e-9, atol=0.0):
            raise BadFile(
                "the bins of a spectrum do not join",
                path,
                "each begins where the one before ends",
                "overlapping windows need a background column",
            )
        edges = np.append(lower, upper[-1])
        bounds = (float(edges[0]), float(edges[-1]))

    def width(x: float) -> float:
        return constant + relative * abs(x)

    first, last = bounds[0] + 2 * width(bounds[0]), bounds[1] - 2 * width(bounds[1])
    tried = hypotheses.grid(first, last, width, step, reach)
    return trials.scan_peaks(data, tried, edges=edges, span=bounds, background=shape, toys=toys, seed=seed, jobs=jobs)


def as_resolution(value: str | float) -> tuple[float, float]:
    """A resolution as a constant and a share of the position, from "0.02" or "1.5%"; BadValue if it is not above zero."""
    text = str(value).strip()
    match = re.fullmatch(r"([0-9.eE+-]+)\s*(%?)", text)
    if not (match and _is_number(match[1]) and float(match[1]) > 0):
        raise BadValue("a resolution", value, "allowed: above 0", 'write 0.02, in the unit of the observable, or "1.5%"')
    return (0.0, float(match[1]) / 100) if match[2] else (float(match[1]), 0.0)


def as_background(text: str) -> Background:
    """A background from "polynomial:3" or "exponential:1"."""
    name, _, order = text.partition(":")
    if name not in BACKGROUNDS:
        raise unknown("background", name, BACKGROUNDS)
    if not re.fullmatch(r"\d*", order):
        raise BadValue("the order of a background", order, "allowed: 0, 1, 2, ...", f"write {name}:3")
    return BACKGROUNDS[name](int(order)) if order else BACKGROUNDS[name]()


def _is_number(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False


def _number(value: float) -> float | None:
    return value if isfinite(value) else None
