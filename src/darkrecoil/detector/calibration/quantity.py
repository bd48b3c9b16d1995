"""What is calibrated: a quantity gathers cells from blocks of entries and fits them to values of the card's entries."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from darkrecoil.detector.calibration.cells import Cells
from darkrecoil.detector.schema import Card
from darkrecoil.records import Floats, Panel

Block = Mapping[str, Floats]


@dataclass(frozen=True)
class Found:
    """What a fit says of an entry: value and error in the entry's unit and shape, how many entries it rests on, what is to be said."""

    entry: str
    value: Any
    error: Any
    number: int
    note: str = ""
    covariance: Floats | None = None


@dataclass(frozen=True)
class Fitted:
    """The entries that a quantity sets, what it leaves at the base card and why, and its closure panels."""

    found: tuple[Found, ...] = ()
    left: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    panels: tuple[Panel, ...] = ()


@dataclass(frozen=True)
class Quantity:
    """A line of the table: name, kind of entries ("track", "photon" or "trigger"), columns that it needs, cells, fit.

    ``gather(block, card)`` and ``fit(cells, card)``: the card is the base, whose edges, regions and thresholds hold.
    """

    name: str
    kind: str
    needs: tuple[str, ...]
    entries: tuple[str, ...]
    gather: Callable[[Block, Card], Cells]
    fit: Callable[[Cells, Card], Fitted]
