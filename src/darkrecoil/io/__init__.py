"""Event files <-> records. A file is written whole or not at all, and a damaged one is refused in one line."""

from pathlib import Path

from darkrecoil._errors import unknown
from darkrecoil.io import lhe
from darkrecoil.io.lhe import Report
from darkrecoil.records import Beams, Particles

__all__ = ["READERS", "Report", "read_particles"]

READERS = {".lhe": lhe.read, ".lhe.gz": lhe.read}


def read_particles(path: str | Path, beams: Beams) -> tuple[Particles, Report]:
    """True events of a generator's file in the laboratory of ``beams`` (GeV, cm, ns, fb), and what was noticed.

    The suffix says the format. UnknownName: another suffix; BadFile: a file that is missing or damaged.
    """
    name = Path(path).name
    for suffix, reader in READERS.items():
        if name.endswith(suffix):
            return reader(path, beams)
    raise unknown("format of generated events", "".join(Path(path).suffixes[-2:]) or name, READERS)
