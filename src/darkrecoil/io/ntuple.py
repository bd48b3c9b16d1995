"""A user's table, block by block: a ROOT TTree or RNTuple, Parquet, CSV. Columns by name, as NumPy or as awkward arrays."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from darkrecoil._errors import BadFile, DarkrecoilError, unknown
from darkrecoil.io._files import AGAIN
from darkrecoil.io._parquet import arrow

BLOCK = 65536  # entries
Block = dict[str, Any]
SUFFIXES = (".root", ".parquet", ".csv")


def branches(path: Path, tree: str | None = None) -> tuple[str, ...]:
    """The names of the columns. UnknownName: another format, no such tree; BadFile: missing, empty, truncated, damaged."""
    with _opened(path, tree) as (names, _, _):
        return names


def entries(path: Path, tree: str | None = None) -> int | None:
    """The number of entries; None where only reading tells (CSV)."""
    with _opened(path, tree) as (_, number, _):
        return number


def blocks(path: Path, names: Sequence[str], tree: str | None = None, *, lists: bool = False) -> Iterator[Block]:
    """Blocks of the columns of these names, (n,) numbers each; with ``lists`` awkward arrays, lists among them.

    UnknownName: no such branch or tree; BadFile: no entries, a column of words, of lists where numbers are asked for, and all of
    ``branches``.
    """
    with _opened(path, tree) as (known, number, read):
        for name in names:
            if name not in known:
                raise unknown(f"branch in {path.name}", name, known)
        if number == 0:
            raise BadFile("the ntuple holds no entries", path)
        empty = True
        for block in read(list(names)):
            empty = False
            yield block if lists else {name: numbers(column, name, path) for name, column in block.items()}
        if empty:
            raise BadFile("the ntuple holds no entries", path)


def numbers(column: Any, name: str, path: Path) -> np.ndarray[Any, Any]:
    """A column of numbers (n,), NaN where one is missing; BadFile for lists or words."""
    import awkward

    try:
        plain = np.asarray(awkward.to_numpy(awkward.fill_none(column, np.nan)))
    except (ValueError, TypeError):
        raise BadFile(f"branch {name} holds lists, not one number per entry", path, hint="write one row per candidate") from None
    if plain.ndim != 1 or plain.dtype.kind not in "biuf":
        raise BadFile(f"branch {name} holds no numbers", path, hint="map another one")
    return plain


@contextmanager
def _opened(path: Path, tree: str | None) -> Iterator[tuple[tuple[str, ...], int | None, Callable[[list[str]], Iterator[Block]]]]:
    """Names, number of entries, and what reads blocks; a library's own words become one line."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise unknown("format of ntuples", suffix or path.name, SUFFIXES)
    if not path.is_file():
        raise BadFile("no such file", path)
    if path.stat().st_size == 0:
        raise BadFile("the file is empty", path)
    if tree is not None and suffix != ".root":
        raise unknown(f"tree of {path.name}, which is one table", tree, ())
    try:
        with {".root": _root, ".parquet": _parquet, ".csv": _csv}[suffix](path, tree) as found:
            yield found
    except (DarkrecoilError, GeneratorExit):
        raise
    except Exception as error:
        first = str(error).strip().splitlines() or [type(error).__name__]
        raise BadFile(f"the {suffix[1:]} file is truncated or damaged", path, first[0][:120], AGAIN) from None


@contextmanager
def _root(path: Path, tree: str | None) -> Iterator[Any]:
    import uproot

    library: Any = uproot
    with library.open(path) as file:
        kinds = {name.split(";")[0]: kind for name, kind in file.classnames().items()}
        tables = [name for name, kind in kinds.items() if kind == "TTree" or "RNTuple" in kind]
        if not tables:
            raise BadFile("the ROOT file holds neither a TTree nor an RNTuple", path)
        name = tree or (tables[0] if len(tables) == 1 else "ntuple")
        if name not in tables:
            raise unknown(f"tree in {path.name} (name it with `tree:` in the map)", name, tables)
        table = file[name]

        def read(names: list[str]) -> Iterator[Block]:
            for some in table.iterate(names, step_size=BLOCK, library="ak"):
                yield {name: some[name] for name in names}

        yield tuple(table.keys()), int(table.num_entries), read


@contextmanager
def _parquet(path: Path, _: str | None) -> Iterator[Any]:
    _, pq = arrow()
    with pq.ParquetFile(path) as source:

        def read(names: list[str]) -> Iterator[Block]:
            for batch in source.iter_batches(BLOCK, columns=names):
                yield _unpacked(batch, names)

        yield tuple(source.schema_arrow.names), int(source.metadata.num_rows), read


@contextmanager
def _csv(path: Path, _: str | None) -> Iterator[Any]:
    import pyarrow.csv

    library: Any = pyarrow.csv
    with library.open_csv(path) as source:

        def read(names: list[str]) -> Iterator[Block]:
            for batch in source:
                if len(batch):
                    yield _unpacked(batch, names)

        yield tuple(source.schema.names), None, read


def _unpacked(batch: Any, names: list[str]) -> Block:
    import awkward

    return {name: awkward.from_arrow(batch.column(name)) for name in names}
