"""Cross-sections and distributions of this package beside those of other programs: writes docs/generators.md.

    uv run python validation/generators.py

At sqrt s = 10.58 GeV in the e+e- frame, tree level, alpha(0), without radiation beyond the process itself. tests/test_generators.py holds
the numbers to each other and the page to the numbers.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from math import floor, log10, pi
from pathlib import Path

import numpy as np
from scipy.stats import chi2

import darkrecoil
from darkrecoil.constants import GEV2_FB, HIGGS_VEV, M_MU, M_TAU, SQRT_S
from darkrecoil.generate.api import sample

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))  # the reference amplitudes and the histograms lie there
from reference import PROCESSES, points  # noqa: E402

PAGE = ROOT / "docs" / "generators.md"
HISTOGRAMS = ROOT / "tests" / "data" / "madgraph_distributions.json"
PRECISION = 0.0008
EVENTS, FEWEST = 500_000, 10  # unweighted events of ours for distributions; expected MadGraph events in a bin, at least
PB = 1e3  # fb

MADGRAPH, BABAYAGA = "MadGraph5_aMC@NLO 3.5.7", "BabaYaga@NLO, Born"
MATRICES = "independent Dirac-matrix amplitudes, adaptive integration"
QUADRATURE = "tests/reference, quadrature"


@dataclass(frozen=True)
class Reference:
    """A cross-section and its error, pb, of another program; ``fault`` says why it is shown but not used, if so."""

    value: float
    error: float
    source: str
    fault: str = ""


@dataclass(frozen=True)
class Entry:
    """A process as a user types it, its cuts, model and numbers, and what others say of it."""

    process: str
    references: tuple[Reference, ...]
    cuts: tuple[str, ...] = ()
    order: dict[str, object] = field(default_factory=dict)


LOW = "its own integration is 0.6-1.2 % low with photons in the final state"
TOTALS = {
    "mumu": Entry(
        "e+ e- -> mu+ mu-",
        (Reference(775.9, 0.1726, MADGRAPH), Reference(775.92533, 0.00517, MATRICES), Reference(775.9279, 0.00032, BABAYAGA)),
    ),
    "tautau": Entry("e+ e- -> tau+ tau-", (Reference(772.0, 0.1484, MADGRAPH), Reference(772.07643, 0.00435, MATRICES))),
    "gg": Entry(
        "e+ e- -> gamma gamma",
        (Reference(2379.0, 1.077, MADGRAPH), Reference(2379.50204, 0.02604, MATRICES), Reference(2382.435, 1.458, BABAYAGA)),
        ("abs(cos_theta_cms(gamma)) < 0.9",),
    ),
    "bhabha": Entry(
        "e+ e- -> e+ e-",
        (Reference(286700.0, 251.6, MADGRAPH), Reference(286756.679, 2.512, MATRICES), Reference(286756.924, 0.0009, BABAYAGA)),
        ("theta_cms(e-) > 10 deg", "theta_cms(e-) < 170 deg", "theta_cms(e+) > 10 deg", "theta_cms(e+) < 170 deg"),
    ),
    "ggg": Entry(
        "e+ e- -> gamma gamma gamma",
        (
            Reference(84.31, 0.1546, MADGRAPH, LOW),
            Reference(84.63, 0.133, MADGRAPH, LOW),
            Reference(85.104, 0.026, "independent closed form, Vegas"),
            Reference(85.365, 0.201, "independent spinor amplitudes, Vegas"),
        ),
        ("energy_cms(gamma) > 0.2", "abs(cos_theta_cms(gamma)) < 0.9", "angle_cms(gamma, gamma) > 10 deg"),
    ),
    "mumug": Entry(
        "e+ e- -> mu+ mu- gamma",
        (
            Reference(134.7, 0.1947, MADGRAPH, LOW),
            Reference(134.9, 0.2339, MADGRAPH, LOW),
            Reference(134.2, 0.2061, f"{MADGRAPH}, sde_strategy 2", LOW),
            Reference(135.748, 0.016, "independent: analytic initial state, own final state"),
            Reference(135.745, 0.061, "independent full amplitude, Vegas"),
            Reference(132.486, 0.101, BABAYAGA, "its sampling loses m(mu mu) below 0.7 GeV"),
        ),
        ("energy_cms(gamma) > 0.2", "abs(cos_theta_cms(gamma)) < 0.95", "mass(mu+, mu-) > 0.5"),
    ),
    "mumuzp_m1": Entry(
        "e+ e- -> mu+ mu- Z'",
        (Reference(0.9956, 0.00201, MADGRAPH), Reference(0.99504585, 0.00085636, MATRICES), Reference(0.9956340, 1e-7, QUADRATURE)),
        order={"model": "lmu_ltau", "mass": 1.0, "coupling": 0.1},
    ),
    "mumuzp_m3": Entry(
        "e+ e- -> mu+ mu- Z'",
        (
            Reference(0.1371, 0.0001429, MADGRAPH),
            Reference(0.1372, 0.0001318, MADGRAPH),
            Reference(0.1371, 0.00006742, MADGRAPH),
            Reference(0.13724512, 0.00007479, MATRICES),
            Reference(0.13710881, 1e-8, QUADRATURE),
        ),
        order={"model": "lmu_ltau", "mass": 3.0, "coupling": 0.1},
    ),
    "tautaus_m1": Entry(
        "e+ e- -> tau+ tau- S",
        (Reference(0.001383, 9.079e-7, MADGRAPH), Reference(0.0013844639, 1.033e-6, MATRICES), Reference(0.00138338978, 1e-11, QUADRATURE)),
        order={"model": "leptophilic_scalar", "mass": 1.0, "coupling": 1.0},
    ),
    "gap_m1": Entry(
        "e+ e- -> gamma A'",
        (Reference(0.006404, 1.294e-5, MADGRAPH), Reference(0.0064138363, 1.33e-7, MATRICES)),
        ("abs(cos_theta_cms(gamma)) < 0.95",),
        {"model": "dark_photon", "mass": 1.0, "coupling": 1e-3},
    ),
    "gax_m1": Entry(
        "e+ e- -> gamma a",
        (
            Reference(0.1153, 4.688e-5, MADGRAPH),
            Reference(0.1152475434, 1.4166e-6, MATRICES),
            Reference(0.11524849, 1e-8, "alpha g^2/24 (1 - m^2/s)^3"),
        ),
        order={"model": "alp", "mass": 1.0, "coupling": 1e-3},
    ),
    "emuzl_m3": Entry(
        "e+ e- -> e+ mu- Z'",
        (Reference(7.657, 0.02323, MADGRAPH), Reference(7.674556, 0.01662, MATRICES)),
        ("abs(cos_theta_cms(e+)) < 0.95",),
        {"model": "lfv_zprime", "mass": 3.0, "coupling": 0.1, "parameters": {"g_emu": 1.0}},
    ),
    "aphd": Entry(
        "e+ e- -> A' h'",
        (
            Reference(0.002296, 1.578e-6, MADGRAPH),
            Reference(0.002297047633, 8.91e-8, MATRICES),
            Reference(0.0022970649, 1e-10, "closed form, arXiv:0903.0363"),
        ),
        order={"model": "dark_higgs", "mass": 1.0, "coupling": 1e-3, "parameters": {"m_h": 3.0, "alpha_D": 0.1}},
    ),
    "4mu": Entry(
        "e+ e- -> mu+ mu- mu+ mu-",
        (Reference(0.03256, 0.0001106, MADGRAPH), Reference(0.03261382, 0.0001217, MATRICES)),
        ("abs(cos_theta_cms(mu+)) < 0.95", "abs(cos_theta_cms(mu-)) < 0.95", "mass(mu+, mu-) > 1"),
    ),
}


@cache
def total(name: str) -> tuple[float, float]:
    """The cross-section of an entry and its error, pb, at PRECISION."""
    entry = TOTALS[name]
    _, found = darkrecoil.cross_section(entry.process, cuts=entry.cuts, precision=PRECISION, jobs=2, **entry.order)
    return found.value / PB, found.error / PB


# Quadrature: e+e- -> l+ l- X with X off the pair, exact but for m_e^2/s


def pairs_with(text: str, m: float, heavy: float, low: float, high: float, nodes: int = 40, **parameters: float) -> float:
    """The cross-section, pb, of e+e- -> l+ l- X by the photon alone, for m(l l) between low and high, GeV.

    |M|^2 of tests/reference is a quadratic form in the direction of the beams: its mean over that direction is the mean over three axes.
    What is left are m(l l) and an angle of the pair, by Gauss and Legendre.
    """
    x, weight = np.polynomial.legendre.leggauss(nodes)
    middle, half, phase = (low + high) / 2, (high - low) / 2, (x + 1) * pi / 2
    pair = middle - half * np.cos(phase)  # both ends are square roots: of the velocities at threshold
    pair, cosine = (some.ravel() for some in np.meshgrid(pair, x, indexing="ij"))
    each = np.outer(weight * half * np.sin(phase) * pi / 2, weight).ravel()
    size, inner = _momentum(SQRT_S, pair, heavy), _momentum(pair, m, m)
    volume = size / (4 * pi * SQRT_S) * inner / (8 * pi * pair) * pair / pi
    momenta = _three(pair, cosine, size, inner, m, heavy)
    squared = sum(PROCESSES[text](_rolled(momenta, axes), **parameters) for axes in range(3)) / 3
    return float(np.sum(squared * volume * each) / (2 * SQRT_S**2) * GEV2_FB / PB)


def _momentum(energy, one, other):
    """The momentum, GeV, of two particles of these masses at rest together."""
    return np.sqrt((energy**2 - (one + other) ** 2) * (energy**2 - (one - other) ** 2)) / (2 * energy)


def _three(pair, cosine, size, inner, m: float, mass: float):
    """Momenta (n, 5, 4): the beams along z, the pair's leptons in the x-z plane, X against them along z."""
    nil = np.zeros_like(pair)
    lepton = np.stack([np.sqrt(inner**2 + m**2), inner * np.sqrt(1 - cosine**2), nil, inner * cosine], axis=1)
    both = np.stack([np.sqrt(pair**2 + size**2), nil, nil, -size], axis=1)
    leptons = points.boost(np.stack([lepton, lepton * [1, -1, -1, -1]], axis=1), both)
    new = np.stack([np.sqrt(mass**2 + size**2), nil, nil, size], axis=1)
    return np.concatenate([points.beams(SQRT_S, len(pair)), leptons, new[:, None]], axis=1)


def _rolled(momenta, axes: int):
    """The same final states with x, y, z renamed."""
    out = momenta.copy()
    out[:, 2:, 1:] = np.roll(out[:, 2:, 1:], axes, axis=2)
    return out


QUADRATURES: dict[str, Callable[[], float]] = {
    "mumuzp_m1": lambda: pairs_with("e+ e- -> mu+ mu- Z'", M_MU, 1.0, 2 * M_MU, SQRT_S - 1, mass=1.0, g_v=0.1),
    "mumuzp_m3": lambda: pairs_with("e+ e- -> mu+ mu- Z'", M_MU, 3.0, 2 * M_MU, SQRT_S - 3, mass=3.0, g_v=0.1),
    "tautaus_m1": lambda: pairs_with("e+ e- -> tau+ tau- S", M_TAU, 1.0, 2 * M_TAU, SQRT_S - 1, g_s=M_TAU / HIGGS_VEV),
}


# Distributions

SHAPES = {  # the histograms' name: entry-like order, PDG codes in the order of the quantities' arguments
    "mumuzp_m3": (TOTALS["mumuzp_m3"], (-13, 13, 32)),
    "gammaAprime_m5": (
        Entry("e+ e- -> gamma A'", (), ("abs(cos_theta_cms(gamma)) < 0.95",), {"model": "dark_photon", "mass": 5.0, "coupling": 1e-3}),
        (22, 55),
    ),
    "emuZLFV_m3": (TOTALS["emuzl_m3"], (-11, 13, 32)),
}


def _size(p):
    return np.sqrt(np.sum(p[:, 1:] ** 2, axis=1))


def _cosine(p):
    return p[:, 3] / _size(p)


def _mass(p):
    return np.sqrt(np.maximum(p[:, 0] ** 2 - np.sum(p[:, 1:] ** 2, axis=1), 0.0))


QUANTITIES: dict[str, Callable[..., np.ndarray]] = {
    "m_dimuon": lambda plus, minus, _: _mass(plus + minus),
    "E_Zprime": lambda _plus, _minus, new: new[:, 0],
    "cos_Zprime": lambda _plus, _minus, new: _cosine(new),
    "cos_muminus": lambda _plus, minus, _: _cosine(minus),
    "E_mu_plus": lambda plus, _minus, _new: plus[:, 0],
    "cos_opening_mumu": lambda plus, minus, _: np.sum(plus[:, 1:] * minus[:, 1:], axis=1) / (_size(plus) * _size(minus)),
    "p_mu_max": lambda plus, minus, _: np.maximum(_size(plus), _size(minus)),
    "m_muplus_Zprime": lambda plus, _, new: _mass(plus + new),
    "cos_gamma": lambda gamma, _: _cosine(gamma),
    "cos_eplus": lambda plus, _minus, _new: _cosine(plus),
    "E_Z": lambda _plus, _minus, new: new[:, 0],
    "m_emu": lambda plus, minus, _: _mass(plus + minus),
}


@dataclass(frozen=True)
class Histogram:
    """MadGraph's events in equal bins from low to high."""

    low: float
    high: float
    counts: tuple[int, ...]

    @property
    def edges(self) -> np.ndarray:
        """The edges (b + 1,)."""
        return np.linspace(self.low, self.high, len(self.counts) + 1)


@dataclass(frozen=True)
class Fit:
    """chi^2 of two histograms, degrees of freedom, and the probability of a larger one."""

    chi2: float
    ndf: int

    @property
    def p_value(self) -> float:
        """The probability of a larger chi^2."""
        return float(chi2.sf(self.chi2, self.ndf))


def histograms() -> dict[tuple[str, str], Histogram]:
    """MadGraph's histograms by sample and variable."""
    found = json.loads(HISTOGRAMS.read_text())
    return {(name, x): Histogram(h["low"], h["high"], tuple(h["counts"])) for name, some in found.items() for x, h in some.items()}


@cache
def events(name: str):
    """Our unweighted events of a sample: momenta (n, 4) of its particles in the order of the quantities, weights (n,)."""
    entry, codes = SHAPES[name]
    _, found = sample(entry.process, EVENTS, cuts=entry.cuts, **entry.order)
    some = found.particles
    slots = [int(np.flatnonzero(some.pid[0] == code)[0]) for code in codes]
    return tuple(some.momentum[:, slot] for slot in slots), some.weight


def compared(name: str, variable: str) -> Fit:
    """chi^2 of MadGraph's histogram against the shape of our events, both with their statistical errors."""
    h = histograms()[name, variable]
    particles, weight = events(name)
    values = QUANTITIES[variable](*particles)
    share, square = (np.histogram(values, h.edges, weights=w)[0] for w in (weight / weight.sum(), (weight / weight.sum()) ** 2))
    return agreement(h, share, square)


def exact_pair_mass() -> tuple[Histogram, np.ndarray]:
    """MadGraph's m(mu mu) at 3 GeV and the exact share of each bin (b,), by quadrature of tests/reference."""
    h = histograms()["mumuzp_m3", "m_dimuon"]
    low = np.maximum(h.edges[:-1], 2 * M_MU)
    parts = [pairs_with("e+ e- -> mu+ mu- Z'", M_MU, 3.0, a, b, 24, mass=3.0, g_v=0.1) for a, b in zip(low, h.edges[1:], strict=True)]
    return h, np.array(parts) / sum(parts)


def agreement(h: Histogram, share: np.ndarray, variance: np.ndarray) -> Fit:
    """chi^2 of counts against shares of the cross-section (b,) with variances; neighbours are merged up to FEWEST expected events."""
    n = sum(h.counts)
    merged = [np.zeros(3)]
    for row in np.stack([h.counts, n * share, n**2 * variance], axis=1):
        merged[-1] = merged[-1] + row
        if merged[-1][1] >= FEWEST:
            merged.append(np.zeros(3))
    rest = merged.pop()
    merged[-1] = merged[-1] + rest
    counts, expected, squared = np.array(merged).T
    return Fit(float(np.sum((counts - expected) ** 2 / (expected + squared))), len(merged) - 1)


# The page

HEAD = f"""# Against other generators

Made by `uv run python validation/generators.py`; do not edit. `tests/test_generators.py` fails if this page and the code disagree.

At sqrt s = 10.58 GeV in the e+e- frame, tree level, alpha(0), no radiation beyond the process itself. Ours: `darkrecoil cross-section` at
`--precision {PRECISION}`, seed 1. Couplings: g' = 0.1, epsilon = 1e-3, xi = 1 (xi m_l/v, v = {HIGGS_VEV} GeV), g_agg = 1e-3/GeV,
g_emu = 0.1, alpha_D = 0.1; e mu Z' is the one charge state e+ mu-.
"""
MIDDLE = f"""
(*) Shown, not used: MadGraph's own integration is 0.6-1.2 % low with photons in the final state (its matrix element is right); BabaYaga's
sampling loses m(mu mu) below 0.7 GeV. Quadrature: |M|^2 of `tests/reference`, written apart from the package, in two variables by Gauss
and Legendre, right to seven digits. Of mu mu Z' at 3 GeV the adaptive integration is 1.8 of its own errors above it.

## Distributions

MadGraph's unweighted events (electrons massless) against {EVENTS} unweighted events of ours, shapes only. Errors of both are counted;
bins with fewer than {FEWEST} expected events are merged with a neighbour. Angles are those to the e-.

"""
TAIL = """
No variable is below p = 1e-3. The lowest are MadGraph's m(mu mu) and, the same variable, E(Z'). The exact spectrum is as far from that
sample as ours is, and ours agrees with it (tests/test_generators.py, with 25 times as many events): the tension is the sample's. E(mu+) and
m(mu+ Z') agree better than chance has it: a chi^2 of 3.4 or less with 18 degrees of freedom has a probability below 1e-4. The counts of
MadGraph's sample scatter less than Poisson's law in the invariants of a muon and the Z'; why was not found.
"""


def page() -> str:
    """The page as Markdown, from numbers made now."""
    totals = ["| process | cuts | ours | reference | ratio | source |", "|---|---|---|---|---|---|"]
    totals += [row for name in TOTALS for row in total_rows(name)]
    shapes = ["| process | variable | against | chi^2/ndf | p |", "|---|---|---|---|---|"]
    shapes += [shape_row(name, x, "ours", compared(name, x)) for name, x in histograms()]
    shapes.append(shape_row("mumuzp_m3", "m_dimuon", QUADRATURE, exact()))
    return "\n".join([HEAD, *totals]) + "\n" + MIDDLE + "\n".join(shapes) + "\n" + TAIL


def exact() -> Fit:
    """chi^2 of MadGraph's m(mu mu) against the exact spectrum."""
    h, share = exact_pair_mass()
    return agreement(h, share, np.zeros_like(share))


def total_rows(name: str) -> list[str]:
    """One row for each reference of an entry."""
    entry, (value, error) = TOTALS[name], total(name)
    unit, scale = ("pb", 1.0) if value > 1 else ("fb", PB)
    cuts = "; ".join(entry.cuts).replace("|", "\\|") or "none"
    title, rows = titled(entry), []
    for some in entry.references:
        ours, theirs = (plus_minus(v * scale, e * scale) for v, e in ((value, error), (some.value, some.error)))
        mark = " (*)" if some.fault else ""
        rows.append(f"| {title} | {cuts} | {ours} {unit} | {theirs} {unit} | {value / some.value:.4f} | {some.source}{mark} |")
    return rows


def titled(entry: Entry) -> str:
    """The process, and the mass that was asked for."""
    return entry.process + (f", {entry.order['mass']:g} GeV" if "mass" in entry.order else "")


def shape_row(name: str, variable: str, against: str, fit: Fit) -> str:
    """The row of a distribution."""
    return f"| {titled(SHAPES[name][0])} | {variable} | {against} | {fit.chi2:.1f}/{fit.ndf} | {_probability(fit.p_value)} |"


def _probability(p: float) -> str:
    return f"{p:.2f}" if p >= 0.01 else f"{p:.1e}"


def plus_minus(value: float, error: float) -> str:
    """A value and its error with two digits."""
    digits = max(0, 1 - floor(log10(error)))
    return f"{value:.{digits}f} +- {error:.{digits}f}"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page())
    print(f"{PAGE.relative_to(ROOT)} written")


if __name__ == "__main__":
    main()
