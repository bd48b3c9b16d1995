"""What a file says about its own making, as JSON of one line: equal records are equal bytes."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from darkrecoil._errors import BadFile, BadValue
from darkrecoil.constants import fb, pb
from darkrecoil.io._files import AGAIN
from darkrecoil.records import Beams, Floats, Ints, Particles, Provenance

TRUE = "true particles"


def line(content: dict[str, Any]) -> str:
    """The content as one line of ASCII JSON with sorted keys."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def plain(provenance: Provenance) -> dict[str, Any]:
    """The provenance as dicts, lists, strings and numbers."""
    return {
        "version": provenance.version,
        "seed": provenance.seed,
        "settings": dict(provenance.settings),
        "missing": list(provenance.missing),
    }


def beams_to_plain(beams: Beams) -> dict[str, Any]:
    """The beams by the names of their fields, GeV and rad."""
    return asdict(beams)


def facts(particles: Particles, process_name: str, cross_section: float, error: float, provenance: Provenance) -> dict[str, Any]:
    """What a file of true particles says of itself; cross-section and error in fb."""
    return {
        "attempts": particles.attempts,
        "cross_section_error_fb": error,
        "cross_section_fb": cross_section,
        "process": process_name,
        "provenance": plain(provenance),
    }


def parsed(text: str | None, kind: str, path: Path) -> dict[str, Any]:
    """What a file of ours says of itself, {} for a file of others (None); BadFile if it is damaged."""
    if text is None:
        return {}
    try:
        found = dict(json.loads(text))
        return found | {"attempts": int(found["attempts"])}
    except (ValueError, KeyError, TypeError):
        raise BadFile(f"the {kind} file's darkrecoil record is damaged", path, hint=AGAIN) from None


def attempts_of(attempts: list[int], declared: int, events: int) -> tuple[Ints, int]:
    """Attempt numbers and what weights are summed over; counted anew where another program took marks off or added events.

    A number may exceed the total: of unweighted events only those that were kept are counted.
    """
    attempt = np.array(attempts, dtype=np.int64)
    if declared < events or attempt.min() < 0 or len(np.unique(attempt)) < events:
        return np.arange(events), events
    return attempt, declared


def check(particles: Particles, cross_section: float, error: float) -> None:
    """BadValue if there is nothing to write, or a number that is not finite."""
    if len(particles) == 0:
        raise BadValue("no events to write", hint="raise the number of events")
    filled = particles.status > 0
    fine = {
        "weights": np.isfinite(particles.weight).all(),
        "momenta": np.isfinite(particles.momentum[filled]).all(),
        "vertices": np.isfinite(particles.vertex[filled]).all(),
        "cross-section and error": np.isfinite([cross_section, error]).all(),
    }
    for what, finite in fine.items():
        if not finite:
            raise BadValue(f"{what} to be written are not all finite")


def unit_or_pb(particles: Particles, cross_section: float) -> tuple[bool, Floats]:
    """Whether equal weights make the cross-section (fb), and weights (n,): then 1, else averaging to the sample's own in pb."""
    weight = particles.weight
    own = float(np.sum(weight)) / particles.attempts
    if weight[0] > 0 and np.ptp(weight) == 0 and abs(own - cross_section) <= 1e-12 * own:
        return True, np.ones_like(weight)
    return False, weight * (len(weight) / particles.attempts * fb / pb)
