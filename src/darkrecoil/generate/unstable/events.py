"""New particles of generated events decay: the products fill new slots, each made where its mother ends."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from darkrecoil._jit.philox import ACCEPT, NEW
from darkrecoil.generate.unstable import spins
from darkrecoil.generate.unstable.amplitude import Amplitudes
from darkrecoil.generate.unstable.layout import Layout, Place
from darkrecoil.generate.unstable.plan import Plan, Unstable
from darkrecoil.generate.unstable.spins import Frame, Pieces
from darkrecoil.generate.unstable.steps import Step, step
from darkrecoil.kinematics.vectors import from_rest
from darkrecoil.records import Beams, Bools, Floats, Ints, Particles

Words = np.ndarray[tuple[int], np.dtype[np.uint64]]
C = 29.9792458  # cm/ns; exact, SI 2019
FINAL, DECAYED = 1, 2
PRODUCTION = -1  # the root of the particles that the process itself makes with their spins
DRAWS, INNER = 8, 1024  # counters of one try of a decay, and tries of a decay within one try of its event
TRIES = 4000  # of an event: with 1/d^k of them kept, the chance that none is lies below 1e-50 for k <= 4 vectors


@dataclass(frozen=True)
class Decays:
    """What decays and how: the plan, where products stand, how many first slots are the process's own, amplitudes, the source of
    random numbers and its key, the beams, and whether spins are kept."""

    plan: Plan
    layout: Layout
    outgoing: int
    amplitudes: Amplitudes
    drawn: Callable[..., tuple[Floats, Floats]]
    words: Words
    beams: Beams
    correlated: bool

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
    """Events while they decay, slot first: codes, mothers, status (slots, n), momenta and vertices (slots, 4, n); ``mode`` (places, n) the
    channel of each decay, -1 without one; ``root`` (slots, n) the slot of the scalar whose decay made a particle's spin."""

    attempt: Words
    pid: Ints
    mother: Ints
    status: Ints
    momentum: Floats
    vertex: Floats
    mode: Ints
    root: Ints


def decayed(particles: Particles, some: Decays) -> Particles:
    """The events with all that is planned decayed; weights stay, the branching fraction is the caller's."""
    record = _record(particles, some)
    for number in range(len(some.layout.places)):
        _choose(record, some, number)
    for root in (PRODUCTION, *(place.mother for place in some.layout.places)):
        _kinematics(record, some, root)
    for place in some.layout.places:
        _fly(record, some, place)
    return replace(
        particles,
        pid=record.pid.T,
        mother=record.mother.T,
        status=record.status.T,
        momentum=np.moveaxis(record.momentum, 2, 0),
        vertex=np.moveaxis(record.vertex, 2, 0),
    )


def _record(particles: Particles, some: Decays) -> Record:
    n, k = particles.pid.shape
    slots, places = some.layout.slots, len(some.layout.places)
    pid, status = np.zeros((slots, n), dtype=np.int64), np.zeros((slots, n), dtype=np.int64)
    mother, root = np.full((slots, n), -1, dtype=np.int64), np.full((slots, n), PRODUCTION, dtype=np.int64)
    momentum, vertex = np.zeros((slots, 4, n)), np.zeros((slots, 4, n))
    pid[:k], status[:k], mother[:k] = particles.pid.T, particles.status.T, particles.mother.T
    momentum[:k], vertex[:k] = np.moveaxis(particles.momentum, 0, 2), np.moveaxis(particles.vertex, 0, 2)
    mode = np.full((places, n), -1, dtype=np.int64)
    return Record(particles.attempt.astype(np.uint64), pid, mother, status, momentum, vertex, mode, root)


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
        origin = record.root[place.mother, rows] if unstable.spin else np.full(len(rows), place.mother)
        sign = np.sign(record.pid[place.mother, rows])
        for index, channel in enumerate(unstable.channels):
            for positive in (True, False):
                mine = rows[(mode == index) & ((sign > 0) == positive)]
                for i, code in enumerate(some.plan.products(1 if positive else -1, channel)):
                    record.pid[place.first + i, mine], record.status[place.first + i, mine] = code, FINAL
            mine = rows[mode == index]
            for i in range(len(channel.pid)):
                record.mother[place.first + i, mine], record.root[place.first + i, mine] = place.mother, origin[mode == index]


def _members(record: Record, some: Decays, root: int) -> Bools:
    """(places, n): which decays of each event belong to the piece of a root."""
    found = np.zeros(record.mode.shape, dtype=bool)
    for number, place in enumerate(some.layout.places):
        for unstable, rows in _kinds(record, some, place):
            if unstable.spin:
                found[number, rows] = record.root[place.mother, rows] == root
            elif place.mother == root:
                found[number, rows] = True
    return found


def _kinematics(record: Record, some: Decays, root: int) -> None:
    """Momenta of all products of a piece, event by event tried until one is kept."""
    members = _members(record, some, root)
    rows = np.flatnonzero(members.any(axis=0))
    if not len(rows):
        return
    for chosen, weight in _weights(record, some, root, members, rows):
        left = chosen
        for turn in range(TRIES):
            squared = _products(record, some, members, left, turn)
            if weight is None:
                break
            purpose = ACCEPT if root == PRODUCTION else NEW + np.uint64(root)
            u, _ = some.uniforms(record.attempt[left], purpose, (1 << 31) + turn)
            left = left[u >= weight(left, squared)]
            if not len(left):
                break


def _products(record: Record, some: Decays, members: Bools, rows: Ints, turn: int) -> Floats:
    """Momenta of the products of a piece in the laboratory, mothers first; the product (n,) of its decays' |M|^2."""
    product = np.ones(record.pid.shape[1])
    for number, place in enumerate(some.layout.places):
        inside = rows[members[number, rows]]
        for code in sorted(some.layout.holds[place.mother]) if len(inside) else ():
            unstable = some.plan.of(code)
            if unstable is None:
                continue
            of_code = inside[np.abs(record.pid[place.mother, inside]) == code]
            for index, made in enumerate(some.steps[code]):
                mine = of_code[record.mode[number, of_code] == index]
                if len(mine):
                    product[mine] *= _step(record, some, place, unstable, made, mine, turn)
    return product[rows]


def _step(record: Record, some: Decays, place: Place, unstable: Unstable, made: Step, rows: Ints, turn: int) -> Floats:
    purpose, attempt = NEW + np.uint64(place.mother), record.attempt[rows]

    def uniforms(which: Ints, inner: int, draw: int) -> tuple[Floats, Floats]:
        return some.uniforms(attempt[which], purpose, DRAWS + DRAWS * (INNER * turn + inner) + draw)

    products, squared = made.decay(np.arange(len(rows)), uniforms)
    e, x, y, z = record.momentum[place.mother][:, rows]
    for i, p in enumerate(products):
        record.momentum[place.first + i][:, rows] = from_rest((e, x, y, z), unstable.mass, p)
    return squared


Weight = Callable[[Ints, Floats], Floats]


def _weights(record: Record, some: Decays, root: int, members: Bools, rows: Ints) -> Iterator[tuple[Ints, Weight | None]]:
    """Events alike in a piece, and the probability with which decays of some of them are kept; None where there is no spin."""
    spinning = np.zeros(members.shape, dtype=bool)
    for number, place in enumerate(some.layout.places):
        for unstable, of_kind in _kinds(record, some, place):
            spinning[number, of_kind] = members[number, of_kind] & (unstable.spin > 0)
    any_spin = spinning[:, rows].any(axis=0) & some.correlated
    if (~any_spin).any():
        yield rows[~any_spin], None
    rows = rows[any_spin]
    for alike in _alike(record, some, root, members, rows):
        yield alike, _weight(record, some, root, spinning[:, alike[0]], alike)


def _alike(record: Record, some: Decays, root: int, members: Bools, rows: Ints) -> Iterator[Ints]:
    """Rows by the codes and channels of their piece."""
    code = np.zeros(len(rows), dtype=np.int64)
    columns = [record.pid[slot, rows] for slot in (range(some.outgoing) if root == PRODUCTION else (root,))]
    columns += [np.where(members[number, rows], record.mode[number, rows], -1) for number in range(len(some.layout.places))]
    for column in columns:
        if len(column) and (column != column[0]).any():
            values, inverse = np.unique(column, return_inverse=True)
            code = code * len(values) + inverse
    for value in np.unique(code):
        yield rows[code == value]


def _weight(record: Record, some: Decays, root: int, spinning: Bools, alike: Ints) -> Weight:
    """The probability of a piece as a function of rows among those alike and of the product of their decays' |M|^2."""
    one, beams = alike[0], root == PRODUCTION
    places = {place.mother: place for place in some.layout.places}
    first = [*range(some.outgoing)] if beams else [root, *_filled(record, places[root], one)]
    slots = list(first)
    decays = []
    for number, place in enumerate(some.layout.places):
        if spinning[number]:
            filled = _filled(record, place, one)
            decays.append(((2 if beams else 0) + slots.index(place.mother), tuple(record.pid[filled, one].tolist())))
            slots += filled
    piece = some.pieces.of(beams, (tuple(record.pid[first, one].tolist()), tuple(decays)))
    frames = spins.frame(record.momentum[: some.outgoing].sum(axis=0), some.beams) if beams else None
    before = np.ones(record.pid.shape[1])  # a scalar's own decay is among those that are tried
    if beams:
        before[alike] = spins.production(piece, some.amplitudes, _momenta(record, slots, frames, alike))

    def probability(rows: Ints, squared: Floats) -> Floats:
        momenta = _momenta(record, slots, frames, rows)
        return np.asarray(spins.whole(piece, some.amplitudes, momenta) / (before[rows] * squared))

    return probability


def _filled(record: Record, place: Place, row: int) -> list[int]:
    """The slots of a place that hold a product in an event."""
    return [slot for slot in range(place.first, place.first + place.count) if record.status[slot, row]]


def _momenta(record: Record, slots: list[int], frames: Frame | None, rows: Ints) -> list[Floats]:
    """Momenta (4, n) of a piece's particles, in the e+e- frame with the beams in front, or as they are."""
    momenta = [record.momentum[slot][:, rows] for slot in slots]
    if frames is None:
        return momenta
    own = frames.of(rows)
    return [*own.beams(), *(own.inside(p) for p in momenta)]


def _fly(record: Record, some: Decays, place: Place) -> None:
    """Vertices of products: the mother's own and her flight, p/m c tau and E/m tau, tau exponential with her lifetime."""
    for unstable, rows in _kinds(record, some, place):
        _, u = some.uniforms(record.attempt[rows], NEW + np.uint64(place.mother), 0)
        scale = -np.log(u) * (unstable.ctau / unstable.mass)
        where = record.vertex[place.mother][:, rows] + record.momentum[place.mother][:, rows] * scale * np.array([[1 / C], [1], [1], [1]])
        for slot in range(place.first, place.first + place.count):
            here = record.status[slot, rows] > 0
            record.vertex[slot][:, rows[here]] = where[:, here]
