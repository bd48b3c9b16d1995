"""The tail of a scan's largest significance from how often the significance crosses a level upwards.

The largest of a row of Z exceeds z if the first does or if one crosses z upwards, so P(max Z >= z) <= P(Z_1 >= z) + <N(z)>, an equality
far out, where two crossings are rare. <N(z)> is measured at a low level by toys and carried up by its known fall, exp(-(z^2 - z_0^2)/2)
for a smooth Gaussian process: E. Gross, O. Vitells, EPJC 70 (2010) 525, eq. 9-11 with one degree of freedom and one side; S. O. Rice,
Bell Syst. Tech. J. 24 (1945) 46. Where neighbours are far apart the process is not smooth, crossings between them are not seen, and
the sum over neighbouring pairs of P(Z_i < z <= Z_{i+1}) takes its place.
"""

from math import exp, inf, pi, sqrt

import numpy as np
from scipy.special import gammainc, gammaincc, gammaln, ndtr, owens_t

from darkrecoil.records import Floats


def global_p(z: float, crossings: float, level: float) -> float:
    """P(max Z >= z) for a mean number of upcrossings of a level, at most 1; accurate for z well above the level."""
    return min(1.0, float(-np.expm1(-(float(ndtr(-z)) + crossings * exp((level**2 - z**2) / 2)))))


def smooth(length: float) -> float:
    """Mean upcrossings of 0 by a Gaussian process with correlation exp(-d^2/4), d in widths of the peak, over so many widths.

    That is a Gaussian peak on a flat known background: Rice's length sqrt(-rho''(0))/(2 pi) = length/(2 pi sqrt 2).
    """
    return length / (2 * pi * sqrt(2))


def counted(z: Floats, level: float) -> Floats:
    """Upcrossings of the level in rows of significances (..., m), (...)."""
    over = z >= level
    return np.asarray((over[..., 1:] & ~over[..., :-1]).sum(axis=-1))


def pairs(z: float, correlation: Floats) -> float:
    """The sum of P(Z_i < z <= Z_{i+1}) over neighbours with these correlations (m - 1,), both standard normal.

    P(X >= z, Y >= z) = Phi(-z) - 2 T(z, sqrt((1 - rho)/(1 + rho))) with Owen's T: D. B. Owen, Ann. Math. Stat. 27 (1956) 1075.
    """
    rho = np.clip(correlation, -1.0, 1.0)
    with np.errstate(divide="ignore"):
        return float(np.sum(2 * owens_t(z, np.sqrt((1 - rho) / (1 + rho)))))


def counting_pairs(first: Floats, shared: Floats, second: Floats, need_first: Floats, need_second: Floats) -> Floats:
    """P(N_1 < c_1 and N_2 >= c_2) of overlapping windows: Poisson counts with means of the parts (m,) that only the first holds, both,
    and only the second; exact, (m,)."""
    most = int(np.max(need_first)) if len(need_first) else 0
    k = np.arange(most)[None, :]
    c = shared[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.where(c > 0, k * np.log(np.where(c > 0, c, 1.0)) - c - gammaln(k + 1), np.where(k == 0, 0.0, -inf))
    likely = (log > -46) & (k < need_first[:, None])  # a term below 1e-20 is left out
    rows, columns = np.nonzero(likely)
    room, wanted = need_first[rows] - columns, need_second[rows] - columns
    below = np.where(first[rows] > 0, gammaincc(np.maximum(room, 1.0), first[rows]), 1.0)
    above = np.where(wanted <= 0, 1.0, gammainc(np.maximum(wanted, 1.0), second[rows]))
    return np.asarray(np.bincount(rows, np.exp(log[rows, columns]) * below * above, len(first)), dtype=np.float64)
