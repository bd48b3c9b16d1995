"""The text of a HepMC file, checked, as plain arrays: HepMC3 ASCII (Asciiv3) and the older IO_GenEvent of HepMC2.

Own reading, because a damaged file must be refused: HepMC3's reader (3.2, by pyhepmc 2.16) takes words for the
number 0, unknown units for GeV and cm, vertices that do not exist for none, ends without an error at a missing
footer, and prints to the standard output, where the command line's JSON goes.

Format: Buckley et al., arXiv:1912.08005; IO_GenEvent: Dobbs and Hansen, Comput. Phys. Commun. 134 (2001) 41 and the HepMC 2 manual.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from darkrecoil._errors import BadFile
from darkrecoil.constants import GeV, MeV, cm, fb, mm, pb
from darkrecoil.io import _hepmc_event as one
from darkrecoil.io._files import AGAIN, lines
from darkrecoil.io._hepmc_event import PARTICLE, VERTEX, Raw
from darkrecoil.io._record import attempts_of, parsed
from darkrecoil.records import Floats, Ints

END = "-END_EVENT_LISTING"
KINDS: dict[str, Callable[[list[str]], Raw]] = {"HepMC::Asciiv3": one.version_3, "HepMC::IO_GenEvent": one.version_2}
ENERGY, LENGTH = {"GEV": GeV, "MEV": MeV}, {"MM": mm, "CM": cm}
ROUNDED = 1e-7  # HepMC3 writes a cross-section with 9 digits


@dataclass(frozen=True)
class Text:
    """Numbers of a file: particles (m, 9) = id, production vertex or mother, pid, px, py, pz, E (GeV), mass, status, with
    their event (m,); vertices (v, 7) = id, first mother, whether placed, x, y, z, ct (cm), with their event (v,);
    place of each event (n, 4) = x, y, z, ct (cm); weight (n,); cross-section in pb or None; attempt numbers as in LHE files."""

    event: Ints
    particles: Floats
    vertex_event: Ints
    vertices: Floats
    place: Floats
    weight: Floats
    cross_section: float | None
    attempt: Ints
    attempts: int


def parse(path: Path) -> Text:
    """All numbers of the file; BadFile if it is missing, empty, cut, damaged, of another kind, or holds no event."""
    with lines(path) as text:
        read = KINDS[_kind(text, path)]
        header, bodies = _header(text, path)
        raws = [_read(read, body, number, path) for number, body in enumerate(bodies, start=1)]
    if not raws:
        raise BadFile("the HepMC file holds no events", path)
    mark = next((line for line in header if line.startswith("A darkrecoil ")), None)
    record = parsed(None if mark is None else unescaped(mark[13:].rstrip("\r\n")), "HepMC", path)
    attempt, attempts = attempts_of([raw.attempt for raw in raws], record.get("attempts", 0), len(raws))
    return _text(raws, _cross_section(raws[-1].cross_section, record.get("cross_section_fb")), attempt, attempts, path)


def unescaped(text: str) -> str:
    """A string attribute as it was before HepMC3 wrote it: a backslash as two, a line's end as a backslash and a bar."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "|" else found[1], text)


def _kind(text: Iterator[str], path: Path) -> str:
    seen = ""
    for line, _ in zip(text, range(50), strict=False):
        for kind in KINDS:
            if line.startswith(kind + "-START_EVENT_LISTING"):
                return kind
        if line.startswith("HepMC::") and "-START" in line:
            raise BadFile("the HepMC file is of another kind", line, f"allowed: {', '.join(KINDS)}", f"file: {path}")
        seen += line
    if not seen.strip():
        raise BadFile("the file is empty", path)
    if "HepMC::Version" in seen:
        raise BadFile("the HepMC file is truncated: it has no event listing", path, hint=AGAIN)
    raise BadFile("not a HepMC file", path, hint="it must begin with HepMC::Version and HepMC::Asciiv3-START_EVENT_LISTING")


def _header(text: Iterator[str], path: Path) -> tuple[list[str], Iterator[list[str]]]:
    """The lines before the first event, and the lines of each event."""
    header: list[str] = []
    for line in text:
        if line.startswith("E "):
            return header, _bodies(line, text, path)
        if END in line:
            return header, iter(())
        header.append(line)
    raise BadFile("the HepMC file is truncated: it ends before the first event", path, hint=AGAIN)


def _bodies(first: str, text: Iterator[str], path: Path) -> Iterator[list[str]]:
    body, number = [first], 1
    for line in text:
        if line.startswith("E "):
            yield body
            body, number = [line], number + 1
        elif line.startswith("HepMC::") and END in line:
            yield body
            _finish(text, path)
            return
        else:
            body.append(line)
    raise BadFile(f"the HepMC file is truncated: it ends in event {number} without HepMC::...{END}", path, hint=AGAIN)


def _finish(text: Iterator[str], path: Path) -> None:
    """Reads on to the end: only there does a compressed file show its checksum. A second file glued on is not half-read."""
    if any("-START_EVENT_LISTING" in line for line in text):
        raise BadFile("the HepMC file is several files glued together", path, hint="give them one by one")


def _read(read: Callable[[list[str]], Raw], body: list[str], number: int, path: Path) -> Raw:
    try:
        raw = read(body)
    except (IndexError, ValueError, OverflowError):
        raise BadFile(f"the HepMC file has something that is no number in event {number}", path, hint=AGAIN) from None
    for what, announced, found in (("particles", raw.announced, len(raw.particles) // PARTICLE), raw.vertices_announced):
        if announced != found:
            raise BadFile(f"the HepMC file announces {announced} {what} in event {number} and has {found}", path, hint=AGAIN)
    if raw.energy not in ENERGY or raw.length not in LENGTH:
        raise BadFile(
            f"the units of event {number} in {path}", f"{raw.energy} {raw.length}".strip() or "none", "allowed: GEV or MEV, MM or CM"
        )
    return raw


def _text(raws: list[Raw], cross_section: float | None, attempt: Ints, attempts: int, path: Path) -> Text:
    event = np.repeat(np.arange(len(raws)), [len(raw.particles) // PARTICLE for raw in raws])
    vertex_event = np.repeat(np.arange(len(raws)), [len(raw.vertices) // VERTEX for raw in raws])
    particles = np.concatenate([raw.particles for raw in raws]).reshape(-1, PARTICLE)
    vertices = np.concatenate([raw.vertices for raw in raws]).reshape(-1, VERTEX)
    place, weight = np.array([raw.place for raw in raws], dtype=np.float64), np.array([raw.weight for raw in raws])
    _check(event, particles, vertex_event, vertices, place, weight, path)
    energy, length = np.array([ENERGY[raw.energy] for raw in raws]), np.array([LENGTH[raw.length] for raw in raws])
    particles[:, 3:8] *= energy[event, None]
    vertices[:, 3:] *= length[vertex_event, None]
    return Text(event, particles, vertex_event, vertices, place * length[:, None], weight, cross_section, attempt, attempts)


def _check(event: Ints, particles: Floats, vertex_event: Ints, vertices: Floats, place: Floats, weight: Floats, path: Path) -> None:
    wrong = {
        "weight": np.flatnonzero(~np.isfinite(weight)),
        "momentum or mass": event[~np.isfinite(particles).all(axis=1)],
        "vertex": vertex_event[~np.isfinite(vertices).all(axis=1)],
        "place": np.flatnonzero(~np.isfinite(place).all(axis=1)),
    }
    for what, events in wrong.items():
        if len(events):
            raise BadFile(f"the HepMC file has a {what} that is not finite in event {events[0] + 1}", path)


def _cross_section(stated: float | None, ours: object) -> float | None:
    """In pb; that of our own record, which has all digits, where the event's is the same but for rounding; None if not stated."""
    if stated is None or not (np.isfinite(stated) and stated > 0):
        return None
    known = ours * fb / pb if isinstance(ours, float) else stated
    return known if abs(known - stated) <= ROUNDED * stated else stated
