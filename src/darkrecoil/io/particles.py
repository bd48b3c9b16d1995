"""True particles <-> Parquet: one row per event, one list per quantity of its particles.

Columns: weight (fb), attempt, and lists of one length: pid, mother (place in the list, -1: the beams), status (1 final, 2 decayed),
px, py, pz, e (GeV), vertex_x, vertex_y, vertex_z (cm), vertex_t (ns). The schema's metadata, key ``darkrecoil``, is JSON.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from darkrecoil._errors import BadFile
from darkrecoil._run import atomic
from darkrecoil.io._files import AGAIN
from darkrecoil.io._flat import Flat, flat, padded
from darkrecoil.io._laboratory import Listing, in_laboratory, nominal, notes
from darkrecoil.io._lhe_write import C
from darkrecoil.io._parquet import FORMAT, KEY, arrow, facts_of, loaded
from darkrecoil.io._record import TRUE, beams_to_plain, check, facts, line
from darkrecoil.io._report import Report, report
from darkrecoil.kinematics.frames import Vector
from darkrecoil.records import Beams, Floats, Ints, Particles, Provenance

WHOLE = {"pid": np.int32, "mother": np.int32, "status": np.int8}
MOMENTUM, VERTEX = ("e", "px", "py", "pz"), ("vertex_t", "vertex_x", "vertex_y", "vertex_z")


def write(path: str | Path, particles: Particles, process_name: str, cross_section: float, error: float, provenance: Provenance) -> None:
    """Writes the events as Parquet, to the bit; ``cross_section`` and its ``error``, fb, go to the metadata.

    Equal records make equal bytes with the same version of the writing library.
    BadValue: nothing to write or not finite; BadFile: cannot be written.
    """
    pa, pq = arrow()
    check(particles, cross_section, error)
    some = flat(particles)
    record = facts(particles, process_name, cross_section, error, provenance)
    record |= {"beams": beams_to_plain(particles.beams), "content": TRUE, "format": FORMAT}
    ends = np.concatenate([[0], np.cumsum(some.counts)]).astype(np.int32)
    listed = {name: pa.ListArray.from_arrays(ends, pa.array(column)) for name, column in columns(some).items()}
    table = pa.table({"weight": pa.array(particles.weight), "attempt": pa.array(particles.attempt), **listed})
    with atomic(path) as temporary:
        pq.write_table(table.replace_schema_metadata({KEY: line(record).encode()}), temporary, compression="zstd", row_group_size=65536)


def read(path: str | Path, beams: Beams) -> tuple[Particles, Report]:
    """The true events of a file written here, in the laboratory of ``beams`` (GeV, cm, ns, fb), and what is to be said of them.

    BadFile: missing, truncated, another kind (reconstructed events among them), numbers that are not finite or do not go
    together, sqrt(s) off by more than 50 MeV.
    """
    path = Path(path)
    table = loaded(path, AGAIN)
    record = facts_of(table, TRUE, path, AGAIN)
    try:
        some, weight, attempt = _flat(table), _flat_column(table, "weight"), _flat_column(table, "attempt")
        attempts, own = int(record["attempts"]), Beams(**record["beams"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadFile("the Parquet file lacks a part that its record names", path, str(error), AGAIN) from None
    _check(some, weight, attempts, path)
    moved, said = _moved(some, own, beams, path)
    particles = padded(moved, weight, attempt, attempts, beams)
    return particles, report(particles, said)


def columns(some: Flat) -> dict[str, np.ndarray[Any, Any]]:
    """The quantities (m,) of the particles by name: pid, mother, status, e, px, py, pz (GeV), vertex_t (ns), vertex_x, ... (cm)."""
    whole = {name: getattr(some, name).astype(kind) for name, kind in WHOLE.items()}
    momenta = {name: np.ascontiguousarray(some.momentum[:, c]) for c, name in enumerate(MOMENTUM)}
    return whole | momenta | {name: np.ascontiguousarray(some.vertex[:, c]) for c, name in enumerate(VERTEX)}


def _flat(table: Any) -> Flat:
    counts = np.asarray(table.column("pid").combine_chunks().value_lengths().to_numpy(zero_copy_only=False), dtype=np.int64)
    whole = {name: _listed(table, name, counts).astype(np.int64) for name in WHOLE}
    parts = (np.stack([_listed(table, name, counts) for name in names], axis=1) for names in (MOMENTUM, VERTEX))
    return Flat(counts, whole["pid"], whole["mother"], whole["status"], *parts)


def _listed(table: Any, name: str, counts: Ints) -> np.ndarray[Any, Any]:
    lists = table.column(name).combine_chunks()
    if not np.array_equal(lists.value_lengths().to_numpy(zero_copy_only=False), counts):
        raise ValueError(f"{name} has other lengths than pid")
    return np.asarray(lists.flatten().to_numpy(zero_copy_only=False))


def _flat_column(table: Any, name: str) -> np.ndarray[Any, Any]:
    return np.asarray(table.column(name).combine_chunks().to_numpy(zero_copy_only=False))


def _check(some: Flat, weight: Floats, attempts: int, path: Path) -> None:
    if not len(weight):
        raise BadFile("the Parquet file holds no events", path)
    size = np.repeat(some.counts, some.counts)
    fine: Mapping[str, bool] = {
        "a weight is not finite": bool(np.isfinite(weight).all()),
        "a momentum is not finite": bool(np.isfinite(some.momentum).all()),
        "a vertex is not finite": bool(np.isfinite(some.vertex).all()),
        "a status is neither 1 nor 2": bool(np.isin(some.status, (1, 2)).all()),
        "a mother is not in its event": bool(((some.mother >= -1) & (some.mother < size)).all()),
        "there are fewer attempts than events": attempts >= len(weight),
    }
    for what, is_fine in fine.items():
        if not is_fine:
            raise BadFile(what, path, hint=AGAIN)


def _moved(some: Flat, own: Beams, beams: Beams, path: Path) -> tuple[Flat, tuple[str, ...]]:
    """The particles from the laboratory of the file's beams to that of others, and what is to be said."""
    event, n = some.event(), len(some.counts)
    listing = Listing(some.pid, event, np.zeros(len(event), dtype=bool), some.status == 1, some.momentum, n)
    electron, positron = (_each(p, n) for p in nominal(own))
    said = notes(listing, electron, positron, beams, path)
    light = np.array([C, 1.0, 1.0, 1.0])
    momentum = in_laboratory(some.momentum, event, electron, positron, beams)
    vertex = some.vertex if momentum is some.momentum else in_laboratory(some.vertex * light, event, electron, positron, beams) / light
    return Flat(some.counts, some.pid, some.mother, some.status, momentum, vertex), said


def _each(vector: Vector, n: int) -> Vector:
    e, x, y, z = (np.full(n, part) for part in vector)
    return e, x, y, z
