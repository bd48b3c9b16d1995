"""One counting window: N ~ Poisson(E s + b), and what is not known about E and b.

    N | s ~ Poisson(epsilon s + beta),  epsilon = E r_E,  beta = r_B (known + sum_j G_j),  all factors independent

r_E and r_B answer to a relative error d by the response: "exponential", r = exp(z ln(1 + d)), log-normal with median 1;
"gaussian", r = 1 + z d cut off at zero; z is standard normal. G_j is the true mean of a generated source, given what
survived of its events: a flat prior and a Poisson count of n_eff events make it gamma-distributed with shape n_eff + 1
and scale = weight of one event, with n_eff = (sum w)^2 / sum w^2 and weight = sum w^2 / sum w, or the source's unit
weight if nothing survived. So zero generated is not zero background: it is exponential with mean one unit.
(Bohm and Zech, NIM A 748 (2014) 1, for n_eff and the effective weight of weighted events.)

The central ``background`` stays the plain estimate, the sum of the weights. The mean of beta exceeds it by one weight
per source, which is the price of few generated events and fades as 1/n_eff.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt

from darkrecoil._errors import BadValue, unknown

RESPONSES = ("exponential", "gaussian")


@dataclass(frozen=True)
class Source:
    """A generated source in the window, in events: sum of weights, sum of their squares, and the weight of one event.

    variance = 0 with a count says that the count is known; ``unit`` is read only where nothing survived.
    """

    count: float
    variance: float
    unit: float

    def __post_init__(self) -> None:
        for what, value in (("count", self.count), ("variance", self.variance), ("unit weight", self.unit)):
            _at_least_zero(f"the {what} of a source", value)
        if self.count == 0 and self.variance > 0:
            raise BadValue(
                "a source has a variance without a count", self.variance, "weights are not negative", "give the sums of w and w^2"
            )


@dataclass(frozen=True)
class Counting:
    """A window: expected background, events; its relative error; efficiency E; its relative error; the sources; the response.

    ``generated`` are all the sources that ``background`` is the sum of, or none if the background is known up to its
    relative error. The two relative errors are independent of each other: a nuisance that moves signal and background
    together is outside this model. Raises BadValue, UnknownName.
    """

    background: float
    background_relative: float = 0.0
    efficiency: float = 1.0
    efficiency_relative: float = 0.0
    generated: tuple[Source, ...] = ()
    response: str = "exponential"

    def __post_init__(self) -> None:
        _at_least_zero("the background", self.background)
        _at_least_zero("the relative error of the background", self.background_relative)
        _at_least_zero("the relative error of the efficiency", self.efficiency_relative)
        if not (isfinite(self.efficiency) and self.efficiency > 0):
            raise BadValue("the efficiency must be above zero", self.efficiency, "allowed: > 0", "without efficiency there is no limit")
        if self.response not in RESPONSES:
            raise unknown("response", self.response, RESPONSES)
        total = sum(source.count for source in self.generated)
        if self.generated and abs(total - self.background) > 1e-9 * max(total, self.background):
            raise BadValue("the background is not the sum of its sources", self.background, f"their sum: {total:g}", "use from_sources")


def from_sources(
    counts: Sequence[float],
    variances: Sequence[float],
    units: Sequence[float],
    background_relative: float = 0.0,
    efficiency: float = 1.0,
    efficiency_relative: float = 0.0,
    response: str = "exponential",
) -> Counting:
    """The window whose background is the sum of these sources: sums of w, sums of w^2, weights of one event, in events."""
    if not len(counts) == len(variances) == len(units):
        raise BadValue(
            "counts, variances and units differ in length", f"{len(counts)}, {len(variances)}, {len(units)}", "one of each per source"
        )
    sources = tuple(Source(float(c), float(v), float(u)) for c, v, u in zip(counts, variances, units, strict=True))
    total = float(sum(source.count for source in sources))
    return Counting(total, background_relative, efficiency, efficiency_relative, sources, response)


def known(counting: Counting) -> float:
    """The part of the background that no generated count makes uncertain, events."""
    if not counting.generated:
        return counting.background
    return sum(source.count for source in counting.generated if source.variance == 0)


def gammas(counting: Counting) -> tuple[tuple[float, float], ...]:
    """Shape and scale (events) of the mean of each uncertain source: n_eff + 1 and the weight of one event."""
    lost = [(1.0, s.unit) for s in counting.generated if s.count == 0 and s.unit > 0]
    kept = [(s.count**2 / s.variance + 1, s.variance / s.count) for s in counting.generated if s.variance > 0]
    return tuple(kept + lost)


def mean(counting: Counting) -> float:
    """Mean of the background at nominal response, events: the plain estimate plus one weight per uncertain source."""
    return known(counting) + sum(shape * scale for shape, scale in gammas(counting))


def spread(counting: Counting) -> float:
    """Standard deviation of the background's mean, events, to first order in the relative error; without the Poisson count."""
    generated = sum(shape * scale**2 for shape, scale in gammas(counting))
    return sqrt(generated + (counting.background_relative * mean(counting)) ** 2)


def checked_count(n: float) -> int:
    """The observed count as an integer; BadValue if it is negative, not a number or not whole."""
    if not (isfinite(n) and n >= 0 and n == int(n)):
        raise BadValue("the observed count is not a count", n, "allowed: 0, 1, 2, ...")
    return int(n)


def checked_level(level: float) -> float:
    """The credible level; BadValue outside the open interval (0, 1)."""
    if not 0 < level < 1:
        raise BadValue("the level is out of range", level, "allowed: above 0, below 1", "90 % is 0.9")
    return level


def _at_least_zero(what: str, value: float) -> None:
    if not (isfinite(value) and value >= 0):
        raise BadValue(f"{what} must be a number of at least zero", value, "allowed: >= 0")
