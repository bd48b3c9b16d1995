"""Intervals of a model, for all its mass hypotheses at once, by any method, with the five expected quantiles.

The switch: one bin of few events by exact sums over its count, nuisances averaged out; many bins, or many events, by
asymptotic formulas or the posterior; many bins of few events by toys. Each says so in ``assumptions``.
"""

from dataclasses import dataclass
from math import isfinite

import numpy as np
from scipy.special import ndtr

from darkrecoil._errors import unknown
from darkrecoil.records import Floats, Interval
from darkrecoil.statistics import asymptotic, exact, likelihood, nodes, posterior, toys
from darkrecoil.statistics.counting import checked_level
from darkrecoil.statistics.feldman_cousins import Set, feldman_cousins
from darkrecoil.statistics.fit import Data, as_data, check, expected_counts, fit
from darkrecoil.statistics.model import Model
from darkrecoil.statistics.packed import Packed, pack
from darkrecoil.statistics.pvalues import significance

METHODS = ("bayes", "fc", "cls", "profile")
CALCULATORS = ("auto", "exact", "asymptotic", "toys")
FEW = 20.0  # events in all bins below which asymptotic formulas are not taken by themselves
Five = tuple[float, float, float, float, float]


@dataclass(frozen=True)
class Options:
    """Method, prior of bayes, calculator, number of toys and their seed; rule of Feldman-Cousins."""

    method: str = "cls"
    prior: str = "flat"
    calculator: str = "auto"
    toys: int = 2000
    seed: int = 1
    fc_rule: str = "hull"

    def __post_init__(self) -> None:
        for kind, name, known in (
            ("method", self.method, METHODS),
            ("prior", self.prior, posterior.PRIORS),
            ("calculator", self.calculator, CALCULATORS),
        ):
            if name not in known:
                raise unknown(kind, name, known)


def limits(model: Model, level: float = 0.9, options: Options | None = None, jobs: int = 1) -> list[Interval]:
    """The interval of the parameter of interest at each hypothesis (m,): observed if the model has data, expected always.

    "profile" is the one-sided limit of q~ without the division of CLs. Raises BadValue, UnknownName, and DarkrecoilError for a
    fit of the data that fails.
    """
    chosen, level = options or Options(), checked_level(level)
    packed = pack(model)
    seen = model.observed() if model.has_data else None
    how = calculator(packed, seen, chosen)
    made = {"exact": _exact, "asymptotic": _asymptotic, "toys": _toys, "posterior": _posterior}[how](packed, seen, level, chosen, jobs)
    sets, bands, lines = made
    name = {"bayes": f"Bayes, {chosen.prior} prior", "fc": "Feldman-Cousins", "cls": "CLs", "profile": "profile likelihood"}[chosen.method]
    p = _p_values(packed, seen, jobs)
    found = []
    for h in range(packed.hypotheses):
        a, b, c, d, e = (float(x) for x in bands[h])
        z = None if p is None else significance(float(p[h]))
        found.append(
            Interval(level, sets[h][-1][1] if sets else None, sets[h] if sets else (), (a, b, c, d, e), name,
                     None if p is None else float(p[h]), z if z is not None and isfinite(z) else None, lines)
        )  # fmt: skip
    return found


def calculator(packed: Packed, seen: Floats | None, chosen: Options) -> str:
    """How the interval is computed: as asked for, or by the size of the counts."""
    free = likelihood.FREE in packed.kinds[1:] or likelihood.FREE in packed.local_kinds
    if chosen.method == "bayes":
        return "exact" if packed.bins == 1 and _events(packed, seen) <= exact.LARGEST and chosen.calculator != "asymptotic" else "posterior"
    if chosen.calculator != "auto":
        return chosen.calculator
    few = _events(packed, seen) < FEW
    if few and packed.bins == 1 and not free and chosen.method in ("cls", "fc"):
        return "exact"
    return "toys" if few and chosen.method == "cls" else "asymptotic"


def _events(packed: Packed, seen: Floats | None) -> float:
    """The most events of any hypothesis, all bins together: expected without a signal, or seen."""
    base = asymptotic.asimov(packed)
    return max(float(base.data.counts.sum(axis=1).max()), 0.0 if seen is None else float(seen.sum(axis=1).max()))


def _p_values(packed: Packed, seen: Floats | None, jobs: int) -> Floats | None:
    """Local p-values by the asymptotic distribution of q_0 (CCGV eq. 52)."""
    if seen is None:
        return None
    data = as_data(packed, seen)
    best = check(fit(packed, data, jobs=jobs))
    none = check(fit(packed, data, {0: np.zeros(len(data))}, jobs=jobs))
    q = np.maximum(2 * (none.value - best.value), 0.0)
    return np.asarray(ndtr(-np.sqrt(np.where(q > 1e-12, q, 0.0))))


Made = tuple[list[Set], Floats, tuple[str, ...]]


def _exact(packed: Packed, seen: Floats | None, level: float, chosen: Options, jobs: int) -> Made:
    made, m = nodes.of_model(packed), packed.hypotheses
    expected = exact.expected_counts(made)
    first = expected[:, 2] if seen is None else np.broadcast_to(seen[:, 0], (m,)).astype(np.int64)
    counts = np.ascontiguousarray(np.column_stack([first, expected]))
    line = "exact sums over the count, nuisances averaged out"
    if chosen.method == "fc":
        sets = feldman_cousins(counts, made, level, chosen.fc_rule, jobs)
        bands = np.array([[s[-1][1] for s in row[1:]] for row in sets])
        return [row[0] for row in sets] if seen is not None else [], bands, (line, f"Feldman-Cousins, rule {chosen.fc_rule}")
    which = np.repeat(np.arange(m), 6)
    if chosen.method == "bayes" and chosen.prior != "flat":
        single = [nodes.Nodes(*(x[h : h + 1] for x in (made.e, made.b, made.w))) for h in range(m)]
        upper = np.array(
            [posterior.of_count(int(n), single[h], chosen.prior).quantile(level) for n, h in zip(counts.ravel(), which, strict=True)]
        )
    else:
        upper = exact.tail_limits(counts.ravel(), which, made, level, chosen.method == "bayes", jobs=jobs)
    upper = upper.reshape(m, 6)
    return [((0.0, float(x)),) for x in upper[:, 0]] if seen is not None else [], upper[:, 1:], (line,)


def _asymptotic(packed: Packed, seen: Floats | None, level: float, chosen: Options, jobs: int) -> Made:
    kind = {"cls": "cls", "profile": "profile", "fc": "unified"}[chosen.method]
    found = asymptotic.limits(packed, seen, level, kind, jobs)
    lines = ["asymptotic distributions of the profile likelihood ratio; bands from the Asimov data set without a signal"]
    if _events(packed, seen) < FEW:
        lines.append("warning: asymptotic formulas at few events err by tens of per cent")
    if found.observed is None or found.lower is None:
        return [], found.expected, tuple(lines)
    pairs = zip(found.lower, found.observed, strict=True)
    return [((float(low), float(high)),) for low, high in pairs], found.expected, tuple(lines)


def _toys(packed: Packed, seen: Floats | None, level: float, chosen: Options, jobs: int) -> Made:
    if chosen.method == "fc":
        raise unknown("calculator of fc", "toys", ("auto", "exact", "asymptotic"))
    uppers, bands, lost = [], [], 0
    for h in range(packed.hypotheses):
        row = None if seen is None else seen[min(h, len(seen) - 1)]
        upper, band, missing = toys.limit(packed, h, row, level, chosen.toys, chosen.seed, chosen.method, jobs)
        uppers.append(upper)
        bands.append(band)
        lost += missing
    lines = (f"{chosen.toys} toys with and without signal at each signal strength, seed {chosen.seed}", f"{lost} toys lost to failed fits")
    return [((0.0, u),) for u in uppers if u is not None], np.array(bands), lines


def _posterior(packed: Packed, seen: Floats | None, level: float, chosen: Options, jobs: int) -> Made:
    """Bands: data sets whose best signal is N sigma, the Asimov data set moved along the signal."""
    base = asymptotic.asimov(packed, None if seen is None else as_data(packed, seen), jobs)
    moved = []
    for z in asymptotic.BANDS:
        theta = base.found.theta.copy()
        theta[:, 0] = z * base.sigma
        counts = expected_counts(packed, base.data.which, theta, base.found.gamma)
        data = Data(base.data.which, np.maximum(counts, 0.0), base.data.auxiliary, base.data.local)
        moved.append(posterior.quantiles(packed, data, level, chosen.prior, jobs))
    bands = np.stack(moved, axis=1)
    lines = (
        "posterior by integration about its conditional maxima",
        "bands: Asimov data sets with N sigma of signal, exact for many events only",
    )
    if seen is None:
        return [], bands, lines
    upper = posterior.quantiles(packed, as_data(packed, seen), level, chosen.prior, jobs)
    return [((0.0, float(u)),) for u in upper], bands, lines
