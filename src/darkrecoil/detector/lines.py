"""The grammar of a trigger line: what a card writes, as data.

    LINE      TERM and TERM and ...
    TERM      SUBJECT[CUT, CUT, ...] OPERATOR NUMBER       or  NAME, not NAME: "bhabha", the veto of the card, or another line
    CUT       VARIABLE OPERATOR NUMBER                     or  VARIABLE RANGE RANGE ...: within one of them, "id 2-3 16"
    OPERATOR  > >= < <= ==

Energies and momenta are in GeV, angles in deg; a star is the e+e- rest frame. ``tracks`` go through the whole drift chamber,
``clusters`` are deposits of charged particles and of photons, ``photons`` those without a track, ``energy`` is the sum of the
deposits. A condition on E or E* in a pair holds for both of its clusters; ``dphi`` lies between 0 and 180 deg; ``sum*`` is
the sum of the polar angles; ``id`` is the calorimeter trigger's ring in polar angle.
"""

import re
from dataclasses import dataclass
from difflib import get_close_matches

CLUSTER = ("E", "E*", "theta", "id")
VARIABLES = {
    "tracks": ("p", "pt", "theta"),
    "clusters": CLUSTER,
    "photons": CLUSTER,
    "energy": CLUSTER,
    "track_pairs": ("dphi",),
    "cluster_pairs": (*CLUSTER, "dphi*", "sum*", "Emin", "Emax", "Emin*", "Emax*"),
    "photon_pairs": (*CLUSTER, "dphi*", "sum*", "Emin", "Emax", "Emin*", "Emax*"),
}
OPERATORS = (">=", "<=", "==", ">", "<")
_NUMBER = r"\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+"
_COMPARED = re.compile(rf"(?P<left>[^<>=]*?)\s*(?P<operator>>=|<=|==|>|<)\s*(?P<number>{_NUMBER})")
_RANGE = re.compile(rf"({_NUMBER})(?:-({_NUMBER}))?")
_NAME = re.compile(r"\w+")


@dataclass(frozen=True)
class Cut:
    """A condition on one object or pair: ``variable operator number``, or, with operator "in", within one of the ranges."""

    variable: str
    operator: str
    number: float = 0.0
    ranges: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Count:
    """How many of a subject meet the cuts (for ``energy``: their sum, GeV), compared with a number."""

    subject: str
    cuts: tuple[Cut, ...]
    operator: str
    number: float


@dataclass(frozen=True)
class Flag:
    """Another line, or "bhabha", that must or must not have fired."""

    name: str
    wanted: bool


Term = Count | Flag


def parse(text: str) -> tuple[Term, ...]:
    """The terms of a line; ValueError says what is not understood and what is known."""
    return tuple(_term(part.strip()) for part in re.split(r"\band\b", text))


def _term(text: str) -> Term:
    words = text.split()
    wanted = words[:1] != ["not"]
    name = " ".join(words if wanted else words[1:])
    if _NAME.fullmatch(name) and name not in VARIABLES:
        return Flag(name, wanted)
    found = re.fullmatch(rf"(\w+)\s*(?:\[(.*)\])?\s*(>=|<=|==|>|<)\s*({_NUMBER})", text)
    if not found:
        raise ValueError(f"'{text}' is not a condition; write for instance 'clusters[E* >= 1, id 4-15] == 1', 'not bhabha'")
    subject, inside, operator, number = found.groups()
    if subject not in VARIABLES:
        raise ValueError(f"'{subject}' cannot be counted; known: {', '.join(VARIABLES)}{_near(subject, VARIABLES)}")
    cuts = tuple(_cut(subject, part.strip()) for part in inside.split(",")) if inside is not None else ()
    return Count(subject, cuts, operator, float(number))


def _cut(subject: str, text: str) -> Cut:
    compared = _COMPARED.fullmatch(text)
    variable, _, rest = (compared["left"], "", "") if compared else text.partition(" ")
    if variable not in VARIABLES[subject]:
        known = ", ".join(VARIABLES[subject])
        raise ValueError(f"'{variable}' is no variable of {subject}; known: {known}{_near(variable, VARIABLES[subject])}")
    if compared:
        if variable == "id":
            raise ValueError(f"'{text}': ids are written as ranges, 'id 4-15'")
        return Cut(variable, compared["operator"], float(compared["number"]))
    ranges = [_RANGE.fullmatch(part) for part in rest.split()]
    if not ranges or any(r is None for r in ranges):
        raise ValueError(f"'{text}' is not a cut; write for instance 'E* >= 1', 'theta 30-130', 'id 2-3 16'")
    return Cut(variable, "in", ranges=tuple(_range(r[1], r[2] or r[1], text) for r in ranges if r))


def _range(low: str, high: str, text: str) -> tuple[float, float]:
    if float(low) > float(high):
        raise ValueError(f"'{text}': a range rises from left to right")
    return float(low), float(high)


def _near(name: str, known: object) -> str:
    near = get_close_matches(name, list(known), n=1)  # type: ignore[call-overload]
    return f"; did you mean '{near[0]}'?" if near else ""
