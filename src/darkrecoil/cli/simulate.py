"""The verb simulate: true events of any generator through the detector."""

from pathlib import Path
from typing import Annotated

import typer

from darkrecoil.cli import _options as opt
from darkrecoil.cli import _output


def simulate(
    file: Annotated[Path, typer.Argument(help="Events of a generator: .lhe, .lhe.gz, .hepmc, .hepmc.gz, or .parquet of `generate`.")],
    detector: Annotated[str, typer.Option("--detector", help="Card of the detector: a name or a TOML file.")] = "belle2",
    preset: Annotated[str | None, typer.Option("--preset", help="Preset of the card, for instance 2018.")] = None,
    set_: opt.Changes = None,
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
    from darkrecoil.io import events as event_file

    if output is not None and output.suffix != ".parquet":
        raise unknown("format of reconstructed events", output.suffix or output.name, [".parquet"])
    target = check_writable(output or Path(f"{file.name.split('.')[0]}.{Path(detector).stem}.parquet"))
    made = simulate_file(file, detector, preset, seed, opt.jobs_of(jobs), opt.changes(set_), opt.watcher(quiet)("compiling"))
    event_file.write(target, made.events, made.provenance, made.assumptions)
    total = made.events.weight.sum()
    result = {
        "file": str(target),
        "events": len(made.events),
        "detector": made.card.name,
        "tracks_per_event": float(made.events.objects["track"].present.sum() / len(made.events)),
        "clusters_per_event": float(made.events.objects["cluster"].present.sum() / len(made.events)),
        "trigger_efficiency": {line: float(made.events.weight[bit].sum() / total) for line, bit in made.events.trigger.items()},
        "assumptions": list(made.assumptions),
        "provenance": _output.provenance(seed, dict(made.provenance.settings), made.provenance.missing),
    }
    if not _output.finish(result, json):
        rows = [(k, v) for k, v in result.items() if k not in ("trigger_efficiency", "assumptions", "provenance")]
        _output.lines("simulated", [*rows, *((f"trigger {k}", v) for k, v in result["trigger_efficiency"].items())])  # type: ignore[attr-defined]
        _output.lines("assumptions", [("", text) for text in made.assumptions])
