"""The verb cross-section."""

from typing import Annotated

import typer

from darkrecoil.cli import _output
from darkrecoil.cli._options import (
    Alpha,
    Changes,
    Coupling,
    Cuts,
    Detector,
    Isr,
    Jobs,
    Json,
    Mass,
    ModelName,
    Output,
    Param,
    Quiet,
    Seed,
    Spread,
    SqrtS,
    changes,
    jobs_of,
    parameters,
    refuse_isr,
    watcher,
)
from darkrecoil.constants import SQRT_S


def cross_section(
    process: Annotated[str, typer.Argument(help='For instance "e+ e- -> mu+ mu- Z\'".')],
    model: ModelName = None,
    mass: Mass = None,
    coupling: Coupling = None,
    param: Param = None,
    sqrt_s: SqrtS = SQRT_S,
    alpha: Alpha = "0",
    isr: Isr = False,
    cut: Cuts = None,
    detector: Detector = None,
    set_: Changes = None,
    spread: Spread = True,
    precision: Annotated[float, typer.Option("--precision", help="Relative statistical error.")] = 0.002,
    seed: Seed = 1,
    jobs: Jobs = 0,
    output: Output = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """The cross-section of a process, in fb, with its error."""
    from darkrecoil.generate.api import cross_section as compute
    from darkrecoil.generate.recipe import MISSING

    refuse_isr(isr)
    watch = watcher(quiet)
    order, found = compute(
        process,
        model,
        mass,
        coupling,
        sqrt_s,
        alpha,
        cut or (),
        precision,
        parameters=parameters(param),
        detector=detector,
        changes=changes(set_, spread),
        seed=seed,
        jobs=jobs_of(jobs),
        progress=watch(process),
    )
    result = {
        "process": order.recipe.process.name,
        "model": model,
        "mass_gev": mass,
        "coupling": coupling,
        "sqrt_s_gev": order.sqrt_s,
        "alpha": order.recipe.alpha.name,
        "isr": False,
        "cuts": [*order.recipe.cuts, *(cut or ())],
        "cross_section_fb": found.value,
        "error_fb": found.error,
        "attempts": found.attempts,
        "events_per_second": found.events_per_second,
        "provenance": _output.provenance(seed, {"precision": precision, "detector": detector}, MISSING),
    }
    if not _output.finish(result, json, output):
        _output.lines(str(result["process"]), [(k, v) for k, v in result.items() if v not in (None, []) and k != "provenance"][1:])
