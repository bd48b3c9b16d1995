"""What a generated process needs so that its new particles decay: made from words before it is compiled, and a function on events."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from darkrecoil import _jit
from darkrecoil._errors import BadValue
from darkrecoil._jit.philox import key
from darkrecoil.amplitudes import machine
from darkrecoil.generate import sampling, taus
from darkrecoil.generate import theory as theories
from darkrecoil.generate.decays.tau import SLOTS
from darkrecoil.generate.recipe import Recipe
from darkrecoil.generate.sampling import Sampler
from darkrecoil.generate.tree import Tree
from darkrecoil.generate.unstable import events, plan, uniforms
from darkrecoil.generate.unstable import taus as later
from darkrecoil.generate.unstable.amplitude import Amplitudes
from darkrecoil.generate.unstable.layout import Layout, layout
from darkrecoil.generate.unstable.pions import with_pions
from darkrecoil.generate.unstable.plan import Case, Plan
from darkrecoil.records import Model, Particles

TAU = 15
MOST = 112  # slots whose taus have counters of their own


@dataclass(frozen=True)
class Decaying:
    """The decays of a process: its recipe, the model's numbers, the plan, the slots, the share of decays asked for, with spins or not."""

    recipe: Recipe
    case: Case
    plan: Plan
    layout: Layout
    fraction: float
    correlated: bool

    @property
    def ctau(self) -> dict[str, float]:
        """Mean proper lifetimes times c, cm, of the new particles that decay."""
        return {some.word: some.ctau for code, some in self.plan.unstable.items() if code != plan.PI0}

    @property
    def taus(self) -> tuple[int, ...]:
        """Slots in which taus may come from new particles."""
        start = len(self.recipe.pid)
        return tuple(slot for slot, codes in enumerate(self.layout.holds) if slot >= start and TAU in codes)


def decaying(texts: Sequence[str], recipe: Recipe, case: Case, correlated: bool = True) -> Decaying:
    """The decays asked for; UnknownName or BadValue as ``plan.plan``."""
    outgoing = _outgoing(recipe)
    made = plan.plan(texts, case, [pid for pids in outgoing for pid in pids])
    shares = [plan.fraction(made, pids) for pids in outgoing]
    holds = [frozenset(abs(pids[i]) for pids in outgoing) for i in range(len(recipe.pid))]
    radiated = sampling.first_radiated(recipe) + recipe.radiation.photons
    before = radiated + SLOTS * sum(abs(pid) == TAU for pid in recipe.pid)
    places = layout(made, holds, before)
    if places.slots > MOST:
        raise BadValue("more products of decays than an event has room for", "; ".join(texts), f"at most {MOST} particles")
    return Decaying(recipe, case, made, places, shares[0], correlated)


def stay(recipe: Recipe, model: Model, numbers: tuple[float, float], parameters: Mapping[str, float], made: Plan | None) -> tuple[str, ...]:
    """Notes on unstable particles of the model that stay as they are; none where the model's widths are not known."""
    some = made or Plan({}, frozenset())
    try:
        return plan.undecayed(Case(model, *numbers, parameters), [pid for pids in _outgoing(recipe) for pid in pids], some)
    except BadValue:
        return ()


def kernels(some: Decaying | None) -> Iterator[_jit.Kernel]:
    """What must be compiled: the amplitude machine, random numbers, the decay of taus if there are any."""
    if some is not None:
        yield from (machine.kernel(), uniforms.kernel())
        if some.taus:
            yield taus.kernel()


def finish(some: Decaying, sampler: Sampler, sample: str, runs: Sequence[Callable[..., Any]]) -> Callable[[Particles], Particles]:
    """The function by which the events of a sample decay; ``runs`` are the kernels."""
    model, recipe = some.case.model, some.recipe
    weak = theories.needs_weak(recipe.process.outgoing, model)
    theory = theories.theory(recipe.alpha, model, some.case.mass, some.case.coupling, some.case.parameters, weak)
    words = key(sampler.seed, recipe.process.name, sample)
    own = events.Decays(
        some.plan,
        some.layout,
        sampling.first_radiated(recipe),
        Amplitudes(with_pions(theory), runs[0]),
        partial(uniforms.drawn, runs[1]),
        words,
        sampler.beams,
        some.correlated,
        recipe.radiation.initial,
    )

    def decayed(particles: Particles) -> Particles:
        made = events.decayed(particles, own)
        return later.decayed(made, some.taus, words, runs[2]) if some.taus else made

    return decayed


def _outgoing(recipe: Recipe) -> list[tuple[int, ...]]:
    return [one.pid for one in recipe.engine.alternatives] if isinstance(recipe.engine, Tree) else [recipe.pid]
