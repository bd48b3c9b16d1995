"""What an amplitude is made of, in numbers: lines that propagate, terms that join them, the legs of a process."""

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Line:
    """A field with its numbers: the words for particle and antiparticle, PDG code, spin, mass and width in GeV.

    A line that ``runs`` is a photon with vacuum polarisation.
    """

    name: str
    particle: str
    antiparticle: str
    pid: int
    spin: float
    mass: float
    width: float = 0.0
    runs: bool = False


@dataclass(frozen=True)
class Term:
    """A vertex of records.Vertex with its coupling as a number, and the one it has where an external photon is attached.

    ``order`` counts powers of new physics: of a process only the diagrams of the lowest order that it has are taken.
    """

    fields: tuple[str, ...]
    structure: str
    value: complex
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


def either(some: Leg) -> tuple[Leg, ...]:
    """The leg, and for a fermion that is its own antiparticle also the other end of the fermion flow.

    On a line with two such ends |M|^2 does not depend on the direction of the flow, if the vertex is written once: A. Denner, H. Eck,
    O. Hahn, J. Kueblbeck, Phys. Lett. B 291 (1992) 278.
    """
    if some.line.spin != 0.5 or some.line.particle != some.line.antiparticle:
        return (some,)
    return some, replace(some, kind=BRA if some.kind == KET else KET)
