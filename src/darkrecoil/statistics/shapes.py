"""Shapes of a peak, in t = (x - position)/width, and of what lies under it.

A peak has a density per unit of t with integral 1 over all t, and its integral up to t. A background has columns: its densities are
either linear in its parameters (polynomial, templates) or the exponential of a polynomial.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import erf, exp, isfinite, pi, sqrt
from typing import Protocol

import numpy as np
from scipy.special import ndtr

from darkrecoil._errors import BadValue
from darkrecoil.records import Floats

MOST_ORDER = 8  # of a polynomial: far above what a window of twenty widths needs


class Shape(Protocol):
    """A peak: density and integral in t."""

    def density(self, t: Floats) -> Floats:
        """The density per unit of t."""
        ...

    def below(self, t: Floats) -> Floats:
        """The integral of the density from minus infinity to t."""
        ...


@dataclass(frozen=True)
class DoubleGaussian:
    """Two Gaussians with one mean: ``fraction`` in the core, the wide one ``ratio`` times as wide; the width is the root mean square.

    width^2 = f core^2 + (1 - f) wide^2, the resolution of ``peak.double_gaussian``. DoubleGaussian() is one Gaussian.
    """

    fraction: float = 1.0
    ratio: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.fraction <= 1:
            raise BadValue("the core's fraction of a double Gaussian", self.fraction, "allowed: above 0, at most 1")
        if not (isfinite(self.ratio) and self.ratio >= 1):
            raise BadValue("the widths' ratio of a double Gaussian", self.ratio, "allowed: at least 1", "wide over core")

    @property
    def core(self) -> float:
        """The core's standard deviation in units of the width."""
        return 1 / sqrt(self.fraction + (1 - self.fraction) * self.ratio**2)

    def density(self, t: Floats) -> Floats:
        """The density per unit of t."""
        parts = ((self.fraction, self.core), (1 - self.fraction, self.core * self.ratio))
        return np.asarray(sum(f / (s * sqrt(2 * pi)) * np.exp(-0.5 * (t / s) ** 2) for f, s in parts if f > 0))

    def below(self, t: Floats) -> Floats:
        """The integral up to t."""
        return np.asarray(self.fraction * ndtr(t / self.core) + (1 - self.fraction) * ndtr(t / (self.core * self.ratio)))


@dataclass(frozen=True)
class CrystalBall:
    """A Gaussian of one width with a power-law tail from t = -alpha on down; a negative ``alpha`` puts the tail on the upper side.

    exp(-t^2/2) for t > -alpha, A (B - t)^-n below, A = (n/alpha)^n exp(-alpha^2/2), B = n/alpha - alpha: J. E. Gaiser, SLAC-R-255
    (1982), appendix F. BadValue for n <= 1, where the tail has no integral.
    """

    alpha: float
    n: float

    def __post_init__(self) -> None:
        if not (isfinite(self.alpha) and self.alpha != 0):
            raise BadValue("the alpha of a Crystal Ball shape", self.alpha, "allowed: any but 0", "its sign is the tail's side")
        if not (isfinite(self.n) and self.n > 1):
            raise BadValue("the power of a Crystal Ball tail", self.n, "allowed: above 1", "at 1 the tail's integral diverges")

    @property
    def _norm(self) -> float:
        a, n = abs(self.alpha), self.n
        return n / a / (n - 1) * exp(-0.5 * a * a) + sqrt(pi / 2) * (1 + erf(a / sqrt(2)))

    def density(self, t: Floats) -> Floats:
        """The density per unit of t."""
        a, n = abs(self.alpha), self.n
        z = np.asarray(np.sign(self.alpha) * t)
        found, tail = np.exp(-0.5 * z * z), z <= -a
        found[tail] = exp(-0.5 * a * a) * (1 - a / n * (a + z[tail])) ** -n  # (B - z) alpha/n = 1 - (a + z) alpha/n
        return np.asarray(found / self._norm)

    def below(self, t: Floats) -> Floats:
        """The integral up to t."""
        a, n = abs(self.alpha), self.n
        z = np.asarray(np.sign(self.alpha) * t)
        far = 1 + a / n * np.maximum(-a - z, 0.0)
        tail = n / a / (n - 1) * exp(-0.5 * a * a) * far ** (1 - n)
        core = n / a / (n - 1) * exp(-0.5 * a * a) + sqrt(2 * pi) * (ndtr(z) - ndtr(-a))
        up_to = np.where(z > -a, core, tail) / self._norm
        return np.asarray(up_to if self.alpha > 0 else 1 - up_to)


@dataclass(frozen=True)
class Template:
    """A density given at points, straight between them and zero outside; normalised here. For a peak the points are in t.

    BadValue for fewer than two points, points that do not increase, or a density that is negative or nowhere positive.
    """

    points: Sequence[float]
    values: Sequence[float]
    _x: Floats = field(init=False, repr=False, compare=False)
    _y: Floats = field(init=False, repr=False, compare=False)
    _integral: Floats = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        x, y = np.array(self.points, dtype=float), np.array(self.values, dtype=float)
        if x.ndim != 1 or x.shape != y.shape or len(x) < 2:
            raise BadValue("a template needs a value at each of its points", f"{x.shape}, {y.shape}", "allowed: two points or more")
        if not (np.isfinite(x).all() and (np.diff(x) > 0).all()):
            raise BadValue("the points of a template do not increase", float(x[0]), "allowed: finite, each above the one before")
        if not (np.isfinite(y).all() and (y >= 0).all() and (y > 0).any()):
            raise BadValue("the values of a template are no density", float(np.min(y)), "allowed: at least 0, somewhere above 0")
        steps = np.diff(x) * (y[1:] + y[:-1]) / 2
        object.__setattr__(self, "_x", x)
        object.__setattr__(self, "_y", y / steps.sum())
        object.__setattr__(self, "_integral", np.concatenate([[0.0], np.cumsum(steps) / steps.sum()]))

    def density(self, t: Floats) -> Floats:
        """The density at t."""
        return np.interp(t, self._x, self._y, left=0.0, right=0.0)

    def below(self, t: Floats) -> Floats:
        """The integral up to t."""
        t = np.clip(t, self._x[0], self._x[-1])
        i = np.clip(np.searchsorted(self._x, t, side="right") - 1, 0, len(self._x) - 2)
        d, h = t - self._x[i], self._x[i + 1] - self._x[i]
        return np.asarray(self._integral[i] + d * (self._y[i] + 0.5 * d / h * (self._y[i + 1] - self._y[i])))


@dataclass(frozen=True)
class Polynomial:
    """Chebyshev polynomials T_0 ... T_order on the range of the fit, density sum_k c_k T_k(u)/length; parameters c_k, events."""

    order: int = 3

    def __post_init__(self) -> None:
        _order("the order of a polynomial background", self.order, 0)


@dataclass(frozen=True)
class Exponential:
    """exp(c_0 + c_1 u + ... + c_order u-th Chebyshev polynomial) on the range of the fit: positive whatever its parameters."""

    order: int = 1

    def __post_init__(self) -> None:
        _order("the order of an exponential background", self.order, 0)


@dataclass(frozen=True)
class Templates:
    """Fixed densities in x, each with a free yield: events over the template's whole range."""

    templates: tuple[Template, ...]

    def __post_init__(self) -> None:
        if not self.templates:
            raise BadValue("a background of templates has none", 0, "allowed: one or more")


Background = Polynomial | Exponential | Templates


def names(background: Background) -> tuple[str, ...]:
    """The parameters' names of a background."""
    if isinstance(background, Templates):
        return tuple(f"template {i}" for i in range(1, len(background.templates) + 1))
    return tuple(f"c{k}" for k in range(background.order + 1))


def chebyshev(u: Floats, order: int, out: Floats | None = None) -> Floats:
    """T_0 ... T_order at u, (order + 1, n), written into ``out`` if there is one."""
    rows = np.empty((order + 1, len(u))) if out is None else out
    rows[0] = 1.0
    if order:
        rows[1] = u
        twice = 2 * u
    for k in range(2, order + 1):
        np.multiply(twice, rows[k - 1], out=rows[k])
        rows[k] -= rows[k - 2]
    return rows


def chebyshev_integral(u: Floats, order: int) -> Floats:
    """The integrals of T_0 ... T_order up to u, (order + 1, n), up to a constant each."""
    t = chebyshev(u, order + 1)
    rows = np.empty((order + 1, len(u)))
    rows[0] = u
    for k in range(1, order + 1):
        rows[k] = u * u / 2 if k == 1 else t[k + 1] / (2 * (k + 1)) - t[k - 1] / (2 * (k - 1))
    return rows


def _order(what: str, value: int, least: int) -> None:
    if value != int(value) or not least <= value <= MOST_ORDER:
        raise BadValue(what, value, f"allowed: {least} to {MOST_ORDER}")
