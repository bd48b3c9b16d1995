"""Where a track or a deposit goes: through the drift chamber, into the e+e- rest frame, into the Bhabha veto."""

from collections.abc import Sequence
from itertools import combinations
from math import atan2, pi, sqrt, tan
from typing import Any

import numpy as np

from darkrecoil._errors import BadValue
from darkrecoil.detector.machine import total_momentum
from darkrecoil.detector.schema import Card, Entry, number, numbers
from darkrecoil.records import Beams, Bools, Floats, Ints, Objects

Four = tuple[Floats, Floats, Floats, Floats]
Slot = tuple[Bools, Floats, Floats, Floats, Floats]  # whether there is a deposit, and four numbers of it


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
    seen = [(slot, slot[0] & (slot[1] > lowest)) for slot in slots(tracks, clusters)]
    able = np.flatnonzero(sum(hard.view(np.int8) for _, hard in seen) > np.int8(1))  # few: the rest is not worth the pairs
    vetoed = np.zeros(len(tracks.present), dtype=bool)
    if len(able):
        there = [(slot, hard[able]) for slot, hard in seen if hard.any()]
        pairs = [(a, b, able[np.flatnonzero(hard & too)]) for (a, hard), (b, too) in combinations(there, 2)]
        one, other = _gathered([(a, rows) for a, _, rows in pairs]), _gathered([(b, rows) for _, b, rows in pairs])
        vetoed[np.concatenate([rows for *_, rows in pairs])[back_to_back(one, other, card)]] = True
    return vetoed


def _gathered(some: Sequence[tuple[Slot, Ints]]) -> Four:
    """(energy, x, y, z) (m,) as of ``along`` of slots in the rows that stand beside them, one after the other."""
    energy, px, py, pz = (np.concatenate([slot[i][rows] for slot, rows in some]) for i in range(1, 5))
    return along(energy, px, py, pz)


def slots(tracks: Objects, clusters: Objects) -> list[Slot]:
    """(present, energy, px, py, pz) (n,) of the deposit of each slot of tracks, then of clusters, GeV; views of their columns."""
    named = [(tracks, ("ecl_energy", "px", "py", "pz")), (clusters, ("energy", "px", "py", "pz"))]
    return [
        (some.present[:, i], some[energy][:, i], some[x][:, i], some[y][:, i], some[z][:, i])
        for some, (energy, x, y, z) in named
        for i in range(some.present.shape[1])
    ]


def veto_numbers(card: Card) -> tuple[Entry[Any, Any], ...]:
    """The entries of the Bhabha veto: energies, azimuths, sum of polar angles. BadValue: the card has none."""
    t = card.trigger
    if t.bhabha_energy is None or t.bhabha_delta_phi is None or t.bhabha_theta_sum is None:
        raise BadValue("the card has no Bhabha veto", card.name, "allowed: trigger.bhabha_energy, bhabha_delta_phi and bhabha_theta_sum")
    return t.bhabha_energy, t.bhabha_delta_phi, t.bhabha_theta_sum


def back_to_back(one: Four, other: Four, card: Card) -> Ints:
    """Which pairs (m,) of deposits, (energy, x, y, z) (n,) each as of ``along``, meet the numbers of the Bhabha veto in the rest frame."""
    (each, highest), (dphi_low, dphi_high), (sum_low, sum_high) = (numbers(entry) for entry in veto_numbers(card))
    beams = card.beams
    first, second = rest_energy(*one, beams), rest_energy(*other, beams)
    rows = np.flatnonzero((np.minimum(first, second) > each) & (np.maximum(first, second) > highest))  # cheap; the angles are not
    (phi, theta), (phi_other, theta_other) = (rest_angles(x[rows], y[rows], z[rows], beams) for _, x, y, z in (one, other))
    apart, total = np.mod(phi - phi_other, 2 * pi), theta + theta_other
    return rows[(apart > dphi_low) & (apart < dphi_high) & (total > sum_low) & (total < sum_high)]


def deposits(tracks: Objects, clusters: Objects) -> Slot:
    """(present, energy, x, y, z) (n, k + l): what the calorimeter sees of tracks and clusters, GeV, and unit vectors."""
    present = np.concatenate([tracks.present & (tracks["ecl_energy"] > 0), clusters.present], axis=1)
    energy = np.concatenate([tracks["ecl_energy"], clusters["energy"]], axis=1)
    px, py, pz = (np.concatenate([tracks[name], clusters[name]], axis=1) for name in ("px", "py", "pz"))
    return present, *along(np.where(present, energy, 0.0), px, py, pz)


def along(energy: Floats, px: Floats, py: Floats, pz: Floats) -> Four:
    """(energy, x, y, z) of the same shape: the energies, GeV, and the unit vectors of these momenta."""
    size = np.sqrt(px**2 + py**2 + pz**2)
    size = np.where(size > 0, size, 1.0)
    return energy, px / size, py / size, pz / size


def least_doppler(beams: Beams) -> float:
    """The least ratio of laboratory to rest-frame energy of a massless object, gamma (1 - beta)."""
    total, *momentum = total_momentum(beams)
    beta = sqrt(sum(p * p for p in momentum)) / total
    return sqrt((1 - beta) / (1 + beta))


def rest_energy(energy: Floats, x: Floats, y: Floats, z: Floats, beams: Beams) -> Floats:
    """The energy, GeV, in the e+e- rest frame of massless objects along the unit vectors x, y, z."""
    (bx, by, bz), gamma = velocity(beams)
    return energy * gamma * (1 - (bx * x + by * y + bz * z))


def in_rest_frame(energy: Floats, x: Floats, y: Floats, z: Floats, beams: Beams) -> tuple[Floats, Floats, Floats]:
    """Energy, GeV, azimuth and polar angle, rad, in the e+e- rest frame of massless objects along the unit vectors x, y, z."""
    return rest_energy(energy, x, y, z, beams), *rest_angles(x, y, z, beams)


def rest_angles(x: Floats, y: Floats, z: Floats, beams: Beams) -> tuple[Floats, Floats]:
    """Azimuth and polar angle, rad, in the e+e- rest frame of massless objects along the unit vectors x, y, z."""
    (bx, by, bz), gamma = velocity(beams)
    pull = gamma**2 / (1 + gamma) * (bx * x + by * y + bz * z) - gamma
    px, py, pz = x + pull * bx, y + pull * by, z + pull * bz
    return np.arctan2(py, px), np.arctan2(np.sqrt(px**2 + py**2), pz)


def velocity(beams: Beams) -> tuple[tuple[float, float, float], float]:
    """The velocity of the e+e- rest frame in the laboratory and its gamma."""
    total, *momentum = total_momentum(beams)
    bx, by, bz = (component / total for component in momentum)
    return (bx, by, bz), 1 / sqrt(1 - bx**2 - by**2 - bz**2)
