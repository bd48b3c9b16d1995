"""A model file of the user's own: Python, executed as such, with a records.Model named MODEL whose words are checked."""

import ast
import traceback
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

from darkrecoil import _registry
from darkrecoil._errors import BadFile
from darkrecoil.models import _expressions as expressions
from darkrecoil.models import _standard_model as standard
from darkrecoil.records import Field, Model, Parameter, Partial, Vertex

VECTOR_PAIRS, SCALAR_PAIRS = (tuple(a + b for a, b in product(some, some)) for some in ("VALR", "SP"))
STRUCTURES: Mapping[tuple[float, ...], tuple[str, ...]] = {  # of records.Vertex, by the spins of the fields
    (0.5, 0.5, 1): ("vector", "axial", "left", "right"),
    (0.5, 0.5, 0): ("scalar", "pseudoscalar"),
    (1, 1, 0): ("dual", "even", "mass"),
    (1, 1, 1): ("gauge",),
    (0.5, 0.5, 0.5, 0.5): (*VECTOR_PAIRS, *SCALAR_PAIRS),
}
QUARKS, GLUON = (*"udscb", "q"), "G"  # q: all quarks, of a scalar
TAKEN = {word for field in standard.FIELDS for word in (field.name, field.particle, field.antiparticle)} | {"nu"}
KINDS = {"name": str, "title": str, "particle": str, "pid": int, "mass": Parameter, "coupling": Parameter, "notes": str}
TUPLES = {"vertices": Vertex, "references": str, "parameters": Parameter, "others": Field, "quarks": Vertex, "partial": Partial}


def load(path: str | Path) -> Model:
    """The model of a Python file, which is executed: it is the user's own.

    BadFile for a missing file, one that is not Python or fails, without a MODEL, or whose MODEL does not hold together.
    """
    place = Path(path)
    if not place.is_file():
        raise BadFile("no such model file", path, hint="see darkrecoil list models")
    try:
        found = getattr(_registry._load(place, place.stem), "MODEL", None)
    except SyntaxError as error:
        raise BadFile("the model file is not Python", path, f"line {error.lineno}: {error.msg}") from None
    except (Exception, SystemExit) as error:
        raise BadFile("the model file fails", path, f"line {_line(error, place)}: {type(error).__name__}: {error}") from None
    if not isinstance(found, Model):
        kind = "none" if found is None else type(found).__name__
        raise BadFile("the model file declares no records.Model named MODEL", path, f"found: {kind}", "write MODEL = Model(name=..., ...)")
    for fault in faults(found):
        raise BadFile(f"the model file {place.name} does not hold together", fault)
    return found


def _line(error: BaseException, path: Path) -> int:
    """The last line of the file itself that was being executed; 0 if there is none."""
    lines = [frame.lineno or 0 for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).name == path.name]
    return lines[-1] if lines else 0


def faults(model: Model) -> Iterator[str]:
    """What is wrong with a model, in words: its types, its particles' words, and vertices that no amplitude can be made from."""
    wrong = [f"{name} is not a {kind.__name__}" for name, kind in KINDS.items() if not isinstance(getattr(model, name), kind)]
    wrong += [f"{name} is not a tuple of {kind.__name__}" for name, kind in TUPLES.items() if not _all(getattr(model, name), kind)]
    yield from wrong
    if wrong:
        return
    words = [model.particle, model.antiparticle, *(word for f in model.others for word in {f.name, f.particle, f.antiparticle})]
    yield from (f"the word {word!r} of a particle is taken" for word in words if word in TAKEN)
    yield from (f"the word {word!r} of a particle has a space in it" for word in words if len(word.split()) > 1)
    names = {"coupling", "mass", "e", "pi", *(p.name for p in model.parameters)}
    names |= {f"{p.name}_{word}" for p in model.parameters for word in p.words}
    yield from (fault for field in model.others for text in (field.mass, field.width) for fault in _expression(text, names))
    spins = {field.name: field.spin for field in (*standard.FIELDS, *model.others)} | {model.particle: model.spin}
    for vertex in model.vertices:
        yield from _vertex(vertex, spins)
        yield from _expression(vertex.parameter, names)
    for vertex in model.quarks:
        if vertex.structure != "derivative":  # of an ALP
            yield from _vertex(vertex, spins | dict.fromkeys(QUARKS, 0.5) | {GLUON: 1})
        yield from _expression(vertex.parameter, names)
    for some in model.partial:
        if some.particle not in words:
            yield f"the width to {some.state}: no particle {some.particle!r} of the model"
        yield from _expression(some.width, names)


def _all(values: object, kind: type) -> bool:
    return isinstance(values, tuple) and all(isinstance(value, kind) for value in values)


def _vertex(vertex: Vertex, spins: Mapping[str, float]) -> Iterator[str]:
    """What is wrong with a vertex: a field that is not there, or a structure that does not fit the spins in this order."""
    where = f"the vertex of {' '.join(vertex.fields)}"
    lacking = [name for name in vertex.fields if name not in spins]
    if lacking:
        yield f"{where}: no field {lacking[0]}, known: {', '.join(sorted(filter(None, spins)))}"
        return
    allowed = STRUCTURES.get(tuple(float(spins[name]) for name in vertex.fields), ())
    if vertex.structure not in allowed:
        known = ", ".join(allowed) or "none; fermions come first, then vectors, then a scalar"
        yield f"{where}: no structure {vertex.structure!r} for such fields in this order, known: {known}"


def _expression(text: str, names: set[str]) -> Iterator[str]:
    """What is wrong with an expression: its form, or a name that is neither the model's nor a function's."""
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, AttributeError):
        yield f"not an expression: {text!r}"
        return
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    lacking = sorted(found - names - expressions.FUNCTIONS.keys())
    if lacking:
        yield f"no parameter {lacking[0]} for the expression {text!r}, known: {', '.join(sorted(names))}"
