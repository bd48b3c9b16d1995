"""A model's vertices and the Standard Model's, in numbers: what amplitudes are made from."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from math import pi, sqrt

from darkrecoil.amplitudes.theory import Line, Term, Theory
from darkrecoil.constants import AlphaScheme
from darkrecoil.models import _expressions as expressions
from darkrecoil.models import _standard_model as standard
from darkrecoil.models import check, total_width
from darkrecoil.models._couplings import chosen
from darkrecoil.records import Field, Model, Vertex

WEAK, PHOTON = ("Z", "W"), "gamma"
Values = Mapping[str, float]


def theory(
    alpha: AlphaScheme,
    model: Model | None = None,
    mass: float = 0.0,
    coupling: float = 0.0,
    parameters: Mapping[str, float] | None = None,
    weak: bool = False,
) -> Theory:
    """The theory of a model at that mass (GeV) and coupling: photons and leptons, W and Z if ``weak``, and what is new.

    e is that of the alpha scheme at a virtual photon, and at a real one where such a photon is attached; with vacuum polarisation at
    each virtual photon's own q^2 if the scheme runs.
    """
    given = {} if model is None else check(model, mass, coupling, parameters)
    names = {"mass": mass, "coupling": coupling, **given, **(chosen(model, given) if model else {})}
    virtual, real = ({**names, "e": sqrt(4 * pi * value)} for value in (alpha.virtual, alpha.real))
    lines = [_line(field, virtual) for field in standard.FIELDS]
    lines = [replace(line, runs=alpha.runs) if line.name == PHOTON else line for line in lines]
    terms = [_term(v, virtual, real, 0) for v in standard.VERTICES if weak or not {*WEAK} & {*v.fields}]
    if model is not None:
        lines += _new_lines(model, mass, coupling, given, virtual)
        terms += [_term(v, virtual, real, 1) for v in model.vertices]
    return Theory({line.name: line for line in lines}, tuple(term for term in terms if term.value))


def switched_on(model: Model, mass: float, coupling: float, parameters: Mapping[str, float] | None = None) -> Model:
    """The model with those of its vertices that are not zero at these numbers."""
    given = check(model, mass, coupling, parameters)
    values = {"mass": mass, "coupling": coupling, **given, **chosen(model, given), "e": 1.0}
    return replace(model, vertices=tuple(v for v in model.vertices if expressions.real(v.parameter, values)))


def needs_weak(words: Iterable[str], model: Model | None) -> bool:
    """Whether a process needs W and Z: neutrinos or weak bosons among its particles, or in the new particle's vertices with it."""
    inside = {*words}
    if inside & {"nu", "Z", "W+", "W-"} or any(word.startswith("nu_") for word in inside):
        return True
    return model is not None and model.particle in inside and any({*WEAK} & {*v.fields} for v in model.vertices)


def _line(field: Field, values: Values) -> Line:
    mass, width = expressions.real(field.mass, values), expressions.real(field.width, values)
    return Line(field.name, field.particle, field.antiparticle, field.pid, field.spin, mass, width)


def _new_lines(model: Model, mass: float, coupling: float, given: Mapping[str, float], values: Values) -> Iterator[Line]:
    """The model's own fields; the one that ``mass`` belongs to has the width of its decays."""
    if model.particle:
        width = total_width(model, mass, coupling, given)
        yield Line(model.particle, model.particle, model.antiparticle or model.particle, model.pid, model.spin, mass, width)
    yield from (_line(field, values) for field in model.others)


def _term(vertex: Vertex, virtual: Values, real: Values, order: int) -> Term:
    value, attached = (vertex.strength * expressions.real(vertex.parameter, values) for values in (virtual, real))
    return Term(vertex.fields, vertex.structure, value, attached, order)
