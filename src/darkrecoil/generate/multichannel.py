"""Events of any tree process: channels of phase space from its diagrams, |M|^2 from the amplitude machine, grids that learn.

Channel i integrates f g_i / sum_j g_j, with g_j the density of channel j before its grid: R. Kleiss and R. Pittau, Comput.
Phys. Commun. 83 (1994) 141. An attempt's channel is a function of its number, so that results do not depend on the work's order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from darkrecoil import _jit
from darkrecoil._jit.philox import ACCEPT, key, pair
from darkrecoil._run import BLOCK, ordered_map
from darkrecoil.amplitudes import machine
from darkrecoil.amplitudes.machine import WIDE
from darkrecoil.constants import GEV2_FB, M_E
from darkrecoil.generate import beams as optics
from darkrecoil.generate import draws, foam, grids, phase_space, radiation
from darkrecoil.generate.grids import Grids
from darkrecoil.generate.radiation import NONE, Radiation
from darkrecoil.generate.tree import Tree
from darkrecoil.records import Beams, Bools, Floats, Ints

Kernel = Callable[..., Any]
Words = NDArray[np.uint64]
Cut = Callable[[Floats], Bools]  # momenta in the laboratory (4 k, n) -> which events pass (n,)
Importance = Callable[[Floats], Floats]  # momenta in the laboratory (4 k, n) -> what training multiplies weights by (n,)
ROUNDS, FINAL = 7, 64  # rounds of training; blocks for the maximum
GOOD, POINTS = 4000, 200_000  # attempts with a weight of a channel in a round; for its cells
MOST = 160  # blocks of a round
FLOOR = 0.1  # GeV: radiation leaves the hard process at least so much, however light its particles


@dataclass(frozen=True)
class Engine:
    """The kernels, compiled once for all processes; those of radiation where something radiates."""

    draws: Kernel
    laboratory: Kernel
    sample: Kernel
    density: Kernel
    amplitude: Kernel
    foam: Callable[..., Any]
    radiating: tuple[Kernel, ...] = ()

    @property
    def radiation(self) -> radiation.Engine | None:
        """The kernels of radiation, if they are there."""
        return radiation.Engine(*self.radiating) if self.radiating else None

    @property
    def all(self) -> tuple[Kernel, ...]:
        """Every kernel, in the order of ``kernels``."""
        return (self.draws, self.laboratory, self.sample, self.density, self.amplitude, self.foam, *self.radiating)


def engine(jobs: int = 2) -> Engine:
    """The kernels, compiled if need be."""
    return built(_jit.load(kernels(True), jobs))


def built(runs: Sequence[Kernel]) -> Engine:
    """The engine of compiled ``kernels``."""
    one, two, three, four, five, six, *radiating = runs
    return Engine(one, two, three, four, five, six, tuple(radiating))


@cache
def kernels(radiates: bool) -> tuple[_jit.Kernel, ...]:
    """What an engine needs: those of every process, and those of radiation. Linked once: a search at ten masses asks for them at each."""
    common = (*draws.kernels(), *phase_space.kernels(), machine.kernel(), foam.kernel())
    return (*common, *radiation.kernels()) if radiates else common


@dataclass(frozen=True)
class Source:
    """A tree with its phase space and radiation on given beams: all that a weight depends on but the grids. ``name`` and seed
    give the key."""

    name: str
    tree: Tree
    space: phase_space.Program
    soft: float
    beams: Beams
    seed: int
    engine: Engine
    radiates: Radiation = NONE

    @property
    def dimensions(self) -> int:
        """Uniforms that go through the grids."""
        return self.space.dimensions + self.radiates.dimensions

    @property
    def least(self) -> float:
        """The least s of the hard process that radiation may leave, GeV^2: its threshold, a little above for the maps' sake."""
        photons = sum(self.tree.photons) if len(self.tree.masses) > 2 else 0
        return max((1.0 + 1e-6) * (sum(self.tree.masses) + 2.0 * photons * self.soft), FLOOR) ** 2


@dataclass(frozen=True)
class Attempts:
    """Attempts first.. of a sample: channel (n/64,), position (d, n) in the grids' variables, inverse density (n,) of their cells,
    momenta (4 k, n) in the laboratory with radiated photons last, weight (n,) fb, PDG codes (k,) or (k, n)."""

    channel: Ints
    position: Floats
    cell: Floats
    momentum: Floats
    weight: Floats
    pid: Ints


def source(
    name: str, tree: Tree, soft: float, sqrt_s: float, beams: Beams, seed: int, engine: Engine, radiates: Radiation = NONE
) -> Source:
    """The source of a tree; ``soft`` is the least photon energy in the e+e- frame, GeV."""
    found = phase_space.channels(tree.masses, tree.photons, tree.diagrams, soft, sqrt_s)
    return Source(name, tree, phase_space.program(found, tree.masses, soft), soft, beams, seed, engine, radiates)


def attempts(some: Source, learnt: Grids, sample: str, first: int, count: int, cut: Cut | None = None) -> Attempts:
    """Weighted attempts, count a multiple of 64; those that a cut loses have weight 0, and their |M|^2 is not computed."""
    channel = grids.assigned(learnt, first // WIDE, count // WIDE)
    words = key(some.seed, some.name, sample)
    d = some.dimensions
    frames, position, x = np.empty((6, count)), np.empty((d, count)), np.empty((d, count))
    cell, weight = np.empty(count), np.empty(count)
    numbers = optics.numbers(some.beams)
    arrays = learnt.edges, learnt.cells, learnt.guide, learnt.low, learnt.width
    some.engine.draws(np.uint64(first), words, numbers, channel, *arrays, frames, position, x, cell, weight)
    inner = some.space.dimensions
    hard = radiation.before(some.engine.radiation, some.radiates, first, words, frames[0] ** 2, x[inner:], some.least)
    momentum, valid = phase_space.sampled(some.engine.sample, some.space, channel, hard.s, x[:inner])
    seen, radiated = radiation.after(some.engine.radiation, some.radiates, first, words, hard, momentum)
    there = np.empty_like(seen)
    some.engine.laboratory(frames, seen, there)
    keep = (valid > 0) & (radiated > 0) & _hard(some, momentum)
    if cut is not None:
        keep &= cut(there)
    weight *= np.repeat(1.0 / learnt.share[channel], WIDE) * radiated
    value, pid = _values(some, hard.s, momentum, np.flatnonzero(keep), words, first)
    return Attempts(channel, position, cell, there, weight * value, pid)


def _hard(some: Source, momentum: Floats) -> Bools:
    """Which events have photons of the least energy: only where the phase space has a soft pole."""
    if len(some.tree.masses) < 3:
        return np.ones(momentum.shape[1], dtype=bool)
    energies = [momentum[4 * i] for i, photon in enumerate(some.tree.photons) if photon]
    return np.all([e >= some.soft for e in energies], axis=0) if energies else np.ones(momentum.shape[1], dtype=bool)


def _values(some: Source, s: Floats, momentum: Floats, rows: Ints, words: Words, first: int) -> tuple[Floats, Ints]:
    """The cross-section (n,) in fb over the channels' density, 0 but for ``rows``, and the PDG codes (k,) or (k, n)."""
    n, value = len(s), np.zeros(len(s))
    everything = len(rows) == n
    padded = rows if everything else np.concatenate([rows, np.repeat(rows[-1:] if len(rows) else [0], -len(rows) % WIDE)])
    codes = np.array(some.tree.alternatives[0].pid, dtype=np.int64)
    if not len(rows):
        return value, codes
    energy2, part = (s, momentum) if everything else (s[padded], np.ascontiguousarray(momentum[:, padded]))
    density, _ = phase_space.densities(some.engine.density, some.space, np.ones(len(some.space.channels)), energy2, part)
    squares = _squares(some, energy2, part)
    total = squares.sum(axis=0) * GEV2_FB / (2.0 * energy2 * np.sqrt(1.0 - 4.0 * M_E * M_E / energy2)) / density
    value[rows] = total[: len(rows)]
    if len(squares) > 1:
        codes = _chosen(some, squares[:, : len(rows)], rows, n, words, first)
    return value, codes


def _squares(some: Source, s: Floats, momentum: Floats) -> Floats:
    """|M|^2 of each alternative (a, n), with the beams in front."""
    n, root = len(s), np.sqrt(s)
    everything = np.zeros((8 + len(momentum), n))
    everything[0] = everything[4] = 0.5 * root
    everything[3] = np.sqrt((0.5 * root - M_E) * (0.5 * root + M_E))
    everything[7] = -everything[3]
    everything[8:] = momentum
    found = np.zeros((len(some.tree.alternatives), n))
    for row, one in zip(found, some.tree.alternatives, strict=True):
        some.engine.amplitude(*one.program.arrays, everything, row)
        row *= one.program.factor
    return found


def _chosen(some: Source, squares: Floats, rows: Ints, n: int, words: Words, first: int) -> Ints:
    """PDG codes (k, n): an alternative for each event in proportion to its |M|^2."""
    u, _ = pair((rows + first).astype(np.uint64), ACCEPT, np.uint64(1), words[0], words[1])
    upto = np.cumsum(squares, axis=0)
    which = np.zeros(n, dtype=np.int64)
    which[rows] = np.minimum((upto <= u * upto[-1]).sum(axis=0), len(squares) - 1)
    return np.array([one.pid for one in some.tree.alternatives], dtype=np.int64)[which].T


def trained(some: Source, cut: Cut | None = None, jobs: int = 1, importance: Importance | None = None) -> tuple[Grids, float]:
    """Grids adapted to the source, a cut, an importance; the weight (fb) above which lies OVERWEIGHT of the cross-section (0 if none)."""
    channels, done = len(some.space.channels), 0
    learnt, blocks = grids.uniform(channels, some.dimensions), max(4, channels)
    for _ in range(ROUNDS):
        lesson = _lesson(some, replace(learnt, share=_spread(learnt)), done, blocks, cut, jobs, importance)
        learnt = grids.refined(learnt, lesson.channel, (lesson.position * grids.BINS).astype(np.int64), lesson.weight)
        done, blocks = done + blocks, _enough(lesson.weight, GOOD * channels, max(4, channels))
    points = _enough(lesson.weight, POINTS * channels, max(4, channels))
    first = _lesson(some, replace(learnt, share=_spread(learnt)), done, points, cut, jobs, importance)
    least = grids.least(learnt, first.channel, first.weight)
    celled = grids.with_cells(learnt, some.engine.foam, first.channel, first.position, first.weight, least)
    second = _lesson(some, replace(celled, share=_spread(celled)), done + points, points, cut, jobs, importance)
    both = _Lesson(*(np.concatenate([getattr(part, name) for part in (first, second)], axis=-1) for name in FIELDS))
    learnt = grids.with_cells(learnt, some.engine.foam, both.channel, both.position, both.weight, least)
    return learnt, grids.maximum(_weights(some, learnt, done + 2 * points, FINAL, cut, jobs))


@dataclass(frozen=True)
class _Lesson:
    """What training keeps of attempts: channel (n,), position (d, n), weight (n,) within the channel before its cells."""

    channel: Ints
    position: Floats
    weight: Floats


FIELDS = ("channel", "position", "weight")


def _lesson(
    some: Source, learnt: Grids, block: int, blocks: int, cut: Cut | None, jobs: int, importance: Importance | None = None
) -> _Lesson:
    """So many blocks of training attempts from that one on, by threads, in order."""

    def one(b: int) -> _Lesson:
        found = attempts(some, learnt, "train", b * BLOCK, BLOCK, cut)
        channel = np.repeat(found.channel, WIDE)
        weight = found.weight if importance is None else found.weight * importance(found.momentum)
        return _Lesson(channel, found.position, weight * learnt.share[channel] / found.cell)

    parts = list(ordered_map(one, range(block, block + blocks), jobs=jobs))
    return _Lesson(*(np.concatenate([getattr(part, name) for part in parts], axis=-1) for name in FIELDS))


def _weights(some: Source, learnt: Grids, block: int, blocks: int, cut: Cut | None, jobs: int) -> Floats:
    """The weights of so many blocks of training attempts."""
    parts = ordered_map(lambda b: attempts(some, learnt, "train", b * BLOCK, BLOCK, cut).weight, range(block, block + blocks), jobs=jobs)
    return np.concatenate(list(parts))


def _enough(weight: Floats, wanted: int, least: int) -> int:
    """Blocks that give so many attempts with a weight, judged by those of the last round; between ``least`` and MOST."""
    share = max(np.count_nonzero(weight) / len(weight), 1e-4)
    return int(np.clip(wanted / share / BLOCK, least, max(MOST, least)))


def _spread(learnt: Grids) -> Floats:
    """Shares for training: half as learnt, half equal, so that no channel is judged by a handful of attempts."""
    return np.asarray(0.5 * learnt.share + 0.5 / learnt.channels)
