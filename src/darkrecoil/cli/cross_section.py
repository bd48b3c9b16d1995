"""The verb cross-section."""

from typing import Annotated

import typer

from darkrecoil.cli import _options as opt
from darkrecoil.cli import _output
from darkrecoil.constants import SQRT_S


def cross_section(
    process: Annotated[str, typer.Argument(help='For instance "e+ e- -> mu+ mu- Z\'".')],
    model: opt.ModelName = None,
    mass: opt.Mass = None,
    coupling: opt.Coupling = None,
    param: opt.Param = None,
    sqrt_s: opt.SqrtS = SQRT_S,
    alpha: opt.Alpha = "0",
    isr: opt.Isr = False,
    cut: opt.Cuts = None,
    detector: opt.Detector = None,
    set_: opt.Changes = None,
    spread: opt.Spread = True,
    precision: Annotated[float, typer.Option("--precision", help="Relative statistical error.")] = 0.002,
    seed: opt.Seed = 1,
    jobs: opt.Jobs = 0,
    output: opt.Output = None,
    json: opt.Json = False,
    quiet: opt.Quiet = False,
) -> None:
    """The cross-section of a process, in fb, with its error."""
    from darkrecoil.generate.api import beams_text
    from darkrecoil.generate.api import cross_section as compute
    from darkrecoil.generate.recipe import MISSING

    opt.refuse_isr(isr)
    watch = opt.watcher(quiet)
    order, found = compute(
        process,
        model,
        mass,
        coupling,
        sqrt_s,
        alpha,
        cut or (),
        precision,
        parameters=opt.parameters(param),
        detector=detector,
        changes=opt.changes(set_, spread),
        seed=seed,
        jobs=opt.jobs_of(jobs),
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
        "provenance": _output.provenance(seed, {"precision": precision, "beams": beams_text(order.sampler.beams)}, MISSING),
    }
    if not _output.finish(result, json, output):
        _output.lines(str(result["process"]), [(k, v) for k, v in result.items() if v not in (None, []) and k != "provenance"][1:])
