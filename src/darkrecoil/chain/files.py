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
from darkrecoil.detector.codes import renamed
from darkrecoil.detector.schema import Card
from darkrecoil.detector.truth import matched
from darkrecoil.io import branch_map, flat_table, user_events
from darkrecoil.io import events as event_file
from darkrecoil.records import Events, Provenance
from darkrecoil.selection import Analysis
from darkrecoil.selection.vocabulary.quantities import COLUMNS


@dataclass(frozen=True)
class Simulated:
    """Reconstructed events of a file, what the simulation rests on, and where it came from."""

    events: Events
    card: Card
    assumptions: tuple[str, ...]
    provenance: Provenance


def simulate_file(
    path: str | Path, detector: str = "belle2", preset: str | None = None, seed: int = 1, jobs: int = 1,
    changes: Mapping[str, object] | None = None, progress: Progress | None = None, table: Mapping[int, str] | None = None,
    truth: str | Path | None = None,
) -> Simulated:  # fmt: skip
    """The events of a generator's file as the detector records them. Frame and beam direction are read from the file.

    ``table`` says what particles of codes that the response does not know leave (``codes.WORDS``), beside the card's own
    ``[particles]``; ``truth`` names a file for what each true particle became (``detector.truth``).
    BadFile for a file that is missing or damaged; UnknownName for a detector or a format that does not exist.
    """
    card = cards.loaded(detector, preset, changes)
    read, report = io.read_particles(path, card.beams)
    own = {int(code): entry.value for code, entry in card.particles.items()}
    particles, strange = renamed(read, own | dict(table or {}))
    response = response_only(card, jobs, progress)
    events = compiled.simulate(particles, response, key(seed, "file", "user"))
    if truth is not None:
        flat_table.write(truth, matched(particles, events, card))
    absent = () if rate(card) else ("beam background",)
    given = ",".join(f"{code}={word}" for code, word in sorted((table or {}).items())) or None
    settings = {"detector": card.name, "preset": card.preset, "card": cards.card_hash(card), "particles": given}
    provenance = Provenance(__version__, seed, settings, (*absent, "radiation beyond that of the file"))
    return Simulated(events, card, (*report.notes, *strange, *cards.assumptions(card)), provenance)


def select_file(analysis: Analysis, path: str | Path, mapping: str | Path | None = None) -> tuple[Selected, Events]:
    """What a search keeps of a file of reconstructed events: of ``simulate``, or of a user's table by a map of its branches."""
    events = event_file.read(path)[0] if mapping is None else _mapped(analysis, Path(path), Path(mapping))
    if not len(events):
        raise BadFile("the file holds no events", path)
    return stream.from_events(Path(path).name, analysis, events), events


def _mapped(analysis: Analysis, path: Path, mapping: Path) -> Events:
    """The events of a user's table; the beams are those of the map's ``detector``, else of the search's first data set."""
    content = branch_map.load(mapping)
    given, first = content.get("detector"), analysis.datasets[0]
    card = cards.load(first.detector, first.preset or None) if given is None else cards.load(str(given))
    return user_events.read(path, content, card.beams, {kind: list(columns) for kind, columns in COLUMNS.items()})


def check_countable(some: Selected) -> Selected:
    """The same, if its events can be counted as data; BadFile if they are weighted.

    The few overweight events of an unweighted sample do no harm: n_eff = (sum w)^2/sum w^2 stays within 5 % of n.
    """
    w = some.weights
    if len(w) and w.sum() ** 2 < 0.95 * len(w) * (w**2).sum():
        raise BadFile("the events have different weights and cannot be counted as data", some.source, hint="generate without --weighted")
    return some
