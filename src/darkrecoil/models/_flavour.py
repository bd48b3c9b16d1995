"""Branching fractions of muons and taus to charged leptons of other flavours: l gamma, l X, three leptons."""

from collections.abc import Iterator, Mapping
from itertools import combinations_with_replacement
from math import log, pi, sqrt

from darkrecoil.constants import ALPHA_0, HBARC
from darkrecoil.models import _couplings as couplings
from darkrecoil.models import _dipole
from darkrecoil.models import _three_leptons as three_leptons
from darkrecoil.models._couplings import Current
from darkrecoil.models._standard_model import CHARGED
from darkrecoil.models._two_body import fermion_to_fermion_and_vector
from darkrecoil.models._widths import total_width
from darkrecoil.records import Model

LIGHT = 29.9792458  # cm/ns, exact
LIFETIME = {"mu": 2196.9811, "tau": 290.3e-6}  # ns; PDG 2022 (2.1969811 +- 0.0000022 us, 290.3 +- 0.5 fs)
WIDTH = {lepton: HBARC / LIGHT / time for lepton, time in LIFETIME.items()}  # GeV
Given = Mapping[str, float] | None


def fermion_to_fermion_and_scalar(mass: float, m1: float, boson: float, scalar: float, pseudoscalar: float) -> float:
    """Gamma(f2 -> f1 S), GeV, by S f1bar (scalar + i gamma5 pseudoscalar) f2; masses in GeV, 0 where closed.

    |p|/(8 pi M^2) [s^2 ((M + m1)^2 - m_S^2) + p^2 ((M - m1)^2 - m_S^2)]; for m1 = m_S = 0 g^2 M/(16 pi).
    """
    if mass <= m1 + boson:
        return 0.0
    p = sqrt((mass**2 - (m1 + boson) ** 2) * (mass**2 - (m1 - boson) ** 2)) / (2 * mass)
    squared = scalar**2 * ((mass + m1) ** 2 - boson**2) + pseudoscalar**2 * ((mass - m1) ** 2 - boson**2)
    return p / (8 * pi * mass**2) * squared


def to_boson(model: Model, mass: float, coupling: float, initial: str, final: str, parameters: Given = None) -> float:
    """Gamma(l_i -> l_f X), GeV, of the model's boson on its shell, whatever it decays to; 0 where closed or without a vertex."""
    found = couplings.currents(model, couplings.numbers(model, mass, coupling, parameters))
    current = _dipole.between(found, final, initial)
    if current is None or CHARGED[initial] <= CHARGED[final] + mass:
        return 0.0
    m, m1 = CHARGED[initial], CHARGED[final]
    if model.spin == 1:
        return fermion_to_fermion_and_vector(m, m1, mass, current.left, current.right)
    return fermion_to_fermion_and_scalar(m, m1, mass, current.scalar, current.pseudoscalar)


def to_three_leptons(
    model: Model, mass: float, coupling: float, initial: str, pair: tuple[str, str], anti: str, parameters: Given = None
) -> float:
    """Gamma(l_i- -> l_1- l_2- l_3+), GeV: the model's boson at tree level with its own width, on its shell where that is open.

    ``pair`` are the two leptons of l_i's charge. Loops (the photon of ``by_dipole``, mixing with the photon) are not in it.
    """
    found = couplings.currents(model, couplings.numbers(model, mass, coupling, parameters))
    first, second = pair

    def channel(single: str, other: str) -> three_leptons.Channel:
        some = _dipole.between(found, single, initial), _dipole.between(found, other, anti)
        return three_leptons.Channel(*(current or Current() for current in some))

    direct, exchanged = channel(first, second), channel(second, first)
    if not (direct or exchanged):
        return 0.0
    boson = three_leptons.Boson(mass, total_width(model, mass, coupling, parameters))
    masses = CHARGED[initial], CHARGED[first], CHARGED[second], CHARGED[anti]
    return three_leptons.width(masses, boson, direct, exchanged, first == second)


def by_dipole(initial: str, final: str) -> float:
    """Gamma(l_i -> l_f l_f l_fbar)/Gamma(l_i -> l_f gamma) where the photon's dipole makes the pair: (alpha/3 pi)(2 ln(m_i/m_f) - 11/4).

    Y. Kuno, Y. Okada, Rev. Mod. Phys. 73 (2001) 151 (hep-ph/9909265), section III.B; 0.0061 for mu -> 3e.
    """
    return ALPHA_0 / (3 * pi) * (2 * log(CHARGED[initial] / CHARGED[final]) - 11 / 4)


def fractions(model: Model, mass: float, coupling: float, parameters: Given = None) -> dict[str, float]:
    """Branching fractions of muons and taus by decay as typed, "mu- -> e- gamma"; those that the model does not make are left out.

    l_i -> l_f gamma at one loop, l_i -> l_f X on shell (X whatever it decays to), three leptons at tree level: l_f gamma* of the dipole,
    0.002 to 0.009 of l_f gamma, is not added. Empty for a model without a boson of spin 0 or 1.
    """
    if model.spin not in (0, 1) or not model.particle:
        return {}
    found = dict(_fractions(model, mass, coupling, parameters))
    return {decay: value for decay, value in found.items() if value > 0}


def _fractions(model: Model, mass: float, coupling: float, parameters: Given) -> Iterator[tuple[str, float]]:
    for initial, final in (("mu", "e"), ("tau", "e"), ("tau", "mu")):
        numbers = model, mass, coupling, initial, final, parameters
        yield f"{initial}- -> {final}- gamma", _dipole.radiative_width(*numbers) / WIDTH[initial]
        yield f"{initial}- -> {final}- {model.particle}", to_boson(*numbers) / WIDTH[initial]
    for initial, light in (("mu", ("e",)), ("tau", ("e", "mu"))):
        for pair in combinations_with_replacement(light, 2):
            for anti in light:
                width = to_three_leptons(model, mass, coupling, initial, pair, anti, parameters)
                yield f"{initial}- -> {pair[0]}- {pair[1]}- {anti}+", width / WIDTH[initial]
