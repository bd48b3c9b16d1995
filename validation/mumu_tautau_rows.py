"""The rows of belle2_mumu_tautau against e+ e- mu+ mu-, chosen on events that no limit counts: ``python validation/mumu_tautau_rows.py``.

Values of what is missing, of how many electrons, of the energy beside the tracks: each combination is judged by the least cross-section
of the Punzi figure of merit, its geometric mean over the masses, on the sample ``train``; the best ones again on the sample ``evaluate``.
"""

import sys
from dataclasses import replace
from itertools import product
from math import inf

import numpy as np

from darkrecoil import analyses, chain, models
from darkrecoil.analyses._four_tracks import electron, track
from darkrecoil.analyses._words import cluster
from darkrecoil.chain.stream import inside
from darkrecoil.cli._options import jobs_of
from darkrecoil.detector import card as cards
from darkrecoil.generate.radiation import Choice
from darkrecoil.generate.recipe import checked_alpha, recipe
from darkrecoil.limits import searched
from darkrecoil.limits.sources import backgrounds_by, prepared
from darkrecoil.limits.windows import window
from darkrecoil.selection import Suppression, correction_factors, count, extra_energy, recoil_mass_squared
from darkrecoil.statistics.merit import punzi_minimum

MASSES = (4.0, 5.0, 6.0, 7.0, 8.0)
MISSING, ELECTRONS, ENERGY = (-inf, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0), (0, 1, 2), (0.3, 0.5, 1.0, 2.0, inf)  # GeV^2, number, GeV
ROWS = ("at most one electron", "energy is missing", "little else")
ATTEMPTS, SIGNAL = 256 * 8192, 8 * 8192
NODES = (recoil_mass_squared(track), count(electron), extra_energy(cluster))


def without_rows(search):
    """The search without these rows, whose events keep what the rows look at."""
    some = Suppression("rows", tuple((node, (0.0,)) for node in NODES), (1.0,), "lmu_ltau")
    return replace(search, selection=tuple(row for row in search.selection if row[0] not in ROWS), suppression=some)


def bench(search):
    """Backgrounds and signals, ready to be run, by name; the names of each."""
    card, radiates = cards.loaded("belle2", None), Choice(initial=True, final=True)
    root, model = cards.sqrt_s(card.beams), models.find("lmu_ltau")
    alpha = checked_alpha("0", root)
    named, behind = backgrounds_by(alpha, root, radiates)(search)
    process = search.signal.replace("X", "Z'")
    signals = {f"signal {m:g}": recipe(process, alpha, root, model, m, 0.1, radiates=radiates) for m in MASSES}
    decaying = {f"signal {m:g}": searched.decays(search, signals[f"signal {m:g}"], model, m, 0.1, None) for m in MASSES}
    return prepared(search, named, behind, signals, card, 1, jobs_of(0), decaying=decaying), list(behind)


def passing(some, missing, electrons, energy):
    """Which of the events (n,) pass rows of these values."""
    return (some.variables[:, 0] > missing) & (some.variables[:, 1] <= electrons) & (some.variables[:, 2] < energy)


def merits(search, made, behind, sample):
    """The least cross-section, fb, (choices, masses) of every choice of values."""
    run = {name: chain.selected(source, made.response, search, SIGNAL if name.startswith("signal") else ATTEMPTS, jobs_of(0), sample=sample)
           for name, source in made.sources.items()}  # fmt: skip
    dataset = search.datasets[0]
    factors = correction_factors(dataset)
    found = []
    for values in product(MISSING, ELECTRONS, ENERGY):
        row = []
        for mass in MASSES:
            signal = run[f"signal {mass:g}"]
            bounds = window(search, mass, signal).bounds
            there = {name: float(run[name].weights[passing(run[name], *values) & inside(run[name], bounds)].sum() / run[name].attempts)
                     for name in (*behind, f"signal {mass:g}")}  # fmt: skip
            efficiency = factors[0] * there.pop(f"signal {mass:g}") / signal.cross_section()
            events = factors[1] * dataset.luminosity * sum(there.values())
            row.append(float(punzi_minimum(efficiency, events, dataset.luminosity)))
        found.append(row)
    return np.array(found)


def main() -> None:
    """Print the ten best choices by the training events, and what the others say of them."""
    search = without_rows(analyses.find("belle2_mumu_tautau"))
    made, behind = bench(search)
    train, others = (np.exp(np.log(merits(search, made, behind, sample)).mean(axis=1)) for sample in ("train", "evaluate"))
    choices = list(product(MISSING, ELECTRONS, ENERGY))
    now = choices.index((3.0, 1, 2.0))
    print("| missing mass squared above [GeV^2] | electrons at most | energy below [GeV] | sigma [fb], train | evaluate |")
    print("|---|---|---|---|---|")
    for i in [*np.argsort(train)[:10], now]:
        print("| " + " | ".join(f"{value:g}" for value in choices[i]) + f" | {train[i]:.3f} | {others[i]:.3f} |")
    print("(the last line: what the search asks)", file=sys.stderr)


if __name__ == "__main__":
    main()
