"""Limits on a coupling against mass: expected with its bands, observed, and under another hypothesis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from darkrecoil._errors import BadValue
from darkrecoil.plots import _text, regions
from darkrecoil.plots._labels import Labelled
from darkrecoil.plots._style import BESIDE, COLOURS, INK, MUTED, SIGNAL, frame, new_figure, style
from darkrecoil.records import Constraint, Curve, Floats, Limit, Model, Parameter, Provenance

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BANDS = ((0, 4, "#D6ECF8", r"expected $\pm 2\sigma$"), (1, 3, "#86C5E8", r"expected $\pm 1\sigma$"))
OTHERS = (SIGNAL, COLOURS[2], COLOURS[3])
DASHES = ((0, (5, 2)), (0, (4, 1.5, 1, 1.5)), (0, (1, 1.2)))


def exclusion(
    curves: Mapping[str, Curve],
    model: Model | None,
    title: str = "",
    *,
    provenance: Provenance | None = None,
    command: str = "",
    constraints: Sequence[Constraint] = (),
) -> Figure:
    """Upper limits on the model's coupling against mass (GeV) by label: the first curve with its bands, the others as lines.

    Expected medians are dashed, observed limits solid. A mass without a limit is a gap, a cross on the axis, and a
    note with its reason. Level, method and luminosity are the first curve's, and so is the provenance unless given;
    a curve made with others says so in the legend. ``constraints`` on the same coupling are drawn behind, labelled in place.
    Without a ``model`` it is efficiency x cross-section (fb) that is drawn. BadValue without a curve or a mass.
    """
    if not curves or not all(curve.points for curve in curves.values()):
        raise BadValue("an exclusion needs a curve with masses", ", ".join(curves) or "no curve", hint="scan some masses first")
    if model is None:
        curves = {label: _independent(curve) for label, curve in curves.items()}
    first = next(iter(curves.values()))
    facts = [_text.luminosity(first.luminosity), _text.level(first.level, first.method)]
    with style():
        figure = new_figure(10.0, 4.9)
        axes = figure.add_subplot()
        _bands(axes, first)
        for index, (label, curve) in enumerate(curves.items()):
            _lines(axes, _full_label(label, curve, first), curve, index)
        _axes(axes, curves, *_parameters(model, first))
        own = list(axes.lines)
        items = _behind(axes, constraints)
        axes.legend(handlelength=2.4, **BESIDE)
        frame(
            figure,
            title or (first.search if model is None else model.title),
            facts,
            _notes(curves),
            provenance or first.provenance,
            command,
        )
        regions.label(axes, items, own)
    return figure


def _behind(axes: Axes, constraints: Sequence[Constraint]) -> list[Labelled]:
    """The constraints that reach into the range of masses, drawn, with the couplings of the axis widened to hold their edges."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    seen = [c for c in constraints if any(left <= x <= right for band in c.bands for x in band.x)]
    edges = [y for c in seen for b in c.bands for x, y in zip(b.x, b.low, strict=True) if left <= x <= right]
    bottom, top = min([bottom, *(y / 2 for y in edges)]), max([top, *(2 * y for y in edges)])
    items = regions.draw(axes, seen, 10 * top, first=1, behind=True)  # the first colour is near that of the bands
    axes.set(xlim=(left, right), ylim=(bottom, top))
    return items


def _independent(curve: Curve) -> Curve:
    """The curve with efficiency x cross-section in the place of the coupling."""
    points = (
        replace(p, coupling_limit=p.efficiency_times_cross_section_limit, expected_coupling=p.expected_efficiency_times_cross_section)
        for p in curve.points
    )
    return replace(curve, points=tuple(points))


def _parameters(model: Model | None, curve: Curve) -> tuple[Parameter, Parameter]:
    """What the axes show: the mass, and the number that the curve is a limit on."""
    if model is None:
        return Parameter("mass", r"M_{\mathrm{recoil}}", "GeV", 0.0, 1.0), Parameter("", r"\varepsilon \times \sigma", "fb", 0.0, 1.0)
    return model.mass, next((p for p in model.parameters if p.name == curve.scan), model.coupling)


def _full_label(label: str, curve: Curve, first: Curve) -> str:
    differs = [_text.luminosity(curve.luminosity)] if curve.luminosity != first.luminosity else []
    if (curve.level, curve.method) != (first.level, first.method):
        differs.append(_text.level(curve.level, curve.method))
    return "\n".join((_text.literal(label), *differs))


def _column(points: Sequence[Limit], quantile: int | None) -> Floats:
    """The coupling of each point, NaN where there is none: a quantile of the expected ones, or the observed one."""
    found = [p.coupling_limit if quantile is None else p.expected_coupling[quantile] if p.expected_coupling else None for p in points]
    return np.array([np.nan if value is None or not np.isfinite(value) else value for value in found])


def _sorted(curve: Curve) -> tuple[Floats, list[Limit]]:
    points = sorted(curve.points, key=lambda point: point.mass)
    return np.array([point.mass for point in points]), points


def _bands(axes: Axes, curve: Curve) -> None:
    masses, points = _sorted(curve)
    for low, high, face, label in BANDS:
        lower, upper = _column(points, low), _column(points, high)
        if np.isfinite(lower + upper).any():
            axes.fill_between(masses, lower, upper, color=face, linewidth=0, label=label)
            alone = _alone(lower + upper)
            axes.vlines(masses[alone], lower[alone], upper[alone], color=face, linewidth=8)


def _alone(values: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Where a value has no neighbour, so that no line or area would show it."""
    here = np.isfinite(values)
    padded = np.pad(here, 1)
    return np.asarray(here & ~padded[:-2] & ~padded[2:])


def _lines(axes: Axes, label: str, curve: Curve, index: int) -> None:
    masses, points = _sorted(curve)
    ink = INK if index == 0 else OTHERS[(index - 1) % len(OTHERS)]
    median, observed = _column(points, 2), _column(points, None)
    for values, dash, kind in ((median, DASHES[index % len(DASHES)], "expected"), (observed, "-", "observed")):
        if np.isfinite(values).any():
            axes.plot(masses, values, color=ink, linestyle=dash, label=f"{label}\n{kind}")
            look: dict[str, Any] = {"marker": "o", "markersize": 7, "markerfacecolor": "white" if kind == "expected" else ink}
            axes.plot(masses[_alone(values)], values[_alone(values)], color=ink, linestyle="none", **look)


def _without(curve: Curve) -> list[Limit]:
    return [p for p in _sorted(curve)[1] if not np.isfinite(_column([p], 2)[0]) and not np.isfinite(_column([p], None)[0])]


def _axes(axes: Axes, curves: Mapping[str, Curve], mass: Parameter, coupling: Parameter) -> None:
    from matplotlib.ticker import LogLocator, NullFormatter

    masses = [point.mass for curve in curves.values() for point in curve.points]
    pad = 0.02 * (max(masses) - min(masses)) or 0.05 * max(masses) or 0.1  # one mass, and it may be 0
    missing = sorted({point.mass for curve in curves.values() for point in _without(curve)})
    if missing:
        look: dict[str, Any] = {"marker": "x", "color": MUTED, "linestyle": "none", "markersize": 7, "markeredgewidth": 1.8}
        axes.plot(missing, [0.03] * len(missing), transform=axes.get_xaxis_transform(), label="no limit (see below)", **look)
    axes.set(yscale="log", xlim=(min(masses) - pad, max(masses) + pad), ylim=_range(curves))
    axes.set_xlabel(axis_label(mass), loc="right")
    axes.set_ylabel("Upper limit on " + axis_label(coupling), loc="top")
    axes.yaxis.set_major_locator(LogLocator(numticks=10))
    axes.yaxis.set_minor_formatter(NullFormatter())


def _range(curves: Mapping[str, Curve]) -> tuple[float, float]:
    """Limits of the axis around all that is drawn, at least a decade and a half apart, so that two powers of ten are labelled."""
    columns = [_column(curve.points, q) for i, curve in enumerate(curves.values()) for q in ((0, 2, 4, None) if i == 0 else (2, None))]
    values = np.concatenate(columns)
    values = values[np.isfinite(values) & (values > 0)]
    if not len(values):
        return 1e-4, 1.0
    low, high = float(values.min()) / 2, float(values.max()) * 2
    widen = max(1.0, np.sqrt(10**1.5 * low / high))
    return low / widen, high * widen


def axis_label(parameter: Parameter) -> str:
    """A parameter's symbol in TeX with its unit."""
    unit = {"": "", "GeV": r" [GeV$/c^2$]", "1/GeV": r" [GeV$^{-1}$]"}.get(parameter.unit, f" [{parameter.unit}]")
    return f"${parameter.tex.strip('$')}${unit}"


def _notes(curves: Mapping[str, Curve]) -> list[str]:
    """Which masses have no limit and why: a sentence per reason, naming the curves only where they differ."""
    found: dict[tuple[str, tuple[float, ...]], list[str]] = {}
    for label, curve in curves.items():
        reasons: dict[str, list[float]] = {}
        for point in _without(curve):
            reasons.setdefault((point.reason or "no reason is recorded").rstrip("."), []).append(point.mass)
        for why, masses in reasons.items():
            found.setdefault((why, tuple(masses)), []).append(label)
    whose = {key: "" if len(labels) == len(curves) else f" for {' and '.join(labels)}" for key, labels in found.items()}
    return [f"No limit{whose[why, masses]} at {_listed(masses)} GeV: {why}." for why, masses in found]


def _listed(masses: tuple[float, ...]) -> str:
    """The masses, or the first, the last and their number if they are many."""
    shown = [f"{mass:.4g}" for mass in masses]
    return ", ".join(shown) if len(shown) <= 6 else f"{len(shown)} masses from {shown[0]} to {shown[-1]}"
