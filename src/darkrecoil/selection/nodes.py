"""The tree of which a cut table is made: frozen nodes (operation, arguments, unit) and nothing that runs.

A quantity compared with a number is a condition; conditions are combined with ``&``, ``|`` and ``~``.
What an operation means stands in darkrecoil.selection.vocabulary.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import TypeAlias, Union

import numpy as np

from darkrecoil._errors import BadValue

Argument: TypeAlias = Union[str, float, "Node"]

CONDITION = "condition"  # the unit of a node that is true or false
OBJECTS = "objects"  # the unit of a node that says which objects are taken


@dataclass(frozen=True, eq=False)
class Node:
    """One operation on its arguments (nodes, numbers, words), and the unit of the result.

    Two nodes are equal if they are written alike; ``key`` is that writing. ``==`` with a number is
    refused, because the condition is ``.equals``.
    """

    operation: str
    arguments: tuple[Argument, ...] = ()
    unit: str = ""

    @cached_property
    def key(self) -> str:
        """The whole tree as one line: equal for equal trees, in every process."""
        parts = (a.key if isinstance(a, Node) else repr(a) for a in self.arguments)
        return f"{self.operation}[{self.unit}]({','.join(parts)})"

    @cached_property
    def scope(self) -> str:
        """What the tree is about: "object" or "pair" if it still asks for one of those, empty for whole events."""
        if self.operation in ("own", "own_pair"):
            return "object" if self.operation == "own" else "pair"
        return next((a.scope for a in self.arguments if isinstance(a, Node) and a.scope), "")

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int | float | np.number):
            raise BadValue(f"{self.operation} == {other!r} is no condition", hint=f"write .equals({other!r})")
        return isinstance(other, Node) and self.key == other.key

    def __bool__(self) -> bool:
        raise BadValue(
            "a condition is neither true nor false before it meets an event",
            self.operation,
            hint="write .between(low, high) for low < x < high, and &, |, ~ for and, or, not",
        )

    def __gt__(self, value: float) -> "Node":
        return _compare("greater", self, value)

    def __lt__(self, value: float) -> "Node":
        return _compare("less", self, value)

    def __ge__(self, value: float) -> "Node":
        return _compare("at_least", self, value)

    def __le__(self, value: float) -> "Node":
        return _compare("at_most", self, value)

    def equals(self, value: float) -> "Node":
        """The condition that the quantity is exactly that number: for counts and charges."""
        return _compare("equal", self, value)

    def between(self, low: float, high: float) -> "Node":
        """The condition low < quantity < high, both ends excluded; BadValue if nothing lies between them."""
        made = _compare("between", self, low, high)
        if not low < high:
            raise BadValue(f"nothing lies between {low:g} and {high:g}", hint="the lower end comes first")
        return made

    def __and__(self, other: "Node") -> "Node":
        return _combine("and", self, other)

    def __or__(self, other: "Node") -> "Node":
        return _combine("or", self, other)

    def __invert__(self) -> "Node":
        """The condition that it does not hold: also where it was false because there is no number (NaN)."""
        _demand_condition(self)
        return Node("not", (self,), CONDITION)


def substitute(node: Node, change: Callable[[Node], Node | None]) -> Node:
    """The same tree with every node for which ``change`` returns another one replaced by that one."""
    if (changed := change(node)) is not None:
        return changed
    if not node.scope:
        return node
    arguments = tuple(substitute(a, change) if isinstance(a, Node) else a for a in node.arguments)
    return Node(node.operation, arguments, node.unit)


def shown(value: object) -> str:
    """A value as an error names it: a node by its operation."""
    return value.operation if isinstance(value, Node) else repr(value)


def _compare(operation: str, quantity: Node, *values: float) -> Node:
    if quantity.unit in (CONDITION, OBJECTS):
        raise BadValue(f"'{quantity.operation}' is no quantity and cannot be compared with a number", hint="compare count(...) or a mass")
    for value in values:
        if not _is_number(value):
            raise BadValue(f"'{quantity.operation}' is compared with what is no finite number", shown(value))
    return Node(operation, (quantity, *(float(value) for value in values)), CONDITION)


def _combine(operation: str, one: Node, other: Node) -> Node:
    for condition in (one, other):
        _demand_condition(condition)
    if one.scope != other.scope:
        scopes = tuple(c.scope or "event" for c in (one, other))
        raise BadValue(f"a condition on one {scopes[0]} and one on one {scopes[1]} cannot be combined with '{operation}'")
    return Node(operation, (one, other), CONDITION)


def _demand_condition(node: object) -> None:
    if not isinstance(node, Node) or node.unit != CONDITION:
        raise BadValue("not a condition", shown(node), hint="compare the quantity with a number: > < >= <= .equals .between")


def _is_number(value: object) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float | np.integer | np.floating) and isfinite(value)
