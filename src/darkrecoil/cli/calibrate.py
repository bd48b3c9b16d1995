"""The verb calibrate: a detector card from a full simulation."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from darkrecoil.cli import _options as opt
from darkrecoil.cli import _output

if TYPE_CHECKING:
    from darkrecoil.chain.calibrate import Calibrated


def calibrate(
    ntuple: Annotated[Path, typer.Argument(help="True and reconstructed particles: .root (TTree, RNTuple), .parquet, .csv.")],
    card: Annotated[Path, typer.Option("--card", help="Write the new card to this TOML file.")],
    map_: Annotated[
        Path | None, typer.Option("--map", help="YAML: our quantity -> branch; without it, the columns of simulate --truth or basf2.")
    ] = None,
    base: Annotated[str, typer.Option("--base", help="Card that is refitted: a name or a TOML file.")] = "belle2",
    preset: Annotated[str | None, typer.Option("--preset", help="Preset of the base.")] = None,
    set_: opt.Changes = None,
    plot: Annotated[Path | None, typer.Option("--plot", help="Draw closure figures into this folder.")] = None,
    output: opt.Output = None,
    json: opt.Json = False,
) -> None:
    """Fit a detector card to a full simulation: resolutions, efficiencies, misidentification, trigger plateaus."""
    from darkrecoil._errors import unknown
    from darkrecoil._run import check_writable
    from darkrecoil.chain import calibrate as run

    if card.suffix != ".toml":
        raise unknown("format of detector cards", card.suffix or card.name, [".toml"])
    check_writable(card)
    opt.check_outputs(output, None)
    folder = _folder(plot)
    made = run.calibrate(ntuple, base, preset, map_, opt.changes(set_))
    written = run.write(card, made)
    figures = _draw(folder, made, ntuple) if folder is not None else []
    result = _result(card, written, made, base, preset, figures)
    if not _output.finish(result, json, output):
        rows = [row for fit in result["fitted"] for row in _rows(fit)]
        _output.table(f"wrote {card}", ["entry", "base", "fitted", "error", "entries"], rows)
        _output.lines("notes", [("", note) for note in result["notes"]])


def _folder(plot: Path | None) -> Path | None:
    from darkrecoil._errors import BadFile

    if plot is not None and plot.exists() and not plot.is_dir():
        raise BadFile("the folder of figures is a file", plot, hint="choose another --plot")
    if plot is not None:
        plot.mkdir(exist_ok=True)
    return plot


def _result(path: Path, written: Any, made: "Calibrated", base: str, preset: str | None, figures: list[str]) -> dict[str, Any]:
    from darkrecoil.chain.calibrate import numbers_of
    from darkrecoil.detector.card import card_hash

    settings = {"base": made.base.name, "preset": preset, "base_hash": card_hash(made.base), "input": made.origin}
    return {
        "card": str(path), "hash": card_hash(written), "base": base, "entries": dict(made.fit.entries),
        "fitted": numbers_of(made), "notes": list(made.notes), "figures": figures,
        "provenance": _output.provenance(None, settings),
    }  # fmt: skip


def _draw(folder: Path, made: "Calibrated", ntuple: Path) -> list[str]:
    from darkrecoil import plots
    from darkrecoil._run import atomic

    paths = []
    for name, fit in made.fit.fits.items():
        if fit.panels:
            path = folder / f"{name.replace(' ', '_').lower()}.png"
            figure = plots.closure(name.capitalize(), fit.panels, command=f"darkrecoil calibrate {ntuple.name}")
            with atomic(path) as temporary:
                plots.save(figure, temporary)
            paths.append(str(path))
    return paths


def _rows(fit: dict[str, Any]) -> list[list[object]]:
    """A row of the table for an entry, or one for each region of a resolution, for each region and bin of what tracks are called."""
    three = ("base", "value", "error")
    parts = [(fit["entry"], *(fit[name] for name in three))]
    if isinstance(fit["value"], dict):
        parts = [(f"{fit['entry']} {region}", *(fit[name][region] for name in three)) for region in fit["value"]]
    if isinstance(parts[0][2], list) and isinstance(parts[0][2][0], list):
        parts = [(f"{name} {i}", *some) for name, *tables in parts for i, some in enumerate(zip(*tables, strict=True), 1)]
    return [[name, _short(base), _short(value), _short(error), fit["entries"]] for name, base, value, error in parts]


def _short(value: Any) -> str:
    return ", ".join(map(_short, value)) if isinstance(value, list | tuple) else _output.shown(value)
