"""The invariants and factors of all channels as rows for the density kernel, each once."""

from dataclasses import dataclass, field

from darkrecoil.generate.phase_space import steps
from darkrecoil.generate.phase_space.layout import MASS_STEP, SPLIT_STEP, fixed, kinematics, ranges
from darkrecoil.generate.phase_space.steps import BEAMS, Channel, Split

Factor = tuple[tuple[int, ...], tuple[float, ...]]


@dataclass
class Book:
    """Rows of invariants: those of ``fixed``, then clusters (mass^2), then transfers (beam 0 or 1, cluster). Factors."""

    masses: tuple[float, ...]
    clusters: list[int] = field(default_factory=list)
    transfers: list[tuple[int, int]] = field(default_factory=list)
    factors: dict[Factor, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """The mask of all outgoing legs."""
        return ((1 << len(self.masses)) - 1) << 2

    def collect(self, channel: Channel) -> None:
        """Note all invariants that a channel reads; clusters are numbered before transfers, so this goes first."""
        for mask in self.masks(channel):
            if fixed(mask, len(self.masses)) is not None:
                continue
            beam, cluster = self.canonical(mask)
            if fixed(cluster, len(self.masses)) is None and cluster not in self.clusters:
                self.clusters.append(cluster)
            if beam >= 0 and (beam, cluster) not in self.transfers:
                self.transfers.append((beam, cluster))

    def masks(self, channel: Channel) -> list[int]:
        """The masks of all momenta whose squares a channel reads."""
        found = [mass.cluster for mass in channel.masses]
        for split in channel.splits:
            found += [split.parent, split.first, split.rest]
            if split.kind != steps.ISOTROPIC:
                found += [split.axis, *kinematics(split, self.total)[1:]]
            if split.kind == steps.TWO_POLES:
                found.append(2 | split.first)
        return found

    def canonical(self, mask: int) -> tuple[int, int]:
        """(beam or -1, cluster): of a beam minus a cluster and minus the other beam plus the others, the one with fewer legs."""
        if not mask & BEAMS:
            return -1, mask
        other = (self.total | BEAMS) & ~mask
        few = min(mask, other, key=lambda m: (m.bit_count(), m & BEAMS))
        return (few & BEAMS) - 1, few & self.total

    def row(self, mask: int) -> int:
        """The row of a momentum's square."""
        known = fixed(mask, len(self.masses))
        if known is not None:
            return known
        beam, cluster = self.canonical(mask)
        first = len(self.masses) + 4
        return first + self.clusters.index(cluster) if beam < 0 else first + len(self.clusters) + self.transfers.index((beam, cluster))

    def factor(self, codes: list[int], numbers: list[float]) -> int:
        """The number of a factor."""
        return self.factors.setdefault((tuple(codes), tuple(numbers)), len(self.factors))

    def channel(self, channel: Channel) -> list[int]:
        """The factors of a channel."""
        found = []
        for mass, where in zip(channel.masses, ranges(channel, self.masses), strict=True):
            names = (mass.cluster, where.around, *where.inside, *where.beside)
            codes = [MASS_STEP, mass.kind, *map(self.row, names)]
            found.append(self.factor(codes, [where.low, where.high, mass.m2, mass.scale]))
        return found + [self.split(split) for split in channel.splits]

    def split(self, split: Split) -> int:
        """The factor of a split."""
        axis = partner = pole = other = extra = 0
        outgoing = False
        if split.kind != steps.ISOTROPIC:
            outgoing, *masks = kinematics(split, self.total)
            axis, partner, pole = map(self.row, (split.axis, *masks))
            extra = self.row(self.total) if split.axis == self.total else 0
            other = self.row(2 | split.first) if split.kind == steps.TWO_POLES else 0
        parts = map(self.row, (split.parent, split.first, split.rest))
        codes = [SPLIT_STEP, split.kind, *parts, axis, partner, extra, int(outgoing), pole, other]
        return self.factor(codes, [split.m2, split.soften])
