"""Radiation: structure functions, angles, kernels, the matching of photons; totals and spectra against quadrature and tree level."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import gammaln

from darkrecoil import models
from darkrecoil._errors import BadValue, UnknownName
from darkrecoil._run import BLOCK
from darkrecoil.constants import ALPHA_0, GEV2_FB, M_E, M_MU, M_TAU, alpha_scheme
from darkrecoil.detector import card
from darkrecoil.generate import address, api, grids, multichannel, radiation, sampling, store
from darkrecoil.generate import beams as optics
from darkrecoil.generate.radiation import NONE, Choice, Radiation, steps, structure
from darkrecoil.generate.radiation.kernels import ALONE, parted
from darkrecoil.generate.radiation.kernels import final as uncompiled
from darkrecoil.generate.recipe import Own, recipe
from darkrecoil.kinematics.frames import beam_momenta

ZERO, ROOT = alpha_scheme("0"), 10.58
BETA = 0.087692  # (2 alpha/pi)(L - 1) at 10.58 GeV
K_SOFT = ALPHA_0 / np.pi * (np.pi**2 / 3 - 0.5)  # Bonneau and Martin
BOTH = Choice(True, True)
PAIR = "e+ e- -> mu+ mu-"
EXPONENTS, FRACTIONS, SPEEDS = st.floats(0.005, 0.06), st.floats(1e-9, 1 - 1e-9), st.floats(0.05, 0.99999)


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


def sampler(process, radiates=BOTH, cuts=(), **more):
    order = api.prepare(process, None, None, None, ROOT, "0", cuts, None, None, None, 1, 2, radiates, **more)
    return order.sampler, order.cut


@pytest.fixture(scope="module")
def matched():
    """mu mu (gamma) by its scale, GeV: the sampler and 60 blocks of weighted events."""
    made = {scale: sampler(f"{PAIR} (gamma)", Choice(True, True, scale))[0] for scale in (0.1, 0.4)}
    return {scale: (some, sampling.particles(some, "evaluate", 0, 60)) for scale, some in made.items()}


def mean(weight):
    return weight.mean(), weight.std() / np.sqrt(len(weight))


def invariant(p):
    return p[..., 0] ** 2 - (p[..., 1:] ** 2).sum(axis=-1)


def unlearnt(process, beams, engine, radiates=BOTH, model=(), seed=1):
    """A source of a part's own (not of a sum) and grids that have learnt nothing."""
    made = recipe(process, ZERO, ROOT, *model, radiates=radiates)
    some = multichannel.source(process, made.engine, made.soft, ROOT, beams, seed, engine, made.radiation)
    return some, grids.uniform(len(some.space.channels), some.dimensions), made


# -- structure functions


@given(EXPONENTS)
def test_an_electron_stays_one_electron(b):
    """int D(x) dx = 1: to third order in b, 1e-4 at most."""
    found = quad(lambda x: float(structure.electron(structure.fraction(x, b), b)), 0, 1, limit=200)[0]
    assert found == pytest.approx(1, abs=1e-4)


@given(EXPONENTS)
def test_soft_photons_are_exponentiated(b):
    assert structure.exponentiated(b) == pytest.approx(np.exp(b * (0.75 - np.euler_gamma) - gammaln(1 + b)), rel=1e-5)


def both_beams(z, b):
    """The integral of D(x1) D(x2) at x1 x2 = 1 - z."""

    def one(t):
        z1 = structure.fraction(t, b)
        z2 = 1 - (1 - z) / (1 - z1)
        return float(structure.electron(z1, b) * b * z2 ** (b - 1) * structure.electron(z2, b) / (1 - z1))

    return 2 * quad(one, 0, (1 - np.sqrt(1 - z)) ** b, limit=200)[0]


def radiator(z, beta, soft):
    """E. A. Kuraev and V. S. Fadin's radiator to second order, with its soft factor."""
    second = (2 - z) * (3 * np.log(1 - z) - 4 * np.log(z)) - 4 * np.log(1 - z) / z - 6 + z
    return soft * beta * z ** (beta - 1) - beta * (1 - z / 2) + beta**2 / 8 * second


@pytest.mark.parametrize("z", [0.1, 0.5, 0.9])
def test_two_structure_functions_are_the_radiator_to_second_order(z):
    """What is left is of third order: 64 times less for a quarter of beta."""
    left = []
    for beta in (BETA, BETA / 4):
        soft = np.exp(beta * (0.75 - np.euler_gamma) - gammaln(1 + beta))
        left.append(both_beams(z, beta / 2) - radiator(z, beta, soft))
    assert abs(left[0]) < 2 * BETA**3
    assert abs(left[1]) < abs(left[0]) / 40


def test_the_first_order_radiator():
    """H(0.1) = 0.685051 at 10.58 GeV, exponentiated at first order; second order and the rest of the exponent add 1.6 %."""
    logarithm = BETA * np.pi / (2 * ALPHA_0) + 1
    delta = ALPHA_0 / np.pi * (1.5 * logarithm + np.pi**2 / 3 - 2)
    first = BETA * 0.1 ** (BETA - 1) * (1 + delta) - BETA * 0.95
    assert first == pytest.approx(0.685051, abs=2e-6)
    assert both_beams(0.1, BETA / 2) * (1 + K_SOFT) == pytest.approx(first, rel=0.02)
    assert delta == pytest.approx(0.75 * BETA + K_SOFT, rel=1e-12)  # what is left beside structure functions normalised to 1


def test_the_least_fraction_has_a_weight():
    """Uniforms of 1e-16 underflow z^(1/b): no weight may be a nan."""
    z = structure.fraction(1e-16, 0.03)
    assert z > 0
    assert structure.electron(z, 0.03) == pytest.approx(structure.exponentiated(0.03), rel=1e-12)
    assert np.isfinite(structure.electron(1.0, 0.03))


@given(st.floats(1e-3, 0.1), st.floats(0.001, 1))
def test_a_lepton_stays_one_lepton(b, most):
    parts = ((0, 1 - b), (1 - b, 1))
    found = sum(quad(lambda x: float(structure.lepton(most * x ** (1 / b), b, most)), *ends, limit=400)[0] for ends in parts)
    assert found == pytest.approx(1, abs=1e-6)


# -- angles


def over_angles(function, speed, reach=2.0):
    """The integral of function(d) over d = 1 - cos, flat in ln(1 - v cos)."""
    slow = 1 - speed
    top = np.log(1 + speed * reach / slow)

    def one(y):
        d = slow * np.expm1(y) / speed
        return function(d) * (slow + speed * d) / speed

    return quad(one, 0, top, limit=400)[0]


@settings(deadline=None)
@given(FRACTIONS, SPEEDS, SPEEDS, st.floats(0.05, 2))
def test_integrals_over_angles(z, speed, other, reach):
    slow, both = 1 - speed, structure.both_charges(speed, other)
    logarithm, mass = structure.spread(slow, speed, reach), structure.inside(slow, speed, reach)
    found = over_angles(lambda d: float(structure.collinear(d, z, slow, speed, both, reach)), speed, reach)
    assert found == pytest.approx(structure.emission(z, logarithm, both, mass), rel=1e-6, abs=1e-9)
    assert over_angles(lambda d: float(structure.peak(d, slow, speed, both, reach)), speed, reach) == pytest.approx(both * logarithm)
    assert structure.inside(slow, speed, 2.0) == pytest.approx(1, abs=1e-9)
    assert structure.collinear(1.01 * reach, z, slow, speed, both, reach) == structure.peak(1.01 * reach, slow, speed, both, reach) == 0


@settings(deadline=None)
@given(FRACTIONS)
def test_the_photon_of_a_beam_is_somewhere(z):
    """Mean 1 and never below 0, at a beam's own speed."""
    half = ROOT / 2
    speed = np.sqrt(1 - (M_E / half) ** 2)
    slow = M_E**2 / (half**2 * (1 + speed))
    top = np.log(1 + 2 * speed / slow)

    def one(y):
        d = slow * np.expm1(y) / speed
        value = float(structure.from_beam(d, z, slow, speed, top / speed))
        assert value >= 0
        return value / top

    assert quad(one, 0, top, limit=200)[0] == pytest.approx(1, abs=1e-6)


@given(st.floats(0.01, 0.99), st.floats(-0.999, 0.999))
def test_both_beams_are_bonneau_and_martin(z, c):
    """(alpha/pi)/z [(2 - 2 z + z^2)/sin^2 - z^2/2] at wide angles: the parts of the beams times b (1 + (1-z)^2)/(2 z)."""
    slow = 2 * M_E**2 / (ROOT / 2) ** 2 / 2
    logarithm = np.log(2 / slow)

    def beam(d):
        density = structure.from_beam(d, z, slow, 1.0, logarithm) / (logarithm * (slow + d))
        return structure.exponent(logarithm) * (1 + (1 - z) ** 2) / (2 * z) * density

    exact = ALPHA_0 / np.pi / z * ((2 - 2 * z + z * z) / (1 - c * c) - z * z / 2)
    assert beam(1 - c) + beam(1 + c) == pytest.approx(exact, rel=2e-3 if abs(c) > 0.99 else 1e-4)


def eikonal(c, v1, v2):
    """alpha/(2 pi) of the eikonal factor times omega^2 per cos, from four-vectors; charges back to back, photon at cos c to the first."""
    m1, m2 = np.sqrt(1 - v1 * v1), np.sqrt(1 - v2 * v2)  # energies 1
    k1, k2 = 1 - v1 * c, 1 + v2 * c
    return ALPHA_0 / (2 * np.pi) * (2 * (1 + v1 * v2) / (k1 * k2) - m1 * m1 / k1**2 - m2 * m2 / k2**2)


def charges(v1, v2):
    """1 - v, v, both, logarithm and mass term of either."""
    return [
        (1 - v, v, structure.both_charges(v, w), structure.spread(1 - v, v, 2.0), structure.inside(1 - v, v, 2.0))
        for v, w in ((v1, v2), (v2, v1))
    ]


def radiated(c, v1, v2, z=0.0):
    """The same as the package has it: the exponent times the density."""
    b = sum(structure.side(logarithm, both, mass) for _, _, both, logarithm, mass in charges(v1, v2))
    whole = sum(structure.emission(z, logarithm, both, mass) for _, _, both, logarithm, mass in charges(v1, v2))
    sent = [structure.collinear(d, z, *some[:3], 2.0) for d, some in zip((1 - c, 1 + c), charges(v1, v2), strict=True)]
    return b * sum(sent) / whole


@given(SPEEDS, SPEEDS, st.floats(-0.9999, 0.9999))
def test_soft_photons_are_eikonal(v1, v2, c):
    """Of two charges of any speeds; nowhere below 0."""
    assert radiated(c, v1, v2) == pytest.approx(eikonal(c, v1, v2), rel=1e-6, abs=1e-12)


@given(SPEEDS, SPEEDS, FRACTIONS, st.floats(-0.9999, 0.9999))
def test_no_photon_is_radiated_with_a_negative_weight(v1, v2, z, c):
    assert radiated(c, v1, v2, z) > -1e-12


def test_the_exponent_is_the_integral_of_the_eikonal_factor():
    v1, v2 = 0.95, 0.6
    found = sum(float(structure.side(logarithm, both, mass)) for _, _, both, logarithm, mass in charges(v1, v2))
    assert found == pytest.approx(quad(lambda c: eikonal(c, v1, v2), -1, 1)[0], rel=1e-9)


@given(st.floats(0.01, 0.9), st.floats(0, 3))
def test_collinear_photons_split_off(z, y):
    """Baier, Fadin and Khoze: (1 + (1-z)^2)/(t + 1) - 2 (1-z)/(t + 1)^2 over t = (angle/dead cone)^2, up to a constant."""
    t = 10.0**y - 1

    def ours(t):
        return structure.collinear(1e-9 * t, z, 1e-9, 1 - 1e-9, 1.0, 2.0)

    def exact(t):
        return (1 + (1 - z) ** 2) / (t + 1) - 2 * (1 - z) / (t + 1) ** 2

    assert ours(t) / ours(1.0) == pytest.approx(exact(t) / exact(1.0), rel=1e-5, abs=1e-8)


# -- kernels


def back_to_back(root, m1, m2, n):
    e1 = (root**2 + m1**2 - m2**2) / (2 * root)
    p = np.sqrt(e1**2 - m1**2)
    column = [e1, 0.6 * p, 0, 0.8 * p, root - e1, -0.6 * p, 0, -0.8 * p]
    return np.repeat(np.array(column)[:, None], n, axis=1)


def emitted(kernels, root, m1, m2, n, seed=1):
    start, photons, weight = back_to_back(root, m1, m2, n), np.empty((8, n)), np.ones(n)
    out = start.copy()
    words = np.array([seed, 7], dtype=np.uint64)
    kernels.final(np.uint64(0), words, np.uint64(9), 0, 1, m1, m2, np.full(n, root**2), start, out, photons, weight)
    return start, out, photons, weight


@pytest.mark.parametrize(
    ("root", "m1", "m2"),
    [
        (10.58, M_MU, M_MU),
        (4.2, M_TAU, M_TAU),
        (3.56, M_TAU, M_TAU),
        (2.0, M_E, M_TAU),
        (2.0, M_TAU, M_MU),
        (0.25, M_MU, M_MU),
        (10.58, M_E, M_E),
    ],
)
def test_final_radiation_leaves_the_rate(engine, root, m1, m2):
    """Mean 1 and no weight below 0, down to the threshold; the uncompiled kernel is the reference."""
    *_, weight = emitted(engine.radiation, root, m1, m2, 100_000)
    value, error = mean(weight)
    assert value == pytest.approx(1, abs=4 * error)
    assert weight.min() >= 0
    plain = emitted(SimpleNamespace(final=uncompiled), root, m1, m2, 50)
    for one, other in zip(plain, emitted(engine.radiation, root, m1, m2, 50), strict=True):
        assert np.allclose(one, other, rtol=1e-9, atol=1e-9)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**31), st.floats(0.5, 12), st.sampled_from([(M_MU, M_MU), (M_E, M_MU), (M_E, M_E)]))
def test_final_radiation_keeps_momentum_and_masses(engine, seed, root, masses):
    start, out, photons, _ = emitted(engine.radiation, root, *masses, 500, seed)
    assert np.allclose(out[:4] + out[4:] + photons[:4] + photons[4:], start[:4] + start[4:], atol=1e-12)
    for p, m in ((out[:4], masses[0]), (out[4:], masses[1]), (photons[:4], 0.0), (photons[4:], 0.0)):
        assert np.allclose(invariant(p.T), m * m, atol=1e-12)
    assert np.all((photons[0] == 0) | (photons[0] >= 0.9e-9))
    assert np.mean(photons[4] > 0) < 0.2  # a second one is rare


def test_photons_go_along_the_light_charge_and_take_from_it(engine):
    """Of an electron and a tau the electron radiates most, within its dead cone's reach, and the tau keeps its energy then."""
    start, out, photon, weight = emitted(engine.radiation, 5.0, M_E, M_TAU, 50_000)
    hard = (photon[0] > 0.05) & (photon[4] == 0)
    cosine = (photon[1:4] * start[1:4]).sum(axis=0)[hard] / photon[0, hard] / np.sqrt((start[1:4, hard] ** 2).sum(axis=0))
    rate = weight[hard]
    near = cosine > 0.99
    assert rate[near].sum() > 0.6 * rate.sum()
    assert rate[cosine < -0.99].sum() < 0.02 * rate.sum()
    taken = start[0, hard] - out[0, hard]
    assert np.allclose(taken[cosine > 0.9999], photon[0, hard][cosine > 0.9999], rtol=0.02)


def test_final_photons_follow_the_fragmentation(engine):
    """b z^(b-1) (1 + (1-z)^2)/2 against the histogram, chi^2."""
    _, out, photons, weight = emitted(engine.radiation, ROOT, M_MU, M_MU, 400_000)
    z = np.where(photons[4] > 0, 1 - invariant((out[:4] + out[4:]).T) / ROOT**2, 2 * photons[0] / ROOT)
    edges = np.array([1e-6, 1e-4, 1e-2, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
    value, square = np.histogram(z, edges, weights=weight)[0], np.histogram(z, edges, weights=weight**2)[0]
    speed = np.sqrt(1 - (2 * M_MU / ROOT) ** 2)
    b = 2 * ALPHA_0 / np.pi * ((1 + speed**2) / (2 * speed) * np.log((1 + speed) / (1 - speed)) - 1)

    def upto(x):
        return x**b - b / (1 + b) * x ** (1 + b) + b / (2 * (2 + b)) * x ** (2 + b)

    expected = np.diff(upto(edges)) / upto(1 - (2 * M_MU / ROOT) ** 2) * len(z)
    assert np.sum((value - expected) ** 2 / square) < 26  # 8 bins: 0.1 %


def before(kernels, root, x, least, seed):
    """s of the hard process (n,), its system (7, n), the photons (4, 4, n), two of e- and two of e+, and the weight (n,)."""
    n = x.shape[1]
    hard, system, photons, share, weight = np.empty(n), np.empty((7, n)), np.empty((16, n)), np.empty((2, n)), np.ones(n)
    words = np.array([seed, 3], dtype=np.uint64)
    kernels.radiation.initial(np.uint64(0), words, np.uint64(8), np.full(n, root**2), x, least, hard, system, photons, share, weight)
    return hard, system, photons.reshape(4, 4, n), weight


@pytest.mark.parametrize("b", [0.02, 0.06])
def test_a_soft_photon_is_not_lost_beside_harder_ones(b):
    """The number of photons of a Poisson process b dz/z whose sum is below 1: b (1 - z)^b/z, but for third photons.

    One photon that stands for all has b z^(b - 1) of it, 12 to 20 % less here.
    """
    rng = np.random.default_rng(3)
    z = structure.fraction(rng.random(2_000_000), b)
    first, second = parted(z, structure.fraction(rng.random(len(z)), b), 5.0)
    assert np.allclose((1 - first) * (1 - second), 1 - z)
    assert np.all((second == 0) | (np.minimum(first, second) > 0.9 * ALONE / 5.0))
    edges = np.array([1e-3, 3e-3, 1e-2, 3e-2, 0.1])
    found = np.histogram(np.concatenate([first, second]), edges)[0] / len(z)
    middle = np.sqrt(edges[1:] * edges[:-1])
    expected = b * np.log(edges[1:] / edges[:-1]) * (1 - middle) ** b
    third = 0.5 * (b * np.log(1 / middle)) ** 2  # at least two others are harder
    ratio = found / expected
    assert np.all(np.abs(ratio - (1 - third)) < 4 / np.sqrt(found * len(z)) + 0.5 * third + 0.003)
    assert np.all(middle[:-1] ** b < ratio[:-1] - 0.03)


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 2**31), st.sampled_from([0.6, 3.7, 10.58]))
def test_beams_lose_what_their_photons_have(engine, seed, root):
    n = 500
    x = np.random.default_rng(seed).random((2, n))
    hard, system, photons, weight = before(engine, root, x, 0.01, seed)
    total = np.array([root, 0, 0, 0])[:, None]
    assert np.allclose(system[:4] + photons.sum(axis=0), total, atol=1e-12)
    assert np.allclose(invariant(system[:4].T), hard, atol=1e-12 * root**2)
    assert np.allclose((system[4:] ** 2).sum(axis=0), 1)
    assert np.allclose(invariant(np.moveaxis(photons, 1, 2)), 0, atol=1e-12)
    z = structure.fraction(x, structure.exponent(np.log(root**2 / M_E**2)))
    allowed = root**2 * np.prod(1 - z, axis=0)
    assert np.allclose(hard[weight > 0], allowed[weight > 0], rtol=1e-5)  # whatever the photons' angles
    assert np.all(np.isfinite(weight))
    assert np.all(weight >= 0)
    assert np.all(hard > 0.01)
    along = np.array([1, 1, -1, -1])[:, None] * photons[:, 3] > 0  # each its own beam, mostly
    assert np.mean(along[photons[:, 0] > 0]) > 0.8
    assert np.mean(along[1::2][photons[1::2, 0] > 0]) > 0.5


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 2**31))
def test_the_hard_process_goes_on_along_what_is_left_of_the_beams(engine, seed):
    """In its frame the electron's axis is the boosted p - k; momenta come back with their masses, angles to it, and the system's total."""
    n = 200
    x = np.random.default_rng(seed).random((2, n)) * 0.05 + 0.95  # much is radiated
    hard, system, photons, _ = before(engine, ROOT, x, 0.1, seed)
    start = np.concatenate([0.5 * np.sqrt(hard) * np.repeat(np.array([1, 0.6, 0, 0.8])[:, None], n, axis=1)])
    start = np.concatenate([start, start * np.array([1, -1, -1, -1])[:, None]])
    out = np.empty_like(start)
    engine.radiation.moved(hard, system, start, out)
    assert np.allclose(out[:4] + out[4:], system[:4], atol=1e-10)
    assert np.allclose(invariant(out[:4].T), 0, atol=1e-9)
    electron = np.array([ROOT / 2, 0, 0, np.sqrt(ROOT**2 / 4 - M_E**2)])[:, None] - photons[:2].sum(axis=0)
    product = out[0] * electron[0] - (out[1:4] * electron[1:]).sum(axis=0)
    gamma_e = (system[0] * electron[0] - (system[1:4] * electron[1:]).sum(axis=0)) / np.sqrt(hard)
    size = np.sqrt(gamma_e**2 - invariant(electron.T))
    assert np.allclose(product, 0.5 * np.sqrt(hard) * (gamma_e - 0.8 * size), atol=1e-8)


# -- what radiates


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


# -- nothing radiates


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


# -- whole attempts


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


def test_matched_attempts_keep_the_scale(matched):
    """Without a photon of the matrix element all are softer than the scale; with one it is harder, and all others softer than it."""
    for scale, (some, _) in matched.items():
        for part in some.parts:
            found = multichannel.attempts(replace(part.source, radiates=replace(part.source.radiates, initial=False)),
                                          grids.uniform(len(part.source.space.channels), part.source.space.dimensions),
                                          "user", 0, BLOCK)  # fmt: skip
            p = found.momentum[:, found.weight > 0]
            explicit = part.recipe.radiation.explicit
            slots = [i for i in range(len(p) // 4) if i > 1 and i not in explicit]
            radiated = np.max([steps.hardness(p, i, [0, 1]) for i in slots], axis=0)
            if not explicit:
                assert radiated.max() < scale
                continue
            assert p.shape[1] > 100
            assert np.median(steps.hardness(p, explicit[0], [0, 1])) > scale
            assert np.mean(radiated < steps.hardness(p, explicit[0], [0, 1])) > 0.999  # judged before what is radiated takes its part


# -- cross-sections and spectra


def born(s):
    speed = np.sqrt(np.maximum(1 - 4 * M_MU**2 / s, 0))
    return 4 * np.pi * ALPHA_0**2 / (3 * s) * speed * (3 - speed**2) / 2 * GEV2_FB


def test_mass_of_muons_after_radiation_of_the_beams():
    """d sigma/ds' of the convolution with two structure functions, by quadrature, and its total; chi^2."""
    some, _ = sampler(PAIR, Choice(True, False))
    made = sampling.particles(some, "evaluate", 0, 40)
    lost = 1 - invariant(made.momentum[:, 0] + made.momentum[:, 1]) / ROOT**2
    edges = np.array([-1, 1e-4, 1e-3, 1e-2, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95, 0.99, 1])
    value, square = (np.histogram(lost, edges, weights=w)[0] for w in (made.weight, made.weight**2))
    value, error = value / len(lost), np.sqrt(square) / len(lost)
    b = structure.exponent(np.log(ROOT**2 / M_E**2))
    steps_ = (np.arange(1500) + 0.5) / 1500
    x, y = steps_ * 0.3**b, np.exp(np.log(0.7) + steps_ * np.log(1e-4 / 0.7))  # z = x^(1/b) up to 0.3, then flat in ln(1 - z)
    z = np.concatenate([x ** (1 / b), 1 - y])
    d = structure.electron(z, b) * np.concatenate([np.full(1500, 0.3**b), b * (1 - y) ** (b - 1) * y * np.log(0.7 / 1e-4)]) / 1500
    part = 1 - (1 - z[:, None]) * (1 - z[None, :])
    rate = d[:, None] * d[None, :] * born(ROOT**2 * (1 - part)) * (1 + K_SOFT)
    expected = np.histogram(part, edges, weights=rate)[0]
    assert np.sum((value - expected) ** 2 / (error**2 + (0.003 * expected) ** 2)) < 33  # 12 bins: 0.1 %
    total, spread = mean(made.weight)
    assert total == pytest.approx(expected.sum(), abs=4 * spread + 0.0005 * total)


def test_totals_do_not_depend_on_the_scale(matched):
    """Nor, beyond second order (alpha L)^2, on whether the matrix element is there at all: 1.0793 nb to first order."""
    (one, a), (other, b) = (mean(some.weight) for _, some in matched.values())
    assert one == pytest.approx(other, abs=4 * np.hypot(a, b) + 0.001 * one)
    assert one == pytest.approx(1.0793e6, rel=0.006)
    assert one < 1.0793e6


def test_spectra_do_not_depend_on_the_scale(matched):
    """Mass recoiling against the muons and the hardest photon's angle: between scales a photon is radiated, or the matrix element's."""
    shapes = []
    for _, some in matched.values():
        p = some.momentum
        missing = np.array([ROOT, 0, 0, 0]) - p[:, 0] - p[:, 1]
        photons = p[:, 2:] * (some.status[:, 2:] > 0)[:, :, None]
        hardest = np.take_along_axis(photons, photons[:, :, 0].argmax(axis=1)[:, None, None], axis=1)[:, 0]
        seen = hardest[:, 0] > 0.5
        cosine = np.where(seen, hardest[:, 3] / np.maximum(hardest[:, 0], 1e-9), -2)
        shapes.append(
            [np.histogram(v, edges, weights=w)[0] for v, edges in (
                (np.abs(invariant(missing)), [0.05, 0.5, 1, 2, 4, 8, 16, 32, 64]),
                (cosine, [-1, -0.9, -0.5, 0, 0.5, 0.9, 1]),
                (hardest[:, 0], [0.3, 0.6, 1, 2, 3, 4, 5, 5.3]),
            ) for w in (some.weight, some.weight**2)]
        )  # fmt: skip
    for i in (0, 2, 4):
        difference = shapes[0][i] - shapes[1][i]
        variance = shapes[0][i + 1] + shapes[1][i + 1] + (0.005 * shapes[0][i]) ** 2
        assert np.sum(difference**2 / variance) < 26


def test_hard_photons_are_those_of_the_matrix_element(matched):
    """Energy and angle of photons above the scale against tree level: alike but for what else is radiated, a tenth or two."""
    order = api.prepare(f"{PAIR} gamma", None, None, None, ROOT, "0", (), None, None, None, 1, 2)
    plain = sampling.particles(order.sampler, "evaluate", 0, 40)
    _, whole = matched[0.1]
    found = []
    for some, slots in ((plain, [2]), (whole, range(2, 6))):
        rows = np.moveaxis(some.momentum, 0, 2).reshape(-1, len(some))
        energy, cosine, weight = [], [], []
        for slot in slots:
            there = (some.status[:, slot] > 0) & (rows[4 * slot] > 0)
            hard = there & (steps.hardness(rows, slot, [0, 1]) > 0.1) & (rows[4 * slot] > 0.3)
            energy.append(rows[4 * slot, hard])
            cosine.append(rows[4 * slot + 3, hard] / rows[4 * slot, hard])
            weight.append(some.weight[hard] / len(some))
        energy, cosine, weight = map(np.concatenate, (energy, cosine, weight))
        found.append([np.histogram(energy, [0.3, 0.6, 1, 2, 3, 4, 5], weights=weight)[0],
                      np.histogram(cosine, [-1, -0.8, -0.4, 0, 0.4, 0.8, 1], weights=weight)[0]])  # fmt: skip
    for tree, all_orders in zip(*found, strict=True):
        ratio = all_orders / tree
        assert np.all((ratio > 0.9) & (ratio < 1.35))
        assert np.ptp(ratio[1:-1]) < 0.2


@pytest.fixture(scope="module")
def photons():
    cuts = ["abs(cos_theta_cms(gamma)) < 0.9"]
    return {scale: sampler("e+ e- -> gamma gamma (gamma)", Choice(True, True, scale), cuts) for scale in (0.1, 0.4)}


def test_photon_pairs_do_not_depend_on_the_scale(photons):
    (one, a), (other, b) = (mean(sampling.particles(some, "evaluate", 0, 40, cut).weight) for some, cut in photons.values())
    assert one == pytest.approx(other, abs=4 * np.hypot(a, b) + 0.005 * one)
    assert one == pytest.approx(2.506e6, rel=0.01)


def test_a_cut_speaks_of_any_of_the_photons(photons):
    """Where (gamma) adds a third photon, two of the three have to pass."""
    some, cut = photons[0.4]
    top = some.parts[1].recipe
    pid, rows = sampling._asked(top)
    assert pid == (22, 22)
    assert [[row // 4 for row in part[::4]] for part in rows] == [[1, 2], [0, 2], [0, 1]]
    muons = recipe("e+ e- -> mu+ gamma mu- (gamma)", ZERO, ROOT, radiates=BOTH).parts[1]
    assert [[row // 4 for row in part[::4]] for part in sampling._asked(muons)[1]] == [[0, 3, 2], [0, 1, 2]]
    made = sampling.particles(some, "evaluate", 0, 1, cut)
    last = made.momentum[some.counts[0] :][made.weight[some.counts[0] :] > 0]
    size = np.sqrt((last[:, :3, 1:] ** 2).sum(axis=2))
    inside = np.abs(last[:, :3, 3]) < 0.9 * size
    assert np.all(inside.sum(axis=1) >= 2)
    assert not np.all(inside.sum(axis=1) == 3)


# -- sums of parts


def test_a_sum_holds_both_parts(matched):
    """Weights, slots and numbers of attempts; its cross-section is the sum of the parts'."""
    some, _ = matched[0.1]
    assert sum(some.counts) == BLOCK
    assert all(count % multichannel.WIDE == 0 for count in some.counts)
    made = sampling.particles(some, "evaluate", 1, 2)
    assert np.array_equal(made.attempt, np.arange(BLOCK, 3 * BLOCK))
    first, begin = made.weight[:BLOCK], 0
    for part, count in zip(some.parts, some.counts, strict=True):
        own = multichannel.attempts(part.source, part.grids, "evaluate", count, count)
        assert np.array_equal(first[begin : begin + count], own.weight * (BLOCK / count))
        assert np.array_equal(made.momentum[begin, 0], own.momentum[:4, 0])
        begin += count
    assert np.all(made.status[: some.counts[0], 2] == 0)  # no photon of the matrix element
    assert np.all(made.pid[some.counts[0] : BLOCK, 2] == 22)
    pieces = [sampling.particles(some, "evaluate", block) for block in (1, 2)]
    assert np.array_equal(made.weight, np.concatenate([piece.weight for piece in pieces]))
    assert np.array_equal(made.momentum, np.concatenate([piece.momentum for piece in pieces]))
    assert [len(rows) for _, rows in sampling.by_part(some, made.attempt)] == [2 * count for count in some.counts]
    assert some.maximum >= max(part.maximum for part in some.parts)


def test_empty_slots_hold_nothing(matched):
    _, made = matched[0.1]
    empty = made.status == 0
    assert np.all(made.momentum[empty] == 0)
    assert np.all(made.pid[empty] == 0)
    assert np.all(made.pid[:, 3:][~empty[:, 3:]] == 22)


def test_unweighted_events_are_those_weighted():
    """Cross-section, share of overweight and the spectrum of what recoils; jobs change nothing."""
    given_ = {"process": f"{PAIR} (gamma)", "radiates": Choice(True, True, 0.1), "store": False}
    _, plain = api.sample(events=40_000, jobs=1, **given_)
    _, again = api.sample(events=40_000, jobs=2, **given_)
    _, heavy = api.sample(events=150_000, jobs=2, weighted=True, **given_)
    assert np.array_equal(plain.particles.momentum, again.particles.momentum)
    assert np.array_equal(plain.particles.weight, again.particles.weight)
    assert plain.overweight_fraction < 3e-3
    assert plain.unweighting_efficiency > 0.25
    value, error = plain.cross_section.value, np.hypot(plain.cross_section.error, heavy.cross_section.error)
    assert value == pytest.approx(heavy.cross_section.value, abs=4 * error)
    shares = []
    for some in (plain.particles, heavy.particles):
        p = some.momentum
        lost = 1 - invariant(p[:, 0] + p[:, 1]) / ROOT**2
        value, square = (np.histogram(lost, [-1, 1e-3, 0.03, 0.2, 0.6, 1], weights=w)[0] for w in (some.weight, some.weight**2))
        shares.append((value / some.weight.sum(), square / some.weight.sum() ** 2))
    assert np.sum((shares[0][0] - shares[1][0]) ** 2 / (shares[0][1] + shares[1][1])) < 21


def test_another_radiation_is_another_sample(matched):
    samplers = [some for some, _ in matched.values()]
    samplers += [replace(samplers[0], parts=(samplers[0].parts[0], samplers[1].parts[1]))]
    assert len({address.of(some, "user", (), ()) for some in samplers}) == 3
    part = samplers[0].parts[0].source
    others = [part.radiates, replace(part.radiates, initial=False), replace(part.radiates, factor=1.0)]
    assert len({store.digest(replace(part, radiates=some), ()) for some in others}) == 3


def test_pairs_just_above_threshold():
    """Taus 1.3 MeV above theirs: what little is radiated leaves them there."""
    _, found = api.cross_section("e+ e- -> tau+ tau-", sqrt_s=3.555, radiates=BOTH, precision=0.01, jobs=2)
    _, tree = api.cross_section("e+ e- -> tau+ tau-", sqrt_s=3.555, precision=0.01)
    assert 0.3 < found.value / tree.value < 0.7  # (1.3 MeV/1.78 GeV)^beta and the phase space on the way


# -- errors


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
