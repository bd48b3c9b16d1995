"""The verb recast: what published constraints and this package's searches say of a model."""

from typing import Annotated, Any

import typer

from darkrecoil.cli import _options as opt
from darkrecoil.cli import _output


def recast(
    model: Annotated[str, typer.Argument(help="The model: a name (darkrecoil list models), your .py file, a UFO directory.")],
    masses: opt.Masses,
    constraint: Annotated[
        list[str] | None,
        typer.Option("--constraint", help="Only this one: a constraint, a file of facts, or a search; repeatable. All if left out."),
    ] = None,
    folder: opt.Folder = None,
    param: opt.Param = None,
    attempts: opt.Attempts = None,
    output: opt.Output = None,
    seed: opt.Seed = 1,
    jobs: opt.Jobs = 0,
    json: opt.Json = False,
    quiet: opt.Quiet = False,
) -> None:
    """Published limits and this package's searches as limits on a model's coupling, by production, branching fraction and lifetime."""
    from darkrecoil import limits
    from darkrecoil.limits.study import BACKGROUND_ATTEMPTS

    opt.check_outputs(output, None)
    searches = {"seed": seed, "jobs": opt.jobs_of(jobs), "attempts": attempts or BACKGROUND_ATTEMPTS, "watch": opt.watcher(quiet)}
    result = limits.recast(model, masses, constraint, parameters=opt.parameters(param), folders=folder or (), searches=searches)
    if not _output.finish(result, json, output):
        show(result)


def show(result: dict[str, Any]) -> None:
    """A row per mass of each result with numbers; below, the assumptions, and the results that have none with their reason."""
    useful = [one for one in result["results"] if any(p["excluded"] or p["expected_coupling"] for p in one["points"])]
    rows = [[one["search"], p["mass_gev"], _bands(p), p["reason"] or ""] for one in useful for p in one["points"]]
    _output.table(f"{result['model']}: excluded couplings", ["result", "mass [GeV]", "coupling", "remark"], rows)
    for one in useful:
        _output.lines(one["search"], [("", text) for text in (*one["assumptions"], *one["references"])])
    left = [(one["search"], one["reason"] or one["points"][0]["reason"]) for one in result["results"] if one not in useful]
    if left:
        _output.lines("no answer:", left)


def _bands(point: dict[str, Any]) -> str:
    """Excluded couplings; of a search without data, the median that is expected to be."""
    if point["excluded"]:
        if point["coupling_limit"] is not None and len(point["excluded"]) == 1:
            return f"above {point['coupling_limit']:.4g}"
        return ", ".join(f"{low:.4g} to {high:.4g}" for low, high in point["excluded"])
    return f"above {point['expected_coupling'][2]:.4g} (expected)" if point["expected_coupling"] else "-"
