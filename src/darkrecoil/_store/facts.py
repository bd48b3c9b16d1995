"""Addresses: the hash of everything that a sample depends on."""

import hashlib
import platform
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from darkrecoil import __version__
from darkrecoil._run import versions

Fact: TypeAlias = str | int | float | NDArray[Any] | tuple["Fact", ...] | None

ROOT = Path(__file__).parents[1]
APART = ("analyses", "cli", "constraints", "io", "limits", "plots", "statistics")  # what these hold changes no block, or is among the facts


def address(*facts: Fact) -> str:
    """The SHA-256, hexadecimal, of the facts, of the package's version and sources, and of the versions that it runs on.

    Numbers count by their bits, arrays with shape and type. TypeError for anything whose text does not say all of it.
    """
    found = hashlib.sha256(f"{__version__}\n{sources()}\n{platform.python_version()}\n{versions()}\n".encode())
    _add(found, facts)
    return found.hexdigest()


@cache
def sources() -> str:
    """The SHA-256, hexadecimal, of the package's files that events, response and selection come from."""
    found = hashlib.sha256()
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT)
        if path.is_file() and inside.parts[0] not in APART and "__pycache__" not in inside.parts:
            found.update(f"{inside.as_posix()}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def _add(found: Any, fact: Fact) -> None:
    """Feed one fact with its kind and its length, so that no two lists of facts read alike."""
    if isinstance(fact, tuple):
        found.update(f"tuple {len(fact)}\n".encode())
        for part in fact:
            _add(found, part)
    elif isinstance(fact, np.ndarray) and fact.dtype != object:
        found.update(f"array {fact.dtype.str} {fact.shape}\n".encode() + fact.tobytes())
    elif isinstance(fact, float):
        found.update(f"float {float(fact).hex()}\n".encode())
    elif fact is None or isinstance(fact, str | int):
        text = str(fact).encode()
        found.update(f"{type(fact).__name__} {len(text)}\n".encode() + text)
    else:
        raise TypeError(f"{type(fact).__name__} is no fact of an address")
