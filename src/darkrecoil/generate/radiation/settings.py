"""What of a process radiates, and the scale at which matrix elements take over."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, pi

from darkrecoil._errors import BadValue
from darkrecoil.constants import ALPHA_0, MASS

RADIATING = (11, 13, 15)  # charged leptons, by PDG code
PHOTON = 22


MATCHING = 0.1  # GeV
HARDEST = 1.0  # GeV: with a harder scale collinear photons at the scale would no longer be near the charge that radiates


@dataclass(frozen=True)
class Choice:
    """What a user asks for: radiation of the beams, of the final charges, and the scale of matching (GeV) where "(gamma)" is typed."""

    initial: bool = False
    final: bool = False
    scale: float = MATCHING

    @property
    def any(self) -> bool:
        """Whether anything radiates."""
        return self.initial or self.final

    @property
    def text(self) -> str:
        """In words, for a provenance."""
        words = [name for name, on in (("initial", self.initial), ("final", self.final)) if on]
        return " and ".join(words) or "none"


NOT = Choice()


def checked(choice: Choice) -> Choice:
    """The same; BadValue for a scale of matching out of range."""
    if not (isfinite(choice.scale) and 0 < choice.scale <= HARDEST):
        raise BadValue("the matching scale is out of range", f"{choice.scale:g} GeV", f"allowed: above 0, up to {HARDEST:g} GeV")
    return choice


@dataclass(frozen=True)
class Dipole:
    """A pair of opposite charges: their slots and masses, GeV."""

    slots: tuple[int, int]
    masses: tuple[float, float]


@dataclass(frozen=True)
class Radiation:
    """Whether the beams radiate, which pairs of final charges do, and the matching.

    With a ``scale`` (GeV) the photons of the matrix element, slots ``explicit``, must be harder than it, and radiated ones
    softer: than the scale, or where no matrix element with one more photon stands beside (``top``), than the softest of ``explicit``.
    ``elastic`` are the slots of e- and e+ that may be the beams' own: they radiate by the momentum transferred, not by s.
    ``factor`` multiplies all weights: see ``first_order``.
    """

    initial: bool = False
    dipoles: tuple[Dipole, ...] = ()
    scale: float = 0.0
    explicit: tuple[int, ...] = ()
    top: bool = False
    elastic: tuple[int, ...] = ()
    factor: float = 1.0

    @property
    def dimensions(self) -> int:
        """Uniforms that go through the grids: the energy fraction of each beam."""
        return 2 if self.initial else 0

    @property
    def photons(self) -> int:
        """Slots of radiated photons: one per beam, one per pair."""
        return 2 * self.initial + len(self.dipoles)

    @property
    def nothing(self) -> bool:
        """Whether nothing radiates and nothing is matched."""
        return not self.photons and not self.scale


NONE = Radiation()


def dipoles(pid: Sequence[int]) -> tuple[Dipole, ...]:
    """The pairs of opposite charges among PDG codes: like flavours first, then any."""
    minus = [i for i, code in enumerate(pid) if code in RADIATING]
    plus = [i for i, code in enumerate(pid) if -code in RADIATING]
    found: list[Dipole] = []
    for alike in (True, False):
        for i in list(minus):
            partner = next((k for k in plus if not alike or pid[k] == -pid[i]), None)
            if partner is not None:
                minus.remove(i)
                plus.remove(partner)
                found.append(Dipole((i, partner), (MASS[pid[i]], MASS[pid[i]] if alike else MASS[-pid[partner]])))
    return tuple(found)


def elastic(pid: Sequence[int]) -> tuple[int, ...]:
    """The slots of the first e- and e+ of PDG codes; none unless both are there."""
    return (pid.index(11), pid.index(-11)) if 11 in pid and -11 in pid else ()


def first_order(choice: Choice, annihilates: bool, pairs: int) -> float:
    """What first order adds to the rate without a logarithm, dimensionless: where e+e- annihilate into one virtual photon, else 1.

    Initial: 1 + (alpha/pi)(pi^2/3 - 1/2) (G. Bonneau and F. Martin, Nucl. Phys. B 27 (1971) 381); final: 1 + 3 alpha/(4 pi) for one pair
    (J. Schwinger, Particles, Sources and Fields II (1973), massless limit). For other processes it depends on angles and is left out.
    """
    initial = 1.0 + ALPHA_0 / pi * (pi * pi / 3.0 - 0.5) if choice.initial and annihilates else 1.0
    return initial * (1.0 + 0.75 * ALPHA_0 / pi if choice.final and annihilates and pairs == 1 else 1.0)
