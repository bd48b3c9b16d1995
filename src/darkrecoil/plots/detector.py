"""A detector card as a figure: what it covers, its resolutions, its efficiencies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from darkrecoil.plots import _text
from darkrecoil.plots._style import COLOURS, INK, frame, new_figure, style
from darkrecoil.records import Floats, Performance, Provenance

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LINES = (COLOURS[4], COLOURS[1], COLOURS[2], COLOURS[3])
STROKES = ("-", "--", ":", "-.")


def detector(made: Performance, *, provenance: Provenance | None = None, command: str = "") -> Figure:
    """Four panels: acceptance in polar angle (deg) with its gaps; sigma(p)/p, sigma(E)/E (percent); efficiencies against p (GeV)."""
    facts = [rf"$\sqrt{{s}}$ = {made.energy_cms:.4g} GeV"] + ([f"preset {_text.literal(made.preset)}"] if made.preset else [])
    notes = [f"{made.weak} numbers of the card are assumptions or recalled: darkrecoil show prints each with its source."]
    with style():
        figure = new_figure(11.0, 7.6)
        (upper_left, upper_right), (lower_left, lower_right) = figure.subplots(2, 2)
        _acceptance(upper_left, made.acceptance)
        _curves(upper_right, made.momentum, "Muon momentum $p$ [GeV$/c$]", r"$\sigma_p/p$ [%]", 100.0)
        _curves(lower_left, made.energy, "Photon energy $E$ [GeV]", r"$\sigma_E/E$ [%]", 100.0)
        _curves(lower_right, made.efficiency, "Momentum $p$, $p_T$ [GeV$/c$]", "Probability", 1.0)
        lower_right.set_ylim(0, 1.05)
        frame(figure, made.title, facts, notes, provenance, command)
    return figure


def _acceptance(axes: Axes, parts: Mapping[str, tuple[tuple[float, float], ...]]) -> None:
    """A bar per part; a gap of the calorimeter is the white between two of its bars."""
    for row, (face, ranges) in enumerate(zip(COLOURS, parts.values(), strict=False)):
        axes.barh([row] * len(ranges), [high - low for low, high in ranges], left=[low for low, _ in ranges], height=0.55, color=face)
        for low, high in ranges:
            if high - low > 30:  # deg, where the numbers fit
                axes.text((low + high) / 2, row, f"{low:.1f}\N{EN DASH}{high:.1f}", ha="center", va="center", fontsize=11, color=INK)
    axes.set(xlim=(0, 180), ylim=(len(parts) - 0.4, -0.6), xticks=range(0, 181, 30))
    axes.set_yticks(range(len(parts)), [name.replace(" that ", "\nthat ") for name in parts])
    axes.tick_params(axis="y", which="both", length=0)
    axes.set_xlabel("Polar angle [deg]", loc="right")


def _curves(axes: Axes, curves: Mapping[str, tuple[Floats, Floats]], x: str, y: str, scale: float) -> None:
    from matplotlib.ticker import NullFormatter

    for (name, (at, value)), ink, stroke in zip(curves.items(), LINES, STROKES, strict=False):
        axes.plot(at, scale * value, stroke, color=ink, label=name)
    first = next(iter(curves.values()))[0]
    axes.set(xscale="log", xlim=(first[0], first[-1]))
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel(x, loc="right")
    axes.set_ylabel(y, loc="top")
    axes.legend()
