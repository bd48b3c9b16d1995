"""The verb simulate: true events of any generator through the detector."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from darkrecoil.cli import _options as opt
from darkrecoil.cli import _output

if TYPE_CHECKING:
    from darkrecoil.detector.rates import LineRate


def simulate(
    file: Annotated[Path, typer.Argument(help="Events of a generator: .lhe, .lhe.gz, .hepmc, .hepmc.gz, or .parquet of `generate`.")],
    detector: Annotated[str, typer.Option("--detector", help="Card of the detector: a name or a TOML file.")] = "belle2",
    preset: Annotated[str | None, typer.Option("--preset", help="Preset of the card, for instance 2018.")] = None,
    set_: opt.Changes = None,
    particle: Annotated[
        list[str] | None,
        typer.Option("--particle", help="What a particle of another code leaves: 9000001=invisible, =photon, =charged, =mu-; repeatable."),
    ] = None,
    truth: Annotated[
        Path | None, typer.Option("--truth", help="Write what each true particle became (.parquet, .root): input of calibrate.")
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", help="Luminosity of the trigger rates, for instance 6e35/cm2/s; without it, the card's.")
    ] = None,
    output: opt.Output = None,
    seed: opt.Seed = 1,
    jobs: opt.Jobs = 0,
    json: opt.Json = False,
    quiet: opt.Quiet = False,
) -> None:
    """Simulate a detector's response to generated events; -o names the Parquet file (default: beside you, by the input's name)."""
    from darkrecoil._errors import unknown
    from darkrecoil._run import check_writable
    from darkrecoil.chain import simulate_file
    from darkrecoil.detector.codes import parsed
    from darkrecoil.detector.rates import instantaneous, rates
    from darkrecoil.io import events as event_file
    from darkrecoil.io import flat_table

    if output is not None and output.suffix != ".parquet":
        raise unknown("format of reconstructed events", output.suffix or output.name, [".parquet"])
    given = instantaneous(at) if at is not None else None
    target = check_writable(output or Path(f"{file.name.split('.')[0]}.{Path(detector).stem}.parquet"))
    codes = dict(parsed(text) for text in particle or [])
    if truth is not None:
        flat_table.check(truth)
    made = simulate_file(file, detector, preset, seed, opt.jobs_of(jobs), opt.changes(set_), opt.watcher(quiet)("compiling"), codes, truth)
    event_file.write(target, made.events, made.provenance, made.assumptions)
    luminosity = given or made.card.machine.luminosity.value
    kept = rates(made.events, luminosity)
    result = {
        "file": str(target),
        "events": len(made.events),
        "detector": made.card.name,
        "tracks_per_event": float(made.events.objects["track"].present.sum() / len(made.events)),
        "clusters_per_event": float(made.events.objects["cluster"].present.sum() / len(made.events)),
        "trigger_efficiency": {line: found.efficiency for line, found in kept.items()},
        "luminosity_cm2_s": luminosity,
        "trigger_rate_hz": {line: found.rate for line, found in kept.items()},
        "trigger_rate_error_hz": {line: found.rate_error for line, found in kept.items()},
        "prescales": {line: entry.value for line, entry in made.card.prescales.items()},
        "assumptions": list(made.assumptions),
        "provenance": _output.provenance(seed, dict(made.provenance.settings), made.provenance.missing),
    }
    if not _output.finish(result, json):
        rows = [(k, v) for k, v in result.items() if not isinstance(v, dict | list)]
        _output.lines("simulated", rows)
        table = [
            [line, _percent(found), str(made.card.prescales[line].value) if line in made.card.prescales else "1", _hertz(found)]
            for line, found in kept.items()
        ]
        _output.table(f"trigger lines at {luminosity:.3g}/cm2/s", ["line", "efficiency", "prescale", "rate"], table)
        _output.lines("assumptions", [("", text) for text in made.assumptions])


def _percent(found: "LineRate") -> str:
    return f"{100 * found.efficiency:.4g} +- {100 * found.efficiency_error:.2g} %"


def _hertz(found: "LineRate") -> str:
    return f"{found.rate:.4g} +- {found.rate_error:.2g} Hz"
