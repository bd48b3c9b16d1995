"""A plane of two parameters with what is known of it: a figure of constraints alone, both axes logarithmic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from darkrecoil._errors import BadValue
from darkrecoil.plots import regions
from darkrecoil.plots._style import frame, new_figure, style
from darkrecoil.plots.exclusion import axis_label
from darkrecoil.records import Constraint, Parameter, Provenance

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

KNOWN = "published and computed constraints"


def plane(
    constraints: Sequence[Constraint],
    x: Parameter,
    y: Parameter,
    title: str = "",
    *,
    x_range: tuple[float, float] | None = None,
    y_range: tuple[float, float] | None = None,
    notes: Sequence[str] = (),
    provenance: Provenance | None = None,
    command: str = "",
) -> Figure:
    """The constraints in the plane of x and y, labelled in place; the ranges are those of the curves unless given.

    ``regions.caption`` says what each curve is. BadValue without constraints.
    """
    if not constraints:
        raise BadValue("a plane needs constraints", "none", hint="see darkrecoil list constraints")
    low, high = x_range or _spread([v for c in constraints for band in c.bands for v in band.x], 1.15)
    bottom, top = y_range or _y_range(constraints, (low, high))
    with style():
        figure = new_figure(9.0, 6.2)
        axes = figure.add_subplot()
        axes.set(xscale="log", yscale="log", xlim=(low, high), ylim=(bottom, top))
        items = regions.draw(axes, constraints, top * 10)
        axes.set(xlim=(low, high), ylim=(bottom, top))
        _ticks(axes)
        axes.set_xlabel(axis_label(x), loc="right")
        axes.set_ylabel(axis_label(y), loc="top")
        frame(figure, title, _levels(constraints), [*notes, *_decays(constraints)], provenance, command, label=KNOWN)
        regions.label(axes, items)
    return figure


def _spread(values: Sequence[float], margin: float) -> tuple[float, float]:
    return float(min(values)) / margin, float(max(values)) * margin


def _y_range(constraints: Sequence[Constraint], x: tuple[float, float]) -> tuple[float, float]:
    """Around the lower edges within the range of x, and the upper ones that are less than three decades higher."""
    lows = [v for c in constraints for b in c.bands for m, v in zip(b.x, b.low, strict=True) if x[0] <= m <= x[1]]
    highs = [v for c in constraints for b in c.bands for v in b.high or () if lows and v < 1e3 * max(lows)]
    bottom, top = _spread([*lows, *(v for v in highs if v < 5 * max(lows))] or [1e-4, 1.0], 2.5)
    widen = max(1.0, float(np.sqrt(1e2 * bottom / top)))
    return bottom / widen, top * widen


def _ticks(axes: Axes) -> None:
    """Powers of ten; on an axis of less than two decades also 2, 3 and 5, as plain numbers."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        axis.set_minor_formatter(NullFormatter())
        axis.set_major_locator(LogLocator(numticks=12))
        if high < 100 * low:
            axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=12))
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def _decays(constraints: Sequence[Constraint]) -> list[str]:
    """A note where regions stand side by side that assume different decays."""
    unseen = [_plain(c) for c in constraints if c.final_states == ("invisible",)]
    seen = [_plain(c) for c in constraints if c.final_states and c.final_states != ("invisible",)]
    if not (unseen and seen):
        return []
    return [f"These regions do not hold together: invisible decays in {', '.join(unseen)}; visible ones in {', '.join(seen)}."]


def _plain(one: Constraint) -> str:
    """Its label, or its name where the label is in TeX, which a footnote does not set."""
    return one.name.replace("_", " ") if "$" in one.label else one.label


def _levels(constraints: Sequence[Constraint]) -> list[str]:
    found = sorted({c.level for c in constraints if c.level is not None})
    return [f"{' and '.join(f'{100 * level:g}' for level in found)} % CL, see the caption"] if found else ["levels: see the caption"]
