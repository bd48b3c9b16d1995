"""The verb limit: a search's limit on a model's coupling against mass."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from darkrecoil.cli import _options as opt
from darkrecoil.cli import _output


def limit(
    search: Annotated[str, typer.Argument(help="The search: see darkrecoil list searches.")],
    model: Annotated[str, typer.Argument(help="The model: a name (darkrecoil list models), your .py file, a UFO directory.")],
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
    alpha: opt.Alpha = "0",
    isr: opt.Radiates = True,
    fsr: opt.FinalRadiates = True,
    matching: opt.Matching = 0.1,
    attempts: opt.Attempts = None,
    effective_luminosity: opt.Effective = None,
    n_eff: opt.LeastNEff = None,
    no_store: opt.NoStore = False,
    plot: opt.Plot = None,
    output: opt.Output = None,
    seed: opt.Seed = 1,
    jobs: opt.Jobs = 0,
    json: opt.Json = False,
    quiet: opt.Quiet = False,
) -> None:
    """The limit of a search on a model's coupling against mass: expected, and observed with --data."""
    from darkrecoil import limits
    from darkrecoil.generate.radiation import Choice
    from darkrecoil.limits.study import BACKGROUND_ATTEMPTS

    opt.check_outputs(output, plot)
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
        alpha=alpha,
        radiates=Choice(isr, fsr, matching),
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
    if plot is not None:
        draw(plot, model, {f"BF(invisible): {invisible}": curve}, f"darkrecoil limit {search} {model} --masses {masses}")


def show(curve: Any) -> None:
    """The curve as a table on stdout."""
    from darkrecoil.limits.luminosity import shown

    rows = [
        [
            p.mass,
            p.efficiency,
            p.resolution,
            p.background,
            p.observed,
            p.expected_cross_section[2] if p.expected_cross_section else None,
            p.expected_coupling[2] if p.expected_coupling else None,
            p.coupling_limit,
            p.reason or "",
        ]
        for p in curve.points
    ]
    columns = ["mass", "efficiency", "width", "background", "seen", "exp. [fb]", "exp. g", "obs. g", "why not"]
    units = "mass in GeV, width in GeV^2"
    about = f"{curve.level:.0%} {curve.method}, {shown(curve.luminosity)}, BF(invisible): {curve.invisible}, scenario {curve.scenario}"
    caption = f"{units}; {about}"
    used = slice(None) if any(row[-1] for row in rows) else slice(0, -1)  # no reasons, no column of them
    _output.table(f"{curve.search}, {curve.model}", columns[used], [row[used] for row in rows], caption)
    for line in curve.assumptions:
        if line.startswith("warning"):
            sys.stderr.write(f"{line}\n")


def draw(path: Path, model: str, curves: dict[str, Any], command: str) -> None:
    """The exclusion figure of curves by label, of the model of that name or path."""
    from darkrecoil import models, plots
    from darkrecoil._run import atomic

    figure = plots.exclusion(curves, models.find(model), command=command)
    with atomic(path) as temporary:
        plots.save(figure, temporary)
