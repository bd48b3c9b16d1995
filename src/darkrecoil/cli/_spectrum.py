"""The figure of a search's spectrum, as several verbs draw it."""

from pathlib import Path
from typing import Any

MOST = 3  # signals in one figure
BEYOND = 4.0  # GeV^2 that are shown beyond the last event


def draw_spectrum(path: Path, curve: Any, model: str, command: str) -> None:
    """The spectrum of a curve's search into a file: backgrounds with their uncertainty, signals at their expected limits, data.

    ``model``: its name or file, as typed.
    """
    from darkrecoil import analyses, plots
    from darkrecoil._run import atomic

    seen = curve.spectra
    search, masses = analyses.find(curve.search), spread(sorted(seen.signals))
    lines = [(f"{labelled(search, model, mass)}, at its expected limit", seen.signals[mass], 1.0) for mass in masses]
    figure = plots.recoil_spectrum(
        seen.background, curve.luminosity, lines, curve.level, search.title, limits=shown(seen), systematic=seen.systematic, data=seen.data,
        provenance=curve.provenance, command=command,
    )  # fmt: skip
    with atomic(path) as temporary:
        plots.save(figure, temporary)


def labelled(search: Any, model: str, mass: float) -> str:
    """A signal in words: its particle, where there is one and a model names it, and mass."""
    from darkrecoil import models

    if "X" not in search.signal.split():
        return "signal"
    return f"{'X' if model == 'none' else models.find(model).particle}, {mass:g} GeV"


def spread(masses: list[float]) -> list[float]:
    """At most MOST of the masses, the ends among them."""
    if len(masses) <= MOST:
        return masses
    return [masses[round(i * (len(masses) - 1) / (MOST - 1))] for i in range(MOST)]


def shown(seen: Any) -> tuple[float, float]:
    """The range of the observable with backgrounds, signals or data in it, and a little more."""
    filled = seen.background.values.sum(axis=0) > 0
    for some in seen.signals.values():
        filled |= some.values.sum(axis=0) > 1e-2 * some.values.max()  # a radiative tail may end anywhere
    if seen.data is not None:
        filled |= seen.data > 0
    edges = seen.background.edges
    last = edges[1:][filled][-1] if filled.any() else edges[-1]
    return float(edges[0]), float(min(last + BEYOND, edges[-1]))
