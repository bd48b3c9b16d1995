"""What tracks are called: the rows of the card's matrix by polar angle and momentum, with the errors of the multinomial."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from darkrecoil.detector.calibration.cells import Cells, gathered, logarithmic, stepped
from darkrecoil.detector.calibration.quantity import Block, Fitted, Found
from darkrecoil.detector.calibration.shares import LEAST, PER_DECADE, panel
from darkrecoil.detector.identification import HYPOTHESES, MOMENTA
from darkrecoil.detector.schema import Card, numbers
from darkrecoil.detector.species import CODES, SPECIES
from darkrecoil.records import Floats, Ints, Panel

PARTS = ("forward", "barrel", "backward")
FLAGS = tuple(f"{name}_id" for name in SPECIES)
FIRST = (1, 0, 2, 3, 4)  # which of two names counts, as ``identification.called`` has them on its line
DECIMALS = 1e7  # probabilities are cut there, so that those of a row add up to at most 1 as written


def names(block: Block) -> Ints:
    """What each track (n,) is called: a place in SPECIES, or 5 for nothing. Of several names the first of FIRST."""
    called = np.full(len(block["pdg"]), HYPOTHESES)
    for place in reversed(FIRST):
        called[block[FLAGS[place]] > 0] = place
    return called


def called(species: str) -> Callable[[Block, Card], Cells]:
    """Found tracks of a species: part of the true polar angle, bin of measured momentum, what it is called, narrow bin; momentum."""
    code = CODES[SPECIES.index(species)]

    def gather(block: Block, card: Card) -> Cells:
        rows = (np.abs(block["pdg"]) == code) & (block["found"] > 0)
        p = np.sqrt(block["px"] ** 2 + block["py"] ** 2 + block["pz"] ** 2)[rows]
        table = card.identification
        part, momentum = stepped(block["true_theta"][rows], numbers(table.theta)), stepped(p, numbers(table.momentum))
        return gathered([part, momentum, names(block)[rows], logarithmic(p, PER_DECADE)], [p])

    return gather


def rows_of(species: str) -> Callable[[Cells, Card], Fitted]:
    """The fit of the rows of a species: shares of the tracks of each bin; a bin of too few keeps the base's row."""
    entry = f"identification.{species}"

    def fit(cells: Cells, card: Card) -> Fitted:
        base = matrix(card, species)
        counts = counted(cells)
        total = counts.sum(axis=-1)
        few = total < LEAST
        left = _few(entry, total, card) if few.any() else ()
        if few.all():
            return Fitted(left=left)
        value, error, covariance = multinomial(counts, base, few)
        found = Found(entry, by_part(value), by_part(error), int(total[~few].sum()), "; ".join(left), covariance)
        return Fitted((found,), left, panels=_panels(cells, species, value, base))

    return fit


def matrix(card: Card, species: str) -> Floats:
    """The base's rows of a species: part, momentum, called (3, 4, 5)."""
    table = getattr(card.identification, species).value
    return np.array([getattr(table, part) for part in PARTS])


def counted(cells: Cells) -> Floats:
    """Tracks by part, momentum and what they are called, 5 for nothing (3, 4, 6)."""
    shape = (len(PARTS), MOMENTA, HYPOTHESES + 1)
    where = np.ravel_multi_index((cells.index(3), cells.index(2), cells.index(1)), shape)
    return np.bincount(where, cells.number, int(np.prod(shape))).astype(np.float64).reshape(shape)


def multinomial(counts: Floats, base: Floats, few: Floats) -> tuple[Floats, Floats, Floats]:
    """Shares, errors (3, 4, 5) and covariances (3, 4, 5, 5) of counts (3, 4, 6); the base's, without error, where there are ``few``.

    The covariance is (q_i delta_ij - q_i q_j)/n; the errors are those of ``share``, not zero where all or none are called so.
    """
    total = np.maximum(counts.sum(axis=-1), 1.0)[..., None]
    q = (counts / total)[..., :HYPOTHESES]
    smooth = (counts[..., :HYPOTHESES] + 0.5) / (total + 1.0)
    error = np.sqrt(smooth * (1 - smooth) / total)
    covariance = -q[..., :, None] * q[..., None, :] / total[..., None]
    covariance[..., range(HYPOTHESES), range(HYPOTHESES)] = error**2
    value = np.floor(q * DECIMALS + 1e-6) / DECIMALS
    some = few[..., None]
    return np.where(some, base, value), np.where(some, 0.0, error), np.where(some[..., None], 0.0, covariance)


def by_part(table: Floats) -> dict[str, list[Any]]:
    """Rows (3, 4, 5) by the name of the part, as a card has them."""
    return {part: rows.tolist() for part, rows in zip(PARTS, table, strict=True)}


def _few(entry: str, total: Floats, card: Card) -> tuple[str, ...]:
    """One line for all bins of too few tracks."""
    edges, unit = card.identification.momentum.value, card.identification.momentum.unit
    bins = [f"below {edges[0]:g}", *(f"{a:g}-{b:g}" for a, b in pairwise(edges)), f"above {edges[-1]:g}"]
    said = [f"{part} {bins[j]} {unit} ({total[i, j]:.0f})" for i, part in enumerate(PARTS) for j in range(MOMENTA) if total[i, j] < LEAST]
    return (f"{entry}: fewer than {LEAST} entries, left at the base: {', '.join(said)}",)


def _panels(cells: Cells, species: str, value: Floats, base: Floats) -> tuple[Panel, ...]:
    """What the species is called against momentum, a panel for each name."""
    part, momentum, name = (cells.index(place) for place in (3, 2, 1))
    shown = (
        panel(
            f"{species.capitalize()} called {other}", "Probability", cells, np.where(name == i, cells.number, 0.0), 0, 0,
            "measured $p$ [GeV]", 1.0, value[part, momentum, i], base[part, momentum, i],
        )
        for i, other in enumerate(SPECIES)
    )  # fmt: skip
    return tuple(one for one in shown if one is not None)
