"""Low-energy and cosmological numbers beside references, as docs/low_energy.md tabulates them.

    .venv/bin/python tests/low_energy_numbers.py   # writes the page

A reference is a closed form written out here, a published number, or a calculation of its own, made apart from this package.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log, pi, sqrt
from pathlib import Path

import numpy as np

from darkrecoil import models
from darkrecoil.constants import ALPHA_0, FERMI, M_E, M_MU, M_TAU
from darkrecoil.constraints import measurements, muonium, upsilon
from darkrecoil.constraints.relic import annihilation
from darkrecoil.constraints.relic.annihilation import KINDS, Dark
from darkrecoil.constraints.relic.targets import thermal_target
from darkrecoil.constraints.trident import production
from darkrecoil.constraints.trident.limit import limit, ratio
from darkrecoil.models import _dipole, _flavour, _three_body, _three_leptons
from darkrecoil.models._couplings import Current
from darkrecoil.models._loops import moment

PAGE = Path(__file__).parents[1] / "docs" / "low_energy.md"
VECTOR, SCALAR, PSEUDOSCALAR = Current(1.0, 1.0), Current(scalar=1.0), Current(pseudoscalar=1.0)
MUON = FERMI**2 * M_MU**5 / (192 * pi**3)  # Gamma(mu -> e nu nu), GeV
LFV, ZPRIME = models.find("lfv_zprime"), models.find("lmu_ltau")
HEAVY = 300.0  # GeV
APART = "calculation apart from this package"


@dataclass(frozen=True)
class Entry:
    """A number of ours, the reference, how far apart they may be (relative), where the reference is from, and why they differ."""

    name: str
    ours: Callable[[], float]
    reference: float
    tolerance: float
    source: str
    remark: str = ""


def _radiative(inner: float, electron: float = M_E) -> float:
    """B(mu -> e gamma) by a heavy vector of unit couplings, over Gamma(mu -> e nu nu)."""
    found = _dipole.dipole(HEAVY, M_MU, electron, inner, VECTOR, VECTOR)
    return ALPHA_0 / 4 * M_MU**3 * found.squared / MUON * (FERMI * HEAVY**2) ** 2


def _three_electrons() -> float:
    channel = _three_leptons.Channel(VECTOR, VECTOR)
    width = _three_leptons.width((M_MU, 1e-7, 1e-7, 1e-7), _three_leptons.Boson(HEAVY, 0.0), channel, channel, alike=True)
    return width / MUON * (FERMI * HEAVY**2) ** 2


def _slow(kind: str, v: float = 1e-3) -> float:
    """sigma v over alpha epsilon^2 alpha_D m^2/(m_A'^2 - 4 m^2)^2 by electrons."""
    m, alpha_d = 0.05, 1e-6
    sigma = annihilation.cross_section(Dark(KINDS[kind], m, 0.15, alpha_d), np.array([2 * m * sqrt(1 + v**2 / 4)]))[0]
    return float(sigma * v / (ALPHA_0 * alpha_d * m**2 / (0.15**2 - 4 * m**2) ** 2))


def _trident_constant() -> float:
    s = 1e5
    unit = (production.C_V**2 + production.C_A**2) * FERMI**2 * ALPHA_0 * s / (9 * pi**2)
    return log(s / M_MU**2) - production.photon(s).cross_section() / unit


def _contact_ratio() -> float:
    plain = 1 + 4 * production.SIN2
    return (1 + (plain + 2 * production.V2 * 1e-6) ** 2) / (1 + plain**2)


def _muonium(g: float = FERMI, field: float = 0.0) -> float:
    return muonium.probability(1e4, Current(left=sqrt(8 * g * 1e8 / sqrt(2))), field)


R = (0.5 / M_TAU) ** 2
ENTRIES = (
    Entry("a_mu, vector, g = 1e-3, M = 0.1 GeV", lambda: models.anomalous_moment(ZPRIME, 0.1, 1e-3), 2.80356e-9, 2e-6, APART),
    Entry("a_mu, vector, g = 1e-3, M = 1 GeV", lambda: models.anomalous_moment(ZPRIME, 1.0, 1e-3), 8.60028e-11, 2e-6, APART),
    Entry("a_mu, vector, g = 1, M << m", lambda: moment(1e-6, M_MU, M_MU, VECTOR), 1 / (8 * pi**2), 1e-4, "g^2/(8 pi^2)"),
    Entry("a_mu, vector, g = 1, M = 300 GeV", lambda: moment(HEAVY, M_MU, M_MU, VECTOR), (M_MU / HEAVY) ** 2 / (12 * pi**2), 1e-5, "g^2 m^2/(12 pi^2 M^2)"),  # noqa: E501
    Entry("a_mu, scalar, y = 1, M << m", lambda: moment(1e-7, M_MU, M_MU, SCALAR), 3 / (16 * pi**2), 1e-4, "3 y^2/(16 pi^2)"),
    Entry("a_mu, pseudoscalar, y = 1, M << m", lambda: moment(1e-7, M_MU, M_MU, PSEUDOSCALAR), -1 / (16 * pi**2), 1e-4, "-y^2/(16 pi^2)"),
    Entry("a_mu, vector to tau, g = 1, M = 300 GeV", lambda: moment(HEAVY, M_MU, M_TAU, VECTOR), (M_MU / HEAVY) ** 2 / (4 * pi**2) * (M_TAU / M_MU - 2 / 3), 1e-3, "(g^2 m^2/(4 pi^2 M^2)) (m_F/m - 2/3)"),  # noqa: E501
    Entry("mu -> e gamma, tau inside: 2 m_mu L (M/m_mu)^2", lambda: (2 * M_MU * _dipole.dipole(HEAVY, M_MU, 1e-9, M_TAU, VECTOR, VECTOR).left * (HEAVY / M_MU) ** 2).real, (M_TAU / M_MU - 1 / 3) / (4 * pi**2), 1e-3, "(m_F/m - 1/3)/(4 pi^2)"),  # noqa: E501
    Entry("B(mu -> e gamma) (G_F M^2/g g')^2, muon inside", lambda: _radiative(M_MU), 2 * ALPHA_0 / (3 * pi), 0.01, "2 alpha/(3 pi)", "m_e/m_mu: 0.5 %"),  # noqa: E501
    Entry("the same, electron inside", lambda: _radiative(M_E), ALPHA_0 / (6 * pi), 0.025, "alpha/(6 pi)", "m_e/m_mu: 2 %"),
    Entry("the same, massless electron", lambda: _radiative(1e-9, 1e-9), ALPHA_0 / (6 * pi), 1e-4, "alpha/(6 pi)"),
    Entry("B(mu -> 3e) (G_F M^2/g g')^2, massless electrons", _three_electrons, 0.75, 1e-4, "3/4"),
    Entry("Gamma(tau -> e Z'), M = 0.5 GeV, g = 1e-3 [GeV]", lambda: _flavour.to_boson(LFV, 0.5, 1e-3, "tau", "e", {"g_etau": 1.0}), 1e-6 * M_TAU**3 / (4 * pi) * (1 - R) ** 2 * (1 + 2 * R), 3e-3, "g^2 m^3/(16 pi M^2) (1 - r)^2 (1 + 2 r)", "m_e/m_tau"),  # noqa: E501
    Entry("Gamma(N -> 3 nu), m = 1 GeV, U = 1 [GeV]", lambda: _three_body.to_neutrinos(1.0, 1.0), FERMI**2 / (192 * pi**3), 1e-9, "G_F^2 m^5 U^2/(192 pi^3)"),  # noqa: E501
    Entry("muonium: P (G_F/G)^2, V - A, no field", _muonium, 2.56e-5, 5e-3, "G. Feinberg, S. Weinberg, Phys. Rev. 123 (1961) 1439"),
    Entry("muonium: P(0.1 T)/P(0), V - A", lambda: _muonium(field=0.1) / _muonium(), 0.35, 0.03, "MACS, hep-ex/9807011"),
    Entry("muonium: G/G_F excluded, V - A", lambda: sqrt(measurements.MUONIUM.value / _muonium(field=0.1)), 3.0e-3, 0.02, "MACS, hep-ex/9807011"),  # noqa: E501
    Entry("tridents, Z' of 100 GeV, g' = 0.1: sigma/SM", lambda: ratio(100.0, 0.1), _contact_ratio(), 3e-3, "arXiv:1406.2332, M >> E", "C_A^2's share is smaller with massive muons"),  # noqa: E501
    Entry("tridents on photons: ln(s/m^2) - c, the constant c", _trident_constant, 19 / 6, 0.2, "arXiv:1406.2332, eq. (8), from memory", "ours is 8/3, and so has a Monte Carlo"),  # noqa: E501
    Entry("tridents: g' excluded at 10 MeV", lambda: limit(0.01), 1.0e-3, 0.2, "arXiv:1406.2332, Fig. 2, read off"),
    Entry("B(Upsilon(1S) -> gamma a), 1e-3/GeV, m -> 0", lambda: upsilon.branching_fraction(1e-6, 1e-3), 0.0238 * 1e-6 * 9.4604**2 / (32 * pi * ALPHA_0), 1e-6, "arXiv:1905.03259, eq. (9)"),  # noqa: E501
    Entry("sigma v (m_A'^2 - 4 m^2)^2/(alpha eps^2 alpha_D m^2), Dirac", lambda: _slow("dirac"), 16 * pi, 1e-3, "16 pi"),
    Entry("the same over v^2, complex scalar", lambda: _slow("scalar") * 1e6, 8 * pi / 3, 1e-3, "8 pi/3"),
    Entry("thermal y, pseudo-Dirac, 50 MeV, leptons only", lambda: thermal_target("pseudo-dirac", 0.05, hadrons=None), 1.63e-11, 0.04, APART, "ours ended at x = 500, as if the last 2.5 % did not annihilate: 1.61e-11"),  # noqa: E501
    Entry("thermal y, complex scalar, 50 MeV, leptons only", lambda: thermal_target("scalar", 0.05, hadrons=None), 4.26e-10, 0.01, APART),
)  # fmt: skip
HEAD = """# Low energies and the early Universe

Made by `python tests/low_energy_numbers.py`; do not edit. `tests/test_low_energy_page.py` fails if this page and the code disagree.

What is computed in `darkrecoil.constraints`, by `computed.find(name)`, and from what:

- **(g-2)** of the muon and the electron, any lepton inside the loop: `moments.limit`, `moments.favoured`; presets in `measurements`.
- **Flavour-changing decays**: l -> l' gamma with the full loop function (complex where l decays to the boson), l -> 3 leptons at tree level
  with the boson on its shell or off, l -> l' X unseen: `flavour.limit`; `darkrecoil model lfv_zprime ...` shows the fractions.
  The photon's charge radius and kinetic mixing, which a heavier theory sets, are left out of l -> 3 leptons.
- **Muonium to antimuonium** in the experiment's field: `muonium.limit`.
- **Neutrino tridents** on equivalent photons of iron, for any mass of the Z': `trident.limit`.
- **Upsilon(1S) -> gamma a**: `upsilon.limit`.
- **Thermal targets**: `relic.targets.thermal_target(kind, mass, alpha_d, ratio)` for Dirac, pseudo-Dirac (with a splitting), Majorana and
  complex scalar dark matter; hadrons by R(s).
- **The plane (g_emu, g_mumu)**: `plane.lfv_plane(mass, parameters, colliders)`.

Supernova 1987A and beam dumps are not computed: their published figures are in `constraints/published`.

| number | ours | reference | ours/reference | tolerance | source of the reference | remark |
|---|---|---|---|---|---|---|
"""


def page() -> str:
    """The page."""
    rows = []
    for entry in ENTRIES:
        value = entry.ours()
        columns = entry.name, f"{value:.6g}", f"{entry.reference:.6g}", f"{value / entry.reference:.4f}", f"{entry.tolerance:g}"
        rows.append(f"| {' | '.join((*columns, entry.source, entry.remark))} |")
    shifts = [
        f"| a_{lepton} | {s.name} | {s.value:.4g} | {s.error:.4g} | {s.title} | {s.source} | {s.status} |"
        for lepton, some in measurements.PRESETS.items()
        for s in some.values()
    ]
    bounds = [
        f"| {b.decay} | {b.value:.3g} | {100 * b.level:g} % | {b.source} | {b.status} |"
        for b in (*measurements.BOUNDS, *measurements.UNSEEN, *measurements.UPSILON, measurements.MUONIUM)
    ]
    shift_head = "| shift | preset | value | error | what | source | status |\n|---|---|---|---|---|---|---|"
    bound_head = "| decay | upper limit | level | source | status |\n|---|---|---|---|---|"
    measured = "\n## What was measured\n\n" + "\n".join((shift_head, *shifts, "", bound_head, *bounds))
    return HEAD + "\n".join(rows) + "\n" + measured + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
