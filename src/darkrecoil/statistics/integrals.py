"""The likelihood of a model of any bins with its nuisances integrated out, for thousands of data sets and signals at once.

At each signal the nuisances are integrated about their conditional maximum, in the coordinates where the likelihood is nearly a
unit Gaussian, by a rule of degree seven or a lattice. Factors of generated counts are integrated in their logarithms, where
they are nearly Gaussian down to no event at all; where every bin has one factor at most, bin by bin.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from itertools import product
from math import sqrt

import numpy as np
from scipy.special import ndtri

from darkrecoil import _jit
from darkrecoil._errors import BadValue
from darkrecoil._run import ordered_map
from darkrecoil.records import Floats, Ints
from darkrecoil.statistics import averages as means
from darkrecoil.statistics import likelihood as like
from darkrecoil.statistics.fit import BATCH, F2, I1, RATES, Data, Fitted, check, expected_counts, fit
from darkrecoil.statistics.nodes import hermite, uniform
from darkrecoil.statistics.packed import Packed

DEGREE_SEVEN = 5  # dimensions up to which the rule of degree seven is used
HERMITE = 9  # points in each of two dimensions
LOCAL = 11  # points for a local parameter that is alone in its bin
LATTICE = 1024
ROUNDS = 40
RISE, BETWEEN = 24.0, (20.0, 30.0)  # of -ln L, where a posterior ends
PARTS = (
    like.norm, like.contents, like.rates, like.add, like.levels, like.product,
    like.constraint, means.curvature, means.deviation, means.spread, means.depth,
)  # fmt: skip


def kernels() -> tuple[_jit.Kernel]:
    """The kernel of this module, to be compiled."""
    own = "float64[:, :, ::1], int64, float64[::1], float64[::1]"
    given = f"{I1}, {F2}, {F2}, {F2}, {F2}, {F2}, float64[::1], {F2}, float64[::1], {own}, {RATES}, {I1}, {F2}, {I1}, {F2}, {I1}"
    return (_jit.link("statistics_averages", means.averages, f"void({given}, float64[::1])", outlined=PARTS),)


@cache
def _compiled() -> list[Callable[..., None]]:
    return _jit.load(kernels())


def log_marginal(packed: Packed, data: Data, best: Fitted, s: Floats, points: int = 0, jobs: int = 1) -> tuple[Floats, Fitted]:
    """ln of the likelihood at signals s (k, g), nuisances integrated out, up to a constant, (k, g); the conditional maxima (k g)."""
    lifted = data.local + (packed.local_kinds == like.POISSON)  # the Jacobian of the logarithm is one more event
    each = np.repeat(np.arange(len(data)), s.shape[1])
    many = Data(data.which, data.counts, data.auxiliary, lifted).rows(each)
    top = check(fit(packed, many, {0: s.ravel()}, best.rows(each), jobs=jobs))
    along = basis(packed)
    alone = not points and len(np.unique(packed.local_bins)) == len(packed.local_bins) > 0
    z, w = rule(along.shape[2] + (0 if alone else len(packed.local_names)), points)
    out = np.empty(len(each))

    def run(rows: slice) -> None:
        given = (many.which, many.counts, many.auxiliary, many.local, top.theta, top.gamma, top.value)
        _compiled()[0](
            *(np.ascontiguousarray(x[rows]) for x in given), z, w, along, int(alone), *hermite(LOCAL),
            *packed.numbers, packed.kinds, packed.widths, packed.local_kinds, packed.local_widths, packed.local_bins, out[rows],
        )  # fmt: skip

    _compiled()
    for _ in ordered_map(run, [slice(i, i + BATCH) for i in range(0, len(each), BATCH)], jobs=jobs):
        pass
    return out.reshape(s.shape), top


def basis(packed: Packed) -> Floats:
    """The directions of nuisance space that matter, (m, q, p) for q nuisances, in units of their errors.

    Log-normal factors act through the sums of their logarithms, one for each row of the model, and any direction across those sums is
    left to the prior, which integrates to a constant: p can be much below q, and nothing is lost. Other nuisances keep their own.
    """
    q, m = len(packed.names) - 1, packed.hypotheses
    others = packed.effects[(packed.effects[:, 0] != like.NORM_1) | ~np.isclose(packed.high * packed.low, 1, rtol=1e-12).all(axis=0), 1]
    linear = np.setdiff1d(np.arange(1, q + 1), others)
    sums = np.zeros((m, len(packed.rows), q + 1))
    for r, (*_, first, last) in enumerate(packed.rows):
        for f in range(first, last):
            sums[:, r, packed.effects[f, 1]] += np.log(packed.high[:, f])
    sums *= packed.widths[:, None, :]
    _, size, across = np.linalg.svd(sums[:, :, linear], full_matrices=False)
    rank = int((size > 1e-12 * max(size.max(initial=0.0), 1e-300)).sum(axis=1).max(initial=0))
    made = np.zeros((m, q + 1, rank + q - len(linear)))
    made[:, linear, :rank] = across[:, :rank].swapaxes(1, 2)
    left = np.setdiff1d(np.arange(1, q + 1), linear)
    made[:, left, rank + np.arange(len(left))] = 1.0
    return np.ascontiguousarray((made * packed.widths[:, :, None])[:, 1:])


def ends(packed: Packed, data: Data, best: Fitted, jobs: int = 1) -> Floats:
    """Signals (k,) far above what the data allow: where -ln L has risen by about 24. BadValue where it does not rise."""
    hat = np.maximum(best.theta[:, 0], 0.0)
    step, ask = np.maximum(hat, 1e-3), np.arange(len(data))
    for _ in range(ROUNDS):
        at = fit(packed, data.rows(ask), {0: hat[ask] + step[ask]}, best.rows(ask), jobs=jobs)
        rise = np.maximum(at.value - best.value[ask], 1e-9)
        ask = ask[far := (rise < BETWEEN[0]) | (rise > BETWEEN[1])]
        if not len(ask):
            return hat + step
        step[ask] *= np.clip(np.sqrt(RISE / rise[far]), 0.2, 30.0)
    raise BadValue("a posterior has no end", f"{len(ask)} of {len(data)}", hint="look for a signal that is empty")


def information(packed: Packed, top: Fitted, which: Ints) -> Floats:
    """Fisher information of the signal that the nuisances leave, (k,), at conditional maxima (k,) of hypotheses ``which`` (k,)."""
    lognormal = packed.local_kinds == like.POISSON
    lam, slopes = derivatives(packed, which, top)
    weighted = slopes / np.sqrt(np.maximum(lam, 1e-12))[:, None, :]
    found = weighted @ weighted.swapaxes(1, 2)
    widths, local = packed.widths[which, 1:], packed.local_widths[which]
    own = np.where(lognormal, top.gamma * local, 1 / np.maximum(local, 1e-12) ** 2)
    diagonal = np.arange(1, found.shape[1])
    found[:, diagonal, diagonal] += np.concatenate([1 / widths**2, own], axis=1)
    return np.asarray(1 / np.linalg.inv(found)[:, 0, 0])


def derivatives(packed: Packed, which: Ints, at: Fitted) -> tuple[Floats, Floats]:
    """Expected counts (k, b) and derivatives (k, 1 + d, b) by s and the nuisances in their coordinates: central differences."""
    step, columns = 1e-4, []
    lam = expected_counts(packed, which, at.theta, at.gamma)
    for p in range(len(packed.names)):
        size = step * max(1.0, float(np.abs(at.theta[:, p]).max())) if p == 0 else step
        up, down = at.theta.copy(), at.theta.copy()
        up[:, p] += size
        down[:, p] -= size
        both = [expected_counts(packed, which, t, at.gamma) for t in (up, down)]
        columns.append((both[0] - both[1]) / (2 * size))
    for j, kind in enumerate(packed.local_kinds):
        up = at.gamma.copy()
        up[:, j] += 1.0
        change = expected_counts(packed, which, at.theta, up) - lam  # linear in gamma
        columns.append(change * at.gamma[:, j : j + 1] if kind == like.POISSON else change)
    return lam, np.stack(columns, axis=1)


@lru_cache(maxsize=8)
def rule(d: int, points: int = 0) -> tuple[Floats, Floats]:
    """Points (k, d) and weights (k,) that average over a unit Gaussian in d dimensions: a product of Gauss-Hermite rules in up to two,
    a rule of degree seven in up to five, a lattice beyond, or of so many points."""
    if d == 0:
        return np.zeros((1, 0)), np.ones(1)
    if points or d > DEGREE_SEVEN:
        number = points or LATTICE
        return np.ascontiguousarray(ndtri(uniform(number, d))), np.full(number, 1 / number)
    if d > 2:
        return _degree_seven(d)
    x, w = hermite(HERMITE)
    return (x[:, None], w) if d == 1 else (np.stack([np.repeat(x, HERMITE), np.tile(x, HERMITE)], axis=1), np.outer(w, w).ravel())


def _degree_seven(d: int) -> tuple[Floats, Floats]:
    """The rule of degree seven with 2^d + 2 d^2 + 1 points (A. H. Stroud, Approximate Calculation of Multiple Integrals, 1971, sect. 8.8).

    Points 0, (r, 0 ...), (s, s, 0 ...), (t ... t) with all signs and permutations. The averages of x^6, x^4 y^2, x^2 y^2 z^2, which are
    15, 3 and 1, fix their weights given r, s, t; those of x^4, x^2 y^2 and x^2 leave a quadratic equation for 1/s^2.
    """
    square, linear, one = (d - 2) ** 2 / (8 - d) + d + 1, -2 * (d - 2) / (8 - d) - 2, 1 / (8 - d)
    b = (-linear - sqrt(linear**2 - 4 * square * one)) / (2 * square)
    a, c = (1 - (d - 2) * b) / (8 - d), 1 - 2 * b
    eye = np.eye(d)
    pairs = [eye[i] * p + eye[j] * q for i in range(d) for j in range(i) for p in (1, -1) for q in (1, -1)]
    corners = np.array(list(product((1.0, -1.0), repeat=d)))
    w = np.repeat([(8 - d) * a**3, b**3 / 2, c**3 / 2**d], [2 * d, len(pairs), len(corners)])
    z = np.concatenate([np.zeros((1, d)), np.concatenate([eye, -eye]) / sqrt(a), np.array(pairs) / sqrt(b), corners / sqrt(c)])
    return z, np.concatenate([[1 - w.sum()], w])
