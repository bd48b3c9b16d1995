"""The decay of one unpolarised tau: exact tree matrix elements for e nu nu, mu nu nu, pi nu and rho nu, a model for the rest.

Plain scalar code that writes into rows of arrays: the reference when run as it stands, and the text that is compiled.
Slots of a decay: 0 the tau neutrino; 1 the rho (213) or the rest's hadron (20213), decayed; 2 to 6 what is seen:

    lepton, antineutrino | pion | pion, two photons | pion, pion, pion of the other charge | pion, four photons

Every pi0 is written as its two photons only. All codes turn sign with the tau's charge. Spin correlations are missing:
see ``branching.MISSING`` and ``branching.ASSUMPTIONS``.
"""

import numpy as np

from darkrecoil.constants import M_E, M_MU, M_PI, M_PI0, M_TAU
from darkrecoil.generate.decays.draws import boosted, direction, from_table, neutrino_angle, pair_mass, split, turned
from darkrecoil.generate.decays.spectra import a1_mass, a1_spectrum, lepton_momentum, lepton_spectrum, rho_mass, rho_spectrum
from darkrecoil.records import Floats, Ints

SLOTS = 7
UNIFORMS = 16
FINAL, DECAYED = 1, 2
TAU = -1  # the mother's slot where it is the tau itself


def decay(
    charge: int,
    energy: float,
    px: float,
    py: float,
    pz: float,
    u: Floats,
    table: Floats,
    pid: Ints,
    status: Ints,
    mother: Ints,
    momentum: Floats,
) -> float:
    """The weight of one decay, dimensionless, of mean 1; its products are written into pid, status, mother (7,) and momentum (7, 4).

    charge is the tau's, -1 or 1; (energy, px, py, pz) GeV its four-vector, on shell, in the frame in which the products are
    written; u (16,) are uniforms in (0, 1); table is ``tables.tables()``. mother is the slot within the decay, -1 the tau.
    The weight is the exact density over the one drawn from: 1 for pi; 99.9 % of all within 0.2 % for e, mu and rho and within
    4 % for the rest; never above 1.03; lower only in the first cells above a threshold.
    Branching fractions hold for the sum of weights, since the mean is 1 in each mode. Lifetimes are the caller's.
    """
    for i in range(SLOTS):
        pid[i], status[i], mother[i] = 0, 0, TAU
        for j in range(4):
            momentum[i, j] = 0.0
    if u[0] < table[0, 1]:
        muon = u[0] >= table[0, 0]
        weight = _leptonic(charge, muon, u, table, pid, status, momentum)
    elif u[0] < table[0, 2]:
        weight = _pion(charge, u, pid, status, momentum)
    elif u[0] < table[0, 3]:
        weight = _rho(charge, u, table, pid, status, mother, momentum)
    else:
        weight = _rest(charge, u[0] < table[0, 4], u, table, pid, status, mother, momentum)
    for i in range(SLOTS):
        if status[i] != 0:
            e, x, y, z = boosted(momentum[i, 0], momentum[i, 1], momentum[i, 2], momentum[i, 3], energy, px, py, pz, M_TAU)
            momentum[i, 0], momentum[i, 1], momentum[i, 2], momentum[i, 3] = e, x, y, z
    return weight


def _leptonic(charge: int, muon: bool, u: Floats, table: Floats, pid: Ints, status: Ints, momentum: Floats) -> float:
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
    return lepton_spectrum(y, mass) / density


def _pion(charge: int, u: Floats, pid: Ints, status: Ints, momentum: Floats) -> float:
    """tau -> pi nu in the tau rest frame: isotropic."""
    nx, ny, nz = direction(u[2], u[3])
    e, x, y, z, f, a, b, c = split(M_TAU, 0.0, 0.0, 0.0, M_TAU, M_PI, 0.0, nx, ny, nz)
    _put(2, 211 * charge, FINAL, e, x, y, z, pid, status, momentum)
    _put(0, -16 * charge, FINAL, f, a, b, c, pid, status, momentum)
    return 1.0


def _hadron(charge: int, q: float, code: int, u: Floats, pid: Ints, status: Ints, momentum: Floats) -> None:
    """tau -> h nu in the tau rest frame for a hadron of mass q GeV, isotropic: slots 1 and 0."""
    nx, ny, nz = direction(u[2], u[3])
    e, x, y, z, f, a, b, c = split(M_TAU, 0.0, 0.0, 0.0, M_TAU, q, 0.0, nx, ny, nz)
    _put(1, code * charge, DECAYED, e, x, y, z, pid, status, momentum)
    _put(0, -16 * charge, FINAL, f, a, b, c, pid, status, momentum)


def _rho(charge: int, u: Floats, table: Floats, pid: Ints, status: Ints, mother: Ints, momentum: Floats) -> float:
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
    return rho_spectrum(y) / density


def _rest(charge: int, three: bool, u: Floats, table: Floats, pid: Ints, status: Ints, mother: Ints, momentum: Floats) -> float:
    """tau -> h nu with the a1 line shape, h -> 3 pi in flat phase space: three charged, or one and two pi0."""
    y, density = from_table(u[1], table, 7)
    q = a1_mass(y)
    _hadron(charge, q, 20213, u, pid, status, momentum)
    m = M_PI if three else M_PI0
    pair, flat = pair_mass(q, m, m, M_PI, u[4], u[5], u[6], u[7])
    nx, ny, nz = direction(u[8], u[9])
    e, x, y1, z = momentum[1, 0], momentum[1, 1], momentum[1, 2], momentum[1, 3]
    f, fx, fy, fz, h, hx, hy, hz = split(e, x, y1, z, q, pair, M_PI, nx, ny, nz)
    ax, ay, az = direction(u[10], u[11])
    a, bx, by, bz, c, dx, dy, dz = split(f, fx, fy, fz, pair, m, m, ax, ay, az)
    if three:
        _put(2, 211 * charge, FINAL, a, bx, by, bz, pid, status, momentum)
        _put(3, 211 * charge, FINAL, h, hx, hy, hz, pid, status, momentum)
        _put(4, -211 * charge, FINAL, c, dx, dy, dz, pid, status, momentum)
    else:
        _put(2, 211 * charge, FINAL, h, hx, hy, hz, pid, status, momentum)
        _photons(3, a, bx, by, bz, u[12], u[13], pid, status, momentum)
        _photons(5, c, dx, dy, dz, u[14], u[15], pid, status, momentum)
    for i in range(2, SLOTS):
        mother[i] = 1 if status[i] != 0 else TAU
    return a1_spectrum(y) / density * flat


def _photons(slot: int, e: float, x: float, y: float, z: float, u: float, v: float, pid: Ints, status: Ints, momentum: Floats) -> None:
    """pi0 -> gamma gamma, isotropic: two slots."""
    nx, ny, nz = direction(u, v)
    f, fx, fy, fz, g, gx, gy, gz = split(e, x, y, z, M_PI0, 0.0, 0.0, nx, ny, nz)
    _put(slot, 22, FINAL, f, fx, fy, fz, pid, status, momentum)
    _put(slot + 1, 22, FINAL, g, gx, gy, gz, pid, status, momentum)


def _put(slot: int, code: int, state: int, e: float, x: float, y: float, z: float, pid: Ints, status: Ints, momentum: Floats) -> None:
    pid[slot], status[slot] = code, state
    momentum[slot, 0], momentum[slot, 1], momentum[slot, 2], momentum[slot, 3] = e, x, y, z
