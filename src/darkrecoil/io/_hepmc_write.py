"""Particles as a HepMC3 ASCII file, by HepMC3 itself: equal records make equal bytes, compressed or not."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from darkrecoil import __version__
from darkrecoil._errors import BadValue, unknown
from darkrecoil._run import atomic
from darkrecoil.constants import M_E, fb, mm, pb
from darkrecoil.io._files import written
from darkrecoil.io._flat import Flat, flat
from darkrecoil.io._laboratory import nominal
from darkrecoil.io._lhe_write import C, masses
from darkrecoil.io._record import TRUE, beams_to_plain, check, facts, line, unit_or_pb
from darkrecoil.records import Beams, Ints, Particles, Provenance

SUFFIXES = (".hepmc", ".hepmc.gz")
CHUNK = 1000  # events that are text in memory
BEAM = 4  # status
DIGITS = 16  # after the first one: a double is read back to the bit


def write(path: str | Path, particles: Particles, process_name: str, cross_section: float, error: float, provenance: Provenance) -> None:
    """Writes the events (GeV, fb) as .hepmc or .hepmc.gz in the laboratory of their beams: units GEV and MM, with ct for the time.

    Status 1 final, 2 decayed, 4 beams; numbers with 17 digits, so that they are read back to the bit. ``cross_section`` and its
    ``error``, fb, go to each event's GenCrossSection in pb (9 digits, HepMC3's own). Equal weights that make this cross-section
    are written as 1; else they average to the sample's own cross-section in pb. The tool is darkrecoil with its version; the
    attribute ``darkrecoil`` of the run is JSON with provenance, beams, attempts and the cross-section in full.

    UnknownName: another suffix. BadValue: nothing to write, not finite, or daughters of one mother made in different places,
    which a HepMC file cannot hold. BadFile: cannot be written.
    """
    path = Path(path)
    if not path.name.endswith(SUFFIXES):
        raise unknown("format of a HepMC file", "".join(path.suffixes), SUFFIXES)
    check(particles, cross_section, error)
    some = flat(particles)
    record = facts(particles, process_name, cross_section, error, provenance) | {"beams": beams_to_plain(particles.beams), "content": TRUE}
    run = _run_info(process_name, line(record))
    events = _events(run, some, particles, cross_section, error)
    with atomic(path) as temporary, written(temporary, path.name.endswith(".gz")) as stream:
        for text in _texts(events):
            stream.write(text)


def _run_info(process_name: str, record: str) -> Any:
    from pyhepmc import GenRunInfo

    run = GenRunInfo()
    run.tools = [("darkrecoil", __version__, process_name)]
    run.weight_names = ["weight"]
    run.attributes["darkrecoil"] = record
    return run


def _texts(events: Iterator[Any]) -> Iterator[bytes]:
    """The file piece by piece. By way of memory, because HepMC3 does not report an error of the stream that it writes to."""
    import pyhepmc

    memory: Any = BytesIO()  # the library's own annotation knows names of files only
    with pyhepmc.open(memory, "w", precision=DIGITS) as file:
        for number, event in enumerate(events, start=1):
            file.write(event)
            if number % CHUNK == 0:
                file.flush()
                yield memory.getvalue()
                memory.seek(0)
                memory.truncate()
    yield memory.getvalue()


def _events(run: Any, some: Flat, particles: Particles, cross_section: float, error: float) -> Iterator[Any]:
    """HepMC's event, filled anew for each of ours: events of one pattern of mothers differ only in numbers."""
    from pyhepmc import GenEvent

    patterns: dict[bytes, tuple[Any, Ints]] = {}
    starts = (np.cumsum(some.counts) - some.counts).tolist()
    rows, places = _rows(some, particles.beams), _places(some)
    _, weights = unit_or_pb(particles, cross_section)
    event = GenEvent(run)
    for number, (count, start) in enumerate(zip(some.counts.tolist(), starts, strict=True)):
        mothers = some.mother[start : start + count]
        if (key := mothers.tobytes()) not in patterns:
            patterns[key] = _pattern(run, mothers, cross_section, error)
        data, first = patterns[key]
        begin = start + 2 * number
        data.particles[:] = rows[begin : begin + count + 2]
        data.vertices[:] = places[start + first]
        data.weights[0] = weights[number]
        data.event_number = number
        event.read_data(data)
        event.attributes["attempt"] = str(particles.attempt[number])
        yield event


def _rows(some: Flat, beams: Beams) -> Any:
    """Particles of all events as HepMC keeps them, each event's beams first, GeV."""
    from pyhepmc import GenEventData

    counts, two = some.counts, np.arange(2)
    rows = np.zeros(len(some.pid) + 2 * len(counts), GenEventData().particles.dtype)
    beam = ((np.cumsum(counts) - counts) + 2 * np.arange(len(counts)))[:, None] + two
    other = np.arange(len(some.pid)) + 2 * some.event() + 2
    electron, positron = nominal(beams)
    incoming = np.array([electron, positron], dtype=np.float64)
    for name, ours, theirs in (
        ("pid", some.pid, np.array([11, -11])),
        ("status", some.status, np.array([BEAM, BEAM])),
        ("mass", masses(some.pid, some.momentum), np.array([M_E, M_E])),
        *((part, some.momentum[:, c], incoming[:, c]) for c, part in enumerate(("e", "px", "py", "pz"))),
    ):
        rows[name][other], rows[name][beam] = ours, theirs
    rows["is_mass_set"] = True
    return rows


def _places(some: Flat) -> Any:
    """Where each particle was made, as HepMC's vertices, mm; BadValue if sisters were made in different places."""
    from pyhepmc import GenEventData

    first = _first_sister(some)
    if (some.vertex != some.vertex[first]).any():
        number = int(some.event()[int(np.argmax((some.vertex != some.vertex[first]).any(axis=1)))]) + 1
        raise BadValue(
            f"daughters of one mother made in different places cannot be written to a HepMC file, event {number}", hint="use .parquet"
        )
    places = np.zeros(len(some.pid), GenEventData().vertices.dtype)
    for name, column in (("t", some.vertex[:, 0] * C), ("x", some.vertex[:, 1]), ("y", some.vertex[:, 2]), ("z", some.vertex[:, 3])):
        places[name] = column / mm
    return places


def _first_sister(some: Flat) -> Ints:
    """Of each particle the row of the first one of its mother's daughters."""
    keys = some.event() * (int(some.counts.max(initial=0)) + 1) + some.mother + 1
    _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    return np.asarray(first[which])


def _pattern(run: Any, mothers: Ints, cross_section: float, error: float) -> tuple[Any, Ints]:
    """The data of an event of these mothers, its numbers still to be filled in, and the first particle of each vertex."""
    from pyhepmc import GenCrossSection, GenEvent, GenEventData, GenParticle, GenVertex

    event, data = GenEvent(run), GenEventData()
    members = [GenParticle((0.0, 0.0, 0.0, 1.0), 0, 1) for _ in range(len(mothers) + 2)]
    for member in members:
        event.add_particle(member)
    met, first = np.unique(mothers, return_index=True)
    for mother in met[np.argsort(first)].tolist():
        vertex = GenVertex((0.0, 0.0, 0.0, 1.0))
        for member in members[:2] if mother < 0 else [members[mother + 2]]:
            vertex.add_particle_in(member)
        for daughter in np.flatnonzero(mothers == mother).tolist():
            vertex.add_particle_out(members[daughter + 2])
        event.add_vertex(vertex)
    event.weights = [1.0]
    event.cross_section = GenCrossSection()
    event.cross_section.set_cross_section(cross_section * fb / pb, error * fb / pb)
    event.write_data(data)
    return data, np.sort(first)
