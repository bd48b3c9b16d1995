"""Searches, one file each. To add one, drop a file here, or in a folder of your own, that declares ``ANALYSIS``.

The file's name is the word that a user types.
"""

from dataclasses import replace
from pathlib import Path

from darkrecoil._errors import BadFile, unknown
from darkrecoil._registry import Registry
from darkrecoil.selection import Analysis

REGISTRY = Registry(kind="search", package="darkrecoil.analyses", attribute="ANALYSIS", group="darkrecoil.analyses", refuse=unknown)


def find(name: str, folders: tuple[Path, ...] = ()) -> Analysis:
    """The search of that name, the user's folders first; UnknownName if there is none, BadFile if its file declares something else."""
    module = replace(REGISTRY, folders=folders).module(name)
    found = getattr(module, REGISTRY.attribute, None)
    if not isinstance(found, Analysis):
        raise BadFile(
            f"the file of search '{name}' declares no ANALYSIS", type(found).__name__, "allowed: an instance of selection.Analysis"
        )
    return replace(found, name=name)


def names(folders: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """The names of all searches, sorted."""
    return tuple(replace(REGISTRY, folders=folders).names())
