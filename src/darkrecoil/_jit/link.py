"""The linker: a plain function and all that it calls, as the text of one module in which everything is inlined.

It reads the functions' sources, follows every global name, writes constants as literals, drops annotations and
docstrings, and replaces ``np.sin`` and its like by the branch-free versions. Nothing is executed.
"""

import ast
import builtins
import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import FunctionType, ModuleType

import numpy as np

from darkrecoil._jit import mathematics

Function = Callable[..., object]

FAST = '{"contract", "arcp", "nsz", "nnan", "ninf"}'
HEADER = f'''"""Written by darkrecoil from the functions named below; a change here is not read back."""
import numpy as np
from numba import njit
inline = njit(forceinline=True, error_model="numpy", fastmath={FAST})
plain = njit(error_model="numpy", fastmath={FAST})
'''


@dataclass(frozen=True)
class Kernel:
    """The text of a compiled module whose entry is ``run``; ``name`` is for people and for the file."""

    name: str
    text: str


def link(
    name: str,
    root: Function,
    signature: str,
    bind: Mapping[str, Function] | None = None,
    outlined: tuple[Function, ...] = (),
    reorder: bool = False,
) -> Kernel:
    """The kernel whose entry is ``root`` with that Numba signature.

    ``bind`` gives the functions that stand for free names of the root. ``outlined`` functions are compiled on their
    own and called: for code with loops and branches, where inlining only costs time. ``reorder`` lets the compiler reorder
    sums, without which no loop that adds up one number is vectorised: the last bits then depend on the processor.
    """
    linker = _Linker(dict(bind or {}))
    linker.add(root)
    calls = {_mangled(f) for f in outlined}
    parts = [f"{'plain' if n in calls else 'inline'}\n{text}" for n, text in linker.functions.items() if n != _mangled(root)]
    constants = "".join(f"{n} = {value}\n" for n, value in sorted(linker.constants.items()))
    body = "".join(f"\n\n@{part}" for part in parts)
    entry = linker.functions[_mangled(root)].replace(f"def {_mangled(root)}(", "def run(", 1)
    compiled = f'\n\n@njit("{signature}", nogil=True, cache=True, error_model="numpy", fastmath={FAST})\n{entry}\n'
    text = f"# {name}\n{HEADER}{constants}{body}{compiled}"
    return Kernel(name, text.replace(FAST, FAST[:-1] + ', "reassoc"}') if reorder else text)


@cache
def _source(function: Function) -> str:
    """The text of a function, read once for all kernels."""
    return textwrap.dedent(inspect.getsource(function))


def _mangled(function: Function) -> str:
    module = function.__module__.removeprefix("darkrecoil.").replace(".", "_").lstrip("_")
    return f"{module}_{function.__name__}"


class _Linker:
    """Collects functions, callees first, and constants."""

    def __init__(self, bind: dict[str, Function]) -> None:
        self.bind = bind
        self.functions: dict[str, str] = {}
        self.constants: dict[str, str] = {}

    def add(self, function: Function) -> str:
        name = _mangled(function)
        if name not in self.functions:
            tree = ast.parse(_source(function)).body[0]
            if not isinstance(tree, ast.FunctionDef) or not isinstance(function, FunctionType):
                raise TypeError(f"{function} is not a plain function")
            text = ast.unparse(ast.fix_missing_locations(_Rewrite(self, function, tree).visit(tree)))
            self.functions[name] = text
        return name

    def constant(self, function: FunctionType, name: str, value: object) -> str:
        mangled = f"{_mangled(function)}_{name}"
        self.constants[mangled] = f"np.uint64({int(value)})" if isinstance(value, np.uint64) else repr(value)
        return mangled


class _Rewrite(ast.NodeTransformer):
    """One function's tree with its global names resolved."""

    def __init__(self, linker: _Linker, function: FunctionType, tree: ast.FunctionDef) -> None:
        self.linker, self.function = linker, function
        stored = (n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
        self.local = {a.arg for a in tree.args.args} | set(stored)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name, node.decorator_list, node.returns = _mangled(self.function), [], None
        for argument in node.args.args:
            argument.annotation = None
        if ast.get_docstring(node):
            node.body = node.body[1:]
        self.generic_visit(node)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        assert node.value is not None
        return self.visit(ast.Assign(targets=[node.target], value=node.value))  # type: ignore[no-any-return]

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self.local or not isinstance(node.ctx, ast.Load):
            return node
        if node.id in self.linker.bind:
            return ast.Name(self.linker.add(self.linker.bind[node.id]), node.ctx)
        if node.id not in self.function.__globals__:
            if hasattr(builtins, node.id):
                return node
            raise NameError(f"{self.function.__name__}: {node.id} is not bound")
        return self._resolved(node, node.id, self.function.__globals__[node.id])

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id not in self.local:
            owner = self.function.__globals__.get(node.value.id)
            if owner is np and node.attr in mathematics.REPLACED:
                return ast.Name(self.linker.add(mathematics.REPLACED[node.attr]), node.ctx)
            if isinstance(owner, ModuleType) and owner is not np:
                return self._resolved(node, node.attr, getattr(owner, node.attr))
            if owner is np:
                return node
        self.generic_visit(node)
        return node

    def _resolved(self, node: ast.expr, name: str, value: object) -> ast.AST:
        if isinstance(value, FunctionType):
            return ast.Name(self.linker.add(value), ast.Load())
        if isinstance(value, bool | int | float | np.uint64):
            return ast.Name(self.linker.constant(self.function, name, value), ast.Load())
        if isinstance(value, tuple) and all(isinstance(v, bool | int | float) for v in value):
            return ast.Name(self.linker.constant(self.function, name, value), ast.Load())
        if value is np:
            return node
        raise TypeError(f"{self.function.__name__}: {name} is neither a function nor a number")
