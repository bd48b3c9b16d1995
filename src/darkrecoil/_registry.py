"""A folder is a registry: the file's name is the word that a user types, and there is no list to keep.

The caller passes the package that holds the folder, the name that a file must declare, and the
group of entry points through which other packages add theirs. Folders of the user come first.
A public file is an entry; files that begin with an underscore are not.
"""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module, util
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType


@dataclass(frozen=True)
class Registry:
    """Where entries of one kind live: package, the attribute a file declares, entry-point group, the refusal, user folders."""

    kind: str
    package: str
    attribute: str
    group: str
    refuse: Callable[[str, str, Iterable[str]], Exception]
    folders: tuple[Path, ...] = ()

    def names(self) -> list[str]:
        """Names of all entries, sorted: the user's folders, the package's files, the entry points."""
        own = Path(util.find_spec(self.package).origin or "").parent  # type: ignore[union-attr]
        files = {p.stem for folder in (*self.folders, own) for p in Path(folder).glob("[!_]*.py")}
        return sorted(files | {e.name for e in entry_points(group=self.group)})

    def origins(self, name: str) -> list[str]:
        """Where entries of that name come from: the user's folders, the package, distributions by entry points."""
        own = Path(util.find_spec(self.package).origin or "").parent  # type: ignore[union-attr]
        files = [str(Path(folder)) for folder in self.folders if (Path(folder) / f"{name}.py").is_file()]
        files += [self.package] if (own / f"{name}.py").is_file() else []
        points = [e for e in entry_points(group=self.group) if e.name == name]
        return files + [f"{e.value} ({e.dist.name if e.dist else 'a plug-in'})" for e in points]

    def fault(self, name: str) -> str | None:
        """Why an entry cannot be used, in one line: two of one name, a plug-in that fails or declares nothing; None for a sound one."""
        try:
            self.find(name)
        except Exception as error:  # a plug-in may fail in any way
            return f"{type(error).__name__}: {error}".splitlines()[0]
        return None

    def module(self, name: str) -> ModuleType:
        """The module of that entry; the caller's refusal, with the names there are, if there is none.

        ValueError for a name that two sources claim: which one was meant is not for us to say.
        """
        if name not in self.names():
            raise self.refuse(self.kind, name, self.names())
        if len(where := self.origins(name)) > 1:
            raise ValueError(f"the {self.kind} {name} is there {len(where)} times: {', '.join(where)}; rename or remove all but one")
        for folder in self.folders:
            if (path := Path(folder) / f"{name}.py").is_file():
                return _load(path, name)
        for point in entry_points(group=self.group):
            if point.name == name:
                return import_module(point.module)
        return import_module(f"{self.package}.{name}")

    def find(self, name: str) -> object:
        """What the entry declares; AttributeError if it does not declare it."""
        module = self.module(name)
        if not hasattr(module, self.attribute):
            raise AttributeError(f"{module.__file__} declares no {self.attribute}")
        return getattr(module, self.attribute)


def _load(path: Path, name: str) -> ModuleType:
    spec = util.spec_from_file_location(f"_darkrecoil_user_{name}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a Python file")
    module = util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
