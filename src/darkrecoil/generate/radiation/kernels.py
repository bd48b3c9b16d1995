"""Radiation in compiled loops: photons of the beams before the hard process, of pairs of charges after it.

Initial: each beam loses the fraction z to two photons, of which the second stands for all but the first; they leave one after the
other, each in the rest frame of what is left, so that s of the hard process is s (1 - z)(1 - z') whatever their angles. Final: a pair
of opposite charges turns a part of its mass into two photons; the charges stay on their axis in the pair's new rest frame, so that
collinear photons take from one of them and soft ones from none.

How a fraction is parted: soft photons are a Poisson process of density b dz/z. Of one of them, taken with the probability of its share of
the sum, the others have the share r of density b r^(b - 1) (J. W. McCloskey (1965); J. F. C. Kingman, Poisson Processes (1993), chapter 9).
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
from darkrecoil.kinematics.vectors import from_rest, subtract, turned

INITIAL = (
    "void(uint64, uint64[::1], uint64, float64[::1], float64[:,::1], float64, float64[::1], "
    "float64[:,::1], float64[:,::1], float64[:,::1], float64[::1])"
)
FINAL = (
    "void(uint64, uint64[::1], uint64, int64, int64, float64, float64, float64[::1], "
    "float64[:,::1], float64[:,::1], float64[:,::1], float64[::1])"
)
MOVED = "void(float64[::1], float64[:,::1], float64[:,::1], float64[:,::1])"
DRAW_0, DRAW_1, DRAW_2, DRAW_3, DRAW_4 = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)
SOFTEST = 1e-9  # GeV: less is not radiated at all, so that its recoil need not be kept
ALONE = 1e-3  # GeV: the softest photon that is told from a harder one of the same charge


def initial(first, key, purpose, s, x, least, hard, system, photons, share, weight):
    """From s (n,) of the beams and uniforms x (2, n) of the fractions: s of the hard process (n,), its system (7, n) = four-momentum and
    the electron's axis, photons (16, n), two off e- and two off e+, all in the beams' rest frame, GeV; ``share`` (2, n) of the second
    photon of each, or the greatest that would not have been told apart; ``weight`` (n,) is multiplied by.

    Below ``least`` (GeV^2) of s the weight is 0.
    """
    w = np.empty(64 * 40)
    for begin in range(0, s.shape[0], 64):
        count = min(64, s.shape[0] - begin)
        directions(first + np.uint64(begin), key[0], key[1], purpose, w)
        for j in range(64):
            i = begin + min(j, count - 1)
            w[640 + j], w[704 + j], w[768 + j] = s[i], x[0, i], x[1, i]
        beams(w, least)
        for j in range(count):
            hard[begin + j] = w[832 + j]
            weight[begin + j] *= w[896 + j]
        for row in range(7):
            for j in range(count):
                system[row, begin + j] = w[64 * (15 + row) + j]
        for row in range(16):
            for j in range(count):
                photons[row, begin + j] = w[64 * (22 + row) + j]
        for row in range(2):
            for j in range(count):
                share[row, begin + j] = w[64 * (38 + row) + j]


def directions(first, k0, k1, purpose, w):
    """Ten uniforms of 64 attempts into rows 0 to 9."""
    for j in range(64):
        w[j], w[64 + j] = pair(first + np.uint64(j), purpose, DRAW_0, k0, k1)
        w[128 + j], w[192 + j] = pair(first + np.uint64(j), purpose, DRAW_1, k0, k1)
        w[256 + j], w[320 + j] = pair(first + np.uint64(j), purpose, DRAW_2, k0, k1)
        w[384 + j], w[448 + j] = pair(first + np.uint64(j), purpose, DRAW_3, k0, k1)
        w[512 + j], w[576 + j] = pair(first + np.uint64(j), purpose, DRAW_4, k0, k1)


def parted(z, share, energy):
    """The fractions of two photons, one after the other, that lose z together; one only, where either would be softer than ALONE.

    (1 - z)(1 - z') of the two is 1 - z of both. ``energy`` is that of z = 1, GeV.
    """
    second = share * z
    told = np.minimum(second, z - second) * energy > ALONE
    second = np.where(told, second, 0.0)
    return (z - second) / (1.0 - second), second


def emitted(total, square, electron, z, d, azimuth, sign):
    """A photon that takes z of the energy of one beam in the frame of ``total``, in that of the beams: along e- (sign 1) or e+."""
    root = np.sqrt(square)
    _, x, y, z_ = from_rest((total[0], -total[1], -total[2], -total[3]), root, electron)
    over = sign / np.sqrt(x * x + y * y + z_ * z_)
    energy = 0.5 * z * root
    nx, ny, nz = turned((x * over, y * over, z_ * over), 1.0 - d, np.sqrt(d * (2.0 - d)), TWO_PI * azimuth)
    return from_rest(total, root, (energy, energy * nx, energy * ny, energy * nz))


def beams(w, least):
    """64 attempts in ``w``, 64 numbers after 64: polar angle and azimuth of the photons, first of e- and e+, second of e- and e+,
    shares, s, and the uniforms of the fractions; then what comes out. With one base address LLVM sees that nothing overlaps, and
    vectorises the loop.
    """
    for j in range(64):
        s = w[640 + j]
        root = np.sqrt(s)
        half = 0.5 * root
        speed = np.sqrt((half - M_E) * (half + M_E)) / half
        slow = M_E * M_E / (half * half * (1.0 + speed))
        logarithm = spread(slow, speed, 2.0)
        b, ratio = exponent(logarithm), 2.0 * speed / slow
        z1, z2 = fraction(w[704 + j], b), fraction(w[768 + j], b)
        value = electron(z1, b) * electron(z2, b)
        z1, z2 = np.where(z1 * half < SOFTEST, 0.0, z1), np.where(z2 * half < SOFTEST, 0.0, z2)
        fine = s * (1.0 - z1) * (1.0 - z2) > least
        z1, z2 = np.where(fine, z1, 0.0), np.where(fine, z2, 0.0)
        r1, r2 = fraction(w[512 + j], b), fraction(w[576 + j], b)
        f1, g1 = parted(z1, r1, half)
        f2, g2 = parted(z2, r2, half)
        da, db = pole_value(w[j], ratio), pole_value(w[128 + j], ratio)
        dc, dd = pole_value(w[256 + j], ratio), pole_value(w[384 + j], ratio)
        value *= np.where(f1 > 0.0, from_beam(da, f1, slow, speed, logarithm), 1.0)
        value *= np.where(f2 > 0.0, from_beam(db, f2, slow, speed, logarithm), 1.0)
        value *= np.where(g1 > 0.0, from_beam(dc, g1, slow, speed, logarithm), 1.0)
        value *= np.where(g2 > 0.0, from_beam(dd, g2, slow, speed, logarithm), 1.0)
        total, left, axis = (root, 0.0, 0.0, 0.0), s, (half, 0.0, 0.0, half * speed)
        ka = emitted(total, left, axis, f1, da, w[64 + j], 1.0)
        total, left, axis = subtract(total, ka), left * (1.0 - f1), subtract(axis, ka)
        kb = emitted(total, left, axis, f2, db, w[192 + j], -1.0)
        total, left = subtract(total, kb), left * (1.0 - f2)
        kc = emitted(total, left, axis, g1, dc, w[320 + j], 1.0)
        total, left, axis = subtract(total, kc), left * (1.0 - g1), subtract(axis, kc)
        kd = emitted(total, left, axis, g2, dd, w[448 + j], -1.0)
        total, left = subtract(total, kd), left * (1.0 - g2)
        _, ax, ay, az = from_rest((total[0], -total[1], -total[2], -total[3]), np.sqrt(left), axis)
        over = 1.0 / np.sqrt(ax * ax + ay * ay + az * az)
        w[832 + j], w[896 + j] = left, np.where(fine, value, 0.0)
        w[960 + j], w[1024 + j], w[1088 + j], w[1152 + j] = total
        w[1216 + j], w[1280 + j], w[1344 + j] = ax * over, ay * over, az * over
        w[1408 + j], w[1472 + j], w[1536 + j], w[1600 + j] = ka
        w[1664 + j], w[1728 + j], w[1792 + j], w[1856 + j] = kc
        w[1920 + j], w[1984 + j], w[2048 + j], w[2112 + j] = kb
        w[2176 + j], w[2240 + j], w[2304 + j], w[2368 + j] = kd
        w[2432 + j] = np.minimum(np.maximum(r1, ALONE / np.maximum(z1 * half, ALONE)), 1.0)
        w[2496 + j] = np.minimum(np.maximum(r2, ALONE / np.maximum(z2 * half, ALONE)), 1.0)


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


def final(first, key, purpose, one, two, m1, m2, scales, momentum, out, photons, weight):
    """The charges in slots ``one`` and ``two`` (masses m1, m2 in GeV) of momenta (4 k, n) radiate two photons (8, n), GeV.

    ``scales`` (n,): the greatest Q^2, GeV^2, photons of which the charges radiate as two; ``out`` (4 k, n) gets the new momenta;
    ``weight`` (n,) is multiplied by.
    """
    w = np.empty(64 * 34)
    i, k = 4 * one, 4 * two
    n = momentum.shape[1]
    for begin in range(0, n, 64):
        count = min(64, n - begin)
        directions(first + np.uint64(begin), key[0], key[1], purpose, w)
        for c in range(4):
            for j in range(64):
                at = begin + min(j, count - 1)
                w[64 * (10 + c) + j], w[64 * (14 + c) + j] = momentum[i + c, at], momentum[k + c, at]
        for j in range(64):
            w[1152 + j], w[1216 + j] = scales[begin + min(j, count - 1)], -1.0
        for turn in range(2):
            charges(w, m1, m2)
            for c in range(4):
                for j in range(count):
                    photons[4 * turn + c, begin + j] = w[64 * (28 + c) + j]
            for j in range(count):
                weight[begin + j] *= w[2048 + j]
            again(w)
        for c in range(4):
            for j in range(count):
                out[i + c, begin + j], out[k + c, begin + j] = w[64 * (10 + c) + j], w[64 * (14 + c) + j]


def again(w):
    """What came out becomes what goes in: the momenta, the fraction that the second photon takes, its uniforms."""
    for j in range(64):
        w[64 + j], w[128 + j], w[192 + j] = w[320 + j], w[384 + j], w[448 + j]
        w[1216 + j] = w[2112 + j]
    for row in range(8):
        for j in range(64):
            w[64 * (10 + row) + j] = w[64 * (20 + row) + j]


def charges(w, m1, m2):
    """64 attempts in ``w``, 64 numbers after 64: uniforms, the charges' momenta, the scale, the fraction that they lose or -1 where it is
    to be drawn and parted; then new momenta, the photon, a weight, and the fraction left for a second photon.
    """
    for j in range(64):
        u, v, choose, fly, part, given = w[j], w[64 + j], w[128 + j], w[192 + j], w[256 + j], w[1216 + j]
        p = w[640 + j], w[704 + j], w[768 + j], w[832 + j]
        q = w[896 + j], w[960 + j], w[1024 + j], w[1088 + j]
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
        reach = 2.0 * np.minimum(w[1152 + j] / (m * m), 1.0)
        mass1, mass2 = inside(slow1, v1, reach), inside(slow2, v2, reach)
        l1, l2 = spread(slow1, v1, reach), spread(slow2, v2, reach)
        b = np.maximum(side(l1, both1, mass1) + side(l2, both2, mass2), 1e-9)
        most = 1.0 - (m1 + m2) * (m1 + m2) / (m * m)
        whole = most * fraction(u, b)
        whole = np.where(0.5 * whole * m < SOFTEST, 0.0, whole)
        lost, rest = parted(whole, fraction(part, b), 0.5 * m)
        drawn = given < 0.0
        value = np.where(drawn, lepton(whole, b, most), 1.0)
        lost, rest = np.where(drawn, lost, given), np.where(drawn, rest, 0.0)
        energy = 0.5 * lost * m
        left = choose * (both1 * l1 + both2 * l2) < both1 * l1
        speed, slow = np.where(left, v1, v2), np.where(left, slow1, slow2)
        d = 0.5 * reach * pole_value(v, reach * speed / slow)
        d1, d2 = np.where(left, d, 2.0 - d), np.where(left, 2.0 - d, d)
        density = (peak(d1, slow1, v1, both1, reach) + peak(d2, slow2, v2, both2, reach)) / (both1 * l1 + both2 * l2)
        sent = collinear(d1, lost, slow1, v1, both1, reach) + collinear(d2, lost, slow2, v2, both2, reach)
        sum_ = emission(lost, l1, both1, mass1) + emission(lost, l2, both2, mass2)
        value *= np.where(lost > 0.0, np.maximum(sent, 0.0) / (density * np.maximum(sum_, 1e-9)), 1.0)
        sign = np.where(left, 1.0, -1.0)
        nx, ny, nz = turned((sign * axis[0], sign * axis[1], sign * axis[2]), 1.0 - d, np.sqrt(d * (2.0 - d)), TWO_PI * fly)
        ray = energy, energy * nx, energy * ny, energy * nz
        behind = m - energy, -ray[1], -ray[2], -ray[3]
        square = m * m * (1.0 - lost)
        m_new = np.sqrt(square)
        e_new = 0.5 * (square + m1 * m1 - m2 * m2) / m_new
        size = np.sqrt(np.maximum(e_new * e_new - m1 * m1, 0.0))
        first_new = from_rest(total, m, from_rest(behind, m_new, (e_new, size * axis[0], size * axis[1], size * axis[2])))
        ray = from_rest(total, m, ray)
        w[1280 + j], w[1344 + j], w[1408 + j], w[1472 + j] = first_new
        w[1536 + j] = total[0] - ray[0] - first_new[0]
        w[1600 + j] = total[1] - ray[1] - first_new[1]
        w[1664 + j] = total[2] - ray[2] - first_new[2]
        w[1728 + j] = total[3] - ray[3] - first_new[3]
        w[1792 + j], w[1856 + j], w[1920 + j], w[1984 + j] = ray
        w[2048 + j], w[2112 + j] = value, rest


def kernels() -> tuple[_jit.Kernel, _jit.Kernel, _jit.Kernel]:
    """The kernels of ``initial``, ``moved`` and ``final``, to be compiled."""
    return (
        _jit.link("radiation_initial", initial, INITIAL, outlined=(directions, beams)),
        _jit.link("radiation_moved", moved, MOVED),
        _jit.link("radiation_final", final, FINAL, outlined=(directions, charges, again)),
    )
