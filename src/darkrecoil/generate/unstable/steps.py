"""One unpolarised decay in its rest frame: two bodies isotropic, three bodies by the exact |M|^2 on a table of the Dalitz plot.

Arrays are (n,) per event, four-vectors tuples of such arrays, GeV; random numbers are arguments or a function of the try.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from darkrecoil._errors import BadValue
from darkrecoil.amplitudes.program import NoDiagram, parity_conserved
from darkrecoil.generate.unstable.amplitude import Amplitudes
from darkrecoil.generate.unstable.plan import Channel, Unstable
from darkrecoil.kinematics.phase_space import TWO_PI, isotropic, on_shell, pair_momentum
from darkrecoil.kinematics.vectors import Four, from_rest, turned
from darkrecoil.records import Bools, Floats, Ints

Uniforms: TypeAlias = Callable[[Ints, int, int], tuple[Floats, Floats]]  # rows, try, which: two uniforms each
MASSES, ANGLES, INSIDE = 128, 32, 4  # cells of the table in the pair's mass and angle; points to a side of a cell for its bound
MARGIN = 1.02  # on the largest of those points
TRIES = 1000
NEW = 22  # codes beyond which a particle is taken to recoil against a pair
AWAY = 0.75  # momentum over mass of the frame in which |M|^2 is evaluated: helicities need a direction


@dataclass(frozen=True)
class TwoBody:
    """A decay to two particles; ``squared`` is the |M|^2 summed over all spins, a constant, NaN without a tree diagram; ``bound`` is not
    less than the largest share that one state of the decaying particle can have in it."""

    mass: float
    masses: tuple[float, float]
    squared: float
    bound: float = 1.0

    def decay(self, rows: Ints, uniforms: Uniforms) -> tuple[tuple[Four, ...], Floats]:
        """Momenta in the rest frame, and |M|^2."""
        u, v = uniforms(rows, 0, 0)
        a, b = self.masses
        p = pair_momentum(self.mass**2, a * a, b * b)
        x, y, z = isotropic(u, v)
        return (on_shell(a * a, p, (x, y, z)), on_shell(b * b, p, (-x, -y, -z))), np.full(len(rows), self.squared)


@dataclass(frozen=True)
class ThreeBody:
    """A decay to three particles, of which ``alone`` recoils against the pair of the other two.

    ``edges`` (MASSES + 1,) of the pair's mass, GeV; ``most`` (MASSES, ANGLES) bounds the density in a cell, ``upto`` is its running sum.
    """

    mass: float
    masses: tuple[float, float, float]
    alone: int
    squares: Callable[[Floats, Floats], Floats]
    edges: Floats
    most: Floats
    upto: Floats
    bound: float = 1.0

    def decay(self, rows: Ints, uniforms: Uniforms) -> tuple[tuple[Four, ...], Floats]:
        """Momenta in the rest frame, and |M|^2 summed over all spins."""
        q, c, squared = np.empty(len(rows)), np.empty(len(rows)), np.empty(len(rows))
        left = np.arange(len(rows))
        for turn in range(TRIES):
            q[left], c[left], squared[left], keep = self._drawn(rows[left], turn, uniforms)
            left = left[~keep]
            if not len(left):
                break
        u, v = uniforms(rows, 0, 2)
        w, _ = uniforms(rows, 0, 3)
        return self._momenta(q, c, isotropic(u, v), TWO_PI * w), squared

    def _drawn(self, rows: Ints, turn: int, uniforms: Uniforms) -> tuple[Floats, Floats, Floats, Bools]:
        u, accept = uniforms(rows, turn, 0)
        x, y = uniforms(rows, turn, 1)
        cell = np.searchsorted(self.upto, u * self.upto[-1], side="right")
        i, j = cell // ANGLES, cell % ANGLES
        q = self.edges[i] + x * (self.edges[i + 1] - self.edges[i])
        c = -1.0 + 2.0 / ANGLES * (j + y)
        squared = self.squares(q, c)
        return q, c, squared, accept * self.most[i, j] < squared * self.flat(q)

    def flat(self, q: Floats) -> Floats:
        """The density of phase space in the pair's mass and angle, GeV^2: product of the momenta of the two steps."""
        return _flat(self.mass, self.masses, self.alone, q)

    def _momenta(self, q: Floats, c: Floats, axis: tuple[Floats, Floats, Floats], phi: Floats) -> tuple[Four, ...]:
        return _configuration(self.mass, self.masses, self.alone, q, c, axis, phi)


Step: TypeAlias = TwoBody | ThreeBody


def step(some: Unstable, channel: Channel, amplitudes: Amplitudes) -> Step:
    """How an unstable particle decays to a channel; BadValue for more than three particles."""
    if len(channel.masses) == 2:
        return _two_body(some, channel, amplitudes)
    if len(channel.masses) != 3:
        raise BadValue("a decay to more than three particles cannot be generated", f"{some.word} -> {' '.join(channel.words)}")
    return _three_body(some, channel, amplitudes)


def _two_body(some: Unstable, channel: Channel, amplitudes: Amplitudes) -> TwoBody:
    """The decay with its |M|^2 from products along the line on which the decaying particle moves, where its states are helicities."""
    legs, masses = amplitudes.legs((some.pid, *channel.pid), 1), (channel.masses[0], channel.masses[1])
    try:
        programs = [amplitudes.program(legs, state=state) for state in range(legs[0].states)]
    except NoDiagram:
        return TwoBody(some.mass, masses, np.nan)  # by loops, of a scalar: isotropic, and no spin to remember
    p, zero, one = pair_momentum(some.mass**2, masses[0] ** 2, masses[1] ** 2), np.zeros(1), np.ones(1)
    pair = on_shell(masses[0] ** 2, p, (zero, one, zero)), on_shell(masses[1] ** 2, p, (zero, -one, zero))
    by_state = [float(amplitudes.squared(made, _moving(some.mass, pair))[0]) / len(programs) for made in programs]
    share = np.array(by_state) / sum(by_state)
    if len(share) == 3 and not parity_conserved(programs[0].currents):
        share[:2] *= 2  # linear polarisations are an even mixture of helicities, of which one may take all
    return TwoBody(some.mass, masses, sum(by_state), min(1.0, float(share.max()) * (1 + 1e-9)))


def _three_body(some: Unstable, channel: Channel, amplitudes: Amplitudes) -> ThreeBody:
    masses = channel.masses[0], channel.masses[1], channel.masses[2]
    alone = next((i for i, pid in enumerate(channel.pid) if abs(pid) > NEW), 2)
    made = amplitudes.program(amplitudes.legs((some.pid, *channel.pid), 1))

    def squares(q: Floats, c: Floats) -> Floats:
        axis = np.full(len(q), 0.36), np.full(len(q), 0.48), np.full(len(q), 0.8)
        return amplitudes.squared(made, _moving(some.mass, _configuration(some.mass, masses, alone, q, c, axis, np.full(len(q), 0.7))))

    edges = _edges(some.mass, masses, alone, squares)
    most = _most(some.mass, masses, alone, squares, edges)
    return ThreeBody(some.mass, masses, alone, squares, edges, most, np.cumsum(most * np.diff(edges)[:, None]))


def _edges(mass: float, masses: tuple[float, float, float], alone: int, squares: Callable[[Floats, Floats], Floats]) -> Floats:
    """Edges of the pair's mass between which lie equal shares of the decays, and none too wide."""
    low, high = _range(mass, masses, alone)
    fine = low + (high - low) * np.linspace(0.0, 1.0, 2049)
    middle = (fine[1:] + fine[:-1]) / 2
    density = sum(squares(middle, np.full(len(middle), c)) for c in (-0.8, 0.0, 0.8)) * _flat(mass, masses, alone, middle)
    upto = np.concatenate([[0.0], np.cumsum(density / density.sum() + 0.3 / len(middle))])
    return np.interp(np.linspace(0.0, upto[-1], MASSES + 1), upto, fine)


def _most(
    mass: float, masses: tuple[float, float, float], alone: int, squares: Callable[[Floats, Floats], Floats], edges: Floats
) -> Floats:
    """(MASSES, ANGLES): a little more than the largest density on a net of points in each cell."""
    part = np.arange(INSIDE + 1) / INSIDE
    q = edges[:-1, None] + np.diff(edges)[:, None] * part
    c = -1.0 + 2.0 / ANGLES * (np.arange(ANGLES)[:, None] + part)
    qs, cs = np.broadcast_arrays(q[:, None, :, None], c[None, :, None, :])
    inside = np.clip(qs.ravel(), q[0, 0] * (1 + 1e-12), q[-1, -1] * (1 - 1e-12))
    density = squares(inside, np.ascontiguousarray(cs.ravel())) * _flat(mass, masses, alone, inside)
    found = density.reshape(qs.shape).max(axis=(2, 3))
    return np.asarray(MARGIN * found + 1e-9 * found.max())


def _range(mass: float, masses: tuple[float, float, float], alone: int) -> tuple[float, float]:
    """Least and largest mass of the pair, GeV; not zero, where a massless pair has no rest frame."""
    return max(sum(masses) - masses[alone], 1e-9 * mass), mass - masses[alone]


def _flat(mass: float, masses: tuple[float, float, float], alone: int, q: Floats) -> Floats:
    a, b = (m for i, m in enumerate(masses) if i != alone)
    outer = pair_momentum(mass**2, masses[alone] ** 2, q * q)
    return np.asarray(outer * pair_momentum(q * q, a * a, b * b))


def _configuration(
    mass: float,
    masses: tuple[float, float, float],
    alone: int,
    q: Floats,
    c: Floats,
    axis: tuple[Floats, Floats, Floats],
    phi: Floats,
) -> tuple[Four, ...]:
    """Momenta in the rest frame: the lone particle along the axis, the pair's first at the cosine c to it in the pair's own frame."""
    first, second = (i for i in range(3) if i != alone)
    p = pair_momentum(mass**2, masses[alone] ** 2, q * q)
    pair = on_shell(q * q, p, (-axis[0], -axis[1], -axis[2]))
    k = pair_momentum(q * q, masses[first] ** 2, masses[second] ** 2)
    x, y, z = turned(axis, c, np.sqrt(np.maximum(1.0 - c * c, 0.0)), phi)
    made = {
        alone: on_shell(masses[alone] ** 2, p, axis),
        first: from_rest(pair, q, on_shell(masses[first] ** 2, k, (x, y, z))),
        second: from_rest(pair, q, on_shell(masses[second] ** 2, k, (-x, -y, -z))),
    }
    return made[0], made[1], made[2]


def _moving(mass: float, products: tuple[Four, ...]) -> list[Floats]:
    """The decaying particle and its products, (4, n) each, in a frame in which it moves along y."""
    zero = np.zeros_like(products[0][1])
    mother = zero + mass * np.sqrt(1 + AWAY**2), zero, zero + mass * AWAY, zero
    return [np.array(mother), *(np.array(from_rest(mother, mass, p)) for p in products)]
