"""The likelihood of a packed model on plain arrays, and its constrained minimum: written to be linked and compiled.

Parameters: global ones, ``theta`` (p,), of which 0 is the parameter of interest, and local ones, ``gamma`` (l,), of one bin
each. Newton steps with the curvature of the Poisson terms, n J J'/lambda^2, an active set for the bounds, and halved steps.
The local parameters are eliminated in closed form: in a bin their curvature is a diagonal plus one product, so with V =
sum x_j^2/kappa_j they only shrink the bin's weight, w -> w/(1 + w V), and the work grows with the number of bins only.
Layout of the arrays: ``packed.Packed``.
"""
# mypy: ignore-errors

import numpy as np

FREE, GAUSSIAN, POISSON = 0, 1, 2
SCALE, NORM_0, NORM_1, NORM_4, SHAPE_0, SHAPE_4 = 0, 10, 11, 14, 20, 24
LEAST = 1e-10  # of a factor per bin
STEPS = 200
ENOUGH = 1e-11  # of the expected gain of a step, in -ln L
HUGE = 1e300
LEAST_RATE = 1e-12  # events in a bin, where its logarithm is taken


def norm(kind, z, t):
    """The factor and the derivative of its logarithm; t (8,): ``coefficients``."""
    slope = t[0] if z >= 0.0 else t[1]
    if kind == NORM_0:
        f = 1.0 + z * slope
        return f, slope / f if f != 0.0 else 0.0
    if kind == NORM_1 or z >= 1.0 or z <= -1.0:
        return np.exp(z * slope), slope
    f = 1.0 + z * (t[2] + z * (t[3] + z * (t[4] + z * (t[5] + z * (t[6] + z * t[7])))))
    d = t[2] + z * (2.0 * t[3] + z * (3.0 * t[4] + z * (4.0 * t[5] + z * (5.0 * t[6] + z * 6.0 * t[7]))))
    return f, d / f


def coefficients(kind, high, low):
    """What ``norm`` needs (..., 8), from its factors at +1 and -1 (...): slopes on either side, of the factor or of its logarithm, and
    code 4 within one standard deviation: a sixth-order polynomial that joins the exponentials with two derivatives."""
    with np.errstate(divide="ignore", invalid="ignore"):
        lh, ll = np.log(high), np.log(low)
        s0, a0 = 0.5 * (high + low) - 1.0, 0.5 * (high - low)
        s1, a1 = 0.5 * (high * lh - low * ll), 0.5 * (high * lh + low * ll)
        s2, a2 = 0.5 * (high * lh * lh + low * ll * ll), 0.5 * (high * lh * lh - low * ll * ll)
    c1, c3, c5 = (15.0 * a0 - 7.0 * s1 + a2) / 8.0, (-10.0 * a0 + 10.0 * s1 - 2.0 * a2) / 8.0, (3.0 * a0 - 3.0 * s1 + a2) / 8.0
    c2, c4, c6 = (24.0 * s0 - 9.0 * a1 + s2) / 8.0, (-24.0 * s0 + 14.0 * a1 - 2.0 * s2) / 8.0, (8.0 * s0 - 5.0 * a1 + s2) / 8.0
    linear = kind == NORM_0
    sides = np.where(linear, high - 1.0, lh), np.where(linear, 1.0 - low, -ll)
    return np.stack([*sides, *(np.where(kind == NORM_4, c, 0.0) for c in (c1, c2, c3, c4, c5, c6))], axis=-1)


def shape(kind, z, up, down):
    """What is added and its derivative; ``up`` and ``down`` are the changes at +1 and -1, the latter negated."""
    plus, minus, dplus, dminus = shares(kind, z)
    return plus * up + minus * down, dplus * up + dminus * down


def shares(kind, z):
    """The shares of ``up`` and ``down`` in what is added, and their derivatives."""
    if kind == SHAPE_0 or z >= 1.0 or z <= -1.0:
        return (z, 0.0, 1.0, 0.0) if z >= 0.0 else (0.0, z, 0.0, 1.0)
    z2 = z * z
    bend, slope = 0.0625 * z2 * (15.0 + z2 * (-10.0 + 3.0 * z2)), 0.0625 * z * (30.0 + z2 * (-40.0 + 18.0 * z2))
    return 0.5 * z + bend, 0.5 * z - bend, 0.5 + slope, 0.5 - slope


def contents(theta, h, row, effects, nominal, factors, up, down, y):
    """Fill y (c,) with a row's bins, shapes applied; the factor of its norms and scales, but the parameter of interest."""
    source, factor = nominal[h, row[1] : row[2]], 1.0
    for c in range(y.size):
        y[c] = source[c]
    for e in range(row[4], row[5]):
        kind, z, o = effects[e, 0], theta[effects[e, 1]], effects[e, 2]
        if kind == SCALE:
            factor *= z
        elif kind < SHAPE_0:
            factor *= norm(kind, z, factors[h, e])[0]
        else:
            plus, minus = shares(kind, z)[:2]
            more, less = up[h, o : o + y.size], down[h, o : o + y.size]
            for c in range(y.size):
                y[c] += plus * more[c] + minus * less[c]
    return factor


def levels(theta, gamma, h, ints, nominal, factors, up, down, lam, room):
    """Fill expected counts lam (b,) alone: ``rates`` without derivatives; room (at least b,)."""
    rows, effects, cells = ints
    lam[:] = 0.0
    for r in range(rows.shape[0]):
        begin, size = rows[r, 1], rows[r, 2] - rows[r, 1]
        into, y = lam[rows[r, 0] : rows[r, 0] + size], room[:size]
        factor = contents(theta, h, rows[r], effects, nominal, factors, up, down, y)
        factor *= theta[0] if rows[r, 3] else 1.0
        if size > 0 and cells[begin] >= 0:
            for c in range(size):
                y[c] *= gamma[cells[begin + c]]
        for c in range(size):
            into[c] += factor * y[c]


def rates(theta, gamma, h, ints, nominal, factors, up, down, lam, J, x):
    """Fill expected counts lam (b,), their derivatives J (p, b) and x (l,), those with respect to the local parameters.

    ints: (rows, 6) first bin, first and last cell, whether the parameter of interest acts, first and last effect; then effects (f, 3) kind,
    parameter, offset of shapes; then cells' local parameter: three arrays.
    """
    rows, effects, cells = ints
    lam[:], J[:, :], x[:] = 0.0, 0.0, 0.0
    room = np.empty((2, lam.size))
    for r in range(rows.shape[0]):
        first, begin, signal = rows[r, 0], rows[r, 1], rows[r, 3]
        size = rows[r, 2] - begin
        into, y, per = lam[first : first + size], room[0, :size], room[1, :size]
        factor = contents(theta, h, rows[r], effects, nominal, factors, up, down, y)
        mu = theta[0] if signal else 1.0
        for c in range(size):
            y[c] *= factor
            per[c] = mu * factor
        if size > 0 and cells[begin] >= 0:
            for c in range(size):
                j = cells[begin + c]
                x[j] += mu * y[c]
                y[c] *= gamma[j]
                per[c] *= gamma[j]
        if signal:
            add(J[0, first : first + size], y, 1.0)
        for c in range(size):
            y[c] *= mu
            into[c] += y[c]
        for e in range(rows[r, 4], rows[r, 5]):
            kind, p, o = effects[e, 0], effects[e, 1], effects[e, 2]
            slopes = J[p, first : first + size]
            if kind >= SHAPE_0:
                _, _, plus, minus = shares(kind, theta[p])
                more, less = up[h, o : o + size], down[h, o : o + size]
                for c in range(size):
                    slopes[c] += per[c] * (plus * more[c] + minus * less[c])
            else:
                add(slopes, y, 1.0 / theta[p] if kind == SCALE else norm(kind, theta[p], factors[h, e])[1])


def add(into, y, factor):
    """Add y times a factor."""
    for c in range(into.size):
        into[c] += factor * y[c]


def product(u, v):
    """The sum of u v, four at a time."""
    s0, s1, s2, s3, whole = 0.0, 0.0, 0.0, 0.0, u.size - u.size % 4
    for b in range(0, whole, 4):
        s0 += u[b] * v[b]
        s1 += u[b + 1] * v[b + 1]
        s2 += u[b + 2] * v[b + 2]
        s3 += u[b + 3] * v[b + 3]
    for b in range(whole, u.size):
        s0 += u[b] * v[b]
    return (s0 + s1) + (s2 + s3)


def constraint(kind, value, auxiliary, width):
    """-ln of the constraint, its first derivative and its curvature, kept above zero."""
    if kind == GAUSSIAN:
        pull = (value - auxiliary) / width
        return 0.5 * pull * pull, pull / width, 1.0 / (width * width)
    if kind == POISSON and auxiliary > 0.0:
        return width * value - auxiliary * np.log(width * value), width - auxiliary / value, auxiliary / (value * value)
    if kind == POISSON:
        return width * value, width, width / max(value, 0.01)
    return 0.0, 0.0, 1e-9


def minus_log(n, lam, theta, gamma, h, a, al, kinds, widths, lkinds, lwidths):
    """-ln L without the terms of n alone; huge where a bin with events expects none."""
    v = 0.0
    for b in range(n.size):
        if lam[b] <= 0.0 and (n[b] > 0.0 or lam[b] < 0.0):
            return HUGE
        v += lam[b] - (n[b] * np.log(lam[b]) if n[b] > 0.0 else 0.0)
    for p in range(theta.size):
        v += constraint(kinds[p], theta[p], a[p], widths[h, p])[0]
    for j in range(gamma.size):
        v += constraint(lkinds[j], gamma[j], al[j], lwidths[h, j])[0]
    return v


def solve(A, g, x, m):
    """x = A^-1 g of the first m rows, by Cholesky; A is destroyed."""
    for j in range(m):
        t = A[j, j]
        for k in range(j):
            t -= A[j, k] * A[j, k]
        A[j, j] = np.sqrt(max(t, 1e-14 * abs(A[j, j]) + 1e-300))
        for i in range(j + 1, m):
            t = A[i, j]
            for k in range(j):
                t -= A[i, k] * A[j, k]
            A[i, j] = t / A[j, j]
    for i in range(m):
        t = g[i]
        for k in range(i):
            t -= A[i, k] * x[k]
        x[i] = t / A[i, i]
    for i in range(m - 1, -1, -1):
        t = x[i]
        for k in range(i + 1, m):
            t -= A[k, i] * x[k]
        x[i] = t / A[i, i]


def normal_equations(n, lam, J, x, theta, gamma, h, a, al, kinds, widths, lkinds, lwidths, bins, bounds, fixed, work, local):
    """Fill A and g over the free parameters, and what the local steps need; the number of free parameters.

    work: A (p, p), g (p,), index (p,), weight (b,), q (b,), gradient (p,), residual (b,), room (b,); local: kappa (l,), gradient (l,).
    """
    A, g, index, weight, q, gradient, residual, room = work
    kappa, slope = local
    for b in range(n.size):
        seen = n[b] / lam[b] if n[b] > 0.0 else 0.0
        residual[b] = 1.0 - seen
        weight[b] = seen / lam[b] if n[b] > 0.0 else 0.0
        q[b], room[b] = 0.0, 0.0
    for j in range(gamma.size):
        b = bins[j]
        _, d, k = constraint(lkinds[j], gamma[j], al[j], lwidths[h, j])
        slope[j] = residual[b] * x[j] + d
        kappa[j] = k if gamma[j] > LEAST or slope[j] < 0.0 else -1.0
        if kappa[j] > 0.0:
            room[b] += x[j] * x[j] / k
            q[b] += x[j] * slope[j] / k
    for b in range(n.size):
        weight[b] /= 1.0 + weight[b] * room[b]
    m = 0
    for p in range(theta.size):
        t = constraint(kinds[p], theta[p], a[p], widths[h, p])[1] + product(J[p], residual)
        gradient[p] = t
        if fixed[p] == 0 and not (theta[p] <= bounds[p] and t > 0.0):
            index[m] = p
            m += 1
    for i in range(m):
        p = index[i]
        for b in range(n.size):
            room[b] = J[p, b] * weight[b]
        g[i] = product(room, q) - gradient[p]
        for k in range(i + 1):
            A[i, k] = product(room, J[index[k]])
        A[i, i] += constraint(kinds[p], theta[p], a[p], widths[h, p])[2] if kinds[p] > 0 else 1e-10
    return m


def fit_one(
    n, a, al, theta, gamma, fixed, h, ints, nominal, factors, up, down, kinds, widths, lkinds, lwidths, bins, bounds, store
):  # fmt: skip
    """Minimise in place; -ln L at the minimum, its derivative by the parameter of interest, and the number of steps."""
    lam, J, x, work, local, step, lstep, old, lold, held = store
    index, gradient = work[2], work[5]
    rates(theta, gamma, h, ints, nominal, factors, up, down, lam, J, x)
    v = minus_log(n, lam, theta, gamma, h, a, al, kinds, widths, lkinds, lwidths)
    taken, gain = 0, 0.0
    while taken < STEPS:
        taken += 1
        for p in range(theta.size):
            held[p] = fixed[p]
        m, again = 0, True
        while again:  # what stands at its bound and would step over it is held for this step
            m = normal_equations(n, lam, J, x, theta, gamma, h, a, al, kinds, widths, lkinds, lwidths, bins, bounds, held, work, local)
            solve(work[0], work[1], step, m)
            again = False
            for i in range(m):
                if theta[index[i]] <= bounds[index[i]] and step[i] < 0.0:
                    held[index[i]] = 1
                    again = True
        gain = local_steps(J, x, step, lstep, index, m, bins, work, local)
        for i in range(m):
            gain -= gradient[index[i]] * step[i]
        if gain < ENOUGH:
            break
        size = 1.0
        for i in range(m):
            p = index[i]
            if theta[p] + size * step[i] < bounds[p] and step[i] < 0.0:
                size = min(size, (bounds[p] - theta[p]) / step[i])
        for p in range(theta.size):
            old[p] = theta[p]
        for j in range(gamma.size):
            lold[j] = gamma[j]
        better = False
        for _ in range(40):
            for i in range(m):
                p = index[i]
                new = old[p] + size * step[i]  # at its bound up to rounding is at its bound: else the next step has no room
                theta[p] = new if new - bounds[p] > 1e-12 * abs(size * step[i]) else bounds[p]
            for j in range(gamma.size):
                least = LEAST if al[j] <= 0.0 or lkinds[j] != POISSON else max(LEAST, 0.05 * lold[j])
                gamma[j] = max(least, lold[j] + size * lstep[j])
            rates(theta, gamma, h, ints, nominal, factors, up, down, lam, J, x)
            new = minus_log(n, lam, theta, gamma, h, a, al, kinds, widths, lkinds, lwidths)
            if new <= v - 1e-4 * size * gain or (new <= v and size * gain < 1e-9):
                better = True
                break
            size *= 0.5
        if not better:
            for p in range(theta.size):
                theta[p] = old[p]
            for j in range(gamma.size):
                gamma[j] = lold[j]
            rates(theta, gamma, h, ints, nominal, factors, up, down, lam, J, x)
            break
        v = new
    return v, gradient[0], taken, gain


def local_steps(J, x, step, lstep, index, m, bins, work, local):
    """Fill the steps of the local parameters, given those of the global ones; their share of the expected gain."""
    weight, q = work[3], work[4]
    kappa, slope = local
    gain = 0.0
    for j in range(lstep.size):
        lstep[j] = 0.0
        if kappa[j] > 0.0:
            b = bins[j]
            t = -q[b]
            for i in range(m):
                t += J[index[i], b] * step[i]
            lstep[j] = -(slope[j] + weight[b] * x[j] * t) / kappa[j]
            gain -= slope[j] * lstep[j]
    return gain


def fit(
    which,
    n,
    a,
    al,
    theta,
    gamma,
    fixed,
    rows,
    effects,
    cells,
    nominal,
    factors,
    up,
    down,
    kinds,
    widths,
    lkinds,
    lwidths,
    bins,
    bounds,
    out,
):
    """Fit each of (k,) problems in place: hypothesis, counts (k, b), auxiliaries (k, p), (k, l), starting points, fixed (k, p).

    out (k, 4): -ln L, its derivative by the parameter of interest, steps, the gain that a further step would bring.
    """  # fmt: skip
    p, size, locals_ = theta.shape[1], n.shape[1], gamma.shape[1]
    lam, J, x = np.empty(size), np.empty((p, size)), np.empty(locals_)
    work = (
        np.empty((p, p)),
        np.empty(p),
        np.empty(p, np.int64),
        np.empty(size),
        np.empty(size),
        np.empty(p),
        np.empty(size),
        np.empty(size),
    )
    store = (
        lam,
        J,
        x,
        work,
        (np.empty(locals_), np.empty(locals_)),
        np.empty(p),
        np.empty(locals_),
        np.empty(p),
        np.empty(locals_),
        np.zeros(p, np.int8),
    )
    for i in range(which.size):
        h = which[i]
        out[i, 0], out[i, 1], out[i, 2], out[i, 3] = fit_one(
            n[i], a[i], al[i], theta[i], gamma[i], fixed[i], h, (rows, effects, cells), nominal, factors, up, down,
            kinds, widths, lkinds, lwidths, bins, bounds, store,
        )  # fmt: skip


def expect(which, theta, gamma, rows, effects, cells, nominal, factors, up, down, out):
    """Fill out (k, b) with the expected counts."""
    y = np.empty(cells.size)
    for i in range(which.size):
        levels(theta[i], gamma[i], which[i], (rows, effects, cells), nominal, factors, up, down, out[i], y)
