"""Lines that are computed rather than read: one file per observable, each a mapping LINES of names to what makes the record.

``facts`` is quick and gives everything but the bands; ``find`` computes, some seconds for a thermal target.
"""

from darkrecoil._errors import unknown
from darkrecoil.constraints.computed import flavour_decays, magnetic_moments, thermal_targets, tridents, upsilon_decays
from darkrecoil.constraints.computed._line import Line
from darkrecoil.records import Constraint

MODULES = (magnetic_moments, flavour_decays, tridents, upsilon_decays, thermal_targets)
LINES: dict[str, Line] = {line.facts.name: line for module in MODULES for line in module.LINES}

__all__ = ["LINES", "facts", "find", "names"]


def names() -> list[str]:
    """The names of all computed constraints, sorted."""
    return sorted(LINES)


def facts(name: str) -> Constraint:
    """The constraint of that name without its bands; UnknownName, with the nearest one, if there is none."""
    return _of(name).facts


def find(name: str) -> Constraint:
    """The constraint of that name, computed; UnknownName, with the nearest one, if there is none."""
    return _of(name).computed()


def _of(name: str) -> Line:
    if name not in LINES:
        raise unknown("computed constraint", name, LINES)
    return LINES[name]
