"""A cut on an output: the Punzi figure of merit of each mass behind it, and the cut that is best for all of them."""

import numpy as np

from darkrecoil.mva.losses import Facts, facts
from darkrecoil.mva.sample import Sample
from darkrecoil.records import Bools, Floats
from darkrecoil.statistics.merit import punzi_minimum

CUTS = 200  # tried, at equal shares of the signal


def merits(sample: Sample, kept: Bools) -> Floats:
    """``punzi_minimum`` (m,) of each mass with the events kept (n,): cross-section times luminosity, smaller is better.

    A window's background is at least what one generated event stands for; infinite without signal.
    """
    return _merits(facts(sample), kept)


def threshold(sample: Sample, output: Floats) -> float:
    """The cut on an output (n,) that makes the mean of ln ``merits`` least; of equal ones the loosest."""
    cuts = np.unique(np.concatenate([[0.0], np.quantile(output[sample.signal], np.linspace(0, 1, CUTS, endpoint=False))]))
    some = facts(sample)
    return float(cuts[np.argmin([_mean(some, output >= cut) for cut in cuts])])


def mean_merit(sample: Sample, kept: Bools) -> float:
    """The mean over masses of ln ``merits``; masses without a signal event in the sample are left out."""
    return _mean(facts(sample), kept)


def _merits(some: Facts, kept: Bools) -> Floats:
    masses = len(some.unit)
    count = np.bincount(some.mass, np.where(kept, some.background, 0.0), masses) + some.unit
    return punzi_minimum(np.bincount(some.mass, np.where(kept, some.signal, 0.0), masses), count)


def _mean(some: Facts, kept: Bools) -> float:
    return float(np.mean(np.log(_merits(some, kept)[some.used > 0])))
