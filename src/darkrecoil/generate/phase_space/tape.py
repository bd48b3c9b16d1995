"""The steps of one channel as rows for the sampling kernel."""

from dataclasses import dataclass, field

from darkrecoil.generate.phase_space import steps
from darkrecoil.generate.phase_space.layout import MASS_STEP, SPLIT_STEP, VIRTUAL_STEP, fixed, kinematics, ranges
from darkrecoil.generate.phase_space.steps import BEAMS, Channel, Split, legs_of


@dataclass
class Tape:
    """The steps of one channel as rows for the sampling kernel."""

    masses: tuple[float, ...]
    rows: list[list[int]] = field(default_factory=list)
    numbers: list[list[float]] = field(default_factory=list)
    made: dict[int, int] = field(default_factory=dict)
    drawn: int = 0

    @property
    def total(self) -> int:
        return ((1 << len(self.masses)) - 1) << 2

    def run(self, channel: Channel) -> None:
        """All steps."""
        for mass, where in zip(channel.masses, ranges(channel, self.masses), strict=True):
            names = (where.around, *where.inside, *where.beside)
            row = [MASS_STEP, mass.kind, self.slot(mass.cluster), *map(self.slot, names), self.draw(1)]
            self.add(row, [where.low, where.high, mass.m2, mass.scale])
        for split in channel.splits:
            self.split(split)

    def add(self, row: list[int], numbers: list[float]) -> None:
        self.rows.append(row)
        self.numbers.append(numbers)

    def draw(self, count: int) -> int:
        """The first of the next uniforms."""
        self.drawn += count
        return self.drawn - count

    def slot(self, mask: int) -> int:
        """The slot of a momentum, a new one if need be."""
        known = fixed(mask, len(self.masses))
        return known if known is not None else self.made.setdefault(mask, len(self.masses) + 4 + len(self.made))

    def split(self, split: Split) -> None:
        """A split, and before it the virtual momenta that it reads."""
        a = b = extra = 0
        outgoing = False
        if split.kind != steps.ISOTROPIC:
            outgoing, partner, _ = kinematics(split, self.total)
            a, b = self.momentum(split.axis), self.momentum(partner)
            extra = self.slot(self.total) if split.axis == self.total else 0
        parts = map(self.slot, (split.parent, split.first, split.rest))
        self.add([SPLIT_STEP, split.kind, *parts, a, b, extra, int(outgoing), self.draw(2)], [split.m2, split.soften])

    def momentum(self, mask: int) -> int:
        """The slot of a momentum that is made from others, if it is not there yet: a larger one minus a cluster."""
        if fixed(mask, len(self.masses)) is None and mask not in self.made:
            base, cluster = self.parts(mask)
            row = [VIRTUAL_STEP, 0, 0, self.momentum(base), self.slot(cluster)]
            row[2] = self.slot(mask)
            self.add(row, [])
        return self.slot(mask)

    def parts(self, mask: int) -> tuple[int, int]:
        """A momentum and a cluster that there is, whose difference ``mask`` is."""
        if not mask & BEAMS:
            return self.total, self.total & ~mask
        there = [m for m in [*self.made, *(1 << i for i in legs_of(self.total))] if not m & BEAMS and m & mask == m]
        cluster = max(there, key=lambda m: (m.bit_count(), -m))
        return mask & ~cluster, cluster
