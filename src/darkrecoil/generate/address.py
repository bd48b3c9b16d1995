"""The address of a generated sample in the store: everything that its events depend on."""

from collections.abc import Sequence

from darkrecoil._store import Fact, address
from darkrecoil.generate import direct, store
from darkrecoil.generate.measured import sampler as measured
from darkrecoil.generate.sampling import Merged, Sampler

GRIDS = store.FIELDS


def facts(sampler: Sampler) -> tuple[Fact, ...]:
    """Process, model, energy, alpha, beams, seed, the numbers of the amplitude, what was learnt, and the kernels by their text's hash."""
    made = sampler.recipe
    common = (
        made.process.name, made.pid, made.origin, made.sqrt_s, made.alpha.name, made.alpha.virtual, made.alpha.real,
        made.cuts, made.soft, repr(made.radiation), repr(sampler.beams), sampler.seed, sampler.maximum,
    )  # fmt: skip
    if isinstance(sampler, direct.Sampler):
        return (*common, sampler.run.__module__, direct.own(made).parameters, sampler.edges, sampler.share)
    if isinstance(sampler, measured.Sampler):
        return (*common, *measured.facts(sampler))
    if isinstance(sampler, Merged):
        return (*common, sampler.counts, *(facts(part) for part in sampler.parts))
    return (*common, store.digest(sampler.source, ()), *(getattr(sampler.grids, name) for name in GRIDS))


def of(sampler: Sampler, sample: str, cuts: Sequence[str], filters: Sequence[str], *more: Fact) -> str:
    """The address of a sample ("user", "evaluate") with the cuts and filters that its events pass, and what else is done with them."""
    return address(facts(sampler), sample, tuple(cuts), tuple(filters), *more)
