"""Reconstructed events <-> Parquet: one row per event, one flat column per quantity.

Columns: weight (fb), attempt, trigger_<line>, and for each kind of object <kind>_present and
<kind>_<quantity>, lists of one length, filled and empty slots alike. The schema's metadata, key ``darkrecoil``, is JSON.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from darkrecoil._errors import BadFile, BadValue
from darkrecoil._run import atomic
from darkrecoil.io._parquet import FORMAT, KEY, RECONSTRUCTED, arrow, facts_of, loaded
from darkrecoil.io._record import beams_to_plain, line, plain
from darkrecoil.records import Beams, Events, Objects, Provenance

AGAIN = "copy or simulate it again"


def write(
    path: str | Path, events: Events, provenance: Provenance, assumptions: tuple[str, ...] = (), cross_section: float | None = None
) -> None:
    """Writes the events as Parquet; ``cross_section`` (fb) is that of the generated file, before the detector.

    Equal records make equal bytes with the same version of the writing library.
    BadValue: a number that is not finite; BadFile: cannot be written.
    """
    pa, pq = arrow()
    _check(events)
    facts = {
        "content": RECONSTRUCTED,
        "format": FORMAT,
        "attempts": events.attempts,
        "beams": beams_to_plain(events.beams),
        "kinds": {kind: {"columns": sorted(some.columns), "slots": some.present.shape[1]} for kind, some in events.objects.items()},
        "trigger": list(events.trigger),
        "provenance": plain(provenance),
        "assumptions": list(assumptions),
        "cross_section_fb": cross_section,
    }
    columns = {name: _listed(pa, column) for name, column in _columns(events).items()}
    table = pa.table(columns).replace_schema_metadata({KEY: line(facts).encode()})
    with atomic(path) as temporary:
        pq.write_table(table, temporary, compression="zstd", row_group_size=65536)


def read(path: str | Path) -> tuple[Events, dict[str, Any]]:
    """The events, and the file's record: provenance, assumptions, cross_section_fb and the rest of its metadata.

    BadFile: missing, truncated, another kind, another version of the format, or numbers that are not finite.
    """
    path = Path(path)
    table = loaded(path, AGAIN)
    facts = facts_of(table, RECONSTRUCTED, path, AGAIN)
    try:
        events = _events(table, facts)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadFile("the Parquet file lacks a part that its record names", path, str(error), AGAIN) from None
    try:
        _check(events)
    except BadValue as error:
        raise BadFile(error.what, path, hint=AGAIN) from None
    return events, facts


def _columns(events: Events) -> dict[str, np.ndarray[Any, Any]]:
    columns: dict[str, np.ndarray[Any, Any]] = {"weight": events.weight, "attempt": events.attempt}
    columns |= {f"trigger_{name}": bit for name, bit in events.trigger.items()}
    for kind, some in events.objects.items():
        columns[f"{kind}_present"] = some.present
        columns |= {f"{kind}_{name}": some.columns[name] for name in sorted(some.columns)}
    return columns


def _listed(pa: Any, column: np.ndarray[Any, Any]) -> Any:
    if column.ndim == 1:
        return pa.array(column)
    n, k = column.shape
    return pa.ListArray.from_arrays(np.arange(n + 1, dtype=np.int32) * k, pa.array(np.ascontiguousarray(column).reshape(-1)))


def _events(table: Any, facts: Mapping[str, Any]) -> Events:
    objects = {kind: _objects(table, kind, shape["columns"], shape["slots"]) for kind, shape in facts["kinds"].items()}
    return Events(
        objects=objects,
        trigger={name: _flat(table, f"trigger_{name}") for name in facts["trigger"]},
        weight=_flat(table, "weight"),
        attempt=_flat(table, "attempt"),
        attempts=int(facts["attempts"]),
        beams=Beams(**facts["beams"]),
    )


def _flat(table: Any, name: str) -> np.ndarray[Any, Any]:
    return np.asarray(table.column(name).combine_chunks().to_numpy(zero_copy_only=False))


def _objects(table: Any, kind: str, names: list[str], slots: int) -> Objects:
    columns = {name: _padded(table, f"{kind}_{name}", slots) for name in names}
    return Objects(columns, _padded(table, f"{kind}_present", slots))


def _padded(table: Any, name: str, slots: int) -> np.ndarray[Any, Any]:
    values = np.asarray(table.column(name).combine_chunks().flatten().to_numpy(zero_copy_only=False))
    return np.asfortranarray(values.reshape(len(table), slots))


def _check(events: Events) -> None:
    if not np.isfinite(events.weight).all():
        raise BadValue("a weight is not finite")
    for kind, some in events.objects.items():
        for name, column in some.columns.items():
            if not np.isfinite(column[some.present]).all():
                raise BadValue(f"{kind}_{name} is not finite where present")
