"""Process x card x search over blocks: generated events through the detector, the trigger and the selection."""

from darkrecoil.chain.bench import Bench, Source, prepare
from darkrecoil.chain.files import check_countable, select_file, simulate_file
from darkrecoil.chain.stream import Selected, selected, together

__all__ = ["Bench", "Selected", "Source", "check_countable", "prepare", "select_file", "selected", "simulate_file", "together"]
