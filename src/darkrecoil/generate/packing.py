"""Particles as arrays: some of their events, parts one after the other, and blocks for the sample store."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from darkrecoil._store import Block
from darkrecoil.records import Beams, Bools, Ints, Particles

Array: TypeAlias = NDArray[Any]

ARRAYS = ("pid", "mother", "status", "momentum", "vertex", "weight", "attempt")
OFTEN_ALIKE = ("pid", "mother", "status", "vertex")  # in all events of many processes: kept once


def where(some: Particles, mask: Bools) -> Particles:
    """The particles of the events of a mask."""
    rows = np.flatnonzero(mask)
    kept: dict[str, Any] = {name: _rows(getattr(some, name), rows) for name in ARRAYS}
    return replace(some, **kept)


def _rows(array: Array, rows: Ints) -> Array:
    """Those rows, in memory by column; one value stretched over all events stays stretched."""
    if array.strides[0] == 0:
        return np.broadcast_to(array[:1], (len(rows), *array.shape[1:]))
    return np.moveaxis(np.take(np.moveaxis(array, 0, -1), rows, axis=-1), -1, 0)


def joined(arrays: Sequence[Array], events: int) -> Array:
    """The first events of parts one after the other, in memory by column; one value stretched over all stays stretched."""
    some = [array for array in arrays if len(array)]
    if all(array.strides[0] == 0 and np.array_equal(array[0], some[0][0]) for array in some):
        return np.broadcast_to(some[0][:1], (events, *some[0].shape[1:]))
    last = events - sum(map(len, some[:-1]))
    columns = [np.moveaxis(array, 0, -1) for array in (*some[:-1], some[-1][:last])]
    return np.moveaxis(np.concatenate(columns, axis=-1), -1, 0)


def packed(some: Particles) -> Block:
    """The arrays of particles, by column and without what is the same in all events."""
    return tuple(_packed(getattr(some, name), name in OFTEN_ALIKE) for name in ARRAYS)


def _packed(array: Array, alike: bool) -> Array:
    if alike and len(array) and (array.strides[0] == 0 or bool((array == array[:1]).all())):
        array = array[:1]
    return np.ascontiguousarray(np.moveaxis(array, 0, -1))


def unpacked(block: Block, attempts: int, beams: Beams) -> Particles:
    """The particles of ``packed``, bit for bit."""
    found = {name: np.moveaxis(array, -1, 0) for name, array in zip(ARRAYS, block, strict=True)}
    events = len(found["weight"])
    for name in OFTEN_ALIKE:
        if len(found[name]) != events:
            found[name] = np.broadcast_to(found[name], (events, *found[name].shape[1:]))
    return Particles(**found, attempts=attempts, beams=beams)
