"""From a study to a limit at each mass: window, counts, nuisances, interval, cross-section, coupling."""

from dataclasses import dataclass
from math import hypot, sqrt

import numpy as np

from darkrecoil import models
from darkrecoil.chain.stream import Selected, flow, inside
from darkrecoil.limits import effort, notes
from darkrecoil.limits.settings import Settings
from darkrecoil.limits.study import COUPLING, Study
from darkrecoil.limits.windows import window as window_at
from darkrecoil.records import Curve, Interval, Limit
from darkrecoil.selection import Dataset, correction_factors, relative_uncertainties
from darkrecoil.statistics import counting, histfactory
from darkrecoil.statistics.window import Options, of_counting
from darkrecoil.statistics.window import interval as interval_of


def curve(made: Study, settings: Settings) -> Curve:
    """The limit at each mass of the study, in its order, with the assumptions that it rests on."""
    masses = [*made.signals, *made.closed]
    points = tuple(point(made, mass, settings) for mass in sorted(masses))
    spread = nuisances(made.dataset, settings)[1][1]
    return Curve(
        search=made.analysis.name,
        model=made.model.name,
        luminosity=settings.luminosity,
        level=settings.level,
        method=settings.method,
        detector=made.card.name,
        alpha=made.alpha.name,
        invisible=settings.invisible,
        scenario=settings.scenario,
        points=points,
        assumptions=(*notes.warnings(made.model, points, spread), *notes.assumptions(made, settings, points)),
        references=(*made.analysis.references, *made.model.references),
        provenance=notes.provenance(made, settings),
        generated=tuple(map(notes.generated, made.backgrounds)),
    )


def point(made: Study, mass: float, settings: Settings) -> Limit:
    """The limit at one mass, GeV; without numbers but with a reason where there is none."""
    if mass in made.closed:
        return _nothing(mass, made.closed[mass])
    signal = made.signals[mass]
    found = window_at(made.analysis, mass, made.peak(mass))
    if found is None:
        return _nothing(mass, f"{len(signal.values)} of {signal.attempts} generated signal events pass the selection")
    return _limit(made, mass, signal, found.width, found.bounds, settings)


def _limit(made: Study, mass: float, signal: Selected, width: float, window: tuple[float, float], settings: Settings) -> Limit:
    corrections, errors = nuisances(made.dataset, settings)
    rows = flow(made.analysis, signal, window)
    last = rows.rows[-1]
    raw, efficiency = last.efficiency, last.efficiency * corrections[0]
    if not efficiency > 0:
        return _nothing(mass, "no signal event falls into the window")
    sums = {b.source: _sums(b, window, settings.luminosity * corrections[1]) for b in made.backgrounds}
    exact = 0.0 if settings.scenario == "statistics-only" else 1.0  # that scenario stands for unlimited generated events
    window_count = counting.from_sources(
        [count for count, _, _ in sums.values()],
        [exact * square for _, square, _ in sums.values()],
        [exact * unit for _, _, unit in sums.values()],
        background_relative=errors[1],
        efficiency=settings.luminosity * efficiency,
        efficiency_relative=hypot(errors[0], exact * last.efficiency_error / raw),
    )
    observed = None if settings.data is None else int(inside(settings.data, window).sum())
    options = Options(settings.method, s_max=1e3 / (settings.luminosity * efficiency))
    interval = interval_of(window_count, settings.level, observed, options)
    couplings = Couplings(made, mass, signal.cross_section(), settings)
    return Limit(
        mass=mass,
        efficiency=efficiency,
        efficiency_uncorrected=raw,
        resolution=width,
        window=window,
        background=window_count.background,
        background_by_source={name: count for name, (count, _, _) in sums.items()},
        background_error=counting.spread(window_count),
        observed=observed,
        cross_section_limit=interval.observed,
        expected_cross_section=interval.expected,
        coupling_limit=couplings.one(interval.observed),
        excluded=couplings.excluded(interval),
        expected_coupling=couplings.several(interval.expected),
        p_value=interval.p_value,
        reason=couplings.reason,
        cutflow=rows,
        n_eff=effort.n_eff_by_source(made.backgrounds, window),
        background_n_eff=effort.n_eff_of_sum(made.backgrounds, window),
        assumptions=(interval.method, *interval.assumptions),
        workspace=histfactory.write(of_counting(window_count).with_data(None if observed is None else [observed])),
    )


@dataclass(frozen=True)
class Couplings:
    """Cross-sections times branching fraction, fb, to couplings at one mass: g = g0 sqrt(limit/(sigma(g0) BF))."""

    made: Study
    mass: float
    cross_section: float
    settings: Settings

    @property
    def fraction(self) -> float:
        """BF(invisible): 1, or the model's own."""
        if self.settings.invisible == "1":
            return 1.0
        return models.branching_fractions(self.made.model, self.mass, COUPLING, self.settings.parameters).get("invisible", 0.0)

    @property
    def reason(self) -> str | None:
        """Why there is no coupling, or None."""
        return None if self.fraction > 0 else "the model has no invisible decay at this mass"

    def one(self, limit: float | None) -> float | None:
        """The coupling at which the cross-section times BF is the limit."""
        return None if limit is None or self.reason else COUPLING * sqrt(limit / (self.cross_section * self.fraction))

    def several(self, limits: tuple[float, ...] | None) -> tuple[float, ...] | None:
        """The same for each of several limits."""
        found = tuple(self.one(x) for x in limits or ())
        return tuple(x for x in found if x is not None) or None

    def excluded(self, interval: Interval) -> tuple[tuple[float, float], ...]:
        """The couplings that data exclude: from the limit to the end of the model's range."""
        low, high = self.one(interval.observed), self.made.model.coupling.high
        return () if low is None or low >= high else ((low, high),)


def nuisances(dataset: Dataset, settings: Settings) -> tuple[tuple[float, float], tuple[float, float]]:
    """Corrections and relative uncertainties, each (signal, background), of a scenario at a luminosity.

    scaled: uncertainties fall as 1/sqrt(luminosity) from the data set's own; statistics-only: neither of the two, and the
    generated counts are taken as known.
    """
    if settings.scenario == "statistics-only":
        return (1.0, 1.0), (0.0, 0.0)
    signal, background = relative_uncertainties(dataset)
    shrink = sqrt(dataset.luminosity / settings.luminosity) if settings.scenario == "scaled" else 1.0
    return correction_factors(dataset, settings.without), (signal * shrink, background * shrink)


def _sums(source: Selected, window: tuple[float, float], factor: float) -> tuple[float, float, float]:
    """Sum of weights, sum of squares, weight of one event in a window, in events; ``factor`` is luminosity times correction."""
    weight = source.weights[inside(source, window)] * (factor / source.attempts)
    return float(np.sum(weight)), float(np.sum(weight**2)), source.unit * factor


def _nothing(mass: float, reason: str) -> Limit:
    return Limit(mass, None, None, None, None, None, {}, None, None, None, None, None, (), None, None, reason)
