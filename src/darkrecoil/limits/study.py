"""What a limit is made of and does not depend on the luminosity: backgrounds and signals, generated and selected once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from darkrecoil import chain, models
from darkrecoil._errors import BadValue, UnknownName
from darkrecoil._run import Progress
from darkrecoil.chain.stream import Selected
from darkrecoil.constants import MASS, PID, AlphaScheme
from darkrecoil.detector import card as cards
from darkrecoil.detector.schema import Card
from darkrecoil.generate.radiation import NOT, Choice
from darkrecoil.generate.recipe import Recipe, checked_alpha, inclusive, parse, radiating, recipe
from darkrecoil.limits.effort import MOST_ATTEMPTS, NO_MORE, Goal, reached
from darkrecoil.limits.windows import window
from darkrecoil.records import Model
from darkrecoil.selection import Analysis, Dataset

COUPLING = 0.1  # at which signals are generated; rates scale as its square
SIGNAL_ATTEMPTS = 24 * 8192
BACKGROUND_ATTEMPTS = 256 * 8192  # about ten times the pairs of taus or muons in 276/pb
RADIATES = Choice(initial=True, final=True)

Watch = Callable[[str], Progress | None]


@dataclass(frozen=True)
class Study:
    """A search, a model, a data set, a card, and the selected events of each source; signals by mass in GeV.

    ``closed`` are masses at which nothing is produced, with the reason. ``peaks`` are signals without radiation, where it is on: the
    resolution of a peak, and so its window, is the detector's; what radiation moves out of the window is lost efficiency.
    """

    analysis: Analysis
    model: Model
    dataset: Dataset
    card: Card
    alpha: AlphaScheme
    seed: int
    backgrounds: tuple[Selected, ...]
    signals: Mapping[float, Selected]
    closed: Mapping[float, str]
    goal: Goal = NO_MORE
    radiates: Choice = RADIATES
    peaks: Mapping[float, Selected] = field(default_factory=dict)

    def peak(self, mass: float) -> Selected:
        """The signal events whose peak has the detector's width."""
        return self.peaks.get(mass, self.signals[mass])


def study(
    analysis: Analysis,
    model: Model,
    dataset: Dataset,
    masses: Sequence[float],
    alpha: str | float = "0",
    *,
    parameters: Mapping[str, float] | None = None,
    detector: str | None = None,
    changes: Mapping[str, object] | None = None,
    seed: int = 1,
    jobs: int = 1,
    attempts: int = BACKGROUND_ATTEMPTS,
    signal_attempts: int = SIGNAL_ATTEMPTS,
    goal: Goal = NO_MORE,
    store: bool = True,
    radiates: Choice = RADIATES,
    watch: Watch = lambda _: None,
) -> Study:
    """The study of these masses, GeV: everything compiled, trained, generated, simulated and selected.

    ``attempts`` are those of each background, and more if the ``goal`` takes more. With ``store`` blocks of events are read from the
    sample store where they lie there, and kept. Where all charges radiate, backgrounds have any number of photons.
    BadValue for a mass or a number of attempts that cannot be, UnknownName for a detector.
    """
    for mass in masses:
        models.check(model, mass, COUPLING, parameters)
    for number in (attempts, signal_attempts):
        if not 1 <= number <= MOST_ATTEMPTS:
            raise BadValue("the number of attempts is out of range", number, f"allowed: 1 to {MOST_ATTEMPTS:g}")
    card = cards.loaded(detector or dataset.detector, (dataset.preset or None) if detector is None else None, changes)
    root = cards.sqrt_s(card.beams)
    scheme = checked_alpha(alpha, root)
    closed = {mass: reason for mass in masses if (reason := _closed(analysis, model, mass, root))}
    open_ = [m for m in dict.fromkeys(masses) if m not in closed]
    signals = {f"signal {m:.6g}": signal_recipe(analysis, model, m, scheme, root, parameters, radiates) for m in open_}
    narrow = {f"peak {m:.6g}": signal_recipe(analysis, model, m, scheme, root, parameters, NOT) for m in open_} if radiates.any else {}
    named = {name: inclusive(name, radiates) for name in analysis.backgrounds}
    backgrounds = {full: recipe(full, scheme, root, radiates=radiating(full, radiates)) for full in named.values()}
    filters, toward = (_by_name(analysis, asked, [*signals, *narrow], named) for asked in (analysis.filters, analysis.toward))
    bench = chain.prepare(
        {**backgrounds, **signals, **narrow}, card, seed, jobs, progress=watch("compiling"), filters=filters, toward=toward
    )

    def run(name: str, number: int, progress: Progress | None, before: Selected | None = None) -> Selected:
        return chain.selected(bench.sources[name], bench.response, analysis, number, jobs, progress, store=store, before=before)

    behind = tuple(run(name, attempts, watch(name)) for name in backgrounds)
    tick, found, peaks = watch("signals"), {}, {}
    for i, mass in enumerate(open_, start=1):
        found[mass] = run(f"signal {mass:.6g}", signal_attempts, None)
        peaks[mass] = run(f"peak {mass:.6g}", signal_attempts, None) if narrow else found[mass]
        if tick:
            tick(i, len(signals))
    windows = [w for mass, some in peaks.items() if (w := window(analysis, mass, some))] if goal.n_eff else []
    behind = reached(behind, windows, goal, lambda some, number: run(some.source, number, watch(some.source), some))
    return Study(analysis, model, dataset, card, scheme, seed, behind, found, closed, goal, radiates, peaks)


def _by_name(
    analysis: Analysis, asked: Mapping[str, tuple[str, ...]], signals: Sequence[str], named: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """What is asked of processes, by the names of sources: the signal's holds at each mass."""
    behind = {named[name]: texts for name, texts in asked.items() if name in analysis.backgrounds}
    return behind | {name: asked[analysis.signal] for name in signals if analysis.signal in asked}


def signal_recipe(
    analysis: Analysis,
    model: Model,
    mass: float,
    alpha: AlphaScheme,
    sqrt_s: float,
    parameters: Mapping[str, float] | None = None,
    radiates: Choice = RADIATES,
) -> Recipe:
    """The recipe of the search's signal, X being the model's particle, at the reference coupling."""
    return recipe(signal_process(analysis, model), alpha, sqrt_s, model, mass, COUPLING, parameters=parameters, radiates=radiates)


def signal_process(analysis: Analysis, model: Model) -> str:
    """The search's signal with the model's particle in the place of X."""
    return " ".join(model.particle if word == "X" else word for word in analysis.signal.split())


def _closed(analysis: Analysis, model: Model, mass: float, sqrt_s: float) -> str | None:
    """Why nothing is produced or searched for at this mass, or None."""
    others = [p for p in parse(signal_process(analysis, model)).outgoing if p != model.particle]
    threshold = sqrt_s - sum(MASS[abs(PID[p])] for p in others)
    if mass >= threshold:
        return f"mass {mass:g} GeV is above the kinematic end, {threshold:.4g} GeV"
    low, high = analysis.masses
    return None if low <= mass <= high else f"mass {mass:g} GeV is outside the search's range, {low:g} to {high:g} GeV"


def dataset_by(analysis: Analysis, name: str | None, luminosity: float | None) -> Dataset:
    """The data set of that name, or else the one of that luminosity, fb^-1, or else the search's first."""
    known = {d.name: d for d in analysis.datasets}
    if name is not None:
        if name not in known:
            raise UnknownName(f"no data set of {analysis.name} of this name", name, f"known: {', '.join(known)}")
        return known[name]
    near = [d for d in analysis.datasets if luminosity is not None and abs(d.luminosity - luminosity) < 1e-6 * luminosity]
    return (near or list(analysis.datasets))[0]
