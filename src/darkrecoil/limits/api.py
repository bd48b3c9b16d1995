"""The verbs limit and project: names and texts in, curves out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from darkrecoil import analyses, chain, models, mva
from darkrecoil._errors import BadValue, UnknownName
from darkrecoil._run import file_hash
from darkrecoil.generate.radiation import Choice
from darkrecoil.limits import luminosity as lumi
from darkrecoil.limits import series
from darkrecoil.limits.curve import NONE, curve
from darkrecoil.limits.effort import Goal
from darkrecoil.limits.optimise import applied
from darkrecoil.limits.settings import Settings
from darkrecoil.limits.strength import check, strength
from darkrecoil.limits.study import BACKGROUND_ATTEMPTS, RADIATES, SIGNAL_ATTEMPTS, Study, Watch, dataset_by, study, tuned
from darkrecoil.limits.training import CUTS
from darkrecoil.records import Curve, Floats, Model
from darkrecoil.selection import Analysis, correction_factors

Masses = str | float | Sequence[float] | Floats


def limit(
    search: str,
    model: str,
    masses: Masses,
    luminosity: str | float | None = None,
    *,
    method: str | None = None,
    level: float | None = None,
    data: str | Path | None = None,
    invisible: str = "model",
    detector: str | None = None,
    changes: Mapping[str, object] | None = None,
    dataset: str | None = None,
    scenario: str = "as-published",
    without: Sequence[str] = (),
    parameters: Mapping[str, float] | None = None,
    scan: str | None = None,
    alpha: str | float = "0",
    seed: int = 1,
    jobs: int = 1,
    attempts: int = BACKGROUND_ATTEMPTS,
    signal_attempts: int = SIGNAL_ATTEMPTS,
    effective_luminosity: str | float | None = None,
    n_eff: float | None = None,
    store: bool = True,
    radiates: Choice = RADIATES,
    suppression: str = CUTS,
    watch: Watch = lambda _: None,
) -> Curve:
    """The limit of a search on a model's coupling against mass, or on that of its parameters that ``scan`` names, with the coupling at 1.

    The model "none": the limit on efficiency x cross-section, which needs no model but for the width of the search's peak.
    ``masses``: "low:high:number", "m1,m2", a number or several (a list, an array), GeV, or the centres of a family of windows that
    follow one another from zero to the end of the search's range, "windows", or of those half a window later, "half-shifted".
    ``luminosity``: "276/pb" or fb^-1, the data set's own if left out. Backgrounds get so many ``attempts``, and more where the
    ``effective_luminosity`` of each ("3/fb", fb^-1, or "10x" for ten times the luminosity) or the ``n_eff`` of their sum in each window
    takes more; ``store`` as of ``study``.
    ``suppression``: the search's cuts, a classifier in their place (network, trees; the extra mva), or off. UnknownName and
    BadValue as the arguments' own; BadFile for the data.
    """
    return project(
        search, model, masses, [luminosity], method=method, level=level, data=data, invisible=invisible, detector=detector, changes=changes,
        dataset=dataset, scenario=scenario, without=without, parameters=parameters, scan=scan, alpha=alpha, seed=seed, jobs=jobs,
        attempts=attempts, signal_attempts=signal_attempts, effective_luminosity=effective_luminosity, n_eff=n_eff,
        store=store, radiates=radiates, suppression=suppression, watch=watch,
    )[0]  # fmt: skip


def project(
    search: str,
    model: str,
    masses: Masses,
    luminosities: Sequence[str | float | None],
    *,
    method: str | None = None,
    level: float | None = None,
    data: str | Path | None = None,
    invisible: str = "model",
    detector: str | None = None,
    changes: Mapping[str, object] | None = None,
    dataset: str | None = None,
    scenario: str = "as-published",
    without: Sequence[str] = (),
    parameters: Mapping[str, float] | None = None,
    scan: str | None = None,
    alpha: str | float = "0",
    seed: int = 1,
    jobs: int = 1,
    attempts: int = BACKGROUND_ATTEMPTS,
    signal_attempts: int = SIGNAL_ATTEMPTS,
    effective_luminosity: str | float | None = None,
    n_eff: float | None = None,
    store: bool = True,
    radiates: Choice = RADIATES,
    suppression: str = CUTS,
    watch: Watch = lambda _: None,
) -> list[Curve]:
    """The limits at each of several luminosities, from one and the same simulation; arguments as of ``limit``.

    The suppression is found anew for each of them, on the same training events.
    """
    values = [None if x is None else as_luminosity(x) for x in luminosities]
    analysis = analyses.find(search)
    theory, parameters = _theory(analysis, model, parameters, scan)
    chosen, scanned = dataset_by(analysis, dataset, values[0]), strength(theory, scan, parameters)
    family = masses if isinstance(masses, str) and masses in series.FAMILIES else None
    first = as_masses(masses) if family is None else series.first(analysis, theory, family)
    for mass in first:
        check(theory, mass, scanned)
    correction_factors(chosen, tuple(without))  # refuses an unknown name before any work
    if suppression in mva.KINDS:
        mva.installed()  # before the events to train on, which take minutes
    seen = None if data is None else chain.check_countable(chain.select_file(analysis, data)[0])
    options = [
        Settings(
            value or chosen.luminosity,
            _level(level, analysis.level),
            method or analysis.method,
            scenario,
            invisible,
            tuple(without),
            seen,
            None if data is None else file_hash(data),
            parameters,
            model == NONE,
        )
        for value in values
    ]
    same: dict[str, Any] = {"parameters": parameters, "detector": detector, "changes": changes, "seed": seed, "jobs": jobs, "scan": scan,
                            "store": store, "radiates": radiates, "suppression": suppression, "settings": options,
                            "watch": watch}  # fmt: skip
    grid = first
    if family is not None:
        widths = study(analysis, theory, chosen, first, alpha, attempts=1, signal_attempts=signal_attempts, peaks_only=True, **same)
        grid = series.masses(widths, family)
    goal = Goal(as_effective(effective_luminosity, [one.luminosity for one in options]), n_eff)
    made = study(
        analysis,
        theory,
        chosen,
        grid,
        alpha,
        attempts=attempts,
        signal_attempts=signal_attempts,
        goal=goal,
        peaks_only=model == NONE,
        **same,
    )
    return [counted(tuned(made, one), one) for one in options]


def counted(made: Study, settings: Settings) -> Curve:
    """The curve of a study whose suppression is that of the settings; their data pass it, too."""
    return curve(made, replace(settings, data=None if settings.data is None else applied(made.cuts, settings.data)))


def _theory(
    analysis: Analysis, model: str, parameters: Mapping[str, float] | None, scan: str | None
) -> tuple[Model, Mapping[str, float] | None]:
    """The model of that name and its parameters; without one the search's benchmark, and UnknownName for numbers of no model."""
    if model != NONE:
        return models.find(model), parameters
    for name in (*(parameters or {}), *filter(None, [scan])):
        raise UnknownName("without a model there is no parameter", name, hint="name a model instead of none")
    if analysis.benchmark is None:
        raise UnknownName(f"{analysis.name} has no benchmark for the width of its peak", NONE, hint="name a model")
    return models.find(analysis.benchmark[0]), analysis.benchmark[1]


def as_luminosity(value: str | float) -> float:
    """A luminosity in fb^-1 from a text or a number; BadValue if it is not positive."""
    if isinstance(value, str):
        return lumi.parse(value)
    if not (isfinite(value) and value > 0):
        raise BadValue("a luminosity is positive", f"{value:g} fb^-1", lumi.ALLOWED, lumi.HINT)
    return float(value)


def as_effective(value: str | float | None, luminosities: Sequence[float]) -> float | None:
    """An effective luminosity in fb^-1: of a text or number as a luminosity, or "10x", so many times the largest of those given."""
    times = re.fullmatch(r"\s*(\d+\.?\d*|\.\d+)\s*x\s*", value) if isinstance(value, str) else None
    if times and float(times[1]) > 0:
        return float(times[1]) * max(luminosities)
    return None if value is None else as_luminosity(value)


def as_masses(given: Masses) -> list[float]:
    """Masses, GeV, from "low:high:number", "m1,m2,...", a number or several; BadValue if it is none of these."""
    try:
        found = _typed(given) if isinstance(given, str) else [float(m) for m in np.ravel(np.asarray(given, dtype=np.float64))]
    except (TypeError, ValueError):
        allowed = f"allowed: low:high:number (at most {series.MOST}) or m1,m2,... in GeV"
        raise BadValue("masses are not understood", given, allowed, "write 0.5:8:16 or 1,2,3") from None
    if not 1 <= len(found) <= series.MOST:
        raise BadValue("the number of masses is out of range", len(found), f"allowed: 1 to {series.MOST}")
    return found


def _typed(text: str) -> list[float]:
    """Masses of "low:high:number" or "m1,m2,..."; ValueError for another text."""
    if ":" not in text:
        return [float(m) for m in text.split(",")]
    low, high, number = text.split(":")
    if not 1 <= int(number) <= series.MOST or not isfinite(float(low) + float(high)):
        raise ValueError
    return [float(m) for m in np.linspace(float(low), float(high), int(number))]


def _level(given: float | None, own: float) -> float:
    value = own if given is None else given
    if not 0 < value < 1:
        raise BadValue("the level is between 0 and 1", value, "allowed: above 0, below 1", "write 0.9")
    return value
