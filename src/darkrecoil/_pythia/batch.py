"""Pythia's event records as flat arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from darkrecoil.constants import cm, mm

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
C = 29.9792458  # cm/ns; exact, SI 2019


@dataclass(frozen=True)
class Batch:
    """m entries of n event records one after the other: counts (n,); pid, status, mother, daughter (m,), momentum and vertex (m, 4).

    Status > 0: final. Mother and daughter are the first ones, by place in their own event; 0: none. Momentum (E, px, py, pz) GeV, vertex
    (t ns, x, y, z cm) where it was made, in the frame of the beams given.
    """

    counts: Ints
    pid: Ints
    status: Ints
    mother: Ints
    daughter: Ints
    momentum: Floats
    vertex: Floats

    def event(self) -> Ints:
        """The event (m,) of each entry."""
        return np.repeat(np.arange(len(self.counts)), self.counts)

    def start(self) -> Ints:
        """The first entry (n,) of each event."""
        return np.asarray(np.cumsum(self.counts) - self.counts)


def from_awkward(found: Any) -> Batch:
    """The batch of what ``Pythia.nextBatch`` returns."""
    import awkward as ak

    entries = found.prt
    counts = np.asarray(ak.to_numpy(ak.num(entries.id)), dtype=np.int64)
    flat = ak.flatten(entries)
    pid, status, mother, daughter = (np.asarray(ak.to_numpy(flat[name]), np.int64) for name in ("id", "status", "mother1", "daughter1"))
    momentum = np.stack([np.asarray(ak.to_numpy(flat.p[name])) for name in ("e", "px", "py", "pz")], axis=1)
    made = [np.asarray(ak.to_numpy(ak.fill_none(flat.vProd[name], 0.0))) for name in ("e", "px", "py", "pz")]
    vertex = np.stack(made, axis=1) * (mm / cm) / np.array([C, 1.0, 1.0, 1.0])
    return Batch(counts, pid, status, mother, daughter, momentum, vertex)


def from_rows(counts: list[int], rows: Sequence[tuple[float, ...]]) -> Batch:
    """The batch of rows (pid, status, mother, daughter, E, px, py, pz), all made at the origin."""
    table = np.array(rows, dtype=np.float64).reshape(-1, 8)
    pid, status, mother, daughter = (table[:, i].astype(np.int64) for i in range(4))
    momentum, vertex = np.ascontiguousarray(table[:, 4:]), np.zeros((len(table), 4))
    return Batch(np.array(counts, dtype=np.int64), pid, status, mother, daughter, momentum, vertex)


def joined(parts: list[Batch]) -> Batch:
    """Batches one after the other."""
    names = ("counts", "pid", "status", "mother", "daughter", "momentum", "vertex")
    return Batch(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
