"""Pythia 8 from its settings and a seed to arrays: the only importer of pythia8mc, which is an optional extra.

Every call makes an instance of its own: what comes out depends on settings, seed and number of events, on nothing before, and threads
share nothing.
"""

from darkrecoil._pythia.batch import Batch
from darkrecoil._pythia.engine import EXTRA, MOST_SEEDS, decays, events, version

__all__ = ["EXTRA", "MOST_SEEDS", "Batch", "decays", "events", "version"]
