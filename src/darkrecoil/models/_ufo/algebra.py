"""Expressions as a number times the rest: what keeps the i, the signs and the factors of a UFO coupling readable."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from darkrecoil._errors import BadFile, BadValue, UnknownName
from darkrecoil.models import _expressions as expressions

REAL = frozenset({"exp", "sin", "cos", "tan", "atan", "abs"})  # of real arguments
RECIPROCAL = {"sec": "cos", "csc": "sin", "cot": "tan"}
INVERSE = {"asec": "acos", "acsc": "asin"}


@dataclass(frozen=True)
class Product:
    """``number`` times ``rest``, an expression of names; a number alone has no rest."""

    number: complex
    rest: ast.expr | None = None

    @property
    def tree(self) -> ast.expr:
        """The whole as one expression."""
        if self.rest is None:
            return constant(self.number)
        if self.number == 1:
            return self.rest
        if self.number == -1:
            return ast.UnaryOp(ast.USub(), self.rest)
        return ast.BinOp(constant(self.number), ast.Mult(), self.rest)

    @property
    def names(self) -> frozenset[str]:
        """The names in it."""
        return frozenset(_names(self.rest)) if self.rest is not None else frozenset()


def constant(number: complex) -> ast.expr:
    """A number as an expression."""
    real, imag = number.real, number.imag
    if imag == 0:
        size = int(abs(real)) if abs(real) < 1e15 and real == int(real) else abs(real)
        return ast.UnaryOp(ast.USub(), ast.Constant(size)) if real < 0 else ast.Constant(size)
    if real == 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-imag * 1j)) if imag < 0 else ast.Constant(imag * 1j)
    return ast.BinOp(constant(complex(real)), ast.Add(), constant(imag * 1j))


def times(a: Product, b: Product) -> Product:
    """a b."""
    if a.rest is None or b.rest is None:
        return Product(a.number * b.number, a.rest if b.rest is None else b.rest)
    return Product(a.number * b.number, ast.BinOp(a.rest, ast.Mult(), b.rest))


def over(a: Product, b: Product) -> Product:
    """a/b; ZeroDivisionError for b = 0."""
    if b.rest is None:
        return Product(a.number / b.number, a.rest)
    return Product(a.number / b.number, ast.BinOp(a.rest or ast.Constant(1), ast.Div(), b.rest))


def power(a: Product, b: Product) -> Product:
    """a**b; a whole power of a product is taken factor by factor."""
    if a.rest is None and b.rest is None:
        return Product(a.number**b.number)
    if b.rest is None and b.number.imag == 0 and float(b.number.real).is_integer():
        return Product(a.number ** int(b.number.real), ast.BinOp(a.tree if a.rest is None else a.rest, ast.Pow(), b.tree))
    return Product(1, ast.BinOp(a.tree, ast.Pow(), b.tree))


def plus(a: Product, b: Product) -> Product:
    """a + b; a common phase of 1, -1, i or -i stands in front."""
    if a.number == 0 or b.number == 0:
        return b if a.number == 0 else a
    if _same(a.rest, b.rest):
        return Product(a.number + b.number, a.rest)
    phase = next((p for p in (1, -1, 1j, -1j) if (a.number / p).imag == 0 and (a.number / p).real > 0), 1)
    first, second = Product(a.number / phase, a.rest), Product(b.number / phase, b.rest)
    if second.number.imag == 0 and second.number.real < 0:
        return Product(phase, ast.BinOp(first.tree, ast.Sub(), Product(-second.number, second.rest).tree))
    return Product(phase, ast.BinOp(first.tree, ast.Add(), second.tree))


def total(parts: Sequence[Product]) -> Product:
    """The sum."""
    found = Product(0)
    for part in parts:
        found = plus(found, part)
    return found


def call(name: str, arguments: Sequence[Product]) -> Product:
    """An elementary function, or one of the UFO's own, of the arguments."""
    if name in RECIPROCAL:
        return over(Product(1), call(RECIPROCAL[name], arguments))
    if name in INVERSE:
        return call(INVERSE[name], [over(Product(1), one) for one in arguments])
    if name == "complex" and len(arguments) == 2:
        return plus(arguments[0], times(Product(1j), arguments[1]))
    if name in ("complexconjugate", "re", "im") and len(arguments) == 1 and is_real(arguments[0].rest):
        number = arguments[0].number
        parts = {"complexconjugate": number.conjugate(), "re": complex(number.real), "im": complex(number.imag)}
        return Product(parts[name], arguments[0].rest)
    tree = ast.Call(ast.Name(name), [one.tree for one in arguments], [])
    if all(one.rest is None for one in arguments):
        return Product(expressions.value(ast.unparse(tree), {}))
    return Product(1, tree)


def is_real(tree: ast.expr | None) -> bool:
    """Whether an expression of real names is real whatever their values; False where it depends, as for sqrt."""
    if tree is None:
        return True
    inside = list(ast.walk(tree))
    powers = [node.right for node in inside if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)]
    calls = [node.func for node in inside if isinstance(node, ast.Call)]
    return (
        not any(isinstance(node, ast.Constant) and isinstance(node.value, complex) for node in inside)
        and all(isinstance(func, ast.Name) and func.id in REAL for func in calls)
        and all(ast.unparse(exponent).lstrip("-").isdigit() for exponent in powers)
    )


def value(product: Product, names: Mapping[str, complex]) -> complex:
    """The number that a product is, the names given; BadFile if there is none."""
    try:
        return product.number if product.rest is None else product.number * expressions.value(ast.unparse(product.rest), names)
    except (BadValue, UnknownName) as error:
        raise BadFile("a coupling of the UFO model has no value", ast.unparse(product.tree), str(error)) from None


def renamed(tree: ast.expr, words: dict[str, str]) -> str:
    """The expression's text with other words for its names."""

    class Rename(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.Name:
            return ast.Name(words.get(node.id, node.id))

    return ast.unparse(Rename().visit(ast.parse(ast.unparse(tree), mode="eval").body))


def _names(tree: ast.expr) -> Iterator[str]:
    functions = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    yield from (node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in functions)


def _same(a: ast.expr | None, b: ast.expr | None) -> bool:
    return (a is None) == (b is None) and (a is None or b is None or ast.dump(a) == ast.dump(b))
