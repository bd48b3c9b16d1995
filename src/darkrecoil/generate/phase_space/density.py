"""The density kernel: momenta to the density of every channel, from invariants alone, 64 events at a time.

In units such that the integral of f over phase space, dPhi_n = prod d^3p/((2 pi)^3 2 E) (2 pi)^4 delta^4, is the mean of f/g
over a channel's own events: a split is worth 8 pi M/p times its density in cos, a mass 2 pi times its density in s.
"""
# mypy: ignore-errors

import numpy as np

from darkrecoil.constants import M_E
from darkrecoil.generate.phase_space.invariants import length, momentum, pole_distance, product, softened, transfer
from darkrecoil.generate.phase_space.maps import (
    log_density,
    log_one_plus,
    mass_range,
    recoil_density,
    resonance_density,
    soft_density,
)
from darkrecoil.generate.phase_space.sampler import load, load_vector, store
from darkrecoil.kinematics.phase_space import TWO_PI

SIGNATURE = (
    "void(float64[::1], float64, int64[::1], int64[:,::1], int64[:,::1], float64[:,::1], int64[:,::1], float64[::1], "
    "float64[::1], float64[:,::1], float64[::1], float64[:,::1])"
)
FOUR_PI = 2.0 * TWO_PI
EDGE = 1e-10  # of the parent: how far beyond its edge rounding may put an event


def density(mass2, soft, clusters, transfers, factors, numbers, members, alpha, s, momentum_, out, each):
    """sum alpha_c g_c (events,), GeV^(4 - 2 n), and, if ``each`` (channels, events) has rows, every g_c, of momenta (4 n, events)."""
    legs = mass2.shape[0] - 4
    rows = np.zeros((mass2.shape[0] + clusters.shape[0] + transfers.shape[0], 64))
    vectors, units, sums = np.zeros((legs, 256)), np.zeros((legs, 256)), np.zeros(256)
    pairs, values, w, one = np.zeros((legs * legs, 64)), np.zeros((factors.shape[0], 64)), np.zeros(64 * 28), np.zeros(64)
    for slot in range(mass2.shape[0]):
        for j in range(64):
            rows[slot, j] = mass2[slot]
    for begin in range(0, s.shape[0], 64):
        load(rows[legs + 3], 0, s[begin : begin + 64])
        for leg in range(legs):
            for c in range(4):
                load(vectors[leg], c, momentum_[4 * leg + c, begin : begin + 64])
            unit(vectors[leg], units[leg])
        products(vectors, units, mass2, pairs, legs)
        squares(rows, clusters, mass2, pairs, legs)
        exchanges(rows, transfers, clusters, vectors, sums, w, legs)
        for i in range(factors.shape[0]):
            factor(factors[i], numbers[i], rows, soft, w, values[i], legs)
        part = out[begin : begin + 64]
        for j in range(64):
            part[j] = 0.0
        for c in range(members.shape[0]):
            multiplied(members[c], values, one)
            for j in range(64):
                part[j] += alpha[c] * one[j]
            if each.shape[0] > 0:
                load(each[c, begin : begin + 64], 0, one)


def unit(vector, out):
    """A unit vector and the momentum."""
    for j in range(64):
        x, y, z = vector[j + 64], vector[j + 128], vector[j + 192]
        p = length(x, y, z)
        over = 1.0 / p
        out[j], out[j + 64], out[j + 128], out[j + 192] = x * over, y * over, z * over, p


def products(vectors, units, mass2, pairs, legs):
    """p_i.p_j of all pairs of legs."""
    for i in range(legs):
        for k in range(i):
            pair_product(vectors[i], units[i], mass2[i + 1], vectors[k], units[k], mass2[k + 1], pairs[i * legs + k])


def pair_product(p, n, m1, q, h, m2, out):
    """p.q without cancellation."""
    for j in range(64):
        x, y, z = n[j] - h[j], n[j + 64] - h[j + 64], n[j + 128] - h[j + 128]
        out[j] = product(p[j], n[j + 192], m1, q[j], h[j + 192], m2, 0.5 * (x * x + y * y + z * z))


def squares(rows, clusters, mass2, pairs, legs):
    """Squared masses of clusters: sums of positive terms."""
    for c in range(clusters.shape[0]):
        row = rows[legs + 4 + c]
        for j in range(64):
            row[j] = 0.0
        for i in range(legs):
            if clusters[c] >> (i + 2) & 1:
                for j in range(64):
                    row[j] += mass2[i + 1]
                for k in range(i):
                    if clusters[c] >> (k + 2) & 1:
                        pair = pairs[i * legs + k]
                        for j in range(64):
                            row[j] += 2.0 * pair[j]


def exchanges(rows, transfers, clusters, vectors, sums, w, legs):
    """Squares of a beam minus a cluster."""
    for t in range(transfers.shape[0]):
        for j in range(256):
            sums[j] = 0.0
        square = 0
        for i in range(legs):
            if transfers[t, 1] >> (i + 2) & 1:
                square = i + 1
                part = vectors[i]
                for j in range(256):
                    sums[j] += part[j]
        for c in range(clusters.shape[0]):
            if clusters[c] == transfers[t, 1]:
                square = legs + 4 + c
        load(w, 0, rows[legs + 3])
        load(w, 1, rows[square])
        load_vector(w, 2, sums)
        exchange(w, 1.0 - 2.0 * transfers[t, 0], rows[legs + 4 + clusters.shape[0] + t])


def exchange(w, side, out):
    """(beam - cluster)^2."""
    for j in range(64):
        half = 0.5 * np.sqrt(w[j])
        p = np.sqrt((half - M_E) * (half + M_E))
        c = (w[j + 128], w[j + 192], w[j + 256], w[j + 320])
        w[j + 640] = transfer((half, 0.0, 0.0, side * p), M_E * M_E, c, w[j + 64])
    store(w, 10, out)


def factor(code, number, rows, soft, w, out, legs):
    """One step's density."""
    if code[0] == 0:
        for k in range(6):
            load(w, k, rows[code[2 + k]])
        load(w, 6, rows[legs + 3])
        mass_density(w, code[1], number, code[1] >= 3, soft, out)
    else:
        for k in range(6):
            load(w, k, rows[code[2 + k]])
        load(w, 6, rows[code[9]])
        load(w, 7, rows[code[10]])
        if code[1] == 0:
            isotropic_density(w, out)
        elif code[1] == 1:
            pole_density(w, number[0], number[1], code[8] > 0, out)
        else:
            two_poles_density(w, number[0], number[1], out)


def mass_density(w, kind, number, recoils, soft, out):
    """2 pi times the density of a mass^2; 0 beyond the edge that a photon's least energy sets."""
    low, high, m2, scale = number[0], number[1], number[2], number[3]
    for j in range(64):
        cut = np.where(recoils, 1.0 - 2.0 * soft / np.sqrt(w[j + 384]), 1.0)
        a, b = mass_range(w[j + 64], low, high, (w[j + 128], w[j + 192]), (w[j + 256], w[j + 320]), cut)
        inside = (b > a) & (w[j] <= b + EDGE * w[j + 64])
        w[j + 448] = np.where(inside, TWO_PI, 0.0)
        w[j + 512] = a
        w[j + 576] = np.where(b > a, b, a * (1.0 + 1e-9) + 1e-9)
        w[j + 64] = np.where(b > a, w[j + 64], 2.0 * a + 1.0)
        w[j] = np.minimum(np.maximum(w[j], a), w[j + 576])
    if kind == 0:
        for j in range(64):
            w[j + 640] = w[j + 448] * log_density(w[j], w[j + 512], w[j + 576], w[j + 512] - m2 + scale)
    elif kind == 1:
        for j in range(64):
            w[j + 640] = w[j + 448] * resonance_density(w[j], w[j + 512], w[j + 576], m2, scale)
    elif kind == 2:
        for j in range(64):
            w[j + 640] = w[j + 448] / (w[j + 576] - w[j + 512])
    elif kind == 3:
        for j in range(64):
            w[j + 640] = w[j + 448] * recoil_density(w[j], w[j + 512], w[j + 576], w[j + 64])
    else:
        for j in range(64):
            w[j + 640] = w[j + 448] * soft_density(w[j], w[j + 512], w[j + 576], w[j + 64])
    store(w, 10, out)


def isotropic_density(w, out):
    """4 pi M/p."""
    for j in range(64):
        w[j + 640] = FOUR_PI * np.sqrt(w[j]) / momentum(w[j], w[j + 64], w[j + 128])
    store(w, 10, out)


def pole_density(w, m2, soften, outgoing, out):
    """4 pi M/p times (r/ln(1 + r)) D0/D, r = 4 p_a p_A/D0."""
    for j in range(64):
        mass2 = m2 + w[j + 320]
        pA, pa, nearest = pole_distance(w[j], w[j + 64], w[j + 128], w[j + 192], w[j + 256], mass2, outgoing)
        least = softened(nearest, pA * pa, soften)
        distance = np.maximum(np.where(outgoing, w[j + 384] - mass2, mass2 - w[j + 384]) + (least - nearest), least)
        r = 4.0 * pA * pa / least
        w[j + 640] = FOUR_PI * np.sqrt(w[j]) / pA * r / log_one_plus(r) * least / distance
    store(w, 10, out)


def two_poles_density(w, m2, soften, out):
    """4 pi M/p times (r/ln(1 + r)) (D0/2)(1/D + 1/D') of both beams."""
    for j in range(64):
        pA, pa, nearest = pole_distance(w[j], w[j + 64], w[j + 128], w[j + 192], w[j + 256], m2, False)
        least = softened(nearest, pA * pa, soften)
        one = np.maximum(m2 - w[j + 384] + (least - nearest), least)
        two = np.maximum(m2 - w[j + 448] + (least - nearest), least)
        r = 4.0 * pA * pa / least
        w[j + 640] = FOUR_PI * np.sqrt(w[j]) / pA * r / log_one_plus(r) * 0.5 * (least / one + least / two)
    store(w, 10, out)


def multiplied(members, values, out):
    """The product of a channel's factors."""
    for j in range(out.shape[0]):
        out[j] = 1.0
    for k in range(members.shape[0]):
        if members[k] >= 0:
            row = values[members[k]]
            for j in range(out.shape[0]):
                out[j] *= row[j]


OUTLINED = (
    load, load_vector, store, unit, products, pair_product, squares, exchanges, exchange, factor, mass_density, isotropic_density,
    pole_density, two_poles_density, multiplied,
)  # fmt: skip
