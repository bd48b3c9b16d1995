"""Radiation of a block of attempts: before the hard process, after it, and the matching of the photons."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from darkrecoil.constants import M_E
from darkrecoil.generate.radiation import structure
from darkrecoil.generate.radiation.kernels import SOFTEST
from darkrecoil.generate.radiation.settings import Radiation
from darkrecoil.records import Bools, Floats

LEAST = 20.0 * M_E**2  # GeV^2: the least scale of radiation, so that its logarithm stays above 1
PURPOSE = 8  # of the random numbers: the beams, then each pair
Words = NDArray[np.uint64]


@dataclass(frozen=True)
class Engine:
    """The compiled kernels."""

    initial: Callable[..., Any]
    moved: Callable[..., Any]
    final: Callable[..., Any]


@dataclass(frozen=True)
class Hard:
    """The hard process's s (n,) GeV^2; its system (7, n) in the beams' rest frame, or None; photons (16, n); the fractions z (2, n),
    the share (2, n) of the second photon of each beam, and the exponent b (n,) that they were drawn with; the weight (n,)."""

    s: Floats
    system: Floats | None
    photons: Floats
    fractions: Floats
    share: Floats
    exponent: Floats
    weight: Floats


def before(engine: Engine | None, some: Radiation, first: int, words: Words, s: Floats, x: Floats, least: float) -> Hard:
    """What the beams radiate: uniforms x (2, n) give the fractions; nothing below ``least`` GeV^2 of s is left a weight."""
    n = len(s)
    if not some.initial:
        return Hard(s, None, np.empty((0, n)), np.empty((0, n)), np.empty((0, n)), np.zeros(n), np.ones(n))
    assert engine is not None
    hard, system, photons, share, weight = np.empty(n), np.empty((7, n)), np.empty((16, n)), np.empty((2, n)), np.ones(n)
    engine.initial(np.uint64(first), words, np.uint64(PURPOSE), s, np.ascontiguousarray(x), least, hard, system, photons, share, weight)
    b = structure.exponent(np.log(s / M_E**2)) if some.elastic else np.zeros(n)
    return Hard(hard, system, photons, structure.fraction(x, b) if some.elastic else np.empty((0, n)), share, b, weight)


def after(engine: Engine | None, some: Radiation, first: int, words: Words, hard: Hard, momentum: Floats) -> tuple[Floats, Floats]:
    """Momenta (4 (k + photons), n) in the beams' rest frame, radiated photons last, and the weight (n,), 0 where the matching
    leaves the event to another matrix element, from the hard process's (4 k, n) in its own."""
    if some.nothing:
        return momentum, hard.weight
    if some.top and len(some.explicit) > 1:
        momentum = by_energy(momentum, some.explicit)
    n, photons = len(hard.s), []
    square = transferred(hard.s, momentum, some.elastic) if some.elastic else hard.s
    weight = hard.weight * some.factor * (_by_transfer(hard, square) if some.elastic and some.initial else 1.0)
    here, squares = momentum, [square] * (4 * some.initial)
    for i, pair in enumerate(some.dipoles):
        new, photon = here.copy(), np.empty((8, n))
        scales = transferred(hard.s, momentum, pair.slots) if {*pair.slots} <= {*some.elastic} else hard.s
        squares += [scales] * 2
        purpose = np.uint64(PURPOSE + 1 + i)
        assert engine is not None
        engine.final(np.uint64(first), words, purpose, *pair.slots, *pair.masses, scales, here, new, photon, weight)
        here = new
        photons.append(photon)
    there = np.concatenate([here, *photons])
    if hard.system is not None:
        moved = np.empty_like(there)
        assert engine is not None
        engine.moved(hard.s, hard.system, there, moved)
        k = len(momentum)
        there = np.concatenate([moved[:k], hard.photons, moved[k:]])
    if some.scale or some.elastic:
        weight *= matched(some, momentum, there, squares)
    return there, weight


def transferred(s: Floats, momentum: Floats, slots: tuple[int, ...]) -> Floats:
    """|t u'|/s of the softest exchange of e- and e+ with the beams, GeV^2 (n,): the scale at which scattered charges radiate, below s.

    ``slots``: those of e-, then as many of e+.

    For elastic scattering s t/u: C. M. Carloni Calame et al., Nucl. Phys. B 584 (2000) 459; t, where u is near -s.
    """
    found = np.full(len(s), np.inf)
    for i, slot in enumerate(slots):
        sign = 1.0 if 2 * i < len(slots) else -1.0
        p = momentum[4 * slot : 4 * slot + 4]
        size = np.sqrt((p[1:] ** 2).sum(axis=0))
        near = p[0] - sign * p[3] + M_E**2 / (p[0] + size)  # E - p cos + what the masses keep of t
        far = p[0] + sign * p[3]
        found = np.minimum(found, s * near / np.maximum(far, 1e-9 * p[0]))
    return np.asarray(np.minimum(np.maximum(found, LEAST), s))


def _by_transfer(hard: Hard, square: Floats) -> Floats:
    """The structure functions at the transfer's scale Q^2 over those at s: photons at angles beyond 1 - cos = 2 Q^2/s, at which a charge
    and what it is scattered to radiate as one, are not radiated, and the others with the same density.

    Below SOFTEST there is no photon: what counts is the whole of it, (least fraction)^b, and so for the share of a second one.
    """
    b = structure.exponent(np.log(square / M_E**2))
    assert hard.system is not None
    both = hard.photons.reshape(2, 2, 4, -1)
    found, least = np.ones(len(b)), 2.0 * SOFTEST / (hard.system[0] + both[:, :, 0].sum(axis=(0, 1)))
    for z, share, pair, sign in zip(hard.fractions, hard.share, both, (1.0, -1.0), strict=True):
        some = np.maximum(z, least)
        ratio = structure.electron(some, b) / structure.electron(some, hard.exponent)
        found *= (some * share) ** (b - hard.exponent) * ratio
        for k in pair:
            found *= (k[0] == 0.0) | (k[0] - sign * k[3] <= 2.0 * square / hard.s * k[0])
    return found


def matched(some: Radiation, momentum: Floats, there: Floats, squares: Sequence[Floats]) -> Bools:
    """Which events (n,) belong to this matrix element by the photons' hardness.

    Photons of the matrix element are judged in its own rest frame, ``momentum``: from a beam that has been deflected by what it radiated
    before, they would be hard by its angle alone. Radiated ones are judged in the beams' rest frame, ``there``; beams and electrons that
    may be scattered radiate nothing harder than their momentum transferred, others than their hard process: ``squares`` (n,) of each.
    """
    charged = [slot for pair in some.dipoles for slot in pair.slots]
    explicit = [hardness(momentum, slot, charged) for slot in some.explicit]
    radiated = [hardness(there, slot, charged) for slot in range(len(momentum) // 4, len(there) // 4)]
    limit = np.min(explicit, axis=0) if some.top and explicit else np.full(momentum.shape[1], some.scale or np.inf)
    fine = np.ones(momentum.shape[1], dtype=bool)
    for value in explicit:
        fine &= value > some.scale
    for value, square in zip(radiated, squares, strict=True):
        fine &= value < np.minimum(limit, np.sqrt(square))
    return fine


def by_energy(momentum: Floats, slots: Sequence[int]) -> Floats:
    """The momenta (4 k, n) with the photons in those slots by falling energy: the last is what "(gamma)" adds, whichever it was."""
    some = momentum.reshape(-1, 4, momentum.shape[1])
    order = np.argsort(-some[list(slots), 0], axis=0, kind="stable")
    found = some.copy()
    found[list(slots)] = np.take_along_axis(some[list(slots)], order[:, None, :], axis=0)
    return found.reshape(momentum.shape)


def hardness(momentum: Floats, photon: int, charged: Sequence[int]) -> Floats:
    """How hard a photon is, GeV (n,): the least of its momenta transverse to the beams and to each charge ahead of it.

    Soft photons and those along a charge are both unresolved: what radiates is told from a matrix element by one scale.
    """
    k = momentum[4 * photon : 4 * photon + 4]
    found: Floats = np.hypot(k[1], k[2])
    for slot in charged:
        p = momentum[4 * slot + 1 : 4 * slot + 4]
        size2 = (p**2).sum(axis=0)
        along = (k[1:] * p).sum(axis=0)
        across = np.sqrt(np.maximum(k[0] ** 2 - along**2 / size2, 0.0))
        found = np.minimum(found, np.where(along > 0, across, k[0]))
    return np.asarray(found)
