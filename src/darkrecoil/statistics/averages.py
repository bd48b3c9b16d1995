"""The likelihood at a signal with its nuisances integrated out, about its conditional maximum: written to be linked and compiled.

In the coordinates v of the nuisances, theta and gamma or ln gamma of generated counts, the curvature C = K K' at the maximum makes
x = K'(v - v_0) nearly a unit Gaussian, so that with a rule of points x_k and weights w_k that averages over one

    int dv L(v) = L(v_0) (2 pi)^(d/2) / det K x sum_k w_k exp(x_k^2/2) L(v_0 + K'^-1 x_k) / L(v_0)

Layout of the arrays: ``packed.Packed``.
"""
# mypy: ignore-errors

import numpy as np

from darkrecoil.statistics.likelihood import HUGE, LEAST_RATE, POISSON, add, constraint, levels, product, rates


def averages(
    which, n, a, al, theta, gamma, value, z, weights, basis, alone, x1, w1,
    rows, effects, cells, nominal, factors, up, down, kinds, widths, lkinds, lwidths, bins, out,
):  # fmt: skip
    """Fill out (k,) with ln of the integral, up to a constant, about the maxima theta (k, p), gamma (k, l) where -ln L is ``value`` (k,).

    n (k, b), a (k, p), al (k, l): the data; al of generated counts is one more than counted, the Jacobian of the logarithm. z (i, d),
    weights (i,): the rule. basis (m, q, p): along what of the q nuisances theta, in units of their errors (``integrals.basis``).
    alone: local parameters are alone in their bins, and are integrated one by one at each point, by the rule x1, w1 of a unit Gaussian.
    """
    d, p, ints = z.shape[1], basis.shape[2], (rows, effects, cells)
    empty, A = np.zeros(gamma.shape[1]), np.empty(n.shape[1])
    K, shift, V = np.empty((d, d)), np.empty(d), np.empty((d, n.shape[1]))
    lam, J, x, y = np.empty(n.shape[1]), np.empty((theta.shape[1], n.shape[1])), np.empty(gamma.shape[1]), np.empty(cells.size)
    t, g = np.empty(theta.shape[1]), np.empty(gamma.shape[1])
    half = np.empty(weights.size)
    for i in range(weights.size):
        half[i] = 0.0
        for j in range(d):
            half[i] += 0.5 * z[i, j] * z[i, j]
    for k in range(which.size):
        h = which[k]
        rates(theta[k], gamma[k], h, ints, nominal, factors, up, down, lam, J, x)
        curvature(n[k], lam, J, x, gamma[k], h, basis, lkinds, lwidths, bins, V, K)
        g[:] = gamma[k]
        total = 0.0
        for i in range(weights.size):
            for j in range(d - 1, -1, -1):  # K' shift = z
                s = z[i, j]
                for m in range(j + 1, d):
                    s -= K[m, j] * shift[m]
                shift[j] = s / K[j, j]
            t[0] = theta[k, 0]
            for q in range(basis.shape[1]):
                t[q + 1] = theta[k, q + 1]
                for j in range(p):
                    t[q + 1] += basis[h, q, j] * shift[j]
            for j in range(d - p):
                if lkinds[j] == POISSON:
                    g[j] = gamma[k, j] * np.exp(min(max(shift[p + j], -50.0), 50.0))
                else:
                    g[j] = gamma[k, j] + shift[p + j]
            levels(t, g, h, ints, nominal, factors, up, down, lam, y)
            v = deviation(n[k], lam, t, g, h, a[k], al[k], kinds, widths, lkinds, lwidths, y) - value[k]
            if alone:
                levels(t, empty, h, ints, nominal, factors, up, down, A, y)
                for j in range(g.size):
                    b = bins[j]
                    v -= spread(n[k, b], A[b], lam[b] - A[b], lkinds[j], g[j], al[k, j], lwidths[h, j], x1, w1)
            total += weights[i] * np.exp(min(half[i] - v, 50.0))
        out[k] = np.log(max(total, 1e-300)) - value[k]
        for j in range(d):
            out[k] -= np.log(K[j, j])


def curvature(n, lam, J, x, gamma, h, basis, lkinds, lwidths, bins, V, K):
    """Fill K (d, d) with the Cholesky factor of the curvature of -ln L; V (d, b) is room for derivatives over the root of the counts."""
    d, p = K.shape[0], basis.shape[2]
    for b in range(n.size):
        lam[b] = np.sqrt(n[b]) / max(lam[b], LEAST_RATE)
    for j in range(x.size if d == p else 0):  # integrated on their own: they take weight from their bins
        b, poisson = bins[j], lkinds[j] == POISSON
        own = gamma[j] * lwidths[h, j] if poisson else 1.0 / max(lwidths[h, j], 1e-12) ** 2
        moved = x[j] * lam[b] * (gamma[j] if poisson else 1.0)
        lam[b] /= np.sqrt(1.0 + moved * moved / own)
    for i in range(p):
        V[i, :] = 0.0
        for q in range(basis.shape[1]):
            if basis[h, q, i] != 0.0:
                add(V[i], J[q + 1], basis[h, q, i])
        for b in range(n.size):
            V[i, b] *= lam[b]
    for j in range(d - p):
        V[p + j, :] = 0.0
        V[p + j, bins[j]] = x[j] * lam[bins[j]] * (gamma[j] if lkinds[j] == POISSON else 1.0)
    for i in range(d):
        for j in range(i + 1):
            K[i, j] = product(V[i], V[j])
        if i < p:
            K[i, i] += 1.0
        elif lkinds[i - p] == POISSON:
            K[i, i] += gamma[i - p] * lwidths[h, i - p]
        else:
            width = max(lwidths[h, i - p], 1e-12)
            K[i, i] += 1.0 / (width * width)
    for j in range(d):
        for i in range(j, d):
            s = K[i, j]
            for m in range(j):
                s -= K[i, m] * K[j, m]
            K[i, j] = np.sqrt(max(s, 1e-300)) if i == j else s / K[j, j]


def spread(n, A, part, kind, best, seen, width, x, w):
    """ln of the integral of a bin's likelihood over its local parameter, over the likelihood at ``best``, where A + part are expected.

    In u = ln(g/best) of generated counts, u = g - best otherwise: Newton steps to the maximum, then the rule x, w about it.
    """
    u = 0.0
    for _ in range(5):
        _, slope, bend = depth(u, n, A, part, kind, best, seen, width)
        u -= min(max(slope / bend, -1.0), 1.0)
    bottom, _, bend = depth(u, n, A, part, kind, best, seen, width)
    start, scale, total = depth(0.0, n, A, part, kind, best, seen, width)[0], 1.0 / np.sqrt(bend), 0.0
    for i in range(x.size):
        total += w[i] * np.exp(min(0.5 * x[i] * x[i] + bottom - depth(u + scale * x[i], n, A, part, kind, best, seen, width)[0], 50.0))
    return np.log(max(total * scale, 1e-300)) + start - bottom


def depth(u, n, A, part, kind, best, seen, width):
    """-ln of that likelihood, its derivative and its curvature, kept above zero."""
    if kind == POISSON:
        r = np.exp(min(max(u, -50.0), 50.0))
        lam, own = max(A + part * r, LEAST_RATE), width * best * r
        change = part * r
        value = lam - n * np.log(lam) + own - seen * u
        return value, change * (1.0 - n / lam) + own - seen, n * (change / lam) ** 2 + max(own, 1e-9)
    change, pull = part / best, (best + u - seen) / width
    lam = A + part + change * u
    if lam <= 0.0:
        return HUGE, 0.0, 1.0 / (width * width)
    value = lam - n * np.log(max(lam, LEAST_RATE)) + 0.5 * pull * pull
    return value, change * (1.0 - n / lam) + pull / width, n * (change / lam) ** 2 + 1.0 / (width * width)


def deviation(n, lam, theta, gamma, h, a, al, kinds, widths, lkinds, lwidths, y):
    """-ln L as ``likelihood.minus_log``, its logarithms side by side; y (at least b,) is room. Huge where a rate is below zero, or where
    events are seen and none expected."""
    for b in range(n.size):
        if lam[b] < 0.0 or (lam[b] == 0.0 and n[b] > 0.0):
            return HUGE
    for b in range(n.size):
        y[b] = lam[b] - n[b] * np.log(lam[b] + LEAST_RATE)
    s0, s1, s2, s3, whole = 0.0, 0.0, 0.0, 0.0, n.size - n.size % 4
    for b in range(0, whole, 4):
        s0 += y[b]
        s1 += y[b + 1]
        s2 += y[b + 2]
        s3 += y[b + 3]
    for b in range(whole, n.size):
        s0 += y[b]
    v = (s0 + s1) + (s2 + s3)
    for p in range(theta.size):
        v += constraint(kinds[p], theta[p], a[p], widths[h, p])[0]
    for j in range(gamma.size):
        v += constraint(lkinds[j], gamma[j], al[j], lwidths[h, j])[0]
    return v
