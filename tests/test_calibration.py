"""Calibration: a card with other numbers is found again within errors; each density by its integral; cells against entries."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate
from scipy.special import ndtr

from darkrecoil.detector import card as cards
from darkrecoil.detector.calibration import calorimeter, cells, likelihood, shares, tracks
from darkrecoil.detector.calibration.likelihood import Residuals
from darkrecoil.detector.calibration.plateaus import plateau
from darkrecoil.detector.calibration.run import calibrated, prepared
from darkrecoil.detector.calibration.table import QUANTITIES
from darkrecoil.detector.calorimeter import logarithmic_width, skewed
from darkrecoil.detector.response import simulate_reference
from darkrecoil.detector.species import SPECIES
from darkrecoil.detector.truth import matched
from darkrecoil.records import Particles

BASE = cards.load("belle2")

PION = [[0.02, 0.0, 0.9, 0.03, 0.02], [0.01, 0.02, 0.9, 0.02, 0.02], [0.004, 0.06, 0.85, 0.05, 0.02], [0.003, 0.07, 0.8, 0.06, 0.03]]
KAON = {
    "forward": [[0.01, 0, 0.06, 0.85, 0.03]] * 4,
    "barrel": [[0.01, 0.03, 0.06, 0.85, 0.03]] * 4,
    "backward": [[0.01, 0.05, 0.1, 0.7, 0.05]] * 4,
}
CHANGES = {
    "track.pt_resolution_slope": 0.0016, "track.pt_resolution_constant": 0.0033, "track.theta_resolution": 1.4, "track.phi_resolution": 0.3,
    "track.angle_scattering": (1.3, 0.8), "track.d0_resolution": (14.0, 20.0), "track.z0_resolution": (20.0, 26.0),
    "track.charge_flip": 3e-3, "track.efficiency": (0.25, 0.7, 0.9, 0.96), "track.theta_efficiency": (0.9, 1.0, 0.95, 0.85),
    "identification.pion": dict.fromkeys(("forward", "barrel", "backward"), PION), "identification.kaon": KAON,
    "calorimeter.energy_tail": 0.3, "calorimeter.time_resolution": 8.0, "calorimeter.photon_inefficiency": 1e-2,
}  # fmt: skip
TRUE = cards.change(BASE, CHANGES)
derandomized = settings(derandomize=True, deadline=None)


def table(card=TRUE, events=60_000, seed=7):
    """What each of so many single tracks and photons became."""
    rng = np.random.default_rng(seed)
    pid = np.stack([rng.choice([13, -13, 211, -211, 321, 11, 2212], events), np.full(events, 22)], 1)
    p = np.exp(rng.uniform(np.log(0.06), np.log([6.0, 7.0]), (events, 2)))
    cosine, phi = rng.uniform(-0.95, 0.98, (events, 2)), rng.uniform(-np.pi, np.pi, (events, 2))
    sine = np.sqrt(1 - cosine**2)
    momentum = np.stack([p, p * sine * np.cos(phi), p * sine * np.sin(phi), p * cosine], -1)
    shape = (events, 2)
    arrays = np.full(shape, -1), np.ones(shape, int), momentum, np.zeros((*shape, 4)), np.ones(events), np.arange(events)
    some = Particles(pid, *arrays, events, card.beams)
    seen = simulate_reference(
        some, card, lambda slot, draws: np.random.default_rng([seed, slot]).uniform(1e-15, 1 - 1e-15, (draws, events))
    )
    return matched(some, seen, card)


TRUTH = ("pdg", "true_px", "true_py", "true_pz", "true_x", "true_y", "true_z", "found")
SEEN = {
    "track": ("track", ("px", "py", "pz", "charge", "d0", "z0", *(f"{name}_id" for name in SPECIES))),
    "photon": ("cluster", ("energy", "px", "py", "pz", "time")),
}


def entries(some, kind):
    """The entries of a kind as a map makes them."""
    rows = (some["pdg"] == 22) == (kind == "photon")
    prefix, names = SEEN[kind]
    own = {name: some[f"{prefix}_{name}"][rows] for name in names}
    return {name: np.asarray(some[name][rows], float) for name in TRUTH} | own


def blocks(block, size):
    n = len(block["pdg"])
    return [{name: column[i : i + size] for name, column in block.items()} for i in range(0, n, size)]


def calibration(some, size=10**9, base=BASE, quantities=QUANTITIES):
    mapped = {kind: [*TRUTH, *SEEN[kind][1], *(("theta", "phi") if kind == "photon" else ())] for kind in SEEN}
    return calibrated({kind: blocks(entries(some, kind), size) for kind in SEEN}, mapped, quantities, base)


@pytest.fixture(scope="module")
def sample():
    return table()


@pytest.fixture(scope="module")
def fit(sample):
    return calibration(sample)


def enough(value, error, right):
    """Which probabilities (3, 4, 5) are fitted and rest on so many tracks that their errors are those of a Gaussian."""
    first = value.argmax(axis=-1, keepdims=True)
    q, e = (np.take_along_axis(table, first, -1) for table in (value, error))
    return (error > 0) & (right * q * (1 - q) > 10 * e**2)


def differences(fit, true):
    """(fitted - true)/error by entry and region, and the same as chi^2 with the covariance of the coefficients."""
    truth, pulls, chi2 = dict(cards.entries(true)), {}, {}
    for one in (one for some in fit.fits.values() for one in some.found):
        if one.entry.startswith("identification"):
            own = truth[one.entry].value
            value, error, right = (np.array([some[part] for part in KAON]) for some in (one.value, one.error, own.model_dump()))
            pulls[one.entry, ""] = ((value - right)[enough(value, error, right)] / error[enough(value, error, right)]).ravel()
        elif isinstance(one.value, dict):
            for i, region in enumerate(one.value):
                off = np.array(one.value[region]) - np.array(getattr(truth[one.entry].value, region).low)
                pulls[one.entry, region] = off / np.array(one.error[region])
                chi2[one.entry, region] = off @ np.linalg.pinv(one.covariance[i], rcond=1e-12) @ off
        else:
            error = np.atleast_1d(one.error)
            off = np.atleast_1d(one.value) - np.atleast_1d(truth[one.entry].value)
            pulls[one.entry, ""] = off[error > 0] / error[error > 0]
    return pulls, chi2


# --- closure


def test_the_card_of_a_sample_is_found_again_within_errors(fit):
    pulls, chi2 = differences(fit, TRUE)
    entry_names = {entry for quantity in QUANTITIES for entry in quantity.entries}
    assert {entry for entry, _ in pulls} == entry_names
    assert all(np.abs(pull).max() < 4 for pull in pulls.values()), pulls  # 54 numbers: 0.3 % of such samples have one beyond 4
    assert all(value < 26 for value in chi2.values()), chi2  # four coefficients: 3e-5 above 26
    every = np.concatenate([np.ravel(pull) for pull in pulls.values()])
    assert 0.5 < every.std() < 1.5


def test_the_base_of_that_card_is_excluded(fit):
    """A check that can fail: the numbers that were changed are many errors from the base's."""
    pulls, _ = differences(fit, BASE)
    for entry in CHANGES:
        assert np.abs(pulls[entry, ""]).max() > 4, entry


def test_the_errors_of_a_width_hold_the_tail_s(sample, fit):
    """The covariance of the coefficients is that at a known tail plus what the tail's own error adds."""
    block, _ = prepared(entries(sample, "photon"), BASE)
    gather = calorimeter.residuals("energy_resolution", calorimeter.energy)
    some = calorimeter.part(gather(block, BASE), BASE, 1, energies=True)
    found, tail = fit.fits["photon energy"].found
    form, known = calorimeter.region_fit(
        some, calorimeter.curve(some, calorimeter.coefficients(BASE, "energy_resolution", "barrel"), 0.01), tail.value
    )
    added = found.covariance[1] - form.covariance(known.value[:-1], known.covariance[:-1, :-1])
    scale = np.diag(found.covariance[1])
    assert np.diag(added).min() > -1e-6 * scale.max()
    assert (np.diag(added) / scale).max() > 1e-4


def test_each_particle_stands_beside_its_own_track():
    pid, n = np.tile([13, -13, 22, 22], (50, 1)), 50
    momentum = np.zeros((n, 4, 4))
    momentum[..., 1:] = [[1.0, 0.5, 0.0], [-2.0, 0.3, 0.2], [0.0, 3.0, 0.1], [0.0, -4.0, 0.3]]
    momentum[..., 0] = np.linalg.norm(momentum[..., 1:], axis=-1)
    shape = (n, 4)
    arrays = np.full(shape, -1), np.ones(shape, int), momentum, np.zeros((*shape, 4)), np.ones(n), np.arange(n)
    truth = Particles(pid, *arrays, n, BASE.beams)
    seen = simulate_reference(truth, BASE, lambda slot, draws: np.random.default_rng(slot).uniform(0.01, 0.95, (draws, n)))
    some = matched(truth, seen, BASE)
    assert len(some["pdg"]) == 4 * n
    assert some["first"].sum() == n
    for kind in ("track", "cluster"):
        rows = some["found"] & ((some["pdg"] == 22) == (kind == "cluster"))
        assert rows.sum() > n
        for name in ("px", "py"):
            assert np.allclose(some[f"{kind}_{name}"][rows], some[f"true_{name}"][rows], rtol=0.2, atol=0.1)
    photons = some["pdg"] == 22
    assert np.allclose(some["nearest_photon"][photons], np.arccos((-12 + 0.03) / (np.hypot(3, 0.1) * np.hypot(4, 0.3))))


def test_a_gaussian_card_is_found_again_with_a_tail_of_zero():
    true = cards.change(BASE, {"calorimeter.energy_tail": 0.0})
    made = calibration(table(true, 20_000), quantities=[q for q in QUANTITIES if q.name == "photon energy"])
    pulls, _ = differences(made, true)
    assert abs(pulls["calorimeter.energy_tail", ""][0]) < 4


def test_the_result_does_not_depend_on_the_blocks(sample, fit):
    few = [quantity for quantity in QUANTITIES if quantity.name in ("track efficiency", "curvature", "track angles", "pion called")]
    other = calibration(sample, size=7919, quantities=few)
    for name, some in ((quantity.name, fit.fits[quantity.name]) for quantity in few):
        for one, two in zip(some.found, other.fits[name].found, strict=True):
            assert one.number == two.number
            if not isinstance(one.value, dict):  # sums of floats in another order
                assert np.allclose(one.value, two.value, rtol=0, atol=1e-3 * np.max(one.error))


def test_stray_entries_widen_nothing(sample):
    """Two in a hundred reconstructed anywhere: a floor takes them, and says so."""
    block = entries(sample, "track")
    rng = np.random.default_rng(3)
    stray = rng.uniform(size=len(block["pdg"])) < 0.02
    for name in ("px", "py"):
        block[name] = np.where(stray, block[name] * rng.uniform(0.6, 1.8, len(stray)), block[name])
    some, _ = prepared(block, BASE)
    made = tracks.curvature_fit(tracks.curvature(some, BASE), BASE)
    slope = made.found[0]
    assert abs(slope.value - 0.0016) < 6 * slope.error
    assert any("far from the peak" in note for note in made.notes)


def test_closure_panels_agree_with_the_new_card(fit):
    for some in fit.fits.values():
        for panel in some.panels:
            good = panel.error > 0
            chi2 = np.sum(((panel.seen - panel.expected)[good] / panel.error[good]) ** 2)
            assert chi2 < 2.5 * good.sum() + 10, panel.title


# --- what a sample does not fix


def test_too_few_entries_leave_the_base_and_say_so(sample):
    few = {name: column[:150] for name, column in sample.items()}
    made = calibration(few)
    left = " ".join(note for some in made.fits.values() for note in some.left)
    assert "track.efficiency at pT < 0.1 GeV" in left
    assert "identification.kaon: fewer than 100 entries, left at the base: forward below 0.3 GeV (" in left
    assert "track.d0_resolution, scattering" in left
    assert "fewer than 50: left at the base" in left
    assert not any(one.entry == "identification.kaon" for some in made.fits.values() for one in some.found)


def test_a_constant_that_the_sample_does_not_fix_is_held():
    """Tracks of 6 GeV at 90 degrees: the slope alone counts if the constant is small."""
    rng, n = np.random.default_rng(5), 400
    pt = np.full(n, 6.0)
    seen = pt / (1 + np.hypot(0.0011 * pt, 1e-4) * rng.standard_normal(n))
    zero, one = np.zeros(n), np.ones(n)
    block = {
        "pdg": 13 * one,
        "true_px": pt,
        "true_py": zero,
        "true_pz": zero,
        "found": one,
        "px": seen,
        "py": zero,
        "pz": zero,
        "charge": -one,
    }
    base = cards.change(BASE, {"track.pt_resolution_constant": 1e-4})
    made = tracks.curvature_fit(tracks.curvature(prepared(block, base)[0], base), base)
    assert [one.entry for one in made.found] == ["track.pt_resolution_slope"]
    assert made.left == ("track.pt_resolution_constant: the sample does not fix it: left at the base",)
    assert abs(made.found[0].value - 0.0011) < 4 * made.found[0].error


def test_no_lost_photon_gives_a_bound():
    base = cards.change(BASE, {"matter.conversion": "off"})
    true = cards.change(base, {"calorimeter.photon_inefficiency": 0.0})
    block, _ = prepared(entries(table(true, 3000), "photon"), base)
    made = shares.photon_inefficiency(shares.photons(block, base), base)
    assert not made.found
    assert "none of" in made.left[0]
    assert "left at 0.0001" in made.left[0]


def test_entries_without_truth_are_counted(sample):
    block = entries(sample, "track")
    block["true_px"] = block["true_px"].copy()
    block["true_px"][:5] = np.nan
    some, without = prepared(block, BASE)
    assert without == 5
    assert len(some["pdg"]) == len(block["pdg"]) - 5


# --- the densities


@given(st.floats(-3, 3), st.floats(0.01, 1.5))
@derandomized
def test_the_normal_number_is_the_inverse_of_the_response(g, tail):
    width = logarithmic_width(tail)
    x = np.array([skewed(g, tail, width)])
    assert likelihood.normal_of(x, tail)[0][0] == pytest.approx(g, abs=1e-6)
    assert likelihood.normal_of(-x, -tail)[0][0] == pytest.approx(-g, abs=1e-6)


@pytest.mark.parametrize("tail", [0.0, 0.05, 0.39, 1.0, -0.3])
@pytest.mark.parametrize("low", [-0.5, -0.05])
def test_the_density_integrates_to_one_above_its_limit(tail, low):
    width, shift, floor = 0.04, 0.2, 0.03
    one = np.ones(1)

    def density(r):
        some = Residuals(one[None], r * one, one, low * one, 0.5)
        return np.exp(-likelihood.minus_log_likelihood(some, width * one, shift, tail, floor))

    total = integrate.quad(density, low, 0.5, points=[0.0, 0.05], limit=400)[0]
    assert total == pytest.approx(1.0, abs=2e-3 if tail > 0.9 else 1e-5)  # a tail of 1 ends at 0.5 with a corner


def test_a_small_tail_goes_over_into_the_gaussian():
    x = np.linspace(-3, 3, 13)
    g, slope = likelihood.normal_of(x, 1e-5)
    assert np.allclose(g, x, atol=1e-4)
    assert np.allclose(slope, 0, atol=1e-4)


def test_the_error_of_a_width_is_that_of_counting():
    """One width of n normal numbers: relative error 1/sqrt(2 n); it falls as n^-1/2."""
    for n in (500, 8000):
        r = 0.02 * np.random.default_rng(n).standard_normal(n)
        ones = np.ones(n)
        made = likelihood.fitted(Residuals(ones[None], r, ones, -ones, 1.0), lambda p, w=ones: np.exp(p[0]) * w, np.log([0.03]))
        assert np.sqrt(made.covariance[0, 0]) == pytest.approx(1 / np.sqrt(2 * n), rel=0.1)
        assert np.exp(made.value[0]) == pytest.approx(r.std(), rel=2e-3)


def test_the_second_derivatives_of_a_quadratic_form():
    m = np.array([[2.0, 0.5], [0.5, 1.0]])
    assert np.allclose(likelihood.hessian(lambda x: 0.5 * x @ m @ x, np.array([0.3, -0.2])), m, atol=1e-6)


def test_four_widths_are_four_coefficients():
    p = np.array([-0.05, 1.0, -0.7, 1.8])
    energy = np.geomspace(0.05, 7, 5000)
    n = len(energy)
    some = Residuals(energy[None], np.zeros(n), np.ones(n), np.full(n, -1.0), 1.0)
    form = calorimeter.curve(some, p, 0.01)
    assert form.whole
    assert np.allclose(form.coefficients(form.start), p, atol=1e-8)
    assert np.allclose(form.width(form.start), 0.01 * (p @ calorimeter.powers(energy)))


# --- cells and shares


def test_cells_of_blocks_are_those_of_the_whole():
    rng = np.random.default_rng(1)
    x, y = rng.exponential(size=1000), rng.normal(size=1000)
    whole = cells.gathered([cells.logarithmic(x, 5), cells.pulled(y, 3)], [x, y])
    parts = [
        cells.gathered([cells.logarithmic(a, 5), cells.pulled(b, 3)], [a, b]) for a, b in zip(np.split(x, 4), np.split(y, 4), strict=True)
    ]
    joined = cells.together(parts)
    assert np.array_equal(whole.key, joined.key)
    assert np.array_equal(whole.number, joined.number)
    assert np.allclose(whole.sums, joined.sums)
    assert np.array_equal(np.unique(whole.index(1)), np.unique(cells.logarithmic(x, 5)))


def test_the_error_of_a_share_is_never_zero():
    assert shares.share(0, 100)[0] == 0
    assert 0 < shares.share(0, 100)[1] < 0.02
    assert shares.share(50, 100) == (0.5, pytest.approx(0.05))


# --- plateaus


def turned_on(plateau_true, threshold, width, n=40_000, seed=9):
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 3, n)
    return {"hie.fired": rng.uniform(size=n) < plateau_true * ndtr((x - threshold) / width), "hie.of": np.ones(n), "hie.against": x}


def test_a_plateau_is_found_from_its_turn_on():
    quantity = plateau("hie", "energy", (0.0, 3.0))
    made = quantity.fit(quantity.gather(turned_on(0.93, 1.0, 0.2), BASE), BASE)
    (found,) = made.found
    assert found.entry == "plateaus.hie"
    assert abs(found.value - 0.93) < 4 * found.error
    assert found.error < 0.004
    assert "threshold 1.0" in found.note or "threshold 0.99" in found.note


def test_a_plateau_without_a_variable_is_a_share():
    quantity = plateau("ffo")
    fired = np.arange(1000) < 790
    made = quantity.fit(quantity.gather({"ffo.fired": fired, "ffo.of": np.ones(1000)}, BASE), BASE)
    assert made.found[0].value == pytest.approx(0.79)
    none = quantity.fit(quantity.gather({"ffo.fired": fired, "ffo.of": np.zeros(1000)}, BASE), BASE)
    assert none.left == ("plateaus.ffo: 0 events meet the conditions, fewer than 100: left at the base",)
