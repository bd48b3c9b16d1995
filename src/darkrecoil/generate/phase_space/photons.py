"""Channels that begin with a photon: one photon with a pair, and photons alone.

The photon comes first, along the beams or, if the pair radiates it, anywhere; then the pair: isotropic, along the photon, or
along a beam where a t-channel line ties it there.
"""

from collections.abc import Iterator, Sequence
from itertools import permutations

from darkrecoil.constants import M_E
from darkrecoil.generate.phase_space import steps
from darkrecoil.generate.phase_space.masses import Tree, mass_map
from darkrecoil.generate.phase_space.steps import Channel, Mass, Reaction, Split


def channels(reaction: Reaction, trees: Sequence[Tree]) -> tuple[list[Channel], list[Tree]]:
    """Photon-first channels, and the trees that they replace."""
    count, photons = len(reaction.masses), sum(reaction.photons)
    if count == photons and count >= 3:
        radiated = [some for some in trees if all(mask & 1 for mask in some)]
        return list(_photons_alone(reaction)) if radiated else [], radiated
    if count == 3 and photons == 1:
        made = [(some, channel) for some in trees for channel in _with_pair(reaction, some)]
        return [channel for _, channel in made], [some for some, _ in made]
    return [], []


def _with_pair(reaction: Reaction, some: Tree) -> Iterator[Channel]:
    """gamma + pair of one tree: the photon from a beam, or from a pair that the s-channel makes; none for other trees."""
    total = reaction.total
    photon = next(1 << i for i in steps.legs_of(total) if reaction.is_photon(1 << i))
    pair = total & ~photon
    exchanged = [m for m in some if m & 1]
    from_beam = [m for m in exchanged if m in (1 | photon, 1 | pair)]
    if from_beam:
        split = Split(total, photon, steps.TWO_POLES, 1, some[from_beam[0]].mass ** 2)
        rest = _pair_split(reaction, some, pair, [m for m in exchanged if m not in from_beam])
        yield Channel((mass_map(reaction, some, pair, split),), (split, rest))
    for mask in [] if exchanged else some:
        if mask & photon and some[mask].mass <= reaction.threshold(mask) * (1 + 1e-9):
            about = Split(pair, mask & ~photon, steps.POLE, photon, some[mask].mass ** 2)
            yield Channel((Mass(pair, total, steps.SOFT),), (Split(total, photon), about))


def _pair_split(reaction: Reaction, some: Tree, pair: int, exchanged: Sequence[int]) -> Split:
    """The pair's split: along the beam that an exchanged line ties it to, or isotropic."""
    if not exchanged:
        return Split(pair, pair & -pair)
    line, near = some[exchanged[0]], exchanged[0] & pair  # near: on the electron's side
    axis, first = (1, near) if exchanged[0] == 1 | near else (2, pair & ~near)
    return Split(pair, first, steps.POLE, axis, line.mass**2, reaction.least_transfer if line.mass == 0 else 0.0)


def _photons_alone(reaction: Reaction) -> Iterator[Channel]:
    """One soft photon after the other, the first along both beams; then the last two along one of them."""
    legs = [1 << i for i in steps.legs_of(reaction.total)]
    for order in permutations(legs, len(legs) - 2):
        last = [leg for leg in legs if leg not in order]
        for leg in last if len(order) == 1 else last[:1]:
            for axis in (1, 2):
                yield _one_by_one(reaction.total, (*order, leg), axis)


def _one_by_one(total: int, order: Sequence[int], axis: int) -> Channel:
    """Photons in this order: both beams, then the two beams in turn such that the last has ``axis``."""
    splits, masses, parent = [], [], total
    for i, leg in enumerate(order):
        beam = axis if (len(order) - i) % 2 else 3 - axis
        splits.append(Split(parent, leg, steps.POLE, beam, M_E**2) if i else Split(parent, leg, steps.TWO_POLES, 1, M_E**2))
        if leg != order[-1]:
            masses.append(Mass(parent & ~leg, parent, steps.SOFT))
        parent &= ~leg
    return Channel(tuple(masses), tuple(splits))
