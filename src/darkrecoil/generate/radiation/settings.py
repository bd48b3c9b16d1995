"""What of a process radiates, and the scale at which matrix elements take over."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, pi

import numpy as np

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
    ``elastic`` are the slots of e-, then those of e+, that may be the beams' own: they radiate by the momentum transferred, not by s.
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
        """Slots of radiated photons: two per beam, first those of e-, two per pair."""
        return 4 * self.initial + 2 * len(self.dipoles)

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
    """The slots of e- and then of as many e+ among PDG codes; none unless both are there."""
    minus, plus = ([i for i, code in enumerate(pid) if code == sign * 11] for sign in (1, -1))
    count = min(len(minus), len(plus))
    return (*minus[:count], *plus[:count])


def first_order(choice: Choice, annihilates: bool, pair: Dipole | None, matched: bool = False) -> float:
    """What first order adds to the rate without a logarithm, dimensionless: where e+e- annihilate into one virtual photon, else 1.

    Initial: 1 + (alpha/pi)(pi^2/3 - 1/2) (G. Bonneau and F. Martin, Nucl. Phys. B 27 (1971) 381); final, where that is but one pair:
    1 + 3 alpha/(4 pi) (J. Schwinger, Particles, Sources and Fields II (1973), massless limit), and ``matched`` what the matrix element
    has less of than what it replaces. For other processes it depends on angles and is left out.
    """
    initial = 1.0 + ALPHA_0 / pi * (pi * pi / 3.0 - 0.5) if choice.initial and annihilates else 1.0
    if not (choice.final and annihilates and pair):
        return initial
    return initial * (1.0 + 0.75 * ALPHA_0 / pi + (replaced(choice.scale, pair.masses[0]) if matched else 0.0))


def replaced(scale: float, mass: float) -> float:
    """The rate of a pair's photons harder than the scale over the pair's own: as radiated less that of the matrix element.

    (2 alpha/pi) int dz/z (1 - z + z^2/2) ln[(h + 1/(1 - z))/(h + 1)], h = (scale/m)^2 (1 - z)/z^2: a charge that has radiated z
    keeps photons out of angles below m/(E sqrt(1 - z)), what radiates out of those below m/E. (alpha/pi)(pi^2/3 - 5/4) for a small
    scale, which with 3/4 gives the constant of soft and virtual photons, pi^2/3 - 1/2, that of the beams; 0 for a large one.
    """
    z = (np.arange(100_000) + 0.5) / 100_000
    h = (scale / mass) ** 2 * (1.0 - z) / z**2
    return float(2.0 * ALPHA_0 / pi * np.mean((1.0 - z + 0.5 * z * z) / z * np.log((h + 1.0 / (1.0 - z)) / (h + 1.0))))
