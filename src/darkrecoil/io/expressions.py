"""Small expressions of branch names on whole columns: parsed, never executed. A name that is no identifier stands in backquotes."""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from darkrecoil._errors import BadValue, unknown

Column = Any  # a NumPy or an awkward array, or a number
HINT = "numbers, branches, + - * / ** %, comparisons, and or not, sqrt, hypot, atan2, where and the like"
OPERATORS: Mapping[type, Callable[..., Column]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.Pow: operator.pow,
    ast.Mod: operator.mod, ast.BitAnd: operator.and_, ast.BitOr: operator.or_, ast.And: np.logical_and, ast.Or: np.logical_or,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Eq: operator.eq, ast.NotEq: operator.ne,
    ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Not: np.logical_not, ast.Invert: np.logical_not,
}  # fmt: skip
FUNCTIONS: Mapping[str, Callable[..., Column]] = {
    "sqrt": np.sqrt, "abs": np.abs, "exp": np.exp, "log": np.log, "log10": np.log10, "sin": np.sin, "cos": np.cos, "tan": np.tan,
    "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "atan2": np.arctan2, "hypot": np.hypot, "sign": np.sign,
    "isfinite": np.isfinite, "minimum": np.minimum, "maximum": np.maximum, "where": np.where,
}  # fmt: skip


def branches(text: str) -> tuple[str, ...]:
    """The branches that an expression names, sorted; BadValue if it is none."""
    tree, quoted = _parsed(text)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called}
    return tuple(sorted(quoted.get(name, name) for name in names - {"pi", "True", "False"}))


def value(text: str, columns: Mapping[str, Column]) -> Column:
    """The column of an expression. BadValue for what is not allowed in one, UnknownName for a branch that is not there."""
    tree, quoted = _parsed(text)
    with np.errstate(all="ignore"):  # what is not finite is judged by who asked
        return _evaluated(tree, {"pi": np.pi, **columns}, quoted, text)


def _parsed(text: str) -> tuple[ast.expr, dict[str, str]]:
    """The tree, and the names in backquotes by what stands for them in it."""
    quoted: dict[str, str] = {}

    def plain(found: re.Match[str]) -> str:
        name = f"_quoted_{len(quoted)}"
        quoted[name] = found[1]
        return name

    try:
        return ast.parse(re.sub(r"`([^`]+)`", plain, text).strip(), mode="eval").body, quoted
    except (SyntaxError, ValueError):
        raise BadValue("not an expression", text, hint=HINT) from None


def _evaluated(node: ast.expr, columns: Mapping[str, Column], quoted: Mapping[str, str], text: str) -> Column:
    def inner(some: ast.expr) -> Column:
        return _evaluated(some, columns, quoted, text)

    match node:
        case ast.Constant(value=bool() | int() | float() as number):
            return number
        case ast.Name(id=name):
            if (branch := quoted.get(name, name)) not in columns:
                raise unknown(f"branch in the expression {text}", branch, columns)
            return columns[branch]
        case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
            return OPERATORS[type(op)](inner(operand))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return OPERATORS[type(op)](inner(left), inner(right))
        case ast.BoolOp(op=op, values=values):
            return _folded(OPERATORS[type(op)], [inner(some) for some in values])
        case ast.Compare(left=left, ops=ops, comparators=comparators) if all(type(op) in OPERATORS for op in ops):
            terms = [inner(some) for some in (left, *comparators)]
            pairs = zip(ops, terms, terms[1:], strict=False)
            return _folded(np.logical_and, [OPERATORS[type(op)](a, b) for op, a, b in pairs])
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            return FUNCTIONS[name](*(inner(some) for some in args))
    raise BadValue("not allowed in an expression", ast.unparse(node), hint=HINT)


def _folded(function: Callable[..., Column], terms: list[Column]) -> Column:
    found = terms[0]
    for term in terms[1:]:
        found = function(found, term)
    return found
