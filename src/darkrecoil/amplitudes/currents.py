"""Off-shell currents of a process: for each set of legs, the fields that they can join to, by all ways of joining.

A set is a bit mask. Each current is made once and used by every diagram that holds it. The last leg to be joined, the
root, closes the amplitude. Fermion signs: a pair of subsets brings (-1)^(inversions among the fermions of both).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType

from darkrecoil.amplitudes.rules import Kind, Rule, conjugate
from darkrecoil.amplitudes.theory import BOSON, Leg

Key = tuple[Kind, int, int]  # kind, mask, order in new physics
Through = Mapping[int, str]  # sets of legs, and the line that each is all on one side of
NOTHING: Through = MappingProxyType({})


@dataclass(frozen=True)
class Join:
    """One way to make a current: a rule, the two parts, the sign."""

    rule: Rule
    first: Key
    second: Key
    sign: int


@dataclass(frozen=True)
class Currents:
    """All currents that the amplitude needs, parts before wholes; ``final`` is the one that the root's wave closes.

    ``on_shell``: sets of legs, without the root, whose line is on its mass shell, its propagator a factor that is left out.
    """

    legs: tuple[Leg, ...]
    root: int
    joins: Mapping[Key, tuple[Join, ...]]
    final: Key
    on_shell: frozenset[int] = frozenset()

    @property
    def empty(self) -> bool:
        """Whether the process has no diagram."""
        return not self.joins.get(self.final)


def wave(leg: Leg) -> Kind:
    """The kind of current that a leg's wave is."""
    return leg.kind, leg.line.name, leg.flow


def currents(legs: Sequence[Leg], rules: Sequence[Rule], root: int, through: Through = NOTHING) -> Currents:
    """The currents of a process at its lowest order in new physics, closed on leg ``root``.

    Of all diagrams those alone that have each line of ``through`` between its set of legs and the others.
    """
    rest = ((1 << len(legs)) - 1) & ~(1 << root)
    lines = {mask if not mask >> root & 1 else rest & ~mask: name for mask, name in through.items()}
    fermions = sum(1 << i for i, leg in enumerate(legs) if leg.kind != BOSON)
    by_parts: dict[tuple[Kind, Kind], list[Rule]] = {}
    for rule in rules:
        by_parts.setdefault((rule.first, rule.second), []).append(rule)
    keys = {1 << i: [(wave(leg), 1 << i, 0)] for i, leg in enumerate(legs) if i != root}
    joins: dict[Key, list[Join]] = {}
    for mask in sorted(_submasks(rest), key=lambda m: (m.bit_count(), m)):
        found: dict[Key, list[Join]] = {}
        if any(mask & line not in (0, line, mask) for line in lines):
            continue  # legs from both sides of a line, but not all of one side
        for first in _submasks(mask)[1:]:
            sign = _sign(first, mask & ~first, fermions)
            for one, two in product(keys.get(first, ()), keys.get(mask & ~first, ())):
                for rule in by_parts.get((one[0], two[0]), ()):
                    if one[0] != two[0] or one[1] < two[1]:  # of two alike, both orders are one way
                        found.setdefault((rule.out, mask, one[2] + two[2] + rule.order), []).append(Join(rule, one, two, sign))
        if mask in lines:
            found = {key: some for key, some in found.items() if key[0][1] == lines[mask]}
        joins |= found
        keys.setdefault(mask, []).extend(found)
    closing = conjugate(wave(legs[root]))
    final = min((key for key in joins if key[:2] == (closing, rest)), key=lambda key: key[2], default=(closing, rest, 0))
    return Currents(tuple(legs), root, _needed(joins, final), final, frozenset(lines))


def _submasks(mask: int) -> list[int]:
    """The non-empty submasks of a mask."""
    found, some = [], mask
    while some:
        found.append(some)
        some = (some - 1) & mask
    return found


def _sign(first: int, second: int, fermions: int) -> int:
    a, b = first & fermions, second & fermions
    inversions = sum((b & ((1 << i) - 1)).bit_count() for i in range(a.bit_length()) if a >> i & 1)
    return -1 if inversions & 1 else 1


def _needed(joins: Mapping[Key, list[Join]], final: Key) -> dict[Key, tuple[Join, ...]]:
    """What the final current rests on, in the order of making."""
    wanted, waiting = {final}, [final]
    while waiting:
        for join in joins.get(waiting.pop(), ()):
            new = {join.first, join.second} & joins.keys() - wanted
            wanted |= new
            waiting += new
    return {key: tuple(some) for key, some in joins.items() if key in wanted}
