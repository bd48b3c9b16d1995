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
    code, pairs = converted(particles, slot, coming, card, track, draw)
    columns = photon(slot, code, coming.momentum, None)
    seen = np.flatnonzero(columns[WIDTH])  # the kernel's last column; a single photon has no excess width
    columns[WIDTH] = 0.0
    columns[TIME, coming.rows] += columns[PRESENT, coming.rows] * coming.delay
    late = np.flatnonzero(np.abs(columns[TIME]) > number(card.calorimeter.time_window))
    if len(late):
        columns[:, late] = 0.0
    hits = (_muon_system(coming.momentum, seen),) if len(seen) else ()
    tracks = tuple((rows[found[0] > 0], found[:, found[0] > 0]) for rows, found, _ in pairs)
    return Neutral(columns, coming.momentum, tracks, tuple(loose for _, _, loose in pairs), hits)


def converted(
    particles: Particles, slot: int, coming: displaced.Arrivals, card: Card, track: displaced.Kernel, draw: Draw
) -> tuple[Ints, list[tuple[Ints, Floats, Few]]]:
    """The photons' codes (n,) less those that convert, and of each lepton of the pairs rows (m,), columns (9, m), cluster.

    Photons that are made away from the origin convert only where they are made before the matter.
    """
    code, word = coming.code, card.matter.conversion.value
    rows = np.flatnonzero(code == 22) if word != "off" else np.empty(0, dtype=np.int64)
    if not len(rows):
        return code, []
    p = particles.momentum[:, slot, 1:].T
    u = draw(CONVERT + slot, 4, rows)
    some = p[:, rows]
    what = radiated.passed(some[2] / np.sqrt((some**2).sum(axis=0)), u, card)
    start = np.array(displaced.points(particles, slot, code == 22, card))[:, rows]
    before = np.hypot(start[0], start[1]) < what.radius
    code = code.copy()
    code[rows[(what.pair | what.lost) & before]] = 0
    happens = np.flatnonzero(what.pair & before & (np.sqrt((some**2).sum(axis=0)) > radiated.LEAST))
    if not len(happens):
        return code, []
    at, p = rows[happens], some[:, happens]
    place = start[:, happens] + (what.radius[happens] / np.sqrt((p[:2] ** 2).sum(axis=0))) * p
    leptons = ((-11, POSITRON, what.share[happens]), (11, ELECTRON, 1 - what.share[happens]))
    return code, [_lepton(len(code), at, pid, first + slot, share * p, place, track) for pid, first, share in leptons]


def _lepton(events: int, rows: Ints, pid: int, slot: int, p: Floats, place: Floats, track: displaced.Kernel) -> tuple[Ints, Floats, Few]:
    """Rows, columns (9, m) and cluster without track of one lepton of the pairs."""
    code, six = np.zeros(events, dtype=np.int64), np.zeros((6, events))
    code[rows], six[:3, rows], six[3:, rows] = pid, p, place
    columns = track(slot, code, tuple(six), None)
    cluster = charged.loose(columns)
    charged.hits(columns)
    return rows, columns[:, rows], cluster


def _muon_system(momentum: Three, rows: Ints) -> Floats:
    """Columns (4, n): present and the unit vector of the photons in these rows."""
    columns = np.zeros((4, len(momentum[0])))
    p = np.array([component[rows] for component in momentum])
    columns[0, rows], columns[1:, rows] = 1.0, p / np.sqrt((p**2).sum(axis=0))
    return columns
