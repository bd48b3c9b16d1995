"""Cross-sections with an error, adaptively, and unweighted events: what the verbs cross-section and generate ask for."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from darkrecoil._errors import BadValue
from darkrecoil._jit.philox import ACCEPT, key, pair
from darkrecoil._run import BLOCK, Progress, ordered_map
from darkrecoil.generate.sampling import Cut, Sampler, particles
from darkrecoil.records import Bools, Floats, Ints, Particles

Array: TypeAlias = NDArray[Any]

BATCH = 16  # blocks per step of an integration
MOST_BLOCKS = 40_000  # 3.3e8 attempts: a precision that would take more is refused


@dataclass(frozen=True)
class CrossSection:
    """A cross-section and its statistical error, fb, from so many attempts, at so many events per second."""

    value: float
    error: float
    attempts: int
    events_per_second: float


def integrate(sampler: Sampler, precision: float, cut: Cut | None = None, jobs: int = 1, progress: Progress | None = None) -> CrossSection:
    """The cross-section in fb to the relative precision, or BadValue if that takes more than 3e8 attempts.

    Mean of the weights of all attempts; blocks are summed in order, so that the result does not depend on jobs.
    """
    if not 0 < precision < 1:
        raise BadValue("the precision is relative", precision, "allowed: 0 to 1", "for instance --precision 0.002")
    begin, sums, blocks, batch = time.perf_counter(), np.zeros(2), 0, BATCH
    while True:
        for part in ordered_map(lambda b: _sums(sampler, b, cut), range(blocks, blocks + batch), jobs=jobs):
            sums += part
        blocks += batch
        n = blocks * BLOCK
        mean = sums[0] / n
        error = float(np.sqrt(max(sums[1] / n - mean**2, 0.0) / n))
        wanted = int(blocks * (error / (precision * mean)) ** 2) if mean > 0 else 0
        if progress:
            progress(min(blocks, wanted or blocks), wanted or blocks)
        if mean > 0 and error <= precision * mean:
            return CrossSection(float(mean), error, n, n / (time.perf_counter() - begin))
        if wanted > MOST_BLOCKS or (mean == 0 and blocks >= 64 * BATCH):
            raise BadValue("the cross-section does not converge", f"{mean:g} +- {error:g} fb", hint="ease --precision or the cuts")
        batch = max(BATCH, min(wanted - blocks, 4 * blocks) // BATCH * BATCH + BATCH)


def _sums(sampler: Sampler, block: int, cut: Cut | None) -> Floats:
    weight = particles(sampler, "evaluate", block, cut=cut).weight
    return np.array([weight.sum(), (weight**2).sum()])


@dataclass(frozen=True)
class Sample:
    """Generated events with the cross-section of all attempts made: efficiency of unweighting, share of overweight."""

    particles: Particles
    cross_section: CrossSection
    unweighting_efficiency: float
    overweight_fraction: float


def sample(
    sampler: Sampler,
    events: int,
    weighted: bool = False,
    cut: Cut | None = None,
    finish: Callable[[Particles], Particles] | None = None,
    progress: Progress | None = None,
) -> Sample:
    """``events`` true events in attempt order, unweighted unless asked; ``finish`` decays what decays.

    Unweighted: an attempt is kept with probability w/w_max; what lies above w_max keeps its excess as a weight. The events'
    weights are such that their mean over the sample is the cross-section of all attempts of the finished blocks.
    """
    if events < 1:
        raise BadValue("the number of events must be positive", events, "allowed: 1, 2, ...")
    if not sampler.maximum > 0:
        raise BadValue("no event passes the cuts", sampler.recipe.process.name, hint="ease the cuts")
    begin, kept, sums, got, block = time.perf_counter(), [], np.zeros(4), 0, 0
    while got < events:
        some, part = _accepted(sampler, block, weighted, cut)
        sums += part
        kept.append(some if finish is None else finish(some))
        got, block = got + len(some), block + 1
        if progress:
            progress(min(got, events), events)
        if block > 2000 and got * MOST_BLOCKS < events * block:
            raise BadValue("too few attempts give an event", f"{got} of {block * BLOCK}", hint="ease the cuts")
    return _collected(sampler, kept, events, weighted, sums, block * BLOCK, time.perf_counter() - begin)


def scaled(some: Sample, factor: float) -> Sample:
    """The sample with its weights and its cross-section times a branching fraction."""
    rate = replace(some.cross_section, value=some.cross_section.value * factor, error=some.cross_section.error * factor)
    return replace(some, particles=replace(some.particles, weight=some.particles.weight * factor), cross_section=rate)


def _accepted(sampler: Sampler, block: int, weighted: bool, cut: Cut | None) -> tuple[Particles, Floats]:
    """The accepted events of a block, and the sums of w, w^2, accepted, overweight over its attempts."""
    some = particles(sampler, "user", block, cut=cut)
    weight = some.weight
    if weighted:
        keep, shown = weight > 0, weight
    else:
        keep, shown = _chosen(sampler, some), np.maximum(weight, sampler.maximum)
    over = np.maximum(weight - sampler.maximum, 0.0).sum()
    return where(replace(some, weight=shown), keep), np.array([weight.sum(), (weight**2).sum(), keep.sum(), over])


def _chosen(sampler: Sampler, some: Particles) -> Bools:
    """Which attempts are kept: with probability w/w_max, by a random number of their own; without weight none is drawn."""
    k0, k1 = key(sampler.seed, sampler.recipe.process.name, "user")
    rows = np.flatnonzero(some.weight)
    u, _ = pair(some.attempt[rows].astype(np.uint64), ACCEPT, np.uint64(0), k0, k1)
    keep = np.zeros(len(some), dtype=bool)
    keep[rows] = u * sampler.maximum < some.weight[rows]
    return keep


def where(some: Particles, mask: Bools) -> Particles:
    """The particles of the events of a mask."""
    rows = np.flatnonzero(mask)
    kept: dict[str, Any] = {name: _rows(getattr(some, name), rows) for name in ARRAYS}
    return replace(some, **kept)


def _rows(array: Array, rows: Ints) -> Array:
    """Those rows, in memory by column; one value stretched over all events stays stretched."""
    if array.strides[0] == 0:
        return np.broadcast_to(array[:1], (len(rows), *array.shape[1:]))
    return np.moveaxis(np.take(np.moveaxis(array, 0, -1), rows, axis=-1), -1, 0)


def _joined(arrays: Sequence[Array], events: int) -> Array:
    """The first events of parts one after the other, in memory by column; one value stretched over all stays stretched."""
    some = [array for array in arrays if len(array)]
    if all(array.strides[0] == 0 and np.array_equal(array[0], some[0][0]) for array in some):
        return np.broadcast_to(some[0][:1], (events, *some[0].shape[1:]))
    last = events - sum(map(len, some[:-1]))
    columns = [np.moveaxis(array, 0, -1) for array in (*some[:-1], some[-1][:last])]
    return np.moveaxis(np.concatenate(columns, axis=-1), -1, 0)


ARRAYS = ("pid", "mother", "status", "momentum", "vertex", "weight", "attempt")


def _collected(sampler: Sampler, kept: list[Particles], events: int, weighted: bool, sums: Floats, attempts: int, seconds: float) -> Sample:
    arrays = {name: _joined([getattr(some, name) for some in kept], events) for name in ARRAYS}
    mean = sums[0] / attempts
    error = float(np.sqrt(max(sums[1] / attempts - mean**2, 0.0) / attempts))
    made = int(arrays["attempt"][-1]) + 1 if weighted else events
    scale = 1.0 if weighted else mean / arrays["weight"].mean()
    arrays["weight"] = arrays["weight"] * scale
    result = CrossSection(float(mean), error, attempts, sums[2] / seconds)
    over = 0.0 if weighted else float(sums[3] / sums[0])
    return Sample(Particles(**arrays, attempts=made, beams=sampler.beams), result, float(sums[2] / attempts), over)
