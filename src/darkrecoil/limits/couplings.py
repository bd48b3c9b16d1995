"""Cross-sections times branching fraction to couplings: where sigma(g) BF(g) is the limit."""

from dataclasses import dataclass
from functools import cached_property
from math import isclose, sqrt

import numpy as np

from darkrecoil.constraints.couplings import stretches
from darkrecoil.limits import searched
from darkrecoil.limits.interference import SQUARE, Shape
from darkrecoil.limits.settings import Settings
from darkrecoil.limits.strength import REFERENCE, range_of
from darkrecoil.limits.study import Study
from darkrecoil.records import Interval

POINTS = 241  # couplings over the model's range between which a crossing is looked for
SAME = 1e-9  # relative: branching fractions that are one

Pieces = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Couplings:
    """Couplings at one mass, GeV, from limits in fb, with sigma(g) = sigma(g0) (c0 + c1 x + c2 x^2), x = g/g0, at ``cross_section`` =
    sigma(g0).

    Where c0 = c1 = 0 and BF does not depend on g, g = g0 sqrt(limit/(sigma(g0) BF)), outside of the model's range, too; else
    sigma(g) BF(g) = limit is solved within it: it may rise and fall, and may never reach the limit. g is the number that the study scans.
    """

    made: Study
    mass: float
    cross_section: float
    settings: Settings

    def fraction(self, coupling: float = REFERENCE) -> float:
        """BF of what is looked for, invisible unless the search says otherwise: 1, or the model's own."""
        if self.settings.invisible == "1":
            return 1.0
        return searched.fraction(self.made.analysis, self.made.model, self.mass, *self.made.strength.at(coupling))

    @cached_property
    def range(self) -> tuple[float, float]:
        """The values in which the model holds; a range that begins at zero from 1e-6 of its end."""
        some = range_of(self.made.model, self.made.strength)
        return max(some.low, 1e-6 * some.high), some.high

    @property
    def shape(self) -> Shape:
        """(c0, c1, c2)."""
        return self.made.shapes.get(self.mass, SQUARE)

    @cached_property
    def constant(self) -> bool:
        """Whether the cross-section goes as the square and BF is the same at every coupling."""
        return self.shape == SQUARE and all(isclose(self.fraction(g), self.fraction(), rel_tol=SAME) for g in self.range)

    @cached_property
    def reason(self) -> str | None:
        """Why there is no coupling, or None."""
        return None if self.fraction() > 0 else f"the model has no {searched.worded(self.made.analysis)} decay at this mass"

    def rate(self, coupling: float) -> float:
        """The cross-section times BF, fb."""
        (none, one, two), x = self.shape, coupling / REFERENCE
        return self.cross_section * (none + one * x + two * x * x) * self.fraction(coupling)

    @cached_property
    def _grid(self) -> tuple[list[float], list[float]]:
        grid = [float(g) for g in np.geomspace(*self.range, POINTS)]
        return grid, [self.rate(g) for g in grid]

    def above(self, limit: float) -> Pieces:
        """The couplings of the model's range that give more than the limit, fb."""
        if self.constant:
            low, high = REFERENCE * sqrt(limit / (self.cross_section * self.fraction())), self.range[1]
            return () if low >= high else ((low, high),)
        grid, rates = self._grid
        return stretches(grid, [rate > limit for rate in rates], lambda g: self.rate(g) > limit)

    def one(self, limit: float | None) -> float | None:
        """The smallest coupling at which the cross-section times BF is the limit; None where there is none, or where less gives more."""
        if limit is None or self.reason or self._over(limit):
            return None
        if self.constant:
            return REFERENCE * sqrt(limit / (self.cross_section * self.fraction()))
        return next((low for low, _ in self.above(limit)), None)

    def _over(self, limit: float) -> bool:
        """Whether the smallest coupling of the model's range gives more than the limit, fb, by what else is there."""
        return not self.constant and self.rate(self.range[0]) > limit

    def several(self, limits: tuple[float, ...] | None) -> tuple[float | None, ...] | None:
        """The same for each of several limits; None where there are no limits or no coupling reaches any."""
        found = tuple(self.one(x) for x in limits or ())
        return found if any(x is not None for x in found) else None

    def excluded(self, interval: Interval) -> Pieces:
        """The couplings that data exclude."""
        return () if interval.observed is None or self.reason else self.above(interval.observed)

    def why_none(self, limits: tuple[float, ...] | None, observed: float | None = None) -> str | None:
        """Why there is no coupling, of the model, of these limits' median or of the observed limit; None where there is one."""
        if self.reason:
            return self.reason
        median = None if limits is None else limits[2]
        return next((self._why(limit) for limit in (median, observed) if limit is not None and self.one(limit) is None), None)

    def _why(self, limit: float) -> str:
        """Why no coupling gives the limit, fb."""
        scan, looked = self.made.strength.scan, f"the cross-section times {searched.named(self.made.analysis)}"
        if not self._over(limit):
            return f"no {scan} up to {self.range[1]:g} gives {looked} of the limit"
        if self.shape[0] == 0:
            return f"the smallest {scan} of {self.made.model.name}, {self.range[0]:g}, gives more than {looked} of the limit"
        others = ", ".join(f"{name} = {value:g}" for name, value in self.made.strength.given.items()) or "other couplings of the model"
        return f"{others} alone, without {scan}, gives more than {looked} of the limit: lower one of these, or --scan it instead"
