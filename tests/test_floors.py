"""The floors: an import goes to a strictly lower floor, and a third-party package has its owners."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "src" / "darkrecoil"
FLOOR = {
    "constants": 0, "_errors": 0, "_registry": 0,
    "kinematics": 1, "_jit": 1, "_run": 1, "_pythia": 1,
    "records": 2, "_store": 2,
    "amplitudes": 3, "detector": 3, "selection": 3, "statistics": 3, "io": 3,
    "models": 4, "analyses": 4, "mva": 4,
    "generate": 5, "constraints": 5,
    "chain": 6,
    "limits": 7,
    "plots": 8,
    "cli": 9,
}  # fmt: skip
NARROW = {
    "plots": {"records", "constants", "_errors"}, "statistics": {"records", "constants", "_errors", "_jit", "_run"},
    "mva": {"records", "_errors", "statistics"},
}  # fmt: skip
OWNERS = {
    "numba": {"_jit"}, "llvmlite": {"_jit"},
    "uproot": {"io"}, "awkward": {"io", "_pythia"}, "pylhe": {"io"}, "pyhepmc": {"io"}, "pyarrow": {"io"}, "pythia8mc": {"_pythia"},
    "yaml": {"io"}, "matplotlib": {"plots"}, "typer": {"cli"}, "rich": {"cli"}, "click": {"cli"},
    "pydantic": {"detector", "cli"}, "dask": {"_run"}, "jax": {"mva"}, "optax": {"mva"}, "sklearn": {"mva"},
}  # fmt: skip
FILES = sorted(ROOT.rglob("*.py"))


def imports(tree: ast.AST) -> set[str]:
    """Dotted names of everything imported, at the top or inside a function, absolute or relative."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level:
            found |= {"." * node.level}
        elif isinstance(node, ast.ImportFrom) and node.module == "darkrecoil":
            found |= {f"darkrecoil.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def faults(part: str, names: set[str]) -> list[str]:
    """What is wrong with a file of that part importing these names."""
    wrong = [f"relative import {name}" for name in names if name.startswith(".")]
    own = {name.split(".")[1] for name in names if name.startswith("darkrecoil.")} - {part}
    for other in own - {"__version__"}:
        if other not in FLOOR:
            wrong.append(f"{other} stands on no floor")
        elif FLOOR[other] >= FLOOR[part]:
            wrong.append(f"{part} (floor {FLOOR[part]}) reaches up or across to {other} (floor {FLOOR[other]})")
        elif other not in NARROW.get(part, FLOOR.keys()):
            wrong.append(f"{part} reads {sorted(NARROW[part])} only, not {other}")
    for top in {name.split(".")[0] for name in names} & OWNERS.keys():
        if part not in OWNERS[top]:
            wrong.append(f"{top} belongs to {sorted(OWNERS[top])}, not to {part}")
    return wrong


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_down(path):
    part = path.relative_to(ROOT).parts[0].removesuffix(".py")
    if part in ("__init__", "__main__"):
        return
    assert part in FLOOR, f"{part} stands on no floor"
    assert not faults(part, imports(ast.parse(path.read_text())))


@pytest.mark.parametrize(
    ("part", "code", "says"),
    [
        ("generate", "from darkrecoil import limits", "up or across"),
        ("plots", "def f():\n    from darkrecoil.generate import x", "only"),
        ("selection", "import darkrecoil.detector.card", "up or across"),
        ("generate", "from . import sampling", "relative"),
        ("kinematics", "import numba", "belongs"),
        ("limits", "from darkrecoil.misc import x", "no floor"),
    ],
)
def test_a_wrong_import_is_seen(part, code, says):
    assert says in " ".join(faults(part, imports(ast.parse(code))))
