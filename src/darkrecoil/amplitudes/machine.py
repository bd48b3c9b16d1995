"""The amplitude machine: one compiled kernel that runs the program of any process over blocks of 64 events.

A program is data: momenta to add up, products of momenta, denominators, then operations on currents. Nothing is
compiled per process; what a vectorised block costs per event is a nanosecond or two per operation.
"""
# mypy: ignore-errors

from collections.abc import Callable

import numpy as np

from darkrecoil import _jit
from darkrecoil.amplitudes import operations
from darkrecoil.amplitudes.operations import (
    added,
    adjoint,
    bra_propagated,
    bra_vector,
    bra_vector_on,
    close_scalar,
    close_spinor,
    close_vector,
    current_scalar,
    current_vector,
    dual_scalar,
    dual_vector,
    even_scalar,
    even_vector,
    fermion_scalar,
    gauge_vector,
    keep_scalar,
    keep_spinor,
    keep_vector,
    ket_propagated,
    ket_vector,
    ket_vector_on,
    light_cone,
    mass_scalar,
    mass_vector,
    product,
    scaled,
    vector_propagated,
    wave_gradient,
    wave_scalar,
    waves_antifermion,
    waves_fermion,
    waves_vector,
)
from darkrecoil.amplitudes.polarisation import polarised

OPERATIONS = (
    "fermion wave", "antifermion wave", "adjoint", "vector wave", "scalar wave", "gradient wave", "added", "ket vector",
    "bra vector", "ket vector on", "bra vector on", "fermion scalar", "ket propagated", "bra propagated", "current vector",
    "current scalar", "vector propagated", "light cone", "scaled", "mass scalar", "mass vector", "dual scalar", "dual vector",
    "even scalar", "even vector", "gauge vector", "close spinor", "close vector", "close scalar", "keep spinor", "keep vector",
    "keep scalar",
)  # fmt: skip
(
    FERMION_WAVE, ANTIFERMION_WAVE, ADJOINT, VECTOR_WAVE, SCALAR_WAVE, GRADIENT_WAVE, ADDED, KET_VECTOR, BRA_VECTOR,
    KET_VECTOR_ON, BRA_VECTOR_ON, FERMION_SCALAR, KET_PROPAGATED, BRA_PROPAGATED, CURRENT_VECTOR, CURRENT_SCALAR,
    VECTOR_PROPAGATED, LIGHT_CONE, SCALED, MASS_SCALAR, MASS_VECTOR, DUAL_SCALAR, DUAL_VECTOR, EVEN_SCALAR, EVEN_VECTOR,
    GAUGE_VECTOR, CLOSE_SPINOR, CLOSE_VECTOR, CLOSE_SCALAR, KEEP_SPINOR, KEEP_VECTOR, KEEP_SCALAR,
) = range(32)  # fmt: skip
CODES = {name: code for code, name in enumerate(OPERATIONS)}
SIGNATURE = (
    "void(int64[:,::1], float64[:,::1], int64[:,::1], int64[:,::1], float64[:,::1], int64[:,::1], float64[:,::1], int64, "
    "float64[:,::1], float64[::1])"
)


def run(tape, numbers, sums, pairs, pair_masses, denominators, denominator_numbers, slots, momentum, total):
    """|M|^2 summed over states (n,) for momenta (4 legs, n) in GeV, n a multiple of 64; see ``program`` for the arrays.

    A tape that keeps amplitudes is given a longer ``total``: for each block of 64 events, real and imaginary part of each amplitude.
    """
    rows = total.shape[0] // momentum.shape[1]
    legs = momentum.shape[0] // 4
    work = np.zeros(slots * 512)
    flow = np.zeros((legs + sums.shape[0], 256))
    products = np.zeros((pairs.shape[0] + 1, 64))
    inverse = np.zeros((denominators.shape[0] + 1, 3, 64))
    for begin in range(0, momentum.shape[1], 64):
        for leg in range(legs):
            for c in range(4):
                for j in range(64):
                    flow[leg, 64 * c + j] = momentum[4 * leg + c, begin + j]
        summed(flow, sums, legs)
        for i in range(pairs.shape[0]):
            product(flow[pairs[i, 0]], flow[pairs[i, 1]], products[i], pair_masses[i, 0], pair_masses[i, 1], pairs[i, 2] > 0)
        inverted(inverse, products, denominators, denominator_numbers)
        chunk = total[begin * rows : (begin + 64) * rows]
        for j in range(64 * rows):
            chunk[j] = 0.0
        perform(tape, numbers, work, flow, inverse, chunk)


def summed(flow, sums, legs):
    """Momenta that flow into sets of legs: each row of ``sums`` has +1, -1 or 0 by leg."""
    for i in range(sums.shape[0]):
        row = flow[legs + i]
        for j in range(256):
            row[j] = 0.0
        for leg in range(legs):
            sign = np.float64(sums[i, leg])
            if sign != 0.0:
                part = flow[leg]
                for j in range(256):
                    row[j] += sign * part[j]


def inverted(inverse, products, denominators, numbers):
    """1/(Q^2 - M^2) real, and 1/(Q^2 - M^2 + i M Gamma): rows of ``denominators`` list products, 0 where none, and signs.

    numbers (d, 3): the constant that is added, M Gamma, and 1 for a photon with vacuum polarisation. Row 0 of ``inverse`` is one.
    """
    for j in range(64):
        inverse[0, 0, j] = 1.0
        inverse[0, 1, j] = 1.0
    for i in range(denominators.shape[0]):
        row = inverse[i + 1]
        for j in range(64):
            row[0, j] = numbers[i, 0]
        for k in range(denominators.shape[1]):
            entry = denominators[i, k]
            if entry != 0:
                sign = 2.0 if entry > 0 else -2.0
                part = products[abs(entry) - 1]
                for j in range(64):
                    row[0, j] += sign * part[j]
        width = numbers[i, 1]
        if numbers[i, 2] > 0.0:
            running(row)
            continue
        for j in range(64):
            x = row[0, j]
            norm = 1.0 / (x * x + width * width)
            row[0, j] = 1.0 / x if width == 0.0 else x * norm
            row[1, j] = row[0, j]
            row[2, j] = -width * norm


def running(row):
    """1/Q^2 of a photon with vacuum polarisation, from Q^2."""
    for j in range(64):
        x = row[0, j]
        row[0, j] = polarised(x) / x
        row[1, j] = row[0, j]
        row[2, j] = 0.0


def perform(tape, numbers, work, flow, inverse, total):
    """Every operation of the tape, once. Columns: code, out, first, second, momentum, momentum, denominator."""
    for i in range(tape.shape[0]):
        code, out, first, second = tape[i, 0], tape[i, 1], tape[i, 2], tape[i, 3]
        p, q, d = flow[tape[i, 4]], flow[tape[i, 5]], inverse[tape[i, 6]]
        x, y, z, m = numbers[i, 0], numbers[i, 1], numbers[i, 2], numbers[i, 3]
        if code == KET_VECTOR_ON:
            ket_vector_on(at(work, out), at(work, first), at(work, second), p, d[0], m, x, y)
        elif code == BRA_VECTOR_ON:
            bra_vector_on(at(work, out), at(work, first), at(work, second), p, d[0], m, x, y)
        elif code == CURRENT_VECTOR:
            current_vector(at(work, out), at(work, first), at(work, second), d[0], x, y)
        elif code == KET_VECTOR:
            ket_vector(at(work, out), at(work, first), at(work, second), x, y)
        elif code == BRA_VECTOR:
            bra_vector(at(work, out), at(work, first), at(work, second), x, y)
        elif code == ADDED:
            added(at(work, out), at(work, first))
        elif code == CLOSE_SPINOR:
            close_spinor(total, at(work, first), at(work, second), x)
        elif code == CLOSE_VECTOR:
            close_vector(total, at(work, first), at(work, second), x)
        elif code == CLOSE_SCALAR:
            close_scalar(total, at(work, first), at(work, second), x)
        elif code == LIGHT_CONE:
            light_cone(at(work, out), at(work, first), p, d[0], x)
        elif code >= KEEP_SPINOR:
            keep(code, out, first, second, work, total)
        elif code <= GRADIENT_WAVE:
            prepare(code, out, first, p, m, work)
        else:
            perform_rare(code, out, first, second, p, q, d, x, y, z, m, work)


def at(work, slot):
    """The numbers of a slot."""
    return work[slot * 512 : slot * 512 + 512]


def prepare(code, out, first, p, m, work):
    """The waves of external particles."""
    if code == FERMION_WAVE:
        waves_fermion(at(work, out), at(work, out + 1), p, m)
    elif code == ANTIFERMION_WAVE:
        waves_antifermion(at(work, out), at(work, out + 1), p, m)
    elif code == ADJOINT:
        adjoint(at(work, out), at(work, first))
    elif code == VECTOR_WAVE:
        waves_vector(at(work, out), at(work, out + 1), at(work, out + 2), p, m)
    elif code == SCALAR_WAVE:
        wave_scalar(at(work, out))
    elif code == GRADIENT_WAVE:
        wave_gradient(at(work, out), at(work, out + 1), p)


def keep(code, out, first, second, work, total):
    """The amplitude of one choice of states, into its own place."""
    place = total[128 * out : 128 * out + 128]
    if code == KEEP_SPINOR:
        keep_spinor(place, at(work, first), at(work, second))
    elif code == KEEP_VECTOR:
        keep_vector(place, at(work, first), at(work, second))
    else:
        keep_scalar(place, at(work, first), at(work, second))


def perform_rare(code, out, first, second, p, q, d, x, y, z, m, work):
    """The operations of scalars and massive vectors."""
    if code == FERMION_SCALAR:
        fermion_scalar(at(work, out), at(work, first), at(work, second), complex(x, y), complex(z, m))
    elif code == KET_PROPAGATED:
        ket_propagated(at(work, out), at(work, first), p, d[0], m)
    elif code == BRA_PROPAGATED:
        bra_propagated(at(work, out), at(work, first), p, d[0], m)
    elif code == CURRENT_SCALAR:
        current_scalar(at(work, out), at(work, first), at(work, second), complex(x, y), complex(z, m))
    elif code == VECTOR_PROPAGATED:
        vector_propagated(at(work, out), at(work, first), p, d[1], d[2], x)
    elif code == SCALED:
        scaled(at(work, out), at(work, first), d[1], d[2])
    elif code == MASS_SCALAR:
        mass_scalar(at(work, out), at(work, first), at(work, second), x)
    elif code == MASS_VECTOR:
        mass_vector(at(work, out), at(work, first), at(work, second), x)
    elif code == DUAL_SCALAR:
        dual_scalar(at(work, out), at(work, first), at(work, second), p, q, x)
    elif code == DUAL_VECTOR:
        dual_vector(at(work, out), at(work, first), at(work, second), p, q, x)
    elif code == EVEN_SCALAR:
        even_scalar(at(work, out), at(work, first), at(work, second), p, q, x)
    elif code == EVEN_VECTOR:
        even_vector(at(work, out), at(work, first), at(work, second), p, q, x)
    elif code == GAUGE_VECTOR:
        gauge_vector(at(work, out), at(work, first), at(work, second), p, q, x)


OUTLINED = (
    added, adjoint, bra_propagated, bra_vector, bra_vector_on, close_scalar, close_spinor, close_vector, current_scalar,
    current_vector, dual_scalar, dual_vector, even_scalar, even_vector, fermion_scalar, gauge_vector, keep, keep_scalar,
    keep_spinor, keep_vector, ket_propagated, ket_vector, ket_vector_on, light_cone, mass_scalar, mass_vector, product, scaled,
    vector_propagated, wave_gradient, wave_scalar, waves_antifermion, waves_fermion, waves_vector, summed, inverted, running, perform,
    perform_rare, prepare,
)  # fmt: skip


def kernel() -> _jit.Kernel:
    """The machine's kernel, to be compiled."""
    return _jit.link("amplitude", run, SIGNATURE, outlined=OUTLINED)


def compiled() -> Callable[..., None]:
    """The compiled machine."""
    return _jit.load([kernel()])[0]


WIDE = operations.WIDE
