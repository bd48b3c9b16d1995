"""From true particles to reconstructed events, in NumPy: the reference of the compiled response."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from darkrecoil._errors import BadValue
from darkrecoil.constants import Z_PRIME, mrad
from darkrecoil.detector.layout import pack
from darkrecoil.detector.photons import DRAWS as PHOTON_DRAWS
from darkrecoil.detector.photons import photon
from darkrecoil.detector.prescales import prescaled
from darkrecoil.detector.schema import Card
from darkrecoil.detector.tracks import DRAWS as TRACK_DRAWS
from darkrecoil.detector.tracks import track
from darkrecoil.detector.trigger import menu
from darkrecoil.records import Bools, Events, Floats, Objects, Particles

INVISIBLE = (12, 14, 16, Z_PRIME)
TRACK_COLUMNS = ("px", "py", "pz", "charge", "ecl_energy", "muon_id")
CLUSTER_COLUMNS = ("energy", "px", "py", "pz")


@dataclass(frozen=True)
class Slots:
    """Which slots of the particles get a column of tracks, and which a column of clusters."""

    track: tuple[int, ...]
    cluster: tuple[int, ...]


def simulate_reference(particles: Particles, card: Card, uniforms: Callable[[int, int], Floats]) -> Events:
    """The events as the card's experiment records them, with the menu's trigger bits; no event is lost.

    ``uniforms(slot, draws)`` returns numbers in (0, 1) of shape (draws, n) for a slot of the particles. Charged final
    particles become tracks, photons clusters, everything else stays unseen (``unseen`` names what should not). A slot that
    holds none of a kind has no column of it. All particles are taken to come from the interaction point.
    BadValue: the particles are not in the laboratory frame of the card's beams.
    """
    check_frame(particles, card)
    numbers, slots = pack(card), visible_slots(particles)
    tracks = [_track(particles, slot, uniforms(slot, TRACK_DRAWS), numbers) for slot in slots.track]
    clusters = [_cluster(particles, slot, uniforms(slot, PHOTON_DRAWS), numbers) for slot in slots.cluster]
    found = {
        "track": as_objects(TRACK_COLUMNS, tracks, len(particles)),
        "cluster": as_objects(CLUSTER_COLUMNS, clusters, len(particles)),
    }
    return as_events(particles, card, found)


def as_events(particles: Particles, card: Card, objects: dict[str, Objects], lines: Sequence[str] = ()) -> Events:
    """The events of these objects: bits of the card's trigger lines (all, or those asked for) after prescales; the particles' weights."""
    bits = prescaled(menu(objects, card, lines), card, particles.attempt)
    return Events(objects, bits, particles.weight, particles.attempt, particles.attempts, card.beams)


def as_objects(columns: tuple[str, ...], slots: list[tuple[Floats, ...]], events: int) -> Objects:
    """Objects (n, k) from what ``track`` or ``photon`` returned for each of k slots: present, then the columns, (n,) each."""
    stacked = [np.array([slot[i] for slot in slots]).reshape(len(slots), events).T for i in range(len(columns) + 1)]
    return Objects(dict(zip(columns, stacked[1:], strict=True)), stacked[0] > 0.5)


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


def unseen(particles: Particles) -> tuple[int, ...]:
    """PDG codes of final particles that leave neither track nor cluster here and are not known to be invisible, sorted."""
    known = is_charged(particles) | is_photon(particles) | np.isin(np.abs(particles.pid), INVISIBLE)
    return tuple(np.unique(particles.pid[(particles.status == 1) & ~known]).tolist())


def check_frame(particles: Particles, card: Card) -> None:
    """BadValue unless the particles' beams are those of the card within 1 % in energy and 1 mrad in crossing."""
    given, own = particles.beams, card.beams
    energies = ((given.electron, own.electron), (given.positron, own.positron))
    if any(abs(a - b) > 0.01 * b for a, b in energies) or abs(given.half_crossing - own.half_crossing) > 1 * mrad:
        raise BadValue(
            "particles of other beams than the detector's",
            f"{given.electron:g} + {given.positron:g} GeV, half crossing {given.half_crossing:g} rad",
            f"allowed: {own.electron:g} + {own.positron:g} GeV, {own.half_crossing:g} rad of '{card.name}'",
            "boost them to its laboratory frame, or choose its preset",
        )


def _track(particles: Particles, slot: int, u: Floats, card: Floats) -> tuple[Floats, ...]:
    pid = np.where(is_charged(particles)[:, slot], particles.pid[:, slot], 0)
    arguments: tuple[Any, ...] = (pid, *particles.momentum[:, slot, 1:].T, *u, card)
    return tuple(np.asarray(column) for column in track(*arguments))


def _cluster(particles: Particles, slot: int, u: Floats, card: Floats) -> tuple[Floats, ...]:
    three = np.where(is_photon(particles)[:, slot, None], particles.momentum[:, slot, 1:], 0.0)
    arguments: tuple[Any, ...] = (*three.T, *u, card)
    return tuple(np.asarray(column) for column in photon(*arguments))
