"""CLs and its parts by pseudo-experiments: counts and auxiliary measurements both fluctuate, every toy is fitted.

Nuisances are set to their conditional maximum on the data at the tested signal, and at none for the background alone (CCGV, and
the LHC procedure, ATL-PHYS-PUB-2011-11). q~ has half of its weight at 0: a tie with the data counts as at least as extreme.
A toy whose fit fails is left out and counted.
"""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from scipy.special import ndtr

from darkrecoil.records import Floats
from darkrecoil.statistics import asymptotic
from darkrecoil.statistics.asymptotic import BANDS
from darkrecoil.statistics.fit import Data, as_data, expected_counts, fit
from darkrecoil.statistics.packed import Packed

TIE = 1e-6  # of q: below, two values are the same
GRID = (0.4, 0.6, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 2.8)  # of the asymptotic limit


@dataclass(frozen=True, eq=False)
class Toys:
    """CLs (s,) of data and the five quantiles (s, 5) without a signal at signals (s,), and how many toys were lost."""

    signal: Floats
    observed: Floats | None
    expected: Floats
    lost: int


def limit(
    packed: Packed, hypothesis: int, observed: Floats | None, level: float, toys: int, seed: int, kind: str = "cls", jobs: int = 1
) -> tuple[float | None, Floats, int]:
    """Upper limits of one hypothesis by toys: observed, expected (5,), toys lost. CLs or CL_{s+b} is interpolated in its logarithm
    between signals about the asymptotic limit."""
    one = only(packed, hypothesis)
    guess = asymptotic.limits(one, observed, level, "cls", jobs)
    middle = guess.expected[0, 2] if guess.observed is None else max(guess.observed[0], guess.expected[0, 2])
    scale = np.unique([*(middle * np.array(GRID)), *(guess.expected[0] * 1.0), *(guess.expected[0] * 1.3)])
    found = scan(one, observed, scale, toys, seed, kind, jobs)
    goal = 1 - level
    upper = None if found.observed is None else cross(found.signal, found.observed, goal)
    return upper, np.array([cross(found.signal, column, goal) for column in found.expected.T]), found.lost


def scan(packed: Packed, observed: Floats | None, signals: Floats, toys: int, seed: int, kind: str = "cls", jobs: int = 1) -> Toys:
    """CLs (or CL_{s+b} for kind "profile") at each signal, by so many toys with and without it."""
    data = None if observed is None else as_data(packed, observed)
    seen, expected, lost = [], [], 0
    for i, mu in enumerate(signals):
        with_signal, empty = (_generate(packed, data, x, toys, np.random.default_rng([seed, i, j])) for j, x in enumerate((float(mu), 0.0)))
        q_sb, q_b = (_statistic(packed, some, float(mu), jobs) for some in (with_signal, empty))
        lost += int(np.isnan(q_sb).sum() + np.isnan(q_b).sum())
        q_sb, q_b = q_sb[~np.isnan(q_sb)], q_b[~np.isnan(q_b)]
        if data is not None:
            q = float(_statistic(packed, data, float(mu), jobs)[0])
            seen.append(_ratio(q, q_sb, q_b, kind))
        bands = np.quantile(q_b, ndtr(-BANDS), method="inverted_cdf")
        expected.append([_ratio(float(q), q_sb, q_b, kind) for q in bands])
    return Toys(signals, np.array(seen) if data is not None else None, np.array(expected), lost)


def _ratio(q: float, q_sb: Floats, q_b: Floats, kind: str) -> float:
    p = float(np.mean(q_sb >= q - TIE))
    return p if kind == "profile" else p / max(float(np.mean(q_b >= q - TIE)), 1e-12)


def _generate(packed: Packed, data: Data | None, mu: float, toys: int, rng: np.random.Generator) -> Data:
    """Toys at mu: counts by their expectation, auxiliary measurements about the nuisances."""
    base = asymptotic.asimov(packed, data, mu=mu)
    theta, gamma = base.found.theta[:1], base.found.gamma[:1]
    mean = expected_counts(packed, np.zeros(1, np.int64), theta, gamma)[0]
    counts = rng.poisson(mean, (toys, packed.bins)).astype(float)
    gaussian = packed.kinds == 1
    auxiliary = np.where(gaussian, theta + packed.widths[0] * rng.standard_normal((toys, theta.shape[1])), packed.centre[0])
    width = packed.local_widths[0]
    poisson = rng.poisson(np.minimum(width * gamma, 1e12), (toys, len(width)))
    normal = gamma + width * rng.standard_normal((toys, len(width)))
    kinds = packed.local_kinds
    local = np.where(kinds == 2, poisson, np.where(kinds == 1, normal, packed.local_centre[0]))
    return Data(np.zeros(toys, np.int64), counts, np.ascontiguousarray(auxiliary), np.ascontiguousarray(local, dtype=float))


def _statistic(packed: Packed, data: Data, mu: float, jobs: int) -> Floats:
    """q~ at mu, (k,): NaN where a fit failed."""
    free = fit(packed, data, jobs=jobs)
    at = fit(packed, data, {0: np.full(len(data), mu)}, free, jobs=jobs)
    q = np.where(free.theta[:, 0] > mu, 0.0, np.maximum(2 * (at.value - free.value), 0.0))
    return np.where(free.good & at.good, q, np.nan)


def cross(s: Floats, p: Floats, goal: float) -> float:
    """Where p, which falls with s, last crosses the goal: linear in ln p; the end of the grid if it does not."""
    above = np.flatnonzero(p > goal)
    if not len(above) or above[-1] + 1 == len(s):
        return float(s[0] if not len(above) else s[-1])
    i = above[-1]
    a, b = np.log(np.maximum(p[[i, i + 1]], 1e-9))
    return float(s[i] + (s[i + 1] - s[i]) * (a - np.log(goal)) / (a - b))


def only(packed: Packed, hypothesis: int) -> Packed:
    """The packed model of one hypothesis."""
    given: dict[str, Any] = {
        f.name: np.ascontiguousarray(getattr(packed, f.name)[hypothesis : hypothesis + 1])
        for f in fields(packed)
        if f.name in PER_HYPOTHESIS
    }
    return replace(packed, hypotheses=1, **given)


PER_HYPOTHESIS = (
    "nominal", "high", "low", "up", "down", "widths", "centre", "local_widths", "local_centre", "start", "local_start",
)  # fmt: skip
