"""Where constraints are found: the package's folder, entry points of other packages, files and folders of the user's own.

None is passed over in silence: what cannot be used is listed with the reason.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module, util
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from darkrecoil._errors import BadFile, DarkrecoilError, unknown
from darkrecoil.constraints import computed, facts
from darkrecoil.records import Constraint

HERE = Path(__file__).parent / "published"
GROUP = "darkrecoil.constraints"
FACTS = (".toml", ".yaml", ".yml")
DATA = (".txt", ".dat", ".csv", ".lmt")


@dataclass(frozen=True)
class Catalogue:
    """All constraints that could be loaded, in the order of their names, and why each of the others could not."""

    constraints: tuple[Constraint, ...]
    failures: Mapping[str, str]


def catalogue(folders: Iterable[str | Path] = ()) -> Catalogue:
    """Every constraint of the package, of entry points and of these folders. A bad one is a failure, and so is a name used twice.

    Computed ones come without their bands: see ``complete``.
    """
    loaded, failures = dict[str, Constraint](), dict[str, str]()
    for name, load in _sources(folders, failures):
        if name in loaded:
            failures[f"{name} (again)"] = f"another constraint is called {name}; rename its file"
            continue
        try:
            loaded[name] = load()
        except Exception as error:  # a user's file or package may fail in any way; none of them is silent
            failures[name] = str(error) if isinstance(error, DarkrecoilError) else f"{type(error).__name__}: {error}"
    return Catalogue(tuple(loaded[name] for name in sorted(loaded)), failures)


def names(folders: Iterable[str | Path] = ()) -> list[str]:
    """The names of all constraints, sorted; those that cannot be loaded are among them."""
    return sorted({name for name, _ in _sources(folders, {})})


def find(name: str, folders: Iterable[str | Path] = ()) -> Constraint:
    """The constraint of that name, or of that file of facts. UnknownName with the nearest name; BadFile for one that cannot be used."""
    if is_path(name):
        return facts.load(name)
    for known, load in _sources(folders, {}):
        if known == name:
            return complete(load())
    raise unknown("constraint", name, names(folders))


def complete(one: Constraint) -> Constraint:
    """The constraint with its bands, which are computed here if that has not been done: up to some seconds."""
    return one if one.bands or one.name not in computed.names() else computed.find(one.name)


def is_path(name: str) -> bool:
    """Whether a word stands for a file of facts rather than for a name."""
    return Path(name).suffix.lower() in FACTS


def _sources(folders: Iterable[str | Path], failures: dict[str, str]) -> list[tuple[str, Callable[[], Constraint]]]:
    """Names and how to load each; what lies in a user's folder and belongs to none goes to the failures."""
    found = [(path.stem, _loader(path)) for path in sorted(HERE.glob("*.toml"))]
    found += [(name, partial(computed.facts, name)) for name in computed.names()]
    found += [(point.name, _pointed(point)) for point in entry_points(group=GROUP)]
    for folder in map(Path, folders):
        if not folder.is_dir():
            raise BadFile("no such folder of constraints", folder, hint="give a folder with files of facts (.toml, .yaml)")
        files = sorted(path for path in folder.iterdir() if path.suffix.lower() in (*FACTS, *DATA))
        declared = [path for path in files if path.suffix.lower() in FACTS and not _is_table(path)]
        used = {name for path in declared for name in _files(path)}
        found += [(path.stem, _loader(path)) for path in declared]
        for stray in files:
            if stray not in declared and stray.name not in used:
                failures[stray.name] = (
                    f'no file of facts names it; write {stray.with_suffix(".toml").name} with [[bands]] file = "{stray.name}"'
                )
    return found


def _loader(path: Path) -> Callable[[], Constraint]:
    return lambda: facts.load(path)


def _pointed(point: EntryPoint) -> Callable[[], Constraint]:
    """The loader of an entry point: a file of facts beside its module, or the CONSTRAINT that it declares."""

    def load() -> Constraint:
        spec = util.find_spec(point.module)
        beside = Path(spec.origin).with_name(f"{point.name}.toml") if spec and spec.origin else None
        if beside is not None and beside.is_file():
            return facts.load(beside)
        declared = getattr(import_module(point.module), "CONSTRAINT", None)
        if not isinstance(declared, Constraint):
            raise BadFile(
                f"the entry point {point.name} of {point.module} declares no CONSTRAINT", None, hint=f"or lay {point.name}.toml beside it"
            )
        return declared

    return load


def _is_table(path: Path) -> bool:
    """Whether a YAML file is a table of HEPData rather than facts."""
    return path.suffix.lower() != ".toml" and "independent_variables" in path.read_text(encoding="utf-8", errors="replace")


def _files(path: Path) -> set[str]:
    """The names of data files that a file of facts mentions, whether or not it can be loaded."""
    text = path.read_text(encoding="utf-8", errors="replace")
    return {word for word in text.replace('"', " ").replace("'", " ").split() if Path(word).suffix.lower() in (*DATA, ".yaml", ".yml")}
