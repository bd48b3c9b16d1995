"""From a measured number to a coupling: Gaussian limits on what can only be positive, and the coupling at which a rate is reached."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import exp, log, sqrt
from statistics import NormalDist

from darkrecoil._errors import BadValue

NORMAL = NormalDist()
HALVINGS = 60


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


def stretches(grid: Sequence[float], inside: Sequence[bool], holds: Callable[[float], bool]) -> tuple[tuple[float, float], ...]:
    """The stretches (low, high) of couplings in which something holds: it does, or not, at each point of a rising grid.

    One that goes on beyond an end of the grid ends there; the other ends are found between two points.
    """
    ends = [grid[0]] if inside[0] else []
    for (a, b), (one, two) in zip(pairwise(grid), pairwise(inside), strict=True):
        if one != two:
            ends.append(crossing(holds, a, b) if two else crossing(holds, b, a))
    ends += [grid[-1]] if inside[-1] else []
    return tuple(zip(ends[::2], ends[1::2], strict=True))


def crossing(holds: Callable[[float], bool], outside: float, inside: float) -> float:
    """Where something begins to hold, between a coupling at which it does not and one at which it does, by halving the logarithm."""
    for _ in range(HALVINGS):
        middle = sqrt(outside * inside)
        outside, inside = (outside, middle) if holds(middle) else (middle, inside)
    return inside
