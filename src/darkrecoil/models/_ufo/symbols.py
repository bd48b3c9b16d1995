"""Parameters and couplings of a UFO directory as expressions of what a user may set: its own external parameters.

The Standard Model's inputs (1/alpha, G_F, masses, mixings) enter as the file's numbers.
"""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import pi

from darkrecoil._errors import BadFile, BadValue
from darkrecoil.models import _expressions as expressions
from darkrecoil.models._ufo import algebra
from darkrecoil.models._ufo.algebra import Product
from darkrecoil.models._ufo.files import Directory, Entry
from darkrecoil.models._ufo.particles import HIGGS, STANDARD

INPUTS = {"SMINPUTS", "YUKAWA", "CKMBLOCK", "WOLFENSTEIN", "VCKM", "VCKMIN"}
MASS, WIDTH = "MASS", "DECAY"
KNOWN = {*STANDARD, *range(1, 7), 21, HIGGS}  # whose masses and widths are the Standard Model's
POINTS = 3  # where identities are tested; an identity that holds at three points by chance does not occur in a model
SMALL = 1e-10  # relative, for sums of rounded numbers

Combination = dict[str, complex]  # couplings of the file, each times a number


@dataclass(frozen=True)
class External:
    """An external parameter: name, the file's value, SLHA block, TeX, whether it is one of the Standard Model's."""

    name: str
    value: complex
    block: str
    tex: str
    standard: bool


@dataclass(frozen=True)
class Symbols:
    """External parameters, expressions of internal ones and of couplings by name, and what has been worked out so far."""

    externals: Mapping[str, External]
    trees: Mapping[str, ast.expr]
    points: tuple[Mapping[str, complex], ...] = ()
    made: dict[str, Product] = field(default_factory=dict)
    values: dict[str, tuple[complex, ...]] = field(default_factory=dict)

    def product(self, name: str, below: tuple[str, ...] = ()) -> Product:
        """A parameter or coupling by name; BadFile if it is unknown or rests on itself."""
        if name in below:
            raise BadFile("a parameter of the UFO model rests on itself", " <- ".join((*below, name)))
        if name not in self.made:
            self.made[name] = self._made(name, (*below, name))
        return self.made[name]

    def sum(self, some: Combination) -> Product:
        """A combination of couplings."""
        return algebra.total([algebra.times(Product(number), self.product(name)) for name, number in some.items()])

    def at(self, name: str) -> tuple[complex, ...]:
        """A coupling's values: at the file's parameters, then at POINTS others near them."""
        if name not in self.values:
            product = self.product(name)
            self.values[name] = tuple(algebra.value(product, point) for point in self.points)
        return self.values[name]

    def evaluate(self, some: Combination) -> tuple[list[complex], float]:
        """Values of a combination, and the size of its terms that they are to be compared with."""
        rows = [[complex(number * value) for value in self.at(name)] for name, number in some.items()]
        size = max((abs(x) for row in rows for x in row), default=0.0)
        return [sum(column) for column in zip(*rows, strict=True)] or [0j] * (1 + POINTS), size

    def zero(self, some: Combination) -> bool:
        """Whether a combination vanishes whatever the parameters."""
        values, size = self.evaluate(some)
        return all(abs(value) <= SMALL * size for value in values[1:])

    def real(self, some: Combination) -> bool:
        """Whether a combination is real whatever the parameters."""
        values, size = self.evaluate(some)
        return all(abs(value.imag) <= SMALL * size for value in values)

    def conjugates(self, one: Combination, two: Combination) -> bool:
        """Whether two combinations are each other's complex conjugates whatever the parameters."""
        (first, size), (second, other) = self.evaluate(one), self.evaluate(two)
        return all(abs(a.conjugate() - b) <= SMALL * (size + other) for a, b in zip(first, second, strict=True))

    def inputs(self, names: Iterable[str]) -> set[str]:
        """External parameters of the Standard Model that parameters or couplings rest on."""
        waiting, seen = list(names), set[str]()
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += [n.id for n in ast.walk(self.trees.get(name, ast.Constant(0))) if isinstance(n, ast.Name)]
        return {name for name in seen if name in self.externals and self.externals[name].standard}

    def _made(self, name: str, below: tuple[str, ...]) -> Product:
        if name in self.externals:
            one = self.externals[name]
            return Product(one.value) if one.standard else Product(1, ast.Name(name))
        if name not in self.trees:
            raise BadFile("the UFO model has no parameter of this name", name, f"used by {below[-2]}" if len(below) > 1 else "")
        try:
            return self._simplified(self.trees[name], below)
        except (ArithmeticError, BadValue) as error:
            raise BadFile(f"{name} of the UFO model has no value", ast.unparse(self.trees[name]), str(error)) from None

    def _simplified(self, node: ast.expr, below: tuple[str, ...]) -> Product:
        match node:
            case ast.Constant(value=int() | float() | complex() as number) if not isinstance(number, bool):
                return Product(number)
            case ast.Attribute(value=ast.Name(id="cmath"), attr="pi"):
                return Product(pi)
            case ast.Name(id="pi") if "pi" not in self.trees and "pi" not in self.externals:
                return Product(pi)
            case ast.Name(id=name):
                return self.product(name, below)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return algebra.times(Product(-1), self._simplified(operand, below))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self._simplified(operand, below)
            case ast.BinOp(left=left, op=op, right=right):
                return self._combined(op, self._simplified(left, below), self._simplified(right, below), node)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(value=ast.Name(id="cmath"), attr=name), args=args, keywords=[]):
                if name in {*expressions.FUNCTIONS, *algebra.RECIPROCAL, *algebra.INVERSE}:
                    return algebra.call(name, [self._simplified(one, below) for one in args])
        raise BadValue("not allowed in an expression", ast.unparse(node), hint="numbers, names, + - * / ** and elementary functions")

    def _combined(self, op: ast.operator, left: Product, right: Product, node: ast.expr) -> Product:
        match op:
            case ast.Add():
                return algebra.plus(left, right)
            case ast.Sub():
                return algebra.plus(left, algebra.times(Product(-1), right))
            case ast.Mult():
                return algebra.times(left, right)
            case ast.Div():
                return algebra.over(left, right)
            case ast.Pow():
                return algebra.power(left, right)
        raise BadValue("not allowed in an expression", ast.unparse(node), hint="numbers, names, + - * / ** and elementary functions")


def symbols(directory: Directory) -> Symbols:
    """The parameters and couplings of a directory; BadFile for a value that is no expression."""
    externals: dict[str, External] = {}
    trees: dict[str, ast.expr] = {}
    for entry in directory.parameters.values():
        name = entry.text("name")
        if entry.text("nature") == "external":
            externals[name] = _external(entry)
        else:
            trees[name] = _tree(entry)
    for entry in directory.couplings.values():
        trees[entry.text("name")] = _tree(entry)
    return Symbols(externals, trees, _points(externals))


def _points(externals: Mapping[str, External]) -> tuple[Mapping[str, complex], ...]:
    """Values of the parameters that are not the Standard Model's: the file's, then POINTS choices near them, without any pattern."""
    some = sorted(((one.name, one.value) for one in externals.values() if not one.standard), key=lambda pair: pair[0])
    points = [dict(some)]
    for k in range(1, POINTS + 1):
        shifts = [(0.618034 * i + 0.414214 * k) % 1 for i in range(1, len(some) + 1)]
        points.append({name: v * (0.7 + 0.6 * s) if v else 0.1 + 0.8 * s for (name, v), s in zip(some, shifts, strict=True)})
    return tuple(points)


def _external(entry: Entry) -> External:
    name, block = entry.text("name"), entry.text("lhablock", "").upper()
    code = entry.values.get("lhacode", ())
    pid = abs(code[0]) if isinstance(code, tuple) and code and isinstance(code[0], int) else 0
    standard = block in INPUTS or (block in (MASS, WIDTH) and pid in KNOWN)
    number = algebra.value(Symbols({}, {})._simplified(_tree(entry), ()), {})
    return External(name, number, block, entry.text("texname", name), standard)


def _tree(entry: Entry) -> ast.expr:
    """The expression of a parameter's or coupling's value."""
    text = entry.text("value")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        raise BadFile(f"{entry.where}: the value of {entry.key} is not an expression", text) from None
