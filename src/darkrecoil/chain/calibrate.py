"""A user's full simulation to a card: the ntuple by its map through the calibration, and the table that serves as one of ours."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from darkrecoil._errors import BadFile, BadValue, unknown
from darkrecoil._run import atomic, file_hash
from darkrecoil.detector import card as cards
from darkrecoil.detector.calibration.calorimeter import coefficients
from darkrecoil.detector.calibration.plateaus import plateau
from darkrecoil.detector.calibration.quantity import Found, Quantity
from darkrecoil.detector.calibration.run import PLACE, TRUTH, Calibration, calibrated
from darkrecoil.detector.calibration.table import QUANTITIES
from darkrecoil.detector.calibration.writing import rewritten
from darkrecoil.detector.forms import Regions
from darkrecoil.detector.schema import Card
from darkrecoil.io import branch_map
from darkrecoil.io.branch_map import Section
from darkrecoil.records import Floats

KINDS = ("track", "photon")
EXTRA = {"track": ("px", "py", "pz", "charge", "ecl_energy", *PLACE), "photon": ("energy", "px", "py", "pz", "theta", "phi", "time")}
MADE = {"theta", "phi"}  # of a photon, from px, py, pz where they are not mapped
LINE = ("fired", "of", "against", "range", "tree", "where")


@dataclass(frozen=True)
class Calibrated:
    """The new card's text and the card itself, the base, what was fitted, the hash of the input, what is to be said."""

    text: str
    base: Card
    fit: Calibration
    found: tuple[Found, ...]
    origin: str
    notes: tuple[str, ...]


def calibrate(
    path: str | Path, base: str | Path = "belle2", preset: str | None = None, mapping: str | Path | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Calibrated:  # fmt: skip
    """The base card refitted to an ntuple of true and reconstructed particles.

    UnknownName: a card, branch, quantity, line or format that does not exist. BadFile: missing, empty, truncated, NaN where a particle
    was found, no entry with truth. BadValue: a map that is none.
    """
    path = Path(path)
    card = cards.loaded(base, preset, changes)
    content, said = branch_map.default(path) if mapping is None else (branch_map.load(Path(mapping)), ())
    table, sections = (*QUANTITIES, *_plateaus(content, card)), _sections(content)
    mapped = {kind: _mapped(some) for kind, some in sections.items()}
    fit = calibrated({kind: _blocks(path, kind, some) for kind, some in sections.items()}, mapped, table, card)
    if not any(fit.entries.values()):
        raise BadFile("the ntuple has no entry with a true particle that the map takes", path, hint="look at `where` and the true momenta")
    found = tuple(one for some in fit.fits.values() for one in some.found)
    origin = f"calibrate: {file_hash(path)[:12]}"
    text = rewritten(cards.text(base), card, found, origin, _differing(card, base, preset, changes))
    return Calibrated(text, card, fit, found, origin, (*said, *_notes(fit), *_shadowed(base, found)))


def write(path: Path, made: Calibrated) -> Card:
    """Writes the card and returns it as it is read back; BadFile if it cannot be written."""
    with atomic(path) as temporary:
        temporary.write_text(made.text, encoding="utf-8")
        return cards.load(temporary)


def known(kind: str) -> list[str]:
    """The quantities that a section of the map may hold."""
    needs = (name for quantity in QUANTITIES if quantity.kind == kind for name in quantity.needs)
    return list(dict.fromkeys([*TRUTH, "found", *EXTRA[kind], *needs]))


def _sections(content: Mapping[str, Any]) -> dict[str, Section]:
    for name in content:
        if name not in (*KINDS, "trigger"):
            raise unknown("section of the map", str(name), [*KINDS, "trigger"])
    found = {kind: branch_map.section(kind, content[kind], known(kind), TRUTH) for kind in KINDS if kind in content}
    return found | _trigger(content.get("trigger", {}))


def _trigger(content: Any) -> dict[str, Section]:
    """One section for the lines that share a tree and rows; BadValue where they differ."""
    if not content:
        return {}
    lines = {line: branch_map.section(f"trigger.{line}", some, LINE, ("fired", "of")) for line, some in content.items()}
    places = {(some.tree, some.where) for some in lines.values()}
    if len(places) > 1:
        raise BadValue("the trigger lines of a map differ in tree or where", sorted(map(str, places)), hint="give all of them the same")
    ((tree, where),) = places
    columns = {f"{line}.{name}": text for line, some in lines.items() for name, text in some.columns.items() if name != "range"}
    return {"trigger": Section(tree, where, columns)}


def _plateaus(content: Mapping[str, Any], card: Card) -> Iterator[Quantity]:
    for line, some in (content.get("trigger") or {}).items():
        if line not in card.lines:
            raise unknown(f"trigger line of {card.name}", str(line), card.lines)
        against = str(some.get("against", "")) if isinstance(some, dict) else ""
        yield plateau(line, against, _range(line, some) if against else (0.0, 1.0))


def _range(line: str, some: Mapping[str, Any]) -> tuple[float, float]:
    given = some.get("range")
    try:
        low, high = (float(end) for end in given or ())
        if low < high:
            return low, high
    except (TypeError, ValueError):
        pass
    raise BadValue(f"range of trigger line {line} in the map", given, "allowed: [low, high] of `against`")


def _mapped(some: Section) -> list[str]:
    names = list(some.columns)
    return names + (sorted(MADE - set(names)) if {"px", "py", "pz"} <= set(names) else [])


def _blocks(path: Path, kind: str, some: Section) -> Iterable[Mapping[str, Floats]]:
    if kind == "trigger":
        return branch_map.read(path, some, must_be_finite=list(some.columns))
    return branch_map.read(path, some, must_be_finite=[name for name in some.columns if name not in (*TRUTH, *PLACE)], given="found")


def _differing(card: Card, base: str | Path, preset: str | None, changes: Mapping[str, Any] | None) -> list[str]:
    """Entries that the chosen preset or the user's changes set: they are written into the new card's own sections."""
    if preset is None and not changes:
        return []
    plain = dict(cards.entries(cards.load(base)))
    return [name for name, entry in cards.entries(card) if plain.get(name) != entry]


def _notes(fit: Calibration) -> list[str]:
    untrue = [f"{n} {kind} entries have no true particle and are left out" for kind, n in fit.untrue.items() if n]
    return untrue + [note for some in fit.fits.values() for note in (*some.notes, *some.left)] + list(fit.notes)


def _shadowed(base: str | Path, found: Sequence[Found]) -> list[str]:
    """Presets that would put the base's number back in the place of a fitted one."""
    names = {one.entry for one in found}
    own = {preset: sorted(names & set(entries)) for preset, entries in cards.overridden(base).items()}
    return [
        f"preset {preset} of the base has its own {', '.join(some)}, which hides the fitted one" for preset, some in own.items() if some
    ]


def numbers_of(made: Calibrated) -> list[dict[str, Any]]:
    """The fitted entries for JSON: entry, value, error, base, unit, entries, note, covariance."""
    base = dict(cards.entries(made.base))
    return [
        {
            "entry": one.entry, "value": one.value, "error": one.error,
            "base": _base(made.base, one, base.get(one.entry)),
            "unit": base[one.entry].unit if one.entry in base else "1", "entries": one.number, "note": one.note,
            "covariance": None if one.covariance is None else np.asarray(one.covariance).tolist(),
        }
        for one in made.found
    ]  # fmt: skip


def _base(card: Card, one: Found, entry: Any) -> Any:
    """The base's value of a fitted entry; of a resolution the coefficients of the regions that were fitted, at the card's level."""
    if entry is None:
        return None
    if isinstance(entry.value, Regions):
        return {region: coefficients(card, one.entry.split(".")[1], region).tolist() for region in one.value}
    return entry.model_dump(mode="json")["value"]
