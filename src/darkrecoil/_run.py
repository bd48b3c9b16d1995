"""Ordered map over blocks, progress on stderr, cancellation, and files that appear whole or not at all.

Results come in the order of the items whatever the number of jobs, so that a reduction over them is
the same to the last bit. Threads serve kernels that release the GIL; processes serve everything else.
"""

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from importlib import metadata
from itertools import islice
from pathlib import Path
from typing import TypeVar

from darkrecoil._errors import BadFile, BadValue

Item = TypeVar("Item")
Result = TypeVar("Result")
Progress = Callable[[int, int], None]

BLOCK = 8192  # attempts per block: every reduction runs over whole blocks, in order


def processors() -> int:
    """The number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def block_count(attempts: int) -> int:
    """The number of whole blocks that hold so many attempts."""
    return max(1, -(-attempts // BLOCK))


def ordered_map(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    jobs: int = 1,
    backend: str = "threads",
    progress: Progress | None = None,
) -> Iterator[Result]:
    """function(item) for each item, in order, as an iterator; ``backend`` is serial, threads or processes.

    At most a few items per job are ahead of the reader, so that memory stays bounded. Ctrl-C or an error
    cancels what has not begun and is raised here.
    """
    if jobs < 1:
        raise BadValue("jobs must be a positive number", jobs, "allowed: 1, 2, ...")
    jobs = min(jobs, len(items) or 1, 4 * processors())  # more would only take memory
    results = map(function, items) if jobs == 1 or backend == "serial" else _pooled(function, items, jobs, backend)
    for done, result in enumerate(results, start=1):
        if progress:
            progress(done, len(items))
        yield result


def _pooled(function: Callable[[Item], Result], items: Iterable[Item], jobs: int, backend: str) -> Iterator[Result]:
    waiting = iter(items)
    pool = _executor(backend, jobs)
    ahead: list[Future[Result]] = []
    try:
        ahead += [pool.submit(function, item) for item in islice(waiting, 3 * jobs)]
        while ahead:
            yield ahead.pop(0).result()
            ahead += [pool.submit(function, item) for item in islice(waiting, 1)]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _executor(backend: str, jobs: int) -> Executor:
    if backend == "threads":
        return ThreadPoolExecutor(jobs)
    if backend == "processes":
        return ProcessPoolExecutor(jobs)
    raise BadValue("no way to run of this name", backend, "allowed: serial, threads, processes")


def bar(label: str, quiet: bool = False) -> Progress | None:
    """A progress line on stderr for a terminal; None, thus silence, elsewhere."""
    if quiet or not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        filled = 30 * done // max(total, 1)
        end = "\n" if done == total else ""
        sys.stderr.write(f"\r{label:32.32s} [{'#' * filled}{'.' * (30 - filled)}] {done}/{total}{end}")
        sys.stderr.flush()

    return show


def check_writable(path: str | Path) -> Path:
    """The path with its links followed, if a file can be written there; BadFile before any work is done if it cannot."""
    path = Path(path).resolve()
    folder = path.parent
    if not folder.is_dir():
        raise BadFile("the output's folder does not exist", folder, hint="make it, or choose another -o")
    if path.is_dir():
        raise BadFile("the output is a folder", path, hint="name a file with -o")
    if path.exists() and not path.is_file():
        raise BadFile("the output is a device, not a file", path, hint="choose another -o")
    if path.exists() and not (os.access(path, os.W_OK) and path.stat().st_mode & 0o222):
        raise BadFile("the output is a file that must not be written", path, hint="choose another -o")
    if not os.access(folder, os.W_OK):
        raise BadFile("the output's folder cannot be written", folder, hint="choose another -o")
    return path


@contextmanager
def atomic(path: str | Path) -> Iterator[Path]:
    """A temporary path beside ``path``: moved into place when the body succeeds, removed when it fails."""
    path = check_writable(path)
    try:
        handle, name = tempfile.mkstemp(prefix=".", suffix=path.suffix, dir=path.parent)
    except OSError as error:
        raise BadFile("the output cannot be written", path, hint=str(error.strerror)) from None
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        raise BadFile("the output cannot be written", path, hint=str(error.strerror or error)) from None
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def file_hash(path: str | Path) -> str:
    """The SHA-256 of a file's content, hexadecimal; BadFile if it cannot be read."""
    try:
        with Path(path).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise BadFile("the file cannot be read", path, hint=str(error.strerror or error)) from None


def versions() -> dict[str, str]:
    """The versions, beside our own, that a result depends on to its last bit."""
    return {name: metadata.version(name) for name in ("numba", "numpy", "scipy")}
