"""Clusters of the beam background, at the card's rate: a Poisson number, exponential energies, isotropic, in time."""

from math import exp

import numpy as np

from darkrecoil.detector.calorimeter import region
from darkrecoil.detector.compact import Few
from darkrecoil.detector.layout import REGIONS, THRESHOLD
from darkrecoil.detector.merging import Draw
from darkrecoil.detector.schema import Card, number
from darkrecoil.detector.smear import TWO_PI
from darkrecoil.records import Floats, Ints

FIRST = 8192  # slots of the random numbers: FIRST for how many, FIRST + 1 + k for the k-th
REST = 1e-6  # the probability of more clusters than there are slots


def rate(card: Card) -> float:
    """The mean number of clusters per event at the card's level of background, before the calorimeter's gaps."""
    return float(card.background.clusters.value[("low", "middle", "high").index(card.calorimeter.background.value)])


def poisson(mean: float) -> Floats:
    """The cumulative Poisson probabilities of 0, 1, 2, ... up to where less than REST is left."""
    total, term, k = [exp(-mean)], exp(-mean), 0
    while total[-1] < 1 - REST:
        k += 1
        term *= mean / k
        total.append(total[-1] + term)
    return np.array(total)


def clusters(card: Card, packed: Floats, events: Ints, draw: Draw) -> list[Few]:
    """The background's clusters, rows and columns (7, m) as of ``merging``: none at rate 0. ``events`` are the rows 0 to n - 1."""
    mean = rate(card)
    if mean == 0:
        return []
    steps = poisson(mean)
    many = np.searchsorted(steps, draw(FIRST, 1, events)[0])
    return [_slot(card, packed, np.flatnonzero(many > k), k, draw) for k in range(len(steps) - 1)]


def _slot(card: Card, packed: Floats, rows: Ints, k: int, draw: Draw) -> Few:
    """The k-th clusters: isotropic between the ends of the calorimeter, none in a gap."""
    if not len(rows):
        return rows, np.zeros((7, 0))
    u, v, w, t = draw(FIRST + 1 + k, 4, rows)
    high, low = packed[REGIONS], packed[REGIONS + 5]
    cosine = low + (high - low) * u
    forward, barrel, backward = region(cosine, packed, REGIONS)
    least = np.where(forward, packed[THRESHOLD], np.where(barrel, packed[THRESHOLD + 1], packed[THRESHOLD + 2]))
    energy = least - number(card.background.energy) * np.log(v)
    sine, window = np.sqrt(1.0 - cosine**2), number(card.calorimeter.time_window)
    found = np.array([np.ones_like(u), energy, energy * sine * np.cos(TWO_PI * w), energy * sine * np.sin(TWO_PI * w), energy * cosine,
                      window * (2.0 * t - 1.0), np.zeros_like(u)])  # fmt: skip
    met = forward | barrel | backward
    return rows[met], found[:, met]
