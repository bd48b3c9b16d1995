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
    k0, k1 = key[0], key[1]
    for j in range(s.shape[0]):
        attempt = first + np.uint64(j)
        u1, v1 = pair(attempt, purpose, DRAW_0, k0, k1)
        u2, v2 = pair(attempt, purpose, DRAW_1, k0, k1)
        root = np.sqrt(s[j])
        half = 0.5 * root
        speed = np.sqrt((half - M_E) * (half + M_E)) / half
        slow = M_E * M_E / (half * half * (1.0 + speed))
        logarithm = spread(slow, speed, 2.0)
        b = exponent(logarithm)
        z1, z2 = fraction(x[0, j], b), fraction(x[1, j], b)
        d1, d2 = pole_value(u1, 2.0 * speed / slow), pole_value(u2, 2.0 * speed / slow)
        w = electron(z1, b) * electron(z2, b)
        w *= from_beam(d1, z1, slow, speed, logarithm) * from_beam(d2, z2, slow, speed, logarithm)
        e1, e2 = np.where(z1 * half < SOFTEST, 0.0, z1 * half), np.where(z2 * half < SOFTEST, 0.0, z2 * half)
        t1, t2 = e1 * np.sqrt(d1 * (2.0 - d1)), e2 * np.sqrt(d2 * (2.0 - d2))
        kx, ky, kz = t1 * np.cos(TWO_PI * v1), t1 * np.sin(TWO_PI * v1), e1 * (1.0 - d1)
        qx, qy, qz = t2 * np.cos(TWO_PI * v2), t2 * np.sin(TWO_PI * v2), -e2 * (1.0 - d2)
        left = s[j] - 2.0 * root * (e1 + e2) + 2.0 * (e1 * e2 - kx * qx - ky * qy - kz * qz)
        fine = left > least
        left = np.where(fine, left, s[j])
        e1, kx, ky, kz = np.where(fine, e1, 0.0), np.where(fine, kx, 0.0), np.where(fine, ky, 0.0), np.where(fine, kz, 0.0)
        e2, qx, qy, qz = np.where(fine, e2, 0.0), np.where(fine, qx, 0.0), np.where(fine, qy, 0.0), np.where(fine, qz, 0.0)
        total = root - e1 - e2, -kx - qx, -ky - qy, -kz - qz
        back = total[0], -total[1], -total[2], -total[3]
        _, ax, ay, az = from_rest(back, np.sqrt(left), (half - e1, -kx, -ky, half * speed - kz))
        over = 1.0 / np.sqrt(ax * ax + ay * ay + az * az)
        hard[j] = left
        system[0, j], system[1, j], system[2, j], system[3, j] = total
        system[4, j], system[5, j], system[6, j] = ax * over, ay * over, az * over
        photons[0, j], photons[1, j], photons[2, j], photons[3, j] = e1, kx, ky, kz
        photons[4, j], photons[5, j], photons[6, j], photons[7, j] = e2, qx, qy, qz
        weight[j] *= np.where(fine, w, 0.0)


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
    k0, k1 = key[0], key[1]
    i, k = 4 * one, 4 * two
    for j in range(momentum.shape[1]):
        attempt = first + np.uint64(j)
        u, v = pair(attempt, purpose, DRAW_0, k0, k1)
        choose, fly = pair(attempt, purpose, DRAW_1, k0, k1)
        p = momentum[i, j], momentum[i + 1, j], momentum[i + 2, j], momentum[i + 3, j]
        q = momentum[k, j], momentum[k + 1, j], momentum[k + 2, j], momentum[k + 3, j]
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
        reach = 2.0 * np.minimum(scales[j] / (m * m), 1.0)
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
        w = lepton(lost, b, most) * np.maximum(sent, 0.0) / (drawn * np.maximum(whole, 1e-9))
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
        photon[0, j], photon[1, j], photon[2, j], photon[3, j] = ray
        out[i, j], out[i + 1, j], out[i + 2, j], out[i + 3, j] = first_new
        for c in range(4):
            out[k + c, j] = total[c] - ray[c] - first_new[c]
        weight[j] *= w


def kernels() -> tuple[_jit.Kernel, _jit.Kernel, _jit.Kernel]:
    """The kernels of ``initial``, ``moved`` and ``final``, to be compiled."""
    return (
        _jit.link("radiation_initial", initial, INITIAL),
        _jit.link("radiation_moved", moved, MOVED),
        _jit.link("radiation_final", final, FINAL),
    )
