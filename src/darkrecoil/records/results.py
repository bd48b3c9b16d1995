"""What a search ends with: cutflow, spectra, intervals, limits, and where they come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from darkrecoil.records.arrays import Floats


@dataclass(frozen=True)
class CutStep:
    """One row of a cutflow: its name, what was asked, events, fb and its error, the efficiency so far and its error."""

    name: str
    text: str
    events: int
    cross_section: float
    error: float
    efficiency: float
    efficiency_error: float


@dataclass(frozen=True)
class Cutflow:
    """The rows in order; the first is what was generated."""

    rows: tuple[CutStep, ...]


@dataclass(frozen=True)
class Spectrum:
    """Cross-section per bin and source, fb: edges (b + 1,); values, variances (m, b) = sums of w and w^2 over attempts;
    unit (m,) = that source's weight of one event, fb, which is its error where nothing was generated."""

    observable: str
    edges: Floats
    sources: tuple[str, ...]
    values: Floats
    variances: Floats
    unit: Floats


@dataclass(frozen=True)
class Spectra:
    """What a search would see at a luminosity, with its corrections: backgrounds; signals by mass, GeV, each as strong as the median
    expected limit; the relative ``systematic`` of the backgrounds; data, events per bin (b,), where there are any."""

    background: Spectrum
    signals: Mapping[float, Spectrum]
    systematic: float
    data: Floats | None = None


@dataclass(frozen=True)
class Interval:
    """An interval on a mean signal count. ``expected`` are the quantiles at -2, -1, 0, +1, +2 sigma without a signal."""

    level: float
    observed: float | None
    intervals: tuple[tuple[float, float], ...]
    expected: tuple[float, float, float, float, float] | None
    method: str
    p_value: float | None = None
    significance: float | None = None
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Limit:
    """One mass of a coupling limit, with everything that it was made of. Numbers that do not exist are None, with a reason.

    ``n_eff`` = (sum w)^2/sum w^2 of the generated events in the window, by background, and of all backgrounds together;
    ``assumptions``: what its statistics rest on; ``workspace``: the window in HistFactory's JSON, its parameter of interest in fb.
    The two of efficiency x cross-section, fb, are all that a limit without a model has. A quantile of ``expected_coupling`` that no
    coupling reaches is None.
    """

    mass: float
    efficiency: float | None
    efficiency_uncorrected: float | None
    resolution: float | None
    window: tuple[float, float] | None
    background: float | None
    background_by_source: Mapping[str, float]
    background_error: float | None
    observed: int | None
    cross_section_limit: float | None
    expected_cross_section: tuple[float, ...] | None
    coupling_limit: float | None
    excluded: tuple[tuple[float, float], ...]
    expected_coupling: tuple[float | None, ...] | None
    p_value: float | None
    reason: str | None = None
    cutflow: Cutflow = Cutflow(())
    n_eff: Mapping[str, float] = field(default_factory=dict)
    background_n_eff: float | None = None
    assumptions: tuple[str, ...] = ()
    workspace: Mapping[str, object] | None = None
    efficiency_times_cross_section_limit: float | None = None
    expected_efficiency_times_cross_section: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Generated:
    """How much of a background was generated: attempts, its cross-section before filters in fb, n_eff = (sum w)^2/sum w^2 of the events
    that pass these, the luminosity in fb^-1 that they stand for, the number and n_eff of those that the search selects, and the cutflow."""

    source: str
    attempts: int
    cross_section: float
    n_eff: float
    effective_luminosity: float
    selected: int
    selected_n_eff: float
    filters: tuple[str, ...] = ()
    filter_efficiency: float | None = None
    filter_error: float | None = None
    cutflow: Cutflow = Cutflow(())


@dataclass(frozen=True)
class Provenance:
    """What made a result: the package's version, the command's settings, the seed, and what the simulation leaves out.

    Never a time, a host or a path: two equal provenances mean two equal results.
    """

    version: str
    seed: int
    settings: Mapping[str, str | float | int | bool | None] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Curve:
    """A limit against mass, and what it rests on. ``scan``: the number of the model that it is a limit on, its coupling or a parameter.

    ``model`` is "none" for limits on efficiency x cross-section.
    """

    search: str
    model: str
    luminosity: float
    level: float
    method: str
    detector: str
    alpha: str
    invisible: str
    scenario: str
    points: tuple[Limit, ...]
    assumptions: tuple[str, ...]
    references: tuple[str, ...]
    provenance: Provenance
    generated: tuple[Generated, ...] = ()
    scan: str = "coupling"
    spectra: Spectra | None = field(default=None, compare=False)  # arrays have no single ==
