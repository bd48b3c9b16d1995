"""Decay widths of a vector boson from its vertices, at tree level.

A vertex's fields are named as in the Lagrangian, ("mu", "mu", "Z'") for g mubar gamma^alpha mu Z'_alpha.
"""

from collections.abc import Callable, Mapping
from math import pi, sqrt

from darkrecoil._errors import BadValue
from darkrecoil.constants import HBARC, M_E, M_MU, M_TAU
from darkrecoil.records import Model, Vertex

CHARGED = {"e": M_E, "mu": M_MU, "tau": M_TAU}  # GeV, by field
NEUTRINOS = ("nu_e", "nu_mu", "nu_tau")
INVISIBLE = "invisible"


def vector_to_leptons(mass: float, lepton: float, strength: float) -> float:
    """Gamma(V -> l+ l-), GeV, for a vector boson of that mass, a lepton's mass (both GeV) and a vector coupling.

    g^2 M/(12 pi) (1 + 2 r) sqrt(1 - 4 r) with r = m^2/M^2; 0 below the threshold M = 2 m. It is the partial width of
    a vector boson coupled to a Dirac current, e.g. Z -> l+ l- with the axial coupling left out (PDG review,
    "Electroweak model"), without radiative corrections, which are of relative order 3 alpha/(4 pi).
    """
    r = (lepton / mass) ** 2
    return strength**2 * mass / (12 * pi) * (1 + 2 * r) * sqrt(1 - 4 * r) if 4 * r < 1 else 0.0


def vector_to_neutrinos(mass: float, strength: float) -> float:
    """Gamma(V -> nu nubar), GeV, for one flavour of massless left-handed neutrino: g^2 M/(24 pi).

    Half of the massless charged lepton's, since one chirality of two takes part.
    """
    return strength**2 * mass / (24 * pi)


def partial_widths(model: Model, mass: float, coupling: float, parameters: Mapping[str, float] | None = None) -> dict[str, float]:
    """Partial widths, GeV, by final state as typed: "mu+ mu-", "tau+ tau-", and "invisible" for all neutrinos; 0 where closed.

    Tree level, linear in each coupling squared; a boson whose total width nears its mass is no longer described.
    BadValue for a vertex without a formula here.
    """
    values = {"coupling": coupling, **(parameters or {})}
    widths: dict[str, float] = {}
    for vertex in model.vertices:
        state, width = _decay(model, vertex, mass, values)
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


def _decay(model: Model, vertex: Vertex, mass: float, values: Mapping[str, float]) -> tuple[str, float]:
    first, second, boson = vertex.fields
    strength = vertex.strength * values[vertex.parameter]
    formula = _formula(first, vertex.structure) if first == second and boson == model.particle and model.spin == 1 else None
    if formula is None:
        shown = f"{' '.join(vertex.fields)} ({vertex.structure}, spin {model.spin})"
        raise BadValue(f"no partial width for a vertex of {model.name}", shown, "allowed: a lepton twice and a vector boson")
    state, width = formula
    return state, width(mass, strength)


def _formula(field: str, structure: str) -> tuple[str, Callable[[float, float], float]] | None:
    if structure == "vector" and field in CHARGED:
        return f"{field}+ {field}-", lambda mass, strength: vector_to_leptons(mass, CHARGED[field], strength)
    if structure == "left" and field in NEUTRINOS:
        return INVISIBLE, vector_to_neutrinos
    return None
