"""Event files <-> records. A file is written whole or not at all, and a damaged one is refused in one line."""

from pathlib import Path

from darkrecoil._errors import unknown
from darkrecoil.io import hepmc, lhe, particles, root
from darkrecoil.io._report import Report
from darkrecoil.records import Beams, Particles, Provenance

__all__ = ["READERS", "WRITERS", "Report", "check_format", "read_particles", "write_particles"]

READERS = {".lhe": lhe.read, ".lhe.gz": lhe.read, ".hepmc": hepmc.read, ".hepmc.gz": hepmc.read, ".parquet": particles.read}
WRITERS = {
    ".lhe": lhe.write, ".lhe.gz": lhe.write, ".hepmc": hepmc.write, ".hepmc.gz": hepmc.write,
    ".parquet": particles.write, ".root": root.write,
}  # fmt: skip


def read_particles(path: str | Path, beams: Beams) -> tuple[Particles, Report]:
    """True events of a generator's file in the laboratory of ``beams`` (GeV, cm, ns, fb), and what was noticed.

    The suffix says the format. UnknownName: another suffix; BadFile: a file that is missing or damaged.
    """
    name = Path(path).name
    for suffix, reader in READERS.items():
        if name.endswith(suffix):
            return reader(path, beams)
    raise unknown("format of generated events", "".join(Path(path).suffixes[-2:]) or name, READERS)


def check_format(path: str | Path) -> str:
    """The suffix by which generated events can be written to this path; UnknownName, before any work, if there is none."""
    name = Path(path).name
    for suffix in WRITERS:
        if name.endswith(suffix):
            return suffix
    raise unknown("format to write generated events in", "".join(Path(path).suffixes[-2:]) or name, WRITERS)


def write_particles(
    path: str | Path, particles: Particles, process_name: str, cross_section: float, error: float, provenance: Provenance
) -> None:
    """Write true events in the format of the suffix; cross-section and error in fb. UnknownName, BadFile as the format's own."""
    WRITERS[check_format(path)](path, particles, process_name, cross_section, error, provenance)
