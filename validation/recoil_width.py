"""Width of the M^2_recoil peak of mu mu Z' against Belle II's full simulation: every mass, beam-energy spread off; some with it on.

    uv run python validation/recoil_width.py WIDTHS [FIGURE]

WIDTHS: mass in MeV, width in GeV^2, its error, one row per mass: width.txt of the Punzi-net paper's repository
(feichtip/punzinet; Eur. Phys. J. C 82 (2022) 121). Width: sqrt(f s1^2 + (1-f) s2^2) of a double-Gaussian fit. FIGURE: a file to draw.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import numpy as np

from darkrecoil import analyses, chain, models
from darkrecoil.analyses._two_leptons import candidate
from darkrecoil.constants import alpha_scheme
from darkrecoil.detector import card as cards
from darkrecoil.detector import machine
from darkrecoil.generate.recipe import recipe
from darkrecoil.records import Floats
from darkrecoil.selection import count, recoil_mass_squared
from darkrecoil.statistics.peak import double_gaussian

mpl.use("Agg")
from matplotlib import pyplot as plt

SOME = (0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0)
BLOCKS, SOFT = 12, 8.5  # above this mass, GeV, muons are too slow for the cuts on the calorimeter: two tracks in the barrel instead
END = 10.36  # GeV: two muons need 0.21 of 10.58; the model itself ends at 10


def widths(masses: Sequence[float], spread: bool) -> Floats:
    """Width, GeV^2, of each mass, GeV; nan where too few are selected for a fit."""
    analysis, card = analyses.find("belle2_zprime_invisible"), cards.load("belle2", "2018")
    beams = machine.with_spread(card.beams, spread)
    root, model = cards.sqrt_s(beams), models.find("lmu_ltau")
    model = replace(model, mass=replace(model.mass, high=END))
    made = {f"{m:g}": recipe("e+ e- -> mu+ mu- Z'", alpha_scheme("0"), root, model, m, 0.1) for m in masses}
    bench = chain.prepare(made, card, 1, jobs=2, beams=beams)
    tracks = replace(
        analysis, triggers=(), selection=(("two tracks", count(candidate).equals(2)),), observable=recoil_mass_squared(candidate)
    )
    searches = (analysis if m < SOFT else replace(tracks, suppression=None) for m in masses)
    found = (
        chain.selected(source, bench.response, search, BLOCKS * 8192, jobs=2)
        for search, source in zip(searches, bench.sources.values(), strict=True)
    )
    return np.array([double_gaussian(some.values, some.weights).width if len(some.values) > 300 else np.nan for some in found])


def main() -> None:
    """Print the table and draw it."""
    if len(sys.argv) not in (2, 3) or not Path(sys.argv[1]).is_file():
        sys.exit("skipped: give the file of full-simulation widths; see the head of this file")
    mass, full, error = np.loadtxt(sys.argv[1], skiprows=1, unpack=True)
    mass, own, on = mass / 1000, np.full(len(mass), np.nan), widths(SOME, True)
    inside = mass < END
    own[inside] = widths(mass[inside].tolist(), False)
    ratio = own / full
    print(f"{'mass [GeV]':>10s} {'full sim.':>18s} {'spread off':>10s} {'ratio':>6s} {'spread on':>10s}   [GeV^2]")
    with_spread = dict(zip(SOME, on, strict=True))
    for i, m in enumerate(mass):
        extra = f"{with_spread[m]:10.4f}" if m in with_spread else ""
        print(f"{m:10g} {full[i]:10.4f} +- {error[i]:.4f} {own[i]:10.4f} {ratio[i]:6.2f} {extra}")
    summary(mass, ratio, error / full)
    if len(sys.argv) == 3:
        draw(mass, full, error, own, on, Path(sys.argv[2]))


def summary(mass: Floats, ratio: Floats, error: Floats) -> None:
    """Print the median and the worst ratio: of all, and where the full simulation is known to 10 %."""
    for name, some in (("all masses", np.isfinite(ratio)), ("known to 10 %", np.isfinite(ratio) & (error < 0.1))):
        worst = np.flatnonzero(some)[np.argmax(np.abs(np.log(ratio[some])))]
        inside = np.mean(np.abs(ratio[some] - 1) < 0.15)
        print(f"{name}: {some.sum()} masses, median ratio {np.median(ratio[some]):.3f}, worst {ratio[worst]:.2f} at {mass[worst]:g} GeV, "
              f"within 15 %: {inside:.0%}")  # fmt: skip


def draw(mass: Floats, full: Floats, error: Floats, own: Floats, on: Floats, path: Path) -> None:
    """The widths against mass, and their ratio."""
    fig, (above, below) = plt.subplots(2, sharex=True, figsize=(7, 6), height_ratios=(3, 1))
    above.errorbar(mass, full, error, fmt="k.", label="full simulation (EPJC 82 (2022) 121)")
    above.plot(mass, own, label="darkrecoil, no beam-energy spread")
    above.plot(SOME, on, "s", fillstyle="none", label="darkrecoil, beam-energy spread")
    above.set(ylabel="width of the recoil mass squared [GeV$^2$]", ylim=(0, 0.5), title="mu mu Z' (simulation)")
    above.legend()
    below.errorbar(mass, own / full, own / full * error / full, fmt="k.")
    below.axhline(1, color="gray")
    below.set(xlabel="mass [GeV]", ylabel="ratio", ylim=(0.4, 1.6))
    fig.savefig(path, dpi=120)


if __name__ == "__main__":
    main()
