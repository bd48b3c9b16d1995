"""Decay widths of a model's particle from its vertices; the formulas are those of _two_body and _three_body.

A vertex's fields are named as in the Lagrangian, ("mu", "mu", "Z'") for g mubar gamma^alpha mu Z'_alpha.
"""

from collections.abc import Iterator, Mapping

from darkrecoil._errors import BadValue
from darkrecoil.constants import DARK_MATTER, HBARC
from darkrecoil.models import _couplings as couplings
from darkrecoil.models import _three_body as three_body
from darkrecoil.models import _two_body as two_body
from darkrecoil.models._couplings import Current, Values
from darkrecoil.models._standard_model import CHARGED, NEUTRINOS
from darkrecoil.records import Field, Model, Vertex

INVISIBLE = three_body.INVISIBLE
PHOTONS = "gamma gamma"
UNSEEN = (12, 14, 16, *DARK_MATTER)  # PDG codes


def partial_widths(model: Model, mass: float, coupling: float, parameters: Mapping[str, float] | None = None) -> dict[str, float]:
    """Partial widths, GeV, by final state as typed: "mu+ mu-", "e- mu+", "gamma gamma", "invisible" for all unseen; 0 where closed.

    Tree level, and loops of leptons for scalars to two photons; a particle whose total width nears its mass is no longer described.
    e at a vertex is that of alpha(0). Empty for a model without a new particle. BadValue for a vertex without a formula here.
    """
    values = couplings.numbers(model, mass, coupling, parameters)
    widths: dict[str, float] = {}
    for state, width in _decays(model, mass, values):
        widths[state] = widths.get(state, 0.0) + width
    return widths


def total_width(model: Model, mass: float, coupling: float, parameters: Mapping[str, float] | None = None) -> float:
    """The total width, GeV: the sum of the partial ones."""
    return sum(partial_widths(model, mass, coupling, parameters).values())


def branching_fractions(model: Model, mass: float, coupling: float, parameters: Mapping[str, float] | None = None) -> dict[str, float]:
    """Branching fractions by final state, summing to 1; empty for a particle without an open decay."""
    widths = partial_widths(model, mass, coupling, parameters)
    total = sum(widths.values())
    return {state: width / total for state, width in widths.items()} if total > 0 else {}


def ctau(model: Model, mass: float, coupling: float, parameters: Mapping[str, float] | None = None) -> float | None:
    """The mean proper lifetime times c, cm: hbar c/Gamma; None for a stable particle."""
    width = total_width(model, mass, coupling, parameters)
    return HBARC / width if width > 0 else None


def _decays(model: Model, mass: float, values: Values) -> Iterator[tuple[str, float]]:
    if model.spin not in (0, 1):
        yield from three_body.widths(model, mass, values)
        return
    known = couplings.fields(model)
    for (first, second), current in couplings.currents(model, values).items():
        yield from _to_fermions(model, known, mass, (first, second), current, values)
    for vertex in model.vertices:
        if model.spin == 0 and vertex.fields[2:] == (model.particle,) and vertex.structure in ("dual", "even", "mass"):
            yield _to_vectors(model, known, mass, vertex, values)
        elif vertex.fields.count(model.particle) == 1 and not couplings.is_current(vertex, model):
            raise _no_formula(model, vertex.fields, vertex.structure)  # a particle that occurs twice does not decay by that vertex
    if model.spin == 0:
        yield from _loops(model, mass, values)


def _to_fermions(
    model: Model, known: Mapping[str, Field], mass: float, pair: tuple[str, str], current: Current, values: Values
) -> Iterator[tuple[str, float]]:
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
    if {f1.pid, f2.pid} <= {*UNSEEN}:
        yield INVISIBLE, width if f1 == f2 else 2 * width
    else:
        yield f"{f1.antiparticle} {f2.particle}", width
        if f1 != f2:
            yield f"{f1.particle} {f2.antiparticle}", width


def _to_vectors(model: Model, known: Mapping[str, Field], mass: float, vertex: Vertex, values: Values) -> tuple[str, float]:
    first, second = (known.get(name) for name in vertex.fields[:2])
    if first is None or second is None or any(f.spin != 1 or f.particle != f.antiparticle for f in (first, second)):
        raise _no_formula(model, vertex.fields, vertex.structure)
    g, m1, m2 = couplings.strength(vertex, values), couplings.mass_of(first, values), couplings.mass_of(second, values)
    state = f"{first.particle} {second.particle}"
    if vertex.structure != "mass":
        return state, two_body.scalar_to_field_strengths(mass, m1, m2, g, vertex.structure == "dual", first == second)
    if not (m1 and m2):
        raise _no_formula(model, vertex.fields, "mass, of a massless vector")
    return state, two_body.scalar_to_vectors(mass, m1, m2, g, first == second)


def _loops(model: Model, mass: float, values: Values) -> Iterator[tuple[str, float]]:
    """Two photons by loops of charged leptons, where no vertex gives them directly."""
    found = couplings.currents(model, values)
    loops = [(CHARGED[name], found[name, name].scalar, found[name, name].pseudoscalar) for name in CHARGED if (name, name) in found]
    if loops and not any(vertex.fields[:2] == ("gamma", "gamma") for vertex in model.vertices):
        yield PHOTONS, two_body.scalar_to_photons_by_leptons(mass, loops)


def _no_formula(model: Model, fields: tuple[str, ...], structure: str) -> BadValue:
    shown = f"{' '.join(fields)} ({structure}, spin {model.spin:g})"
    allowed = "allowed: two fermions and a boson, left-handed neutrinos, two neutral vectors and a scalar"
    return BadValue(f"no partial width for a vertex of {model.name}", shown, allowed)
