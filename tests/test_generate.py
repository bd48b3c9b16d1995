"""Generation: cross-sections, grids, cuts, unweighting, reproducibility."""

import numpy as np
import pytest
from scipy.integrate import dblquad, quad

from darkrecoil import _jit
from darkrecoil._errors import BadValue, UnknownName
from darkrecoil.constants import ALPHA_0, GEV2_FB, M_MU, M_TAU, alpha_scheme, running_alpha
from darkrecoil.detector import card
from darkrecoil.generate import beams as optics
from darkrecoil.generate import cuts, direct, driver
from darkrecoil.generate.api import cross_section, sample
from darkrecoil.generate.cross_section import integrate
from darkrecoil.generate.recipe import known, parse, recipe

ZPRIME = "e+ e- -> mu+ mu- Z'"
PHOTON = "e+ e- -> mu+ mu- gamma"


def order(process, precision=0.004, **how):
    return cross_section(process, precision=precision, **how)[1]


@pytest.mark.parametrize(("mass", "expected"), [(1.0, 995.05), (3.0, 137.245)])
def test_zprime_cross_section_is_the_independent_one(mass, expected):
    """Independent Dirac-matrix amplitudes with adaptive integration, sqrt s = 10.58 GeV, alpha(0), g' = 0.1; MadGraph within 0.2 %."""
    found = order(ZPRIME, 0.0008, model="lmu_ltau", mass=mass, coupling=0.1)
    assert found.value == pytest.approx(expected, rel=0.004)
    assert found.error <= 0.0008 * found.value


def test_photon_cross_section_is_the_independent_one():
    """135.748(16) pb: analytic initial-state part 68.16, final-state part 67.59, no interference for charge-symmetric cuts."""
    asked = ["energy_cms(gamma) > 0.2", "abs(cos_theta_cms(gamma)) < 0.95", "mass(mu+, mu-) > 0.5"]
    found = order(PHOTON, 0.0015, cuts=asked)
    assert found.value == pytest.approx(135_748, rel=0.005)


def test_tau_pairs_are_the_closed_form():
    beta2 = 1 - 4 * M_TAU**2 / 10.58**2
    exact = GEV2_FB * 2 * np.pi * ALPHA_0**2 / (3 * 10.58**2) * np.sqrt(beta2) * (3 - beta2)
    assert order("e+ e- -> tau+ tau-", 0.001).value == pytest.approx(exact, rel=0.004)


def test_collinear_photons_follow_the_radiator():
    """Photons along the beams, 1 to 2 GeV: sigma(s') of the pair times (alpha/pi)(1+(1-x)^2)/x (L - 1), to a few per cent."""
    found = order(PHOTON, 0.003, cuts=["energy_cms(gamma) > 1", "energy_cms(gamma) < 2", "abs(cos_theta_cms(gamma)) > 0.9999"])
    s = 10.58**2

    def density(x, c):
        scattering = 4 * np.pi * ALPHA_0**2 / (3 * s * (1 - x)) * GEV2_FB
        y = (0.51099895e-3 / 5.29) ** 2
        pole = 1 - (1 - y) * c * c
        return scattering * ALPHA_0 / np.pi * ((1 + (1 - x) ** 2) / x / pole - (1 - x) / x * 2 * y / pole**2)

    expected = 2 * dblquad(lambda c, x: density(x, c), 1 / 5.29, 2 / 5.29, 0.9999, 1, epsrel=1e-4)[0]
    assert found.value == pytest.approx(expected, rel=0.03)


def test_error_falls_as_one_over_root_n():
    made = recipe(PHOTON, alpha_scheme("0"), 10.58)
    run = _jit.load([direct.kernel(made)])[0]
    trained = direct.trained(made, run, optics.head_on(10.58), 1)
    errors = []
    for blocks in (4, 64):
        weight = np.concatenate([direct.particles(trained, "evaluate", b).weight for b in range(blocks)])
        errors.append(weight.std() / np.sqrt(len(weight)))
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.15)


def test_training_helps_and_keeps_the_value():
    made = recipe(ZPRIME, alpha_scheme("0"), 10.58, *_zprime(0.3))
    run = _jit.load([direct.kernel(made)])[0]
    trained = direct.trained(made, run, optics.head_on(10.58), 1)
    flat = np.ascontiguousarray(np.broadcast_to(np.linspace(0, 1, driver.BINS + 1), trained.edges.shape))
    plain = direct.Sampler(made, trained.beams, 1, run, flat, np.array([0.5, 0.5]))
    one, two = (direct.particles(s, "evaluate", 0, 16).weight for s in (trained, plain))
    assert one.std() < 0.85 * two.std()
    assert one.mean() == pytest.approx(two.mean(), abs=5 * two.std() / np.sqrt(len(two)))


def _zprime(mass):
    from darkrecoil import models

    return models.find("lmu_ltau"), mass, 0.1


def test_any_number_of_jobs_gives_the_same_bits():
    one, two = (order(PHOTON, jobs=jobs) for jobs in (1, 2))
    assert (one.value, one.error, one.attempts) == (two.value, two.error, two.attempts)


def test_chunks_do_not_matter():
    made = recipe(ZPRIME, alpha_scheme("0"), 10.58, *_zprime(2.0))
    trained = direct.trained(made, _jit.load([direct.kernel(made)])[0], card.load("belle2").beams, 1)
    whole = direct.particles(trained, "user", 0, 4)
    parts = [direct.particles(trained, "user", b) for b in range(4)]
    assert np.array_equal(whole.momentum, np.concatenate([p.momentum for p in parts]))
    assert np.array_equal(whole.weight, np.concatenate([p.weight for p in parts]))


def test_samples_and_seeds_differ():
    made = recipe(ZPRIME, alpha_scheme("0"), 10.58, *_zprime(2.0))
    run = _jit.load([direct.kernel(made)])[0]
    trained = direct.trained(made, run, optics.head_on(10.58), 1)
    samples = [direct.particles(trained, name, 0).momentum for name in ("train", "evaluate", "user")]
    other = direct.trained(made, run, optics.head_on(10.58), 2)
    samples.append(direct.particles(other, "evaluate", 0).momentum)
    for i in range(4):
        for j in range(i):
            assert not np.any(samples[i] == samples[j])


def test_unweighted_events_have_one_weight_but_for_the_overweight_share():
    made, some = sample(PHOTON, 20_000)
    weight = some.particles.weight
    assert len(weight) == 20_000
    assert np.mean(weight == weight.min()) > 0.99
    assert some.overweight_fraction < 3e-3
    assert weight.mean() == pytest.approx(some.cross_section.value)
    assert 0.1 < some.unweighting_efficiency < 1
    assert made.recipe.cuts == ("energy_cms(gamma) > 0.02",)


def test_weighted_and_unweighted_have_the_same_distributions():
    """chi^2 of the photon's energy and of its angle, 20 bins each."""
    one, two = (sample(PHOTON, 60_000, weighted=w)[1].particles for w in (True, False))
    for value, edges in ((lambda p: p.momentum[:, 2, 0], np.linspace(0.02, 5, 21)), (lambda p: _cos(p), np.linspace(-0.99, 0.99, 21))):
        h = [np.histogram(value(p), edges, weights=p.weight / p.attempts)[0] for p in (one, two)]
        v = [np.histogram(value(p), edges, weights=(p.weight / p.attempts) ** 2)[0] for p in (one, two)]
        assert np.sum((h[0] - h[1]) ** 2 / (v[0] + v[1])) < 20 + 4 * np.sqrt(40)


def _cos(p):
    return p.momentum[:, 2, 3] / p.momentum[:, 2, 0]


def test_a_smaller_sample_is_the_beginning_of_a_larger_one():
    few, many = (sample(ZPRIME, n, *("lmu_ltau", 1.0, 0.1))[1].particles for n in (100, 5000))
    assert np.array_equal(few.momentum, many.momentum[:100])


def test_tau_pairs_decay():
    _, some = sample("e+ e- -> tau+ tau-", 5000)
    p = some.particles
    final = (p.status == 1)[..., None] * p.momentum
    np.testing.assert_allclose(final.sum(axis=1), np.tile([10.58, 0, 0, 0], (5000, 1)), atol=1e-8)
    muons = ((np.abs(p.pid) == 13) & (p.status == 1)).sum() / 10_000
    assert muons == pytest.approx(0.1739, abs=0.016)
    assert p.status[:, :2].tolist() == [[2, 2]] * 5000


def test_laboratory_frame_conserves_the_beams_momentum():
    _, some = sample(ZPRIME, 2000, "lmu_ltau", 1.0, 0.1, detector="belle2")
    beams = card.load("belle2").beams
    total = some.particles.momentum.sum(axis=1)
    assert total[:, 0].mean() == pytest.approx(beams.electron + beams.positron, abs=4 * 0.0057 / np.sqrt(2000))
    root = np.sqrt(total[:, 0] ** 2 - (total[:, 1:] ** 2).sum(axis=1))
    assert root.std() == pytest.approx(4.99e-3, rel=0.06)  # the spread of sqrt s, published as 5 MeV


def test_the_boost_carries_particles_forward():
    """The electron beam is the stronger: the mean polar angle in the laboratory is forward, and tilted towards +x."""
    _, some = sample(ZPRIME, 5000, "lmu_ltau", 1.0, 0.1, detector="belle2")
    mean = some.particles.momentum[:, :2, 1:].mean(axis=(0, 1))
    assert mean[2] > 0.5
    assert np.arctan2(mean[0], mean[2]) == pytest.approx(0.151, abs=0.06)


def test_running_alpha():
    assert 1 / running_alpha(10.58**2) == pytest.approx(132.1, abs=1.0)
    assert running_alpha(91.19**2) == pytest.approx(1 / 128.9, rel=0.003)
    assert alpha_scheme("s", 10.58).real == ALPHA_0
    ratio = order("e+ e- -> mu+ mu-", alpha="s").value / order("e+ e- -> mu+ mu-").value
    assert ratio == pytest.approx((running_alpha(10.58**2) / ALPHA_0) ** 2, rel=1e-6)


def test_cut_on_a_pair_has_its_closed_form():
    """Massless 2 -> 2: the fraction within |cos| < c is (3c + c^3)/4."""
    whole = order("e+ e- -> mu+ mu-", 0.001).value
    part = order("e+ e- -> mu+ mu-", 0.001, cuts=["abs(cos_theta_cms(mu-)) < 0.6"]).value
    beta2 = 1 - 4 * M_MU**2 / 10.58**2
    exact = quad(lambda c: 2 - beta2 + beta2 * c * c, 0, 0.6)[0] / quad(lambda c: 2 - beta2 + beta2 * c * c, 0, 1)[0]
    assert part / whole == pytest.approx(exact, rel=0.006)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("gamma > 1", "not a cut"),
        ("abs(theta(mu+) < 1", "not a cut"),
        ("rapidity(mu+) < 1", "no quantity to cut on"),
        ("mass(mu+) > 1", "wrong number of particles"),
        ("theta(mu+) > 1 grad", "no unit of this name"),
        ("theta(mu+) > 1.2.3", "not a number"),
    ],
)
def test_a_faulty_cut_is_refused(text, says):
    with pytest.raises((BadValue, UnknownName), match=says):
        cuts.parse(text)


@pytest.mark.parametrize("text", ["theta(e-) > 10 deg", "energy(h) > 1"])
def test_a_cut_on_what_is_not_there_is_refused(text):
    with pytest.raises((BadValue, UnknownName), match=r"cut"):
        order("e+ e- -> mu+ mu-", cuts=[text])


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"process": "mu+ mu- -> e+ e-"}, "begins with e"),
        ({"process": "e+ e- mu+ mu-"}, "not a process"),
        ({"process": "e+ e- -> mu+ tau-"}, "no tree diagram leads to this process"),
        ({"process": ZPRIME}, "needs --model"),
        ({"process": ZPRIME, "model": "lmu_ltau"}, "needs a mass"),
        ({"process": ZPRIME, "model": "lmutau", "mass": 1.0, "coupling": 0.1}, "lmu_ltau"),
        ({"process": ZPRIME, "model": "lmu_ltau", "mass": float("nan"), "coupling": 0.1}, "out of range"),
        ({"process": ZPRIME, "model": "lmu_ltau", "mass": 9.9, "coupling": 0.1, "sqrt_s": 10.0}, "closed at this energy"),
        ({"process": PHOTON, "sqrt_s": -1.0}, "energy of the e"),
        ({"process": PHOTON, "sqrt_s": float("nan")}, "energy of the e"),
        ({"process": PHOTON, "alpha": "x"}, "alpha is not understood"),
        ({"process": PHOTON, "alpha": "-1"}, "alpha is out of range"),
        ({"process": PHOTON, "precision": 0.0}, "precision is relative"),
        ({"process": PHOTON, "cuts": ["energy_cms(gamma) > 6"]}, "does not converge"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(how, says):
    with pytest.raises((BadValue, UnknownName), match=says) as caught:
        cross_section(**how)
    assert "\n" not in str(caught.value)


def test_an_empty_sample_is_refused():
    with pytest.raises(BadValue, match="must be positive"):
        sample(PHOTON, 0)
    with pytest.raises(BadValue, match="no event passes"):
        sample(PHOTON, 10, cuts=["energy_cms(gamma) > 6"])


def test_a_softer_cut_on_the_photon_is_generated():
    """The usual least energy, 20 MeV, must not hide photons that a user asks for; without any the cross-section diverges."""
    usual, softer = (order(PHOTON, 0.004, cuts=cuts) for cuts in ((), ("energy_cms(gamma) > 0.005",)))
    assert softer.value == pytest.approx(877e3, rel=0.02)
    assert usual.value == pytest.approx(741e3, rel=0.02)
    with pytest.raises(BadValue, match="diverges"):
        order(PHOTON, cuts=["energy_cms(gamma) > 0"])


def test_the_spread_at_threshold_gives_no_weight_below_it():
    from darkrecoil.generate.processes import pair

    weight, *momenta = pair.event(0, 0.3, 0.4, (2 * M_TAU) ** 2 * 0.999, (M_TAU, 1.0))
    assert weight == 0
    assert np.all(np.isfinite(momenta))


def test_known_processes_parse():
    from darkrecoil import models

    for name in known(models.find("lmu_ltau")):
        assert parse(name).name == name


def test_integration_does_not_depend_on_the_order_of_jobs():
    made = recipe(ZPRIME, alpha_scheme("0"), 10.58, *_zprime(5.0))
    trained = direct.trained(made, _jit.load([direct.kernel(made)])[0], optics.head_on(10.58), 1)
    assert integrate(trained, 0.002, jobs=2).value == integrate(trained, 0.002, jobs=1).value
