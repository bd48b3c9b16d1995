"""The verb cache: what is compiled, learnt and generated, and how to be rid of it."""

from enum import StrEnum
from pathlib import Path
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
    """Show or clear what is kept between runs: compiled kernels, learnt grids, samples; the next run makes them again.

    Samples take at most 4 GB, the least recently used go first; DARKRECOIL_STORE=SIZE in GB changes that, 0 keeps none.
    """
    from darkrecoil import _jit, _store
    from darkrecoil.generate import store

    removed: dict[str, object] = {}
    if action is Action.clear:
        removed = {"removed": _jit.clear(), "removed_grids": _cleared(store.folder()), "removed_samples": _store.clear()}
    result = {**_jit.info(), **_grids(store.folder()), **_store.info(), "samples_most_bytes": _store.most(), **removed}
    if not _output.finish(result, json, output):
        _output.lines("compiled kernels, learnt grids, samples", list(result.items()))


def _grids(folder: Path) -> dict[str, object]:
    """Where the learnt grids are, how many, and their size in bytes, that of fragments of interrupted runs included."""
    files = [path for path in folder.iterdir() if path.is_file()]
    return {"grids_folder": str(folder), "grids": len(_whole(files)), "grids_bytes": sum(path.stat().st_size for path in files)}


def _cleared(folder: Path) -> int:
    """The number of learnt grids removed; fragments go, too."""
    files = [path for path in folder.iterdir() if path.is_file()]
    for path in files:
        path.unlink(missing_ok=True)
    return len(_whole(files))


def _whole(files: list[Path]) -> list[Path]:
    return [path for path in files if path.suffix == ".grids" and not path.name.startswith(".")]
