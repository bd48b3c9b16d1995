"""A hypothesis made ready for its fits: what the compiled Newton method reads, from shapes, range, and events or bins."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from darkrecoil.records import Floats
from darkrecoil.statistics.shapes import Background, Exponential, Polynomial, Shape, Templates, chebyshev, chebyshev_integral, names

BLOCK = 256  # rows that the compiled fit works on at a time
NODES = 64  # of the background's integral over the range
NEAR = np.linspace(-4.0, 4.0, 33)  # widths about the peak where an unbinned density is watched


@dataclass(frozen=True, eq=False)
class Design:
    """Rows, columns and totals as ``newton.fits`` reads them; the first column is the signal. ``used`` rows are no padding."""

    linear: Floats
    exponent: Floats
    scale: Floats
    tau: Floats
    node: Floats
    totals: Floats
    used: int

    def starts(self, entries: Floats, span: float) -> Floats:
        """Flat backgrounds with as many events as were seen, (sets, parameters); span is the length of the range."""
        many = np.maximum(entries, 1.0)
        start = np.zeros((len(many), len(self.linear) + len(self.exponent)))
        if len(self.exponent):
            start[:, 1] = np.log(many / span)
        elif len(self.linear) > 1:
            parts = self.totals[1:] if self.shared else np.eye(len(self.totals) - 1)[0]
            share = parts / max(float(parts @ self.totals[1:]), 1e-300)
            start[:, 1:] = many[:, None] * share
        return start

    @property
    def shared(self) -> bool:
        """Whether every background column may start with a share of the events: templates, not polynomials."""
        return bool((self.linear[1:, : self.used] >= 0).all())

    def rates(self, theta: Floats) -> Floats:
        """The density or the bin's mean at each row in use, of parameters (..., p), (..., rows)."""
        p = len(self.linear)
        found = theta[..., :p] @ self.linear[:, : self.used]
        if len(self.exponent):
            found = found + self.scale[: self.used] * np.exp(theta[..., p:] @ self.exponent[:, : self.used])
        return np.asarray(found)

    def slopes(self, theta: Floats) -> Floats:
        """The derivatives of the rates by the background's parameters, (parameters - 1, rows), at one theta."""
        if not len(self.exponent):
            return self.linear[1:, : self.used]
        p = len(self.linear)
        return np.asarray(self.exponent[:, : self.used] * (self.rates(theta) - theta[:p] @ self.linear[:, : self.used]))


def unbinned(x: Floats, position: float, width: float, shape: Shape, background: Background, low: float, high: float) -> Design:
    """The design of events x (n,), all in [low, high]: n rows, then the nodes of the background's integral and those about the peak."""
    nodes, weights = _legendre()
    near = position + width * NEAR
    near = near[(near >= low) & (near <= high)]
    points = np.concatenate([x, low + (high - low) * (nodes + 1) / 2, near])
    totals = np.diff(shape.below((np.array([low, high]) - position) / width))
    made = _empty(len(points), background, np.concatenate([totals, _integrals(background, low, high)]))
    np.divide(shape.density((points - position) / width), width, out=made.linear[0, : made.used])
    _fill(made, points, background, low, high)
    if len(made.exponent):
        made.scale[: made.used] = 1.0
        made.tau[len(x) : len(x) + NODES] = weights * (high - low) / 2
    made.node[len(x) : made.used] = 1.0
    return made


def binned(edges: Floats, position: float, width: float, shape: Shape, background: Background) -> Design:
    """The design of bins with these edges (n + 1,): n rows.

    Signal, polynomial and templates are integrated over each bin; an exponential is taken in its middle, which for bins of one
    length and order 1 is a change of c_0 alone.
    """
    low, high, rows = float(edges[0]), float(edges[-1]), len(edges) - 1
    made = _empty(rows, background, np.zeros(0 if isinstance(background, Exponential) else len(names(background))))
    made.linear[0, :rows] = np.diff(shape.below((edges - position) / width))
    if len(made.exponent):
        _fill(made, (edges[1:] + edges[:-1]) / 2, background, low, high)
        made.scale[:rows], made.tau[:rows] = np.diff(edges), 1.0
    else:
        assert not isinstance(background, Exponential)
        made.linear[1:, :rows] = _bins(edges, background)
    made.node[:rows] = 1.0
    return replace(made, totals=made.linear.sum(axis=1))


def _empty(rows: int, background: Background, totals: Floats) -> Design:
    """A design of so many rows, its columns yet to be filled; what only an exponential needs is empty without one."""
    size, number = BLOCK * -(-rows // BLOCK), len(names(background))
    curved = number if isinstance(background, Exponential) else 0
    of_exponent = np.zeros((2, size if curved else 0))
    linear, exponent = np.zeros((1 + number - curved, size)), np.zeros((curved, size))
    return Design(linear, exponent, of_exponent[0], of_exponent[1], np.zeros(size), np.ascontiguousarray(totals), rows)


def _fill(made: Design, x: Floats, background: Background, low: float, high: float) -> None:
    """The background's columns at points x."""
    if isinstance(background, Templates):
        for k, template in enumerate(background.templates, start=1):
            made.linear[k, : made.used] = template.density(x)
        return
    columns = made.exponent if isinstance(background, Exponential) else made.linear[1:]
    chebyshev(2 * (x - low) / (high - low) - 1, background.order, columns[:, : made.used])
    if isinstance(background, Polynomial):
        columns[:, : made.used] /= high - low


def _integrals(background: Background, low: float, high: float) -> Floats:
    """The integrals of a linear background's columns over the range."""
    if isinstance(background, Exponential):
        return np.empty(0)
    if isinstance(background, Polynomial):
        return np.asarray(np.diff(chebyshev_integral(np.array([-1.0, 1.0]), background.order))[:, 0] / 2)
    return np.array([float(np.diff(template.below(np.array([low, high])))[0]) for template in background.templates])


def _bins(edges: Floats, background: Polynomial | Templates) -> Floats:
    if isinstance(background, Templates):
        return np.stack([np.diff(template.below(edges)) for template in background.templates])
    u = 2 * (edges - edges[0]) / (edges[-1] - edges[0]) - 1
    return np.asarray(np.diff(chebyshev_integral(u, background.order)) / 2)


@lru_cache(maxsize=1)
def _legendre() -> tuple[Floats, Floats]:
    x, w = np.polynomial.legendre.leggauss(NODES)
    return x, w
