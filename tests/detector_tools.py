"""What the tests of the detector share: a card, its numbers, random numbers, many particles of one kind, events of given particles."""

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from darkrecoil.detector import identification, layout, photons, tracks
from darkrecoil.detector.card import change, load
from darkrecoil.detector.layout import pack
from darkrecoil.detector.response import simulate_reference
from darkrecoil.records import Particles

CARD = load("belle2")
NUMBERS = pack(CARD)
MATTER = NUMBERS[layout.MATERIAL : layout.MATERIAL + 8]
SILENT = {"matter.conversion": "off", "matter.radiation": 0.0, "calorimeter.untracked": 0}  # no particle becomes another
QUIET = change(CARD, SILENT)
SHARP = SILENT | {  # nothing is smeared or lost, so that geometry can be read off
    "calorimeter.photon_inefficiency": 0.0, "calorimeter.time_resolution": 0.0, "klm.photon_veto": 1.0, "merging.scale": 0.0,
    "calorimeter.energy_tail": 0.0,
}  # fmt: skip
TRACK = ("kind", "px", "py", "pz", "charge", "ecl_energy", "d0", "z0", "called")
unit = st.floats(1e-12, 1 - 1e-12)
derandomized = settings(derandomize=True, deadline=None)


def uniforms(slot, draws, events=1, seed=5):
    return np.random.default_rng([seed, slot]).uniform(1e-15, 1 - 1e-15, (draws, events))


def direction(theta, phi=0.3):
    return np.array([np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)])


def one_track(pid, momentum, vertex, u, card=NUMBERS):
    """The kernel's row of columns by 12 uniform numbers."""
    found = np.array(tracks.track(pid, *momentum, *vertex, *u[:9], *u[10:], card))
    found[8] = identification.called(found[8], u[9], card)
    return found


def many_tracks(pid, momentum, theta, events=200_000, card=NUMBERS, phi=0.3, seed=5, vertex=(0.0, 0.0, 0.0)):
    """Columns by name of many particles of one momentum; ``present`` is where they are tracks."""
    arguments = [np.full(events, float(pid)), *np.broadcast_to(momentum * direction(theta, phi)[:, None], (3, events))]
    place = [np.full(events, float(x)) for x in vertex]
    found = dict(zip(TRACK, one_track(arguments[0], arguments[1:], place, uniforms(1, 12, events, seed), card), strict=True))
    return found | {"present": np.where(found["kind"] == tracks.TRACK, 1.0, 0.0)}


def many_photons(energy, theta, events=200_000, card=NUMBERS, phi=0.3):
    names = ("present", "energy", "px", "py", "pz", "time", "klm")
    p = energy * direction(theta, phi)
    return dict(zip(names, photons.photon(*(np.full(events, x) for x in p), np.ones(events), *uniforms(2, 6, events), card), strict=True))


def truth(pid, momentum, vertex=None, mother=None):
    """Events of final particles: pid (n, k), momentum (n, k, 3), vertex (n, k, 4)."""
    pid, momentum = np.asarray(pid, dtype=np.int64), np.asarray(momentum, dtype=float)
    n, k = pid.shape
    mass = np.asarray(tracks.mass(np.abs(pid)))
    four = np.concatenate([np.sqrt((momentum**2).sum(-1) + mass**2)[..., None], momentum], axis=-1)
    vertex = np.zeros((n, k, 4)) if vertex is None else np.asarray(vertex, dtype=float)
    mother = np.full((n, k), -1) if mother is None else np.asarray(mother)
    return Particles(pid, mother, np.ones((n, k), dtype=np.int64), four, vertex, np.ones(n), np.arange(n), n, CARD.beams)


def run(particles, card=QUIET, seed=5):
    return simulate_reference(particles, card, lambda slot, draws: uniforms(slot, draws, len(particles), seed))
