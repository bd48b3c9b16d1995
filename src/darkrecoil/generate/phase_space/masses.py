"""Which map a cluster's mass gets, and the order in which the masses of a channel are taken."""

from collections.abc import Mapping, Sequence
from math import sqrt

from darkrecoil.generate.phase_space import steps
from darkrecoil.generate.phase_space.steps import Mass, Propagator, Reaction, Split

Tree = Mapping[int, Propagator]
NARROWEST = 1e-9  # least width over mass of a resonance's map: below, the rounding of its mass would show
BROAD = 1e-2  # the same for a resonance whose peak lies beyond the range
LEAST = 1e-12  # of s: an edge that is nearer to a pole than this has a regulator
MASSLESS = 1e-6  # of s: the regulator of a cluster that may be massless


def mass_map(reaction: Reaction, some: Tree, cluster: int, split: Split) -> Mass:
    """The map of the mass of a daughter of a split: by its propagator, or by the photon that it recoils against."""
    line, parent = some.get(cluster), split.parent
    low, high = reaction.threshold(cluster), reaction.sqrt_s - reaction.threshold(reaction.total & ~cluster)
    if line and low < line.mass < sqrt(2.0) * high and (line.width > 0 or line.mass < high):
        width = max(line.width, (NARROWEST if line.mass < high else BROAD) * line.mass)
        return Mass(cluster, parent, steps.RESONANCE, line.mass**2, line.mass * width)
    if reaction.is_photon(parent & ~cluster):
        return Mass(cluster, parent, steps.RECOIL if line and line.mass < low else steps.SOFT)
    if line and line.mass >= high:
        return Mass(cluster, parent, steps.FLAT)
    m2 = line.mass**2 if line else 0.0
    return Mass(cluster, parent, steps.LOG, m2, _regulator(reaction, cluster, m2))


def _regulator(reaction: Reaction, cluster: int, m2: float) -> float:
    """What keeps ln(s - m2) finite, GeV^2: a charge and a photon have s - m2 > 2 k (E - p) > 2 soft m2/sqrt s."""
    low, s = reaction.threshold(cluster) ** 2, reaction.sqrt_s**2
    if low - m2 > LEAST * s:
        return 0.0
    return max(2.0 * reaction.soft * low / reaction.sqrt_s, LEAST * s) if low > 0 else MASSLESS * s


def ordered(reaction: Reaction, masses: Sequence[Mass]) -> tuple[Mass, ...]:
    """Resonances first, so that nothing above takes away their range; the rest from the inside out; after its parent what
    recoils against a photon, because the photon's energy is measured there."""
    waiting = sorted(masses, key=lambda m: (m.kind != steps.RESONANCE, m.cluster.bit_count(), m.cluster))
    done: list[Mass] = []
    while waiting:
        known = {reaction.total, *(m.cluster for m in done)}
        ready = next(m for m in waiting if m.kind not in (steps.RECOIL, steps.SOFT) or m.parent in known)
        done.append(ready)
        waiting.remove(ready)
    return tuple(done)
