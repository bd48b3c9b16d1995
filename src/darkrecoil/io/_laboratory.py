"""From the frame of a file to a laboratory. Which frame the file has is read from the incoming particles of each event.

Each event is boosted to the rest frame of its incoming particles, turned so that the electron is along
+z, then taken to the laboratory of the beams: whichever beam was along +z, crossing angle or not.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from darkrecoil._errors import BadFile
from darkrecoil.constants import M_E, PID, MeV
from darkrecoil.kinematics.frames import Vector, beam_momenta, invariant_mass, to_cms, to_lab
from darkrecoil.kinematics.vectors import add
from darkrecoil.records import Beams, Bools, Floats, Ints

REFUSED, NOTED = 50 * MeV, 1 * MeV  # difference of sqrt(s) between file and beams
NAME = {pid: name for name, pid in PID.items()}


@dataclass(frozen=True)
class Listing:
    """All m particle lines of ``events`` events: pid, event (m,), whether incoming, whether final (m,), momentum (m, 4) GeV."""

    pid: Ints | Floats
    event: Ints
    incoming: Bools
    final: Bools
    momentum: Floats
    events: int


def incoming(some: Listing, path: Path, hint: str = "") -> tuple[Vector, Vector]:
    """Momenta of the electron and the positron, each component (n,), in the frame of the file; BadFile for other beams or none."""
    electron, positron = some.incoming & (some.pid == 11), some.incoming & (some.pid == -11)
    counts = [np.bincount(some.event[where], minlength=some.events) for where in (electron, positron, some.incoming)]
    fine = (counts[0] == 1) & (counts[1] == 1) & (counts[2] == 2)
    if not fine.all():
        number = int(np.argmin(fine))
        codes = some.pid[some.incoming & (some.event == number)]
        names = " ".join(NAME.get(int(code), str(int(code))) for code in codes) or "none"
        raise BadFile(f"the incoming particles of event {number + 1} in {path}", names, "allowed: e- e+", hint)
    return _vector(some.momentum[electron]), _vector(some.momentum[positron])


def nominal(beams: Beams) -> tuple[Vector, Vector]:
    """Momenta of the electron and the positron of the beams in their laboratory, GeV."""
    return beam_momenta(beams.electron, beams.positron, beams.half_crossing, M_E)


def notes(some: Listing, electron: Vector, positron: Vector, beams: Beams, path: Path) -> tuple[str, ...]:
    """What is to be said about energies and sums of momenta; BadFile if sqrt(s) is off the beams' by more than 50 MeV."""
    return _check_energy(electron, positron, beams, path) + _check_sum(some, add(electron, positron))


def in_laboratory(vectors: Floats, event: Ints, electron: Vector, positron: Vector, beams: Beams) -> Floats:
    """Four-vectors (m, 4) of a file's frame in the laboratory of the beams; unchanged to the bit if that is the file's frame."""
    here, there = (electron, positron), nominal(beams)
    if all(np.all(part == wanted) for p, q in zip(here, there, strict=True) for part, wanted in zip(p, q, strict=True)):
        return vectors
    cms = to_cms(_of(electron, event), _of(positron, event), _vector(vectors))
    return np.stack([np.broadcast_to(part, event.shape) for part in to_lab(*there, cms)], axis=1)


def _check_energy(electron: Vector, positron: Vector, beams: Beams, path: Path) -> tuple[str, ...]:
    found = np.asarray(invariant_mass(add(electron, positron)))
    wanted = float(invariant_mass(add(*nominal(beams))))
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


def _check_sum(some: Listing, total: Vector) -> tuple[str, ...]:
    """A note if final particles do not carry what came in: something was radiated, cut or lost and is not in the file."""
    sums = [np.bincount(some.event[some.final], some.momentum[some.final, c], some.events) for c in range(4)]
    gap = [part - wanted for part, wanted in zip(sums, total, strict=True)]
    short = int(np.count_nonzero(np.max(np.abs(gap), axis=0) > REFUSED))
    return (f"in {short} of {some.events} events the final particles miss more than 50 MeV of the incoming momentum",) if short else ()


def _vector(vectors: Floats) -> Vector:
    return vectors[:, 0], vectors[:, 1], vectors[:, 2], vectors[:, 3]


def _of(vector: Vector, event: Ints) -> Vector:
    e, x, y, z = (np.asarray(part)[event] for part in vector)
    return e, x, y, z
