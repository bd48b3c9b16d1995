"""From uniform random numbers in (0, 1) to angles, masses and four-vectors. Plain scalar code, run as it stands or compiled."""

import numpy as np

from darkrecoil.generate.decays.spectra import momentum
from darkrecoil.records import Floats

TWO_PI = 2.0 * np.pi


def from_table(u: float, table: Floats, row: int) -> tuple[float, float]:
    """A variable y in [0, 1] and the tabulated density there: row holds the distribution function, row + 1 the density.

    Piecewise linear density on 256 equal cells, inverted exactly: the cell by bisection, then the root of a quadratic.
    """
    cell, step = 0, 128
    for _ in range(8):
        if table[row, cell + step] <= u:
            cell += step
        step //= 2
    low, high = table[row + 1, cell], table[row + 1, cell + 1]
    part = (u - table[row, cell]) / (table[row, cell + 1] - table[row, cell])
    root: float = np.sqrt(low * low + part * (high * high - low * low))
    inside = part * (low + high) / (low + root)
    return (cell + inside) / 256.0, low + inside * (high - low)


def direction(u: float, v: float) -> tuple[float, float, float]:
    """A unit vector, isotropic."""
    c = 2.0 * u - 1.0
    s: float = np.sqrt(4.0 * u * (1.0 - u))
    return s * np.cos(TWO_PI * v), s * np.sin(TWO_PI * v), c


def turned(c: float, v: float, nx: float, ny: float, nz: float) -> tuple[float, float, float]:
    """A unit vector at the angle with cosine c from the unit vector n, at the azimuth 2 pi v.

    The two vectors across n are those of T. Duff et al., J. Computer Graphics Techniques 6 (2017) 1: no direction is singular.
    """
    sign = 1.0 if nz >= 0.0 else -1.0
    a = -1.0 / (sign + nz)
    b = nx * ny * a
    across: float = np.sqrt(abs((1.0 - c) * (1.0 + c)))
    x, y = across * np.cos(TWO_PI * v), across * np.sin(TWO_PI * v)
    return (
        x * (1.0 + sign * nx * nx * a) + y * b + c * nx,
        x * sign * b + y * (sign + ny * ny * a) + c * ny,
        -x * sign * nx - y * ny + c * nz,
    )


def boosted(
    e: float, x: float, y: float, z: float, energy: float, px: float, py: float, pz: float, mass: float
) -> tuple[float, float, float, float]:
    """The four-vector (e, x, y, z) of a rest frame, seen where that frame's particle has (energy, px, py, pz) and this mass; GeV."""
    out = (energy * e + px * x + py * y + pz * z) / mass
    along = (e + out) / (energy + mass)
    return out, x + along * px, y + along * py, z + along * pz


def split(
    energy: float, px: float, py: float, pz: float, mass: float, m1: float, m2: float, nx: float, ny: float, nz: float
) -> tuple[float, float, float, float, float, float, float, float]:
    """The four-vectors, GeV, of the decay mass -> m1 m2 of a moving particle, m1 along n in its rest frame."""
    p = momentum(mass, m1, m2)
    own = 0.5 * (mass * mass + m1 * m1 - m2 * m2) / mass
    e, x, y, z = boosted(own, p * nx, p * ny, p * nz, energy, px, py, pz, mass)
    return e, x, y, z, energy - e, px - x, py - y, pz - z


def neutrino_angle(energy: float, p: float, square: float, mass: float, parent: float, u: float, a: float, b: float, c: float) -> float:
    """Cosine between charged lepton and antineutrino in the rest frame of the two neutrinos, for parent -> lepton nu nubar.

    From energy and momentum of the lepton and the neutrinos' mass squared, in the rest frame of the parent, GeV. Density
    (A - p x)(B + p x), A = parent - energy, B = energy - mass^2/parent: a sum of four positive terms, of which u takes one.
    """
    big, small = parent - energy, energy - mass * mass / parent
    big_rest = square / (big + p)  # A - p without cancellation
    small_rest = mass * mass / (parent * parent) * square / (small + p)  # B - p
    flat, up, down, arc = 2.0 * big_rest * small_rest, 2.0 * big_rest * p, 2.0 * small_rest * p, 4.0 / 3.0 * p * p
    choice = u * (flat + up + down + arc)
    root: float = np.sqrt(a)
    if choice < arc:
        return 2.0 * max(min(a, b), min(max(a, b), c)) - 1.0  # the median of three uniforms has the density 6 t (1 - t)
    if choice < arc + up:
        return 2.0 * root - 1.0
    if choice < arc + up + down:
        return 1.0 - 2.0 * root
    return 2.0 * a - 1.0
