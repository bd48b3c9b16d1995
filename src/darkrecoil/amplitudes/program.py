"""From a theory and the legs of a process to a program for the amplitude machine: |M|^2 of any tree process, as data."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import factorial, prod

import numpy as np
from numpy.typing import NDArray

from darkrecoil.amplitudes.assemble import BEAMS, Tape, assemble
from darkrecoil.amplitudes.currents import NOTHING, Currents, Through, currents
from darkrecoil.amplitudes.machine import WIDE
from darkrecoil.amplitudes.rules import Rule, rules
from darkrecoil.amplitudes.theory import BOSON, Leg, Theory

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Arrays = tuple[Ints, Floats, Ints, Ints, Floats, Ints, Floats, int]


@dataclass(frozen=True)
class Program:
    """|M|^2 of a process as data: ``arrays`` are the machine's arguments before the momenta, ``factor`` averages and counts.

    The machine's sum times ``factor`` is |M|^2 averaged over the beams' spins, times 1/n! for identical particles. ``states``: those
    of each leg that are computed, in the order of the legs.
    """

    legs: tuple[Leg, ...]
    currents: Currents
    arrays: Arrays
    factor: float
    states: tuple[tuple[int, ...], ...] = ()

    @property
    def operations(self) -> int:
        """The number of operations per event."""
        return len(self.arrays[0])


class NoDiagram(ValueError):
    """The theory joins these legs by no tree diagram."""


def program(
    theory: Theory,
    legs: Sequence[Leg],
    gradient: int | None = None,
    halve: bool = True,
    through: Through = NOTHING,
    state: int | None = None,
) -> Program:
    """The program of a process; NoDiagram if no tree diagram joins these legs.

    ``through``: sets of legs, bit masks, and the line, on its mass shell, that joins each to the rest. Only diagrams with all of these
    lines count, and their propagators are left out: |M|^2 is that of production and decay with all spin correlations, times the
    squares of those propagators. Legs 0 and 1 need not be beams then, nor for a decay: see ``summed``. ``state``: of leg 0 this
    polarisation alone, as often as it has states.

    ``gradient``: leg of a photon whose polarisations are replaced by its momentum; |M|^2 vanishes then (Ward's identity).
    ``halve``: leave out states that parity gives; a sum of squares needs no others, a density matrix does (``density``).
    """
    found = rules(theory)
    made = [some for root in _roots(legs) if not (some := currents(legs, found, root, through)).empty]
    if not made:
        raise NoDiagram(" ".join(leg.line.name for leg in legs))
    tapes = [assemble(theory, some, _states(some, state) if halve else _all_states(some), gradient) for some in made]
    tape = min(tapes, key=lambda t: len(t.rows))
    whole = prod(leg.states for leg in legs) / prod(len(s) for s in tape.states)
    beams = prod(leg.states for leg in legs[:BEAMS])
    return Program(tuple(legs), tape.currents, _arrays(tape), whole / beams / _identical(legs), tape.states)


def squared(program: Program, run: Callable[..., None], momenta: Floats) -> Floats:
    """|M|^2 (n,), GeV^(8 - 2 legs), averaged over the beams' spins, times 1/n!, for momenta (n, legs, 4) in GeV.

    The beams come in along the z axis in their rest frame, leg 0 towards +z.
    """
    columns = padded(momenta)
    total = np.zeros(columns.shape[1])
    run(*program.arrays, columns, total)
    return total[: len(momenta)] * program.factor


def padded(momenta: Floats) -> Floats:
    """Momenta (n, legs, 4) as the machine reads them, (4 legs, m): m the next multiple of 64, the last event repeated."""
    n, legs, _ = momenta.shape
    columns = np.empty((4 * legs, -(-n // WIDE) * WIDE))
    columns[:, :n] = np.moveaxis(momenta, 0, 2).reshape(4 * legs, n)
    columns[:, n:] = columns[:, n - 1 : n]
    return columns


def summed(program: Program, run: Callable[..., None], momenta: Sequence[Floats]) -> Floats:
    """|M|^2 (n,) summed over the states of all legs, for the momenta (4, n) of each, in GeV, of any frame: a decay's, too."""
    n = momenta[0].shape[1]
    columns = np.empty((4 * len(momenta), -(-n // WIDE) * WIDE))
    for i, four in enumerate(momenta):
        columns[4 * i : 4 * i + 4, :n], columns[4 * i : 4 * i + 4, n:] = four, four[:, n - 1 :]
    total = np.zeros(columns.shape[1])
    run(*program.arrays, columns, total)
    count = prod(leg.states for leg in program.legs[:BEAMS]) * _identical(program.legs)
    return total[:n] * (program.factor * count)


def _arrays(tape: Tape) -> Arrays:
    rows, numbers = np.array(tape.rows, dtype=np.int64), np.array(tape.numbers, dtype=np.float64)
    return (rows, numbers, *tape.momenta.arrays(), tape.used)


def _roots(legs: Sequence[Leg]) -> list[int]:
    """Legs to close on, the last of each kind of final particle: the choice only costs or saves operations."""
    return list({(leg.line.name, leg.kind): i for i, leg in enumerate(legs) if i >= BEAMS}.values())


def _identical(legs: Sequence[Leg]) -> int:
    names = [(leg.line.name, leg.kind, leg.flow) for leg in legs[BEAMS:]]
    return prod(factorial(names.count(name)) for name in set(names))


def _states(some: Currents, state: int | None = None) -> tuple[tuple[int, ...], ...]:
    """The states of each leg that are computed: half of the first fermion's where parity gives the other half, or the one asked for."""
    states = list(_all_states(some))
    if state is not None:
        return ((state,), *states[1:])
    if some.legs[0].line.spin == 0.5 and parity_conserved(some):
        states[0] = (0,)
    return tuple(states)


def _all_states(some: Currents) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(range(leg.states)) for leg in some.legs)


def parity_conserved(some: Currents) -> bool:
    """Whether bosons can be given parities such that every vertex of the process conserves parity.

    Enough, not necessary: each boson joins to fermions by one structure only, and to photons as that one demands.
    """
    found: dict[str, set[str]] = {}
    for rule in {join.rule for joins in some.joins.values() for join in joins}:
        for name, parity in _parities(rule):
            found.setdefault(name, set()).add(parity)
    return all(len(parities) == 1 and "none" not in parities for parities in found.values())


def _parities(rule: Rule) -> Iterator[tuple[str, str]]:
    """What a rule says of its bosons: V and A for vectors, S and P for scalars, none for a chiral one."""
    family, letter = rule.operation.split()
    bosons = [kind[1] for kind in (rule.first, rule.second, rule.out) if kind[0] == BOSON]
    if family in ("ket", "bra", "current", "bilinear"):
        even, odd = rule.left == rule.right, rule.left == -rule.right
        names = {"vector": ("V", "A"), "scalar": ("S", "P")}[letter]
        yield bosons[0].split(".")[0], names[0] if even else names[1] if odd else "none"
    elif family == "gauge":
        yield from ((name, "V") for name in bosons)
    else:
        scalar = bosons.pop(2 if letter == "scalar" else 1)
        yield scalar, "P" if family == "dual" else "S"
        yield from ((name, "V") for name in bosons)
