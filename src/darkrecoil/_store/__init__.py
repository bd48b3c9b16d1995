"""The sample store: results per block of attempts under an address that names everything they depend on.

A longer request reads the blocks that are there and makes the rest; a killed run leaves whole segments and goes on from them.
What is made again faster than it is kept is not kept. The store is a cache: results do not depend on it.
"""

from darkrecoil._store.blocks import SIZE, kept
from darkrecoil._store.facts import Fact, address
from darkrecoil._store.place import clear, info, most
from darkrecoil._store.segments import Block

__all__ = ["SIZE", "Block", "Fact", "address", "clear", "info", "kept", "most"]
