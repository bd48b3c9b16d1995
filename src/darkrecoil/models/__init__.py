"""Models of a new particle, one file each: a records.Model named MODEL, found by the file's name.

The widths and the low-energy formulas follow from the vertices; a model's file holds facts only.
"""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from darkrecoil._errors import BadFile, BadValue, UnknownName, out_of_range, unknown
from darkrecoil._registry import Registry
from darkrecoil.models._flavour import fractions as flavour_fractions
from darkrecoil.models._loops import anomalous_moment
from darkrecoil.models._modes import Mode
from darkrecoil.models._widths import branching_fractions, ctau, errors, mass_of, modes, partial_widths, total_width
from darkrecoil.records import Model, Parameter

__all__ = [
    "REGISTRY", "Mode", "anomalous_moment", "branching_fractions", "check", "ctau", "errors", "find", "fingerprint", "flavour_fractions",
    "is_path", "mass_of", "modes", "names", "numbered", "partial_widths", "read", "total_width", "worded",
]  # fmt: skip

REGISTRY = Registry(kind="model", package="darkrecoil.models", attribute="MODEL", group="darkrecoil.models", refuse=unknown)


def names() -> list[str]:
    """The names of all models, sorted."""
    return REGISTRY.names()


def find(name: str) -> Model:
    """The model of that name; or of a file of the user's own ("path/to/mine.py"), which is executed; or of a UFO directory, which
    is read as data ("path/to/UFO", "path/to/UFO:Zp" for one of several new particles).

    UnknownName, with the nearest one, if there is none; BadFile for a file or a directory that cannot be used.
    """
    return read(name)[0]


def read(name: str) -> tuple[Model, tuple[str, ...]]:
    """The same, and what its reader has to say: of a UFO directory its conventions, and the vertices left out with the reason."""
    if not is_path(name):
        return _registered(name), ()
    if name.endswith(".py"):
        from darkrecoil.models import _own

        return _own.load(name), ()
    from darkrecoil.models._ufo import load  # imports this package: not at the top

    path, colon, particle = name.rpartition(":")
    model, report = load(path, particle) if colon and not Path(name).is_dir() else load(name)
    return model, (*(note for note in report.notes if not note.startswith("left out")), *_left_out(report.left_out))


def _registered(name: str) -> Model:
    """The model of an entry: BadFile, in one line, for a plug-in that fails, declares no model or takes another one's name."""
    try:
        found = REGISTRY.find(name)
    except UnknownName:
        raise
    except Exception as error:  # a plug-in may fail in any way
        raise BadFile(f"the model {name} cannot be used", f"{type(error).__name__}: {error}") from None
    if not isinstance(found, Model):
        raise BadFile(f"the model {name} cannot be used", f"its MODEL is a {type(found).__name__}", hint="MODEL is a records.Model")
    return found


def _left_out(reasons: Mapping[str, str]) -> list[str]:
    """A line per reason, with the vertices that it concerns and their particles."""
    found: dict[str, list[str]] = {}
    for vertex, text in reasons.items():
        particles, _, reason = text.partition(": ")
        found.setdefault(reason, []).append(f"{vertex} ({particles})")
    return [f"left out, {reason}: {', '.join(vertices)}" for reason, vertices in found.items()]


def is_path(name: str) -> bool:
    """Whether a name stands for a file or a directory of the user's; the name of a model of the registry never does."""
    if "/" in name:
        return True
    folders = (name, name.rpartition(":")[0] or name)
    here = name.endswith(".py") or any(Path(folder, "particles.py").is_file() for folder in folders)
    return here and name not in names()


def fingerprint(model: Model) -> str:
    """The SHA-256 of all that a model declares, hexadecimal: equal models have equal ones, wherever their files lie."""
    return sha256(repr(model).encode()).hexdigest()


def numbered(model: Model, parameters: Mapping[str, float | str] | None) -> dict[str, float]:
    """The parameters as numbers: a word of a choice becomes its place.

    UnknownName for a parameter or a word that the model does not have, BadValue for a word in the place of a number.
    """
    known, found = {p.name: p for p in model.parameters}, dict[str, float]()
    for name, value in (parameters or {}).items():
        if name not in known:
            raise unknown(f"parameter of {model.name}", name, known)
        words = known[name].words
        if isinstance(value, str) and value not in words:
            if words:
                raise unknown(f"{name} of {model.name}", value, words)
            raise BadValue("not a parameter", f"{name}={value}", hint="write --param name=value")
        found[name] = float(words.index(value)) if isinstance(value, str) else float(value)
    return found


def worded(model: Model, filled: Mapping[str, float]) -> dict[str, float | str]:
    """The parameters as a user writes them: choices by their words."""
    known = {p.name: p for p in model.parameters}
    return {name: known[name].words[int(value)] if known[name].words else value for name, value in filled.items()}


def check(model: Model, mass: float, coupling: float, parameters: Mapping[str, float] | None = None) -> dict[str, float]:
    """The model's own parameters, each by name in its unit: those given, the defaults for the rest.

    BadValue for a mass (GeV), coupling or parameter outside the range in which the model holds, or NaN;
    UnknownName for a parameter that the model does not have.
    """
    given = numbered(model, parameters)
    known = {p.name: p for p in model.parameters}
    _within(model.mass, mass, f"the mass of {model.particle or model.name}")
    _within(model.coupling, coupling, f"the coupling of {model.name}")
    filled = {p.name: p.default for p in model.parameters if p.default is not None} | given
    for name, value in filled.items():
        _within(known[name], value, f"the parameter {name} of {model.name}")
        if known[name].words and value != int(value):
            raise BadValue(f"the parameter {name} of {model.name} is a choice", value, f"allowed: {', '.join(known[name].words)}")
    return filled


def _within(parameter: Parameter, value: float, what: str) -> None:
    if not parameter.low <= value <= parameter.high:  # false for NaN, too
        raise out_of_range(what, value, parameter.low, parameter.high, parameter.unit)
