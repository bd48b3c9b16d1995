"""Decays of a charged lepton to three charged leptons by the exchange of a neutral boson at tree level, on its shell or off.

Both diagrams of l_i -> l_1 l_2 l_3bar: the boson joins (l_i, l_1) to (l_2, l_3) or (l_i, l_2) to (l_1, l_3), with a relative minus sign.
All masses are kept and the boson has a width, so that a real boson, l_i -> l_1 X with X -> l_2 l_3bar, is part of the result.
"""

from dataclasses import dataclass
from itertools import product
from math import log10, pi
from typing import Any

import numpy as np

from darkrecoil.amplitudes.spinors import Spinor, antikets, bar, kets
from darkrecoil.kinematics.vectors import Four, add, dot, from_rest
from darkrecoil.models._couplings import Current
from darkrecoil.records import Floats

NODES, ANGLES = 12, 40  # Gauss-Legendre points of a panel in s and in the angle
FINEST = 1e-24  # of the squared mass of the decaying lepton: no narrower panel
Bilinear = tuple[Any, Any, Any, Any, Any, Any]  # a vector current, a left and a right scalar one


@dataclass(frozen=True)
class Boson:
    """Mass and width, GeV."""

    mass: float
    width: float


@dataclass(frozen=True)
class Channel:
    """One diagram: the current of l_i and the lepton beside the boson, and that of the boson's pair."""

    single: Current
    pair: Current

    def __bool__(self) -> bool:
        return Current() not in (self.single, self.pair)


def width(masses: tuple[float, float, float, float], boson: Boson, direct: Channel, exchanged: Channel, alike: bool) -> float:
    """Gamma(l_i -> l_1 l_2 l_3bar), GeV, for masses (m_i, m_1, m_2, m_3) in GeV; half the phase space if l_1 and l_2 are ``alike``.

    1/(2 m_i) int |M|^2 ds/(2 pi) Phi_2(m_i; m_1, s) Phi_2(s; m_2, m_3) dcos/2, spin-averaged, in two channels: each diagram's share of
    |M|^2 over its own pair's s, in panels that halve towards the boson's mass. 0 where closed.
    """
    heavy, m1, m2, m3 = masses
    if heavy <= m1 + m2 + m3:
        return 0.0
    total = _channel(masses, boson, direct, exchanged) if direct else 0.0
    if exchanged:
        total += total if alike and direct else _channel((heavy, m2, m1, m3), boson, exchanged, direct)
    return total / (2 if alike else 1)


def _channel(masses: tuple[float, float, float, float], boson: Boson, own: Channel, other: Channel) -> float:
    heavy, m1, m2, m3 = masses
    offset, weight = _panels((m2 + m3) ** 2 - boson.mass**2, (heavy - m1) ** 2 - boson.mass**2, boson, heavy)
    cos, share = np.polynomial.legendre.leggauss(ANGLES)
    o, c = (some.ravel() for some in np.meshgrid(offset, cos, indexing="ij"))
    s = o + boson.mass**2
    p1, p2, p3, phase = _momenta(masses, s, c)
    squared = _squared(masses, (p1, p2, p3), boson, own, other, o)
    measure = np.outer(weight, share / 2).ravel()
    return float(np.sum(squared * phase * measure) / (2 * heavy) / (2 * pi))


def _panels(low: float, high: float, boson: Boson, heavy: float) -> tuple[Floats, Floats]:
    """Points and weights in s - M^2 between the ends: panels that grow by sqrt(10) from the boson's M Gamma on both sides of 0."""
    finest = max(boson.mass * boson.width, FINEST * heavy**2)
    reach = max(abs(low), abs(high))
    steps = finest * 10 ** np.arange(0.0, max(log10(reach / finest), 0.0) + 0.5, 0.5)
    inside = {x for x in (0.0, *steps, *-steps) if low < x < high}
    edges = np.array(sorted({low, high, *inside, *(low + (high - low) * np.array([1e-4, 1e-2, 0.1, 0.5, 0.9, 0.99]))}))
    x, w = np.polynomial.legendre.leggauss(NODES)
    half, middle = np.diff(edges) / 2, (edges[1:] + edges[:-1]) / 2
    return (middle[:, None] + half[:, None] * x).ravel(), (half[:, None] * w).ravel()


def _kallen(a: Any, b: float, c: Any) -> Any:
    """The momentum of two particles of squared masses b, c from one of squared mass a, times 2 sqrt(a): GeV^2."""
    return np.sqrt(np.maximum((a - (b**0.5 + c**0.5) ** 2) * (a - (b**0.5 - c**0.5) ** 2), 0.0))


def _momenta(masses: tuple[float, float, float, float], s: Floats, cos: Floats) -> tuple[Four, Four, Four, Floats]:
    """p1, p2, p3 at rest of l_i, its pair along z, and the product of the two phase spaces, each |p|/(4 pi sqrt s)."""
    heavy, m1, m2, m3 = masses
    root, zero = np.sqrt(s), np.zeros_like(s)
    outer, inner = _kallen(heavy**2, m1**2, s) / (2 * heavy), _kallen(s, m2**2, m3**2) / (2 * root)
    pair = np.hypot(root, outer), zero, zero, outer
    sin = np.sqrt(1 - cos**2)
    q2 = np.hypot(inner, m2), inner * sin, zero, inner * cos
    q3 = np.hypot(inner, m3), -inner * sin, zero, -inner * cos
    phase = outer / (4 * pi * heavy) * inner / (4 * pi * root)
    return (np.hypot(outer, m1), zero, zero, -outer), from_rest(pair, root, q2), from_rest(pair, root, q3), phase


def _squared(
    masses: tuple[float, float, float, float], p: tuple[Four, Four, Four], boson: Boson, own: Channel, other: Channel, offset: Floats
) -> Floats:
    """This channel's share |M_1|^2/(|M_1|^2 + |M_2|^2) of |M|^2, spins averaged and summed."""
    heavy, m1, m2, m3 = masses
    zero = np.zeros_like(offset)
    before = kets((zero + heavy, zero, zero, zero), heavy)
    one, two = [bar(w) for w in kets(p[0], m1)], [bar(w) for w in kets(p[1], m2)]
    anti = antikets(p[2], m3)
    far = dot(add(p[0], p[2]), add(p[0], p[2])) - boson.mass**2
    total, first, second = zero, zero, zero
    for u, b1, b2, v in product(before, one, two, anti):
        a = _exchange(b1, u, b2, v, own, add(p[1], p[2]), offset, boson)
        b = -_exchange(b2, u, b1, v, other, add(p[0], p[2]), far, boson) if other else zero + 0j
        total, first, second = total + np.abs(a + b) ** 2, first + np.abs(a) ** 2, second + np.abs(b) ** 2
    everything = first + second
    return np.divide(total * first, everything, out=zero.copy(), where=everything > 0) / 2


def _exchange(b1: Spinor, u: Spinor, b2: Spinor, v: Spinor, channel: Channel, q: Four, offset: Floats, boson: Boson) -> Any:
    """The diagram: the two currents, the propagator of a massive vector or of a scalar; ``offset`` is q^2 - M^2."""
    *first, s1 = _bilinear(b1, u, channel.single)
    *second, s2 = _bilinear(b2, v, channel.pair)
    vectors = dot(first, second) - dot(first, q) * dot(second, q) / boson.mass**2  # type: ignore[arg-type]
    return (s1 * s2 - vectors) / (offset + 1j * boson.mass * boson.width)


def _bilinear(b: Spinor, k: Spinor, c: Current) -> tuple[Any, Any, Any, Any, Any]:
    """bbar gamma^mu (left P_L + right P_R) k, contravariant, and bbar (scalar + i gamma5 pseudoscalar) k."""
    r0, r1, r2, r3 = c.right * b[0] * k[2], c.right * b[0] * k[3], c.right * b[1] * k[2], c.right * b[1] * k[3]
    l0, l1, l2, l3 = c.left * b[2] * k[0], c.left * b[2] * k[1], c.left * b[3] * k[0], c.left * b[3] * k[1]
    vector = r0 + r3 + l0 + l3, r1 + r2 - l1 - l2, 1j * (r2 - r1 - l2 + l1), r0 - r3 - l0 + l3
    y = c.scalar + 1j * c.pseudoscalar
    return *vector, y.conjugate() * (b[0] * k[0] + b[1] * k[1]) + y * (b[2] * k[2] + b[3] * k[3])
