"""Limits of a thousand masses, observed and five expected, by every method, beside pyhf in the same run.

    uv run --group bench python benchmarks/limits.py [--masses 1000] [--bins 1,50,500]

Times are processor seconds of one thread, kernels compiled before. pyhf finds the same six limits of one mass by its own root finder
(``upper_limits.toms748_scan``); its limits are compared with ours, so that the two do the same thing. RooStats' BayesianCalculator
with two nuisances took 3.2 s per mass, Feldman-Cousins codes 4 to 40 ms with known background and about 1 s with two nuisances, on
another machine: those are quoted, not run.
"""

import argparse
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from darkrecoil.records import Interval
from darkrecoil.statistics import histfactory, scan
from darkrecoil.statistics.model import Channel, Model, Norm, Sample, Scale, Shape

Found = TypeVar("Found")
ROOSTATS, FELDMAN_COUSINS = 3.2, 1.0  # s per mass, quoted
ROWS = [  # method, calculator, rule of Feldman-Cousins, against which
    ("cls", "asymptotic", "hull", "pyhf"),
    ("profile", "asymptotic", "hull", "pyhf"),
    ("fc", "asymptotic", "hull", "pyhf"),
    ("bayes", "auto", "hull", "RooStats, quoted"),
]
ONE_BIN = [
    ("cls", "exact", "hull", "pyhf"),
    ("fc", "exact", "raw", "Feldman-Cousins, quoted"),
    ("fc", "exact", "hull", "Feldman-Cousins, quoted"),
    ("fc", "exact", "monotone", "Feldman-Cousins, quoted"),
]


def model(masses: int, bins: int, seed: int = 1) -> Model:
    """A peak of four per cent of the range on a falling background of 300 events (5 in one bin); five nuisances, one of them shared."""
    x = (np.arange(bins) + 0.5) / bins
    shape = np.exp(-x) / np.exp(-x).sum()
    background = (300.0 if bins > 1 else 5.0) * shape
    centre = np.linspace(0.15, 0.85, masses)[:, None]
    peak = np.exp(-0.5 * ((x - centre) / 0.04) ** 2) if bins > 1 else np.ones((masses, 1))
    signal = 20 * peak / peak.sum(axis=1, keepdims=True) if bins > 1 else peak
    ours = (Norm("lumi", 1.015, 1 / 1.015), Norm("eff", 1.1, 1 / 1.1), Norm("trk", 1.04, 1 / 1.04))
    last = Shape("tilt", background * (1.05 - 0.1 * x), background * (0.95 + 0.1 * x)) if bins > 1 else Norm("more", 1.05, 1 / 1.05)
    theirs = (Norm("bkg", 1.2, 1 / 1.2), Norm("trk", 1.04, 1 / 1.04), last)
    seen = np.random.default_rng(seed).poisson(background).astype(float)
    return Model((Channel("c", (Sample("s", signal, (Scale("mu"), *ours)), Sample("b", background, theirs)), seen),))


def clocked(run: Callable[[], Found]) -> tuple[float, Found]:
    """Processor seconds and the result."""
    start = time.process_time()
    found = run()
    return time.process_time() - start, found


def pyhf_limits(one: Model) -> list[float]:
    """Observed and five expected limits by pyhf."""
    import pyhf

    spec = histfactory.write(one)
    workspace = pyhf.Workspace(spec)
    made = workspace.model(modifier_settings=histfactory.codes(one))
    observed, expected = pyhf.infer.intervals.upper_limits.toms748_scan(workspace.data(made), made, 1e-3, 40.0, level=0.1, rtol=1e-4)
    return [float(observed), *(float(x) for x in expected)]


def ours(made: Model, row: tuple[str, str, str, str]) -> tuple[float, list[Interval]]:
    """Processor seconds and the limits of all masses."""
    method, calculator, rule, _ = row
    return clocked(lambda: scan.limits(made, 0.9, scan.Options(method, calculator=calculator, fc_rule=rule)))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--masses", type=int, default=1000)
    parser.add_argument("--bins", default="1,50,500")
    given = parser.parse_args()
    pyhf_limits(model(1, 1))  # imports
    for bins in (1, 2):  # compiles
        for row in (*ROWS, *(ONE_BIN if bins == 1 else [])):
            ours(model(2, bins), row)
    print(f"{'bins':>5s} {'method':27s} {'masses':>6s} {'s in all':>9s} {'ms/mass':>8s} {'ratio':>9s}  against")
    for bins in map(int, given.bins.split(",")):
        first = model(1, bins)
        theirs, limits = clocked(lambda first=first: pyhf_limits(first))
        print(f"{bins:5d} {'pyhf CLs':27s} {1:6d} {theirs:9.2f} {1e3 * theirs:8.1f} {1:9d}")
        (found,) = ours(first, ROWS[0])[1]
        print(f"      largest difference to pyhf: {np.max(np.abs(np.array([found.observed, *found.expected]) / np.array(limits) - 1)):.1e}")
        peers = {"pyhf": theirs, "RooStats, quoted": ROOSTATS, "Feldman-Cousins, quoted": FELDMAN_COUSINS}
        masses = given.masses if bins < 500 else max(2, given.masses // 10)
        for row in (*ROWS, *(ONE_BIN if bins == 1 else [])):
            took, _ = ours(model(masses, bins), row)
            label = f"{row[0]}, {row[1]}" + (f", {row[2]}" if row[:2] == ("fc", "exact") else "")
            print(
                f"{bins:5d} {label:27s} {masses:6d} {took:9.2f} {1e3 * took / masses:8.2f} {peers[row[3]] * masses / took:9.0f}  {row[3]}",
                flush=True,
            )


if __name__ == "__main__":
    main()
