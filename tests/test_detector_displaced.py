"""Particles made away from the origin: photons by their entry points, tracks by the radius, vertices of two tracks."""

import numpy as np
import pytest
from detector_tools import CARD, QUIET, SHARP, derandomized, direction, many_tracks, run, truth
from hypothesis import given
from hypothesis import strategies as st

from darkrecoil import selection
from darkrecoil.detector import displaced, helix
from darkrecoil.detector.card import change
from darkrecoil.detector.layout import pack
from darkrecoil.detector.surface import to_surface, within
from darkrecoil.selection import count, objects, values

SPEED = 29.9792458
R, BACK, FRONT = 125.0, -102.02, 196.0


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
    card = change(QUIET, {"displaced.scale": 0.0})
    off, never = run(truth(pid, p, vertex), card), run(truth(pid, p))
    for kind, some in never.objects.items():
        assert np.array_equal(off.objects[kind].present, some.present)
        assert all(np.array_equal(off.objects[kind][name], column) for name, column in some.columns.items())
    on = run(truth(pid, p, vertex))
    assert on.objects["track"].present.sum() < never.objects["track"].present.sum()
    assert on.objects["cluster"].present.sum() < never.objects["cluster"].present.sum()


# --- helices


def circle(x, y, phi, radius, sense):
    """A circle by brute force: points, cm, of a particle at (x, y) with direction phi, sense 1 clockwise, for half a turn each way."""
    a = np.linspace(-np.pi, np.pi, 2_000_001)
    cx, cy = x + sense * radius * np.sin(phi), y - sense * radius * np.cos(phi)
    return cx - sense * radius * np.sin(phi - sense * a), cy + sense * radius * np.cos(phi - sense * a), radius * a


@pytest.mark.parametrize("charge", [-1, 1])
@pytest.mark.parametrize(
    ("x", "y", "phi", "pt"), [(3.0, -2.0, 0.4, 0.3), (20.0, 5.0, 2.0, 1.0), (0.5, 0.2, -2.5, 0.1), (-30.0, 40.0, 2.4, 2.5)]
)
def test_perigee_and_entry_are_those_of_the_circle(x, y, phi, pt, charge):
    rho = helix.curvature(charge, pt, 1.5)
    assert 1 / abs(rho) == pytest.approx(pt / 0.3e-2 / 1.5, rel=1e-3)  # pT = 0.3 B R
    px, py, path = circle(x, y, phi, 1 / abs(rho), charge)
    near = np.argmin(px**2 + py**2)
    d, z0, c, s, back = helix.perigee(x, y, 7.0, np.cos(phi), np.sin(phi), 0.8, rho)
    assert abs(d) == pytest.approx(np.hypot(px[near], py[near]), abs=1e-4)
    assert (d * s, -d * c) == pytest.approx((px[near], py[near]), abs=1e-2)
    assert back == pytest.approx(-path[near], abs=1e-2)
    assert z0 == pytest.approx(7.0 + 0.8 * path[near], abs=1e-2)
    ex, ey, ez, mantle = helix.entry(d, z0, c, s, 0.8, rho, R, BACK, FRONT)
    out = np.flatnonzero((path > 0) & (px**2 + py**2 > R**2))
    by_end = (FRONT - 7.0) / 0.8
    if len(out) and path[out[0]] < by_end:
        assert mantle
        assert (ex, ey, ez) == pytest.approx((px[out[0]], py[out[0]], 7.0 + 0.8 * path[out[0]]), abs=1e-2)
    else:
        turn = phi - rho * by_end  # the direction at the end
        centre = x + np.sin(phi) / rho, y - np.cos(phi) / rho
        assert not mantle
        assert (ex, ey, ez) == pytest.approx((centre[0] - np.sin(turn) / rho, centre[1] + np.cos(turn) / rho, FRONT), abs=1e-6)


@given(st.floats(-50, 50), st.floats(-50, 50), st.floats(-3.1, 3.1), st.floats(-2, 2))
@derandomized
def test_a_helix_without_field_is_a_straight_line(x, y, phi, slope):
    rho = helix.curvature(1.0, 2.0, 0.0)
    d, z0, c, s, _ = helix.perigee(x, y, 5.0, np.cos(phi), np.sin(phi), slope, rho)
    along = x * np.cos(phi) + y * np.sin(phi)
    assert d == pytest.approx(x * np.sin(phi) - y * np.cos(phi), abs=1e-8)
    assert z0 == pytest.approx(5.0 - slope * along, abs=1e-8)
    u = np.array([np.cos(phi), np.sin(phi), slope]) / np.hypot(1, slope)
    way = to_surface(x, y, 5.0, *u, R, BACK, FRONT)
    assert helix.entry(d, z0, c, s, slope, rho, R, BACK, FRONT)[:3] == pytest.approx(np.array([x, y, 5.0]) + way * u, abs=1e-6)


def test_the_field_moves_the_two_charges_apart():
    some = {
        q: many_tracks(-11 * q, 1.0, 0.4, 200, pack(change(QUIET, {"calorimeter.untracked": 1, "track.efficiency": (0.0,) * 4})))
        for q in (1, -1)
    }
    phi = {q: np.median(np.arctan2(found["py"], found["px"])[found["kind"] == 2]) for q, found in some.items()}
    # half a turning angle rho s/2 each, s = 196 cm tan(theta); positive charges turn clockwise
    half = 0.5 * 0.0029979 * 1.5 / np.sin(0.4) * 196 * np.tan(0.4)
    assert np.angle(np.exp(1j * (phi[1] - 0.3 + half))) == pytest.approx(0, abs=1e-3)
    assert np.angle(np.exp(1j * (phi[-1] - 0.3 - half))) == pytest.approx(0, abs=1e-3)


def test_impact_parameters_of_a_displaced_track():
    straight = {"geometry.field": 0.0, "track.d0_resolution": (0.0, 0.0), "track.z0_resolution": (0.0, 0.0)}
    found = many_tracks(13, 2.0, 1.2, 50, pack(change(QUIET, straight)), phi=0.0, vertex=(3.0, 1.5, 2.0))
    kept = found["present"] > 0
    assert found["d0"][kept] == pytest.approx(-1.5)  # the axis lies to the right of a flight along x at y = 1.5
    assert found["z0"][kept] == pytest.approx(2.0 - 3.0 / np.tan(1.2))
    blurred = many_tracks(13, 2.0, 1.2, 50_000, pack(QUIET), vertex=(20.0, 0.0, 0.0))["d0"]
    prompt = many_tracks(13, 2.0, 1.2, 50_000, pack(QUIET))["d0"]
    assert np.std(blurred[blurred != 0]) == pytest.approx(10 * np.std(prompt[prompt != 0]), rel=0.03)


# --- charged particles without a track


@pytest.mark.parametrize(("pid", "theta", "energy"), [(11, 14, 3.0), (-11, 152, 3.0), (11, 10, None), (13, 14, 0.19), (11, 31.8, None)])
def test_a_particle_beside_the_tracker_leaves_a_cluster(pid, theta, energy):
    some = truth([[pid]] * 400, np.tile(3 * direction(np.radians(theta)), (400, 1, 1)))
    on = run(some, change(QUIET, {"calorimeter.untracked": 1, "track.efficiency": (0.0,) * 4, "geometry.field": 0.0})).objects
    off = run(some, QUIET).objects
    assert off["cluster"].present.sum() == 0
    assert on["track"].present.sum() == 0
    assert all(not column.any() for column in on["track"].columns.values())
    found = on["cluster"]
    if energy is None:
        assert found.present.sum() == 0
    else:
        assert found.present.all()
        assert np.median(found["energy"]) == pytest.approx(energy, rel=0.05)
        assert found["pz"] / found["energy"] == pytest.approx(np.cos(np.radians(theta)), abs=1e-12)


def test_a_particle_is_a_track_or_a_cluster():
    n = 3000
    rng = np.random.default_rng(3)
    p = rng.normal(size=(n, 2, 3))
    events = run(truth(np.tile([11, -211], (n, 1)), p, None), change(QUIET, {"calorimeter.untracked": 1})).objects
    assert (events["track"].present.sum(axis=1) + events["cluster"].present.sum(axis=1) <= 2).all()
    assert events["cluster"].present.sum() > 100


@pytest.mark.parametrize(("radius", "kind"), [(100, "track"), (130, "cluster"), (170, "klm"), (500, "nothing")])
def test_what_sees_a_charged_particle_by_radius(radius, kind):
    n, u = 400, direction(1.4)
    card = change(QUIET, {"calorimeter.untracked": 1, "klm.photon_veto": 1.0, "displaced.track_efficiency": (1.0, 1.0, 1.0, 0.0)})
    some = truth([[13]] * n, np.tile(2 * u, (n, 1, 1)), np.tile([1.0, *(radius / np.sin(1.4) * u)], (n, 1, 1)))
    seen = run(some, card).objects
    count = {name: found.present.sum() / n for name, found in seen.items() if name != "vertex"}
    assert {name: share > 0.9 for name, share in count.items()} == {name: name == kind for name in count}
    if kind == "klm":
        assert [seen["klm"][name][0, 0] for name in ("px", "py", "pz")] == pytest.approx(u)


# --- vertices


@pytest.mark.parametrize(("radius", "ring"), [(1.0, 0), (30.0, 1), (80.0, 2)])
def test_vertices_by_region(radius, ring):
    n = 20_000
    place = radius * direction(np.pi / 2, 0.5)
    p = np.tile([1.5 * direction(1.3, 0.3), 1.2 * direction(1.7, 0.7)], (n, 1, 1))
    made = truth([[13, -13]] * n, p, np.tile([0.1, *place], (n, 2, 1)), np.zeros((n, 2), dtype=int))
    events = run(made)
    tracks, vertex = events.objects["track"], events.objects["vertex"]
    both = tracks.present.all(axis=1) & (tracks["charge"].sum(axis=1) == 0)
    efficiency = QUIET.displaced.vertex_efficiency.value[ring]
    assert vertex.present[both].mean() == pytest.approx(efficiency, abs=4 * np.sqrt(0.25 / both.sum()))
    assert not vertex.present[~both].any()
    here = vertex.present[:, 0]
    for name, true in zip("xyz", place, strict=True):
        sigma = QUIET.displaced.vertex_resolution.value[ring]
        assert np.std(vertex[name][here, 0]) == pytest.approx(sigma, rel=4 / np.sqrt(2 * here.sum()))
        assert np.mean(vertex[name][here, 0]) == pytest.approx(true, abs=4 * sigma / np.sqrt(here.sum()))
    assert vertex["px"][here, 0] == pytest.approx(tracks["px"][here].sum(axis=1))
    far = values(count(objects("vertex", selection.radius > 0.9 * radius)), events)  # cm
    assert (far[here] == 1).mean() > 0.9
    assert not far[~here].any()


def test_what_makes_no_vertex():
    n = 300
    p, place = np.tile([1.5 * direction(1.3), 1.2 * direction(1.7)], (n, 1, 1)), np.tile([0.1, 1.0, 0.0, 0.0], (n, 2, 1))
    mothers = np.zeros((n, 2), dtype=int)
    assert run(truth([[13, -13]] * n, p, place, mothers)).objects["vertex"].present.any()
    assert not run(truth([[13, -13]] * n, p, None, mothers)).objects["vertex"].present.any()  # at the origin
    assert not run(truth([[13, -13]] * n, p, place)).objects["vertex"].present.any()  # of no mother
    assert not run(truth([[13, -13]] * n, p, place, np.tile([0, 1], (n, 1)))).objects["vertex"].present.any()  # of two mothers
    assert not run(truth([[13, 13]] * n, p, place, mothers), change(QUIET, {"track.charge_flip": 0.0})).objects["vertex"].present.any()
    assert not run(truth([[13, -13]] * n, p, place, mothers), change(QUIET, {"displaced.scale": 0.0})).objects["vertex"].present.any()
