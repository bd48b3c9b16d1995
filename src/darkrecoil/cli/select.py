"""The verb select: a search's selection on reconstructed events."""

from pathlib import Path
from typing import Annotated, Any

import typer

from darkrecoil.cli import _options as opt
from darkrecoil.cli import _output


def select(
    search: Annotated[str, typer.Argument(help="The search: see darkrecoil list searches.")],
    file: Annotated[Path, typer.Argument(help="Reconstructed events: of darkrecoil simulate, or with --map your own table.")],
    map_: Annotated[Path | None, typer.Option("--map", help="YAML: our objects -> branches of your .root, .parquet or .csv.")] = None,
    control: Annotated[str | None, typer.Option("--control", help="A control region of the search: see darkrecoil show SEARCH.")] = None,
    mass: opt.Mass = None,
    luminosity: Annotated[str | None, typer.Option("--luminosity", help="For instance 276/pb; scales the figure.")] = None,
    plot: opt.Plot = None,
    output: opt.Output = None,
    json: opt.Json = False,
) -> None:
    """Apply a search's selection to reconstructed events: cutflow, efficiency, spectrum, peak."""
    from darkrecoil import analyses, chain
    from darkrecoil._run import file_hash
    from darkrecoil.limits.api import as_luminosity
    from darkrecoil.selection import control as region

    analysis = analyses.find(search) if control is None else region(analyses.find(search), control)
    size = as_luminosity(luminosity or analysis.datasets[0].luminosity)
    opt.check_outputs(output, plot)
    mapped = {} if map_ is None else {"map": file_hash(map_)}
    some, _ = chain.select_file(analysis, file, map_)
    result, flow = _result(search, analysis, some, mass)
    settings = {"search": search, "mass_gev": mass, "file": file_hash(file), "control": control, **mapped}
    result["provenance"] = _output.provenance(None, settings, analysis.missing)
    if plot is not None:
        _draw(plot, file.name, flow, size, search)
    if not _output.finish(result, json, output):
        rows = [[r["name"], r["events"], r["cross_section_fb"], r["efficiency"], r["error"]] for r in result["cutflow"]]
        _output.table(search, ["row", "events", "fb", "efficiency", "error"], rows)
        _output.lines("peak of the observable", list(result["peak"].items()))
        for note in filter(None, (result["reason"], result["suppression"])):
            _output.lines(note, [])


def _result(search: str, analysis: Any, some: Any, mass: float | None) -> tuple[dict[str, Any], Any]:
    from darkrecoil.chain.stream import flow, nearest, spectrum
    from darkrecoil.limits.export import cutflow
    from darkrecoil.limits.windows import window
    from darkrecoil.statistics.peak import double_gaussian

    reason = _why_no_peak(analysis, some, mass)
    form = double_gaussian(*nearest(some, (mass or 0.0) ** 2)) if reason is None else None
    found = None if mass is None else window(analysis, mass, some)
    rows, seen = flow(analysis, some, found.bounds if found else None), spectrum(analysis, [some])
    last = rows.rows[-1]
    result = {
        "search": search, "events": last.events, "cutflow": cutflow(rows), "efficiency": last.efficiency,
        "spectrum": {"edges": seen.edges.tolist(), "values": seen.values[0].tolist(), "errors": (seen.variances[0] ** 0.5).tolist()},
        "peak": {"mean": form.mean if form else None, "width": form.width if form else None},
        "window": list(found.bounds) if found else None, "suppression": _suppression(analysis), "reason": reason,
    }  # fmt: skip
    return result, rows


def _why_no_peak(analysis: Any, some: Any, mass: float | None) -> str | None:
    """Why the observable has no peak to be fitted, or None; BadValue for a mass that cannot be."""
    from math import isfinite

    from darkrecoil._errors import BadValue
    from darkrecoil.limits.windows import FEWEST

    if mass is not None and not (isfinite(mass) and mass >= 0):
        raise BadValue("a mass is a number of at least zero", f"{mass:g} GeV")
    if len(some.values) < FEWEST:
        return f"{len(some.values)} events pass the selection, fewer than {FEWEST}: no peak, no window"
    if analysis.share:
        return f"the signal has no peak: the window, with --mass, is {windowed(analysis)}"
    if some.values.ndim > 1 and mass is None:
        return "several candidates in an event: --mass says which of them is meant, for a peak and a window"
    return None


def windowed(analysis: Any) -> str:
    """What the window of a search is, in words."""
    if analysis.share:
        return f"the shortest interval of the observable that holds {analysis.share:.0%} of the signal"
    return f"+- {analysis.window:g} widths of the peak"


def _suppression(analysis: Any) -> str | None:
    """That the search's suppression is not asked here, None where there is none."""
    if analysis.suppression is None:
        return None
    return f"{analysis.suppression.name} is not applied here: its cuts are found on training events, by limit and project"


def _draw(path: Path, label: str, flow: Any, luminosity: float, search: str) -> None:
    from darkrecoil import plots
    from darkrecoil._run import atomic

    figure = plots.cutflow({label: flow}, luminosity, title=search, command=f"darkrecoil select {search} {label}")
    with atomic(path) as temporary:
        plots.save(figure, temporary)
