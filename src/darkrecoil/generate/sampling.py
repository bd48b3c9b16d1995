"""A process ready to be generated: by its own file, by the amplitude machine on channels of its diagrams, or at a measured rate."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from darkrecoil import _jit
from darkrecoil._run import BLOCK
from darkrecoil.amplitudes.machine import WIDE
from darkrecoil.generate import direct, multichannel, store
from darkrecoil.generate.cuts import Region
from darkrecoil.generate.direct import as_particles
from darkrecoil.generate.grids import Grids
from darkrecoil.generate.measured import sampler as measured
from darkrecoil.generate.measured.processes import Measured
from darkrecoil.generate.multichannel import Source, built
from darkrecoil.generate.recipe import Own, Recipe
from darkrecoil.generate.tree import Tree
from darkrecoil.records import Beams, Bools, Floats, Ints, Particles

PHOTON = 22
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


@dataclass(frozen=True)
class Merged:
    """Samplers of the parts of a process, ``counts`` attempts of each in a block, such that their greatest weights are alike."""

    recipe: Recipe
    beams: Beams
    seed: int
    parts: tuple[TreeSampler, ...]
    counts: tuple[int, ...]
    maximum: float


Sampler: TypeAlias = direct.Sampler | TreeSampler | Merged | measured.Sampler


def kernels(recipe: Recipe) -> tuple[_jit.Kernel, ...]:
    """What must be compiled for a process: its own kernel, or those that all others share; nothing at a measured rate."""
    if isinstance(recipe.engine, Measured):
        return ()
    return (direct.kernel(recipe),) if isinstance(recipe.engine, Own) else multichannel.kernels(_radiates(recipe))


def _radiates(recipe: Recipe) -> bool:
    return not all(part.radiation.nothing for part in (recipe, *recipe.parts))


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
    if isinstance(recipe.engine, Measured):
        return measured.trained(recipe, beams, seed, cuts, toward.texts if toward else ())
    texts = [*cuts, *(f"toward {text}" for text in (toward.texts if toward else ()))]
    if recipe.parts:
        named = (recipe.process.name, *texts)
        return merged(recipe, [_tree(part, runs, beams, seed, cut, named, jobs, toward) for part in recipe.parts])
    return _tree(recipe, runs, beams, seed, cut, texts, jobs, toward)


def _tree(
    recipe: Recipe,
    runs: Sequence[Kernel],
    beams: Beams,
    seed: int,
    cut: Cut | None,
    texts: Sequence[str],
    jobs: int,
    toward: Region | None,
) -> TreeSampler:
    assert isinstance(recipe.engine, Tree)
    name = recipe.process.name
    source = multichannel.source(name, recipe.engine, recipe.soft, recipe.sqrt_s, beams, seed, built(runs), recipe.radiation)
    importance = _importance(recipe, beams, toward)
    learnt, maximum = store.trained(source, _on_arrays(recipe, beams, cut), texts, jobs, importance)
    return TreeSampler(recipe, beams, seed, source, learnt, maximum)


def merged(recipe: Recipe, parts: Sequence[TreeSampler]) -> Merged:
    """The sampler of the sum: attempts in proportion to the greatest weights, at least one chunk of each part that has a weight."""
    whole = sum(part.maximum for part in parts)
    shares = [part.maximum / whole if whole > 0 else 1.0 / len(parts) for part in parts]
    counts = [WIDE * max(1, round(share * BLOCK / WIDE)) for share in shares]
    counts[int(np.argmax(counts))] += BLOCK - sum(counts)
    maximum = max(part.maximum * BLOCK / count for part, count in zip(parts, counts, strict=True))
    return Merged(recipe, parts[0].beams, parts[0].seed, tuple(parts), tuple(counts), maximum)


def particles(sampler: Sampler, sample: str, block: int, blocks: int = 1, cut: Cut | None = None) -> Particles:
    """The true particles of whole blocks of attempts, weighted, before decays; those that a cut loses have weight 0.

    Slots: the process's own particles, then radiated photons, none (status 0) where they are too soft to be kept. At a measured rate
    the hadrons are decayed, and what a cut loses is empty.
    """
    if isinstance(sampler, measured.Sampler):
        return measured.particles(sampler, sample, block, blocks, cut)
    if isinstance(sampler, direct.Sampler):
        return direct.cut_away(direct.particles(sampler, sample, block, blocks), cut)
    if isinstance(sampler, Merged):
        return _joined(sampler, sample, block, blocks, cut)
    return _of_tree(sampler, sample, block * BLOCK, blocks * BLOCK, cut)


def weights(sampler: Sampler, sample: str, block: int, cut: Cut | None = None) -> Floats:
    """The weights (n,), fb, of a block of attempts."""
    if isinstance(sampler, measured.Sampler):
        return measured.weights(sampler, sample, block, cut)
    return particles(sampler, sample, block, cut=cut).weight


def _of_tree(sampler: TreeSampler, sample: str, first: int, count: int, cut: Cut | None) -> Particles:
    """Attempts first.. of one matrix element."""
    mask = _on_arrays(sampler.recipe, sampler.beams, cut)
    found = multichannel.attempts(sampler.source, sampler.grids, sample, first, count, mask)
    some = as_particles(found.pid, found.momentum[: 4 * len(sampler.recipe.pid)], found.weight, first, sampler.beams)
    return with_photons(some, found.momentum[4 * len(sampler.recipe.pid) :])


def with_photons(some: Particles, momentum: Floats) -> Particles:
    """The particles with radiated photons (4 r, n) in further slots, which are empty where the energy is 0."""
    if not len(momentum):
        return some
    n, r = len(some), len(momentum) // 4
    there = (momentum.reshape(r, 4, n)[:, 0] > 0).astype(np.int64)
    return _with_slots(some, len(some.pid.T), PHOTON * there, there, momentum)


def _with_slots(some: Particles, at: int, pid: Ints, status: Ints, momentum: Floats) -> Particles:
    """The particles with more slots (r, n) from slot ``at`` on; arrays stay in memory by column."""
    r, n = pid.shape
    return replace(
        some,
        pid=np.insert(some.pid.T, [at], pid, axis=0).T,
        mother=np.insert(some.mother.T, [at], np.full((r, n), -1), axis=0).T,
        status=np.insert(some.status.T, [at], status, axis=0).T,
        momentum=np.moveaxis(np.insert(np.moveaxis(some.momentum, 0, 2), [at], momentum.reshape(r, 4, n), axis=0), 2, 0),
        vertex=np.broadcast_to(np.zeros(1), (n, some.pid.shape[1] + r, 4)),
    )


def _joined(sampler: Merged, sample: str, block: int, blocks: int, cut: Cut | None) -> Particles:
    """Blocks that hold attempts of every part, one part after the other, numbered through."""
    legs = max(len(part.recipe.pid) for part in sampler.parts)
    pieces = []
    for b in range(block, block + blocks):
        for part, count in zip(sampler.parts, sampler.counts, strict=True):
            some = _of_tree(part, sample, b * count, count, cut)
            own = len(part.recipe.pid)
            none = np.zeros((legs - own, count), dtype=np.int64)
            wide = some if own == legs else _with_slots(some, own, none, none, np.zeros((4 * (legs - own), count)))
            pieces.append(replace(wide, weight=wide.weight * (BLOCK / count)))
    return _numbered(pieces, block * BLOCK)


def first_radiated(recipe: Recipe) -> int:
    """The slot of the first radiated photon: behind the particles of the part that has most."""
    return max(len(part.pid) for part in (recipe, *recipe.parts))


def by_part(sampler: Sampler, attempt: Ints) -> list[tuple[Recipe, Ints]]:
    """The recipes that the attempts (n,) were made by, each with its rows."""
    if not isinstance(sampler, Merged):
        return [(sampler.recipe, np.arange(len(attempt)))]
    ends = np.cumsum(sampler.counts)
    which = np.searchsorted(ends, attempt % BLOCK, side="right")
    return [(part.recipe, np.flatnonzero(which == i)) for i, part in enumerate(sampler.parts)]


def _numbered(pieces: Sequence[Particles], first: int) -> Particles:
    """One after the other, as attempts first.., in memory by column."""
    n = sum(map(len, pieces))
    joined = {
        name: np.moveaxis(np.concatenate([np.moveaxis(getattr(some, name), 0, -1) for some in pieces], axis=-1), -1, 0)
        for name in ("pid", "mother", "status", "momentum", "weight")
    }
    vertex = np.broadcast_to(np.zeros(1), (n, pieces[0].pid.shape[1], 4))
    return Particles(**joined, vertex=vertex, attempt=np.arange(first, first + n, dtype=np.int64), attempts=n, beams=pieces[0].beams)


def _importance(recipe: Recipe, beams: Beams, toward: Region | None) -> Callable[[Floats], Floats] | None:
    """The importance as a function of momenta (4 k, n) in the laboratory: where a cut speaks of any of the photons, the greatest."""
    if toward is None:
        return None
    pid, choices = _asked(recipe)

    def one(momentum: Floats) -> Floats:
        return toward.importance(as_particles(pid, momentum, np.ones(momentum.shape[1]), 0, beams))

    return lambda momentum: np.asarray(np.max([one(momentum[rows]) for rows in choices], axis=0))


def _on_arrays(recipe: Recipe, beams: Beams, cut: Cut | None) -> multichannel.Cut | None:
    """The same cut as a function of momenta (4 k, n) in the laboratory: it is asked before |M|^2 is computed."""
    if cut is None:
        return None
    pid, choices = _asked(recipe)

    def one(momentum: Floats) -> Bools:
        return np.asarray(cut(as_particles(pid, momentum, np.ones(momentum.shape[1]), 0, beams)) > 0)

    return lambda momentum: np.asarray(np.any([one(momentum[rows]) for rows in choices], axis=0))


def _asked(recipe: Recipe) -> tuple[tuple[int, ...], list[list[int]]]:
    """The PDG codes of the particles that a cut speaks of, and the rows of their momenta: the process's own; where it is typed with
    "(gamma)", all choices without one of the photons."""
    top = recipe.radiation.scale > 0 and recipe.radiation.top
    pid = recipe.pid[:-1] if top else recipe.pid
    return pid, [_without(recipe, slot) for slot in recipe.radiation.explicit] if top else [list(range(4 * len(pid)))]


def _without(recipe: Recipe, slot: int) -> list[int]:
    """Rows of momenta of the process's particles with the last photon in the place of that one."""
    slots = [i for i in range(len(recipe.pid)) if i != slot]
    photons = [i for i in slots if recipe.pid[i] == PHOTON]
    others = iter(photons)
    order = [next(others) if recipe.pid[i] == PHOTON else i for i in range(len(recipe.pid) - 1)]
    return [4 * i + c for i in order for c in range(4)]
