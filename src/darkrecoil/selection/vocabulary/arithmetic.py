"""NumPy behind the operations: arrays in, an array out, nothing else.

Columns of objects are (n, k) with a mask (n, k) of those taken; quantities of an event are (n,);
a four-vector is (4, n) = (E, px, py, pz), GeV. A quantity of no object at all is NaN, and every
comparison with NaN is false. Sums run over the slots in order, so that they do not depend on how
an array lies in memory.
"""

from collections.abc import Callable
from functools import reduce
from itertools import combinations
from typing import Any

import numpy as np

from darkrecoil.records import Bools, Floats


def pt(px: Floats, py: Floats) -> Floats:
    """The momentum transverse to z, GeV."""
    return _floats(np.sqrt(px * px + py * py))


def momentum(px: Floats, py: Floats, pz: Floats) -> Floats:
    """|p|, GeV."""
    return _floats(np.sqrt(px * px + py * py + pz * pz))


def theta(momentum: Floats, pz: Floats) -> Floats:
    """The polar angle, rad: arccos(pz/|p|), within 1e-15/sin(theta) and at worst 1e-8; NaN for no momentum."""
    return _floats(np.arccos(pz / momentum))


def energy(mass: float, px: Floats, py: Floats, pz: Floats) -> Floats:
    """sqrt(m^2 + p^2), GeV."""
    return _floats(np.sqrt(mass * mass + px * px + py * py + pz * pz))


def energy_in(total: Floats, energy: Floats, px: Floats, py: Floats, pz: Floats) -> Floats:
    """The energy of (n, k) objects in the rest frame of the four-vector ``total`` (4,), GeV: P.p / sqrt(P^2)."""
    along = total[0] * energy - total[1] * px - total[2] * py - total[3] * pz
    return _floats(along / np.sqrt(mass_squared(total)))


def same(value: Floats) -> Floats:
    """The value itself: a column under a name of its own."""
    return value


def marked(column: Floats) -> Bools:
    """True where a column of ones and zeros says one."""
    return column > 0.5


def all_of(*masks: Bools) -> Bools:
    """True where every mask is."""
    return reduce(np.logical_and, masks)


def without(some: Bools, among: Bools) -> Bools:
    """Of ``among`` those which are not in ``some``."""
    return among & ~some


def between(value: Floats, low: float, high: float) -> Bools:
    """low < value < high."""
    return (value > low) & (value < high)


def count(*masks: Bools) -> Floats:
    """How many objects are taken, (n,)."""
    return reduce(np.add, map(over_slots, masks))


def added(mask: Bools, value: Floats) -> Floats:
    """The sum of a column over the objects taken, (n,); 0 where there are none."""
    return over_slots(np.where(mask, value, 0.0))


def four_vector(mask: Bools, energy: Floats, px: Floats, py: Floats, pz: Floats) -> Floats:
    """The sum of the four-vectors taken, (4, n) GeV; NaN where there are none."""
    nothing = _nan_without(mask)
    return np.stack([added(mask, component) + nothing for component in (energy, px, py, pz)])


def charge(*masks_and_charges: Any) -> Floats:
    """The sum of the charges taken, (n,); NaN where there are none."""
    masks, values = masks_and_charges[::2], masks_and_charges[1::2]
    total = reduce(np.add, [added(mask, value) for mask, value in zip(masks, values, strict=True)])
    return total + _nan_without(*masks)


def vectors_added(*vectors: Floats) -> Floats:
    """The sum of four-vectors (4, n), GeV."""
    return reduce(np.add, vectors)


def recoil(beams: Floats, total: Floats) -> Floats:
    """What is missing to the beams' four-vector (4,): (4, n) GeV."""
    return beams[:, None] - total


def mass_squared(p: Floats) -> Floats:
    """E^2 - |p|^2, GeV^2, never clipped: resolution puts it below zero, and that is information."""
    return _floats(p[0] * p[0] - p[1] * p[1] - p[2] * p[2] - p[3] * p[3])


def one_of_two(which: str, beams: Floats, *masks_and_momenta: Any) -> Floats:
    """The four-vector (4, n), GeV, of the "faster" or the "slower" of the only two objects, by |p| in the rest frame of ``beams``.

    NaN unless there are exactly two. Of two equally fast ones the first counts as the faster.
    """
    n = len(masks_and_momenta[0])
    total, faster, most = np.zeros((4, n)), np.zeros((4, n)), np.full(n, -1.0)
    for mask, *momenta in zip(*(masks_and_momenta[i::5] for i in range(5)), strict=True):
        for slot in range(mask.shape[1]):
            p = np.stack([np.where(mask[:, slot], component[:, slot], 0.0) for component in momenta])
            size = np.where(mask[:, slot], product_in(beams, p, p), -1.0)
            faster, most = np.where(size > most, p, faster), np.maximum(size, most)
            total = total + p
    wanted = faster if which == "faster" else total - faster
    return np.where(count(*masks_and_momenta[::5]) == 2, wanted, np.nan)


def product_in(beams: Floats, p: Floats, q: Floats) -> Floats:
    """p.q of the three-momenta in the rest frame of ``beams`` (4,), GeV^2: (P.p)(P.q)/P^2 - p.q of the four-vectors."""
    one, other = _product(beams, p), _product(beams, q)
    return _floats(one * other / mass_squared(beams) - _product(p, q))


def _product(p: Floats, q: Floats) -> Any:
    return p[0] * q[0] - p[1] * q[1] - p[2] * q[2] - p[3] * q[3]


def along_in(beams: Floats, p: Floats, axis: Floats) -> Floats:
    """The component of p along the axis, both (4, n), as three-momenta in the rest frame of ``beams``, GeV."""
    return _floats(product_in(beams, p, axis) / np.sqrt(product_in(beams, axis, axis)))


def across_in(beams: Floats, p: Floats, axis: Floats) -> Floats:
    """The component of p transverse to the axis, likewise, GeV; 0 where rounding puts its square below zero."""
    along = along_in(beams, p, axis)
    return _floats(np.sqrt(np.maximum(product_in(beams, p, p) - along * along, 0.0)))


def mass(p: Floats) -> Floats:
    """sqrt(E^2 - |p|^2), GeV; 0 where rounding or massless collinear clusters put the square below zero."""
    return _floats(np.sqrt(np.maximum(mass_squared(p), 0.0)))


def vector_pt(p: Floats) -> Floats:
    """The momentum transverse to z of a four-vector (4, n), GeV."""
    return pt(p[1], p[2])


def vector_theta(p: Floats) -> Floats:
    """The polar angle of a four-vector (4, n), rad."""
    return theta(momentum(p[1], p[2], p[3]), p[3])


def angle_to(p: Floats, momenta: Floats, px: Floats, py: Floats, pz: Floats) -> Floats:
    """The angle of (n, k) objects of momenta |p| to a four-vector (4, n), rad, as exact as ``theta``."""
    x, y, z = (component[:, None] for component in p[1:])
    return _angle(x * px + y * py + z * pz, momentum(x, y, z) * momenta)


def transverse_opening(*masks_and_momenta: Any) -> Floats:
    """The difference in azimuth of the only two objects, in [0, pi] rad, (n,); NaN unless there are exactly two.

    Each object meets the sum of those before it, which for two objects is the other one.
    """
    x, y, square, dot, squares = (np.zeros(len(masks_and_momenta[0])) for _ in range(5))
    for taken, px, py in zip(*(masks_and_momenta[i::3] for i in range(3)), strict=True):
        for slot in range(taken.shape[1]):
            u, v = np.where(taken[:, slot], px[:, slot], 0.0), np.where(taken[:, slot], py[:, slot], 0.0)
            r = u * u + v * v
            dot, squares = dot + (u * x + v * y), squares + r * square
            x, y, square = x + u, y + v, square + r
    return np.where(count(*masks_and_momenta[::3]) == 2, _angle(dot, np.sqrt(squares)), np.nan)


def pair_mass(energy: Floats, px: Floats, py: Floats, pz: Floats) -> Floats:
    """The mass of each pair of slots, (n, k (k - 1)/2) GeV, of whatever stands in them: ``pairs_taken`` says which count."""
    one, other = _pairs(energy.shape[1])
    return mass(np.stack([component[:, one] + component[:, other] for component in (energy, px, py, pz)]))


def pairs_taken(mask: Bools) -> Bools:
    """Which pairs are made of two objects taken, (n, k (k - 1)/2)."""
    one, other = _pairs(mask.shape[1])
    return mask[:, one] & mask[:, other]


def pair_sum(value: Floats) -> Floats:
    """The sum of a column over each pair of slots, (n, k (k - 1)/2), of whatever stands in them."""
    one, other = _pairs(value.shape[1])
    return _floats(value[:, one] + value[:, other])


def pair_masses_squared(taken: Bools, energy: Floats, px: Floats, py: Floats, pz: Floats) -> Floats:
    """The mass squared of each pair of slots, (n, k (k - 1)/2) GeV^2; NaN where the pair is not taken."""
    return _floats(np.where(taken, mass_squared(_summed(energy, px, py, pz)), np.nan))


def pair_recoils_squared(taken: Bools, beams: Floats, energy: Floats, px: Floats, py: Floats, pz: Floats) -> Floats:
    """The mass squared of what is missing beside each pair of slots, (n, k (k - 1)/2) GeV^2; NaN where the pair is not taken."""
    return _floats(np.where(taken, mass_squared(beams[:, None, None] - _summed(energy, px, py, pz)), np.nan))


def _summed(*components: Floats) -> Floats:
    one, other = _pairs(components[0].shape[1])
    return np.stack([component[:, one] + component[:, other] for component in components])


def masses_squared_across(*both: Any) -> Floats:
    """The mass squared of each of one set with each of another, of opposite charges, (n, k l) GeV^2; NaN for all other pairs.

    Of each set: mask, charge, E, px, py, pz.
    """
    return _across(mass_squared, *both)


def recoils_squared_across(beams: Floats, *both: Any) -> Floats:
    """The mass squared of what is missing beside each such pair, (n, k l) GeV^2; NaN for all other pairs. Of each set as above."""
    return _across(lambda pair: mass_squared(beams[:, None, None, None] - pair), *both)


def _across(squared: Callable[[Floats], Floats], *both: Any) -> Floats:
    half = len(both) // 2
    one, other = ([np.asarray(part)[..., None] for part in both[:half]], [np.asarray(part)[:, None] for part in both[half:]])
    values = squared(np.stack([a + b for a, b in zip(one[2:], other[2:], strict=True)]))
    found = np.where(one[0] & other[0] & (one[1] * other[1] < 0), values, np.nan)
    return _floats(found.reshape(len(found), found.shape[1] * found.shape[2]))


def over_slots(values: Floats | Bools) -> Floats:
    """The sum over the second axis, slot after slot."""
    return reduce(np.add, (values[:, i] for i in range(values.shape[1])), np.zeros(len(values)))


def _nan_without(*masks: Bools) -> Floats:
    """0 where an object is taken, NaN where there is none."""
    return np.where(count(*masks) > 0, 0.0, np.nan)


def _angle(dot: Floats, lengths: Floats) -> Floats:
    return _floats(np.arccos(np.minimum(np.maximum(dot / lengths, -1.0), 1.0)))


def _pairs(width: int) -> tuple[list[int], list[int]]:
    pairs = list(combinations(range(width), 2))
    return [i for i, _ in pairs], [j for _, j in pairs]


def _floats(values: Any) -> Floats:
    return np.asarray(values, dtype=np.float64)
