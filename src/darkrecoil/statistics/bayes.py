"""Bayesian limits on a signal count s: flat prior on s >= 0, nuisances averaged out.

With G(t) = P(N <= n | t + background) the integral over s is exact, whatever the nuisances:

    int_0^S ds E[Poisson(n | epsilon s + beta)] = E[(G(0) - G(epsilon S)) / epsilon]

so the limit S at level CL solves E[(G(0) - G(epsilon S))/epsilon] = CL E[G(0)/epsilon]. Without errors this is
Q(n + 1, S + b) / Q(n + 1, b) = 1 - CL, which is also CLs (Zech, NIM A 277 (1989) 608).
A Gaussian efficiency has density at zero, so the integral over s up to infinity diverges: there, and only there, the
prior ends at s_max and the limit depends on it.
"""

from collections.abc import Callable
from math import ceil, inf, isfinite, sqrt
from typing import Any

import numpy as np
from scipy.special import ndtr

from darkrecoil._errors import BadValue
from darkrecoil.records import Floats, Interval
from darkrecoil.statistics import rules
from darkrecoil.statistics.counting import Counting, checked_count, checked_level, gammas, mean, spread
from darkrecoil.statistics.marginal import EXACT, background_pmf, below
from darkrecoil.statistics.pvalues import p_value, significance

SIGMAS = (-2.0, -1.0, 0.0, 1.0, 2.0)
Five = tuple[float, float, float, float, float]


def upper_limit(n: float, counting: Counting, level: float = 0.9, s_max: float = 1e3) -> float:
    """Upper limit on the signal count s, events before the efficiency: expected are E s + b events.

    Solves the equation of this module's first lines to 1e-7 or better for n from 0 to at least 1e6, to 1e-5 for n so
    far below the background that P(N <= n) is 1e-18. ``s_max`` ends the prior if the efficiency is Gaussian.
    Raises BadValue for a count or a level that is none, for a count that the background excludes, and for an s_max
    that cuts into what the count itself allows.
    """
    n, level = checked_count(n), checked_level(level)
    return _limit(n, counting, level, s_max, below(n, counting))


def expected(counting: Counting, level: float = 0.9, s_max: float = 1e3) -> Five:
    """Upper limits at the -2, -1, 0, +1, +2 sigma quantiles of n without a signal, events.

    n is drawn from the prior-predictive distribution: background and its nuisances both vary, as pseudo-data do. The
    limit grows with n, so its quantiles are the limits at the quantiles of n: the smallest n with P(N <= n) >= Phi(sigma).
    """
    level = checked_level(level)
    counts, pmf = expected_counts(counting)
    limits = {n: _limit(n, counting, level, s_max, below(n, counting, pmf)) for n in set(counts)}
    a, b, c, d, e = (limits[n] for n in counts)
    return (a, b, c, d, e)


def interval(counting: Counting, level: float = 0.9, observed: float | None = None, s_max: float = 1e3) -> Interval:
    """The upper limit as an Interval of the signal count: expected band, and limit and p-value if there is a count.

    Errors as in upper_limit.
    """
    band = expected(counting, level, s_max)
    method = f"Bayes, flat prior on the signal count, {counting.response} response"
    assumed = assumptions(counting, s_max)
    if observed is None:
        return Interval(level, None, (), band, method, assumptions=assumed)
    limit, p = upper_limit(observed, counting, level, s_max), p_value(observed, counting)
    z = significance(p)
    if _bounded(counting) and _moved(checked_count(observed), counting, level, s_max, limit):
        assumed = (*assumed, f"the limit rests on the bound of the prior: another s_max than {s_max:g} gives another limit")
    if not isfinite(z):
        assumed = (*assumed, f"no significance: it is infinite for the p-value {p:g}")
    return Interval(level, limit, ((0.0, limit),), band, method, p, z if isfinite(z) else None, assumed)


def expected_counts(counting: Counting) -> tuple[tuple[int, ...], Floats]:
    """The quantiles of the prior-predictive count at -2 ... +2 sigma, and P(N = k) for k up to the highest or to EXACT."""
    top = min(EXACT, ceil(mean(counting) + 6 * sqrt(mean(counting) + spread(counting) ** 2) + 10))
    pmf = background_pmf(counting, top)
    if top < EXACT and pmf.sum() < ndtr(SIGMAS[-1]):
        pmf = background_pmf(counting, EXACT)
    cdf = np.cumsum(pmf)
    return tuple(_quantile(float(ndtr(z)), cdf, counting) for z in SIGMAS), pmf


def assumptions(counting: Counting, s_max: float = 1e3) -> tuple[str, ...]:
    """What the limit rests on, one line each: prior, response, generated counts, and warnings."""
    bound = f"{s_max:g}: with a Gaussian efficiency the posterior is improper without a bound" if _bounded(counting) else "infinity"
    form = "exp(z ln(1 + d)), log-normal" if counting.response == "exponential" else "1 + z d, Gaussian cut off at zero"
    lines = [f"flat prior on the signal count from 0 to {bound}"]
    lines += [f"response to a relative error d: {form}; background and efficiency independent"]
    lines += ["expected limits: quantiles of the count drawn from the background with its nuisances (prior-predictive)"]
    if gammas(counting):
        lost = sum(source.count == 0 and source.unit > 0 for source in counting.generated)
        lines += [f"generated counts: gamma-distributed means with n_eff + 1; {lost} of {len(counting.generated)} sources left no event"]
    wide = (("background", counting.background_relative), ("efficiency", counting.efficiency_relative))
    if counting.response == "gaussian":
        lines += [f"warning: a Gaussian {what} error of {d:.0%} exceeds 25 %, use the exponential response" for what, d in wide if d > 0.25]
    return tuple(lines)


def _limit(n: int, counting: Counting, level: float, s_max: float, tail: Callable[[Floats], Floats]) -> float:
    empty = float(tail(np.zeros(1))[0])
    if not empty > 1e-250:
        raise BadValue("the count is excluded by the background", n, f"P(N <= n) = {empty:.1g}", "check the background's units")
    end = _end(n, counting, s_max)
    efficiency = _efficiency(n, counting)
    weights, epsilon = efficiency.weights / efficiency.points, efficiency.points

    def integral(s: float) -> float:
        return float(weights @ (empty - tail(epsilon * s)))

    whole = level * (empty * float(weights.sum()) if end == inf else integral(end))
    high = _guess(n, counting)
    while high < end and integral(high) < whole:
        high *= 2
    return _root(lambda s: integral(s) - whole, 0.0, min(high, end))


def _efficiency(n: int, counting: Counting) -> rules.Rule:
    """The rule of epsilon: as fine as G is steep where the limit can be."""
    width = sqrt(n + 1 + spread(counting) ** 2)
    steps = max(n - mean(counting), 0.0) / width + 5
    rule = rules.factor(counting.efficiency_relative, counting.response, counting.efficiency_relative * steps)
    return rules.Rule(counting.efficiency * rule.points, rule.weights)


def _guess(n: int, counting: Counting) -> float:
    """A signal count of the limit's size: the excess and two standard deviations."""
    return (max(n - mean(counting), 0.0) + 2 * sqrt(n + 1 + spread(counting) ** 2)) / counting.efficiency


def _bounded(counting: Counting) -> bool:
    return counting.response == "gaussian" and counting.efficiency_relative > 0


def _end(n: int, counting: Counting, s_max: float) -> float:
    """Where the prior ends: infinity, or s_max for a Gaussian efficiency."""
    if not _bounded(counting):
        return inf
    least = (max(n - mean(counting), 0.0) + 5 * sqrt(n + 1)) / counting.efficiency
    if not least <= s_max < inf:
        raise BadValue("s_max cuts into the signal counts that the data allow", s_max, f"allowed: above {least:.3g}, finite", "raise s_max")
    return s_max


def _moved(n: int, counting: Counting, level: float, s_max: float, limit: float) -> bool:
    """Whether ten times the bound moves the limit by more than one per cent."""
    return abs(upper_limit(n, counting, level, 10 * s_max) / limit - 1) > 0.01


def _quantile(probability: float, cdf: Floats, counting: Counting) -> int:
    """The smallest n with P(N <= n) >= probability: from the table, or beyond EXACT by a root in continuous n."""
    if cdf[-1] >= probability:
        return int(np.searchsorted(cdf, probability))

    def missing(n: float) -> float:
        return float(below(n, counting)(np.zeros(1))[0]) - probability

    first = float(len(cdf))
    high = mean(counting) + 3 * sqrt(mean(counting) + spread(counting) ** 2) + first
    while missing(high) < 0:
        high *= 1.5
    low = max(first, high / 1.5)
    while low > first and missing(low) >= 0:
        low, high = max(first, low / 1.5), low
    return ceil(_root(missing, low, high)) if missing(low) < 0 else len(cdf)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    from scipy import optimize  # here, because it is slow to import

    solve: Any = optimize.brentq
    return float(solve(function, low, high, xtol=1e-300, rtol=1e-10))
