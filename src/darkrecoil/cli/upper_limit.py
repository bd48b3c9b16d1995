"""The verb upper-limit: a counting experiment, or a HistFactory workspace."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from darkrecoil.cli import _options as opt
from darkrecoil.cli import _output

if TYPE_CHECKING:
    from darkrecoil.records import Interval


def upper_limit(
    background: Annotated[float | None, typer.Option("--background", help="Expected background, events.")] = None,
    observed: Annotated[float | None, typer.Option("--observed", help="Observed events; without it the expected limits only.")] = None,
    background_error: Annotated[float, typer.Option("--background-error", help="Absolute error of the background.")] = 0.0,
    efficiency: Annotated[float, typer.Option("--efficiency", help="The limit is on the signal yield divided by it.")] = 1.0,
    efficiency_error: Annotated[float, typer.Option("--efficiency-error", help="Relative error of the efficiency.")] = 0.0,
    level: Annotated[float, typer.Option("--level", help="Level of the limit.")] = 0.9,
    method: Annotated[str, typer.Option("--method", help="bayes, fc (Feldman-Cousins) or cls.")] = "bayes",
    response: Annotated[str, typer.Option("--response", help="exponential (log-normal) or gaussian (cut off at zero).")] = "exponential",
    prior: Annotated[str, typer.Option("--prior", help="Of bayes: flat, log or reference.")] = "flat",
    fc_rule: Annotated[str, typer.Option("--fc-rule", help="Of fc: monotone (in the background), raw or hull.")] = "monotone",
    calculator: Annotated[
        str, typer.Option("--calculator", help="Of fc and cls: auto (exact at few events), exact, asymptotic; toys for a workspace.")
    ] = "auto",
    toys: Annotated[
        int, typer.Option("--toys", help="Pseudo-experiments with and without signal, each, per signal strength.", min=10)
    ] = 2000,
    s_max: Annotated[float, typer.Option("--s-max", help="End of the flat prior with a Gaussian efficiency.")] = 1e3,
    expected: Annotated[bool, typer.Option("--expected", help="Also the expected limits without a signal.")] = False,
    workspace: Annotated[
        Path | None, typer.Option("--workspace", help="A HistFactory workspace (pyhf's JSON) in place of counts; limits on its parameter.")
    ] = None,
    output: opt.Output = None,
    seed: opt.Seed = 1,
    jobs: opt.Jobs = 0,
    json: opt.Json = False,
) -> None:
    """The upper limit of a counting experiment with uncertain background and efficiency, or of a HistFactory workspace."""
    from darkrecoil._errors import BadValue, UnknownName
    from darkrecoil.statistics import scan, window
    from darkrecoil.statistics.counting import Counting

    asked: dict[str, Any] = {"observed": observed, "background": background, "background_error": background_error, "efficiency": efficiency,
        "efficiency_error": efficiency_error, "level": level, "response": response, "prior": prior, "fc_rule": fc_rule,
        "calculator": calculator, "s_max": s_max}  # fmt: skip
    if workspace is not None:
        if background is not None or observed is not None:
            raise UnknownName("a workspace holds its own counts", "--background, --observed", hint="leave them out")
        options = scan.Options(method, prior, calculator, toys, seed)
        found = scan.limits(_read(workspace), level, options, opt.jobs_of(jobs))[0]
        return _show(found, method, asked, expected, output, json)
    if background is None:
        raise UnknownName("no counts given", None, hint="give --background, or a --workspace")
    if background <= 0 < background_error:
        raise BadValue("an error on no background", background_error, "allowed: 0", "give a background above 0")
    relative = background_error / background if background > 0 else 0.0
    counting = Counting(background, relative, efficiency, efficiency_error, response=response)
    chosen = window.Options(method, prior, fc_rule, calculator, s_max)
    return _show(window.interval(counting, level, observed, chosen), method, asked, expected, output, json)


def _read(path: Path) -> Any:
    """The model of a workspace's file."""
    from darkrecoil.io import workspace
    from darkrecoil.statistics import histfactory

    return histfactory.read(workspace.load(path))


def _show(found: "Interval", method: str, asked: dict[str, Any], expected: bool, output: Path | None, json: bool) -> None:
    """The interval by the contract, as JSON or as lines."""
    seen = found.observed is not None
    result = {
        "method": method, "level": found.level, "upper_limit": found.observed, "lower_limit": found.intervals[0][0] if seen else None,
        "intervals": [list(pair) for pair in found.intervals],
        "expected": list(found.expected) if found.expected and (expected or not seen) else None,
        "p_value": found.p_value, "significance": found.significance, "assumptions": [found.method, *found.assumptions],
        "reason": None if seen else "no observed count given: expected limits only",
        "provenance": _output.provenance(None, asked),
    }  # fmt: skip
    if not _output.finish(result, json, output):
        _output.lines("upper limit", [(k, v) for k, v in result.items() if k not in ("assumptions", "provenance", "reason")])
        _output.lines("assumptions", [("", text) for text in found.assumptions])
