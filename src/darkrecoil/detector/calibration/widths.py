"""Resolutions of tracks and times: residuals, in widths of the base card, gathered in cells and fitted with the response's form."""

from collections.abc import Callable
from typing import Any

import numpy as np

from darkrecoil.detector.calibration.cells import Cells, gathered, logarithmic, pulled
from darkrecoil.detector.calibration.closure import panels
from darkrecoil.detector.calibration.likelihood import Fit, Residuals, fitted
from darkrecoil.detector.calibration.quantity import Block, Fitted, Found
from darkrecoil.detector.schema import FACTOR, Card, Entry, number
from darkrecoil.detector.tracks import pt_resolution
from darkrecoil.records import Floats

LEAST = 100  # entries of a fit
KNOWN = 0.5  # relative error above which a sample does not fix a number
SHIFTED = 4.0  # errors of a shift that is worth a word
FLOORED = 1e-3  # share of a floor that is worth a word


def wrapped(angle: Floats) -> Floats:
    """Angles, rad, between -pi and pi."""
    return np.asarray(np.pi - np.mod(np.pi - angle, 2 * np.pi))


def remarks(name: str, fit: Fit, place: int) -> tuple[str, ...]:
    """What a fit found beside the card's numbers: a shift (parameter at ``place``) and entries on the floor."""
    shift, error = float(fit.value[place]), float(np.sqrt(fit.covariance[place, place]))
    said = (
        [f"{name}: shifted by {shift:.3f} +- {error:.3f} widths, which the card has no number for"] if abs(shift) > SHIFTED * error else []
    )
    if fit.floor > FLOORED:
        said.append(f"{name}: {100 * fit.floor:.2g} % of the entries are far from the peak and left out of its width")
    return tuple(said)


# --- curvature


def curvature(block: Block, card: Card) -> Cells:
    """Found tracks: bins of pT, beta and residual; pT^2, 1/beta^2, residual (q/pT)/(q/pT)_true - 1, pT."""
    rows = block["found"] > 0
    pt, beta = block["true_pt"][rows], block["beta"][rows]
    seen = np.hypot(block["px"][rows], block["py"][rows])
    charge = np.sign(block["charge"][rows]) * block["true_charge"][rows]
    residual = charge * pt / np.maximum(seen, 1e-9) - 1.0
    track = card.track
    width = pt_resolution(pt, beta, number(track.pt_resolution_slope), number(track.pt_resolution_constant))
    indices = [logarithmic(pt, 25), logarithmic(1.0 / beta**2, 50), pulled(residual / np.maximum(width, 1e-6))]
    return gathered(indices, [pt**2, beta**-2, residual, pt])


SLOPE, CONSTANT = "track.pt_resolution_slope", "track.pt_resolution_constant"


def curvature_fit(cells: Cells, card: Card) -> Fitted:
    """Slope and constant of sigma(pT)/pT; one that the sample does not fix keeps the base's number."""
    base = np.array([card.track.pt_resolution_slope.value, card.track.pt_resolution_constant.value])
    if len(cells) < LEAST:
        few = f"{len(cells)} entries, fewer than {LEAST}"
        return Fitted(left=tuple(f"{name}: {few}: left at {b:g}" for name, b in zip((SLOPE, CONSTANT), base, strict=True)))
    square, inverse, residual, pt = cells.means()
    some = _inside(cells, np.array([square, inverse, pt]), residual, 1.0)

    def width(p: Floats) -> Floats:
        return np.asarray(np.sqrt(np.exp(2 * p[0]) * some.at[0] + np.exp(2 * p[1]) * some.at[1]))

    start = np.log(np.maximum(base, 1e-6))
    fit, free = fitted(some, width, start), [0, 1]
    loose = sorted((i for i in free if fit.covariance[i, i] > KNOWN**2), key=lambda i: -float(fit.covariance[i, i]))
    if loose:
        free.remove(loose[0])
        fit = _held(some, width, start, loose[0])
    left = tuple(f"{(SLOPE, CONSTANT)[place]}: the sample does not fix it: left at {base[place]:g}" for place in loose[:1])
    value = np.exp(fit.value[:2])
    covariance = fit.covariance[:2, :2] * np.outer(value, value)
    found = tuple(
        Found((SLOPE, CONSTANT)[i], float(value[i]), float(np.sqrt(covariance[i, i])), len(cells), covariance=covariance) for i in free
    )
    shown = panels("Curvature", "true $p_T$ [GeV]", some, some.at[2], width(fit.value[:2]), width(start), fit)
    return Fitted(found, left, remarks("curvature", fit, 2), shown)


def _held(some: Residuals, width: Callable[[Floats], Floats], start: Floats, place: int) -> Fit:
    """The fit with the logarithm at ``place`` held at its start, in the parameters of the whole fit."""
    rows = [1 - place, 2]
    value, covariance = np.array([*start, 0.0]), np.zeros((3, 3))

    def both(p: Floats) -> Floats:
        full = start.copy()
        full[1 - place] = p[0]
        return width(full)

    one = fitted(some, both, start[[1 - place]])
    value[rows], covariance[np.ix_(rows, rows)] = one.value, one.covariance
    return Fit(value, covariance, one.floor)


# --- one width for all: angles of tracks, time of clusters


def residual_of(difference: Callable[[Block], Floats], entry: str) -> Callable[[Block, Card], Cells]:
    """Found entries: bins of true momentum and residual; residual, in rad or ns, and momentum."""

    def gather(block: Block, card: Card) -> Cells:
        rows = block["found"] > 0
        residual, p = difference(block)[rows], block["true_p"][rows]
        return gathered([logarithmic(p, 10), pulled(residual / max(number(_entry(card, entry)), 1e-6))], [residual, p])

    return gather


def one_width(entry: str, title: str, momentum: str, reach: Callable[[Card], float]) -> Callable[[Cells, Card], Fitted]:
    """The fit of one width for all momenta; residuals beyond ``reach`` are not looked at."""

    def fit(cells: Cells, card: Card) -> Fitted:
        base = _entry(card, entry)
        if len(cells) < LEAST:
            return Fitted(left=(f"{entry}: {len(cells)} entries, fewer than {LEAST}: left at {base.value:g} {base.unit}",))
        residual, p = cells.means()
        some = _inside(cells, p[None], residual, reach(card))
        ones = np.ones_like(some.residual)
        start = np.log([max(number(base), 1e-6)])
        made = fitted(some, lambda q: np.exp(q[0]) * ones, start)
        value = float(np.exp(made.value[0]) / FACTOR[base.unit])
        error = value * float(np.sqrt(made.covariance[0, 0]))
        shown = panels(title, momentum, some, some.at[0], np.exp(made.value[0]) * ones, np.exp(start[0]) * ones, made)
        return Fitted((Found(entry, value, error, len(cells)),), notes=remarks(title.lower(), made, 1), panels=shown)

    return fit


def _inside(cells: Cells, at: Floats, residual: Floats, reach: float) -> Residuals:
    rows = np.abs(residual) < reach
    return Residuals(at[:, rows], residual[rows], cells.number[rows], np.full(int(rows.sum()), -reach), reach)


def _entry(card: Card, entry: str) -> Entry[float, Any]:
    section, key = entry.split(".")
    found: Entry[float, Any] = getattr(getattr(card, section), key)
    return found
