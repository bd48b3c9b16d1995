"""The verb cache: what is compiled and kept, and how to be rid of it."""

from enum import StrEnum
from typing import Annotated

import typer

from darkrecoil.cli import _options as opt
from darkrecoil.cli import _output


class Action(StrEnum):
    """What to do with the cache."""

    info = "info"
    clear = "clear"


def cache(
    action: Annotated[Action, typer.Argument(help="info or clear.")] = Action.info, output: opt.Output = None, json: opt.Json = False
) -> None:
    """Show or clear the cache of compiled kernels; the next run compiles them again."""
    from darkrecoil import _jit

    removed = {"removed": _jit.clear()} if action is Action.clear else {}
    result = {**_jit.info(), **removed}
    if not _output.finish(result, json, output):
        _output.lines("compiled kernels", list(result.items()))
