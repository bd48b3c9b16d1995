"""Expected limits of the searches beside what is published: ``python validation/published.py [SCALE [SEARCH]]``.

Prints the tables of docs/searches.md and docs/lfv_search.md at 90 %. Of g' the abstracts of arXiv:1912.11276, arXiv:2212.03066 and
arXiv:2403.02841 name the ends of a range of couplings and a greatest mass; ours is at the mass where each end is taken to stand. Of
cross-sections only a range is known, that of mu mu tau tau from the abstract of arXiv:2306.12294; its ends are compared with the least and
the greatest of ours. For e mu and missing energy the limits of arXiv:1912.11276 stand in a figure: the range is recalled, not read. A
search for four leptons with taus, or for a tau and missing energy, has no publication. ``SCALE`` multiplies the attempts;
``SEARCH`` leaves out the others.
"""

import sys
from collections.abc import Callable, Mapping
from typing import NamedTuple

from darkrecoil import limits
from darkrecoil.cli._options import jobs_of
from darkrecoil.records import Curve, Limit

LEAST = 1.5  # ratio from which on the docs owe a reason
MASSES = (0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 7.5, 8.0)
SEEN = (0.3, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0)
TAUS = (3.7, 4.0, 4.5, 5.0, 5.5, 6.0, 6.5, 7.0, 7.5, 8.0)
BELOW_8 = MASSES[:-2]


class Quantity(NamedTuple):
    """What is compared: its name with unit, and the median expected of a mass; None where there is none."""

    name: str
    of: Callable[[Limit], float | None]


def median(quantiles: tuple[float | None, ...] | None) -> float | None:
    """The middle one of five; None where there are none."""
    return quantiles[2] if quantiles else None


COUPLING = Quantity("g'", lambda p: median(p.expected_coupling))
CROSS_SECTION = Quantity("sigma x BF [fb]", lambda p: median(p.expected_cross_section))
YIELD = Quantity("efficiency x sigma [fb]", lambda p: median(p.expected_efficiency_times_cross_section))


class Row(NamedTuple):
    """A published limit: the search and its model here, what is compared at which masses, GeV; values by mass, or a range only."""

    search: str
    model: str
    dataset: str
    masses: tuple[float, ...]
    attempts: int
    quantity: Quantity
    known: Mapping[float, float] = {}
    ends: tuple[float, float] | None = None
    source: str = "abstract"


INVISIBLE = "belle2_zprime_invisible"
PUBLISHED = (
    Row(INVISIBLE, "lmu_ltau", "2018", MASSES, 256 * 8192, COUPLING, {0.5: 5e-2, 6.0: 1.0}),
    Row(INVISIBLE, "lmu_ltau", "2019-20", MASSES, 1024 * 8192, COUPLING, {0.5: 3e-3, 8.0: 1.0}),
    Row("belle2_four_muon", "lmu_ltau", "2019-21", SEEN, 256 * 8192, COUPLING, {0.3: 8e-4, 6.0: 3.9e-2}),
    Row("belle2_mumu_tautau", "lmu_ltau", "2019-20", TAUS, 256 * 8192, CROSS_SECTION, ends=(0.7, 24.0)),
    Row("belle2_lfv_zprime_invisible", "none", "2018", BELOW_8, 256 * 8192, YIELD, ends=(20.0, 90.0), source="recalled of its figure"),
)


def rows(curve: Curve, row: Row) -> list[str]:
    """A line per mass: efficiency, background with its n_eff, what is expected, and where there is one, what is published and the ratio."""
    found = []
    for p in curve.points:
        ours = row.quantity.of(p)
        if ours is None:
            found.append(f"| {p.mass:g} | {p.reason} | | | | |")
            continue
        beside = f"{row.known[p.mass]:.2g} | {ratio(ours, row.known[p.mass])}" if p.mass in row.known else " | "
        efficiency = p.efficiency_uncorrected if p.efficiency_uncorrected is not None else p.efficiency
        shown = "" if efficiency is None else f"{efficiency:.3f}"
        found.append(f"| {p.mass:g} | {shown} | {p.background:.3g} ({p.background_n_eff or 0:.0f}) | {ours:.2g} | {beside} |")
    return found


def ratio(ours: float, published: float) -> str:
    """Ours over theirs, marked where a reason is owed."""
    found = ours / published
    return f"{found:.2f}{' (!)' if max(found, 1 / found) > LEAST else ''}"


def compared(curve: Curve, row: Row) -> str:
    """The least and the greatest of ours beside the ends of the published range."""
    assert row.ends is not None
    ours = [value for p in curve.points if (value := row.quantity.of(p)) is not None]
    (least, most), (low, high) = (min(ours), max(ours)), row.ends
    beside = f"published {low:g} to {high:g} ({row.source}): {ratio(least, low)}, {ratio(most, high)}"
    return f"\n{row.quantity.name}: {least:.2g} to {most:.2g}, {beside}"


def main(scale: str = "1", only: str = "") -> None:
    """Print the tables."""
    for row in PUBLISHED:
        if only not in ("", row.search):
            continue
        size = max(8192, int(float(scale) * row.attempts))
        curve = limits.limit(row.search, row.model, row.masses, dataset=row.dataset, jobs=jobs_of(0), attempts=size)
        name = row.quantity.name
        print(f"\n{row.search}, {row.dataset}, {curve.luminosity:g} fb^-1, {size} attempts\n")
        print(f"| mass [GeV] | efficiency | background (n_eff) | expected {name} | published {name} | ratio |\n|---|---|---|---|---|---|")
        print("\n".join(rows(curve, row)))
        if row.ends:
            print(compared(curve, row))


if __name__ == "__main__":
    main(*sys.argv[1:3])
