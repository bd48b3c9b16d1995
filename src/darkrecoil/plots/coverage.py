"""Coverage of limits against the true signal, a panel for each truth of the nuisances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from darkrecoil._errors import BadValue
from darkrecoil.plots import _text
from darkrecoil.plots._style import COLOURS, SIGNAL, frame, new_figure, style
from darkrecoil.records import Floats, Provenance

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TITLES = {"bayes": "Bayes, flat prior", "fc": "Feldman-Cousins", "cls": "CLs", "profile": "profile likelihood, asymptotic"}
INKS = {"bayes": COLOURS[4], "fc": COLOURS[2], "cls": COLOURS[1], "profile": SIGNAL}


def coverage(
    signals: Floats,
    methods: Mapping[str, tuple[Floats, Floats]],
    level: float,
    title: str = "",
    *,
    provenance: Provenance | None = None,
    command: str = "",
) -> Figure:
    """Coverage (s,) of each method against the true signal (s,), events: nuisances averaged and at their central values.

    The level is the line that a limit must stay above. BadValue without a method.
    """
    if not methods:
        raise BadValue("a figure of coverage needs a method", "none", hint="give bayes, fc, cls or profile")
    with style():
        figure = new_figure(11.0, 4.6)
        panels = figure.subplots(1, 2, sharey=True)
        for i, (axes, words) in enumerate(zip(panels, ("nuisances drawn anew", "nuisances at their central values"), strict=True)):
            axes.axhline(level, color="black", linewidth=1.0)
            for name, values in methods.items():
                axes.plot(signals, values[i], color=INKS.get(name, COLOURS[6]), label=TITLES.get(name, name))
            axes.set(xlim=(signals[0], signals[-1]), title=words)
            axes.set_xlabel("True signal [events]", loc="right")
        panels[0].set_ylim(min(0.7, *(float(v.min()) for pair in methods.values() for v in pair)), 1.005)
        panels[0].set_ylabel("Coverage", loc="top")
        panels[1].legend(loc="lower right")
        frame(figure, title, [_text.level(level)], [], provenance, command)
    return figure
