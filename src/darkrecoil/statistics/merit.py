"""Figures of merit of a cut: how good a search is before there are data. Vectorised over cuts and masses."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from darkrecoil._errors import BadValue
from darkrecoil.records import Floats

SIGMAS = 3.0  # of a discovery (a)
CONFIDENCE = 1.28155  # one-sided 90 %, in standard deviations (b)


def punzi(efficiency: ArrayLike, background: ArrayLike, sigmas: float = SIGMAS) -> Floats:
    """epsilon/(a/2 + sqrt B), to be made large; B events. G. Punzi, physics/0308063 (PHYSTAT 2003), eq. 7."""
    e, b = _checked(efficiency, background)
    return np.asarray(e / (sigmas / 2 + np.sqrt(b)))


def punzi_events(background: Any, a: float = SIGMAS, b: float = CONFIDENCE, sqrt: Callable[[Any], Any] = np.sqrt) -> Any:
    """The least signal, in events, that is found at a sigma or excluded at b sigma over so many events of background:

        a^2/8 + 9 b^2/13 + a sqrt B + (b/2) sqrt(b^2 + 4 a sqrt B + 4 B)

    G. Punzi, physics/0308063, eq. 6, in the form of the Punzi-loss of arXiv:2110.00810. Of arrays of any kind that has this ``sqrt``.
    """
    root = sqrt(background)
    return a**2 / 8 + 9 * b**2 / 13 + a * root + b / 2 * sqrt(b**2 + 4 * a * root + 4 * background)


def punzi_minimum(
    efficiency: ArrayLike, background: ArrayLike, luminosity: float = 1.0, a: float = SIGMAS, b: float = CONFIDENCE
) -> Floats:
    """The cross-section, in the inverse unit of the luminosity, from which on a search finds it at a sigma or excludes it at b sigma
    in the same measure: ``punzi_events``/(epsilon L), to be made small. Infinite without efficiency.
    """
    e, count = _checked(efficiency, background)
    if not luminosity > 0:
        raise BadValue("the luminosity must be above zero", luminosity, "allowed: > 0")
    events = punzi_events(count, a, b)
    return np.asarray(np.where(e > 0, events / np.where(e > 0, e * luminosity, 1.0), np.inf))


def asimov(signal: ArrayLike, background: ArrayLike, background_error: ArrayLike = 0.0) -> Floats:
    """Median significance Z of s signal events on b +- sigma, to be made large.

    Without an error sqrt(2((s + b) ln(1 + s/b) - s)), CCGV eq. 97; with one, the same for a background that an auxiliary count of
    tau = b/sigma^2 measures (T. P. Li and Y. Q. Ma, ApJ 272 (1983) 317; G. Cowan, "Discovery sensitivity", 2012, eq. 20).
    """
    s, b = _checked(signal, background)
    error = np.asarray(background_error, float)
    if np.any(error < 0) or not np.isfinite(error).all():
        raise BadValue("the error of the background must be a number of at least zero", float(np.min(error)))
    s, b, v = np.broadcast_arrays(s, b, error**2)
    if np.any((b == 0) & (s > 0)):
        raise BadValue("a significance on no background", 0, "allowed: background > 0", "use the limit instead")
    safe = np.where(b > 0, b, 1.0)
    simple = (s + b) * np.log1p(s / safe) - s
    w = np.where(v > 0, v, 1.0)
    first = (s + b) * np.log((s + b) * (safe + w) / (safe**2 + (s + b) * w))
    second = safe**2 / w * np.log1p(w * s / (safe * (safe + w)))
    return np.asarray(np.sqrt(2 * np.maximum(np.where(v > 0, first - second, simple), 0.0)))


def _checked(first: ArrayLike, second: ArrayLike) -> tuple[Floats, Floats]:
    a, b = np.asarray(first, float), np.asarray(second, float)
    for what, values in (("the efficiency or signal", a), ("the background", b)):
        if not np.isfinite(values).all() or np.any(values < 0):
            raise BadValue(f"{what} must be a number of at least zero", float(np.min(values)), "allowed: >= 0")
    return a, b
