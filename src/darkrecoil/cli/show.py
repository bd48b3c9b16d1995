"""The verb show: everything that a file says, with its references."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from darkrecoil._errors import UnknownName
from darkrecoil.cli import _options as opt
from darkrecoil.cli import _output


def show(
    name: Annotated[
        str,
        typer.Argument(
            help="A model (a name, a .py file, a UFO directory), a search, a detector (a name, a .toml file), "
            "a constraint (a name, a file of facts)."
        ),
    ],
    preset: Annotated[str | None, typer.Option("--preset", help="Preset of a detector card, for instance 2018.")] = None,
    plot: Annotated[Path | None, typer.Option("--plot", help="Draw a detector card: acceptance, resolutions, efficiencies.")] = None,
    output: opt.Output = None,
    json: opt.Json = False,
) -> None:
    """Show what a model, a search, a detector card or a constraint says, with its sources."""
    opt.check_outputs(None, plot)
    kind, result = described(name, preset)
    if kind != "detector" and (plot is not None or preset is not None):
        raise UnknownName("--plot and --preset go with a detector card", name, hint="darkrecoil list detectors")
    if plot is not None:
        _draw(plot, name, preset)
    if _output.finish({"kind": kind, **result}, json, output):
        return
    for key, value in (_for_people(result) if kind == "model" else _given(result) if kind == "constraint" else result).items():
        _shown(key, value)


def described(name: str, preset: str | None = None) -> tuple[str, dict[str, Any]]:
    """The kind of what bears this name, and all that its file says; UnknownName with the nearest name."""
    from darkrecoil import analyses, constraints, models
    from darkrecoil._errors import unknown
    from darkrecoil.detector import card

    if name in card.names() or _is_card(name):
        return "detector", _detector(name, preset)
    if constraints.is_path(name) or name in constraints.names():
        return "constraint", _constraint(name)
    if name in models.names() or models.is_path(name):
        return "model", _model(name)
    if name in analyses.names():
        return "search", _search(name)
    raise unknown("model, search, detector or constraint", name, [*models.names(), *analyses.names(), *card.names(), *constraints.names()])


def _is_card(name: str) -> bool:
    """Whether a .toml file is a detector's and not a constraint's facts: it has the machine's table, read or not."""
    path = Path(name)
    return path.suffix == ".toml" and path.is_file() and "\n[machine]" in "\n" + path.read_text(encoding="utf-8", errors="replace")


def _constraint(name: str) -> dict[str, Any]:
    """Every fact of a constraint, and its curve as (x, low, high) with high None where a region has no end."""
    from dataclasses import asdict

    from darkrecoil import constraints

    found = constraints.find(name)
    numbered = enumerate(found.bands, 1)
    rows = [(n, x, low, b.high[i] if b.high else None) for n, b in numbered for i, (x, low) in enumerate(zip(b.x, b.low, strict=True))]
    columns = ("band", found.x, f"{found.y} from", f"{found.y} to")
    curve = [dict(zip(columns, row, strict=True)) for row in rows]
    said = {key: list(v) if isinstance(v, tuple) else v for key, v in asdict(found).items() if key not in ("kind", "bands")}
    return {**said, "region": found.kind, "curve": curve}


def _model(name: str) -> dict[str, Any]:
    from dataclasses import asdict

    from darkrecoil import models

    found, notes = models.read(name)
    left_out = [note for note in notes if note.startswith("left out")]
    return {**asdict(found), **({"left_out": left_out} if left_out else {})}


def _for_people(model: dict[str, Any]) -> dict[str, Any]:
    """The same with each vertex as its fields, its structure and its strength, and without what is empty."""
    shown = {**model, "vertices": [_vertex(v) for v in model["vertices"]]}
    return {key: value for key, value in shown.items() if value not in ("", (), [])}


def _given(constraint: dict[str, Any]) -> dict[str, Any]:
    """Without the facts that do not apply."""
    return {key: value for key, value in constraint.items() if value not in (None, "", [], {})}


def _vertex(vertex: dict[str, Any]) -> dict[str, str]:
    """A vertex in words, its strength as a product: "-1 x coupling * e"."""
    number, text = f"{vertex['strength']:.6g}", vertex["parameter"]
    strength = number if text == "1" else text if number == "1" else f"{number} x {text}"
    return {"fields": " ".join(vertex["fields"]), "structure": vertex["structure"], "strength": strength}


def _search(name: str) -> dict[str, Any]:
    from darkrecoil import analyses
    from darkrecoil.cli.select import windowed
    from darkrecoil.selection import text, words

    a = analyses.find(name)
    return {
        "name": a.name, "title": a.title, "experiment": a.experiment, "status": a.status, "signal": a.signal,
        "backgrounds": list(a.backgrounds), "level": a.level, "method": a.method, "triggers": list(a.triggers),
        **({"decays": list(a.decays)} if a.decays else {}),
        **_listed("filters", a.filters), **_listed("toward", a.toward), **_listed("cuts", a.cuts),
        "selection": [{"name": row, "text": shown} for row, shown in words(a)],
        **_suppression(a), **({"controls": _controls(a)} if a.controls else {}),
        "observable": text(a.observable), "window": windowed(a),
        "datasets": [
            {
                "name": d.name, "luminosity_ifb": d.luminosity, "detector": d.detector, "preset": d.preset,
                "systematics (signal, background)": {n: list(v) for n, v in d.systematics.items()},
                "corrections": dict(d.corrections), "notes": d.notes,
            }
            for d in a.datasets
        ],
        "missing": list(a.missing), "notes": a.notes, "references": list(a.references),
    }  # fmt: skip


def _suppression(a: Any) -> dict[str, Any]:
    """What a search's suppression cuts on, and where its values are found."""
    from darkrecoil.selection import text

    if a.suppression is None:
        return {}
    steps = {text(node): ", ".join(f"{value:g}" for value in grid) for node, grid in a.suppression.variables}
    masses = ", ".join(f"{mass:g}" for mass in a.suppression.masses)
    found = {"found at (GeV)": masses, "for": a.suppression.model, "in": a.suppression.search or a.name}
    where = "the last row of limit and project, see --suppression; select does not ask it"
    return {"suppression": {"name": a.suppression.name, **steps, **found, "asked in": where}}


def _controls(a: Any) -> dict[str, str]:
    """The rows of each control region, in words."""
    from darkrecoil.selection import control, words

    return {name: ", ".join(row for row, _ in words(control(a, name))) for name in a.controls}


def _listed(name: str, asked: Mapping[str, tuple[str, ...]]) -> dict[str, dict[str, str]]:
    return {name: {process: "; ".join(texts) for process, texts in asked.items()}} if asked else {}


def _draw(path: Path, name: str, preset: str | None) -> None:
    from darkrecoil import plots
    from darkrecoil._run import atomic
    from darkrecoil.detector import card
    from darkrecoil.detector.performance import performance

    command = " ".join(["darkrecoil show", name, *(["--preset", preset] if preset else []), "--plot", path.name])
    with atomic(path) as temporary:
        plots.save(plots.detector(performance(card.load(name, preset)), command=command), temporary)


def _detector(name: str, preset: str | None = None) -> dict[str, Any]:
    from darkrecoil.detector import card

    loaded = card.load(name, preset)
    rows = [
        {"name": entry, "value": e.model_dump(mode="json")["value"], "unit": e.unit, "status": e.status, "source": e.source}
        for entry, e in card.entries(loaded)
    ]
    if any(e.error is not None for _, e in card.entries(loaded)):
        rows = [{**row, "error": e.model_dump(mode="json")["error"]} for row, (_, e) in zip(rows, card.entries(loaded), strict=True)]
    return {
        "name": loaded.name,
        "title": loaded.title,
        "presets": card.presets(name),
        "preset": preset,
        "hash": card.card_hash(loaded),
        "entries": rows,
    }


def _shown(key: str, value: Any) -> None:
    if isinstance(value, list | tuple) and value and isinstance(value[0], dict):
        columns = list(value[0])
        _output.table(key, columns, [[_short(row[c]) for c in columns] for row in value])
    elif isinstance(value, list | tuple | dict):
        rows = value.items() if isinstance(value, dict) else [("", v) for v in value]
        _output.lines(key, [(str(n), v) for n, v in rows])
    else:
        _output.lines(f"{key}: {_output.shown(value)}", [])


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{n} {_short(v)}" for n, v in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_short(v) for v in value)
    return _output.shown(value)
