"""The count with its nuisances averaged out: P(N <= n | t + background) and P(N >= n | background).

Everything here follows from X ~ Gamma(n + 1, 1): P(N <= n | mean m) = Q(n + 1, m) = P(X > m).

Up to n = EXACT the sum over the background's count is done term by term, all terms positive. Above, P(X - r R > t) is
an average over X, the response factor r and the sources of R. The broader of X and r is integrated in closed form and
the others by Gauss rules: what is averaged is smooth on the scale of its rule, and the work does not grow with n. If a
source of few generated events is broader still, the characteristic function is inverted (fourier.py).
"""

from collections.abc import Callable
from functools import lru_cache, reduce
from math import sqrt

import numpy as np
from scipy.special import betainc, gammainc, gammaln, xlogy

from darkrecoil.records import Floats
from darkrecoil.statistics import fourier, incomplete, rules
from darkrecoil.statistics.counting import Counting, gammas, known, mean
from darkrecoil.statistics.rules import Rule

EXACT = 200  # counts; the two ways agree there (tests), the sum costs n^2
BLOCK = 256  # means at a time, to bound the memory
AFFORDABLE = 2_000_000  # complex exponentials of one transform; beyond, broad log-normal and gamma factors are smooth together


def background_pmf(counting: Counting, top: int) -> Floats:
    """P(N = k | no signal), k = 0 ... top, (top + 1,), the nuisances averaged out: Poisson and negative binomial counts."""
    factor = _factor(counting, top)
    return np.asarray(factor.weights @ _split(counting, factor.points, top + 1)[0])


def below(n: float, counting: Counting, pmf: Floats | None = None) -> Callable[[Floats], Floats]:
    """The function t (k,) -> P(N <= n | t + background), (k,): a fixed mean t, events, on top of the averaged background.

    ``pmf`` is background_pmf(counting, n or more) if there is one already. n need not be whole above EXACT.
    """
    if n > EXACT:
        return lambda t: np.concatenate([_continuous(n + 1, t[i : i + BLOCK], counting) for i in range(0, len(t), BLOCK)])
    terms = (background_pmf(counting, int(n)) if pmf is None else pmf)[int(n) :: -1]
    return lambda t: np.asarray(np.cumsum(_poisson(t, len(terms)), axis=1) @ terms)


def above(n: int, counting: Counting) -> float:
    """P(N >= n | background), with its digits however small it is: to 1e-9 up to EXACT, to 1e-5 beyond at nine sigma."""
    if n == 0:
        return 1.0
    if n > EXACT:
        return _continuous_above(float(n), counting)
    factor = _factor(counting, n)
    return float(factor.weights @ _split(counting, factor.points, n)[1])


def _factor(counting: Counting, top: int) -> Rule:
    relative = counting.background_relative
    return rules.factor(relative, counting.response, relative * sqrt(top + 1))


def _split(counting: Counting, factor: Floats, n: int) -> tuple[Floats, Floats]:
    """P(N = k | factor) for k < n, (f, n), and P(N >= n | factor), (f,)."""
    base = known(counting) * factor
    parts = [(_poisson(base, n), gammainc(n, base))]
    parts += [_negative_binomial(shape, scale * factor, n) for shape, scale in gammas(counting)]
    return reduce(_convolve, parts if known(counting) or len(parts) == 1 else parts[1:])


def _poisson(means: Floats, n: int) -> Floats:
    """Poisson probabilities of k = 0 ... n - 1, (m, n)."""
    k = np.arange(n)
    return np.asarray(np.exp(xlogy(k, means[:, None]) - means[:, None] - gammaln(k + 1)))


def _negative_binomial(shape: float, scale: Floats, n: int) -> tuple[Floats, Floats]:
    """P(N = k), k < n, (f, n), and P(N >= n), (f,), of a Poisson count whose mean is gamma-distributed."""
    k = np.arange(n)
    ways = np.concatenate([[0.0], np.cumsum(np.log((shape + k[:-1]) / k[1:]))])
    log_pmf = ways + k * np.log(scale / (1 + scale))[:, None] - shape * np.log1p(scale)[:, None]
    return np.exp(log_pmf), betainc(n, shape, scale / (1 + scale))


def _convolve(first: tuple[Floats, Floats], second: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """The count of both: sums of positive terms only, so that small probabilities keep their digits."""
    (a, a_tail), (b, b_tail) = first, second
    n = a.shape[1]
    padded = np.concatenate([np.zeros((len(b), n - 1)), b], axis=1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, n, axis=1)
    at_least = b_tail[:, None] + np.cumsum(b[:, ::-1], axis=1)  # P(second >= n - 1 - j)
    tail = a_tail + np.einsum("fj,fj->f", a[:, 1:], at_least[:, :-1]) + a[:, 0] * b_tail
    return np.einsum("fkj,fj->fk", windows, a[:, ::-1]), tail


def _continuous(shape: float, t: Floats, counting: Counting) -> Floats:
    """P(X - r R > t), (k,), for X ~ Gamma(shape, 1)."""
    widths = _widths(shape, counting)
    if _generated_dominates(widths):
        if fourier.cost(shape, counting) > AFFORDABLE:
            return _over_source(shape, t, counting, widths, incomplete.lower)
        return fourier.above(shape, t, counting)
    if widths[0] >= widths[1]:
        beta = _background(counting, _sizes(widths, widths[0]))
        return beta.mean(incomplete.upper(shape, t[:, None] + beta.points))
    return _over_factor(shape, t, counting, rules.factor_below)


def _continuous_above(shape: float, counting: Counting) -> float:
    """P(X <= r R)."""
    widths = _widths(shape, counting)
    if _generated_dominates(widths):
        cheap = fourier.cost(shape, counting) <= AFFORDABLE
        p = 1 - float(fourier.above(shape, np.zeros(1), counting)[0]) if cheap else 0.0
        return p if p > 1e-6 else float(_over_source(shape, np.zeros(1), counting, widths, incomplete.upper)[0])
    if widths[0] >= widths[1]:
        beta = _background(counting, _sizes(widths, widths[0]))
        return float(beta.mean(incomplete.lower(shape, beta.points)))
    return float(_over_factor(shape, np.zeros(1), counting, rules.factor_above)[0])


def _widths(shape: float, counting: Counting) -> tuple[float, ...]:
    """Widths, events, of X, of r R by r alone, and of the sources: standard deviations, the sources' with one event more,
    because the tail of a gamma distribution of small shape is long and its Gauss rule needs more points."""
    return (sqrt(shape), counting.background_relative * mean(counting), *(scale * (sqrt(a) + 1) for a, scale in gammas(counting)))


def _generated_dominates(widths: tuple[float, ...]) -> bool:
    return max(widths[2:], default=0.0) > max(widths[:2])


def _sizes(widths: tuple[float, ...], broadest: float) -> tuple[int, ...]:
    return tuple(rules.size(width / broadest) for width in widths)


def _over_factor(shape: float, t: Floats, counting: Counting, closed: Callable[[Floats, float, str], Floats]) -> Floats:
    """The average over X and R, (k,), of a probability of r that is known in closed form."""
    widths = _widths(shape, counting)
    sizes = _sizes(widths, widths[1])
    x, rest = rules.gamma(shape, 1.0, sizes[0]), _sources(counting, sizes)
    room = (x.points[:, None] - t[:, None, None]) / rest.points  # (k, x, rest)
    return x.mean(rest.mean(closed(room, counting.background_relative, counting.response)))


def _over_source(
    shape: float, t: Floats, counting: Counting, widths: tuple[float, ...], closed: Callable[[float, Floats], Floats]
) -> Floats:
    """P(X - r R > t), (k,), for closed = lower, its complement for upper: the broadest source's distribution function, averaged.

    The only way far out in the tail, and the quick one where the response is broad too: then the averages are smooth.
    """
    j = widths.index(max(widths[2:]))
    sizes = _sizes(widths, widths[j])
    x, factor, rest = (
        rules.gamma(shape, 1.0, sizes[0]),
        rules.factor(counting.background_relative, counting.response),
        _sources(counting, sizes, j),
    )
    a, scale = gammas(counting)[j - 2]
    room = ((x.points - t[:, None])[..., None] / factor.points)[..., None] - rest.points  # (k, x, r, rest)
    return x.mean(factor.mean(rest.mean(closed(a, np.maximum(room, 0.0) / scale))))


@lru_cache(maxsize=64)
def _background(counting: Counting, sizes: tuple[int, ...]) -> Rule:
    """The rule of the background r R, events."""
    factor = rules.factor(counting.background_relative, counting.response)
    return rules.gauss(rules.product(np.multiply, factor, _sources(counting, sizes)), max(sizes[1:]))


@lru_cache(maxsize=64)
def _sources(counting: Counting, sizes: tuple[int, ...], without: int = -1) -> Rule:
    """The rule of the known background and all generated sources, events, but for the one left out."""
    rule = rules.point(known(counting))
    for j, (shape, scale) in enumerate(gammas(counting), start=2):
        if j != without:
            rule = rules.gauss(rules.product(np.add, rule, rules.gamma(shape, scale, sizes[j])), max(sizes[2:]))
    return rule
