"""A flat table, a row per particle or candidate, to Parquet or a ROOT TTree ``ntuple``."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from darkrecoil._errors import BadValue, unknown
from darkrecoil._run import atomic, check_writable
from darkrecoil.io._parquet import arrow

TREE = "ntuple"
CHUNK = 65536  # rows of a basket or a row group
Columns = Mapping[str, np.ndarray[Any, Any]]


def check(path: str | Path) -> str:
    """The suffix, if a table can be written there; UnknownName, BadFile before any work."""
    suffix = Path(path).suffix
    if suffix not in WRITERS:
        raise unknown("format to write a table in", suffix or Path(path).name, WRITERS)
    check_writable(path)
    return suffix


def write(path: str | Path, columns: Columns) -> None:
    """Writes columns (n,) of one length. BadValue: no rows; UnknownName: another format; BadFile: cannot be written."""
    if not len(next(iter(columns.values()))):
        raise BadValue("no particle that the detector can see: nothing to write", str(path))
    writer = WRITERS[check(path)]
    with atomic(path) as temporary:
        writer(temporary, columns)


def _parquet(path: Path, columns: Columns) -> None:
    pa, pq = arrow()
    pq.write_table(pa.table({name: pa.array(column) for name, column in columns.items()}), path, compression="zstd", row_group_size=CHUNK)


def _root(path: Path, columns: Columns) -> None:
    import uproot

    library: Any = uproot
    with path.open("w+b") as raw, library.recreate(raw, uuid_function=lambda: UUID(int=0, version=1)) as file:
        tree = file.mktree(TREE, {name: column.dtype for name, column in columns.items()})
        for begin in range(0, len(next(iter(columns.values()))), CHUNK):
            tree.extend({name: column[begin : begin + CHUNK] for name, column in columns.items()})


WRITERS: Mapping[str, Callable[[Path, Columns], None]] = {".parquet": _parquet, ".root": _root}
