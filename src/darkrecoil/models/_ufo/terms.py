"""A vertex of a UFO directory as terms of a Lagrangian.

The vertex is i times the Lagrangian's coefficient, its particles go out and its momenta too: an outgoing particle is the
field's conjugate, so the row of a matrix is the particle's f1bar and its column the antiparticle's f2. This is the only reading
in which the Standard Model's left-handed currents and W W gamma, as FeynRules writes them, are gauge invariant.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from darkrecoil.models._ufo.particles import Particle
from darkrecoil.models._ufo.structures import Monomial, Polynomial, Unsupported, normal_form
from darkrecoil.models._ufo.symbols import Combination

Parts = dict[str, Combination]  # by chirality "L", "R", "LL", ...; by "" where there is none
Form = dict[Monomial, Combination]
Zero = Callable[[Combination], bool]
SUPPORTED = (
    "supported: gamma^mu, gamma^mu gamma5, 1, gamma5 and projectors between fermions; S V V with the metric, epsilon or F F; "
    "the Yang-Mills vertex of a charged vector and a neutral one; products of two fermion currents"
)


@dataclass(frozen=True)
class Key:
    """What a term is of: family (vector, scalar, contact vector, contact scalar, dual, even, mass, gauge) and fields.

    ``flow`` of a charged boson: +1 if the term has the field of records.Vertex, which absorbs its particle, -1 for the conjugate.
    """

    family: str
    fields: tuple[str, ...]
    flow: int = 0

    @property
    def conjugate(self) -> "Key":
        """The key of the Hermitian conjugate."""
        if self.family in ("dual", "even", "mass", "gauge"):
            return self
        a, b, *rest = self.fields
        if len(rest) == 1:
            return Key(self.family, (b, a, *rest), -self.flow)
        return contact(self.family, (b, a), (rest[1], rest[0]))[0]


def contact(family: str, one: tuple[str, str], two: tuple[str, str]) -> tuple[Key, bool]:
    """The key of a product of two currents, which are put in order, and whether they changed places."""
    first, second = sorted((one, two))
    return Key(family, (*first, *second)), (one, two) != (first, second)


def conjugate_letters(key: Key, letters: str) -> str:
    """The chiralities that the Hermitian conjugate of a term has, in its key's order: those of scalars change."""
    if "scalar" in key.family:
        letters = letters.translate(str.maketrans("LR", "RL"))
    if key.family.startswith("contact"):
        a, b, c, d = key.fields
        return letters[::-1] if contact(key.family, (b, a), (d, c))[1] else letters
    return letters


def terms(legs: Sequence[Particle], structures: Sequence[tuple[Combination, str]], zero: Zero) -> dict[Key, Parts]:
    """The terms of a vertex from its particles and its couplings with their structures; Unsupported, with the reason."""
    spins = "".join(sorted({0.0: "S", 0.5: "F", 1.0: "V"}[leg.spin] for leg in legs))
    if spins not in MATCH:
        raise Unsupported(f"the spins {spins}")
    scalar = next((i for i, leg in enumerate(legs, 1) if leg.spin == 0 and spins == "SVV"), 0)
    form: Form = {}
    for combination, text in structures:
        polynomial = normal_form(text, len(legs), lambda mu, leg: leg == scalar if scalar else mu == leg)
        _add(form, polynomial, combination)
    form = {monomial: some for monomial, some in form.items() if not zero(some)}
    return MATCH[spins](legs, form, zero) if form else {}


def _add(form: Form, polynomial: Polynomial, combination: Combination) -> None:
    """Add couplings times a structure, over i."""
    for monomial, weight in polynomial.items():
        some = form.setdefault(monomial, {})
        for name, number in combination.items():
            some[name] = some.get(name, 0) - 1j * weight * number


def _scaled(some: Combination, factor: complex) -> Combination:
    return {name: factor * number for name, number in some.items()}


def _row_column(legs: Sequence[Particle], row: object, column: object) -> tuple[str, str]:
    """The fields of f1bar and f2 by the legs of a matrix's row and column."""
    assert isinstance(row, int)
    assert isinstance(column, int)
    if row > len(legs) or column > len(legs) or legs[row - 1].anti or not legs[column - 1].anti:
        raise Unsupported("a fermion line that does not run from a particle to an antiparticle")
    return legs[row - 1].field, legs[column - 1].field


def _fermions(legs: Sequence[Particle], form: Form, _: Zero) -> dict[Key, Parts]:
    """f1bar Gamma f2 V or S."""
    (k,) = (i for i, leg in enumerate(legs, 1) if leg.spin != 0.5)
    boson = legs[k - 1]
    family, indices = ("vector", (k,)) if boson.spin else ("scalar", ())
    flow = 0 if boson.own else 1 if boson.anti else -1
    found: dict[Key, Parts] = {}
    for monomial, some in form.items():
        match monomial:
            case (("chain", row, column, mus, str(letter)),) if mus == indices:
                key = Key(family, (*_row_column(legs, row, column), boson.field), flow)
                found.setdefault(key, {})[letter] = some
            case _:
                raise Unsupported("a structure of its own")
    return found


def _two_vectors(legs: Sequence[Particle], form: Form, zero: Zero) -> dict[Key, Parts]:
    """S V V: epsilon(e1, e2, p1, p2) = -epsilon(p1, e1, p2, e2); (p1.p2)(e1.e2) - (p1.e2)(p2.e1); the metric."""
    v, w = (i for i, leg in enumerate(legs, 1) if leg.spin)
    (s,) = (i for i, leg in enumerate(legs, 1) if not leg.spin)
    if not all(leg.own for leg in legs):
        raise Unsupported("a charged particle at a vertex of two vectors and a scalar")
    one, two = sorted((v, w), key=lambda i: legs[i - 1].field)
    fields = legs[one - 1].field, legs[two - 1].field, legs[s - 1].field
    dual: Monomial = (("Epsilon", (0, v), (0, w), (1, v), (1, w)),)
    metric = ("Metric", v, w)
    even: Monomial = (metric, ("dot", v, w))
    crossed: Monomial = (("P", v, w), ("P", w, v))
    rest = dict(form)
    found = {
        "dual": _scaled(rest.pop(dual, {}), -1),
        "mass": _scaled(rest.pop((metric,), {}), 0.5 if fields[0] == fields[1] else 1),
        "even": rest.pop(even, {}),
    }
    if not zero(_sum(found["even"], rest.pop(crossed, {}))):
        raise Unsupported("momenta that do not make F F")
    if rest:
        raise Unsupported("a structure of its own")
    return {Key(family, fields): {"": some} for family, some in found.items() if some and not zero(some)}


def _three_vectors(legs: Sequence[Particle], form: Form, zero: Zero) -> dict[Key, Parts]:
    """The Yang-Mills vertex of a charged vector; its momenta come in at records.Vertex and go out here, hence the sign."""
    neutral = [i for i, leg in enumerate(legs, 1) if leg.own]
    absorbed = [i for i, leg in enumerate(legs, 1) if not leg.own and leg.anti]
    made = [i for i, leg in enumerate(legs, 1) if not leg.own and not leg.anti]
    if not len(neutral) == len(absorbed) == len(made) == 1 or legs[absorbed[0] - 1].field != legs[made[0] - 1].field:
        raise Unsupported("three vectors that are not a charged one twice and a neutral one")
    a, b, c = absorbed[0], made[0], neutral[0]
    rest = dict(form)
    first: Combination | None = None
    for x, y, z in ((a, b, c), (b, c, a), (c, a, b)):
        for leg, sign in ((x, 1), (y, -1)):
            some = _scaled(rest.pop((("Metric", *sorted((x, y))), ("P", z, leg)), {}), sign)
            first = some if first is None else first
            if not zero(_sum(some, _scaled(first, -1))):
                raise Unsupported("momenta that do not make a Yang-Mills vertex")
    if rest or not first:
        raise Unsupported("a structure of its own")
    return {Key("gauge", (legs[a - 1].field, legs[b - 1].field, legs[c - 1].field)): {"": _scaled(first, -1)}}


def _four_fermions(legs: Sequence[Particle], form: Form, _: Zero) -> dict[Key, Parts]:
    """(f1bar Gamma f2)(f3bar Gamma' f4), each current of two neighbours in the vertex; all contractions must differ."""
    found: dict[Key, Parts] = {}
    for monomial, some in form.items():
        match monomial:
            case (("chain", r1, c1, mus, str(one)), ("chain", r2, c2, other, str(two))) if mus == other and mus in ((), (-1,)):
                if {frozenset((r1, c1)), frozenset((r2, c2))} != {frozenset((1, 2)), frozenset((3, 4))}:
                    raise Unsupported("fermion lines that join other legs than 1 with 2 and 3 with 4")
                first, second = _row_column(legs, r1, c1), _row_column(legs, r2, c2)
            case _:
                raise Unsupported("a structure of its own")
        if first[0] == second[0] or first[1] == second[1]:
            raise Unsupported("identical fermions in a product of two currents")
        key, swapped = contact("contact vector" if mus else "contact scalar", first, second)
        parts = found.setdefault(key, {})
        letters = two + one if swapped else one + two
        parts[letters] = _sum(parts.get(letters, {}), some)
    return found


def _sum(one: Combination, two: Combination) -> Combination:
    return {name: one.get(name, 0) + two.get(name, 0) for name in {**one, **two}}


MATCH: dict[str, Callable[[Sequence[Particle], Form, Zero], dict[Key, Parts]]] = {
    "FFV": _fermions,
    "FFS": _fermions,
    "SVV": _two_vectors,
    "VVV": _three_vectors,
    "FFFF": _four_fermions,
}
