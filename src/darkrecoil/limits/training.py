"""The training of a search's suppression: events of the sample "train", which no limit counts, and the cuts found on them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from darkrecoil import analyses, chain, models, mva
from darkrecoil._errors import UnknownName, unknown
from darkrecoil._run import Progress
from darkrecoil.chain.stream import Selected, address
from darkrecoil.detector.schema import Card
from darkrecoil.generate.recipe import Recipe
from darkrecoil.limits import learnt, optimise
from darkrecoil.limits.optimise import Suppressing
from darkrecoil.limits.settings import Settings, corrections
from darkrecoil.limits.sources import Backgrounds, prepared
from darkrecoil.records import Model
from darkrecoil.selection import Analysis, Dataset, Suppression

ATTEMPTS = 96 * 8192  # of each background; the cuts do not depend on how many a limit takes
SIGNAL_ATTEMPTS = 4 * 8192

CUTS, OFF = "cuts", "off"
HOW = (CUTS, *mva.KINDS, OFF)  # of a suppression
_FOUND: dict[tuple[object, ...], Suppressing] = {}  # by all that they depend on: found once per process

Watch = Callable[[str], Progress | None]


@dataclass(frozen=True, eq=False)
class Training:
    """What the suppression of a search is found from: sources of events by name, ``signals`` by mass, GeV, and how.

    ``analysis`` and ``dataset`` are those that it is found for: of another search where it is taken from there.
    """

    analysis: Analysis
    dataset: Dataset
    bench: chain.Bench
    signals: Mapping[float, str]
    backgrounds: tuple[str, ...]
    how: str
    seed: int
    jobs: int
    store: bool
    watch: Watch

    def at(self, settings: Settings) -> Suppressing:
        """The cuts that are best at the luminosity, scenario and corrections of a limit: the same events whatever these are."""
        factors = corrections(self.dataset, _known(settings, self.dataset))
        scale = factors[0], factors[1] * settings.luminosity
        addresses = (address(source, self.bench.response, self.analysis, "train") for source in self.bench.sources.values())
        key = (*addresses, *self._sizes.values(), scale, self.analysis.suppression, self.analysis.window, self.how, self.seed)
        if key not in _FOUND:
            _FOUND[key] = self._found(scale)
        return _FOUND[key]

    def _found(self, scale: tuple[float, float]) -> Suppressing:
        by_mass, behind = ({m: self.events[n] for m, n in self.signals.items()}, [self.events[name] for name in self.backgrounds])
        if self.how == CUTS:
            return optimise.find(self.analysis, by_mass, behind, scale)
        tick = self.watch(self.how)
        told = None if tick is None else lambda share: tick(round(100 * share), 100)
        return learnt.find(self.analysis, by_mass, behind, scale, self.how, self.seed, told)

    @cached_property
    def events(self) -> Mapping[str, Selected]:
        """The training events of each source, made or read once."""
        assert self.analysis.suppression is not None
        tick, found = self.watch(self.analysis.suppression.name), {}
        for i, (name, size) in enumerate(self._sizes.items(), start=1):
            source = self.bench.sources[name]
            found[name] = chain.selected(source, self.bench.response, self.analysis, size, self.jobs, store=self.store, sample="train")
            if tick:
                tick(i, len(self._sizes))
        return found

    @property
    def _sizes(self) -> Mapping[str, int]:
        named = self.signals.values()
        return {name: SIGNAL_ATTEMPTS if name in named else ATTEMPTS for name in self.bench.sources}


def training(
    analysis: Analysis,
    dataset: Dataset,
    card: Card,
    signal: Callable[[Analysis, Model, float], Recipe],
    backgrounds: Backgrounds,
    *,
    how: str = CUTS,
    seed: int = 1,
    jobs: int = 1,
    store: bool = True,
    watch: Watch = lambda _: None,
) -> Training | None:
    """The training of the search's suppression for a data set, behind a card's response; None where it has none.

    ``how``: cuts, a kind of classifier in their place, or off. Those that are taken from another search are found with the corrections of
    its own data set of that luminosity, or its first.

    ``signal`` gives the recipe of a search's signal for a model and a mass, GeV. UnknownName for a search, a model or a way that is not
    there, and for a way of suppression of a search without one.
    """
    suppression = asked(analysis, how)
    if suppression is None:
        return None
    trained = analyses.find(suppression.search) if suppression.search else analysis
    assert trained.suppression is not None
    reference = models.find(trained.suppression.model)
    named, behind = backgrounds(trained)
    signals = {m: f"signal {m:.6g}" for m in trained.suppression.masses}
    recipes = {name: signal(trained, reference, m) for m, name in signals.items()}
    bench = prepared(trained, named, behind, recipes, card, seed, jobs, watch("compiling"))
    same = (d for d in trained.datasets if d.luminosity == dataset.luminosity)
    own = next(same, trained.datasets[0]) if suppression.search else dataset
    return Training(trained, own, bench, signals, tuple(behind), how, seed, jobs, store, watch)


def asked(analysis: Analysis, how: str) -> Suppression | None:
    """The search's suppression, None if it is off or there is none; UnknownName for a way that is not there."""
    if how not in HOW:
        raise unknown("way of suppression", how, HOW)
    if analysis.suppression is None and how != CUTS:
        raise UnknownName(f"{analysis.name} has no suppression", how, hint="leave out --suppression")
    return None if how == OFF else analysis.suppression


def _known(settings: Settings, dataset: Dataset) -> Settings:
    """The settings without the names of corrections that a data set does not have: another search's."""
    return replace(settings, without=tuple(name for name in settings.without if name in dataset.corrections))
