"""The vocabulary: every operation of a cut table with what it computes, its unit and how it is called.

A wording is called with the texts of the arguments in order and, in a comparison, ``unit``: the
unit of the numbers with a space before it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from darkrecoil.selection.nodes import CONDITION, OBJECTS
from darkrecoil.selection.vocabulary import arithmetic, leaves


@dataclass(frozen=True)
class Word:
    """What an operation computes from the values of its arguments, its unit, its wording; ``reads`` the events or arrays only."""

    evaluate: Callable[..., Any]
    unit: str
    wording: Callable[..., str]
    reads: bool = False


def _taken(kind: str, hypothesis: str, _present: str, *conditions: str, **_: str) -> str:
    named = f"{kind}s as {hypothesis}s" if hypothesis else f"{kind}s"
    return f"{named} ({', '.join(conditions)})" if conditions else named


def _pairs(_kind: str, _hypothesis: str, some: str, *conditions: str, **_: str) -> str:
    return f"pairs of {some}" + (f" with {', '.join(conditions)}" if conditions else "")


def _together(*texts: str, step: int = 1, **_: str) -> str:
    return " and ".join(texts[::step])


def _charge(*texts: str, **_: str) -> str:
    return f"charge of {_together(*texts, step=2)}"


def _number(*texts: str, **_: str) -> str:
    return f"number of {_together(*texts)}"


def _opening(*texts: str, **_: str) -> str:
    return f"transverse opening angle of {_together(*texts, step=3)}"


def _one_of_two(which: str, _beams: str, *texts: str, **_: str) -> str:
    return f"the {which} of {_together(*texts, step=5)}"


def _across(*texts: str, **_: str) -> str:
    return f"mass squared of each of {texts[0]} with each of opposite charge of {texts[len(texts) // 2]}"


def _recoils_across(_beams: str, *texts: str, **_: str) -> str:
    return _across(*texts).replace("mass squared", "recoil mass squared", 1)


def _objects(_kind: str, _hypothesis: str, *masks: Any) -> Any:
    return arithmetic.all_of(*masks)


def _pair_objects(_kind: str, _hypothesis: str, some: Any, *masks: Any) -> Any:
    return arithmetic.all_of(arithmetic.pairs_taken(some), *masks)


def _others(_kind: str, _hypothesis: str, some: Any, among: Any) -> Any:
    return arithmetic.without(some, among)


def _identified(_name: str, column: Any) -> Any:
    return arithmetic.marked(column)


def _energy(_hypothesis: str, mass: float, *momentum: Any) -> Any:
    return arithmetic.energy(mass, *momentum)


VOCABULARY: dict[str, Word] = {
    # what is read from the events
    "column": Word(leaves.column, "", "{1} of the {0}".format, reads=True),
    "present": Word(leaves.present, CONDITION, "present".format, reads=True),
    "trigger": Word(leaves.trigger, CONDITION, "trigger line {0}".format, reads=True),
    "beams": Word(leaves.beams, "GeV", "the beams".format, reads=True),
    # which objects
    "objects": Word(_objects, OBJECTS, _taken),
    "others": Word(_others, OBJECTS, "{3} other than {2}".format),
    "pairs": Word(_pair_objects, OBJECTS, _pairs),
    # of one object or of one pair of objects
    "energy": Word(arithmetic.same, "GeV", "E".format),
    "energy_hypothesis": Word(_energy, "GeV", "E as {0}".format),
    "energy_cms": Word(arithmetic.energy_in, "GeV", "E*".format),
    "pt": Word(arithmetic.pt, "GeV", "pT".format),
    "d0": Word(arithmetic.same, "cm", "d0".format),
    "z0": Word(arithmetic.same, "cm", "z0".format),
    "radius": Word(arithmetic.pt, "cm", "radius".format),
    "momentum": Word(arithmetic.momentum, "GeV", "p".format),
    "theta": Word(arithmetic.theta, "rad", "theta".format),
    "phi": Word(np.arctan2, "rad", "phi".format),
    "ecl_energy": Word(arithmetic.same, "GeV", "E_ECL".format),
    "e_over_p": Word(np.divide, "", "E_ECL/p".format),
    "identified": Word(_identified, CONDITION, "identified as {0}".format),
    "angle_to": Word(arithmetic.angle_to, "rad", "angle to {0}".format),
    "pair_mass": Word(arithmetic.pair_mass, "GeV", "mass".format),
    "pair_charge": Word(arithmetic.pair_sum, "", "charge".format),
    "masses_squared_across": Word(arithmetic.masses_squared_across, "GeV^2", _across),
    "recoils_squared_across": Word(arithmetic.recoils_squared_across, "GeV^2", _recoils_across),
    "pair_recoils_squared": Word(arithmetic.pair_recoils_squared, "GeV^2", "recoil mass squared of each of {0}".format),
    "pair_masses_squared": Word(arithmetic.pair_masses_squared, "GeV^2", "mass squared of each of {0}".format),
    # of an event
    "count": Word(arithmetic.count, "", _number),
    "charge": Word(arithmetic.charge, "", _charge),
    "four_vector": Word(arithmetic.four_vector, "GeV", "{0}".format),
    "together": Word(arithmetic.vectors_added, "GeV", _together),
    "recoil": Word(arithmetic.recoil, "GeV", "the recoil of {1}".format),
    "mass": Word(arithmetic.mass, "GeV", "mass of {0}".format),
    "mass_squared": Word(arithmetic.mass_squared, "GeV^2", "mass squared of {0}".format),
    "one_of_two": Word(arithmetic.one_of_two, "GeV", _one_of_two),
    "across_in": Word(arithmetic.across_in, "GeV", "component of {1} transverse to {2}, in the frame of {0}".format),
    "along_in": Word(arithmetic.along_in, "GeV", "component of {1} along {2}, in the frame of {0}".format),
    "vector_pt": Word(arithmetic.vector_pt, "GeV", "pT of {0}".format),
    "vector_theta": Word(arithmetic.vector_theta, "rad", "theta of {0}".format),
    "transverse_opening": Word(arithmetic.transverse_opening, "rad", _opening),
    "summed_energy": Word(arithmetic.added, "GeV", "summed energy of {0}".format),
    # conditions
    "greater": Word(np.greater, CONDITION, "{0} > {1}{unit}".format),
    "less": Word(np.less, CONDITION, "{0} < {1}{unit}".format),
    "at_least": Word(np.greater_equal, CONDITION, "{0} >= {1}{unit}".format),
    "at_most": Word(np.less_equal, CONDITION, "{0} <= {1}{unit}".format),
    "equal": Word(np.equal, CONDITION, "{1}{unit} = {0}".format),
    "between": Word(arithmetic.between, CONDITION, "{1} < {0} < {2}{unit}".format),
    "and": Word(np.logical_and, CONDITION, "({0} and {1})".format),
    "or": Word(np.logical_or, CONDITION, "({0} or {1})".format),
    "not": Word(np.logical_not, CONDITION, "not ({0})".format),
}
