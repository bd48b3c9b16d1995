"""Events: what becomes of which particle, whatever else there is, and by numbers as by arrays."""

import numpy as np
import pytest
from detector_tools import CARD, NUMBERS, QUIET, one_track, uniforms

from darkrecoil._errors import BadValue
from darkrecoil.constants import M_MU, M_PI, SQRT_S
from darkrecoil.detector import photons
from darkrecoil.detector.card import change
from darkrecoil.detector.response import simulate_reference, unseen, visible_slots
from darkrecoil.records import Beams, Particles

# --- events


def particles(pid, momentum, status=None, beams=CARD.beams):
    pid, momentum = np.asarray(pid, dtype=np.int64), np.asarray(momentum, dtype=float)
    n, k = pid.shape
    status = np.where(pid != 0, 1, 0) if status is None else np.asarray(status)
    vertex, mother = np.zeros((n, k, 4)), np.full((n, k), -1)
    return Particles(pid, mother, status, momentum, vertex, np.full(n, 0.5), np.arange(n), n, beams)


def sample(n=300, beams=CARD.beams):
    rng = np.random.default_rng(11)
    pid = np.tile([13, -13, 32, 22], (n, 1))
    pid[::3, 3] = 0  # an empty slot
    pid[1::3, 3] = -211
    p = rng.normal(size=(n, 4, 3))
    mass = np.choose(np.searchsorted([13, 22, 32, 211], np.abs(pid)), [M_MU, 0.0, 1.0, M_PI])
    return particles(pid, np.concatenate([np.sqrt((p**2).sum(-1) + mass**2)[..., None], p], axis=-1), beams=beams)


def test_a_charged_particle_is_a_track_and_a_photon_a_cluster():
    truth, card = sample(), change(QUIET, {"track.charge_flip": 0.0})
    events = simulate_reference(truth, card, lambda slot, draws: uniforms(slot, draws, len(truth)))
    assert visible_slots(truth).track == (0, 1, 3)
    assert visible_slots(truth).cluster == (3,)
    tracks_, clusters = events.objects["track"], events.objects["cluster"]
    assert tracks_.present.shape == (300, 3)
    assert clusters.present.shape == (300, 1)
    assert tracks_["px"].flags.f_contiguous
    assert not tracks_.present[2::3, 2].any()  # photons there
    assert not clusters.present[:2:3].any()
    assert (tracks_["charge"][:, 0] == np.where(tracks_.present[:, 0], -1, 0)).all()
    assert (tracks_["charge"][:, 2] == np.where(tracks_.present[:, 2], -1, 0)).all()
    assert all((column[~tracks_.present] == 0).all() for column in tracks_.columns.values())
    assert (events.weight is truth.weight, events.attempts, events.beams) == (True, 300, CARD.beams)
    assert set(events.trigger) == set(CARD.lines)
    assert len(events.where(events.trigger["ffo"])) == events.trigger["ffo"].sum()


def test_numbers_and_arrays_give_the_same():
    rng = np.random.default_rng(3)
    u, p, place = uniforms(7, 12, 200), rng.normal(size=(3, 200)), rng.normal(size=(3, 200)) * 10
    pid = rng.choice([11, -13, 13, 211, -321, 2212, 0], 200)
    together = one_track(pid, p, place, u)
    one_by_one = np.array([one_track(int(pid[i]), *(tuple(map(float, x[:, i])) for x in (p, place, u))) for i in range(200)]).T
    assert one_by_one == pytest.approx(together, rel=1e-12, abs=1e-13)  # a vector and a number may differ in the last bit
    together = np.array(photons.photon(*p, np.ones(200), *u[:6], NUMBERS))
    one_by_one = np.array([photons.photon(*(float(x) for x in (*p[:, i], 1.0, *u[:6, i])), NUMBERS) for i in range(200)]).T
    assert one_by_one == pytest.approx(together, rel=1e-13, abs=1e-15)


def test_a_slot_has_the_same_response_whatever_else_there_is():
    truth = sample()
    draws = {slot: uniforms(slot, 12, 300) for slot in range(4)}
    both = simulate_reference(truth, QUIET, lambda slot, n: draws[slot][:n])
    alone = particles(truth.pid[:, :1], truth.momentum[:, :1])
    one = simulate_reference(alone, QUIET, lambda slot, n: draws[slot][:n])
    assert (both.objects["track"]["px"][:, 0] == one.objects["track"]["px"][:, 0]).all()


def test_events_without_objects_have_empty_columns():
    truth = particles([[12, -12]] * 3, np.ones((3, 2, 4)))
    events = simulate_reference(truth, CARD, uniforms)
    assert events.objects["track"].present.shape == (3, 0)
    assert events.objects["cluster"]["energy"].shape == (3, 0)
    assert not events.trigger["ffo"].any()
    assert len(events) == 3


def test_decayed_particles_are_not_seen():
    truth = particles([[13]] * 200, np.tile([1.5, 1.0, 0.0, 0.5], (200, 1, 1)), status=np.full((200, 1), 2))
    assert visible_slots(truth) == visible_slots(particles([[0]], np.zeros((1, 1, 4))))


def test_unknown_codes_are_named():
    truth = particles([[12, -14, 32, 22, 2112, 15, -13, 9000001]], np.ones((1, 8, 4)))
    assert unseen(truth) == (15, 2112, 9000001)


def test_particles_of_other_beams_are_refused():
    for beams in (Beams("cms", SQRT_S / 2, SQRT_S / 2), Beams("head-on", 7.004, 4.002)):
        with pytest.raises(BadValue, match=r"other beams .*allowed: 7.004 \+ 4.002 GeV, 0.0415 rad of 'belle2'; boost them"):
            simulate_reference(sample(3, beams), CARD, uniforms)
