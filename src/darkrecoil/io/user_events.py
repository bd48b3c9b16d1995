"""A user's reconstructed events by a map of branches: one row per event, objects in flat columns by slot or in lists."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from darkrecoil._errors import BadFile, BadValue, unknown
from darkrecoil.io import expressions, ntuple
from darkrecoil.records import Beams, Bools, Events, Floats, Objects

EVENT = ("tree", "where", "weight", "attempts")
Slots = tuple[Mapping[str, str], ...]
Part = tuple[dict[str, Floats], Bools]


def read(path: Path, content: Mapping[str, Any], beams: Beams, kinds: Mapping[str, Sequence[str]]) -> Events:
    """The events of a table by a map: sections ``event`` (tree, where, weight in fb, attempts), ``trigger`` (line: expression), the kinds.

    A kind is a list of slots, each ``quantity: expression`` of one number per row and present where all are finite (and ``present``, if
    given, holds), or one such table of branches that hold lists. Without ``weight`` each row counts 1, without ``attempts`` the rows do.
    UnknownName: a section, quantity or branch that does not exist; BadValue: a map of another form; BadFile as of ``ntuple``.
    """
    event, trigger = _table("event", content.get("event", {})), _table("trigger", content.get("trigger", {}))
    for name in content:
        if name not in ("event", "trigger", "detector", *kinds):
            raise unknown("section of the map", str(name), ["event", "trigger", "detector", *kinds])
    for name in event:
        if name not in EVENT:
            raise unknown("word of the section event of the map", name, EVENT)
    slots = {kind: _slots(kind, content[kind], kinds[kind]) for kind in kinds if kind in content}
    if not slots:
        raise BadValue("the map names no objects", ", ".join(map(str, content)), f"allowed: {', '.join(kinds)}")
    texts = [*(t for some in slots.values() for slot in some for t in slot.values()), *trigger.values()]
    texts += [event[name] for name in ("where", "weight") if name in event]
    names = sorted({name for text in texts for name in expressions.branches(text)})
    blocks = ntuple.blocks(path, names, event.get("tree"), lists=True)
    parts = [_block(block, event, trigger, slots, path) for block in blocks]
    return _joined(parts, list(trigger), list(slots), event, beams, path)


def _table(name: str, content: Any) -> dict[str, str]:
    if not isinstance(content, dict):
        raise BadValue(f"the section {name} of the map", content, "allowed: name: expression, a line each")
    return {str(key): str(text) for key, text in content.items()}


def _slots(kind: str, content: Any, known: Sequence[str]) -> Slots:
    some = tuple(_table(kind, slot) for slot in (content if isinstance(content, list) else [content]))
    for slot in some:
        for name in slot:
            if name not in (*known, "present"):
                raise unknown(f"quantity of the section {kind} of the map", name, [*known, "present"])
        if slot.keys() != some[0].keys():
            raise BadValue(
                f"the slots of the section {kind} of the map differ in what they map", ", ".join(sorted(slot.keys() ^ some[0].keys()))
            )
        for name in ("px", "py", "pz"):
            if name not in slot:
                raise BadValue(f"the section {kind} of the map lacks a quantity", name, hint=f"add `{name}: branch or expression`")
    return some


def _block(
    block: Mapping[str, Any], event: Mapping[str, str], trigger: Mapping[str, str], slots: Mapping[str, Slots], path: Path
) -> tuple[Floats, dict[str, Bools], dict[str, list[Part]]]:
    size = len(next(iter(block.values())))
    rows = np.arange(size)
    if "where" in event:
        rows = np.flatnonzero(_flat(expressions.value(event["where"], block), size, "where", path))
    weight = _flat(expressions.value(event.get("weight", "1"), block), size, "weight", path)[rows]
    bits = {line: _flat(expressions.value(text, block), size, line, path)[rows] > 0 for line, text in trigger.items()}
    some = {name: column[rows] for name, column in block.items()}
    return weight, bits, {kind: list(_parts(kind, each, some, len(rows), path)) for kind, each in slots.items()}


def _flat(column: Any, size: int, name: str, path: Path) -> Floats:
    plain = column if getattr(column, "ndim", 0) == 0 else ntuple.numbers(column, name, path)
    return np.broadcast_to(np.asarray(plain, dtype=np.float64), (size,))


def _parts(kind: str, slots: Slots, block: Mapping[str, Any], size: int, path: Path) -> Iterator[Part]:
    """Columns (n, k) and which of them hold an object, of each slot."""
    for slot in slots:
        found = {name: expressions.value(text, block) for name, text in slot.items()}
        wide = _widest(found)
        columns = {name: _padded(column, size, wide, f"{kind} {name}", path) for name, column in found.items()}
        present = np.logical_and.reduce([np.isfinite(column) for column in columns.values()])
        if "present" in columns:
            present &= columns.pop("present") > 0
        yield {name: np.where(present, column, 0.0) for name, column in columns.items()}, np.asarray(present)


def _widest(found: Mapping[str, Any]) -> int | None:
    """The longest list among the columns; None where they hold one number per row."""
    import awkward

    lists = [column for column in found.values() if getattr(column, "ndim", 0) > 1]
    return max((int(awkward.max(awkward.num(column), initial=0)) for column in lists), default=0) if lists else None


def _padded(column: Any, size: int, wide: int | None, name: str, path: Path) -> Floats:
    """A column as (n, k), NaN where a list ends; BadFile for a column of numbers among lists."""
    import awkward

    if wide is None:
        return _flat(column, size, name, path)[:, None].copy()
    if getattr(column, "ndim", 0) == 0:
        return np.full((size, wide), float(column))
    if column.ndim != 2:
        raise BadFile(f"{name} holds one number per entry where others hold lists", path, hint="map branches of one shape")
    return np.asarray(awkward.to_numpy(awkward.fill_none(awkward.pad_none(column, wide, clip=True), np.nan)), dtype=np.float64)


def _joined(
    parts: Sequence[tuple[Floats, dict[str, Bools], dict[str, list[Part]]]], lines: Sequence[str], kinds: Sequence[str],
    event: Mapping[str, str], beams: Beams, path: Path,
) -> Events:  # fmt: skip
    weight = np.concatenate([part[0] for part in parts])
    if not len(weight):
        raise BadFile("no entry of the ntuple passes the map's `where`", path)
    if not np.isfinite(weight).all():
        raise BadFile("a weight of the ntuple is not finite", path)
    trigger = {line: np.concatenate([part[1][line] for part in parts]) for line in lines}
    objects = {kind: _objects([part[2][kind] for part in parts]) for kind in kinds}
    try:
        attempts = int(event.get("attempts", len(weight)))
    except ValueError:
        raise BadValue("attempts in the map", event["attempts"], "allowed: a whole number") from None
    if attempts < len(weight):
        raise BadValue("attempts in the map", attempts, f"allowed: at least the {len(weight)} entries")
    return Events(objects, trigger, weight, np.arange(len(weight)), attempts, beams)


def _objects(parts: Sequence[Sequence[Part]]) -> Objects:
    """The objects of all blocks: slots side by side, lists as long as the longest."""
    wide = max(sum(present.shape[1] for _, present in part) for part in parts)

    def stacked(arrays: Sequence[Sequence[Any]]) -> Any:
        rows = [np.concatenate(some, axis=1) for some in arrays]
        return np.concatenate([np.pad(row, ((0, 0), (0, wide - row.shape[1]))) for row in rows])

    names = parts[0][0][0]
    columns = {name: stacked([[columns[name] for columns, _ in part] for part in parts]) for name in names}
    return Objects(columns, stacked([[present for _, present in part] for part in parts]))
