"""One bin with its nuisances as a rule of nodes: signal per unit of the parameter of interest, background, weight.

A tensor product of Gauss rules where the rates depend on two nuisances at most, or can be made to: log-normal factors of one
signal and one background are two correlated normal numbers, however many nuisances they stand for. Else a lattice.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import gammaincinv, ndtri

from darkrecoil._errors import BadValue
from darkrecoil.records import Floats
from darkrecoil.statistics import likelihood as like
from darkrecoil.statistics import rules
from darkrecoil.statistics.counting import Counting, gammas, known
from darkrecoil.statistics.fit import expected_counts
from darkrecoil.statistics.packed import Packed

FEW = 12  # per dimension: the first 23 moments of efficiency and background are exact
POINTS = 16  # per dimension of a product of Gauss-Hermite rules
LATTICE = 4096


@dataclass(frozen=True, eq=False)
class Nodes:
    """Signal e and background b, events, and weights w, each (m, k): the weights of a hypothesis sum to 1."""

    e: Floats
    b: Floats
    w: Floats

    def __post_init__(self) -> None:
        missing = -self.w.shape[1] % 4  # kernels add four at a time
        for name, value in (("e", 1.0), ("b", 0.0), ("w", 0.0)):
            given = np.pad(getattr(self, name), ((0, 0), (0, missing)), constant_values=value)
            object.__setattr__(self, name, np.ascontiguousarray(given, dtype=float))

    def __len__(self) -> int:
        return len(self.e)

    def background(self) -> Floats:
        """Means of the background, (m,)."""
        return np.asarray((self.w * self.b).sum(axis=1))

    def scaled(self, factor: float) -> "Nodes":
        """The same with every background times a factor."""
        return Nodes(self.e, self.b * factor, self.w)


def of_counting(counting: Counting) -> Nodes:
    """The nodes of a counting window, one hypothesis: efficiency times background, the background's sources as Gauss rules."""
    efficiency = rules.gauss(rules.factor(counting.efficiency_relative, counting.response), FEW)
    background = rules.point(known(counting))
    for shape, scale in gammas(counting):
        background = rules.gauss(rules.product(np.add, background, rules.gamma(shape, scale, 16)), 24)
    background = rules.gauss(rules.product(np.multiply, rules.factor(counting.background_relative, counting.response), background), FEW)
    both = np.outer(efficiency.weights, background.weights).ravel()
    e = np.repeat(counting.efficiency * efficiency.points, len(background.points))
    return Nodes(e[None], np.tile(background.points, len(efficiency.points))[None], both[None])


def of_model(packed: Packed) -> Nodes:
    """The nodes of a model of one bin, for each hypothesis. BadValue for more bins, or a parameter that nothing constrains."""
    if packed.bins != 1:
        raise BadValue("exact sums are over one bin", packed.bins, "allowed: 1", "take asymptotic or toys")
    free = [name for name, kind in zip(packed.names[1:], packed.kinds[1:], strict=True) if kind == like.FREE]
    free += [name for name, kind in zip(packed.local_names, packed.local_kinds, strict=True) if kind == like.FREE]
    if free:
        raise BadValue("a nuisance without a constraint cannot be averaged", ", ".join(free), hint="constrain it, or take asymptotic")
    simple = _bivariate(packed)
    return simple if simple is not None else _lattice(packed)


def _bivariate(packed: Packed) -> Nodes | None:
    """Log-normal factors of one signal and one background, or None if the model is not that."""
    signal, background = (np.flatnonzero(packed.rows[:, 3] == s) for s in (1, 0))
    mirrored = np.allclose(packed.high * packed.low, 1, rtol=1e-12)
    if len(signal) != 1 or len(background) > 1 or packed.local_names or not mirrored or not (packed.effects[:, 0] == like.NORM_1).all():
        return None
    if not (np.all(packed.kinds[1:] == like.GAUSSIAN) and np.all(packed.centre[:, 1:] == 0) and np.all(packed.widths == 1)):
        return None
    logs = np.zeros((packed.hypotheses, 2, len(packed.names)))
    medians = np.zeros((packed.hypotheses, 2))
    for i, some in enumerate((signal, background)):
        for r in some:
            medians[:, i] = packed.nominal[:, packed.rows[r, 1]]
            for f in range(packed.rows[r, 4], packed.rows[r, 5]):
                logs[:, i, packed.effects[f, 1]] += np.log(packed.high[:, f])
    along = np.sqrt((logs[:, 0] ** 2).sum(axis=1))
    shared = np.where(along > 0, (logs[:, 0] * logs[:, 1]).sum(axis=1) / np.where(along > 0, along, 1), 0.0)
    across = np.sqrt(np.maximum((logs[:, 1] ** 2).sum(axis=1) - shared**2, 0.0))
    z, w = hermite(POINTS)
    first, second, weight = np.repeat(z, POINTS), np.tile(z, POINTS), np.outer(w, w).ravel()
    e = medians[:, :1] * np.exp(along[:, None] * first)
    b = medians[:, 1:] * np.exp(shared[:, None] * first + across[:, None] * second)
    return Nodes(e, b, np.broadcast_to(weight, e.shape).copy())


@lru_cache(maxsize=4)
def hermite(size: int) -> tuple[Floats, Floats]:
    """Points and weights (size,) that average over a unit Gaussian."""
    z, w = np.polynomial.hermite_e.hermegauss(size)
    return z, w / w.sum()


def uniform(number: int, dimensions: int) -> Floats:
    """Points (number, dimensions) in the unit cube: a Kronecker lattice by the roots of x^(d+1) = x + 1 (M. Roberts, 2018), folded by the
    baker's transformation, under which it converges faster (F. J. Hickernell, in MCQMC 2000, Springer 2002)."""
    root = 2.0
    for _ in range(60):
        root = (1 + root) ** (1 / (dimensions + 1))
    steps = root ** -np.arange(1.0, dimensions + 1)
    u = np.mod(0.5 + np.arange(1, number + 1)[:, None] * steps, 1.0)
    folded: Floats = np.clip(1 - np.abs(2 * u - 1), 1e-12, 1 - 1e-12)
    return folded


def _lattice(packed: Packed) -> Nodes:
    """All nuisances drawn from their constraints: normal, or gamma-distributed factors of generated counts."""
    globals_, locals_ = len(packed.names) - 1, len(packed.local_names)
    u = uniform(LATTICE, max(globals_ + locals_, 1))
    m, parts = packed.hypotheses, []
    for h in range(m):
        theta, gamma = np.ones((LATTICE, globals_ + 1)), np.ones((LATTICE, locals_))
        theta[:, 1:] = packed.centre[h, 1:] + packed.widths[h, 1:] * ndtri(u[:, :globals_])
        for j in range(locals_):
            x, width, seen = u[:, globals_ + j], packed.local_widths[h, j], packed.local_centre[h, j]
            poisson = packed.local_kinds[j] == like.POISSON
            gamma[:, j] = gammaincinv(seen + 1, x) / width if poisson else seen + width * ndtri(x)
        which = np.full(LATTICE, h)
        full = expected_counts(packed, which, theta, gamma)[:, 0]
        theta[:, 0] = 0.0
        b = expected_counts(packed, which, theta, gamma)[:, 0]
        w = ((full - b > 0) & (b >= 0)).astype(float)  # a Gaussian factor is cut off at zero
        parts.append((np.where(w > 0, full - b, 1.0), np.maximum(b, 0.0), w / w.sum()))
    e, b, w = (np.array(x) for x in zip(*parts, strict=True))
    return Nodes(e, b, w)
