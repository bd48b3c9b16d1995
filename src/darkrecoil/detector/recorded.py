"""What the experiment records: the kernels' tracks and photons, then all that needs more than one particle, then the trigger."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from darkrecoil.detector import background, displaced
from darkrecoil.detector.merging import PRESENT, TIME, WIDTH, Draw, Three, merge
from darkrecoil.detector.prescales import prescaled
from darkrecoil.detector.schema import Card, number
from darkrecoil.detector.trigger import menu
from darkrecoil.records import Bools, Events, Floats, Ints, Objects, Particles

TRACK_COLUMNS = ("px", "py", "pz", "charge", "ecl_energy", "muon_id")
CLUSTER_COLUMNS = ("energy", "px", "py", "pz", "time", "second_moment")
KLM_COLUMNS = ("px", "py", "pz")
AWAY = 512  # slots of the random numbers of tracks made away from the origin: AWAY + slot
Kernel = Callable[[int, Ints, Three], Floats]  # slot, code (n,), momentum: columns (7, n), writeable


@dataclass(frozen=True)
class Slots:
    """Which slots of the particles get a column of tracks, and which a column of clusters."""

    track: tuple[int, ...]
    cluster: tuple[int, ...]


def visible_slots(particles: Particles) -> Slots:
    """The slots in which some event has a charged final particle, and those in which some event has a final photon."""
    charged, photons = is_charged(particles), is_photon(particles)
    return Slots(tuple(np.flatnonzero(charged.any(axis=0)).tolist()), tuple(np.flatnonzero(photons.any(axis=0)).tolist()))


def is_charged(particles: Particles) -> Bools:
    """Which slots (n, k) hold a final particle that can leave a track."""
    code = np.abs(particles.pid)
    charged = (code == 13) | (code == 11) | (code == 211) | (code == 321) | (code == 2212)  # np.isin is ten times slower
    return np.asarray((particles.status == 1) & charged)


def is_photon(particles: Particles) -> Bools:
    """Which slots (n, k) hold a final photon."""
    return np.asarray((particles.status == 1) & (particles.pid == 22))


def recorded(
    particles: Particles, card: Card, packed: Floats, kernels: tuple[Kernel, Kernel], draw: Draw, lines: Sequence[str] = ()
) -> Events:
    """The events by the kernels of tracks and photons; ``draw(slot, draws, rows)`` are uniform numbers (draws, len(rows)).

    ``objects["klm"]`` are the photons that the muon system sees and the calorimeter missed: px, py, pz a unit vector.
    """
    slots, (track, photon) = visible_slots(particles), kernels
    charged, neutral = is_charged(particles), is_photon(particles)
    tracks = [_tracks(particles, s, charged[:, s], card, track, draw) for s in slots.track]
    photons = [_photons(particles, s, neutral[:, s], card, photon) for s in slots.cluster]
    clusters, muons = [some[0] for some in photons], [some[1] for some in photons if some[1] is not None]
    merge(clusters, [some[2] for some in photons], slots.cluster, card, draw)
    if background.rate(card):
        clusters += background.clusters(card, packed, np.arange(len(particles)), draw)
    found = {
        "track": as_objects(TRACK_COLUMNS, tracks, len(particles)),
        "cluster": as_objects(CLUSTER_COLUMNS, clusters, len(particles)),
        "klm": as_objects(KLM_COLUMNS, muons, len(particles)),
    }
    bits = prescaled(menu(found, card, lines), card, particles.attempt)
    return Events(found, bits, particles.weight, particles.attempt, particles.attempts, card.beams)


def as_objects(columns: tuple[str, ...], slots: Sequence[Floats], events: int) -> Objects:
    """Objects (n, k) from the columns of each of k slots: present, then ``columns``, (n,) each."""
    stacked = [np.array([slot[i] for slot in slots]).reshape(len(slots), events).T for i in range(len(columns) + 1)]
    return Objects(dict(zip(columns, stacked[1:], strict=True)), stacked[0] > 0.5)


def _tracks(particles: Particles, slot: int, here: Bools, card: Card, kernel: Kernel, draw: Draw) -> Floats:
    """Columns (7, n) of the tracks of a slot, less those that are made too far out."""
    p = particles.momentum[:, slot]
    columns = kernel(slot, particles.pid[:, slot] * here, (p[:, 1], p[:, 2], p[:, 3]))
    rows = displaced.elsewhere(particles, slot, here, card)
    if len(rows):
        share = displaced.track_share(number(card.displaced.scale) * particles.vertex[rows, slot], card)
        columns[:, rows[draw(AWAY + slot, 1, rows)[0] > share]] = 0.0
    return columns


def _photons(particles: Particles, slot: int, here: Bools, card: Card, kernel: Kernel) -> tuple[Floats, Floats | None, Three]:
    """Columns (7, n) of the clusters of a slot, (4, n) of what the muon system sees if anything, true momenta from the origin."""
    coming = displaced.arrivals(particles, slot, here, card)
    columns = kernel(slot, coming.code, coming.momentum)
    seen = np.flatnonzero(columns[WIDTH])  # the kernel's last column; a single photon has no excess width
    columns[WIDTH] = 0.0
    columns[TIME, coming.rows] += columns[PRESENT, coming.rows] * coming.delay
    late = np.flatnonzero(np.abs(columns[TIME]) > number(card.calorimeter.time_window))
    if len(late):
        columns[:, late] = 0.0
    return columns, _muon_system(coming.momentum, seen) if len(seen) else None, coming.momentum


def _muon_system(momentum: Three, rows: Ints) -> Floats:
    """Columns (4, n): present and the unit vector of the photons in these rows."""
    columns = np.zeros((4, len(momentum[0])))
    p = np.array([component[rows] for component in momentum])
    columns[0, rows], columns[1:, rows] = 1.0, p / np.sqrt((p**2).sum(axis=0))
    return columns
