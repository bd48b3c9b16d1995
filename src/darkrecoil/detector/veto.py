"""Where a track or a deposit goes: through the drift chamber, into the e+e- rest frame, into the Bhabha veto."""

from itertools import combinations
from math import atan2, pi, sqrt, tan
from typing import Any

import numpy as np

from darkrecoil._errors import BadValue
from darkrecoil.detector.machine import total_momentum
from darkrecoil.detector.schema import Card, Entry, number, numbers
from darkrecoil.records import Beams, Bools, Floats, Ints, Objects


def chamber_tracks(tracks: Objects, card: Card) -> Bools:
    """Which tracks (n, k) leave the drift chamber through its outermost layer, by polar angle and transverse momentum."""
    low, high = chamber_theta(card)
    pt, pz = np.sqrt(tracks["px"] ** 2 + tracks["py"] ** 2), tracks["pz"]
    inside = (pz < pt / tan(low)) & (pz > pt / tan(high))
    return np.asarray(tracks.present & inside & (pt > number(card.trigger.track_pt)))


def chamber_theta(card: Card) -> tuple[float, float]:
    """The polar angles, rad, between which a straight line from the origin crosses the drift chamber's outermost layer.

    atan(r/z) at the chamber's outer radius and ends; the helix of a soft track is longer in z and leaves earlier.
    """
    (back, front), radius = numbers(card.geometry.cdc_z), number(card.geometry.cdc_r)
    return atan2(radius, front), atan2(radius, back)


def bhabha(tracks: Objects, clusters: Objects, card: Card) -> Bools:
    """The three-dimensional Bhabha veto (n,): two deposits that are energetic and back to back in the e+e- rest frame.

    Both above and one above the energies of ``bhabha_energy``, azimuths ``bhabha_delta_phi`` apart, polar angles adding up to
    ``bhabha_theta_sum``. Angles are about the laboratory's z axis, deposits massless; a track's deposit has its direction.
    """
    lowest = numbers(veto_numbers(card)[0])[0] * least_doppler(card.beams)
    hard = np.sum(tracks["ecl_energy"] > lowest, axis=1) + np.sum(clusters["energy"] > lowest, axis=1)
    able = np.flatnonzero(hard > 1)  # few: the rest is not worth the angles
    present, energy, x, y, z = deposits(some(tracks, able), some(clusters, able))
    vetoed = np.zeros(len(tracks.present), dtype=bool)
    vetoed[able] = back_to_back(present, *in_rest_frame(energy, x, y, z, card.beams), card)
    return vetoed


def veto_numbers(card: Card) -> tuple[Entry[Any, Any], ...]:
    """The entries of the Bhabha veto: energies, azimuths, sum of polar angles. BadValue: the card has none."""
    t = card.trigger
    if t.bhabha_energy is None or t.bhabha_delta_phi is None or t.bhabha_theta_sum is None:
        raise BadValue("the card has no Bhabha veto", card.name, "allowed: trigger.bhabha_energy, bhabha_delta_phi and bhabha_theta_sum")
    return t.bhabha_energy, t.bhabha_delta_phi, t.bhabha_theta_sum


def back_to_back(present: Bools, e: Floats, phi: Floats, theta: Floats, card: Card) -> Bools:
    """Whether two deposits (n, k) meet the numbers of the Bhabha veto; energies and angles are those of the rest frame."""
    (each, one), (dphi_low, dphi_high), (sum_low, sum_high) = (numbers(entry) for entry in veto_numbers(card))
    vetoed = np.zeros(len(present), dtype=bool)
    for i, j in combinations(range(present.shape[1]), 2):
        hard = (np.minimum(e[:, i], e[:, j]) > each) & (np.maximum(e[:, i], e[:, j]) > one)
        apart = np.mod(phi[:, i] - phi[:, j], 2 * pi)
        total = theta[:, i] + theta[:, j]
        opposite = (apart > dphi_low) & (apart < dphi_high) & (total > sum_low) & (total < sum_high)
        vetoed |= present[:, i] & present[:, j] & hard & opposite
    return vetoed


def deposits(tracks: Objects, clusters: Objects) -> tuple[Bools, Floats, Floats, Floats, Floats]:
    """(present, energy, x, y, z) (n, k + l): what the calorimeter sees of tracks and clusters, GeV, and unit vectors."""
    present = np.concatenate([tracks.present & (tracks["ecl_energy"] > 0), clusters.present], axis=1)
    energy = np.concatenate([tracks["ecl_energy"], clusters["energy"]], axis=1)
    x, y, z = (np.concatenate([tracks[name], clusters[name]], axis=1) for name in ("px", "py", "pz"))
    size = np.sqrt(x**2 + y**2 + z**2)
    size = np.where(size > 0, size, 1.0)
    return present, np.where(present, energy, 0.0), x / size, y / size, z / size


def some(objects: Objects, rows: Ints) -> Objects:
    """The objects of the events in these rows."""
    return Objects({name: column[rows] for name, column in objects.columns.items()}, objects.present[rows])


def least_doppler(beams: Beams) -> float:
    """The least ratio of laboratory to rest-frame energy of a massless object, gamma (1 - beta)."""
    total, *momentum = total_momentum(beams)
    beta = sqrt(sum(p * p for p in momentum)) / total
    return sqrt((1 - beta) / (1 + beta))


def in_rest_frame(energy: Floats, x: Floats, y: Floats, z: Floats, beams: Beams) -> tuple[Floats, Floats, Floats]:
    """Energy, GeV, azimuth and polar angle, rad, in the e+e- rest frame of massless objects along the unit vectors x, y, z."""
    total, *momentum = total_momentum(beams)
    bx, by, bz = (component / total for component in momentum)
    gamma = 1 / sqrt(1 - bx**2 - by**2 - bz**2)
    along = bx * x + by * y + bz * z
    pull = gamma**2 / (1 + gamma) * along - gamma
    px, py, pz = x + pull * bx, y + pull * by, z + pull * bz
    return energy * gamma * (1 - along), np.arctan2(py, px), np.arctan2(np.sqrt(px**2 + py**2), pz)
