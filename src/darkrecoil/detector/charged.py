"""The charged particles of one slot: tracks, clusters without track, photons off electrons, what the muon system sees."""

from dataclasses import dataclass

import numpy as np

from darkrecoil.detector import displaced, radiated
from darkrecoil.detector.compact import Few
from darkrecoil.detector.helix import PER_TESLA
from darkrecoil.detector.merging import PRESENT, WIDTH, Draw, two_probability
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
    whole = p
    if len(rows):
        share = np.ones(len(code))  # a product over all events is cheaper than one over some
        share[rows] = kept
        p = whole * share
    columns = track(slot, code, (*p, *displaced.points(particles, slot, here, card)), None)
    extra = [loose(columns)]
    if len(rows):
        extra.append(photons(columns, rows, (1 - kept) * whole.take(rows, axis=1), slot, card, photon, draw))
    return Charged(columns, tuple(extra), hits(columns))


def losses(code: Ints, p: Floats, slot: int, card: Card, draw: Draw) -> tuple[Ints, Floats]:
    """The events (m,) whose electron of this slot radiates more than a photon of LEAST, and the share that it keeps (m,)."""
    radiation, recovery = number(card.matter.radiation), number(card.matter.recovery)
    rows = np.flatnonzero((code == 11) | (code == -11)) if radiation > 0 else np.empty(0, dtype=np.int64)
    if not len(rows):
        return rows, np.empty(0)
    x, y, z = p if len(rows) == len(code) else p.take(rows, axis=1)
    size = np.sqrt(x * x + y * y + z * z)
    u = draw(RADIATE + slot, 5 if recovery > 0 else 4, rows)
    kept = radiated.kept_fraction(radiation * radiated.thickness(z / size, card, "tracker"), u)
    hard = (1 - kept) * size > radiated.LEAST
    some = np.flatnonzero(hard & (u[4] >= recovery) if recovery > 0 else hard)
    return rows[some], kept[some]


def photons(columns: Floats, rows: Ints, lost: Floats, slot: int, card: Card, photon: displaced.Kernel, draw: Draw) -> Few:
    """The clusters of the photons ``lost`` (3, m) of electrons in these events; those that enter close to their electron join its energy.

    Close is in the transverse plane: 0.15 B r^2/pT is how far the field has moved the electron at the calorimeter's radius r.
    """
    seen = photon(PHOTON + slot, np.full(len(rows), 22), (lost[0], lost[1], lost[2]), rows)
    seen[WIDTH] = 0.0
    px, py, energy = (columns[i][rows] for i in (1, 2, ENERGY))
    pt = np.sqrt(px * px + py * py)
    radius = number(card.geometry.calorimeter_r)
    apart = 0.5 * PER_TESLA * number(card.geometry.field) * radius**2 / np.where(pt > 0, pt, 1.0)
    there = seen[PRESENT] > 0
    close = draw(PHOTON + 512 + slot, 1, rows)[0] > two_probability(apart, card)
    joined = there & (columns[KIND][rows] == TRACK) & (energy > 0) & close
    columns[ENERGY][rows] = energy + np.where(joined, seen[1], 0.0)
    alone = np.flatnonzero(there & ~joined)
    return rows[alone], seen.take(alone, axis=1)


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
