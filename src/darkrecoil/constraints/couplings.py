"""From a measured number to a coupling: Gaussian limits on what can only be positive, and the coupling at which a rate is reached."""

from collections.abc import Callable
from math import exp, log
from statistics import NormalDist

from darkrecoil._errors import BadValue

NORMAL = NormalDist()


def upper(value: float, error: float, level: float) -> float:
    """The upper limit on a shift that is not negative, measured as value +- error: value + error Phi^-1(1 - (1 - level) Phi(value/error)).

    CLs, and the Bayesian limit with a flat prior on positive shifts: a measurement below zero does not exclude more than a sensitivity
    of about two errors. BadValue for an error that is not positive or a level outside 0 - 1.
    """
    if not error > 0:
        raise BadValue("the error of a measurement must be positive", error)
    if not 0 < level < 1:
        raise BadValue("a confidence level", level, "allowed: between 0 and 1, for instance 0.95")
    below = (1 - level) * NORMAL.cdf(value / error)  # the upper tail, which keeps its digits
    return value - error * NORMAL.inv_cdf(below) if below > 0 else 0.0


def reached(rate: Callable[[float], float], value: float, low: float, high: float) -> float | None:
    """The coupling between two ends at which a rate that grows with it reaches a value; None if that is above, ``low`` if it is below."""
    from scipy.optimize import brentq

    def difference(t: float) -> float:
        found = rate(exp(t))
        return log(found / value) if found > 0 else -1e3

    if difference(log(high)) < 0:
        return None
    if difference(log(low)) > 0:
        return low
    return exp(float(brentq(difference, log(low), log(high), xtol=1e-7)))  # type: ignore[no-untyped-call]
