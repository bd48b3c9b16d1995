"""True particles -> ROOT: a TTree ``events``, one entry per event, one jagged branch per quantity of its particles.

Branches: weight (fb), attempt, n_particle, and of that length pid, mother (place in the list, -1: the beams), status (1 final,
2 decayed), px, py, pz, e (GeV), vertex_x, vertex_y, vertex_z (cm), vertex_t (ns). Beside it ``darkrecoil``, a TObjString: JSON.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from darkrecoil._run import atomic
from darkrecoil.io._flat import flat
from darkrecoil.io._record import TRUE, beams_to_plain, check, facts, line
from darkrecoil.io.particles import columns
from darkrecoil.records import Particles, Provenance

CHUNK = 65536  # events per basket
NAME = UUID(int=0, version=1)  # of the file; one of the machine and the time would differ from run to run


def write(path: str | Path, particles: Particles, process_name: str, cross_section: float, error: float, provenance: Provenance) -> None:
    """Writes the events as a TTree; ``cross_section`` and its ``error``, fb, go to the record beside it.

    Equal records make files that differ in ROOT's own time stamps only. BadValue: nothing to write or not finite;
    BadFile: cannot be written.
    """
    _, uproot = _libraries()
    check(particles, cross_section, error)
    record = facts(particles, process_name, cross_section, error, provenance)
    record |= {"beams": beams_to_plain(particles.beams), "content": TRUE}
    with atomic(path) as temporary, temporary.open("w+b") as raw, uproot.recreate(raw, uuid_function=lambda: NAME) as file:
        file["darkrecoil"] = line(record)
        chunks = _chunks(particles)
        first = next(chunks)
        types = {name: value.dtype if isinstance(value, np.ndarray) else value.type for name, value in first.items()}
        tree = file.mktree("events", types, title=process_name, counter_name=lambda name: f"n_{name}", field_name=lambda _, inner: inner)
        tree.extend(first)
        for chunk in chunks:
            tree.extend(chunk)


def _chunks(particles: Particles) -> Iterator[dict[str, Any]]:
    """Weight, attempt and the lists of particles of so many events at a time: memory beyond the record stays bounded."""
    ak, _ = _libraries()
    for begin in range(0, len(particles), CHUNK):
        part = slice(begin, begin + CHUNK)
        some = flat(_part(particles, part))
        found = columns(some)
        record = ak.contents.RecordArray([ak.contents.NumpyArray(column) for column in found.values()], list(found))
        ends = ak.index.Index64(np.concatenate([[0], np.cumsum(some.counts)]))
        lists = ak.Array(ak.contents.ListOffsetArray(ends, record))
        yield {"weight": particles.weight[part], "attempt": particles.attempt[part], "particle": lists}


def _part(particles: Particles, part: slice) -> Particles:
    names = ("pid", "mother", "status", "momentum", "vertex", "weight", "attempt")
    return replace(particles, **{name: getattr(particles, name)[part] for name in names})


def _libraries() -> tuple[Any, Any]:
    """awkward and uproot, imported when a file is written: 0.2 s that a plain import need not pay."""
    import awkward
    import uproot

    return awkward, uproot
