"""Whether a background's form invents a signal, and whether the fit returns the signal that is there.

Spurious signal: what the fit finds, per hypothesis, in expected counts without a signal (ATLAS, Phys. Lett. B 716 (2012) 1, sect. 5).
Bias: means and widths of pulls over toys with a known signal.
"""

from dataclasses import dataclass

import numpy as np

from darkrecoil._errors import BadValue
from darkrecoil._jit.philox import key
from darkrecoil.records import Floats
from darkrecoil.statistics import designs
from darkrecoil.statistics.fits import CUBIC, GAUSSIAN, bins_within, checked_bins, fit_peaks, fitted
from darkrecoil.statistics.hypotheses import Hypotheses
from darkrecoil.statistics.shapes import Background, Shape


@dataclass(frozen=True, eq=False)
class Spurious:
    """Per hypothesis (m,): the spurious signal, events; the error that data of this size have; their ratio. NaN where a fit failed."""

    hypotheses: Hypotheses
    signal: Floats
    error: Floats

    @property
    def ratio(self) -> Floats:
        """Spurious signal over its statistical error; a form of the background is usually kept where this stays within 0.2."""
        return np.asarray(self.signal / self.error)

    @property
    def worst(self) -> float:
        """The largest |ratio|; NaN where no fit has one."""
        good = np.isfinite(self.ratio)
        return float(np.abs(self.ratio[good]).max()) if good.any() else float("nan")


@dataclass(frozen=True, eq=False)
class Bias:
    """Fits of toys with a signal put in: fitted signals, errors (toys,), NaN where one failed; what was put in; how many failed."""

    injected: float
    signal: Floats
    error: Floats
    failed: int

    @property
    def pulls(self) -> Floats:
        """(fitted - injected)/error of the toys that have one."""
        pulls = (self.signal - self.injected) / self.error
        return np.asarray(pulls[np.isfinite(pulls)])

    @property
    def mean(self) -> tuple[float, float]:
        """The mean of fitted - injected, events, with its error."""
        off = self.signal[np.isfinite(self.signal)] - self.injected
        return float(off.mean()), float(off.std() / np.sqrt(len(off)))


def spurious_signal(
    expected: Floats, edges: Floats, hypotheses: Hypotheses, *, shape: Shape = GAUSSIAN, background: Background = CUBIC, jobs: int = 1
) -> Spurious:
    """What fits of every hypothesis find in the expected counts (n,) of a background without a signal, edges (n + 1,).

    The expectation, from a smooth model or much simulation scaled down, is fitted as if it were data; errors of data with as many events
    are those of the fit. BadValue as of ``fit_peaks``.
    """
    found = fit_peaks(expected, hypotheses, edges=edges, shape=shape, background=background, jobs=jobs)
    return Spurious(hypotheses, np.where(found.good, found.signal, np.nan), found.error)


def bias(
    expected: Floats,
    edges: Floats,
    position: float,
    width: float,
    injected: float,
    *,
    shape: Shape = GAUSSIAN,
    background: Background = CUBIC,
    reach: float = 20.0,
    toys: int = 1000,
    seed: int = 1,
) -> Bias:
    """Fits of Poisson toys of a background's expectation (n,) with so many signal events put in (negative ones taken out).

    BadValue for a signal that makes an expectation negative, fewer than ten toys, and as of ``fit_peaks``.
    """
    expected, edges = checked_bins(expected, edges)
    one = Hypotheses(np.array([position]), np.array([width]), reach)
    mean = expected + injected * np.diff(shape.below((edges - position) / width))
    if not (mean >= 0).all():
        raise BadValue("the signal makes an expected count negative", injected, "allowed: a positive density", "take out less")
    if toys < 10:
        raise BadValue("the number of toys", toys, "allowed: at least 10")
    words = key(seed, "bias", "toys")
    rng = np.random.Generator(np.random.Philox(key=int(words[0]) << 32 | int(words[1])))
    first, last = bins_within(edges, one.ranges(float(edges[0]), float(edges[-1]))[0])
    counts = rng.poisson(mean[first:last], (toys, last - first)).astype(float)
    made = designs.binned(edges[first : last + 1], position, width, shape, background)
    free, _, covariance, _, status = fitted(made, counts, float(edges[last] - edges[first]))
    return Bias(injected, free[:, 0], np.sqrt(covariance[:, 0, 0]), int((status[:, 1] > 1).sum()))
