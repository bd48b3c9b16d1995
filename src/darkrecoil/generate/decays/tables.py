"""The numbers that a tau decay reads: branching fractions, and piecewise linear densities of the spectra."""

from collections.abc import Callable

import numpy as np

from darkrecoil.constants import M_E, M_MU, M_TAU
from darkrecoil.generate.decays.preference import NATURE, Preference
from darkrecoil.generate.decays.spectra import A1_JOIN, A1_LOW, a1_spectrum, lepton_spectrum, rho_spectrum
from darkrecoil.records import Floats

CELLS = 256  # of equal width in y; a power of two, 2**8, for the search in draws.from_table


WEIGHTS = 16  # row 0: where the weights of the modes begin


def tables(preference: Preference = NATURE) -> Floats:
    """The table (9, 257) that ``tau.decay`` reads; dimensionless.

    Row 0 holds the cumulative probabilities of the modes in the order of ``branching.MODES``, from WEIGHTS on the weights of
    the modes, 1 where they are drawn by their branching fractions, and zeros elsewhere. Rows 1 and 2, 3 and 4,
    5 and 6, 7 and 8 belong to electron, muon, rho and a1: the distribution function of a piecewise linear density in y at
    the nodes, and that density, scaled such that spectrum/density is the weight (of the a1: of what is drawn before accepting).
    """
    join = (A1_JOIN**0.5 - A1_LOW) / (M_TAU - A1_LOW)
    first = np.zeros(CELLS + 1)
    drawn, weights = preference.shares()
    first[: len(drawn)] = [*np.cumsum(drawn)[:-1], 1.0]
    first[WEIGHTS : WEIGHTS + len(drawn)] = weights
    electron = _rows(lambda y: lepton_spectrum(y, M_E), 0.01)
    muon = _rows(lambda y: lepton_spectrum(y, M_MU), 0.5)
    return np.vstack([first, *electron, *muon, *_rows(rho_spectrum, 0.3), *_rows(a1_spectrum, join)])


def _rows(spectrum: Callable[[float], float], split: float) -> tuple[Floats, Floats]:
    nodes = np.array([spectrum(y) for y in np.linspace(0.0, 1.0, CELLS + 1)])
    steps = np.concatenate([[0.0], np.cumsum(nodes[1:] + nodes[:-1])])
    return steps / steps[-1], nodes * (integral(spectrum, split) * 2.0 * CELLS / steps[-1])


def integral(spectrum: Callable[[float], float], split: float) -> float:
    """The integral of a spectrum over y in (0, 1), which is smooth but at ``split``: 8 points of Gauss and Legendre in each cell."""
    x, w = np.polynomial.legendre.leggauss(8)
    edges = np.unique([*np.linspace(0.0, 1.0, CELLS + 1), split])
    half = 0.5 * np.diff(edges)
    points = edges[:-1, None] + half[:, None] * (1.0 + x)
    values = np.array([spectrum(float(y)) for y in points.ravel()]).reshape(points.shape)
    return float(half @ (values @ w))
