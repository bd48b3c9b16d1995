"""Pairs of muons by a photon and a virtual boson, gamma V* -> mu+ mu-, V a vector or an axial current, by helicity amplitudes."""

from math import pi

import numpy as np

from darkrecoil.amplitudes.spinors import Spinor, absorbed, antikets, bar, emitted, kets, slash
from darkrecoil.constants import ALPHA_0, M_MU
from darkrecoil.kinematics.vectors import dot, subtract
from darkrecoil.records import Floats

ANGLES = 24
HALF = 0.5**0.5
PHOTON = (0.0, HALF, 1j * HALF, 0.0)
TRANSVERSE = ((0.0, HALF, 1j * HALF, 0.0), (0.0, HALF, -1j * HALF, 0.0))


def cross_sections(w2: Floats, q2: Floats, axial: bool = False, mass: float = M_MU) -> tuple[Floats, Floats]:
    """sigma_T, sigma_L (n,), GeV^-2, of gamma V*(-Q^2) -> mu+ mu- at W^2 and Q^2, GeV^2, V coupling by 1 to gamma^mu (gamma5).

    1/(2 (W^2 + Q^2)) int |M|^2 dPhi_2, the photon's helicities averaged, and V*'s transverse ones. At Q^2 = 0 sigma_T times e^2 is that of
    two photons, (4 pi alpha^2/W^2) [(1 + 4 r - 8 r^2) L - (1 + 4 r) beta], r = m^2/W^2, L = 2 ln((1 + beta)/sqrt(4 r)) (G. Breit,
    J. A. Wheeler, Phys. Rev. 46 (1934) 1087).
    """
    nodes, weights = np.polynomial.legendre.leggauss(ANGLES)
    beta = np.sqrt(np.maximum(1 - 4 * mass**2 / w2, 1e-300))
    reach = np.arctanh(np.minimum(beta, 1 - 1e-15))
    cos = np.tanh(reach[:, None] * nodes) / beta[:, None]  # even in rapidity: the amplitude peaks along the photon
    measure = reach[:, None] * weights * (1 - (beta[:, None] * cos) ** 2) / beta[:, None] / 2
    w, q = np.broadcast_to(w2[:, None], cos.shape), np.broadcast_to(q2[:, None], cos.shape)
    transverse, longitudinal = _squared(w, q, cos, axial, mass)
    factor = 4 * pi * ALPHA_0 * beta / (8 * pi) / (2 * (w2 + q2))
    return factor * np.sum(measure * transverse, axis=1), factor * np.sum(measure * longitudinal, axis=1)


def _squared(w2: Floats, q2: Floats, cos: Floats, axial: bool, mass: float) -> tuple[Floats, Floats]:
    """|M|^2/e^2 of transverse (averaged) and longitudinal V*, spins of the muons summed, in the pair's rest frame."""
    root = np.sqrt(w2)
    omega, energy = (w2 + q2) / (2 * root), (w2 - q2) / (2 * root)
    zero, sin = np.zeros_like(w2), np.sqrt(np.maximum(1 - cos**2, 0.0))
    p = np.sqrt(np.maximum(w2 / 4 - mass**2, 0.0))
    minus, plus = (root / 2, p * sin, zero, p * cos), (root / 2, -p * sin, zero, -p * cos)
    photon = (omega, zero, zero, omega)
    q = np.sqrt(q2)
    modes = [*TRANSVERSE, (omega / q, zero, zero, -energy / q)]
    sums = [zero, zero, zero]
    for u in (bar(k) for k in kets(minus, mass)):
        row = emitted(u, subtract(minus, photon), mass, PHOTON, -0.5 / dot(minus, photon))
        for v in antikets(plus, mass):
            ket = absorbed(v, subtract(photon, plus), mass, PHOTON, -0.5 / dot(plus, photon))
            ends = _chiral(v, axial), _chiral(ket, axial)
            for index, mode in enumerate(modes):
                sums[index] = sums[index] + np.abs(_closed(row, slash(mode, ends[0])) + _closed(u, slash(mode, ends[1]))) ** 2
    return (sums[0] + sums[1]) / 2, sums[2]


def _chiral(k: Spinor, axial: bool) -> Spinor:
    """gamma5 k if axial, else k."""
    return (-k[0], -k[1], k[2], k[3]) if axial else k


def _closed(b: Spinor, k: Spinor) -> Floats:
    found: Floats = b[0] * k[0] + b[1] * k[1] + b[2] * k[2] + b[3] * k[3]
    return found
