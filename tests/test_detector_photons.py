"""Photons beyond a single one from the origin: the tail, times, the muon system, beam background, and compiled as in the reference."""

from pathlib import Path

import numpy as np
import pytest
from detector_tools import CARD, SILENT, direction, run, truth, uniforms
from scipy import integrate, stats

from darkrecoil._errors import BadFile, BadValue
from darkrecoil._jit.philox import DETECT, key, pair
from darkrecoil.chain.bench import response_only
from darkrecoil.detector import background, calorimeter, compiled, layout, photons
from darkrecoil.detector.card import change, load
from darkrecoil.detector.layout import pack
from darkrecoil.detector.response import simulate_reference
from darkrecoil.generate.packing import where

OLD = SILENT | {"displaced.scale": 0.0, "merging.scale": 0.0, "calorimeter.energy_tail": 0.0, "klm.photon_veto": 0.0}


# --- the tail of the energy


@pytest.mark.parametrize("tail", [0.05, 0.39, 1.0])
def test_the_tail_is_the_logarithmic_gaussian(tail):
    n, width = 100_000, calorimeter.logarithmic_width(tail)
    x = calorimeter.skewed(stats.norm.ppf(uniforms(3, 1, n)[0]), tail, width)

    def density(t):
        return np.exp(-(np.log(1 - tail * t) ** 2) / (2 * width**2)) if t < 1 / tail else 0.0

    # -20 is 6 widths below for the smallest tail
    whole = integrate.quad(density, -60, 1 / tail, points=[0], limit=200)[0]
    edges = np.quantile(x, np.linspace(0, 1, 21)[1:-1])
    below = np.array([integrate.quad(density, -60, e, points=[min(0.0, e)], limit=200)[0] / whole for e in edges])
    assert below == pytest.approx(np.linspace(0, 1, 21)[1:-1], abs=4 * np.sqrt(0.25 / n))
    half = [np.exp(s * width * np.sqrt(np.log(4))) for s in (-1, 1)]  # where the density is half its peak
    assert (half[1] - half[0]) / tail == pytest.approx(2 * np.sqrt(np.log(4)), rel=1e-12)
    assert x.max() < 1 / tail


def test_the_tail_has_its_limits():
    g = np.linspace(-4, 4, 9)
    assert np.array_equal(calorimeter.skewed(g, 0.0, 0.0), g)
    assert calorimeter.skewed(g, 1e-6, calorimeter.logarithmic_width(1e-6)) == pytest.approx(g, abs=2e-5)
    assert calorimeter.logarithmic_width(1e-4) == pytest.approx(1e-4, rel=1e-7)


def test_the_tail_is_below_the_peak():
    n = 100_000
    p = np.tile((2.0 * direction(1.2))[:, None], n)
    seen = photons.photon(*p, np.ones(n), *uniforms(2, 6, n), pack(CARD))[1]
    sigma = 0.5 * np.ptp(np.quantile(seen, [0.16, 0.84]))
    assert (seen < 2.0 - 3 * sigma).mean() > 5 * (seen > 2.0 + 3 * sigma).mean()
    assert np.mean(seen) < 2.0


# --- times and the muon system


def test_times_have_their_resolution_and_are_of_no_other_draw():
    n = 100_000
    p = np.tile((2.0 * direction(1.2))[:, None], n)
    found = photons.photon(*p, np.ones(n), *uniforms(2, 6, n), pack(CARD))
    kept = found[0] > 0
    assert found[5][kept].std() == pytest.approx(6.0, rel=4 / np.sqrt(2 * n))
    phi = np.arctan2(found[3], found[2])[kept]
    for other in (found[1][kept], phi):
        assert abs(np.corrcoef(found[5][kept], other)[0, 1]) < 4 / np.sqrt(n)


@pytest.mark.parametrize(
    ("theta", "energy", "missed", "covered"), [(1.2, 2.0, 1e-1, 1), (0.555, 2.0, 1, 1), (0.25, 2.0, 1e-1, 0), (1.2, 0.4, 1e-1, 0)]
)
def test_the_muon_system_sees_what_the_calorimeter_missed(theta, energy, missed, covered):
    n = 50_000
    card = pack(change(CARD, {"calorimeter.photon_inefficiency": 0.1, "klm.photon_veto": 0.7}))
    p = np.tile((energy * direction(theta))[:, None], n)
    found = photons.photon(*p, np.ones(n), *uniforms(2, 6, n), card)
    share = missed * 0.7 * covered
    assert found[6].mean() == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / n) + 1e-12)
    assert not (found[0] * found[6]).any()  # a photon is seen once


def test_an_empty_slot_is_seen_by_nothing():
    zero = np.zeros(100)
    assert not np.any(photons.photon(zero, zero, zero, np.ones(100), *uniforms(2, 6, 100), pack(CARD)))


def test_off_is_the_plain_response():
    """With every switch off a photon is the Gaussian one of the formulas, bit for bit, in whatever way it is computed."""
    n = 2000
    rng = np.random.default_rng(4)
    made = truth(np.full((n, 2), 22), rng.normal(size=(n, 2, 3)), rng.normal(size=(n, 2, 4)) * 50)
    card = change(CARD, OLD)
    some, numbers = run(made, card).objects, pack(card)
    for slot in (0, 1):
        three = made.momentum[:, slot, 1:].T
        alone = photons.photon(*three, np.ones(n), *uniforms(slot, 6, n), numbers)
        assert np.array_equal(some["cluster"]["energy"][:, slot], alone[1])
        assert np.array_equal(some["cluster"]["px"][:, slot], alone[2])
    assert some["klm"].present.shape == (n, 0)
    assert not some["cluster"]["second_moment"].any()


# --- beam background


def test_beam_background_is_poisson_and_off_at_low_level():
    n = 20_000
    made = truth([[12]] * n, np.ones((n, 1, 3)))
    assert run(made).objects["cluster"].present.shape == (n, 0)
    card = change(CARD, {"background.clusters": (0.8, 0.0, 0.0), "calorimeter.theta_edges": (12.4, 12.5, 12.6, 154.0, 154.1, 155.1)})
    found = run(made, card).objects["cluster"]
    count = found.present.sum(axis=1)
    inside = (np.cos(np.radians(12.6)) - np.cos(np.radians(154.0))) / (np.cos(np.radians(12.4)) - np.cos(np.radians(155.1)))
    assert count.mean() == pytest.approx(0.8, abs=0.8 * (1 - inside) + 4 * np.sqrt(0.8 / n))
    assert count.var() == pytest.approx(count.mean(), rel=0.05)
    energy = found["energy"][found.present]
    assert energy.min() > 0.05
    assert energy.mean() == pytest.approx(0.1, abs=4 * 0.05 / np.sqrt(len(energy)) + 1e-3)
    assert np.abs(found["time"]).max() < 200
    assert found["px"][found.present] ** 2 + found["py"][found.present] ** 2 + found["pz"][found.present] ** 2 == pytest.approx(energy**2)


def test_beam_background_is_by_level():
    assert [background.rate(load("belle2", preset)) for preset in ("2018", "design")] == [0.0, 1.0]
    assert background.rate(change(CARD, {"calorimeter.background": "middle"})) == 0.3
    assert background.poisson(1.0)[:3] == pytest.approx(stats.poisson.cdf([0, 1, 2], 1.0))


# --- the card


def test_numbers_that_are_refused(tmp_path):
    for name, value, says in (
        ("merging.one", (4.0, 2.0), "edges must rise"),
        ("calorimeter.energy_tail", 3.0, "less than or equal to 2"),
        ("displaced.track_efficiency", (1.0, 1.0, 1.0, 1.5), "less than or equal to 1"),
        ("background.clusters", (0.0, 0.0, 11.0), "less than or equal to 10"),
        ("calorimeter.time_window", 0.0, "greater than 0"),
    ):
        with pytest.raises(BadValue, match=says):
            change(CARD, {name: value})
    path = tmp_path / "mine.toml"
    path.write_text(Path(layout.__file__).with_name("belle2.toml").read_text().replace("[klm]", "[klmm]"))
    with pytest.raises(BadFile, match="klm"):
        load(path)


# --- compiled


def test_the_compiled_response_is_the_reference_and_of_no_neighbour():
    n, words = 3000, key(1, "p", "user")
    rng = np.random.default_rng(6)
    pid = np.tile([22, 22, 13, 22], (n, 1))
    p = rng.normal(size=(n, 4, 3))
    p[::2, 1] = p[::2, 0] + 0.05 * rng.normal(size=(n // 2, 3))  # many that merge
    vertex = np.where(rng.random((n, 4, 1)) < 0.5, 0.0, rng.normal(size=(n, 4, 4)) * 80)
    made, card = truth(pid, p, vertex), change(CARD, {"calorimeter.background": "high"})
    response = response_only(card)

    def draws(slot, number):
        pairs_ = [pair(made.attempt.astype(np.uint64), DETECT + np.uint64(slot), np.uint64(i), *words) for i in range((number + 1) // 2)]
        return np.array([u for both in pairs_ for u in both][:number])

    fast, slow = compiled.simulate(made, response, words), simulate_reference(made, card, draws)
    for kind in ("track", "cluster", "klm"):
        a, b = fast.objects[kind], slow.objects[kind]
        assert np.array_equal(a.present, b.present)
        for name in a.columns:
            np.testing.assert_allclose(a[name], b[name], rtol=1e-9, atol=1e-9)
    assert (slow.objects["cluster"]["second_moment"] > 0).sum() > 100
    assert slow.objects["klm"].present.sum() > 100
    some = np.arange(n) % 5 == 2
    part = compiled.simulate(where(made, some), response, words)
    for name, column in part.objects["cluster"].columns.items():
        k = column.shape[1]
        assert np.array_equal(column, fast.objects["cluster"][name][some, :k])
        assert not fast.objects["cluster"][name][some, k:].any()  # there are as many columns as some event needs
