"""What is already known of a plane: published results, one file each in ``published/``, lines that are computed, and how to bring more.

To add one, drop a file of facts there, or into a folder of your own; its name is the word that a user types. A package adds
its own through the entry points "darkrecoil.constraints": each names a module beside which NAME.toml lies, or that
declares ``CONSTRAINT``.
"""

from darkrecoil.constraints.recast import Recast, recast
from darkrecoil.constraints.regions import between, excluded_at
from darkrecoil.constraints.registry import Catalogue, catalogue, complete, find, is_path, names
from darkrecoil.constraints.y_plane import in_y_plane, target_at

__all__ = [
    "Catalogue", "Recast", "between", "catalogue", "complete", "excluded_at", "find", "in_y_plane", "is_path", "names", "recast",
    "target_at",
]  # fmt: skip
