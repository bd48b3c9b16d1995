"""The reference matrix elements (tests/reference) against closed forms, Ward identities, soft photons and published totals."""

from math import pi, sqrt

import numpy as np
import pytest
from reference import CANONICAL, PROCESSES, algebra, contact, find, four_leptons, new_scalar, new_vector, pairs, points, radiative, weak
from reference.algebra import average
from scipy.integrate import dblquad, quad

from darkrecoil.constants import ALPHA_0, FERMI, GEV2_FB, M_E, M_MU, M_TAU

ROOT_S, E = 10.58, pairs.E
S = ROOT_S**2
HEAVY = 0.4  # GeV, an electron whose mass no test can overlook
ELECTRONS = pytest.mark.parametrize("m_e", [M_E, HEAVY])


def flat(masses, n=60, seed=1, m_e=M_E):
    return points.flat(masses, ROOT_S, n, seed, m_e)[0]


def products(momenta):
    """p_i.p_j as a function of the legs."""
    return lambda i, j: algebra.dot(momenta[:, i], momenta[:, j])


# Algebra and phase space


def test_spinors_and_polarisations_sum_to_what_they_should():
    momenta = flat([0.0, 1.0, 2.0], n=5, m_e=HEAVY)
    for leg, m in ((0, HEAVY), (2, 0.0), (3, 1.0), (4, 2.0)):
        p = momenta[:, leg]
        for states, sign in ((algebra.u, 1), (algebra.v, -1)):
            psi = states(momenta, leg, m).reshape(5, 2, 4)
            total = np.einsum("nsa,nsb->nab", psi, algebra.bar(psi))
            np.testing.assert_allclose(total, algebra.slash(p) + sign * m * np.eye(4), atol=1e-13)
        eps = algebra.polarisation(momenta, leg, mass=m).reshape(5, -1, 4)
        np.testing.assert_allclose(np.einsum("nsm,nm->ns", eps * algebra.SIGNS, p), 0, atol=1e-13)
        if m:
            expected = np.einsum("nm,nk->nmk", p, p) / m**2 - np.diag(algebra.SIGNS)
            np.testing.assert_allclose(np.einsum("nsm,nsk->nmk", eps, eps), expected, atol=1e-12)


def test_flat_points_conserve_momentum_and_fill_the_known_volumes():
    masses = [0.3, 1.0, 2.0]
    momenta, weights = points.flat(masses, ROOT_S, 20000, 3)
    np.testing.assert_allclose(momenta[:, 2:].sum(axis=1), momenta[:, :2].sum(axis=1), atol=1e-12)
    np.testing.assert_allclose(np.sqrt(algebra.dot(momenta[:, 2:], momenta[:, 2:])), np.broadcast_to(masses, (20000, 3)), rtol=1e-9)

    def two(s, a, b):
        return sqrt((s - (a + b) ** 2) * (s - (a - b) ** 2)) / (8 * pi * s)

    exact = quad(lambda m2: two(S, sqrt(m2), 2.0) * two(m2, 0.3, 1.0) / (2 * pi), 1.3**2, (ROOT_S - 2.0) ** 2)[0]
    assert weights.mean() == pytest.approx(exact, abs=4 * weights.std() / sqrt(20000))
    assert weights.std() < weights.mean()
    assert points.flat([0.3, 2.0], ROOT_S, 2, 1)[1] == pytest.approx(two(S, 0.3, 2.0), rel=1e-10)


# Pairs and photons: closed forms


@ELECTRONS
@pytest.mark.parametrize("m", [M_MU, M_TAU])
def test_pair_is_the_textbook_formula_with_both_masses(m, m_e):
    momenta = flat([m, m], m_e=m_e)
    p = products(momenta)
    terms = p(0, 2) * p(1, 3) + p(0, 3) * p(1, 2) + m**2 * p(0, 1) + m_e**2 * p(2, 3) + 2 * m**2 * m_e**2
    np.testing.assert_allclose(pairs.pair(momenta, m, m_e), 8 * E**4 * terms / S**2, rtol=1e-12)


def test_bhabha_is_the_massless_formula():
    momenta = flat([0.0, 0.0], m_e=0.0)
    p = products(momenta)
    s, t, u = 2 * p(0, 1), -2 * p(0, 2), -2 * p(0, 3)
    expected = 2 * E**4 * ((u**2 + t**2) / s**2 + 2 * u**2 / (s * t) + (u**2 + s**2) / t**2)
    np.testing.assert_allclose(pairs.bhabha(momenta, 0.0), expected, rtol=1e-9)


@pytest.mark.parametrize(
    ("function", "masses", "limit", "nanobarn"),
    [
        (lambda p: pairs.pair(p, M_MU), [M_MU, M_MU], 1.0, 0.775925),  # independent integrations, MadGraph and BabaYaga agree
        (lambda p: pairs.pair(p, M_TAU), [M_TAU, M_TAU], 1.0, 0.772076),
        (pairs.bhabha, [M_E, M_E], np.cos(np.radians(10)), 286.7567),
        (lambda p: pairs.photons(p) / 2, [0.0, 0.0], 0.9, 2.379502),
    ],
    ids=["mu mu", "tau tau", "bhabha", "gamma gamma"],
)
def test_born_totals(function, masses, limit, nanobarn):
    assert points.two_body(function, masses, ROOT_S, limit) * GEV2_FB / 1e6 == pytest.approx(nanobarn, rel=2e-5)


@ELECTRONS
def test_two_photons_are_the_textbook_formula(m_e):
    momenta = flat([0.0, 0.0], m_e=m_e)
    p = products(momenta)
    a, b, m2 = p(0, 2), p(0, 3), m_e**2
    expected = 2 * E**4 * (a / b + b / a + 2 * m2 * (1 / a + 1 / b) - m2**2 * (1 / a + 1 / b) ** 2)  # Peskin, Schroeder (5.105)
    np.testing.assert_allclose(pairs.photons(momenta, m_e), expected, rtol=1e-9)


def test_three_photons_are_the_massless_formula():
    momenta = flat([0.0] * 3, m_e=0.0)
    a = algebra.dot(momenta[:, :1], momenta[:, 2:])
    b = algebra.dot(momenta[:, 1:2], momenta[:, 2:])
    expected = E**6 * S * np.sum(a * b * (a**2 + b**2), axis=1) / np.prod(a * b, axis=1)
    np.testing.assert_allclose(pairs.photons(momenta, 0.0), expected, rtol=1e-9)


# Ward identities: the momentum in the place of a polarisation gives nothing


def gauge_cases():
    """name, masses of the outgoing legs (m_e is the electron's), function of momenta, m_e, ward; the legs of photons."""
    light, heavy = {"mass": 1.5, "g": 0.3}, radiative.emission
    return {
        "gg": ([0, 0], lambda p, m, w: pairs.photons_amplitude(p, m, ward=w), (2, 3)),
        "ggg": ([0, 0, 0], lambda p, m, w: pairs.photons_amplitude(p, m, ward=w), (2, 4)),
        "gggg": ([0, 0, 0, 0], lambda p, m, w: pairs.photons_amplitude(p, m, ward=w), (2, 5)),
        "mu mu g": ([M_MU, M_MU, 0], lambda p, m, w: radiative.annihilation_amplitude(p, M_MU, heavy(p, 4, E, w), m), (4,)),
        "e e g": (["e", "e", 0], lambda p, m, w: radiative.bhabha_amplitude(p, heavy(p, 4, E, w), m), (4,)),
        "mu mu gg": ([M_MU, M_MU, 0, 0], lambda p, m, w: radiative.pair_two_photons_amplitude(p, M_MU, m, ward=w), (4, 5)),
        "g A'": ([0, 1.5], lambda p, m, w: new_vector.photon_vector_amplitude(p, m_e=m, ward=w, **light), (2, 3)),
        "e e A'": (["e", "e", 1.5], lambda p, m, w: radiative.bhabha_amplitude(p, new_vector.emission(p, 4, 1.5, 0.3, 0.0, w), m), (4,)),
        "g a": ([0, 1.5], lambda p, m, w: new_scalar.photon_scalar_amplitude(p, 0.1, "dual", m, ward=w), (2,)),
        "g a even": ([0, 1.5], lambda p, m, w: new_scalar.photon_scalar_amplitude(p, 0.1, "even", m, ward=w), (2,)),
        "nu nu g, Z": ([0, 0, 0], lambda p, m, w: weak.z_photon_amplitude(p, m, ward=w), (4,)),
        "nu nu g, W": ([0, 0, 0], lambda p, m, w: weak.w_photon_amplitude(p, m, m_w=9.0, ward=w), (4,)),  # light: its own radiation counts
    }


@ELECTRONS
@pytest.mark.parametrize("name", gauge_cases())
def test_ward_identity(name, m_e):
    masses, amplitude, photons = gauge_cases()[name]
    momenta = flat([m_e if m == "e" else m for m in masses], m_e=m_e)
    plain = average(amplitude(momenta, m_e, None))
    for leg in photons:
        # the cancellation is between terms of the size of the plain amplitude times the photon's energy
        assert np.all(average(amplitude(momenta, m_e, leg)) < 1e-18 * plain * momenta[:, leg, 0] ** 2)


# Soft photons and soft pairs: |M|^2 -> -J^2 |M_0|^2


def eikonal(momenta, charged, k):
    """J^mu = e sum eta (2 p + k)^mu/(2 p.k + k^2), eta = +1 for an outgoing lepton or an incoming antilepton: ``charged`` is leg: eta."""
    total = 0
    for leg, eta in charged.items():
        p, incoming = momenta[:, leg], leg < 2
        towards = -k if incoming else k
        total = total + eta * (2 * p + towards) / (2 * algebra.dot(p, k) + (-1 if incoming else 1) * algebra.dot(k, k))[:, None]
    return E * total


BEAMS, FOUR = {0: -1, 1: 1}, {0: -1, 1: 1, 2: 1, 3: -1}


@ELECTRONS
@pytest.mark.parametrize(
    ("masses", "charged", "radiates", "plain"),
    [
        ([M_MU, M_MU], FOUR, lambda p, m: radiative.pair_photon(p, M_MU, m), lambda p, m: pairs.pair(p, M_MU, m)),
        (["e", "e"], FOUR, radiative.bhabha_photon, pairs.bhabha),
        ([M_MU, M_MU, 0], FOUR, lambda p, m: radiative.pair_two_photons(p, M_MU, m), lambda p, m: radiative.pair_photon(p, M_MU, m)),
        ([0, 0], BEAMS, pairs.photons, pairs.photons),
        ([0, 0, 0], BEAMS, pairs.photons, pairs.photons),
        ([0, 0], BEAMS, weak.electron_neutrinos_photon, lambda p, m: weak.heavy_neutral(p, 0.0, 0.0, 1.0, m_e=m)),
        ([0, 0], BEAMS, weak.muon_neutrinos_photon, lambda p, m: weak.heavy_neutral(p, 0.0, 0.0, 1.0, with_w=False, m_e=m)),
    ],
    ids=["mu mu", "e e", "mu mu gamma", "gamma gamma", "gamma gamma gamma", "nu_e nu_e", "nu_mu nu_mu"],
)
def test_soft_photons_factorise(masses, charged, radiates, plain, m_e):
    masses = [m_e if m == "e" else m for m in masses]
    with_photon, without = points.soft(masses, ROOT_S, 1e-6, 60, 5, m_e)
    current = eikonal(with_photon, charged, with_photon[:, -1])
    ratio = radiates(with_photon, m_e) / (-algebra.dot(current, current) * plain(without, m_e))
    np.testing.assert_allclose(ratio, 1, atol=1e-4)


@pytest.mark.parametrize(
    ("m", "function", "plain"),
    [
        (HEAVY, lambda p, m: four_leptons.electrons(p, m, HEAVY), lambda p: pairs.bhabha(p, HEAVY)),
        (M_TAU, lambda p, m: four_leptons.different(p, M_TAU, m, HEAVY), lambda p: pairs.pair(p, M_TAU, HEAVY)),
    ],
    ids=["e e", "tau tau"],
)
def test_a_soft_pair_is_a_soft_virtual_photon(m, function, plain):
    """The pair's own tensor is 4 (a b + b a - g (a.b + m^2)); every lepton radiates it, with the signs of a photon."""
    mass, light = 4e-5, 1e-5  # GeV, of the virtual photon and of the pair's leptons
    with_photon, without = points.soft([m, m], ROOT_S, 1e-4, 60, 7, HEAVY, mass)
    k = with_photon[:, -1]
    a, b = np.swapaxes(points.boost(points.flat([light, light], mass, 60, 8, light)[0][:, 2:], k), 0, 1)
    current, p = eikonal(with_photon, FOUR, k), algebra.dot
    tensor = 4 * (2 * p(current, a) * p(current, b) - p(current, current) * (p(a, b) + light**2))
    momenta = np.concatenate([with_photon[:, :-1], a[:, None], b[:, None]], axis=1)
    np.testing.assert_allclose(function(momenta, light) / (E**2 * tensor / mass**4 * plain(without)), 1, atol=2e-3)


# Four leptons: statistics of identical fermions, and charge conjugation


def equal_legs(m, twin_antiparticles=False):
    """f fbar f fbar whose two f (or two fbar) have the same momentum."""
    p = flat([2 * m, m, m], n=20, m_e=HEAVY)
    half, others = p[:, 2] / 2, (p[:, 3], p[:, 4])
    legs = (others[0], half, others[1], half) if twin_antiparticles else (half, others[0], half, others[1])
    return np.concatenate([p[:, :2], np.stack(legs, axis=1)], axis=1)


@pytest.mark.parametrize("twins", [False, True])
@pytest.mark.parametrize(
    ("m", "amplitude"),
    [
        (M_TAU, lambda p: four_leptons.same_amplitude(p, M_TAU, HEAVY)),
        (HEAVY, lambda p: four_leptons.four_electrons_amplitude(p, HEAVY)),
    ],
    ids=["4 tau", "4 e"],
)
def test_two_fermions_are_never_in_one_state(m, amplitude, twins):
    found = np.abs(amplitude(equal_legs(m, twins))).max(axis=0)  # the axes are now the six helicities
    one, other = (3, 5) if twins else (2, 4)
    equal = np.diagonal(found, axis1=one, axis2=other)
    assert equal.max() < 1e-10 * found.max()


@pytest.mark.parametrize("order", [[4, 3, 2, 5], [2, 5, 4, 3]])
def test_identical_legs_may_be_exchanged(order):
    momenta = flat([HEAVY] * 4, m_e=HEAVY)
    exchanged = momenta[:, [0, 1, *order]]
    for function in (lambda p: four_leptons.four_electrons(p, HEAVY), lambda p: four_leptons.same(p, HEAVY, HEAVY)):
        np.testing.assert_allclose(function(exchanged), function(momenta), rtol=1e-10)


@pytest.mark.parametrize(
    ("masses", "function"),
    [
        ([HEAVY, HEAVY, M_MU, M_MU], lambda p: four_leptons.electrons(p, M_MU, HEAVY)),
        ([HEAVY] * 4, lambda p: four_leptons.four_electrons(p, HEAVY)),
        ([M_MU, M_MU, M_TAU, M_TAU], lambda p: four_leptons.different(p, M_MU, M_TAU, HEAVY)),
    ],
    ids=["e e mu mu", "e e e e", "mu mu tau tau"],
)
def test_charge_conjugation_and_parity(masses, function):
    momenta = flat(masses, m_e=HEAVY)
    conjugated = momenta[:, [1, 0, 3, 2, 5, 4]]  # C; the beams then come from the wrong sides, which P mends
    np.testing.assert_allclose(function(conjugated * algebra.SIGNS), function(momenta), rtol=1e-10)
    np.testing.assert_allclose(function(conjugated), function(momenta), rtol=1e-10)


def test_four_muons_total():
    """0.03261(12) pb by independent amplitudes, 0.03256(11) by MadGraph: |cos| < 0.95, all four opposite-sign masses above 1 GeV."""
    momenta, weights = points.flat([M_MU] * 4, ROOT_S, 30000, 11)
    p = products(momenta)
    keep = np.all(np.abs(momenta[:, 2:, 3]) < 0.95 * np.sqrt(np.sum(momenta[:, 2:, 1:] ** 2, axis=2)), axis=1)
    for i, j in ((2, 3), (2, 5), (4, 3), (4, 5)):
        keep &= 2 * p(i, j) + 2 * M_MU**2 > 1
    squared = np.zeros(len(momenta))
    squared[keep] = four_leptons.same(momenta[keep], M_MU) / 4
    sigma, error = points.cross_section(squared, weights, ROOT_S)
    assert error < 0.02 * sigma
    assert sigma * GEV2_FB == pytest.approx(32.61, abs=4 * error * GEV2_FB)


# New vectors


@pytest.mark.parametrize(("mass", "fb"), [(0.1, 4.760), (3.0, 5.575), (7.0, 13.348)])
def test_photon_and_dark_photon(mass, fb):
    """dsigma/dcos = (2 pi alpha^2 eps^2/s)(1-x)(1 + cos^2 + 4x/(1-x)^2)/sin^2, and its integral for |cos| < 0.9, eps = 1e-3."""
    cosine = np.array([-0.8, 0.0, 0.3, 0.9])
    x = mass**2 / S
    shape = (1 - x) * (1 + cosine**2 + 4 * x / (1 - x) ** 2) / (1 - cosine**2)
    momenta = points.at_angles(cosine, [0.0, mass], ROOT_S)
    found = new_vector.photon_vector(momenta, mass, E * 1e-3) * (1 - x) / (32 * pi * S)
    np.testing.assert_allclose(found, 2 * pi * ALPHA_0**2 * 1e-6 / S * shape, rtol=1e-6)
    total = points.two_body(lambda p: new_vector.photon_vector(p, mass, E * 1e-3), [0.0, mass], ROOT_S, 0.9)
    assert total * GEV2_FB == pytest.approx(fb, rel=2e-4)


TOTALS = {  # fb at a coupling of 0.1, exact two-diagram tree level, by other programs: process, mass, parameters, fb, relative error
    "Z' 1": ("mu+ mu- Z'", M_MU, 1.0, {"mass": 1.0, "g_v": 0.1}, 995.0),
    "Z' 3": ("mu+ mu- Z'", M_MU, 3.0, {"mass": 3.0, "g_v": 0.1}, 137.2),
    "Z' tau": ("tau+ tau- Z'", M_TAU, 1.0, {"mass": 1.0, "g_v": 0.1}, 503.1),
    "S": ("mu+ mu- S", M_MU, 1.0, {"g_s": 0.1}, 134.28),
    "P": ("mu+ mu- S", M_MU, 1.0, {"g_s": 0.0, "g_p": 0.1}, 131.82),
    "S tau": ("tau+ tau- S", M_TAU, 1.0, {"g_s": 0.1}, 265.6),
    "P tau": ("tau+ tau- S", M_TAU, 1.0, {"g_s": 0.0, "g_p": 0.1}, 56.93),
}


@pytest.mark.parametrize("name", TOTALS)
def test_boson_with_a_pair_total(name):
    text, m, mass, parameters, fb = TOTALS[name]
    momenta, weights = points.flat([m, m, mass], ROOT_S, 20000, 13)
    sigma, error = points.cross_section(PROCESSES[f"e+ e- -> {text}"](momenta, **parameters), weights, ROOT_S)
    assert error < 0.015 * sigma
    assert sigma * GEV2_FB == pytest.approx(fb, abs=3.5 * error * GEV2_FB)


def test_massless_leptons_do_not_know_axial_from_vector():
    momenta = flat([0.0, 0.0, 1.0])
    vector = new_vector.pair_vector(momenta, 1.0, 0.0, 0.3)
    for g_v, g_a, times in ((0.0, 0.3, 1), (0.15, -0.15, 0.5), (0.3, 0.3, 2)):
        np.testing.assert_allclose(new_vector.pair_vector(momenta, 1.0, 0.0, g_v, g_a), times * vector, rtol=1e-9)


def test_the_longitudinal_axial_vector_is_a_pseudoscalar():
    """kslash gamma5 between two Dirac equations is 2 m gamma5: an axial vector with its momentum as polarisation has the rate of P."""
    momenta = flat([M_TAU, M_TAU, 1.0])
    axial = radiative.final_amplitude(momenta, M_TAU, new_vector.emission(momenta, 4, 1.0, 0.0, 0.3, ward=4))
    expected = new_scalar.pair_scalar(momenta, M_TAU, 0.0, 2 * M_TAU * 0.3)
    np.testing.assert_allclose(average(axial), expected, rtol=1e-10)
    vector = radiative.final_amplitude(momenta, M_TAU, new_vector.emission(momenta, 4, 1.0, 0.3, 0.0, ward=4))
    assert np.all(average(vector) < 1e-18 * expected)


@pytest.mark.parametrize(
    ("of", "masses"),
    [
        (new_vector.flavours_annihilation, (M_MU, M_TAU)),
        (new_vector.electron_flavour_exchange, (HEAVY, M_TAU)),
        (new_vector.flavour_positron_exchange, (M_TAU, HEAVY)),
    ],
)
def test_a_longitudinal_vector_that_changes_flavour_is_a_scalar(of, masses):
    """kslash between the Dirac equations of two masses is their difference."""
    momenta = flat([*masses, 1.0], m_e=HEAVY)
    given = masses if of is new_vector.flavours_annihilation else (M_TAU,)
    found = of(momenta, new_vector.emission(momenta, 4, 1.0, 0.3, 0.0, ward=4), *given, HEAVY, E)
    expected = of(momenta, new_scalar.emission(momenta, 4, 0.3 * abs(masses[0] - masses[1])), *given, HEAVY, E)
    np.testing.assert_allclose(average(found), average(expected), rtol=1e-10)


def test_two_flavours_of_one_mass_are_parts_of_one_flavour():
    """With all masses equal the eight diagrams of e e V are the four of e- fbar V, the four of f e+ V, less the two in both, more two."""
    momenta = flat([HEAVY, HEAVY, 1.0], m_e=HEAVY)
    emit = new_vector.emission(momenta, 4, 1.0, 0.3)
    known = {"mass": 1.0, "m": HEAVY, "g": 0.3, "m_e": HEAVY}
    four = new_vector.electron_flavour_amplitude(momenta, **known) + new_vector.flavour_positron_amplitude(momenta, **known)
    final = radiative.final_amplitude(momenta, HEAVY, emit, HEAVY)
    initial = radiative.initial_amplitude(momenta, HEAVY, emit, HEAVY)
    np.testing.assert_allclose(average(four - final + initial), new_vector.electrons_vector(momenta, 1.0, 0.3, HEAVY), rtol=1e-10)
    same = new_vector.two_flavours(momenta, 1.0, HEAVY, HEAVY, 0.3, HEAVY)
    np.testing.assert_allclose(same, new_vector.pair_vector(momenta, 1.0, HEAVY, 0.3, 0.0, HEAVY), rtol=1e-10)


def test_charge_conjugation_of_flavour():
    momenta = flat([HEAVY, M_MU, 1.0], m_e=HEAVY)
    conjugated = momenta[:, [1, 0, 3, 2, 4]]
    one = new_vector.electron_flavour(momenta, 1.0, M_MU, 0.3, HEAVY)
    np.testing.assert_allclose(new_vector.flavour_positron(conjugated, 1.0, M_MU, 0.3, HEAVY), one, rtol=1e-10)


# New scalars


def test_scalar_and_pseudoscalar_do_not_interfere():
    """QED conserves parity, and without spins there is no odd quantity for their product to multiply."""
    momenta = flat([HEAVY, HEAVY, 1.0], m_e=HEAVY)
    for function in (new_scalar.electrons_scalar, lambda p, s, q, m: new_scalar.pair_scalar(p, HEAVY, s, q, m)):
        both, one, other = (function(momenta, g_s, g_p, HEAVY) for g_s, g_p in ((0.3, 0.2), (0.3, 0.0), (0.0, 0.2)))
        np.testing.assert_allclose(both, one + other, rtol=1e-10)


@pytest.mark.parametrize("structure", ["dual", "even"])
@pytest.mark.parametrize(("mass", "fb"), [(0.5, 117.60), (5.0, 55.46), (9.0, 2.499)])
def test_photon_and_axion(mass, fb, structure):
    """dsigma/dcos ~ 1 + cos^2, sigma = (alpha g^2/24)(1 - m^2/s)^3, for F F as for F Ftilde."""

    def function(p):
        return new_scalar.photon_scalar(p, 1e-3, structure)

    cosine = np.array([-0.9, 0.0, 0.5])
    found = function(points.at_angles(cosine, [0.0, mass], ROOT_S))
    np.testing.assert_allclose(found / found[1], 1 + cosine**2, rtol=1e-6)
    total = points.two_body(function, [0.0, mass], ROOT_S)
    assert total == pytest.approx(ALPHA_0 * 1e-6 / 24 * (1 - mass**2 / S) ** 3, rel=1e-6)
    assert total * GEV2_FB == pytest.approx(fb, rel=3e-4)


@pytest.mark.parametrize("structure", ["dual", "even"])
def test_the_vertex_of_two_photons_gives_the_width(structure):
    """Gamma = g^2 m^3/(64 pi) = sum |V|^2/(2 m) (1/8 pi)(1/2)."""
    g, mass = 1e-3, 2.0
    momenta = points.at_angles(np.array([0.3]), [0.0, 0.0], mass)
    a, b = (algebra.polarisation(momenta, i) for i in (2, 3))
    q, r = (algebra.momentum(momenta, i) for i in (2, 3))
    total = np.sum(np.abs(new_scalar.two_photon_vertex(a, -q, b, -r, g, structure)) ** 2)
    assert total / (32 * pi * mass) == pytest.approx(g**2 * mass**3 / (64 * pi), rel=1e-12)


@pytest.mark.parametrize("structure", ["dual", "even"])
def test_a_scalar_from_two_photons_meets_conserved_currents(structure):
    """A gauge term in either propagator changes nothing, and charge conjugation exchanges the legs."""
    momenta = flat([HEAVY, HEAVY, 1.0], m_e=HEAVY)
    plain = new_scalar.electrons_fusion(momenta, 0.1, structure, HEAVY)
    gauged = average(new_scalar.electrons_fusion_amplitude(momenta, 0.1, structure, HEAVY, gauge=3.0))
    np.testing.assert_allclose(gauged, plain, rtol=1e-10)
    np.testing.assert_allclose(new_scalar.electrons_fusion(momenta[:, [1, 0, 3, 2, 4]], 0.1, structure, HEAVY), plain, rtol=1e-10)


def test_a_soft_massless_scalar_rescales_the_photon():
    """-(1/4)(1 + g a) F F with a constant a: every photon's propagator is divided by 1 + g a, so that M -> -g M(e e). F Ftilde is a
    derivative then, and gives nothing."""
    with_scalar, without = points.soft([HEAVY, HEAVY], ROOT_S, 1e-6, 60, 9, HEAVY)
    expected = 0.01 * pairs.bhabha(without, HEAVY)
    np.testing.assert_allclose(new_scalar.electrons_fusion(with_scalar, 0.1, "even", HEAVY), expected, rtol=1e-4)
    assert np.all(new_scalar.electrons_fusion(with_scalar, 0.1, "dual", HEAVY) < 1e-8 * expected)


@pytest.mark.parametrize(("mass", "scalar", "fb"), [(4.0, 1.0, 7.43), (7.0, 1.0, 25.1)])
def test_dark_higgsstrahlung(mass, scalar, fb):
    """sigma = (pi alpha alpha_D eps^2/3 s)(1 - m_A^2/s)^-2 sqrt(lambda)(lambda + 12 m_A^2/s), lambda = lambda(1, m_A^2/s, m_h^2/s)."""
    eps, g_d = 1e-3, sqrt(4 * pi * 0.1)
    x, y = mass**2 / S, scalar**2 / S
    lam = (1 - x - y) ** 2 - 4 * x * y
    expected = pi * ALPHA_0 * 0.1 * eps**2 / (3 * S) / (1 - x) ** 2 * sqrt(lam) * (lam + 12 * x)
    found = points.two_body(lambda p: new_scalar.higgsstrahlung(p, mass, E * eps, g_d * mass), [mass, scalar], ROOT_S)
    assert found == pytest.approx(expected, rel=1e-6)
    assert found * GEV2_FB == pytest.approx(fb, rel=2e-3)


# Four fermions


@pytest.mark.parametrize(
    ("letters", "single", "double"),
    [
        ("LL", (0, 0, 1), (0, 0, 4)),
        ("RR", (0, 0, 1), (0, 0, 4)),
        ("LR", (0, 1, 0), (1, 1, 0)),
        ("VV", (0, 2, 2), (2, 2, 8)),
        ("AA", (0, 2, 2), (2, 2, 8)),
        ("SS", (1, 0, 0), (0.5, 0.5, 0.5)),
        ("PP", (1, 0, 0), (0.5, 0.5, 0.5)),
    ],
)
def test_contact_operators_without_masses(letters, single, double):
    """|M|^2/g^2 by its coefficients of s^2, t^2, u^2. One contraction: traces of four matrices; two with equal electrons: by Fierz
    LL doubles its amplitude, LR gains the crossed square, SS that and an interference."""
    momenta = flat([0.0, 0.0], m_e=0.0)
    p = products(momenta)
    squares = np.stack([p(0, 1), p(0, 2), p(0, 3)], axis=-1) ** 2 * 4
    np.testing.assert_allclose(contact.two_flavours(momenta, 0.0, 0.0, 0.2, letters, 0.0), 0.04 * squares @ single, rtol=1e-9)
    for function in (contact.electron_flavour, contact.flavour_positron):
        np.testing.assert_allclose(function(momenta, 0.0, 0.2, letters, 0.0), 0.04 * squares @ double, rtol=1e-9)


@pytest.mark.parametrize(("letters", "times"), [("LL", 1), ("LR", 1), ("RL", 1), ("RR", 1), ("VV", 4)])
def test_contact_totals(letters, times):
    """s |C|^2/(48 pi) for each chirality, four times that with electrons in the final state."""
    unit = times * S * 1e-12 / (48 * pi)
    other = points.two_body(lambda p: contact.two_flavours(p, 0.0, 0.0, 1e-6, letters), [0.0, 0.0], ROOT_S)
    electron = points.two_body(lambda p: contact.electron_flavour(p, 0.0, 1e-6, letters), [M_E, 0.0], ROOT_S)
    assert (other / unit, electron / unit) == pytest.approx((1, 4), rel=1e-5)


def test_contact_operators_conjugate():
    momenta = flat([HEAVY, M_TAU], m_e=HEAVY)
    for letters in ("VV", "LL", "LR", "SS", "SP"):  # CP: the particles' places exchanged and all three-momenta reversed
        one = contact.electron_flavour(momenta, M_TAU, 0.2, letters, HEAVY)
        other = contact.flavour_positron(momenta[:, [1, 0, 3, 2]] * algebra.SIGNS, M_TAU, 0.2, letters, HEAVY)
        np.testing.assert_allclose(other, one, rtol=1e-10)


# Neutrinos

FAR = {"m_z": 1e3 * weak.M_Z, "g_z": 1e3 * weak.G_Z}  # W and Z of the same G_F, too heavy to be seen
FAR_W = {"m_w": 1e3 * weak.M_W, "g_w": 1e3 * weak.G_W}


@pytest.mark.parametrize("m_n", [0.0, 3.0])
@pytest.mark.parametrize(("with_w", "left"), [(True, 0.5 + weak.SIN2), (False, -0.5 + weak.SIN2)])
def test_heavy_neutral_lepton_far_below_the_w(m_n, with_w, left):
    """|M|^2 = 32 G_F^2 U^2 (g_L^2 (p2.p3)(p1.p4) + g_R^2 (p1.p3)(p2.p4)), g_L = +-1/2 + sin2, g_R = sin2, for massless electrons."""
    for masses in ((m_n, 0.0), (0.0, m_n)):
        momenta = flat(masses, m_e=0.0)
        p = products(momenta)
        expected = 32 * FERMI**2 * 0.01 * (left**2 * p(1, 2) * p(0, 3) + weak.SIN2**2 * p(0, 2) * p(1, 3))
        found = weak.heavy_neutral(momenta, *masses, 0.1, with_w, 0.0, **FAR, **FAR_W)
        np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_neutrinos_and_a_photon_total():
    """1.55 fb for E* > 1 GeV, |cos*| < 0.8: (2 alpha/pi) ((1 - x/2)^2 + x^2 cos^2/4)/(x sin^2) sigma(s (1 - x)) for each flavour.

    sigma(s) = G_F^2 s (g_L^2 + g_R^2)/(6 pi); exact for massless electrons and an interaction at a point.
    """
    momenta, weights = points.flat([0.0] * 3, ROOT_S, 40000, 17)
    photon = momenta[:, 4]
    keep = (photon[:, 0] > 1) & (np.abs(photon[:, 3]) < 0.8 * photon[:, 0])
    total = 0.0
    for function, known, left, times in (
        (weak.electron_neutrinos_photon, {**FAR, **FAR_W}, 0.5 + weak.SIN2, 1),
        (weak.muon_neutrinos_photon, FAR, -0.5 + weak.SIN2, 2),
    ):
        squared = np.zeros(len(momenta))
        squared[keep] = function(momenta[keep], **known)
        sigma, error = points.cross_section(squared, weights, ROOT_S)
        strength = ALPHA_0 / pi * 2 * FERMI**2 * S * (left**2 + weak.SIN2**2) / (6 * pi)
        exact = strength * dblquad(
            lambda c, x: (1 - x) * ((1 - x / 2) ** 2 + x**2 * c**2 / 4) / (x * (1 - c**2)), 2 / ROOT_S, 1, -0.8, 0.8
        )[0]  # fmt: skip
        assert error < 0.02 * exact
        assert sigma == pytest.approx(exact, abs=3.5 * error)
        total += times * exact
    assert total * GEV2_FB == pytest.approx(1.55, abs=0.005)


# The dictionary


def test_momenta_are_in_the_order_of_the_text():
    momenta = flat([M_MU, M_MU, 0.0])
    axial = {"mass": 1.0, "g_v": 0.1, "g_a": 0.05}
    vector = flat([M_MU, M_MU, 1.0])
    assert np.array_equal(PROCESSES["e+ e- -> mu+ mu- gamma"](momenta[:, [0, 1, 3, 2, 4]]), radiative.pair_photon(momenta, M_MU))
    assert np.array_equal(find("e+ e- -> gamma mu- mu+")(momenta[:, [0, 1, 4, 2, 3]]), radiative.pair_photon(momenta, M_MU))
    expected = new_vector.pair_vector(vector, m=M_MU, **axial)
    assert np.array_equal(PROCESSES["e+ e- -> mu+ mu- Z'"](vector[:, [0, 1, 3, 2, 4]], **axial), expected)
    with pytest.raises(KeyError, match="pi0"):
        find("e+ e- -> pi0 gamma")


def test_every_process_answers():
    parameters = {
        "Z'": {"mass": 1.0}, "A'": {"mass": 1.0}, "S": {"g_s": 0.1}, "a": {"g": 0.1}, "N": {"mass": 1.0, "mixing": 0.1},
        "N~": {"mass": 1.0, "mixing": 0.1}, "h'": {"g_m": 0.3},
    }  # fmt: skip
    masses = {"e": M_E, "mu": M_MU, "tau": M_TAU, "Z'": 1.0, "A'": 1.0, "S": 1.0, "a": 1.0, "h'": 1.0, "N": 1.0, "N~": 1.0}
    assert len(PROCESSES) >= len(CANONICAL)
    for text, function in PROCESSES.items():
        names = text.partition("->")[2].split()
        known = {key: value for name in names for key, value in parameters.get(name, {}).items()}
        if names[-1] == "Z'":
            known["g_v" if names[0][:-1] == names[1][:-1] else "g"] = 0.1
        elif "A'" in names or (len(names) == 2 and names[0].strip("+-") != names[1].strip("+-") and "+" in text.partition("->")[2]):
            known["g"] = 0.1
        momenta = flat([masses.get(name, masses.get(name.strip("+-"), 0.0)) for name in names], n=3)
        squared = function(momenta, **known)
        assert squared.shape == (3,), text
        assert np.all(squared > 0), text
