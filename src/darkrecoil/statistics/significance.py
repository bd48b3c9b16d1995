"""Local significances: Z_Bi, p-values of counts in bulk, and p-values from toys, in which ties count and failures do not."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import betainc, gammainc, ndtr, ndtri

from darkrecoil._errors import BadValue
from darkrecoil.records import Floats
from darkrecoil.statistics import rules


def z_bi(on: float, off: float, tau: float) -> float:
    """Z_Bi of ``on`` events where ``off`` were seen in a control region tau times as large; standard deviations, one-sided.

    p_Bi = I_{1/(1 + tau)}(on, off + 1): Cousins, Linnemann and Tucker, NIM A 595 (2008) 480, eq. 14.
    BadValue for negative counts, tau <= 0.
    """
    for what, value in (("the count of the signal region", on), ("the count of the control region", off)):
        if not (np.isfinite(value) and value >= 0):
            raise BadValue(what, value, "allowed: at least 0")
    if not (np.isfinite(tau) and tau > 0):
        raise BadValue("the ratio of the control region to the signal region", tau, "allowed: above 0")
    return float(-ndtri(betainc(on, off + 1, 1 / (1 + tau)) if on > 0 else 1.0))


def significances(p: Floats) -> Floats:
    """Z = Phi^-1(1 - p) of p-values, one-sided."""
    return np.asarray(-ndtri(p))


def local_p(observed: Floats, background: Floats, relative: Floats, response: str = "exponential") -> Floats:
    """P(N >= n | b) of many windows (m,), the background's relative error averaged out (prior-predictive), as ``pvalues.p_value``.

    ``response`` as of ``counting.Counting``: exponential (log-normal), or gaussian (cut off at zero).
    """
    n, b, d = np.broadcast_arrays(*(np.asarray(x, dtype=float) for x in (observed, background, relative)))
    found = np.ones(n.shape)
    for error in np.unique(d):
        here = (d == error) & (n > 0)
        if here.any():
            width = float(np.max(error * np.maximum(b[here], n[here]) / np.sqrt(n[here])))
            rule = rules.factor(float(error), response, width)
            found[here] = rule.mean(gammainc(n[here][:, None], b[here][:, None] * rule.points))
    return found


def critical(p: float, background: Floats, relative: Floats, response: str = "exponential") -> Floats:
    """The smallest counts (m,) whose local p-value is at most p."""
    low = np.zeros(len(background))
    high = np.maximum(2.0, background)
    while (open_ := local_p(high, background, relative, response) > p).any():
        high = np.where(open_, 2 * high, high)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        over = local_p(middle, background, relative, response) > p
        low, high = np.where(over, middle, low), np.where(over, high, middle)
    return np.asarray(high if p < 1 else np.zeros(len(background)))


@dataclass(frozen=True)
class ToyP:
    """A p-value from toys: its error, how many toys had a number, how many had none."""

    p: float
    error: float
    toys: int
    failed: int


def from_toys(observed: float, toys: Floats) -> ToyP:
    """P(q >= observed) from toys of a test statistic (n,): a tie counts, a toy whose fit failed (NaN) is left out and counted.

    A statistic such as q_0 or q-tilde has half its weight at zero, so that without the ties an observed zero would have p = 1/2
    instead of 1. The error is binomial, of (k + 1)/(n + 2), so it is not zero where no toy passes. BadValue where no toy has a number.
    """
    good = np.isfinite(toys)
    number, failed = int(good.sum()), int((~good).sum())
    if not number:
        raise BadValue("no toy has a test statistic", failed, "all of their fits failed", "check the model of the background")
    passed = int((toys[good] >= observed).sum())
    near = (passed + 1) / (number + 2)
    return ToyP(passed / number, sqrt(near * (1 - near) / number), number, failed)


def independent(p: float, trials: int) -> float:
    """1 - (1 - p)^trials: the global p-value if the trials were independent, which neighbours of a scan are not."""
    return float(-np.expm1(trials * np.log1p(-p))) if p < 1 else 1.0


def upper_tail(z: Floats | float) -> Floats:
    """1 - Phi(z), precise far out."""
    return np.asarray(ndtr(-np.asarray(z)))
