"""The verb upper-limit: a counting experiment."""

from typing import Annotated

import typer

from darkrecoil.cli import _options as opt
from darkrecoil.cli import _output


def upper_limit(
    background: Annotated[float, typer.Option("--background", help="Expected background, events.")],
    observed: Annotated[float | None, typer.Option("--observed", help="Observed events; without it the expected limits only.")] = None,
    background_error: Annotated[float, typer.Option("--background-error", help="Absolute error of the background.")] = 0.0,
    efficiency: Annotated[float, typer.Option("--efficiency", help="The limit is on the signal yield divided by it.")] = 1.0,
    efficiency_error: Annotated[float, typer.Option("--efficiency-error", help="Relative error of the efficiency.")] = 0.0,
    level: Annotated[float, typer.Option("--level", help="Credible level.")] = 0.9,
    method: Annotated[str, typer.Option("--method", help="bayes")] = "bayes",
    response: Annotated[str, typer.Option("--response", help="exponential (log-normal) or gaussian (cut off at zero).")] = "exponential",
    prior: Annotated[str, typer.Option("--prior", help="flat")] = "flat",
    s_max: Annotated[float, typer.Option("--s-max", help="End of the flat prior with a Gaussian efficiency.")] = 1e3,
    expected: Annotated[bool, typer.Option("--expected", help="Also the expected limits without a signal.")] = False,
    output: opt.Output = None,
    json: opt.Json = False,
) -> None:
    """The upper limit of a counting experiment with uncertain background and efficiency."""
    from darkrecoil._errors import BadValue, unknown
    from darkrecoil.statistics import bayes
    from darkrecoil.statistics.counting import Counting

    for kind, name, known in (("method", method, ["bayes"]), ("prior", prior, ["flat"])):
        if name not in known:
            raise unknown(kind, name, known)
    if background <= 0 < background_error:
        raise BadValue("an error on no background", background_error, "allowed: 0", "give a background above 0")
    relative = background_error / background if background > 0 else 0.0
    window = Counting(background, relative, efficiency, efficiency_error, response=response)
    found = bayes.interval(window, level, observed, s_max)
    asked = {
        "observed": observed, "background": background, "background_error": background_error, "efficiency": efficiency,
        "efficiency_error": efficiency_error, "level": level, "response": response, "prior": prior, "s_max": s_max,
    }  # fmt: skip
    result = {
        "method": method, "level": level, "upper_limit": found.observed, "lower_limit": None if observed is None else 0.0,
        "intervals": [list(pair) for pair in found.intervals],
        "expected": list(found.expected) if found.expected and (expected or observed is None) else None,
        "p_value": found.p_value, "significance": found.significance, "assumptions": [found.method, *found.assumptions],
        "reason": None if observed is not None else "no observed count given: expected limits only",
        "provenance": _output.provenance(None, asked),
    }  # fmt: skip
    if not _output.finish(result, json, output):
        _output.lines("upper limit", [(k, v) for k, v in result.items() if k not in ("assumptions", "provenance", "reason")])
        _output.lines("assumptions", [("", text) for text in found.assumptions])
