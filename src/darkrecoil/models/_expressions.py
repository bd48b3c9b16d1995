"""Expressions of parameters as data: parsed, never executed."""

import ast
import cmath
import operator
from collections.abc import Callable, Mapping
from math import pi

from darkrecoil._errors import BadValue, unknown
from darkrecoil.models._mixing import loop_mixing

BINARY: Mapping[type[ast.operator], Callable[[complex, complex], complex]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
FUNCTIONS: Mapping[str, Callable[..., complex]] = {
    "sqrt": cmath.sqrt,
    "exp": cmath.exp,
    "log": cmath.log,
    "sin": cmath.sin,
    "cos": cmath.cos,
    "tan": cmath.tan,
    "asin": cmath.asin,
    "acos": cmath.acos,
    "atan": cmath.atan,
    "abs": abs,
    "complex": complex,
    "complexconjugate": lambda z: complex(z).conjugate(),
    "re": lambda z: complex(z).real,
    "im": lambda z: complex(z).imag,
    "loop_mixing": loop_mixing,
}


def value(text: str, names: Mapping[str, complex]) -> complex:
    """The number that an expression stands for, the names given (and pi); arithmetic, powers and elementary functions.

    BadValue for what is not such an expression or does not exist as a number, UnknownName for a name not given.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        raise BadValue("not an expression", text, hint="write it as sqrt(4*pi*alpha_D) * mass") from None
    try:
        return _evaluate(tree, {"pi": pi, **names}, text)
    except (ArithmeticError, TypeError) as error:
        raise BadValue("an expression has no value", text, str(error)) from None


def real(text: str, names: Mapping[str, complex]) -> float:
    """The same for an expression of a real number; BadValue if it is complex."""
    found = complex(value(text, names))
    if abs(found.imag) > 1e-12 * abs(found):
        raise BadValue("an expression must be real", text, f"it is {found:.6g}")
    return found.real


def _evaluate(node: ast.expr, names: Mapping[str, complex], text: str) -> complex:
    match node:
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=int() | float() | complex() as number):
            return number
        case ast.Name(id=name):
            if name not in names:
                raise unknown(f"name in the expression {text}", name, names)
            return names[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_evaluate(operand, names, text)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _evaluate(operand, names, text)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
            return BINARY[type(op)](_evaluate(left, names, text), _evaluate(right, names, text))
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(value=ast.Name(id="cmath"), attr=name), args=args, keywords=[]):
            if name in FUNCTIONS:
                return FUNCTIONS[name](*(_evaluate(a, names, text) for a in args))
        case ast.Attribute(value=ast.Name(id="cmath"), attr="pi"):
            return pi
    raise BadValue("not allowed in an expression", ast.unparse(node), hint="numbers, names, + - * / ** and elementary functions")
