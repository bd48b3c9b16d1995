"""Our quantity -> a user's branch or expression: the YAML file, and the maps of darkrecoil's own tables and of basf2's ntuples."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from darkrecoil._errors import BadFile, BadValue, unknown
from darkrecoil.io import expressions, ntuple
from darkrecoil.records import Floats

_NAMES = ("electron_id", "muon_id", "pion_id", "kaon_id", "proton_id")
OWN: Mapping[str, Any] = {
    "track": {
        "where": "pdg != 22 and hypot(true_x, true_y) < 0.1", "pdg": "pdg", "found": "found",
        "true_px": "true_px", "true_py": "true_py", "true_pz": "true_pz",
        "true_x": "true_x", "true_y": "true_y", "true_z": "true_z",
        **{name: f"track_{name}" for name in ("px", "py", "pz", "charge", "ecl_energy", "d0", "z0", *_NAMES)},
    },
    "photon": {
        "where": "pdg == 22 and nearest_photon > 0.3 and hypot(true_x, true_y) < 0.1", "pdg": "pdg", "found": "found",
        "true_px": "true_px", "true_py": "true_py", "true_pz": "true_pz",
        **{name: f"cluster_{name}" for name in ("energy", "px", "py", "pz", "time")},
    },
}  # fmt: skip
_MC = {"pdg": "mcPDG", "true_px": "mcPX", "true_py": "mcPY", "true_pz": "mcPZ"}
_CHARGED = "(abs(mcPDG) == 11 or abs(mcPDG) == 13 or abs(mcPDG) == 211 or abs(mcPDG) == 321 or abs(mcPDG) == 2212)"
BASF2: Mapping[str, Any] = {  # candidates with their matched true particle: no efficiencies, for what was not found has no row
    "track": {
        "where": f"{_CHARGED} and charge != 0", **_MC, "px": "px", "py": "py", "pz": "pz", "charge": "charge",
        "true_x": "mcProdVertexX", "true_y": "mcProdVertexY", "true_z": "mcProdVertexZ", "d0": "d0", "z0": "z0",
        **{name: f"{name.replace('_id', 'ID')} > 0.9" for name in _NAMES},
        "ecl_energy": "where(isfinite(clusterE), clusterE, 0)",
    },
    "photon": {
        "where": "mcPDG == 22 and isfinite(clusterE)", **_MC, "energy": "clusterE", "theta": "clusterTheta", "phi": "clusterPhi",
        "time": "clusterTiming",
    },
}  # fmt: skip
WORDS = ("tree", "where")


@dataclass(frozen=True)
class Section:
    """The columns of one kind: tree (None: the only one), rows that count, expression by quantity."""

    tree: str | None
    where: str | None
    columns: Mapping[str, str]

    def branches(self) -> tuple[str, ...]:
        """The branches that are read."""
        texts = [*self.columns.values(), *([self.where] if self.where else [])]
        return tuple(sorted({name for text in texts for name in expressions.branches(text)}))


def load(path: Path) -> dict[str, Any]:
    """The content of a YAML map; BadFile if it cannot be read or is not a table of sections."""
    import yaml

    library: Any = yaml
    try:
        content = library.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadFile("cannot read the map of branches", path, error.strerror or "") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadFile("not a YAML file", path, " ".join(str(error).split())) from None
    if not isinstance(content, dict) or not content:
        raise BadFile("the map of branches holds no sections", path, "allowed: track:, photon:, trigger: and what they hold")
    return content


def default(path: Path) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The map for a table of ours or a basf2 ntuple, by its columns, and what of it the file lacks; BadFile for another."""
    known = set(ntuple.branches(path))
    for name, content in (("darkrecoil simulate --truth", OWN), ("basf2", BASF2)):
        reduced = {kind: {q: text for q, text in some.items() if {*expressions.branches(text)} <= known} for kind, some in content.items()}
        if all({"pdg", "true_px", "true_py", "true_pz"} <= some.keys() for some in reduced.values()):
            lacking = [f"{kind}.{q}" for kind, some in content.items() for q in some if q not in reduced[kind] and q != "where"]
            return reduced, (f"columns read as those of {name}", *(f"not in the file: {text}" for text in lacking))
    raise BadFile("the ntuple's columns are neither ours nor those of basf2", path, hint="say with --map branches.yaml what they are")


def section(kind: str, content: Any, known: Iterable[str], needed: Sequence[str] = ()) -> Section:
    """A section of a map with the quantities of ``known``; UnknownName for others, BadValue for one that is no table or lacks a need."""
    if not isinstance(content, dict):
        raise BadValue(f"the section {kind} of the map", content, "allowed: quantity: branch or expression, a line each")
    for name in content:
        if name not in (*known, *WORDS):
            raise unknown(f"quantity of the section {kind} of the map", str(name), [*known, *WORDS])
    for name in needed:
        if name not in content:
            raise BadValue(f"the section {kind} of the map lacks a quantity", name, hint=f"add `{name}: branch or expression`")
    tree, where = content.get("tree"), content.get("where")
    columns = {str(name): str(text) for name, text in content.items() if name not in WORDS}
    return Section(None if tree is None else str(tree), None if where is None else str(where), columns)


def read(path: Path, some: Section, *, must_be_finite: Sequence[str] = (), given: str = "") -> Iterator[dict[str, Floats]]:
    """Blocks of the section's quantities (n,), rows of ``where`` only.

    BadFile: a quantity of ``must_be_finite`` that is NaN or infinite in a row where ``given`` (if mapped) is set.
    """
    begin = 0
    for block in ntuple.blocks(path, some.branches() or ntuple.branches(path, some.tree)[:1], some.tree):
        size = len(next(iter(block.values())))
        rows = np.arange(size)
        if some.where is not None:
            rows = np.flatnonzero(_whole(expressions.value(some.where, block), size))
        found = {q: _whole(expressions.value(text, block), size)[rows] for q, text in some.columns.items()}
        asked = found[given] > 0 if given in found else np.ones(len(rows), dtype=bool)
        for name in must_be_finite:
            if name in found and (wrong := asked & ~np.isfinite(found[name])).any():
                _refuse(path, name, some.columns[name], begin + int(rows[np.argmax(wrong)]), int(wrong.sum()))
        begin += size
        yield found


def _whole(column: Any, size: int) -> Floats:
    return np.broadcast_to(np.asarray(column, dtype=np.float64), (size,))


def _refuse(path: Path, name: str, text: str, row: int, number: int) -> None:
    raise BadFile(
        f"{name} ({text}) is not finite in entry {row} of {path.name} and {number - 1} more of its block",
        None, "allowed: finite where the particle was found", "leave such entries out with `where: isfinite(...)`",
    )  # fmt: skip
