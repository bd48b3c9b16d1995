"""Speed and memory of the detector's response alone, on two tracks, and on two tracks and a photon, beside a NumPy operation.

    uv run python benchmarks/detector.py

A speed on its own says more of the machine than of the code: the last column is the ratio to one NumPy pass of sqrt(x^2 + y^2) over as
many numbers, measured in the same process. Memory: the largest that a block holds at once, by its number of events.
"""

import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from darkrecoil._jit.philox import key
from darkrecoil._run import BLOCK
from darkrecoil.chain.bench import response_only
from darkrecoil.chain.stream import keep_freed_memory
from darkrecoil.constants import M_E, M_MU
from darkrecoil.detector import card as cards
from darkrecoil.detector import compiled
from darkrecoil.records import Particles

REPEAT, ROUNDS = 15, 10
MASS = {13: M_MU, 11: M_E, 22: 0.0}
CASES = {"two muons": (13, -13), "two electrons": (11, -11), "two muons, a photon": (13, -13, 22)}
ONE = ("fff",)  # costs next to nothing; no line would be the whole menu
OFF = {"matter.conversion": "off", "matter.radiation": 0.0, "calorimeter.untracked": 0}


def best(function: Callable[[], object], events: int) -> float:
    """Least processor time per event, s."""
    times = []
    for _ in range(REPEAT):
        begin = time.process_time()
        for _ in range(ROUNDS):
            function()
        times.append((time.process_time() - begin) / (ROUNDS * events))
    return min(times)


def particles(codes: tuple[int, ...], events: int) -> Particles:
    """Events of these particles, momenta of some GeV, from the origin."""
    k = len(codes)
    p = np.random.default_rng(1).normal(size=(events, k, 3)) * 2
    mass = np.array([MASS[abs(code)] for code in codes])
    four = np.concatenate([np.sqrt((p**2).sum(-1) + mass**2)[..., None], p], axis=-1)
    pid = np.asfortranarray(np.tile(np.array(codes, dtype=np.int64), (events, 1)))
    vertex = np.broadcast_to(np.zeros(4), (events, k, 4))
    one, none = np.ones((events, k), dtype=np.int64), np.full((events, k), -1)
    return Particles(
        pid, none, one, np.asfortranarray(four), vertex, np.ones(events), np.arange(events), events, cards.load("belle2").beams
    )


def main() -> None:
    """Print a table of cases, then of memory."""
    response, words = response_only(cards.load("belle2"), jobs=2), key(1, "benchmark", "evaluate")
    quiet = replace(response, card=cards.change(response.card, OFF))
    keep_freed_memory()
    x, y = np.random.default_rng(1).random((2, BLOCK))
    unit = best(lambda: np.sqrt(x * x + y * y), BLOCK)
    print(f"{'case':42s} {'ns/event':>9s} {'events/s':>10s} {'ratio':>8s}")
    for name, codes in CASES.items():
        some = particles(codes, BLOCK)
        for title, way, lines in (("response", quiet, ONE), ("response, matter", response, ONE), ("and trigger ffo", response, ("ffo",))):
            seconds = best(partial(compiled.simulate, some, way, words, lines), BLOCK)
            print(f"{f'{name}: {title}':42s} {1e9 * seconds:9.0f} {1 / seconds:10.3g} {seconds / unit:8.0f}")
    for events in (BLOCK, 4 * BLOCK):
        some = particles(CASES["two muons"], events)
        tracemalloc.start()
        compiled.simulate(some, response, words, ("ffo",))
        print(f"memory of {events} events: {tracemalloc.get_traced_memory()[1] / events:.0f} bytes an event")
        tracemalloc.stop()


if __name__ == "__main__":
    main()
