"""Where a scan looks: positions in steps of the resolution, and the range of each fit, in widths of the peak."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from darkrecoil._errors import BadValue
from darkrecoil.records import Floats

MOST = 100_000  # hypotheses of one scan
STEP, REACH = 0.5, 20.0  # widths: between hypotheses, and on either side of one in its fit


@dataclass(frozen=True, eq=False)
class Hypotheses:
    """Positions (m,) and widths (m,) of a peak, in the observable's unit; each is fitted within ``reach`` widths of it.

    BadValue for positions or widths that are no numbers or not as many, for widths or a reach that are not above zero.
    """

    positions: Floats
    widths: Floats
    reach: float = REACH

    def __post_init__(self) -> None:
        object.__setattr__(self, "positions", np.atleast_1d(np.asarray(self.positions, dtype=float)))
        widths = np.broadcast_to(np.asarray(self.widths, dtype=float), np.shape(self.positions))
        object.__setattr__(self, "widths", widths)
        if not (len(self.positions) and np.isfinite(self.positions).all()):
            raise BadValue("the positions of a scan", len(self.positions), "allowed: one or more finite numbers")
        if not (np.isfinite(widths).all() and (widths > 0).all()):
            raise BadValue("a width of a peak", float(np.min(widths)), "allowed: above 0", "the resolution at each position")
        if not self.reach > 0:
            raise BadValue("the reach of a fit", self.reach, "allowed: above 0, in widths of the peak")

    def __len__(self) -> int:
        return len(self.positions)

    def ranges(self, low: float, high: float) -> Floats:
        """The range of each fit within [low, high], (m, 2)."""
        reach = self.reach * self.widths
        return np.stack([np.maximum(self.positions - reach, low), np.minimum(self.positions + reach, high)], axis=1)


def grid(low: float, high: float, width: float | Callable[[float], float], step: float = STEP, reach: float = REACH) -> Hypotheses:
    """Hypotheses from low to high, each ``step`` widths after the one before; width is a number or a function of the position.

    At a step of half a width a peak between two hypotheses loses at most 0.8 % of its significance (exp(-(1/4)^2/4) for a Gaussian).
    BadValue for a range or a step that are none, and for more than 100 000 hypotheses.
    """
    at: Callable[[float], float] = width if callable(width) else lambda _: width
    if not (np.isfinite(low) and np.isfinite(high) and high > low):
        raise BadValue("the range of a scan", f"{low:g} to {high:g}", "allowed: a lower and a higher number")
    if not step > 0:
        raise BadValue("the step of a scan", step, "allowed: above 0, in widths of the peak")
    found: list[float] = [low]
    while found[-1] <= high:
        by = step * at(found[-1])
        if not by > 0 or len(found) > MOST:
            raise BadValue("the step of a scan is too small", by, f"allowed: at most {MOST} hypotheses", "raise the step or the width")
        found.append(found[-1] + by)
    positions = np.array(found[:-1])
    return Hypotheses(positions, np.array([at(x) for x in positions]), reach)


def paired(positions: Sequence[float] | Floats, widths: Sequence[float] | Floats | float, reach: float = REACH) -> Hypotheses:
    """Hypotheses at these positions, of these widths or of one."""
    return Hypotheses(np.asarray(positions, dtype=float), np.asarray(widths, dtype=float), reach)
