"""The suppression of taus against mass: the values found, and what they gain: ``python validation/tau_suppression.py [DATASET]``.

The gain is the least cross-section that the Punzi figure of merit finds without the suppression over that with it: on the training events
that the values were found on, and judged on others. Without a gain that is smaller there, nothing was learnt by heart.
"""

import sys

from darkrecoil import analyses, limits, models
from darkrecoil.cli._options import jobs_of
from darkrecoil.limits.optimise import applied, window
from darkrecoil.selection import correction_factors
from darkrecoil.statistics.merit import punzi_minimum

SEARCH = "belle2_zprime_invisible"
ATTEMPTS = 256 * 8192


def inside(some, bounds):
    """Cross-section, fb, in a window."""
    return float(some.weights[(some.values > bounds[0]) & (some.values < bounds[1])].sum()) / some.attempts


def judged(made, mass, scale):
    """Least cross-section before and after, on the events that are counted; what is left of signal and background."""
    whole = made.peak(mass)
    bounds = window(made.analysis, mass, whole)
    if bounds is None:
        return None
    found = []
    for cut in (None, made.cuts):
        signal = applied(cut, whole)
        efficiency = inside(signal, bounds) / whole.cross_section()
        background = sum(inside(applied(cut, some), bounds) for some in made.table.values())
        found.append((efficiency, background * scale[1], float(punzi_minimum(efficiency * scale[0], background * scale[1]))))
    return found


def main(name: str = "2018") -> None:
    """Print a line per mass."""
    search = analyses.find(SEARCH)
    dataset = next(d for d in search.datasets if d.name == name)
    factors = correction_factors(dataset)
    scale = factors[0], factors[1] * dataset.luminosity
    made = limits.study(search, models.find("lmu_ltau"), dataset, search.suppression.masses, jobs=jobs_of(0), attempts=ATTEMPTS)
    print(
        "| mass [GeV] | "
        + " | ".join(("pair pT", "across faster", "across slower"))
        + " | signal kept | background kept | gain: trained | judged |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for mass, values, gain in zip(search.suppression.masses, made.cuts.values, made.cuts.gain, strict=True):
        both = judged(made, mass, scale)
        if both is None:
            continue
        (e0, b0, before), (e1, b1, after) = both
        cuts = " | ".join(f"{value:g}" for value in values)
        print(f"| {mass:g} | {cuts} | {e1 / e0:.2f} | {b1 / b0 if b0 else 1:.3f} | {gain:.2f} | {before / after:.2f} |")


if __name__ == "__main__":
    main(*sys.argv[1:2])
