"""One source through detector and selection, block by block; sums are made in the order of the blocks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from darkrecoil._jit.philox import key
from darkrecoil._run import BLOCK, Progress, block_count
from darkrecoil._store import kept
from darkrecoil.chain.bench import Source
from darkrecoil.detector import card as cards
from darkrecoil.detector import compiled
from darkrecoil.detector.compiled import Response
from darkrecoil.generate import address as addresses
from darkrecoil.generate import taus
from darkrecoil.generate.filters import passed
from darkrecoil.generate.packing import where
from darkrecoil.records import Cutflow, Events, Floats, Spectrum
from darkrecoil.selection import Analysis, Node, cutflow_from, select, text, values
from darkrecoil.selection.evaluate import Memo

Part = tuple[Floats, ...]  # of a block: tally, observable, weight, and the variables of a suppression if there is one
FILTERED = "generator filter"  # the row of the cutflow
TYPICAL = 100  # events of a row by which a source's weights are judged


@dataclass(frozen=True)
class Selected:
    """What is left of a source: tally (rows, 3) of its cutflow, the observable and the weight (fb) of each event kept.

    ``values`` are (n,), or (n, k) where an event has several candidates, NaN behind its last one; in a window it counts once.
    ``unit`` is the weight of one event over the attempts, fb: the cross-section that one generated event stands for.
    ``filters`` are the generator-level filters, asked of the true events: the second row of the tally where there are any.
    ``variables`` (n, k) are what the search's suppression cuts on; ``later`` are the rows, (name, text), beyond the search's table.
    """

    source: str
    tally: Floats
    values: Floats
    weights: Floats
    attempts: int
    unit: float
    filters: tuple[str, ...] = ()
    variables: Floats | None = None
    later: tuple[tuple[str, str], ...] = ()

    def cross_section(self) -> float:
        """The generated cross-section, fb, before any filter."""
        return float(self.tally[0, 1] / self.attempts)

    def n_eff(self) -> float:
        """The effective number (sum w)^2/sum w^2 of the generated events that pass the filters."""
        _, w, w2 = self.tally[1 if self.filters else 0].tolist()
        return float(w * w / w2) if w2 > 0 else 0.0

    def effective_luminosity(self) -> float:
        """The luminosity, fb^-1, at which unweighted events would scatter as these do: attempts x sum w/sum w^2 of a typical row."""
        _, w, w2 = _typical(self.tally, self.filters)
        return float(self.attempts * w / w2) if w2 > 0 else 0.0


def selected(
    source: Source,
    response: Response,
    analysis: Analysis,
    attempts: int,
    jobs: int = 1,
    progress: Progress | None = None,
    *,
    store: bool = True,
    before: Selected | None = None,
    sample: str = "evaluate",
) -> Selected:
    """The source's events that pass the rows of the search, from so many attempts (rounded up to whole blocks).

    Blocks that lie in the sample store are read, the others are kept there. ``before`` is what fewer attempts of the same gave: only
    the blocks beyond are made, and the result is that of all of them, bit for bit.
    ``sample``: evaluate, or train, whose events are others.
    """
    keep_freed_memory()
    begin = before.attempts // BLOCK if before else 0
    blocks = range(begin, max(begin, block_count(attempts)))
    key_ = address(source, response, analysis, sample) if store else None
    parts = [tuple(block) for block in kept(key_, _step(source, response, analysis, sample), blocks, jobs, progress)]
    first = [_as_part(before)] if before else []
    return _joined(source.name, [*first, *parts], blocks.stop * BLOCK, tuple(some.text for some in source.filters))


def _as_part(some: Selected) -> Part:
    more = () if some.variables is None else (some.variables,)
    return some.tally, some.values, some.weights, *more


def address(source: Source, response: Response, analysis: Analysis, sample: str = "evaluate") -> str:
    """The address of what the search keeps of a source behind a card's response: all that it depends on but the number of attempts."""
    runs = (response.tracks, response.photons, response.uniforms)
    compiled_ = tuple(run.__module__ for run in runs) + taus.facts(source.decay) + source.later_facts
    table = tuple((name, tuple(node.key for node in conditions)) for name, conditions in analysis.rows)
    asked = (analysis.triggers, table, analysis.observable.key, tuple(node.key for node in suppressed_on(analysis)))
    texts = [some.text for some in source.filters]
    return addresses.of(source.sampler, sample, source.cuts, texts, "chain", cards.card_hash(response.card), compiled_, *asked)


def keep_freed_memory() -> None:
    """Make glibc keep what is freed instead of returning it after each block, which costs half of the selection's time.

    Freeing one large array raises malloc's threshold for memory of its own (mallopt(3), M_MMAP_THRESHOLD); no other effect.
    """
    np.empty(3 << 20, dtype=np.float64)


def _step(source: Source, response: Response, analysis: Analysis, sample: str) -> Callable[[int], Part]:
    sampler = source.sampler
    words = key(sampler.seed, sampler.recipe.process.name, sample)

    def one(block: int) -> Part:
        truth, generated = source.particles(sample, block), []
        if source.filters:
            generated = [[len(truth), truth.weight.sum(), (truth.weight**2).sum()]]
            truth = where(truth, passed(source.filters, truth))
        events = compiled.simulate(truth, response, words, analysis.triggers)
        some, tally = select(analysis, events)
        return np.concatenate([np.reshape(generated, (-1, 3)), tally]), *_of_events(analysis, some)

    return one


def suppressed_on(analysis: Analysis) -> tuple[Node, ...]:
    """The quantities that the search's suppression cuts on, then those at which only a classifier looks."""
    how = analysis.suppression
    return () if how is None else (*(node for node, _ in how.variables), *how.learnt)


def _of_events(analysis: Analysis, events: Events) -> Part:
    """Observable, weight and, where there is a suppression, its variables (n, k)."""
    memo: Memo = {}
    columns = [np.asarray(values(node, events, memo), dtype=np.float64) for node in suppressed_on(analysis)]
    return observed(analysis, events), events.weight, *([np.stack(columns, axis=1)] if columns else [])


def observed(analysis: Analysis, events: Events) -> Floats:
    """The search's observable (n,) of events, in its unit; of each of their candidates, (n, k), smallest first and NaN behind them."""
    found = np.asarray(values(analysis.observable, events), dtype=np.float64)
    if found.ndim == 1:
        return found
    most = np.isfinite(found).sum(axis=1).max(initial=0)
    return np.asarray(np.sort(found, axis=1)[:, :most])


def from_events(name: str, analysis: Analysis, events: Events) -> Selected:
    """The same for events that are at hand, as one block."""
    some, tally = select(analysis, events)
    return _joined(name, [(tally, *_of_events(analysis, some))], events.attempts)


def together(name: str, some: Sequence[Selected]) -> Selected:
    """Sources of as many attempts each, whose cross-sections add up, as one: the charge states of a signal."""
    if len(some) == 1:
        return some[0]
    return replace(_joined(name, [_as_part(one) for one in some], some[0].attempts, some[0].filters), later=some[0].later)


def _joined(name: str, parts: Sequence[Part], attempts: int, filters: tuple[str, ...] = ()) -> Selected:
    tally = parts[0][0].copy()
    for part in parts[1:]:
        tally += part[0]
    _, w, w2 = _typical(tally, filters)
    unit = w2 / w / attempts if w > 0 else 0.0
    variables = np.concatenate([p[3] for p in parts]) if len(parts[0]) > 3 else None
    values_, weights = _stacked([p[1] for p in parts]), np.concatenate([p[2] for p in parts])
    return Selected(name, tally, values_, weights, attempts, unit, filters, variables)


def _typical(tally: Floats, filters: tuple[str, ...]) -> tuple[float, float, float]:
    """Number, sum w and sum w^2 of the last row that TYPICAL events pass; of all that pass the filters if there is none.

    Of events that are generated toward a region it is those inside that the search looks at: most others, with their large weights, it
    never keeps.
    """
    entering = tally[1 if filters else 0]
    rows = [row for row in tally[1 if filters else 0 :] if row[0] >= TYPICAL]
    n, w, w2 = (rows[-1] if rows else entering).tolist()
    return n, w, w2


def _stacked(some: Sequence[Floats]) -> Floats:
    """Values one after the other, as wide as the widest."""
    if some[0].ndim == 1:
        return np.concatenate(some)
    width = max(values.shape[1] for values in some)
    return np.concatenate([np.pad(v, ((0, 0), (0, width - v.shape[1])), constant_values=np.nan) for v in some])


def flow(analysis: Analysis, some: Selected, window: tuple[float, float] | None = None) -> Cutflow:
    """The cutflow of a source, with the window of the observable as its last row if one is given."""
    first = ((FILTERED, "; ".join(some.filters)),) if some.filters else ()
    if window is None:
        return cutflow_from(analysis, some.tally, some.attempts, some.later, first)
    weight = some.weights[inside(some, window)]
    row = np.array([[len(weight), weight.sum(), (weight**2).sum()]])
    low, high = window
    extra = (("window", f"{low:.4g} < {text(analysis.observable)} < {high:.4g} {analysis.observable.unit}"),)
    return cutflow_from(analysis, np.concatenate([some.tally, row]), some.attempts, (*some.later, *extra), first)


def inside(some: Selected, window: tuple[float, float]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """The kept events (n,) whose observable, or that of one of their candidates, is inside the window."""
    found = np.asarray((some.values > window[0]) & (some.values < window[1]))
    return found if found.ndim == 1 else np.asarray(found.any(axis=1))


def candidates(some: Selected) -> tuple[Floats, Floats]:
    """Observable and weight (m,) of every candidate."""
    if some.values.ndim == 1:
        return some.values, some.weights
    there = np.isfinite(some.values)
    return some.values[there], np.repeat(some.weights, there.sum(axis=1))


def nearest(some: Selected, value: float) -> tuple[Floats, Floats]:
    """Observable and weight (m,) of the candidate of each event that is nearest to a value."""
    if some.values.ndim == 1:
        return some.values, some.weights
    there = np.isfinite(some.values).any(axis=1)
    found = some.values[there]
    which = np.nanargmin(np.abs(found - value), axis=1) if len(found) else np.zeros(0, dtype=np.int64)
    return found[np.arange(len(found)), which], some.weights[there]


def named(observable: Node) -> str:
    """What an observable is called: "recoil_mass_squared", "pair_masses_squared" and the like."""
    of = observable.arguments[0] if observable.arguments else None
    recoils = isinstance(of, Node) and of.operation == "recoil"
    return f"recoil_{observable.operation}" if recoils else observable.operation


def spectrum(analysis: Analysis, sources: Sequence[Selected]) -> Spectrum:
    """The observable's spectrum per source, fb, in the search's binning."""
    low, high, bins = analysis.binning
    edges = np.linspace(low, high, bins + 1)
    seen = [(*candidates(s), s.attempts) for s in sources]
    sums = [np.histogram(v, edges, weights=w / attempts)[0] for v, w, attempts in seen]
    squares = [np.histogram(v, edges, weights=(w / attempts) ** 2)[0] for v, w, attempts in seen]
    unit = np.array([s.unit for s in sources])
    return Spectrum(named(analysis.observable), edges, tuple(s.source for s in sources), np.array(sums), np.array(squares), unit)
