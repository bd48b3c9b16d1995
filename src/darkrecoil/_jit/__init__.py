"""From plain scalar Python to compiled blocks: the linker, branch-free math, counter-based random numbers, the cache.

A physics function is straight-line code on numbers that calls ``np.sqrt``, ``np.where`` and other such functions: it
runs on NumPy arrays as it stands. ``link`` writes such functions into one module in which they are inlined, ``np.sin``
and its like become polynomials that LLVM can vectorise, and the root is compiled; ``load`` compiles it once per machine.
"""

from darkrecoil._jit.cache import clear, folder, info, load
from darkrecoil._jit.link import Kernel, link

__all__ = ["Kernel", "clear", "folder", "info", "link", "load"]
