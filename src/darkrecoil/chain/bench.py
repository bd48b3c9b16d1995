"""Everything compiled and trained that a run needs, made once: processes, tau decays, the detector's response."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from darkrecoil import _jit
from darkrecoil._run import Progress
from darkrecoil.detector import compiled as response
from darkrecoil.detector.schema import Card
from darkrecoil.generate import cuts as conditions
from darkrecoil.generate import filters as filtering
from darkrecoil.generate import sampling, taus
from darkrecoil.generate.cuts import Region
from darkrecoil.generate.filters import Filter
from darkrecoil.generate.recipe import Recipe, words
from darkrecoil.generate.sampling import Sampler
from darkrecoil.generate.taus import Decays
from darkrecoil.records import Beams, Particles


@dataclass(frozen=True)
class Source:
    """A process ready to be generated: its label, its sampler, the decays where it makes taus, filters on what comes out."""

    name: str
    sampler: Sampler
    decay: Decays | None
    filters: tuple[Filter, ...] = ()

    def particles(self, sample: str, block: int) -> Particles:
        """The true events of one block of attempts of a sample, decayed."""
        some = sampling.particles(self.sampler, sample, block)
        return some if self.decay is None else taus.decayed(some, self.sampler, sample, self.decay)


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
) -> Bench:
    """The bench of these recipes by name: kernels compiled, grids trained. The beams are the card's unless given.

    ``filters`` and ``toward`` by name as of an Analysis; what they say is refused before anything is compiled.
    """
    checks = {name: filtered(recipe, (filters or {}).get(name, ())) for name, recipe in recipes.items()}
    regions = {name: region(recipe, (toward or {}).get(name, ())) for name, recipe in recipes.items()}
    used = {name: (sampling.kernels(recipe), taus.kernels(recipe)) for name, recipe in recipes.items()}
    own = list(dict.fromkeys(kernel for some in used.values() for kernels in some for kernel in kernels))
    runs = _jit.load([*own, *response.kernels()], jobs, progress)
    by_kernel = dict(zip(own, runs[: len(own)], strict=True))
    sources = {}
    for name, recipe in recipes.items():
        first, later = ([by_kernel[kernel] for kernel in kernels] for kernels in used[name])
        sampler = sampling.trained(recipe, first, beams or card.beams, seed, jobs=jobs, toward=regions[name])
        sources[name] = Source(name, sampler, taus.decays(later, spin_correlation), checks[name])
    return Bench(sources, response.Response(card, *runs[len(own) :]))


def filtered(recipe: Recipe, texts: Sequence[str]) -> tuple[Filter, ...]:
    """The filters of these texts on a process."""
    return tuple(filtering.parse(text, words(recipe)) for text in texts)


def region(recipe: Recipe, texts: Sequence[str]) -> Region | None:
    """Where more events of a process are to be generated, by cuts on its particles; None for none."""
    return conditions.region(texts, words(recipe)) if texts else None


def response_only(card: Card, jobs: int = 1, progress: Progress | None = None) -> response.Response:
    """The compiled response of a card, for events that are read from a file."""
    return response.Response(card, *_jit.load(response.kernels(), jobs, progress))
