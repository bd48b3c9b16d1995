"""A calibration as a figure: what was seen beside the new card and the base, and the pulls below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from darkrecoil.plots._style import COLOURS, INK, SIGNAL, frame, new_figure, style
from darkrecoil.records import Panel, Provenance

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ACROSS = 2


def closure(title: str, panels: Sequence[Panel], *, provenance: Provenance | None = None, command: str = "") -> Figure:
    """The panels of a quantity, two in a row: points with errors, the new card (line), the base (dashed), and (seen - card)/error."""
    rows = -(-len(panels) // ACROSS)
    with style():
        figure = new_figure(5.5 * min(len(panels), ACROSS), 4.6 * rows)
        ratios = [3, 1] * rows
        axes = figure.subplots(2 * rows, min(len(panels), ACROSS), squeeze=False, gridspec_kw={"height_ratios": ratios})
        for i, panel in enumerate(panels):
            upper, lower = axes[2 * (i // ACROSS), i % ACROSS], axes[2 * (i // ACROSS) + 1, i % ACROSS]
            _points(upper, panel)
            _pulls(lower, panel)
        for i in range(len(panels), rows * min(len(panels), ACROSS)):
            axes[2 * (i // ACROSS), i % ACROSS].set_axis_off()
            axes[2 * (i // ACROSS) + 1, i % ACROSS].set_axis_off()
        frame(figure, title, [], ["Points: the ntuple. Line: the new card. Dashed: the base card."], provenance, command)
    return figure


def _points(axes: Axes, panel: Panel) -> None:
    axes.errorbar(panel.at, panel.seen, panel.error, fmt="o", ms=3, lw=1, color=INK, label="ntuple")
    axes.plot(panel.at, panel.expected, color=SIGNAL, label="new card", drawstyle="steps-mid")
    axes.plot(panel.at, panel.before, "--", lw=1.2, color=COLOURS[4], label="base card", drawstyle="steps-mid")
    axes.set_title(panel.title, loc="left")
    axes.set_ylim(bottom=0)
    axes.set_ylabel(panel.y, loc="top")
    axes.legend()
    _scale(axes, panel)


def _pulls(axes: Axes, panel: Panel) -> None:
    pull = (panel.seen - panel.expected) / np.where(panel.error > 0, panel.error, np.inf)
    axes.axhline(0, color=SIGNAL, lw=1)
    axes.plot(panel.at, np.clip(pull, -5, 5), "o", ms=3, color=INK)
    axes.set(ylim=(-5.5, 5.5), yticks=(-3, 0, 3), ylabel="Pull")
    axes.set_xlabel(panel.x, loc="right")
    _scale(axes, panel)


def _scale(axes: Axes, panel: Panel) -> None:
    if panel.logarithmic:
        from matplotlib.ticker import NullFormatter

        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter(NullFormatter())
