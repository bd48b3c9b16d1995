"""Newton's method for thousands of extended likelihood fits of one design, compiled; each fit ends with a status.

A row i is an event, a bin, or a node at which a density is watched. With weight w_i (1, the count, 0) the loss is

    L(theta) = sum_p theta_p T_p + sum_i tau_i b_i - sum_i w_i ln d_i,    d_i = sum_p theta_p F_pi + b_i,
    b_i = scale_i exp(sum_k theta_k G_ki)    (only where the background is an exponential)

R. Barlow, NIM A 297 (1990) 496, for the extended likelihood. Without exponentials L is convex. A density that turns negative at a node is
kept positive by a barrier, L - eps sum_nodes ln d_i with eps from 0.1 to 1e-7 (S. Boyd, L. Vandenberghe, Convex Optimization, 2004,
sect. 11.3): the fit then ends on the edge of what a density can be, and says so.
"""
# mypy: ignore-errors

import numpy as np

CONVERGED, EDGE, FEW, FAILED = 0, 1, 2, 3
ROUNDS, CLOSE, FLOOR = 60, 1e-7, 1e-100  # iterations; the decrement g H^-1 g at which the last step is taken; least density in a quotient
SIGNATURE = (
    "void(float64[:,::1], float64[:,::1], float64[::1], float64[::1], float64[::1], float64[:,::1], float64[::1], float64[:,::1], "
    "int64[::1], float64[:,::1], float64[:,::1], float64[:,:,::1], float64[:,::1], int64[:,::1])"
)


def fits(linear, exponent, scale, tau, node, weights, totals, starts, modes, null, free, covariance, loss, status):
    """Both fits of each data set, without (theta_0 = 0) and with the signal: parameters, covariance, losses (., 2), status (., 2).

    linear (p, R), exponent (k, R), R a multiple of 256; weights (sets, R); starts (sets, p + k), whose first entry is not read.
    modes (sets,): 0 both fits, 1 the null alone. What is not reached stays as the caller left it.
    """
    size, rows = linear.shape[0] + exponent.shape[0], linear.shape[1]
    gradient, hessian, step, trial = np.zeros(size), np.zeros((size, size)), np.zeros(size), np.zeros(size)
    work, barred, triangle = np.zeros((size + 3, 256)), np.zeros(rows), np.zeros((size, size))
    for s in range(weights.shape[0]):
        weight, theta = weights[s], null[s]
        for p in range(size):
            theta[p] = starts[s, p] if p > 0 else 0.0
        if enough(weight, size):
            status[s, 0] = guarded(
                1, linear, exponent, scale, tau, node, weight, totals, theta, starts[s], barred,
                gradient, hessian, step, trial, work, triangle,
            )  # fmt: skip
            loss[s, 0] = valued(linear, exponent, scale, tau, weight, totals, theta, work)
            if modes[s] == 0 and status[s, 0] < 2:
                for p in range(size):
                    free[s, p] = theta[p]
                status[s, 1] = guarded(
                    0, linear, exponent, scale, tau, node, weight, totals, free[s], theta, barred,
                    gradient, hessian, step, trial, work, triangle,
                )  # fmt: skip
                loss[s, 1] = valued(linear, exponent, scale, tau, weight, totals, free[s], work)
                if not inverted(hessian, triangle, covariance[s], step):
                    status[s, 1] = 3 if status[s, 1] == 0 else status[s, 1]
        else:
            status[s, 0], status[s, 1] = 2, 2


def enough(weight, size):
    """Whether there are more entries than parameters."""
    total = 0.0
    for i in range(weight.shape[0]):
        total += weight[i]
    return total > size


def guarded(
    first, linear, exponent, scale, tau, node, weight, totals, theta, start, barred,
    gradient, hessian, step, trial, work, triangle,
):  # fmt: skip
    """A fit, and where its density is negative somewhere another behind a barrier; leaves the Hessian of the data alone."""
    found = minimised(first, linear, exponent, scale, tau, weight, totals, theta, gradient, hessian, step, trial, work, triangle)
    if found == 0 and least(linear, exponent, scale, theta, node, weight) >= 0.0:
        return 0
    for p in range(first, theta.shape[0]):
        theta[p] = start[p]
    eps, found = 0.1, 3
    for _ in range(7):
        for i in range(weight.shape[0]):
            barred[i] = weight[i] + (eps if node[i] > 0.0 else 0.0)
        found = minimised(first, linear, exponent, scale, tau, barred, totals, theta, gradient, hessian, step, trial, work, triangle)
        eps *= 0.1
    evaluated(linear, exponent, scale, tau, weight, totals, theta, gradient, hessian, work)
    return 1 if found == 0 else 3


def minimised(
    first, linear, exponent, scale, tau, weight, totals, theta, gradient, hessian, step, trial, work, triangle
):  # fmt: skip
    """Damped Newton steps in the parameters from ``first`` on, until the decrement is small.

    A step is taken where all entries keep a positive density and the slope along it has not turned to more than half its opposite:
    for a convex loss that is a descent, and needs no logarithm.
    """
    evaluated(linear, exponent, scale, tau, weight, totals, theta, gradient, hessian, work)
    for _ in range(ROUNDS):
        decrement = newton(first, gradient, hessian, triangle, step)
        if not decrement >= 0.0:
            return 3
        length, moved = 1.0, decrement < CLOSE
        if moved:
            for p in range(first, theta.shape[0]):
                theta[p] += step[p]
            return 0
        for _ in range(50):
            for p in range(theta.shape[0]):
                trial[p] = theta[p] + length * step[p] if p >= first else theta[p]
            low = evaluated(linear, exponent, scale, tau, weight, totals, trial, gradient, hessian, work)
            slope = 0.0
            for p in range(first, theta.shape[0]):
                slope += gradient[p] * step[p]
            if low > 0.0 and slope <= 0.5 * decrement:
                moved = True
                break
            length *= 0.5
        if not moved:
            return 3
        for p in range(theta.shape[0]):
            theta[p] = trial[p]
    return 3


def evaluated(linear, exponent, scale, tau, weight, totals, theta, gradient, hessian, work):
    """The gradient and Hessian of the loss, block by block; returns the least density of an entry."""
    p_linear, size, low = linear.shape[0], linear.shape[0] + exponent.shape[0], 1e300
    for a in range(size):
        gradient[a] = totals[a] if a < p_linear else 0.0
        for b in range(size):
            hessian[a, b] = 0.0
    for begin in range(0, linear.shape[1], 256):
        w, t = weight[begin : begin + 256], tau[begin : begin + 256]
        rate, background, weighted = work[0], work[1], work[2]
        densities(linear, exponent, scale, theta, begin, rate, background)
        for j in range(256):
            weighted[j] = rate[j] if w[j] > 0.0 else 1e300
            rate[j] = 1.0 / max(rate[j], FLOOR)
        for j in range(256):
            low = min(low, weighted[j])
        for a in range(size):
            share, sum_ = work[3 + a], 0.0
            if a < p_linear:
                row = linear[a, begin : begin + 256]
                for j in range(256):
                    share[j] = row[j] * rate[j]
                    weighted[j] = w[j] * share[j]
                    sum_ -= weighted[j]
            else:
                row = exponent[a - p_linear, begin : begin + 256]
                for j in range(256):
                    slope = row[j] * background[j]
                    share[j] = slope * rate[j]
                    weighted[j] = w[j] * share[j]
                    sum_ += t[j] * slope - weighted[j]
            gradient[a] += sum_
            for b in range(a + 1):
                other, sum_ = work[3 + b], 0.0
                for j in range(256):
                    sum_ += weighted[j] * other[j]
                hessian[a, b] += sum_
        for a in range(exponent.shape[0]):
            row = exponent[a, begin : begin + 256]
            for j in range(256):
                weighted[j] = (t[j] - w[j] * rate[j]) * background[j] * row[j]
            for b in range(a + 1):
                other, sum_ = exponent[b, begin : begin + 256], 0.0
                for j in range(256):
                    sum_ += weighted[j] * other[j]
                hessian[p_linear + a, p_linear + b] += sum_
    for a in range(size):
        for b in range(a):
            hessian[b, a] = hessian[a, b]
    return low


def densities(linear, exponent, scale, theta, begin, rate, background):
    """The densities of a block of 256 rows, and the exponential's part of them."""
    for j in range(256):
        rate[j] = 0.0
    for a in range(linear.shape[0]):
        row, by = linear[a, begin : begin + 256], theta[a]
        for j in range(256):
            rate[j] += by * row[j]
    if exponent.shape[0] > 0:
        for j in range(256):
            background[j] = 0.0
        for a in range(exponent.shape[0]):
            row, by = exponent[a, begin : begin + 256], theta[linear.shape[0] + a]
            for j in range(256):
                background[j] += by * row[j]
        row = scale[begin : begin + 256]
        for j in range(256):
            background[j] = row[j] * np.exp(background[j])
            rate[j] += background[j]


def valued(linear, exponent, scale, tau, weight, totals, theta, work):
    """The loss."""
    total = 0.0
    for a in range(linear.shape[0]):
        total += theta[a] * totals[a]
    for begin in range(0, linear.shape[1], 256):
        w, t = weight[begin : begin + 256], tau[begin : begin + 256]
        rate, background = work[0], work[1]
        densities(linear, exponent, scale, theta, begin, rate, background)
        if exponent.shape[0] > 0:
            for j in range(256):
                total += t[j] * background[j]
        for j in range(256):
            total -= w[j] * np.log(max(rate[j], FLOOR))
    return total


def least(linear, exponent, scale, theta, node, weight):
    """The least density where one is watched, in units of the mean one there."""
    low, total, number = 1e300, 0.0, 1e-300
    for i in range(linear.shape[1]):
        if node[i] > 0.0 or weight[i] > 0.0:
            density, power = 0.0, 0.0
            for a in range(linear.shape[0]):
                density += theta[a] * linear[a, i]
            for a in range(exponent.shape[0]):
                power += theta[linear.shape[0] + a] * exponent[a, i]
            if exponent.shape[0] > 0:
                density += scale[i] * np.exp(power)
            low = density if density < low else low
            total += density
            number += 1.0
    return low / (total / number) + 1e-12


def newton(first, gradient, hessian, triangle, step):
    """The Newton step of the parameters from ``first`` on, and its decrement; the Hessian is made positive where it is not."""
    size, lift = gradient.shape[0], 0.0
    for _ in range(12):
        if factored(first, hessian, triangle, lift):
            for a in range(first, size):
                step[a] = -gradient[a]
            solved(first, triangle, step)
            decrement = 0.0
            for a in range(first, size):
                decrement -= gradient[a] * step[a]
            return decrement
        lift = 1e-6 if lift == 0.0 else 10.0 * lift
    return -1.0


def factored(first, hessian, triangle, lift):
    """Cholesky's triangle of the Hessian with its diagonal lifted by a share; False if it is not positive."""
    size = hessian.shape[0]
    for a in range(first, size):
        for b in range(first, a + 1):
            entry = hessian[a, b] * (1.0 + lift if a == b else 1.0)
            for c in range(first, b):
                entry -= triangle[a, c] * triangle[b, c]
            if a == b:
                if not entry > 1e-13 * np.abs(hessian[a, a]) + 1e-280:
                    return False
                triangle[a, a] = np.sqrt(entry)
            else:
                triangle[a, b] = entry / triangle[b, b]
    return True


def solved(first, triangle, x):
    """Overwrites x by the solution of (triangle triangle^T) y = x."""
    size = x.shape[0]
    for a in range(first, size):
        for c in range(first, a):
            x[a] -= triangle[a, c] * x[c]
        x[a] /= triangle[a, a]
    for k in range(size - first):
        a = size - 1 - k
        for c in range(a + 1, size):
            x[a] -= triangle[c, a] * x[c]
        x[a] /= triangle[a, a]


def inverted(hessian, triangle, covariance, column):
    """The inverse of the Hessian into ``covariance``; NaN and False where it has none."""
    size = hessian.shape[0]
    good = factored(0, hessian, triangle, 0.0)
    for a in range(size):
        for b in range(size):
            column[b] = 1.0 if a == b else 0.0
        if good:
            solved(0, triangle, column)
            for b in range(size):
                covariance[b, a] = column[b]
    return good
