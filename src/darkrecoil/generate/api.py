"""The verbs cross-section and generate: names and numbers in, results out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from darkrecoil import _jit, models
from darkrecoil._errors import BadValue
from darkrecoil._run import Progress, processors
from darkrecoil.constants import M_E, SQRT_S
from darkrecoil.detector import machine
from darkrecoil.generate import address, direct, sampling, taus
from darkrecoil.generate import beams as optics
from darkrecoil.generate import cross_section as integration
from darkrecoil.generate import cuts as conditions
from darkrecoil.generate import filters as filtering
from darkrecoil.generate.cross_section import CrossSection, Line, Sample
from darkrecoil.generate.filters import Filter
from darkrecoil.generate.measured import processes as measured
from darkrecoil.generate.radiation import NOT, Choice
from darkrecoil.generate.recipe import SOFT_PHOTON, Recipe, checked_alpha, missing, recipe, words
from darkrecoil.generate.sampling import Cut, Sampler
from darkrecoil.generate.tree import Tree
from darkrecoil.kinematics.frames import beam_momenta, to_lab
from darkrecoil.records import Beams, Model, Particles

if TYPE_CHECKING:
    from darkrecoil.generate.unstable.order import Decaying  # imported where new particles decay: others start without

NEARLY = 1e-6  # rad off the beams, where elastic events count as lost down the pipe


@dataclass(frozen=True)
class Order:
    """A process compiled, trained and ready, with the energy, cut and filters that it was ordered with, and what to know of it."""

    recipe: Recipe
    sqrt_s: float
    sampler: Sampler
    cut: Cut | None
    decay: Callable[[Particles], Particles] | None
    notes: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    radiates: Choice = NOT
    decaying: "Decaying | None" = None
    decay_facts: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """What the events leave out, in words."""
        return missing(self.radiates, self.recipe.alpha)

    @property
    def branching_fraction(self) -> float:
        """The share of events whose decays are the ones asked for, 1 where none were."""
        return 1.0 if self.decaying is None else self.decaying.fraction


def cross_section(
    process: str,
    model: str | None = None,
    mass: float | None = None,
    coupling: float | None = None,
    sqrt_s: float = SQRT_S,
    alpha: str | float = "0",
    cuts: Sequence[str] = (),
    precision: float = 0.002,
    *,
    parameters: Mapping[str, float] | None = None,
    detector: str | None = None,
    changes: Mapping[str, object] | None = None,
    radiates: Choice = NOT,
    seed: int = 1,
    jobs: int = 1,
    progress: Progress | None = None,
) -> tuple[Order, CrossSection]:
    """What was ordered, and the cross-section in fb to the relative precision, at tree level, with radiation if it is asked for.

    Without a ``detector`` the beams meet head-on in the centre-of-mass frame, e- along +z, without spread.
    """
    order = prepare(process, model, mass, coupling, sqrt_s, alpha, cuts, parameters, detector, changes, seed, jobs, radiates)
    return order, integration.integrate(order.sampler, precision, order.cut, jobs, progress)


def sample(
    process: str,
    events: int,
    model: str | None = None,
    mass: float | None = None,
    coupling: float | None = None,
    sqrt_s: float = SQRT_S,
    alpha: str | float = "0",
    cuts: Sequence[str] = (),
    *,
    decays: Sequence[str] = (),
    filters: Sequence[str] = (),
    toward: Sequence[str] = (),
    weighted: bool = False,
    parameters: Mapping[str, float] | None = None,
    detector: str | None = None,
    changes: Mapping[str, object] | None = None,
    radiates: Choice = NOT,
    seed: int = 1,
    jobs: int | None = None,
    store: bool = True,
    spin_correlation: bool = True,
    progress: Progress | None = None,
) -> tuple[Order, Sample]:
    """What was ordered, and so many events in attempt order, unweighted unless asked otherwise; taus are decayed.

    ``decays`` of new particles: "A' -> e+ e-" and so on, "A'" for its own branching fractions, or "all"; each flies for its own proper
    time. The cross-section is then that of the decays asked for, times ``order.branching_fraction``. Cuts are on the particles of the
    process. Directions of decays, of taus too, have the spin correlations of production and decay, unless ``spin_correlation`` is False:
    then each particle decays unpolarised, on its own.

    ``filters`` are asked after the decays (generate/filters.py). Weighted events may be generated ``toward`` a region, by cuts: more
    events there, of less weight, and fewer elsewhere. ``jobs`` are the processors allowed unless given. Blocks of events
    that take longer to make than to keep lie in the sample store afterwards, unless ``store`` is false.
    """
    if toward and not weighted:
        raise BadValue("generation toward a region gives weighted events", "; ".join(toward), hint="add --weighted, or use --cut")
    jobs = jobs or processors()
    numbers = model, mass, coupling, sqrt_s, alpha, cuts, parameters, detector, changes, seed, jobs
    order = prepare(process, *numbers, radiates, spin_correlation, filters, toward, decays)
    line = Line(order.sampler, order.cut, order.decay, order.filters, weighted)
    after = (*order.decay_facts, "; ".join(decays))
    key = address.of(order.sampler, "user", cuts, filters, tuple(toward), weighted, *after) if store else None
    made = integration.sample(line, events, key=key, jobs=jobs, progress=progress)
    return order, made if order.decaying is None else integration.scaled(made, order.branching_fraction)


def prepare(
    process: str,
    model: str | None,
    mass: float | None,
    coupling: float | None,
    sqrt_s: float,
    alpha: str | float,
    cuts: Sequence[str],
    parameters: Mapping[str, float] | None,
    detector: str | None,
    changes: Mapping[str, object] | None,
    seed: int,
    jobs: int = 1,
    radiates: Choice = NOT,
    spin_correlation: bool = True,
    filters: Sequence[str] = (),
    toward: Sequence[str] = (),
    decays: Sequence[str] | None = None,
) -> Order:
    """The order: names resolved, numbers checked, the process compiled and its grid trained.

    ``decays`` as of ``sample``; None where events are not looked at, so that nothing needs to be said of particles that stay.
    """
    theory = None if model is None else models.find(model)
    if theory is not None:
        models.check(theory, _given(theory.name, mass), _given(theory.name, coupling), parameters)
    used = _beams(sqrt_s, detector, changes)
    root = machine.sqrt_s(used)
    parsed = [conditions.parse(text) for text in cuts]
    made = recipe(process, checked_alpha(alpha, root), root, theory, mass, coupling, _softest(parsed), parameters, radiates)
    names = _names(made, theory)
    asked = tuple(filtering.parse(text, names) for text in filters)
    often, where = taus.preferred(made, toward)
    region, cut = conditions.region(where, names), conditions.inside(cuts, names)
    _check_elastic(made, used, cut)
    decaying = _decaying(decays or (), spin_correlation, made, theory, mass, coupling, parameters)
    own, tau = sampling.kernels(made), taus.kernels(made)
    runs = _jit.load([*own, *tau, *_later(decaying)], 2)
    sampler = sampling.trained(made, runs[: len(own)], used, seed, cut, cuts, jobs, region)
    first = taus.decays(runs[len(own) : len(own) + len(tau)], spin_correlation, often)
    later = runs[len(own) + len(tau) :]
    finish = _finish(sampler, first, decaying, later)
    notes = _notes(made, theory)
    if theory is not None and decays is not None:
        some = None if decaying is None else decaying.plan
        from darkrecoil.generate.unstable import order as unstable

        kept = unstable.stay(made, theory, (_given(theory.name, mass), _given(theory.name, coupling)), parameters or {}, some)
        notes += (() if some is None else some.notes) + kept
    facts = (*taus.facts(first), *(run.__module__ for run in later), f"spin {spin_correlation}")
    return Order(made, root, sampler, cut, finish, notes, asked, radiates, decaying, facts)


def _decaying(
    decays: Sequence[str],
    spin_correlation: bool,
    made: Recipe,
    theory: Model | None,
    mass: float | None,
    coupling: float | None,
    parameters: Mapping[str, float] | None,
) -> "Decaying | None":
    """The decays of new particles that are asked for; BadValue without a model."""
    if not decays:
        return None
    if theory is None:
        raise BadValue("decays of a new particle need a model", "; ".join(decays), hint="add --model, or leave out --decay")
    from darkrecoil.generate.unstable import order as unstable
    from darkrecoil.generate.unstable.plan import Case

    case = Case(theory, _given(theory.name, mass), _given(theory.name, coupling), parameters or {})
    return unstable.decaying(decays, made, case, spin_correlation)


def _later(decaying: "Decaying | None") -> list[_jit.Kernel]:
    """What must be compiled for decays of new particles."""
    if decaying is None:
        return []
    from darkrecoil.generate.unstable import order as unstable

    return list(unstable.kernels(decaying))


def _finish(
    sampler: Sampler, first: taus.Decays | None, decaying: "Decaying | None", runs: Sequence[Callable[..., None]]
) -> Callable[[Particles], Particles] | None:
    """What is done to events that are kept: the taus of the process decay, then new particles and taus that come from them."""
    parts = [] if first is None else [lambda some: taus.decayed(some, sampler, "user", first)]
    if decaying is not None:
        from darkrecoil.generate.unstable import order as unstable

        parts.append(unstable.finish(decaying, sampler, "user", runs))
    if not parts:
        return None
    return lambda some: reduce(lambda before, part: part(before), parts, some)


def _notes(made: Recipe, theory: Model | None) -> tuple[str, ...]:
    """What a measured rate rests on, and that a model given does not enter: of a process only the lowest order in new physics is taken."""
    rate = measured.notes(made.process)
    if theory is None or theory.particle in made.process.outgoing:
        return rate
    orders = [one.program.currents.final[2] for one in made.engine.alternatives] if isinstance(made.engine, Tree) else [0]
    if any(orders):
        return rate
    return (*rate, f"{theory.name} does not enter {made.process.name} at its lowest order: this is the Standard Model alone")


def _names(made: Recipe, theory: Model | None) -> dict[str, int]:
    """PDG codes by the words of the process, where these are not the Standard Model's charged leptons and photons."""
    new = {} if theory is None or not theory.particle else {theory.particle: theory.pid}
    return {**words(made), **new}


def _beams(sqrt_s: float, detector: str | None, changes: Mapping[str, object] | None) -> Beams:
    """The detector's beams, or head-on ones of that energy; what would be ignored is refused."""
    if detector is None:
        if changes:
            raise BadValue("changes of a card need a detector", ", ".join(changes), hint="add --detector belle2")
        return optics.head_on(_energy(sqrt_s))
    if sqrt_s != SQRT_S:
        raise BadValue("the energy is the detector's", f"{sqrt_s:g} GeV", hint="leave out --sqrt-s, or --set machine.electron=...")
    from darkrecoil.detector import card  # and with it pydantic: 80 ms that others need not wait for

    return card.loaded(detector, None, changes).beams


def beams_text(beams: Beams) -> str:
    """The beams' numbers, in full, for a provenance."""
    numbers = (beams.electron, beams.positron, beams.half_crossing, beams.spread_electron, beams.spread_positron)
    return f"{beams.name}: " + ", ".join(repr(float(x)) for x in numbers)


def _check_elastic(made: Recipe, beams: Beams, cut: Cut | None) -> None:
    """Elastic scattering diverges along the beams: refused if the cuts keep an event in which both electrons go on along them."""
    if sorted(made.pid) != [-11, 11]:
        return
    cms = np.array([[1.0, NEARLY, 0.0, 1.0], [1.0, -NEARLY, 0.0, -1.0]]) * made.sqrt_s / 2
    ahead = beam_momenta(beams.electron, beams.positron, beams.half_crossing, M_E)
    order = cms if made.pid[0] == 11 else cms[::-1]
    momentum = np.array([to_lab(*ahead, (p[0], p[1], p[2], p[3])) for p in order], dtype=np.float64).reshape(8, 1)
    forward = direct.as_particles(made.pid, momentum, np.ones(1), 0, beams)
    if cut is None or cut(forward)[0] > 0:
        raise BadValue("the cross-section diverges along the beams", made.process.name, hint="add --cut 'abs(cos_theta_cms(e-)) < 0.985'")


def _softest(cuts: Sequence[conditions.Cut]) -> float:
    """The least photon energy to generate, GeV: the usual one, or less where a cut on the photon asks for it."""
    asked = [c.value for c in cuts if c.quantity == "energy_cms" and c.names == ("gamma",) and c.sign.startswith(">")]
    if any(not value > 0 for value in asked):
        raise BadValue("the cross-section diverges for soft photons", f"{min(asked):g} GeV", "allowed: a least photon energy above 0")
    return min(SOFT_PHOTON, *asked) if asked else SOFT_PHOTON


def _given(name: str, value: float | None) -> float:
    if value is None:
        raise BadValue(f"the model {name} needs a mass and a coupling", hint="add --mass and --coupling")
    return value


def _energy(sqrt_s: float) -> float:
    if not (isfinite(sqrt_s) and 0.1 < sqrt_s < 100):
        raise BadValue("the energy of the e+e- system is out of range", f"{sqrt_s:g} GeV", "allowed: 0.1 to 100 GeV")
    return sqrt_s
