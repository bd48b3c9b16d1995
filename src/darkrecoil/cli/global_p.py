"""The verb global-p: the global p-value of a scan."""

from pathlib import Path
from typing import Annotated, Any

import typer

from darkrecoil._errors import BadValue
from darkrecoil.cli import _options as opt
from darkrecoil.cli import _output


def global_p(
    file: Annotated[
        Path,
        typer.Argument(help="JSON of darkrecoil limit --data; or .csv with columns low, high, observed, background[, background_error]."),
    ],
    resolution: Annotated[
        str | None,
        typer.Option(
            "--resolution", help='Width of a peak, "0.02" or "1.5%": the .csv is a spectrum (low, high, observed) or events (value).'
        ),
    ] = None,
    background: Annotated[
        str, typer.Option("--background", help="Under the peaks: polynomial:ORDER or exponential:ORDER.")
    ] = "polynomial:3",
    span: Annotated[str | None, typer.Option("--span", help="Range in which events were taken, low:high.")] = None,
    step: Annotated[float, typer.Option("--step", help="Between hypotheses, in widths of the peak.")] = 0.5,
    reach: Annotated[float, typer.Option("--reach", help="Of a fit on either side of its peak, in widths.")] = 20.0,
    errors: Annotated[
        str, typer.Option("--errors", help="Errors of windows' backgrounds: common to all, or local (shared as far as windows overlap).")
    ] = "common",
    toys: Annotated[int, typer.Option("--toys", help="Toys of the whole scan.")] = 10_000,
    plot: opt.Plot = None,
    output: opt.Output = None,
    seed: opt.Seed = 1,
    jobs: opt.Jobs = 0,
    json: opt.Json = False,
    quiet: opt.Quiet = False,
) -> None:
    """The global p-value of a scan: how often background alone has a local significance as large somewhere."""
    from darkrecoil._run import file_hash
    from darkrecoil.limits import look_elsewhere

    opt.check_outputs(output, plot)
    settings: dict[str, Any] = {
        "resolution": resolution, "background": background, "span": span, "step": step, "reach": reach, "errors": errors, "toys": toys,
    }  # fmt: skip
    made = look_elsewhere.scanned(file, **{**settings, "span": _span(span)}, seed=seed, jobs=opt.jobs_of(jobs))
    result = look_elsewhere.as_json(made)
    if result["local_significance"] is None:
        result["reason"] = "the local p-value is zero" if result["local_p"] == 0 else "the local p-value is one: no event in any window"
    else:
        result["reason"] = None
    result["provenance"] = _output.provenance(seed, {"file": file_hash(file), **settings})
    if not _output.finish(result, json, output, quiet):
        hidden = ("points", "assumptions", "provenance", "reason")
        _output.lines("global p-value", [(k, v) for k, v in result.items() if k not in hidden])
        _output.lines("assumptions", [("", text) for text in result["assumptions"]])
    if plot is not None:
        _draw(plot, made.found, f"darkrecoil global-p {file.name}" + (f" --resolution {resolution}" if resolution else ""))


def _span(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    try:
        low, high = (float(x) for x in text.split(":"))
    except ValueError:
        raise BadValue("a span is not understood", text, "allowed: low:high", "write 0.2:10") from None
    return low, high


def _draw(path: Path, found: Any, command: str) -> None:
    from darkrecoil import plots
    from darkrecoil._run import atomic

    figure = plots.look_elsewhere(found, command=command)
    with atomic(path) as temporary:
        plots.save(figure, temporary)
