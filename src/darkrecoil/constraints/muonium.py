"""Muonium turning into antimuonium, mu+ e- -> mu- e+, by a boson with a coupling of the electron to the muon.

Both channels at tree level between spinors at rest, all masses kept: the exchange, q^2 = (m_mu - m_e)^2, and the annihilation,
q^2 = (m_mu + m_e)^2. In a magnetic field B the states of spin projection +-1 of muonium and antimuonium have different energies and
stay apart; those of projection 0 are mixtures of F = 1 and F = 0 by an angle, tan(2 theta) = B/0.1585 T, opposite in antimuonium:

    P = (1/Gamma^2) (1/2) mean of d^2,  d = 2 (c^2 <F=1> - s^2 <F=0>), 2 (c^2 <F=0> - s^2 <F=1>), 0, 0.

W.-S. Hou, G.-G. Wong, Phys. Lett. B 357 (1995) 145 (hep-ph/9505300); K. Horikawa, K. Sasaki, Phys. Rev. D 53 (1996) 560 (hep-ph/9504218).
"""

from collections.abc import Mapping
from itertools import product
from math import atan, cos, pi, sin

import numpy as np

from darkrecoil.amplitudes.spinors import antikets, bar, kets
from darkrecoil.constants import ALPHA_0, M_E, M_MU
from darkrecoil.constraints import measurements
from darkrecoil.models import _couplings, _dipole
from darkrecoil.models import _flavour as rates
from darkrecoil.models._couplings import Current
from darkrecoil.models._three_leptons import _bilinear
from darkrecoil.records import Model

FIELD, HYPERFINE = 0.1, 0.1585  # T: the experiment's field, and where Zeeman and hyperfine energies are equal (nu_hfs = 4463.3 MHz)
DENSITY = (ALPHA_0 * M_E * M_MU / (M_E + M_MU)) ** 3 / pi  # GeV^3, |psi(0)|^2 of the ground state
LEFT = Current(left=1.0)


def mixing(mass: float, current: Current) -> tuple[float, float]:
    """<antimuonium|H|muonium>, GeV, for F = 1 and F = 0, by a boson of that mass (GeV) with this coupling of e to mu.

    For 4 G/sqrt2 (mubar gamma^alpha P_L e)^2 = (G/sqrt2) (mubar gamma^alpha (1 - gamma5) e)^2 both are 8 G/(sqrt2 pi a^3).
    """
    plain = _matrix(1e6, LEFT)  # left-handed and heavy: proportional to unity up to the phases of the spin states
    phases = plain / np.sqrt(np.trace(plain @ plain.conj().T).real / 4)
    found = np.linalg.eigvals(_matrix(mass, current) @ phases.conj().T)
    values = sorted(found.real)
    triplet = values[1]  # three of the four are equal
    singlet = values[0] if abs(values[0] - triplet) > abs(values[3] - triplet) else values[3]
    return float(triplet), float(singlet)


def _matrix(mass: float, c: Current) -> np.ndarray:
    """-M/(4 m_e m_mu) |psi(0)|^2, GeV, from the spins of e- mu+ to those of mu- e+."""
    at_rest = [(m, 0.0, 0.0, 1e-12) for m in (M_E, M_MU)]
    electron, muon = kets(at_rest[0], M_E), [bar(k) for k in kets(at_rest[1], M_MU)]
    positron, antimuon = antikets(at_rest[0], M_E), [bar(k) for k in antikets(at_rest[1], M_MU)]
    found = np.zeros((4, 4), dtype=complex)
    for (a, e), (b, anti), (k, mu), (n, p) in product(enumerate(electron), enumerate(antimuon), enumerate(muon), enumerate(positron)):
        exchange = _diagram(mass, c, (mu, e), (anti, p), M_MU - M_E)
        annihilation = _diagram(mass, c, (anti, e), (mu, p), M_MU + M_E)
        found[2 * n + k, 2 * a + b] = exchange - annihilation  # e+ beside e-, mu- beside mu+
    return found * DENSITY / (4 * M_E * M_MU)


def _diagram(mass: float, c: Current, first: tuple[object, object], second: tuple[object, object], energy: float) -> complex:
    *j1, s1 = _bilinear(*first, c)  # type: ignore[arg-type]
    *j2, s2 = _bilinear(*second, c)  # type: ignore[arg-type]
    vectors = j1[0] * j2[0] * (1 - energy**2 / mass**2) - sum(x * y for x, y in zip(j1[1:], j2[1:], strict=True))
    return complex((vectors - s1 * s2) / (energy**2 - mass**2))


def probability(mass: float, current: Current, field: float = FIELD) -> float:
    """The probability of decay as antimuonium, in a field in T."""
    triplet, singlet = mixing(mass, current)
    theta = atan(field / HYPERFINE) / 2
    c2, s2 = cos(theta) ** 2, sin(theta) ** 2
    zero = [2 * (c2 * triplet - s2 * singlet), 2 * (c2 * singlet - s2 * triplet)]
    whole = 2 * (2 * triplet) ** 2 if not field else 0.0
    return (sum(d * d for d in zero) + whole) / 4 / (2 * rates.WIDTH["mu"] ** 2)


def limit(model: Model, mass: float, parameters: Mapping[str, float] | None = None) -> float | None:
    """The coupling above which conversion is too frequent, at a mass in GeV; None without a coupling of e to mu, or above the range."""
    reference = 1e-3 * model.coupling.high
    found = _couplings.currents(model, _couplings.numbers(model, mass, reference, parameters))
    current = _dipole.between(found, "e", "mu")
    if current is None:
        return None
    coupling = reference * (measurements.MUONIUM.value / probability(mass, current)) ** 0.25
    return coupling if coupling <= model.coupling.high else None
