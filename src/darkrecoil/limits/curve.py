"""From a study to a limit at each mass: window, counts, nuisances, interval, cross-section, coupling."""

from dataclasses import replace
from math import hypot, sqrt

import numpy as np

from darkrecoil.chain.stream import Selected, flow, inside
from darkrecoil.limits import effort, notes
from darkrecoil.limits.couplings import Couplings
from darkrecoil.limits.settings import Settings, corrections
from darkrecoil.limits.spectra import spectra
from darkrecoil.limits.study import Study
from darkrecoil.limits.windows import Window
from darkrecoil.limits.windows import window as window_at
from darkrecoil.records import Curve, Interval, Limit
from darkrecoil.selection import Dataset, relative_uncertainties
from darkrecoil.statistics import counting, histfactory
from darkrecoil.statistics.counting import Counting
from darkrecoil.statistics.window import Options, of_counting
from darkrecoil.statistics.window import interval as interval_of

NONE = "none"  # the word for a limit without a model


def curve(made: Study, settings: Settings) -> Curve:
    """The limit at each mass of the study, in its order, with the assumptions that it rests on."""
    masses = [*made.signals, *made.closed]
    points = tuple(point(made, mass, settings) for mass in sorted(masses))
    spread = nuisances(made.dataset, settings)[1][1]
    return Curve(
        search=made.analysis.name,
        model=NONE if settings.independent else made.model.name,
        luminosity=settings.luminosity,
        level=settings.level,
        method=settings.method,
        detector=made.card.name,
        alpha=made.alpha.name,
        invisible=settings.invisible,
        scenario=settings.scenario,
        points=points,
        assumptions=(*notes.warnings(made, points, spread), *notes.assumptions(made, settings, points)),
        references=(*made.analysis.references, *(() if settings.independent else made.model.references)),
        provenance=notes.provenance(made, settings),
        generated=tuple(notes.generated(made.analysis, some) for some in made.backgrounds),
        scan=made.strength.scan,
        spectra=spectra(made, settings, points, spread),
    )


def point(made: Study, mass: float, settings: Settings) -> Limit:
    """The limit at one mass, GeV; without numbers but with a reason where there is none."""
    if mass in made.closed:
        return _nothing(mass, made.closed[mass])
    signal = made.signals[mass]
    found = window_at(made.analysis, mass, made.peak(mass))
    if found is None:
        return _nothing(mass, f"{len(signal.values)} of {signal.attempts} generated signal events pass the selection")
    return (_independent if settings.independent else _with_model)(made, mass, signal, found, settings)


def _independent(made: Study, mass: float, _: Selected, found: Window, settings: Settings) -> Limit:
    """The limit on efficiency x cross-section: on the yield over the luminosity, with the uncertainties that the data set gives to a
    signal."""
    counted, interval = _counted(made, mass, found, settings, 1.0, nuisances(made.dataset, settings)[1][0])
    return replace(
        counted,
        efficiency_times_cross_section_limit=interval.observed,
        expected_efficiency_times_cross_section=interval.expected,
    )


def _with_model(made: Study, mass: float, signal: Selected, found: Window, settings: Settings) -> Limit:
    """The limit on the cross-section of a model's signal, and on its coupling."""
    factors, errors = nuisances(made.dataset, settings)
    rows = flow(made.analysis, signal, found.bounds)
    raw, last = rows.rows[-1].efficiency, rows.rows[-1]
    efficiency = raw * factors[0]
    if not efficiency > 0:
        return _nothing(mass, "no signal event falls into the window")
    generated = 0.0 if settings.scenario == "statistics-only" else last.efficiency_error / raw
    counted, interval = _counted(made, mass, found, settings, efficiency, hypot(errors[0], generated))
    couplings = Couplings(made, mass, signal.cross_section(), settings)
    return replace(
        counted,
        efficiency=efficiency,
        efficiency_uncorrected=raw,
        cross_section_limit=interval.observed,
        expected_cross_section=interval.expected,
        efficiency_times_cross_section_limit=None if interval.observed is None else efficiency * interval.observed,
        expected_efficiency_times_cross_section=None if interval.expected is None else tuple(efficiency * x for x in interval.expected),
        coupling_limit=couplings.one(interval.observed),
        excluded=couplings.excluded(interval),
        expected_coupling=couplings.several(interval.expected),
        reason=couplings.why_none(interval.expected, interval.observed),
        cutflow=rows,
    )


def _counted(made: Study, mass: float, found: Window, settings: Settings, efficiency: float, relative: float) -> tuple[Limit, Interval]:
    """What the window holds, and the interval in fb for a signal of that efficiency and relative uncertainty."""
    window, sums = _window_count(made, found.bounds, settings, efficiency, relative)
    observed = None if settings.data is None else int(inside(settings.data, found.bounds).sum())
    options = Options(settings.method, s_max=1e3 / (settings.luminosity * efficiency))
    interval = interval_of(window, settings.level, observed, options)
    counted = replace(
        _nothing(mass, None),
        resolution=found.width,
        window=found.bounds,
        background=window.background,
        background_by_source=sums,
        background_error=counting.spread(window),
        observed=observed,
        p_value=interval.p_value,
        n_eff=effort.n_eff_by_source(made.backgrounds, found.bounds),
        background_n_eff=effort.n_eff_of_sum(made.backgrounds, found.bounds),
        assumptions=(interval.method, *interval.assumptions),
        workspace=histfactory.write(of_counting(window).with_data(None if observed is None else [observed])),
    )
    return counted, interval


def _window_count(
    made: Study, window: tuple[float, float], settings: Settings, efficiency: float, relative: float
) -> tuple[Counting, dict[str, float]]:
    """The window's counts for a signal of that efficiency and relative uncertainty, and the background by source, in events."""
    factors, errors = nuisances(made.dataset, settings)
    sums = {b.source: _sums(b, window, settings.luminosity * factors[1]) for b in made.backgrounds}
    exact = 0.0 if settings.scenario == "statistics-only" else 1.0  # that scenario stands for unlimited generated events
    count = counting.from_sources(
        [count for count, _, _ in sums.values()],
        [exact * square for _, square, _ in sums.values()],
        [exact * unit for _, _, unit in sums.values()],
        background_relative=errors[1],
        efficiency=settings.luminosity * efficiency,
        efficiency_relative=relative,
    )
    return count, {name: count for name, (count, _, _) in sums.items()}


def nuisances(dataset: Dataset, settings: Settings) -> tuple[tuple[float, float], tuple[float, float]]:
    """Corrections and relative uncertainties, each (signal, background), of a scenario at a luminosity.

    scaled: uncertainties fall as 1/sqrt(luminosity) from the data set's own; statistics-only: neither of the two, and the
    generated counts are taken as known.
    """
    if settings.scenario == "statistics-only":
        return corrections(dataset, settings), (0.0, 0.0)
    signal, background = relative_uncertainties(dataset)
    shrink = sqrt(dataset.luminosity / settings.luminosity) if settings.scenario == "scaled" else 1.0
    return corrections(dataset, settings), (signal * shrink, background * shrink)


def _sums(source: Selected, window: tuple[float, float], factor: float) -> tuple[float, float, float]:
    """Sum of weights, sum of squares, weight of one event in a window, in events; ``factor`` is luminosity times correction."""
    weight = source.weights[inside(source, window)] * (factor / source.attempts)
    return float(np.sum(weight)), float(np.sum(weight**2)), source.unit * factor


def _nothing(mass: float, reason: str | None) -> Limit:
    return Limit(mass, None, None, None, None, None, {}, None, None, None, None, None, (), None, None, reason)
