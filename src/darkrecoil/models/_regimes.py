"""Where the regimes of e+e- -> gamma a, a -> gamma gamma lie for a detector: resolved, merged, displaced, invisible.

M. J. Dolan et al., JHEP 12 (2017) 094 (arXiv:1709.00009), Fig. 4, there by hand; here from a card: the way out of the muon system along
each direction, the distance of the two photons where they enter the calorimeter, and the card's merging.
"""

from math import pi, sqrt

import numpy as np

from darkrecoil.constants import HBARC
from darkrecoil.detector.merging import entry, probabilities
from darkrecoil.detector.schema import Card, number, numbers
from darkrecoil.detector.surface import to_surface
from darkrecoil.models._widths import total_width
from darkrecoil.records import Beams, Floats, Model, RegimeMap

PROMPT = 10.0  # cm, the talk's 0.1 m: photons from nearer point to the origin as prompt ones do
LENGTHS = {"0.1 m": 10.0, "3 m": 300.0}  # cm, mean decay lengths at the mean energy
NODES = 24, 12, 8  # of cos theta of a, cos theta and phi of its photon
NOTES = (
    "regimes are the largest share of the decays whose direction the calorimeter covers; tree level, no radiation",
    "displaced: from the prompt radius to the end of the muon system, wherever the photons are seen",
)


def regimes(model: Model, card: Card, mass: Floats, coupling: Floats, prompt: float = PROMPT) -> RegimeMap:
    """The shares of the four regimes at masses (n,) in GeV, ascending, and couplings (k,); ``prompt`` in cm.

    a is emitted as 1 + cos^2 theta in the e+e- frame and decays isotropically, at a distance by the exponential law along its own
    direction; quadrature, nothing is drawn. Two photons of a prompt a are resolved or one cluster as detector.merging says.
    """
    two, ways = np.empty_like(mass), []
    for i, m in enumerate(mass):
        direction, momentum, weight, two[i] = _flight(float(m), card)
        ways.append((_out(direction, card), momentum / m, weight))
    width = np.array([[total_width(model, float(m), float(g)) for m in mass] for g in coupling])
    early, late = np.empty_like(width), np.empty_like(width)
    for i, (out, boost, weight) in enumerate(ways):
        rate = width[:, i, None] / (HBARC * boost)  # 1/cm
        early[:, i] = (weight * -np.expm1(-rate * prompt)).sum(axis=1)
        late[:, i] = (weight * np.exp(-rate * out)).sum(axis=1)
    shares = {"resolved": early * two, "merged": early * (1 - two), "displaced": 1 - early - late, "invisible": late}
    lines = {name: _line(model, card, mass, coupling, length) for name, length in LENGTHS.items()}
    text = model.coupling.tex, model.coupling.unit
    return RegimeMap(model.name, model.title, card.title, *text, mass, coupling, shares, lines, _half(mass, two), prompt, NOTES)


def _flight(mass: float, card: Card) -> tuple[Floats, Floats, Floats, float]:
    """Directions (3, j), momenta (j,) in GeV and weights (j,) of a in the laboratory, inside the calorimeter; the share of two clusters."""
    nodes, shares = np.polynomial.legendre.leggauss(NODES[0])
    root = sqrt_s(card.beams)
    momentum = recoil_momentum(root, mass)
    phi = np.asarray(2 * pi * (np.arange(NODES[0]) * 0.381966 % 1))  # the beams' boost is not along z: all azimuths, evenly
    a = boosted(_vectors(nodes, phi, momentum, sqrt(momentum**2 + mass**2)), total(card.beams))
    length = np.sqrt((a[1:] ** 2).sum(axis=0))
    edges = numbers(card.calorimeter.theta_edges)
    inside = (np.arccos(a[3] / length) > edges[0]) & (np.arccos(a[3] / length) < edges[-1])
    weight = np.where(inside if inside.any() else True, shares * (1 + nodes**2), 0.0)  # a slow, heavy one goes along the boost
    weight /= weight.sum()
    return a[1:] / length, length, weight, float(weight @ np.array([_resolved(row, mass, card) for row in a.T]))


def _resolved(a: Floats, mass: float, card: Card) -> float:
    """The probability of two clusters of the photons of an a with this four-momentum, GeV."""
    nodes, shares = np.polynomial.legendre.leggauss(NODES[1])
    phi = 2 * pi * (np.arange(NODES[2]) + 0.5) / NODES[2]
    cosine, angle = (x.ravel() for x in np.meshgrid(nodes, phi, indexing="ij"))
    one, other = (boosted(_vectors(s * cosine, angle + (s < 0) * pi, mass / 2, mass / 2), a) for s in (1, -1))
    distance = np.sqrt(((entry(one[1:], card) - entry(other[1:], card)) ** 2).sum(axis=0))
    return float(np.repeat(shares / 2, NODES[2]) @ probabilities(distance, card)[1]) / NODES[2]


def _vectors(cosine: Floats, phi: Floats, momentum: float, energy: float) -> Floats:
    """Four-vectors (4, n) of one momentum in directions."""
    sine = np.sqrt(1 - cosine**2)
    return np.array([np.full_like(cosine, energy), momentum * sine * np.cos(phi), momentum * sine * np.sin(phi), momentum * cosine])


def boosted(p: Floats, frame: Floats) -> Floats:
    """Four-vectors (4, n) from the rest frame of the four-vector ``frame`` (4,) to where it is that."""
    m = sqrt(max(frame[0] ** 2 - (frame[1:] ** 2).sum(), 0.0))
    along = frame[1:] @ p[1:]
    energy = (frame[0] * p[0] + along) / m
    return np.concatenate([energy[None], p[1:] + frame[1:, None] * (energy + p[0]) / (frame[0] + m)])


def total(beams: Beams) -> Floats:
    """The four-momentum (4,) of both beams in the laboratory, GeV."""
    e, p, h = beams.electron, beams.positron, beams.half_crossing
    return np.array([e + p, (e + p) * np.sin(h), 0.0, (e - p) * np.cos(h)])


def sqrt_s(beams: Beams) -> float:
    """The energy in the e+e- frame, GeV, for massless beams."""
    there = total(beams)
    return sqrt(there[0] ** 2 - (there[1:] ** 2).sum())


def _out(direction: Floats, card: Card) -> Floats:
    """The way (j,), cm, from the origin to the end of the muon system."""
    radius, (back, front) = number(card.geometry.klm_r), numbers(card.geometry.klm_z)
    return np.asarray(to_surface(0.0, 0.0, 0.0, direction[0], direction[1], direction[2], radius, back, front))


def mean_length(model: Model, card: Card, mass: float, coupling: float) -> float:
    """The mean decay length, cm, at the mean energy of a in the laboratory: c tau sqrt(E^2 - m^2)/m, E = gamma (s + m^2)/(2 sqrt(s))."""
    root, there = sqrt_s(card.beams), total(card.beams)
    energy = there[0] / root * (root + mass**2 / root) / 2
    return HBARC / total_width(model, mass, coupling) * sqrt(energy**2 - mass**2) / mass


def recoil_momentum(root: float, mass: float) -> float:
    """The momentum, GeV, of a particle of that mass and of the photon beside it at sqrt(s) = ``root``: (s - m^2)/(2 sqrt(s))."""
    return (root - mass**2 / root) / 2


def _line(model: Model, card: Card, mass: Floats, coupling: Floats, length: float) -> tuple[Floats, Floats]:
    """Masses and couplings of a mean decay length, cm, by Gamma ~ coupling^2; those in the coupling's range."""
    g = float(coupling[-1])
    found = np.array([g * sqrt(mean_length(model, card, float(m), g) / length) for m in mass])
    inside = (found >= coupling[0]) & (found <= coupling[-1])
    return mass[inside], found[inside]


def _half(mass: Floats, two: Floats) -> float | None:
    """The mass at which half of the pairs are two clusters."""
    above = np.flatnonzero(two > 0.5)
    if not len(above) or above[0] == 0:
        return None
    i = int(above[0])
    share = (0.5 - two[i - 1]) / (two[i] - two[i - 1])
    return float(mass[i - 1] * (mass[i] / mass[i - 1]) ** share)
