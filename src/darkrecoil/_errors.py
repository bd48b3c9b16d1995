"""The one way to refuse: the value, what is allowed, the nearest valid name, what to type instead.

Every message is one line. Exit codes follow the command line's contract: 2 for an unknown
name or a usage that cannot be, 3 for a bad value or a bad file, 1 for anything else.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class DarkrecoilError(ValueError):
    """A request that cannot be met: what was asked, the value given, what is allowed, the way out."""

    exit_code = 1

    def __init__(self, what: str, value: object = None, allowed: str = "", hint: str = "") -> None:
        self.what, self.value, self.allowed, self.hint = what, value, allowed, hint
        shown = "" if value is None else f": {_one_line(value)}"
        tail = "".join(f"; {_one_line(part)}" for part in (allowed, hint) if part)
        super().__init__(f"{_one_line(what)}{shown}{tail}")


class UnknownName(DarkrecoilError):
    """A name that nothing answers to, or words that do not go together."""

    exit_code = 2


class BadValue(DarkrecoilError):
    """A number out of its range, without its unit, or not a number."""

    exit_code = 3


class BadFile(DarkrecoilError):
    """A file that is missing, empty, truncated, of another kind, or cannot be written."""

    exit_code = 3


MOST = 12  # names in one message


def unknown(kind: str, name: str, known: Iterable[str]) -> UnknownName:
    """The refusal of a name, with the nearest valid one."""
    names = sorted(known)
    near = get_close_matches(name, names, n=MOST, cutoff=0.4)
    hint = f"did you mean '{near[0]}'?" if near else ""
    few = names if len(names) <= MOST else [*(near or names)[: MOST - 4], f"and {len(names)} in all"]
    return UnknownName(f"no {kind} of this name", name, f"known: {', '.join(few) or 'none'}", hint)


def out_of_range(what: str, value: float, low: float, high: float, unit: str = "", hint: str = "") -> BadValue:
    """The refusal of a number outside [low, high]."""
    return BadValue(f"{what} is out of range", f"{value:g}{_spaced(unit)}", f"allowed: {low:g} to {high:g}{_spaced(unit)}", hint)


def _spaced(unit: str) -> str:
    return f" {unit}" if unit else ""


def _one_line(text: object) -> str:
    return " ".join(str(text).split())
