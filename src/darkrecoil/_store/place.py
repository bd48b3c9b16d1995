"""Where samples lie, how much they take, and what goes when they take too much."""

import os
import time
from contextlib import suppress
from math import isfinite
from pathlib import Path

from darkrecoil import _jit
from darkrecoil._errors import BadValue

LARGEST = 4.0  # GB, of the whole store
SWITCH = "DARKRECOIL_STORE"  # environment: another size in GB; 0 keeps nothing
SUFFIX = ".segment"
STALE = 3600.0  # s after which a temporary file belongs to a run that was killed


def most() -> float:
    """The bytes that the store may take: 4 GB, or what the environment says. BadValue if that is not a size."""
    text = os.environ.get(SWITCH, "").strip() or str(LARGEST)
    try:
        size = float(text)
    except ValueError:
        size = -1.0
    if not (isfinite(size) and size >= 0):
        raise BadValue(f"{SWITCH} is not a size", text, "allowed: a number of GB, 0 to keep nothing")
    return 1e9 * size


def folder() -> Path:
    """The folder of samples, beside that of compiled kernels."""
    place = _jit.folder().parent / "samples"
    with suppress(OSError):
        place.mkdir(mode=0o700, exist_ok=True)
    return place


def of(key: str) -> Path:
    """The folder of one sample, marked as used now; where it cannot be made nothing is kept."""
    place = folder() / key[:32]
    with suppress(OSError):
        place.mkdir(mode=0o700, exist_ok=True)
        os.utime(place)
    return place


def info() -> dict[str, object]:
    """Where the samples are, how many, and their size in bytes, that of fragments of interrupted runs included."""
    files = _files()
    whole = {path.parent for path, _ in files if not path.name.startswith(".")}
    return {"samples_folder": str(folder()), "samples": len(whole), "samples_bytes": sum(size for _, size in files)}


def clear() -> int:
    """The number of samples removed; fragments go, too."""
    files = _files()
    _remove([path for path, _ in files])
    return len({path.parent for path, _ in files if not path.name.startswith(".")})


def trim(largest: float) -> None:
    """Remove what killed runs left, and then samples, the least recently used first and each from its end, until the rest fits."""
    files, now = _files(), time.time()
    fragments = [path for path, _ in files if path.name.startswith(".") and now - _changed(path) > STALE]
    _remove(fragments)
    whole = [(path, size) for path, size in files if not path.name.startswith(".")]
    used = {place: _changed(place) for place in {path.parent for path, _ in whole}}
    total, going = sum(size for _, size in whole), []
    for path, size in sorted(whole, key=lambda one: (used[one[0].parent], one[0].parent.name, -int(one[0].stem))):
        if total <= largest:
            break
        going.append(path)
        total -= size
    _remove(going)


def _files() -> list[tuple[Path, int]]:
    """Every file of the store with its size; those that another process removes meanwhile are left out."""
    found = []
    for path in folder().glob("*/*" + SUFFIX):
        with suppress(OSError):
            found.append((path, path.stat().st_size))
    return found


def _remove(paths: list[Path]) -> None:
    """Remove files, and folders that they leave empty; the others keep their time of use."""
    used = {place: _changed(place) for place in {path.parent for path in paths}}
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)
    for place, when in used.items():
        with suppress(OSError):
            os.utime(place, (when, when))
        with suppress(OSError):
            place.rmdir()


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
