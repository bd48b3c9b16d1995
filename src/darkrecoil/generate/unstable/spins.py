"""What the spins of decaying particles do to the directions of their products: exact weights, one decay after the other.

Production and decays of one event are a tree whose inner lines are on their mass shells. Cut at particles without spin it falls
into pieces. A piece's |M|^2, summed over all outer spins, with the decay of one more of its particles, over that without it and over
the |M|^2 of this decay alone, each summed over spins, is

    Tr[rho D]/(Tr rho Tr D), between 0 and 1, with mean 1/d over the directions of the decay,

for d spin states, the density matrix rho of all that came before, and D of the decay: J. C. Collins, Nucl. Phys. B 304 (1988) 794;
P. Richardson, JHEP 11 (2001) 029, hep-ph/0110108. Kept with that probability, over its largest possible value (the largest eigenvalue
of D over its trace, ``bound`` of a step), decays are exact in the limit of narrow widths.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from darkrecoil.amplitudes.program import Program
from darkrecoil.constants import M_E
from darkrecoil.generate import hard_frame
from darkrecoil.generate.unstable.amplitude import Amplitudes
from darkrecoil.records import Beams, Floats

BEAMS = (11, -11)
Decay = tuple[int, tuple[int, ...]]  # the place of the decaying particle in its piece, and the codes that it decays to


@dataclass(frozen=True)
class Piece:
    """The program of a production with decays; which particles of the piece are its legs, in their order."""

    program: Program
    legs: tuple[int, ...]


@dataclass(frozen=True)
class Pieces:
    """Pieces by what they hold, made when they are first met."""

    amplitudes: Amplitudes
    known: dict[tuple[tuple[int, ...], int, tuple[Decay, ...]], Piece] = field(default_factory=dict)

    def of(self, root: tuple[int, ...], incoming: int, decays: tuple[Decay, ...]) -> Piece:
        """The piece of a root, given by its codes of which the first so many come in, and of decays, mothers before daughters.

        The particles of a piece are counted: the root's, then the products of each decay.
        """
        if (root, incoming, decays) not in self.known:
            self.known[root, incoming, decays] = _piece(self.amplitudes, root, incoming, decays)
        return self.known[root, incoming, decays]

    def squared(self, piece: Piece, momenta: list[Floats]) -> Floats:
        """|M|^2 (n,) summed over spins for momenta (4, n) of the piece's particles, its lines on the mass shell without propagators."""
        return self.amplitudes.squared(piece.program, [momenta[i] for i in piece.legs])


def _piece(amplitudes: Amplitudes, root: tuple[int, ...], incoming: int, decays: tuple[Decay, ...]) -> Piece:
    codes = list(root)
    at: dict[int, tuple[int, ...]] = {}  # the products of each decayed particle, by their places
    for mother, products in decays:
        at[mother] = tuple(range(len(codes), len(codes) + len(products)))
        codes += products
    legs = (*range(incoming), *(leaf for place in range(incoming, len(root)) for leaf in _leaves(place, at)))
    through = {sum(1 << legs.index(leaf) for leaf in _leaves(mother, at)): amplitudes.lines[abs(codes[mother])].name for mother in at}
    return Piece(amplitudes.program(amplitudes.legs([codes[place] for place in legs], incoming), through), legs)


def _leaves(place: int, at: Mapping[int, tuple[int, ...]]) -> list[int]:
    """What a particle of a piece ends as: itself, or what its products end as."""
    return [leaf for product in at[place] for leaf in _leaves(product, at)] if place in at else [place]


@dataclass(frozen=True)
class Frame:
    """Each event's rest frame of the hard process, the electron along +z."""

    there: hard_frame.Frame

    def inside(self, p: Floats) -> Floats:
        """Momenta (4, n) of the laboratory in that frame, GeV."""
        return np.array(hard_frame.to_cms(self.there, _four(p)))

    def outside(self, p: Floats) -> Floats:
        """Momenta (4, n) of that frame in the laboratory, GeV."""
        return np.array(hard_frame.to_lab(self.there, _four(p)))

    def beams(self) -> Floats:
        """Momenta (2, 4, n) of e- and e+ in that frame, GeV."""
        half = 0.5 * self.there.root
        p, zero = np.sqrt((half - M_E) * (half + M_E)), np.zeros_like(half)
        return np.array([[half, zero, zero, p], [half, zero, zero, -p]])


def frame(total: Floats, beams: Beams, radiated: Floats | None = None) -> Frame:
    """The frame of events of these total momenta (4, n), GeV, behind a photon (4, n) of the electron, if there is one."""
    return Frame(hard_frame.frame([_four(total)], beams, None if radiated is None else _four(radiated)))


def _four(p: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    return p[0], p[1], p[2], p[3]
