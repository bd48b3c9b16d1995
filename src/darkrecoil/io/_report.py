"""What a reading of true particles found."""

from dataclasses import dataclass

import numpy as np

from darkrecoil.constants import MASS
from darkrecoil.records import Particles


@dataclass(frozen=True)
class Report:
    """What a reading found: number of events, cross-section in fb, what was assumed or changed, and the PDG codes of
    final particles of which darkrecoil's table of masses knows nothing (a model's own particle is among them)."""

    events: int
    cross_section: float
    notes: tuple[str, ...]
    unknown_pids: tuple[int, ...]


def report(particles: Particles, notes: tuple[str, ...]) -> Report:
    """The report on particles that were read, with these notes."""
    finals = particles.pid[particles.status == 1]
    strange = tuple(int(pid) for pid in np.unique(finals) if abs(int(pid)) not in MASS)
    return Report(len(particles), float(np.sum(particles.weight)) / particles.attempts, notes, strange)
