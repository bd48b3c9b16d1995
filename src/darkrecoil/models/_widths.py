"""Decay widths of a model's particles from its vertices; the formulas are those of _two_body, _three_body, _inelastic and _mesons.

A vertex's fields are named as in the Lagrangian, ("mu", "mu", "Z'") for g mubar gamma^alpha mu Z'_alpha.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import hypot

from darkrecoil._errors import BadValue
from darkrecoil.constants import HBARC
from darkrecoil.models import _couplings as couplings
from darkrecoil.models import _expressions as expressions
from darkrecoil.models import _hadronic as hadronic
from darkrecoil.models import _inelastic as inelastic
from darkrecoil.models import _modes
from darkrecoil.models import _three_body as three_body
from darkrecoil.models import _two_body as two_body
from darkrecoil.models._couplings import Current, Values
from darkrecoil.models._modes import Mode
from darkrecoil.models._standard_model import CHARGED, NEUTRINOS
from darkrecoil.records import Field, Model, Vertex

PHOTONS = ("gamma", "gamma")


def partial_widths(
    model: Model, mass: float, coupling: float, parameters: Mapping[str, float] | None = None, particle: str | None = None
) -> dict[str, float]:
    """Partial widths, GeV, by final state as typed: "mu+ mu-", "e- mu+", "gamma gamma", "invisible" for all unseen; 0 where closed.

    Of the model's particle or, by its word, of another one; mass and coupling are the model's. Tree level, loops of leptons for scalars
    to two photons, hadrons as _hadronic and _mesons say; a particle whose total width nears its mass is no longer described. e at a
    vertex is that of alpha(0).
    Empty for a model without a new particle. BadValue for a vertex without a formula here, UnknownName for a particle not of the model.
    """
    codes, widths = _modes.codes(model), dict[str, float]()
    for mode in modes(model, mass, coupling, parameters, particle):
        state = _modes.label(mode.words, codes)
        widths[state] = widths.get(state, 0.0) + mode.width
    return widths


def modes(
    model: Model, mass: float, coupling: float, parameters: Mapping[str, float] | None = None, particle: str | None = None
) -> tuple[Mode, ...]:
    """The same, each final state by its particles, neutrinos and dark matter too; closed ones with width 0."""
    values = couplings.numbers(model, mass, coupling, parameters)
    return tuple(decays(_modes.seen_from(model, particle), _modes.own_mass(model, particle, values), values))


def total_width(
    model: Model, mass: float, coupling: float, parameters: Mapping[str, float] | None = None, particle: str | None = None
) -> float:
    """The total width, GeV: the sum of the partial ones."""
    return sum(partial_widths(model, mass, coupling, parameters, particle).values())


def branching_fractions(
    model: Model, mass: float, coupling: float, parameters: Mapping[str, float] | None = None, particle: str | None = None
) -> dict[str, float]:
    """Branching fractions by final state, summing to 1; empty for a particle without an open decay."""
    widths = partial_widths(model, mass, coupling, parameters, particle)
    total = sum(widths.values())
    return {state: width / total for state, width in widths.items()} if total > 0 else {}


@dataclass(frozen=True)
class Errors:
    """One-sigma errors, all from hadronic physics: of partial widths and the total one in GeV, of branching fractions, of c tau in cm."""

    partial_widths: Mapping[str, float]
    total_width: float
    branching_fractions: Mapping[str, float]
    ctau: float | None


def errors(
    model: Model, mass: float, coupling: float, parameters: Mapping[str, float] | None = None, particle: str | None = None
) -> Errors:
    """The errors of all that follows from widths; those of different final states are taken to be independent.

    With widths G_j +- d_j: BF_i moves by sum_j ((delta_ij - BF_i) d_j/G)^2 under the root, and c tau by sqrt(sum d_j^2)/G of itself.
    """
    codes, wrong = _modes.codes(model), dict[str, float]()
    for mode in modes(model, mass, coupling, parameters, particle):
        state = _modes.label(mode.words, codes)
        wrong[state] = hypot(wrong.get(state, 0.0), mode.error)
    fractions = branching_fractions(model, mass, coupling, parameters, particle)
    total, whole = total_width(model, mass, coupling, parameters, particle), hypot(*wrong.values())
    shares = {i: hypot(*(((i == j) - share) * d / total for j, d in wrong.items())) for i, share in fractions.items()}
    life = ctau(model, mass, coupling, parameters, particle)
    return Errors(wrong, whole, shares, None if life is None else life * whole / total)


def ctau(
    model: Model, mass: float, coupling: float, parameters: Mapping[str, float] | None = None, particle: str | None = None
) -> float | None:
    """The mean proper lifetime times c, cm: hbar c/Gamma; None for a stable particle."""
    width = total_width(model, mass, coupling, parameters, particle)
    return HBARC / width if width > 0 else None


def mass_of(model: Model, particle: str, mass: float, coupling: float, parameters: Mapping[str, float] | None = None) -> float:
    """The mass, GeV, of one of the model's particles by its word; ``mass`` and coupling are the model's."""
    return _modes.own_mass(model, particle, couplings.numbers(model, mass, coupling, parameters))


def decays(model: Model, mass: float, values: Values) -> Iterator[Mode]:
    """Decays of the model's particle with a mass, GeV, that need not be the one of ``values``."""
    yield from _partial(model, mass, values)
    if model.spin not in (0, 1):
        mixing = any({"W", "Z"} & {*vertex.fields} for vertex in model.vertices)
        yield from three_body.modes(model, mass, values) if mixing else inelastic.modes(model, mass, values)
        return
    known = couplings.fields(model)
    for (first, second), current in couplings.currents(model, values).items():
        yield from _to_fermions(model, known, mass, (first, second), current, values)
    for vertex in model.vertices:
        if model.spin == 0 and vertex.fields[2:] == (model.particle,) and vertex.structure in ("dual", "even", "mass"):
            if couplings.strength(vertex, values):
                yield _to_vectors(model, known, mass, vertex, values)
        elif vertex.fields.count(model.particle) == 1 and not couplings.is_current(vertex, model):
            raise _no_formula(model, vertex.fields, vertex.structure)  # a particle that occurs twice does not decay by that vertex
    if model.spin == 0:
        yield from _loops(model, mass, values)
    yield from hadronic.modes(model, mass, values)


def _partial(model: Model, mass: float, values: Values) -> Iterator[Mode]:
    """The widths that the model declares as expressions."""
    for some in model.partial:
        if some.particle == model.particle:
            width = complex(expressions.value(some.width, {**values, "mass": mass})).real
            if width > 0:
                yield Mode(tuple(some.state.split()), width)


def _to_fermions(
    model: Model, known: Mapping[str, Field], mass: float, pair: tuple[str, str], current: Current, values: Values
) -> Iterator[Mode]:
    if not {*pair} <= known.keys() or any(known[name].spin != 0.5 for name in pair):
        raise _no_formula(model, (*pair, model.particle), "two fermions")
    if {*pair} & {*NEUTRINOS} and (current.right or current.scalar or current.pseudoscalar):
        raise _no_formula(model, (*pair, model.particle), "right-handed neutrino")
    f1, f2 = sorted((known[name] for name in pair), key=lambda field: couplings.mass_of(field, values))
    m1, m2 = couplings.mass_of(f1, values), couplings.mass_of(f2, values)
    if model.spin == 1:
        width = two_body.vector_to_fermions(mass, m1, m2, current.left, current.right)
    else:
        width = two_body.scalar_to_fermions(mass, m1, m2, current.scalar, current.pseudoscalar)
    if current == Current():
        return  # switched off
    yield Mode((f1.antiparticle, f2.particle), width)
    if f1 != f2 and (f1.particle, f2.particle) != (f1.antiparticle, f2.antiparticle):
        yield Mode((f1.particle, f2.antiparticle), width)


def _to_vectors(model: Model, known: Mapping[str, Field], mass: float, vertex: Vertex, values: Values) -> Mode:
    first, second = (known.get(name) for name in vertex.fields[:2])
    if first is None or second is None or any(f.spin != 1 or f.particle != f.antiparticle for f in (first, second)):
        raise _no_formula(model, vertex.fields, vertex.structure)
    g, m1, m2 = couplings.strength(vertex, values), couplings.mass_of(first, values), couplings.mass_of(second, values)
    state = first.particle, second.particle
    if vertex.structure != "mass":
        return Mode(state, two_body.scalar_to_field_strengths(mass, m1, m2, g, vertex.structure == "dual", first == second))
    if not (m1 and m2):
        raise _no_formula(model, vertex.fields, "mass, of a massless vector")
    return Mode(state, two_body.scalar_to_vectors(mass, m1, m2, g, first == second))


def _loops(model: Model, mass: float, values: Values) -> Iterator[Mode]:
    """Two photons by loops of charged leptons, where no vertex gives them directly."""
    found = couplings.currents(model, values)
    loops = [(CHARGED[name], found[name, name].scalar, found[name, name].pseudoscalar) for name in CHARGED if (name, name) in found]
    if loops and not any(vertex.fields[:2] == ("gamma", "gamma") for vertex in model.vertices):
        yield Mode(PHOTONS, two_body.scalar_to_photons_by_leptons(mass, loops))


def _no_formula(model: Model, fields: tuple[str, ...], structure: str) -> BadValue:
    shown = f"{' '.join(fields)} ({structure}, spin {model.spin:g})"
    allowed = "allowed: two fermions and a boson, left-handed neutrinos, two neutral vectors and a scalar"
    return BadValue(f"no partial width for a vertex of {model.name}", shown, allowed)
