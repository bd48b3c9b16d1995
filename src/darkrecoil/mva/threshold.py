"""A cut on an output: the Punzi figure of merit of each mass behind it, and the cut that is best for all of them."""

import numpy as np

from darkrecoil.mva.losses import units
from darkrecoil.mva.sample import Sample
from darkrecoil.records import Bools, Floats
from darkrecoil.statistics.merit import punzi_minimum

CUTS = 200  # tried, at equal shares of the signal


def merits(sample: Sample, kept: Bools) -> Floats:
    """``punzi_minimum`` (m,) of each mass with the events kept (n,): cross-section times luminosity, smaller is better.

    A window's background is at least what one generated event stands for; infinite without signal.
    """
    some = sample.ordered()
    passed = kept[np.argsort(sample.observable, kind="stable")]
    background = np.where(some.signal, 0.0, some.weights)
    first, last = (np.searchsorted(some.observable, some.windows[:, i], side="left") for i in (0, 1))
    total = np.concatenate([[0.0], np.cumsum(np.where(passed, background, 0.0))])
    own = np.where(some.inside() & passed, some.weights, 0.0)
    efficiency = np.bincount(np.maximum(some.hypothesis, 0), own, len(some.windows))
    return punzi_minimum(efficiency, total[last] - total[first] + units(background, first, last))


def threshold(sample: Sample, output: Floats) -> float:
    """The cut on an output (n,) that makes the mean of ln ``merits`` least; of equal ones the loosest."""
    inside = sample.inside()
    cuts = np.unique(np.concatenate([[0.0], np.quantile(output[inside], np.linspace(0, 1, CUTS, endpoint=False))]))
    return float(cuts[np.argmin([mean_merit(sample, output >= cut) for cut in cuts])])


def mean_merit(sample: Sample, kept: Bools) -> float:
    """The mean over masses of ln ``merits``; masses without a signal event in the sample's window are left out."""
    whole, found = merits(sample, np.ones(len(kept), dtype=bool)), merits(sample, kept)
    used = np.isfinite(whole)
    return float(np.mean(np.log(found[used]))) if used.any() else float("inf")
