"""The verb cross-section."""

from typing import Annotated

import typer

from darkrecoil.cli import _options as opt
from darkrecoil.cli import _output
from darkrecoil.constants import SQRT_S


def cross_section(
    process: Annotated[str, typer.Argument(help='For instance "e+ e- -> mu+ mu- Z\'" or "e+ e- -> e+ e- gamma".')],
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
    """The cross-section of a process, in fb, with its error.

    Any process from e+ e- at tree level, up to six particles, of electrons, muons, taus, photons, neutrinos ("nu": all flavours) and
    a model's own: "e+ e- -> mu+ mu- gamma", "e+ e- -> gamma gamma gamma", "e+ e- -> e+ e- mu+ mu-", "e+ e- -> gamma A'".
    See darkrecoil list processes. "e+ e- -> mu+ mu- (gamma)", "(gamma)" at the end: with radiation, and with one photon more of the
    matrix element where it is hard. With the extra pythia also "e+ e- -> hadrons", "e+ e- -> eta gamma", "e+ e- -> eta' gamma".
    """
    from darkrecoil.generate.api import cross_section as compute

    given = opt.parameters(param, model)
    found, notes = opt.theory(model, mass, coupling, given)
    order, made = compute(
        process,
        model,
        mass,
        coupling,
        sqrt_s,
        alpha,
        cut or (),
        precision,
        parameters=given,
        detector=detector,
        changes=opt.changes(set_, spread),
        radiates=opt.radiates(process, isr, fsr, matching, detector),
        seed=seed,
        jobs=opt.jobs_of(jobs),
        progress=opt.watcher(quiet)(process),
    )
    notes += order.notes
    facts = opt.ordered(order, found, given, mass, coupling)
    cuts = opt.all_cuts(order, cut)
    result = {
        **{key: facts[key] for key in ("process", "model", "mass_gev", "coupling", "sqrt_s_gev", "alpha")},
        "isr": order.radiates.initial,
        "fsr": order.radiates.final,
        "matching_gev": facts["matching_gev"],
        "cuts": cuts,
        "cross_section_fb": made.value,
        "error_fb": made.error,
        "attempts": made.attempts,
        "events_per_second": made.events_per_second,
        "notes": notes,
        "provenance": _output.provenance(seed, {**facts, "cuts": "; ".join(cuts), "precision": precision}, order.missing),
    }
    if not _output.finish(result, json, output):
        hidden = ("process", "notes", "provenance")
        _output.lines(str(result["process"]), [(k, v) for k, v in result.items() if v not in (None, []) and k not in hidden])
        opt.remarks(notes, quiet)
