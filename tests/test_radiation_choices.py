"""What of a process radiates, by which scale, and which words are refused."""

from dataclasses import replace

import numpy as np
import pytest
from radiating import BOTH, K_SOFT, PAIR, ROOT, ZERO

from darkrecoil import models
from darkrecoil._errors import BadValue, UnknownName
from darkrecoil.constants import ALPHA_0
from darkrecoil.generate import radiation
from darkrecoil.generate.radiation import Choice, steps
from darkrecoil.generate.recipe import recipe


@pytest.mark.parametrize(
    ("pid", "slots"),
    [((13, -13), [(0, 1)]), ((-13, 13), [(1, 0)]), ((11, -11, 13, -13), [(0, 1), (2, 3)]), ((13, -13, 13, -13), [(0, 1), (2, 3)]),
     ((11, -13, 9000001), [(0, 1)]), ((11, 11, -13, -13), [(0, 2), (1, 3)]), ((22, 22), []), ((12, -12, 22), []),
     ((15, -15, 22), [(0, 1)])],
)  # fmt: skip
def test_opposite_charges_radiate_in_pairs(pid, slots):
    assert sorted(pair.slots for pair in radiation.dipoles(pid)) == slots


def test_electrons_that_may_be_the_beams_own():
    assert radiation.elastic((11, -11)) == (0, 1)
    assert radiation.elastic((-11, 11, 11, -11)) == (1, 2, 0, 3)
    assert radiation.elastic((13, -13)) == radiation.elastic((11, -13)) == ()


def test_the_momentum_transferred():
    """s t/u for t -> u of two to two; all electrons count, whatever their order; never above s nor below 20 m^2."""
    cosine, s = np.array([0.9, 0.3, -0.5, 1.0]), 100.0
    sine = np.sqrt(1 - cosine**2)
    p = 5 * np.stack([np.ones(4), sine, 0 * sine, cosine])
    q = p * np.array([1, -1, -1, -1])[:, None]
    found = steps.transferred(np.full(4, s), np.concatenate([p, q]), (0, 1))
    assert found[:3] == pytest.approx([s * 0.1 / 1.9, s * 0.7 / 1.3, s], rel=1e-6)
    assert found[3] == steps.LEAST
    wide = np.concatenate([q, p, p, q])
    assert np.array_equal(steps.transferred(np.full(4, s), wide, (0, 2, 1, 3)), steps.transferred(np.full(4, s), wide, (2, 0, 3, 1)))
    assert steps.transferred(np.full(4, s), wide, (0, 2, 1, 3))[0] == pytest.approx(s * 0.1 / 1.9, rel=1e-6)


def test_hardness_is_the_least_transverse_momentum():
    """To the beams; to a charge ahead; with a charge behind the energy."""
    k = [1.0, 0.6, 0.0, 0.8]
    along, across, behind = [5.0, 3.0, 0.0, 4.0], [5.0, 0.0, 4.0, 3.0], [5.0, -3.0, 0.0, -4.0]
    momentum = np.array([*along, *across, *behind, *k])[:, None]
    assert steps.hardness(momentum, 3, [])[0] == pytest.approx(0.6)
    assert steps.hardness(momentum, 3, [0])[0] == pytest.approx(0, abs=1e-8)
    assert steps.hardness(momentum, 3, [2])[0] == pytest.approx(0.6)
    assert steps.hardness(momentum, 3, [1])[0] == pytest.approx(0.6)  # 0.88 across the charge
    assert steps.hardness(np.array([5.0, 5.0, 0.0, 0.0, *k])[:, None], 1, [0])[0] == pytest.approx(0.6)
    assert steps.hardness(np.array([5.0, 4.0, 0.0, 3.0, *k])[:, None], 1, [0])[0] == pytest.approx(0.28)  # 1 - 0.96^2 = 0.28^2
    assert steps.hardness(np.array([1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, -0.01])[:, None], 1, [0])[0] == pytest.approx(1.0)


def test_photons_by_energy():
    rng = np.random.default_rng(1)
    momentum = rng.random((16, 50))
    found = steps.by_energy(momentum, [0, 2, 3]).reshape(4, 4, 50)
    assert np.all(np.diff(found[[0, 2, 3], 0], axis=0) <= 0)
    assert np.array_equal(found[1], momentum[4:8])
    assert np.allclose(found.sum(axis=0), momentum.reshape(4, 4, 50).sum(axis=0))


def test_first_order_by_its_limits():
    """A small scale: soft and virtual photons of final charges have the constant of the beams; a large one: Schwinger's alone."""
    muons = radiation.dipoles((13, -13))[0]
    final, schwinger = Choice(False, True), 0.75 * ALPHA_0 / np.pi
    assert radiation.first_order(final, True, muons) == pytest.approx(1 + schwinger)
    assert radiation.first_order(replace(final, scale=1e-4), True, muons, True) == pytest.approx(1 + K_SOFT, abs=1e-5)
    assert radiation.first_order(replace(final, scale=100.0), True, muons, True) == pytest.approx(1 + schwinger, abs=1e-5)
    assert radiation.first_order(Choice(True, False), True, muons) == pytest.approx(1 + K_SOFT)
    assert radiation.first_order(BOTH, False, muons, True) == 1
    assert radiation.first_order(BOTH, True, None) == pytest.approx(1 + K_SOFT)


def test_first_order_only_where_it_is_known():
    def factor(process, *model):
        return recipe(process, ZERO, ROOT, *model, radiates=BOTH).radiation.factor

    assert factor(PAIR) == pytest.approx((1 + K_SOFT) * (1 + 0.75 * ALPHA_0 / np.pi))
    assert factor("e+ e- -> mu+ mu- Z'", models.find("lmu_ltau"), 1.0, 0.1) == pytest.approx(1 + K_SOFT)
    assert factor("e+ e- -> e+ e-") == factor("e+ e- -> gamma gamma") == factor(f"{PAIR} gamma") == 1
    without, more = recipe(f"{PAIR} (gamma)", ZERO, ROOT, radiates=BOTH).parts
    assert without.radiation.factor == more.radiation.factor > 1.009


@pytest.mark.parametrize("scale", [0.0, -0.1, 1.1, float("nan"), float("inf")])
def test_scales_out_of_range(scale):
    with pytest.raises(BadValue, match=r"matching scale is out of range.*allowed: above 0, up to 1 GeV"):
        recipe(f"{PAIR} (gamma)", ZERO, ROOT, radiates=Choice(True, True, scale))


@pytest.mark.parametrize("tail", ["mu+ mu- (gamma) (gamma)", "mu+ (gamma) mu-", "(gamma) mu+ mu-", "mu+ (gamma)"])
def test_any_photon_stands_once_at_the_end(tail):
    with pytest.raises(UnknownName, match=r"stands once, at the end.*mu\+ mu- \(gamma\)"):
        recipe(f"e+ e- -> {tail}", ZERO, ROOT, radiates=BOTH)


@pytest.mark.parametrize("radiates", [Choice(), Choice(True, False), Choice(False, True)])
def test_any_photon_needs_all_radiation(radiates):
    with pytest.raises(BadValue, match=rf"needs the radiation of beams and charges.*{radiates.text}.*--no-isr"):
        recipe(f"{PAIR} (gamma)", ZERO, ROOT, radiates=radiates)


def test_words_for_a_provenance():
    assert [Choice(a, b).text for a, b in ((False, False), (True, False), (False, True), (True, True))] == [
        "none", "initial", "final", "initial and final",
    ]  # fmt: skip


def test_the_scale_is_named_where_a_typed_photon_must_pass_it():
    assert recipe("e+ e- -> nu nu gamma (gamma)", ZERO, ROOT, radiates=BOTH).cuts == ("hardness(gamma) > 0.1",)
    assert recipe(f"{PAIR} (gamma)", ZERO, ROOT, radiates=BOTH).cuts == ()
