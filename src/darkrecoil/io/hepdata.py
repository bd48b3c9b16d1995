"""Tables of HEPData, as YAML or CSV, and plain columns of text: names, units, and each row with its line in the file.

Formats: https://hepdata-submission.readthedocs.io/en/latest/data_yaml.html; the CSV is what HEPData's own export writes.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from darkrecoil._errors import BadFile

NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$")
UNIT = re.compile(r"[\[(]\s*([A-Za-z/*^\-\d ]+?)\s*[\])]\s*$")


@dataclass(frozen=True)
class Table:
    """Columns by name with their units ("" where none is said); rows of numbers, and the line or point that each stands at."""

    names: tuple[str, ...]
    units: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]
    places: tuple[str, ...]


def read(path: str | Path) -> Table:
    """The table of a file, by its ending: .yaml or .yml of HEPData, .csv of HEPData or any other, else columns of text.

    Lines of text that begin with # are comments; the last of them before the numbers may name the columns. BadFile: missing,
    empty, not numbers, or rows of unequal length, with the line.
    """
    path = Path(path)
    if path.suffix.lower() in (".yaml", ".yml"):
        return _from_yaml(path)
    return _from_text(path)


def load_yaml(path: Path) -> Any:
    """What a YAML file holds; BadFile with the line if it is no YAML."""
    import yaml

    try:
        return yaml.safe_load(_text(path))  # type: ignore[no-untyped-call]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}, line {mark.line + 1}" if mark else path
        raise BadFile("not YAML", where, hint=str(getattr(error, "problem", "") or "")) from None


def number(value: Any, where: str) -> float:
    """A number, also where YAML made a text of it (1e-3); BadFile with the place for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and NUMBER.match(value.strip()):
        return float(value)
    raise BadFile(f"{where}: not a number", value, hint="write a number, or begin the line with # if it is a comment")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BadFile("no such file", path) from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile("the file cannot be read as text", path, hint=str(getattr(error, "strerror", "") or "")) from None


def _from_yaml(path: Path) -> Table:
    data = load_yaml(path)
    if not isinstance(data, dict) or not {"independent_variables", "dependent_variables"} <= data.keys():
        raise BadFile("not a table of HEPData", path, "needed: independent_variables and dependent_variables")
    columns = [*data["independent_variables"], *data["dependent_variables"]]
    lengths = {len(column.get("values") or []) for column in columns}
    if len(lengths) != 1 or lengths == {0}:
        raise BadFile("the columns of the table are empty or of unequal length", path, f"found: {sorted(lengths)}")
    headers = [column.get("header", {}) for column in columns]
    places = tuple(f"{path}, value {i + 1}" for i in range(lengths.pop()))
    values = [[_value(entry, place) for entry, place in zip(column["values"], places, strict=True)] for column in columns]
    names = tuple(str(header.get("name", "")) for header in headers)
    return Table(
        names, tuple(str(h.get("units") or _unit(n)) for h, n in zip(headers, names, strict=True)), tuple(zip(*values, strict=True)), places
    )


def _value(entry: Any, where: str) -> float:
    """A value of HEPData: its number, or the middle of a bin."""
    if isinstance(entry, dict) and "value" in entry:
        return number(entry["value"], where)
    if isinstance(entry, dict) and {"low", "high"} <= entry.keys():
        return (number(entry["low"], where) + number(entry["high"], where)) / 2
    raise BadFile(f"{where}: neither a value nor a bin", entry, "needed: value, or low and high")


def _from_text(path: Path) -> Table:
    rows, places, header = list[tuple[float, ...]](), list[str](), ""
    for index, line in enumerate(_text(path).splitlines(), start=1):
        where, words = f"{path}, line {index}", [w.strip().strip('"') for w in _split(line)]
        if not line.strip():
            continue
        if line.lstrip().startswith("#") or (not rows and not any(NUMBER.match(w) for w in words)):
            header = line if not rows else header
            continue
        rows.append(tuple(number(word, where) for word in words))
        places.append(where)
        if len(rows[-1]) != len(rows[0]):
            raise BadFile(f"{where}: {len(rows[-1])} columns, {len(rows[0])} before", line, hint="split several curves into several files")
    if not rows:
        raise BadFile("no numbers in the file", path, "needed: two columns or more")
    names = tuple(w.strip().strip('"') for w in _split(header.lstrip("#: ")))
    names = names if len(names) == len(rows[0]) else tuple("" for _ in rows[0])
    units = tuple(_unit(name) for name in names)
    if not any(units) and (found := re.search(r"\b([MGk]?eV)\b", header)):
        units = (found[1], *units[1:])
    return Table(names, units, tuple(rows), tuple(places))


def _split(line: str) -> list[str]:
    return line.split(",") if "," in line else line.split()


def _unit(name: str) -> str:
    found = UNIT.search(name)
    return found[1] if found else ""
