"""Spectra that photons make, for three scales at which matrix elements take over from radiation, and cross-sections beside remembered ones.

uv run python validation/radiation.py FOLDER

Writes recoil.png (mass recoiling against two muons) and photons.png (energy of the third photon of gamma gamma (gamma)) into FOLDER:
spectra, their ratios to the middle scale's, and chi^2 between scales; prints the table. What the references are: see TABLE.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from darkrecoil._errors import BadValue
from darkrecoil.constants import SQRT_S
from darkrecoil.generate import api, sampling
from darkrecoil.generate.radiation import NOT, Choice
from darkrecoil.plots import _style
from darkrecoil.records import Particles

Floats = NDArray[np.float64]
SCALES = (0.05, 0.1, 0.2)  # GeV; ratios are to the middle one
BLOCKS = 160  # of 8192 attempts for each spectrum
WIDE = 0.95  # |cos theta*| of what is seen
MUONS, PHOTONS = "e+ e- -> mu+ mu-", "e+ e- -> gamma gamma"
IN_PAIR = [f"abs(cos_theta_cms({lepton})) < {WIDE}" for lepton in ("mu+", "mu-")]
IN_PHOTONS = [f"abs(cos_theta_cms(gamma)) < {WIDE}"]


@dataclass(frozen=True)
class Histogram:
    """Cross-section per bin and its error, nb."""

    value: Floats
    error: Floats


def histogram(process: str, radiates: Choice, cuts: list[str], quantity: Callable[[Particles], Floats], edges: Floats) -> Histogram:
    """The spectrum of a quantity, NaN where an event has none."""
    order = api.prepare(process, None, None, None, SQRT_S, "0", cuts, None, None, None, 1, 2, radiates)
    made = sampling.particles(order.sampler, "evaluate", 0, BLOCKS, order.cut)
    found, rows = quantity(made), made.weight > 0
    sums = [np.histogram(found[rows], edges, weights=made.weight[rows] ** power)[0] for power in (1, 2)]
    return Histogram(sums[0] / len(made) / 1e6, np.sqrt(sums[1]) / len(made) / 1e6)


def recoil(some: Particles) -> Floats:
    """Mass^2 of what recoils against the pair, GeV^2."""
    p = np.array([SQRT_S, 0.0, 0.0, 0.0]) - some.momentum[:, 0] - some.momentum[:, 1]
    return np.asarray(p[:, 0] ** 2 - (p[:, 1:] ** 2).sum(axis=1))


def third(some: Particles) -> Floats:
    """Energy of the third photon among those that are seen, GeV; NaN if there are but two."""
    p = some.momentum
    seen = (some.status > 0) & (np.abs(p[:, :, 3]) < WIDE * p[:, :, 0])
    energy = np.sort(np.where(seen, p[:, :, 0], np.nan), axis=1)  # NaN come last
    count = seen.sum(axis=1)
    return np.where(count > 2, np.take_along_axis(energy, np.maximum(count - 3, 0)[:, None], axis=1)[:, 0], np.nan)


def chi2(one: Histogram, other: Histogram) -> tuple[float, int]:
    """Of the difference of two independent spectra, and its degrees of freedom."""
    variance = one.error**2 + other.error**2
    some = variance > 0
    return float(np.sum((one.value - other.value)[some] ** 2 / variance[some])), int(some.sum())


def drawn(path: Path, title: str, axis: str, edges: Floats, curves: dict[str, Histogram], reference: str) -> None:
    """Spectra above, ratios to the reference below."""
    with _style.style():
        figure: Figure = _style.new_figure(9.0, 7.0)
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=[2, 1])
        middle, width = np.sqrt(edges[1:] * edges[:-1]), np.diff(edges)
        base = curves[reference]
        for i, (name, some) in enumerate(curves.items()):
            colour = _style.colour(i)[0]
            label = name if name == reference else "{}: chi^2 = {:.0f}/{}".format(name, *chi2(some, base))
            above.stairs(some.value / width, edges, baseline=None, color=colour, label=label, linewidth=1.6)
            with np.errstate(divide="ignore", invalid="ignore"):
                below.errorbar(middle, some.value / base.value, some.error / base.value, fmt="o", color=colour, markersize=4)
        above.set(yscale="log", xscale="log", ylabel="d$\\sigma$/d$x$  [nb per unit]", title=title)
        below.set(ylim=(0.8, 1.2), xlabel=axis, ylabel="ratio")
        above.legend()
        _style.save(figure, path)


def figures(folder: Path) -> None:
    """Both figures, and the chi^2 between scales in words."""
    edges = np.geomspace(0.02, 100.0, 28)
    muons = {f"scale {s:g} GeV": histogram(f"{MUONS} (gamma)", Choice(True, True, s), IN_PAIR, recoil, edges) for s in SCALES}
    # one photon has no mass: without radiation of the beams the spectrum begins with a second photon of the muons'
    muons["without ISR, one of two photons radiated"] = histogram(f"{MUONS} gamma", Choice(False, True), IN_PAIR, recoil, edges)
    muons["tree level, two photons above 20 MeV"] = histogram(f"{MUONS} gamma gamma", NOT, IN_PAIR, recoil, edges)
    drawn(folder / "recoil.png", "two muons (gamma)", "M$^2_{recoil}$ [GeV$^2$]", edges, muons, f"scale {SCALES[1]:g} GeV")
    energies = np.geomspace(0.1, 3.5, 19)
    photons = {f"scale {s:g} GeV": histogram(f"{PHOTONS} (gamma)", Choice(True, True, s), IN_PHOTONS, third, energies) for s in SCALES}
    photons["tree level, three photons"] = histogram(f"{PHOTONS} gamma", NOT, [*IN_PHOTONS, "energy_cms(gamma) > 0.1"], third, energies)
    drawn(folder / "photons.png", "third photon", "E$_3$ [GeV]", energies, photons, f"scale {SCALES[1]:g} GeV")
    for name, curves in (("M^2_recoil of mu mu (gamma)", muons), ("third photon's energy", photons)):
        for label, some in curves.items():
            value, dof = chi2(some, curves[f"scale {SCALES[1]:g} GeV"])
            print(f"{name:28s} {label:42s} {some.value.sum():8.5f} nb  chi^2 to the middle scale {value:8.1f} / {dof}", flush=True)


def within(*names: str, energy: float = 0.0) -> list[str]:
    """Cuts: 10 to 170 degrees in the e+e- frame, and a least energy, GeV."""
    more = [f"energy_cms({name}) > {energy}" for name in names] if energy else []
    return [*(f"abs(cos_theta_cms({name})) < {np.cos(np.pi / 18):.6f}" for name in names), *more]


BOTH = Choice(True, True)
# process, cuts, radiation, reference in nb (remembered: "table" = Belle II physics book, PTEP 2019, 123C01, which includes vacuum
# polarisation; "BabaYaga" = C. M. Carloni Calame et al., in the same energy region), relative precision
TABLE: tuple[tuple[str, list[str], Choice, str, float], ...] = (
    (f"{PHOTONS} (gamma)", within("gamma", energy=0.15), BOTH, "4.99 table", 0.003),
    (f"{PHOTONS} (gamma)", ["abs(cos_theta_cms(gamma)) < 0.9"], BOTH, "2.644(13) BabaYaga", 0.003),
    (f"{MUONS} (gamma)", [], BOTH, "1.148 table", 0.002),
    ("e+ e- -> tau+ tau- (gamma)", [], BOTH, "0.919 table", 0.002),
    ("e+ e- -> e+ e- (gamma)", within("e-", "e+", energy=0.15), BOTH, "300 table", 0.003),
    ("e+ e- -> e+ e- (gamma)", within("e-", "e+"), BOTH, "290.5(1.8) BabaYaga", 0.003),
    ("e+ e- -> e+ e- mu+ mu-", ["mass(mu+, mu-) > 0.5"], NOT, "18.9 table", 0.005),
    ("e+ e- -> e+ e- mu+ mu- (gamma)", ["mass(mu+, mu-) > 0.5"], BOTH, "18.9 table", 0.01),
    ("e+ e- -> e+ e- e+ e-", ["mass(e+, e-) > 0.5"], NOT, "39.7 table", 0.01),
)


def rate(process: str, cuts: list[str], radiates: Choice, precision: float, alpha: str) -> str:
    """The cross-section in nb as text; "-" where there is no such scheme of alpha."""
    try:
        _, found = api.cross_section(process, alpha=alpha, cuts=cuts, precision=precision, radiates=radiates, jobs=2)
    except BadValue as wrong:
        if "alpha is not understood" in str(wrong):
            return "-"
        raise
    return f"{found.value / 1e6:.4g} +- {found.error / 1e6:.2g}"


def table() -> None:
    """Cross-sections at 10.58 GeV, nb: alpha(0), with vacuum polarisation where there is such a scheme, remembered."""
    print(f"{'process':32s} {'alpha(0)':>18s} {'running':>18s}   {'remembered':20s} cuts")
    for process, cuts, radiates, reference, precision in TABLE:
        ours = [rate(process, cuts, radiates, precision, alpha) for alpha in ("0", "running")]
        print(f"{process:32s} {ours[0]:>18s} {ours[1]:>18s}   {reference:20s} {', '.join(cuts)}", flush=True)


def main() -> None:
    """Figures and table."""
    if len(sys.argv) != 2:
        sys.exit("give the folder for the figures; see the head of this file")
    folder, begin = Path(sys.argv[1]), time.perf_counter()
    folder.mkdir(parents=True, exist_ok=True)
    figures(folder)
    table()
    print(f"{time.perf_counter() - begin:.0f} s")


if __name__ == "__main__":
    main()
