"""The sampler: every attempt is an event of the same weight, made by Pythia in whole blocks.

A block has a seed of its own, from the key of (seed, process, sample) and its number, and an instance of Pythia of its own: events do
not depend on the order of the work.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from darkrecoil import _pythia
from darkrecoil._errors import BadValue
from darkrecoil._jit.philox import BEAM, SAMPLE, key, pair
from darkrecoil._run import BLOCK
from darkrecoil._store import Fact
from darkrecoil.generate import beams as optics
from darkrecoil.generate.direct import as_particles, cut_away
from darkrecoil.generate.measured import layout, settings
from darkrecoil.generate.measured.processes import PHOTON, Measured, cross_section
from darkrecoil.generate.packing import ARRAYS, joined
from darkrecoil.generate.recipe import Recipe
from darkrecoil.kinematics.phase_space import TWO_PI
from darkrecoil.records import Beams, Floats, Particles

Cut = Callable[[Particles], Floats]
SLOTS = {True: 64, False: 16}  # of hadrons, of a meson and a photon
STRIDE = 373_587_883  # prime, no factor of the number of seeds: blocks of one sample have different seeds, far from each other


@dataclass(frozen=True)
class Sampler:
    """A process of a measured rate: ``maximum`` (fb) is the weight of each attempt."""

    recipe: Recipe
    beams: Beams
    seed: int
    maximum: float

    @property
    def measured(self) -> Measured:
        """The rate and the meson."""
        assert isinstance(self.recipe.engine, Measured)
        return self.recipe.engine


def trained(recipe: Recipe, beams: Beams, seed: int, cuts: Sequence[str] = (), toward: Sequence[str] = ()) -> Sampler:
    """The sampler; there is nothing to learn. BadValue for cuts on hadrons, and for importance, which weights of one size do not have."""
    if toward:
        raise BadValue("events of a measured rate cannot be generated toward a region", "; ".join(toward), hint="use --cut or --filter")
    if cuts and not recipe.pid:
        raise BadValue("a cut is on the particles of the process, and hadrons has none", "; ".join(cuts), hint="use --filter")
    assert isinstance(recipe.engine, Measured)
    return Sampler(recipe, beams, seed, cross_section(recipe.engine, recipe.alpha, recipe.sqrt_s))


def facts(sampler: Sampler) -> tuple[Fact, ...]:
    """What the events depend on beside process, beams, seed and weight: Pythia's version and settings."""
    return "pythia8mc", _pythia.version(), *_settings(sampler), SLOTS[not sampler.measured.pid]


def weights(sampler: Sampler, sample: str, block: int, cut: Cut | None) -> Floats:
    """The weights (n,) of a block of attempts, fb, without making what they weigh."""
    if not sampler.measured.pid:
        return np.full(BLOCK, sampler.maximum)
    return cut_away(_pairs(sampler, sample, block), cut).weight


def particles(sampler: Sampler, sample: str, block: int, blocks: int, cut: Cut | None) -> Particles:
    """The true particles of whole blocks of attempts; all hadrons decayed but the long-lived ones; attempts that a cut loses are
    empty, of weight 0."""
    one = _mesons if sampler.measured.pid else _hadrons
    parts = [one(sampler, sample, b, cut) for b in range(block, block + blocks)]
    if len(parts) == 1:
        return parts[0]
    n = sum(map(len, parts))
    arrays: dict[str, Any] = {name: joined([getattr(part, name) for part in parts], n) for name in ARRAYS}
    return Particles(**arrays, attempts=n, beams=sampler.beams)


def seed_of(sampler: Sampler, sample: str, block: int) -> int:
    """Pythia's seed for a block of attempts."""
    k0, k1 = (int(word) for word in key(sampler.seed, sampler.recipe.process.name, sample))
    return 1 + (((k1 << 32) | k0) + block * STRIDE) % _pythia.MOST_SEEDS


def _settings(sampler: Sampler) -> tuple[str, ...]:
    return settings.decaying() if sampler.measured.pid else settings.hadrons(sampler.beams, sampler.measured.final)


def _hadrons(sampler: Sampler, sample: str, block: int, _: Cut | None) -> Particles:
    """A block of e+e- -> hadrons, in the laboratory."""
    found = _pythia.events(_settings(sampler), seed_of(sampler, sample, block), BLOCK)
    weight = np.full(BLOCK, sampler.maximum)
    return _particles(sampler, block, layout.slots(found, SLOTS[True]), weight)


def _mesons(sampler: Sampler, sample: str, block: int, cut: Cut | None) -> Particles:
    """A block of a meson, slot 0, and a photon, slot 1, with what the meson decays to behind them."""
    some = cut_away(_pairs(sampler, sample, block), cut)
    rows = np.flatnonzero(some.weight)
    meson, pid = sampler.measured, sampler.measured.pid
    found = _pythia.decays(_settings(sampler), seed_of(sampler, sample, block), pid, meson.mass, some.momentum[rows, 0])
    decayed, out = layout.slots(found, SLOTS[False] - 1, (pid,)), layout.empty(SLOTS[False], BLOCK)
    places = np.array([0, *range(2, SLOTS[False])])  # of what Pythia gives, around the photon's; the meson, in 0, is the only mother
    for name in ("pid", "mother", "status"):
        getattr(out, name)[np.ix_(places, rows)] = getattr(decayed, name)
    out.momentum[np.ix_(places, np.arange(4), rows)] = decayed.momentum
    out.pid[1, rows], out.status[1, rows] = PHOTON, 1
    out.momentum[1][:, rows] = some.momentum[rows, 1].T
    return _particles(sampler, block, out, some.weight)


def _pairs(sampler: Sampler, sample: str, block: int) -> Particles:
    """A block of attempts as meson and photon, in the laboratory: each with the energies of its own beams, with cos theta of the photon in
    the e+e- frame distributed as 1 + cos^2: a vector, of the beams' helicities, to a pseudoscalar and a photon."""
    first = block * BLOCK
    attempt = np.arange(first, first + BLOCK, dtype=np.uint64)
    k0, k1 = key(sampler.seed, sampler.recipe.process.name, sample)
    numbers = optics.numbers(sampler.beams)
    there = optics.frame(*optics.energies(*pair(attempt, BEAM, np.uint64(0), k0, k1), numbers), numbers[2], numbers[3])
    u, v = pair(attempt, SAMPLE, np.uint64(0), k0, k1)
    cosine = 2.0 * np.sinh(np.arcsinh(4.0 * u - 2.0) / 3.0)  # the root of c^3 + 3 c + 4 - 8 u: the integral of 3 (1 + c^2)/8 is u
    sine, phi, root = np.sqrt(1.0 - cosine * cosine), TWO_PI * v, there[0]
    energy = 0.5 * (root - sampler.measured.mass**2 / root)
    x, y, z = (energy * part for part in (sine * np.cos(phi), sine * np.sin(phi), cosine))
    photon, meson = ((sum_ + 0.0 * root, *three) for sum_, three in ((energy, (x, y, z)), (root - energy, (-x, -y, -z))))
    momentum = np.stack([*optics.to_laboratory(meson, there), *optics.to_laboratory(photon, there)])
    return as_particles((sampler.measured.pid, PHOTON), momentum, np.full(BLOCK, sampler.maximum), first, sampler.beams)


def _particles(sampler: Sampler, block: int, some: layout.Slots, weight: Floats) -> Particles:
    """The block's particles, in memory by column."""
    attempt = np.arange(block * BLOCK, (block + 1) * BLOCK, dtype=np.int64)
    momentum, vertex = (np.moveaxis(array, -1, 0) for array in (some.momentum, some.vertex))
    return Particles(some.pid.T, some.mother.T, some.status.T, momentum, vertex, weight, attempt, BLOCK, sampler.beams)
