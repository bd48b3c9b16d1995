"""The processes of a search: the recipes of its backgrounds, and all of them made ready."""

from collections.abc import Callable, Mapping, Sequence

from darkrecoil import chain
from darkrecoil._run import Progress
from darkrecoil.chain.bench import Bench
from darkrecoil.constants import AlphaScheme
from darkrecoil.detector.schema import Card
from darkrecoil.generate.radiation import Choice
from darkrecoil.generate.recipe import Recipe, inclusive, radiating, recipe
from darkrecoil.generate.unstable.order import Decaying
from darkrecoil.limits.charges import conjugated
from darkrecoil.selection import Analysis

Backgrounds = Callable[[Analysis], tuple[dict[str, str], dict[str, Recipe]]]


def prepared(
    analysis: Analysis,
    named: Mapping[str, str],
    backgrounds: Mapping[str, Recipe],
    signals: Mapping[str, Recipe],
    card: Card,
    seed: int,
    jobs: int,
    progress: Progress | None = None,
    decaying: Mapping[str, Decaying] | None = None,
) -> Bench:
    """The bench of a search: its backgrounds and signals with their filters, regions and cuts."""
    filters, toward, cuts = (
        _by_name(analysis, asked, list(signals), named) for asked in (analysis.filters, analysis.toward, analysis.cuts)
    )
    return chain.prepare(
        {**backgrounds, **signals}, card, seed, jobs, progress=progress, filters=filters, toward=toward, cuts=cuts, decaying=decaying
    )


def backgrounds_by(alpha: AlphaScheme, sqrt_s: float, radiates: Choice) -> Backgrounds:
    """What gives the backgrounds of a search: their full names by their own, and the recipes by full name; sqrt_s in GeV."""

    def of(analysis: Analysis) -> tuple[dict[str, str], dict[str, Recipe]]:
        named = {name: inclusive(name, radiates) for name in analysis.backgrounds}
        return named, {full: recipe(full, alpha, sqrt_s, radiates=radiating(full, radiates)) for full in named.values()}

    return of


def _by_name(
    analysis: Analysis, asked: Mapping[str, tuple[str, ...]], signals: Sequence[str], named: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """What is asked of processes, by the names of sources: the signal's holds at each mass, and conjugated of its other charge state."""
    behind = {named[name]: texts for name, texts in asked.items() if name in analysis.backgrounds}
    own = asked.get(analysis.signal, ())
    other = tuple(conjugated(text) for text in own)
    return behind | {name: other if name.endswith("conjugate") else own for name in signals if own}
