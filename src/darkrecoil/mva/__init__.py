"""Classifiers trained on what a search is after: the Punzi figure of merit of all masses at once. Optional: the extra ``mva``.

``network`` and ``trees`` learn from a ``Sample`` by the losses of ``losses``; ``threshold`` cuts on what they say, ``ranking`` tells
which variables matter. Cuts stay the default of every search.
"""

from darkrecoil.mva.classifier import KINDS, Classifier, installed, train
from darkrecoil.mva.ranking import Impact, ranking
from darkrecoil.mva.sample import Sample
from darkrecoil.mva.threshold import merits, threshold

__all__ = ["KINDS", "Classifier", "Impact", "Sample", "installed", "merits", "ranking", "threshold", "train"]
