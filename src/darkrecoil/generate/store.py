"""Learnt grids kept in the user's cache, under a hash of all that they depend on: a known process starts at once."""

import hashlib
import inspect
import io
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from darkrecoil import _jit
from darkrecoil._errors import BadFile
from darkrecoil._run import atomic
from darkrecoil.generate import grids, multichannel
from darkrecoil.generate.grids import Grids
from darkrecoil.generate.multichannel import Cut, Importance, Source
from darkrecoil.generate.radiation import steps

FIELDS = ("edges", "cells", "guide", "low", "width", "share")


def trained(
    source: Source, cut: Cut | None, cuts: Sequence[str], jobs: int = 1, importance: Importance | None = None
) -> tuple[Grids, float]:
    """Grids and maximum weight (fb) of ``multichannel.trained``, from the cache where they lie there.

    ``cuts`` is the cut, and the region of a greater importance, as text.
    """
    path = folder() / f"{digest(source, cuts)}.grids"
    known = _read(path)
    if known is not None:
        return known
    learnt, maximum = multichannel.trained(source, cut, jobs, importance)
    _write(path, learnt, maximum)
    return learnt, maximum


def folder() -> Path:
    """The folder of learnt grids, beside that of compiled kernels."""
    place = _jit.folder().parent / "grids"
    place.mkdir(mode=0o700, exist_ok=True)
    return place


def digest(source: Source, cuts: Sequence[str]) -> str:
    """A name for everything that training reads: amplitudes, phase space, beams, seed, cuts, and the code itself.

    The kernels are there by their modules' names, which hash their text, the versions and the processor.
    """
    code = [run.__module__ for run in source.engine.all] + [inspect.getsource(module) for module in (grids, multichannel, steps)]
    words = [source.name, source.seed, source.soft, source.beams, source.radiates, *cuts, np.__version__, *code]
    found = hashlib.sha256("\n".join(map(repr, words)).encode())
    space = source.space
    arrays = [space.codes, space.numbers, space.spans, space.mass2, space.factors, space.factor_numbers, space.members]
    for one in source.tree.alternatives:
        arrays += [np.asarray(part) for part in (*one.program.arrays, one.program.factor, one.pid)]
    for array in arrays:
        found.update(repr(array.shape).encode() + array.tobytes())
    return found.hexdigest()[:24]


def _read(path: Path) -> tuple[Grids, float] | None:
    """What the file holds; None if there is none, or if it is not what was written: its first 32 bytes are the hash of the rest."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(content[32:]).digest() != content[:32]:
        return None
    with np.load(io.BytesIO(content[32:])) as found:
        return Grids(**{name: found[name] for name in FIELDS}), float(found["maximum"])


def _write(path: Path, learnt: Grids, maximum: float) -> None:
    """Keep the grids; where that cannot be done they are learnt again next time, and nothing of this run is lost."""
    out = io.BytesIO()
    np.savez_compressed(out, maximum=maximum, **{name: getattr(learnt, name) for name in FIELDS})
    content = out.getvalue()
    with suppress(BadFile), atomic(path) as temporary:
        temporary.write_bytes(hashlib.sha256(content).digest() + content)
