"""A model's couplings as numbers: its parameters by name, the strength of a vertex, the currents of its particle."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import pi, sqrt

from darkrecoil.constants import ALPHA_0
from darkrecoil.models import _expressions as expressions
from darkrecoil.models._standard_model import FIELDS
from darkrecoil.records import Field, Model, Vertex

Values = Mapping[str, float]
E = sqrt(4 * pi * ALPHA_0)  # the positron's charge at q^2 = 0
CHIRAL = {"vector": (1.0, 1.0), "axial": (-1.0, 1.0), "left": (1.0, 0.0), "right": (0.0, 1.0)}  # coefficients of (1 -+ gamma5)/2
YUKAWA = {"scalar": (1.0, 0.0), "pseudoscalar": (0.0, 1.0)}


@dataclass(frozen=True)
class Current:
    """The coupling of two fermions to a boson: f1bar gamma^mu (left P_L + right P_R) f2 or f1bar (scalar + i gamma5 pseudoscalar) f2."""

    left: float = 0.0
    right: float = 0.0
    scalar: float = 0.0
    pseudoscalar: float = 0.0

    @property
    def vector(self) -> float:
        """The coefficient of gamma^mu."""
        return (self.right + self.left) / 2

    @property
    def axial(self) -> float:
        """The coefficient of gamma^mu gamma5."""
        return (self.right - self.left) / 2

    def __add__(self, other: "Current") -> "Current":
        return Current(self.left + other.left, self.right + other.right, self.scalar + other.scalar, self.pseudoscalar + other.pseudoscalar)


def numbers(model: Model, mass: float, coupling: float, parameters: Mapping[str, float] | None = None) -> dict[str, float]:
    """The values of all names that an expression of the model may use: its parameters, the defaults where none is given."""
    filled = {p.name: p.default for p in model.parameters if p.default is not None} | dict(parameters or {})
    return {"e": E, **filled, **chosen(model, filled), "mass": mass, "coupling": coupling}


def chosen(model: Model, filled: Values) -> dict[str, float]:
    """1 for the word that each choice among words stands for and 0 for the others, as ``parameter_word``."""
    choices = [p for p in model.parameters if p.words]
    return {f"{p.name}_{word}": float(filled[p.name] == i) for p in choices for i, word in enumerate(p.words)}


def strength(vertex: Vertex, values: Values) -> float:
    """The number g in front of a vertex, in the unit of its structure."""
    return vertex.strength * expressions.real(vertex.parameter, values)


def fields(model: Model) -> dict[str, Field]:
    """The fields of the Standard Model and the model's further ones, by name."""
    return {field.name: field for field in (*FIELDS, *model.others)}


def mass_of(field: Field, values: Values) -> float:
    """The mass of a field, GeV."""
    return expressions.real(field.mass, values)


def is_current(vertex: Vertex, model: Model) -> bool:
    """Whether a vertex is two fermions and the model's particle, a boson."""
    return len(vertex.fields) == 3 and vertex.fields[2] == model.particle and vertex.structure in (CHIRAL if model.spin == 1 else YUKAWA)


def currents(model: Model, values: Values) -> dict[tuple[str, str], Current]:
    """The couplings of the model's particle to pairs of fermions, the vertices of a pair added; a pair and its conjugate are one."""
    found: dict[tuple[str, str], Current] = {}
    for vertex in model.vertices:
        if is_current(vertex, model):
            first, second, _ = vertex.fields
            pair = (second, first) if (second, first) in found else (first, second)
            found[pair] = found.get(pair, Current()) + _current(vertex, values)
    return found


def _current(vertex: Vertex, values: Values) -> Current:
    g = strength(vertex, values)
    if vertex.structure in CHIRAL:
        left, right = CHIRAL[vertex.structure]
        return Current(left=g * left, right=g * right)
    scalar, pseudoscalar = YUKAWA[vertex.structure]
    return Current(scalar=g * scalar, pseudoscalar=g * pseudoscalar)
