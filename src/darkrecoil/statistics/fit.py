"""Maximum-likelihood fits of a packed model, thousands at a time: hypotheses, pseudo-data, fixed values of a parameter."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from darkrecoil import _jit
from darkrecoil._errors import DarkrecoilError
from darkrecoil._run import ordered_map
from darkrecoil.records import Floats, Ints
from darkrecoil.statistics import likelihood as like
from darkrecoil.statistics.packed import Packed

F2, I1, I2 = "float64[:, ::1]", "int64[::1]", "int64[:, ::1]"
RATES = f"{I2}, {I2}, {I1}, {F2}, float64[:, :, ::1], {F2}, {F2}"
FIT = f"void({I1}, {F2}, {F2}, {F2}, {F2}, {F2}, int8[:, ::1], {RATES}, {I1}, {F2}, {I1}, {F2}, {I1}, float64[::1], {F2})"
EXPECT = f"void({I1}, {F2}, {F2}, {RATES}, {F2})"
PARTS = (
    like.norm, like.contents, like.rates, like.add, like.product, like.constraint,
    like.minus_log, like.solve, like.normal_equations,
    like.local_steps, like.fit_one,
)  # fmt: skip
BATCH = 256  # fits of one thread at a time
POOR = 1e-3  # a gain in -ln L that a fit leaves behind: above, it has failed


@dataclass(frozen=True, eq=False)
class Data:
    """Counts (k, bins) and auxiliary measurements (k, p), (k, l) of k data sets; ``which`` (k,) are their hypotheses."""

    which: Ints
    counts: Floats
    auxiliary: Floats
    local: Floats

    def __len__(self) -> int:
        return len(self.which)

    def rows(self, index: Ints | NDArray[np.bool_]) -> "Data":
        """Some of the data sets."""
        return Data(self.which[index], self.counts[index], self.auxiliary[index], self.local[index])


@dataclass(frozen=True, eq=False)
class Fitted:
    """Minima: -ln L (k,) without the terms of the counts alone, its derivative by the parameter of interest, parameters (k, p) and
    (k, l), and whether the minimum was found."""

    value: Floats
    slope: Floats
    theta: Floats
    gamma: Floats
    good: NDArray[np.bool_]

    def rows(self, index: Ints | NDArray[np.bool_]) -> "Fitted":
        """Some of the minima."""
        return Fitted(self.value[index], self.slope[index], self.theta[index], self.gamma[index], self.good[index])


def kernels() -> tuple[_jit.Kernel, _jit.Kernel]:
    """The kernels of this module, to be compiled."""
    return (
        _jit.link("statistics_fit", like.fit, FIT, outlined=PARTS),
        _jit.link("statistics_expect", like.expect, EXPECT, outlined=(like.norm, like.contents, like.levels)),
    )


@cache
def _compiled() -> list[Callable[..., None]]:
    return _jit.load(kernels())


def as_data(packed: Packed, counts: Floats) -> Data:
    """Observed counts (m or 1, bins), with the auxiliary measurements of the model, one data set per hypothesis."""
    m = packed.hypotheses
    full = np.broadcast_to(np.atleast_2d(np.asarray(counts, float)), (m, packed.bins)).copy()
    return Data(np.arange(m), full, packed.centre, packed.local_centre)


def expected_counts(packed: Packed, which: Ints, theta: Floats, gamma: Floats) -> Floats:
    """Expected counts (k, bins) at parameters (k, p), (k, l)."""
    out = np.empty((len(which), packed.bins))
    _compiled()[1](which, theta, gamma, *packed.numbers, out)
    return out


def fit(
    packed: Packed,
    data: Data,
    fixed: dict[int, Floats] | None = None,
    start: Fitted | None = None,
    lowest: float = 0.0,
    jobs: int = 1,
) -> Fitted:
    """The minimum of -ln L for each data set. ``fixed``: values (k,) of parameters by number; ``lowest``: bound of the parameter of
    interest. A fit that fails is marked, it stops nothing. ``start``: parameters to begin with."""
    theta = (packed.start[data.which] if start is None else start.theta).copy()
    gamma = (packed.local_start[data.which] if start is None else start.gamma).copy()
    mask = np.zeros(theta.shape, np.int8)
    for p, values in (fixed or {}).items():
        theta[:, p], mask[:, p] = values, 1
    bounds = packed.bounds.copy()
    bounds[0] = lowest
    out = np.empty((len(data), 4))

    def run(rows: slice) -> None:
        given = (data.which, data.counts, data.auxiliary, data.local, theta, gamma, mask)
        _compiled()[0](
            *(np.ascontiguousarray(x[rows]) if x is not theta and x is not gamma else x[rows] for x in given),
            *packed.numbers, packed.kinds, packed.widths, packed.local_kinds, packed.local_widths, packed.local_bins, bounds, out[rows],
        )  # fmt: skip

    blocks = [slice(i, i + BATCH) for i in range(0, len(data), BATCH)]
    _compiled()
    for _ in ordered_map(run, blocks, jobs=jobs):
        pass
    good = np.isfinite(out[:, 0]) & (out[:, 0] < like.HUGE) & (out[:, 3] < POOR)
    return Fitted(out[:, 0], out[:, 1], theta, gamma, good)


def check(found: Fitted) -> Fitted:
    """The minima if all were found; DarkrecoilError otherwise, for fits that a result hangs on."""
    if not found.good.all():
        lost = np.flatnonzero(~found.good)
        raise DarkrecoilError(
            "a fit did not converge", f"{len(lost)} of {len(found.good)}", hint="look for nuisances that nothing constrains"
        )
    return found
