"""Models of a new particle, one file each: a records.Model named MODEL, found by the file's name.

The widths and the low-energy formulas follow from the vertices; a model's file holds facts only.
"""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import cast

from darkrecoil._errors import out_of_range, unknown
from darkrecoil._registry import Registry
from darkrecoil.models._flavour import fractions as flavour_fractions
from darkrecoil.models._loops import anomalous_moment
from darkrecoil.models._modes import Mode
from darkrecoil.models._widths import branching_fractions, ctau, mass_of, modes, partial_widths, total_width
from darkrecoil.records import Model, Parameter

__all__ = [
    "REGISTRY", "Mode", "anomalous_moment", "branching_fractions", "check", "ctau", "find", "fingerprint", "flavour_fractions",
    "is_path", "mass_of", "modes", "names", "partial_widths", "read", "total_width",
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
        return cast(Model, REGISTRY.find(name)), ()
    if name.endswith(".py"):
        from darkrecoil.models import _own

        return _own.load(name), ()
    from darkrecoil.models._ufo import load  # imports this package: not at the top

    path, colon, particle = name.rpartition(":")
    model, report = load(path, particle) if colon and not Path(name).is_dir() else load(name)
    return model, (*(note for note in report.notes if not note.startswith("left out")), *_left_out(report.left_out))


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


def check(model: Model, mass: float, coupling: float, parameters: Mapping[str, float] | None = None) -> dict[str, float]:
    """The model's own parameters, each by name in its unit: those given, the defaults for the rest.

    BadValue for a mass (GeV), coupling or parameter outside the range in which the model holds, or NaN;
    UnknownName for a parameter that the model does not have.
    """
    given = dict(parameters or {})
    known = {p.name: p for p in model.parameters}
    for name in given.keys() - known.keys():
        raise unknown(f"parameter of {model.name}", name, known)
    _within(model.mass, mass, f"the mass of {model.particle or model.name}")
    _within(model.coupling, coupling, f"the coupling of {model.name}")
    filled = {p.name: p.default for p in model.parameters if p.default is not None} | given
    for name, value in filled.items():
        _within(known[name], value, f"the parameter {name} of {model.name}")
    return filled


def _within(parameter: Parameter, value: float, what: str) -> None:
    if not parameter.low <= value <= parameter.high:  # false for NaN, too
        raise out_of_range(what, value, parameter.low, parameter.high, parameter.unit)
