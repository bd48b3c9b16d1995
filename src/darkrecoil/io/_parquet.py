"""Parquet files of ours: their library, their table, and what their record says they hold."""

import json
from pathlib import Path
from typing import Any

from darkrecoil._errors import BadFile
from darkrecoil.io._record import TRUE

FORMAT = 1
KEY = b"darkrecoil"
RECONSTRUCTED = "reconstructed events"
MADE_BY = {TRUE: "make one with `darkrecoil generate`", RECONSTRUCTED: "make one with `darkrecoil simulate`"}


def arrow() -> tuple[Any, Any]:
    """The library and its Parquet part, imported when a file is touched: 0.2 s that a plain import need not pay."""
    import pyarrow
    import pyarrow.parquet

    return pyarrow, pyarrow.parquet


def loaded(path: Path, again: str) -> Any:
    """The table of a Parquet file; BadFile if it is missing, empty, of another kind, truncated or damaged: ``again`` is the way out."""
    pa, pq = arrow()
    if not path.is_file():
        raise BadFile("no such file", path)
    if path.stat().st_size == 0:
        raise BadFile("the file is empty", path)
    with path.open("rb") as raw:
        if raw.read(4) != b"PAR1":
            raise BadFile("not a Parquet file", path)
    try:
        with pq.ParquetFile(path) as source:
            return source.read()
    except (pa.ArrowException, OSError):
        raise BadFile("the Parquet file is truncated or damaged", path, hint=again) from None


def facts_of(table: Any, content: str, path: Path, again: str) -> dict[str, Any]:
    """The record of a table of ours with that content; BadFile for others, the other content by its name, another version."""
    metadata = table.schema.metadata
    if not metadata or KEY not in metadata:
        raise BadFile(f"the Parquet file is not one of {content} by darkrecoil", path, hint=MADE_BY[content])
    try:
        facts = dict(json.loads(metadata[KEY]))
    except ValueError:
        raise BadFile("the Parquet file's darkrecoil record is damaged", path, hint=again) from None
    if (found := facts.get("content", RECONSTRUCTED)) != content:
        raise BadFile(f"the Parquet file holds {found}, not {content}", path, hint=MADE_BY[content])
    if facts.get("format") != FORMAT:
        raise BadFile(f"the format version of {path}", facts.get("format"), f"allowed: {FORMAT}", "make it again with this version")
    return facts
