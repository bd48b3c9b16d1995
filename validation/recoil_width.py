"""Width of the M^2_recoil peak of mu mu Z' against Belle II's full simulation, beam-energy spread off and on.

    uv run python validation/recoil_width.py WIDTHS

WIDTHS: mass in MeV, width in GeV^2, its error, one row per mass: width.txt of the Punzi-net paper's repository
(feichtip/punzinet; Eur. Phys. J. C 82 (2022) 121). Width: sqrt(f s1^2 + (1-f) s2^2) of a double-Gaussian fit.
"""

import sys
from pathlib import Path

import numpy as np

from darkrecoil import analyses, chain, models
from darkrecoil.constants import alpha_scheme
from darkrecoil.detector import card as cards
from darkrecoil.detector import machine
from darkrecoil.generate.recipe import recipe
from darkrecoil.statistics.peak import double_gaussian

MASSES = (0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0)


def widths(spread: bool) -> dict[float, float]:
    """Width, GeV^2, by mass, GeV."""
    analysis, card = analyses.find("belle2_zprime_invisible"), cards.load("belle2", "2018")
    beams = machine.with_spread(card.beams, spread)
    root, model = cards.sqrt_s(beams), models.find("lmu_ltau")
    made = {f"{m:g}": recipe("e+ e- -> mu+ mu- Z'", alpha_scheme("0"), root, model, m, 0.1) for m in MASSES}
    bench = chain.prepare(made, card, 1, jobs=2, beams=beams)
    found = {name: chain.selected(source, bench.response, analysis, 30 * 8192, jobs=2) for name, source in bench.sources.items()}
    return {float(name): double_gaussian(some.values, some.weights).width for name, some in found.items()}


def main() -> None:
    """Print the table."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_file():
        sys.exit("skipped: give the file of full-simulation widths; see the head of this file")
    reference = np.loadtxt(sys.argv[1], skiprows=1)
    off, on = widths(False), widths(True)
    print(f"{'mass [GeV]':>10s} {'full sim.':>10s} {'spread off':>10s} {'ratio':>6s} {'spread on':>10s} {'ratio':>6s}   [GeV^2]")
    for mass in MASSES:
        full = reference[np.argmin(np.abs(reference[:, 0] - 1000 * mass)), 1]
        print(f"{mass:10g} {full:10.4f} {off[mass]:10.4f} {off[mass] / full:6.2f} {on[mass]:10.4f} {on[mass] / full:6.2f}")


if __name__ == "__main__":
    main()
