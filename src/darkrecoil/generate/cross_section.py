"""Cross-sections with an error, adaptively, and unweighted events: what the verbs cross-section and generate ask for."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np

from darkrecoil._errors import BadValue
from darkrecoil._jit.philox import ACCEPT, pair
from darkrecoil._jit.philox import key as words_of
from darkrecoil._run import BLOCK, Progress, ordered_map
from darkrecoil._store import Block, kept
from darkrecoil.generate.filters import Filter, passed
from darkrecoil.generate.packing import ARRAYS, joined, packed, unpacked, where
from darkrecoil.generate.sampling import Cut, Sampler, particles, weights
from darkrecoil.records import Bools, Floats, Particles
from darkrecoil.selection.tallies import efficiency, n_eff

BATCH = 16  # blocks per step of an integration
MOST_BLOCKS = 40_000  # 3.3e8 attempts: a precision that would take more is refused
PATIENCE = 2000  # blocks after which a sample that would take more than MOST_BLOCKS is refused
ENDLESS = 2**40  # blocks: more than any sample has
SUMS = 8  # of a block: w, w^2, accepted, overweight of its attempts; w and w^2 of its events before and after the filters


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
    weight = weights(sampler, "evaluate", block, cut)
    return np.array([weight.sum(), (weight**2).sum()])


@dataclass(frozen=True)
class Sample:
    """Generated events with the cross-section of all attempts made: efficiency of unweighting, share of overweight.

    ``cross_section`` is before a filter, ``filtered`` after it, ``efficiency`` that of the filter with its error: those of the events
    themselves and (1, 0) without a filter. ``n_eff`` = (sum w)^2/sum w^2 of the events.
    """

    particles: Particles
    cross_section: CrossSection
    unweighting_efficiency: float
    overweight_fraction: float
    filtered: CrossSection
    efficiency: tuple[float, float]
    n_eff: float


@dataclass(frozen=True)
class Line:
    """What makes a sample's events, block by block: sampler, cut, decays, filters, whether events stay weighted."""

    sampler: Sampler
    cut: Cut | None = None
    finish: Callable[[Particles], Particles] | None = None
    filters: tuple[Filter, ...] = ()
    weighted: bool = False


def sample(line: Line, events: int, *, key: str | None = None, jobs: int = 1, progress: Progress | None = None) -> Sample:
    """``events`` true events in attempt order that pass the filters, unweighted unless asked; ``finish`` decays what decays.

    Unweighted: an attempt is kept with probability w/w_max; what lies above w_max keeps its excess as a weight. The events'
    weights are such that their mean over the sample is the cross-section, after the filters, of all attempts of the finished
    blocks. ``key`` is the address of the sample in the store.
    """
    if events < 1:
        raise BadValue("the number of events must be positive", events, "allowed: 1, 2, ...")
    if not line.sampler.maximum > 0:
        raise BadValue("no event passes the cuts", line.sampler.recipe.process.name, hint="ease the cuts")
    begin, some, sums, got, blocks = time.perf_counter(), [], np.zeros(SUMS), 0, 0
    with closing(kept(key, lambda block: _block(line, block), range(ENDLESS), jobs)) as parts:
        for part in parts:
            sums += part[0]
            some.append(unpacked(part[1:], BLOCK, line.sampler.beams))
            got, blocks = got + len(some[-1]), blocks + 1
            if progress:
                progress(min(got, events), events)
            if got >= events:
                break
            if blocks > PATIENCE and got * MOST_BLOCKS < events * blocks:
                raise BadValue("too few attempts give an event", f"{got} of {blocks * BLOCK}", hint=f"ease the {_strict(line)}")
    return _collected(line, some, events, sums, blocks * BLOCK, time.perf_counter() - begin)


def scaled(some: Sample, factor: float) -> Sample:
    """The sample with its weights and its cross-sections times a branching fraction."""
    rates = [replace(rate, value=rate.value * factor, error=rate.error * factor) for rate in (some.cross_section, some.filtered)]
    particles_ = replace(some.particles, weight=some.particles.weight * factor)
    return replace(some, particles=particles_, cross_section=rates[0], filtered=rates[1])


def _strict(line: Line) -> str:
    return "cuts or filters" if line.filters else "cuts"


def _block(line: Line, block: int) -> Block:
    """The sums of a block of attempts and its events: those accepted, decayed, and let pass by the filters."""
    some, sums = _accepted(line, block)
    some = some if line.finish is None else line.finish(some)
    before = some.weight
    if line.filters:
        some = where(some, passed(line.filters, some))
    after = some.weight
    return np.array([*sums, before.sum(), (before**2).sum(), after.sum(), (after**2).sum()]), *packed(some)


def _accepted(line: Line, block: int) -> tuple[Particles, Floats]:
    """The accepted events of a block, and the sums of w, w^2, accepted, overweight over its attempts."""
    some = particles(line.sampler, "user", block, cut=line.cut)
    weight, maximum = some.weight, line.sampler.maximum
    if line.weighted:
        keep, shown = weight > 0, weight
    else:
        keep, shown = _chosen(line.sampler, some), np.maximum(weight, maximum)
    over = np.maximum(weight - maximum, 0.0).sum()
    return where(replace(some, weight=shown), keep), np.array([weight.sum(), (weight**2).sum(), keep.sum(), over])


def _chosen(sampler: Sampler, some: Particles) -> Bools:
    """Which attempts are kept: with probability w/w_max, by a random number of their own; without weight none is drawn."""
    k0, k1 = words_of(sampler.seed, sampler.recipe.process.name, "user")
    rows = np.flatnonzero(some.weight)
    u, _ = pair(some.attempt[rows].astype(np.uint64), ACCEPT, np.uint64(0), k0, k1)
    keep = np.zeros(len(some), dtype=bool)
    keep[rows] = u * sampler.maximum < some.weight[rows]
    return keep


def _collected(line: Line, some: list[Particles], events: int, sums: Floats, attempts: int, seconds: float) -> Sample:
    arrays = {name: joined([getattr(part, name) for part in some], events) for name in ARRAYS}
    mean = sums[0] / attempts
    error = float(np.sqrt(max(sums[1] / attempts - mean**2, 0.0) / attempts))
    share, spread = efficiency(sums[6], sums[7], sums[4], sums[5]) if line.filters else (1.0, 0.0)
    made = int(arrays["attempt"][-1]) + 1 if line.weighted else events
    scale = 1.0 if line.weighted else mean * share / arrays["weight"].mean()
    arrays["weight"] = arrays["weight"] * scale
    speed = sums[2] / seconds
    result = CrossSection(float(mean), error, attempts, speed)
    after = CrossSection(float(mean) * share, float(np.hypot(error * share, mean * spread)), attempts, speed)
    return Sample(
        Particles(**arrays, attempts=made, beams=line.sampler.beams),
        result,
        float(sums[2] / attempts),
        0.0 if line.weighted else float(sums[3] / sums[0]),
        after,
        (share, spread),
        n_eff(arrays["weight"]),
    )
