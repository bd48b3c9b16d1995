"""The spectrum of a search: stacked sources, their uncertainty, signals, data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import gammaincinv

from darkrecoil._errors import BadValue, unknown
from darkrecoil.plots import _text
from darkrecoil.plots._style import BESIDE, INK, MUTED, SIGNAL, colour, frame, new_figure, style
from darkrecoil.records import Floats, Provenance, Spectrum

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Signal = tuple[str, Spectrum | str, float]
DECADES = 7  # what a log axis shows at most below its peak
LINES = ("-", "--", ":")  # of signals, in turn
SIGMA = 0.682689492137086  # the level of the error bars of data


def recoil_spectrum(
    spectrum: Spectrum,
    luminosity: float,
    signals: Sequence[Signal] = (),
    level: float | None = None,
    title: str = "",
    *,
    provenance: Provenance | None = None,
    command: str = "",
    limits: tuple[float, float] | None = None,
    scale: float = 1.0,
    systematic: float = 0.0,
    data: Floats | None = None,
) -> Figure:
    """Events per bin at a luminosity (fb^-1) against the observable: stacked sources, smallest first, on a log axis.

    Each of the ``signals`` is (label, its Spectrum or the name of a source, scale): drawn as a line, times the scale, and not stacked;
    the label states the coupling. ``data`` are events per bin: points with the central interval of one sigma.
    The hatched band is the Monte Carlo error: sqrt of the summed variances, where a source without
    an event in a bin counts with its weight of one event; with a relative ``systematic`` of the background that is added in quadrature.
    ``scale``: what all but the data are multiplied with, a data set's corrections. ``limits`` are those of the horizontal axis.
    BadValue for a luminosity or level that cannot be or a signal with other bins, UnknownName for a source that is not there.
    """
    facts = [_text.luminosity(luminosity)] + ([_text.level(level)] if level is not None else [])
    luminosity = luminosity * scale
    stacked = [i for i, name in enumerate(spectrum.sources) if name not in [some[1] for some in signals if isinstance(some[1], str)]]
    stacked.sort(key=lambda i: float(spectrum.values[i].sum()))
    lines = [(some[0], _signal(spectrum, some) * luminosity) for some in signals]
    with style():
        figure = new_figure(10.0, 4.6)
        axes = figure.add_subplot()
        low, high = _range(spectrum, stacked, [line for _, line in lines], data, luminosity)
        _stack(axes, spectrum, stacked, luminosity, low, systematic)
        for i, (label, line) in enumerate(lines):
            look: dict[str, Any] = {"color": SIGNAL, "linewidth": 2.4, "linestyle": LINES[i % len(LINES)], "zorder": 5}
            axes.stairs(line, spectrum.edges, baseline=None, label=_text.literal(label), **look)
        if data is not None:
            _points(axes, spectrum, data)
        axes.set(yscale="log", ylim=(low, high), xlim=limits or (spectrum.edges[0], spectrum.edges[-1]))
        _labels(axes, spectrum)
        handles, names = axes.get_legend_handles_labels()
        axes.legend(handles[::-1], names[::-1], handlelength=1.6, **BESIDE)
        frame(figure, title, facts, [], provenance, command)
    return figure


def _signal(spectrum: Spectrum, signal: Signal) -> Floats:
    _, source, scale = signal
    if isinstance(source, Spectrum):
        if not np.array_equal(source.edges, spectrum.edges):
            raise BadValue("the signal's bins are not those of the spectrum", f"{len(source.edges) - 1} bins", "allowed: the same edges")
        return np.asarray(source.values.sum(axis=0) * scale, dtype=np.float64)
    if source not in spectrum.sources:
        raise unknown("source", source, spectrum.sources)
    return np.asarray(spectrum.values[spectrum.sources.index(source)] * scale, dtype=np.float64)


def _stack(axes: Axes, spectrum: Spectrum, stacked: list[int], luminosity: float, floor: float, systematic: float) -> None:
    below = np.zeros(len(spectrum.edges) - 1)
    for i in stacked:
        above = below + spectrum.values[i] * luminosity
        face, hatch = colour(i)
        look: dict[str, Any] = {"facecolor": face, "hatch": hatch, "edgecolor": "white" if hatch else face}
        axes.stairs(above, spectrum.edges, baseline=np.maximum(below, floor), fill=True, label=_text.process(spectrum.sources[i]), **look)
        below = above
    if stacked:
        error = np.hypot(_error(spectrum, stacked) * luminosity, systematic * below)
        name = "MC stat. and syst. uncertainty" if systematic else "MC stat. uncertainty"
        band: dict[str, Any] = {"facecolor": "none", "edgecolor": MUTED, "linewidth": 0.0, "hatch": "/////"}
        low = np.maximum(below - error, floor)
        axes.stairs(np.maximum(below + error, floor), spectrum.edges, baseline=low, fill=True, label=name, **band)
        axes.stairs(np.where(below > 0, below, np.nan), spectrum.edges, baseline=None, color=INK, linewidth=1.0)


def _error(spectrum: Spectrum, stacked: list[int]) -> Floats:
    variances = spectrum.variances[stacked]
    return np.asarray(np.sqrt(np.where(variances > 0, variances, spectrum.unit[stacked][:, None] ** 2).sum(axis=0)), dtype=np.float64)


def _points(axes: Axes, spectrum: Spectrum, data: Floats) -> None:
    """The data of the bins that have any, with Garwood's interval, Biometrika 28 (1936) 437."""
    middle, some = (spectrum.edges[1:] + spectrum.edges[:-1]) / 2, data > 0
    n = data[some]
    low, high = gammaincinv(n, (1 - SIGMA) / 2), gammaincinv(n + 1, (1 + SIGMA) / 2)
    axes.errorbar(middle[some], n, yerr=(n - low, high - n), fmt="o", color=INK, markersize=4.0, linewidth=1.2, label="data", zorder=6)


def _range(spectrum: Spectrum, stacked: list[int], lines: list[Floats], data: Floats | None, luminosity: float) -> tuple[float, float]:
    total = spectrum.values[stacked].sum(axis=0) * luminosity
    peaks = [float(line.max()) for line in lines if line.max() > 0]
    seen = [] if data is None else [0.5 * n for n in data[data > 0].tolist()]  # the lower end of one event's bar is not far below
    filled = [*total[total > 0], *(peak / 30 for peak in peaks), *seen]  # a signal's tails need not be seen, its peak must
    if not filled:
        return 0.1, 10.0
    top = max(*filled, *peaks, *(2 * one for one in seen))
    return max(0.4 * min(filled), top * 10.0**-DECADES), 3.0 * top


def _labels(axes: Axes, spectrum: Spectrum) -> None:
    symbol, unit = _text.observable(spectrum.observable)
    widths = np.diff(spectrum.edges)
    uniform = np.allclose(widths, widths[0], rtol=1e-9)  # a label's question: edges carry rounding
    bin_text = f"({widths[0]:.3g} {unit})" if uniform and unit else "bin"
    axes.set_xlabel(f"{symbol} [{unit}]" if unit else symbol, loc="right")
    several = spectrum.observable in _text.CANDIDATES  # all in an event are drawn
    axes.set_ylabel(f"{'Candidates' if several else 'Events'} / {bin_text}", loc="top")
