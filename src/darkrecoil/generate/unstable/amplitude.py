"""Squared amplitudes of decays, of processes, and of processes with decays that keep their spins."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from darkrecoil.amplitudes.program import NoDiagram, Program, program, summed
from darkrecoil.amplitudes.theory import Leg, Line, Theory, either
from darkrecoil.records import Floats

Kernel = Callable[..., None]


@dataclass(frozen=True)
class Amplitudes:
    """A theory and the amplitude machine."""

    theory: Theory
    run: Kernel

    @cached_property
    def lines(self) -> Mapping[int, Line]:
        """Lines by PDG code."""
        return {line.pid: line for line in self.theory.lines.values()}

    def legs(self, pids: Sequence[int], incoming: int) -> tuple[Leg, ...]:
        """Legs by PDG code; the first ``incoming`` ones come in."""
        return tuple(_leg(self.lines[abs(pid)], pid > 0, i < incoming) for i, pid in enumerate(pids))

    def program(self, legs: Sequence[Leg], through: Mapping[int, str] | None = None, state: int | None = None) -> Program:
        """The program of these legs, with lines on their mass shells, one state of the first; NoDiagram if no diagram joins them."""
        for some in product(*(either(leg) for leg in legs)):
            try:
                return program(self.theory, some, through=through or {}, state=state)
            except NoDiagram:
                continue
        raise NoDiagram(" ".join(leg.line.name for leg in legs))

    def squared(self, some: Program, momenta: Sequence[Floats]) -> Floats:
        """|M|^2 (n,) summed over all spins, for the momenta (4, n) of its legs, GeV."""
        return summed(some, self.run, momenta)


def _leg(line: Line, particle: bool, incoming: bool) -> Leg:
    if line.spin == 0.5:
        return Leg(line, incoming, "ket" if incoming == particle else "bra")
    charged = line.particle != line.antiparticle
    return Leg(line, incoming, "boson", (1 if incoming == particle else -1) if charged else 0)
