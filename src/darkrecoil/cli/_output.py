"""What verbs print: one JSON object or a table on stdout, refusals in one line on stderr, files written whole."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from darkrecoil import __version__
from darkrecoil._errors import DarkrecoilError
from darkrecoil._run import atomic, versions


def refuse(error: DarkrecoilError, as_json: bool) -> int:
    """The exit code of a refusal, after saying it."""
    sys.stderr.write(f"darkrecoil: {error}\n")
    if as_json:
        value = None if error.value is None else str(error.value)
        found = {"what": error.what, "value": value, "allowed": error.allowed.removeprefix("allowed: "), "hint": error.hint}
        sys.stdout.write(json.dumps({"error": found}) + "\n")
    return error.exit_code


def provenance(seed: int | None, settings: dict[str, Any], missing: Sequence[str] = ()) -> dict[str, Any]:
    """What made a result, for its JSON: version, seed (None where nothing is random), settings, what is left out."""
    return {"version": __version__, "seed": seed, "settings": {**settings, **versions()}, "missing": list(missing)}


def finish(result: dict[str, Any] | list[Any], as_json: bool, output: Path | None = None, quiet: bool = False) -> bool:
    """Write the result as JSON where it was asked for; False if it is still to be shown to a person."""
    text = json.dumps(result, indent=2, allow_nan=False)
    if output is not None:
        with atomic(output) as path:
            path.write_text(text + "\n")
        if not quiet:
            sys.stderr.write(f"wrote {output}\n")
    if as_json:
        sys.stdout.write(text + "\n")
    return as_json


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], caption: str = "") -> None:
    """A table on stdout; only what holds words may wrap."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    made = Table(title=title, caption=caption or None, box=box.SIMPLE_HEAD, title_justify="left", caption_justify="left")
    for i, column in enumerate(columns):
        words = any(isinstance(row[i], str) for row in rows)
        made.add_column(column, justify="left" if words or i == 0 else "right", overflow="fold", no_wrap=not words)
    for row in rows:
        made.add_row(*(shown(value) for value in row))
    console = Console(highlight=False, markup=False)
    console.width = max(console.width, 100)
    console.print(made)


def lines(title: str, items: Sequence[tuple[str, object]]) -> None:
    """Names and values, one to a line, on stdout."""
    width = max((len(name) for name, _ in items), default=0)
    sys.stdout.write("\n".join([title, *(f"  {name:{width}s}  {shown(value)}" for name, value in items)]) + "\n")


def shown(value: object) -> str:
    """A value for a person: four digits, a dash for what does not exist."""
    if value is None:
        return "-"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
