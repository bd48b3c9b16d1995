"""Matter before the calorimeter: conversions of photons, radiation of electrons; by two limits and by Monte Carlo, and their switches."""

import numpy as np
import pytest
from detector_tools import CARD, QUIET, direction, run, truth, uniforms

from darkrecoil.detector import radiated
from darkrecoil.detector.card import change
from darkrecoil.detector.compact import compact

THETA = 1.3  # in the third step of the card: 4.5 % in the tracker
TRACKS = change(QUIET, {"matter.conversion": "tracks"})


@pytest.mark.parametrize(("theta", "tracker", "outer"), [(25, 0.10, 0.40), (40, 0.06, 0.30), (90, 0.045, 0.22), (140, 0.07, 0.30)])
def test_matter_by_angle(theta, tracker, outer):
    cosine = np.cos(np.radians([theta]))
    assert radiated.thickness(cosine, CARD, "tracker")[0] == tracker
    assert radiated.thickness(cosine, CARD, "outer")[0] == outer


def test_the_share_of_a_pair_has_its_density():
    x = radiated.sharing(uniforms(1, 1, 400_000)[0])
    edges = np.linspace(0, 1, 11)
    whole = edges - 2 / 3 * edges**2 + 4 / 9 * edges**3  # the integral of 1 - 4/3 x (1 - x)
    expected = np.diff(whole) / whole[-1]
    share = np.histogram(x, edges)[0] / len(x)
    assert share == pytest.approx(expected, abs=4 * np.sqrt(0.1 / len(x)))
    assert whole[-1] == pytest.approx(7 / 9)


@pytest.mark.parametrize("x", [0.02, 0.05, 0.1])
def test_what_an_electron_keeps_has_the_moments_of_bethe_and_heitler(x):
    z = radiated.kept_fraction(np.full(1_000_000, x), uniforms(2, 4, 1_000_000))
    a, error = x / np.log(2), 4 * np.std(z) / 1000
    cut = a**2 / (1 + a) ** 2  # what two terms leave out of the mean loss, relative
    for n in (1, 2, 6):
        assert np.mean(z**n) == pytest.approx((1 + n) ** -a, abs=n * error + n * cut * a)
    assert np.mean(z) == pytest.approx(np.exp(-x), abs=error + cut * a)
    assert np.all((z > 0) & (z <= 1))


def test_without_matter_nothing_is_lost():
    assert (radiated.kept_fraction(np.zeros(10), uniforms(2, 4, 10)) == 1).all()


def photons(card, energy=2.0, n=60_000, vertex=None):
    return run(truth([[22]] * n, np.tile(energy * direction(THETA), (n, 1, 1)), vertex), card).objects


def test_photons_convert_as_often_as_the_matter_says():
    share, n = 1 - np.exp(-7 / 9 * 0.045), 60_000
    off, lost = photons(QUIET), photons(change(QUIET, {"matter.conversion": "lost"}))
    assert off["track"].present.shape == (n, 0)
    assert lost["track"].present.shape == (n, 0)
    gone = off["cluster"].present.mean() - lost["cluster"].present.mean()
    assert gone == pytest.approx(share, abs=4 * np.sqrt(share / n))
    kept = lost["cluster"].present[:, 0]
    assert np.array_equal(lost["cluster"]["px"][kept], off["cluster"]["px"][kept])  # the others are as they were
    behind = photons(change(QUIET, {"matter.conversion": "lost", "matter.outer_loss": 0.5}))["cluster"].present.mean()
    assert lost["cluster"].present.mean() - behind == pytest.approx(
        (1 - share) * 0.5 * (1 - np.exp(-7 / 9 * 0.22)), abs=4 * np.sqrt(0.08 / n)
    )


def test_a_pair_is_two_tracks_with_the_photon_s_momentum():
    found = photons(change(TRACKS, {"track.pt_resolution_slope": 0.0, "track.pt_resolution_constant": 0.0, "track.charge_flip": 0.0,
                                    "displaced.track_efficiency": (1.0,) * 4, "track.efficiency": (1.0,) * 4}))  # fmt: skip
    tracks = found["track"]
    assert tracks.present.shape[1] == 2
    both = tracks.present.all(axis=1)
    assert both.sum() > 1500
    assert not (found["cluster"].present[:, 0] & tracks.present.any(axis=1)).any()
    assert (tracks["charge"][both].sum(axis=1) == 0).all()
    total = np.sqrt(sum(tracks[name][both].sum(axis=1) ** 2 for name in ("px", "py", "pz")))
    assert np.median(total) == pytest.approx(2.0, rel=1e-3)
    assert np.mean(tracks["electron_id"][both]) > 0.7
    pt = np.hypot(tracks["px"][both], tracks["py"][both])
    # a circle that starts at r along the radius passes the axis at rho r^2/2; r ends at 16 cm, the resolution is below 0.2 cm here
    assert (np.abs(tracks["d0"][both]) < 0.5 * 0.0045 / pt * 16**2 + 0.2)[pt > 0.1].all()


def test_displaced_photons_convert_only_before_the_matter():
    n = 20_000
    vertex = np.tile([1.0, *(30 * direction(THETA))], (n, 1, 1))
    assert photons(TRACKS, n=n, vertex=vertex)["track"].present.shape == (n, 0)


def electrons(card, n=40_000, p=1.0):
    return run(truth([[11]] * n, np.tile(p * direction(THETA), (n, 1, 1))), card).objects


def test_an_electron_loses_what_a_photon_gets():
    card = change(QUIET, {"matter.radiation": 1.0, "track.pt_resolution_slope": 0.0, "track.pt_resolution_constant": 0.0,
                          "track.theta_resolution": 0.0, "track.angle_scattering": (0.0, 0.0), "calorimeter.energy_tail": 0.0})  # fmt: skip
    on, off = electrons(card), electrons(QUIET)
    tracks, clusters = on["track"], on["cluster"]
    p = np.sqrt(tracks["px"] ** 2 + tracks["py"] ** 2 + tracks["pz"] ** 2)[tracks.present]
    assert off["cluster"].present.shape[1] == 0
    hard = p < 0.98 - 1e-9
    a = 0.045 / np.log(2)
    # the share that keeps less than 0.98: 1 - Gamma's distribution function at -ln 0.98
    from scipy.special import gammaincc

    assert hard.mean() == pytest.approx(gammaincc(a, -np.log(0.98)), abs=4 * np.sqrt(0.15 / len(p)) + 1e-3)
    both = tracks.present[:, 0] & clusters.present[:, 0]
    momentum = np.sqrt(tracks["px"] ** 2 + tracks["py"] ** 2 + tracks["pz"] ** 2)[both, 0]
    assert np.median(momentum + clusters["energy"][both, 0]) == pytest.approx(1.0, rel=5e-3)
    assert (tracks["ecl_energy"][both, 0] < 1.2 * momentum).all()  # E/p stays near 1: the photon is a cluster of its own


def test_a_photon_close_to_its_electron_joins_it():
    # 5 GeV are moved by 0.15 B r^2/pT = 7.3 cm, 1.5 GeV by 25 cm
    changes = {"matter.radiation": 1.0, "merging.two": (30.0, 31.0)}
    near, far = (
        electrons(change(QUIET, changes), p=5.0),
        electrons(change(QUIET, {"matter.radiation": 1.0, "merging.two": (6.0, 6.5)}), p=5.0),
    )
    assert near["cluster"].present.mean() < 0.02  # of electrons that are not found or keep little
    assert far["cluster"].present.mean() > 0.2
    track = near["track"]
    p = np.sqrt(track["px"] ** 2 + track["py"] ** 2 + track["pz"] ** 2)
    soft = track.present & (p < 3.0)
    assert np.median(track["ecl_energy"][soft]) == pytest.approx(5.0, rel=0.02)


def test_recovered_electrons_have_their_energy():
    lossy = electrons(change(QUIET, {"matter.radiation": 1.0, "matter.recovery": 1.0}))
    plain = electrons(QUIET)
    for name, column in plain["track"].columns.items():
        assert np.array_equal(lossy["track"][name], column)


def test_few_objects_take_few_columns():
    first = (np.array([1, 4]), np.array([[1.0, 1.0], [10.0, 40.0]]))
    second = (np.array([4, 5]), np.array([[1.0, 1.0], [41.0, 50.0]]))
    a, b = compact([first, (np.array([], dtype=int), np.zeros((2, 0))), second], 6)
    assert a[1].tolist() == [0, 10, 0, 0, 40, 50]
    assert b[1].tolist() == [0, 0, 0, 0, 41, 0]
    assert compact([], 6) == []


def test_the_objects_of_an_event_keep_their_order():
    rng, events = np.random.default_rng(1), 50
    some = [(np.flatnonzero(rng.random(events) < 0.5), float(k)) for k in range(1, 7)]
    made = compact([(rows, np.full((1, len(rows)), k)) for rows, k in some], events)
    for event in range(events):
        expected = [k for rows, k in some if event in rows]
        assert [column[0, event] for column in made] == expected + [0.0] * (len(made) - len(expected))
