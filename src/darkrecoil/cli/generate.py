"""The verb generate: true events into a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from darkrecoil.cli import _options as opt
from darkrecoil.cli import _output
from darkrecoil.constants import SQRT_S

if TYPE_CHECKING:
    from darkrecoil.generate.api import Order


def generate(
    process: Annotated[str, typer.Argument(help='For instance "e+ e- -> mu+ mu- Z\'" or "e+ e- -> e+ e- gamma".')],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="The file; its suffix is the format: .lhe, .lhe.gz, .hepmc, .hepmc.gz, .parquet, .root.")
    ],
    number: Annotated[int, typer.Option("-n", help="Number of events.")] = 10_000,
    model: opt.ModelName = None,
    mass: opt.Mass = None,
    coupling: opt.Coupling = None,
    param: opt.Param = None,
    sqrt_s: opt.SqrtS = SQRT_S,
    alpha: opt.Alpha = "0",
    isr: opt.Isr = None,
    fsr: opt.Fsr = None,
    matching: opt.Matching = 0.1,
    cut: opt.Cuts = None,
    filter_: opt.Filters = None,
    toward: Annotated[
        list[str] | None,
        typer.Option(
            "--toward", help="With --weighted: more events, of less weight, where this --cut holds, or 'tau -> mu, pi'; repeatable."
        ),
    ] = None,
    decay: opt.Decay = None,
    detector: opt.Detector = None,
    set_: opt.Changes = None,
    spread: opt.Spread = True,
    weighted: Annotated[bool, typer.Option("--weighted", help="Weighted events: faster, of unequal weight.")] = False,
    spin_correlation: Annotated[
        bool,
        typer.Option(
            "--spin-correlation/--no-spin-correlation",
            help="Spins of taus and new particles: polarisation and correlation of their decays.",
        ),
    ] = True,
    seed: opt.Seed = 1,
    jobs: opt.Jobs = 0,
    no_store: opt.NoStore = False,
    json: opt.Json = False,
    quiet: opt.Quiet = False,
) -> None:
    """Generate events of a process into a file; with --detector in the frame of its beams.

    Processes as of cross-section: "e+ e- -> mu+ mu- gamma", "e+ e- -> gamma gamma gamma", "e+ e- -> e+ e- mu+ mu-", "e+ e- -> gamma A'", ..
    Formats by the suffix: LHE, HepMC3, Parquet, ROOT. Taus are decayed; new particles are with --decay, each where its flight ends, and
    the cross-section is then that of the decays asked for.

    cross_section_fb is before a --filter, filtered_cross_section_fb after it; the file holds the events after it, and that
    cross-section. A run that was killed goes on from the blocks of events that it has kept (darkrecoil cache info); same bits.
    """
    from darkrecoil import __version__
    from darkrecoil._run import check_writable
    from darkrecoil.generate.api import sample
    from darkrecoil.generate.recipe import UNCORRELATED
    from darkrecoil.generate.taus import makes_taus
    from darkrecoil.io import check_format, write_particles
    from darkrecoil.records import Provenance

    check_format(check_writable(output))
    given = opt.parameters(param, model)
    theory, notes = opt.theory(model, mass, coupling, given)
    order, made = sample(
        process,
        number,
        model,
        mass,
        coupling,
        sqrt_s,
        alpha,
        cut or (),
        filters=filter_ or (),
        toward=toward or (),
        decays=decay or (),
        weighted=weighted,
        parameters=given,
        detector=detector,
        changes=opt.changes(set_, spread),
        radiates=opt.radiates(process, isr, fsr, matching, detector),
        seed=seed,
        jobs=opt.jobs_of(jobs),
        store=not no_store,
        spin_correlation=spin_correlation,
        progress=opt.watcher(quiet)(process),
    )
    found = made.cross_section
    notes += order.notes
    cuts = "; ".join(opt.all_cuts(order, cut))
    settings = {
        **opt.ordered(order, theory, given, mass, coupling),
        "cuts": cuts,
        "filters": "; ".join(filter_ or ()),
        "weighted": weighted,
        "events": number,
        "spin_correlation": spin_correlation,
    }
    settings |= _decays(order, decay or [])
    missing = (*order.missing, *(() if spin_correlation or not makes_taus(order.recipe.pid) else (UNCORRELATED,)))
    after = made.filtered
    made_by = Provenance(__version__, seed, settings, missing)
    write_particles(output, made.particles, order.recipe.process.name, after.value, after.error, made_by)
    filtered = {
        "filters": list(filter_ or ()),
        "filter_efficiency": made.efficiency[0],
        "filter_error": made.efficiency[1],
        "filtered_cross_section_fb": after.value,
        "filtered_error_fb": after.error,
    }
    result = {
        "file": str(output),
        "events": len(made.particles),
        "cross_section_fb": found.value,
        "error_fb": found.error,
        **_rates(order, found.value),
        **(filtered if filter_ else {}),
        "n_eff": made.n_eff,
        "unweighting_efficiency": made.unweighting_efficiency,
        "overweight_fraction": made.overweight_fraction,
        "events_per_second": found.events_per_second,
        "notes": notes,
        "provenance": _output.provenance(seed, settings, missing),
    }
    if not _output.finish(result, json):
        _output.lines(order.recipe.process.name, [(k, v) for k, v in result.items() if k not in ("notes", "provenance")])
        opt.remarks(notes, quiet)


def _decays(order: "Order", texts: list[str]) -> dict[str, str | float]:
    """The decays asked for, for a provenance; nothing without them."""
    if order.decaying is None:
        return {}
    return {"decays": "; ".join(texts), "branching_fraction": order.branching_fraction}


def _rates(order: "Order", rate: float) -> dict[str, object]:
    """The cross-section before decays (fb), the share of those asked for, and c tau (cm) of what decays; nothing without decays."""
    if order.decaying is None:
        return {}
    before = rate / order.branching_fraction
    return {"production_cross_section_fb": before, "branching_fraction": order.branching_fraction, "ctau_cm": order.decaying.ctau}
