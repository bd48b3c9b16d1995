"""The one place that says where a number of the card stands in the array that the compiled functions read.

Each name is where a block of numbers starts; units are GeV, cm, rad, ns, edges in polar angle are cosines (falling).
A new number is a longer block here and a new value below, and LENGTH tells whether they agree.
"""

from math import cos, exp

import numpy as np

from darkrecoil.detector.calorimeter import logarithmic_width
from darkrecoil.detector.forms import Regions, as_sum
from darkrecoil.detector.schema import Card, number, numbers
from darkrecoil.records import Floats

ACCEPTANCE = 0  # cosines of the lowest and the highest polar angle of a track
EFFICIENCY = 2  # three steps in pT, four efficiencies
MOMENTUM = 9  # slope, 1/GeV, and constant of sigma(pT)/pT
DIRECTION = 11  # resolutions of theta and phi, rad
IDENTIFICATION = 13  # lowest momentum; probability of muon, pion, kaon, electron
REACH = 18  # pT of a track that reaches the barrel
HADRON = 19  # probability to cross the crystal, least and largest share of an interaction
MATERIAL = 22  # thickness, g/cm^2; Z/A; mean excitation energy; Cbar, x0, x1, a, k
LOSS = 30  # probability that a photon is lost
THRESHOLD = 31  # forward, barrel, backward
FORMULA = 34  # lowest energy of the resolution formulas
REGIONS = 35  # cosines of the six edges
TAIL = 41  # the tail of the energy, and the width of its logarithm
TIME = 43  # resolution of a cluster's time, ns
KLM = 44  # probability to see a photon, its least energy, cosines of the lowest and the highest polar angle
ENERGY_SIGMA = 48  # sigma_E/E: forward, barrel, backward, four coefficients each
THETA_SIGMA = 60  # the same, rad
PHI_SIGMA = 72  # the same, rad
LENGTH = 84


def pack(card: Card) -> Floats:
    """The card's numbers as one array (LENGTH,), GeV, cm, rad, ns, in the order of this file."""
    array = np.full(LENGTH, np.nan)
    for first, values in _track(card) + _calorimeter(card) + _deposit(card):
        array[first : first + len(values)] = values
    return array


def _track(card: Card) -> list[tuple[int, tuple[float, ...]]]:
    track, muon = card.track, card.muon
    fakes = (number(muon.pion_fake), number(muon.kaon_fake), number(muon.electron_fake))
    return [
        (ACCEPTANCE, tuple(cos(edge) for edge in numbers(track.theta))),
        (EFFICIENCY, (*numbers(track.efficiency_edges), *numbers(track.efficiency))),
        (MOMENTUM, (number(track.pt_resolution_slope), number(track.pt_resolution_constant))),
        (DIRECTION, (number(track.theta_resolution), number(track.phi_resolution))),
        (IDENTIFICATION, (number(muon.momentum), number(muon.efficiency), *fakes)),
    ]


def _calorimeter(card: Card) -> list[tuple[int, tuple[float, ...]]]:
    calorimeter, klm = card.calorimeter, card.klm
    level = calorimeter.background.value
    return [
        (REGIONS, tuple(cos(edge) for edge in numbers(calorimeter.theta_edges))),
        (FORMULA, (number(calorimeter.formula_energy),)),
        (THRESHOLD, numbers(calorimeter.threshold)),
        (LOSS, (number(calorimeter.photon_inefficiency),)),
        (TAIL, (number(calorimeter.energy_tail), logarithmic_width(number(calorimeter.energy_tail)))),
        (TIME, (number(calorimeter.time_resolution),)),
        (KLM, (number(klm.photon_veto), number(klm.photon_energy), *(cos(edge) for edge in numbers(klm.theta)))),
        (ENERGY_SIGMA, _coefficients(calorimeter.energy_resolution.value, level, 0.01)),
        (THETA_SIGMA, _coefficients(calorimeter.theta_resolution.value, level, 1e-3)),
        (PHI_SIGMA, _coefficients(calorimeter.phi_resolution.value, level, 1e-3)),
    ]


def _deposit(card: Card) -> list[tuple[int, tuple[float, ...]]]:
    crystal, length = card.crystal, number(card.crystal.length)
    through = exp(-length / number(crystal.pion_interaction_length))
    matter = (length * number(crystal.density), number(crystal.z_over_a), number(crystal.excitation_energy))
    return [
        (REACH, (number(card.calorimeter.reach_pt),)),
        (HADRON, (through, *numbers(card.calorimeter.hadron_deposit))),
        (MATERIAL, (*matter, *numbers(crystal.sternheimer))),
    ]


def _coefficients(table: Regions, level: str, unit: float) -> tuple[float, ...]:
    rows = (getattr(part, level) for part in (table.forward, table.barrel, table.backward))
    return tuple(p * unit for row in rows for p in as_sum(row, table.form))
