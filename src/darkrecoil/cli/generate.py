"""The verb generate: true events into a file."""

from pathlib import Path
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
    Json,
    Mass,
    ModelName,
    Param,
    Quiet,
    Seed,
    Spread,
    SqrtS,
    changes,
    parameters,
    refuse_isr,
    watcher,
)
from darkrecoil.constants import SQRT_S


def generate(
    process: Annotated[str, typer.Argument(help='For instance "e+ e- -> mu+ mu- Z\'".')],
    output: Annotated[Path, typer.Option("-o", "--output", help="The file; its suffix is the format: .lhe, .lhe.gz.")],
    number: Annotated[int, typer.Option("-n", help="Number of events.")] = 10_000,
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
    weighted: Annotated[bool, typer.Option("--weighted", help="Weighted events: faster, of unequal weight.")] = False,
    seed: Seed = 1,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Generate events of a process into a file; with --detector in the frame of its beams."""
    from darkrecoil import __version__
    from darkrecoil._run import check_writable
    from darkrecoil.generate.api import sample
    from darkrecoil.generate.recipe import MISSING
    from darkrecoil.io import check_format, write_particles
    from darkrecoil.records import Provenance

    refuse_isr(isr)
    check_format(check_writable(output))
    order, made = sample(
        process,
        number,
        model,
        mass,
        coupling,
        sqrt_s,
        alpha,
        cut or (),
        weighted=weighted,
        parameters=parameters(param),
        detector=detector,
        changes=changes(set_, spread),
        seed=seed,
        progress=watcher(quiet)(process),
    )
    found = made.cross_section
    settings = {
        "process": order.recipe.process.name,
        "model": model,
        "mass_gev": mass,
        "coupling": coupling,
        "sqrt_s_gev": order.sqrt_s,
        "alpha": order.recipe.alpha.name,
        "cuts": "; ".join([*order.recipe.cuts, *(cut or ())]),
        "weighted": weighted,
        "events": number,
    }
    provenance = Provenance(__version__, seed, settings, MISSING)
    write_particles(output, made.particles, order.recipe.process.name, found.value, found.error, provenance)
    result = {
        "file": str(output),
        "events": len(made.particles),
        "cross_section_fb": found.value,
        "error_fb": found.error,
        "unweighting_efficiency": made.unweighting_efficiency,
        "overweight_fraction": made.overweight_fraction,
        "events_per_second": found.events_per_second,
        "provenance": _output.provenance(seed, settings, MISSING),
    }
    if not _output.finish(result, json):
        _output.lines(order.recipe.process.name, [(k, v) for k, v in result.items() if k != "provenance"])
