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

import numpy as np

from darkrecoil.statistics import histfactory, scan
from darkrecoil.statistics.model import Channel, Model, Norm, Sample, Scale, Shape

ROOSTATS, FELDMAN_COUSINS = 3.2, 1.0  # s per mass, quoted


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


def clocked(run: Callable[[], object]) -> tuple[float, object]:
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


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--masses", type=int, default=1000)
    parser.add_argument("--bins", default="1,50,500")
    given = parser.parse_args()
    scan.limits(model(2, 1), 0.9, scan.Options("bayes"))  # compiles
    for method in ("cls", "fc"):
        scan.limits(model(2, 1), 0.9, scan.Options(method))
    print(f"{'bins':>5s} {'method':22s} {'masses':>6s} {'s in all':>9s} {'ms/mass':>8s} {'ratio':>9s}  against")
    for bins in map(int, given.bins.split(",")):
        first = model(1, bins)
        theirs, limits = clocked(lambda first=first: pyhf_limits(first))
        print(f"{bins:5d} {'pyhf CLs':22s} {1:6d} {theirs:9.2f} {1e3 * theirs:8.1f} {1:9d}")
        ours = scan.limits(first, 0.9, scan.Options("cls", calculator="asymptotic"))[0]
        print(f"      largest difference to pyhf: {np.max(np.abs(np.array([ours.observed, *ours.expected]) / np.array(limits) - 1)):.1e}")
        rows = [
            ("cls", "asymptotic", 1.0),
            ("profile", "asymptotic", 1.0),
            ("fc", "asymptotic", 1.0),
            ("bayes", "auto", 0.1 if bins > 1 else 1.0),
        ]
        rows += [("cls", "exact", 1.0), ("fc", "exact", 0.1)] if bins == 1 else []
        for method, calculator, part in rows:
            masses = max(2, int(given.masses * part * (1 if bins < 500 else 0.1)))
            made = model(masses, bins)
            took, _ = clocked(lambda m=made, w=method, c=calculator: scan.limits(m, 0.9, scan.Options(w, calculator=c)))
            peer, name = {"bayes": (ROOSTATS, "RooStats, quoted"), "fc": (FELDMAN_COUSINS, "Feldman-Cousins, quoted")}.get(
                method, (theirs, "pyhf")
            )
            if calculator == "asymptotic":
                peer, name = theirs, "pyhf"
            one, label = took / masses, f"{method}, {calculator}"
            print(f"{bins:5d} {label:22s} {masses:6d} {took:9.2f} {1e3 * one:8.2f} {peer / one:9.0f}  {name}")


if __name__ == "__main__":
    main()
