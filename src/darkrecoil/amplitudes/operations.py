"""The operations of the amplitude machine on blocks of 64 events, straight-line code that LLVM vectorises.

A slot holds a current of 64 events: four complex components, real and imaginary parts apart, 512 numbers. Each function
reads some slots and writes another one: where they were one, nothing would be vectorised. Spinors and slashes are those of ``spinors``.
"""
# mypy: ignore-errors

import numpy as np

from darkrecoil.amplitudes.spinors import antikets, bar, kets, longitudinal, polarisations, slash, slash_bar

WIDE = 64
SLOT = 512  # 8 * WIDE


def four(a, j):
    """Four complex components of event j."""
    return complex(a[j], a[j + 64]), complex(a[j + 128], a[j + 192]), complex(a[j + 256], a[j + 320]), complex(a[j + 384], a[j + 448])


def real_four(a, j):
    """Four real components of event j of a momentum."""
    return a[j], a[j + 64], a[j + 128], a[j + 192]


def put(a, j, r0, r1, r2, r3):
    """Store four complex components."""
    a[j] = r0.real
    a[j + 64] = r0.imag
    a[j + 128] = r1.real
    a[j + 192] = r1.imag
    a[j + 256] = r2.real
    a[j + 320] = r2.imag
    a[j + 384] = r3.real
    a[j + 448] = r3.imag


def ket_vector(o, k, v, left, right):
    """boson-slash (left P_L + right P_R) ket."""
    for j in range(64):
        w = slash(four(v, j), four(k, j))
        put(o, j, right * w[0], right * w[1], left * w[2], left * w[3])


def bra_vector(o, k, v, left, right):
    """bra boson-slash (left P_L + right P_R)."""
    for j in range(64):
        w = slash_bar(four(k, j), four(v, j))
        put(o, j, left * w[0], left * w[1], right * w[2], right * w[3])


def ket_vector_on(o, k, v, momentum, denominator, m, left, right):
    """(p-slash + m) boson-slash (left P_L + right P_R) ket / denominator."""
    for j in range(64):
        w = slash(four(v, j), four(k, j))
        w = right * w[0], right * w[1], left * w[2], left * w[3]
        u = slash(real_four(momentum, j), w)
        d = denominator[j]
        put(o, j, d * (u[0] + m * w[0]), d * (u[1] + m * w[1]), d * (u[2] + m * w[2]), d * (u[3] + m * w[3]))


def bra_vector_on(o, k, v, momentum, denominator, m, left, right):
    """bra boson-slash (left P_L + right P_R)(m - q-slash) / denominator, q flowing in against the fermion."""
    for j in range(64):
        w = slash_bar(four(k, j), four(v, j))
        w = left * w[0], left * w[1], right * w[2], right * w[3]
        u = slash_bar(w, real_four(momentum, j))
        d = denominator[j]
        put(o, j, d * (m * w[0] - u[0]), d * (m * w[1] - u[1]), d * (m * w[2] - u[2]), d * (m * w[3] - u[3]))


def fermion_scalar(o, k, v, left, right):
    """(left P_L + right P_R) ket times a scalar, or bra times it: the same on components."""
    for j in range(64):
        w, s = four(k, j), complex(v[j], v[j + 64])
        a, b = left * s, right * s
        put(o, j, a * w[0], a * w[1], b * w[2], b * w[3])


def ket_propagated(o, a, momentum, denominator, m):
    """(p-slash + m) ket / denominator."""
    for j in range(64):
        w = four(a, j)
        u = slash(real_four(momentum, j), w)
        d = denominator[j]
        put(o, j, d * (u[0] + m * w[0]), d * (u[1] + m * w[1]), d * (u[2] + m * w[2]), d * (u[3] + m * w[3]))


def bra_propagated(o, a, momentum, denominator, m):
    """bra (m - q-slash) / denominator."""
    for j in range(64):
        w = four(a, j)
        u = slash_bar(w, real_four(momentum, j))
        d = denominator[j]
        put(o, j, d * (m * w[0] - u[0]), d * (m * w[1] - u[1]), d * (m * w[2] - u[2]), d * (m * w[3] - u[3]))


def current_vector(o, b, k, denominator, left, right):
    """bra gamma^mu (left P_L + right P_R) ket / denominator."""
    for j in range(64):
        x, y, d = four(b, j), four(k, j), denominator[j]
        r, s = d * right, d * left
        l0, l1, l2, l3 = r * x[0] * y[2], r * x[0] * y[3], r * x[1] * y[2], r * x[1] * y[3]
        r0, r1, r2, r3 = s * x[2] * y[0], s * x[2] * y[1], s * x[3] * y[0], s * x[3] * y[1]
        put(o, j, l0 + l3 + r0 + r3, l1 + l2 - r1 - r2, 1j * (l2 - l1 - r2 + r1), l0 - l3 - r0 + r3)


def current_scalar(o, b, k, left, right):
    """bra (left P_L + right P_R) ket."""
    for j in range(64):
        x, y = four(b, j), four(k, j)
        s = left * (x[0] * y[0] + x[1] * y[1]) + right * (x[2] * y[2] + x[3] * y[3])
        o[j] = s.real
        o[j + 64] = s.imag


def vector_propagated(o, a, momentum, re, im, inverse_mass2):
    """(J - Q (Q.J)/M^2) times a complex number."""
    for j in range(64):
        v, q, d = four(a, j), real_four(momentum, j), complex(re[j], im[j])
        t = inverse_mass2 * (v[0] * q[0] - v[1] * q[1] - v[2] * q[2] - v[3] * q[3])
        put(o, j, d * (v[0] - t * q[0]), d * (v[1] - t * q[1]), d * (v[2] - t * q[2]), d * (v[3] - t * q[3]))


def light_cone(o, a, momentum, denominator, side):
    """J - Q (n.J)/(n.Q) with n = (1, 0, 0, -side): the photon of an electron that goes on along its beam.

    J is nearly parallel to Q there, and what current conservation makes vanish would have to cancel numerically. The
    transverse part is left, and the other light-cone component follows from Q.J = 0, that is Q.J' = -Q^2 (n.J)/(n.Q), with
    the Q^2 of ``denominator`` that has not lost its digits. Not done where Q itself has no large component.
    """
    for j in range(64):
        v, q = four(a, j), real_four(momentum, j)
        big, small = q[0] + side * q[3], q[0] - side * q[3]
        able = np.abs(big) > np.abs(small) + np.abs(q[1]) + np.abs(q[2])
        safe = np.where(able, big, 1.0)
        t = (v[0] + side * v[3]) / safe
        x, y = v[1] - t * q[1], v[2] - t * q[2]
        half = (q[1] * x + q[2] * y - t / denominator[j]) / safe
        keep = np.where(able, 0.0, 1.0)
        use = 1.0 - keep
        put(o, j, use * half + keep * v[0], use * x + keep * v[1], use * y + keep * v[2], keep * v[3] - side * use * half)


def scaled(o, a, re, im):
    """All components times a complex number."""
    for j in range(64):
        v, d = four(a, j), complex(re[j], im[j])
        put(o, j, d * v[0], d * v[1], d * v[2], d * v[3])


def added(o, a):
    """Add one slot to another."""
    for j in range(512):
        o[j] += a[j]


def mass_scalar(o, a, b, g):
    """g V1.V2."""
    for j in range(64):
        v, w = four(a, j), four(b, j)
        s = g * (v[0] * w[0] - v[1] * w[1] - v[2] * w[2] - v[3] * w[3])
        o[j] = s.real
        o[j + 64] = s.imag


def mass_vector(o, a, b, g):
    """g S V."""
    for j in range(64):
        v, s = four(a, j), g * complex(b[j], b[j + 64])
        put(o, j, s * v[0], s * v[1], s * v[2], s * v[3])


def triple(a, b, c):
    """epsilon^{mu nu rho sigma} a_nu b_rho c_sigma (epsilon^{0123} = -1), contravariant: minus a determinant with unit vectors."""
    m0 = a[1] * (b[2] * c[3] - b[3] * c[2]) - a[2] * (b[1] * c[3] - b[3] * c[1]) + a[3] * (b[1] * c[2] - b[2] * c[1])
    m1 = a[0] * (b[2] * c[3] - b[3] * c[2]) - a[2] * (b[0] * c[3] - b[3] * c[0]) + a[3] * (b[0] * c[2] - b[2] * c[0])
    m2 = a[0] * (b[1] * c[3] - b[3] * c[1]) - a[1] * (b[0] * c[3] - b[3] * c[0]) + a[3] * (b[0] * c[1] - b[1] * c[0])
    m3 = a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0])
    return m0, m1, -m2, m3


def dual_scalar(o, a, b, p, q, g):
    """g epsilon(p, V1, q, V2)."""
    for j in range(64):
        v, w, k = four(a, j), four(b, j), real_four(p, j)
        t = triple(v, real_four(q, j), w)
        s = g * (k[0] * t[0] - k[1] * t[1] - k[2] * t[2] - k[3] * t[3])
        o[j] = s.real
        o[j + 64] = s.imag


def dual_vector(o, a, b, p, q, g):
    """J with J.A = g epsilon(-Q, A, q, V) S, Q the momentum of the current that is made, q that of V."""
    for j in range(64):
        v, s = four(a, j), g * complex(b[j], b[j + 64])
        t = triple(real_four(p, j), real_four(q, j), v)
        put(o, j, s * t[0], s * t[1], s * t[2], s * t[3])


def even_scalar(o, a, b, p, q, g):
    """g [(p.q)(V1.V2) - (p.V2)(q.V1)]."""
    for j in range(64):
        v, w, k, h = four(a, j), four(b, j), real_four(p, j), real_four(q, j)
        kh = k[0] * h[0] - k[1] * h[1] - k[2] * h[2] - k[3] * h[3]
        vw = v[0] * w[0] - v[1] * w[1] - v[2] * w[2] - v[3] * w[3]
        kw = k[0] * w[0] - k[1] * w[1] - k[2] * w[2] - k[3] * w[3]
        hv = h[0] * v[0] - h[1] * v[1] - h[2] * v[2] - h[3] * v[3]
        s = g * (kh * vw - kw * hv)
        o[j] = s.real
        o[j + 64] = s.imag


def even_vector(o, a, b, p, q, g):
    """J with J.A = g [(-Q.q)(A.V) - (-Q.V)(q.A)] S, Q the momentum of the current that is made, q that of V."""
    for j in range(64):
        v, s, k, h = four(a, j), g * complex(b[j], b[j + 64]), real_four(p, j), real_four(q, j)
        kh = s * (k[0] * h[0] - k[1] * h[1] - k[2] * h[2] - k[3] * h[3])
        kv = s * (k[0] * v[0] - k[1] * v[1] - k[2] * v[2] - k[3] * v[3])
        put(o, j, kv * h[0] - kh * v[0], kv * h[1] - kh * v[1], kv * h[2] - kh * v[2], kv * h[3] - kh * v[3])


def gauge_vector(o, a, b, p, q, g):
    """g [(A.B)(p - q) + B (q - r).A + A (r - p).B], r = -(p + q): the Yang-Mills vertex open at its third line."""
    for j in range(64):
        v, w, k, h = four(a, j), four(b, j), real_four(p, j), real_four(q, j)
        vw = g * (v[0] * w[0] - v[1] * w[1] - v[2] * w[2] - v[3] * w[3])
        x0, x1, x2, x3 = 2.0 * h[0] + k[0], 2.0 * h[1] + k[1], 2.0 * h[2] + k[2], 2.0 * h[3] + k[3]
        y0, y1, y2, y3 = 2.0 * k[0] + h[0], 2.0 * k[1] + h[1], 2.0 * k[2] + h[2], 2.0 * k[3] + h[3]
        s = g * (x0 * v[0] - x1 * v[1] - x2 * v[2] - x3 * v[3])
        t = -g * (y0 * w[0] - y1 * w[1] - y2 * w[2] - y3 * w[3])
        put(
            o, j,
            vw * (k[0] - h[0]) + s * w[0] + t * v[0], vw * (k[1] - h[1]) + s * w[1] + t * v[1],
            vw * (k[2] - h[2]) + s * w[2] + t * v[2], vw * (k[3] - h[3]) + s * w[3] + t * v[3],
        )  # fmt: skip


def close_spinor(total, a, b, factor):
    """Add factor |bra ket|^2."""
    for j in range(64):
        x, y = four(a, j), four(b, j)
        z = x[0] * y[0] + x[1] * y[1] + x[2] * y[2] + x[3] * y[3]
        total[j] += factor * (z.real * z.real + z.imag * z.imag)


def close_vector(total, a, b, factor):
    """Add factor |V.W|^2."""
    for j in range(64):
        x, y = four(a, j), four(b, j)
        z = x[0] * y[0] - x[1] * y[1] - x[2] * y[2] - x[3] * y[3]
        total[j] += factor * (z.real * z.real + z.imag * z.imag)


def close_scalar(total, a, b, factor):
    """Add factor |S T|^2."""
    for j in range(64):
        z = complex(a[j], a[j + 64]) * complex(b[j], b[j + 64])
        total[j] += factor * (z.real * z.real + z.imag * z.imag)


def keep_spinor(place, a, b):
    """bra ket, real parts and then imaginary parts."""
    for j in range(64):
        x, y = four(a, j), four(b, j)
        z = x[0] * y[0] + x[1] * y[1] + x[2] * y[2] + x[3] * y[3]
        place[j] = z.real
        place[j + 64] = z.imag


def keep_vector(place, a, b):
    """V.W, real parts and then imaginary parts."""
    for j in range(64):
        x, y = four(a, j), four(b, j)
        z = x[0] * y[0] - x[1] * y[1] - x[2] * y[2] - x[3] * y[3]
        place[j] = z.real
        place[j + 64] = z.imag


def keep_scalar(place, a, b):
    """S T, real parts and then imaginary parts."""
    for j in range(64):
        z = complex(a[j], a[j + 64]) * complex(b[j], b[j + 64])
        place[j] = z.real
        place[j + 64] = z.imag


def waves_fermion(a, b, momentum, m):
    """u(+), u(-) of an incoming fermion, in two slots."""
    for j in range(64):
        p, n = kets(real_four(momentum, j), m)
        put(a, j, p[0], p[1], p[2], p[3])
        put(b, j, n[0], n[1], n[2], n[3])


def waves_antifermion(a, b, momentum, m):
    """v(+), v(-) of an outgoing antifermion, in two slots."""
    for j in range(64):
        p, n = antikets(real_four(momentum, j), m)
        put(a, j, p[0], p[1], p[2], p[3])
        put(b, j, n[0], n[1], n[2], n[3])


def adjoint(o, a):
    """The Dirac adjoint of a slot."""
    for j in range(64):
        p = bar(four(a, j))
        put(o, j, p[0], p[1], p[2], p[3])


def waves_vector(a, b, c, momentum, mass):
    """Two linear polarisations and, of a massive vector, the longitudinal one, in two or three slots."""
    for j in range(64):
        e, f = polarisations(real_four(momentum, j))
        put(a, j, e[0] + 0j, e[1] + 0j, e[2] + 0j, e[3] + 0j)
        put(b, j, f[0] + 0j, f[1] + 0j, f[2] + 0j, f[3] + 0j)
    if mass > 0.0:
        for j in range(64):
            e = longitudinal(real_four(momentum, j), mass)
            put(c, j, e[0] + 0j, e[1] + 0j, e[2] + 0j, e[3] + 0j)


def wave_scalar(a):
    """One."""
    for j in range(64):
        a[j] = 1.0
        a[j + 64] = 0.0


def wave_gradient(a, b, momentum):
    """The momentum itself in place of a photon's polarisations: the Ward identity's question."""
    for j in range(64):
        p = real_four(momentum, j)
        put(a, j, p[0] + 0j, p[1] + 0j, p[2] + 0j, p[3] + 0j)
        put(b, j, 0j, 0j, 0j, 0j)


def product(first, second, out, m1, m2, alike):
    """p.q of two momenta of squared masses m1 and m2 without cancellation; p.q - m^2 if both masses are ``alike``.

    E E' - p p' = (m'^2 E^2 + m^2 p'^2)/(E E' + p p'), and p p' (1 - cos) from the difference of the directions.
    For equal masses E E' - p p' - m^2 = m^2 (E - E')^2/(E E' + p p' - m^2).
    """
    for j in range(64):
        p, q = real_four(first, j), real_four(second, j)
        a = np.sqrt(p[1] * p[1] + p[2] * p[2] + p[3] * p[3] + 1e-300)
        b = np.sqrt(q[1] * q[1] + q[2] * q[2] + q[3] * q[3] + 1e-300)
        x, y, z = p[1] / a - q[1] / b, p[2] / a - q[2] / b, p[3] / a - q[3] / b
        e = p[0] - q[0]
        ab, ee = a * b, p[0] * q[0]
        apart = (m2 * p[0] * p[0] + m1 * b * b) / (ee + ab)
        close = m1 * e * e / (ee + ab - m1 + 1e-300)
        out[j] = 0.5 * ab * (x * x + y * y + z * z) + (close if alike else apart)
