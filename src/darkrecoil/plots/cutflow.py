"""The cutflow of a signal and its backgrounds: what each row leaves and takes."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from math import ceil, floor, log10
from typing import TYPE_CHECKING

from darkrecoil._errors import BadValue, unknown
from darkrecoil.plots import _text
from darkrecoil.plots._style import INK, SIGNAL, colour, frame, new_figure, style
from darkrecoil.records import Cutflow, CutStep, Provenance

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

QUANTITIES = {"events": "Expected events", "efficiency": "Efficiency"}
COLUMNS = 4


def cutflow(
    cutflows: Mapping[str, Cutflow],
    luminosity: float,
    level: float | None = None,
    title: str = "",
    *,
    quantity: str = "events",
    provenance: Provenance | None = None,
    command: str = "",
) -> Figure:
    """One panel per cutflow, the signal first: a bar per row for the expected events at a luminosity (fb^-1), log axis.

    The pale part of a bar is what the row takes away; the number beside it is the quantity, and the efficiency in brackets.
    ``quantity`` is "events" or "efficiency". BadValue without a row or for a luminosity or level that cannot be,
    UnknownName for another quantity.
    """
    facts = [_text.luminosity(luminosity)] + ([_text.level(level)] if level is not None else [])
    if quantity not in QUANTITIES:
        raise unknown("quantity", quantity, QUANTITIES)
    names = list(dict.fromkeys(step.name for flow in cutflows.values() for step in flow.rows))
    if not names:
        raise BadValue("a cutflow without rows cannot be drawn", ", ".join(cutflows) or "no cutflow", hint="select some events first")
    down = ceil(len(cutflows) / COLUMNS)
    across = ceil(len(cutflows) / down)
    with style():
        figure = new_figure(max(8.0, 1.9 + 3.0 * across), down * (1.0 + 0.36 * len(names)))
        panels = list(figure.subplots(down, across, sharex=True, sharey=True, squeeze=False).flat)
        low, high = _range(cutflows, luminosity, quantity)
        for index, (axes, (label, flow)) in enumerate(zip(panels, cutflows.items(), strict=False)):
            _panel(axes, flow, names, luminosity, quantity, low, SIGNAL if index == 0 else colour(index - 1)[0])
            axes.set_title(_text.process(label), fontsize=12, color=INK)
            axes.set_xlabel(QUANTITIES[quantity], fontsize=12)
        _finish(panels, len(cutflows), names, low, high)
        frame(figure, title, facts, [], provenance, command)
    return figure


def _value(step: CutStep, luminosity: float, quantity: str) -> float:
    return step.cross_section * luminosity if quantity == "events" else step.efficiency


def _beside(step: CutStep, luminosity: float, quantity: str) -> str:
    """The number beside a bar. Where nothing is left the error says how little that means."""
    value = _value(step, luminosity, quantity)
    error = step.error * luminosity if quantity == "events" else step.efficiency_error
    if value == 0 and error > 0:
        return rf"0 $\pm$ {_text.number(error)}"
    return _text.number(value) + (f" ({_text.percent(step.efficiency)})" if quantity == "events" else "")


def _range(cutflows: Mapping[str, Cutflow], luminosity: float, quantity: str) -> tuple[float, float]:
    values = [_value(step, luminosity, quantity) for flow in cutflows.values() for step in flow.rows]
    filled = [value for value in values if value > 0] or [1.0]
    return min(filled) / 3, max(*filled, 3 * min(filled))


def _panel(axes: Axes, flow: Cutflow, names: list[str], luminosity: float, quantity: str, low: float, face: str) -> None:
    before = 0.0
    for step in flow.rows:
        row, value = names.index(step.name), _value(step, luminosity, quantity)
        if before > max(value, low):
            axes.barh(row, before - max(value, low), left=max(value, low), height=0.72, color=face, alpha=0.25, linewidth=0)
        if value > low:
            axes.barh(row, value - low, left=low, height=0.72, color=face, linewidth=0)
        text = _beside(step, luminosity, quantity)
        axes.annotate(text, (max(value, before, low), row), xytext=(4, 0), textcoords="offset points", va="center", fontsize=9.5, color=INK)
        before = value


def _finish(panels: list[Axes], used: int, names: list[str], low: float, high: float) -> None:
    """Shared axes: log, with room for the numbers to the right of the longest bar, the first row on top, spare panels away."""
    from matplotlib.ticker import FixedLocator, NullLocator

    powers = range(ceil(log10(low)), floor(log10(high)) + 1)
    ticks = [10.0**power for power in powers if (power - powers[-1]) % ceil(len(powers) / 3) == 0]  # three labels fit
    for axes in panels[used:]:
        axes.set_visible(False)
    for axes in panels[:used]:
        axes.set(xscale="log", xlim=(low, high * (high / low) ** 0.95), ylim=(len(names) - 0.4, -0.6))
        axes.xaxis.set_major_locator(FixedLocator(ticks))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_minor_locator(NullLocator())
        axes.tick_params(axis="y", length=0)
        axes.set_yticks(range(len(names)), [textwrap.fill(_text.literal(name), 26) for name in names], fontsize=11)
