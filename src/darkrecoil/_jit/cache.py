"""The cache of compiled kernels: a file per kernel, named after all that its machine code depends on.

The name hashes the module's text (which holds every function that it inlines), the versions of Numba, NumPy and Python,
and the processor with its features. Every kernel is compiled in a process of its own with a fixed hash seed: Numba walks
through sets of names, so that under Python's random seed the order of instructions, hence the last bits of a sum, would be
those of the day. Processes also compile side by side, which threads cannot under Numba's lock.
"""

import hashlib
import os
import pickle
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import metadata, util
from pathlib import Path
from types import ModuleType

from darkrecoil._jit.link import Kernel

Progress = Callable[[int, int], None]
SEED = "0"  # of the hashes in the processes that compile


def folder() -> Path:
    """The folder of compiled kernels, made if need be: the user's cache, or a temporary one where that cannot be written."""
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    base = given if given.is_absolute() else Path.home() / ".cache"
    for root in (base, Path(tempfile.gettempdir()) / f"darkrecoil-{os.getuid()}"):
        place = root / "darkrecoil" / "kernels"
        try:
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError:
            continue
        if os.access(place, os.W_OK) and _ours(place):
            return place
    raise OSError(f"no folder of our own for compiled kernels can be written: neither {base} nor the temporary folder")


def _ours(place: Path) -> bool:
    """Whether nobody else can write there: what lies in the cache is executed."""
    found = place.stat()
    return found.st_uid == os.getuid() and not found.st_mode & 0o022


def info() -> dict[str, object]:
    """Where the compiled kernels are, how many, and their size in bytes."""
    files = [p for p in folder().rglob("*") if p.is_file()]
    return {"folder": str(folder()), "kernels": sum(p.suffix == ".py" for p in files), "bytes": sum(p.stat().st_size for p in files)}


def clear() -> int:
    """The number of kernels removed from the cache."""
    files = [p for p in folder().rglob("*") if p.is_file()]
    for path in files:
        path.unlink(missing_ok=True)
    return sum(p.suffix == ".py" for p in files)


def load(kernels: Sequence[Kernel], jobs: int = 1, progress: Progress | None = None) -> list[Callable[..., None]]:
    """The compiled entry of each kernel, in order; those not in the cache are compiled, ``jobs`` at a time."""
    paths = [_written(kernel) for kernel in kernels]
    missing = [path for path in dict.fromkeys(paths) if not _compiled(path)]
    _compile_in_processes(missing, jobs, progress)
    return [_entry(path, kernel) for path, kernel in zip(paths, kernels, strict=True)]


def _entry(path: Path, kernel: Kernel) -> Callable[..., None]:
    """The compiled entry; a damaged or vanished file is written and compiled once more."""
    try:
        return _imported(path).run  # type: ignore[no-any-return]
    except (OSError, EOFError, AttributeError, SyntaxError, pickle.UnpicklingError, ValueError, IndexError):
        for damaged in [path, *(path.parent / "__pycache__").glob(f"{path.stem}.*")]:
            damaged.unlink(missing_ok=True)
        _compile_in_processes([_written(kernel)], 1, None)
        return _imported(path).run  # type: ignore[no-any-return]


def _written(kernel: Kernel) -> Path:
    digest = hashlib.sha256(f"{_machine()}\n{kernel.text}".encode()).hexdigest()[:16]
    path = folder() / f"{kernel.name}_{digest}.py"
    if not path.is_file() or path.read_text() != kernel.text:
        handle, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "w") as out:
            out.write(kernel.text)
        Path(name).replace(path)
    return path


@cache
def _machine() -> str:
    import llvmlite.binding as llvm

    versions = [metadata.version(name) for name in ("numba", "llvmlite", "numpy")]
    processor = [llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()]  # type: ignore[no-untyped-call]
    return "|".join([*versions, platform.python_version(), *processor, SEED])


def _compiled(path: Path) -> bool:
    return any((path.parent / "__pycache__").glob(f"{path.stem}.run-*.nbc"))


def _compile_in_processes(paths: Sequence[Path], jobs: int, progress: Progress | None) -> None:
    waiting, done = sorted(paths, key=lambda path: path.stat().st_size, reverse=True), 0  # the longest first
    running: list[subprocess.Popen[bytes]] = []
    code = "import sys; from darkrecoil._jit.cache import compile_file; compile_file(sys.argv[1])"
    command = [sys.executable, "-P", "-c", code]  # -P: nothing is imported from the current folder
    env = os.environ | {"PYTHONHASHSEED": SEED}
    try:
        while waiting or running:
            while waiting and len(running) < max(jobs, 1):
                child = subprocess.Popen([*command, str(waiting.pop(0))], env=env, stderr=subprocess.DEVNULL, start_new_session=True)
                running.append(child)
            time.sleep(0.02)
            for process in [p for p in running if p.poll() is not None]:
                running.remove(process)
                done += 1  # one that failed is compiled again, and heard, where it is used
                if progress:
                    progress(done, len(paths))
    finally:
        for process in running:
            process.terminate()
            process.wait()


def compile_file(path: str) -> None:
    """Compile the kernel in that file into the cache."""
    _imported(Path(path))


@cache
def _imported(path: Path) -> ModuleType:
    spec = util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    sys.modules[path.stem] = module
    with _without_extensions():
        spec.loader.exec_module(module)
    return module


@contextmanager
def _without_extensions() -> Iterator[None]:
    """Numba as it is: what other packages register with it (awkward, vector) takes 0.3 s to import, scipy.linalg 0.1 s, which Numba
    looks for at its start; no kernel of ours uses either.

    Afterwards Numba is as before: it loads its extensions for whoever compiles next, and scipy.linalg for whoever needs it.
    """
    from numba.core import entrypoints
    from numba.np import linalg

    before, blas = entrypoints._already_initialized, linalg.ensure_blas
    entrypoints._already_initialized = True
    linalg.ensure_blas = lambda: None
    try:
        yield
    finally:
        entrypoints._already_initialized, linalg.ensure_blas = before, blas
