"""What an amplitude is made of, in numbers: lines that propagate, terms that join them, the legs of a process."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A field with its numbers: the words for particle and antiparticle, PDG code, spin, mass and width in GeV."""

    name: str
    particle: str
    antiparticle: str
    pid: int
    spin: float
    mass: float
    width: float = 0.0


@dataclass(frozen=True)
class Term:
    """A vertex of records.Vertex with its coupling as a number, and the one it has where an external photon is attached.

    ``order`` counts powers of new physics: of a process only the diagrams of the lowest order that it has are taken.
    """

    fields: tuple[str, ...]
    structure: str
    value: float
    with_real_photon: float
    order: int = 0


@dataclass(frozen=True)
class Theory:
    """The lines by name and the terms among them."""

    lines: Mapping[str, Line]
    terms: tuple[Term, ...]


KET, BRA, BOSON = "ket", "bra", "boson"


@dataclass(frozen=True)
class Leg:
    """An external particle: its line, whether it comes in, and the end of the fermion flow that it is (ket, bra, or boson).

    For a boson with charge ``flow`` is +1 for the particle coming in (or its antiparticle going out), -1 otherwise.
    """

    line: Line
    incoming: bool
    kind: str
    flow: int = 0

    @property
    def states(self) -> int:
        """The number of helicities or polarisations."""
        if self.line.spin == 0:
            return 1
        return 3 if self.line.spin == 1 and self.line.mass > 0 else 2


def leg(theory: Theory, word: str, incoming: bool) -> Leg | None:
    """The leg for a particle by its word, as in "mu+"; None if the theory has no such particle."""
    for line in theory.lines.values():
        if word in (line.particle, line.antiparticle):
            anti = word != line.particle
            if line.spin == 0.5:
                return Leg(line, incoming, KET if incoming != anti else BRA)
            own = line.particle == line.antiparticle
            return Leg(line, incoming, BOSON, 0 if own else (1 if incoming != anti else -1))
    return None
