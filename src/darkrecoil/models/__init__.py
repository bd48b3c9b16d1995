"""Models of a new particle, one file each: a records.Model named MODEL, found by the file's name.

The widths and the low-energy formulas follow from the vertices; a model's file holds facts only.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from darkrecoil._errors import out_of_range, unknown
from darkrecoil._registry import Registry
from darkrecoil.models._loops import anomalous_moment
from darkrecoil.models._widths import branching_fractions, ctau, partial_widths, total_width
from darkrecoil.records import Model, Parameter

__all__ = ["REGISTRY", "anomalous_moment", "branching_fractions", "check", "ctau", "find", "names", "partial_widths", "total_width"]

REGISTRY = Registry(kind="model", package="darkrecoil.models", attribute="MODEL", group="darkrecoil.models", refuse=unknown)


def names() -> list[str]:
    """The names of all models, sorted."""
    return REGISTRY.names()


def find(name: str) -> Model:
    """The model of that name, or of a UFO directory ("path/to/UFO", "path/to/UFO:Zp" for one of several new particles).

    UnknownName, with the nearest one, if there is none; BadFile for a directory that cannot be used.
    """
    if "/" in name or Path(name, "particles.py").is_file():
        from darkrecoil.models._ufo import load  # imports this package: not at the top

        path, colon, particle = name.rpartition(":")
        return (load(path, particle) if colon and not Path(name).is_dir() else load(name))[0]
    return cast(Model, REGISTRY.find(name))


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
