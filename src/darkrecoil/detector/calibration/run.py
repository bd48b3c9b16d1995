"""From blocks of entries to the fitted quantities of a base card."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from darkrecoil.detector import species
from darkrecoil.detector.calibration.cells import Cells, together
from darkrecoil.detector.calibration.quantity import Block, Fitted, Quantity
from darkrecoil.detector.schema import Card, numbers
from darkrecoil.records import Floats

AHEAD = 16  # blocks whose cells wait to be added up
TRUTH = ("pdg", "true_px", "true_py", "true_pz")
PLACE = ("true_x", "true_y", "true_z")  # where it was made; the origin if not mapped


@dataclass(frozen=True)
class Calibration:
    """What each quantity gave, by its name; entries by kind that were used, and those without truth that were left out."""

    fits: Mapping[str, Fitted]
    entries: Mapping[str, int]
    untrue: Mapping[str, int]
    notes: tuple[str, ...]


def calibrated(
    kinds: Mapping[str, Iterable[Block]], mapped: Mapping[str, Sequence[str]], table: Sequence[Quantity], base: Card
) -> Calibration:
    """The quantities of ``table`` from the blocks of each kind, of which ``mapped`` names the columns.

    A quantity whose columns are not mapped stays at the base, with a note. Rows without truth (NaN) are counted and left out.
    """
    gathered: dict[str, list[Cells]] = {}
    entries, untrue, notes = dict.fromkeys(kinds, 0), dict.fromkeys(kinds, 0), []
    for kind, blocks in kinds.items():
        wanted = [q for q in table if q.kind == kind and set(q.needs) <= set(mapped[kind])]
        for block in blocks:
            some, without = prepared(block, base) if kind != "trigger" else (block, 0)
            entries[kind] += len(next(iter(some.values())))
            untrue[kind] += without
            for quantity in wanted:
                parts = gathered.setdefault(quantity.name, [])
                parts.append(quantity.gather(some, base))
                if len(parts) == AHEAD:
                    parts[:] = [together(parts)]
    for kind in dict.fromkeys(quantity.kind for quantity in table):
        asked = [quantity for quantity in table if quantity.kind == kind]
        notes += [_unmapped(q, mapped[kind]) for q in asked if not set(q.needs) <= set(mapped[kind])] if kind in kinds else []
        notes += (
            [] if kind in kinds else [f"no section {kind} in the map: left at the base: {', '.join(e for q in asked for e in q.entries)}"]
        )
    fits = {q.name: q.fit(together(gathered[q.name]), base) for q in table if q.name in gathered}
    return Calibration(fits, entries, untrue, tuple(notes))


def _unmapped(quantity: Quantity, mapped: Sequence[str]) -> str:
    lacking = ", ".join(sorted(set(quantity.needs) - set(mapped)))
    return f"{', '.join(quantity.entries)}: left at the base: the map's section {quantity.kind} has no {lacking}"


def prepared(block: Block, card: Card) -> tuple[Block, int]:
    """The rows with truth, with what follows from it: true pT, p, theta, phi, beta, charge, region (3: none), and px to theta, phi."""
    fine = np.logical_and.reduce([np.isfinite(block[name]) for name in (*TRUTH, *PLACE) if name in block])
    some: dict[str, Floats] = {name: column[fine] for name, column in block.items()}
    px, py, pz = (some[f"true_{name}"] for name in ("px", "py", "pz"))
    some["true_pt"] = np.hypot(px, py)
    some["true_p"] = np.hypot(some["true_pt"], pz)
    some["true_theta"], some["true_phi"] = np.arctan2(some["true_pt"], pz), np.arctan2(py, px)
    kind = np.abs(some["pdg"])
    mass = np.asarray(species.mass(kind))
    some["beta"] = some["true_p"] / np.maximum(np.hypot(some["true_p"], mass), 1e-30)
    some["true_charge"] = np.asarray(species.charge(some["pdg"], kind))
    some["region"] = region(some["true_theta"], card)
    some.setdefault("found", np.ones(len(px)))
    for name in PLACE:
        some.setdefault(name, np.zeros(len(px)))
    if {"px", "py", "pz"} <= some.keys():
        some["theta"] = np.arctan2(np.hypot(some["px"], some["py"]), some["pz"])
        some["phi"] = np.arctan2(some["py"], some["px"])
    return some, int((~fine).sum())


def region(theta: Floats, card: Card) -> Floats:
    """The calorimeter's region (n,) of polar angles, rad: 0 forward, 1 barrel, 2 backward, 3 none."""
    edges = numbers(card.calorimeter.theta_edges)
    found = np.full(len(theta), 3.0)
    for place in range(3):
        found[(theta > edges[2 * place]) & (theta < edges[2 * place + 1])] = place
    return found
