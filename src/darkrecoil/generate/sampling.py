"""A process ready to be generated: by its own file where it has one, else by the amplitude machine on channels of its diagrams."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from darkrecoil import _jit
from darkrecoil._run import BLOCK
from darkrecoil.generate import direct, multichannel, store
from darkrecoil.generate.cuts import Region
from darkrecoil.generate.direct import as_particles
from darkrecoil.generate.grids import Grids
from darkrecoil.generate.multichannel import Engine, Source
from darkrecoil.generate.recipe import Own, Recipe
from darkrecoil.records import Beams, Bools, Floats, Particles

Cut: TypeAlias = Callable[[Particles], Floats]
Kernel: TypeAlias = Callable[..., None]


@dataclass(frozen=True)
class TreeSampler:
    """A process of the amplitude machine with its learnt grids and the maximum weight (fb)."""

    recipe: Recipe
    beams: Beams
    seed: int
    source: Source
    grids: Grids
    maximum: float


Sampler: TypeAlias = direct.Sampler | TreeSampler


def kernels(recipe: Recipe) -> tuple[_jit.Kernel, ...]:
    """What must be compiled for a process: its own kernel, or those that all others share."""
    return (direct.kernel(recipe),) if isinstance(recipe.engine, Own) else multichannel.kernels()


def trained(
    recipe: Recipe,
    runs: Sequence[Kernel],
    beams: Beams,
    seed: int,
    cut: Cut | None = None,
    cuts: Sequence[str] = (),
    jobs: int = 1,
    toward: Region | None = None,
) -> Sampler:
    """A sampler adapted to the process and to a cut (a function from Particles to 0 or 1, and its text); ``runs`` are its kernels.

    With a region ``toward`` which to generate, the grids learn weight x importance: the weights stay those of the process.
    """
    if isinstance(recipe.engine, Own):
        return direct.trained(recipe, runs[0], beams, seed, cut, toward.importance if toward else None)
    source = multichannel.source(recipe.process.name, recipe.engine, recipe.soft, recipe.sqrt_s, beams, seed, Engine(*runs))
    importance = _importance(recipe, beams, toward)
    texts = [*cuts, *(f"toward {text}" for text in (toward.texts if toward else ()))]
    learnt, maximum = store.trained(source, _on_arrays(recipe, beams, cut), texts, jobs, importance)
    return TreeSampler(recipe, beams, seed, source, learnt, maximum)


def particles(sampler: Sampler, sample: str, block: int, blocks: int = 1, cut: Cut | None = None) -> Particles:
    """The true particles of whole blocks of attempts, weighted, before decays; those that a cut loses have weight 0."""
    if isinstance(sampler, direct.Sampler):
        return direct.cut_away(direct.particles(sampler, sample, block, blocks), cut)
    mask = _on_arrays(sampler.recipe, sampler.beams, cut)
    found = multichannel.attempts(sampler.source, sampler.grids, sample, block * BLOCK, blocks * BLOCK, mask)
    return as_particles(found.pid, found.momentum, found.weight, block * BLOCK, sampler.beams)


def _importance(recipe: Recipe, beams: Beams, toward: Region | None) -> Callable[[Floats], Floats] | None:
    """The importance as a function of momenta (4 k, n) in the laboratory."""
    if toward is None:
        return None
    return lambda momentum: toward.importance(as_particles(recipe.pid, momentum, np.ones(momentum.shape[1]), 0, beams))


def _on_arrays(recipe: Recipe, beams: Beams, cut: Cut | None) -> multichannel.Cut | None:
    """The same cut as a function of momenta (4 k, n) in the laboratory: it is asked before |M|^2 is computed."""
    if cut is None:
        return None

    def mask(momentum: Floats) -> Bools:
        some = as_particles(recipe.pid, momentum, np.ones(momentum.shape[1]), 0, beams)
        return np.asarray(cut(some) > 0)

    return mask
