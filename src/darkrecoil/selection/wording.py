"""The reader that prints a tree: the text of the cutflow, of the documentation and of the report."""

from darkrecoil.constants import deg
from darkrecoil.selection.nodes import CONDITION, OBJECTS, Node
from darkrecoil.selection.vocabulary.table import VOCABULARY


def text(node: Node) -> str:
    """The tree in words, one line; angles in degrees, everything else in its unit."""
    if node.operation in ("own", "own_pair"):
        return str(node.arguments[0])
    unit = next((a.unit for a in node.arguments if isinstance(a, Node)), "")
    scale, shown = (deg, "deg") if unit == "rad" else (1.0, unit)
    parts = (_part(argument, scale) for argument in node.arguments)
    return VOCABULARY[node.operation].wording(*parts, unit=f" {shown}" if shown and shown not in (CONDITION, OBJECTS) else "")


def _part(argument: str | float | Node, scale: float) -> str:
    if isinstance(argument, Node):
        return text(argument)
    return argument if isinstance(argument, str) else f"{argument / scale:.10g}"
