"""The application: every verb with its file."""

import inspect
from collections.abc import Callable
from typing import Any

import typer

from darkrecoil import __version__
from darkrecoil.cli import (
    cache,
    calibrate,
    coverage,
    cross_section,
    demo,
    generate,
    global_p,
    limit,
    list_,
    model,
    plane,
    project,
    recast,
    regimes,
    select,
    show,
    simulate,
    upper_limit,
)
from darkrecoil.cli._options import Jobs, Quiet, Seed, Verbose

VERBS: dict[str, Callable[..., None]] = {
    "demo": demo.demo,
    "list": list_.list_,
    "show": show.show,
    "model": model.model,
    "cross-section": cross_section.cross_section,
    "generate": generate.generate,
    "simulate": simulate.simulate,
    "calibrate": calibrate.calibrate,
    "select": select.select,
    "upper-limit": upper_limit.upper_limit,
    "coverage": coverage.coverage,
    "limit": limit.limit,
    "project": project.project,
    "global-p": global_p.global_p,
    "recast": recast.recast,
    "plane": plane.plane,
    "regimes": regimes.regimes,
    "cache": cache.cache,
}


def application() -> typer.Typer:
    """The typer application with all verbs."""
    app = typer.Typer(
        name="darkrecoil",
        help="From a dark-sector model to a limit at an e+e- B-factory. Begin with: darkrecoil demo",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_options)
    for name, verb in VERBS.items():
        app.command(name)(with_common(verb))
    return app


def with_common(verb: Callable[..., None]) -> Callable[..., None]:
    """The verb with the options that all verbs take; those that mean nothing to it are taken and not read."""
    own = inspect.signature(verb)
    extra = [p for p in inspect.signature(_common).parameters.values() if p.name not in own.parameters]

    def completed(**given: Any) -> None:
        verb(**{name: given[name] for name in own.parameters})

    parameters = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in (*own.parameters.values(), *extra)]
    completed.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    completed.__annotations__ = {p.name: p.annotation for p in parameters}
    completed.__name__, completed.__doc__ = verb.__name__, verb.__doc__
    return completed


def _common(*, seed: Seed = 1, jobs: Jobs = 0, quiet: Quiet = False, verbose: Verbose = False) -> None:
    """Options of every verb."""


def _options(
    version: bool = typer.Option(False, "--version", help="Print the version and leave.", is_eager=True, callback=lambda on: _version(on)),
) -> None:
    """From a dark-sector model to a limit at an e+e- B-factory. Begin with: darkrecoil demo"""


def _version(on: bool) -> None:
    if on:
        typer.echo(__version__)
        raise typer.Exit
