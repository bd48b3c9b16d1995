"""The verb demo: a complete search, from the model to three figures and a limit."""

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from darkrecoil.cli import _options as opt
from darkrecoil.cli import _output

SEARCH, MODEL, MASSES, SHOWN = "belle2_zprime_invisible", "lmu_ltau", "0.5:8:16", 3.0
DRAWN = 0.3  # coupling at which the signal is drawn: visible above the background at 276/pb


def demo(
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the figures and limit.json.")] = Path("darkrecoil-demo"),
    seed: opt.Seed = 1,
    jobs: opt.Jobs = 0,
    json: opt.Json = False,
    quiet: opt.Quiet = False,
) -> None:
    """A complete search in a minute: e+e- -> mu+mu- Z', Z' -> invisible, Belle II, 276/pb; three figures and limit.json."""
    from darkrecoil._errors import BadFile

    begin = time.perf_counter()
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadFile("the output's folder cannot be made", output, hint=str(error.strerror)) from None
    result = write(output, seed, opt.jobs_of(jobs), quiet)
    if not _output.finish(result, json):
        typer.echo(f"wrote {', '.join([*result['figures'], str(output / 'limit.json')])} in {time.perf_counter() - begin:.1f} s")


def write(folder: Path, seed: int = 1, jobs: int = 1, quiet: bool = True) -> dict[str, Any]:
    """The contract's object of the demo's limit with the paths of its figures, all written into the folder."""
    from darkrecoil import analyses, limits, models
    from darkrecoil._run import check_writable
    from darkrecoil.limits.api import as_masses

    for name in ("recoil.png", "cutflow.png", "exclusion.png", "limit.json"):
        check_writable(folder / name)
    analysis, theory = analyses.find(SEARCH), models.find(MODEL)
    dataset, masses = analysis.datasets[0], as_masses(MASSES)
    made = limits.study(analysis, theory, dataset, masses, seed=seed, jobs=jobs, watch=opt.watcher(quiet))
    curves = {
        label: limits.curve(made, limits.Settings(dataset.luminosity, analysis.level, invisible=invisible))
        for label, invisible in (("BF(invisible) of Lμ − Lτ", "model"), ("BF(invisible) = 1", "1"))
    }
    figures = draw(folder, made, curves)
    result = {**limits.as_json(next(iter(curves.values()))), "figures": [str(path) for path in figures]}
    _output.finish({**result, "figures": [path.name for path in figures]}, False, folder / "limit.json", quiet=True)
    return result


def draw(folder: Path, made: Any, curves: Any) -> list[Path]:
    """The paths of the three figures, written: recoil spectrum with a signal, cutflow, exclusion."""
    from darkrecoil import constraints, plots
    from darkrecoil._run import atomic
    from darkrecoil.chain.stream import flow, spectrum
    from darkrecoil.limits.study import COUPLING
    from darkrecoil.selection import correction_factors, relative_uncertainties

    first = next(iter(curves.values()))
    about: dict[str, Any] = {"provenance": first.provenance, "command": "darkrecoil demo"}
    signal = made.signals[SHOWN]
    label = f"Z', {SHOWN:g} GeV, g' = {DRAWN:g}"
    seen = (label, spectrum(made.analysis, [signal]), (DRAWN / COUPLING) ** 2)
    point = next(p for p in first.points if p.mass == SHOWN)
    flows = {f"Z' ({SHOWN:g} GeV, g' = {COUPLING:g})": point.cutflow}
    flows |= {b.source: flow(made.analysis, b, point.window) for b in made.backgrounds}
    title = made.analysis.title
    stacked = spectrum(made.analysis, made.backgrounds)
    scale, relative = correction_factors(made.dataset)[1], relative_uncertainties(made.dataset)[1]
    known = [constraints.complete(constraints.find("a_mu_2019_lmu_ltau"))]
    filled = stacked.edges[1:][stacked.values.sum(axis=0) > 0]
    shown = (float(stacked.edges[0]), float(filled[-1]) + 4.0)
    figures = {
        "recoil.png": plots.recoil_spectrum(
            stacked, first.luminosity, [seen], first.level, title, limits=shown, scale=scale, systematic=relative, **about
        ),
        "cutflow.png": plots.cutflow(flows, first.luminosity, first.level, title, **about),
        "exclusion.png": plots.exclusion(curves, made.model, title, constraints=known, **about),
    }
    for name, figure in figures.items():
        with atomic(folder / name) as temporary:
            plots.save(figure, temporary)
    return [folder / name for name in figures]
