"""Rows of searches chosen on events that no limit counts: ``python validation/rows.py [SEARCH ...]``.

The rows of ROWS are taken out of the search, and each combination of values is judged by the least cross-section of the Punzi figure of
merit on the sample ``train``: its geometric mean over the masses, the uncertainty of the background among its fluctuations. The ten best
ones are printed, with what the sample ``evaluate`` says of them; then what the search asks, then nothing asked.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from math import inf

import numpy as np

from darkrecoil import analyses, chain, models
from darkrecoil.analyses import _four_tracks, _lepton_and_tau, _two_leptons
from darkrecoil.analyses._words import cluster
from darkrecoil.chain.stream import Selected, inside
from darkrecoil.cli._options import jobs_of
from darkrecoil.detector import card as cards
from darkrecoil.generate.radiation import Choice
from darkrecoil.generate.recipe import checked_alpha, recipe
from darkrecoil.limits import searched
from darkrecoil.limits.sources import backgrounds_by, prepared
from darkrecoil.limits.study import charge_states
from darkrecoil.limits.windows import window
from darkrecoil.records import Bools, Floats
from darkrecoil.selection import (
    Analysis,
    Node,
    Suppression,
    correction_factors,
    count,
    extra_energy,
    pt_sum,
    recoil_across_cms,
    recoil_mass_squared,
    relative_uncertainties,
)
from darkrecoil.statistics.merit import punzi_minimum

ATTEMPTS, SIGNAL = 512 * 8192, 16 * 8192
FEWEST = 40  # effective events of background that a choice must leave: 20, below which a limit warns, of its default attempts

Condition = tuple[str, Node, Callable[[Floats, float], Bools], tuple[float, ...]]


@dataclass(frozen=True)
class Asked:
    """What is chosen: rows that are taken out; label, quantity, comparison and values of each condition; masses, GeV; values now."""

    rows: tuple[str, ...]
    conditions: tuple[Condition, ...]
    masses: tuple[float, ...]
    now: tuple[float, ...]


def above(quantity: Floats, value: float) -> Bools:
    return np.asarray(quantity > value)


def below(quantity: Floats, value: float) -> Bools:
    return np.asarray(quantity < value)


def suppressing(masses: tuple[float, ...], *now: float) -> Asked:
    """The conditions against tau pairs of an electron and a muon; masses where a coupling below 3 can be seen."""
    leptons = _lepton_and_tau.electron, _two_leptons.muon
    steps = (-inf, *(round(0.3 * i, 1) for i in range(1, 13)))
    return Asked(
        ("taus suppressed",),
        (
            ("pT of the pair above [GeV]", pt_sum(*leptons), above, steps),
            ("recoil across the faster above [GeV]", recoil_across_cms("faster", *leptons), above, steps),
        ),
        masses,
        now,
    )


ROWS: Mapping[str, Asked] = {
    "belle2_mumu_tautau": Asked(
        ("at most one electron", "energy is missing", "little else"),
        (
            (
                "missing mass squared above [GeV^2]",
                recoil_mass_squared(_four_tracks.track),
                above,
                (-inf, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0),
            ),
            ("electrons fewer than", count(_four_tracks.electron), below, (1, 2, 3)),
            ("other energy below [GeV]", extra_energy(cluster), below, (0.3, 0.5, 1.0, 2.0, inf)),
        ),
        (4.0, 5.0, 6.0, 7.0, 8.0),
        (2.0, 2, 1.0),
    ),
    "belle2_mu_tau_invisible": suppressing((2.0, 3.0, 4.0), 2.1, 1.2),
    "belle2_e_tau_invisible": suppressing((2.0, 3.0, 4.0, 5.0), 1.2, 1.5),
    "belle2_tau_tau_invisible": suppressing((0.5, 1.0, 2.0, 3.0), 1.5, 1.5),
}


def loose(search: Analysis, asked: Asked) -> Analysis:
    """The search without these rows, whose events keep what the rows look at."""
    some = Suppression("rows", tuple((node, (0.0,)) for _, node, _, _ in asked.conditions), (1.0,), "lmu_ltau")
    return replace(search, selection=tuple(row for row in search.selection if row[0] not in asked.rows), suppression=some)


def runner(search: Analysis, masses: tuple[float, ...]) -> tuple[Callable[[str, str], Selected], list[str]]:
    """What runs a source by its name and sample, and the names of the backgrounds; signals by "4 GeV", of both charge states."""
    assert search.benchmark is not None
    model, parameters = models.find(search.benchmark[0]), search.benchmark[1]
    card, radiates = cards.loaded("belle2", search.datasets[0].preset or None, None), Choice(initial=True, final=True)
    root = cards.sqrt_s(card.beams)
    alpha = checked_alpha("0", root)
    named, behind = backgrounds_by(alpha, root, radiates)(search)
    states = dict(zip(("", " conjugate"), charge_states(search, model), strict=False))
    signals = {
        f"{m:g} GeV{which}": recipe(process, alpha, root, model, m, 0.1, parameters=parameters, radiates=radiates)
        for m in masses
        for which, process in states.items()
    }
    ordered = {name: searched.decays(search, made, model, float(name.split()[0]), 0.1, parameters) for name, made in signals.items()}
    decaying = {name: one for name, one in ordered.items() if one is not None}
    bench = prepared(search, named, behind, signals, card, 1, jobs_of(0), decaying=decaying)

    def run(name: str, sample: str) -> Selected:
        names, size = ([name], ATTEMPTS) if name in behind else ([name + which for which in states], SIGNAL)
        parts = [chain.selected(bench.sources[one], bench.response, search, size, jobs_of(0), sample=sample) for one in names]
        return chain.together(name, parts)

    return run, list(behind)


def merits(search: Analysis, asked: Asked, run: Callable[[str, str], Selected], behind: list[str], sample: str) -> Floats:
    """The least cross-section, fb, of every choice of values, as a geometric mean over the masses; infinite where too little is left."""
    events = {name: run(name, sample) for name in (*behind, *(f"{m:g} GeV" for m in asked.masses))}
    passing = {name: masks(some, asked) for name, some in events.items()}
    found = []
    for choice in product(*(range(len(values)) for *_, values in asked.conditions)):
        left = {name: chosen(some, passing[name], choice) for name, some in events.items()}
        logs = [merit(search, [left[name] for name in behind], left[f"{mass:g} GeV"], mass) for mass in asked.masses]
        found.append(float(np.exp(np.mean(logs))))
    return np.array(found)


def merit(search: Analysis, behind: list[Selected], signal: Selected, mass: float) -> float:
    """ln of the least cross-section, fb, at a mass, GeV, of events that a choice leaves, in their own window."""
    there = window(search, mass, signal)
    if there is None:
        return inf
    (signal_factor, factor), luminosity = correction_factors(search.datasets[0]), search.datasets[0].luminosity
    sums, squares = np.sum([weights(some, there.bounds) for some in behind], axis=0)
    if sums**2 <= FEWEST * squares:
        return inf
    count_ = factor * luminosity * sums
    blurred = count_ + (relative_uncertainties(search.datasets[0])[1] * count_) ** 2  # an uncertainty is a fluctuation, too
    efficiency = signal_factor * weights(signal, there.bounds)[0] / signal.cross_section()
    return float(np.log(punzi_minimum(efficiency, blurred, luminosity)))


def masks(some: Selected, asked: Asked) -> list[list[Bools]]:
    """Which events (n,) meet each condition by each of its values."""
    assert some.variables is not None
    return [[met(some.variables[:, i], value) for value in values] for i, (_, _, met, values) in enumerate(asked.conditions)]


def chosen(some: Selected, passing: list[list[Bools]], choice: tuple[int, ...]) -> Selected:
    """The events that a choice leaves; the tally is that of all."""
    mask = np.logical_and.reduce([passing[i][k] for i, k in enumerate(choice)])
    return replace(some, values=some.values[mask], weights=some.weights[mask], variables=None)


def weights(some: Selected, bounds: tuple[float, float]) -> tuple[float, float]:
    """Sums of weights and of their squares, over the attempts and their square, in a window."""
    w = some.weights[inside(some, bounds)] / some.attempts
    return float(w.sum()), float((w**2).sum())


def table(name: str) -> None:
    """Print the ten best choices of a search, what it asks, and nothing asked."""
    asked = ROWS[name]
    search = loose(analyses.find(name), asked)
    run, behind = runner(search, asked.masses)
    train, others = (merits(search, asked, run, behind, sample) for sample in ("train", "evaluate"))
    choices = list(product(*(values for *_, values in asked.conditions)))
    nothing = tuple(values[0] if met is above else values[-1] for _, _, met, values in asked.conditions)
    print(f"\n{name}\n\n| " + " | ".join(label for label, *_ in asked.conditions) + " | sigma [fb], train | evaluate |")
    print("|" + "---|" * (len(asked.conditions) + 2))
    for i in [*np.argsort(train, kind="stable")[:10], choices.index(asked.now), choices.index(nothing)]:
        print("| " + " | ".join(f"{value:g}" for value in choices[i]) + f" | {train[i]:.4g} | {others[i]:.4g} |", flush=True)


if __name__ == "__main__":
    for one in sys.argv[1:] or ROWS:
        table(one)
