"""Numbers of the models beside those of other calculations and measurements, as docs/physics.md tabulates them.

    uv run python validation/physics_numbers.py

An entry is a name, what we find (a call), the reference, how far it may be off (relative), and the source. "calculated": by hand, twice,
apart from this package.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import sqrt
from pathlib import Path

import numpy as np

from darkrecoil import models
from darkrecoil.amplitudes import machine, program
from darkrecoil.amplitudes.theory import leg
from darkrecoil.constants import FERMI, GEV2_FB, M_E, M_MU, M_TAU, alpha_scheme, deg
from darkrecoil.detector import card
from darkrecoil.generate.theory import theory
from darkrecoil.models import _hadrons as hadrons
from darkrecoil.models import _regimes as regimes
from darkrecoil.models._couplings import E
from darkrecoil.models._mixing import loop_mixing

PAGE = Path(__file__).parents[1] / "docs" / "physics.md"
CALCULATED = "calculated"
MASSLESS = "calculated, massless"
PDG = "PDG compilation of R (2020)"
FITTED = f"{PDG} (ours follows it)"
KEDR = "KEDR, PLB 770 (2017) 174, PLB 788 (2019) 42, by the PDG"


@dataclass(frozen=True)
class Entry:
    """One number: what it is, ours as a call, the reference, the relative tolerance, the source, the unit."""

    name: str
    ours: Callable[[], float]
    reference: float
    tolerance: float
    source: str = CALCULATED
    unit: str = ""


def fraction(name: str, mass: float, state: str, coupling: float = 1e-3, **given: float | str) -> float:
    """A branching fraction."""
    found = models.find(name)
    return models.branching_fractions(found, mass, coupling, models.numbered(found, given))[state]


def width(name: str, mass: float, state: str, coupling: float = 1e-3, **given: float | str) -> float:
    """A partial width, GeV."""
    found = models.find(name)
    return models.partial_widths(found, mass, coupling, models.numbered(found, given))[state]


def ctau(name: str, mass: float, coupling: float) -> float:
    """c tau, m."""
    return (models.ctau(models.find(name), mass, coupling) or 0.0) / 100


def coupling_of(mass: float, metres: float) -> float:
    """g_agg, 1/GeV, of a mean decay length in Belle II's laboratory."""
    alp, found = models.find("alp"), card.load("belle2")
    return sqrt(regimes.mean_length(alp, found, mass, 1e-3) / (100 * metres)) * 1e-3


def opening(mass: float, which: Callable[[np.ndarray, np.ndarray], float]) -> float:
    """The median or the mean opening angle, deg, of a -> gamma gamma from e+e- -> gamma a in Belle II's laboratory, all directions."""
    beams, n = card.load("belle2").beams, 400
    root = regimes.sqrt_s(beams)
    p = (root - mass**2 / root) / 2
    u = (np.arange(n) + 0.5) / n
    there = regimes.boosted(
        regimes._vectors(2 * u - 1, 2 * np.pi * (u * n * 0.618034 % 1), p, sqrt(p * p + mass * mass)), regimes.total(beams)
    )
    energy = there[0]
    cosine = (np.arange(2 * n) + 0.5) / (2 * n)  # of a photon in a's rest frame, where the decay is isotropic
    beta2 = 1 - (mass / energy[:, None]) ** 2
    angle = 2 * np.arcsin(np.minimum(mass / energy[:, None] / np.sqrt(1 - beta2 * cosine**2), 1.0)) / deg
    weight = np.broadcast_to((1 + (2 * u - 1) ** 2)[:, None], angle.shape)
    return which(angle.ravel(), weight.ravel())


def mean(x: np.ndarray, w: np.ndarray) -> float:
    """Weighted mean."""
    return float((x * w).sum() / w.sum())


def median(x: np.ndarray, w: np.ndarray) -> float:
    """Weighted median."""
    order = np.argsort(x)
    return float(x[order][np.searchsorted(np.cumsum(w[order]), w.sum() / 2)])


def ratio(root: float) -> float:
    """R at sqrt(s) = root GeV."""
    return float(hadrons.ratio(root**2).value[0])


def kinematics() -> list[Entry]:
    """Photon energies, decay lengths, opening angles."""
    energies = {0: 5.29000, 2: 5.10096, 4: 4.53386, 6: 3.58868, 8: 2.26543, 9.5: 1.02488}
    lengths = {(0.01, 0.1): 1.48e-2, (0.1, 0.1): 1.48e-4, (1, 0.1): 1.47e-6, (0.01, 3): 2.70e-3, (0.1, 3): 2.70e-5, (1, 3): 2.69e-7}
    return [
        *(Entry(f"E* of the photon beside {m:g} GeV, 10.58 GeV", partial(recoiling, m), e, 4e-6, unit="GeV") for m, e in energies.items()),
        *(
            Entry(f"g_agg at {m:g} GeV, mean decay length {x:g} m", partial(coupling_of, m, x), g, 4e-3, unit="1/GeV")
            for (m, x), g in lengths.items()
        ),
        Entry("opening angle of a -> gamma gamma, 150 MeV, median", partial(opening, 0.15, median), 3.94, 0.01, unit="deg"),
        Entry("the same, mean", partial(opening, 0.15, mean), 4.99, 0.01, unit="deg"),
    ]


def recoiling(mass: float) -> float:
    """The energy of the photon beside a mass at sqrt(s) = 10.58 GeV."""
    return regimes.recoil_momentum(10.58, mass)


def widths() -> list[Entry]:
    """Widths, lifetimes, branching fractions."""
    visible = {0.5: (0.401, 0.396, 0.203), 0.77: (0.082, 0.082, 0.836), 1.0: (0.314, 0.314, 0.372), 2.5: (0.239, 0.239, 0.522)}
    unseen = {0.25: 0.580, 0.5: 0.5032, 4.0: 0.3788, 10.0: 0.3340}
    states = ("e+ e-", "mu+ mu-", "hadrons")
    other = "calculated, VMD and QCD"
    return [
        Entry("Gamma(a -> gamma gamma), 1 GeV, 1e-3/GeV", partial(width, "alp", 1.0, "gamma gamma"), 4.97359e-9, 2e-6, unit="GeV"),
        Entry("c tau of a, 1 GeV, 1e-3/GeV", partial(ctau, "alp", 1.0, 1e-3), 3.96749e-8, 2e-6, unit="m"),
        Entry("Gamma(A' -> e e), 1 GeV, 1e-3", partial(width, "dark_photon", 1.0, "e+ e-"), 2.43245e-9, 2e-6, unit="GeV"),
        *(
            Entry(f"BF(A' -> {state}), {m:g} GeV", partial(fraction, "dark_photon", m, state), value, 0.025, other)
            for m, values in visible.items()
            for state, value in zip(states, values, strict=True)
        ),
        *(
            Entry(f"BF(Z' -> invisible), L_mu - L_tau, {m:g} GeV", partial(fraction, "lmu_ltau", m, "invisible"), b, 1e-3)
            for m, b in unseen.items()
        ),
        Entry("Gamma(Z' -> invisible), 1 GeV, 0.1", partial(width, "lmu_ltau", 1.0, "invisible", 0.1), 2.652582e-4, 1e-6, unit="GeV"),
        Entry("g'/epsilon of the loop, q^2 = 0", lambda: 1 / (E * loop_mixing(1e-9, M_MU, M_TAU).real), 69.3, 1e-3),
        Entry(
            "Gamma(N -> 3 nu), 1 GeV, U = 0.01",
            partial(width, "heavy_neutrino", 1.0, "invisible", 0.01),
            FERMI**2 * 1e-4 / (192 * np.pi**3),
            1e-9,
            unit="GeV",
        ),
        Entry("Gamma(A' -> Dirac chi), 1 GeV, alpha_D 0.1, 0.1 GeV", partial(dark, "dirac"), 0.1 / 3 * 1.02 * sqrt(0.96), 1e-9, unit="GeV"),
        Entry("the same, Majorana", partial(dark, "majorana"), 0.1 / 6 * 0.96**1.5, 1e-9, unit="GeV"),
        Entry("the same, complex scalar", partial(dark, "scalar"), 0.1 / 12 * 0.96**1.5, 1e-9, unit="GeV"),
    ]


def dark(kind: str) -> float:
    """Gamma(A' -> dark matter) at 1 GeV, alpha_D = 0.1, m_chi = 0.1 GeV."""
    return width("dark_photon", 1.0, "invisible", alpha_D=0.1, m_chi=0.1, dm=kind)


def hadronic() -> list[Entry]:
    """R(s) at energies of measurements; the tolerance is twice our error and the measurement's, in quadrature."""
    rows = (
        (0.60, 1.308, 0.01, PDG), (0.75, 8.491, 0.01, PDG), (0.7826, 19.35, 0.02, PDG), (0.90, 1.80, 0.02, PDG),
        (1.30, 1.182, 0.03, FITTED),
        (1.65, 2.560, 0.03, FITTED), (2.1357, 2.275, 0.035, KEDR), (2.9489, 2.234, 0.03, KEDR), (3.4996, 2.224, 0.025, KEDR),
        (4.16, 4.12, 0.05, "BES, by the PDG (ours follows it)"), (10.52, 3.56, 0.02, "CLEO, PRD 57 (1998) 1350"),
    )  # fmt: skip
    return [
        Entry(f"R at {m:g} GeV", partial(ratio, m), value, 2 * float(np.hypot(relative(m), error)), source)
        for m, value, error, source in rows
    ]


def relative(root: float) -> float:
    """Our relative error of R."""
    found = hadrons.ratio(root**2)
    return float(found.error[0] / found.value[0])


def pair(words: str, name: str, mass: float, coupling: float, reach: float = 1.0, **given: float) -> float:
    """sigma(e+e- -> two particles) at 10.58 GeV, fb, of the package's amplitudes by quadrature over |cos theta*| < reach; alpha(0)."""
    some = theory(alpha_scheme("0"), models.find(name), mass, coupling, given)
    legs = [leg(some, "e-", True), leg(some, "e+", True), *(leg(some, word, False) for word in words.split())]
    (m1, m2), root = (one.line.mass for one in legs[2:]), 10.58
    e1 = (root**2 + m1**2 - m2**2) / (2 * root)
    p, beam = sqrt(e1 * e1 - m1 * m1), sqrt(root**2 / 4 - M_E**2)
    end = 16.0 if reach == 1.0 else float(np.arctanh(reach))  # cos = tanh y: peaks along the beams are flat in y
    y, weight = np.polynomial.legendre.leggauss(600)
    c, s = np.tanh(end * y), 1 / np.cosh(end * y)
    one, zero = np.ones_like(c), np.zeros_like(c)
    momenta = np.stack(
        [
            np.stack([root / 2 * one, zero, zero, beam * one], axis=-1),
            np.stack([root / 2 * one, zero, zero, -beam * one], axis=-1),
            np.stack([e1 * one, p * s, zero, p * c], axis=-1),
            np.stack([(root - e1) * one, -p * s, zero, -p * c], axis=-1),
        ],
        axis=1,
    )
    square = program.squared(program.program(some, legs), machine.compiled(), momenta)
    return float((square * s * s * weight).sum() * end) * p / (8 * np.pi * root) / (2 * root**2) * GEV2_FB


def contact(**given: float) -> float:
    """sigma(e+e- -> e- mu+) of a contact interaction of 1e-3/GeV^2, one charge state, fb."""
    return pair("e- mu+", "lepton_contact", 0.0, 1e-3, **given)


def rates() -> list[Entry]:
    """Cross-sections of two particles."""
    alps = {0.001: 118.39, 0.5: 117.60, 5: 55.46, 9: 2.499}
    wide, whole = {0.1: 4.760, 3: 5.575, 7: 13.348}, {0.1: 43.9, 3: 48.1, 7: 93.1}
    higgs = {4: 7.43, 7: 25.1}
    strength = 1e-6 / (48 * np.pi) * 10.58**2 * GEV2_FB  # of one chirality and 1e-3/GeV^2
    return [
        *(
            Entry(f"sigma(gamma a), {m:g} GeV, 1e-3/GeV", partial(pair, "gamma a", "alp", m, 1e-3), x, 2e-4, unit="fb")
            for m, x in alps.items()
        ),
        *(
            Entry(
                f"sigma(gamma A'), {m:g} GeV, 1e-3, |cos| < 0.9",
                partial(pair, "gamma A'", "dark_photon", m, 1e-3, 0.9), x, 2e-4, unit="fb",
            )
            for m, x in wide.items()
        ),
        *(
            Entry(f"sigma(gamma A'), {m:g} GeV, 1e-3, all angles", partial(pair, "gamma A'", "dark_photon", m, 1e-3), x, 2e-3, unit="fb")
            for m, x in whole.items()
        ),
        *(
            Entry(
                f"sigma(A' h'), {m:g} and 1 GeV, eps^2 alpha_D = 1e-7",
                partial(pair, "A' h'", "dark_higgs", m, 1e-3, m_h=1.0, alpha_D=0.1), x, 2e-3, unit="fb",
            )
            for m, x in higgs.items()
        ),
        Entry("sigma(e- mu+), C_LL = 1e-3/GeV^2", partial(contact, C_emu=0.0, C_emu_LL=1.0), 4 * strength, 5e-4, MASSLESS, "fb"),
        Entry("sigma(e- mu+), C_VV = 1e-3/GeV^2", contact, 16 * strength, 5e-4, MASSLESS, "fb"),
    ]  # fmt: skip


ENTRIES: dict[str, Callable[[], list[Entry]]] = {
    "Kinematics": kinematics,
    "Widths": widths,
    "Cross-sections": rates,
    "Hadrons": hadronic,
}

HEAD = """# Numbers

Made by `uv run python validation/physics_numbers.py`; do not edit. `tests/test_physics_numbers.py` fails if page and code disagree.

Ours beside numbers calculated apart from this package and beside measurements. Widths and branching fractions at coupling 1e-3 unless
said. R's tolerance is twice our error and the measurement's in quadrature; where it says so, ours was made from the same compilation.
"""


def page() -> str:
    """The page as Markdown, from numbers made now."""
    parts = [HEAD]
    for title, made in ENTRIES.items():
        rows = [f"| {e.name} | {shown(e.ours())} | {shown(e.reference)} | {e.unit} | {e.tolerance:.1g} | {e.source} |" for e in made()]
        parts += [f"## {title}\n", "| number | ours | reference | unit | tolerance | source |", "|---|---|---|---|---|---|", *rows, ""]
    return "\n".join(parts)


def shown(value: float) -> str:
    """Six digits."""
    return f"{value:.6g}"


if __name__ == "__main__":
    PAGE.write_text(page())
    print(page())
