"""The compiled response: particles to events, block by block, with random numbers that belong to the event."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from darkrecoil import _jit
from darkrecoil.detector import driver
from darkrecoil.detector.layout import pack
from darkrecoil.detector.response import (
    CLUSTER_COLUMNS,
    TRACK_COLUMNS,
    as_events,
    as_objects,
    check_frame,
    is_charged,
    is_photon,
    visible_slots,
)
from darkrecoil.detector.schema import Card
from darkrecoil.records import Events, Floats, Ints, Particles

Words = NDArray[np.uint64]


@dataclass(frozen=True)
class Response:
    """A card with its compiled kernels: one for tracks, one for photons."""

    card: Card
    tracks: Callable[..., None]
    photons: Callable[..., None]


def kernels() -> tuple[_jit.Kernel, _jit.Kernel]:
    """The kernels of the response, to be compiled: the same for every card."""
    return (
        _jit.link("detector_tracks", driver.tracks, driver.SIGNATURE),
        _jit.link("detector_photons", driver.photons, driver.SIGNATURE),
    )


def simulate(particles: Particles, response: Response, key: Words, lines: Sequence[str] = ()) -> Events:
    """The events as the card's experiment records them, with the bits of these trigger lines (all if none is named).

    ``key`` (2,) is that of the sample; the numbers of an event depend on it, on the attempt and on the slot only. What
    becomes a track or a cluster: ``response.simulate_reference``. BadValue: the particles are not in the card's frame.
    """
    check_frame(particles, response.card)
    numbers, slots = pack(response.card), visible_slots(particles)
    charged, neutral = is_charged(particles), is_photon(particles)
    tracks = [_run(response.tracks, particles, s, particles.pid[:, s] * charged[:, s], key, numbers, 7) for s in slots.track]
    clusters = [_run(response.photons, particles, s, particles.pid[:, s] * neutral[:, s], key, numbers, 5) for s in slots.cluster]
    found = {
        "track": as_objects(TRACK_COLUMNS, tracks, len(particles)),
        "cluster": as_objects(CLUSTER_COLUMNS, clusters, len(particles)),
    }
    return as_events(particles, response.card, found, lines)


def _run(
    kernel: Callable[..., None], particles: Particles, slot: int, pid: Ints, key: Words, card: Floats, rows: int
) -> tuple[Floats, ...]:
    """The columns (n,) of a slot; only the events that have a particle there are worked on."""
    here = np.flatnonzero(pid)
    rest = slice(None) if len(here) == len(pid) else here  # a slice copies nothing
    three = [np.ascontiguousarray(particles.momentum[rest, slot, i]) for i in (1, 2, 3)]
    found = np.empty((rows, len(here)))
    if len(here):
        kernel(particles.attempt[rest].astype(np.uint64), np.uint64(slot), pid[rest].astype(np.float64), *three, key, card, found)
    if len(here) == len(pid):
        return tuple(found)
    columns = np.zeros((rows, len(pid)))
    columns[:, here] = found
    return tuple(columns)
