"""A scan's local significances, and what the largest of them is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from darkrecoil._errors import BadValue
from darkrecoil.plots import _text
from darkrecoil.plots._style import COLOURS, INK, MUTED, SIGNAL, frame, new_figure, style
from darkrecoil.records import LookElsewhere

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def look_elsewhere(found: LookElsewhere, title: str = "", label: str = "position", *, command: str = "") -> Figure:
    """Left: local significance by position, the leading one marked. Right: P(largest Z >= z) of background by toys and, in the tail, what
    ``found`` says of the observation, beside a single hypothesis and independent ones. BadValue where all fits failed."""
    if np.isnan(found.z).all():
        raise BadValue("a scan needs a significance", len(found.z), hint="all of its fits failed")
    with style():
        figure = new_figure(11.5, 4.6)
        left, right = figure.subplots(1, 2, width_ratios=(1.5, 1))
        _local(left, found, label)
        _tail(right, found)
        facts = [f"{found.hypotheses} hypotheses", f"{found.toys} toys"]
        frame(figure, title or "Local and global significance", facts, [_sentence(found), *found.assumptions], None, command)
    return figure


def _sentence(found: LookElsewhere) -> str:
    where, worth = f"{found.local_z:.2f} sigma at {found.positions[found.leading]:.5g}", f"{found.global_p:.3g} by {found.method}"
    others = f"upcrossings {found.p_crossings:.3g}; independent trials {found.p_independent:.3g}"
    return f"Local p = {found.local_p:.3g} ({where}); global p = {worth}; {others}."


def _local(axes: Axes, found: LookElsewhere, label: str) -> None:
    z = np.where(np.isfinite(found.z), found.z, np.nan)
    axes.axhline(0, color=MUTED, linewidth=0.8)
    axes.plot(found.positions, z, color=COLOURS[4], linewidth=1.2)
    if np.isfinite(found.local_z):
        axes.plot(found.positions[found.leading], found.local_z, marker="o", color=SIGNAL, linestyle="none", markersize=7)
    axes.set_xlabel(_text.literal(label), loc="right")
    axes.set_ylabel(r"Local significance [$\sigma$]", loc="top")


def _tail(axes: Axes, found: LookElsewhere) -> None:
    from matplotlib.ticker import LogLocator, NullFormatter

    z = found.levels
    seen = found.tail * found.toys >= 1
    error = np.sqrt(found.tail * (1 - found.tail) / found.toys)
    axes.errorbar(z[seen], found.tail[seen], error[seen], fmt="o", color=INK, markersize=4, label="toys")
    single = np.array([_upper(x) for x in z])
    crossing = -np.expm1(-(single + found.crossings * np.exp((found.level**2 - z**2) / 2)))
    axes.plot(z[z >= found.level], crossing[z >= found.level], color=COLOURS[4], label="upcrossings")
    axes.plot(z, -np.expm1(found.hypotheses * np.log1p(-single)), color=COLOURS[1], linestyle="--", label="independent trials")
    axes.plot(z, single, color=MUTED, linestyle=":", label="one hypothesis")
    if np.isfinite(found.local_z):
        axes.plot(
            found.local_z, found.global_p, marker="*", color=SIGNAL, markersize=14, linestyle="none", label=f"observed, by {found.method}"
        )
    low = min(1e-4, 0.3 * found.global_p if found.global_p > 0 else 1e-4)
    axes.set(yscale="log", xlim=(0.5, max(5.0, min(found.local_z, 40.0) + 0.5)), ylim=(low, 2.0))
    axes.yaxis.set_major_locator(LogLocator(numticks=10))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel(r"Largest local significance [$\sigma$]", loc="right")
    axes.set_ylabel("P(at least as large) of background", loc="top")
    axes.legend(loc="upper right", fontsize=9.5)


def _upper(z: float) -> float:
    from math import erfc, sqrt

    return 0.5 * erfc(z / sqrt(2))
