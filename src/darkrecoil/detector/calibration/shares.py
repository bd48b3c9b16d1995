"""Efficiencies and misidentification: how many of the entries in a bin pass, with the error of the binomial."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from math import sqrt

import numpy as np

from darkrecoil.detector.calibration.cells import Cells, gathered, logarithmic, stepped
from darkrecoil.detector.calibration.quantity import Block, Fitted, Found
from darkrecoil.detector.layout import pack
from darkrecoil.detector.schema import Card, number, numbers
from darkrecoil.detector.tracks import efficiency
from darkrecoil.records import Floats, Panel

LEAST = 100  # entries of a bin
PER_DECADE = 10
THETA = np.radians(np.arange(0.0, 181.0, 10.0))


def share(passed: float, total: float) -> tuple[float, float]:
    """The share and its error, sqrt(q (1 - q)/n) at q = (k + 1/2)/(n + 1): not zero where all or none pass."""
    q = (passed + 0.5) / (total + 1.0)
    return passed / total, sqrt(q * (1 - q) / total)


# --- track efficiency in steps of pT


def tracks(block: Block, card: Card) -> Cells:
    """True charged particles within the acceptance: step of pT, bins of pT, p and theta; passed, pT, p, theta."""
    low, high = numbers(card.track.theta)
    rows = (block["true_theta"] > low) & (block["true_theta"] < high)
    pt, p, theta = (block[name][rows] for name in ("true_pt", "true_p", "true_theta"))
    step = stepped(pt, numbers(card.track.efficiency_edges))
    indices = [step, logarithmic(pt, PER_DECADE), logarithmic(p, PER_DECADE), stepped(theta, THETA)]
    return gathered(indices, [block["found"][rows], pt, p, theta])


def track_efficiency(cells: Cells, card: Card) -> Fitted:
    """The efficiency in the base card's steps of pT; a step of too few entries keeps the base's number."""
    base, edges, left = list(card.track.efficiency.value), card.track.efficiency_edges.value, []
    values, errors = list(base), [0.0] * 4
    names = [f"pT < {edges[0]:g}", *(f"pT {a:g}-{b:g}" for a, b in pairwise(edges)), f"pT > {edges[2]:g}"]
    for step, name in enumerate(names):
        rows = cells.index(3) == step
        total = cells.number[rows].sum()
        if total < LEAST:
            left.append(f"track.efficiency at {name} GeV: {total:.0f} entries, fewer than {LEAST}: left at {base[step]:g}")
            continue
        values[step], errors[step] = share(cells.sums[rows, 0].sum(), total)
    if len(left) == 4:
        return Fitted(left=tuple(left))
    found = Found("track.efficiency", values, errors, len(cells), "; ".join(text.removeprefix("track.efficiency at ") for text in left))
    return Fitted((found,), tuple(left), (), _panels(cells, card, values))


def _panels(cells: Cells, card: Card, values: Sequence[float]) -> tuple[Panel, ...]:
    """Against pT, p and theta: the points, and what the steps in pT make of the same particles."""
    steps = cells.index(3)
    predicted, before = np.array(values)[steps], np.asarray(efficiency(cells.means()[1], pack(card)))
    axes = ((2, 1, "true $p_T$ [GeV]", 1.0), (1, 2, "true $p$ [GeV]", 1.0), (0, 3, "true polar angle [deg]", np.degrees(1.0)))
    made = (_panel(cells, place, column, label, unit, predicted, before) for place, column, label, unit in axes)
    return tuple(panel for panel in made if panel is not None)


def _panel(cells: Cells, place: int, column: int, label: str, unit: float, predicted: Floats, before: Floats) -> Panel | None:
    bins, where = np.unique(cells.index(place), return_inverse=True)
    total, passed, x, new, old = (
        np.bincount(where, w, len(bins))
        for w in (cells.number, cells.sums[:, 0], cells.sums[:, column], cells.number * predicted, cells.number * before)
    )
    keep = total >= LEAST
    if keep.sum() < 2:
        return None
    both = [share(k, n) for k, n in zip(passed[keep], total[keep], strict=True)]
    at, seen, error = unit * x[keep] / total[keep], np.array([b[0] for b in both]), np.array([b[1] for b in both])
    return Panel("Track efficiency", label, "Efficiency", at, seen, error, new[keep] / total[keep], old[keep] / total[keep], place != 0)


# --- identification above a momentum: one number per kind of particle


def called(kind: int, flag: str, lowest: Callable[[Card], float]) -> Callable[[Block, Card], Cells]:
    """Found tracks of a kind (size of the PDG code) above a measured momentum: bin of momentum; passed, momentum."""

    def gather(block: Block, card: Card) -> Cells:
        p = np.sqrt(block["px"] ** 2 + block["py"] ** 2 + block["pz"] ** 2)
        rows = (np.abs(block["pdg"]) == kind) & (block["found"] > 0) & (p > lowest(card))
        return gathered([logarithmic(p[rows], PER_DECADE)], [block[flag][rows], p[rows]])

    return gather


def constant(entry: str, title: str) -> Callable[[Cells, Card], Fitted]:
    """The fit of one probability, whatever the momentum: the entry ``section.key`` of the card."""

    def fit(cells: Cells, card: Card) -> Fitted:
        section, key = entry.split(".")
        base = number(getattr(getattr(card, section), key))
        total = len(cells)
        if total < LEAST:
            return Fitted(left=(f"{entry}: {total} entries, fewer than {LEAST}: left at {base:g}",))
        value, error = share(cells.sums[:, 0].sum(), total)
        same, before = np.full(len(cells.key), value), np.full(len(cells.key), base)
        panel = _panel(cells, 0, 1, "measured $p$ [GeV]", 1.0, same, before)
        shown = () if panel is None else (replace(panel, title=title, y="Probability"),)
        return Fitted((Found(entry, value, error, total),), panels=shown)

    return fit


# --- photons that are lost altogether

ABOVE = 2.0  # thresholds: a photon of this energy is not below the threshold by resolution


def photons(block: Block, card: Card) -> Cells:
    """True photons in a region well above its threshold: region, bin of energy; lost, energy."""
    region = block["region"].astype(np.int64)
    threshold = np.array([*numbers(card.calorimeter.threshold), np.inf])[region]
    rows = block["true_p"] > ABOVE * threshold
    energy = block["true_p"][rows]
    return gathered([region[rows], logarithmic(energy, PER_DECADE)], [1.0 - block["found"][rows], energy])


def photon_inefficiency(cells: Cells, card: Card) -> Fitted:
    """The share of photons that is lost; left at the base where none is: the sample gives a bound then."""
    entry, total, lost = "calorimeter.photon_inefficiency", len(cells), float(cells.sums[:, 0].sum())
    base = number(card.calorimeter.photon_inefficiency)
    if total < LEAST:
        return Fitted(left=(f"{entry}: {total} entries, fewer than {LEAST}: left at {base:g}",))
    if lost == 0:
        return Fitted(left=(f"{entry}: none of {total} photons lost, so below {2.303 / total:.2g} at 90 %: left at {base:g}",))
    value, error = share(lost, total)
    same, before = np.full(len(cells.key), value), np.full(len(cells.key), base)
    panel = _panel(cells, 0, 1, "true $E$ [GeV]", 1.0, same, before)
    shown = () if panel is None else (replace(panel, title="Photons lost", y="Share"),)
    return Fitted((Found(entry, value, error, total),), panels=shown)
