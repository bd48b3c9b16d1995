"""Reading a card: a TOML file of this folder by its name, or any file by its path; presets, changes, hash, assumptions."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from darkrecoil._errors import BadFile, BadValue, unknown
from darkrecoil.detector.checks import faults
from darkrecoil.detector.machine import sqrt_s, total_momentum, with_spread
from darkrecoil.detector.schema import Card, Entry, number, numbers

__all__ = [
    "Card", "Entry", "assumptions", "card_hash", "change", "entries", "load", "names", "number", "numbers",
    "overridden", "presets",
    "sqrt_s", "text", "total_momentum", "with_spread",
]  # fmt: skip
_HERE = Path(__file__).parent
PER_LINE = ("prescales", "plateaus")  # sections with an entry for a line or none
_SHORTEST_ENTRY = "every entry is { value = ..., unit = ..., status = ..., source = ... }"


def names() -> list[str]:
    """The names of the cards that come with the package."""
    return sorted(path.stem for path in _HERE.glob("*.toml"))


def load(card: str | Path, preset: str | None = None) -> Card:
    """The card of that name, or of that TOML file, with the entries of a preset in place of its own.

    A word is a name; a Path, or a word ending in .toml, is a file. Every preset is checked, asked for or not.
    UnknownName: no such card or preset. BadFile: the file cannot be read, or an entry is missing, unknown, out of range, not
    finite or without unit, source or status; the message has the file, the line, the entry and what is allowed.
    """
    path = _path(card)
    data, text = _read(path)
    overrides = data.pop("presets", {})
    _check_presets(path, text, overrides)
    cards = {name: _validated(path, text, _merged(data, overrides.get(name, {})), name) for name in (None, *overrides)}
    if preset not in cards:
        raise unknown(f"preset of {path.stem}", str(preset), overrides)
    return cards[preset]


def text(card: str | Path) -> str:
    """The text of a card as it stands in its file; UnknownName, BadFile as of ``load``."""
    return _read(_path(card))[1]


def overridden(card: str | Path) -> dict[str, tuple[str, ...]]:
    """The entries, ``section.key``, that each preset of a card has of its own."""
    found = _read(_path(card))[0].get("presets", {})
    return {name: tuple(f"{section}.{key}" for section, part in own.items() for key in part) for name, own in found.items()}


def presets(card: str | Path) -> list[str]:
    """The names of the presets of a card."""
    return sorted(_read(_path(card))[0].get("presets", {}))


def change(card: Card, values: Mapping[str, Any]) -> Card:
    """The card with other values, in the units of its entries: ``{"calorimeter.photon_inefficiency": 1e-5}``.

    A changed entry has the status "assumption" and the source "set by the user". UnknownName: no such entry.
    BadValue: the value is not allowed there.
    """
    data = card.model_dump()
    known = [*dict(entries(card)), *(f"{section}.{line}" for section in PER_LINE for line in card.lines)]
    for name, value in values.items():
        if name not in known:
            raise unknown("entry of a card", name, known)
        section, key = name.split(".")
        old = data[section].get(key, {"unit": "1"})
        data[section][key] = old | {"value": value, "status": "assumption", "source": "set by the user", "error": None}
    try:
        changed = Card.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadValue(_entry_name(first["loc"]), first.get("input"), _allowed(first)) from None
    for where, given, allowed in faults(changed):
        raise BadValue(_entry_name(where), given, allowed)
    return changed


def loaded(card: str | Path, preset: str | None = None, changes: Mapping[str, Any] | None = None) -> Card:
    """The card of that name or file with a preset and with other values: ``load``, then ``change``."""
    return change(load(card, preset), changes) if changes else load(card, preset)


def entries(card: Card) -> Iterator[tuple[str, Entry[Any, Any]]]:
    """Every entry of the card with its name, ``section.key``, in the order of the schema."""
    for section in type(card).model_fields:
        part = getattr(card, section)
        if isinstance(part, BaseModel):
            filled = ((key, getattr(part, key)) for key in type(part).model_fields)
            yield from ((f"{section}.{key}", entry) for key, entry in filled if entry is not None)
        elif isinstance(part, dict):
            yield from ((f"{section}.{key}", entry) for key, entry in part.items())


def assumptions(card: Card) -> tuple[str, ...]:
    """One line for each entry that rests on an assumption or on memory: name, value, unit, status, source."""
    weak = ((name, entry) for name, entry in entries(card) if entry.status in ("assumption", "memory"))
    return tuple(f"{name} = {_shown(entry)} ({entry.status}: {entry.source})" for name, entry in weak)


def card_hash(card: Card) -> str:
    """The SHA-256 of everything that the card says, in hexadecimal; not of its name, its preset's name or its path."""
    content = card.model_dump(mode="json", exclude={"name", "preset"})
    return sha256(json.dumps(content, sort_keys=True, allow_nan=False).encode()).hexdigest()


def _shown(entry: Entry[Any, Any]) -> str:
    if isinstance(entry.value, BaseModel):
        return "a table"
    unit = "" if entry.unit in ("1", "word") else f" {entry.unit}"
    values = entry.value if isinstance(entry.value, tuple) else (entry.value,)
    return ", ".join(f"{v:g}" if isinstance(v, float) else str(v) for v in values) + unit


def _path(card: str | Path) -> Path:
    if isinstance(card, str) and card in names():
        return _HERE / f"{card}.toml"
    path = Path(card)
    if isinstance(card, str) and path.suffix != ".toml":
        raise unknown("detector card", card, names())
    return path


def _read(path: Path) -> tuple[dict[str, Any], str]:
    try:
        text = path.read_text(encoding="utf-8")
        return tomllib.loads(text), text
    except OSError as error:
        raise BadFile("cannot read the detector card", path, error.strerror or "") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadFile("not a TOML file", path, str(error)) from None


def _check_presets(path: Path, text: str, overrides: Any) -> None:
    shape_is_right = isinstance(overrides, dict) and all(isinstance(section, dict) for section in overrides.values())
    if not shape_is_right:
        raise BadFile(f"{path}, line {_line(text, ('presets',))}: presets", None, "allowed: [presets.NAME.SECTION] with entries")


def _merged(data: dict[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    merged = deepcopy(data)
    for section, replaced in override.items():
        below = merged.get(section)
        merged[section] = below | replaced if isinstance(below, dict) and isinstance(replaced, dict) else replaced
    return merged


def _validated(path: Path, text: str, data: dict[str, Any], preset: str | None) -> Card:
    try:
        for own in ("name", "preset"):
            if own in data:
                raise BadFile(f"{path}, line {_line(text, (own,))}: {own}", None, "a card has no such entry: its name is the file's")
        card = Card.model_validate(data | {"name": path.stem, "preset": preset})
    except ValidationError as error:
        found = error.errors()
        first = next((e for e in found if e["type"] == "extra_forbidden"), found[0])  # a slip of the pen explains what is missing
        raise BadFile(_place(path, text, first["loc"], preset), _given(first), _allowed(first), _nearest(first)) from None
    for where, given, allowed in faults(card):
        raise BadFile(_place(path, text, where, preset), given, allowed)
    return card


def _place(path: Path, text: str, loc: tuple[Any, ...], preset: str | None) -> str:
    where = tuple(str(part) for part in loc)
    line = _line(text, ("presets", str(preset), *where)) or _line(text, where)
    return f"{path}{f', line {line}' if line else ''}: {_entry_name(where)}"


def _given(error: Any) -> Any:
    return None if error["type"] in ("missing", "extra_forbidden") else error.get("input")


def _allowed(error: Any) -> str:
    if error["type"] == "missing":
        return f"it is missing; {_SHORTEST_ENTRY}"
    if error["type"] == "extra_forbidden":
        return f"no entry of this name; known: {', '.join(_known(error['loc'][:-1]))}"
    return f"allowed: {error['msg'].removeprefix('Value error, ')}"


def _nearest(error: Any) -> str:
    near = get_close_matches(str(error["loc"][-1]), _known(error["loc"][:-1]), n=1) if error["type"] == "extra_forbidden" else []
    return f"did you mean '{near[0]}'?" if near else ""


def _known(where: tuple[Any, ...]) -> list[str]:
    """The names that may stand in that part of a card."""
    model: Any = Card
    for part in where:
        fields = getattr(_model(model), "model_fields", {})
        model = fields[part].annotation if part in fields else _inner(model)
    return sorted(set(_model(model).model_fields) - {"name", "preset"})


def _inner(annotation: Any) -> Any:
    """What the keys of a table of entries hold."""
    return get_args(annotation)[-1]


def _model(annotation: Any) -> Any:
    """The model of an annotation that may be optional; a table of entries as it is."""
    return (
        annotation
        if hasattr(annotation, "model_fields")
        else next((a for a in get_args(annotation) if hasattr(a, "model_fields") and get_origin(annotation) is not dict), annotation)
    )


def _entry_name(where: tuple[Any, ...]) -> str:
    return ".".join(str(part) for part in where)


def _line(text: str, where: tuple[str, ...]) -> int:
    """The line of the entry, counted from 1: of the longest beginning of its name that the text has; 0 if none."""
    table: tuple[str, ...] = ()
    found, longest = 0, 2 if where[0] == "presets" and len(where) > 2 else 0
    for count, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[([^\[\]]+)\]", line)
        key = re.match(r"\s*([\w.\"-]+)\s*=", line)
        if header:
            table = _parts(header[1])
        name = table if header else (*table, *_parts(key[1])) if key else ()
        if len(name) > longest and name == where[: len(name)]:
            found, longest = count, len(name)
    return found


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip('"') for part in dotted.split("."))
