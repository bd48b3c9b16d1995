"""Photons in the fast simulation: resolutions, merging, displaced decays, single photons; each effect on and off.

    uv run python validation/photons.py FOLDER [SAMPLE]

FOLDER gets the figures. SAMPLE: single_photon_data.parquet of the public full simulation of arXiv:2306.04179 (one row per crystal);
without it the first figure has the card's formulas only. Lines drawn in: photons of a particle of 5.3 GeV merge below about 0.15 GeV
(JHEP 12 (2017) 094).
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import numpy as np

from darkrecoil import chain
from darkrecoil._jit.philox import key
from darkrecoil.constants import SQRT_S
from darkrecoil.detector import card as cards
from darkrecoil.detector import compiled, layout
from darkrecoil.detector.calorimeter import logarithmic_width, resolution, skewed
from darkrecoil.generate import api
from darkrecoil.records import Events, Floats, Objects, Particles

mpl.use("Agg")
from matplotlib import pyplot as plt

EVENTS = 20_000
CARD = cards.load("belle2")
RESPONSE = chain.bench.response_only(CARD, jobs=2)
WORDS = key(1, "photons", "user")
QUIET = {"machine.spread_electron": 0.0, "machine.spread_positron": 0.0}
BINS = (0.1, 0.4, 0.8, 1.5)


def seen(some: Particles, changes: Mapping[str, object] | None = None) -> Events:
    """The events with other numbers in the card, by the same random numbers."""
    card = cards.change(CARD, changes) if changes else CARD
    return compiled.simulate(some, replace(RESPONSE, card=card), WORDS)


def alps(mass: float, coupling: float, n: int = EVENTS) -> Particles:
    """e+ e- -> gamma a, a -> gamma gamma, in the detector's frame; the recoiling photon is the first, slots as generated."""
    made = api.sample("e+ e- -> gamma a", n, "alp", mass, coupling, decays=("a -> gamma gamma",), detector="belle2", store=False)
    return made[1].particles


def half(values: Floats) -> float:
    """Half of the width of the central 68.3 %."""
    return float(0.5 * np.ptp(np.quantile(values, [0.1585, 0.8415]))) if len(values) > 20 else np.nan


def four(some: Objects, column: int) -> Floats:
    """(E, px, py, pz) (4, n) of one column of clusters."""
    return np.array([some[name][:, column] for name in ("energy", "px", "py", "pz")])


def square(p: Floats) -> Floats:
    """Mass squared (n,), GeV^2."""
    return p[0] ** 2 - (p[1:] ** 2).sum(axis=0)


def columns(some: Particles) -> tuple[int, int, int]:
    """The columns of clusters of the recoiling photon and of the two of the decay."""
    photons = np.flatnonzero(((some.status == 1) & (some.pid == 22)).any(axis=0))
    decayed = [i for i, slot in enumerate(photons) if (some.mother[:, slot] >= 0).any()]
    (recoiling,) = (i for i in range(len(photons)) if i not in decayed)
    return recoiling, decayed[0], decayed[1]


def full_simulation(path: Path) -> tuple[Floats, Floats]:
    """True energy, GeV, and measured over true energy less 1, of the barrel photons of that file."""
    import pyarrow.parquet as pq

    names = ["uni_event_id", "c0_totEnergy_b2", *(f"c0_photon_{x}" for x in ("energy", "pz"))]
    table = pq.read_table(path, columns=names).to_pydict()
    _, first = np.unique(table["uni_event_id"], return_index=True)
    energy, measured, pz = (np.array(table[name], dtype=float)[first] for name in ("c0_photon_energy", "c0_totEnergy_b2", "c0_photon_pz"))
    theta = np.degrees(np.arccos(pz / energy))
    barrel = (theta > 32.2) & (theta < 128.7)
    return energy[barrel], (measured / energy)[barrel] - 1


def energies(folder: Path, sample: Path | None) -> None:
    """Half widths of the energy by bin, card against full simulation, and the shape in units of the formula."""
    grid = np.geomspace(0.05, 7, 60)
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
    for level in ("low", "middle", "high"):
        numbers = layout.pack(cards.change(CARD, {"calorimeter.background": level}))
        left.plot(grid, 100 * resolution(grid, False, True, 0.022, numbers, layout.ENERGY_SIGMA), label=f"card, {level} background")
    print(f"{'energy [GeV]':>14s} {'photons':>8s} {'full sim.':>14s} {'low':>7s} {'middle':>7s} {'high':>7s}   half width, percent")
    energy, off = full_simulation(sample) if sample else (np.empty(0), np.empty(0))
    g = np.random.default_rng(1).normal(size=100_000)
    tail = CARD.calorimeter.energy_tail.value
    bend = skewed(g, tail, logarithmic_width(tail))
    for low, high in pairwise(BINS):
        here = (energy > low) & (energy < high)
        mean = float(energy[here].mean()) if here.any() else 0.5 * (low + high)
        own = [half(bend) * float(resolution(mean, False, True, 0.022, layout.pack(cards.change(CARD, {"calorimeter.background": level})),
                                             layout.ENERGY_SIGMA)) for level in ("low", "middle", "high")]  # fmt: skip
        found = half(off[here]) if here.sum() > 20 else float(np.std(off[here][np.abs(off[here]) < 0.15])) if here.any() else np.nan
        error = found / np.sqrt(max(here.sum(), 1))
        print(f"{low:6g} - {high:<5g} {here.sum():8d} {100 * found:7.2f} +- {100 * error:.2f} " + " ".join(f"{100 * x:7.2f}" for x in own))
        left.errorbar(mean, 100 * found, 100 * error, (np.array([[mean - low], [high - mean]])), "ko")
    left.set(xscale="log", xlabel="E [GeV]", ylabel="sigma(E)/E [%]", ylim=(0, 12), title="energy, barrel (simulation)")
    left.legend()
    numbers = layout.pack(cards.change(CARD, {"calorimeter.background": "middle"}))
    for values, name in ((bend, f"tail {tail:g}"), (g, "Gaussian")):
        right.hist(values, np.linspace(-6, 4, 101), density=True, histtype="step", label=name)
    if len(energy):
        pull = off / resolution(energy, False, True, 0.022, numbers, layout.ENERGY_SIGMA)
        right.hist(pull, np.linspace(-6, 4, 21), density=True, histtype="step", color="k", label="full simulation")
        print(f"beyond -3 sigma: full simulation {np.mean(pull < -3):.3f}, tail {np.mean(bend < -3):.3f}, Gaussian {np.mean(g < -3):.4f}")
    right.set(xlabel="(E/E_true - 1)/sigma", title="shape (simulation)")
    right.legend()
    fig.savefig(folder / "energy.png", dpi=120)


def alp_masses(folder: Path) -> None:
    """Widths of M_gg and of the recoil mass against mass, with and without the tail, and where they cross."""
    masses = np.array([0.2, 0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9.5])
    rows = {"": [], ", no tail": []}  # type: dict[str, list[tuple[float, float]]]
    for mass in masses:
        some = alps(mass, 1e-2)
        first, a, b = columns(some)
        for name, changes in (("", None), (", no tail", {"calorimeter.energy_tail": 0.0})):
            found = seen(some, changes).objects["cluster"]
            here = found.present[:, [first, a, b]].all(axis=1)
            recoil = cms_recoil(four(found, first)[:, here])
            pair = square((four(found, a) + four(found, b))[:, here])
            rows[name].append((half(np.sqrt(np.maximum(pair, 0))), half(recoil) / (2 * mass)))
    fig, axes = plt.subplots(figsize=(6, 4))
    print(f"{'m_a':>6s} {'M_gg':>9s} {'M_recoil':>9s} {'no tail':>9s} {'no tail':>9s}   sigma, MeV (recoil: sigma(M^2)/2M)")
    for i, mass in enumerate(masses):
        print(f"{mass:6g} " + " ".join(f"{1000 * x:9.1f}" for name in rows for x in rows[name][i]))
    for name, style in (("", "-"), (", no tail", ":")):
        table = np.array(rows[name])
        axes.plot(masses, 1000 * table[:, 0], "C0" + style, label=f"M_gg{name}")
        axes.plot(masses, 1000 * table[:, 1], "C1" + style, label=f"M_recoil{name}")
        over = np.flatnonzero(np.diff(np.sign(table[:, 0] - table[:, 1])))
        for i in over:
            x = np.log(table[i : i + 2, 0] / table[i : i + 2, 1])
            print(f"the widths cross at {masses[i] + (masses[i + 1] - masses[i]) * x[0] / (x[0] - x[1]):.2f} GeV{name}")
    axes.set(yscale="log", xlabel="m_a [GeV]", ylabel="sigma [MeV]", title="e+e- -> gamma a, a -> gamma gamma (simulation)")
    axes.legend()
    fig.savefig(folder / "alp_resolution.png", dpi=120)


def cms_recoil(p: Floats, card: cards.Card = CARD) -> Floats:
    """s - 2 sqrt(s) E* (n,), GeV^2, of massless p (4, n): from the beams' total momentum."""
    total = np.array(cards.total_momentum(card.beams))
    return cards.sqrt_s(card.beams) ** 2 - 2 * (total[0] * p[0] - (total[1:, None] * p[1:]).sum(axis=0))


def pairs(folder: Path) -> None:
    """What becomes of the pair of a prompt a against its mass: of those of which both photons are seen without merging."""
    masses = np.geomspace(0.02, 1.0, 18)
    shares: list[tuple[float, ...]] = []
    print(f"{'m_a':>8s} {'one':>7s} {'wide':>7s} {'two':>7s} {'not both seen':>14s}")
    for mass in masses:
        some = alps(float(mass), 1.0)
        _, a, b = columns(some)
        off = seen(some, {"displaced.scale": 0.0, "merging.scale": 0.0}).objects["cluster"]
        on = seen(some, {"displaced.scale": 0.0}).objects["cluster"]
        both = off.present[:, a] & off.present[:, b]
        merged = both & ~on.present[:, b]
        wide = merged & (on["second_moment"][:, a] > 0)
        kinds = (merged & ~wide, wide, both & ~merged)
        shares.append((*(float(x.sum() / both.sum()) for x in kinds), 1 - float(both.mean())))
        print(f"{mass:8.3f} " + " ".join(f"{x:7.3f}" for x in shares[-1][:3]) + f" {shares[-1][3]:14.3f}")
    table = np.array(shares)
    crossing = np.interp(0.5, table[:, 2], masses)
    print(f"half of the pairs are two clusters at m_a = {crossing:.3f} GeV; merged below about 0.15 GeV (JHEP 12 (2017) 094)")
    fig, axes = plt.subplots(figsize=(6, 4))
    for i, name in enumerate(("one cluster", "one wide cluster", "two clusters", "not both in the calorimeter")):
        axes.plot(masses, table[:, i], ":" if i == 3 else "-", label=name)
    axes.axvline(0.15, color="k", linestyle="--", label="merged below (2017)")
    axes.set(xscale="log", xlabel="m_a [GeV]", ylabel="share", title="prompt a -> gamma gamma (simulation)")
    axes.legend()
    fig.savefig(folder / "pairs.png", dpi=120)


def displaced(folder: Path) -> None:
    """m_a = 0.3 GeV against coupling: clusters of the decay, the muon system, M_gg as measured; on and off."""
    couplings = np.geomspace(3e-6, 1e-3, 12)
    print(f"{'g [1/GeV]':>10s} {'both':>7s} {'off':>7s} {'KLM':>7s} {'median M_gg [GeV]':>18s} {'off':>7s}")
    table = []
    for coupling in couplings:
        some = alps(0.3, float(coupling), 10_000)
        _, a, b = columns(some)
        row = []
        for changes in (None, {"displaced.scale": 0.0}):
            events = seen(some, changes)
            found = events.objects["cluster"]
            both = found.present[:, a] & found.present[:, b]
            mass = np.sqrt(np.maximum(square((four(found, a) + four(found, b))[:, both]), 0))
            row.append((float(both.mean()), float(events.objects["klm"].present.any(axis=1).mean()), median(mass)))
        table.append([row[0][0], row[1][0], row[0][1], row[0][2], row[1][2]])
        print(f"{coupling:10.2e} " + " ".join(f"{x:7.3f}" for x in table[-1][:3]) + f" {table[-1][3]:18.4f} {table[-1][4]:7.4f}")
    fig, axes = plt.subplots(figsize=(6, 4))
    for i, name in enumerate(("both photons seen", "both, displacement off", "muon system")):
        axes.plot(couplings, np.array(table)[:, i], label=name)
    axes.set(xscale="log", xlabel="g [1/GeV]", ylabel="share of events", title="m_a = 0.3 GeV (simulation)")
    axes.legend()
    fig.savefig(folder / "displaced.png", dpi=120)


def median(values: Floats) -> float:
    """The median, NaN of too few."""
    return float(np.median(values)) if len(values) > 20 else np.nan


def single(folder: Path) -> None:
    """e+ e- -> gamma A', A' invisible: the width of M_X^2 against the mass, in Belle II and in BaBar (two photon resolutions)."""
    masses: Sequence[float] = (0.1, 1, 2, 3, 4, 5, 6, 7, 8, 9)
    setups = {
        "Belle II": ("belle2", None, None), "no tail": ("belle2", None, {"calorimeter.energy_tail": 0.0}),
        "no spread": ("belle2", None, QUIET),
        "BaBar": ("babar", None, None), "BaBar, single_photon": ("babar", "single_photon", None),
        "BaBar, same, no tail": ("babar", "single_photon", {"calorimeter.energy_tail": 0.0}),
    }  # fmt: skip
    print(f"{'m':>4s} " + " ".join(f"{name:>21s}" for name in setups) + "   sigma(M_X^2) [GeV^2]; published, BaBar: 1.5 at 0")
    table = []
    for mass in masses:
        table.append([width(mass, *setup) for setup in setups.values()])
        print(f"{mass:4g} " + " ".join(f"{x:21.3f}" for x in table[-1]), flush=True)
    fig, axes = plt.subplots(figsize=(6, 4))
    for i, name in enumerate(setups):
        axes.plot(masses, np.array(table)[:, i], label=name)
    axes.plot(0, 1.5, "k*", label="BaBar, arXiv:1702.03327")
    axes.set(xlabel="m_A' [GeV]", ylabel="sigma(M_X^2) [GeV^2]", title="single photons (simulation)", xlim=(-0.1, SQRT_S), ylim=(0, None))
    axes.legend(fontsize=8)
    fig.savefig(folder / "single_photon.png", dpi=120)


def width(mass: float, name: str, preset: str | None, changes: Mapping[str, object] | None) -> float:
    """Half of the central 68 % of M_X^2, GeV^2, of photons within |cos| < 0.8 in the e+e- frame."""
    cuts, card = ("abs(cos_theta_cms(gamma)) < 0.8",), cards.loaded(name, preset, changes)
    _, made = api.sample("e+ e- -> gamma A'", EVENTS, "dark_photon", mass, 1e-3, cuts=cuts, detector=name, changes=changes,
                         store=False)  # fmt: skip
    found = compiled.simulate(made.particles, replace(RESPONSE, card=card), WORDS).objects["cluster"]
    return half(cms_recoil(four(found, 0)[:, found.present[:, 0]], card))


def main() -> None:
    """Print the tables and write the figures."""
    if len(sys.argv) not in (2, 3):
        sys.exit("give a folder for the figures; see the head of this file")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    sample = Path(sys.argv[2]) if len(sys.argv) == 3 else None
    if sample is not None and not sample.is_file():
        sys.exit(f"no such file: {sample}")
    energies(folder, sample)
    for figure in (alp_masses, pairs, displaced, single):
        figure(folder)
        print(flush=True)


if __name__ == "__main__":
    main()
