"""Trigger plateaus: of the events that meet a line's conditions, the share in which it fired; with a variable, from its turn-on."""

from collections.abc import Callable

import numpy as np
from scipy.special import ndtr

from darkrecoil.detector.calibration.cells import Cells, gathered, stepped
from darkrecoil.detector.calibration.likelihood import hessian, inverse, lowest, polished
from darkrecoil.detector.calibration.quantity import Block, Fitted, Found, Quantity
from darkrecoil.detector.calibration.shares import LEAST, share
from darkrecoil.detector.schema import Card
from darkrecoil.records import Floats, Panel

BINS = 4000  # steps of the variable of a turn-on over its range


def plateau(line: str, against: str = "", ends: tuple[float, float] = (0.0, 1.0)) -> Quantity:
    """The plateau of a line: columns ``fired``, ``of`` and, for a turn-on between ``ends``, ``against``."""
    needs = (f"{line}.fired", f"{line}.of", *([f"{line}.against"] if against else []))
    return Quantity(
        f"plateau of {line}", "trigger", needs, (f"plateaus.{line}",), _gather(line, bool(against), ends), _fit(line, against, ends)
    )


def _gather(line: str, turns: bool, ends: tuple[float, float]) -> Callable[[Block, Card], Cells]:
    def gather(block: Block, _: Card) -> Cells:
        rows = block[f"{line}.of"] > 0
        fired = (block[f"{line}.fired"][rows] > 0).astype(float)
        x = block[f"{line}.against"][rows] if turns else np.zeros(len(fired))
        inside = (x >= ends[0]) & (x <= ends[1])
        return gathered([stepped(x[inside], np.linspace(*ends, BINS))], [fired[inside], x[inside]])

    return gather


def _fit(line: str, against: str, ends: tuple[float, float]) -> Callable[[Cells, Card], Fitted]:
    def fit(cells: Cells, _: Card) -> Fitted:
        entry, total = f"plateaus.{line}", len(cells)
        if total < LEAST:
            return Fitted(left=(f"{entry}: {total} events meet the conditions, fewer than {LEAST}: left at the base",))
        if not against:
            value, error = share(cells.sums[:, 0].sum(), total)
            return Fitted((Found(entry, value, error, total),))
        return _turn_on(entry, cells, against, ends)

    return fit


def _turn_on(entry: str, cells: Cells, against: str, ends: tuple[float, float]) -> Fitted:
    """Plateau x Phi((x - threshold)/width), by greatest binomial likelihood; only the plateau goes into the card."""
    passed, x = cells.sums[:, 0], cells.means()[1]
    scale = ends[1] - ends[0]

    def expected(p: Floats) -> Floats:
        return np.asarray(np.clip(ndtr((x - ends[0] - p[1] * scale) / (np.exp(p[2]) * scale)) / (1 + np.exp(-p[0])), 1e-12, 1 - 1e-12))

    def loss(p: Floats) -> float:
        q = expected(p)
        return float(-(passed @ np.log(q) + (cells.number - passed) @ np.log1p(-q)) / cells.number.sum())

    q = np.clip(share(passed.sum(), len(cells))[0], 0.01, 0.99)
    starts = [np.array([np.log(q / (1 - q)) + 1.0, at, np.log(0.05)]) for at in (0.02, 0.2, 0.5)]
    best = polished(loss, min((lowest(loss, start) for start in starts), key=loss))
    covariance = inverse(hessian(loss, best) * cells.number.sum())
    value = float(1 / (1 + np.exp(-best[0])))
    error = float(value * (1 - value) * np.sqrt(max(covariance[0, 0], 0.0)))
    note = f"turn-on against {against}: threshold {ends[0] + best[1] * scale:.4g}, width {np.exp(best[2]) * scale:.3g}"
    bins = stepped(x, np.linspace(*ends, 21))
    total, k, new, at = (np.bincount(bins, w, 22) for w in (cells.number, passed, cells.number * expected(best), cells.number * x))
    keep = total > 0
    points = np.array([share(a, b) for a, b in zip(k[keep], total[keep], strict=True)]).T
    card = np.asarray(new[keep] / total[keep])
    panel = Panel(entry, against, "Efficiency", at[keep] / total[keep], points[0], points[1], card, card, False)
    return Fitted((Found(entry, value, error, len(cells), note),), panels=(panel,))
