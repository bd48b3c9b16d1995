"""One source through detector and selection, block by block; sums are made in the order of the blocks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from darkrecoil._jit.philox import key
from darkrecoil._run import BLOCK, Progress, block_count, ordered_map
from darkrecoil.chain.bench import Source
from darkrecoil.detector import compiled
from darkrecoil.detector.compiled import Response
from darkrecoil.records import Cutflow, Events, Floats, Spectrum
from darkrecoil.selection import Analysis, cutflow_from, select, text, values

Part = tuple[Floats, Floats, Floats]


@dataclass(frozen=True)
class Selected:
    """What is left of a source: tally (rows, 3) of its cutflow, the observable and the weight (fb) of each event kept.

    ``unit`` is the weight of one event over the attempts, fb: the cross-section that one generated event stands for.
    """

    source: str
    tally: Floats
    values: Floats
    weights: Floats
    attempts: int
    unit: float

    def cross_section(self) -> float:
        """The generated cross-section, fb."""
        return float(self.tally[0, 1] / self.attempts)


def selected(
    source: Source, response: Response, analysis: Analysis, attempts: int, jobs: int = 1, progress: Progress | None = None
) -> Selected:
    """The source's events that pass the rows of the search, from so many attempts (rounded up to whole blocks)."""
    keep_freed_memory()
    blocks = range(block_count(attempts))
    step = _step(source, response, analysis)
    parts = list(ordered_map(step, blocks, jobs=jobs, progress=progress))
    return _joined(source.name, parts, len(blocks) * BLOCK)


def keep_freed_memory() -> None:
    """Make glibc keep what is freed instead of returning it after each block, which costs half of the selection's time.

    Freeing one large array raises malloc's threshold for memory of its own (mallopt(3), M_MMAP_THRESHOLD); no other effect.
    """
    np.empty(3 << 20, dtype=np.float64)


def _step(source: Source, response: Response, analysis: Analysis) -> Callable[[int], Part]:
    sampler = source.sampler
    words = key(sampler.seed, sampler.recipe.process.name, "evaluate")

    def one(block: int) -> Part:
        events = compiled.simulate(source.particles("evaluate", block), response, words, analysis.triggers)
        kept, tally = select(analysis, events)
        return tally, observed(analysis, kept), kept.weight

    return one


def observed(analysis: Analysis, events: Events) -> Floats:
    """The search's observable (n,) of events, in its unit."""
    return np.asarray(values(analysis.observable, events), dtype=np.float64)


def from_events(name: str, analysis: Analysis, events: Events) -> Selected:
    """The same for events that are at hand, as one block."""
    kept, tally = select(analysis, events)
    return _joined(name, [(tally, observed(analysis, kept), kept.weight)], events.attempts)


def _joined(name: str, parts: Sequence[Part], attempts: int) -> Selected:
    tally = parts[0][0].copy()
    for part in parts[1:]:
        tally += part[0]
    unit = float(tally[0, 2] / tally[0, 1] / attempts) if tally[0, 1] > 0 else 0.0
    return Selected(name, tally, np.concatenate([p[1] for p in parts]), np.concatenate([p[2] for p in parts]), attempts, unit)


def flow(analysis: Analysis, some: Selected, window: tuple[float, float] | None = None) -> Cutflow:
    """The cutflow of a source, with the window of the observable as its last row if one is given."""
    if window is None:
        return cutflow_from(analysis, some.tally, some.attempts)
    weight = some.weights[inside(some, window)]
    row = np.array([[len(weight), weight.sum(), (weight**2).sum()]])
    low, high = window
    extra = (("window", f"{low:.4g} < {text(analysis.observable)} < {high:.4g} {analysis.observable.unit}"),)
    return cutflow_from(analysis, np.concatenate([some.tally, row]), some.attempts, extra)


def inside(some: Selected, window: tuple[float, float]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """The kept events (n,) whose observable is inside the window."""
    return np.asarray((some.values > window[0]) & (some.values < window[1]))


def spectrum(analysis: Analysis, sources: Sequence[Selected]) -> Spectrum:
    """The observable's spectrum per source, fb, in the search's binning."""
    low, high, bins = analysis.binning
    edges = np.linspace(low, high, bins + 1)
    sums = [np.histogram(s.values, edges, weights=s.weights / s.attempts)[0] for s in sources]
    squares = [np.histogram(s.values, edges, weights=(s.weights / s.attempts) ** 2)[0] for s in sources]
    unit = np.array([s.unit for s in sources])
    return Spectrum("recoil_mass_squared", edges, tuple(s.source for s in sources), np.array(sums), np.array(squares), unit)
