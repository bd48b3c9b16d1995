"""Closure: with every effect off the response returns the truth, bit for bit, compiled and uncompiled; each effect is a switch."""

import numpy as np
import pytest
from detector_tools import CARD, truth, uniforms

from darkrecoil._jit.philox import key
from darkrecoil.chain.bench import response_only
from darkrecoil.detector import compiled
from darkrecoil.detector.card import load, names
from darkrecoil.detector.ideal import ideal
from darkrecoil.detector.response import simulate_reference
from darkrecoil.detector.species import CODES, SPECIES

PID = [11, -13, 211, -321, 2212, 22]


def events(n=4000):
    return truth([PID] * n, np.random.default_rng(8).normal(size=(n, 6, 3)) * 2, np.random.default_rng(9).normal(size=(n, 6, 4)) * 40)


@pytest.fixture(scope="module")
def response():
    return response_only(ideal(CARD))


@pytest.mark.parametrize("way", ["reference", "compiled"])
def test_off_is_the_truth(way, response):
    made = events()
    if way == "compiled":
        seen = compiled.simulate(made, response, key(3, "closure", "user"))
    else:
        seen = simulate_reference(made, ideal(CARD), lambda slot, draws: uniforms(slot, draws, len(made)))
    tracks, clusters = seen.objects["track"], seen.objects["cluster"]
    assert tracks.present.all()
    assert clusters.present.all()
    for i, name in enumerate(("px", "py", "pz"), 1):
        assert np.array_equal(tracks[name], made.momentum[:, :5, i])
        assert np.array_equal(clusters[name], made.momentum[:, 5:, i])
    assert (tracks["charge"] == [-1, 1, 1, -1, 1]).all()
    assert np.abs(tracks["d0"]).max() < 1e-12  # the square root of the helix, cm
    assert np.abs(tracks["z0"]).max() < 1e-9
    for i, name in enumerate(SPECIES):
        assert (tracks[f"{name}_id"] == (np.array([CODES.index(abs(p)) for p in PID[:5]]) == i)).all()
    assert clusters["energy"] == pytest.approx(np.linalg.norm(made.momentum[:, 5:, 1:], axis=2), rel=1e-15)
    assert tracks["ecl_energy"][:, 0] == pytest.approx(made.momentum[:, 0, 0], rel=1e-15)
    assert not clusters["time"].any()
    assert set(seen.objects) == {"track", "cluster", "klm", "vertex"}
    assert not seen.objects["klm"].present.any()
    assert not seen.objects["vertex"].present.any()


@pytest.mark.parametrize("name", names())
def test_every_card_can_be_ideal(name):
    assert ideal(load(name)).track.charge_flip.status == "assumption"
