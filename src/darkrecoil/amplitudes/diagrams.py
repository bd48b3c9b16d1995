"""The diagrams that a process's currents stand for, as sets of propagators: what phase space has its peaks from."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice, product

from darkrecoil.amplitudes.currents import Currents, Key
from darkrecoil.amplitudes.theory import Theory

MOST = 20_000  # diagrams looked at: what lies beyond repeats their peaks


@dataclass(frozen=True, order=True)
class Propagator:
    """An inner line: the set of legs (bit mask) on the side that leg 1 is not on, mass and width in GeV."""

    mask: int
    mass: float
    width: float


Diagram = tuple[Propagator, ...]


def diagrams(theory: Theory, currents: Currents) -> tuple[Diagram, ...]:
    """The different sets of propagators of the process's diagrams, each sorted."""
    joins, everything = currents.joins, (1 << len(currents.legs)) - 1

    @cache
    def below(key: Key) -> tuple[frozenset[Propagator], ...]:
        if key not in joins:
            return (frozenset(),)
        return tuple(dict.fromkeys(islice(grown(key), MOST)))

    def grown(key: Key) -> Iterator[frozenset[Propagator]]:
        own = _propagator(theory, key, everything) if key != currents.final else frozenset()
        for join in joins[key]:
            parts = below(join.first), below(join.second)
            for one, two in product(*parts):
                yield one | two | own

    return tuple(sorted({tuple(sorted(some)) for some in below(currents.final)}))


def _propagator(theory: Theory, key: Key, everything: int) -> frozenset[Propagator]:
    """The line of a current; none for the bilinears of a contact operator."""
    (_, name, _), mask, _ = key
    if name.startswith("#"):
        return frozenset()
    line = theory.lines[name]
    return frozenset({Propagator(everything & ~mask if mask & 2 else mask, line.mass, line.width)})
