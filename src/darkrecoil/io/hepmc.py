"""HepMC3 event files (.hepmc, .hepmc.gz) of any generator <-> Particles; the older IO_GenEvent of HepMC2 is read too.

Units are the file's own, event by event (GEV or MEV, MM or CM). A file may stand in the centre-of-mass frame with
either beam along +z, or in a laboratory, crossing angle or not: which, is read from the incoming particles of each event.
"""

from pathlib import Path

import numpy as np

from darkrecoil._errors import BadFile
from darkrecoil.constants import fb, pb
from darkrecoil.io._flat import Flat, padded
from darkrecoil.io._hepmc_text import Text, parse
from darkrecoil.io._hepmc_tree import Tree, tree
from darkrecoil.io._hepmc_write import write
from darkrecoil.io._laboratory import Listing, in_laboratory, incoming, notes
from darkrecoil.io._lhe_write import C
from darkrecoil.io._report import Report, report
from darkrecoil.records import Beams, Floats, Particles

__all__ = ["Report", "read", "write"]

NO_BEAMS = "the beams are the particles of status 4; write them to the file, as generators do unless told otherwise"


def read(path: str | Path, beams: Beams) -> tuple[Particles, Report]:
    """The events of a HepMC file in the laboratory of ``beams`` (GeV, cm, ns, fb), and what was noticed.

    Stored are particles of status 1 (final) and 2 (decayed), in the order of the file, mothers first; a mother is the nearest
    ancestor that is stored. Each event, its vertices too, goes to the rest frame of its incoming particles (status 4) and from
    there to the laboratory: a file already in that laboratory comes out unchanged. A vertex without a place is where its
    first mother was made (arXiv:1912.08005).

    The first weight counts, 1 where there is none. HepMC leaves their unit open: they are scaled so that they average to the
    cross-section of the last event (GenCrossSection, pb); without one their mean is taken for it, in pb, and that is noted.

    BadFile: damaged, not finite, incoming particles other than e- e+ or none, sqrt(s) off by more than 50 MeV.
    """
    path = Path(path)
    text = parse(path)
    branches = tree(text, path)
    momentum, status = text.particles[:, [6, 3, 4, 5]], text.particles[:, 8]
    listing = Listing(text.particles[:, 2], text.event, status == 4, status == 1, momentum, len(text.weight))
    electron, positron = incoming(listing, path, NO_BEAMS)
    said = notes(listing, electron, positron, beams, path)
    p, vertex = (in_laboratory(four, text.event, electron, positron, beams) for four in (momentum, branches.vertex))
    weight, weight_notes = _weights(text, path)
    particles = padded(_stored(text, branches, p, vertex), weight, text.attempt, text.attempts, beams)
    return particles, report(particles, said + weight_notes)


def _stored(text: Text, branches: Tree, momentum: Floats, vertex: Floats) -> Flat:
    rows, mother = branches.rows, branches.mother
    counts = np.bincount(text.event[rows], minlength=len(text.weight))
    pid, status = text.particles[rows, 2].astype(np.int64), text.particles[rows, 8].astype(np.int64)
    return Flat(counts, pid, mother, status, momentum[rows], vertex[rows] * np.array([1 / C, 1.0, 1.0, 1.0]))


def _weights(text: Text, path: Path) -> tuple[Floats, tuple[str, ...]]:
    """Weights in fb, of which the sum over attempts is the cross-section, and what was assumed."""
    mean, stated = float(np.mean(text.weight)), text.cross_section
    if not mean > 0:
        raise BadFile(f"the weights of {path} make no cross-section", f"mean weight {mean:g}")
    note = f"the file states no cross-section: the mean weight, {mean:.6g}, is taken for it in pb"
    factor = 1.0 if stated is None else stated / mean
    return text.weight * (factor * pb / fb * (text.attempts / len(text.weight))), (note,) if stated is None else ()
