"""The compiled response: particles to events, block by block, with random numbers that belong to the event."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from darkrecoil import _jit
from darkrecoil._jit.philox import DETECT
from darkrecoil.detector import driver
from darkrecoil.detector.compact import put
from darkrecoil.detector.displaced import Kernel
from darkrecoil.detector.layout import pack
from darkrecoil.detector.recorded import recorded
from darkrecoil.detector.response import check_frame
from darkrecoil.detector.schema import Card
from darkrecoil.records import Events, Floats, Ints, Particles

Words = NDArray[np.uint64]


@dataclass(frozen=True)
class Response:
    """A card with its compiled kernels: for tracks, for photons, for uniform numbers alone."""

    card: Card
    tracks: Callable[..., None]
    photons: Callable[..., None]
    uniforms: Callable[..., None]

    @cached_property
    def packed(self) -> Floats:
        """The card's numbers (LENGTH,) as of ``layout.pack``; to pack them takes as long as two hundred events."""
        return pack(self.card)


def kernels() -> tuple[_jit.Kernel, _jit.Kernel, _jit.Kernel]:
    """The kernels of the response, to be compiled: the same for every card."""
    return (
        _jit.link("detector_tracks", driver.tracks, driver.TRACKS),
        _jit.link("detector_photons", driver.photons, driver.PHOTONS),
        _jit.link("detector_uniforms", driver.uniforms, driver.UNIFORMS),
    )


def simulate(particles: Particles, response: Response, key: Words, lines: Sequence[str] = ()) -> Events:
    """The events as the card's experiment records them, with the bits of these trigger lines (all if none is named).

    ``key`` (2,) is that of the sample; the numbers of an event depend on it, on the attempt and on the slot only. What
    becomes a track or a cluster: ``response.simulate_reference``. BadValue: the particles are not in the card's frame.
    """
    check_frame(particles, response.card)
    packed, attempt = response.packed, particles.attempt.astype(np.uint64)

    def draw(slot: int, draws: int, rows: Ints) -> Floats:
        found = np.empty((draws + draws % 2, len(rows)))
        response.uniforms(attempt if len(rows) == len(attempt) else attempt[rows], DETECT + np.uint64(slot), key, found)
        return found[:draws]

    def runs(kernel: Callable[..., None], rows: int) -> Kernel:
        return lambda slot, code, some, of: _run(kernel, rows, attempt if of is None else attempt[of], slot, code, some, key, packed)

    return recorded(particles, response.card, packed, (runs(response.tracks, 9), runs(response.photons, 7)), draw, lines)


def _run(
    kernel: Callable[..., None], rows: int, attempt: Words, slot: int, code: Ints, some: tuple[Floats, ...], key: Words, card: Floats
) -> Floats:
    """The columns (rows, n) of a slot; only the events that have a particle there are worked on."""
    here = np.flatnonzero(code != 0)  # of booleans: that is quicker than of numbers
    rest = slice(None) if len(here) == len(code) else here  # a slice copies nothing
    found = np.empty((rows, len(here)))
    if len(here):
        p = [np.ascontiguousarray(component[rest]) for component in some]
        kernel(attempt[rest], np.uint64(slot), code[rest].astype(np.float64), *p, key, card, found)
    if len(here) == len(code):
        return found
    columns = np.zeros((rows, len(code)))
    put(columns, here, found)
    return columns
