"""What a phase-space channel is: masses of clusters, then splits of one system into two. Data only.

Momenta are named by bit masks of legs: 1 and 2 are the beams e- and e+, 1 << i the outgoing leg i (from 2 on). A mask
without beams is the sum of its legs; with one beam it is that beam minus the legs; all outgoing legs are the total.
"""

from dataclasses import dataclass

from darkrecoil.amplitudes.diagrams import Diagram, Propagator

__all__ = ["BEAMS", "Channel", "Diagram", "Mass", "Propagator", "Reaction", "Split", "legs_of"]

BEAMS = 3  # the mask of both beams
LOG, RESONANCE, FLAT, RECOIL, SOFT = range(5)  # maps of a cluster's mass^2
ISOTROPIC, POLE, TWO_POLES = range(3)  # maps of a split's angle


def legs_of(mask: int) -> tuple[int, ...]:
    """The legs of a mask, rising."""
    return tuple(i for i in range(mask.bit_length()) if mask >> i & 1)


@dataclass(frozen=True)
class Reaction:
    """e+e- -> outgoing legs 2..: their masses (GeV), which are photons, the least photon energy in the e+e- frame (GeV), the
    nominal sqrt s (GeV), and the transfer (GeV^2) below which a massless exchange need not be resolved."""

    masses: tuple[float, ...]
    photons: tuple[bool, ...]
    soft: float
    sqrt_s: float
    least_transfer: float = 0.0

    @property
    def total(self) -> int:
        """The mask of all outgoing legs."""
        return ((1 << len(self.masses)) - 1) << 2

    def threshold(self, mask: int) -> float:
        """The sum of the masses of a mask's outgoing legs, GeV."""
        return sum(self.masses[i - 2] for i in legs_of(mask & self.total))

    def is_photon(self, mask: int) -> bool:
        """Whether the mask is one leg, and that a photon."""
        return mask.bit_count() == 1 and mask > BEAMS and self.photons[mask.bit_length() - 3]


@dataclass(frozen=True)
class Mass:
    """The mass^2 of a cluster, by a map: LOG in s - m2 + scale, RESONANCE (scale = mass times width), FLAT, RECOIL, SOFT.

    ``parent`` is the system that the cluster is split off from; the last two read its mass.
    """

    cluster: int
    parent: int
    kind: int
    m2: float = 0.0
    scale: float = 0.0


@dataclass(frozen=True)
class Split:
    """parent -> first + rest: isotropic, or with the pole of a propagator in the angle to an axis.

    The pole is at (axis - first)^2 = m2 if the axis is a beam, a virtual momentum or the total, at (axis + first)^2 = m2 if it
    is an outgoing momentum; for the total as axis m2 is s itself, and the pole is at first = 0. ``soften`` (GeV^2) is added to
    its distance. TWO_POLES: both beams, of the total only.
    """

    parent: int
    first: int
    kind: int = ISOTROPIC
    axis: int = 0
    m2: float = 0.0
    soften: float = 0.0

    @property
    def rest(self) -> int:
        """The mask of the other daughter."""
        return self.parent & ~self.first


@dataclass(frozen=True)
class Channel:
    """The steps in the order in which they are taken: masses, then splits from the total down."""

    masses: tuple[Mass, ...]
    splits: tuple[Split, ...]
