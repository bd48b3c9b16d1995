"""From diagrams to channels: the tree of a diagram read from the electron to the positron, and every propagator its map.

The clusters C1..Cm that hang on the path from leg 0 to leg 1 are peeled off, photons first, then alternately from the left (axis
p0 minus what is gone) and from the right (p1 minus what is gone), each with the pole of the propagator next to it; the last two
are one split. Clusters decay down the tree. For e+e- -> e+e- mu+mu- this is the map in t1, t2 and W.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from math import log

from darkrecoil._errors import BadValue
from darkrecoil.constants import M_E
from darkrecoil.generate.phase_space import photons, steps
from darkrecoil.generate.phase_space.masses import NARROWEST, Tree, mass_map, ordered
from darkrecoil.generate.phase_space.steps import BEAMS, Channel, Diagram, Mass, Propagator, Reaction, Split

MOST = 24  # channels of a process
LEGS = 6  # outgoing, at most


def channels(
    masses: Sequence[float],
    is_photon: Sequence[bool],
    diagrams: Sequence[Diagram],
    soft: float,
    sqrt_s: float,
    least_transfer: float = 0.0,
) -> tuple[Channel, ...]:
    """The different channels of e+e- -> outgoing legs 2.., at most 24, the most singular first.

    masses in GeV of the outgoing legs; ``soft`` is the least photon energy in the e+e- frame and sqrt_s the nominal energy,
    GeV; ``least_transfer`` (GeV^2) regulates massless exchanges that the cuts keep away from their pole. Without diagrams:
    the isotropic channel. BadValue unless 2 to 6 particles go out.
    """
    if not 2 <= len(masses) <= LEGS:
        raise BadValue("phase space is for 2 to 6 particles", len(masses), hint="let the heavier ones decay afterwards")
    reaction = Reaction(tuple(masses), tuple(is_photon), soft, sqrt_s, least_transfer)
    trees = [tree(reaction, diagram) for diagram in diagrams]
    trees.sort(key=lambda some: (-_importance(reaction, some), sorted(some)))
    special, replaced = photons.channels(reaction, trees)
    found = [*special, *(from_tree(reaction, some) for some in trees if some not in replaced)]
    return tuple(dict.fromkeys(found))[:MOST] or (isotropic(masses),)


def isotropic(masses: Sequence[float]) -> Channel:
    """Leg after leg peeled off isotropically, the masses of the rest flat: no poles at all."""
    total = ((1 << len(masses)) - 1) << 2
    splits, parent = [], total
    while parent.bit_count() > 1:
        first = parent & -parent
        splits.append(Split(parent, first))
        parent &= ~first
    return Channel(tuple(Mass(s.rest, s.parent, steps.FLAT) for s in splits[:-1]), tuple(splits))


def tree(reaction: Reaction, diagram: Diagram) -> dict[int, Propagator]:
    """The diagram's inner lines by mask, none with leg 1, without those that are outer legs or the whole s-channel."""
    everything, found = reaction.total | BEAMS, {}
    for line in diagram:
        mask = everything & ~line.mask if line.mask & 2 else line.mask
        if 1 < mask.bit_count() < len(reaction.masses) + 1 and mask != reaction.total:
            found[mask] = line
    return found


def from_tree(reaction: Reaction, some: Tree) -> Channel:
    """The channel of a diagram's tree."""
    hanging = _hanging(reaction, some)
    path = list(_path(reaction, some, hanging))
    splits = [*path, *(split for cluster in hanging for split in _decay(reaction, some, cluster))]
    pairs = ((mask, split) for split in splits for mask in (split.first, split.rest) if mask.bit_count() > 1)
    return Channel(ordered(reaction, [mass_map(reaction, some, mask, split) for mask, split in pairs]), tuple(splits))


def _hanging(reaction: Reaction, some: Tree) -> list[int]:
    """C1..Cm: the sets of legs between neighbouring propagators on the path from leg 0 to leg 1."""
    chain = [1, *sorted((m for m in some if m & 1), key=int.bit_count), reaction.total | 1]
    return [b & ~a for a, b in pairwise(chain)]


def _path(reaction: Reaction, some: Tree, hanging: Sequence[int]) -> Iterator[Split]:
    """The splits along the path; none if all hangs on one vertex."""
    clusters, parent, left, right, from_left = list(hanging), reaction.total, 1, 2, True
    while len(clusters) > 1:
        first, last = reaction.is_photon(clusters[0]), reaction.is_photon(clusters[-1])
        if first or last:
            from_left = first
        elif len(clusters) == 2:
            from_left = True
        cluster = clusters.pop(0 if from_left else -1)
        yield _exchange(reaction, some, parent, cluster, left if from_left else right)
        left, right = (left | cluster, right) if from_left else (left, right | cluster)
        parent, from_left = parent & ~cluster, not from_left


def _exchange(reaction: Reaction, some: Tree, parent: int, first: int, axis: int) -> Split:
    """One peeling: the pole of the propagator between what is peeled off and the rest."""
    mask = axis | first
    line = some[mask if mask & 1 else (reaction.total | BEAMS) & ~mask]
    if parent == reaction.total and reaction.is_photon(first):
        return Split(parent, first, steps.TWO_POLES, 1, line.mass**2)
    return Split(parent, first, steps.POLE, axis, line.mass**2, reaction.least_transfer if line.mass == 0 else 0.0)


def _decay(reaction: Reaction, some: Tree, cluster: int) -> list[Split]:
    """The splits of a cluster down the tree, a vertex of several lines one after the other, photons first."""
    if cluster.bit_count() < 2:
        return []
    inside = [m for m in some if m & cluster == m and m != cluster]
    pieces = [m for m in inside if not any(m & n == m and m != n for n in inside)]
    pieces += [1 << i for i in steps.legs_of(cluster) if not any(m >> i & 1 for m in pieces)]
    pieces.sort(key=lambda m: (not reaction.is_photon(m), m))
    found, parent = [], cluster
    for piece in pieces[:-1]:
        found.append(_radiated(reaction, some, Split(parent, piece)))
        parent &= ~piece
    return found + [split for piece in pieces for split in _decay(reaction, some, piece)]


def _radiated(reaction: Reaction, some: Tree, split: Split) -> Split:
    """A charge and its photon: flat in the logarithm of the photon's energy in the e+e- frame; other splits as they are."""
    line, parent = some.get(split.parent), split.parent
    light = line is not None and line.mass <= reaction.threshold(parent) * (1 + 1e-9)
    if not (light and parent.bit_count() == 2 and reaction.is_photon(split.first) and not reaction.is_photon(split.rest)):
        return split
    return replace(split, kind=steps.POLE, axis=reaction.total, soften=2.0 * reaction.sqrt_s * reaction.soft)


def _importance(reaction: Reaction, some: Tree) -> float:
    """The logarithms that a diagram's propagators are worth; heavy ones count against it."""
    return sum(_worth(reaction, mask, line) for mask, line in some.items())


def _worth(reaction: Reaction, mask: int, line: Propagator) -> float:
    s, low = reaction.sqrt_s**2, reaction.threshold(mask)
    if mask & 1:
        return log(s / (line.mass**2 + M_E**2))
    if low < line.mass < reaction.sqrt_s and line.width > 0:
        return log(s / (line.mass * max(line.width, NARROWEST * line.mass)))
    return log(s / (abs(low**2 - line.mass**2) + M_E**2))
