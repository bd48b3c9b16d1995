"""Instances of Pythia 8: made from settings and a seed, asked for events or for decays."""

from collections.abc import Sequence
from functools import cache
from importlib import metadata
from threading import Lock
from typing import Any

from darkrecoil._errors import DarkrecoilError
from darkrecoil._pythia.batch import Batch, Floats, from_awkward, from_rows, joined

EXTRA = 'pip install "darkrecoil[pythia]"'
MOST_SEEDS = 900_000_000  # Pythia's seeds are 1 to this: that many different sequences (G. Marsaglia, A. Zaman and W.-W. Tsang)
PATIENCE = 20  # attempts at one event, of which Pythia gives up about 1 in 1e5
_FIRST = Lock()
SILENT = ("Print:quiet = on", "Print:verbosity = 0")


def version() -> str | None:
    """The version of pythia8mc, None where it is not installed."""
    try:
        return metadata.version("pythia8mc")
    except metadata.PackageNotFoundError:
        return None


def events(settings: Sequence[str], seed: int, number: int) -> Batch:
    """So many events of a new instance. DarkrecoilError where Pythia is missing, refuses a setting, or gives no events."""
    made, parts, left = _instance(settings, seed), [], number
    for _ in range(PATIENCE):
        found = from_awkward(made.nextBatch(left, "skip"))
        parts.append(found)
        left -= len(found.counts)
        if not left:
            return joined(parts)
    raise DarkrecoilError("Pythia 8 gives up on its events", f"{left} of {number} left")


def decays(settings: Sequence[str], seed: int, pid: int, mass: float, momenta: Floats) -> Batch:
    """Particles of that PDG code and mass (GeV) with momenta (n, 4) = (E, px, py, pz), decayed by a new instance; all from the origin.

    Each event holds Pythia's entry 0, the particle, and what comes from it.
    """
    made, counts, rows = _instance((*settings, "ProcessLevel:all = off"), seed), [], []
    event = made.event
    for energy, x, y, z in momenta.tolist():
        for _ in range(PATIENCE):
            event.reset()
            event.append(pid, 1, 0, 0, x, y, z, energy, mass)
            if made.next():
                break
        else:
            raise DarkrecoilError("Pythia 8 gives up on a decay of", pid)
        found = [(p.id(), p.status(), p.mother1(), p.daughter1(), p.e(), p.px(), p.py(), p.pz()) for p in event]
        counts.append(len(found))
        rows += found
    return from_rows(counts, rows)


def _instance(settings: Sequence[str], seed: int) -> Any:
    """A new instance of Pythia, silent, its random numbers begun by the seed."""
    made = _library().Pythia("", False)
    for line in (*SILENT, *settings, "Random:setSeed = on", f"Random:seed = {seed}"):
        if not made.readString(line):
            raise DarkrecoilError("Pythia 8 does not take the setting", line)
    if not made.init():
        raise DarkrecoilError("Pythia 8 cannot begin", "; ".join(settings))
    return made


def _library() -> Any:
    """Pythia with its first batch behind it: that one imports awkward under a lock of C++, where two threads at once wait forever."""
    with _FIRST:
        return _warm()


@cache
def _warm() -> Any:
    try:
        import awkward  # noqa: F401
        import pythia8mc
    except ImportError:
        raise DarkrecoilError("this needs Pythia 8, which is not installed", hint=EXTRA) from None
    pythia8mc.Pythia("", False).nextBatch(0, "skip")
    return pythia8mc
