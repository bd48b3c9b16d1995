"""Whole attempts with radiation, and what stays as it was without: momentum, charge, the laboratory, scales."""

from dataclasses import replace

import numpy as np
import pytest
from radiating import PAIR, ROOT, ZERO, invariant, unlearnt

from darkrecoil._run import BLOCK
from darkrecoil.constants import M_E
from darkrecoil.detector import card
from darkrecoil.generate import beams as optics
from darkrecoil.generate import multichannel, store
from darkrecoil.generate.radiation import NONE, Choice, Radiation, steps
from darkrecoil.generate.recipe import Own, recipe
from darkrecoil.kinematics.frames import beam_momenta


@pytest.fixture(autouse=True, scope="module")
def cache(tmp_path_factory):
    """Learnt grids of these tests in a folder of their own."""
    place = tmp_path_factory.mktemp("grids")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "folder", lambda: place)
        yield place


@pytest.fixture(scope="module")
def engine():
    return multichannel.engine()


def test_switched_off_nothing_changes(engine):
    """No radiation is the recipe without the word; steps hand through the very arrays."""
    one, other = recipe(PAIR, ZERO, ROOT, radiates=Choice()), recipe(PAIR, ZERO, ROOT)
    assert replace(one, engine=None) == replace(other, engine=None)
    assert isinstance(one.engine, Own)
    assert one.radiation == NONE
    n, words = 64, np.array([1, 2], dtype=np.uint64)
    s, momentum = np.full(n, 100.0), np.ones((8, n))
    hard = steps.before(engine.radiation, NONE, 0, words, s, np.empty((0, n)), 0.1)
    assert hard.s is s
    there, weight = steps.after(engine.radiation, NONE, 0, words, hard, momentum)
    assert there is momentum
    assert np.all(weight == 1)


@pytest.mark.parametrize("process", ["e+ e- -> gamma gamma gamma", "e+ e- -> nu nu gamma"])
def test_neutral_particles_do_not_radiate(engine, process):
    beams = optics.head_on(ROOT)
    on, learnt, _ = unlearnt(process, beams, engine, Choice(False, True))
    off, *_ = unlearnt(process, beams, engine, Choice(False, False))
    one, other = (multichannel.attempts(some, learnt, "user", 0, BLOCK) for some in (on, off))
    assert on.radiates == Radiation()
    assert np.array_equal(one.weight, other.weight)
    assert np.array_equal(one.momentum, other.momentum)


PROCESSES = ["mu+ mu-", "tau+ tau-", "mu+ mu- gamma", "e+ e-", "e+ e- mu+ mu-", "e+ e- e+ e-", "gamma gamma", "nu nu gamma"]


@pytest.mark.parametrize("process", PROCESSES)
def test_momentum_charge_and_masses_with_crossing_beams(engine, process):
    """All final particles and photons make up the beams; finite weights, none below 0."""
    beams = replace(card.load("belle2").beams, spread_electron=0.0, spread_positron=0.0)
    ahead = beam_momenta(beams.electron, beams.positron, beams.half_crossing, M_E)
    some, learnt, made = unlearnt(f"e+ e- -> {process}", beams, engine)
    found = multichannel.attempts(some, learnt, "user", 0, BLOCK)
    p = found.momentum.reshape(-1, 4, BLOCK)
    assert len(p) == len(made.pid) + made.radiation.photons
    assert np.all(np.isfinite(found.weight))
    assert np.all(found.weight >= 0)
    seen = found.weight > 0
    assert seen.any()
    assert np.allclose(p[:, :, seen].sum(axis=0), np.add(*ahead)[:, None], atol=1e-8)
    masses = [*some.tree.masses, *[0.0] * made.radiation.photons]
    for one, mass in zip(p, masses, strict=True):
        assert np.allclose(invariant(one[:, seen].T), mass**2, atol=1e-8)
    assert sum(np.sign(code) for code in made.pid if abs(code) in (11, 13, 15)) == 0


@pytest.mark.parametrize("process", [f"{PAIR} gamma", "e+ e- -> e+ e- mu+ mu-"])
def test_weights_do_not_know_the_laboratory(engine, process):
    """Hardness and transfers are those of the beams' rest frame: the same weights head-on and with a crossing angle."""
    beams = replace(card.load("belle2").beams, spread_electron=0.0, spread_positron=0.0)
    ahead = np.add(*beam_momenta(beams.electron, beams.positron, beams.half_crossing, M_E))
    root = float(np.sqrt(invariant(ahead)))
    weights = []
    for some_beams in (beams, optics.head_on(root)):
        some, learnt, made = unlearnt(process, some_beams, engine)
        made = made.radiation
        explicit = (2,) if process.endswith("gamma") else ()
        some = replace(some, radiates=replace(made, scale=0.1, explicit=explicit, top=bool(explicit)))
        weights.append(multichannel.attempts(some, learnt, "user", 0, BLOCK).weight)
    assert np.allclose(*weights, rtol=1e-5)
    assert 0 < np.count_nonzero(weights[0]) < BLOCK


@pytest.mark.parametrize("process", ["e+ e- -> e+ e- mu+ mu-", "e+ e- -> e+ e- e+ e-"])
def test_what_two_photons_make_radiates_by_its_own_scale(engine, process):
    """However little the beams' electrons are deflected: next to no photon of the other pair is too hard."""
    beams = optics.head_on(ROOT)
    on, learnt, _ = unlearnt(process, beams, engine, Choice(False, True))
    off = replace(on, radiates=NONE)
    one, other = (multichannel.attempts(some, learnt, "user", 0, 4 * BLOCK).weight for some in (on, off))
    assert np.count_nonzero(one) > 0.985 * np.count_nonzero(other)
