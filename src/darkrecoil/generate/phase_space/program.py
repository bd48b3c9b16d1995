"""Channels as the arrays that the phase-space machine reads: slots of momenta, rows of invariants, factors of densities."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from darkrecoil.constants import M_E
from darkrecoil.generate.phase_space.book import Book
from darkrecoil.generate.phase_space.steps import Channel
from darkrecoil.generate.phase_space.tape import Tape
from darkrecoil.records import Floats, Ints

WIDTH, NUMBERS = 12, 4  # columns of a row of integers, of numbers


@dataclass(frozen=True)
class Program:
    """All channels of a process for the machine.

    ``mass2`` (n + 4,): squared masses, GeV^2, of slot 0 (none), the outgoing legs, the beams, and 0 for the total. ``codes``,
    ``numbers``: the steps of every channel, channel c from ``spans[c, 0]`` to ``spans[c, 1]``, on ``slots`` slots.
    ``clusters`` and ``transfers`` (beam, cluster): the invariants of the density; ``factors``, ``factor_numbers``: its
    different factors; ``members`` (channels, factors): which factors a channel has, -1 where none. ``soft`` in GeV.
    """

    channels: tuple[Channel, ...]
    soft: float
    mass2: Floats
    codes: Ints
    numbers: Floats
    spans: Ints
    slots: int
    clusters: Ints
    transfers: Ints
    factors: Ints
    factor_numbers: Floats
    members: Ints

    @property
    def legs(self) -> int:
        """The number n of outgoing legs."""
        return len(self.mass2) - 4

    @property
    def dimensions(self) -> int:
        """The number of uniforms of an event, 3 n - 4."""
        return 3 * self.legs - 4


def program(channels: Sequence[Channel], masses: Sequence[float], soft: float) -> Program:
    """The program of channels of a process with outgoing ``masses`` (GeV) and least photon energy ``soft`` (GeV)."""
    tapes, book = [Tape(tuple(masses)) for _ in channels], Book(tuple(masses))
    for tape, channel in zip(tapes, channels, strict=True):
        tape.run(channel)
        book.collect(channel)
    members = [book.channel(channel) for channel in channels]
    ends = np.cumsum([len(tape.rows) for tape in tapes])
    most = max(len(m) for m in members)
    return Program(
        channels=tuple(channels),
        soft=soft,
        mass2=np.array([0.0, *(m * m for m in masses), M_E * M_E, M_E * M_E, 0.0]),
        codes=_integers([row for tape in tapes for row in tape.rows]),
        numbers=_reals([row for tape in tapes for row in tape.numbers]),
        spans=np.stack([ends - [len(tape.rows) for tape in tapes], ends], axis=1).astype(np.int64),
        slots=len(masses) + 4 + max(len(tape.made) for tape in tapes),
        clusters=np.array(book.clusters, dtype=np.int64),
        transfers=np.array(book.transfers, dtype=np.int64).reshape(-1, 2),
        factors=_integers([codes for codes, _ in book.factors]),
        factor_numbers=_reals([numbers for _, numbers in book.factors]),
        members=np.array([m + [-1] * (most - len(m)) for m in members], dtype=np.int64),
    )


def _integers(rows: Sequence[Sequence[int]]) -> Ints:
    return np.array([[*row, *([0] * (WIDTH - len(row)))] for row in rows], dtype=np.int64).reshape(-1, WIDTH)


def _reals(rows: Sequence[Sequence[float]]) -> Floats:
    return np.array([[*row, *([0.0] * (NUMBERS - len(row)))] for row in rows], dtype=np.float64).reshape(-1, NUMBERS)
