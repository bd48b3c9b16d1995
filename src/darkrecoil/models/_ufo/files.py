"""The five files of a UFO directory as data: assignments of constants, lists and names. Parsed, never imported or executed."""

import ast
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from darkrecoil._errors import BadFile, BadValue, UnknownName
from darkrecoil.models import _expressions as expressions

KINDS = {"particles": "Particle", "parameters": "Parameter", "couplings": "Coupling", "lorentz": "Lorentz", "vertices": "Vertex"}
EXPECTED = "a UFO model directory holds " + ", ".join(f"{name}.py" for name in KINDS)


@dataclass(frozen=True)
class Reference:
    """A name that stands for an object of another file: ``name`` of P.mu__minus__ or Param.MM."""

    name: str


@dataclass(frozen=True)
class Entry:
    """One assignment ``key = Kind(word=value, ...)`` and where it stands; ``anti`` is set for ``key = other.anti()``."""

    key: str
    values: Mapping[str, object]
    where: str
    anti: str = ""

    def get(self, word: str) -> object:
        """The value given for a word; BadFile if it is not given."""
        if word not in self.values:
            raise BadFile(f"{self.where}: {self.key} has no {word}")
        return self.values[word]

    def text(self, word: str, default: str | None = None) -> str:
        """The same as a text; the default, if there is one, where the word is missing."""
        found = self.values.get(word, default) if default is not None else self.get(word)
        return found.name if isinstance(found, Reference) else str(found)

    def whole(self, word: str) -> int:
        """The same as a whole number; BadFile if it is not one."""
        found = self.get(word)
        if isinstance(found, bool) or not isinstance(found, int | float) or not float(found).is_integer():
            raise BadFile(f"{self.where}: {word} of {self.key} is not a whole number", found)
        return int(found)

    def names(self, word: str) -> tuple[str, ...]:
        """The same as a list of names; BadFile if it is not one."""
        found = self.get(word)
        if not isinstance(found, tuple) or not all(isinstance(item, Reference | str) for item in found):
            raise BadFile(f"{self.where}: {word} of {self.key} is not a list of names")
        return tuple(item.name if isinstance(item, Reference) else str(item) for item in found)


@dataclass(frozen=True)
class Directory:
    """The entries of the five files by the names that they are assigned to."""

    name: str
    particles: Mapping[str, Entry]
    parameters: Mapping[str, Entry]
    couplings: Mapping[str, Entry]
    lorentz: Mapping[str, Entry]
    vertices: Mapping[str, Entry]


def directory(path: str | Path) -> Directory:
    """The contents of a UFO directory; BadFile for what is missing, is not Python or is not data, with file and line."""
    folder = Path(path)
    if not folder.is_dir():
        raise BadFile("no such UFO model directory", path, EXPECTED)
    for name in KINDS:
        if not (folder / f"{name}.py").is_file():
            raise BadFile(f"the UFO model directory has no {name}.py", path, EXPECTED)
    return Directory(folder.resolve().name, **{name: entries(folder / f"{name}.py", kind) for name, kind in KINDS.items()})


def entries(path: Path, kind: str) -> dict[str, Entry]:
    """The assignments of one file; imports are passed over, anything else is refused."""
    found: dict[str, Entry] = {}
    for node in _statements(path):
        where = f"{path.name}, line {node.lineno}"
        match node:
            case ast.Assign(targets=[ast.Name(id=key)], value=ast.Call(func=ast.Name(id=word), args=args, keywords=words)) if word == kind:
                values = {str(keyword.arg): data(keyword.value, where) for keyword in words if keyword.arg}
                values |= {"name": data(args[0], where)} if args else {}
                if len(args) > 1 or len(words) > len(values):
                    raise BadFile(f"{where} is not data", ast.unparse(node.value)[:60], f"allowed: {kind}(name=..., ...)")
                found[key] = Entry(key, values, where)
            case ast.Assign(targets=[ast.Name(id=key)], value=ast.Call(func=ast.Attribute(value=other, attr="anti"), args=[], keywords=[])):
                found[key] = Entry(key, {}, where, anti=str(getattr(data(other, where), "name", "")))
            case ast.Assign(targets=[ast.Name()], value=value):
                data(value, where)
            case _:
                raise BadFile(f"{where} is not data", ast.unparse(node)[:60], f"allowed: name = {kind}(...)", "nothing is executed")
    return found


def data(node: ast.expr, where: str) -> object:
    """What an expression of constants, lists, dictionaries and names stands for; BadFile for anything else."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return tuple(data(item, where) for item in items)
        case ast.Dict(keys=keys, values=values) if None not in keys:
            return {data(k, where): data(v, where) for k, v in zip(keys, values, strict=True) if k is not None}
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(), attr=name):
            return Reference(name)
        case ast.UnaryOp() | ast.BinOp():
            try:
                return expressions.value(ast.unparse(node), {})
            except (BadValue, UnknownName):
                pass
    raise BadFile(f"{where} is not data", ast.unparse(node)[:60], "allowed: numbers, texts, lists and names", "nothing is executed")


def _statements(path: Path) -> list[ast.stmt]:
    """The statements of a file that mean something: without imports and texts that stand alone."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # '\mu' in a TeX name is an invalid escape, and harmless
            tree = ast.parse(path.read_text(encoding="utf-8", errors="replace"))
    except SyntaxError as error:
        raise BadFile(f"{path.name}, line {error.lineno} is not Python", error.msg) from None
    except (ValueError, RecursionError) as error:
        raise BadFile(f"{path.name} is not Python", str(error)) from None
    return [node for node in tree.body if not _idle(node)]


def _idle(node: ast.stmt) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Try(body=body, handlers=handlers, orelse=[], finalbody=[]):  # "try: import form_factors", "except ImportError: pass"
            return all(map(_idle, body)) and all(all(map(_idle, handler.body)) for handler in handlers)
    return False
