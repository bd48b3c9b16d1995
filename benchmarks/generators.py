"""Speed and start-up of the event generator, process by process, beside a NumPy operation and peers timed in the same run.

    uv run --group bench python benchmarks/generators.py [--quick] [--only WORD]

Times are of one thread; wall and processor times are both shown. A speed on its own says more of the machine than of the code:
"ratio" is processor time per event over that of one NumPy pass of sqrt(x^2 + y^2) over a number, in the same process.
Start-up is that of the command line, from the shell to the first 1000 events on disk, in a cache folder of its own: "cold",
nothing compiled; "new", kernels compiled, the process not seen before; "known", its grids learnt. ``--quick`` leaves out the
cold starts and most processes, and is done within a minute where kernels are compiled.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module, util
from pathlib import Path

import numpy as np

from darkrecoil import _jit, io
from darkrecoil._run import BLOCK, processors
from darkrecoil.constants import SQRT_S
from darkrecoil.generate import api, packing
from darkrecoil.generate import cross_section as generation
from darkrecoil.generate.radiation import Choice
from darkrecoil.records import Provenance

REPEAT, SECONDS, FIRST = 5, 1.0, 1000  # runs of which the quickest counts; processor time of each; events of a start-up
MOST = 20_000  # events of a run: with many more, the first touch of fresh memory is what is timed
SHOWN = "{:34s} {:>9s} {:>9s} {:>6s} {:>7s} {:>8s} {:>9s} {:>8s} {:>8s}"


@dataclass(frozen=True)
class Case:
    """A process with its cuts, the events per second and core that are aimed at, and whether --quick has it."""

    name: str
    process: str
    cuts: tuple[str, ...] = ()
    target: float | None = None
    moonshot: float | None = None
    quick: bool = False
    model: str | None = None
    mass: float | None = None
    coupling: float | None = None

    @property
    def radiates(self) -> Choice:
        """Radiation of all charges where the process is typed with "(gamma)", as on the command line."""
        return Choice(*[self.process.endswith("(gamma)")] * 2)

    @property
    def arguments(self) -> list[str]:
        """What the verb generate is given."""
        new = [] if self.model is None else ["--model", self.model, "--mass", str(self.mass), "--coupling", str(self.coupling)]
        return [self.process, *new, *(word for cut in self.cuts for word in ("--cut", cut))]


def visible(*words: str, below: float = 0.95) -> tuple[str, ...]:
    """Cuts that keep particles away from the beams."""
    return tuple(f"abs(cos_theta_cms({word})) < {below}" for word in words)


def along(angle: float) -> tuple[str, ...]:
    """Cuts that keep each electron within an angle, rad, of its own beam."""
    return f"theta_cms(e-) < {angle}", f"theta_cms(e+) > {np.pi - angle!r}"


def photon(energy: float) -> tuple[str, ...]:
    """Cuts on a visible photon of that least energy, GeV."""
    return f"energy_cms(gamma) > {energy}", *visible("gamma")


FOUR = "e+ e- -> e+ e- mu+ mu-"
CASES = (
    Case("mu mu gamma, E* > 0.1", "e+ e- -> mu+ mu- gamma", ("energy_cms(gamma) > 0.1",), 3e5, 8e5, True),
    Case("e e gamma, E* > 0.1, e anywhere", "e+ e- -> e+ e- gamma", ("energy_cms(gamma) > 0.1",), 1e5, 4e5),
    Case("e e gamma, all seen", "e+ e- -> e+ e- gamma", (*visible("e-", "e+"), *photon(0.1)), 1e5, 4e5),
    Case("e e gamma, gamma seen, no e seen", "e+ e- -> e+ e- gamma", (*along(0.3), *photon(1.0)), 1e5, 4e5),
    Case("e e mu mu, all visible", FOUR, visible("e-", "e+", "mu-", "mu+"), 1e4, 5e4),
    Case("e e mu mu, no e seen, m > 0.5", FOUR, (*along(0.1), "mass(mu+, mu-) > 0.5"), 5e3, 3e4, True),
    Case(
        "3 gamma",
        "e+ e- -> gamma gamma gamma",
        ("energy_cms(gamma) > 0.2", *visible("gamma", below=0.9), "angle_cms(gamma, gamma) > 10 deg"),
    ),
    Case("tau tau, decayed", "e+ e- -> tau+ tau-", (), 5e5, 2e6, True),
    Case("mu mu Z', 1 GeV", "e+ e- -> mu+ mu- Z'", model="lmu_ltau", mass=1.0, coupling=0.1),
    Case("mu mu (gamma), radiation", "e+ e- -> mu+ mu- (gamma)", quick=True),
    Case("tau tau (gamma), radiation, decayed", "e+ e- -> tau+ tau- (gamma)", (), 5e5, 2e6),
)
PEERS = {"pythia8mc": "Pythia 8", "madgraph": "MadGraph", "babayaga": "BabaYaga", "kkmc": "KKMC"}
BEAMS = ("Print:quiet = on", "Beams:idA = 11", "Beams:idB = -11", f"Beams:eCM = {SQRT_S}")
PYTHIA = (*BEAMS, "WeakSingleBoson:ffbar2gmZ = on", "23:onMode = off")
PLAIN = ("PDF:lepton = off", "PartonLevel:ISR = off", "PartonLevel:FSR = off")
SPINS, SHOWERED = "tau tau, hadronic currents and spins", "the same, ISR and FSR showers"
PYTHIA_CASES = {  # the same process at the same energy, unweighted, kept in memory
    "mu mu": ("23:onIfAny = 13", *PLAIN),
    "mu mu, ISR and FSR showers": ("23:onIfAny = 13",),
    "tau tau, simple decays": ("23:onIfAny = 15", "TauDecays:mode = 0", *PLAIN),  # no spins; hadrons by phase space
    SPINS: ("23:onIfAny = 15", *PLAIN),  # four pions and kaons by currents, too, where ours has "other"
    SHOWERED: ("23:onIfAny = 15",),
}
OWN_CASES = {
    "mu mu": Case("", "e+ e- -> mu+ mu-"),
    "mu mu, ISR and FSR showers": Case("", "e+ e- -> mu+ mu- (gamma)"),
    SPINS: Case("", "e+ e- -> tau+ tau-"),
    SHOWERED: Case("", "e+ e- -> tau+ tau- (gamma)"),
}


def clocks() -> np.ndarray:
    """Wall and processor time, s, that of children included."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return np.array([time.perf_counter(), time.process_time() + ended.ru_utime + ended.ru_stime])


def timed(function: Callable[[], object]) -> tuple[object, np.ndarray]:
    """What a function returns, and its wall and processor time, s."""
    begin = clocks()
    result = function()
    return result, clocks() - begin


def best(function: Callable[[int], object], first: int, seconds: float) -> tuple[object, np.ndarray]:
    """The last result, and the least wall and processor time per item, s, of a function of a number of items."""
    _, warm = timed(lambda: function(first))
    _, once = timed(lambda: function(first))
    count = int(np.clip(first * seconds / max(min(warm[1], once[1]), 1e-4), first, max(MOST, first)))
    runs = [timed(lambda: function(count)) for _ in range(REPEAT)]
    return runs[-1][0], np.min([spent for _, spent in runs], axis=0) / count


def unit() -> float:
    """Processor time, s, of sqrt(x^2 + y^2) for one number of a block."""
    x, y = np.random.default_rng(1).random((2, BLOCK))

    def passes(count: int) -> None:
        for _ in range(count // BLOCK):
            np.sqrt(x * x + y * y)

    return float(best(passes, 100 * BLOCK, 0.2)[1][1])


def prepared(case: Case) -> api.Order:
    """The order of a case, ready to generate."""
    numbers = case.model, case.mass, case.coupling, SQRT_S, "0", case.cuts, None, None, None, 1, processors()
    return api.prepare(case.process, *numbers, case.radiates)


def speed(order: api.Order, seconds: float) -> tuple[generation.Sample, np.ndarray]:
    """A sample, and wall and processor time per unweighted event, s."""
    made, spent = best(lambda n: generation.sample(generation.Line(order.sampler, order.cut, order.decay), n), 4000, seconds)
    assert isinstance(made, generation.Sample)
    return made, spent


def writing(order: api.Order, made: generation.Sample, path: Path) -> np.ndarray:
    """Wall and processor time per event, s, of writing the events to a file."""
    some, found = packing.where(made.particles, np.arange(len(made.particles)) < 20_000), made.cross_section
    name, words = order.recipe.process.name, Provenance("0", 1)
    return timed(lambda: io.write_particles(path, some, name, found.value, found.error, words))[1] / len(some)


def rate(seconds: float) -> str:
    return f"{1 / seconds:.3g}"


def row(case: Case, one: float, seconds: float, place: Path) -> str:
    """A case's line of the table of speeds."""
    order = prepared(case)
    made, spent = speed(order, seconds)
    files = [rate((spent + writing(order, made, place / f"events{suffix}"))[1]) for suffix in (".lhe", ".parquet")]
    shares = f"{made.unweighting_efficiency:.1%}", f"{made.overweight_fraction:.2%}"
    aims = ["-" if aim is None else f"{aim:.0e}".replace("e+0", "e") for aim in (case.target, case.moonshot)]
    return SHOWN.format(case.name, rate(spent[0]), rate(spent[1]), f"{spent[1] / one:.0f}", *shares, *files, "/".join(aims))


def command(case: Case, cache: Path, place: Path) -> np.ndarray:
    """Wall and processor time, s, of the command line that puts the first events on disk, with that cache."""
    program = [sys.executable, "-c", "from darkrecoil.cli import main; main()", "generate"]
    words = [*program, *case.arguments, "-n", str(FIRST), "-o", str(place / "first.lhe"), "--quiet"]
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    return timed(lambda: subprocess.run(words, env=environment, check=True, stdout=subprocess.DEVNULL))[1]


def starts(case: Case, compiled: Path, place: Path, quick: bool) -> Iterator[np.ndarray]:
    """Wall and processor time, s, of a cold start (unless quick), of a new process and of a known one."""
    if not quick:
        with tempfile.TemporaryDirectory() as empty:
            yield command(case, Path(empty), place)
    shutil.rmtree(compiled / "darkrecoil" / "grids", ignore_errors=True)
    yield command(case, compiled, place)
    yield np.min([command(case, compiled, place) for _ in range(1 if quick else REPEAT)], axis=0)


def pythia_run(settings: tuple[str, ...]) -> Callable[[int], None]:
    """A function that makes so many events with Pythia 8."""
    engine = import_module("pythia8mc").Pythia("", False)
    for line in (*PYTHIA, *settings):
        engine.readString(line)
    if not engine.init():
        raise RuntimeError(f"Pythia 8 refuses {settings}")

    def run(count: int) -> None:
        for _ in range(count):
            engine.next()

    return run


def peers(one: float, seconds: float) -> None:
    """Print events per second of the peers that are installed, and of ours where it is the same task; name the absent ones."""
    absent = [title for module, title in PEERS.items() if util.find_spec(module) is None]
    print(f"\npeers, unweighted events per second kept in memory; not installed, so not timed: {', '.join(absent)}")
    for name, settings in PYTHIA_CASES.items() if "Pythia 8" not in absent else ():
        spent = best(pythia_run(settings), 50, seconds)[1]
        own = speed(prepared(OWN_CASES[name]), seconds)[1] if name in OWN_CASES else None
        ours = "ours has nothing like it" if own is None else f"ours {rate(own[1])} ({spent[1] / own[1]:.0f} times)"
        print(f"{f'Pythia 8: {name}':46s} wall {rate(spent[0]):>9s} cpu {rate(spent[1]):>9s} ratio {spent[1] / one:6.0f}   {ours}")


def main() -> None:
    """Print the table of speeds, that of start-ups, and the peers."""
    parser = argparse.ArgumentParser(description="Speed and start-up of the event generator.")
    parser.add_argument("--quick", action="store_true", help="within a minute: few processes, no cold start")
    parser.add_argument("--only", default="", help="only processes whose name contains this")
    given = parser.parse_args()
    chosen = [case for case in CASES if given.only in case.name and (case.quick or not given.quick)]
    seconds, one = (0.3 if given.quick else SECONDS), unit()
    with tempfile.TemporaryDirectory() as made:
        place, compiled = Path(made), Path(made) / "cache"
        print(SHOWN.format("unweighted events/s, one core", "wall", "cpu", "ratio", "eff.", "overw.", "+ .lhe", "+ .parq.", "aims"))
        for case in chosen:
            print(row(case, one, seconds, place), flush=True)
        shutil.copytree(_jit.folder(), compiled / "darkrecoil" / "kernels")
        columns = [*([] if given.quick else ["cold"]), "new, aim 10", "known, aim 1"]
        print(f"\n{f'shell to {FIRST} events on disk, s, wall (cpu)':46s}" + "".join(f"{text:>16s}" for text in columns))
        for case in chosen:
            spent = [f"{wall:.2f} ({cpu:.2f})" for wall, cpu in starts(case, compiled, place, given.quick)]
            print(f"{case.name:46s}" + "".join(f"{text:>16s}" for text in spent), flush=True)
    peers(one, seconds)


if __name__ == "__main__":
    main()
