"""The sampling kernel: uniforms to momenta in the e+e- rest frame, by the steps of a channel, 64 events at a time.

A step copies what it reads into one flat work space, computes there, and copies back: with a single base address LLVM sees
that nothing overlaps, and vectorises the loop. Momenta: 4 x 64 numbers by slot; squared masses: 64 by slot.
"""
# mypy: ignore-errors

import numpy as np

from darkrecoil.constants import M_E
from darkrecoil.generate.phase_space.invariants import axis_energy, length, pole_distance, softened, transfer
from darkrecoil.generate.phase_space.maps import (
    log_value,
    mass_range,
    pole_value,
    recoil_value,
    resonance_value,
    soft_value,
    two_poles_value,
)
from darkrecoil.kinematics.phase_space import TWO_PI
from darkrecoil.kinematics.vectors import from_rest, turned

SIGNATURE = (
    "void(int64[:,::1], float64[:,::1], int64[:,::1], float64[::1], float64, int64, int64[::1], float64[::1], float64[:,::1], "
    "float64[:,::1], float64[::1])"
)
SLOW = 1e-12  # of E: a system that moves less has no direction of its own


def sample(codes, numbers, spans, mass2, soft, slots, channel, s, x, momentum, valid):
    """Momenta (4 n_out, events), GeV, and 1 or 0 (events,) for those that cannot be, from s (events,) and x (3 n - 4, events).

    ``channel`` (events/64,) is the channel of each 64 events.
    """
    legs = mass2.shape[0] - 4
    squares, vectors, w = np.zeros((slots, 64)), np.zeros((slots, 256)), np.zeros(64 * 28)
    for slot in range(mass2.shape[0]):
        for j in range(64):
            squares[slot, j] = mass2[slot]
    for chunk in range(channel.shape[0]):
        begin = 64 * chunk
        there = valid[begin : begin + 64]
        initial(squares, vectors, legs, s[begin : begin + 64], there)
        for i in range(spans[channel[chunk], 0], spans[channel[chunk], 1]):
            step(codes[i], numbers[i], squares, vectors, soft, x, begin, w, there, legs)
        for leg in range(legs):
            for c in range(4):
                store(vectors[leg + 1], c, momentum[4 * leg + c, begin : begin + 64])


def initial(squares, vectors, legs, s, valid):
    """The beams along +z and -z, and the total at rest."""
    one, two, total, square = vectors[legs + 1], vectors[legs + 2], vectors[legs + 3], squares[legs + 3]
    for j in range(64):
        root = np.sqrt(s[j])
        p = np.sqrt((0.5 * root - M_E) * (0.5 * root + M_E))
        one[j], one[j + 192] = 0.5 * root, p
        two[j], two[j + 192] = 0.5 * root, -p
        total[j] = root
        square[j] = s[j]
        valid[j] = 1.0


def load(w, k, row):
    """Copy 64 numbers to place k of the work space."""
    part = w[64 * k : 64 * k + 64]
    for j in range(row.shape[0]):  # a length that is not known to the compiler: it would unroll 64 moves instead
        part[j] = row[j]


def load_vector(w, k, row):
    """Copy a momentum to places k to k + 3."""
    part = w[64 * k : 64 * k + 256]
    for j in range(row.shape[0]):
        part[j] = row[j]


def store(w, k, row):
    """Copy 64 numbers from place k."""
    part = w[64 * k : 64 * k + 64]
    for j in range(row.shape[0]):
        row[j] = part[j]


def store_vector(w, k, row):
    """Copy a momentum from places k to k + 3."""
    part = w[64 * k : 64 * k + 256]
    for j in range(row.shape[0]):
        row[j] = part[j]


def step(code, number, squares, vectors, soft, x, begin, w, valid, legs):
    """One step of a channel."""
    if code[0] == 0:
        for k in range(5):
            load(w, k, squares[code[3 + k]])
        load(w, 5, x[code[8], begin : begin + 64])
        bounds(w, number[0], number[1], code[1] >= 3, soft, squares[legs + 3], valid)
        mass(w, code[1], number[2], number[3], squares[code[2]])
    elif code[0] == 1:
        for k in range(5):
            load(w, k, squares[code[2 + k]])
        load(w, 5, squares[code[7]])
        load(w, 6, x[code[9], begin : begin + 64])
        load(w, 7, x[code[9] + 1, begin : begin + 64])
        load_vector(w, 8, vectors[code[2]])
        load_vector(w, 12, vectors[code[5]])
        closed(w, valid)
        if code[1] == 0:
            isotropic_angle(w)
        elif code[1] == 1:
            pole_angle(w, number[0], number[1], code[8] > 0)
        else:
            two_poles_angle(w, number[0], number[1])
        daughters(w, vectors[code[3]], vectors[code[4]])
    else:
        load_vector(w, 8, vectors[code[3]])
        load_vector(w, 12, vectors[code[4]])
        load(w, 0, squares[code[3]])
        load(w, 1, squares[code[4]])
        virtual(w, vectors[code[2]], squares[code[2]])


def bounds(w, low, high, recoils, soft, s, valid):
    """The range of a mass^2 into places 6 and 7; a range that is closed makes the event invalid."""
    load(w, 8, s)
    load(w, 9, valid)
    for j in range(64):
        cut = np.where(recoils, 1.0 - 2.0 * soft / np.sqrt(w[j + 512]), 1.0)
        a, b = mass_range(w[j], low, high, (w[j + 64], w[j + 128]), (w[j + 192], w[j + 256]), cut)
        w[j + 576] = np.where(b > a, w[j + 576], 0.0)
        w[j + 384] = a
        w[j + 448] = np.where(b > a, b, a * (1.0 + 1e-9) + 1e-9)
        w[j] = np.where(b > a, w[j], 2.0 * a + 1.0)
    store(w, 9, valid)


def mass(w, kind, m2, scale, out):
    """A cluster's mass^2 from the uniform at place 5, the range at 6 and 7, the parent's at 0."""
    if kind == 0:
        for j in range(64):
            w[j + 640] = log_value(w[j + 320], w[j + 384], w[j + 448], w[j + 384] - m2 + scale)
    elif kind == 1:
        for j in range(64):
            w[j + 640] = resonance_value(w[j + 320], w[j + 384], w[j + 448], m2, scale)
    elif kind == 2:
        for j in range(64):
            w[j + 640] = w[j + 384] + (w[j + 448] - w[j + 384]) * w[j + 320]
    elif kind == 3:
        for j in range(64):
            w[j + 640] = recoil_value(w[j + 320], w[j + 384], w[j + 448], w[j])
    else:
        for j in range(64):
            w[j + 640] = soft_value(w[j + 320], w[j + 384], w[j + 448], w[j])
    for j in range(64):
        w[j + 640] = np.minimum(np.maximum(w[j + 640], w[j + 384]), w[j + 448])
    store(w, 10, out)


def closed(w, valid):
    """An event is invalid if the parent is lighter than its daughters."""
    load(w, 16, valid)
    for j in range(64):
        y = w[j] - w[j + 64] - w[j + 128]
        fine = (y > 0.0) & (y * y >= 4.0 * w[j + 64] * w[j + 128])
        w[j + 1024] = np.where(fine, w[j + 1024], 0.0)
    store(w, 16, valid)


def isotropic_angle(w):
    """Places 16 to 21: 1 - cos, the axis, the momentum, the part of the axis' momentum that is not boosted, the energy."""
    for j in range(64):
        M2, A2, B2 = w[j], w[j + 64], w[j + 128]
        x, y, z = w[j + 576], w[j + 640], w[j + 704]
        p = np.sqrt(x * x + y * y + z * z)
        moves = p > SLOW * w[j + 512]
        over = 1.0 / np.where(moves, p, 1.0)
        w[j + 1024] = 2.0 * w[j + 384]
        w[j + 1088] = np.where(moves, x * over, 0.0)
        w[j + 1152] = np.where(moves, y * over, 0.0)
        w[j + 1216] = np.where(moves, z * over, 1.0)
        lam = M2 - A2 - B2
        w[j + 1280] = 0.5 * np.sqrt(np.maximum(lam * lam - 4.0 * A2 * B2, 0.0) / M2)
        w[j + 1344] = 0.0
        w[j + 1408] = 0.5 * (M2 + A2 - B2) / np.sqrt(M2)


def pole_angle(w, m2, soften, outgoing):
    """The same for a pole along the momentum at places 12 to 15."""
    for j in range(64):
        M2, A2, B2, a2, b2 = w[j], w[j + 64], w[j + 128], w[j + 192], w[j + 256]
        pA, pa, nearest = pole_distance(M2, A2, B2, a2, b2, m2 + w[j + 320], outgoing)
        ratio = 4.0 * pA * pa / softened(nearest, pA * pa, soften)
        w[j + 1024] = pole_value(w[j + 384], ratio)
        Ea, EA, root = axis_energy(M2, a2, b2, outgoing), 0.5 * (M2 + A2 - B2) / np.sqrt(M2), np.sqrt(M2)
        rest = (w[j + 512], -w[j + 576], -w[j + 640], -w[j + 704])
        _, x, y, z = from_rest(rest, root, (w[j + 768], w[j + 832], w[j + 896], w[j + 960]))
        over = 1.0 / length(x, y, z)
        w[j + 1088], w[j + 1152], w[j + 1216] = x * over, y * over, z * over
        near = (4.0 * pa > pA) & (Ea > 0.0)
        w[j + 1280] = pA
        w[j + 1344] = np.where(near, pA / pa, 0.0)
        w[j + 1408] = np.where(near, (A2 * pa * pa - a2 * pA * pA) / (pa * (EA * pa + pA * Ea + 1e-200)), EA)


def two_poles_angle(w, m2, soften):
    """The same for poles along both beams, in the total's frame."""
    for j in range(64):
        M2, A2, B2, a2, b2 = w[j], w[j + 64], w[j + 128], w[j + 192], w[j + 256]
        pA, pa, nearest = pole_distance(M2, A2, B2, a2, b2, m2, False)
        ratio = 4.0 * pA * pa / softened(nearest, pA * pa, soften)
        x = w[j + 384]
        w[j + 1024] = two_poles_value(np.abs(2.0 * x - 1.0), ratio)
        side = np.where(x < 0.5, -1.0, 1.0)
        w[j + 1088], w[j + 1152], w[j + 1216] = 0.0, 0.0, side
        w[j + 960] = side * w[j + 960]
        Ea, EA = axis_energy(M2, a2, b2, False), 0.5 * (M2 + A2 - B2) / np.sqrt(M2)
        w[j + 1280] = pA
        w[j + 1344] = pA / pa
        w[j + 1408] = (A2 * pa * pa - a2 * pA * pA) / (pa * (EA * pa + pA * Ea))


def daughters(w, first, rest):
    """The two momenta. A = f a + boost(A - f a in the parent's frame): along a nothing but the small difference is boosted.

    Energies are those of the mass shell.
    """
    for j in range(64):
        d, p, f = w[j + 1024], w[j + 1280], w[j + 1344]
        sine = np.sqrt(d * (2.0 - d))
        along = np.where(f > 0.0, -d, 1.0 - d)
        x, y, z = turned((w[j + 1088], w[j + 1152], w[j + 1216]), along, sine, TWO_PI * w[j + 448])
        parent = (w[j + 512], w[j + 576], w[j + 640], w[j + 704])
        _, u, v, t = from_rest(parent, np.sqrt(w[j]), (w[j + 1408], p * x, p * y, p * z))
        u, v, t = u + f * w[j + 832], v + f * w[j + 896], t + f * w[j + 960]
        q, r, h = parent[1] - u, parent[2] - v, parent[3] - t
        w[j + 1088], w[j + 1152], w[j + 1216] = u, v, t
        w[j + 1024] = np.sqrt(w[j + 64] + u * u + v * v + t * t)
        w[j + 1344], w[j + 1408], w[j + 1472] = q, r, h
        w[j + 1280] = np.sqrt(w[j + 128] + q * q + r * r + h * h)
    store_vector(w, 16, first)
    store_vector(w, 20, rest)


def virtual(w, out, square):
    """A momentum minus a cluster's, and its square."""
    for j in range(64):
        a = (w[j + 512], w[j + 576], w[j + 640], w[j + 704])
        c = (w[j + 768], w[j + 832], w[j + 896], w[j + 960])
        w[j + 1024] = transfer(a, w[j], c, w[j + 64])
        w[j + 1088], w[j + 1152], w[j + 1216], w[j + 1280] = a[0] - c[0], a[1] - c[1], a[2] - c[2], a[3] - c[3]
    store(w, 16, square)
    store_vector(w, 17, out)


OUTLINED = (
    initial, load, load_vector, store, store_vector, step, bounds, mass, closed, isotropic_angle, pole_angle, two_poles_angle,
    daughters, virtual,
)  # fmt: skip
