"""A hypothesis made ready for its fits: what the compiled Newton method reads, from shapes, range, and events or bins."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from darkrecoil.records import Floats
from darkrecoil.statistics.shapes import Background, Exponential, Polynomial, Shape, chebyshev, chebyshev_integral

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
    grid = low + (high - low) * (nodes + 1) / 2
    near = position + width * NEAR
    near = near[(near >= low) & (near <= high)]
    points = np.concatenate([x, grid, near])
    signal = shape.density((points - position) / width) / width
    totals = np.diff(shape.below((np.array([low, high]) - position) / width))
    tau = np.zeros(len(points))
    tau[len(x) : len(x) + len(grid)] = weights * (high - low) / 2
    watched = np.ones(len(points))
    watched[: len(x)] = 0.0
    columns, exponent, integrals = _points(points, background, low, high)
    return _design(signal, columns, exponent, np.ones(len(points)), tau, watched, np.concatenate([totals, integrals]))


def binned(edges: Floats, position: float, width: float, shape: Shape, background: Background) -> Design:
    """The design of bins with these edges (n + 1,): n rows.

    Signal, polynomial and templates are integrated over each bin; an exponential is taken in its middle, which for bins of one
    length and order 1 is a change of c_0 alone.
    """
    signal = np.diff(shape.below((edges - position) / width))
    low, high, steps = edges[0], edges[-1], np.diff(edges)
    middle = (edges[1:] + edges[:-1]) / 2
    exponent = _points(middle, background, low, high)[1]
    columns = _bins(edges, background)
    totals = np.concatenate([[signal.sum()], columns.sum(axis=1)])
    return _design(signal, columns, exponent, steps, np.ones(len(steps)), np.ones(len(steps)), totals)


def _points(x: Floats, background: Background, low: float, high: float) -> tuple[Floats, Floats, Floats]:
    """Linear columns, exponent's columns, and the linear columns' integrals over the range."""
    nothing = np.empty((0, len(x)))
    if isinstance(background, Exponential):
        return nothing, chebyshev(2 * (x - low) / (high - low) - 1, background.order), np.empty(0)
    if isinstance(background, Polynomial):
        ends = chebyshev_integral(np.array([-1.0, 1.0]), background.order)
        return chebyshev(2 * (x - low) / (high - low) - 1, background.order) / (high - low), nothing, np.diff(ends)[:, 0] / 2
    columns = np.stack([template.density(x) for template in background.templates])
    return columns, nothing, np.array([float(np.diff(t.below(np.array([low, high])))[0]) for t in background.templates])


def _bins(edges: Floats, background: Background) -> Floats:
    if isinstance(background, Exponential):
        return np.empty((0, len(edges) - 1))
    if isinstance(background, Polynomial):
        u = 2 * (edges - edges[0]) / (edges[-1] - edges[0]) - 1
        return np.asarray(np.diff(chebyshev_integral(u, background.order)) / 2)
    return np.stack([np.diff(template.below(edges)) for template in background.templates])


def _design(signal: Floats, columns: Floats, exponent: Floats, scale: Floats, tau: Floats, node: Floats, totals: Floats) -> Design:
    rows = len(signal)
    size = BLOCK * -(-rows // BLOCK)

    def padded(some: Floats) -> Floats:
        wide = np.zeros((*some.shape[:-1], size))
        wide[..., :rows] = some
        return wide

    linear = padded(np.vstack([signal, columns]))
    return Design(linear, padded(exponent), padded(scale), padded(tau), padded(node), np.ascontiguousarray(totals), rows)


@lru_cache(maxsize=1)
def _legendre() -> tuple[Floats, Floats]:
    x, w = np.polynomial.legendre.leggauss(NODES)
    return x, w
