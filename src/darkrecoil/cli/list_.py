"""The verb list: what there is."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer

from darkrecoil._errors import BadFile, UnknownName
from darkrecoil.cli import _options as opt
from darkrecoil.cli import _output


class What(StrEnum):
    """Kinds of things that have names."""

    models = "models"
    searches = "searches"
    detectors = "detectors"
    processes = "processes"
    constraints = "constraints"


def list_(
    what: Annotated[What, typer.Argument(help="models, searches, detectors, processes or constraints.")],
    model: Annotated[
        str | None, typer.Option("--model", help="Only the processes of this model: a name, a .py file, a UFO directory.")
    ] = None,
    folder: opt.Folder = None,
    output: opt.Output = None,
    json: opt.Json = False,
) -> None:
    """List the models, searches, detectors, processes or constraints by the names to type."""
    if model is not None and what is not What.processes:
        raise UnknownName(f"--model does not go with {what.value}", model, hint="darkrecoil list processes --model MODEL")
    if folder and what is not What.constraints:
        raise UnknownName(f"--folder does not go with {what.value}", folder[0], hint="darkrecoil list constraints --folder FOLDER")
    rows = constraints(folder or ()) if what is What.constraints else FOUND[what]() if model is None else processes_of(model)
    if not _output.finish({what.value: rows}, json, output):
        more = "any other tree process can be typed as well, up to six particles" if what is What.processes else ""
        shown = [[row["name"], row["title"] or f"cannot be used: {row['reason']}"] for row in rows]
        _output.table(what.value, ["name", "title"], shown, more)


def models() -> list[dict[str, Any]]:
    """Names and titles of all models."""
    from darkrecoil import models as package

    return [_model(package, name) for name in package.names()]


def _model(package: Any, name: str) -> dict[str, Any]:
    """A row of a model; one that cannot be used, a broken plug-in, is listed with the reason."""
    try:
        m = package.find(name)
    except BadFile as error:
        return {"name": name, "title": f"cannot be used: {error.value}", "particle": None, "references": [], "reason": str(error)}
    return {"name": name, "title": m.title, "particle": m.particle, "references": list(m.references)}


def searches() -> list[dict[str, Any]]:
    """Names, titles and data sets of all searches."""
    from darkrecoil import analyses

    found = [analyses.find(name) for name in analyses.names()]
    return [{"name": a.name, "title": a.title, "status": a.status, "datasets": [d.name for d in a.datasets]} for a in found]


def detectors() -> list[dict[str, Any]]:
    """Names, titles and presets of all detector cards."""
    from darkrecoil.detector import card

    return [{"name": n, "title": card.load(n).title, "presets": card.presets(n)} for n in card.names()]


def processes() -> list[dict[str, Any]]:
    """Processes that can be generated, those of each model included."""
    from darkrecoil.generate.measured import processes as measured
    from darkrecoil.generate.recipe import known

    rows = [{"name": name, "title": "Standard Model, tree level", "model": None} for name in known()]
    rows += [{"name": name, "title": title, "model": None} for name, title in measured.titles().items()]
    sound = [row["name"] for row in models() if "reason" not in row]
    return rows + [row for name in sound for row in processes_of(name)]


def processes_of(model: str) -> list[dict[str, Any]]:
    """Processes that the vertices of one model add."""
    from darkrecoil import models as package
    from darkrecoil.generate.recipe import known

    found, plain = package.find(model), known()
    return [{"name": name, "title": found.title, "model": found.name} for name in known(found) if name not in plain]


def constraints(folders: Sequence[str] = ()) -> list[dict[str, Any]]:
    """All constraints with level and source; those that cannot be loaded have the reason, and no title."""
    from darkrecoil import constraints as package

    known = package.catalogue(folders)
    rows: list[dict[str, Any]] = [
        {
            "name": c.name, "title": c.title, "model": c.model, "experiment": c.experiment, "kind": c.kind, "level": c.level,
            "final_states": list(c.final_states), "status": c.status, "references": [*c.references, c.location],
            "reason": f"no level: {c.level_note}" if c.level is None else None,
        }
        for c in known.constraints
    ]  # fmt: skip
    return rows + [{"name": name, "title": None, "level": None, "reason": why} for name, why in known.failures.items()]


FOUND = {What.models: models, What.searches: searches, What.detectors: detectors, What.processes: processes}
