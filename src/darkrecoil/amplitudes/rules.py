"""Feynman rules as directed pieces: which two currents join to which third one, by which operation and number.

A Lagrangian term gives the field equation of each of its fields, and a tree amplitude is the perturbative solution of
these equations with external waves as sources: Berends and Giele, Nucl. Phys. B 306 (1988) 759. Factors of i are absent:
a vertex is +coupling, a propagator minus the inverse of the kinetic operator.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from darkrecoil.amplitudes.theory import BOSON, BRA, KET, Term, Theory

Kind = tuple[str, str, int]  # (ket | bra | boson, field, flow); a contact operator's bilinear is a boson named "#term.side"
CHIRAL = {"vector": (1.0, 1.0), "axial": (-1.0, 1.0), "left": (1.0, 0.0), "right": (0.0, 1.0)}  # coefficients of (1 -+ gamma5)/2
SCALAR = {"scalar": (1.0 + 0j, 1.0 + 0j), "pseudoscalar": (-1j, 1j)}
LETTERS = {"V": "vector", "A": "axial", "L": "left", "R": "right", "S": "scalar", "P": "pseudoscalar"}
PHOTON = "gamma"


@dataclass(frozen=True)
class Rule:
    """``first`` and ``second`` join to ``out`` by ``operation`` with the numbers ``left`` and ``right`` (equal if only one matters).

    ``real_ratio``: factor on both where an external photon takes part. ``order``: that of the vertex.
    """

    operation: str
    first: Kind
    second: Kind
    out: Kind
    left: complex
    right: complex
    real_ratio: float = 1.0
    order: int = 0


def conjugate(kind: Kind) -> Kind:
    """The kind of a wave that closes the amplitude on a current of this kind."""
    return {KET: BRA, BRA: KET, BOSON: BOSON}[kind[0]], kind[1], -kind[2]


def rules(theory: Theory) -> tuple[Rule, ...]:
    """All directed pieces of the theory's terms; ValueError for a structure that is not one of records.Vertex."""
    found: list[Rule] = []
    for index, term in enumerate(theory.terms):
        found += (replace(rule, order=0 if rule.operation.startswith("bilinear") else term.order) for rule in _of_term(theory, term, index))
    return tuple(dict.fromkeys(found))


def _of_term(theory: Theory, term: Term, index: int) -> Iterator[Rule]:
    if len(term.fields) == 4:
        yield from _contact(term, index)
    elif term.structure in CHIRAL or term.structure in SCALAR:
        yield from _fermions(theory, term)
    elif term.structure in ("dual", "even", "mass"):
        yield from _two_vectors(term)
    elif term.structure == "gauge":
        yield from _three_vectors(term)
    else:
        raise ValueError(f"no such structure of a vertex: {term.structure}")


def _ratio(term: Term) -> float:
    return (term.with_real_photon / term.value).real if PHOTON in term.fields and term.value else 1.0


def _charged(theory: Theory, name: str) -> bool:
    line = theory.lines[name]
    return line.particle != line.antiparticle


def _fermions(theory: Theory, term: Term) -> Iterator[Rule]:
    f1, f2, boson = term.fields
    flow = 1 if _charged(theory, boson) else 0
    left, right = (CHIRAL if term.structure in CHIRAL else SCALAR)[term.structure]
    left, right = term.value * left, term.value * right
    yield from _bilinear(f1, f2, (BOSON, boson, flow), left, right, term)
    if f1 != f2 or flow:
        back = (left, right) if term.structure in CHIRAL else (complex(right).conjugate(), complex(left).conjugate())
        yield from _bilinear(f2, f1, (BOSON, boson, -flow), *back, term)


def _bilinear(f1: str, f2: str, boson: Kind, left: complex, right: complex, term: Term) -> Iterator[Rule]:
    """f1bar Gamma f2 boson: three field equations."""
    letter = "vector" if term.structure in CHIRAL else "scalar"
    ratio = _ratio(term)
    yield Rule(f"ket {letter}", (KET, f2, 0), boson, (KET, f1, 0), left, right, ratio)
    yield Rule(f"bra {letter}", (BRA, f1, 0), boson, (BRA, f2, 0), left, right, ratio)
    yield Rule(f"current {letter}", (BRA, f1, 0), (KET, f2, 0), conjugate(boson), left, right, ratio)


def _contact(term: Term, index: int) -> Iterator[Rule]:
    """g (f1bar Gamma f2)(f3bar Gamma' f4) and its conjugate: each bilinear is a boson that only the other one sees."""
    f1, f2, f3, f4 = term.fields
    one, two = (LETTERS[letter] for letter in term.structure)
    pair, back = ((f1, f2, one), (f3, f4, two)), ((f2, f1, one), (f4, f3, two))
    yield from _contact_pair(*pair, term.value, f"#{index}.")
    if sorted(pair) != sorted(back):
        yield from _contact_pair(*back, term.value, f"#{index}*.")


def _contact_pair(first: tuple[str, str, str], second: tuple[str, str, str], g: complex, name: str) -> Iterator[Rule]:
    for (a, b, structure), (c, d, other), side in ((first, second, "a"), (second, first, "b")):
        aux: Kind = (BOSON, name + side, 0)
        vector = structure in CHIRAL
        letter = "vector" if vector else "scalar"
        here, there = (CHIRAL, CHIRAL) if vector else (SCALAR, SCALAR)
        one, two = here[structure]
        yield Rule(f"bilinear {letter}", (BRA, a, 0), (KET, b, 0), aux, one, two)
        left, right = (g * complex(x) for x in there[other])
        yield Rule(f"ket {letter}", (KET, d, 0), aux, (KET, c, 0), left, right)
        yield Rule(f"bra {letter}", (BRA, c, 0), aux, (BRA, d, 0), left, right)


def _two_vectors(term: Term) -> Iterator[Rule]:
    v1, v2, scalar = ((BOSON, name, 0) for name in term.fields)
    g = term.value * (2.0 if term.structure == "mass" and v1 == v2 else 1.0)
    ratio = _ratio(term)
    yield Rule(f"{term.structure} scalar", v1, v2, scalar, g, g, ratio)
    yield Rule(f"{term.structure} vector", v1, scalar, v2, g, g, ratio)
    if v1 != v2:
        yield Rule(f"{term.structure} vector", v2, scalar, v1, g, g, ratio)


def _three_vectors(term: Term) -> Iterator[Rule]:
    charged, other, neutral = term.fields
    if charged != other:
        raise ValueError(f"a gauge vertex has a charged vector twice, then a neutral one: {' '.join(term.fields)}")
    a, b, c = (BOSON, charged, 1), (BOSON, charged, -1), (BOSON, neutral, 0)
    for first, second, third in ((a, b, c), (c, a, b), (b, c, a)):
        yield Rule("gauge vector", first, second, conjugate(third), term.value, term.value, _ratio(term))
