"""Everything compiled and trained that a run needs, made once: processes, tau decays, the detector's response."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from darkrecoil import _jit
from darkrecoil._run import Progress
from darkrecoil.detector import compiled as response
from darkrecoil.detector.schema import Card
from darkrecoil.generate import cuts as conditions
from darkrecoil.generate import filters as filtering
from darkrecoil.generate import sampling, taus
from darkrecoil.generate.filters import Filter
from darkrecoil.generate.recipe import Recipe, words
from darkrecoil.generate.sampling import Cut, Sampler
from darkrecoil.generate.taus import Decays
from darkrecoil.generate.unstable import order as unstable
from darkrecoil.generate.unstable.order import Decaying
from darkrecoil.records import Beams, Particles


@dataclass(frozen=True)
class Source:
    """A process ready to be generated: its label, its sampler, the decays where it makes taus, filters on what comes out, cuts.

    ``later``: by sample, what is done to events whose new particles decay; ``later_facts`` what these decays depend on.
    """

    name: str
    sampler: Sampler
    decay: Decays | None
    filters: tuple[Filter, ...] = ()
    cuts: tuple[str, ...] = ()
    cut: Cut | None = None
    later: Callable[[str], Callable[[Particles], Particles]] | None = None
    later_facts: tuple[str, ...] = ()

    def particles(self, sample: str, block: int) -> Particles:
        """The true events of one block of attempts of a sample, decayed."""
        some = sampling.particles(self.sampler, sample, block, cut=self.cut)
        some = some if self.decay is None else taus.decayed(some, self.sampler, sample, self.decay)
        return some if self.later is None else self.later(sample)(some)


@dataclass(frozen=True)
class Bench:
    """The sources by name and the compiled response of a card."""

    sources: Mapping[str, Source]
    response: response.Response


def prepare(
    recipes: Mapping[str, Recipe],
    card: Card,
    seed: int,
    jobs: int = 1,
    beams: Beams | None = None,
    progress: Progress | None = None,
    spin_correlation: bool = True,
    filters: Mapping[str, Sequence[str]] | None = None,
    toward: Mapping[str, Sequence[str]] | None = None,
    cuts: Mapping[str, Sequence[str]] | None = None,
    decaying: Mapping[str, Decaying] | None = None,
) -> Bench:
    """The bench of these recipes by name: kernels compiled, grids trained. The beams are the card's unless given.

    ``filters``, ``toward`` and ``cuts`` by name as of an Analysis; what they say is refused before anything is compiled.
    ``decaying`` by name: decays of new particles.
    """
    checks = {name: filtered(recipe, (filters or {}).get(name, ())) for name, recipe in recipes.items()}
    more = {name: taus.preferred(recipe, (toward or {}).get(name, ())) for name, recipe in recipes.items()}
    regions = {name: conditions.region(more[name][1], words(recipe)) for name, recipe in recipes.items()}
    asked = {name: tuple((cuts or {}).get(name, ())) for name in recipes}
    kept = {name: conditions.inside(asked[name], words(recipe)) for name, recipe in recipes.items()}
    new = decaying or {}
    used = {
        name: (sampling.kernels(recipe), taus.kernels(recipe), tuple(unstable.kernels(new.get(name)))) for name, recipe in recipes.items()
    }
    own = list(dict.fromkeys(kernel for some in used.values() for kernels in some for kernel in kernels))
    runs = _jit.load([*own, *response.kernels()], jobs, progress)
    by_kernel = dict(zip(own, runs[: len(own)], strict=True))
    sources = {}
    for name, recipe in recipes.items():
        first, tau, later = ([by_kernel[kernel] for kernel in kernels] for kernels in used[name])
        sampler = sampling.trained(recipe, first, beams or card.beams, seed, kept[name], asked[name], jobs, regions[name])
        source = Source(name, sampler, taus.decays(tau, spin_correlation, more[name][0]), checks[name], asked[name], kept[name])
        sources[name] = source if name not in new else _decaying(source, new[name], later)
    return Bench(sources, response.Response(card, *runs[len(own) :]))


def _decaying(source: Source, some: Decaying, runs: Sequence[Callable[..., None]]) -> Source:
    """The source with its new particles decayed."""

    @cache
    def later(sample: str) -> Callable[[Particles], Particles]:
        return unstable.finish(some, source.sampler, sample, runs)

    facts = (repr(some.plan.unstable), f"spins {some.correlated}", *(run.__module__ for run in runs))
    return replace(source, later=later, later_facts=facts)


def filtered(recipe: Recipe, texts: Sequence[str]) -> tuple[Filter, ...]:
    """The filters of these texts on a process."""
    return tuple(filtering.parse(text, words(recipe)) for text in texts)


def response_only(card: Card, jobs: int = 1, progress: Progress | None = None) -> response.Response:
    """The compiled response of a card, for events that are read from a file."""
    return response.Response(card, *_jit.load(response.kernels(), jobs, progress))
