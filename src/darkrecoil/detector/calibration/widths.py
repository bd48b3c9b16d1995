"""Widths of one or two terms: residuals, in widths of the base card, gathered in cells and fitted with the response's form."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from darkrecoil.detector.calibration.cells import Cells, gathered, logarithmic, pulled
from darkrecoil.detector.calibration.closure import panels
from darkrecoil.detector.calibration.likelihood import Fit, Residuals, fitted
from darkrecoil.detector.calibration.quantity import Block, Fitted, Found
from darkrecoil.detector.schema import FACTOR, Card, Entry, number
from darkrecoil.records import Floats, Panel

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


# --- a width of two terms in quadrature: curvature, angles, impact parameters


@dataclass(frozen=True)
class Terms:
    """A width of two terms, sigma^2 = a^2 A + b^2 B: what they are called in notes, the base's numbers (2,) in cm or rad, what is drawn.

    ``reach``: residuals beyond it are not looked at. The columns of the cells are A, B, residual, the coordinate that is drawn.
    """

    names: tuple[str, str]
    base: tuple[float, float]
    title: str
    x: str
    reach: float


@dataclass(frozen=True)
class TwoTerms:
    """The numbers (2,) of a width of two terms, their covariance (2, 2), how many entries; which are the base's; notes; panels."""

    value: Floats
    covariance: Floats
    number: int
    left: tuple[str, ...]
    held: tuple[int, ...]
    notes: tuple[str, ...] = ()
    panels: tuple[Panel, ...] = ()


def two_terms(cells: Cells, terms: Terms) -> TwoTerms:
    """The fit of both terms; one that the sample does not fix keeps the base's number, with no error."""
    base = np.array(terms.base)
    if len(cells) < LEAST:
        few = tuple(f"{name}: {len(cells)} entries, fewer than {LEAST}: left at the base" for name in terms.names)
        return TwoTerms(base, np.zeros((2, 2)), len(cells), few, (0, 1))
    first, second, residual, x = cells.means()
    some = _inside(cells, np.array([first, second, x]), residual, terms.reach)

    def width(p: Floats) -> Floats:
        return np.asarray(np.sqrt(np.exp(2 * p[0]) * some.at[0] + np.exp(2 * p[1]) * some.at[1]))

    start = _start(some, base)
    fit = fitted(some, width, start)
    loose = sorted((i for i in (0, 1) if fit.covariance[i, i] > KNOWN**2), key=lambda i: -float(fit.covariance[i, i]))[:1]
    if loose:
        start = start.copy()
        start[loose[0]] = np.log(max(base[loose[0]], 1e-9))
        fit = _held(some, width, start, loose[0])
    value = np.exp(fit.value[:2])
    shown = panels(terms.title, terms.x, some, some.at[2], width(fit.value[:2]), width(np.log(np.maximum(base, 1e-6))), fit)
    left = tuple(f"{terms.names[i]}: the sample does not fix it: left at the base" for i in loose)
    value[loose] = base[loose]
    covariance = fit.covariance[:2, :2] * np.outer(value, value)
    return TwoTerms(value, covariance, len(cells), left, tuple(loose), remarks(terms.title.lower(), fit, 2), shown)


def _start(some: Residuals, base: Floats) -> Floats:
    """ln of the base's numbers, or of a tenth of what each alone would be: a term that starts at 0 stays there."""
    middle = float(np.sqrt(np.average(np.minimum(some.residual**2, np.median(some.residual**2)), weights=some.number)))
    alone = middle / np.sqrt(np.average(some.at[:2], axis=1, weights=some.number))
    return np.asarray(np.log(np.maximum(base, np.maximum(0.1 * alone, 1e-9))))


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


# --- one width for all: time of clusters


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
