"""The photons of one slot: clusters, pairs of converted ones, what the muon system sees."""

from dataclasses import dataclass

import numpy as np

from darkrecoil.detector import charged, displaced, radiated
from darkrecoil.detector.compact import Few
from darkrecoil.detector.merging import PRESENT, TIME, WIDTH, Draw, Three
from darkrecoil.detector.schema import Card, number
from darkrecoil.records import Bools, Floats, Ints, Particles

CONVERT, POSITRON, ELECTRON = 20480, 21504, 22528  # slots of the random numbers; + slot


@dataclass(frozen=True)
class Neutral:
    """A slot's clusters (7, n), where they aim at, from the origin; the few tracks (9, m) and clusters (7, m) of pairs; hits (4, n)."""

    clusters: Floats
    aim: Three
    tracks: tuple[Few, ...]
    loose: tuple[Few, ...]
    klm: tuple[Floats, ...]


def photons(
    particles: Particles, slot: int, here: Bools, card: Card, track: displaced.Kernel, photon: displaced.Kernel, draw: Draw
) -> Neutral:
    """What becomes of the photons of a slot, where ``here`` (n,) says that there is one."""
    coming = displaced.arrivals(particles, slot, here, card)
    code, leptons = converted(particles, slot, coming, card, track, draw)
    columns = photon(slot, code, coming.momentum, None)
    seen = np.flatnonzero(columns[WIDTH])  # the kernel's last column; a single photon has no excess width
    columns[WIDTH] = 0.0
    columns[TIME, coming.rows] += columns[PRESENT, coming.rows] * coming.delay
    late = np.flatnonzero(np.abs(columns[TIME]) > number(card.calorimeter.time_window))
    if len(late):
        columns[:, late] = 0.0
    hits = (_muon_system(coming.momentum, seen),) if len(seen) else ()
    return Neutral(columns, coming.momentum, tuple(one for one, _ in leptons), tuple(one for _, one in leptons), hits)


def converted(
    particles: Particles, slot: int, coming: displaced.Arrivals, card: Card, track: displaced.Kernel, draw: Draw
) -> tuple[Ints, list[tuple[Few, Few]]]:
    """The photons' codes (n,) less those that convert, and of each lepton of the pairs its tracks (9, m) and clusters without track.

    Photons that are made away from the origin convert only where they are made before the matter.
    """
    code, word, p = coming.code, card.matter.conversion.value, particles.momentum[:, slot, 1:].T
    rows, inner = taken(p, np.flatnonzero(code == 22) if word != "off" else np.empty(0, dtype=np.int64), slot, card, draw)
    if not len(rows):
        return code, []
    u = draw(CONVERT + slot, 4, rows)
    start = np.array([part[rows] for part in displaced.points(particles, slot, code == 22, card)])
    radius = radiated.radius(u[3], card)
    before = np.hypot(start[0], start[1]) < radius
    code = code.copy()
    code[rows[before]] = 0
    made = np.flatnonzero(before & inner) if word == "tracks" else np.empty(0, dtype=np.int64)
    return code, pairs(rows[made], p, start[:, made], radius[made], radiated.sharing(u[2][made]), slot, track)


def taken(p: Floats, rows: Ints, slot: int, card: Card, draw: Draw) -> tuple[Ints, Bools]:
    """The events (m,) whose photon, one of p (3, n) in ``rows``, converts or is lost in the matter, and whether in the tracker (m,)."""
    if not len(rows):
        return rows, np.empty(0, dtype=bool)
    x, y, z = p if len(rows) == p.shape[1] else p.take(rows, axis=1)
    inner, gone = radiated.converting(z / np.sqrt(x * x + y * y + z * z), draw(CONVERT + slot, 2, rows), card)
    few = np.flatnonzero(inner | gone)
    return rows[few], inner[few]


def pairs(rows: Ints, p: Floats, start: Floats, radius: Floats, share: Floats, slot: int, track: displaced.Kernel) -> list[tuple[Few, Few]]:
    """Tracks and clusters as of ``converted`` of both leptons of the photons p (3, n) in these events, but for those below LEAST.

    They start ``radius`` (m,), cm, from ``start`` (3, m) in the transverse plane; the positron has the ``share`` (m,) of the energy.
    """
    x, y, z = p.take(rows, axis=1)
    hard = np.flatnonzero(np.sqrt(x * x + y * y + z * z) > radiated.LEAST)
    if not len(hard):
        return []
    rows, share, p = rows[hard], share[hard], p.take(rows[hard], axis=1)
    place = start[:, hard] + (radius[hard] / np.sqrt(p[0] * p[0] + p[1] * p[1])) * p
    leptons = ((-11, POSITRON, share), (11, ELECTRON, 1 - share))
    return [_lepton(rows, pid, first + slot, part * p, place, track) for pid, first, part in leptons]


def _lepton(rows: Ints, pid: int, slot: int, p: Floats, place: Floats, track: displaced.Kernel) -> tuple[Few, Few]:
    """The tracks (9, m) and the clusters without track of one lepton of the pairs in these events."""
    columns = track(slot, np.full(len(rows), pid), (*p, *place), rows)
    at, cluster = charged.loose(columns)
    charged.hits(columns)
    found = np.flatnonzero(columns[0] > 0)
    return (rows[found], columns.take(found, axis=1)), (rows[at], cluster)


def _muon_system(momentum: Three, rows: Ints) -> Floats:
    """Columns (4, n): present and the unit vector of the photons in these rows."""
    columns = np.zeros((4, len(momentum[0])))
    p = np.array([component[rows] for component in momentum])
    columns[0, rows], columns[1:, rows] = 1.0, p / np.sqrt((p**2).sum(axis=0))
    return columns
