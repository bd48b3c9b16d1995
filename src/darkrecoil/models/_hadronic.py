"""Widths of a boson to hadrons, from its terms with quarks and gluons: a vector by R(s), a scalar and an ALP by two pictures each."""

from collections.abc import Iterator, Sequence

import numpy as np

from darkrecoil._errors import BadValue
from darkrecoil.constants import ALPHA_0, M_MU, M_TAU
from darkrecoil.models import _couplings as couplings
from darkrecoil.models import _hadronic_alp as hadronic_alp
from darkrecoil.models import _hadronic_scalar as hadronic_scalar
from darkrecoil.models import _hadrons as hadrons
from darkrecoil.models._couplings import Values
from darkrecoil.models._modes import Mode
from darkrecoil.records import Model, Vertex

HADRONS = "hadrons"
FLAVOURS = "udscb"
LEAST = 1e-4  # of the tree width: below, what a narrow resonance adds to a lepton pair is left out


def modes(model: Model, mass: float, values: Values) -> Iterator[Mode]:
    """Decays of the model's boson to hadrons, and to leptons by a narrow resonance; nothing for a model without quarks."""
    terms = [vertex for vertex in model.quarks if vertex.fields[2] == model.particle]
    if not terms:
        return
    if model.spin == 1:
        yield from _vector(model, mass, values)
    elif any(vertex.structure == "scalar" for vertex in terms):
        yield from _scalar(model, terms, mass, values)
    else:
        yield from _pseudoscalar(model, terms, mass, values)


def _vector(model: Model, mass: float, values: Values) -> Iterator[Mode]:
    """A vector by R(m^2), its couplings to quarks in units of e; pairs of leptons from charmonia and bottomonia."""
    strengths = dict.fromkeys(FLAVOURS, 0.0)
    for vertex in model.quarks:
        first, second, _ = vertex.fields
        if first != second or first not in strengths or vertex.structure != "vector":
            raise _no_width(model, vertex)
        strengths[first] += couplings.strength(vertex, values) / couplings.E
    if not any(strengths.values()):
        return
    weights = hadrons.weights(*strengths.values())
    made = hadrons.ratio(mass * mass, weights)
    unit = ALPHA_0 * mass / 3
    yield Mode((HADRONS,), unit * float(made.value[0]), unit * float(made.error[0]))
    more = unit * hadrons.resonant_leptons(mass * mass, weights)
    if more > LEAST * unit * max(g * g for g in strengths.values()):
        for lepton, m in (("e", 0.0), ("mu", M_MU), ("tau", M_TAU)):
            share = np.sqrt(max(1 - 4 * (m / mass) ** 2, 0.0)) * (1 + 2 * (m / mass) ** 2)
            yield Mode((f"{lepton}+", f"{lepton}-"), float(more * share), float(0.04 * more * share))


def _scalar(model: Model, terms: Sequence[Vertex], mass: float, values: Values) -> Iterator[Mode]:
    """A scalar whose couplings to quarks are a common factor times those of the Higgs boson."""
    if [vertex.fields for vertex in terms] != [("q", "q", model.particle)] or terms[0].structure != "scalar":
        raise _no_width(model, terms[0])
    if factor := couplings.strength(terms[0], values):
        yield Mode((HADRONS,), *hadronic_scalar.width(mass, factor))


def _pseudoscalar(model: Model, terms: Sequence[Vertex], mass: float, values: Values) -> Iterator[Mode]:
    """An ALP by the strengths of its derivative couplings and of its coupling to gluons, 1/GeV."""
    gluon, quark = 0.0, dict.fromkeys(FLAVOURS, 0.0)
    for vertex in terms:
        first, second, _ = vertex.fields
        if (first, second, vertex.structure) == ("G", "G", "dual"):
            gluon += couplings.strength(vertex, values)
        elif first == second and first in quark and vertex.structure == "derivative":
            quark[first] += couplings.strength(vertex, values)
        else:
            raise _no_width(model, vertex)
    if gluon or any(quark.values()):
        yield Mode((HADRONS,), *hadronic_alp.width(mass, gluon, quark))


def _no_width(model: Model, vertex: Vertex) -> BadValue:
    return BadValue(f"no width to hadrons for a vertex of {model.name}", f"{' '.join(vertex.fields)} ({vertex.structure})", ALLOWED)


ALLOWED = "allowed: vector of one flavour, scalar of all (q q), derivative of one flavour, dual of gluons (G G)"
