"""Closure panels of a width: how wide the data are in bins beside the refitted card, and their pulls beside the density."""

import numpy as np
from scipy.special import ndtr

from darkrecoil.detector.calibration.cells import PER_WIDTH
from darkrecoil.detector.calibration.likelihood import Fit, Residuals, normal_of
from darkrecoil.records import Floats, Panel

PER_DECADE = 5  # bins of a coordinate; cells that reach over their edges would sort entries by their residual
LEAST = 50  # entries of a bin that is drawn
PULLS = np.linspace(-5.0, 5.0, 41)
SPREAD = np.linspace(-0.45, 0.45, 10)


def panels(
    title: str, x: str, some: Residuals, at: Floats, width: Floats, before: Floats, fit: Fit, tail: float = 0.0
) -> tuple[Panel, ...]:
    """Two panels: the width against ``at`` (m,), and the normal numbers that the refitted card makes of the residuals."""
    g = normal_of(some.residual / width - float(fit.value[-1]), tail)[0]
    return tuple(
        panel for panel in (_widths(title, x, some, at, width, before, g), _pulls(title, some, g, width, before)) if panel is not None
    )


def _widths(title: str, x: str, some: Residuals, at: Floats, width: Floats, before: Floats, g: Floats) -> Panel | None:
    """In bins of ``at``: root mean square of g within 3, over that of a normal number, times the mean width."""
    core = np.abs(g) < 3
    bins = np.floor(PER_DECADE * np.log10(np.maximum(at, 1e-9))).astype(np.int64)
    low = bins.min()
    total = np.bincount(bins[core] - low, some.number[core])
    keep = total >= LEAST
    if keep.sum() < 2:
        return None

    def mean(y: Floats) -> Floats:
        return np.asarray((np.bincount(bins[core] - low, some.number[core] * y[core]))[keep] / total[keep])

    ratio = np.sqrt(np.maximum(mean(g * np.where(core, g, 0.0)), 0.0) / 0.973337)  # variance of a normal number cut at 3
    new = mean(width)
    error = new * ratio / np.sqrt(2 * total[keep])
    return Panel(f"{title}: width", x, "Width", mean(at), ratio * new, error, new, mean(before), True)


def _pulls(title: str, some: Residuals, g: Floats, width: Floats, before: Floats) -> Panel | None:
    """The numbers in bins, each cell spread over its own extent, beside a normal distribution of as many."""
    if some.number.sum() < LEAST:
        return None
    extent = np.hypot(1.0, some.residual / before) / PER_WIDTH * before / width
    points = g + extent * SPREAD[:, None]
    seen = np.histogram(points, PULLS, weights=np.broadcast_to(some.number / len(SPREAD), points.shape))[0]
    card = some.number.sum() * np.diff(ndtr(PULLS))
    error = np.sqrt(np.maximum(card, 1.0))
    middle = 0.5 * (PULLS[1:] + PULLS[:-1])
    return Panel(f"{title}: residuals", "(seen - true)/width, tail unfolded", "Entries", middle, seen, error, card, card, False)
