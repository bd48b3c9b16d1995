"""Fits of a peak of known position and width on a background, binned and unbinned, for one hypothesis or thousands.

Each hypothesis has two fits, without and with the signal: q = 2 (L_0 - L_1), and Z = sign(signal) sqrt(q), which is the local
significance of an excess where counts are not tiny (G. Cowan et al., EPJC 71 (2011) 1554, eq. 12 and 52). A signal may be negative as
long as the density is positive everywhere: see ``newton``. A fit that fails has a status, NaN for numbers, and stops no other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ndtr

from darkrecoil import _jit
from darkrecoil._errors import BadValue
from darkrecoil._run import ordered_map
from darkrecoil.records import Floats, Ints
from darkrecoil.statistics import designs, newton
from darkrecoil.statistics.designs import Design
from darkrecoil.statistics.hypotheses import Hypotheses
from darkrecoil.statistics.shapes import Background, DoubleGaussian, Polynomial, Shape, names

STATUS = ("converged", "on the edge of a positive density", "too few events", "not converged")
MANY = 2000  # events from which on a binned fit is the start of an unbinned one
LEAST_SIGNAL = 0.05  # of the peak inside the range, below which there is nothing to fit
GAUSSIAN, CUBIC = DoubleGaussian(), Polynomial(3)


@dataclass(frozen=True, eq=False)
class Fits:
    """What fits of m hypotheses found; NaN where a fit has no number.

    signal, error (m,): events of the whole peak; z (m,): signed local significance; parameters (m, p), null (m, p): named by ``names``;
    covariance (m, p, p); loss (m, 2): without and with the signal; status (m, 2): an index into STATUS for either fit.
    """

    hypotheses: Hypotheses
    names: tuple[str, ...]
    parameters: Floats
    null: Floats
    covariance: Floats
    loss: Floats
    status: Ints

    @property
    def signal(self) -> Floats:
        """The fitted signal, events (m,)."""
        return self.parameters[:, 0]

    @property
    def error(self) -> Floats:
        """Its error from the inverse of the Hessian, events (m,)."""
        return np.sqrt(self.covariance[:, 0, 0])

    @property
    def z(self) -> Floats:
        """sign(signal) sqrt(2 (L_0 - L_1)), (m,)."""
        return np.asarray(np.sign(self.signal) * np.sqrt(np.maximum(2 * (self.loss[:, 0] - self.loss[:, 1]), 0.0)))

    @property
    def p(self) -> Floats:
        """Local p-values of an excess, (m,): 1 - Phi(Z), so 1/2 and more where the signal is zero or negative."""
        return np.asarray(ndtr(-self.z))

    @property
    def correlation(self) -> Floats:
        """Correlations of the parameters, (m, p, p)."""
        errors = np.sqrt(np.einsum("mpp->mp", self.covariance))
        return np.asarray(self.covariance / (errors[:, :, None] * errors[:, None, :]))

    @property
    def good(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Where both fits have ended, (m,): converged, or on the edge of a positive density."""
        return np.asarray((self.status <= newton.EDGE).all(axis=1))


def fit_peaks(
    data: Floats,
    hypotheses: Hypotheses,
    *,
    edges: Floats | None = None,
    span: tuple[float, float] | None = None,
    shape: Shape | Sequence[Shape] = GAUSSIAN,
    background: Background = CUBIC,
    jobs: int = 1,
) -> Fits:
    """The fits of every hypothesis to events (n,), unbinned, or with ``edges`` (n + 1,) to counts (n,).

    Unbinned data need the ``span`` in which they were taken. ``shape`` is one for all or one per hypothesis, in widths about its
    position. The likelihood is extended; ``signal`` counts the whole peak, also what lies outside the range. BadValue for data that are
    no numbers, counts below zero, edges that do not increase, and a span without data.
    """
    source = _bins(data, edges) if edges is not None else _events(data, span)
    shapes = shape if isinstance(shape, Sequence) else [shape] * len(hypotheses)
    if len(shapes) != len(hypotheses):
        raise BadValue("one shape per hypothesis is needed", len(shapes), f"allowed: 1 or {len(hypotheses)}")
    ranges = hypotheses.ranges(*source.span)

    def one(i: int) -> "Raw":
        return fitted(*source.design(ranges[i], float(hypotheses.positions[i]), float(hypotheses.widths[i]), shapes[i], background))

    _kernel()  # compiled once, before threads ask for it
    found = list(ordered_map(one, range(len(hypotheses)), jobs=jobs))
    return Fits(hypotheses, ("signal", *names(background)), *(np.concatenate(part) for part in zip(*found, strict=True)))


def fit_peak(
    data: Floats,
    position: float,
    width: float,
    *,
    edges: Floats | None = None,
    span: tuple[float, float] | None = None,
    shape: Shape = GAUSSIAN,
    background: Background = CUBIC,
    reach: float = 20.0,
) -> Fits:
    """The fit of one peak, as ``Fits`` of one hypothesis; arguments and errors as of ``fit_peaks``.

    The fit looks at ``reach`` widths on either side of the position.
    """
    return fit_peaks(
        data, Hypotheses(np.array([position]), np.array([width]), reach), edges=edges, span=span, shape=shape, background=background
    )


Raw = tuple[Floats, Floats, Floats, Floats, Ints]  # parameters, null, covariance, loss, status, a row per data set


def fitted(design: Design, weights: Floats, length: float, start: Floats | None = None, *, null_only: bool = False) -> Raw:
    """The fits of one design to data sets (sets, rows in use), of a range of that length, from a flat background or from ``start``."""
    sets, size = len(weights), len(design.linear) + len(design.exponent)
    wide = np.zeros((sets, design.linear.shape[1]))
    wide[:, : design.used] = weights
    null, free, covariance = (np.full(shape, np.nan) for shape in ((sets, size), (sets, size), (sets, size, size)))
    loss, status = np.full((sets, 2), np.nan), np.full((sets, 2), newton.FAILED, dtype=np.int64)
    if design.totals[0] > LEAST_SIGNAL or null_only:
        starts = design.starts(wide.sum(axis=1), length) if start is None else np.ascontiguousarray(start)
        modes = np.full(sets, int(null_only), dtype=np.int64)
        with np.errstate(all="ignore"):
            _kernel()(
                design.linear, design.exponent, design.scale, design.tau, design.node, wide, design.totals, starts, modes,
                null, free, covariance, loss, status,
            )  # fmt: skip
    failed = status > newton.EDGE
    null[failed[:, 0]], free[failed[:, 1]], covariance[failed[:, 1]] = np.nan, np.nan, np.nan
    loss[failed] = np.nan
    return free, null, covariance, loss, status


Ready = tuple[Design, Floats, float, Floats | None]  # a design, the weights of its rows, the range's length, where to start


@dataclass(frozen=True, eq=False)
class Source:
    """Data and the range that they cover: what a hypothesis's fits are called with."""

    span: tuple[float, float]
    design: Callable[[Floats, float, float, Shape, Background], "Ready"]


def _events(data: Floats, span: tuple[float, float] | None) -> Source:
    x = np.sort(np.asarray(data, dtype=float).ravel())
    if not np.isfinite(x).all():
        raise BadValue("a value to be fitted is not a number", int((~np.isfinite(x)).sum()), "allowed: all finite")
    if span is None:
        raise BadValue("unbinned data need the span in which they were taken", None, hint="give span=(low, high), or edges with counts")
    low, high = _span(*span)

    def design(within: Floats, position: float, width: float, shape: Shape, background: Background) -> Ready:
        a, b = float(within[0]), float(within[1])
        b = b if b > a else a + width  # a hypothesis outside the span: no signal is in its range, and its status says so
        inside = x[np.searchsorted(x, a) : np.searchsorted(x, b, side="right")]
        made = designs.unbinned(inside, position, width, shape, background, a, b)
        weights = np.zeros((1, made.used))
        weights[0, : len(inside)] = 1.0
        return made, weights, b - a, _first(inside, a, b, shape, background) if len(inside) > MANY else None

    return Source((low, high), design)


def _bins(data: Floats, edges: Floats) -> Source:
    counts, edges = checked_bins(data, edges)

    def design(within: Floats, position: float, width: float, shape: Shape, background: Background) -> Ready:
        first, last = bins_within(edges, within)
        made = designs.binned(edges[first : last + 1], position, width, shape, background)
        return made, counts[None, first:last], float(edges[last] - edges[first]), None

    return Source((float(edges[0]), float(edges[-1])), design)


def _first(inside: Floats, low: float, high: float, shape: Shape, background: Background) -> Floats | None:
    """Where an unbinned fit of many events starts: the binned fit without a signal, which has the same parameters and costs little."""
    edges = np.linspace(low, high, 65)
    counts = np.diff(np.searchsorted(inside, edges)).astype(float)
    raw = fitted(designs.binned(edges, (low + high) / 2, high - low, shape, background), counts[None], high - low, null_only=True)
    return raw[1] if raw[4][0, 0] == newton.CONVERGED else None


def bins_within(edges: Floats, within: Floats) -> tuple[int, int]:
    """The first bin and the one after the last that a range touches; at least one."""
    first = int(np.clip(np.searchsorted(edges, within[0], side="right") - 1, 0, len(edges) - 2))
    return first, int(np.clip(np.searchsorted(edges, within[1], side="left"), first + 1, len(edges) - 1))


def checked_bins(data: Floats, edges: Floats) -> tuple[Floats, Floats]:
    """Counts (n,) and edges (n + 1,) as arrays; BadValue if they are none."""
    counts, edges = np.asarray(data, dtype=float), np.asarray(edges, dtype=float)
    if counts.ndim != 1 or edges.shape != (len(counts) + 1,):
        raise BadValue("counts and edges do not go together", f"{counts.shape}, {edges.shape}", "allowed: one edge more than counts")
    if not (np.isfinite(edges).all() and (np.diff(edges) > 0).all() and len(counts)):
        raise BadValue("the edges of bins do not increase", len(counts), "allowed: finite, each above the one before")
    if not (np.isfinite(counts).all() and (counts >= 0).all()):
        raise BadValue("the count of a bin", float(np.min(counts)), "allowed: at least 0")
    return counts, edges


def _span(low: float, high: float) -> tuple[float, float]:
    if not (np.isfinite(low) and np.isfinite(high) and high > low):
        raise BadValue("the span of the data", f"{low:g} to {high:g}", "allowed: a lower and a higher number")
    return float(low), float(high)


@lru_cache(maxsize=1)
def _kernel() -> Callable[..., None]:
    """The compiled ``newton.fits``."""
    outlined = (
        newton.guarded,
        newton.minimised,
        newton.evaluated,
        newton.densities,
        newton.valued,
        newton.least,
        newton.newton,
        newton.factored,
        newton.inverted,
    )
    return _jit.load([_jit.link("peak_fits", newton.fits, newton.SIGNATURE, outlined=outlined, reorder=True)])[0]
