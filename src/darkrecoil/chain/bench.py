"""Everything compiled and trained that a run needs, made once: processes, tau decays, the detector's response."""

from collections.abc import Mapping
from dataclasses import dataclass

from darkrecoil import _jit
from darkrecoil._run import Progress
from darkrecoil.detector import compiled as response
from darkrecoil.detector.schema import Card
from darkrecoil.generate import sampling, taus
from darkrecoil.generate.recipe import Recipe
from darkrecoil.generate.sampling import Sampler
from darkrecoil.generate.taus import Decays
from darkrecoil.records import Beams, Particles


@dataclass(frozen=True)
class Source:
    """A process ready to be generated: its label, its sampler, and the decays where it makes taus."""

    name: str
    sampler: Sampler
    decay: Decays | None

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
) -> Bench:
    """The bench of these recipes by name: kernels compiled, grids trained. The beams are the card's unless given."""
    used = {name: (sampling.kernels(recipe), taus.kernels(recipe)) for name, recipe in recipes.items()}
    own = list(dict.fromkeys(kernel for some in used.values() for kernels in some for kernel in kernels))
    *runs, tracks, photons = _jit.load([*own, *response.kernels()], jobs, progress)
    by_kernel = dict(zip(own, runs, strict=True))
    sources = {}
    for name, recipe in recipes.items():
        first, later = ([by_kernel[kernel] for kernel in kernels] for kernels in used[name])
        sampler = sampling.trained(recipe, first, beams or card.beams, seed, jobs=jobs)
        sources[name] = Source(name, sampler, taus.decays(later, spin_correlation))
    return Bench(sources, response.Response(card, tracks, photons))


def response_only(card: Card, jobs: int = 1, progress: Progress | None = None) -> response.Response:
    """The compiled response of a card, for events that are read from a file."""
    tracks, photons = _jit.load(response.kernels(), jobs, progress)
    return response.Response(card, tracks, photons)
