"""The one place that says where a number of the card stands in the array that the compiled functions read.

Each name is where a block of numbers starts; units are GeV, cm, rad, ns, edges in polar angle are cosines (falling).
A new number is a longer block here and a new value below, and LENGTH tells whether they agree.
"""

from math import cos, exp
from typing import Any

import numpy as np

from darkrecoil.detector.calorimeter import logarithmic_width
from darkrecoil.detector.forms import Regions, as_sum
from darkrecoil.detector.schema import Card, Entry, number, numbers
from darkrecoil.detector.species import SPECIES
from darkrecoil.records import Floats

ACCEPTANCE = 0  # cosines of the lowest and the highest polar angle of a track
EFFICIENCY = 2  # three steps in pT, four efficiencies
MOMENTUM = 9  # slope, 1/GeV, and constant of sigma(pT)/pT
DIRECTION = 11  # resolutions of theta and phi, rad
UNTRACKED = 13  # above a half: particles without a track leave clusters
FLIP = 14  # probability of the wrong charge
LEVER = 15  # how far a short track is worse, 0 to 1
CURL = 16  # how far from the axis a track must come, cm
FIELD = 17  # T
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
SCATTERING = 84  # of theta and phi, rad GeV
D0 = 86  # constant, cm, and scattering, cm GeV, of d0
Z0 = 88  # the same of z0
THETA_EFFICIENCY = 90  # cosines of three edges, four factors
RADIUS = 97  # three radii of production, cm
RADIUS_EFFICIENCY = 100  # four factors
RADIUS_RESOLUTION = 104  # four factors on the resolutions of d0 and z0
CDC = 108  # outer radius, ends in z, cm
ECL = 111  # radius and ends in z of the calorimeter's front, depth, cm
KLM_SIZE = 115  # outer radius and ends in z, cm
PID_MOMENTUM = 118  # three momenta
PID_THETA = 121  # cosines of two edges
CALLED = 123  # true species, polar angle, momentum, called: 5 x 3 x 4 x 5 probabilities
LENGTH = 423


def pack(card: Card) -> Floats:
    """The card's numbers as one array (LENGTH,), GeV, cm, rad, ns, in the order of this file."""
    array = np.full(LENGTH, np.nan)
    for first, values in blocks(card):
        array[first : first + len(values)] = values
    return array


def blocks(card: Card) -> list[tuple[int, tuple[float, ...]]]:
    """Where each block of numbers starts, and the numbers."""
    return _track(card) + _impact(card) + _volumes(card) + _calorimeter(card) + _deposit(card) + _called(card)


def _track(card: Card) -> list[tuple[int, tuple[float, ...]]]:
    track = card.track
    return [
        (ACCEPTANCE, _cosines(track.theta)),
        (EFFICIENCY, (*numbers(track.efficiency_edges), *numbers(track.efficiency))),
        (THETA_EFFICIENCY, (*_cosines(track.theta_edges), *numbers(track.theta_efficiency))),
        (MOMENTUM, (number(track.pt_resolution_slope), number(track.pt_resolution_constant))),
        (DIRECTION, (number(track.theta_resolution), number(track.phi_resolution))),
        (SCATTERING, numbers(track.angle_scattering)),
        (LEVER, (number(track.lever_arm),)),
        (CURL, (number(track.least_radius),)),
        (FLIP, (number(track.charge_flip),)),
    ]


def _impact(card: Card) -> list[tuple[int, tuple[float, ...]]]:
    track, displaced = card.track, card.displaced
    return [
        (D0, numbers(track.d0_resolution)),
        (Z0, numbers(track.z0_resolution)),
        (RADIUS, numbers(displaced.track_radius)),
        (RADIUS_EFFICIENCY, numbers(displaced.track_efficiency)),
        (RADIUS_RESOLUTION, numbers(displaced.track_resolution)),
    ]


def _volumes(card: Card) -> list[tuple[int, tuple[float, ...]]]:
    g = card.geometry
    return [
        (FIELD, (number(g.field),)),
        (CDC, (number(g.cdc_r), *numbers(g.cdc_z))),
        (ECL, (number(g.calorimeter_r), *numbers(g.calorimeter_z), number(card.displaced.photon_depth))),
        (KLM_SIZE, (number(g.klm_r), *numbers(g.klm_z))),
    ]


def _called(card: Card) -> list[tuple[int, tuple[float, ...]]]:
    table = card.identification
    matrix = (getattr(table, name).value for name in SPECIES)
    return [
        (PID_MOMENTUM, numbers(table.momentum)),
        (PID_THETA, _cosines(table.theta)),
        (CALLED, tuple(p for one in matrix for part in (one.forward, one.barrel, one.backward) for row in part for p in row)),
    ]


def _cosines(edges: Entry[Any, Any]) -> tuple[float, ...]:
    return tuple(cos(edge) for edge in numbers(edges))


def _calorimeter(card: Card) -> list[tuple[int, tuple[float, ...]]]:
    calorimeter, klm = card.calorimeter, card.klm
    level = calorimeter.background.value
    return [
        (REGIONS, _cosines(calorimeter.theta_edges)),
        (FORMULA, (number(calorimeter.formula_energy),)),
        (THRESHOLD, numbers(calorimeter.threshold)),
        (LOSS, (number(calorimeter.photon_inefficiency),)),
        (TAIL, (number(calorimeter.energy_tail), logarithmic_width(number(calorimeter.energy_tail)))),
        (TIME, (number(calorimeter.time_resolution),)),
        (KLM, (number(klm.photon_veto), number(klm.photon_energy), *_cosines(klm.theta))),
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
        (UNTRACKED, (float(card.calorimeter.untracked.value),)),
        (HADRON, (through, *numbers(card.calorimeter.hadron_deposit))),
        (MATERIAL, (*matter, *numbers(crystal.sternheimer))),
    ]


def _coefficients(table: Regions, level: str, unit: float) -> tuple[float, ...]:
    rows = (getattr(part, level) for part in (table.forward, table.barrel, table.backward))
    return tuple(p * unit for row in rows for p in as_sum(row, table.form))
