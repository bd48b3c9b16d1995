"""The verb limit: a search's limit on a model's coupling against mass."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from darkrecoil.cli import _options as opt
from darkrecoil.cli import _output
from darkrecoil.cli._command import typed
from darkrecoil.cli._spectrum import draw_spectrum


def limit(
    context: typer.Context,
    search: Annotated[str, typer.Argument(help="The search: see darkrecoil list searches.")],
    model: Annotated[
        str, typer.Argument(help="A name (darkrecoil list models), your .py file, a UFO directory; none: efficiency x cross-section.")
    ],
    masses: opt.Masses,
    luminosity: Annotated[str | None, typer.Option("--luminosity", help="For instance 276/pb; the data set's own if left out.")] = None,
    method: opt.Method = None,
    level: opt.Level = None,
    data: Annotated[Path | None, typer.Option("--data", help="Reconstructed events to count, written by darkrecoil simulate.")] = None,
    invisible: opt.Invisible = "model",
    detector: opt.Detector = None,
    set_: opt.Changes = None,
    spread: opt.Spread = True,
    dataset: opt.Dataset = None,
    scenario: opt.Scenario = "as-published",
    without: opt.Without = None,
    param: opt.Param = None,
    scan: opt.Scan = None,
    alpha: opt.Alpha = "0",
    isr: opt.Radiates = True,
    fsr: opt.FinalRadiates = True,
    matching: opt.Matching = 0.1,
    suppression: opt.Suppression = "cuts",
    attempts: opt.Attempts = None,
    effective_luminosity: opt.Effective = None,
    n_eff: opt.LeastNEff = None,
    no_store: opt.NoStore = False,
    workspace: opt.Workspace = None,
    plot: opt.Plot = None,
    spectrum: Annotated[Path | None, typer.Option("--spectrum", help="Draw backgrounds, up to three signals, data into it.")] = None,
    overlay: opt.Overlay = None,
    folder: opt.Folder = None,
    output: opt.Output = None,
    seed: opt.Seed = 1,
    jobs: opt.Jobs = 0,
    json: opt.Json = False,
    quiet: opt.Quiet = False,
) -> None:
    """The limit of a search against mass, expected, and observed with --data: on a model's coupling, or on efficiency x cross-section."""
    from darkrecoil import limits
    from darkrecoil.generate.radiation import Choice
    from darkrecoil.limits.study import BACKGROUND_ATTEMPTS

    opt.check_outputs(output, plot)
    opt.check_outputs(None, spectrum)
    known = overlaid(model, overlay, folder, plot)
    if workspace is not None:
        opt.check_outputs(workspace, None)
    curve = limits.limit(
        search,
        model,
        masses,
        luminosity,
        method=method,
        level=level,
        data=data,
        invisible=invisible,
        detector=detector,
        changes=opt.changes(set_, spread),
        dataset=dataset,
        scenario=scenario,
        without=without or (),
        parameters=opt.parameters(param, model),
        scan=scan,
        alpha=alpha,
        radiates=Choice(isr, fsr, matching),
        suppression=suppression,
        seed=seed,
        jobs=opt.jobs_of(jobs),
        attempts=attempts or BACKGROUND_ATTEMPTS,
        effective_luminosity=effective_luminosity,
        n_eff=n_eff,
        store=not no_store,
        watch=opt.watcher(quiet),
    )
    if not _output.finish(limits.as_json(curve), json, output):
        show(curve)
    if workspace is not None:
        write_workspaces(curve, workspace, quiet)
    if spectrum is not None:
        draw_spectrum(spectrum, curve, model, typed(context))
    if plot is not None:
        draw(plot, model, {label_of(model, invisible): curve}, typed(context), known)


def label_of(model: str, invisible: str) -> str:
    """What a curve is called in a figure."""
    return "without a model" if model == "none" else f"BF(invisible): {invisible}"


def overlaid(model: str, overlay: list[str] | None, folder: list[str] | None, plot: Path | None) -> list[Any]:
    """The constraints to draw, before any work; UnknownName for an overlay without a figure."""
    from darkrecoil import constraints, models
    from darkrecoil._errors import UnknownName
    from darkrecoil.cli.plane import chosen

    if not overlay:
        return []
    if model == "none":
        raise UnknownName("--overlay goes with a model's coupling", overlay[0], hint="name a model instead of none")
    if plot is None:
        raise UnknownName("--overlay goes with a figure", overlay[0], hint="add --plot limit.png")
    found, left = chosen(models.find(model), overlay, folder or [])
    opt.remarks([f"not drawn: {name}: {why}" for name, why in left.items()], False)
    return [constraints.complete(one) for one in found if (one.x, one.y) == ("mass", "coupling")]


def show(curve: Any) -> None:
    """The curve as a table on stdout."""
    from darkrecoil.limits.luminosity import shown

    columns, numbers = independent_columns(curve) if curve.model == "none" else columns_of(curve)
    rows = [[p.mass, p.resolution, p.background, p.observed, *some, p.reason or ""] for p, some in zip(curve.points, numbers, strict=True)]
    columns = ["mass", "width", "background", "seen", *columns, "why not"]
    units = "mass in GeV, width in GeV^2"
    fraction = "" if curve.model == "none" else f" BF(invisible): {curve.invisible},"
    about = f"{curve.level:.0%} {curve.method}, {shown(curve.luminosity)},{fraction} scenario {curve.scenario}"
    caption = f"{units}; {about}"
    used = slice(None) if any(row[-1] for row in rows) else slice(0, -1)  # no reasons, no column of them
    _output.table(f"{curve.search}, {curve.model}", columns[used], [row[used] for row in rows], caption)
    for line in curve.assumptions:
        if line.startswith("warning"):
            sys.stderr.write(f"{line}\n")


def columns_of(curve: Any) -> tuple[list[str], list[list[float | None]]]:
    """Efficiency, median limits and the observed one on the number that is scanned: names and values."""
    name = "g" if curve.scan == "coupling" else curve.scan
    rows = [[p.efficiency, median(p.expected_cross_section), median(p.expected_coupling), p.coupling_limit] for p in curve.points]
    return ["efficiency", "exp. [fb]", f"exp. {name}", f"obs. {name}"], rows


def independent_columns(curve: Any) -> tuple[list[str], list[list[float | None]]]:
    """The median and the observed limit on efficiency x cross-section: names and values."""
    found = [[median(p.expected_efficiency_times_cross_section), p.efficiency_times_cross_section_limit] for p in curve.points]
    return ["exp. eff x sigma [fb]", "obs. eff x sigma [fb]"], found


def median(quantiles: Sequence[float | None] | None) -> float | None:
    """The middle one of five, None without."""
    return quantiles[2] if quantiles else None


def write_workspaces(curve: Any, path: Path, quiet: bool) -> None:
    """HistFactory JSON of each mass: into that file, or with several masses beside it, the mass in the name."""
    import json

    from darkrecoil._errors import BadValue
    from darkrecoil._run import atomic

    points = [p for p in curve.points if p.workspace is not None]
    if not points:
        raise BadValue("no mass has a limit to write", path, hint="choose masses inside the search's range")
    for p in points:
        target = path if len(points) == 1 else path.with_name(f"{path.stem}_{p.mass:g}GeV{path.suffix}")
        with atomic(target) as temporary:
            temporary.write_text(json.dumps(p.workspace, indent=1) + "\n")
        if not quiet:
            sys.stderr.write(f"wrote {target}\n")


def draw(path: Path, model: str, curves: dict[str, Any], command: str, known: Sequence[Any] = ()) -> None:
    """The exclusion figure of curves by label, of the model of that name or path; with constraints, and a caption file of them."""
    from darkrecoil import models, plots
    from darkrecoil._run import atomic
    from darkrecoil.cli.plane import write

    figure = plots.exclusion(curves, None if model == "none" else models.find(model), command=command, constraints=known)
    if known:
        write(path, figure, list(known))
        return
    with atomic(path) as temporary:
        plots.save(figure, temporary)
