"""Particles as a Les Houches event file, version 3.0: equal records make equal bytes, compressed or not."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO, cast

import numpy as np

from darkrecoil import __version__
from darkrecoil._errors import BadValue, unknown
from darkrecoil._run import atomic
from darkrecoil.constants import M_E, MASS, fb, mm, pb
from darkrecoil.io._record import line, plain
from darkrecoil.kinematics.frames import Vector, beam_momenta, invariant_mass
from darkrecoil.kinematics.vectors import add
from darkrecoil.records import Floats, Particles, Provenance

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
    _check(particles, cross_section, error)
    strategy, weights = _strategy(particles, cross_section)
    facts = {
        "attempts": particles.attempts,
        "cross_section_error_fb": error,
        "cross_section_fb": cross_section,
        "process": process_name,
        "provenance": plain(provenance),
    }
    with atomic(path) as temporary, _opened(temporary, path.name.endswith(".gz")) as text:
        text.write(_preamble(particles, strategy, cross_section, error, float(np.max(weights)), line(facts)))
        text.writelines(_events(particles, weights))
        text.write("</LesHouchesEvents>\n")


def _check(particles: Particles, cross_section: float, error: float) -> None:
    if len(particles) == 0:
        raise BadValue("no events to write", hint="raise the number of events")
    filled = particles.status > 0
    fine = {
        "weights": np.isfinite(particles.weight).all(),
        "momenta": np.isfinite(particles.momentum[filled]).all(),
        "vertices": np.isfinite(particles.vertex[filled]).all(),
        "cross-section and error": np.isfinite([cross_section, error]).all(),
    }
    for what, finite in fine.items():
        if not finite:
            raise BadValue(f"{what} to be written are not all finite")


def _strategy(particles: Particles, cross_section: float) -> tuple[int, Floats]:
    """IDWTUP and XWGTUP (n,)."""
    weight = particles.weight
    own = float(np.sum(weight)) / particles.attempts
    if weight[0] > 0 and np.ptp(weight) == 0 and abs(own - cross_section) <= 1e-12 * own:
        return 3, np.ones_like(weight)
    return (-4 if weight.min() < 0 else 4), weight * (len(weight) / particles.attempts * fb / pb)


@contextmanager
def _opened(path: Path, packed: bool) -> Iterator[TextIO]:
    """Text to write to; compressed without name and time, which would differ from run to run."""
    with path.open("wb") as raw:
        stream = gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=raw, mtime=0) if packed else raw
        with TextIOWrapper(cast("gzip.GzipFile", stream), encoding="ascii", errors="xmlcharrefreplace", newline="\n") as text:
            yield text


def _preamble(particles: Particles, strategy: int, cross_section: float, error: float, largest: float, facts: str) -> str:
    beams = particles.beams
    written = facts.replace("--", "-\\u002d")  # "--" may not stand in an XML comment; \u002d is "-" in JSON
    return (
        '<LesHouchesEvents version="3.0">\n'
        f"<header>\n<!-- darkrecoil {written} -->\n</header>\n"
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
    mass = _masses(particles)
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


def _masses(particles: Particles) -> Floats:
    """Mass (n, k) in GeV: the table's, or sqrt(p^2) of a particle that is not in it."""
    e, x, y, z = np.moveaxis(particles.momentum, 2, 0)
    mass = np.asarray(invariant_mass((e, x, y, z)))
    for pid, value in MASS.items():
        mass = np.where(np.abs(particles.pid) == pid, value, mass)
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
