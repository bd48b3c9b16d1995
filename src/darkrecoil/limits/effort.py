"""How many attempts a background gets: a number, an effective luminosity, or an effective number of events in the windows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from darkrecoil._errors import BadValue
from darkrecoil.chain.stream import Selected, inside
from darkrecoil.limits.windows import Window
from darkrecoil.selection import n_eff

MOST_ATTEMPTS = 10**9
MOST_GROWN = 2**14 * 8192  # attempts of a background, asked for an n_eff: where it is rarer, a warning says so
STEP, SPARE = 4.0, 1.05  # most growth at a time, of an estimate that grows with the sample; what is added to it

Grow = Callable[[Selected, int], Selected]


@dataclass(frozen=True)
class Goal:
    """What the backgrounds are generated to beyond their first attempts: an effective luminosity of each, fb^-1, and the least
    n_eff of their sum in each window."""

    luminosity: float | None = None
    n_eff: float | None = None

    def __post_init__(self) -> None:
        for what, value in (("an effective luminosity", self.luminosity), ("an n_eff", self.n_eff)):
            if value is not None and not 0 < value < float("inf"):
                raise BadValue(f"{what} is positive", value, "allowed: a number above 0")


NO_MORE = Goal()


def reached(sources: Sequence[Selected], windows: Sequence[Window], goal: Goal, grow: Grow) -> tuple[Selected, ...]:
    """The sources, each grown to what the goal takes. BadValue if an effective luminosity takes more than 1e9 attempts."""
    some = tuple(sources)
    while True:
        wanted = [_wanted(one, some, windows, goal) for one in some]
        short = [number > one.attempts for one, number in zip(some, wanted, strict=True)]
        if not any(short):
            return some
        some = tuple(
            grow(one, min(number, int(STEP * one.attempts))) if lacks else one
            for one, number, lacks in zip(some, wanted, short, strict=True)
        )


def _wanted(one: Selected, everything: Sequence[Selected], windows: Sequence[Window], goal: Goal) -> int:
    """The attempts that a source needs, as far as its events tell; no more than it has if the goal is reached."""
    for_windows = one.attempts * max((_excess(one, everything, window, goal.n_eff) for window in windows if goal.n_eff), default=0.0)
    number = min(_spared(for_windows, one.attempts), MOST_GROWN)
    if goal.luminosity is None:
        return number
    seen = one.effective_luminosity()
    if not seen > 0:
        raise BadValue("no event of a background is generated", one.source, hint="ease its filters")
    share = _spared(one.attempts * goal.luminosity / seen, one.attempts)
    if share > MOST_ATTEMPTS:
        allowed = f"allowed: up to {MOST_ATTEMPTS / one.attempts * seen:.3g}/fb, 1e9 attempts"
        raise BadValue(f"the effective luminosity of {one.source} takes too many attempts", f"{goal.luminosity:g}/fb", allowed)
    return max(number, share)


def _spared(number: float, have: int) -> int:
    return int(SPARE * number) if number > have else 0


def _excess(one: Selected, everything: Sequence[Selected], window: Window, least: float) -> float:
    """By how much the source's part of the background's variance in a window exceeds its share of what n_eff allows.

    n_eff = T^2/sum_b V_b, with T the background and V_b = sum w^2 of source b, both over attempts: each of k sources may have T^2/(k
    n_eff). A source without an event there counts with its weight of one event. Without any background there is nothing to ask.
    """
    total = sum(_sums(some, window)[0] for some in everything)
    mean, square = _sums(one, window)
    variance = square if mean > 0 else one.unit**2
    return len(everything) * least * variance / total**2 if total > 0 else 0.0


def _sums(some: Selected, window: Window) -> tuple[float, float]:
    weight = some.weights[inside(some, window.bounds)] / some.attempts
    return float(weight.sum()), float((weight**2).sum())


def n_eff_by_source(sources: Sequence[Selected], window: tuple[float, float]) -> dict[str, float]:
    """(sum w)^2/sum w^2 of each source's events in a window."""
    return {some.source: n_eff(some.weights[inside(some, window)]) for some in sources}


def n_eff_of_sum(sources: Sequence[Selected], window: tuple[float, float]) -> float:
    """The same of all sources together, each with its own number of attempts."""
    sums = [some.weights[inside(some, window)] / some.attempts for some in sources]
    total, square = sum(float(w.sum()) for w in sums), sum(float((w**2).sum()) for w in sums)
    return total**2 / square if square > 0 else 0.0
