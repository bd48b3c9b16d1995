"""Expected limits of the searches for an invisible Z' beside what is published: ``python validation/published.py [SCALE]``.

Prints the tables of docs/searches.md: g' at 90 %, from the abstracts of arXiv:1912.11276 and arXiv:2212.03066, which name the ends of a
range of couplings and a greatest mass; ours is at the mass where each end is taken to stand. ``SCALE`` multiplies the attempts.
"""

import sys

from darkrecoil import limits
from darkrecoil.cli._options import jobs_of
from darkrecoil.records import Curve

SEARCH, MODEL = "belle2_zprime_invisible", "lmu_ltau"
MASSES = (0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 7.5, 8.0)
PUBLISHED = (  # data set, attempts, {mass in GeV: g' of the abstract}
    ("2018", 256 * 8192, {0.5: 5e-2, 6.0: 1.0}),
    ("2019-20", 1024 * 8192, {0.5: 3e-3, 8.0: 1.0}),
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


def main(scale: float = 1.0) -> None:
    """Print both tables."""
    for dataset, attempts, known in PUBLISHED:
        size = max(8192, int(scale * attempts))
        curve = limits.limit(SEARCH, MODEL, MASSES, dataset=dataset, jobs=jobs_of(0), attempts=size)
        print(f"\n{dataset}, {curve.luminosity:g} fb^-1, {size} attempts\n")
        print("| mass [GeV] | efficiency | background (n_eff) | expected g' | published g' | ratio |\n|---|---|---|---|---|---|")
        print("\n".join(rows(curve, known)))


if __name__ == "__main__":
    main(*map(float, sys.argv[1:2]))
