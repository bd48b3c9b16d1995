"""Events that come from files: through the detector, and through a search's selection."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from darkrecoil import __version__, io
from darkrecoil._errors import BadFile
from darkrecoil._jit.philox import key
from darkrecoil._run import Progress
from darkrecoil.chain import stream
from darkrecoil.chain.bench import response_only
from darkrecoil.chain.stream import Selected
from darkrecoil.detector import card as cards
from darkrecoil.detector import compiled
from darkrecoil.detector.background import rate
from darkrecoil.detector.response import unseen
from darkrecoil.detector.schema import Card
from darkrecoil.io import events as event_file
from darkrecoil.records import Events, Provenance
from darkrecoil.selection import Analysis


@dataclass(frozen=True)
class Simulated:
    """Reconstructed events of a file, what the simulation rests on, and where it came from."""

    events: Events
    card: Card
    assumptions: tuple[str, ...]
    provenance: Provenance


def simulate_file(
    path: str | Path, detector: str = "belle2", preset: str | None = None, seed: int = 1, jobs: int = 1,
    changes: Mapping[str, object] | None = None, progress: Progress | None = None,
) -> Simulated:  # fmt: skip
    """The events of a generator's file as the detector records them. Frame and beam direction are read from the file.

    BadFile for a file that is missing or damaged; UnknownName for a detector or a format that does not exist.
    """
    card = cards.loaded(detector, preset, changes)
    particles, report = io.read_particles(path, card.beams)
    response = response_only(card, jobs, progress)
    events = compiled.simulate(particles, response, key(seed, "file", "user"))
    dropped = tuple(f"particle code {pid} is taken to be invisible" for pid in unseen(particles))
    absent = () if rate(card) else ("beam background",)
    settings = {"detector": card.name, "preset": card.preset, "card": cards.card_hash(card)}
    provenance = Provenance(__version__, seed, settings, (*absent, "radiation beyond that of the file"))
    return Simulated(events, card, (*report.notes, *dropped, *cards.assumptions(card)), provenance)


def select_file(analysis: Analysis, path: str | Path) -> tuple[Selected, Events]:
    """What a search keeps of a file of reconstructed events written by ``simulate``."""
    events, _ = event_file.read(path)
    if not len(events):
        raise BadFile("the file holds no events", path)
    return stream.from_events(Path(path).name, analysis, events), events


def check_countable(some: Selected) -> Selected:
    """The same, if its events can be counted as data; BadFile if they are weighted.

    The few overweight events of an unweighted sample do no harm: n_eff = (sum w)^2/sum w^2 stays within 5 % of n.
    """
    w = some.weights
    if len(w) and w.sum() ** 2 < 0.95 * len(w) * (w**2).sum():
        raise BadFile("the events have different weights and cannot be counted as data", some.source, hint="generate without --weighted")
    return some
