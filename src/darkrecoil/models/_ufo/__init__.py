"""Models in the UFO format, read as data: arXiv:1108.2040, arXiv:2304.09883. Nothing in the directory is executed.

files -> particles, symbols (parameters and couplings), structures (Lorentz) -> terms -> lagrangian -> load
"""

from darkrecoil.models._ufo.load import Report, load

__all__ = ["Report", "load"]
