"""From a dark-sector model to a limit at an e+e- B-factory.

The verbs of the command line are calls of this package; they are loaded when they are first used.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "cross_section": ("darkrecoil.generate.api", "cross_section"),
    "sample": ("darkrecoil.generate.api", "sample"),
    "simulate": ("darkrecoil.chain", "simulate_file"),
    "select": ("darkrecoil.chain", "select_file"),
    "limit": ("darkrecoil.limits", "limit"),
    "project": ("darkrecoil.limits", "project"),
    "global_p": ("darkrecoil.limits.look_elsewhere", "global_p"),
    "fit_peak": ("darkrecoil.statistics.fits", "fit_peak"),
    "fit_peaks": ("darkrecoil.statistics.fits", "fit_peaks"),
    "recast": ("darkrecoil.limits", "recast"),
}
_MODULES = (
    "analyses",
    "chain",
    "constants",
    "constraints",
    "detector",
    "generate",
    "io",
    "limits",
    "models",
    "plots",
    "records",
    "selection",
    "statistics",
)

__all__ = ["__version__", *_PUBLIC, *_MODULES]


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        module, attribute = _PUBLIC[name]
        return getattr(import_module(module), attribute)
    if name in _MODULES:
        return import_module(f"darkrecoil.{name}")
    raise AttributeError(f"module 'darkrecoil' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
