"""A search as data: what is selected, what is counted, against what, with which data set."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from math import hypot, isfinite, prod
from operator import or_
from typing import TypeAlias

from darkrecoil._errors import BadValue, out_of_range, unknown
from darkrecoil.selection.nodes import CONDITION, OBJECTS, Node, shown
from darkrecoil.selection.suppression import Suppression
from darkrecoil.selection.vocabulary.quantities import trigger
from darkrecoil.selection.wording import text

Row: TypeAlias = tuple[str, *tuple[Node, ...]]
Pair: TypeAlias = tuple[float, float]

STATUSES = ("validated", "simulation only", "projection")
METHODS = ("bayes", "fc", "cls")
GENERATED = "generated"  # the name of the first row of every cutflow


@dataclass(frozen=True)
class Dataset:
    """Data that were taken: luminosity in fb^-1, the detector's card and preset, and what was found out about them.

    ``systematics`` are relative uncertainties by name, (signal, background). ``corrections`` are factors on
    the simulated yields by name, one number for both or (signal, background). BadValue if one is out of range.
    """

    name: str
    luminosity: float
    detector: str
    systematics: Mapping[str, Pair]
    corrections: Mapping[str, float | Pair]
    notes: str = ""
    preset: str = ""

    def __post_init__(self) -> None:
        _positive(f"luminosity of data set '{self.name}'", self.luminosity, "fb^-1")
        for name, pair in self.systematics.items():
            if not _is_pair(pair) or not all(0 <= value < 1 for value in pair):
                raise BadValue(
                    f"systematic '{name}' of data set '{self.name}'", pair, "allowed: (signal, background), relative, from 0 to 1"
                )
        for name, value in self.corrections.items():
            for factor in _both(value):
                _positive(f"correction '{name}' of data set '{self.name}'", factor)


@dataclass(frozen=True)
class Control:
    """A control region: the table in the place of the search's own, and the observable there."""

    selection: tuple[Row, ...]
    observable: Node


@dataclass(frozen=True)
class Analysis:
    """A search: a table of cuts, an observable, the window around a peak, backgrounds and data sets.

    ``name`` is the word that a user types: the file's own, filled in when it is found. ``triggers``: one of the
    lines must have fired; they are the first row unless a row of ``selection`` asks for them. ``selection``: rows of
    (name, condition, condition ...), all of which must hold. ``window``: half the counting window's width, in
    resolutions of the observable. ``binning``: (low, high, number of bins) of the observable. ``masses``: the range, GeV, in
    which the search is meant. ``missing``: the effects that the simulation of it leaves out.
    ``filters``: by process, signal or background, filters on its final particles that are asked before the detector (what they lose
    must not pass the selection); ``toward``: by process, cuts on its particles that say where to generate more events of less weight.
    Of a signal that is not its own charge conjugate both states are generated, what is asked of the one being asked of the other.
    ``benchmark``: a model and its parameters, whose signal gives the width of the peak where a limit is set without a model.
    ``decays``: those of the signal's X that are looked for, "X -> mu+ mu-"; none for an X that is not seen.
    ``cuts``: by process, cuts on its particles inside which it is generated at all (what they lose must not pass the selection, either).
    ``suppression``: cuts whose values are found per mass, asked after the table. ``controls``: by name, regions in which
    backgrounds are compared with data where no signal is.
    ``share``: where neutrinos leave the signal no peak, the share of its events that the window holds, the shortest such interval of the
    observable; 0 for a window about a peak.
    BadValue for a table that cannot be meant; UnknownName for a status or method that does not exist.
    """

    title: str
    experiment: str
    status: str
    signal: str
    level: float
    references: tuple[str, ...]
    triggers: tuple[str, ...]
    selection: tuple[Row, ...]
    observable: Node
    window: float
    backgrounds: tuple[str, ...]
    datasets: tuple[Dataset, ...]
    binning: tuple[float, float, int]
    masses: tuple[float, float]
    method: str = "bayes"
    missing: tuple[str, ...] = ()
    notes: str = ""
    name: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    toward: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    benchmark: tuple[str, Mapping[str, float]] | None = None
    share: float = 0.0
    decays: tuple[str, ...] = ()
    cuts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    suppression: Suppression | None = None
    controls: Mapping[str, Control] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_words(self)
        _check_numbers(self)
        _check_selection(self)

    @cached_property
    def rows(self) -> tuple[tuple[str, tuple[Node, ...]], ...]:
        """The rows that are asked of an event, (name, conditions), in order: the trigger's, then those of the selection."""
        table = tuple((row[0], row[1:]) for row in self.selection)
        if not self.triggers or lines_asked(self):
            return table
        fired = reduce(or_, map(trigger, self.triggers))
        return ((f"trigger {' or '.join(self.triggers)}", (fired,)), *table)


def control(analysis: Analysis, name: str) -> Analysis:
    """The search with the table of a control region in the place of its own, nothing suppressed; UnknownName for another name."""
    if name not in analysis.controls:
        raise unknown(f"control region of '{analysis.name or analysis.title}'", name, analysis.controls)
    some = analysis.controls[name]
    return replace(analysis, selection=some.selection, observable=some.observable, suppression=None, controls={})


def words(analysis: Analysis) -> tuple[tuple[str, str], ...]:
    """The rows in words, (name, text), from the trees that select the events."""
    return tuple((name, "; ".join(text(condition) for condition in conditions)) for name, conditions in analysis.rows)


def lines_asked(analysis: Analysis) -> frozenset[str]:
    """The trigger lines that the selection's own rows ask for."""
    nodes = (node for row in analysis.selection for condition in row[1:] for node in _walk(condition))
    return frozenset(str(node.arguments[0]) for node in nodes if node.operation == "trigger")


def relative_uncertainties(dataset: Dataset) -> Pair:
    """The relative uncertainties (signal, background) of a data set: its systematics added in quadrature."""
    both = tuple(dataset.systematics.values())
    return hypot(*(signal for signal, _ in both)), hypot(*(background for _, background in both))


def correction_factors(dataset: Dataset, without: tuple[str, ...] = ()) -> Pair:
    """The factors (signal, background) on simulated yields: the product of the corrections but for those named in ``without``."""
    for name in without:
        if name not in dataset.corrections:
            raise unknown(f"correction of data set '{dataset.name}'", name, dataset.corrections)
    both = [_both(value) for name, value in dataset.corrections.items() if name not in without]
    return prod(signal for signal, _ in both), prod(background for _, background in both)


def dataset_of(analysis: Analysis, name: str) -> Dataset:
    """The data set of that name; UnknownName with the names there are."""
    found = {dataset.name: dataset for dataset in analysis.datasets}
    if name not in found:
        raise unknown(f"data set of '{analysis.name or analysis.title}'", name, found)
    return found[name]


def _both(value: float | Pair) -> Pair:
    return value if isinstance(value, tuple) else (value, value)


def _is_pair(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(isinstance(number, int | float) for number in value)


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for argument in node.arguments:
        if isinstance(argument, Node):
            yield from _walk(argument)


def _positive(what: str, value: float, unit: str = "") -> None:
    if not (isfinite(value) and value > 0):
        raise BadValue(f"{what} is not positive", f"{value:g} {unit}".rstrip(), "allowed: above 0")


def _unique(what: str, names: tuple[str, ...]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise BadValue(f"two {what} have one name", name, hint="rename one of them")


def _check_words(a: Analysis) -> None:
    for what in ("title", "experiment", "references"):
        if not getattr(a, what):
            raise BadValue(f"a search needs its {what}", repr(getattr(a, what)))
    for process in (a.signal, *a.backgrounds):
        if "->" not in process:
            raise BadValue("not a process", process, hint='write "e+ e- -> mu+ mu- X"')
    for decay in a.decays:
        if decay.split()[:2] != ["X", "->"] or "X" not in a.signal.split():
            raise BadValue("not a decay of the signal's X", decay, hint='write "X -> mu+ mu-", and X in the signal')
    for kind, name, known in (("status", a.status, STATUSES), ("method", a.method, METHODS)):
        if name not in known:
            raise unknown(kind, name, known)
    for process in (*a.filters, *a.toward, *a.cuts):
        if process not in (a.signal, *a.backgrounds):
            raise unknown("process of this search", process, (a.signal, *a.backgrounds))
    _unique("data sets", tuple(dataset.name for dataset in a.datasets))
    _unique("backgrounds", a.backgrounds)


def _check_numbers(a: Analysis) -> None:
    if not 0 < a.level < 1:
        raise out_of_range("level", a.level, 0, 1)
    _positive("window", a.window, "resolutions")
    if not 0 <= a.share < 1:
        raise out_of_range("share of the signal", a.share, 0, 1)
    low, high, number = a.binning
    if not (low < high and number >= 1):
        raise BadValue("binning", a.binning, "allowed: (low, high, number of bins) with low < high")
    if not 0 <= a.masses[0] < a.masses[1]:
        raise BadValue("range of masses", a.masses, "allowed: (low, high) in GeV with 0 <= low < high")


def _check_selection(a: Analysis) -> None:
    for name, *conditions in a.selection:
        if not conditions:
            raise BadValue("a row asks for nothing", name, hint="give it a condition or leave it out")
        for condition in conditions:
            _check_condition(name, condition)
    _check_observable(a.observable)
    for name in a.controls:
        control(a, name)
    asked = lines_asked(a)
    if asked and asked != set(a.triggers):
        raise BadValue(
            "the trigger lines of the rows are not those of the search", sorted(asked ^ set(a.triggers)), "allowed: the same lines"
        )
    _unique("rows", (GENERATED, *(name for name, _ in a.rows)))


def _check_condition(row: str, condition: object) -> None:
    if not isinstance(condition, Node) or condition.unit != CONDITION:
        raise BadValue(
            f"row '{row}' holds what is no condition", shown(condition), hint="compare a quantity with a number, > < .equals .between"
        )
    if condition.scope:
        raise BadValue(f"row '{row}' asks something of one {condition.scope}", shown(condition), hint="count the objects that meet it")


def _check_observable(observable: object) -> None:
    if not isinstance(observable, Node) or observable.scope or observable.unit in (CONDITION, OBJECTS):
        raise BadValue("the observable is no quantity of an event", shown(observable), hint="write recoil_mass_squared(muon) or a mass")
