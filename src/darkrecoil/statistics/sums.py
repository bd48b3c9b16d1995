"""Exact sums over the count of one bin whose nuisances are a rule of nodes: written to be linked and compiled.

    q(n | s) = sum_k w_k Poisson(n | e_k s + b_k)

Tails of q give Bayesian and CLs limits, its likelihood ratios the belt of Feldman and Cousins. A hypothesis has its own
nodes e, b, w (h, k); nodes without weight are skipped.
"""
# mypy: ignore-errors

import numpy as np

TINY = 1e-300
FAR = 700.0  # events: exp(-x) ends there; the counts that are summed lie far below
FINEST = 1e-7  # events: width of a bisection


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


def best(e, b, w, logs, top):
    """Fill top (n,) with max over s >= 0 of q(n | s): from the excess of n over the background, by steps and parabolas of ln q.

    logs (n,): ln n!. The mean of e is one.
    """
    background = 0.0
    for k in range(w.size):
        background += w[k] * b[k]
    for n in range(top.size):
        s, step = max(0.0, n - background), 0.5 * np.sqrt(n + 1.0)
        here = one(n, s, e, b, w, logs[n])
        for _ in range(60):
            if step < 1e-4:
                break
            left, right = one(n, max(0.0, s - step), e, b, w, logs[n]), one(n, s + step, e, b, w, logs[n])
            if left > here:
                s, here = max(0.0, s - step), left
            elif right > here:
                s, here = s + step, right
            else:
                if s >= step and left > TINY and right > TINY:
                    bend = np.log(left) - 2.0 * np.log(here) + np.log(right)
                    new = s + 0.5 * step * (np.log(left) - np.log(right)) / min(bend, -1e-14)
                    value = one(n, max(0.0, new), e, b, w, logs[n])
                    if value > here:
                        s, here = max(0.0, new), value
                step *= 0.25
        top[n] = here


def one(n, s, e, b, w, log):
    """q(n | s) of one n; log: ln n!."""
    total = 0.0
    for k in range(w.size):
        x = e[k] * s + b[k]
        total += w[k] * (np.exp(n * np.log(max(x, TINY)) - x - log) if n else np.exp(-x))
    return total


def factorials(logs):
    """Fill logs (n,) with ln n!."""
    logs[0] = 0.0
    for n in range(1, logs.size):
        logs[n] = logs[n - 1] + np.log(1.0 * n)


def accepted(q, top, n, level):
    """Whether n is in the acceptance region: what is ranked before it by q/top has not yet reached the level."""
    ratio = q[n] / top[n]
    total = 0.0
    for k in range(q.size):
        other = q[k] / top[k] if top[k] > 0.0 else 0.0
        if other > ratio * (1.0 + 1e-12) or (other >= ratio * (1.0 - 1e-12) and k > n):
            total += q[k]
    return total < level


def belt(n, level, step, ends, sizes, e, b, w, out):
    """Fill out (m, c, j, 2) with the intervals of s whose acceptance region holds n (m, c); unused ones stay -1.

    step (m,): grid of s, on which edges are found before they are bisected; ends (m,): where it stops; sizes (m,): number of counts.
    """
    x, p = np.empty(w.shape[1]), np.empty(w.shape[1])
    inside, found = np.empty(n.shape[1], np.int64), np.empty(n.shape[1], np.int64)
    for h in range(n.shape[0]):
        q, top, near = np.empty(sizes[h]), np.empty(sizes[h]), np.empty(sizes[h])
        factorials(near)
        best(e[h], b[h], w[h], near, top)
        inside[:], found[:] = 0, 0
        for g in range(int(ends[h] / step[h]) + 2):
            row(g * step[h], e[h], b[h], w[h], x, p, q)
            for c in range(n.shape[1]):
                now = 1 if accepted(q, top, n[h, c], level) else 0
                if now != inside[c] and found[c] < out.shape[2]:
                    edge = 0.0
                    if g > 0:
                        edge = edge_of(n[h, c], (g - 1) * step[h], g * step[h], now, level, e[h], b[h], w[h], x, p, near, top)
                    out[h, c, found[c], 1 - now] = edge
                    found[c] += 1 - now
                inside[c] = now


def edge_of(n, low, high, entering, level, e, b, w, x, p, q, top):
    """Where n enters or leaves the acceptance region between two points of the grid."""
    while high - low > FINEST:
        middle = 0.5 * (low + high)
        row(middle, e, b, w, x, p, q)
        if accepted(q, top, n, level) == (entering == 1):
            high = middle
        else:
            low = middle
    return 0.5 * (low + high)


def highest(n, level, factors, step, reach, size, e, b, w, out, where):
    """Raise out (c,), upper ends of counts n (c,), to the highest s accepted with the background times any of the factors.

    The sets grow thin towards the teeth of the belt: s is looked at in small steps, up to ``reach`` above the highest so far.
    where (c,): the factor of the highest.
    """
    x, p = np.empty(w.size), np.empty(w.size)
    q, top, logs, more = np.empty(size), np.empty(size), np.empty(size), np.empty(w.size)
    factorials(logs)
    for factor in factors:
        for k in range(w.size):
            more[k] = b[k] * factor
        best(e, more, w, logs, top)
        for c in range(n.size):
            s, end = out[c] + step, out[c] + reach
            while s < end:
                row(s, e, more, w, x, p, q)
                if accepted(q, top, n[c], level):
                    out[c] = edge_of(n[c], s, s + step, 0, level, e, more, w, x, p, q, top)
                    where[c] = factor
                    end = out[c] + reach
                    s = max(s, out[c])
                s += step
