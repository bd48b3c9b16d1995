"""Les Houches event files of any generator <-> Particles.

Weights follow Boos et al., hep-ph/0109068 (IDWTUP, XWGTUP, XSECUP; pb); lengths are VTIMUP,
c tau in mm. A file may stand in the centre-of-mass frame with either beam along +z, or in a
laboratory, crossing angle or not: which, is read from the incoming particles of each event.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from darkrecoil._errors import BadFile
from darkrecoil.constants import M_E, MASS, PID, MeV, fb, mm, pb
from darkrecoil.io._lhe_text import Text, parse
from darkrecoil.io._lhe_write import C, write
from darkrecoil.kinematics.frames import Vector, beam_momenta, invariant_mass, to_cms, to_lab
from darkrecoil.kinematics.vectors import add
from darkrecoil.records import Beams, Floats, Ints, Particles

__all__ = ["Report", "read", "write"]

REFUSED, NOTED = 50 * MeV, 1 * MeV  # difference of sqrt(s) between file and beams
NAME = {pid: name for name, pid in PID.items()}


@dataclass(frozen=True)
class Report:
    """What a reading found: number of events, cross-section in fb, what was assumed or changed, and the PDG codes of
    final particles of which darkrecoil's table of masses knows nothing (a model's own particle is among them)."""

    events: int
    cross_section: float
    notes: tuple[str, ...]
    unknown_pids: tuple[int, ...]


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
    electron, positron = _incoming(text, event, path)
    notes = _check_energy(electron, positron, beams, path) + _check_sum(text, event, add(electron, positron))
    momentum = _in_lab(text.rows, event, electron, positron, beams)
    slot, mother, status = _slots(text, first, event, path)
    weight, weight_notes = _weights(text, path)
    particles = _padded(text, event, slot, mother, status, momentum, weight, beams)
    finals = particles.pid[particles.status == 1]
    strange = tuple(int(pid) for pid in np.unique(finals) if abs(int(pid)) not in MASS)
    return particles, Report(len(weight), float(np.sum(weight)) / text.attempts, notes + weight_notes, strange)


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


def _incoming(text: Text, event: Ints, path: Path) -> tuple[Vector, Vector]:
    """Momenta of the electron and the positron, each component (n,), in the frame of the file."""
    pid, incoming, n = text.rows[:, 0], text.rows[:, 1] == -1, len(text.counts)
    electron, positron = incoming & (pid == 11), incoming & (pid == -11)
    counts = [np.bincount(event[lines], minlength=n) for lines in (electron, positron, incoming)]
    fine = (counts[0] == 1) & (counts[1] == 1) & (counts[2] == 2)
    if not fine.all():
        number = int(np.argmin(fine))
        names = " ".join(NAME.get(int(code), str(int(code))) for code in pid[incoming & (event == number)]) or "none"
        raise BadFile(f"the incoming particles of event {number + 1} in {path}", names, "allowed: e- e+")
    return _vector(text.rows[electron]), _vector(text.rows[positron])


def _vector(rows: Floats) -> Vector:
    return rows[:, 9], rows[:, 6], rows[:, 7], rows[:, 8]


def _nominal(beams: Beams) -> tuple[Vector, Vector]:
    return beam_momenta(beams.electron, beams.positron, beams.half_crossing, M_E)


def _check_energy(electron: Vector, positron: Vector, beams: Beams, path: Path) -> tuple[str, ...]:
    found = np.asarray(invariant_mass(add(electron, positron)))
    wanted = float(invariant_mass(add(*_nominal(beams))))
    worst = int(np.argmax(np.abs(found - wanted)))
    off = abs(found[worst] - wanted)
    if off > REFUSED:
        raise BadFile(
            f"sqrt(s) of event {worst + 1} in {path}",
            f"{found[worst]:.6g} GeV",
            f"the beams '{beams.name}' have {wanted:.6g} GeV",
            "generate at that energy (radiation as particles of the event), or choose the detector of the file's beams",
        )
    if off > NOTED:
        return (
            f"sqrt(s) of the file differs from that of the beams, {wanted:.6g} GeV, by up to {off / MeV:.2g} MeV; each event keeps its own",
        )
    return ()


def _check_sum(text: Text, event: Ints, total: Vector) -> tuple[str, ...]:
    """A note if final particles do not carry what came in: something was radiated, cut or lost and is not in the file."""
    final, n = text.rows[:, 1] == 1, len(text.counts)
    gap = [np.bincount(event[final], text.rows[final, c], n) - part for c, part in zip((9, 6, 7, 8), total, strict=True)]
    short = int(np.count_nonzero(np.max(np.abs(gap), axis=0) > REFUSED))
    return (f"in {short} of {n} events the final particles miss more than 50 MeV of the incoming momentum",) if short else ()


def _in_lab(rows: Floats, event: Ints, electron: Vector, positron: Vector, beams: Beams) -> Floats:
    """Momenta (m, 4) of all lines in the laboratory of the beams."""
    cms = to_cms(_of(electron, event), _of(positron, event), _vector(rows))
    return np.stack([np.broadcast_to(part, event.shape) for part in to_lab(*_nominal(beams), cms)], axis=1)


def _of(vector: Vector, event: Ints) -> Vector:
    e, x, y, z = (np.asarray(part)[event] for part in vector)
    return e, x, y, z


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


def _padded(text: Text, event: Ints, slot: Ints, mother: Ints, status: Ints, momentum: Floats, weight: Floats, beams: Beams) -> Particles:
    kept = slot >= 0
    n, k = len(text.counts), max(int(slot.max()) + 1, 1)
    where = event[kept], slot[kept]
    pid, up, state = np.zeros((n, k), np.int64, "F"), np.full((n, k), -1, np.int64, "F"), np.zeros((n, k), np.int64, "F")
    p, flight = np.zeros((n, k, 4), order="F"), np.zeros((n, k, 4), order="F")
    pid[where], up[where], state[where], p[where] = text.rows[kept, 0], mother[kept], status[kept], momentum[kept]
    flight[where] = _flight(text.rows, momentum)[kept]
    return Particles(pid, up, state, p, _vertices(up, flight), weight, text.attempt, text.attempts, beams)


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
