"""Cuts whose values depend on the mass and are found, not given: what they are asked of, and between which values."""

from dataclasses import dataclass
from math import isfinite

from darkrecoil._errors import BadValue
from darkrecoil.selection.nodes import CONDITION, OBJECTS, Node, shown


@dataclass(frozen=True)
class Suppression:
    """One more row of a search, asked after all others: each quantity is at least a value that depends on the observable.

    ``variables``: (quantity of the event, the values that may be asked, rising; the first asks for nothing). ``masses``: where the
    values are found, GeV; between them they are linear in the observable. ``model``: whose signal they are found for. ``search``: the
    search that they are found in and taken from, this one if empty: then both need as many variables. ``fewest``: the effective number
    of background events of the training that a choice must leave in its window. ``learnt``: further quantities, at which only
    a classifier in the place of the cuts looks; ``labels``: short names of all quantities. BadValue for what cannot be meant.
    """

    name: str
    variables: tuple[tuple[Node, tuple[float, ...]], ...]
    masses: tuple[float, ...]
    model: str
    search: str = ""
    fewest: float = 10.0
    learnt: tuple[Node, ...] = ()
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for node in (*(node for node, _ in self.variables), *self.learnt):
            if node.scope or node.unit in (CONDITION, OBJECTS):
                raise BadValue(f"'{self.name}' cuts on no quantity of an event", shown(node))
        for _, grid in self.variables:
            _rising(f"values of '{self.name}'", grid)
        _rising(f"masses of '{self.name}'", self.masses)
        if not self.variables:
            raise BadValue(f"'{self.name}' cuts on nothing", "no variable")
        if self.labels and len(self.labels) != len(self.variables) + len(self.learnt):
            raise BadValue(f"labels of '{self.name}' do not match its quantities", len(self.labels), "one for each")


def _rising(what: str, values: tuple[float, ...]) -> None:
    if not values or not all(map(isfinite, values)) or sorted(set(values)) != list(values):
        raise BadValue(f"the {what} do not rise", values, "allowed: finite numbers, each greater than the one before")
