"""The application: every verb with its file."""

from collections.abc import Callable

import typer

from darkrecoil import __version__
from darkrecoil.cli import (
    cache,
    cross_section,
    demo,
    generate,
    limit,
    list_,
    model,
    project,
    select,
    show,
    simulate,
    upper_limit,
)

VERBS: dict[str, Callable[..., None]] = {
    "demo": demo.demo,
    "list": list_.list_,
    "show": show.show,
    "model": model.model,
    "cross-section": cross_section.cross_section,
    "generate": generate.generate,
    "simulate": simulate.simulate,
    "select": select.select,
    "upper-limit": upper_limit.upper_limit,
    "limit": limit.limit,
    "project": project.project,
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
        app.command(name)(verb)
    return app


def _options(
    version: bool = typer.Option(False, "--version", help="Print the version and leave.", is_eager=True, callback=lambda on: _version(on)),
) -> None:
    """From a dark-sector model to a limit at an e+e- B-factory. Begin with: darkrecoil demo"""


def _version(on: bool) -> None:
    if on:
        typer.echo(__version__)
        raise typer.Exit
