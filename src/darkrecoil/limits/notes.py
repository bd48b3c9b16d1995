"""What a curve rests on, in words and in numbers: warnings, assumptions, provenance."""

from collections.abc import Mapping, Sequence
from math import sqrt

from darkrecoil import __version__, models
from darkrecoil._run import versions
from darkrecoil.chain.stream import Selected, flow
from darkrecoil.detector import card as cards
from darkrecoil.detector.background import rate
from darkrecoil.generate.decays import branching
from darkrecoil.generate.measured import processes as measured
from darkrecoil.generate.recipe import missing, parse
from darkrecoil.limits import searched, training
from darkrecoil.limits.interference import SQUARE
from darkrecoil.limits.luminosity import shown
from darkrecoil.limits.optimise import Suppressing
from darkrecoil.limits.settings import Settings
from darkrecoil.limits.strength import REFERENCE, range_of
from darkrecoil.limits.study import Study
from darkrecoil.records import Generated, Limit, Provenance
from darkrecoil.selection import Analysis
from darkrecoil.selection.tallies import efficiency, n_eff
from darkrecoil.statistics import bayes, counting

FEW = 20  # effective events in a window: below, their number has an error above 22 %, and their distribution is not known


def warnings(made: Study, points: Sequence[Limit], relative: float) -> tuple[str, ...]:
    """One line for each thing that a reader of these limits must know: what the generated events cannot tell, what leaves the model."""
    empty: dict[str, list[float]] = {}
    for p in points:
        for source, count in p.background_by_source.items():
            if count == 0:
                empty.setdefault(source, []).append(p.mass)
    lines = [
        f"no generated event of {s} in the window at {_listed(m)} GeV: its weight of one event stands for it" for s, m in empty.items()
    ]
    poor = [p.mass for p in points if _generated_error(p, relative) > 0.5 * _own_error(p.background or 0.0, relative)]
    if poor:
        lines.append(
            f"warning: too few generated events for this luminosity at {_listed(poor)} GeV: they widen the limit; raise --attempts"
        )
    few = [p.mass for p in points if p.background_n_eff is not None and p.background_n_eff < FEW]
    if few:
        lines.append(
            f"warning: fewer than {FEW} effective background events (n_eff) in the window at {_listed(few)} GeV; "
            f"raise --attempts or give --n-eff"
        )
    high = range_of(made.model, made.strength).high
    beyond = [p.mass for p in points if p.expected_coupling and (p.expected_coupling[2] or 0.0) > high]
    if beyond:
        lines.append(
            f"warning: the expected {made.strength.scan} is above {high:g}, where {made.model.name} does not hold, at {_listed(beyond)} GeV"
        )
    return tuple(lines)


def _own_error(background: float, relative: float) -> float:
    """The error that a count of that background has anyway, events: no smaller than that of one event, for a limit does not see less."""
    return sqrt(max(background, 1.0) + (relative * background) ** 2)


def _generated_error(p: Limit, relative: float) -> float:
    """The part of the background's error, events, that comes from the number of generated events."""
    if p.background is None or p.background_error is None:
        return 0.0
    return sqrt(max(p.background_error**2 - (relative * p.background) ** 2, 0.0))


def _listed(masses: Sequence[float]) -> str:
    return ", ".join(f"{m:g}" for m in masses)


def assumptions(made: Study, settings: Settings, points: Sequence[Limit]) -> tuple[str, ...]:
    """One line for each thing that the result rests on and that is not measured here."""
    absent = tuple(f"left out: {effect}" for effect in left_out(made))
    named = ", ".join(f"{n} = {v}" for n, v in made.dataset.corrections.items() if n not in settings.without) or "none"
    kept = "none" if settings.scenario == "statistics-only" else named
    sizes = ", ".join(f"{b.source}: {b.attempts} attempts ({b.effective_luminosity():.3g}/fb effective)" for b in made.backgrounds)
    return (
        *_of_signal(made, settings),
        f"data set {made.dataset.name}: corrections {kept}; scenario {settings.scenario}",
        f"generated: {sizes}",
        *_of_suppression(made),
        *(f"statistics: {line}" for line in statistics(settings, points)),
        *branching.ASSUMPTIONS,
        *(f"{b.source}: {note}" for b in made.backgrounds for note in measured.notes(parse(b.source))),
        *absent,
        *((made.analysis.notes,) if made.analysis.notes else ()),
        *cards.assumptions(made.card),
    )


def _of_signal(made: Study, settings: Settings) -> tuple[str, ...]:
    """What is taken of the signal."""
    if settings.independent:
        width = f"the width of the peak, and with it the window, is that of {made.model.name} without radiation"
        return (f"efficiency x cross-section with the corrections of the data set; {width}",)
    if not searched.states(made.analysis):
        return (f"cross-sections scale as {made.strength.scan} squared",)
    hypothesis = "1" if settings.invisible == "1" else f"that of {made.model.name}"
    square = f"cross-sections scale as {made.strength.scan} squared"
    if any(shape != SQUARE for shape in made.shapes.values()):
        square = f"cross-sections are parabolas in {made.strength.scan}, beside other couplings; the efficiency is that at {REFERENCE:g}"
    return (f"{searched.named(made.analysis)} = {hypothesis}; narrow width; {square}",)


def _of_suppression(made: Study) -> tuple[str, ...]:
    """What the search's suppression asks, or that it is off; nothing where there is none."""
    if made.cuts is not None and made.tuned is not None:
        return (suppressed(made.cuts, made.tuned),)
    how = made.analysis.suppression
    return () if how is None else (f"{how.name}: off, and no systematic uncertainty of it",)


def suppressed(cuts: Suppressing, luminosity: float) -> str:
    """What the suppression asks, and where that is from; the luminosity in fb^-1."""
    where = f"at {shown(luminosity)} on {training.ATTEMPTS} training attempts of each background"
    return f"{cuts.row[0]}, by the Punzi figure of merit {where}: {cuts.said}"


def statistics(settings: Settings, points: Sequence[Limit]) -> list[str]:
    """What the intervals rest on: of Bayes in general, of the others as it was at each mass, where exact sums and asymptotic
    formulas take turns."""
    general = list(bayes.assumptions(counting.Counting(1.0)))
    if settings.method == "bayes":
        return general
    where: dict[str, list[float]] = {}
    for p in points:
        for line in p.assumptions[:1] + tuple(
            line for line in p.assumptions[1:] if line.startswith(("exact", "asymptotic", "the", "warning"))
        ):
            where.setdefault(line, []).append(p.mass)
    told = [p for p in points if p.assumptions]
    return [line if len(m) == len(told) else f"{line} (at {_listed(m)} GeV)" for line, m in where.items()] + general[1:]


def left_out(made: Study) -> tuple[str, ...]:
    """What the simulation of a study leaves out, in words."""
    absent = (line for line in made.analysis.missing if line != "beam background" or not rate(made.card))
    return (*missing(made.radiates, made.alpha), *absent)


def provenance(made: Study, settings: Settings) -> Provenance:
    """What made the curve: versions, seed, names, hashes, sample sizes; nothing of the machine."""
    facts: Mapping[str, str | float | int | None] = {
        "search": made.analysis.name,
        "model": made.model.name,
        "model_hash": models.fingerprint(made.model),
        "dataset": made.dataset.name,
        "card": cards.card_hash(made.card),
        "alpha": made.alpha.name,
        "radiation": made.radiates.text,
        "matching_gev": made.radiates.scale if made.radiates.initial and made.radiates.final else None,
        "luminosity_ifb": settings.luminosity,
        "level": settings.level,
        "method": settings.method,
        "scenario": settings.scenario,
        "invisible": settings.invisible,
        "without": ",".join(settings.without),
        "masses_gev": ",".join(f"{m!r}" for m in sorted([*made.signals, *made.closed])),
        "scan": made.strength.scan,
        "independent": settings.independent,
        "parameters": ",".join(f"{name}={value!r}" for name, value in sorted((settings.parameters or {}).items())),
        "data": settings.data_hash,
        **versions(),
        "signal_attempts": max((s.attempts for s in made.signals.values()), default=0),
        "background_attempts": max((b.attempts for b in made.backgrounds), default=0),
        "effective_luminosity_ifb": made.goal.luminosity,
        "n_eff": made.goal.n_eff,
        "cuts": _asked(made.analysis.cuts),
        "suppression": None if made.cuts is None else made.cuts.facts,
        "suppression_luminosity_ifb": made.tuned,
        "training_attempts": None if made.cuts is None else training.ATTEMPTS,
        "filters": _asked(made.analysis.filters),
        "toward": _asked(made.analysis.toward),
    }
    return Provenance(__version__, made.seed, facts, left_out(made))


def _asked(some: Mapping[str, tuple[str, ...]]) -> str:
    return "; ".join(f"{process}: {', '.join(texts)}" for process, texts in some.items())


def generated(analysis: Analysis, some: Selected) -> Generated:
    """How much of a background was generated, and what each row of the search leaves of it."""
    share, error = None, None
    if some.filters:
        (_, w, w2), (_, passing, passing2) = some.tally[0].tolist(), some.tally[1].tolist()
        share, error = efficiency(passing, passing2, w, w2)
    return Generated(
        some.source, some.attempts, some.cross_section(), some.n_eff(), some.effective_luminosity(), len(some.weights), n_eff(some.weights),
        some.filters, share, error, flow(analysis, some),
    )  # fmt: skip
