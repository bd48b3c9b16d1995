"""Which number of a model a limit is set on: its coupling, or one of its parameters with the coupling at 1."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from darkrecoil import models
from darkrecoil._errors import BadValue, unknown
from darkrecoil.records import Model, Parameter

COUPLING = "coupling"
REFERENCE = 0.1  # at which signals are generated


@dataclass(frozen=True)
class Strength:
    """The number that a limit is set on, by name, and the parameters that stay as they are given."""

    scan: str = COUPLING
    given: Mapping[str, float] = field(default_factory=dict)

    def at(self, value: float) -> tuple[float, dict[str, float]]:
        """The model's coupling and its parameters where that number has this value."""
        return (value, dict(self.given)) if self.scan == COUPLING else (1.0, {**self.given, self.scan: value})


def strength(model: Model, scan: str | None, given: Mapping[str, float] | None) -> Strength:
    """What is scanned of a model: UnknownName for a parameter that it does not have or that is a mass, BadValue for one that is given as
    well."""
    known = {p.name: p for p in model.parameters if not p.words and p.unit != "GeV"}
    if scan in (None, COUPLING):
        return Strength(COUPLING, dict(given or {}))
    if scan not in known:
        raise unknown(f"parameter of {model.name} to scan", scan, (COUPLING, *known))
    if scan in (given or {}):
        raise BadValue("a parameter that is scanned has no value", f"{scan}={(given or {})[scan]:g}", hint=f"leave out --param {scan}")
    return Strength(scan, dict(given or {}))


def range_of(model: Model, some: Strength) -> Parameter:
    """The number's own record: its range, unit and symbol."""
    return model.coupling if some.scan == COUPLING else next(p for p in model.parameters if p.name == some.scan)


def check(model: Model, mass: float, some: Strength) -> None:
    """BadValue where the model does not hold at that mass, GeV, and the reference value; UnknownName for a parameter."""
    models.check(model, mass, *some.at(REFERENCE))
