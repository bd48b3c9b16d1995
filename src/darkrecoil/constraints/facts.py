"""A constraint from its file: the facts in TOML or YAML, the curve in the same file or beside it. Nothing is filled in silently.

title = "..."                       level = 0.90                     # or "none: why there is none"
label = "E137"                      convention = "epsilon; as published"
experiment = "e137"                 production = "e- N -> e- N X"
model = "dark_photon"               final_states = ["e+ e-"]
references = ["arXiv:..."]          branching_fraction = "model"     # or what was assumed, 1.0
location = "Fig. 2"                 lifetime = "displaced"           # or "prompt", "any"
obtained = "digitised from ..."     status = "digitised"
range = [0.001, 0.32]               # GeV, the masses over which the source gives the curve
mass_unit = "GeV"

[[bands]]
file = "e137.csv"                   # or edge = [[m, g], ...], rows = [[m, low, high], ...], closed = [[m, g], ...]
"""

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from darkrecoil import models
from darkrecoil._errors import BadFile, BadValue, DarkrecoilError
from darkrecoil.constraints import curves, regions
from darkrecoil.io import hepdata
from darkrecoil.records import Band, Constraint, Model

STATUSES = ("published", "digitised", "derived", "computed", "recall")
KINDS = ("excluded", "favoured", "target")
LIFETIMES = ("any", "prompt", "displaced")
SHAPES = ("edge", "rows", "closed")
NEEDED = {
    "title": 'title = "Experiment: reaction, data"',
    "label": 'label = "what stands on a figure"',
    "experiment": 'experiment = "babar"',
    "model": 'model = "dark_photon", the model whose coupling this is (darkrecoil list models)',
    "references": 'references = ["BaBar, arXiv:1702.03327"]',
    "location": 'location = "Fig. 5", the figure or table',
    "level": 'level = 0.90, or level = "none: why there is none"',
    "convention": 'convention = "how the coupling enters, and what the numbers were multiplied or divided by"',
    "production": 'production = "e+ e- -> gamma X", X the new particle',
    "final_states": 'final_states = ["invisible"], [] where none matters',
    "branching_fraction": 'branching_fraction = 1.0 as assumed, or "model" for the model\'s own',
    "lifetime": 'lifetime = "prompt", "displaced" or "any"',
    "obtained": 'obtained = "digitised from the figure", how the numbers came here',
    "status": f"status = one of {', '.join(STATUSES)}",
    "range": "range = [0.02, 10.2], the masses in GeV over which the source gives the curve",
    "bands": '[[bands]] with file = "curve.txt", or edge = [[mass, coupling], ...]',
}
TEXTS = ("title", "label", "experiment", "model", "location", "convention", "production", "obtained")
OPTIONAL = (
    "mass_unit", "kind", "x", "y", "lengths", "momentum", "sqrt_s", "parameters", "assumptions", "notes", "power", "factor",
)  # fmt: skip
BAND_KEYS = ("file", "shape", "columns", *SHAPES)
PAIR = re.compile(r"\[\s*[-+.\deE]+\s*(?:,\s*[-+.\deE]+\s*){1,2},?\s*\]")


def load(path: str | Path) -> Constraint:
    """The constraint that a .toml, .yaml or .yml file of facts declares; its name is the file's.

    BadFile, in one line with the place and what to write: a fact is missing, unknown or of another kind; the curve is not where
    the facts say it is.
    """
    path = Path(path)
    text, data = _read(path)
    for fact, write in NEEDED.items():
        if data.get(fact) in (None, "", [] if fact in ("references", "bands", "range") else None):
            raise BadFile(f"{path}: the constraint has no {fact}", None, hint=f"write {write}")
    for key in data.keys() - {*NEEDED, *OPTIONAL}:
        raise _unknown(path, text, key, (*NEEDED, *OPTIONAL))
    try:
        return _constraint(path, text, data)
    except BadFile:
        raise
    except DarkrecoilError as error:
        raise BadFile(f"{path}: {error.what}", error.value, error.allowed, error.hint) from None


def _read(path: Path) -> tuple[str, dict[str, Any]]:
    if path.suffix.lower() in (".yaml", ".yml"):
        data = hepdata.load_yaml(path)
        text = path.read_text(encoding="utf-8")
    else:
        try:
            text = path.read_text(encoding="utf-8")
            data = tomllib.loads(text)
        except OSError as error:
            raise BadFile("the constraint cannot be read", path, hint=str(error.strerror)) from None
        except ValueError as error:  # also what is not UTF-8
            raise BadFile("not TOML", path, hint=str(error)) from None
    if not isinstance(data, dict):
        raise BadFile("not a constraint's facts", path, "needed: fact = value", f"for instance {NEEDED['level']}")
    return text, data


def _unknown(path: Path, text: str, key: str, known: tuple[str, ...]) -> BadFile:
    near = get_close_matches(key, known, n=1)
    hint = f"did you mean '{near[0]}'?" if near else ""
    return BadFile(f"{_line(path, text, key)}: no such fact", key, f"known: {', '.join(known)}", hint)


def _line(path: Path, text: str, key: str) -> str:
    """The file, and the line that gives this fact."""
    found = next((i for i, line in enumerate(text.splitlines(), 1) if re.match(rf"\s*{re.escape(key)}\s*[=:]", line)), None)
    return f"{path}, line {found}" if found else str(path)


def _constraint(path: Path, text: str, data: Mapping[str, Any]) -> Constraint:
    wrong = _Wrong(path, text)
    for name in TEXTS:
        if not isinstance(data[name], str):
            raise wrong(name, data[name], "needed: words between quotes")
    level, why = _level(wrong, data["level"])
    choices = {"status": STATUSES, "lifetime": LIFETIMES, "kind": KINDS, "mass_unit": tuple(curves.UNITS)}
    for name, allowed in choices.items():
        if name in data and data[name] not in allowed:
            raise wrong(name, data[name], f"allowed: {', '.join(allowed)}")
    model = models.find(data["model"])
    return Constraint(
        name=path.stem,
        **{name: data[name] for name in (*TEXTS, "status", "lifetime")},
        references=_words(wrong, "references", data),
        level=level,
        level_note=why,
        final_states=_words(wrong, "final_states", data),
        branching_fraction=_fraction(wrong, data["branching_fraction"]),
        bands=_bands(path, text, data, model, wrong),
        kind=data.get("kind", "excluded"),
        x=data.get("x", "mass"),
        y=data.get("y", "coupling"),
        lengths=_pair(wrong, "lengths", data) if "lengths" in data else None,
        momentum=_positive(wrong, "momentum", data),
        sqrt_s=_positive(wrong, "sqrt_s", data),
        parameters={name: hepdata.number(value, f"{path}: parameters.{name}") for name, value in data.get("parameters", {}).items()},
        assumptions=_words(wrong, "assumptions", data),
        notes=str(data.get("notes", "")),
    )


class _Wrong:
    """Makes the refusal of a fact, with its line."""

    def __init__(self, path: Path, text: str) -> None:
        self.path, self.text = path, text

    def __call__(self, name: str, value: object, allowed: str) -> BadFile:
        return BadFile(f"{_line(self.path, self.text, name)}: {name}", value, allowed, f"write {NEEDED[name]}" if name in NEEDED else "")


def _level(wrong: _Wrong, value: Any) -> tuple[float | None, str]:
    """The level and, where there is none, why."""
    if isinstance(value, str) and value.lower().startswith("none:") and value[5:].strip():
        return None, value[5:].strip()
    if not isinstance(value, float) or not 0 < value < 1:
        raise wrong("level", value, "allowed: between 0 and 1, or words that begin with none:")
    return value, ""


def _fraction(wrong: _Wrong, value: Any) -> float | None:
    if value == "model":
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1:
        return float(value)
    raise wrong("branching_fraction", value, "allowed: above 0, up to 1, or model")


def _words(wrong: _Wrong, name: str, data: Mapping[str, Any]) -> tuple[str, ...]:
    value = data.get(name, [])
    if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
        raise wrong(name, value, "needed: a list of words between quotes")
    return tuple(value)


def _pair(wrong: _Wrong, name: str, data: Mapping[str, Any]) -> tuple[float, float]:
    value = data[name]
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(v, int | float) for v in value) or not 0 <= value[0] < value[1]:
        raise wrong(name, value, "allowed: [low, high], not negative, increasing")
    return float(value[0]), float(value[1])


def _positive(wrong: _Wrong, name: str, data: Mapping[str, Any]) -> float | None:
    value = data.get(name)
    if value is None:
        return None
    if not isinstance(value, int | float) or not value > 0:
        raise wrong(name, value, "allowed: a positive number of GeV")
    return float(value)


def _bands(path: Path, text: str, data: Mapping[str, Any], model: Model, wrong: _Wrong) -> tuple[Band, ...]:
    low, high = _pair(wrong, "range", data)
    x, y = data.get("x", "mass"), data.get("y", "coupling")
    if x == "mass" and "mass_unit" not in data:
        raise BadFile(f"{path}: the constraint has no mass_unit", None, hint='write mass_unit = "GeV", or what the numbers are in')
    if x == "mass" and low > model.mass.high:
        allowed = f"allowed: GeV, from below {model.mass.high:g}"
        raise wrong("range", [low, high], allowed)
    power, factor = _positive(wrong, "power", data) or 1.0, _positive(wrong, "factor", data) or 1.0
    highest = 10 * (model.coupling.high / factor) ** power if y == "coupling" else float("inf")
    frame = curves.Frame(low, high, data.get("mass_unit", "GeV"), highest, x, y)
    found = list[Band]()
    places = _places(path, text)
    for number, declared in enumerate(data["bands"], 1):
        found += _band(path, declared, number, frame, places)
    return tuple(_converted(band, power, factor) for band in found)


def _band(path: Path, declared: Any, number: int, frame: curves.Frame, places: list[str]) -> tuple[Band, ...]:
    """The bands of one [[bands]]; its inline points take their places from the front of the list."""
    if not isinstance(declared, dict) or len({"file", *SHAPES} & declared.keys()) != 1 or declared.keys() - {*BAND_KEYS}:
        given = sorted(declared) if isinstance(declared, dict) else declared
        raise BadFile(f"{path}: bands {number}", given, f"needed: one of file, {', '.join(SHAPES)}; with file also shape and columns")
    if "file" in declared:
        shape = declared.get("shape", "edge")
        points = curves.from_file(path.parent / declared["file"], tuple(declared.get("columns", ())), frame)
    else:
        shape = next(key for key in SHAPES if key in declared)
        count = len(declared[shape]) if isinstance(declared[shape], list) else 0
        here = [places.pop(0) if places else f"{path}, bands {number}, point {i + 1}" for i in range(count)]
        points = curves.checked(curves.inline(declared[shape], here), frame)
    if shape not in SHAPES:
        raise BadFile(f"{path}: bands {number}: shape", shape, f"allowed: {', '.join(SHAPES)}")
    try:
        return regions.from_closed(points.rows) if shape == "closed" else regions.from_edge(points.rows)
    except BadValue as error:
        raise BadFile(f"{points.places[_first_fall(points.rows)]}: {error.what}", error.value, error.allowed, error.hint) from None


def _first_fall(rows: tuple[tuple[float, ...], ...]) -> int:
    """The row whose x does not exceed the one before, or whose low exceeds its high; the first if there is none."""
    falls = (i for i, row in enumerate(rows) if (i and row[0] <= rows[i - 1][0]) or (len(row) == 3 and row[1] > row[2]))
    return next(falls, 0)


def _places(path: Path, text: str) -> list[str]:
    """The line of every point that a TOML file writes as [x, y] or [x, low, high] after its first [[bands]]."""
    if path.suffix != ".toml" or "[[bands]]" not in text:
        return []
    begin = text[: text.index("[[bands]]")].count("\n")
    lines = text.splitlines()
    return [f"{path}, line {i + 1}" for i in range(begin, len(lines)) for _ in PAIR.findall(lines[i].partition("#")[0])]


def _converted(band: Band, power: float, factor: float) -> Band:
    """The coupling from the published value: factor * value^(1/power)."""
    if power == factor == 1.0:
        return band
    high = None if band.high is None else tuple(factor * value ** (1 / power) for value in band.high)
    return Band(band.x, tuple(factor * value ** (1 / power) for value in band.low), high)
