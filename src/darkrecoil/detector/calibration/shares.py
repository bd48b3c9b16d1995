"""Shares: how many of the entries in a bin pass, with the error of the binomial; photons that are lost, wrong charges."""

from math import sqrt

import numpy as np

from darkrecoil.detector.calibration.cells import Cells, gathered, logarithmic
from darkrecoil.detector.calibration.quantity import Block, Fitted, Found
from darkrecoil.detector.calibration.tracks import heavy
from darkrecoil.detector.radiated import LENGTHS, thickness
from darkrecoil.detector.schema import Card, number, numbers
from darkrecoil.records import Floats, Panel

LEAST = 100  # entries of a bin
PER_DECADE = 10


def share(passed: float, total: float) -> tuple[float, float]:
    """The share and its error, sqrt(q (1 - q)/n) at q = (k + 1/2)/(n + 1): not zero where all or none pass."""
    q = (passed + 0.5) / (total + 1.0)
    return passed / total, sqrt(q * (1 - q) / total)


def panel(
    title: str, y: str, cells: Cells, passed: Floats, place: int, column: int, label: str, unit: float, new: Floats, old: Floats
) -> Panel | None:
    """A panel of shares in the bins at a ``place`` of the cells; ``new`` and ``old`` (m,) are those of the cards. None: too few bins.

    ``passed`` (m,): how many of a cell pass. ``column``: the coordinate that is drawn, times ``unit``. The errors are those of the new
    card's share: that of a few entries is no measure of itself.
    """
    bins, where = np.unique(cells.index(place), return_inverse=True)
    total, k, x, expected, before = (
        np.bincount(where, w, len(bins)) for w in (cells.number, passed, cells.sums[:, column], cells.number * new, cells.number * old)
    )
    keep = total >= LEAST
    if keep.sum() < 2:
        return None
    points = np.array([(a / n, share(e, n)[1]) for a, e, n in zip(k[keep], expected[keep], total[keep], strict=True)]).T
    at = unit * x[keep] / total[keep]
    return Panel(title, label, y, at, points[0], points[1], expected[keep] / total[keep], before[keep] / total[keep], unit == 1.0)


# --- photons that are lost altogether

ABOVE = 2.0  # thresholds: a photon of this energy is not below the threshold by resolution
KNOWN = 2.0  # errors that a share must be from 0 beside the photons that convert
PHOTONS = "calorimeter.photon_inefficiency"


def converting(theta: Floats, card: Card) -> Floats:
    """The probability (n,) that a photon at a polar angle, rad, is no cluster of its own, for it converts before: ``radiated.passed``."""
    if card.matter.conversion.value == "off":
        return np.zeros(len(theta))
    inner, outer = (1 - np.exp(-LENGTHS * thickness(np.cos(theta), card, part)) for part in ("tracker", "outer"))
    return np.asarray(1 - (1 - inner) * (1 - outer * number(card.matter.outer_loss)))


def photons(block: Block, card: Card) -> Cells:
    """True photons in a region well above its threshold: bins of how many convert, of energy; lost, energy, those that convert."""
    region = block["region"].astype(np.int64)
    threshold = np.array([*numbers(card.calorimeter.threshold), np.inf])[region]
    rows = block["true_p"] > ABOVE * threshold
    energy, matter = block["true_p"][rows], converting(block["true_theta"][rows], card)
    return gathered([(matter * 4000).astype(np.int64), logarithmic(energy, PER_DECADE)], [1.0 - block["found"][rows], energy, matter])


def photon_inefficiency(cells: Cells, card: Card) -> Fitted:
    """The share of photons that is lost beside those that convert by the base's matter; left at the base where there is none."""
    total, lost = len(cells), float(cells.sums[:, 0].sum())
    base = number(card.calorimeter.photon_inefficiency)
    if total < LEAST:
        return Fitted(left=(f"{PHOTONS}: {total} entries, fewer than {LEAST}: left at {base:g}",))
    matter = cells.means()[2]
    expected = float(cells.number @ matter)
    if expected == 0 and lost == 0:
        return Fitted(left=(f"{PHOTONS}: none of {total} photons lost, so below {2.303 / total:.2g} at 90 %: left at {base:g}",))
    value, error = share(lost, total) if expected == 0 else beside(cells.sums[:, 0], cells.number, matter)
    said = "" if expected == 0 else f"{lost:.0f} of {total} photons are no cluster, {expected:.0f} convert by the base's matter"
    if expected > 0 and value < KNOWN * error:
        return Fitted(left=(f"{PHOTONS}: {said}: {value:.2g} +- {error:.2g}: left at {base:g}",))
    cards = [1 - (1 - q) * (1 - matter) for q in (value, base)]
    shown = panel("Photons lost", "Share", cells, cells.sums[:, 0], 0, 1, "true $E$ [GeV]", 1.0, *cards)
    return Fitted((Found(PHOTONS, value, error, total, said),), panels=(shown,) if shown else ())


def beside(lost: Floats, total: Floats, matter: Floats) -> tuple[float, float]:
    """q and its error of greatest likelihood where 1 - (1 - q)(1 - c) of the photons of each cell are lost; q may be below 0."""
    kept, most = total - lost, 1 - matter
    q, information = 0.0, 1.0
    for _ in range(50):
        p = np.clip(1 - (1 - q) * most, 1e-9, 1 - 1e-9)
        information = float(total @ (most**2 / (p * (1 - p))))
        step = float((lost / p - kept / (1 - p)) @ most) / information
        q = min(max(q + step, -0.5), 1.0)
        if abs(step) < 1e-12:
            break
    return q, information**-0.5


# --- wrong charges

FLIP = "track.charge_flip"
STRAIGHT = 0.1  # sigma(pT)/pT of a track that does not change its sign by its resolution


def charges(block: Block, card: Card) -> Cells:
    """Found tracks whose curvature is well measured: bin of pT; wrong charge, pT."""
    some = heavy(block)
    some = {name: column[some["true_pt"] * number(card.track.pt_resolution_slope) < STRAIGHT / 4] for name, column in some.items()}
    wrong = np.sign(some["charge"]) != some["true_charge"]
    return gathered([logarithmic(some["true_pt"], PER_DECADE)], [wrong.astype(np.float64), some["true_pt"]])


def charge_flip(cells: Cells, card: Card) -> Fitted:
    """The share of wrong charges; left at the base where there is none."""
    total, wrong = len(cells), float(cells.sums[:, 0].sum())
    base = number(card.track.charge_flip)
    if total < LEAST:
        return Fitted(left=(f"{FLIP}: {total} entries, fewer than {LEAST}: left at {base:g}",))
    if wrong == 0:
        return Fitted(left=(f"{FLIP}: none of {total} charges wrong, so below {2.303 / total:.2g} at 90 %: left at {base:g}",))
    value, error = share(wrong, total)
    same = np.ones(len(cells.key))
    shown = panel("Wrong charge", "Share", cells, cells.sums[:, 0], 0, 1, "true $p_T$ [GeV]", 1.0, value * same, base * same)
    return Fitted((Found(FLIP, value, error, total),), panels=(shown,) if shown else ())
