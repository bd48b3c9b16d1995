"""Les Houches event files of any generator <-> Particles.

Weights follow Boos et al., hep-ph/0109068 (IDWTUP, XWGTUP, XSECUP; pb); lengths are VTIMUP,
c tau in mm. A file may stand in the centre-of-mass frame with either beam along +z, or in a
laboratory, crossing angle or not: which, is read from the incoming particles of each event.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from darkrecoil._errors import BadFile
from darkrecoil.constants import fb, mm, pb
from darkrecoil.io._flat import Flat, padded
from darkrecoil.io._laboratory import Listing, in_laboratory, incoming, notes
from darkrecoil.io._lhe_text import Text, parse
from darkrecoil.io._lhe_write import C, write
from darkrecoil.io._report import Report, report
from darkrecoil.records import Beams, Bools, Floats, Ints, Particles

__all__ = ["Report", "read", "write"]


def read(path: str | Path, beams: Beams) -> tuple[Particles, Report]:
    """The events of a .lhe or .lhe.gz file in the laboratory of ``beams`` (GeV, cm, ns, fb), and what was noticed.

    Each event is boosted to the rest frame of its incoming particles, turned so that the electron is along
    +z, then taken to the laboratory: a file already in that laboratory comes out unchanged. Incoming and
    space-like lines are not stored. A particle with VTIMUP > 0 displaces its daughters by p/m c tau.

    An event keeps its own sqrt(s), but not its own boost: with incoming energies that vary from event to
    event (spread, radiation before the collision) the boost becomes the nominal one.

    BadFile: damaged, not finite, incoming particles other than e- e+, sqrt(s) off by more than 50 MeV.
    """
    path = Path(path)
    text = parse(path)
    first = np.cumsum(text.counts) - text.counts
    event = np.repeat(np.arange(len(text.counts)), text.counts)
    _check_numbers(text, event, path)
    listing = _listing(text, event)
    electron, positron = incoming(listing, path)
    said = notes(listing, electron, positron, beams, path)
    momentum = in_laboratory(listing.momentum, event, electron, positron, beams)
    slot, mother, status = _slots(text, first, event, path)
    weight, weight_notes = _weights(text, path)
    particles = _particles(text, event, slot >= 0, mother, status, momentum, weight, beams)
    return particles, report(particles, said + weight_notes)


def _check_numbers(text: Text, event: Ints, path: Path) -> None:
    """Spin (the last column) is not read and may be anything."""
    lines = ~np.isfinite(text.rows[:, :12]).all(axis=1)
    wrong = {
        "weight": ~np.isfinite(text.weight),
        "momentum, mass or lifetime": np.bincount(event[lines], minlength=len(text.counts)) > 0,
    }
    for what, where in wrong.items():
        if where.any():
            raise BadFile(f"the LHE file has a {what} that is not finite in event {int(np.argmax(where)) + 1}", path)


def _listing(text: Text, event: Ints) -> Listing:
    rows = text.rows
    return Listing(rows[:, 0], event, rows[:, 1] == -1, rows[:, 1] == 1, rows[:, [9, 6, 7, 8]], len(text.counts))


def _slots(text: Text, first: Ints, event: Ints, path: Path) -> tuple[Ints, Ints, Ints]:
    """Of each line: its slot (-1: not stored), the slot of its mother (-1: the beams), its status (1, 2)."""
    code = text.rows[:, 1].astype(np.int64)
    stated = text.rows[:, 2].astype(np.int64)
    if (wrong := ~np.isin(code, (-9, -2, -1, 1, 2, 3))).any():
        row = int(np.argmax(wrong))
        raise BadFile(f"status in event {event[row] + 1} of {path}", int(code[row]), "allowed: -1, 1, 2 (and -9, -2, 3)")
    if (wrong := stated > np.arange(len(code)) - first[event]).any():
        raise BadFile(
            f"the LHE file names a mother that does not come before its daughter in event {event[int(np.argmax(wrong))] + 1}", path
        )
    kept = code > 0
    before: Ints = np.cumsum(kept) - kept
    slot = np.where(kept, before - before[first][event], -1)
    mother = np.where(stated > 0, slot[first[event] + np.maximum(stated, 1) - 1], -1)
    return slot, mother, np.where(code == 1, 1, 2)


def _weights(text: Text, path: Path) -> tuple[Floats, tuple[str, ...]]:
    """Weights in fb, of which the sum over attempts is the cross-section, and how they came about.

    IDWTUP = +-3: unit weights, XSECUP is the cross-section. Else XWGTUP averages to it, unless the two differ by more than
    1 %: files exist whose weights add up to it, or are one, and there XSECUP is what can be trusted.
    """
    mean, stated = float(np.mean(text.weight)), text.cross_section
    unit = abs(text.strategy) == 3
    differ = stated > 0 and abs(mean - stated) > 0.01 * stated
    if (unit and stated <= 0) or mean == 0 or (stated > 0 and mean < 0):
        raise BadFile(
            f"the weights of {path} make no cross-section", f"XSECUP {stated:g} pb, mean weight {mean:g}", f"IDWTUP is {text.strategy}"
        )
    factor = stated / mean if unit or differ else 1.0
    said = differ and not (unit and np.all(np.abs(text.weight) == 1))
    note = f"weights scaled by {factor:.6g}: their mean is {mean:.6g}, XSECUP in <init> is {stated:.6g} pb (IDWTUP = {text.strategy})"
    return text.weight * (factor * pb / fb * (text.attempts / len(text.weight))), (note,) if said else ()


def _particles(
    text: Text, event: Ints, kept: Bools, mother: Ints, status: Ints, momentum: Floats, weight: Floats, beams: Beams
) -> Particles:
    counts = np.bincount(event[kept], minlength=len(text.counts))
    pid, flight = text.rows[kept, 0].astype(np.int64), _flight(text.rows, momentum)[kept]
    some = padded(Flat(counts, pid, mother[kept], status[kept], momentum[kept], flight), weight, text.attempt, text.attempts, beams)
    return replace(some, vertex=_vertices(some.mother, some.vertex))


def _flight(rows: Floats, momentum: Floats) -> Floats:
    """Displacement (m, 4) = (t ns, x, y, z cm) between birth and decay: p/m c tau in space, E/m tau in time."""
    mass, ctau = rows[:, 10], rows[:, 11] * mm
    lives = (ctau > 0) & (mass > 0)
    scale = np.where(lives, ctau, 0.0) / np.where(lives, mass, 1.0)
    displacement: Floats = momentum * scale[:, None] * np.array([1 / C, 1.0, 1.0, 1.0])
    return displacement


def _vertices(mother: Ints, flight: Floats) -> Floats:
    """Where each particle is made, (n, k, 4): the mother's own vertex plus her flight; mothers come first."""
    vertex = np.zeros_like(flight)
    n, k = mother.shape
    for j in range(k):
        up = mother[:, j]
        some = np.arange(n), np.maximum(up, 0)
        vertex[:, j] = np.where(up[:, None] >= 0, vertex[some] + flight[some], 0.0)
    return vertex
