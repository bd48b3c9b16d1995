"""Where things are: the slot of each momentum, the range of each mass, the kinematics of each split."""

from collections.abc import Sequence
from dataclasses import dataclass

from darkrecoil.generate.phase_space.steps import BEAMS, Channel, Split, legs_of

MASS_STEP, SPLIT_STEP, VIRTUAL_STEP = range(3)


def fixed(mask: int, legs: int) -> int | None:
    """The slot, and the row, of a leg, a beam or the total; 0 for no mask."""
    total = ((1 << legs) - 1) << 2
    known = {0: 0, 1: legs + 1, 2: legs + 2, total: legs + 3} | {1 << (i + 1): i for i in range(1, legs + 1)}
    return known.get(mask)


@dataclass(frozen=True)
class Range:
    """Where a mass lies: (low + sum of the masses of ``inside``)^2 to (mass of ``around`` - high - sum of those of ``beside``)^2."""

    low: float
    high: float
    around: int
    inside: tuple[int, int]
    beside: tuple[int, int]


def ranges(channel: Channel, masses: Sequence[float]) -> list[Range]:
    """The range of each mass of a channel, given those before it."""
    total = ((1 << len(masses)) - 1) << 2
    known: list[int] = []
    found: list[Range] = []
    for mass in channel.masses:
        around = min((k for k in [*known, total] if k & mass.cluster == mass.cluster), key=int.bit_count)
        inside = _largest([k for k in known if k & mass.cluster == k])
        beside = _largest([k for k in known if k & around == k and not k & mass.cluster])
        low = sum_of(masses, mass.cluster & ~sum(inside))
        high = sum_of(masses, around & ~mass.cluster & ~sum(beside))
        found.append(Range(low, high, around, _two(inside), _two(beside)))
        known.append(mass.cluster)
    return found


def _largest(some: Sequence[int]) -> list[int]:
    return [m for m in some if not any(m & n == m and m != n for n in some)]


def _two(some: Sequence[int]) -> tuple[int, int]:
    first, second = [*some, 0, 0][:2]
    assert len(some) <= 2  # six legs hold no more
    return first, second


def sum_of(masses: Sequence[float], mask: int) -> float:
    return sum(masses[i - 2] for i in legs_of(mask))


def kinematics(split: Split, total: int) -> tuple[bool, int, int]:
    """(whether the axis' momentum goes out, mask of the axis' partner, mask of the pole) of a split with a pole."""
    if split.axis & BEAMS:
        return False, (total | BEAMS) & ~(split.axis | split.parent), split.axis | split.first
    if split.axis == total:
        return False, total & ~split.parent, total & ~split.first
    return True, split.parent | split.axis, split.first | split.axis
