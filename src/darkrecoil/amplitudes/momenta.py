"""Momenta and denominators that a program asks for, as rows of the machine's arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from darkrecoil.amplitudes.theory import Leg, Line

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass
class Momenta:
    """A register: rows of momenta by set of legs, of products by pair, of denominators by set and line. Row 0 of those is one."""

    legs: Sequence[Leg]
    on_shell: frozenset[int] = frozenset()
    sums: dict[int, int] = field(default_factory=dict)
    pairs: dict[tuple[int, int], int] = field(default_factory=dict)
    denominators: dict[tuple[int, str], int] = field(default_factory=dict)
    rows: list[tuple[list[int], float, float, float]] = field(default_factory=list)

    def inside(self, mask: int) -> list[int]:
        """The legs of a set."""
        return [i for i in range(len(self.legs)) if mask >> i & 1]

    def row(self, mask: int) -> int:
        """The row of the momentum that flows into a set of legs; before these stand the legs' own."""
        return len(self.legs) + self.sums.setdefault(mask, len(self.sums))

    def alike(self, i: int, j: int) -> bool:
        """Whether a pair's product is taken less the squared mass: one in, one out, of one mass."""
        a, b = self.legs[i], self.legs[j]
        return a.line.mass == b.line.mass > 0 and a.incoming != b.incoming

    def denominator(self, mask: int, line: Line) -> int:
        """The row of 1/(Q^2 - M^2 + i M Gamma), Q flowing into the set of legs, with vacuum polarisation for a line that runs.

        Of a set and its complement the smaller one is used: Q^2 - M^2 is a constant plus twice the products of its pairs,
        and of two legs nothing cancels. With p.q - m^2 for alike pairs the constants of charged lines are exactly zero.
        On the mass shell it is left out: one.
        """
        if (mask, line.name) not in self.denominators:
            if mask in self.on_shell:
                return 0
            everything = (1 << len(self.legs)) - 1
            inside = self.inside(min(mask, everything & ~mask, key=lambda m: (m.bit_count(), m)))
            entries = [self._entry(i, j) for i in inside for j in inside if i < j]
            masses = [self.legs[i].line.mass for i in inside]
            masses_of_pairs = [self.legs[i].line.mass for i in inside for j in inside if i < j and self.alike(i, j)]
            self.rows.append((entries, _constant(masses, masses_of_pairs, line.mass), line.mass * line.width, float(line.runs)))
            self.denominators[mask, line.name] = len(self.rows)
        return self.denominators[mask, line.name]

    def _entry(self, i: int, j: int) -> int:
        sign = 1 if self.legs[i].incoming == self.legs[j].incoming else -1
        return sign * (1 + self.pairs.setdefault((i, j), len(self.pairs)))

    def arrays(self) -> tuple[Ints, Ints, Floats, Ints, Floats]:
        """Sums, pairs and their squared masses, denominators and their constants: the machine's arrays."""
        sums = np.zeros((len(self.sums), len(self.legs)), dtype=np.int64)
        for mask, row in self.sums.items():
            for i in self.inside(mask):
                sums[row, i] = 1 if self.legs[i].incoming else -1
        pairs, masses = np.zeros((len(self.pairs), 3), dtype=np.int64), np.zeros((len(self.pairs), 2))
        for (i, j), row in self.pairs.items():
            pairs[row] = i, j, self.alike(i, j)
            masses[row] = self.legs[i].line.mass ** 2, self.legs[j].line.mass ** 2
        most = max((len(entries) for entries, *_ in self.rows), default=1)
        entries = np.zeros((len(self.rows), most), dtype=np.int64)
        for row, (some, *_) in enumerate(self.rows):
            entries[row, : len(some)] = some
        constants = np.array([row[1:] for row in self.rows], dtype=np.float64).reshape(-1, 3)
        return sums, pairs, masses, entries, constants


def _constant(masses: Sequence[float], alike: Sequence[float], mass: float) -> float:
    """Sum of m^2 - 2 sum over alike pairs of m^2 - M^2, exactly zero where masses cancel."""
    positive, negative = sorted(masses), sorted([*alike, *alike, *([mass] if mass else [])])
    for m in list(positive):
        if m in negative:
            positive.remove(m)
            negative.remove(m)
    return sum(m * m for m in positive) - sum(m * m for m in negative)
