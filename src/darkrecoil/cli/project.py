"""The verb project: a search's limits at other luminosities."""

from typing import Annotated

import typer

from darkrecoil.cli import _options as opt
from darkrecoil.cli import _output
from darkrecoil.cli.limit import draw, label_of, show


def project(
    search: Annotated[str, typer.Argument(help="The search: see darkrecoil list searches.")],
    model: Annotated[
        str, typer.Argument(help="A name (darkrecoil list models), your .py file, a UFO directory; none: efficiency x cross-section.")
    ],
    masses: opt.Masses,
    luminosity: Annotated[str, typer.Option("--luminosity", help="One or more, for instance 20/fb,50/ab.")],
    method: opt.Method = None,
    level: opt.Level = None,
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
    plot: opt.Plot = None,
    output: opt.Output = None,
    seed: opt.Seed = 1,
    jobs: opt.Jobs = 0,
    json: opt.Json = False,
    quiet: opt.Quiet = False,
) -> None:
    """The expected limits of a search at other luminosities, from one simulation."""
    from darkrecoil import limits
    from darkrecoil.generate.radiation import Choice
    from darkrecoil.limits.study import BACKGROUND_ATTEMPTS

    opt.check_outputs(output, plot)
    curves = limits.project(
        search,
        model,
        masses,
        luminosity.split(","),
        method=method,
        level=level,
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
    if not _output.finish([limits.as_json(curve) for curve in curves], json, output):
        for curve in curves:
            show(curve)
    if plot is not None:
        labels = {f"{label_of(model, invisible)}, {text}": c for text, c in zip(luminosity.split(","), curves, strict=True)}
        draw(plot, model, labels, f"darkrecoil project {search} {model} --masses {masses} --luminosity {luminosity}")
