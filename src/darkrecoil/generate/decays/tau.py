"""The decay of one tau of any polarisation: exact tree matrix elements for e, mu, pi, K, rho and a1, the a1's for the rest.

Plain scalar code that writes into rows of arrays: the reference when run as it stands, and the text that is compiled.
Slots of a decay: 0 the tau neutrino; 1 the rho (213), the a1 (20213) or the rest's hadron (81), decayed; 2 to 6 what is seen:

    lepton, antineutrino | pion or kaon | pion, two photons | pion, pion, pion of the other charge | pion, four photons

Every pi0 is written as its two photons only. Of two pions alike the first comes from the rho that was drawn. All codes turn sign
with the tau's charge.

An unpolarised tau at rest has no direction: events are drawn for one, and with its polarimeter vector h ("polarimeter") the
event is kept as it is with probability (1 + P.h)/2, and else turned by pi about an axis across the polarisation P, which
turns the sign of P.h. That gives the density 1 + P.h without a trial.
"""

import numpy as np

from darkrecoil._jit.philox import pair
from darkrecoil.constants import M_E, M_K, M_MU, M_PI, M_PI0, M_TAU
from darkrecoil.generate.decays import three_pions
from darkrecoil.generate.decays.branching import OTHER
from darkrecoil.generate.decays.draws import boosted, direction, from_table, neutrino_angle, split, turned
from darkrecoil.generate.decays.polarimeter import of_real_current
from darkrecoil.generate.decays.spectra import lepton_momentum, lepton_spectrum, rho_mass, rho_spectrum
from darkrecoil.records import Floats, Ints

SLOTS = 7
UNIFORMS = 16
FINAL, DECAYED = 1, 2
TAU = -1  # the mother's slot where it is the tau itself
E_NU, MU_NU, PI, KAON, RHO, A1_THREE, A1_ONE, OTHER_THREE, OTHER_ONE = range(9)
TRIAL = 4  # pairs of random numbers of one trial of three pions, u[1] to u[8]
Counter = tuple[np.uint64, np.uint64, np.uint64, np.uint64]  # attempt, purpose, two words of the key
Spin = tuple[float, float, float]


def mode_of(u: float, table: Floats) -> int:
    """The mode, an index of ``branching.MODES``, of a uniform in (0, 1): row 0 of the table holds the cumulative fractions."""
    mode = 0
    for i in range(8):
        if u >= table[0, i]:
            mode = i + 1
    return mode


def decay(
    mode: int,
    charge: int,
    four: tuple[float, float, float, float],
    spin: Spin,
    u: Floats,
    counter: Counter,
    table: Floats,
    pid: Ints,
    status: Ints,
    mother: Ints,
    momentum: Floats,
    polarimeter: Floats,
) -> float:
    """The weight of one decay, dimensionless, of mean 1; its products are written into pid, status, mother (7,) and momentum (7, 4).

    charge is the tau's, -1 or 1; four its four-vector, GeV, on shell, in the frame in which the products are written; spin its
    polarisation, |spin| <= 1, in the rest frame that a boost without rotation leads to; u (16,) are uniforms in (0, 1), and
    ``counter`` where further ones come from; table is ``tables.tables()``. mother is the slot within the decay, -1 the tau.
    The polarimeter vector (3,) of the decay, in the same rest frame, is written into ``polarimeter``.
    The weight is the exact density over the one drawn from: 1 for pi, K and three pions; 99.9 % of all within 0.2 % for e, mu and
    rho; never above 1.03; lower only in the first cells above a threshold.
    Branching fractions hold for the sum of weights, since the mean is 1 in each mode. Lifetimes are the caller's.
    """
    for i in range(SLOTS):
        pid[i], status[i], mother[i] = 0, 0, TAU
        for j in range(4):
            momentum[i, j] = 0.0
    if mode <= MU_NU:
        weight = _leptonic(charge, mode == MU_NU, u, table, pid, status, momentum, polarimeter)
    elif mode <= KAON:
        weight = _meson(charge, mode == KAON, u, pid, status, momentum, polarimeter)
    elif mode == RHO:
        weight = _rho(charge, u, table, pid, status, mother, momentum, polarimeter)
    else:
        weight = _three_pions(mode, charge, u, counter, table, pid, status, mother, momentum, polarimeter)
    _oriented(spin, u[15], momentum, polarimeter)
    for i in range(SLOTS):
        if status[i] != 0:
            e, x, y, z = boosted(momentum[i, 0], momentum[i, 1], momentum[i, 2], momentum[i, 3], four[0], four[1], four[2], four[3], M_TAU)
            momentum[i, 0], momentum[i, 1], momentum[i, 2], momentum[i, 3] = e, x, y, z
    return weight


def _oriented(spin: Spin, u: float, momentum: Floats, h: Floats) -> None:
    """Turn everything by pi about an axis across the spin, with probability (1 - P.h)/2."""
    size: float = np.sqrt(spin[0] * spin[0] + spin[1] * spin[1] + spin[2] * spin[2])
    if size > 0.0 and 2.0 * u - 1.0 > spin[0] * h[0] + spin[1] * h[1] + spin[2] * h[2]:
        ax, ay, az = turned(0.0, 0.0, spin[0] / size, spin[1] / size, spin[2] / size)
        for i in range(SLOTS):
            t = 2.0 * (ax * momentum[i, 1] + ay * momentum[i, 2] + az * momentum[i, 3])
            momentum[i, 1], momentum[i, 2], momentum[i, 3] = t * ax - momentum[i, 1], t * ay - momentum[i, 2], t * az - momentum[i, 3]
        t = 2.0 * (ax * h[0] + ay * h[1] + az * h[2])
        h[0], h[1], h[2] = t * ax - h[0], t * ay - h[1], t * az - h[2]


def _leptonic(charge: int, muon: bool, u: Floats, table: Floats, pid: Ints, status: Ints, momentum: Floats, polarimeter: Floats) -> float:
    """tau -> lepton nubar nu in the tau rest frame: momentum from its table, then the antineutrino's exact direction."""
    mass, code, row = (M_MU, 13, 3) if muon else (M_E, 11, 1)
    y, density = from_table(u[1], table, row)
    p = lepton_momentum(y, mass)
    e: float = np.sqrt(p * p + mass * mass)
    pair = M_TAU - e  # energy of the two neutrinos
    square = max((pair - p) * (pair + p), 0.0)
    nx, ny, nz = direction(u[2], u[3])
    c = neutrino_angle(e, p, square, mass, M_TAU, u[4], u[5], u[6], u[7])
    k = 0.5 * (pair - p * c)
    kx, ky, kz = turned(0.5 * (pair * c - p) / k, u[8], nx, ny, nz)
    _put(2, -code * charge, FINAL, e, p * nx, p * ny, p * nz, pid, status, momentum)
    _put(3, (code + 1) * charge, FINAL, k, k * kx, k * ky, k * kz, pid, status, momentum)
    _put(0, -16 * charge, FINAL, pair - k, -p * nx - k * kx, -p * ny - k * ky, -p * nz - k * kz, pid, status, momentum)
    sign = -float(charge)
    polarimeter[0], polarimeter[1], polarimeter[2] = sign * kx, sign * ky, sign * kz
    return lepton_spectrum(y, mass) / density


def _meson(charge: int, kaon: bool, u: Floats, pid: Ints, status: Ints, momentum: Floats, polarimeter: Floats) -> float:
    """tau -> pi nu or K nu in the tau rest frame: isotropic; the polarimeter is the meson's direction."""
    nx, ny, nz = direction(u[2], u[3])
    mass, code = (M_K, 321) if kaon else (M_PI, 211)
    e, x, y, z, f, a, b, c = split(M_TAU, 0.0, 0.0, 0.0, M_TAU, mass, 0.0, nx, ny, nz)
    _put(2, code * charge, FINAL, e, x, y, z, pid, status, momentum)
    _put(0, -16 * charge, FINAL, f, a, b, c, pid, status, momentum)
    sign = -float(charge)
    polarimeter[0], polarimeter[1], polarimeter[2] = sign * nx, sign * ny, sign * nz
    return 1.0


def _hadron(charge: int, q: float, code: int, u: Floats, pid: Ints, status: Ints, momentum: Floats) -> None:
    """tau -> h nu in the tau rest frame for a hadron of mass q GeV, isotropic: slots 1 and 0."""
    nx, ny, nz = direction(u[2], u[3])
    e, x, y, z, f, a, b, c = split(M_TAU, 0.0, 0.0, 0.0, M_TAU, q, 0.0, nx, ny, nz)
    _put(1, code * charge, DECAYED, e, x, y, z, pid, status, momentum)
    _put(0, -16 * charge, FINAL, f, a, b, c, pid, status, momentum)


def _rho(charge: int, u: Floats, table: Floats, pid: Ints, status: Ints, mother: Ints, momentum: Floats, polarimeter: Floats) -> float:
    """tau -> rho nu, rho -> pi pi0: angle to the flight direction as 1 + (m_tau^2/Q^2 - 1) cos^2, the exact contraction."""
    y, density = from_table(u[1], table, 5)
    q = rho_mass(y)
    _hadron(charge, q, 213, u, pid, status, momentum)
    nx, ny, nz = direction(u[2], u[3])
    c = 2.0 * u[5] - 1.0
    squared = (M_TAU * M_TAU / (q * q) - 1.0) / 3.0  # integral of the cos^2 part over that of the flat one
    if u[4] * (1.0 + squared) < squared:  # the largest of three uniforms has the density 3 t^2
        c = max(max(u[5], u[6]), u[7])
        c = -c if u[11] < 0.5 else c
    ax, ay, az = turned(c, u[8], nx, ny, nz)
    e, x, y1, z = momentum[1, 0], momentum[1, 1], momentum[1, 2], momentum[1, 3]
    f, fx, fy, fz, g, gx, gy, gz = split(e, x, y1, z, q, M_PI, M_PI0, ax, ay, az)
    _put(2, 211 * charge, FINAL, f, fx, fy, fz, pid, status, momentum)
    _photons(3, g, gx, gy, gz, u[9], u[10], pid, status, momentum)
    for i in range(2, 5):
        mother[i] = 1
    t = (M_PI * M_PI - M_PI0 * M_PI0) / (q * q)  # the current is (pi - pi0), transverse to Q
    current = (f - g - t * e, fx - gx - t * x, fy - gy - t * y1, fz - gz - t * z)
    neutrino = (momentum[0, 0], momentum[0, 1], momentum[0, 2], momentum[0, 3])
    _, hx, hy, hz = of_real_current(charge, neutrino, current)
    polarimeter[0], polarimeter[1], polarimeter[2] = hx, hy, hz
    return rho_spectrum(y) / density


def _three_pions(
    mode: int,
    charge: int,
    u: Floats,
    counter: Counter,
    table: Floats,
    pid: Ints,
    status: Ints,
    mother: Ints,
    momentum: Floats,
    polarimeter: Floats,
) -> float:
    """tau -> 3 pi nu by the current of a1 -> rho pi: three charged, or one and two pi0; tried until a trial is accepted."""
    three = mode in (A1_THREE, OTHER_THREE)
    pions, weight, hx, hy, hz = three_pions.trial(charge, three, u, table)
    draw = UNIFORMS // 2
    while u[9] > weight:
        for k in range(TRIAL):
            u[2 * k + 1], u[2 * k + 2] = pair(counter[0], counter[1], np.uint64(draw + k), counter[2], counter[3])
        u[9], _ = pair(counter[0], counter[1], np.uint64(draw + TRIAL), counter[2], counter[3])
        draw += TRIAL + 1
        pions, weight, hx, hy, hz = three_pions.trial(charge, three, u, table)
    polarimeter[0], polarimeter[1], polarimeter[2] = hx, hy, hz
    whole, neutrino, one, two, odd = pions
    _put_four(0, -16 * charge, FINAL, neutrino, pid, status, momentum)
    _put_four(1, (20213 if mode <= A1_ONE else OTHER) * charge, DECAYED, whole, pid, status, momentum)
    if three:
        _put_four(2, 211 * charge, FINAL, one, pid, status, momentum)
        _put_four(3, 211 * charge, FINAL, two, pid, status, momentum)
        _put_four(4, -211 * charge, FINAL, odd, pid, status, momentum)
    else:
        _put_four(2, 211 * charge, FINAL, odd, pid, status, momentum)
        _photons(3, one[0], one[1], one[2], one[3], u[10], u[11], pid, status, momentum)
        _photons(5, two[0], two[1], two[2], two[3], u[12], u[13], pid, status, momentum)
    for i in range(2, SLOTS):
        mother[i] = 1 if status[i] != 0 else TAU
    return max(weight, 1.0)


def _photons(slot: int, e: float, x: float, y: float, z: float, u: float, v: float, pid: Ints, status: Ints, momentum: Floats) -> None:
    """pi0 -> gamma gamma, isotropic: two slots."""
    nx, ny, nz = direction(u, v)
    f, fx, fy, fz, g, gx, gy, gz = split(e, x, y, z, M_PI0, 0.0, 0.0, nx, ny, nz)
    _put(slot, 22, FINAL, f, fx, fy, fz, pid, status, momentum)
    _put(slot + 1, 22, FINAL, g, gx, gy, gz, pid, status, momentum)


def _put(slot: int, code: int, state: int, e: float, x: float, y: float, z: float, pid: Ints, status: Ints, momentum: Floats) -> None:
    pid[slot], status[slot] = code, state
    momentum[slot, 0], momentum[slot, 1], momentum[slot, 2], momentum[slot, 3] = e, x, y, z


def _put_four(slot: int, code: int, state: int, p: tuple[float, float, float, float], pid: Ints, status: Ints, momentum: Floats) -> None:
    _put(slot, code, state, p[0], p[1], p[2], p[3], pid, status, momentum)
