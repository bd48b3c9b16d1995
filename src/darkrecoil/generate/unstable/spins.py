"""What the spins of decaying particles do to the directions of their products: exact weights of whole chains.

Production and decays of one event are a tree whose inner lines are on their mass shells. Cut at particles without spin it falls
into pieces; a piece's |M|^2, summed over all outer spins, over that of its production and of its decays, each summed over spins, is

    Tr[rho D]/(Tr rho Tr D), between 0 and 1, with mean 1/d over the directions of the decay,

for one particle of d spin states with the density matrices rho of its production and D of its decay, and so on for more of them
(for instance G. Mahlon, S. Parke, Phys. Rev. D 53 (1996) 4886). Kept with that probability, decays are exact in the limit of narrow widths.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from darkrecoil.amplitudes.program import Program
from darkrecoil.constants import M_E
from darkrecoil.generate.unstable.amplitude import Amplitudes, columns
from darkrecoil.kinematics.frames import beam_momenta, rotate_y, unboost
from darkrecoil.records import Beams, Floats

BEAMS = (11, -11)
Signature = tuple[tuple[int, ...], tuple[tuple[int, tuple[int, ...]], ...]]  # codes at the root; (place in the piece, codes) of each decay


@dataclass(frozen=True)
class Piece:
    """Programs of a production alone, its legs the first particles of the piece, and with its decays, with its legs in their order."""

    root: Program
    whole: Program
    size: int
    legs: tuple[int, ...]


@dataclass(frozen=True)
class Pieces:
    """Pieces by what they hold, made when they are first met. Particles of a piece are counted: the root's, then those of each decay."""

    amplitudes: Amplitudes
    known: dict[tuple[bool, Signature], Piece] = field(default_factory=dict)

    def of(self, beams: bool, signature: Signature) -> Piece:
        """The piece of a signature; with ``beams`` the root's legs are e- e+ and the process's particles, else a decaying scalar first."""
        if (beams, signature) not in self.known:
            self.known[beams, signature] = _piece(self.amplitudes, beams, signature)
        return self.known[beams, signature]


def _piece(amplitudes: Amplitudes, beams: bool, signature: Signature) -> Piece:
    first, decays = signature
    codes = [*BEAMS, *first] if beams else list(first)
    incoming = 2 if beams else 1
    at: dict[int, tuple[int, ...]] = {}  # the products of each decayed particle, by their places
    for mother, products in decays:
        at[mother] = tuple(range(len(codes), len(codes) + len(products)))
        codes += products
    size = len(first) + (2 if beams else 0)
    leaves = [leaf for place in range(incoming, size) for leaf in _leaves(place, at)]
    legs = (*range(incoming), *leaves)
    through = {sum(1 << legs.index(leaf) for leaf in _leaves(mother, at)): amplitudes.lines[abs(codes[mother])].name for mother in at}
    root = amplitudes.program(amplitudes.legs(codes[:size], incoming))
    whole = amplitudes.program(amplitudes.legs([codes[place] for place in legs], incoming), through)
    return Piece(root, whole, size, legs)


def _leaves(place: int, at: Mapping[int, tuple[int, ...]]) -> list[int]:
    """What a particle of a piece ends as: itself, or what its products end as."""
    return [leaf for product in at[place] for leaf in _leaves(product, at)] if place in at else [place]


def production(piece: Piece, amplitudes: Amplitudes, momenta: Sequence[Floats]) -> Floats:
    """|M|^2 (n,) of the root alone, summed over spins, for momenta (4, n) of the piece's particles."""
    return amplitudes.squared(piece.root, columns(momenta[: piece.size]))


def whole(piece: Piece, amplitudes: Amplitudes, momenta: Sequence[Floats]) -> Floats:
    """The same of the root with its decays."""
    return amplitudes.squared(piece.whole, columns([momenta[i] for i in piece.legs]))


@dataclass(frozen=True)
class Frame:
    """Each event's e+e- rest frame: the system's momentum (4, n) in the laboratory, GeV, and the angle of the electron in the x-z plane."""

    total: Floats
    angle: Floats

    def of(self, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> "Frame":
        """The frames of some of the events."""
        return Frame(self.total[:, rows], self.angle[rows])

    def inside(self, p: Floats) -> Floats:
        """Momenta (4, n) of the laboratory in that frame, the electron along +z, GeV."""
        return np.array(rotate_y(-self.angle, unboost((self.total[0], self.total[1], self.total[2], self.total[3]), _four(p))))

    def beams(self) -> tuple[Floats, Floats]:
        """Momenta (4, n) of e- and e+ in that frame, GeV."""
        e, x, y, z = self.total
        half = 0.5 * np.sqrt(e * e - x * x - y * y - z * z)
        p, zero = np.sqrt((half - M_E) * (half + M_E)), np.zeros_like(half)
        return np.array([half, zero, zero, p]), np.array([half, zero, zero, -p])


def frame(total: Floats, beams: Beams) -> Frame:
    """The frames of events of these total momenta (4, n), GeV: the energies of the beams follow from energy and z component."""
    e, _, _, z = total
    electron = 0.5 * (e + z / np.cos(beams.half_crossing))
    ahead, _ = beam_momenta(electron, electron, beams.half_crossing, M_E)
    _, x, _, along = unboost((total[0], total[1], total[2], total[3]), ahead)
    return Frame(total, np.arctan2(np.asarray(x), np.asarray(along)))


def _four(p: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    return p[0], p[1], p[2], p[3]
