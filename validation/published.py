"""Expected limits of the searches for a Z' beside what is published: ``python validation/published.py [SCALE [SEARCH]]``.

Prints the tables of docs/searches.md: g' at 90 %, from the abstracts of arXiv:1912.11276, arXiv:2212.03066 and arXiv:2403.02841, which
name the ends of a range of couplings and a greatest mass; ours is at the mass where each end is taken to stand. ``SCALE`` multiplies
the attempts; ``SEARCH`` leaves out the others.
"""

import sys

from darkrecoil import limits
from darkrecoil.cli._options import jobs_of
from darkrecoil.records import Curve

INVISIBLE, FOUR_MUON, MODEL = "belle2_zprime_invisible", "belle2_four_muon", "lmu_ltau"
MASSES = (0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 7.5, 8.0)
SEEN = (0.3, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0)
PUBLISHED = (  # search, data set, masses in GeV, attempts, {mass in GeV: g' of the abstract}
    (INVISIBLE, "2018", MASSES, 256 * 8192, {0.5: 5e-2, 6.0: 1.0}),
    (INVISIBLE, "2019-20", MASSES, 1024 * 8192, {0.5: 3e-3, 8.0: 1.0}),
    (FOUR_MUON, "2019-21", SEEN, 256 * 8192, {0.3: 8e-4, 6.0: 3.9e-2}),
)
LEAST = 1.5  # ratio from which on the docs owe a reason


def rows(curve: Curve, known: dict[float, float]) -> list[str]:
    """A line per mass: efficiency, background with its n_eff, g' expected, and where there is one, g' published and the ratio."""
    found = []
    for p in curve.points:
        assert p.expected_coupling is not None
        ours = p.expected_coupling[2]
        beside = ""
        if p.mass in known:
            ratio = ours / known[p.mass]
            beside = f"{known[p.mass]:.2g} | {ratio:.2f}{' (!)' if max(ratio, 1 / ratio) > LEAST else ''}"
        numbers = f"{p.efficiency_uncorrected:.3f} | {p.background:.3g} ({p.background_n_eff:.0f}) | {ours:.2g}"
        found.append(f"| {p.mass:g} | {numbers} | {beside or ' | '} |")
    return found


def main(scale: str = "1", only: str = "") -> None:
    """Print the tables."""
    for search, dataset, masses, attempts, known in PUBLISHED:
        if only not in ("", search):
            continue
        size = max(8192, int(float(scale) * attempts))
        curve = limits.limit(search, MODEL, masses, dataset=dataset, jobs=jobs_of(0), attempts=size)
        print(f"\n{search}, {dataset}, {curve.luminosity:g} fb^-1, {size} attempts\n")
        print("| mass [GeV] | efficiency | background (n_eff) | expected g' | published g' | ratio |\n|---|---|---|---|---|---|")
        print("\n".join(rows(curve, known)))


if __name__ == "__main__":
    main(*sys.argv[1:3])
