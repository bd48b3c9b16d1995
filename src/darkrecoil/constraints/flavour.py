"""Decays of muons and taus that change flavour as limits on a model's coupling."""

from collections.abc import Mapping

from darkrecoil import models
from darkrecoil._errors import unknown
from darkrecoil.constants import M_MU, M_TAU
from darkrecoil.constraints import couplings, measurements
from darkrecoil.constraints.measurements import Bound
from darkrecoil.models import _dipole as dipole
from darkrecoil.models import _flavour as rates
from darkrecoil.records import Model

Given = Mapping[str, float] | None
LOWEST = 1e-14  # coupling
LEPTONS = {"e-": "e", "mu-": "mu", "tau-": "tau", "e+": "e", "mu+": "mu", "tau+": "tau"}


def branching_fraction(model: Model, mass: float, coupling: float, decay: str, parameters: Given = None) -> float:
    """The branching fraction of a decay as typed: "mu- -> e- gamma", "tau- -> e- mu- mu+", "mu- -> e- X" with X unseen.

    Three leptons by the boson at tree level, plus the photon of the dipole where a pair of the final lepton's flavour is made (their
    interference and the photon's charge radius are left out); X by the boson on its shell, times its invisible branching fraction.
    """
    before, _, after = decay.partition(" -> ")
    words = after.split()
    if before not in ("mu-", "tau-") or len(words) not in (2, 3) or not {*words} - {"gamma", "X"} <= LEPTONS.keys():
        raise unknown("decay", decay, [bound.decay for bound in (*measurements.BOUNDS, *measurements.UNSEEN)])
    initial, final = LEPTONS[before], LEPTONS[words[0]]
    numbers = model, mass, coupling, initial, final, parameters
    if words[1] == "gamma":
        return dipole.radiative_width(*numbers) / rates.WIDTH[initial]
    if words[1] == "X":
        unseen = models.branching_fractions(model, mass, coupling, parameters).get("invisible", 0.0)
        return rates.to_boson(*numbers) * unseen / rates.WIDTH[initial]
    pair, anti = (final, LEPTONS[words[1]]), LEPTONS[words[2]]
    tree = rates.to_three_leptons(model, mass, coupling, initial, pair, anti, parameters)
    penguin = dipole.radiative_width(*numbers) * rates.by_dipole(initial, final) if pair == (anti, anti) else 0.0
    return (tree + penguin) / rates.WIDTH[initial]


def limit(model: Model, mass: float, decay: str, parameters: Given = None, bound: Bound | None = None) -> float | None:
    """The coupling above which a decay is too frequent, at a mass in GeV; None if no coupling of the model's range is excluded."""
    some = bound or _bound(decay, mass)
    if some is None or _closed(decay, mass):
        return None
    high = model.coupling.high
    return couplings.reached(lambda g: branching_fraction(model, mass, g, decay, parameters), some.value, LOWEST, high)


def _bound(decay: str, mass: float) -> Bound | None:
    """The upper limit that holds at this mass."""
    return next((some for some in measurements.bounds_on(decay) if some.masses[0] <= mass <= some.masses[1]), None)


def _closed(decay: str, mass: float) -> bool:
    return decay.endswith(" X") and mass > (M_MU if decay.startswith("mu-") else M_TAU)
