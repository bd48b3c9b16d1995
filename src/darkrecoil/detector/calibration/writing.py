"""A card's text with some of its entries replaced: comments, units, sources and presets of the base stay as they are."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from darkrecoil._errors import BadFile
from darkrecoil.detector.calibration.quantity import Found
from darkrecoil.detector.forms import Regions, as_sum
from darkrecoil.detector.schema import Card, Entry

LEVELS = ("low", "middle", "high")
REGIONS = ("forward", "barrel", "backward")
DIGITS = 7  # of a number
WAY_OUT = "write the entry on one line, section.key = { value = ..., ... }, or as the tables [section.key] and [section.key.value]"


def rewritten(text: str, card: Card, found: Iterable[Found], origin: str, changed: Iterable[str] = ()) -> str:
    """The base's text with the fitted entries, status "measured" and ``origin`` with their number of entries as source.

    ``changed``: entries that are written as ``card`` has them, since a preset or the user set them. BadFile: an entry of the base is
    laid out in a way that is not understood.
    """
    for name in changed:
        text = _placed(text, name, _fields(_entry(card, name)), card.name)
    for fit in found:
        text = _placed(text, fit.entry, fitted(card, fit, origin), card.name)
    return text


def fitted(card: Card, fit: Found, origin: str) -> dict[str, Any]:
    """The fields of a fitted entry: value, unit, status, source, error, note."""
    section, key = fit.entry.split(".")
    base = getattr(card, section).get(key) if section == "plateaus" else _entry(card, fit.entry)
    said = f"{origin}, {fit.number} entries"
    if base is None:
        return {"value": fit.value, "unit": "1", "status": "measured", "source": said, "error": fit.error, **_note(fit.note)}
    value = fit.value
    if isinstance(base.value, Regions):
        value, said = _regions(base.value, fit.value, card.calorimeter.background.value), f"{said}{_kept(base, fit.value, card)}"
    return {"value": value, "unit": base.unit, "status": "measured", "source": said, "error": fit.error, **_note(fit.note)}


def _note(note: str) -> dict[str, str]:
    return {"note": note} if note else {}


def _regions(base: Regions, fit: Mapping[str, Any], level: str) -> dict[str, Any]:
    """All coefficients as sums: those fitted at the level, the base's elsewhere."""
    table: dict[str, Any] = {}
    for region in REGIONS:
        rows = {one: list(as_sum(getattr(getattr(base, region), one), base.form)) for one in LEVELS}
        if region in fit:
            rows[level] = list(fit[region])
        table[region] = rows
    return table


def _kept(base: Entry[Any, Any], fit: Mapping[str, Any], card: Card) -> str:
    """What of a resolution still is the base's."""
    level = card.calorimeter.background.value
    others = [f"{region} at all levels" for region in REGIONS if region not in fit]
    others += [f"background {', '.join(one for one in LEVELS if one != level)}"]
    return f", background {level}; {'; '.join(others)}: {base.source}"


def _entry(card: Card, name: str) -> Entry[Any, Any]:
    section, key = name.split(".")
    part = getattr(card, section)
    entry: Entry[Any, Any] = part[key] if isinstance(part, dict) else getattr(part, key)
    return entry


def _fields(entry: Entry[Any, Any]) -> dict[str, Any]:
    dumped = entry.model_dump(mode="json", exclude_none=True)
    if not dumped["note"]:
        del dumped["note"]
    return dumped


def _placed(text: str, name: str, fields: Mapping[str, Any], base: str) -> str:
    """The text with the entry in its place: the line or the tables of the base, or at the end of its section."""
    section, key = name.split(".")
    lines = text.splitlines()
    begin, end = _span(lines, section)
    if begin is None:
        return "\n".join([*lines, "", f"[{section}]", _line(key, fields)]) + "\n"
    for place in range(begin + 1, end):
        if re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", lines[place]):
            comment = _comment(lines[place], base)
            return "\n".join([*lines[:place], _line(key, fields) + comment, *lines[place + 1 :]]) + "\n"
    first, last = _table(lines, name)
    if first is not None:
        return "\n".join([*lines[:first], *_as_tables(name, fields), "", *lines[last:]]) + "\n"
    while end > begin + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1  # comments before the next section are about that
    return "\n".join([*lines[:end], _line(key, fields), *lines[end:]]) + "\n"


def _span(lines: list[str], section: str) -> tuple[int | None, int]:
    """The header's line of a section and the line after its own keys."""
    begin = next((i for i, line in enumerate(lines) if re.match(rf"\s*\[{re.escape(section)}\]", line)), None)
    if begin is None:
        return None, len(lines)
    return begin, next((i for i in range(begin + 1, len(lines)) if re.match(r"\s*\[", lines[i])), len(lines))


def _table(lines: list[str], name: str) -> tuple[int | None, int]:
    """The lines of the tables [section.key] and those below them."""
    header = re.compile(rf"\s*\[{re.escape(name)}(\.[\w.]+)?\]")
    first = next((i for i, line in enumerate(lines) if header.match(line)), None)
    if first is None:
        return None, len(lines)
    last = first + 1
    while last < len(lines) and not (re.match(r"\s*\[", lines[last]) and not header.match(lines[last])):
        last += 1
    while lines[last - 1].lstrip().startswith("#") or not lines[last - 1].strip():
        last -= 1  # what stands above the next header is about that
    return first, last


def _comment(line: str, base: str) -> str:
    """The comment behind an entry on one line. BadFile: the entry goes on in the next line."""
    close = line.rfind("}")
    if "{" not in line or close < 0:
        raise BadFile("an entry of the base card is laid out in a way that cannot be replaced", line.strip()[:60], f"card {base}", WAY_OUT)
    comment = line[close + 1 :].strip()
    return f"  {comment}" if comment.startswith("#") else ""


def _line(key: str, fields: Mapping[str, Any]) -> str:
    return f"{key} = {_inline(fields)}"


def _as_tables(name: str, fields: Mapping[str, Any]) -> list[str]:
    """An entry of coefficients by region: [section.key] with unit, status and source, [section.key.value] with a line a region."""
    lines = [f"[{name}]", *(f"{key} = {_shown(value)}" for key, value in fields.items() if key != "value"), f"[{name}.value]"]
    return lines + [f"{region} = {_shown(value)}" for region, value in fields["value"].items()]


def _inline(fields: Mapping[str, Any]) -> str:
    return "{ " + ", ".join(f"{key} = {_shown(value)}" for key, value in fields.items()) + " }"


def _shown(value: Any) -> str:
    """A value as TOML, numbers with so many digits and always as floats."""
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, Mapping):
        return _inline(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_shown(one) for one in value)}]"
    shown = f"{float(value):.{DIGITS}g}"
    return shown if any(sign in shown for sign in ".e") else f"{shown}.0"
