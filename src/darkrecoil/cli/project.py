"""The verb project: a search's limits at other luminosities."""

from typing import Annotated

import typer

from darkrecoil.cli import _output
from darkrecoil.cli._options import (
    Alpha,
    Attempts,
    Changes,
    Dataset,
    Detector,
    Invisible,
    Jobs,
    Json,
    Level,
    Masses,
    Method,
    Output,
    Param,
    Plot,
    Quiet,
    Scenario,
    Seed,
    Spread,
    Without,
    changes,
    jobs_of,
    parameters,
    watcher,
)
from darkrecoil.cli.limit import draw, show


def project(
    search: Annotated[str, typer.Argument(help="The search: see darkrecoil list searches.")],
    model: Annotated[str, typer.Argument(help="The model: see darkrecoil list models.")],
    masses: Masses,
    luminosity: Annotated[str, typer.Option("--luminosity", help="One or more, for instance 20/fb,50/ab.")],
    method: Method = None,
    level: Level = None,
    invisible: Invisible = "model",
    detector: Detector = None,
    set_: Changes = None,
    spread: Spread = True,
    dataset: Dataset = None,
    scenario: Scenario = "as-published",
    without: Without = None,
    param: Param = None,
    alpha: Alpha = "0",
    attempts: Attempts = None,
    plot: Plot = None,
    output: Output = None,
    seed: Seed = 1,
    jobs: Jobs = 0,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """The expected limits of a search at other luminosities, from one simulation."""
    from darkrecoil import limits
    from darkrecoil._run import check_writable
    from darkrecoil.limits.study import BACKGROUND_ATTEMPTS

    for path in filter(None, (plot, output)):
        check_writable(path)
    curves = limits.project(
        search,
        model,
        masses,
        luminosity.split(","),
        method=method,
        level=level,
        invisible=invisible,
        detector=detector,
        changes=changes(set_, spread),
        dataset=dataset,
        scenario=scenario,
        without=without or (),
        parameters=parameters(param),
        alpha=alpha,
        seed=seed,
        jobs=jobs_of(jobs),
        attempts=attempts or BACKGROUND_ATTEMPTS,
        watch=watcher(quiet),
    )
    if plot is not None:
        labels = {f"BF(invisible): {invisible}, {text}": c for text, c in zip(luminosity.split(","), curves, strict=True)}
        draw(plot, labels, f"darkrecoil project {search} {model} --masses {masses} --luminosity {luminosity}")
    if not _output.finish([limits.as_json(curve) for curve in curves], json, output):
        for curve in curves:
            show(curve)
