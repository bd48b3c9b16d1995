"""Coverage of the limits of a counting window: how often the interval holds the true signal, by enumeration of the count.

Two truths: "averaged", true background and efficiency are drawn anew from the distributions that the intervals assume;
"nominal", they are the central values and only the count fluctuates. No pseudo-experiments: sums over n are exact.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, xlogy

from darkrecoil._errors import BadValue, unknown
from darkrecoil.records import Floats, Ints
from darkrecoil.statistics import asymptotic, exact, nodes
from darkrecoil.statistics.counting import Counting, checked_level, mean
from darkrecoil.statistics.feldman_cousins import feldman_cousins
from darkrecoil.statistics.nodes import Nodes
from darkrecoil.statistics.packed import pack
from darkrecoil.statistics.window import of_counting

METHODS = ("bayes", "fc", "cls", "profile")  # the last is the asymptotic one, for comparison
NEGLIGIBLE = 1e-7  # probability of the counts that are left out


@dataclass(frozen=True, eq=False)
class Coverage:
    """Coverage of a method at true signals (s,), nuisances averaged (s,) or nominal (s,), and the mean upper limit without a signal."""

    method: str
    signals: Floats
    averaged: Floats
    nominal: Floats
    mean_limit: float


def coverage(
    counting: Counting, signals: Floats, level: float = 0.9, methods: tuple[str, ...] = METHODS, rule: str = "hull"
) -> list[Coverage]:
    """The coverage of each method at true signals (s,), events before the efficiency. UnknownName, BadValue."""
    if wrong := [m for m in methods if m not in METHODS]:
        raise unknown("method", wrong[0], METHODS)
    if not len(signals) or not np.isfinite(signals).all() or np.min(signals) < 0:
        raise BadValue("true signals must be numbers of at least zero", np.asarray(signals).tolist(), "allowed: >= 0")
    made = nodes.of_counting(counting)
    which = np.zeros(len(signals), np.int64)
    top = mean(counting) + float(np.max(signals)) * counting.efficiency * (1 + 4 * counting.efficiency_relative)
    size = int(top * (1 + counting.background_relative) + 8 * np.sqrt(top + 1) + 20)
    if size > 3 * exact.LARGEST:
        raise BadValue("a coverage study is for few events", size, f"allowed: up to {3 * exact.LARGEST} counts", "choose a smaller signal")
    averaged = exact.probabilities(made, which, signals, size)
    means = counting.efficiency * np.asarray(signals)[:, None] + mean(counting)
    n = np.arange(size)
    nominal = np.exp(xlogy(n, means) - means - gammaln(n + 1))
    none = exact.probabilities(made, which[:1], np.zeros(1), size)[0]
    seen = np.flatnonzero(np.maximum(averaged.max(axis=0), nominal.max(axis=0)) > NEGLIGIBLE)
    found = []
    for method in methods:
        low, high = intervals(counting, made, n[seen], checked_level(level), method, rule)
        inside = (low <= np.asarray(signals)[:, None]) & (np.asarray(signals)[:, None] <= high)
        mean_limit = float(none[seen] @ high / none[seen].sum())
        held = [(q[:, seen] * inside).sum(axis=1) for q in (averaged, nominal)]
        found.append(Coverage(method, np.asarray(signals), held[0], held[1], mean_limit))
    return found


def intervals(counting: Counting, made: Nodes, n: Ints, level: float, method: str, rule: str) -> tuple[Floats, Floats]:
    """Lower and upper ends (n,) for each count."""
    if method in ("bayes", "cls"):
        high = exact.tail_limits(n, np.zeros(len(n), np.int64), made, level, method == "bayes")
        return np.zeros(len(n)), high
    if method == "fc":
        sets = feldman_cousins(np.ascontiguousarray(n[None]), made, level, rule)[0]
        return np.array([s[0][0] for s in sets]), np.array([s[-1][1] for s in sets])
    model = of_counting(counting).with_data(n[:, None].astype(float))
    packed = pack(model)
    return np.zeros(len(n)), np.asarray(asymptotic.limits(packed, model.observed(), level, "profile").observed)
