"""A process at tree level as data: the programs of its alternatives, its phase-space channels, its generator's own cuts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from darkrecoil._errors import UnknownName, unknown
from darkrecoil.amplitudes.diagrams import Diagram, diagrams
from darkrecoil.amplitudes.program import NoDiagram, Program, program
from darkrecoil.amplitudes.theory import Leg, Theory, either, leg
from darkrecoil.records import Process

ANY_NEUTRINO = "nu"
FLAVOURS = ("nu_e", "nu_mu", "nu_tau")


@dataclass(frozen=True)
class Alternative:
    """One assignment of particles to the words of a process: its amplitude and the PDG codes of what goes out."""

    program: Program
    pid: tuple[int, ...]


VERTEX = "a new particle needs a model, and vertices whose couplings are not zero: see --param, --scan"


@dataclass(frozen=True)
class Tree:
    """A process ready for sampling: alternatives that are summed, masses (GeV) and which are photons, all propagator sets."""

    alternatives: tuple[Alternative, ...]
    masses: tuple[float, ...]
    photons: tuple[bool, ...]
    diagrams: tuple[Diagram, ...]


def tree(process: Process, theory: Theory) -> Tree:
    """The tree of a process; UnknownName for a particle that the theory lacks, or where no diagram joins the particles."""
    made = [found for words in _assignments(process.outgoing, theory) if (found := _alternative(process, words, theory))]
    if not made:
        raise UnknownName("no tree diagram leads to this process", process.name, hint=VERTEX)
    ends = made[0].program.legs[2:]
    lines = {some for one in made for some in diagrams(theory, one.program.currents)}
    return Tree(tuple(made), tuple(e.line.mass for e in ends), tuple(e.line.name == "gamma" for e in ends), tuple(sorted(lines)))


def for_spins(process: Process, theory: Theory) -> tuple[Alternative, ...]:
    """The same assignments with programs that leave no state out: what a density matrix needs (``amplitudes.density``)."""
    words = _assignments(process.outgoing, theory)
    return tuple(found for some in words if (found := _alternative(process, some, theory, halve=False)))


def _assignments(words: Sequence[str], theory: Theory) -> Iterator[tuple[str, ...]]:
    """The words with every "nu" a neutrino or antineutrino of some flavour, and then new fermions as either of their kind, too.

    Of alike words only one order is taken.
    """
    if ANY_NEUTRINO not in words:
        yield tuple(words)
        return
    neutrinos = [word for name in FLAVOURS for word in (theory.lines[name].particle, theory.lines[name].antiparticle)]
    choices = [neutrinos if word == ANY_NEUTRINO else _both(word, theory) for word in words]
    seen = set()
    for some in product(*choices):
        if (alike := tuple(sorted(some))) not in seen:
            seen.add(alike)
            yield some


def _both(word: str, theory: Theory) -> list[str]:
    """A new fermion and its antiparticle; any other particle alone."""
    for line in theory.lines.values():
        if word == line.particle != line.antiparticle and line.spin == 0.5 and abs(line.pid) > 18:
            return [line.particle, line.antiparticle]
    return [word]


def _alternative(process: Process, words: Sequence[str], theory: Theory, halve: bool = True) -> Alternative | None:
    ends = [_leg(theory, word, True) for word in process.incoming] + [_leg(theory, word, False) for word in words]
    codes = tuple(_pid(e, word) for e, word in zip(ends[2:], words, strict=True))
    choices = [either(e) for e in ends]
    if sum(len(some) > 1 for some in choices) > 2:
        raise UnknownName("at most two fermions that are their own antiparticles", process.name, hint="let them come from decays: --decay")
    for some in product(*choices):
        try:
            return Alternative(program(theory, some, halve=halve), codes)
        except NoDiagram:
            continue
    return None


def _leg(theory: Theory, word: str, incoming: bool) -> Leg:
    found = leg(theory, word, incoming)
    if found is None:
        words = {w for line in theory.lines.values() for w in (line.particle, line.antiparticle)}
        raise unknown("particle (a new one needs --model)", word, {*words, ANY_NEUTRINO})
    return found


def _pid(end: Leg, word: str) -> int:
    return end.line.pid if word == end.line.particle else -end.line.pid
