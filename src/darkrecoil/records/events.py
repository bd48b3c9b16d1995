"""Beams and events: particles as they are generated, objects as they are recorded."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from darkrecoil.records.arrays import Bools, Floats, Ints


@dataclass(frozen=True)
class Beams:
    """The two beams: energies and Gaussian energy spreads, GeV; each half_crossing rad off the z axis towards +x.

    The electron goes towards +z. half_crossing = 0 and equal energies are the centre-of-mass frame.
    """

    name: str
    electron: float
    positron: float
    half_crossing: float = 0.0
    spread_electron: float = 0.0
    spread_positron: float = 0.0


@dataclass(frozen=True)
class Particles:
    """True final states in the frame of ``beams``.

    pid, mother, status (n, k): PDG code, slot of the mother (-1: the beams), 1 = final, 2 = decayed, 0 = empty slot;
    momentum (n, k, 4) GeV; vertex (n, k, 4) = (t ns, x, y, z cm) where it was made; weight (n,) fb; attempt (n,).
    The cross-section is the sum of the weights divided by ``attempts``, of which events without weight are not stored.
    """

    pid: Ints
    mother: Ints
    status: Ints
    momentum: Floats
    vertex: Floats
    weight: Floats
    attempt: Ints
    attempts: int
    beams: Beams

    def __len__(self) -> int:
        return len(self.weight)


@dataclass(frozen=True)
class Objects:
    """Reconstructed objects of one kind as padded columns (n, k) by name; ``present`` says which slots are filled."""

    columns: Mapping[str, Floats]
    present: Bools

    def __getitem__(self, name: str) -> Floats:
        return self.columns[name]


@dataclass(frozen=True)
class Events:
    """Reconstructed events: kinds of objects, bits of the trigger lines (n,), weight (n,) fb, attempt (n,), the nominal beams.

    ``objects["track"]`` has px, py, pz (GeV), charge, ecl_energy (GeV), d0, z0 (cm), electron_id, muon_id, pion_id, kaon_id,
    proton_id (0 or 1, at most one of them); ``objects["cluster"]``, the calorimeter's clusters without a track, has energy, px, py, pz,
    time (ns), second_moment (cm^2, beyond that of one photon); ``objects["klm"]``, what only the muon system sees, a unit vector px, py,
    pz; ``objects["vertex"]``, displaced decays to two tracks, x, y, z (cm) and the momentum px, py, pz of both. The cross-section is
    the sum of the weights over ``attempts``.
    """

    objects: Mapping[str, Objects]
    trigger: Mapping[str, Bools]
    weight: Floats
    attempt: Ints
    attempts: int
    beams: Beams

    def __len__(self) -> int:
        return len(self.weight)

    def where(self, mask: Bools) -> "Events":
        """The events of the mask: the only way to lose an event."""
        rows = np.flatnonzero(mask)  # quicker than the mask for many columns
        kept = {
            kind: Objects({name: column[rows] for name, column in some.columns.items()}, some.present[rows])
            for kind, some in self.objects.items()
        }
        bits = {line: bit[rows] for line, bit in self.trigger.items()}
        return replace(self, objects=kept, trigger=bits, weight=self.weight[rows], attempt=self.attempt[rows])
