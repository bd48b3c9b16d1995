"""The trigger menu on reconstructed objects, block by block: the bits of the card's lines.

It acts on offline quantities: the trigger's own resolution and inefficiency are a matter of the data set.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import cos
from typing import Any

import numpy as np

from darkrecoil._errors import unknown
from darkrecoil.constants import deg
from darkrecoil.detector.lines import Count, Cut, Term, parse
from darkrecoil.detector.schema import Card, number, numbers
from darkrecoil.detector.veto import bhabha, chamber_tracks, deposits, in_rest_frame, rest_energy
from darkrecoil.records import Bools, Floats, Objects

Five = tuple[Bools, Floats, Floats, Floats, Floats]
COMPARED: dict[str, Callable[..., Any]] = {
    ">": np.greater, ">=": np.greater_equal, "<": np.less, "<=": np.less_equal, "==": np.equal,
}  # fmt: skip
MIRRORED = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "==": "=="}  # the cosine falls with the angle


@dataclass(frozen=True)
class Seen:
    """What the trigger sees of a block of events, each quantity worked out once and only if a line asks for it."""

    tracks: Objects
    clusters: Objects
    card: Card

    @cached_property
    def chamber(self) -> Bools:
        """Which tracks (n, k) go through the whole drift chamber."""
        return chamber_tracks(self.tracks, self.card)

    @cached_property
    def deposits(self) -> Five:
        """(present, energy, x, y, z) (n, k + l) of all deposits, tracks' first."""
        return deposits(self.tracks, self.clusters)

    @cached_property
    def theta(self) -> Floats:
        """The polar angles (n, k + l), rad, of all deposits."""
        _, _, x, y, z = self.deposits
        return np.asarray(np.arctan2(np.sqrt(x**2 + y**2), z))

    @cached_property
    def star(self) -> Floats:
        """The energies (n, k + l), GeV, of all deposits in the e+e- rest frame."""
        return rest_energy(*self.deposits[1:], self.card.beams)

    @cached_property
    def veto(self) -> Bools:
        """The Bhabha veto (n,)."""
        return bhabha(self.tracks, self.clusters, self.card)


def menu(objects: Mapping[str, Objects], card: Card, lines: Sequence[str] = ()) -> dict[str, Bools]:
    """The bits (n,) of trigger lines by name before prescales, from ``objects["track"]`` and ``objects["cluster"]``.

    Those asked for, or all. UnknownName for a line that the card does not have.
    """
    for line in lines:
        if line not in card.lines:
            raise unknown(f"trigger line of {card.name}", line, card.lines)
    seen = Seen(objects["track"], objects["cluster"], card)
    found: dict[str, Bools] = {}
    for line in lines or card.lines:
        _fired(line, seen, found)
    return {line: found[line] for line in lines or card.lines}


def _fired(line: str, seen: Seen, found: dict[str, Bools]) -> Bools:
    if line == "bhabha" and line not in seen.card.lines:
        return seen.veto
    if line not in found:
        found[line] = np.logical_and.reduce([_term(term, seen, found) for term in parse(seen.card.lines[line].value)])
    return found[line]


def _term(term: Term, seen: Seen, found: dict[str, Bools]) -> Bools:
    if isinstance(term, Count):
        return np.asarray(COMPARED[term.operator](_counted(term, seen), term.number))
    fired = _fired(term.name, seen, found)
    return fired if term.wanted else ~fired


def _counted(term: Count, seen: Seen) -> Any:
    """The number of objects or pairs per event (n,); the sum of the energies, GeV, for ``energy``."""
    if term.subject == "tracks":
        return np.sum(_tracks(term.cuts, seen), axis=1)
    if term.subject == "track_pairs":
        return _track_pairs(term.cuts, seen)
    able = _able(term.subject, seen)
    for cut in term.cuts:
        able = able & _each(cut, seen)
    if term.subject == "energy":
        return np.sum(np.where(able, seen.deposits[1], 0.0), axis=1)
    return np.sum(able, axis=1) if term.subject in ("clusters", "photons") else _pairs(able, term.cuts, seen)


def _tracks(cuts: tuple[Cut, ...], seen: Seen) -> Bools:
    """Which tracks (n, k) go through the whole drift chamber and meet the cuts."""
    passed = seen.chamber
    for cut in cuts:
        passed = passed & _meets(cut, _of_tracks(cut.variable, seen.tracks))
    return passed


def _of_tracks(variable: str, tracks: Objects) -> Floats:
    """A variable (n, k) of tracks, GeV or rad; only those that a line asks for are worked out."""
    pt = np.sqrt(tracks["px"] ** 2 + tracks["py"] ** 2)
    if variable == "pt":
        return pt
    return np.arctan2(pt, tracks["pz"]) if variable == "theta" else np.sqrt(pt**2 + tracks["pz"] ** 2)


def _track_pairs(cuts: tuple[Cut, ...], seen: Seen) -> Any:
    """The number of pairs (n,) of tracks through the whole drift chamber that meet the cuts."""
    able = seen.chamber
    count = np.zeros(len(able), dtype=np.int64)
    for i, j in combinations(range(able.shape[1]), 2):
        rows = np.flatnonzero(able[:, i] & able[:, j])
        (x, y), (u, v) = ((seen.tracks["px"][:, k][rows], seen.tracks["py"][:, k][rows]) for k in (i, j))
        product, size = x * u + y * v, np.sqrt(x**2 + y**2) * np.sqrt(u**2 + v**2)  # cheaper than two azimuths
        count[rows] += np.logical_and.reduce([_opened(cut, product, size) for cut in cuts]) if cuts else 1
    return count


def _opened(cut: Cut, product: Floats, size: Floats) -> Bools:
    """Whether an opening angle, whose cosine is product/size, meets a cut given in deg."""
    if cut.operator == "in":
        return np.asarray(
            np.logical_or.reduce([(product < cos(low * deg) * size) & (product > cos(high * deg) * size) for low, high in cut.ranges])
        )
    return np.asarray(COMPARED[MIRRORED[cut.operator]](product, cos(cut.number * deg) * size))


def _able(subject: str, seen: Seen) -> Bools:
    """Which deposits (n, k + l) count: all for ``energy``, else those above the cluster energy, without a track for photons."""
    present, energy = seen.deposits[:2]
    if subject == "energy":
        return present
    able = present & (energy > number(seen.card.trigger.cluster_energy))
    return able & (np.arange(able.shape[1]) >= seen.tracks.present.shape[1]) if subject.startswith("photon") else able


def _each(cut: Cut, seen: Seen) -> Any:
    """Whether deposits (n, k + l) meet a cut on single ones; of a cut on pairs, what it asks of both at least."""
    if cut.variable == "id":
        edges = numbers(seen.card.trigger.theta_ids) if seen.card.trigger.theta_ids else ()
        return np.asarray(np.logical_or.reduce([(seen.theta > edges[int(a) - 1]) & (seen.theta < edges[int(b)]) for a, b in cut.ranges]))
    if cut.variable in ("E", "E*", "theta"):
        return _meets(cut, seen.theta if cut.variable == "theta" else seen.star if cut.variable == "E*" else seen.deposits[1])
    lowest = cut.variable in ("Emin", "Emin*") and cut.operator in (">", ">=")
    return _meets(cut, seen.star if cut.variable.endswith("*") else seen.deposits[1]) if lowest else True


def _pairs(able: Bools, cuts: tuple[Cut, ...], seen: Seen) -> Any:
    """The number of pairs (n,) of these deposits that meet the cuts on pairs; only events with two of them are worked on."""
    count, rows = np.zeros(len(able), dtype=np.int64), np.flatnonzero(np.sum(able, axis=1) > 1)
    lab, x, y, z = (column[rows] for column in seen.deposits[1:])
    energy, phi, theta = in_rest_frame(lab, x, y, z, seen.card.beams)
    for i, j in combinations(range(able.shape[1]), 2):
        passed = able[rows, i] & able[rows, j]
        for cut in cuts:
            if cut.variable not in ("E", "E*", "theta", "id"):
                passed = passed & _meets(cut, _pair_value(cut.variable, lab, energy, phi, theta, i, j))
        count[rows] += passed
    return count


def _pair_value(variable: str, lab: Floats, energy: Floats, phi: Floats, theta: Floats, i: int, j: int) -> Any:
    if variable == "dphi*":
        return np.pi - np.abs(np.mod(phi[:, i] - phi[:, j], 2 * np.pi) - np.pi)
    if variable == "sum*":
        return theta[:, i] + theta[:, j]
    of = energy if variable.endswith("*") else lab
    return (np.minimum if variable.startswith("Emin") else np.maximum)(of[:, i], of[:, j])


def _meets(cut: Cut, value: Floats) -> Bools:
    """Whether values, GeV or rad, meet a cut; ranges are without their ends."""
    unit = deg if cut.variable in ("theta", "dphi*", "sum*") else 1.0
    if cut.operator == "in":
        return np.asarray(np.logical_or.reduce([(value > low * unit) & (value < high * unit) for low, high in cut.ranges]))
    return np.asarray(COMPARED[cut.operator](value, cut.number * unit))
