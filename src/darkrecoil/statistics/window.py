"""The interval of one counting window by any method: the switch between exact sums and large counts, and what it rests on.

Every exact sum here averages over the nuisances (prior-predictive), also for CLs and Feldman-Cousins; the asymptotic
formulas profile them. Which of the two was used is among the assumptions.
"""

from dataclasses import dataclass
from math import isfinite

import numpy as np

from darkrecoil._errors import BadValue, unknown
from darkrecoil.records import Interval
from darkrecoil.statistics import asymptotic, bayes, exact, nodes, posterior
from darkrecoil.statistics.counting import Counting, Source, checked_count, checked_level, mean
from darkrecoil.statistics.feldman_cousins import RULES, Set, feldman_cousins
from darkrecoil.statistics.model import POI, Channel, Model, Norm, PerBin, Sample, Scale
from darkrecoil.statistics.packed import pack
from darkrecoil.statistics.pvalues import p_value, significance

METHODS = ("bayes", "fc", "cls")
FEW = 20.0  # events of background below which asymptotic formulas are warned of
CALCULATORS = ("auto", "exact", "asymptotic")
ENOUGH = {"cls": 100.0, "fc": 100.0}  # events of background above which "auto" takes asymptotic formulas: they err by 1 % (CLs), 2 % (FC)


@dataclass(frozen=True)
class Options:
    """How an interval is made: method, prior of bayes, rule of fc, calculator of cls and fc, end of the flat prior."""

    method: str = "bayes"
    prior: str = "flat"
    fc_rule: str = "monotone"
    calculator: str = "auto"
    s_max: float = 1e3

    def __post_init__(self) -> None:
        for kind, name, known in (
            ("method", self.method, METHODS),
            ("prior", self.prior, posterior.PRIORS),
            ("rule of Feldman and Cousins", self.fc_rule, RULES),
            ("calculator", self.calculator, CALCULATORS),
        ):
            if name not in known:
                raise unknown(kind, name, known)


def interval(counting: Counting, level: float = 0.9, observed: float | None = None, options: Options | None = None) -> Interval:
    """The interval of the signal count, events before the efficiency: set, upper limit, expected limits, p-value.

    The upper limit is the supremum of the set. Raises BadValue, UnknownName.
    """
    chosen, level = options or Options(), checked_level(level)
    if chosen.method == "bayes" and chosen.prior == "flat":
        return bayes.interval(counting, level, observed, chosen.s_max)
    n = None if observed is None else checked_count(observed)
    if chosen.method == "bayes":
        sets, band, lines = _bayes(counting, level, n, chosen)
    elif _sums(counting, n, chosen):
        sets, band, lines = _exact(counting, level, n, chosen)
    else:
        sets, band, lines = _asymptotic(counting, level, n, chosen)
    name = {"bayes": f"Bayes, {chosen.prior} prior on the signal count", "cls": "CLs", "fc": f"Feldman-Cousins, {chosen.fc_rule}"}[
        chosen.method
    ]
    lines = (*lines, *_about(counting))
    a, b, c, d, e = band
    if n is None:
        return Interval(level, None, (), (a, b, c, d, e), f"{name}, {counting.response} response", assumptions=lines)
    p = p_value(n, counting)
    z = significance(p)
    return Interval(
        level, sets[-1][1], sets, (a, b, c, d, e), f"{name}, {counting.response} response", p, z if isfinite(z) else None, lines
    )


def of_counting(counting: Counting) -> Model:
    """The window as a model: two nuisances, and a factor for each generated source, whose auxiliary count is its n_eff."""
    exponential = counting.response == "exponential"

    def factor(name: str, d: float) -> tuple[Norm, ...]:
        return (Norm(name, 1 + d, 1 / (1 + d) if exponential else 1 - d, int(exponential)),) if d > 0 else ()

    both = factor("background", counting.background_relative)
    sources = counting.generated or (Source(counting.background, 0.0, 0.0),)
    samples = [Sample("signal", [counting.efficiency], (Scale(POI), *factor("efficiency", counting.efficiency_relative)))]
    for i, source in enumerate(sources):
        if source.variance > 0:
            n_eff = source.count**2 / source.variance
            samples.append(Sample(f"source {i}", [source.count], (*both, PerBin(f"generated {i}", "poisson", [n_eff], [n_eff]))))
        elif source.count == 0 and source.unit > 0:
            samples.append(Sample(f"source {i}", [source.unit], (*both, PerBin(f"generated {i}", "poisson", [1.0], [0.0]))))
        else:
            samples.append(Sample(f"source {i}", [source.count], both))
    return Model((Channel("window", tuple(samples)),))


def _sums(counting: Counting, n: int | None, chosen: Options) -> bool:
    """Whether exact sums are taken: up to ENOUGH events, or as asked for."""
    if chosen.calculator == "auto":
        return mean(counting) <= ENOUGH[chosen.method] and (n or 0) <= exact.LARGEST
    if chosen.calculator == "exact" and max(mean(counting), n or 0) > exact.LARGEST:
        raise BadValue(
            "too many events for exact sums", max(mean(counting), n or 0), f"allowed: {exact.LARGEST}", "take auto or asymptotic"
        )
    return chosen.calculator == "exact"


Made = tuple[Set, tuple[float, ...], tuple[str, ...]]


def _counts(counting: Counting, n: int | None) -> list[int]:
    """The observed count, or the median one, and the five quantiles."""
    found = bayes.expected_counts(counting)[0]
    return [found[2] if n is None else n, *found]


def _exact(counting: Counting, level: float, n: int | None, chosen: Options) -> Made:
    counts, made = _counts(counting, n), nodes.of_counting(counting)
    if chosen.method == "cls":
        upper = exact.tail_limits(np.array(counts), np.zeros(6, np.int64), made, level, bayes=False)
        how = "exact: CLs = P(N <= n | s + b)/P(N <= n | b), summed over counts, nuisances averaged out"
        return ((0.0, float(upper[0])),), tuple(upper[1:].tolist()), (how,)
    sets = feldman_cousins(np.array([counts]), made, level, chosen.fc_rule)[0]
    how = "exact: probabilities of counts with their nuisances averaged out, ordered by their likelihood ratio"
    holes = ("the confidence set is disconnected; the upper limit is its supremum",) if len(sets[0]) > 1 else ()
    return sets[0], tuple(s[-1][1] for s in sets[1:]), (how, *holes)


def _asymptotic(counting: Counting, level: float, n: int | None, chosen: Options) -> Made:
    packed = pack(of_counting(counting))
    found = asymptotic.limits(packed, None if n is None else np.array([float(n)]), level, "cls" if chosen.method == "cls" else "unified")
    what = "q~" if chosen.method == "cls" else "t~"
    lines = [f"asymptotic: {what} of the profile likelihood, bands from the Asimov data set without a signal"]
    if chosen.method == "fc":
        lines.append("the rule of Feldman-Cousins has no meaning for asymptotic limits")
    if mean(counting) < FEW:
        lines.append("warning: asymptotic formulas at few events err by tens of per cent; take exact")
    low = 0.0 if found.lower is None else float(found.lower[0])
    sets = ((low, float(found.observed[0])),) if found.observed is not None else ()
    return sets, tuple(found.expected[0].tolist()), tuple(lines)


def _bayes(counting: Counting, level: float, n: int | None, chosen: Options) -> Made:
    counts, made = _counts(counting, n), nodes.of_counting(counting)
    if max(counts) > exact.LARGEST:
        raise BadValue(f"the {chosen.prior} prior is for few events", max(counts), f"allowed: {exact.LARGEST}", "take the flat prior")
    bounded = counting.response == "gaussian" and counting.efficiency_relative > 0
    end = chosen.s_max if bounded else None
    upper = {k: posterior.of_count(k, made, chosen.prior, end).quantile(level) for k in set(counts)}
    lines = [f"{chosen.prior} prior on the signal count" + (f", up to {chosen.s_max:g}" if bounded else "")]
    if chosen.prior == "log":
        lines.append(
            f"warning: the prior 1/s begins at {posterior.LEAST:g} signal events; the limit depends on that where the data allow none"
        )
    if chosen.prior == "reference":
        lines.append("reference prior: the root of the Fisher information of the count with its nuisances averaged out")
    return ((0.0, upper[counts[0]]),), tuple(upper[k] for k in counts[1:]), tuple(lines)


def _about(counting: Counting) -> tuple[str, ...]:
    """What all methods assume of the nuisances."""
    return tuple(line for line in bayes.assumptions(counting) if not line.startswith("flat prior"))
