"""Exact sums over the count of one bin whose nuisances are a rule of nodes: written to be linked and compiled.

    q(n | s) = sum_k w_k Poisson(n | e_k s + b_k)

Tails of q give Bayesian and CLs limits. A hypothesis has its own nodes e, b, w (h, k); nodes without weight are skipped.
"""
# mypy: ignore-errors

import numpy as np

TINY = 1e-300
FAR = 700.0  # events: exp(-x) ends there; the counts that are summed lie far below


def tail(n, x):
    """P(N <= n | x)."""
    term = np.exp(-x) if x < FAR else 0.0
    total = term
    for k in range(1, n + 1):
        term *= x / k
        total += term
    return total


def mean_tail(n, s, e, b, w):
    """sum_k w_k P(N <= n | e_k s + b_k)."""
    total = 0.0
    for k in range(w.size):
        if w[k] > 0.0:
            total += w[k] * tail(n, e[k] * s + b[k])
    return total


def tails(n, which, share, end, e, b, w, out):
    """Fill out (i,) with s: mean tail(s) = mean tail(0) - (1 - share) (mean tail(0) - mean tail(end)); end < 0: infinity."""
    for i in range(n.size):
        h = which[i]
        whole = mean_tail(n[i], 0.0, e[h], b[h], w[h])
        last = mean_tail(n[i], end, e[h], b[h], w[h]) if end >= 0.0 else 0.0
        goal = whole - (1.0 - share) * (whole - last)
        low, high = 0.0, 3.0 + n[i]
        for _ in range(200):
            if mean_tail(n[i], high, e[h], b[h], w[h]) <= goal:
                break
            low, high = high, 2.0 * high
        f_low, f_high = np.log(mean_tail(n[i], low, e[h], b[h], w[h]) / goal), np.log(mean_tail(n[i], high, e[h], b[h], w[h]) / goal + TINY)
        side = 0
        for _ in range(80):  # Illinois: regula falsi in the logarithm
            x = (f_high * low - f_low * high) / (f_high - f_low)
            f = np.log(mean_tail(n[i], x, e[h], b[h], w[h]) / goal + TINY)
            if f > 0.0:
                low, f_low = x, f
                f_high = 0.5 * f_high if side == 1 else f_high
                side = 1
            else:
                high, f_high = x, f
                f_low = 0.5 * f_low if side == -1 else f_low
                side = -1
            if abs(f) < 1e-11 or high - low < 1e-11 * high:
                break
        out[i] = x


def row(s, e, b, w, x, p, q):
    """Fill q (n,) with q(n | s); x and p (k,) are room, k a multiple of four: four sums run side by side."""
    for k in range(w.size):
        x[k] = e[k] * s + b[k]
        p[k] = w[k] * np.exp(-x[k]) if x[k] < FAR else 0.0
    for n in range(q.size):
        inverse = 1.0 / n if n else 0.0
        s0, s1, s2, s3 = 0.0, 0.0, 0.0, 0.0
        for k in range(0, w.size, 4):
            if n:
                p[k] *= x[k] * inverse
                p[k + 1] *= x[k + 1] * inverse
                p[k + 2] *= x[k + 2] * inverse
                p[k + 3] *= x[k + 3] * inverse
            s0 += p[k]
            s1 += p[k + 1]
            s2 += p[k + 2]
            s3 += p[k + 3]
        q[n] = (s0 + s1) + (s2 + s3)


def rows(which, s, e, b, w, out):
    """Fill out (i, n) with q(n | s_i)."""
    x, p = np.empty(w.shape[1]), np.empty(w.shape[1])
    for i in range(s.size):
        h = which[i]
        row(s[i], e[h], b[h], w[h], x, p, out[i])
