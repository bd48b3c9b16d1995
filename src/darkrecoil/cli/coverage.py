"""The verb coverage: how often each method's limit holds the true signal."""

from pathlib import Path
from typing import Annotated, Any

import typer

from darkrecoil.cli import _options as opt
from darkrecoil.cli import _output


def coverage(
    background: Annotated[float, typer.Option("--background", help="Expected background, events.")],
    background_error: Annotated[float, typer.Option("--background-error", help="Absolute error of the background.")] = 0.0,
    efficiency_error: Annotated[float, typer.Option("--efficiency-error", help="Relative error of the efficiency.")] = 0.0,
    signals: Annotated[str, typer.Option("--signals", help="True signals, events: low:high:number or s1,s2,...")] = "0:12:49",
    level: Annotated[float, typer.Option("--level", help="Level of the limits.")] = 0.9,
    response: Annotated[str, typer.Option("--response", help="exponential (log-normal) or gaussian (cut off at zero).")] = "exponential",
    fc_rule: Annotated[str, typer.Option("--fc-rule", help="Of fc: hull, raw or monotone.")] = "hull",
    plot: opt.Plot = None,
    output: opt.Output = None,
    json: opt.Json = False,
) -> None:
    """The coverage of Bayesian, Feldman-Cousins, CLs and asymptotic profile-likelihood limits of a counting experiment."""
    import numpy as np

    from darkrecoil._errors import BadValue
    from darkrecoil.limits.api import as_masses
    from darkrecoil.statistics import coverage as study
    from darkrecoil.statistics.counting import Counting

    opt.check_outputs(output, plot)
    if background <= 0 < background_error:
        raise BadValue("an error on no background", background_error, "allowed: 0", "give a background above 0")
    relative = background_error / background if background > 0 else 0.0
    counting = Counting(background, relative, 1.0, efficiency_error, response=response)
    found = study.coverage(counting, np.array(as_masses(signals)), level, rule=fc_rule)
    asked = {"background": background, "background_error": background_error, "efficiency_error": efficiency_error,
             "signals": signals, "level": level, "response": response, "fc_rule": fc_rule}  # fmt: skip
    result: dict[str, Any] = {
        "level": level, "background": background, "background_error": background_error, "efficiency_error": efficiency_error,
        "signals": found[0].signals.tolist(),
        "methods": [
            {"name": c.method, "coverage": c.averaged.tolist(), "coverage_nominal": c.nominal.tolist(), "minimum": float(c.averaged.min()),
             "minimum_nominal": float(c.nominal.min()), "mean_upper_limit": c.mean_limit}
            for c in found
        ],
        "assumptions": [
            "coverage: true background and efficiency drawn as the limits assume them; nominal: at their central values",
            "profile: asymptotic, for comparison; the others by exact sums over counts",
        ],
        "provenance": _output.provenance(None, asked),
    }  # fmt: skip
    if plot is not None:
        _draw(plot, found, level, background, background_error, efficiency_error)
    if not _output.finish(result, json, output):
        rows = [[c.method, float(c.averaged.min()), float(c.averaged.mean()), float(c.nominal.min()), c.mean_limit] for c in found]
        _output.table(f"coverage at {level:.0%}", ["method", "least", "mean", "least, nominal", "mean limit without signal"], rows)


def _draw(path: Path, found: Any, level: float, background: float, background_error: float, efficiency_error: float) -> None:
    from darkrecoil import plots
    from darkrecoil._run import atomic

    words = f"b = {background:g} +- {background_error:g} events, efficiency +- {efficiency_error:.0%}"
    command = (
        f"darkrecoil coverage --background {background:g} --background-error {background_error:g} --efficiency-error {efficiency_error:g}"
    )
    curves = {c.method: (c.averaged, c.nominal) for c in found}
    with atomic(path) as temporary:
        plots.save(plots.coverage(found[0].signals, curves, level, words, command=command), temporary)
