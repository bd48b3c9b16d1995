"""Speed of the weighted mu mu Z' chain, stage by stage, beside a NumPy operation timed in the same run.

    uv run python benchmarks/chain.py

A speed on its own says more of the machine than of the code: the last column is the ratio to one NumPy pass of
sqrt(x^2 + y^2) over as many numbers, measured in the same process.
"""

import time
from collections.abc import Callable

import numpy as np

from darkrecoil import analyses, chain, models
from darkrecoil._jit.philox import key
from darkrecoil._run import BLOCK
from darkrecoil.chain.stream import keep_freed_memory, observed
from darkrecoil.constants import alpha_scheme
from darkrecoil.detector import card as cards
from darkrecoil.detector import compiled
from darkrecoil.generate.radiation import Choice
from darkrecoil.generate.recipe import recipe
from darkrecoil.selection import select

REPEAT, BLOCKS = 7, 12
ALL = Choice(initial=True, final=True)


def best(function: Callable[[int], object]) -> float:
    """Least processor time per event, s, of a function of the block's number."""
    times = []
    for _ in range(REPEAT):
        begin = time.process_time()
        for block in range(BLOCKS):
            function(block)
        times.append((time.process_time() - begin) / (BLOCKS * BLOCK))
    return min(times)


def main() -> None:
    """Print a table of stages."""
    analysis, card = analyses.find("belle2_zprime_invisible"), cards.load("belle2", "2018")
    root, zprime = cards.sqrt_s(card.beams), models.find("lmu_ltau")
    made = {
        "signal": recipe("e+ e- -> mu+ mu- Z'", alpha_scheme("0"), root, zprime, 3.0, 0.1),
        "signal, radiation": recipe("e+ e- -> mu+ mu- Z'", alpha_scheme("0"), root, zprime, 3.0, 0.1, radiates=ALL),
        "photon": recipe("e+ e- -> mu+ mu- gamma", alpha_scheme("0"), root),
        "taus": recipe("e+ e- -> tau+ tau-", alpha_scheme("0"), root),
        "photon, radiation": recipe("e+ e- -> mu+ mu- (gamma)", alpha_scheme("0"), root, radiates=ALL),
        "taus, radiation": recipe("e+ e- -> tau+ tau- (gamma)", alpha_scheme("0"), root, radiates=ALL),
    }
    bench = chain.prepare(made, card, 1, jobs=2)
    words = key(1, "benchmark", "evaluate")
    keep_freed_memory()
    x, y = np.random.default_rng(1).random((2, BLOCK))
    unit = best(lambda _: np.sqrt(x * x + y * y))
    print(f"{'stage':46s} {'ns/event':>9s} {'events/s':>10s} {'ratio':>8s}")
    for name, source in bench.sources.items():
        for stage, seconds in stages(source, bench, analysis, words).items():
            print(f"{f'{name}: {stage}':46s} {1e9 * seconds:9.0f} {1 / seconds:10.3g} {seconds / unit:8.0f}")


def stages(source: chain.Source, bench: chain.Bench, analysis: object, words: object) -> dict[str, float]:
    """Seconds per event of generation, response with trigger, selection with histogram, and of all together."""
    truth = source.particles("evaluate", 0)
    seen = compiled.simulate(truth, bench.response, words, analysis.triggers)
    edges = np.linspace(-4, 112, 117)

    def histogram(events: object) -> object:
        kept, _ = select(analysis, events)
        return np.histogram(observed(analysis, kept), edges, weights=kept.weight)

    def whole(block: int) -> object:
        return histogram(compiled.simulate(source.particles("evaluate", block), bench.response, words, analysis.triggers))

    return {
        "generation": best(lambda block: source.particles("evaluate", block)),
        "response and trigger": best(lambda _: compiled.simulate(truth, bench.response, words, analysis.triggers)),
        "cuts and histogram": best(lambda _: histogram(seen)),
        "the whole chain": best(whole),
    }


if __name__ == "__main__":
    main()
