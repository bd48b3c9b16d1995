"""The plane of mass and coupling by what a detector sees of an a -> gamma gamma: resolved, merged, displaced, invisible."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from darkrecoil.plots import _text
from darkrecoil.plots._style import COLOURS, INK, frame, halo, new_figure, style
from darkrecoil.records import Bools, Floats, Provenance, RegimeMap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FACES = {"resolved": COLOURS[0], "merged": COLOURS[1], "displaced": COLOURS[2], "invisible": COLOURS[6]}


def regimes(made: RegimeMap, *, provenance: Provenance | None = None, command: str = "") -> Figure:
    """Regions of the largest share, named in place, with the lines of mean decay lengths; masses in GeV."""
    merging = [] if made.merging is None else [f"half of the prompt pairs merge at {1e3 * made.merging:.0f} MeV"]
    notes = [*made.notes, f"prompt: within {made.prompt:g} cm", *merging]
    with style():
        figure = new_figure(9.0, 6.2)
        axes = figure.add_subplot()
        for name, share in made.shares.items():
            ahead = share - np.max([other for key, other in made.shares.items() if key != name], axis=0)
            axes.contourf(made.mass, made.coupling, ahead, levels=[0.0, 2.0], colors=[FACES[name]], alpha=0.55)
            _name(axes, made, ahead > 0, name)
        for name, (mass, coupling) in made.lines.items():
            _line(axes, name, mass, coupling)
        unit = f" [{_text.literal(made.coupling_unit)}]" if made.coupling_unit else ""
        axes.set(xscale="log", yscale="log", xlim=(made.mass[0], made.mass[-1]), ylim=(made.coupling[0], made.coupling[-1]))
        axes.set_xlabel("Mass [GeV]", loc="right")
        axes.set_ylabel(f"${made.coupling_tex}${unit}", loc="top")
        frame(figure, made.title, [_text.literal(made.detector)], [f"{note}." for note in notes], provenance, command)
    return figure


def _name(axes: Axes, made: RegimeMap, where: Bools, name: str) -> None:
    """The regime's name in the middle of its region."""
    rows, columns = np.nonzero(where)
    if len(rows):
        middle = np.argsort(columns, kind="stable")[len(columns) // 2]
        column = columns[middle]
        row = int(np.median(rows[columns == column]))
        axes.text(made.mass[column], made.coupling[row], name, ha="center", va="center", fontsize=14, color=INK, path_effects=halo())


def _line(axes: Axes, name: str, mass: Floats, coupling: Floats) -> None:
    if len(mass) > 1:
        axes.plot(mass, coupling, "--", color=INK, linewidth=1.4)
        at = (mass[-1], coupling[-1])
        axes.annotate(name, at, xytext=(-4, 6), textcoords="offset points", fontsize=11, color=INK, ha="right", path_effects=halo())
