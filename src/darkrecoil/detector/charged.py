"""The charged particles of one slot: tracks, clusters without track, photons off electrons, what the muon system sees."""

from dataclasses import dataclass

import numpy as np

from darkrecoil.detector import displaced, radiated
from darkrecoil.detector.compact import Few
from darkrecoil.detector.helix import PER_TESLA
from darkrecoil.detector.merging import Draw, probabilities
from darkrecoil.detector.schema import Card, number
from darkrecoil.detector.tracks import CLUSTER, MUON_SYSTEM, TRACK
from darkrecoil.records import Bools, Floats, Ints, Particles

RADIATE, PHOTON = 16384, 17408  # slots of the random numbers: of an electron's loss, of the photon that it radiates; + slot
KIND, ENERGY = 0, 5  # rows of the kernel's columns


@dataclass(frozen=True)
class Charged:
    """A slot's tracks (9, n); the few clusters (7, m) and hits of the muon system (4, n)."""

    tracks: Floats
    clusters: tuple[Few, ...]
    klm: tuple[Floats, ...]


def tracks(
    particles: Particles, slot: int, here: Bools, card: Card, track: displaced.Kernel, photon: displaced.Kernel, draw: Draw
) -> Charged:
    """What becomes of the charged particles of a slot, where ``here`` (n,) says that there is one."""
    p, code = particles.momentum[:, slot, 1:].T, particles.pid[:, slot] * here
    rows, kept = losses(code, p, slot, card, draw)
    if len(rows):
        p = p.copy()
        lost = (1 - kept) * p[:, rows]
        p[:, rows] *= kept
    columns = track(slot, code, (*p, *displaced.points(particles, slot, here, card)))
    extra = [loose(columns)]
    if len(rows):
        extra.append(photons(columns, rows, lost, slot, card, photon, draw))
    return Charged(columns, tuple(extra), hits(columns))


def losses(code: Ints, p: Floats, slot: int, card: Card, draw: Draw) -> tuple[Ints, Floats]:
    """The events (m,) whose electron of this slot radiates more than a photon of LEAST, and the share that it keeps (m,)."""
    rows = np.flatnonzero((code == 11) | (code == -11)) if number(card.matter.radiation) > 0 else np.empty(0, dtype=np.int64)
    if not len(rows):
        return rows, np.empty(0)
    size = np.sqrt((p[:, rows] ** 2).sum(axis=0))
    u = draw(RADIATE + slot, 5, rows)
    length = number(card.matter.radiation) * radiated.thickness(p[2, rows] / size, card, "tracker")
    kept = radiated.kept_fraction(length, u)
    hard = ((1 - kept) * size > radiated.LEAST) & (u[4] >= number(card.matter.recovery))
    return rows[hard], kept[hard]


def photons(columns: Floats, rows: Ints, lost: Floats, slot: int, card: Card, photon: displaced.Kernel, draw: Draw) -> Few:
    """The clusters of the photons that electrons have radiated; those that enter close to their electron join its energy.

    Close is in the transverse plane: 0.15 B r^2/pT is how far the field has moved the electron at the calorimeter's radius r.
    """
    code = np.zeros(columns.shape[1], dtype=np.int64)
    code[rows] = 22
    p = np.zeros((3, columns.shape[1]))
    p[:, rows] = lost
    seen = photon(PHOTON + slot, code, (p[0], p[1], p[2]))[:, rows]
    seen[6] = 0.0
    pt = np.sqrt((columns[1:3, rows] ** 2).sum(axis=0))
    radius = number(card.geometry.calorimeter_r)
    apart = 0.5 * PER_TESLA * number(card.geometry.field) * radius**2 / np.where(pt > 0, pt, 1.0)
    _, two = probabilities(apart, card)
    joined = (seen[0] > 0) & (columns[KIND, rows] == TRACK) & (columns[ENERGY, rows] > 0) & (draw(PHOTON + 512 + slot, 1, rows)[0] > two)
    columns[ENERGY, rows] += np.where(joined, seen[1], 0.0)
    alone = (seen[0] > 0) & ~joined
    return rows[alone], seen[:, alone]


def loose(columns: Floats) -> Few:
    """The clusters (7, m) of particles without a track, which are taken out of the columns (9, n) of tracks."""
    rows = np.flatnonzero(columns[KIND] == CLUSTER)
    nothing = np.zeros(len(rows))
    found = np.array([nothing + 1.0, columns[ENERGY, rows], *columns[1:4, rows], nothing, nothing])
    columns[:, rows] = 0.0
    return rows, found


def hits(columns: Floats) -> tuple[Floats, ...]:
    """What the muon system sees of particles that are made in it, (4, n), taken out of the columns of tracks; none if nothing."""
    rows = np.flatnonzero(columns[KIND] == MUON_SYSTEM)
    if not len(rows):
        return ()
    found = np.zeros((4, columns.shape[1]))
    found[0, rows], found[1:, rows] = 1.0, columns[1:4, rows]
    columns[:, rows] = 0.0
    return (found,)
