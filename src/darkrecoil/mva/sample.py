"""What a classifier learns from, or is judged on: variables of events, and in which mass's window each one lies."""

from dataclasses import dataclass, replace

import numpy as np

from darkrecoil._errors import BadValue
from darkrecoil.records import Bools, Floats, Ints

BACKGROUND = -1


@dataclass(frozen=True)
class Sample:
    """Events of all backgrounds and of the signal at m masses.

    ``variables`` (n, k) by ``names``; ``observable`` (n,) and ``windows`` (m, 2) of one unit; ``hypothesis`` (n,) is the index of a signal
    event's mass, -1 for a background. ``weights`` (n,): a background's in events at the luminosity, a signal's the share of what was
    generated at its mass, so that their sums are a count and an efficiency.
    """

    names: tuple[str, ...]
    variables: Floats
    weights: Floats
    observable: Floats
    hypothesis: Ints
    windows: Floats

    def __post_init__(self) -> None:
        n, k = self.variables.shape
        if not (len(self.weights) == len(self.observable) == len(self.hypothesis) == n and len(self.names) == k):
            raise BadValue("columns of a sample differ in length", f"{len(self.weights)}, {n}", "one weight, observable, mass per event")
        for what, values in (("variable", self.variables), ("weight", self.weights), ("observable", self.observable)):
            if not np.isfinite(values).all():
                raise BadValue(f"a {what} of a classifier's sample is not a number", int((~np.isfinite(values)).sum()), "all finite")
        if (self.weights < 0).any():
            raise BadValue("a weight of a classifier's sample is negative", float(self.weights.min()), "allowed: >= 0")
        for what, there in (("signal", self.signal.any()), ("background", (~self.signal).any())):
            if not there:
                raise BadValue(f"a classifier's sample has no {what} event", 0, "allowed: at least one", "generate more events")

    @property
    def signal(self) -> Bools:
        """Which events (n,) are signal."""
        return np.asarray(self.hypothesis != BACKGROUND)

    def inside(self) -> Bools:
        """Which signal events (n,) lie in the window of their own mass; False for backgrounds."""
        low, high = self.windows[np.maximum(self.hypothesis, 0)].T
        return np.asarray(self.signal & (self.observable >= low) & (self.observable < high))

    def rows(self, which: Bools | Ints) -> "Sample":
        """The sample of these events."""
        columns = {name: getattr(self, name)[which] for name in ("variables", "weights", "observable", "hypothesis")}
        return replace(self, **columns)

    def ordered(self) -> "Sample":
        """The same events by rising observable: a window is a run of them."""
        return self.rows(np.argsort(self.observable, kind="stable"))
