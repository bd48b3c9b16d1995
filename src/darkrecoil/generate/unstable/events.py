"""New particles of generated events decay: the products fill new slots, each made where its mother ends."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from darkrecoil._jit.philox import NEW
from darkrecoil.generate.unstable import spins
from darkrecoil.generate.unstable.amplitude import Amplitudes
from darkrecoil.generate.unstable.layout import Layout, Place
from darkrecoil.generate.unstable.plan import Channel, Plan, Unstable
from darkrecoil.generate.unstable.spins import BEAMS, Decay, Frame, Pieces
from darkrecoil.generate.unstable.steps import Step, step
from darkrecoil.kinematics.vectors import from_rest
from darkrecoil.records import Beams, Floats, Ints, Particles

Words = np.ndarray[tuple[int], np.dtype[np.uint64]]
C = 29.9792458  # cm/ns; exact, SI 2019
FINAL, DECAYED = 1, 2
PRODUCTION = -1  # the root of the particles that the process itself makes with their spins
DRAWS, INNER = 8, 1024  # counters of one try of a decay, and tries of a decay within one try of its event
KEEP = 1 << 31  # from here on the counters of what is kept
TRIES = 2000  # of a decay, of which 1/d are kept in the mean


@dataclass(frozen=True)
class Decays:
    """What decays and how: the plan, where products stand, how many first slots are the process's own, amplitudes, the source of
    random numbers and its key, the beams, whether spins are kept, and whether photons of the beams stand behind the first slots."""

    plan: Plan
    layout: Layout
    outgoing: int
    amplitudes: Amplitudes
    drawn: Callable[..., tuple[Floats, Floats]]
    words: Words
    beams: Beams
    correlated: bool
    radiated: bool = False

    def uniforms(self, attempt: Words, purpose: np.uint64, draw: int) -> tuple[Floats, Floats]:
        """Two uniforms (n,) for a counter of each event."""
        return self.drawn(attempt, purpose, np.uint64(draw), self.words)

    @cached_property
    def steps(self) -> dict[int, tuple[Step, ...]]:
        """The decays of each unstable particle by its code, one for each of its channels."""
        found = self.plan.unstable.items()
        return {code: tuple(step(some, channel, self.amplitudes) for channel in some.channels) for code, some in found}

    @cached_property
    def pieces(self) -> Pieces:
        """Amplitudes of chains, made when they are first met."""
        return Pieces(self.amplitudes)


@dataclass
class Record:
    """Events while they decay, slot first: codes, mothers, status (slots, n), momenta (slots, 4, n) in the e+e- frame and those of the
    beams (2, 4, n), GeV; ``mode`` (places, n) the channel of each decay, -1 without one; ``root`` (slots, n) the slot of the scalar whose
    decay made a particle's spin."""

    attempt: Words
    pid: Ints
    mother: Ints
    status: Ints
    frame: Frame
    beams: Floats
    momentum: Floats
    mode: Ints
    root: Ints


def decayed(particles: Particles, some: Decays) -> Particles:
    """The events with all that is planned decayed; weights stay, the branching fraction is the caller's."""
    record, k = _record(particles, some), particles.pid.shape[1]
    for number in range(len(some.layout.places)):
        _choose(record, some, number)
        _kinematics(record, some, number)
    momentum = np.empty_like(record.momentum)
    momentum[:k] = np.moveaxis(particles.momentum, 0, 2)
    for slot in range(k, len(momentum)):
        momentum[slot] = record.frame.outside(record.momentum[slot])
    vertex = np.zeros_like(momentum)
    vertex[:k] = np.moveaxis(particles.vertex, 0, 2)
    for place in some.layout.places:
        _fly(record, some, place, momentum, vertex)
    return replace(
        particles,
        pid=record.pid.T,
        mother=record.mother.T,
        status=record.status.T,
        momentum=np.moveaxis(momentum, 2, 0),
        vertex=np.moveaxis(vertex, 2, 0),
    )


def _record(particles: Particles, some: Decays) -> Record:
    n, k = particles.pid.shape
    slots, places = some.layout.slots, len(some.layout.places)
    pid, status = np.zeros((slots, n), dtype=np.int64), np.zeros((slots, n), dtype=np.int64)
    mother, root = np.full((slots, n), -1, dtype=np.int64), np.full((slots, n), PRODUCTION, dtype=np.int64)
    pid[:k], status[:k], mother[:k] = particles.pid.T, particles.status.T, particles.mother.T
    lab, momentum = np.moveaxis(particles.momentum, 0, 2), np.zeros((slots, 4, n))
    lost = lab[some.outgoing : some.outgoing + 2].sum(axis=0) if some.radiated else None
    frame = spins.frame(lab[: some.outgoing].sum(axis=0), some.beams, lost)
    for slot in range(some.outgoing):
        momentum[slot] = frame.inside(lab[slot])
    mode = np.full((places, n), -1, dtype=np.int64)
    return Record(particles.attempt.astype(np.uint64), pid, mother, status, frame, frame.beams(), momentum, mode, root)


def _kinds(record: Record, some: Decays, place: Place) -> Iterator[tuple[Unstable, Ints]]:
    """The unstable particles in the mother's slot of a place, and the events that have them there."""
    for code in sorted(some.layout.holds[place.mother]):
        if (unstable := some.plan.of(code)) is not None:
            yield unstable, np.flatnonzero(np.abs(record.pid[place.mother]) == code)


def _choose(record: Record, some: Decays, number: int) -> None:
    """A channel for every particle of a place, by its share; codes, status and mothers of the products."""
    place = some.layout.places[number]
    for unstable, rows in _kinds(record, some, place):
        u, _ = some.uniforms(record.attempt[rows], NEW + np.uint64(place.mother), 0)
        upto = np.cumsum([channel.share for channel in unstable.channels])
        mode = np.minimum(np.searchsorted(upto, u, side="right"), len(upto) - 1)
        record.mode[number, rows] = mode
        record.status[place.mother, rows] = DECAYED
        for index, channel in enumerate(unstable.channels):
            _name(record, some, place, unstable, channel, rows[mode == index])


def _name(record: Record, some: Decays, place: Place, unstable: Unstable, channel: Channel, rows: Ints) -> None:
    """Codes, status, mothers and roots of the products of one channel."""
    sign = np.sign(record.pid[place.mother, rows])
    origin = record.root[place.mother, rows] if unstable.spin else place.mother
    ahead, back = some.plan.products(1, channel), some.plan.products(-1, channel)
    for i in range(len(channel.pid)):
        slot = place.first + i
        record.pid[slot, rows] = np.where(sign > 0, ahead[i], back[i])
        record.status[slot, rows], record.mother[slot, rows], record.root[slot, rows] = FINAL, place.mother, origin


def _kinematics(record: Record, some: Decays, number: int) -> None:
    """Momenta of the products of a place: tried until they are kept with the probability that the spins of all before ask for."""
    place = some.layout.places[number]
    for unstable, rows in _kinds(record, some, place):
        for index, made in enumerate(some.steps[unstable.pid]):
            mine = rows[record.mode[number, rows] == index]
            if not (some.correlated and unstable.spin):
                _products(record, some, place, unstable, made, mine, 0)
                continue
            for alike in _alike(record, some, number, mine):
                _kept(record, some, place, unstable, made, alike, _probability(record, some, number, alike))


def _kept(
    record: Record, some: Decays, place: Place, unstable: Unstable, made: Step, rows: Ints, probability: Callable[[Ints, Floats], Floats]
) -> None:
    left = rows
    for turn in range(TRIES):
        squared = _products(record, some, place, unstable, made, left, turn)
        u, _ = some.uniforms(record.attempt[left], NEW + np.uint64(place.mother), KEEP + turn)
        left = left[u * made.bound >= probability(left, squared)]
        if not len(left):
            return


def _products(record: Record, some: Decays, place: Place, unstable: Unstable, made: Step, rows: Ints, turn: int) -> Floats:
    """Momenta of the products by an unpolarised decay; its |M|^2 (n,)."""
    purpose, attempt = NEW + np.uint64(place.mother), record.attempt[rows]

    def uniforms(which: Ints, inner: int, draw: int) -> tuple[Floats, Floats]:
        return some.uniforms(attempt[which], purpose, DRAWS + DRAWS * (INNER * turn + inner) + draw)

    products, squared = made.decay(np.arange(len(rows)), uniforms)
    e, x, y, z = record.momentum[place.mother][:, rows]
    for i, p in enumerate(products):
        record.momentum[place.first + i][:, rows] = from_rest((e, x, y, z), unstable.mass, p)
    return squared


def _alike(record: Record, some: Decays, number: int, rows: Ints) -> Iterator[Ints]:
    """Rows by the codes of all that is there before a place decays, and by where the spin of the mother comes from."""
    code = np.zeros(len(rows), dtype=np.int64)
    place = some.layout.places[number]
    columns = [record.root[place.mother, rows], *record.pid[: some.outgoing, rows]]
    columns += [record.mode[i, rows] for i in range(number)]
    for column in columns:
        if len(column) and (column != column[0]).any():
            values, inverse = np.unique(column, return_inverse=True)
            code = code * len(values) + inverse
    for value in np.unique(code):
        yield rows[code == value]


def _probability(record: Record, some: Decays, number: int, alike: Ints) -> Callable[[Ints, Floats], Floats]:
    """The probability with which a decay is kept, as a function of some of these rows and of its own |M|^2."""
    one, place = int(alike[0]), some.layout.places[number]
    root = int(record.root[place.mother, one])
    slots, codes, decays = _history(record, some, number, one, root)
    last = _filled(record, place, one)
    decay = slots.index(place.mother) + (2 if root == PRODUCTION else 0), tuple(record.pid[last, one].tolist())
    incoming = 2 if root == PRODUCTION else 1
    without = some.pieces.of(codes, incoming, decays)
    whole = some.pieces.of(codes, incoming, (*decays, decay))
    before = np.empty(record.pid.shape[1])
    before[alike] = some.pieces.squared(without, _momenta(record, slots, root, alike))
    return lambda rows, squared: some.pieces.squared(whole, _momenta(record, slots + last, root, rows)) / (before[rows] * squared)


def _history(record: Record, some: Decays, number: int, one: int, root: int) -> tuple[list[int], tuple[int, ...], tuple[Decay, ...]]:
    """Of an event: the slots of the particles of a root's piece, the codes of the root, and its decays before a place."""
    places = {place.mother: place for place in some.layout.places}
    slots = (
        [slot for slot in range(some.outgoing) if record.status[slot, one]]
        if root == PRODUCTION
        else [root, *_filled(record, places[root], one)]
    )
    shift = 2 if root == PRODUCTION else 0
    codes = (*(BEAMS if root == PRODUCTION else ()), *record.pid[slots, one].tolist())
    decays: list[Decay] = []
    for place in some.layout.places[:number]:
        unstable = some.plan.of(int(record.pid[place.mother, one]))
        if unstable is not None and unstable.spin and record.root[place.mother, one] == root:
            filled = _filled(record, place, one)
            decays.append((slots.index(place.mother) + shift, tuple(record.pid[filled, one].tolist())))
            slots += filled
    return slots, codes, tuple(decays)


def _filled(record: Record, place: Place, row: int) -> list[int]:
    """The slots of a place that hold a product in an event."""
    return [slot for slot in range(place.first, place.first + place.count) if record.status[slot, row]]


def _momenta(record: Record, slots: list[int], root: int, rows: Ints) -> list[Floats]:
    """Momenta (4, n) of a piece's particles, with the beams in front of what the process itself makes."""
    beams = list(record.beams[:, :, rows]) if root == PRODUCTION else []
    return [*beams, *(record.momentum[slot][:, rows] for slot in slots)]


def _fly(record: Record, some: Decays, place: Place, momentum: Floats, vertex: Floats) -> None:
    """Vertices of products: the mother's own and her flight, p/m c tau and E/m tau, tau exponential with her lifetime."""
    for unstable, rows in _kinds(record, some, place):
        _, u = some.uniforms(record.attempt[rows], NEW + np.uint64(place.mother), 0)
        scale = -np.log(u) * (unstable.ctau / unstable.mass)
        where = vertex[place.mother][:, rows] + momentum[place.mother][:, rows] * scale * np.array([[1 / C], [1], [1], [1]])
        for slot in range(place.first, place.first + place.count):
            here = record.status[slot, rows] > 0
            vertex[slot][:, rows[here]] = where[:, here]
