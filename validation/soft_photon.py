"""The selected mu mu gamma cross-section against the generator's least photon energy: below some 100 MeV it must not matter.

uv run python validation/soft_photon.py
"""

from darkrecoil import analyses, chain
from darkrecoil.constants import alpha_scheme
from darkrecoil.detector import card as cards
from darkrecoil.generate.recipe import recipe


def main() -> None:
    """Print the cross-section after each of the last rows for several cut-offs."""
    analysis, card = analyses.find("belle2_zprime_invisible"), cards.load("belle2", "2018")
    root = cards.sqrt_s(card.beams)
    lowest = (0.005, 0.02, 0.05, 0.1, 0.3)
    made = {f"{k:g}": recipe("e+ e- -> mu+ mu- gamma", alpha_scheme("0"), root, soft_photon=k) for k in lowest}
    bench = chain.prepare(made, card, 1, jobs=2)
    for name, source in bench.sources.items():
        some = chain.selected(source, bench.response, analysis, 400 * 8192, jobs=2)
        opening, last = some.tally[5], some.tally[-1]
        print(
            f"E* > {name:>5s} GeV: generated {some.cross_section() / 1e3:8.1f} pb, after the transverse opening "
            f"{opening[1] / some.attempts / 1e3:7.3f} +- {opening[2] ** 0.5 / some.attempts / 1e3:5.3f} pb, "
            f"selected {last[1] / some.attempts:7.2f} +- {last[2] ** 0.5 / some.attempts:5.2f} fb"
        )


if __name__ == "__main__":
    main()
