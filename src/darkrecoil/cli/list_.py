"""The verb list: what there is."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from darkrecoil.cli import _options as opt
from darkrecoil.cli import _output


class What(StrEnum):
    """Kinds of things that have names."""

    models = "models"
    searches = "searches"
    detectors = "detectors"
    processes = "processes"


def list_(
    what: Annotated[What, typer.Argument(help="models, searches, detectors or processes.")],
    output: opt.Output = None,
    json: opt.Json = False,
) -> None:
    """List the models, searches, detectors or processes by the names to type."""
    rows = FOUND[what]()
    if not _output.finish({what.value: rows}, json, output):
        _output.table(what.value, ["name", "title"], [[row["name"], row["title"]] for row in rows])


def models() -> list[dict[str, Any]]:
    """Names and titles of all models."""
    from darkrecoil import models as package

    found = [package.find(name) for name in package.names()]
    return [{"name": m.name, "title": m.title, "particle": m.particle, "references": list(m.references)} for m in found]


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
    from darkrecoil import models as package
    from darkrecoil.generate.recipe import known

    plain = known()
    rows = [{"name": name, "title": "Standard Model, tree level", "model": None} for name in plain]
    for model in (found for name in package.names() if (found := package.find(name)).particle):
        rows += [{"name": name, "title": model.title, "model": model.name} for name in known(model) if name not in plain]
    return rows


FOUND = {What.models: models, What.searches: searches, What.detectors: detectors, What.processes: processes}
