"""What each true particle became: a row per final particle that can be seen, its truth beside its track or cluster."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from darkrecoil.detector.recorded import is_charged, is_photon, visible_slots
from darkrecoil.detector.schema import Card
from darkrecoil.detector.trigger import menu
from darkrecoil.records import Events, Floats, Ints, Objects, Particles

Column = NDArray[Any]


def matched(particles: Particles, events: Events, card: Card) -> dict[str, Column]:
    """Columns (m,), sorted by event: event, first (1 in the first row of an event), pdg, true_px, true_py, true_pz (GeV), true_x, true_y,
    true_z (cm) where it was made, nearest_photon (rad, to the next true photon), found; track_<quantity>, cluster_<quantity> of
    what was found, else NaN; of the event meets_<line>, whether a trigger line's conditions hold, and trigger_<line>, whether it fired.

    ``events`` are what the card's response made of the particles. Of photons that merged the first is found, with the
    energy of both: ask for a large ``nearest_photon``.
    """
    slots = visible_slots(particles)
    parts = [_rows(particles, events, "track", slot, i, is_charged(particles)[:, slot]) for i, slot in enumerate(slots.track)]
    parts += [_rows(particles, events, "cluster", slot, i, is_photon(particles)[:, slot]) for i, slot in enumerate(slots.cluster)]
    names = _names(events)
    table = {name: np.concatenate([part[name] for part in parts]) if parts else np.empty(0) for name in names}
    order = np.argsort(table["event"], kind="stable")
    table = {name: column[order] for name, column in table.items()}
    rows = table["event"].astype(np.int64)
    table["first"] = np.diff(rows, prepend=-1) > 0
    table["event"] = rows
    return table | _bits(events, rows, card)


def _names(events: Events) -> list[str]:
    own = ["event", "pdg", "true_px", "true_py", "true_pz", "true_x", "true_y", "true_z", "nearest_photon", "found"]
    return own + [f"{kind}_{name}" for kind in ("track", "cluster") for name in events.objects[kind].columns]


def _rows(particles: Particles, events: Events, kind: str, slot: int, column: int, here: Any) -> dict[str, Column]:
    rows = np.flatnonzero(here)
    p, vertex = particles.momentum[rows, slot, 1:], particles.vertex[rows, slot, 1:]
    some = events.objects[kind]
    found = some.present[rows, column]
    table: dict[str, Column] = {
        "event": rows,
        "pdg": particles.pid[rows, slot],
        **{f"true_{name}": p[:, i] for i, name in enumerate(("px", "py", "pz"))},
        **{f"true_{name}": vertex[:, i] for i, name in enumerate(("x", "y", "z"))},
        "nearest_photon": _nearest(particles, slot, rows),
        "found": found,
    }
    for other in ("track", "cluster"):
        for name in events.objects[other].columns:
            table[f"{other}_{name}"] = _seen(some, name, rows, column, found) if other == kind else np.full(len(rows), np.nan)
    return table


def _seen(some: Objects, name: str, rows: Ints, column: int, found: Any) -> Floats:
    return np.where(found, some[name][rows, column], np.nan)


def _nearest(particles: Particles, slot: int, rows: Ints) -> Floats:
    """The angle, rad, to the next true photon; pi where there is none."""
    cosine = np.full(len(rows), -1.0)
    p = particles.momentum[rows, slot, 1:]
    size = np.linalg.norm(p, axis=1)
    photons = is_photon(particles)[rows]
    for other in np.flatnonzero(photons.any(axis=0)):
        if other != slot:
            q = particles.momentum[rows, other, 1:]
            product = np.maximum(size * np.linalg.norm(q, axis=1), 1e-30)
            cosine = np.where(photons[:, other], np.maximum(cosine, (p * q).sum(axis=1) / product), cosine)
    return np.asarray(np.arccos(np.clip(cosine, -1.0, 1.0)))


def _bits(events: Events, rows: Ints, card: Card) -> dict[str, Column]:
    asked = {f"meets_{line}": bit[rows] for line, bit in menu(events.objects, card, tuple(events.trigger)).items()}
    return asked | {f"trigger_{line}": bit[rows] for line, bit in events.trigger.items()}
