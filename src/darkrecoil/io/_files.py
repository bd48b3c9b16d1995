"""Text in and bytes out, plain or gzipped: a damaged file is refused in one line, equal content makes equal bytes."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, cast

from darkrecoil._errors import BadFile

AGAIN = "copy or generate it again"


@contextmanager
def lines(path: Path) -> Iterator[Iterator[str]]:
    """The lines of a text file; compression is seen from the bytes. BadFile: missing, unreadable, a damaged compression."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            with TextIOWrapper(gzip.GzipFile(fileobj=raw) if packed else raw, encoding="utf-8", errors="replace") as text:
                yield iter(text)
    except FileNotFoundError:
        raise BadFile("no such file", path) from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise BadFile("the compressed file is truncated or damaged", path, hint=AGAIN) from None
    except OSError as error:
        raise BadFile("the file cannot be read", path, hint=str(error.strerror or error)) from None


@contextmanager
def written(path: Path, packed: bool) -> Iterator[BinaryIO]:
    """Bytes to write to; compressed without name and time, which would differ from run to run."""
    with path.open("wb") as raw:
        if packed:
            with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=raw, mtime=0) as stream:
                yield cast("BinaryIO", stream)
        else:
            yield raw
