"""The e+e- rest frame of each event's own hard process, from what an event holds: its final momenta and the direction of the beams."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from darkrecoil.kinematics.vectors import Four, add, from_rest, subtract
from darkrecoil.records import Beams, Floats


@dataclass(frozen=True)
class Frame:
    """The system's four-vector, GeV, its mass, and the electron's direction in its rest frame, each by event."""

    total: Four
    root: Floats
    axis: tuple[Floats, Floats, Floats]


def frame(final: Sequence[Four], beams: Beams, radiated: Four | None = None) -> Frame:
    """The frame of a hard process with these final momenta in the laboratory; ``radiated`` is what the electron lost to photons before.

    The electron is taken to be massless: right to (m_e/E)^2.
    """
    total = final[0]
    for p in final[1:]:
        total = add(total, p)
    root = np.sqrt(total[0] ** 2 - total[1] ** 2 - total[2] ** 2 - total[3] ** 2)
    one = beams.electron * np.ones_like(root)
    electron: Four = one, np.sin(beams.half_crossing) * one, 0.0 * one, np.cos(beams.half_crossing) * one
    if radiated is not None:
        electron = subtract(electron, radiated)
    _, x, y, z = from_rest(_back(total), root, electron)
    size = np.sqrt(x * x + y * y + z * z)
    return Frame(total, root, (x / size, y / size, z / size))


def to_cms(there: Frame, p: Four) -> Four:
    """A four-vector of the laboratory in the rest frame, the electron along +z: a boost, a turn about y, a turn about x."""
    e, x, y, z = from_rest(_back(there.total), there.root, p)
    s, lift, c, flat = _turns(there)
    z, x = c * z + s * x, c * x - s * z
    return e, x, flat * y - lift * z, flat * z + lift * y


def to_lab(there: Frame, p: Four) -> Four:
    """The inverse of ``to_cms``."""
    s, lift, c, flat = _turns(there)
    y, z = flat * p[2] + lift * p[3], flat * p[3] - lift * p[2]
    return from_rest(there.total, there.root, (p[0], c * p[1] + s * z, y, c * z - s * p[1]))


def spin_to_lab(there: Frame, cms: Four, lab: Four, mass: float, spin: Floats) -> Floats:
    """A vector (3, n) of a particle's rest frame as reached from the e+e- frame, in its rest frame as reached from the laboratory.

    ``cms`` and ``lab`` are the particle's four-vectors in both. The two rest frames differ by Wigner's rotation.
    """
    found = from_rest(_back(lab), mass, to_lab(there, from_rest(cms, mass, _at_rest(spin))))
    return np.stack(found[1:])


def spin_to_cms(there: Frame, cms: Four, lab: Four, mass: float, spin: Floats) -> Floats:
    """The inverse of ``spin_to_lab``."""
    found = from_rest(_back(cms), mass, to_cms(there, from_rest(lab, mass, _at_rest(spin))))
    return np.stack(found[1:])


def _at_rest(spin: Floats) -> Four:
    return np.zeros_like(spin[0]), spin[0], spin[1], spin[2]


def _back(p: Four) -> Four:
    return p[0], -p[1], -p[2], -p[3]


def _turns(there: Frame) -> tuple[Floats, Floats, Floats, Floats]:
    """Sines and cosines of the turns about y and x that take +z to the electron's direction: sine, sine, cosine, cosine."""
    x, y, z = there.axis
    flat = np.sqrt(x * x + z * z)
    return x / flat, y, z / flat, flat
