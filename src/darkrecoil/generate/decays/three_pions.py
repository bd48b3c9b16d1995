"""tau -> 3 pi nu through a1 -> rho pi, both ways of pairing with their interference: exact events by accepting and rejecting.

J^mu = B_a1(Q^2) [B_rho(s_a) (p_a - p_o)^mu + B_rho(s_b) (p_b - p_o)^mu], transverse to Q: a and b are the pions of like kind (pi- pi-,
or pi0 pi0), o is the other one, s_a = (p_a + p_o)^2, B_rho the pion form factor of ``spectra``. J. H. Kuehn and A. Santamaria,
Z. Phys. C 48 (1990) 445. Left out: the scalar form factor (a part in 10^3), a1 -> f0 pi and f2 pi, isospin breaking but in the masses.
"""

import numpy as np

from darkrecoil.constants import M_PI, M_PI0, M_TAU
from darkrecoil.generate.decays.draws import direction, from_table, split
from darkrecoil.generate.decays.polarimeter import of_current
from darkrecoil.generate.decays.spectra import RHO_MASS, RHO_WIDTH, TAU2, a1_propagator, momentum, pion_wave
from darkrecoil.kinematics.vectors import Four, dot
from darkrecoil.records import Floats

RHO2, RHO_AREA = RHO_MASS * RHO_MASS, RHO_MASS * RHO_WIDTH
CEILING = 0.29  # of the weight: above the largest of 8e6 trials; a fifth is accepted. What lay above it would keep its excess as a weight
Pions = tuple[Four, Four, Four, Four, Four]


def trial(charge: int, three: bool, u: Floats, table: Floats) -> tuple[Pions, float, float, float, float]:
    """Momenta (Q, N, p_a, p_b, p_o), GeV, in the tau rest frame, the weight to accept by, and the polarimeter vector.

    From u[1] to u[8]. Q from the table of the a1's spectrum, s_a from a Breit-Wigner of the rho, directions isotropic.
    """
    like = M_PI if three else M_PI0
    y, drawn = from_table(u[1], table, 7)
    least = 2.0 * like + M_PI  # of pi- 2pi0 9 MeV below that of the table
    q = least + (M_TAU - least) * y
    nx, ny, nz = direction(u[2], u[3])
    e, x, y1, z, f, a, b, c = split(M_TAU, 0.0, 0.0, 0.0, M_TAU, q, 0.0, nx, ny, nz)
    whole, neutrino = (e, x, y1, z), (f, a, b, c)
    low, high = breit_wigner_ends(q, like)
    s = RHO2 + RHO_AREA * np.tan(low + (high - low) * u[4])
    pair = min(max(np.sqrt(s), like + M_PI), q - like)
    nx, ny, nz = direction(u[5], u[6])
    e, x, y1, z, f, a, b, c = split(e, x, y1, z, q, pair, like, nx, ny, nz)
    bachelor = (f, a, b, c)
    nx, ny, nz = direction(u[7], u[8])
    e, x, y1, z, f, a, b, c = split(e, x, y1, z, pair, like, M_PI, nx, ny, nz)
    first, odd = (e, x, y1, z), (f, a, b, c)
    v0, hx, hy, hz = square(charge, three, q, whole, neutrino, first, bachelor, odd)
    other = np.sqrt(max(like * like + M_PI * M_PI + 2.0 * dot(bachelor, odd), (like + M_PI) * (like + M_PI)))
    density = (shape(pair, q, like) + shape(other, q, like)) / (high - low)
    weight = v0 * a1_propagator(q * q) * (1.0 - q * q / TAU2) * q / (density * drawn)
    return (whole, neutrino, first, bachelor, odd), weight / CEILING, hx, hy, hz


def breit_wigner_ends(q: float, like: float) -> tuple[float, float]:
    """The angles between which a Breit-Wigner of the rho is drawn in a system of mass q GeV."""
    low: float = np.arctan2((like + M_PI) * (like + M_PI) - RHO2, RHO_AREA)
    high: float = np.arctan2((q - like) * (q - like) - RHO2, RHO_AREA)
    return low, high


def shape(pair: float, q: float, like: float) -> float:
    """Density of that draw at the pair's mass, per unit of flat phase space of the three pions, but for its normalisation."""
    off = pair * pair - RHO2
    area = momentum(q, pair, like) * momentum(pair, like, M_PI) / (q * pair)
    return RHO_AREA / ((off * off + RHO_AREA * RHO_AREA) * (area + 1e-12))


def square(charge: int, three: bool, q: float, whole: Four, n: Four, a: Four, b: Four, o: Four) -> tuple[float, float, float, float]:
    """V^0 without the a1's propagator, and the polarimeter vector."""
    like2 = M_PI * M_PI if three else M_PI0 * M_PI0
    least = 4.0 * M_PI * M_PI if three else (M_PI + M_PI0) * (M_PI + M_PI0)
    sa, sb = max(like2 + M_PI * M_PI + 2.0 * dot(a, o), least), max(like2 + M_PI * M_PI + 2.0 * dot(b, o), least)
    ar, ai = pion_wave(np.sqrt(sa), three)
    br, bi = pion_wave(np.sqrt(sb), three)
    da, db, q2 = dot(whole, a) - dot(whole, o), dot(whole, b) - dot(whole, o), q * q
    x, y = combined(ar, br, da, db, q2, whole, a, b, o), combined(ai, bi, da, db, q2, whole, a, b, o)
    return of_current(charge, n, x, y)


def combined(f: float, g: float, da: float, db: float, q2: float, whole: Four, a: Four, b: Four, o: Four) -> Four:
    """f (a - o) + g (b - o), transverse to the whole."""
    t = (f * da + g * db) / q2
    r = f + g
    return (
        f * a[0] + g * b[0] - r * o[0] - t * whole[0],
        f * a[1] + g * b[1] - r * o[1] - t * whole[1],
        f * a[2] + g * b[2] - r * o[2] - t * whole[2],
        f * a[3] + g * b[3] - r * o[3] - t * whole[3],
    )
