"""The spectra behind a limit: what the search would see of backgrounds, of signals at their limits, and what it saw."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from darkrecoil.chain.stream import Selected, candidates, flow, spectrum
from darkrecoil.limits.settings import Settings, corrections
from darkrecoil.limits.study import Study
from darkrecoil.records import Floats, Limit, Spectra, Spectrum
from darkrecoil.selection import Analysis


def spectra(made: Study, settings: Settings, points: Sequence[Limit], systematic: float) -> Spectra:
    """Backgrounds times their correction; signals of the masses with a limit; the data's candidates per bin."""
    behind = merged(spectrum(made.analysis, made.backgrounds))
    return Spectra(
        times(behind, corrections(made.dataset, settings)[1]),
        signals(made, points),
        systematic,
        None if settings.data is None else counts(made.analysis, settings.data),
    )


def signals(made: Study, points: Sequence[Limit]) -> Mapping[float, Spectrum]:
    """The signal's spectrum at each mass, GeV, that has an expected limit, as strong as its median.

    The scale is the limit on efficiency x cross-section over what the same signal events leave in the window, so that it needs no
    correction and holds without a model, too.
    """
    found = {}
    for point in points:
        limit = point.expected_efficiency_times_cross_section
        if point.window is None or limit is None or limit[2] is None:
            continue
        some = made.signals[point.mass]
        inside = flow(made.analysis, some, point.window).rows[-1].cross_section
        if inside > 0:
            found[point.mass] = times(spectrum(made.analysis, [some]), limit[2] / inside)
    return found


def counts(analysis: Analysis, data: Selected) -> Floats:
    """The candidates of the data in each bin of the search's binning (b,)."""
    low, high, bins = analysis.binning
    return np.histogram(candidates(data)[0], np.linspace(low, high, bins + 1))[0].astype(np.float64)


def merged(some: Spectrum) -> Spectrum:
    """The spectrum with one source for processes that differ by the order of their particles, as parts of one that are generated apart."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for i, name in enumerate(some.sources):
        groups.setdefault(tuple(sorted(name.split())), []).append(i)
    rows = list(groups.values())
    values, variances = (np.array([column[i].sum(axis=0) for i in rows]) for column in (some.values, some.variances))
    unit = np.array([np.sqrt((some.unit[i] ** 2).sum()) for i in rows])
    return replace(some, sources=tuple(some.sources[i[0]] for i in rows), values=values, variances=variances, unit=unit)


def times(some: Spectrum, factor: float) -> Spectrum:
    """The spectrum multiplied with a number."""
    return replace(some, values=some.values * factor, variances=some.variances * factor**2, unit=some.unit * factor)
