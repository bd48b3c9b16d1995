"""From true particles to reconstructed events, in NumPy: the reference of the compiled response."""

from collections.abc import Callable
from typing import Any

import numpy as np

from darkrecoil._errors import BadValue
from darkrecoil.constants import mrad
from darkrecoil.detector.codes import unseen
from darkrecoil.detector.identification import called
from darkrecoil.detector.layout import pack
from darkrecoil.detector.photons import DRAWS as PHOTON_DRAWS
from darkrecoil.detector.photons import photon
from darkrecoil.detector.recorded import recorded, visible_slots
from darkrecoil.detector.schema import Card
from darkrecoil.detector.tracks import DRAWS as TRACK_DRAWS
from darkrecoil.detector.tracks import track
from darkrecoil.records import Events, Floats, Ints, Particles

__all__ = ["check_frame", "simulate_reference", "unseen", "visible_slots"]


def simulate_reference(particles: Particles, card: Card, uniforms: Callable[[int, int], Floats]) -> Events:
    """The events as the card's experiment records them, with the menu's trigger bits; no event is lost.

    ``uniforms(slot, draws)`` returns numbers in (0, 1) of shape (draws, n) for a slot of the particles. Charged final
    particles become tracks, photons clusters, everything else stays unseen (``unseen`` names what should not). A slot that
    holds none of a kind has no column of it.
    BadValue: the particles are not in the laboratory frame of the card's beams.
    """
    check_frame(particles, card)
    packed = pack(card)

    def draw(slot: int, draws: int, rows: Ints | None) -> Floats:
        return uniforms(slot, draws) if rows is None else uniforms(slot, draws)[:, rows]

    def tracks(slot: int, code: Ints, some: tuple[Floats, ...], rows: Ints | None) -> Floats:
        u = draw(slot, TRACK_DRAWS, rows)
        arguments: tuple[Any, ...] = (code, *some, *u[:9], *u[10:], packed)
        columns = np.array(track(*arguments))
        columns[8] = called(columns[8], u[9], packed)
        return columns

    def photons(slot: int, code: Ints, three: tuple[Floats, ...], rows: Ints | None) -> Floats:
        here, inside = np.where(code != 0, 1.0, 0.0), np.where(code > 0, 1.0, 0.0)
        arguments: tuple[Any, ...] = (*(here * p for p in three), inside, *draw(slot, PHOTON_DRAWS, rows), packed)
        return np.array(photon(*arguments))

    return recorded(particles, card, packed, (tracks, photons), draw)


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
