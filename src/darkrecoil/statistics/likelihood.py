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


def norm(kind, z, high, low):
    """The factor and the derivative of its logarithm."""
    if kind == NORM_0:
        slope = high - 1.0 if z >= 0.0 else 1.0 - low
        f = 1.0 + z * slope
        return f, slope / f if f != 0.0 else 0.0
    if kind == NORM_1 or z >= 1.0 or z <= -1.0:
        rate = np.log(high) if z >= 0.0 else -np.log(low)
        return np.exp(z * rate), rate
    return polynomial(z, high, low)


def polynomial(z, high, low):
    """Code 4 within one standard deviation: a sixth-order polynomial that joins the exponentials with two derivatives."""
    lh, ll = np.log(high), np.log(low)
    s0, a0 = 0.5 * (high + low) - 1.0, 0.5 * (high - low)
    s1, a1 = 0.5 * (high * lh - low * ll), 0.5 * (high * lh + low * ll)
    s2, a2 = 0.5 * (high * lh * lh + low * ll * ll), 0.5 * (high * lh * lh - low * ll * ll)
    c1, c3, c5 = (15.0 * a0 - 7.0 * s1 + a2) / 8.0, (-10.0 * a0 + 10.0 * s1 - 2.0 * a2) / 8.0, (3.0 * a0 - 3.0 * s1 + a2) / 8.0
    c2, c4, c6 = (24.0 * s0 - 9.0 * a1 + s2) / 8.0, (-24.0 * s0 + 14.0 * a1 - 2.0 * s2) / 8.0, (8.0 * s0 - 5.0 * a1 + s2) / 8.0
    f = 1.0 + z * (c1 + z * (c2 + z * (c3 + z * (c4 + z * (c5 + z * c6)))))
    d = c1 + z * (2.0 * c2 + z * (3.0 * c3 + z * (4.0 * c4 + z * (5.0 * c5 + z * 6.0 * c6))))
    return f, d / f


def shape(kind, z, up, down):
    """What is added and its derivative; ``up`` and ``down`` are the changes at +1 and -1, the latter negated."""
    if kind == SHAPE_0 or z >= 1.0 or z <= -1.0:
        return (z * up, up) if z >= 0.0 else (z * down, down)
    s, a = 0.5 * (up + down), 0.0625 * (up - down)
    z2 = z * z
    value = z * s + z2 * a * (15.0 + z2 * (-10.0 + 3.0 * z2))
    return value, s + z * a * (30.0 + z2 * (-40.0 + 18.0 * z2))


def rates(theta, gamma, h, ints, nominal, high, low, up, down, lam, J, x):
    """Fill expected counts lam (b,), their derivatives J (p, b) and x (l,), those with respect to the local parameters.

    ints: (rows, 6) first bin, first and last cell, whether the parameter of interest acts, first and last effect; then effects (f, 3) kind,
    parameter, offset of shapes; then cells' local parameter: three arrays.
    """
    rows, effects, cells = ints
    for b in range(lam.size):
        lam[b] = 0.0
    for p in range(J.shape[0]):
        for b in range(lam.size):
            J[p, b] = 0.0
    for j in range(x.size):
        x[j] = 0.0
    y = np.empty(cells.size)
    for r in range(rows.shape[0]):
        first, begin, end, signal, e0, e1 = rows[r, 0], rows[r, 1], rows[r, 2], rows[r, 3], rows[r, 4], rows[r, 5]
        factor = 1.0
        for c in range(begin, end):
            y[c] = nominal[h, c]
        for e in range(e0, e1):
            kind, p = effects[e, 0], effects[e, 1]
            if kind == SCALE:
                factor *= theta[p]
            elif kind < SHAPE_0:
                factor *= norm(kind, theta[p], high[h, e], low[h, e])[0]
            else:
                for c in range(begin, end):
                    o = effects[e, 2] + c - begin
                    y[c] += shape(kind, theta[p], up[h, o], down[h, o])[0]
        mu = theta[0] if signal else 1.0
        for c in range(begin, end):
            j, b = cells[c], first + c - begin
            one = y[c] * factor
            if j >= 0:
                x[j] += mu * one
                one *= gamma[j]
            if signal:
                J[0, b] += one
            y[c] = mu * one
            lam[b] += y[c]
        for e in range(e0, e1):
            kind, p = effects[e, 0], effects[e, 1]
            if kind >= SHAPE_0:
                for c in range(begin, end):
                    o, g = effects[e, 2] + c - begin, gamma[cells[c]] if cells[c] >= 0 else 1.0
                    J[p, first + c - begin] += mu * factor * g * shape(kind, theta[p], up[h, o], down[h, o])[1]
            else:
                slope = 1.0 / theta[p] if kind == SCALE else norm(kind, theta[p], high[h, e], low[h, e])[1]
                for c in range(begin, end):
                    J[p, first + c - begin] += y[c] * slope


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

    work: A (p, p), g (p,), index (p,), weight (b,), q (b,), gradient (p,); local: kappa (l,), gradient (l,).
    """
    A, g, index, weight, q, gradient = work
    kappa, slope = local
    for b in range(n.size):
        weight[b] = n[b] / (lam[b] * lam[b]) if n[b] > 0.0 else 0.0
        q[b] = 0.0
    room = np.zeros(n.size)
    for j in range(gamma.size):
        b = bins[j]
        _, d, k = constraint(lkinds[j], gamma[j], al[j], lwidths[h, j])
        residual = 1.0 - n[b] / lam[b] if n[b] > 0.0 else 1.0
        slope[j] = residual * x[j] + d
        kappa[j] = k if gamma[j] > LEAST or slope[j] < 0.0 else -1.0
        if kappa[j] > 0.0:
            room[b] += x[j] * x[j] / k
            q[b] += x[j] * slope[j] / k
    for b in range(n.size):
        weight[b] /= 1.0 + weight[b] * room[b]
    m = 0
    for p in range(theta.size):
        t = constraint(kinds[p], theta[p], a[p], widths[h, p])[1]
        for b in range(n.size):
            t += J[p, b] * (1.0 - n[b] / lam[b] if n[b] > 0.0 else 1.0)
        gradient[p] = t
        if fixed[p] == 0 and not (theta[p] <= bounds[p] and t > 0.0):
            index[m] = p
            m += 1
    for i in range(m):
        p = index[i]
        t = -gradient[p]
        for b in range(n.size):
            t += J[p, b] * weight[b] * q[b]
        g[i] = t
        for k in range(i + 1):
            s = 0.0
            for b in range(n.size):
                s += J[p, b] * J[index[k], b] * weight[b]
            A[i, k] = s
        A[i, i] += constraint(kinds[p], theta[p], a[p], widths[h, p])[2] if kinds[p] > 0 else 1e-10
    return m


def fit_one(
    n, a, al, theta, gamma, fixed, h, ints, nominal, high, low, up, down, kinds, widths, lkinds, lwidths, bins, bounds, store
):  # fmt: skip
    """Minimise in place; -ln L at the minimum, its derivative by the parameter of interest, and the number of steps."""
    lam, J, x, work, local, step, lstep, old, lold, held = store
    index, gradient = work[2], work[5]
    rates(theta, gamma, h, ints, nominal, high, low, up, down, lam, J, x)
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
                theta[p] = max(bounds[p], old[p] + size * step[i])
            for j in range(gamma.size):
                least = LEAST if al[j] <= 0.0 or lkinds[j] != POISSON else max(LEAST, 0.05 * lold[j])
                gamma[j] = max(least, lold[j] + size * lstep[j])
            rates(theta, gamma, h, ints, nominal, high, low, up, down, lam, J, x)
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
            rates(theta, gamma, h, ints, nominal, high, low, up, down, lam, J, x)
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
    high,
    low,
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
    work = (np.empty((p, p)), np.empty(p), np.empty(p, np.int64), np.empty(size), np.empty(size), np.empty(p))
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
            n[i], a[i], al[i], theta[i], gamma[i], fixed[i], h, (rows, effects, cells), nominal, high, low, up, down,
            kinds, widths, lkinds, lwidths, bins, bounds, store,
        )  # fmt: skip


def expect(which, theta, gamma, rows, effects, cells, nominal, high, low, up, down, out):
    """Fill out (k, b) with the expected counts."""
    J, x = np.empty((theta.shape[1], out.shape[1])), np.empty(gamma.shape[1])
    for i in range(which.size):
        rates(theta[i], gamma[i], which[i], (rows, effects, cells), nominal, high, low, up, down, out[i], J, x)
