"""Adaptive sampling of a process with a file of its own: a grid per channel and dimension in the manner of VEGAS, and the channels' shares.

G. P. Lepage, J. Comput. Phys. 27 (1978) 192: bins are moved until each carries the same share of the smoothed sum of
squared weights. Shares: Kleiss and Pittau, Comput. Phys. Commun. 83 (1994) 141: in proportion to each channel's root mean
square. Training uses random numbers of its own ("train").
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import ModuleType

import numpy as np

from darkrecoil import _jit
from darkrecoil._jit.philox import BEAM, SAMPLE, key, pair
from darkrecoil._run import BLOCK
from darkrecoil.generate import beams as optics
from darkrecoil.generate import driver, grids
from darkrecoil.generate.recipe import Own, Recipe
from darkrecoil.records import Beams, Floats, Ints, Particles

ROUNDS, TRAINING_BLOCKS = 5, 4
FLOOR = 0.02  # least share of a channel

Cut = Callable[[Particles], Floats]


@dataclass(frozen=True)
class Sampler:
    """A compiled process with its grid: edges (channels, dimensions, bins + 1), shares (2,), the maximum weight (fb)."""

    recipe: Recipe
    beams: Beams
    seed: int
    run: Callable[..., None]
    edges: Floats
    share: Floats
    maximum: float = 0.0


def own(recipe: Recipe) -> Own:
    """The file of a process that has one."""
    assert isinstance(recipe.engine, Own)
    return recipe.engine


def kernel(recipe: Recipe) -> _jit.Kernel:
    """The process's kernel, to be compiled."""
    return _kernel(own(recipe).module)


@cache
def _kernel(module: ModuleType) -> _jit.Kernel:
    name = "generate_" + module.__name__.rsplit(".", 1)[-1]
    return _jit.link(name, getattr(driver, module.DRIVER), driver.SIGNATURE, {"event": module.event})


def fill(sampler: Sampler, sample: str, block: int, blocks: int = 1) -> tuple[Floats, Floats]:
    """Momenta (4k, n) in GeV and weights (n,) in fb of whole blocks of attempts of a sample; n = 8192 per block."""
    n = BLOCK * blocks
    momentum, weight = np.empty((4 * len(sampler.recipe.pid), n)), np.empty(n)
    numbers = optics.numbers(sampler.beams)
    words = key(sampler.seed, sampler.recipe.process.name, sample)
    first = np.uint64(block * BLOCK)
    sampler.run(first, n, words, numbers, own(sampler.recipe).parameters, sampler.edges, sampler.share, momentum, weight)
    return momentum, weight


def particles(sampler: Sampler, sample: str, block: int, blocks: int = 1) -> Particles:
    """The true particles of whole blocks of attempts, weighted, before decays; arrays lie in memory by column."""
    momentum, weight = fill(sampler, sample, block, blocks)
    return as_particles(sampler.recipe.pid, momentum, weight, block * BLOCK, sampler.beams)


def as_particles(pid: Sequence[int] | Ints, momentum: Floats, weight: Floats, first: int, beams: Beams) -> Particles:
    """Attempts first.. as particles: PDG codes (k,) or (k, n), momenta (4 k, n), weights (n,); all final, none decayed."""
    n, k = len(weight), len(pid)
    codes = np.asarray(pid, dtype=np.int64).reshape(k, -1)
    return Particles(
        pid=np.repeat(codes, n // codes.shape[1], axis=1).T,
        mother=np.full((k, n), -1, dtype=np.int64).T,
        status=np.ones((k, n), dtype=np.int64).T,
        momentum=np.moveaxis(momentum.reshape(k, 4, n), 2, 0),
        vertex=np.broadcast_to(np.zeros(1), (n, k, 4)),
        weight=weight,
        attempt=np.arange(first, first + n, dtype=np.int64),
        attempts=n,
        beams=beams,
    )


def trained(
    recipe: Recipe, run: Callable[..., None], beams: Beams, seed: int, cut: Cut | None = None, importance: Cut | None = None
) -> Sampler:
    """A sampler adapted to the process (and to a cut, a function from Particles to 0 or 1).

    Grids learn the weights times an ``importance`` (function from Particles to a number above 0), if there is one.
    """
    module = own(recipe).module
    uniform = np.linspace(0.0, 1.0, driver.BINS + 1)
    edges = np.ascontiguousarray(np.broadcast_to(uniform, (2, module.DIMENSIONS, driver.BINS + 1)))
    share = np.array([0.5, 0.5]) if module.CHANNELS == 2 else np.array([1.0, 1.0])
    sampler = Sampler(recipe, beams, seed, run, edges, share)
    lesson = _product(cut, importance)
    for turn in range(ROUNDS):
        sampler = _improved(sampler, turn, lesson)
    weight = _weights(sampler, ROUNDS, cut)
    return replace(sampler, maximum=grids.maximum(weight))


def _product(one: Cut | None, two: Cut | None) -> Cut | None:
    return two if one is None else one if two is None else lambda some: one(some) * two(some)


def cut_away(some: Particles, cut: Cut | None) -> Particles:
    """The particles with weight 0 where a cut loses them."""
    return some if cut is None else replace(some, weight=some.weight * cut(some))


def _weights(sampler: Sampler, turn: int, cut: Cut | None) -> Floats:
    some = particles(sampler, "train", turn * TRAINING_BLOCKS, TRAINING_BLOCKS)
    return cut_away(some, cut).weight


def _improved(sampler: Sampler, turn: int, cut: Cut | None) -> Sampler:
    """The sampler after one round: bins moved, shares changed."""
    weight = _weights(sampler, turn, cut)
    if not weight.any():
        return sampler
    channel, bins = _where(sampler, turn)
    edges, share = sampler.edges.copy(), sampler.share.copy()
    for c in range(own(sampler.recipe).module.CHANNELS):
        mine = channel == c
        for d in range(bins.shape[0]):
            content = np.bincount(bins[d, mine], weight[mine] ** 2, driver.BINS).astype(np.float64)
            edges[c, d] = grids.lepage(edges[c, d], content, driver.BINS)
        share[c] *= np.sqrt(np.mean(weight[mine] ** 2)) if mine.any() else 1.0
    return replace(sampler, edges=edges, share=_shares(share) if own(sampler.recipe).module.CHANNELS == 2 else sampler.share)


def _shares(share: Floats) -> Floats:
    """Shares that sum to 1, none below FLOOR but for rounding."""
    raised = np.clip(share / share.sum(), FLOOR, 1.0)
    return np.asarray(raised / raised.sum())


def _where(sampler: Sampler, turn: int) -> tuple[Ints, Ints]:
    """Channel (n,) and bin (dimensions, n) of each training attempt, from the same random numbers as the kernel's."""
    first = turn * TRAINING_BLOCKS * BLOCK
    attempt = np.arange(first, first + TRAINING_BLOCKS * BLOCK, dtype=np.uint64)
    k0, k1 = key(sampler.seed, sampler.recipe.process.name, "train")
    chosen, _ = pair(attempt, BEAM, np.uint64(1), k0, k1)
    dimensions = own(sampler.recipe).module.DIMENSIONS
    draws = [y for i in range((dimensions + 1) // 2) for y in pair(attempt, SAMPLE, np.uint64(i), k0, k1)]
    bins = (np.stack(draws[:dimensions]) * driver.BINS).astype(np.int64)
    return (chosen >= sampler.share[0]).astype(np.int64), bins
