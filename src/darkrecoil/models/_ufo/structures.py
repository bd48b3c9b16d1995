"""Lorentz structures as sums of monomials in a normal form: dummies contracted, gamma5 sorted out into chiralities.

Factors of a monomial: ("chain", row, column, indices, "L" | "R") = (gamma^mu ... P)_{row column} with the projector
(1 -+ gamma5)/2 on the right; ("P", mu, leg); ("dot", leg, leg) of two momenta; ("Metric", mu, nu); ("Epsilon", slots) with
slots (0, mu) of an index and (1, leg) of a momentum. Epsilon^{0123} = -1, as in operations.triple; P leaves the vertex.
"""

import ast
from collections.abc import Callable, Iterator
from itertools import combinations

from darkrecoil.models import _expressions as expressions

ARITY = {"Gamma": 3, "Gamma5": 2, "ProjM": 2, "ProjP": 2, "Identity": 2, "P": 2, "Metric": 2, "Epsilon": 4}
ON = {"Identity": {"L": 1, "R": 1}, "Gamma5": {"L": -1, "R": 1}, "ProjM": {"L": 1, "R": 0}, "ProjP": {"L": 0, "R": 1}}
OTHER = {"L": "R", "R": "L"}

Factor = tuple[str, tuple[int, ...]]
Monomial = tuple[tuple[object, ...], ...]
Polynomial = dict[Monomial, complex]
Eliminated = Callable[[int, int], bool]


class Unsupported(Exception):
    """A vertex that has no counterpart among those of records.Vertex, and why."""


def normal_form(text: str, legs: int, eliminated: Eliminated) -> Polynomial:
    """The normal form of a structure of a vertex with that many legs; Unsupported for an object or function that has none.

    ``eliminated(mu, leg)``: which P(mu, leg) is replaced by minus the sum of the other legs' momenta.
    """
    try:
        terms = list(_expanded(ast.parse(text.strip(), mode="eval").body))
    except (SyntaxError, ValueError) as error:
        raise Unsupported(f"no Lorentz structure: {text} ({' '.join(str(error).split())})") from None
    found: Polynomial = {}
    for number, factors in terms:
        for sign, conserved in _conserved(_without_metrics(list(factors)), legs, eliminated):
            for weight, monomial in _monomials(conserved):
                found[monomial] = found.get(monomial, 0) + number * sign * weight
    return {monomial: number for monomial, number in found.items() if number}


def _expanded(node: ast.expr) -> Iterator[tuple[complex, tuple[Factor, ...]]]:
    """A sum of products, term by term."""
    match node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            yield from _expanded(left)
            sign = -1 if isinstance(op, ast.Sub) else 1
            yield from ((sign * number, factors) for number, factors in _expanded(right))
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            second = list(_expanded(right))
            yield from ((m * n, (*some, *more)) for m, some in _expanded(left) for n, more in second)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            yield from ((number / _number(right), factors) for number, factors in _expanded(left))
        case ast.BinOp(left=left, op=ast.Pow(), right=ast.Constant(value=2)):
            yield from _expanded(ast.BinOp(left, ast.Mult(), left))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield from ((-number, factors) for number, factors in _expanded(operand))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if len(args) == ARITY.get(name):
            yield 1, ((name, tuple(int(_number(index).real) for index in args)),)
        case _:
            yield _number(node), ()


def _number(node: ast.expr) -> complex:
    try:
        return complex(expressions.value(ast.unparse(node), {}))
    except ValueError:
        raise Unsupported(f"{ast.unparse(node)} in a Lorentz structure") from None


def _without_metrics(factors: list[Factor]) -> list[Factor]:
    """Metrics with a dummy index carried out."""
    for i, (name, indices) in enumerate(factors):
        if name == "Metric" and min(indices) < 0 and indices[0] != indices[1]:
            old, new = sorted(indices)
            rest = [_replaced(factor, old, new) for factor in factors[:i] + factors[i + 1 :]]
            return _without_metrics(rest)
    return factors


def _replaced(factor: Factor, old: int, new: int) -> Factor:
    """A factor with another Lorentz index; spinor indices have their own numbers."""
    name, indices = factor
    lorentz = {"Gamma": 1, "P": 1, "Metric": 2, "Epsilon": 4}.get(name, 0)
    return name, (*(new if mu == old else mu for mu in indices[:lorentz]), *indices[lorentz:])


def _conserved(factors: list[Factor], legs: int, eliminated: Eliminated) -> Iterator[tuple[int, list[Factor]]]:
    """Momentum conservation: one momentum replaced by the others."""
    for i, (name, indices) in enumerate(factors):
        if name == "P" and eliminated(*indices):
            for leg in range(1, legs + 1):
                if leg != indices[1]:
                    others = [*factors[:i], ("P", (indices[0], leg)), *factors[i + 1 :]]
                    yield from ((-sign, some) for sign, some in _conserved(others, legs, eliminated))
            return
    yield 1, factors


def _monomials(factors: list[Factor]) -> Iterator[tuple[complex, Monomial]]:
    bosons, sign = _bosons([f for f in factors if f[0] in ("P", "Metric", "Epsilon")])
    if sign:
        for weight, chains in _chains([f for f in factors if f[0] not in ("P", "Metric", "Epsilon")]):
            yield sign * weight, tuple(sorted((*bosons, *chains), key=repr))


def _bosons(factors: list[Factor]) -> tuple[list[tuple[object, ...]], int]:
    """Momenta contracted with each other and with epsilon, and the sign; 0 if epsilon holds the same thing twice."""
    momenta = [f[1] for f in factors if f[0] == "P"]
    found: list[tuple[object, ...]] = []
    sign = 1
    for name, indices in factors:
        if name == "Metric":
            found.append((name, *sorted(indices)))
        elif name == "Epsilon":
            slots = [_slot(mu, momenta) for mu in indices]
            inversions = sum(a > b for a, b in combinations(slots, 2))
            sign *= 0 if len({*slots}) < len(slots) else (-1) ** inversions
            found.append((name, *sorted(slots)))
    while momenta:
        mu, leg = momenta.pop()
        other = next((p for p in momenta if mu < 0 and p[0] == mu), None)
        if other:
            momenta.remove(other)
            found.append(("dot", *sorted((leg, other[1]))))
        else:
            found.append(("P", mu, leg))
    return found, sign


def _slot(mu: int, momenta: list[tuple[int, ...]]) -> tuple[int, int]:
    """What stands in a place of epsilon: an index, or a momentum, which is used up."""
    one = next((p for p in momenta if mu < 0 and p[0] == mu), None)
    if one is None:
        return 0, mu
    momenta.remove(one)
    return 1, one[1]


def _chains(factors: list[Factor]) -> Iterator[tuple[complex, tuple[tuple[object, ...], ...]]]:
    """Products of matrices from row to column, for each choice of the chiralities on the right."""
    rows = {indices[-2]: (name, indices) for name, indices in factors}
    starts = sorted(row for row in rows if row > 0)
    found: list[tuple[complex, tuple[tuple[object, ...], ...]]] = [(1, ())]
    used = 0
    for row in starts:
        chain: list[Factor] = []
        column = row
        while column == row or column < 0:
            if column not in rows or len(chain) == len(factors):
                raise Unsupported("spinor indices that do not close")
            chain.append(rows[column])
            column = rows[column][1][-1]
        used += len(chain)
        found = [(w * v, (*some, one)) for w, some in found for v, one in _chiral(row, column, chain)]
    if used < len(factors):
        raise Unsupported("spinor indices that do not close")
    yield from ((w, _named(some)) for w, some in found)


def _chiral(row: int, column: int, chain: list[Factor]) -> Iterator[tuple[complex, tuple[object, ...]]]:
    """A product of gamma matrices and gamma5 on each chirality: gamma^mu turns one into the other."""
    for right in ("L", "R"):
        weight, now = 1, right
        indices: list[int] = []
        for name, of in reversed(chain):
            if name == "Gamma":
                now, indices = OTHER[now], [of[0], *indices]
            else:
                weight *= ON[name][now]
        if weight:
            yield weight, ("chain", row, column, tuple(indices), right)


def _named(chains: tuple[tuple[object, ...], ...]) -> tuple[tuple[object, ...], ...]:
    """Dummy indices between the chains by the order in which they appear."""
    seen: dict[int, int] = {}
    named: list[tuple[object, ...]] = []
    for chain in chains:
        indices = chain[3]
        assert isinstance(indices, tuple)
        names = tuple(mu if mu > 0 else seen.setdefault(mu, -1 - len(seen)) for mu in indices)
        named.append((*chain[:3], names, chain[4]))
    return tuple(named)
