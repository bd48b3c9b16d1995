"""The lines of one event of a HepMC file as numbers, as they stand there. ValueError or IndexError: a line that is damaged."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

PARTICLE, VERTEX = 9, 7  # numbers of each in Raw
BEAM = 4.0  # status
CROSS_SECTION, ATTEMPT = "A 0 GenCrossSection ", "A 0 attempt "


@dataclass
class Raw:
    """One event while it is read. Particles by nines: id, production vertex (< 0) or mother (> 0) or 0, pid, px, py, pz, E,
    mass, status; vertices by sevens: id, first mother or 0, whether placed, x, y, z, ct; units by name; cross-section in pb."""

    announced: int
    place: Sequence[float] = (0.0, 0.0, 0.0, 0.0)
    weight: float = 1.0
    energy: str = ""
    length: str = ""
    cross_section: float | None = None
    attempt: int = -1
    particles: "array[float]" = field(default_factory=lambda: array("d"))
    vertices: "array[float]" = field(default_factory=lambda: array("d"))
    vertices_announced: tuple[str, int, int] = ("vertices", 0, 0)


def version_3(body: list[str]) -> Raw:
    """Asciiv3: E number vertices particles [@ place]; U; W weights; A attributes; V id status [mothers] [@ place]; P lines."""
    head = body[0].split()
    raw = Raw(int(head[3]), _place(head[4:]))
    for line in body[1:]:
        tag = line[:2]
        if tag == "P ":
            words = line.split()
            if len(words) != PARTICLE + 1:
                raise ValueError(line)
            raw.particles.extend(map(float, words[1:]))
        elif tag == "V ":
            words = line.split()
            mother = words[3].strip("[]").split(",")[0]
            raw.vertices.extend((int(words[1]), int(mother or 0), len(words) > 4, *_place(words[4:])))
        elif tag in ("U ", "W ", "A "):
            _about(raw, tag, line)
    return raw


def _place(words: list[str]) -> Sequence[float]:
    if not words:
        return 0.0, 0.0, 0.0, 0.0
    if words[0] != "@" or len(words) != 5:
        raise ValueError(words)
    return [float(word) for word in words[1:]]


def _about(raw: Raw, tag: str, line: str) -> None:
    if tag == "U ":
        _, raw.energy, raw.length = line.split()
    elif tag == "W ":
        raw.weight = float(line.split()[1])
    elif line.startswith(CROSS_SECTION):
        raw.cross_section = float(line.split()[3])
    elif line.startswith(ATTEMPT):
        word = line.split()[3]
        raw.attempt = int(word) if word.isdecimal() and len(word) < 19 else -1


def version_2(body: list[str]) -> Raw:
    """IO_GenEvent: E ... (beams, weights); U; C cross-section error; V id status x y z ct orphans outgoing ..., then its P lines.

    A particle names the vertex at its end; the first to name one becomes the mother of what comes out of it.
    """
    head = body[0].split()
    weights = 12 + int(head[11])  # after the random states
    raw = Raw(0, weight=float(head[weights + 1]) if int(head[weights]) else 1.0)
    ends: dict[int, int] = {}
    vertices: list[list[float]] = []
    orphans = 0
    for line in body[1:]:
        tag = line[:2]
        words = line.split()
        if tag == "V ":
            orphans = int(words[7])
            raw.announced += orphans + int(words[8])
            vertices.append([int(words[1]), 0, 1, *map(float, words[3:7])])
        elif tag == "P ":
            ends.setdefault(int(words[11]), int(words[1]))
            status = BEAM if words[1] in head[9:11] else float(words[8])
            raw.particles.extend((float(words[1]), 0.0 if orphans > 0 else vertices[-1][0], *map(float, words[2:8]), status))
            orphans -= 1
        elif tag == "U ":
            _, raw.energy, raw.length = words
        elif tag == "C ":
            raw.cross_section = float(words[1])
    raw.vertices_announced = ("vertices", int(head[8]), len(vertices))
    for vertex in vertices:
        raw.vertices.extend((vertex[0], ends.get(int(vertex[0]), 0), *vertex[2:]))
    return raw
