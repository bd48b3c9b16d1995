"""Limits by the asymptotic distributions of the profile likelihood ratio, for all hypotheses of a model at once.

G. Cowan, K. Cranmer, E. Gross, O. Vitells, Eur. Phys. J. C 71 (2011) 1554 (CCGV):

- "cls": q~_mu (eq. 16), p-values by its asymptotic form (eqs. 64-66), CLs = p_{s+b}/(1 - p_b);
- "profile": q~_mu by the theorem of Wilks, sqrt(q~) = z of the level, the one-sided limit of the profile likelihood;
- "unified": t~_mu (eq. 11), the ordering of Feldman and Cousins with profiled nuisances, p-values by eqs. 43-46.

The median and the bands without a signal follow from the Asimov data set: signal strengths N sigma away stand for
fluctuations of N sigma (sect. 5.3), so that no pseudo-data are made. At few events all of this is wrong by tens of per
cent (tests): ``intervals`` then takes exact sums or toys.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import log_ndtr, ndtr, ndtri

from darkrecoil._errors import BadValue, unknown
from darkrecoil.records import Floats, Ints
from darkrecoil.statistics.fit import Data, Fitted, as_data, check, expected_counts, fit
from darkrecoil.statistics.packed import Packed

KINDS = ("cls", "profile", "unified")
BANDS = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
ROUNDS = 60
CLOSE = 1e-8  # of ln p, and of mu relative to itself


@dataclass(frozen=True, eq=False)
class Asymptotic:
    """Limits on the parameter of interest: observed (m,) or None, lower ends (m,), expected (m, 5)."""

    observed: Floats | None
    lower: Floats | None
    expected: Floats


@dataclass(frozen=True, eq=False)
class Ratios:
    """Square roots of -2 ln of likelihood ratios at mu, and their derivatives: of data (k,) and of the Asimov data set (k,)."""

    data: Floats
    data_slope: Floats
    asimov: Floats
    asimov_slope: Floats


@dataclass(frozen=True, eq=False)
class Base:
    """The Asimov data set without a signal, the minima that it has, and the error of mu that its curvature gives (m,)."""

    data: Data
    found: Fitted
    sigma: Floats


def limits(packed: Packed, observed: Floats | None, level: float = 0.9, kind: str = "cls", jobs: int = 1) -> Asymptotic:
    """Limits at a level for each hypothesis: observed counts (m or 1, bins) or None. UnknownName for a kind that is none."""
    if kind not in KINDS:
        raise unknown("kind of asymptotic limit", kind, KINDS)
    seen = None if observed is None else as_data(packed, observed)
    base = asimov(packed, seen, jobs)
    expected = _expected(packed, base, level, kind, jobs)
    if seen is None:
        return Asymptotic(None, None, expected)
    best = check(fit(packed, seen, jobs=jobs))
    upper = _solve(packed, seen, best, base, level, kind, np.maximum(expected[:, 2], best.theta[:, 0] + 1.3 * base.sigma), jobs)
    lower = _lower(packed, seen, best, base, level, jobs) if kind == "unified" else np.zeros(len(upper))
    return Asymptotic(upper, lower, expected)


def asimov(packed: Packed, seen: Data | None = None, jobs: int = 1, mu: float = 0.0) -> Base:
    """The Asimov data set at mu, nuisances profiled on data if there are any, else at their central values."""
    which = np.arange(packed.hypotheses)
    if seen is None:
        centre, local = packed.start.copy(), packed.local_start.copy()
        poisson = packed.local_kinds == 2
        local[:, poisson] = packed.local_centre[:, poisson] / np.maximum(packed.local_widths[:, poisson], 1e-300)
        centre[:, 0] = mu
    else:
        profiled = check(fit(packed, seen, {0: np.full(len(which), mu)}, jobs=jobs))
        centre, local = profiled.theta, profiled.gamma
    counts = expected_counts(packed, which, centre, local)
    auxiliary = np.where(packed.kinds > 0, centre, packed.centre)
    poisson_local = np.where(packed.local_kinds == 2, local * packed.local_widths, local)
    data = Data(which, counts, auxiliary, np.where(packed.local_kinds > 0, poisson_local, packed.local_centre))
    start = Fitted(np.zeros(len(which)), np.zeros(len(which)), centre, np.maximum(local, 1e-6), np.ones(len(which), bool))
    found = check(fit(packed, data, {0: np.full(len(which), mu)}, start, jobs=jobs))
    return Base(data, found, _sigma(packed, data, found, jobs))


def _sigma(packed: Packed, data: Data, found: Fitted, jobs: int) -> Floats:
    """The error of mu: where -2 ln L has risen by about one."""
    mu = np.full(len(data), 1.0)
    for _ in range(40):
        q = 2 * (fit(packed, data, {0: found.theta[:, 0] + mu}, found, jobs=jobs).value - found.value)
        far = ~((q > 0.1) & (q < 10))
        if not far.any():
            break
        mu = np.where(far, mu * np.clip(1 / np.sqrt(np.maximum(q, 1e-12)), 1e-3, 1e3), mu)
    return mu / np.sqrt(np.maximum(q, 1e-12))


def _root(q: Floats, slope: Floats) -> tuple[Floats, Floats]:
    """sqrt(q) and its derivative, from the differences of -ln L and their derivatives."""
    root = np.sqrt(np.maximum(2 * q, 0.0))
    return root, slope / np.maximum(root, 1e-12)


def _expected(packed: Packed, base: Base, level: float, kind: str, jobs: int) -> Floats:
    """Expected limits (m, 5): those of a data set whose best signal is N sigma."""
    m = packed.hypotheses
    if kind == "unified":
        goal = np.maximum(BANDS, 0) + np.array([unified_quantile(min(n, 0.0), level) for n in BANDS])
    elif kind == "cls":
        goal = BANDS - ndtri((1 - level) * ndtr(BANDS))
    else:
        z = -ndtri(1 - level)
        goal = np.where(BANDS < 0, BANDS + np.sqrt(BANDS**2 + z**2), BANDS + z)  # below zero the best signal is none
    which = np.repeat(np.arange(m), len(BANDS))
    target = np.tile(goal, m)
    data, found = base.data.rows(which), base.found.rows(which)
    mu = target * base.sigma[which]
    ask = np.flatnonzero(target > 0)
    for _ in range(ROUNDS):
        at = fit(packed, data.rows(ask), {0: mu[ask]}, found.rows(ask), jobs=jobs)
        root, slope = _root(at.value - base.found.value[which[ask]], at.slope)
        step = (root - target[ask]) / np.maximum(slope, 1e-12)
        mu[ask] = np.maximum(mu[ask] - step, 0.2 * mu[ask])
        ask = ask[np.abs(step) > 1e-9 * mu[ask]]
        if not len(ask):
            break
    return mu.reshape(m, len(BANDS))


def unified_quantile(n: float, level: float) -> float:
    """(mu - mu_hat')/sigma at the limit of t~_mu for mu_hat = n sigma <= 0, mu_hat' = max(mu_hat, 0): the root of eq. 43 or 45.

    With x = mu/sigma and mu_hat < 0, t~ = x^2 - 2 x n = x (x - 2n), and its distribution at mu (eqs. 41-43) has the tail
    p = 1 - Phi(sqrt t~) + 1 - Phi((t~ + x^2)/(2x)) for t~ > x^2.
    """
    low, high = 0.0, 20.0
    for _ in range(200):
        x = 0.5 * (low + high)
        if unified_p(x * (x - 2 * n), x * x) > 1 - level:
            low = x
        else:
            high = x
    return 0.5 * (low + high)


def unified_p(t: float | Floats, asimov: float | Floats) -> Floats:
    """The p-value of t~_mu (CCGV eqs. 43-46) with mu^2/sigma^2 = the Asimov value of it."""
    root, x = np.sqrt(t), np.sqrt(asimov)
    beyond = np.where(root > x, (t + asimov) / (2 * np.maximum(x, 1e-300)), root)
    return np.asarray(ndtr(-root) + ndtr(-beyond))


def ratios(packed: Packed, seen: Data, best: Fitted, base: Base, mu: Floats, jobs: int = 1) -> Ratios:
    """Roots of the two likelihood ratios at mu (k,), data sets in the order of hypotheses ``seen.which``."""
    at = fit(packed, seen, {0: mu}, best, jobs=jobs)
    empty = fit(packed, base.data.rows(seen.which), {0: mu}, base.found.rows(seen.which), jobs=jobs)
    return Ratios(*_root(at.value - best.value, at.slope), *_root(empty.value - base.found.value[seen.which], empty.slope))


def log_p(kind: str, r: Ratios, above: np.ndarray) -> tuple[Floats, Floats]:
    """ln of CLs, or of the p-value of q~ or t~ and its derivative by mu; ``above``: mu is above the best fit."""
    if kind == "unified":
        p = unified_p(r.data**2, r.asimov**2)
        return np.log(np.maximum(p, 1e-300)), np.full(len(p), np.nan)
    q, dq = np.where(above, r.data, 0.0), np.where(above, r.data_slope, 0.0)
    if kind == "profile":
        return log_ndtr(-q), -_hazard(q) * dq
    inner = q <= r.asimov
    safe = np.maximum(r.asimov, 1e-9)
    t = np.clip(np.where(inner, q - r.asimov, (q * q - r.asimov**2) / (2 * safe)), -30, 30)
    outer = (q * dq - r.asimov * r.asimov_slope) / safe - t * r.asimov_slope / safe
    dt = np.where(inner, dq - r.asimov_slope, outer)
    tail, dtail = log_ndtr(-(t + r.asimov)), -_hazard(t + r.asimov) * (dt + r.asimov_slope)
    return tail - log_ndtr(-t), dtail + _hazard(t) * dt


def _hazard(x: Floats) -> Floats:
    """phi(x)/(1 - Phi(x))."""
    return np.asarray(np.exp(-x * x / 2 - log_ndtr(-x)) / sqrt(2 * np.pi))


def _solve(packed: Packed, seen: Data, best: Fitted, base: Base, level: float, kind: str, mu: Floats, jobs: int) -> Floats:
    """The mu (k,) above the best fit where the p-value is 1 - level: Newton steps in ln p, kept between bounds."""
    goal = np.log(1 - level)

    def excess(index: Ints, at: Floats) -> tuple[Floats, Floats]:
        some = best.rows(index)
        value, slope = log_p(kind, ratios(packed, seen.rows(index), some, base, at, jobs), at > some.theta[:, 0])
        return value - goal, slope

    return newton(excess, mu, np.maximum(best.theta[:, 0], 0.0))


def newton(excess: Callable[[Ints, Floats], tuple[Floats, Floats]], start: Floats, least: Floats) -> Floats:
    """The roots (k,) of falling functions above ``least``: by their derivative where it is known, by secants where it is not.

    ``least`` itself where the function is below zero everywhere.
    """
    x, low, high = start.copy(), least.copy(), np.full(len(start), np.inf)
    before, value_before = np.full(len(start), np.nan), np.full(len(start), np.nan)
    ask = np.arange(len(start))
    for _ in range(ROUNDS):
        value, slope = excess(ask, x[ask])
        with np.errstate(all="ignore"):
            secant = (value - value_before[ask]) / (x[ask] - before[ask])
        slope = np.where(np.isfinite(slope), slope, secant)
        before[ask], value_before[ask] = x[ask], value
        low[ask], high[ask] = np.where(value > 0, x[ask], low[ask]), np.where(value > 0, high[ask], x[ask])
        with np.errstate(all="ignore"):
            new = x[ask] - value / slope
        bracket = np.where(np.isfinite(high[ask]), 0.5 * (low[ask] + high[ask]), 1.6 * low[ask] + 0.1 * start[ask])
        inside = np.isfinite(new) & (new > low[ask]) & (new < np.minimum(high[ask], 8 * x[ask]))
        new = np.where(inside, new, bracket)
        done = (np.abs(value) < CLOSE) | (np.abs(new - x[ask]) <= CLOSE * np.abs(new)) | (high[ask] - low[ask] <= CLOSE * start[ask])
        x[ask] = np.where(np.abs(value) < CLOSE, x[ask], new)
        ask = ask[~done]
        if not len(ask):
            return x
    raise BadValue("a limit was not found", f"{len(ask)} of {len(x)}", hint="look for a signal that is empty")


def _lower(packed: Packed, seen: Data, best: Fitted, base: Base, level: float, jobs: int) -> Floats:
    """Lower ends (k,) of the intervals by t~_mu: 0 where mu = 0 is inside."""
    lower, hat = np.zeros(len(seen)), best.theta[:, 0]
    tiny = 1e-9 * base.sigma
    p = log_p("unified", ratios(packed, seen, best, base, np.minimum(tiny, np.maximum(hat, tiny)), jobs), hat < 0)[0]
    ask = np.flatnonzero((p < np.log(1 - level)) & (hat > tiny))
    low, high = np.zeros(len(ask)), hat[ask].copy()
    for _ in range(45):
        middle = 0.5 * (low + high)
        p = log_p("unified", ratios(packed, seen.rows(ask), best.rows(ask), base, middle, jobs), middle > hat[ask])[0]
        low, high = np.where(p < np.log(1 - level), middle, low), np.where(p < np.log(1 - level), high, middle)
    lower[ask] = 0.5 * (low + high)
    return lower
