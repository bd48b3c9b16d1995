"""Integrated luminosities as people write them: "276/pb", "20/fb", "50/ab"."""

import re
from math import isfinite

from darkrecoil._errors import BadValue

UNITS = {"pb": 1e-3, "fb": 1.0, "ab": 1e3, "nb": 1e-6}  # of 1/unit in fb^-1
FORM = re.compile(r"^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|nan|inf)\s*/\s*([a-z]b)\s*$")
ALLOWED = "allowed: a number above 0 with /pb, /fb or /ab"
HINT = "write it as 276/pb, 20/fb or 50/ab"


def parse(text: str) -> float:
    """The luminosity of a text in fb^-1; BadValue without a unit, not positive, or not a number."""
    found = FORM.match(text)
    if not found or found[2] not in UNITS:
        raise BadValue("a luminosity needs a number and its unit", text, ALLOWED, HINT)
    value = float(found[1]) * UNITS[found[2]]
    if not (isfinite(value) and value > 0):
        raise BadValue("a luminosity is positive", text, ALLOWED, HINT)
    return value


def shown(value: float) -> str:
    """A luminosity in fb^-1 as text with the unit that suits it."""
    for unit in ("ab", "fb", "pb"):
        if value >= UNITS[unit]:
            return f"{value / UNITS[unit]:.4g}/{unit}"
    return f"{value / UNITS['nb']:.4g}/nb"
