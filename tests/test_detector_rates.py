"""Trigger rates: a count by hand, errors by repetition, luminosities as people write them, small samples of every experiment."""

import numpy as np
import pytest

from darkrecoil._errors import BadValue
from darkrecoil.detector.card import change, load, names, total_momentum
from darkrecoil.detector.rates import instantaneous, rates
from darkrecoil.detector.response import simulate_reference
from darkrecoil.records import Events, Objects, Particles

BEAMS = load("belle2").beams


def events(weight, bit, attempts):
    empty = Objects({}, np.zeros((len(weight), 0), dtype=bool))
    return Events({"track": empty, "cluster": empty}, {"ffo": bit}, weight, np.arange(len(weight)), attempts, BEAMS)


def test_a_rate_is_cross_section_times_luminosity():
    # 4 events of 1e6 fb each in 4 attempts: 1 nb, of which one in four fires; 1 nb x 1e35/cm2/s = 100 Hz
    found = rates(events(np.full(4, 1e6), np.array([True, False, False, False]), 4), 1e35)["ffo"]
    assert found.efficiency == pytest.approx(0.25)
    assert found.cross_section == pytest.approx(0.25e6)
    assert found.rate == pytest.approx(25.0)
    assert found.efficiency_error == pytest.approx(np.sqrt(0.25 * 0.75 / 4))  # binomial for equal weights
    assert found.rate_error == pytest.approx(100 * found.efficiency_error)
    twice = rates(events(np.full(4, 1e6), np.array([True, False, False, False]), 8), 2e35)["ffo"]
    assert (twice.efficiency, twice.rate) == (found.efficiency, pytest.approx(25.0))


def test_the_error_of_weighted_events_is_their_scatter():
    rng = np.random.default_rng(3)
    made = [rates(events(w, rng.random(400) < 0.3, 400), 1e34)["ffo"] for w in (rng.exponential(1e5, 400) for _ in range(400))]
    scatter = np.std([one.efficiency for one in made])
    assert np.mean([one.efficiency_error for one in made]) == pytest.approx(scatter, rel=0.15)  # 400 repetitions: 3.5 % each
    assert np.mean([one.efficiency for one in made]) == pytest.approx(0.3, abs=5 * scatter / 20)


def test_a_sample_without_weight_has_no_rate():
    found = rates(events(np.zeros(2), np.ones(2, dtype=bool), 2), 1e34)["ffo"]
    assert (found.efficiency, found.rate, found.rate_error) == (0, 0, 0)


@pytest.mark.parametrize("text", ["6e35/cm2/s", "6e35 /cm^2/s", "6e35", "6e35 cm-2 s-1", " 6e35 cm^-2s^-1 "])
def test_luminosities_are_read(text):
    assert instantaneous(text) == 6e35


@pytest.mark.parametrize("text", ["", "0", "-1e34", "6e35/fb", "fast", "1e999", "1.2.3"])
def test_luminosities_are_refused(text):
    with pytest.raises(BadValue, match=r"not an instantaneous luminosity.*allowed: a positive number of 1/\(cm\^2 s\); write 6e35/cm2/s"):
        instantaneous(text)


@pytest.mark.parametrize("name", names())
def test_every_experiment_sees_muons_and_photons(name):
    """Isotropic muon pairs with a photon: tracks and clusters within the acceptance and not beyond, by each card."""
    card, rng, n = change(load(name), {"matter.conversion": "off"}), np.random.default_rng(5), 4000
    cos, phi = rng.uniform(-1, 1, (n, 3)), rng.uniform(-np.pi, np.pi, (n, 3))
    sin = np.sqrt(1 - cos**2)
    unit = np.stack([sin * np.cos(phi), sin * np.sin(phi), cos], axis=-1)
    energy = np.full((n, 3), total_momentum(card.beams)[0] / 3)
    momentum = np.concatenate([energy[..., None], energy[..., None] * unit], axis=-1)
    pid = np.tile([13, -13, 22], (n, 1))
    truth = Particles(pid, np.zeros_like(pid), np.ones_like(pid), momentum, np.zeros((n, 3, 4)), np.ones(n), np.arange(n), n, card.beams)
    seen = simulate_reference(truth, card, lambda slot, draws: np.random.default_rng(slot).random((draws, n)))
    low, high = np.radians(card.track.theta.value)
    solid = (np.cos(low) - np.cos(high)) / 2
    efficiency = card.track.efficiency.value[-1]
    found = seen.objects["track"].present[:, :2].mean()
    assert found == pytest.approx(solid * efficiency, abs=0.025)  # less for the softest pT in the forward cone
    a, b, c, d, e, f = np.cos(np.radians(card.calorimeter.theta_edges.value))
    covered = ((a - b) + (c - d) + (e - f)) / 2
    assert seen.objects["cluster"].present[:, 0].mean() == pytest.approx(covered, abs=4 * np.sqrt(0.1 / n))
    assert set(seen.trigger) == set(card.lines)
    assert rates(seen, card.machine.luminosity.value).keys() == card.lines.keys()
