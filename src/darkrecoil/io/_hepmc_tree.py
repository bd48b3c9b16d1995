"""Who comes from whom in a HepMC file, and where: ids resolved, mothers that are stored, places of vertices."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from darkrecoil._errors import BadFile
from darkrecoil.io._files import AGAIN
from darkrecoil.io._hepmc_text import Text
from darkrecoil.records import Bools, Floats, Ints

SPAN = 1 << 32  # ids are 32-bit numbers


@dataclass(frozen=True)
class Tree:
    """Rows (s,) of the stored particles, mothers before daughters; of each the place of its mother among those of its event
    (-1: the beams); vertex (m, 4) = ct, x, y, z (cm) of every particle of the file, in the file's frame."""

    rows: Ints
    mother: Ints
    vertex: Floats


def tree(text: Text, path: Path) -> Tree:
    """The tree of all events; BadFile where an id is missing, given twice, out of range, or its own ancestor."""
    made_at, mother = _links(text, path)
    status = text.particles[:, 8]
    kept = (status == 1) | (status == 2)
    depth, ancestor, vertex = _climb(text, made_at, mother, kept, path)
    rows = np.flatnonzero(kept)
    if (ancestor[rows] > rows).any():
        rows = rows[np.lexsort((depth[rows], text.event[rows]))]
    place = np.full(len(status), -1)
    counts = np.bincount(text.event[rows], minlength=len(text.weight))
    place[rows] = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    return Tree(rows, np.where(ancestor[rows] >= 0, place[ancestor[rows]], -1), vertex)


def _links(text: Text, path: Path) -> tuple[Ints, Ints]:
    """Of each particle the row of the vertex where it was made and the row of its first mother; -1: none."""
    ids, parent = _ids(text.particles[:, :2], text.event, path).T
    names, first = _ids(text.vertices[:, :2], text.vertex_event, path).T
    among, vertices = _sorted(text.event, ids, "particles", path), _sorted(text.vertex_event, names, "vertices", path)
    made_at = _found(vertices, text.event, parent, parent < 0, "vertex", path)
    direct = _found(among, text.event, parent, parent > 0, "particle", path)
    through = _found(among, text.vertex_event, first, first != 0, "particle", path)
    via = through[made_at] if len(through) else np.full(len(made_at), -1)
    return made_at, np.where(made_at >= 0, via, direct)


def _ids(numbers: Floats, event: Ints, path: Path) -> Ints:
    wrong = (numbers != np.round(numbers)) | (np.abs(numbers) >= SPAN // 2)
    if wrong.any():
        where = int(np.argmax(wrong.any(axis=1)))
        raise BadFile(
            f"the HepMC file has an id out of range in event {event[where] + 1}", path, hint="allowed: whole numbers of 32 bit; " + AGAIN
        )
    return numbers.astype(np.int64)


def _sorted(event: Ints, ids: Ints, what: str, path: Path) -> tuple[Ints, Ints]:
    """Keys in order, and the rows that they belong to."""
    keys = event * SPAN + ids
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    if (twice := keys[1:] == keys[:-1]).any():
        number = int(event[order[int(np.argmax(twice))]]) + 1
        raise BadFile(f"the HepMC file has two {what} of one id in event {number}", path, hint=AGAIN)
    return keys, order


def _found(among: tuple[Ints, Ints], event: Ints, ids: Ints, asked: Bools, what: str, path: Path) -> Ints:
    """Rows of the ids asked for, -1 for the others."""
    keys, order = among
    wanted = event[asked] * SPAN + ids[asked]
    at = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    missing = keys[at] != wanted if len(keys) else np.ones(len(wanted), dtype=bool)
    if missing.any():
        where = np.flatnonzero(asked)[int(np.argmax(missing))]
        raise BadFile(f"the HepMC file names a {what} that it does not have in event {event[where] + 1}: {ids[where]}", path, hint=AGAIN)
    rows = np.full(len(ids), -1)
    rows[asked] = order[at] if len(keys) else 0
    return rows


def _climb(text: Text, made_at: Ints, mother: Ints, kept: Bools, path: Path) -> tuple[Ints, Ints, Floats]:
    """Of each particle its generation, its nearest stored ancestor (-1: none), and where it was made: generation by generation."""
    m = len(mother)
    depth, ancestor = np.where(mother < 0, 0, -1), np.full(m, -1)
    placed = np.zeros(m, dtype=bool)
    placed[made_at >= 0] = text.vertices[made_at[made_at >= 0], 2] > 0
    vertex = text.place[text.event][:, [3, 0, 1, 2]]
    vertex[placed] = text.vertices[made_at[placed]][:, [6, 3, 4, 5]]
    while len(now := np.flatnonzero((depth < 0) & (depth[mother] >= 0))):
        up = mother[now]
        depth[now] = depth[up] + 1
        ancestor[now] = np.where(kept[up], up, ancestor[up])
        vertex[now] = np.where(placed[now, None], vertex[now], vertex[up])
    if (depth < 0).any():
        number = int(text.event[int(np.argmax(depth < 0))]) + 1
        raise BadFile(f"the HepMC file has a particle that is its own ancestor in event {number}", path, hint=AGAIN)
    return depth, ancestor, vertex
