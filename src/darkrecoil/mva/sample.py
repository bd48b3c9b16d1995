"""What a classifier learns from, or is judged on: variables of events, and at which mass each one counts."""

from dataclasses import dataclass, replace

import numpy as np

from darkrecoil._errors import BadValue
from darkrecoil.records import Bools, Floats, Ints


@dataclass(frozen=True)
class Sample:
    """Events of the signal at ``masses`` masses and of all backgrounds, each of which counts at one mass alone.

    ``variables`` (n, k) by ``names``; ``mass`` (n,): the index of the mass in whose window an event is judged; ``signal`` (n,): which
    events are signal. ``weights`` (n,): a background's in events at the luminosity in that window, a signal's the share of what was
    generated at its mass, so that their sums are a count and an efficiency.
    """

    names: tuple[str, ...]
    variables: Floats
    weights: Floats
    mass: Ints
    signal: Bools
    masses: int

    def __post_init__(self) -> None:
        n, k = self.variables.shape
        if not (len(self.weights) == len(self.mass) == len(self.signal) == n and len(self.names) == k):
            raise BadValue("columns of a sample differ in length", f"{len(self.weights)}, {n}", "one weight, mass, class per event")
        for what, values in (("variable", self.variables), ("weight", self.weights)):
            if not np.isfinite(values).all():
                raise BadValue(f"a {what} of a classifier's sample is not a number", int((~np.isfinite(values)).sum()), "all finite")
        if (self.weights < 0).any():
            raise BadValue("a weight of a classifier's sample is negative", float(self.weights.min()), "allowed: >= 0")
        for what, which in (("signal", self.signal), ("background", ~self.signal)):
            if not self.weights[which].any():
                raise BadValue(f"a classifier's sample has no {what} event", 0, "allowed: at least one", "generate more events")
        if not 0 <= self.mass.min() <= self.mass.max() < self.masses:
            raise BadValue("an event of a classifier's sample counts at no mass", int(self.mass.max()), f"allowed: 0 to {self.masses - 1}")

    def sums(self, values: Floats) -> Floats:
        """The sum (m,) of the events' values (n,) at each mass."""
        return np.asarray(np.bincount(self.mass, values, self.masses), dtype=float)

    def rows(self, which: Bools | Ints) -> "Sample":
        """The sample of these events, with the weights that they have."""
        return replace(self, **{name: getattr(self, name)[which] for name in ("variables", "weights", "mass", "signal")})

    def half(self, odd: bool) -> "Sample":
        """Every second event, with weights that stand for all: counts and efficiencies are those of the whole luminosity."""
        which = np.arange(len(self.weights)) % 2 == odd
        some = self.rows(which)
        return replace(some, weights=some.weights * (len(which) / which.sum()))
