"""The reader that executes a tree on a block of events."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from darkrecoil._errors import BadValue
from darkrecoil.records import Events
from darkrecoil.selection.nodes import Node
from darkrecoil.selection.vocabulary.table import VOCABULARY

Memo = dict[str, NDArray[Any]]


def values(node: Node, events: Events, memo: Memo | None = None) -> NDArray[Any]:
    """The values of a node in its unit: (n,) for an event's quantity or condition, (n, k) for objects.

    ``memo`` holds what has been computed for these events and is filled; pass one and the same to the
    nodes of a table, so that what they share is computed once. Never use it for other events. BadValue
    for a quantity of one object outside objects(); UnknownName for what the events do not hold.
    """
    if node.scope:
        raise BadValue(f"'{node.operation}' is a quantity of one {node.scope}", hint=f"it stands inside {node.scope}s(...)")
    with np.errstate(invalid="ignore", divide="ignore"):
        return _value(node, events, {} if memo is None else memo)


def _value(node: Node, events: Events, memo: Memo) -> NDArray[Any]:
    if node.key not in memo:
        word = VOCABULARY[node.operation]
        read = [_value(a, events, memo) if isinstance(a, Node) else a for a in node.arguments]
        memo[node.key] = word.evaluate(events, *read) if word.reads else word.evaluate(*read)
    return memo[node.key]
