"""Particles as a Les Houches event file, version 3.0: equal records make equal bytes, compressed or not."""

from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path

import numpy as np

from darkrecoil import __version__
from darkrecoil._errors import unknown
from darkrecoil._run import atomic
from darkrecoil.constants import M_E, MASS, fb, mm, pb
from darkrecoil.io._files import written
from darkrecoil.io._record import check, facts, line, unit_or_pb
from darkrecoil.kinematics.frames import Vector, beam_momenta, invariant_mass
from darkrecoil.kinematics.vectors import add
from darkrecoil.records import Floats, Ints, Particles, Provenance

C = 29.9792458  # cm/ns; exact, SI 2019
SUFFIXES = (".lhe", ".lhe.gz")
ROW = "{:9d} {:2d} {:4d} {:4d} 0 0 {:.16e} {:.16e} {:.16e} {:.16e} {:.16e} {:.16e} 9\n"


def write(path: str | Path, particles: Particles, process_name: str, cross_section: float, error: float, provenance: Provenance) -> None:
    """Writes the events (GeV, fb) as .lhe or .lhe.gz in the laboratory of their beams, massive electrons coming in.

    ``cross_section`` and its ``error``, fb, go to <init> in pb. Equal weights that make this cross-section
    are IDWTUP = 3, XWGTUP = 1; else XWGTUP averages to the sample's own cross-section, IDWTUP = 4, or -4
    with negative weights (Boos et al., hep-ph/0109068). Attempts stand in the header and in a
    comment of each event, so that reading gives back the record to 1e-12. An LHE file holds no vertex but
    through lifetimes: a primary vertex away from the origin is lost.

    UnknownName: another suffix. BadValue: nothing to write or not finite. BadFile: cannot be written.
    """
    path = Path(path)
    if not path.name.endswith(SUFFIXES):
        raise unknown("format of a Les Houches file", "".join(path.suffixes), SUFFIXES)
    check(particles, cross_section, error)
    strategy, weights = _strategy(particles, cross_section)
    record = line(facts(particles, process_name, cross_section, error, provenance))
    with (
        atomic(path) as temporary,
        written(temporary, path.name.endswith(".gz")) as stream,
        TextIOWrapper(stream, encoding="ascii", errors="xmlcharrefreplace", newline="\n") as text,
    ):
        text.write(_preamble(particles, strategy, cross_section, error, float(np.max(weights)), record))
        text.writelines(_events(particles, weights))
        text.write("</LesHouchesEvents>\n")


def _strategy(particles: Particles, cross_section: float) -> tuple[int, Floats]:
    """IDWTUP and XWGTUP (n,)."""
    unit, weights = unit_or_pb(particles, cross_section)
    return 3 if unit else -4 if weights.min() < 0 else 4, weights


def _preamble(particles: Particles, strategy: int, cross_section: float, error: float, largest: float, record: str) -> str:
    beams = particles.beams
    safe = record.replace("--", "-\\u002d")  # "--" may not stand in an XML comment; \u002d is "-" in JSON
    return (
        '<LesHouchesEvents version="3.0">\n'
        f"<header>\n<!-- darkrecoil {safe} -->\n</header>\n"
        "<init>\n"
        f"11 -11 {beams.electron:.16e} {beams.positron:.16e} 0 0 0 0 {strategy} 1\n"
        f"{cross_section * fb / pb:.16e} {error * fb / pb:.16e} {largest:.16e} 1\n"
        f'<generator name="darkrecoil" version="{__version__}">darkrecoil {__version__}</generator>\n'
        "</init>\n"
    )


def _events(particles: Particles, weights: Floats) -> Iterator[str]:
    incoming, sqrt_s = _incoming(particles)
    filled = particles.status > 0
    rank = np.cumsum(filled, axis=1) + 2  # the number of a particle in its event: 1 and 2 are the beams
    mother = np.where(particles.mother >= 0, np.take_along_axis(rank, np.maximum(particles.mother, 0), axis=1), 1)
    second = np.where(particles.mother >= 0, mother, 2)
    mass = masses(particles.pid, particles.momentum)
    columns = (
        particles.pid,
        particles.status,
        mother,
        second,
        *np.moveaxis(particles.momentum, 2, 0)[[1, 2, 3, 0]],
        mass,
        _ctau(particles, mass),
    )
    rows = zip(*(column[filled].tolist() for column in columns), strict=True)
    counts = np.count_nonzero(filled, axis=1).tolist()
    for count, weight, attempt in zip(counts, weights.tolist(), particles.attempt.tolist(), strict=True):
        head = f"<event>\n{count + 2} 1 {weight:.16e} {sqrt_s:.16e} -1 -1\n"  # -1: couplings not stated
        yield head + incoming + "".join(ROW.format(*next(rows)) for _ in range(count)) + f"# attempt {attempt}\n</event>\n"


def _incoming(particles: Particles) -> tuple[str, float]:
    """The two lines of the beams, and sqrt(s) in GeV."""
    beams = particles.beams
    electron, positron = beam_momenta(beams.electron, beams.positron, beams.half_crossing, M_E)
    return _beam(11, electron) + _beam(-11, positron), float(invariant_mass(add(electron, positron)))


def _beam(pid: int, momentum: Vector) -> str:
    energy, px, py, pz = (float(part) for part in momentum)
    return ROW.format(pid, -1, 0, 0, px, py, pz, energy, M_E, 0.0)


def masses(pid: Ints, momentum: Floats) -> Floats:
    """Masses in GeV, shape of pid: the table's, or sqrt(p^2) of a particle that is not in it."""
    e, x, y, z = np.moveaxis(momentum, -1, 0)
    mass = np.asarray(invariant_mass((e, x, y, z)))
    for code, value in MASS.items():
        mass = np.where(np.abs(pid) == code, value, mass)
    return mass


def _ctau(particles: Particles, mass: Floats) -> Floats:
    """c tau (n, k) in mm of this decay: c (t_daughter - t_birth) m/E, 0 for what has no daughters."""
    ctau = np.zeros_like(mass)
    n, k = mass.shape
    for j in range(k):
        up = np.maximum(particles.mother[:, j], 0)
        row = np.arange(n)
        time = particles.vertex[:, j, 0] - particles.vertex[row, up, 0]
        has = (particles.mother[:, j] >= 0) & (particles.status[:, j] > 0) & (time > 0)
        value = C * time * mass[row, up] / np.where(has, particles.momentum[row, up, 0], 1.0) / mm
        ctau[row[has], up[has]] = value[has]
    return ctau
