"""One look for all figures: a frozen style, colours that everyone can tell apart, the frame, and the file."""

from __future__ import annotations

import logging
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from darkrecoil._errors import BadValue
from darkrecoil.plots._text import command_line, words
from darkrecoil.records import Provenance

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.patheffects import AbstractPathEffect

LABEL = "darkrecoil simulation"
SMALL, INCH_PER_LINE = 9.0, 0.175  # points of the footnotes, and what one of their lines takes
# M. Okabe, K. Ito, "Color Universal Design" (2008), ordered for contrast between neighbours; black and vermilion are kept for lines
COLOURS = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#0072B2", "#F0E442", "#999999")
HATCHES = ("", "///", "...", "xxx")
INK, SIGNAL, MUTED = "#111111", "#D55E00", "#555555"
BESIDE: Mapping[str, Any] = MappingProxyType(
    {"loc": "upper left", "bbox_to_anchor": (1.005, 1.02)}
)  # a legend beside the axes, off the data
STYLE: Mapping[str, Any] = MappingProxyType(
    {
        "font.family": "DejaVu Sans",  # comes with matplotlib, thus the same everywhere
        "mathtext.fontset": "dejavusans",
        "font.size": 12.0,
        "axes.labelsize": 14.0,
        "axes.titlesize": 12.0,
        "axes.linewidth": 1.0,
        "axes.axisbelow": True,
        "xtick.labelsize": 12.0,
        "ytick.labelsize": 12.0,
        "xtick.direction": "in",
        "ytick.direction": "in",
        "xtick.top": True,
        "ytick.right": True,
        "xtick.minor.visible": True,
        "ytick.minor.visible": True,
        "legend.fontsize": 11.0,
        "legend.frameon": False,
        "lines.linewidth": 2.0,
        "hatch.linewidth": 0.8,
        "savefig.dpi": 200,
        "savefig.facecolor": "white",
        "pdf.fonttype": 42,
        "svg.hashsalt": "darkrecoil",
    }
)
METADATA: Mapping[str, dict[str, None]] = MappingProxyType(
    {
        ".png": {"Software": None},
        ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
        ".svg": {"Date": None, "Creator": None},
    }
)


@contextmanager
def style() -> Iterator[None]:
    """The frozen style on top of matplotlib's own defaults, whatever the user's configuration says."""
    import matplotlib as mpl

    settings: dict[Any, Any] = dict(mpl.rcParamsDefault)
    settings.update(STYLE)
    with mpl.rc_context({key: value for key, value in settings.items() if not key.startswith(("backend", "interactive", "toolbar"))}):
        yield


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of that size, inches, which belongs to no window and keeps its parts from overlapping."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def colour(index: int) -> tuple[str, str]:
    """Face colour and hatch of the index-th source: the colours repeat, the pair does not until the 28th."""
    return COLOURS[index % len(COLOURS)], HATCHES[(index // len(COLOURS)) % len(HATCHES)]


def halo() -> list[AbstractPathEffect]:
    """White around letters, so that a line behind them does not strike them out."""
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=2.5, foreground="white", alpha=0.85)]


def frame(
    figure: Figure, title: str, facts: Sequence[str], notes: Sequence[str], provenance: Provenance | None, command: str, label: str = LABEL
) -> None:
    """Head and foot around the axes: title, label and facts above; notes, what is left out and the command below.

    The figure grows by what they take, so that the axes keep their size.
    """
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    width, height = figure.get_size_inches()
    foot = _foot(width, notes, provenance, command)
    top, bottom = (0.76 if title else 0.42), INCH_PER_LINE * len(foot) + 0.12
    height += top + bottom
    figure.set_size_inches(width, height)
    if isinstance(engine := figure.get_layout_engine(), ConstrainedLayoutEngine):
        engine.set(rect=(0.0, bottom / height, 1.0, 1 - (top + bottom) / height))
    left, right = 0.12 / width, 1 - 0.12 / width
    if title:
        figure.text(left, 1 - 0.1 / height, words(title), va="top", fontsize=17, color=INK)
    figure.text(left, 1 - (top - 0.06) / height, label, va="bottom", fontsize=12, fontstyle="italic", color=MUTED)
    figure.text(right, 1 - (top - 0.06) / height, "    ".join(facts), va="bottom", ha="right", fontsize=12, color=INK)
    for index, (line, family) in enumerate(foot):
        y = (bottom - 0.03 - INCH_PER_LINE * index) / height
        figure.text(left, y, line, va="top", fontsize=SMALL, family=family, color=MUTED, parse_math=False)


def _foot(width: float, notes: Sequence[str], provenance: Provenance | None, command: str) -> list[tuple[str, str]]:
    """The lines below the axes and their fonts, broken to fit; a character takes 0.074 inches of plain, 0.078 of fixed type."""
    texts = list(notes)
    if provenance and provenance.missing:
        texts.append("Not in the simulation: " + ", ".join(provenance.missing) + ".")
    plain = [line for text in texts for line in textwrap.wrap(text, int((width - 0.24) / 0.074), subsequent_indent="   ")]
    made = command_line(command, provenance)
    fixed = textwrap.wrap(made, int((width - 0.24) / 0.078), subsequent_indent="    ", break_on_hyphens=False)
    return [(line, "DejaVu Sans") for line in plain] + [(line, "DejaVu Sans Mono") for line in fixed]


def save(figure: Figure, path: str | Path) -> None:
    """Write a figure as PNG, PDF or SVG, by the file's ending: the same bytes for the same figure, without date or version.

    BadValue for another ending.
    """
    ending = Path(path).suffix.lower()
    if ending not in METADATA:
        raise BadValue("a figure cannot be written in this format", ending or str(path), f"allowed: {', '.join(METADATA)}")
    with style(), _quiet("fontTools"):
        figure.savefig(path, format=ending[1:], metadata=METADATA[ending])


@contextmanager
def _quiet(logger: str) -> Iterator[None]:
    """Without that logger's warnings: fontTools finds the font's creation date implausible, which is none of the user's concern."""
    log = logging.getLogger(logger)
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(before)
