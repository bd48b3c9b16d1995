"""Constraints on axes: excluded regions filled, targets as lines, favoured bands hatched, each with its label in place."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from darkrecoil.plots import _labels, _text
from darkrecoil.plots._style import COLOURS, MUTED
from darkrecoil.records import Band, Constraint, Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D
    from matplotlib.text import Text

LINES = ("#1F78A8", "#B26F00", "#00704F", "#9C4A78", "#00466F", "#8C8100", "#5A5A5A")  # COLOURS, darker
SAMPLES = 24  # between two corners, whose line is straight in the logarithms


def draw(axes: Axes, constraints: Sequence[Constraint], top: float, first: int = 0, behind: bool = False) -> list[_labels.Labelled]:
    """The constraints, drawn; what their labels belong to. ``top``: y up to which a region without an end is filled; ``first``: the first
    colour; ``behind``: below all else."""
    found = []
    for index, constraint in enumerate(constraints, first):
        lines, polygons = list[Floats](), list[Floats]()
        for band in constraint.bands:
            x, low, high = _curve(band, top)
            lines += _band(axes, constraint, index, x, low, high, band.high is not None, 0.5 if behind else 1.5)
            lines += _sides(axes, constraint, index, band, top)
            polygons += (
                [] if constraint.kind == "target" else [np.concatenate([np.column_stack([x, low]), np.column_stack([x, high])[::-1]])]
            )
        found.append(_labels.Labelled(_text.process(_text.words(constraint.label)), tuple(lines), tuple(polygons)))
    return found


def label(axes: Axes, items: Sequence[_labels.Labelled], lines: Sequence[Line2D] = ()) -> list[Text]:
    """The labels, placed off all of these and off further lines: the last thing to do on a figure."""
    return _labels.place(axes, items, lines)


def _band(axes: Axes, constraint: Constraint, index: int, x: Floats, low: Floats, high: Floats, ends: bool, zorder: float) -> list[Floats]:
    face, ink = COLOURS[index % len(COLOURS)], LINES[index % len(LINES)]
    if constraint.kind == "target":
        axes.plot(x, low, color=MUTED, linewidth=1.8, linestyle=((0, (5, 2)), (0, (1, 1.2)), (0, (4, 1.5, 1, 1.5)))[index % 3])
        return [np.column_stack([x, low])]
    look: dict[str, Any] = (
        {"linewidth": 0, "alpha": 0.35} if constraint.kind == "excluded" else {"linewidth": 0.6, "alpha": 0.5, "hatch": "///"}
    )
    axes.fill_between(x, low, high, facecolor=face, edgecolor=ink, zorder=zorder, **look)
    outline = [np.column_stack([x, low])]
    if ends:
        outline.append(np.column_stack([x, high]))
    for line in outline:
        axes.plot(line[:, 0], line[:, 1], color=ink, linewidth=1.3, zorder=2)
    return outline


def _sides(axes: Axes, constraint: Constraint, index: int, band: Band, top: float) -> list[Floats]:
    """The vertical ends of a band, drawn where no other band of the constraint goes on."""
    found = list[Floats]()
    for here, there in ((0, -1), (-1, 0)):
        x, low, high = _end(band, here, top)
        beyond = sorted(_end(other, there, top)[1:] for other in constraint.bands if other is not band and other.x[there] == x)
        for below, above in beyond:
            if below > low:
                found.append(np.array([[x, low], [x, min(below, high)]]))
            low = max(low, min(above, high))
        if high > low and constraint.kind != "target":
            found.append(np.array([[x, low], [x, high]]))
    for side in found:
        axes.plot(side[:, 0], side[:, 1], color=LINES[index % len(LINES)], linewidth=0.6, zorder=2)
    return found


def _end(band: Band, i: int, top: float) -> tuple[float, float, float]:
    return band.x[i], band.low[i], top if band.high is None else band.high[i]


def _curve(band: Band, top: float) -> tuple[Floats, Floats, Floats]:
    """x, low and high with points between the corners, on straight lines of the logarithms."""
    corners = np.log(np.array(band.x))
    logs = np.unique(np.concatenate([np.linspace(a, b, SAMPLES) for a, b in pairwise(corners)] or [corners]))
    low = np.exp(np.interp(logs, corners, np.log(band.low)))
    high = np.full(len(logs), top) if band.high is None else np.exp(np.interp(logs, corners, np.log(band.high)))
    return np.exp(logs), low, np.maximum(high, low)


def caption(constraints: Sequence[Constraint]) -> str:
    """What every curve of a figure is: a paragraph each with its level, source, convention, assumptions, and how it was obtained."""
    return "\n".join(_paragraph(constraint) for constraint in constraints)


def _paragraph(c: Constraint) -> str:
    level = f"{100 * c.level:g} % CL" if c.level is not None else f"no level: {c.level_note}"
    fraction = f"BF = {c.branching_fraction:g}" if c.branching_fraction is not None else "the model's own branching fraction"
    rows = [
        ("level", level),
        ("source", f"{'; '.join(c.references)}; {c.location}"),
        ("process", f"{c.production}; {' + '.join(c.final_states) or 'any final state'}; {fraction}; decays: {c.lifetime}"),
        ("coupling", c.convention),
        ("numbers", f"{c.status}: {c.obtained}"),
        *(("assumes", text) for text in c.assumptions),
        *((("notes", c.notes),) if c.notes else ()),
    ]
    return "\n".join([f"{c.label} [{c.name}, {c.kind}]: {c.title}", *(f"  {name}: {text}" for name, text in rows), ""])
