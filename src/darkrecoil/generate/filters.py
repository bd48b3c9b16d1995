"""Filters on final particles, asked after the decays: ``count(mu, theta between 17 and 150 deg) == 2``.

``count(PARTICLE[, CONDITION ...])`` counts the final particles of that name that meet all conditions. A condition is a quantity of
one particle as in cuts.py, compared with a number or ``between`` two. A name without its sign means both charges.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from darkrecoil._errors import BadValue, unknown
from darkrecoil.constants import M_E, PID
from darkrecoil.generate.cuts import COMPARE, SINGLE, UNITS
from darkrecoil.kinematics.frames import beam_momenta, to_cms
from darkrecoil.kinematics.vectors import Four
from darkrecoil.records import Bools, Floats, Ints, Particles

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
FORM = re.compile(r"^\s*count\((.*)\)\s*(<=|>=|==|!=|<|>)\s*(\d+)\s*$")
ONE = re.compile(rf"^(abs\()?\s*(\w+)\s*(\))?\s*(<=|>=|<|>)\s*({NUMBER})\s*(\w*)$")
TWO = re.compile(rf"^(abs\()?\s*(\w+)\s*(\))?\s+between\s+({NUMBER})\s+and\s+({NUMBER})\s*(\w*)$")
WRITE = "write it as 'count(mu, theta between 17 and 150 deg) == 2' or 'count(e, theta > 20 deg, pt > 0.1) < 1'"
COUNTS: Mapping[str, Callable[[Ints, int], Bools]] = {
    "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
QUANTITIES = sorted([*SINGLE, *(f"{name}_cms" for name in SINGLE)])
NEUTRINOS = (12, 14, 16)
FINAL = {"pi+": 211, "pi-": -211, "K+": 321, "K-": -321, "mu": 13, "e": 11, "pi": 211, "K": 321, "nu": 12}
BOTH = ("e", "mu", "pi", "K")


@dataclass(frozen=True)
class Condition:
    """One comparison of a quantity of one particle, in GeV and rad."""

    quantity: str
    absolute: bool
    sign: str
    value: float


@dataclass(frozen=True)
class Filter:
    """One filter as typed and taken apart: PDG codes, conditions, how their number is compared."""

    text: str
    codes: tuple[int, ...]
    conditions: tuple[Condition, ...]
    sign: str
    number: int


def parse(text: str, names: Mapping[str, int] | None = None) -> Filter:
    """The filter of a text; UnknownName for a particle, quantity or unit, BadValue for a form that is not understood.

    ``names`` are the PDG codes of the process's own particles.
    """
    found = FORM.match(text)
    if not found:
        raise BadValue("not a filter", text, hint=WRITE)
    particle, *rest = (part.strip() for part in found[1].split(","))
    conditions = tuple(one for part in rest for one in _conditions(part))
    return Filter(text, _codes(particle, names or {}), conditions, found[2], int(found[3]))


def _codes(name: str, names: Mapping[str, int]) -> tuple[int, ...]:
    known = {**FINAL, **{word: code for word, code in {**PID, **names}.items() if abs(code) != 15}}
    if name in ("tau+", "tau-", "tau"):
        raise BadValue("a filter is asked after the decays, when no tau is left", name, hint="count what it decays to, or use --cut")
    if name not in known:
        raise unknown("particle in a filter", name, known)
    if name == "nu":
        return (*NEUTRINOS, *(-code for code in NEUTRINOS))
    return (known[name], -known[name]) if name in BOTH else (known[name],)


def _conditions(text: str) -> list[Condition]:
    """One comparison, or the two that "between" stands for."""
    if one := ONE.match(text):
        bracket, quantity, closed, sign, value, unit = one.groups()
        pairs = [(sign, value)]
    elif two := TWO.match(text):
        bracket, quantity, closed, low, high, unit = two.groups()
        pairs = [(">", low), ("<", high)]
    else:
        raise BadValue("not a condition of a filter", text, hint=WRITE)
    if bool(bracket) != bool(closed):
        raise BadValue("not a condition of a filter", text, hint=WRITE)
    if quantity not in QUANTITIES:
        raise unknown("quantity of one particle", quantity, QUANTITIES)
    if unit not in UNITS:
        raise unknown("unit", unit, [u for u in UNITS if u])
    return [Condition(quantity, bool(bracket), sign, float(value) * UNITS[unit]) for sign, value in pairs]


def passed(filters: Sequence[Filter], particles: Particles) -> Bools:
    """Which events (n,) meet all filters, by their final particles."""
    keep = np.ones(len(particles), dtype=np.bool_)
    for some in filters:
        keep &= COUNTS[some.sign](_counted(some, particles), some.number)
    return keep


def _counted(some: Filter, particles: Particles) -> Ints:
    """How many particles of each event (n,) meet the filter's conditions."""
    count = np.zeros(len(particles), dtype=np.int64)
    for slot in range(particles.pid.shape[1]):
        pid = particles.pid[:, slot]
        here = reduce(operator.or_, (pid == code for code in some.codes)) & (particles.status[:, slot] == 1)
        rows = np.flatnonzero(here)
        for one in some.conditions:
            value = _value(one.quantity, particles, slot, rows)
            rows = rows[COMPARE[one.sign](np.abs(value) if one.absolute else value, one.value)]
        count[rows] += 1
    return count


def _value(quantity: str, particles: Particles, slot: int, rows: Ints) -> Floats:
    """A quantity of the particles in a slot, of those events."""
    b = particles.beams
    energy, x, y, z = (particles.momentum[:, slot, i][rows] for i in range(4))
    four: Four = (energy, x, y, z)
    if quantity.endswith("_cms"):
        four = to_cms(*beam_momenta(b.electron, b.positron, b.half_crossing, M_E), four)
    return SINGLE[quantity.removesuffix("_cms")](four)
