"""The belt of Feldman and Cousins for one bin whose nuisances are a rule of nodes: written to be linked and compiled.

    q(n | s) = sum_k w_k Poisson(n | e_k s + b_k)

The sum over nodes is made once, on knots in u = sqrt(s), where every Poisson probability has a width of one half or more and
is even; between knots by the polynomial through the eight nearest, to 1e-8. Layout of a table: (n, knots), of which the
first MIRROR stand at -u. A background times a factor is interpolated between tables in the same way, at Chebyshev points.
"""
# mypy: ignore-errors

import numpy as np

TINY = 1e-300
FAR = 700.0  # events: exp(-x) ends there
FINEST = 1e-7  # events: width of a bisection
NEGLIGIBLE = 1e-11  # weight of a node
KNOT = 0.07  # step in sqrt(s / events)
MIRROR = 4
POINTS = 8
# 1/product of (m - l) over the other places l, for places m = -3 ... 4
INVERSE = (-1 / 5040, 1 / 720, -1 / 240, 1 / 144, -1 / 144, 1 / 240, -1 / 720, 1 / 5040)


def table(factor, e, b, w, x, p, q):
    """Fill q (n, j) with q(n | s_j) at the knots, backgrounds times a factor; x and p (j,) are room."""
    q[:, :] = 0.0
    for k in range(w.size):
        if w[k] > NEGLIGIBLE:
            for j in range(x.size):
                u = (j - MIRROR) * KNOT
                x[j] = e[k] * u * u + factor * b[k]
                p[j] = w[k] * np.exp(-x[j]) if x[j] < FAR else 0.0
            for n in range(q.shape[0]):
                inverse = 1.0 / (n + 1.0)
                for j in range(x.size):
                    q[n, j] += p[j]
                    p[j] *= x[j] * inverse


def between(tables, points, factor, share, q):
    """Fill q (n, j) with the tables (m, n, j) interpolated at a factor of the background; points (m,); share (m,) is room."""
    for m in range(points.size):
        share[m] = 1.0
        for i in range(points.size):
            if i != m:
                share[m] *= (factor - points[i]) / (points[m] - points[i])
    for n in range(q.shape[0]):
        for j in range(q.shape[1]):
            q[n, j] = share[0] * tables[0, n, j]
        for m in range(1, points.size):
            for j in range(q.shape[1]):
                q[n, j] += share[m] * tables[m, n, j]


def ratios(s, q, top, c, p, r):
    """Fill p (n,) with q(n | s) and r (n,) with its ratio to the highest; c (POINTS,) is room."""
    t = np.sqrt(s) / KNOT
    j = min(int(t), q.shape[1] - MIRROR - 5)
    t -= j
    for i in range(POINTS):
        c[i] = INVERSE[i]
        for k in range(POINTS):
            if k != i:
                c[i] *= t - (k - 3.0)
    j += MIRROR - 3
    for n in range(p.size):
        value = (c[0] * q[n, j] + c[1] * q[n, j + 1] + c[2] * q[n, j + 2] + c[3] * q[n, j + 3]) + (
            c[4] * q[n, j + 4] + c[5] * q[n, j + 5] + c[6] * q[n, j + 6] + c[7] * q[n, j + 7]
        )
        p[n] = max(value, 0.0)
        r[n] = p[n] / top[n]


def summits(q, top):
    """Fill top (n,) with max over s >= 0 of q(n | s): the highest knot, and the summit of the parabola of order six about it."""
    for n in range(top.size):
        best = MIRROR
        for j in range(MIRROR + 1, q.shape[1] - 3):
            if q[n, j] > q[n, best]:
                best = j
        f0, f1, f2, f3 = q[n, best], q[n, best + 1], q[n, best + 2], q[n, best + 3]
        g1, g2, g3 = q[n, best - 1], q[n, best - 2], q[n, best - 3]
        a1 = (45.0 * (f1 - g1) - 9.0 * (f2 - g2) + (f3 - g3)) / 60.0
        a2 = (270.0 * (f1 + g1) - 27.0 * (f2 + g2) + 2.0 * (f3 + g3) - 490.0 * f0) / 360.0
        a3 = (-13.0 * (f1 - g1) + 8.0 * (f2 - g2) - (f3 - g3)) / 48.0
        a4 = (-39.0 * (f1 + g1) + 12.0 * (f2 + g2) - (f3 + g3) + 56.0 * f0) / 144.0
        a5 = (5.0 * (f1 - g1) - 4.0 * (f2 - g2) + (f3 - g3)) / 240.0
        a6 = (15.0 * (f1 + g1) - 6.0 * (f2 + g2) + (f3 + g3) - 20.0 * f0) / 720.0
        t = 0.0
        for _ in range(6):
            slope = a1 + t * (2.0 * a2 + t * (3.0 * a3 + t * (4.0 * a4 + t * (5.0 * a5 + t * 6.0 * a6))))
            bend = 2.0 * a2 + t * (6.0 * a3 + t * (12.0 * a4 + t * (20.0 * a5 + t * 30.0 * a6)))
            if bend >= 0.0:
                break
            t = min(max(t - slope / bend, -1.0), 1.0)
        value = f0 + t * (a1 + t * (a2 + t * (a3 + t * (a4 + t * (a5 + t * a6)))))
        top[n] = max(max(value, f0), TINY)


def accepted(p, r, n, level):
    """Whether n is in the acceptance region: what is ranked before it by the ratio has not yet reached the level."""
    above, equal = r[n] * (1.0 + 1e-12), r[n] * (1.0 - 1e-12)
    total = 0.0
    for k in range(p.size):
        total += p[k] if r[k] > above or (k > n and r[k] >= equal) else 0.0
    return total < level


def edge_of(n, low, high, entering, level, q, top, c, p, r):
    """Where n enters or leaves the acceptance region between two values of s."""
    while high - low > FINEST:
        middle = 0.5 * (low + high)
        ratios(middle, q, top, c, p, r)
        if accepted(p, r, n, level) == (entering == 1):
            high = middle
        else:
            low = middle
    return 0.5 * (low + high)


def belt(n, level, step, ends, sizes, knots, e, b, w, out):
    """Fill out (m, c, i, 2) with the intervals of s whose acceptance region holds n (m, c); unused ones stay -1.

    step (m,): grid of s, on which edges are found before they are bisected; ends (m,): where it stops; sizes (m,): number of
    counts; knots (m,): number of knots. The mean of e is one.
    """
    inside, found, c = np.empty(n.shape[1], np.int64), np.empty(n.shape[1], np.int64), np.empty(POINTS)
    for h in range(n.shape[0]):
        q, x, room = np.empty((sizes[h], knots[h])), np.empty(knots[h]), np.empty(knots[h])
        top, p, r = np.empty(sizes[h]), np.empty(sizes[h]), np.empty(sizes[h])
        table(1.0, e[h], b[h], w[h], x, room, q)
        summits(q, top)
        inside[:], found[:] = 0, 0
        for g in range(int(ends[h] / step[h]) + 2):
            ratios(g * step[h], q, top, c, p, r)
            for i in range(n.shape[1]):
                now = 1 if accepted(p, r, n[h, i], level) else 0
                if now != inside[i] and found[i] < out.shape[2]:
                    edge = 0.0
                    if g > 0:
                        edge = edge_of(n[h, i], (g - 1) * step[h], g * step[h], now, level, q, top, c, p, r)
                        ratios(g * step[h], q, top, c, p, r)
                    out[h, i, found[i], 1 - now] = edge
                    found[i] += 1 - now
                inside[i] = now


def tabulate(points, e, b, w, out):
    """Fill out (m, n, j) with tables of the background times each factor (m,)."""
    x, room = np.empty(out.shape[2]), np.empty(out.shape[2])
    for m in range(points.size):
        table(points[m], e, b, w, x, room, out[m])


def highest(n, level, factors, step, reach, points, tables, out, where):
    """Raise out (c,), upper ends of counts n (c,), to the highest s accepted with the background times any of the factors.

    The sets grow thin towards the teeth of the belt: s is looked at in small steps, up to ``reach`` above the highest so far.
    where (c,): the factor of the highest. points (m,), tables (m, n, j): of ``tabulate``.
    """
    q, share, c = np.empty(tables.shape[1:]), np.empty(points.size), np.empty(POINTS)
    top, p, r = np.empty(q.shape[0]), np.empty(q.shape[0]), np.empty(q.shape[0])
    for factor in factors:
        between(tables, points, factor, share, q)
        summits(q, top)
        for i in range(n.size):
            s, end = out[i] + step, out[i] + reach
            while s < end:
                ratios(s, q, top, c, p, r)
                if accepted(p, r, n[i], level):
                    out[i] = edge_of(n[i], s, s + step, 0, level, q, top, c, p, r)
                    where[i] = factor
                    end = out[i] + reach
                    s = max(s, out[i])
                s += step
