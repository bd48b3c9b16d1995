"""What the searches for four leptons expect: ``python validation/four_leptons.py [SEARCH ...]``.

Prints the tables of docs/searches.md: the coupling and the cross-section x BF that are expected to be excluded at ten masses, at the
luminosity of the data set, each search with the model and the couplings of its benchmark; and what a window at 4 GeV holds.
"""

import sys
from collections.abc import Mapping

from darkrecoil import analyses, limits
from darkrecoil.cli._options import jobs_of
from darkrecoil.records import Curve, Limit

PREFIX = "belle2_lfv_four_lepton_"
MASSES = (2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 7.0, 7.5, 7.9)
SHOWN = 4.0  # GeV
HEAD = "| search | efficiency | window [GeV^2] | background by source (n_eff) | n_eff of their sum |"


def curve(name: str) -> Curve:
    """The limits of a search at the masses."""
    search = analyses.find(name)
    assert search.benchmark is not None
    model, parameters = search.benchmark
    return limits.limit(name, model, MASSES, parameters=parameters, jobs=jobs_of(0))


def middle(quantiles: tuple[float | None, ...] | None) -> str:
    """The median of five quantiles in words; a dash where there is none."""
    return "-" if quantiles is None or quantiles[2] is None else f"{quantiles[2]:.2g}"


def held(p: Limit) -> str:
    """What a window holds, as cells of a table."""
    if p.window is None or p.efficiency is None:
        return f"{p.reason} | | | "
    sources = ", ".join(f"{short(name)} {count:.2g} ({p.n_eff[name]:.0f})" for name, count in p.background_by_source.items())
    return f"{p.efficiency:.2g} | {p.window[0]:.1f} to {p.window[1]:.1f} | {sources} | {p.background_n_eff or 0:.0f}"


def short(process: str) -> str:
    """The final state without charges: "mu mu tau tau"."""
    return process.partition("->")[2].replace("+", "").replace("-", "").strip()


def print_tables(made: Mapping[str, Curve]) -> None:
    """Print a table of couplings, one of cross-sections, and one of windows."""
    head = "| | " + " | ".join(f"{mass:g} GeV" for mass in MASSES) + " |\n" + "|---" * (len(MASSES) + 1) + "|"
    print(f"\nexpected g\n\n{head}")
    for name, found in made.items():
        print(f"| `{name}` | " + " | ".join(middle(p.expected_coupling) for p in found.points) + " |")
    print(f"\nexpected sigma x BF [fb]\n\n{head}")
    for name, found in made.items():
        print(f"| `{name}` | " + " | ".join(middle(p.expected_cross_section) for p in found.points) + " |")
    print(f"\nat {SHOWN:g} GeV\n\n{HEAD}\n|---|---|---|---|---|")
    for name, found in made.items():
        print(f"| `{name}` | {next(held(p) for p in found.points if p.mass == SHOWN)} |", flush=True)


if __name__ == "__main__":
    names = sys.argv[1:] or [one for one in analyses.names() if one.startswith(PREFIX)]
    print_tables({name.removeprefix("belle2_lfv_four_lepton"): curve(name) for name in names})
