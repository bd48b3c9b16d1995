"""What a limit is made of and does not depend on the luminosity: backgrounds and signals, generated and selected once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from darkrecoil import chain
from darkrecoil._errors import BadValue
from darkrecoil._run import Progress
from darkrecoil.chain.stream import Selected
from darkrecoil.constants import MASS, PID, AlphaScheme
from darkrecoil.detector import card as cards
from darkrecoil.detector.schema import Card
from darkrecoil.generate.radiation import NOT, Choice
from darkrecoil.generate.recipe import Recipe, checked_alpha, parse, recipe
from darkrecoil.limits import searched, training
from darkrecoil.limits.charges import both
from darkrecoil.limits.effort import MOST_ATTEMPTS, NO_MORE, Goal, reached
from darkrecoil.limits.interference import Shape, shapes
from darkrecoil.limits.optimise import Suppressing, applied
from darkrecoil.limits.settings import Settings
from darkrecoil.limits.sources import backgrounds_by, prepared
from darkrecoil.limits.strength import REFERENCE, Strength, check
from darkrecoil.limits.strength import strength as strength_of
from darkrecoil.limits.training import Training
from darkrecoil.limits.windows import window
from darkrecoil.records import Model
from darkrecoil.selection import Analysis, Dataset, dataset_of

COUPLING = REFERENCE  # at which signals are generated; rates scale as its square
SIGNAL_ATTEMPTS = 24 * 8192
BACKGROUND_ATTEMPTS = 256 * 8192  # about ten times the pairs of taus or muons in 276/pb
RADIATES = Choice(initial=True, final=True)

Watch = Callable[[str], Progress | None]


@dataclass(frozen=True)
class Study:
    """A search, a model, a data set, a card, and the selected events of each source; signals by mass in GeV.

    ``closed`` are masses at which nothing is produced, with the reason. ``peaks`` are signals without radiation, where it is on: the
    resolution of a peak, and so its window, is the detector's; what radiation moves out of the window is lost efficiency.
    ``shapes``: by mass how the cross-section goes with the number that is scanned, as of ``interference``.
    ``cuts`` are those of the search's suppression, which backgrounds and signals have passed, found for the luminosity ``tuned``, fb^-1, by
    the ``training``; ``table`` and ``whole`` are backgrounds and signals before them. Without them
    the ``dataset`` has not the systematic that bears the suppression's name.
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
    strength: Strength = field(default_factory=Strength)
    shapes: Mapping[float, Shape] = field(default_factory=dict)
    cuts: Suppressing | None = None
    tuned: float | None = None
    training: Training | None = None
    table: Mapping[str, Selected] = field(default_factory=dict)
    whole: Mapping[float, Selected] = field(default_factory=dict)

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
    scan: str | None = None,
    peaks_only: bool = False,
    suppression: str = training.CUTS,
    settings: Sequence[Settings] = (),
    watch: Watch = lambda _: None,
) -> Study:
    """The study of these masses, GeV: everything compiled, trained, generated, simulated and selected.

    ``attempts`` are those of each background, and more if the ``goal`` takes more. With ``store`` blocks of events are read from the
    sample store where they lie there, and kept. Where all charges radiate, backgrounds have any number of photons. ``scan``: the
    parameter that a limit is to be set on, instead of the coupling. ``peaks_only``: signals without radiation, for their width alone.
    ``suppression``: cuts, network, trees or off, found for the first of the ``settings`` (the data set's own luminosity without any); the
    ``goal`` is reached by that of each of them, see ``tuned``. Both charge states of a signal are generated, where there are two, and put
    together.
    BadValue for a mass or a number of attempts that cannot be, UnknownName for a detector or a parameter.
    """
    scanned = strength_of(model, scan, parameters)
    training.asked(analysis, suppression)  # refuses an unknown way before any work
    for mass in masses:
        check(model, mass, scanned)
    for number in (attempts, signal_attempts):
        if not 1 <= number <= MOST_ATTEMPTS:
            raise BadValue("the number of attempts is out of range", number, f"allowed: 1 to {MOST_ATTEMPTS:g}")
    card = cards.loaded(detector or dataset.detector, (dataset.preset or None) if detector is None else None, changes)
    root = cards.sqrt_s(card.beams)
    scheme = checked_alpha(alpha, root)
    closed = {mass: reason for mass in masses if (reason := _closed(analysis, model, mass, root, scanned))}
    open_ = [m for m in dict.fromkeys(masses) if m not in closed]
    states, emits = charge_states(analysis, model), NOT if peaks_only else radiates
    signals = _signals("signal", states, model, open_, scheme, root, scanned, emits)
    narrow = _signals("peak", states, model, open_, scheme, root, scanned, NOT) if emits.any else {}
    known = backgrounds_by(scheme, root, radiates)
    named, backgrounds = known(analysis)
    decaying = {
        name: some
        for m in open_
        for name in (_name(kind, m, i) for kind in ("signal", "peak") for i in range(len(states)))
        if (made := {**signals, **narrow}.get(name)) and (some := searched.decays(analysis, made, model, m, *scanned.at(REFERENCE)))
    }
    bench = prepared(analysis, named, backgrounds, {**signals, **narrow}, card, seed, jobs, watch("compiling"), decaying)

    def run(name: str, number: int, progress: Progress | None, before: Selected | None = None) -> Selected:
        return chain.selected(bench.sources[name], bench.response, analysis, number, jobs, progress, store=store, before=before)

    def summed(kind: str, mass: float) -> Selected:
        return chain.together(_name(kind, mass), [run(_name(kind, mass, i), signal_attempts, None) for i in range(len(states))])

    def reference(other: Analysis, signal: Model, mass: float) -> Recipe:
        return recipe(charge_states(other, signal)[0], scheme, root, signal, mass, REFERENCE, radiates=radiates)

    taught = training.training(analysis, dataset, card, reference, known, how=suppression, seed=seed, jobs=jobs, store=store, watch=watch)
    wanted = settings or (Settings(dataset.luminosity, analysis.level),)
    ways = [None] if taught is None else [taught.at(one) for one in wanted]
    table = {name: run(name, attempts, watch(name)) for name in backgrounds}
    tick, whole, peaks = watch("signals"), {}, {}
    for i, mass in enumerate(open_, start=1):
        whole[mass] = summed("signal", mass)
        peaks[mass] = summed("peak", mass) if narrow else whole[mass]
        if tick:
            tick(i, len(open_))
    windows = [w for mass, some in peaks.items() if (w := window(analysis, mass, some))] if goal.n_eff else []

    def grow(cuts: Suppressing | None, some: Selected, number: int) -> Selected:
        table[some.source] = run(some.source, number, watch(some.source), table[some.source])
        return applied(cuts, table[some.source])

    for cuts in ways:
        reached([applied(cuts, some) for some in table.values()], windows, goal, partial(grow, cuts))
    curves = {} if peaks_only else shapes(states, model, open_, scheme, card, root, scanned, seed, jobs)
    data = dataset if taught else unsuppressed(analysis, dataset)
    bare = Study(
        analysis, model, data, card, scheme, seed, (), whole, closed, goal, radiates, peaks, scanned, curves,
        training=taught, table=table, whole=whole,
    )  # fmt: skip
    return tuned(bare, wanted[0])


def tuned(made: Study, settings: Settings) -> Study:
    """The study with the suppression that is best for the luminosity, scenario and corrections of these settings: the same events."""
    cuts = None if made.training is None else made.training.at(settings)
    behind = tuple(applied(cuts, some) for some in made.table.values())
    signals = {mass: applied(cuts, some) for mass, some in made.whole.items()}
    return replace(made, backgrounds=behind, signals=signals, cuts=cuts, tuned=None if cuts is None else settings.luminosity)


def _name(kind: str, mass: float, state: int = 0) -> str:
    """The label of a signal's source, by mass and charge state."""
    return f"{kind} {mass:.6g}" if state == 0 else f"{kind} {mass:.6g} conjugate"


def _signals(
    kind: str,
    states: Sequence[str],
    model: Model,
    masses: Sequence[float],
    alpha: AlphaScheme,
    sqrt_s: float,
    scanned: Strength,
    radiates: Choice,
) -> dict[str, Recipe]:
    """The recipes of the signal's charge states at each mass, GeV, by label, at the reference coupling."""
    found = {}
    for mass in masses:
        coupling, given = scanned.at(REFERENCE)
        for i, state in enumerate(states):
            found[_name(kind, mass, i)] = recipe(state, alpha, sqrt_s, model, mass, coupling, parameters=given, radiates=radiates)
    return found


def charge_states(analysis: Analysis, model: Model) -> tuple[str, ...]:
    """The search's signal with the model's particle in the place of X, and its charge conjugate where that is another process."""
    return both(signal_process(analysis, model), {model.particle: model.antiparticle or model.particle})


def signal_process(analysis: Analysis, model: Model) -> str:
    """The search's signal with the model's particle in the place of X."""
    return " ".join(model.particle if word == "X" else word for word in analysis.signal.split())


def _closed(analysis: Analysis, model: Model, mass: float, sqrt_s: float, scanned: Strength | None = None) -> str | None:
    """Why nothing is produced or searched for at this mass, or None."""
    others = [p for p in parse(signal_process(analysis, model)).outgoing if p != model.particle]
    threshold = sqrt_s - sum(MASS[abs(PID[p])] for p in others)
    if mass >= threshold:
        return f"mass {mass:g} GeV is above the kinematic end, {threshold:.4g} GeV"
    low, high = analysis.masses
    if not low <= mass <= high:
        return f"mass {mass:g} GeV is outside the search's range, {low:g} to {high:g} GeV"
    if analysis.decays and not searched.fraction(analysis, model, mass, *(scanned or Strength()).at(REFERENCE)) > 0:
        return f"{model.name} has no {searched.worded(analysis)} decay at this mass"
    return None


def unsuppressed(analysis: Analysis, dataset: Dataset) -> Dataset:
    """The data set without the systematic of the search's suppression, where it is not asked: what is not done has no uncertainty."""
    name = analysis.suppression.name if analysis.suppression else None
    return replace(dataset, systematics={n: pair for n, pair in dataset.systematics.items() if n != name})


def dataset_by(analysis: Analysis, name: str | None, luminosity: float | None) -> Dataset:
    """The data set of that name, or else the one of that luminosity, fb^-1, or else the search's first."""
    if name is not None:
        return dataset_of(analysis, name)
    near = [d for d in analysis.datasets if luminosity is not None and abs(d.luminosity - luminosity) < 1e-6 * luminosity]
    return (near or list(analysis.datasets))[0]
