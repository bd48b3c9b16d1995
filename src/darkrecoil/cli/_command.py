"""The command that was typed, as a figure says it."""

from pathlib import Path
from typing import Any

import typer

# Where results go, which moves no number; the seed stands beside the command.
UNSAID = {"output", "plot", "spectrum", "workspace", "json", "quiet", "verbose", "jobs", "seed", "no_store"}


def typed(context: typer.Context) -> str:
    """The command of a verb: its arguments and the options that were given; of a path the last part."""
    given = [one for one in context.command.params if one.name and _was_given(context, one.name) and one.name not in UNSAID]
    given.sort(key=lambda one: one.param_type_name == "option")  # arguments first, else as they are declared
    words = [word for one in given for word in _words(one, context.params[str(one.name)])]
    return " ".join(["darkrecoil", str(context.info_name), *words])


def _was_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _words(one: Any, value: Any) -> list[str]:
    if one.param_type_name != "option":
        return [_said(value)]
    name = next((word for word in one.opts if word.startswith("--")), one.opts[0])  # the first of several long ones
    if one.is_flag:
        return [name if value else max(one.secondary_opts, key=len, default=name)]
    return [f"{name} {_said(each)}" for each in (value if isinstance(value, list | tuple) else [value])]


def _said(value: Any) -> str:
    return Path(value).name if isinstance(value, Path) else f"{value:g}" if isinstance(value, float) else str(value)
