"""Photons beyond a single one from the origin: entry points, merging, the tail, times, the muon system, beam background."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from darkrecoil._errors import BadFile, BadValue
from darkrecoil._jit.philox import DETECT, key, pair
from darkrecoil.chain.bench import response_only
from darkrecoil.constants import M_MU
from darkrecoil.detector import background, calorimeter, compiled, displaced, layout, merging, photons
from darkrecoil.detector.card import change, load
from darkrecoil.detector.layout import pack
from darkrecoil.detector.response import simulate_reference
from darkrecoil.detector.surface import to_surface, within
from darkrecoil.generate.packing import where
from darkrecoil.records import Particles

CARD = load("belle2")
SHARP = {  # nothing is smeared or lost, so that geometry can be read off
    "calorimeter.photon_inefficiency": 0.0, "calorimeter.time_resolution": 0.0, "klm.photon_veto": 1.0, "merging.scale": 0.0,
    "calorimeter.energy_tail": 0.0,
}  # fmt: skip
OLD = {"displaced.scale": 0.0, "merging.scale": 0.0, "calorimeter.energy_tail": 0.0, "klm.photon_veto": 0.0}
SPEED = 29.9792458
R, BACK, FRONT = 125.0, -102.02, 196.0
derandomized = settings(derandomize=True, deadline=None)


def uniforms(slot, draws, events=1, seed=5):
    return np.random.default_rng([seed, slot]).uniform(1e-15, 1 - 1e-15, (draws, events))


def middle(_slot, draws, events=1):
    """Numbers that shift nothing: normal numbers sqrt(2 ln 2) (cos, sin)(pi/2) = (0, x)."""
    return np.full((draws, events), 0.5)


def direction(theta, phi=0.3):
    return np.array([np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)])


def truth(pid, momentum, vertex=None):
    """Events of final particles: pid (n, k), momentum (n, k, 3), vertex (n, k, 4)."""
    pid, momentum = np.asarray(pid, dtype=np.int64), np.asarray(momentum, dtype=float)
    n, k = pid.shape
    mass = np.where(np.abs(pid) == 13, M_MU, 0.0)
    four = np.concatenate([np.sqrt((momentum**2).sum(-1) + mass**2)[..., None], momentum], axis=-1)
    vertex = np.zeros((n, k, 4)) if vertex is None else np.asarray(vertex, dtype=float)
    return Particles(pid, np.full((n, k), -1), np.ones((n, k), dtype=np.int64), four, vertex, np.ones(n), np.arange(n), n, CARD.beams)


def run(particles, card=CARD, seed=5):
    return simulate_reference(particles, card, lambda slot, draws: uniforms(slot, draws, len(particles), seed))


def pairs(angle, energy=(2.5, 2.5), events=20_000, card=CARD, seed=5):
    """Two photons in the barrel, ``angle`` rad apart in theta."""
    p = np.array([energy[0] * direction(1.4), energy[1] * direction(1.4 + angle)])
    return run(truth(np.full((events, 2), 22), np.tile(p, (events, 1, 1))), card, seed)


# --- geometry


@given(st.floats(0.0, 124.0), st.floats(0, 6.28), st.floats(-101, 195), st.floats(0.01, 3.13), st.floats(0, 6.28))
@derandomized
def test_the_way_to_the_surface_ends_on_it(r, at, z, theta, phi):
    x, y, u = r * np.cos(at), r * np.sin(at), direction(theta, phi)
    d = to_surface(x, y, z, *u, R, BACK, FRONT)
    end = np.array([x, y, z]) + d * u
    assert d > 0
    on_mantle, on_end = np.hypot(end[0], end[1]) - R, min(abs(end[2] - BACK), abs(end[2] - FRONT))
    assert min(abs(on_mantle), on_end) < 1e-9
    assert on_mantle < 1e-9
    assert BACK - 1e-9 < end[2] < FRONT + 1e-9


def test_the_way_to_the_surface_has_its_limits():
    assert to_surface(0.0, 0.0, 0.0, 1.0, 0.0, 0.0, R, BACK, FRONT) == pytest.approx(R)
    assert to_surface(0.0, 0.0, 0.0, 0.0, 0.0, 1.0, R, BACK, FRONT) == pytest.approx(FRONT)
    assert to_surface(0.0, 0.0, 0.0, 0.0, 0.0, -1.0, R, BACK, FRONT) == pytest.approx(-BACK)
    assert to_surface(100.0, 0.0, 0.0, -1.0, 0.0, 0.0, R, BACK, FRONT) == pytest.approx(225.0)
    # far off the axis and nearly along it: left/(2 along) would lose its digits in the other form of the root
    assert to_surface(124.999, 0.0, 0.0, 1.0, 0.0, 0.0, R, BACK, FRONT) == pytest.approx(1e-3, rel=1e-9)
    assert not within(0.0, 126.0, 0.0, R, BACK, FRONT)
    assert not within(0.0, 0.0, -103.0, R, BACK, FRONT)


# --- displaced photons


def arrive(vertex, p, card=CARD):
    code, momentum, delay = displaced.arrived(np.array(vertex, dtype=float)[:, None], np.array(p, dtype=float)[:, None], card)
    return int(code[0]), momentum[:, 0], float(delay[0])


def test_a_photon_made_on_the_way_from_the_origin_is_as_one_from_there():
    """First limit: a vertex on the photon's own line moves nothing but the time of the parent's flight."""
    u = direction(1.1)
    code, p, delay = arrive((60 / SPEED, *(60 * u)), 3 * u)
    assert code == 22
    assert p == pytest.approx(3 * u, rel=1e-12)
    assert delay == pytest.approx(0.0, abs=1e-9)
    assert arrive((60 / SPEED + 2.5, *(60 * u)), 3 * u)[2] == pytest.approx(2.5)  # a parent that was slower


def test_a_photon_across_is_seen_at_its_entry_point():
    """Second limit: by hand, made at (75, 0, 0) along y it enters at (75, 100, 0): 3-4-5."""
    code, p, delay = arrive((4.0, 75, 0, 0), (0, 2, 0))
    assert code == 22
    assert p == pytest.approx((1.2, 1.6, 0.0))
    assert delay == pytest.approx(4.0 + (100 - 125) / SPEED)


@pytest.mark.parametrize(
    ("vertex", "code"),
    [((124, 0, 0), 22), ((139, 0, 0), 22), ((141, 0, 0), -22), ((0, 0, 210), 22), ((0, 0, 212), -22), ((0, 350, 0), -22), ((0, 354, 0), 0),
     ((0, 0, 410), 0), ((0, 0, -316), 0), ((0, 0, -118), -22)],
)  # fmt: skip
def test_what_sees_a_photon_by_radius(vertex, code):
    assert arrive((1.0, *vertex), (0.3, 2.0, 0.1))[0] == code


@given(st.floats(-124, 124), st.floats(-124, 124), st.floats(-100, 190), st.floats(0.05, 7), st.floats(0.1, 3.0), st.floats(0, 6.28))
@derandomized
def test_a_moved_photon_keeps_its_energy(x, y, z, energy, theta, phi):
    code, p, _ = arrive((1.0, x, y, z), energy * direction(theta, phi))
    if code:
        assert np.linalg.norm(p) == pytest.approx(energy, rel=1e-12)


def test_the_muon_system_sees_photons_made_beyond_the_calorimeter():
    u = direction(1.2)
    card = change(CARD, SHARP)
    for radius, clusters, klm in ((50, 1, 0), (170, 0, 1), (500, 0, 0)):
        some = run(truth([[22]] * 50, np.tile(2 * u, (50, 1, 1)), np.tile([1.0, *(radius / np.sin(1.2) * u)], (50, 1, 1))), card)
        assert some.objects["cluster"].present.sum() == 50 * clusters
        assert some.objects["klm"].present.sum() == 50 * klm
        if klm:
            seen = some.objects["klm"]
            assert [seen[name][0, 0] for name in ("px", "py", "pz")] == pytest.approx(u)


def test_a_late_cluster_is_gone():
    u = direction(1.2)
    card = change(CARD, SHARP)
    made = [truth([[22]] * 20, np.tile(2 * u, (20, 1, 1)), np.tile([t, *(10 * u)], (20, 1, 1))) for t in (150.0, 250.0)]
    kept, lost = (run(some, card).objects["cluster"] for some in made)
    assert kept["time"] == pytest.approx(150 - 10 / SPEED, abs=1e-9)
    assert not lost.present.any()
    assert not lost["energy"].any()
    assert run(made[0], change(card, {"calorimeter.time_window": 100.0})).objects["cluster"].present.sum() == 0


# --- displaced tracks


@pytest.mark.parametrize(("where", "share"), [((13, 0, 0), 1), ((15, 0, 0), 0.7), ((0, 61, 0), 0.3), ((115, 0, 0), 0), ((0, 0, 170), 0)])
def test_tracks_are_found_by_the_radius_of_their_vertex(where, share):
    n = 20_000
    p, vertex = np.tile(2 * direction(1.2), (n, 1, 1)), np.tile([1.0, *where], (n, 1, 1))
    found = run(truth([[13]] * n, p, vertex)).objects["track"]
    expected = 0.985 * share
    assert found.present.mean() == pytest.approx(expected, abs=4 * np.sqrt(0.25 / n))
    assert all((column[~found.present] == 0).all() for column in found.columns.values())


def test_without_displacement_all_come_from_the_origin():
    n = 500
    p = np.random.default_rng(2).normal(size=(n, 3, 3))
    pid = np.tile([13, 22, 22], (n, 1))
    vertex = np.random.default_rng(3).normal(size=(n, 3, 4)) * 100
    card = change(CARD, {"displaced.scale": 0.0})
    off, never = run(truth(pid, p, vertex), card), run(truth(pid, p))
    for kind, some in never.objects.items():
        assert np.array_equal(off.objects[kind].present, some.present)
        assert all(np.array_equal(off.objects[kind][name], column) for name, column in some.columns.items())
    on = run(truth(pid, p, vertex))
    assert on.objects["track"].present.sum() < never.objects["track"].present.sum()
    assert on.objects["cluster"].present.sum() < never.objects["cluster"].present.sum()


# --- merging


def test_probabilities_of_merging_have_their_limits():
    one, two = merging.probabilities(np.array([0.0, 2.7, 3.4, 4.1, 5.0, 6.5, 8.7, 10.9, 100.0]), CARD)
    assert one == pytest.approx([1, 1, 0.5, 0, 0, 0, 0, 0, 0])
    assert two == pytest.approx([0, 0, 0, 0, 0, 0, 0.5, 1, 1])
    half = merging.probabilities(np.array([3.4]) / 2, change(CARD, {"merging.scale": 0.5}))
    assert half == (pytest.approx([0.5]), pytest.approx([0.0]))
    wide = change(CARD, {"merging.one": (1.0, 12.0)})  # two goes first where the ranges overlap
    one, two = merging.probabilities(np.linspace(0, 13, 131), wide)
    assert (one + two <= 1 + 1e-12).all()


def test_the_entry_points_are_a_chord_apart():
    point = merging.entry(np.array([direction(np.pi / 2, 0.0), 3 * direction(np.pi / 2, 0.05)]).T, CARD)
    assert np.linalg.norm(point[:, 0] - point[:, 1]) == pytest.approx(2 * 125 * np.sin(0.025))
    assert np.hypot(point[0], point[1]) == pytest.approx(125)


@pytest.mark.parametrize(("angle", "clusters"), [(0.01, 1.0), (0.036, 1.0), (0.1, 2.0), (0.3, 2.0)])
def test_near_photons_are_one_cluster_and_far_ones_two(angle, clusters):
    assert pairs(angle).objects["cluster"].present.sum(axis=1).mean() == pytest.approx(clusters, abs=2e-3)


def test_a_merged_cluster_has_the_sum_of_the_energies_and_the_weighted_direction():
    card = change(CARD, SHARP)
    energy, angle = (3.0, 1.0), 0.035
    apart = pairs(angle, energy, 5000, card).objects["cluster"]
    near = pairs(angle, energy, 5000, change(card, {"merging.scale": 1.0})).objects["cluster"]
    assert not near.present[:, 1].any()
    assert near["energy"][:, 0] == pytest.approx(apart["energy"].sum(axis=1), rel=1e-14)
    p = np.stack([near[name][:, 0] for name in ("px", "py", "pz")])
    total = np.stack([apart[name].sum(axis=1) for name in ("px", "py", "pz")])
    assert np.linalg.norm(np.cross(p.T, total.T), axis=1) == pytest.approx(0, abs=1e-12)
    assert np.linalg.norm(p, axis=0) == pytest.approx(near["energy"][:, 0])
    theta = np.arctan2(np.hypot(p[0], p[1]), p[2])
    assert theta.mean() == pytest.approx(1.4 + angle / 4, abs=4 * 0.004 / np.sqrt(5000) + 1e-5)


def test_a_wide_cluster_has_its_second_moment():
    card = change(CARD, SHARP | {"merging.scale": 1.0, "merging.one": (0.001, 0.002)})
    cluster = pairs(0.03, (3.0, 1.0), 4000, card).objects["cluster"]
    points = merging.entry(np.array([direction(1.4), direction(1.43)]).T, CARD)
    d2 = ((points[:, 0] - points[:, 1]) ** 2).sum()
    assert cluster["second_moment"][:, 0].mean() == pytest.approx(3 / 16 * d2, rel=2e-3)
    narrow = pairs(0.03, (3.0, 1.0), 4000, change(card, {"merging.one": (5.0, 5.4)})).objects["cluster"]
    assert not narrow["second_moment"].any()
    assert not narrow.present[:, 1].any()


def test_the_share_of_each_kind_is_its_probability():
    events = pairs(0.065, events=40_000).objects["cluster"]
    points = merging.entry(np.array([direction(1.4), direction(1.465)]).T, CARD)
    _, two = merging.probabilities(np.sqrt([((points[:, 0] - points[:, 1]) ** 2).sum()]), CARD)
    assert 0.1 < two[0] < 0.9
    found = events.present.all(axis=1).mean()
    assert found == pytest.approx(two[0] * (1 - 1e-4) ** 2, abs=4 * np.sqrt(0.25 / 40_000))


@given(st.integers(0, 2**31), st.floats(0.001, 0.3))
@settings(derandomize=True, deadline=None, max_examples=25)
def test_merging_keeps_the_energy_and_makes_no_clusters(seed, spread):
    rng = np.random.default_rng(seed)
    u = np.array([0.3, 0.2, 1.0]) + spread * rng.normal(size=(60, 4, 3))
    made = truth(np.full((60, 4), 22), rng.uniform(0.2, 3.0, (60, 4, 1)) * u)
    on, off = run(made).objects["cluster"], run(made, change(CARD, {"merging.scale": 0.0})).objects["cluster"]
    assert (on.present.sum(axis=1) <= off.present.sum(axis=1)).all()
    assert on["energy"].sum(axis=1) == pytest.approx(off["energy"].sum(axis=1), rel=1e-13)
    alone = off.present.sum(axis=1) < 2
    assert np.array_equal(on["px"][alone], off["px"][alone])
    assert all((column[~on.present] == 0).all() for column in on.columns.values())


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
        assert np.array_equal(column, fast.objects["cluster"][name][some])
