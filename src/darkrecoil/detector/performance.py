"""A card as curves, by the functions that simulate: acceptance, resolutions, efficiencies."""

import numpy as np

from darkrecoil.constants import M_MU, deg
from darkrecoil.detector import card as cards
from darkrecoil.detector import layout
from darkrecoil.detector.calorimeter import resolution
from darkrecoil.detector.finding import efficiency
from darkrecoil.detector.identification import row
from darkrecoil.detector.measuring import angle_sigma, lever_factor, pt_resolution
from darkrecoil.detector.schema import Card, numbers
from darkrecoil.detector.species import CODES, SPECIES
from darkrecoil.detector.veto import chamber_theta
from darkrecoil.records import Floats, Performance

ANGLES = (90.0, 30.0)  # deg, at which the momentum resolution is given
POINTS = 2000  # so that a step looks like one
CALLED = (("electron", "electron"), ("muon", "muon"), ("pion", "muon"))  # true, called
REGIONS = ("forward", "barrel", "backward")


def performance(card: Card) -> Performance:
    """The curves of a card: from 0.1 GeV (tracks) and 0.03 GeV (photons) to the larger beam energy."""
    packed, most = layout.pack(card), max(card.beams.electron, card.beams.positron)
    p, energy = np.geomspace(0.1, most, POINTS), np.geomspace(0.03, most, POINTS)
    called = {f"{name} as {other}": (p, probability(name, other, p, packed)) for name, other in CALLED}
    return Performance(
        card.title,
        card.preset,
        cards.sqrt_s(card.beams),
        acceptance(card),
        {f"{angle:g} deg": (p, momentum_resolution(p, angle * deg, packed)) for angle in ANGLES},
        {name: (energy, energy_resolution(energy, name, packed)) for name in present(card)},
        {"track, against $p_T$": (p, np.asarray(efficiency(p, packed))), **called},
        len(cards.assumptions(card)),
    )


def acceptance(card: Card) -> dict[str, tuple[tuple[float, float], ...]]:
    """The polar angles, deg, of tracks, of those through the whole drift chamber, and of the calorimeter's regions."""
    edges = [edge / deg for edge in numbers(card.calorimeter.theta_edges)]
    parts = {name: ((edges[2 * REGIONS.index(name)], edges[2 * REGIONS.index(name) + 1]),) for name in present(card)}
    low, high = numbers(card.track.theta)
    whole = chamber_theta(card)
    return {
        "tracks": ((low / deg, high / deg),),
        "tracks that trigger": ((whole[0] / deg, whole[1] / deg),),
        "calorimeter": tuple(ends for ranges in parts.values() for ends in ranges),
    }


def present(card: Card) -> tuple[str, ...]:
    """The regions of the calorimeter that the card has."""
    edges = numbers(card.calorimeter.theta_edges)
    return tuple(name for i, name in enumerate(REGIONS) if edges[2 * i] < edges[2 * i + 1])


def probability(name: str, other: str, p: Floats, packed: Floats) -> Floats:
    """The probability that a particle is called another (or itself), at measured momenta p in GeV, across the beam."""
    first = np.asarray(row(np.full_like(p, CODES[SPECIES.index(name)]), p, np.zeros_like(p), packed), dtype=np.int64)
    return packed[first + SPECIES.index(other)]


def momentum_resolution(p: Floats, theta: float, packed: Floats) -> Floats:
    """sigma(p)/p of a muon at a polar angle, rad: sigma(pT)/pT (+) cot(theta) sigma(theta), for p = pT/sin(theta)."""
    sine, cosine, beta = np.sin(theta), np.cos(theta), p / np.sqrt(p**2 + M_MU**2)
    slope = packed[layout.MOMENTUM] * lever_factor(0.0, 0.0, sine, cosine, packed)
    transverse = pt_resolution(p * sine, beta, slope, packed[layout.MOMENTUM + 1])
    return np.asarray(np.hypot(transverse, angle_sigma(p, beta, sine, packed, 0) / np.tan(theta)))


def energy_resolution(energy: Floats, name: str, packed: Floats) -> Floats:
    """sigma(E)/E of a photon in a region of the calorimeter."""
    forward, barrel = np.full(energy.shape, name == "forward"), np.full(energy.shape, name == "barrel")
    return np.asarray(resolution(energy, forward, barrel, packed[layout.FORMULA], packed, layout.ENERGY_SIGMA))
