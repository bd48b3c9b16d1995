"""Radiation in compiled loops: photons of the beams before the hard process, of pairs of charges after it.

Initial: each beam loses the fraction z to one photon, which stands for all that it radiates; what is left collides at its own s, in a frame
of its own. Final: a pair of opposite charges turns a part of its mass into a photon; the charges stay on their axis in the
pair's new rest frame, so that collinear photons take from one of them and soft ones from none.
"""
# mypy: ignore-errors

import numpy as np

from darkrecoil import _jit
from darkrecoil._jit.philox import pair
from darkrecoil.constants import M_E
from darkrecoil.generate.phase_space.maps import pole_value
from darkrecoil.generate.radiation.structure import (
    both_charges,
    collinear,
    electron,
    emission,
    exponent,
    fraction,
    from_beam,
    inside,
    lepton,
    peak,
    side,
    spread,
)
from darkrecoil.kinematics.phase_space import TWO_PI
from darkrecoil.kinematics.vectors import from_rest, turned

INITIAL = (
    "void(uint64, uint64[::1], uint64, float64[::1], float64[:,::1], float64, float64[::1], float64[:,::1], float64[:,::1], float64[::1])"
)
FINAL = (
    "void(uint64, uint64[::1], uint64, int64, int64, float64, float64, float64[::1], "
    "float64[:,::1], float64[:,::1], float64[:,::1], float64[::1])"
)
MOVED = "void(float64[::1], float64[:,::1], float64[:,::1], float64[:,::1])"
DRAW_0, DRAW_1 = np.uint64(0), np.uint64(1)
SOFTEST = 1e-9  # GeV: less is not radiated at all, so that its recoil need not be kept


def initial(first, key, purpose, s, x, least, hard, system, photons, weight):
    """From s (n,) of the beams and uniforms x (2, n) of the fractions: s of the hard process (n,), its system (7, n) = four-momentum and
    the electron's axis, photons (8, n) off e- and e+, all in the beams' rest frame, GeV; ``weight`` (n,) is multiplied by.

    Below ``least`` (GeV^2) of s the weight is 0.
    """
    w = np.empty(64 * 24)
    for begin in range(0, s.shape[0], 64):
        count = min(64, s.shape[0] - begin)
        directions(first + np.uint64(begin), key[0], key[1], purpose, w)
        for j in range(count):
            w[256 + j], w[320 + j], w[384 + j] = s[begin + j], x[0, begin + j], x[1, begin + j]
        for j in range(count, 64):
            w[256 + j], w[320 + j], w[384 + j] = s[begin], 0.5, 0.5
        beams(w, least)
        for j in range(count):
            hard[begin + j] = w[448 + j]
            weight[begin + j] *= w[512 + j]
        for row in range(7):
            for j in range(count):
                system[row, begin + j] = w[64 * (9 + row) + j]
        for row in range(8):
            for j in range(count):
                photons[row, begin + j] = w[64 * (16 + row) + j]


def directions(first, k0, k1, purpose, w):
    """Four uniforms of 64 attempts into rows 0 to 3."""
    for j in range(64):
        w[j], w[64 + j] = pair(first + np.uint64(j), purpose, DRAW_0, k0, k1)
        w[128 + j], w[192 + j] = pair(first + np.uint64(j), purpose, DRAW_1, k0, k1)


def beams(w, least):
    """64 attempts in ``w``, 64 numbers after 64: polar angle and azimuth of either photon, s, and the uniforms of the fractions; then what
    comes out. With one base address LLVM sees that nothing overlaps, and vectorises the loop.
    """
    for j in range(64):
        u1, v1, u2, v2, s = w[j], w[64 + j], w[128 + j], w[192 + j], w[256 + j]
        root = np.sqrt(s)
        half = 0.5 * root
        speed = np.sqrt((half - M_E) * (half + M_E)) / half
        slow = M_E * M_E / (half * half * (1.0 + speed))
        logarithm = spread(slow, speed, 2.0)
        b = exponent(logarithm)
        z1, z2 = fraction(w[320 + j], b), fraction(w[384 + j], b)
        d1, d2 = pole_value(u1, 2.0 * speed / slow), pole_value(u2, 2.0 * speed / slow)
        value = electron(z1, b) * electron(z2, b)
        value *= from_beam(d1, z1, slow, speed, logarithm) * from_beam(d2, z2, slow, speed, logarithm)
        e1, e2 = np.where(z1 * half < SOFTEST, 0.0, z1 * half), np.where(z2 * half < SOFTEST, 0.0, z2 * half)
        t1, t2 = e1 * np.sqrt(d1 * (2.0 - d1)), e2 * np.sqrt(d2 * (2.0 - d2))
        kx, ky, kz = t1 * np.cos(TWO_PI * v1), t1 * np.sin(TWO_PI * v1), e1 * (1.0 - d1)
        qx, qy, qz = t2 * np.cos(TWO_PI * v2), t2 * np.sin(TWO_PI * v2), -e2 * (1.0 - d2)
        left = s - 2.0 * root * (e1 + e2) + 2.0 * (e1 * e2 - kx * qx - ky * qy - kz * qz)
        fine = left > least
        left = np.where(fine, left, s)
        e1, kx, ky, kz = np.where(fine, e1, 0.0), np.where(fine, kx, 0.0), np.where(fine, ky, 0.0), np.where(fine, kz, 0.0)
        e2, qx, qy, qz = np.where(fine, e2, 0.0), np.where(fine, qx, 0.0), np.where(fine, qy, 0.0), np.where(fine, qz, 0.0)
        total = root - e1 - e2, -kx - qx, -ky - qy, -kz - qz
        back = total[0], -total[1], -total[2], -total[3]
        _, ax, ay, az = from_rest(back, np.sqrt(left), (half - e1, -kx, -ky, half * speed - kz))
        over = 1.0 / np.sqrt(ax * ax + ay * ay + az * az)
        w[448 + j], w[512 + j] = left, np.where(fine, value, 0.0)
        w[576 + j], w[640 + j], w[704 + j], w[768 + j] = total
        w[832 + j], w[896 + j], w[960 + j] = ax * over, ay * over, az * over
        w[1024 + j], w[1088 + j], w[1152 + j], w[1216 + j] = e1, kx, ky, kz
        w[1280 + j], w[1344 + j], w[1408 + j], w[1472 + j] = e2, qx, qy, qz


def moved(hard, system, momentum, out):
    """Momenta (4 k, n) from the hard process's rest frame, e- along +z, to that of the beams: the least turn, then a boost."""
    for i in range(0, momentum.shape[0], 4):
        for j in range(momentum.shape[1]):
            total = system[0, j], system[1, j], system[2, j], system[3, j]
            nx, ny, nz = system[4, j], system[5, j], system[6, j]
            e, x, y, z = momentum[i, j], momentum[i + 1, j], momentum[i + 2, j], momentum[i + 3, j]
            across = (nx * x + ny * y) / np.maximum(1.0 + nz, 1e-30)
            q = e, x - nx * across + nx * z, y - ny * across + ny * z, nz * z - nx * x - ny * y
            out[i, j], out[i + 1, j], out[i + 2, j], out[i + 3, j] = from_rest(total, np.sqrt(hard[j]), q)


def final(first, key, purpose, one, two, m1, m2, scales, momentum, out, photon, weight):
    """The charges in slots ``one`` and ``two`` (masses m1, m2 in GeV) of momenta (4 k, n) radiate a photon (4, n), GeV.

    ``scales`` (n,): the greatest Q^2, GeV^2, photons of which the charges radiate as two; ``out`` (4 k, n) gets the new momenta;
    ``weight`` (n,) is multiplied by.
    """
    w = np.empty(64 * 26)
    i, k = 4 * one, 4 * two
    n = momentum.shape[1]
    for begin in range(0, n, 64):
        count = min(64, n - begin)
        directions(first + np.uint64(begin), key[0], key[1], purpose, w)
        for c in range(4):
            for j in range(count):
                w[64 * (4 + c) + j], w[64 * (8 + c) + j] = momentum[i + c, begin + j], momentum[k + c, begin + j]
            for j in range(count, 64):
                w[64 * (4 + c) + j], w[64 * (8 + c) + j] = momentum[i + c, begin], momentum[k + c, begin]
        for j in range(64):
            w[768 + j] = scales[begin + min(j, count - 1)]
        charges(w, m1, m2)
        for c in range(4):
            for j in range(count):
                out[i + c, begin + j], out[k + c, begin + j] = w[64 * (13 + c) + j], w[64 * (17 + c) + j]
            for j in range(count):
                photon[c, begin + j] = w[64 * (21 + c) + j]
        for j in range(count):
            weight[begin + j] *= w[1600 + j]


def charges(w, m1, m2):
    """64 attempts in ``w``, 64 numbers after 64: four uniforms, the charges' momenta, the scale; then new momenta, the photon, a weight."""
    for j in range(64):
        u, v, choose, fly = w[j], w[64 + j], w[128 + j], w[192 + j]
        p = w[256 + j], w[320 + j], w[384 + j], w[448 + j]
        q = w[512 + j], w[576 + j], w[640 + j], w[704 + j]
        total = p[0] + q[0], p[1] + q[1], p[2] + q[2], p[3] + q[3]
        back = total[0], -total[1], -total[2], -total[3]
        m = np.sqrt(total[0] * total[0] - total[1] * total[1] - total[2] * total[2] - total[3] * total[3])
        e1, x, y, z = from_rest(back, m, p)
        size = np.sqrt(x * x + y * y + z * z)
        axis = x / size, y / size, z / size
        e2 = m - e1
        v1, v2 = size / e1, size / e2
        slow1, slow2 = m1 * m1 / (e1 * e1 * (1.0 + v1)), m2 * m2 / (e2 * e2 * (1.0 + v2))
        both1, both2 = both_charges(v1, v2), both_charges(v2, v1)
        reach = 2.0 * np.minimum(w[768 + j] / (m * m), 1.0)
        mass1, mass2 = inside(slow1, v1, reach), inside(slow2, v2, reach)
        l1, l2 = spread(slow1, v1, reach), spread(slow2, v2, reach)
        b = np.maximum(side(l1, both1, mass1) + side(l2, both2, mass2), 1e-9)
        most = 1.0 - (m1 + m2) * (m1 + m2) / (m * m)
        lost = most * fraction(u, b)
        energy = np.where(0.5 * lost * m < SOFTEST, 0.0, 0.5 * lost * m)
        left = choose * (both1 * l1 + both2 * l2) < both1 * l1
        speed, slow = np.where(left, v1, v2), np.where(left, slow1, slow2)
        d = 0.5 * reach * pole_value(v, reach * speed / slow)
        d1, d2 = np.where(left, d, 2.0 - d), np.where(left, 2.0 - d, d)
        drawn = (peak(d1, slow1, v1, both1, reach) + peak(d2, slow2, v2, both2, reach)) / (both1 * l1 + both2 * l2)
        sent = collinear(d1, lost, slow1, v1, both1, reach) + collinear(d2, lost, slow2, v2, both2, reach)
        whole = emission(lost, l1, both1, mass1) + emission(lost, l2, both2, mass2)
        value = lepton(lost, b, most) * np.maximum(sent, 0.0) / (drawn * np.maximum(whole, 1e-9))
        sign = np.where(left, 1.0, -1.0)
        nx, ny, nz = turned((sign * axis[0], sign * axis[1], sign * axis[2]), 1.0 - d, np.sqrt(d * (2.0 - d)), TWO_PI * fly)
        ray = energy, energy * nx, energy * ny, energy * nz
        rest = m - energy, -ray[1], -ray[2], -ray[3]
        m_new = np.sqrt(m * (m - 2.0 * energy))
        square = m_new * m_new
        e_new = 0.5 * (square + m1 * m1 - m2 * m2) / m_new
        size = np.sqrt(np.maximum(e_new * e_new - m1 * m1, 0.0))
        first_new = from_rest(total, m, from_rest(rest, m_new, (e_new, size * axis[0], size * axis[1], size * axis[2])))
        ray = from_rest(total, m, ray)
        w[832 + j], w[896 + j], w[960 + j], w[1024 + j] = first_new
        w[1088 + j] = total[0] - ray[0] - first_new[0]
        w[1152 + j] = total[1] - ray[1] - first_new[1]
        w[1216 + j] = total[2] - ray[2] - first_new[2]
        w[1280 + j] = total[3] - ray[3] - first_new[3]
        w[1344 + j], w[1408 + j], w[1472 + j], w[1536 + j] = ray
        w[1600 + j] = value


def kernels() -> tuple[_jit.Kernel, _jit.Kernel, _jit.Kernel]:
    """The kernels of ``initial``, ``moved`` and ``final``, to be compiled."""
    return (
        _jit.link("radiation_initial", initial, INITIAL, outlined=(directions, beams)),
        _jit.link("radiation_moved", moved, MOVED),
        _jit.link("radiation_final", final, FINAL, outlined=(directions, charges)),
    )
