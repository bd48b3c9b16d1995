"""What a file says about its own making, as JSON of one line: equal records are equal bytes."""

import json
from dataclasses import asdict
from typing import Any

from darkrecoil.records import Beams, Provenance


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
