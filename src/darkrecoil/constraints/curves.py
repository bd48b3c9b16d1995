"""The numbers of a curve, checked: their unit, their order in the file, and that they lie where the source says they lie.

A curve says the masses over which its source gives it. Numbers outside are refused; if they fit with the columns exchanged or
with another unit, the refusal says so.
"""

from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from darkrecoil._errors import BadFile
from darkrecoil.io import hepdata

UNITS = {"GeV": 1.0, "MeV": 1e-3, "keV": 1e-6, "eV": 1e-9}
TOLERANCE = 1e-3  # of the stated range, whose ends are rounded


@dataclass(frozen=True)
class Frame:
    """What the numbers must agree with: x from low to high (GeV for masses), their unit, the highest y that makes sense."""

    low: float
    high: float
    unit: str
    highest: float
    x: str = "mass"
    y: str = "coupling"

    def holds(self, x: float) -> bool:
        """Whether x is in the range."""
        return self.low * (1 - TOLERANCE) <= x <= self.high * (1 + TOLERANCE)


@dataclass(frozen=True)
class Points:
    """Rows (x, y) or (x, low, high), x in GeV for masses, and the place of each in its file."""

    rows: tuple[tuple[float, ...], ...]
    places: tuple[str, ...]


def from_file(path: Path, columns: tuple[str, ...], frame: Frame) -> Points:
    """The points of a data file; ``columns`` says what its columns are by order, or names those of a table of HEPData. BadFile."""
    table = hepdata.read(path)
    chosen = _chosen(table, columns, path, frame)
    stated = table.units[chosen[0]].split("/")[0].strip()
    named = {unit.lower(): unit for unit in UNITS}.get(stated.lower())
    if frame.x == "mass" and named and named != frame.unit:
        hint = f'write mass_unit = "{named}"'
        raise BadFile(f"{path}: the file's own header says {stated}, the facts say {frame.unit}", None, hint=hint)
    rows = tuple(tuple(row[i] for i in chosen) for row in table.rows)
    return checked(Points(rows, table.places), frame, columns)


def checked(points: Points, frame: Frame, columns: tuple[str, ...] = ()) -> Points:
    """The points with x in GeV. BadFile, with the place of the first bad one and what to write in the place of ``columns``."""
    for row, place in zip(points.rows, points.places, strict=True):
        if len(row) not in (2, 3) or not all(isfinite(value) and value > 0 for value in row):
            raise BadFile(
                f"{place}: not a point", list(row), f"allowed: {frame.x} and {frame.y}, or low and high of it, positive and finite"
            )
    unit = UNITS[frame.unit] if frame.x == "mass" else 1.0
    for row, place in zip(points.rows, points.places, strict=True):
        if not frame.holds(row[0] * unit):
            raise BadFile(
                f"{place}: {frame.x} {row[0]:g}{_unit(frame)} is outside of what the source states", None, *_why(points, frame, columns)
            )
        if row[1] > frame.highest:
            hint = _why(points, frame, columns)[1]
            raise BadFile(f"{place}: {frame.y} {row[1]:g} is too large", None, f"allowed: up to {frame.highest:g}", hint)
    return Points(tuple((row[0] * unit, *row[1:]) for row in points.rows), points.places)


def _why(points: Points, frame: Frame, columns: tuple[str, ...]) -> tuple[str, str]:
    """What is allowed, and the likely mistake with what to write."""
    unit = UNITS[frame.unit] if frame.x == "mass" else 1.0
    allowed = f"allowed: {frame.low:g} to {frame.high:g}{' GeV' if frame.x == 'mass' else ''}"
    if all(frame.holds(row[1] * unit) for row in points.rows):
        first, second = columns[:2] or (frame.x, frame.y)
        return allowed, f'the columns look exchanged: write columns = ["{second}", "{first}"]'
    if frame.x == "mass":
        for name, factor in UNITS.items():
            if name != frame.unit and all(frame.holds(row[0] * factor) for row in points.rows):
                return allowed, f'these look like {name}: write mass_unit = "{name}"'
    return allowed, "correct the number, or range if the source states another one"


def _unit(frame: Frame) -> str:
    return f" {frame.unit}" if frame.x == "mass" else ""


def _chosen(table: hepdata.Table, columns: tuple[str, ...], path: Path, frame: Frame) -> tuple[int, ...]:
    """Which columns of the table are x and y, or x, low and high."""
    kinds = {frame.x: 0, frame.y: 1, "low": 1, "high": 2}
    if columns and all(name in table.names for name in columns):
        return tuple(table.names.index(name) for name in columns)
    if not columns and len(table.names) > 3:
        shown = ", ".join(name for name in table.names if name) or f"{len(table.names)} columns without names"
        raise BadFile(f"{path}: which columns?", None, f"found: {shown}", 'write columns = ["...", "..."], x first')
    words = columns or ((frame.x, frame.y) if len(table.names) == 2 else (frame.x, "low", "high"))
    if len(words) != len(table.names) or not {*words} <= kinds.keys() or frame.x not in words:
        named = ", ".join(name for name in table.names if name) or "it has none"
        allowed = f'allowed: ["{frame.x}", "{frame.y}"] or ["{frame.x}", "low", "high"] in the order of the file, or its names: {named}'
        raise BadFile(f"{path}: columns do not fit the file", list(words), allowed)
    return tuple(sorted(range(len(words)), key=lambda i: kinds[words[i]]))


def inline(values: Any, places: list[str]) -> Points:
    """The points of a list in the facts' own file, one place each. BadFile unless they are rows of numbers."""
    if not isinstance(values, list) or not values:
        raise BadFile("points of a curve", values, "needed: [[x, y], ...], [[x, low, high], ...]")
    rows = []
    for value, place in zip(values, places, strict=True):
        if not isinstance(value, list):
            raise BadFile(f"{place}: not a point", value, "needed: [x, y] or [x, low, high]")
        rows.append(tuple(hepdata.number(v, place) for v in value))
    return Points(tuple(rows), tuple(places))
