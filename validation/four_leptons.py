"""What the searches for four leptons expect: ``python validation/four_leptons.py [SEARCH ...]``.

Prints the tables of docs/searches.md: ten masses at the luminosity of the data set, each search with the model and the couplings of its
benchmark, and the time that it took. Statistics are small, so that all of them take minutes: the errors of a background show in its n_eff.
"""

import sys
from time import process_time

from darkrecoil import analyses, limits

PREFIX = "belle2_lfv_four_lepton_"
MASSES = (2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 7.0, 7.5, 8.0)
HEAD = "| mass [GeV] | efficiency | window [GeV^2] | background (n_eff) | expected sigma x BF [fb] | expected g |"
BACKGROUND, SIGNAL = 24 * 8192, 2 * 8192  # attempts of a background, and of a signal's charge state


def rows(name: str) -> list[str]:
    """A line per mass: efficiency, window, background with its n_eff, what is expected of cross-section x BF and of the coupling."""
    search = analyses.find(name)
    assert search.benchmark is not None
    model, parameters = search.benchmark
    made = limits.limit(name, model, MASSES, parameters=parameters, jobs=2, attempts=BACKGROUND, signal_attempts=SIGNAL)
    found = []
    for p in made.points:
        if p.window is None or p.expected_coupling is None or p.expected_cross_section is None:
            found.append(f"| {p.mass:g} | {p.reason} | | | | |")
            continue
        counted = f"{p.window[0]:.1f} to {p.window[1]:.1f} | {p.background:.2g} ({p.background_n_eff:.0f})"
        found.append(f"| {p.mass:g} | {p.efficiency:.2g} | {counted} | {p.expected_cross_section[2]:.2g} | {p.expected_coupling[2]:.2g} |")
    return found


def main(*names: str) -> None:
    """Print the tables."""
    for name in names or [one for one in analyses.names() if one.startswith(PREFIX)]:
        start = process_time()
        lines = rows(name)
        print(f"\n{name}, {process_time() - start:.0f} s of a processor\n")
        print("\n".join((HEAD, "|---|---|---|---|---|---|", *lines)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
