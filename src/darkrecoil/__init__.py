"""From a dark-sector model to a limit at an e+e- B-factory."""

__version__ = "0.1.0"
