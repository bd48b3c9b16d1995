"""The training of a search's suppression: events of the sample "train", which no limit counts, and the cuts found on them."""

from collections.abc import Callable

from darkrecoil import analyses, chain, models, mva
from darkrecoil._errors import UnknownName, unknown
from darkrecoil._run import Progress
from darkrecoil.chain.stream import Selected, address
from darkrecoil.detector.schema import Card
from darkrecoil.generate.recipe import Recipe
from darkrecoil.limits import learnt, optimise
from darkrecoil.limits.optimise import Suppressing
from darkrecoil.limits.sources import Backgrounds, prepared
from darkrecoil.records import Model
from darkrecoil.selection import Analysis, Dataset, Suppression, correction_factors

ATTEMPTS = 192 * 8192  # of each background; the cuts do not depend on how many a limit takes
SIGNAL_ATTEMPTS = 4 * 8192

CUTS, OFF = "cuts", "off"
HOW = (CUTS, *mva.KINDS, OFF)  # of a suppression
_FOUND: dict[tuple[object, ...], Suppressing] = {}  # by all that they depend on: found once per process


def cuts(
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
    watch: Callable[[str], Progress | None] = lambda _: None,
) -> Suppressing | None:
    """The cuts of the search's suppression for a data set, behind a card's response; None where it has none.

    ``how``: cuts, a kind of classifier in their place, or off. Those that are taken from another search are found for its own data set of
    that luminosity, or its first.

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
    signals = {f"signal {m:.6g}": signal(trained, reference, m) for m in trained.suppression.masses}
    bench = prepared(trained, named, behind, signals, card, seed, jobs, watch("compiling"))
    same = (d for d in trained.datasets if d.luminosity == dataset.luminosity)
    own = next(same, trained.datasets[0]) if suppression.search else dataset
    factors = correction_factors(own)
    scale = factors[0], factors[1] * own.luminosity
    sizes = {name: SIGNAL_ATTEMPTS if name in signals else ATTEMPTS for name in bench.sources}
    addresses = (address(source, bench.response, trained, "train") for source in bench.sources.values())
    key = (*addresses, *sizes.values(), scale, trained.suppression, trained.window, how, seed)
    if key not in _FOUND:
        some = _events(bench, trained, sizes, jobs, store, watch(suppression.name))
        by_mass = {m: some[name] for m, name in zip(trained.suppression.masses, signals, strict=True)}
        events = by_mass, [some[name] for name in behind]
        if how == CUTS:
            _FOUND[key] = optimise.find(trained, *events, scale)
        else:
            tick = watch(how)
            told = None if tick is None else lambda share: tick(round(100 * share), 100)
            _FOUND[key] = learnt.find(trained, *events, scale, how, seed, told)
    return _FOUND[key]


def asked(analysis: Analysis, how: str) -> Suppression | None:
    """The search's suppression, None if it is off or there is none; UnknownName for a way that is not there."""
    if how not in HOW:
        raise unknown("way of suppression", how, HOW)
    if analysis.suppression is None and how != CUTS:
        raise UnknownName(f"{analysis.name} has no suppression", how, hint="leave out --suppression")
    return None if how == OFF else analysis.suppression


def _events(
    bench: chain.Bench, analysis: Analysis, sizes: dict[str, int], jobs: int, store: bool, tick: Progress | None
) -> dict[str, Selected]:
    """The training events of each source."""
    found: dict[str, Selected] = {}
    for i, (name, size) in enumerate(sizes.items(), start=1):
        found[name] = chain.selected(bench.sources[name], bench.response, analysis, size, jobs, store=store, sample="train")
        if tick:
            tick(i, len(sizes))
    return found
