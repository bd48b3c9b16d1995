"""What the experiment records: the kernels' tracks and photons, then all that needs more than one particle, then the trigger."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from darkrecoil.detector import background, charged, neutral, vertices
from darkrecoil.detector.compact import compact
from darkrecoil.detector.displaced import Kernel
from darkrecoil.detector.merging import Draw, merge
from darkrecoil.detector.prescales import prescaled
from darkrecoil.detector.schema import Card
from darkrecoil.detector.species import SPECIES
from darkrecoil.detector.trigger import menu
from darkrecoil.records import Bools, Events, Floats, Objects, Particles

TRACK_COLUMNS = ("px", "py", "pz", "charge", "ecl_energy", "d0", "z0")  # and what it is called
CLUSTER_COLUMNS = ("energy", "px", "py", "pz", "time", "second_moment")
KLM_COLUMNS = ("px", "py", "pz")


@dataclass(frozen=True)
class Slots:
    """Which slots of the particles get a column of tracks, and which a column of clusters."""

    track: tuple[int, ...]
    cluster: tuple[int, ...]


def visible_slots(particles: Particles) -> Slots:
    """The slots in which some event has a charged final particle, and those in which some event has a final photon."""
    return Slots(filled(is_charged(particles)), filled(is_photon(particles)))


def filled(some: Bools) -> tuple[int, ...]:
    """The slots of (n, k) that are true in some event; slot by slot, which is quick in either order of memory."""
    return tuple(k for k in range(some.shape[1]) if some[:, k].any())


def is_charged(particles: Particles) -> Bools:
    """Which slots (n, k) hold a final particle that can leave a track."""
    code = np.abs(particles.pid)
    known = (code == 13) | (code == 11) | (code == 211) | (code == 321) | (code == 2212)  # np.isin is ten times slower
    return np.asarray((particles.status == 1) & known)


def is_photon(particles: Particles) -> Bools:
    """Which slots (n, k) hold a final photon."""
    return np.asarray((particles.status == 1) & (particles.pid == 22))


def recorded(
    particles: Particles, card: Card, packed: Floats, kernels: tuple[Kernel, Kernel], draw: Draw, lines: Sequence[str] = ()
) -> Events:
    """The events by the kernels of tracks and photons; ``draw(slot, draws, rows)`` are uniform numbers (draws, len(rows)).

    ``objects["vertex"]`` are displaced decays to two tracks: the point, cm, and their momentum.
    ``objects["klm"]`` is what only the muon system sees: px, py, pz a unit vector. Beside a column of each slot there are as many
    more as some event needs: tracks of converted photons, clusters of particles without track and of photons off electrons.
    """
    some, light, n = is_charged(particles), is_photon(particles), len(particles)
    slots, (track, photon) = Slots(filled(some), filled(light)), kernels
    flown = [charged.tracks(particles, s, some[:, s], card, track, photon, draw) for s in slots.track]
    seen = [neutral.photons(particles, s, light[:, s], card, track, photon, draw) for s in slots.cluster]
    clusters = [one.clusters for one in seen]
    merge(clusters, [one.aim for one in seen], slots.cluster, card, draw)
    more = [extra for one in flown for extra in one.clusters] + [extra for one in seen for extra in one.loose]
    if background.rate(card):
        more += background.clusters(card, packed, np.arange(n), draw)
    tracks = [one.tracks for one in flown]
    found = {
        "track": as_tracks([*tracks, *compact([pair for one in seen for pair in one.tracks], n)], n),
        "cluster": as_objects(CLUSTER_COLUMNS, [*clusters, *compact(more, n)], n),
        "klm": as_objects(KLM_COLUMNS, [hit for one in flown for hit in one.klm] + [hit for one in seen for hit in one.klm], n),
        "vertex": as_objects(vertices.COLUMNS, vertices.vertices(particles, slots.track, tracks, card, draw), n),
    }
    bits = prescaled(menu(found, card, lines), card, particles.attempt)
    return Events(found, bits, particles.weight, particles.attempt, particles.attempts, card.beams)


def as_tracks(slots: Sequence[Floats], events: int) -> Objects:
    """Tracks (n, k) from the kernel's columns: those of TRACK_COLUMNS, and for each species whether it is called that."""
    plain = as_objects((*TRACK_COLUMNS, "called"), slots, events)
    called = plain["called"]
    names = {f"{name}_id": np.asarray(called == i, dtype=np.float64) for i, name in enumerate(SPECIES, 1)}
    return Objects({name: plain[name] for name in TRACK_COLUMNS} | names, plain.present)


def as_objects(columns: tuple[str, ...], slots: Sequence[Floats], events: int) -> Objects:
    """Objects (n, k) from the columns of each of k slots: present, then ``columns``, (n,) each."""
    present, stacked = np.empty((len(slots), events), dtype=bool), np.empty((len(columns), len(slots), events))
    for k, slot in enumerate(slots):
        present[k], stacked[:, k] = slot[0] > 0.5, slot[1:]
    return Objects({name: column.T for name, column in zip(columns, stacked, strict=True)}, present.T)
