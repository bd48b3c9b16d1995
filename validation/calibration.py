"""Closure of `calibrate` with a large sample, and the photons of a public full simulation.

    uv run python validation/calibration.py [EVENTS] [SEEDS] [FOLDER with single_photon_data.parquet of arXiv:2306.04179]

Closure: EVENTS single tracks and photons per seed (2e6 in all by default), through the response of a card with other numbers, fitted with
belle2 as base. Pulls of every fitted number over all seeds: mean, standard deviation, the worst; chi^2 of the four coefficients of each
region with their covariance. Full simulation: one row per photon from one row per crystal, measured energy c0_totEnergy_b2 (the energy of
the reconstruction's photon), angles of the cluster, fitted with belle2 as base.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from darkrecoil.chain import bench, calibrate
from darkrecoil.detector import card as cards
from darkrecoil.detector import compiled
from darkrecoil.detector.calibration.quantity import Found
from darkrecoil.detector.schema import Entry
from darkrecoil.detector.truth import matched
from darkrecoil.io import flat_table
from darkrecoil.records import Floats, Particles

BASE = cards.load("belle2")
PARTS = ("forward", "barrel", "backward")
PION = [[0.02, 0.0, 0.9, 0.03, 0.02], [0.01, 0.02, 0.9, 0.02, 0.02], [0.004, 0.06, 0.85, 0.05, 0.02], [0.003, 0.07, 0.8, 0.06, 0.03]]
TRUE = cards.change(
    BASE,
    {
        "track.pt_resolution_slope": 0.0016, "track.pt_resolution_constant": 0.0033, "track.theta_resolution": 1.4,
        "track.phi_resolution": 0.3, "track.angle_scattering": (1.3, 0.8), "track.d0_resolution": (14.0, 20.0),
        "track.z0_resolution": (20.0, 26.0), "track.charge_flip": 3e-3, "track.efficiency": (0.25, 0.7, 0.9, 0.96),
        "track.theta_efficiency": (0.9, 1.0, 0.95, 0.85), "identification.pion": dict.fromkeys(PARTS, PION),
        "identification.kaon": {part: [[0.01, 0.02, 0.06, q, 0.03]] * 4 for part, q in zip(PARTS, (0.8, 0.85, 0.7), strict=True)},
        "calorimeter.energy_tail": 0.3, "calorimeter.time_resolution": 8.0, "calorimeter.photon_inefficiency": 1e-2,
    },
)  # fmt: skip
LEAST = 10.0  # expected tracks of a probability whose pull is counted: with fewer it is no Gaussian number


def particles(events: int, seed: int) -> Particles:
    """A track and a photon per event, momenta uniform in their logarithm, directions uniform in cos(theta) and phi."""
    rng = np.random.default_rng(seed)
    pid = np.stack([rng.choice([13, -13, 211, -211, 321, -321, 11, -11, 2212, -2212], events), np.full(events, 22)], 1)
    low, high = np.log([0.06, 0.06]), np.log([6.0, 7.0])
    p, cosine, phi = (
        np.exp(rng.uniform(low, high, (events, 2))),
        rng.uniform(-0.95, 0.98, (events, 2)),
        rng.uniform(-np.pi, np.pi, (events, 2)),
    )
    sine = np.sqrt(1 - cosine**2)
    momentum = np.stack([p, p * sine * np.cos(phi), p * sine * np.sin(phi), p * cosine], -1)
    numbers = np.arange(events) + seed * events
    shape = (events, 2)
    return Particles(
        pid, np.full(shape, -1), np.ones(shape, int), momentum, np.zeros((*shape, 4)), np.ones(events), numbers, events, TRUE.beams
    )


def pulls(made: calibrate.Calibrated) -> dict[str, Floats]:
    """(fitted - true)/error of each number by its entry, and chi^2 by entry and region."""
    found = {}
    truth = dict(cards.entries(TRUE))
    for one in made.found:
        if one.entry.startswith("identification"):
            found[one.entry] = matrix_pulls(one, truth[one.entry])
        elif isinstance(one.value, dict):
            for i, region in enumerate(one.value):
                difference = np.array(one.value[region]) - np.array(getattr(truth[one.entry].value, region).low)
                found[f"{one.entry} {region}"] = difference / np.array(one.error[region])
                found[f"chi2/4 {one.entry} {region}"] = np.array([difference @ np.linalg.solve(one.covariance[i], difference) / 4])
        else:
            error = np.atleast_1d(one.error)
            found[one.entry] = (np.atleast_1d(one.value) - np.atleast_1d(truth[one.entry].value))[error > 0] / error[error > 0]
    return found


def matrix_pulls(one: Found, true: Entry[Any, Any]) -> Floats:
    """(fitted - true)/error of the probabilities with LEAST expected tracks and true values below 1; the error is the true one's."""
    q, error = (np.array([table[part] for part in PARTS]) for table in (one.value, one.error))
    right = np.array([getattr(true.value, part) for part in PARTS])
    first = q.argmax(axis=-1, keepdims=True)
    top, top_error = (np.take_along_axis(table, first, -1) for table in (q, error))
    total = top * (1 - top) / np.where(top_error > 0, top_error, np.inf) ** 2
    rows = (error > 0) & (right * total > LEAST)
    return np.where(rows, (q - right) / np.sqrt(right * (1 - right) / np.maximum(total, 1) + (right == 0)), np.nan)


def closure(events: int, seeds: int) -> None:
    """Prints the pulls of all seeds by number."""
    response = bench.response_only(TRUE, jobs=1)
    every: dict[str, list[Floats]] = {}
    for seed in range(1, seeds + 1):
        some = particles(events, seed)
        with TemporaryDirectory() as folder:
            path = Path(folder) / "truth.parquet"
            flat_table.write(path, matched(some, compiled.simulate(some, response, np.array([1, seed], dtype=np.uint64)), TRUE))
            for name, found in pulls(calibrate.calibrate(path)).items():
                every.setdefault(name, []).append(found)
    for name, rows in every.items():
        table = np.array(rows)
        if name.startswith("identification"):
            table = table[np.isfinite(table)]
            print(f"{name:48s} {len(table)} probabilities: mean {table.mean():.2f} sd {table.std():.2f} largest {np.abs(table).max():.2f}")
            continue
        print(f"{name:48s} mean {np.round(table.mean(axis=0), 2)} sd {np.round(table.std(axis=0, ddof=1) if len(rows) > 1 else 0, 2)}")
    plain = np.concatenate([np.ravel(rows) for name, rows in every.items() if not name.startswith("chi2")])
    plain = plain[np.isfinite(plain)]
    print(f"all {len(plain)} pulls: mean {plain.mean():.3f}, sd {plain.std():.3f}, largest {np.abs(plain).max():.2f}")


def full_simulation(folder: Path) -> None:
    """Prints what the public full simulation gives for photons."""
    import pyarrow.parquet as pq

    parts = ("energy", "px", "py", "pz")
    names = ["uni_event_id", "c0_totEnergy_b2", "c0_theta_b2", "c0_phi_b2", *(f"c0_photon_{part}" for part in parts)]
    table = pq.read_table(folder / "single_photon_data.parquet", columns=names).to_pydict()
    _, first = np.unique(table["uni_event_id"], return_index=True)
    columns = {name: np.array(table[name], dtype=float)[first] for name in names[1:]}
    with TemporaryDirectory() as scratch:
        path, mapping = Path(scratch) / "photons.parquet", Path(scratch) / "photons.yaml"
        flat_table.write(path, columns)
        truth = "".join(f"  true_{part}: c0_photon_{part}\n" for part in parts[1:])
        mapping.write_text(f"photon:\n  pdg: 22\n{truth}  energy: c0_totEnergy_b2\n  theta: c0_theta_b2\n  phi: c0_phi_b2\n")
        made = calibrate.calibrate(path, mapping=mapping)
    print(f"{len(first)} photons of {folder}")
    for row in calibrate.numbers_of(made):
        print(row["entry"], row["value"], "+-", row["error"], "base", row["base"])
    print("\n".join(made.notes))


if __name__ == "__main__":
    closure(int(float(sys.argv[1])) if len(sys.argv) > 1 else 500_000, int(sys.argv[2]) if len(sys.argv) > 2 else 4)
    if len(sys.argv) > 3:
        full_simulation(Path(sys.argv[3]))
