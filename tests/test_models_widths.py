"""Widths against two- and three-body phase space of squared amplitudes from explicit matrices, and against limits."""

from cmath import asin
from cmath import sqrt as complex_sqrt
from dataclasses import replace
from functools import partial
from math import log, pi, sqrt

import dirac
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkrecoil import models
from darkrecoil._errors import BadValue
from darkrecoil.constants import ALPHA_0, FERMI, M_E, M_MU, M_TAU, M_Z, SIN2_EFFECTIVE
from darkrecoil.models import _three_body as three
from darkrecoil.models import _two_body as two
from darkrecoil.models._standard_model import G_NEUTRAL, Z_LEFT, Z_RIGHT
from darkrecoil.records import Field, Vertex

close = partial(pytest.approx, rel=1e-9, abs=0.0)  # pytest's own abs, 1e-12, is more than many a width
GAMMA5 = 1j * dirac.GAMMA[0] @ dirac.GAMMA[1] @ dirac.GAMMA[2] @ dirac.GAMMA[3]
LEFT, RIGHT = (np.eye(4) - GAMMA5) / 2, (np.eye(4) + GAMMA5) / 2
G = dirac.G
MASSES = st.floats(0.0, 1.0)
NUMBERS = st.floats(-2, 2)
EXACT = {"derandomize": True, "deadline": None, "max_examples": 60}


def products(mass, m1, m2):
    """2|p|/M and the four-vectors of the two products of a decay at rest."""
    e1, e2 = (mass**2 + m1**2 - m2**2) / (2 * mass), (mass**2 + m2**2 - m1**2) / (2 * mass)
    p = sqrt(max(e1**2 - m1**2, 0.0))
    return 2 * p / mass, np.array([e1, 0.0, 0.0, p]), np.array([e2, 0.0, 0.0, -p])


def spins(p, k, m1, m2, gamma):
    """Sum over spins of ubar(p) A v(k) times the conjugate of ubar(p) B v(k), for the matrices A, B of an array: (..A, ..B)."""
    return dirac.trace(dirac.slash(p) + m1 * np.eye(4), gamma, dirac.slash(k) - m2 * np.eye(4), gamma)


def vector_polarisations(k, m):
    """The transverse polarisations of a vector along z and, if it has a mass, the longitudinal one."""
    transverse = [np.array([0, 1.0, 0, 0]), np.array([0, 0, 1.0, 0])]
    return transverse if m == 0 else [*transverse, np.array([abs(k[3]), 0, 0, np.copysign(k[0], k[3])]) / m]


def levi_civita():
    """epsilon^{0123} = 1."""
    found = np.zeros((4, 4, 4, 4))
    for order in np.ndindex(4, 4, 4, 4):
        if len(set(order)) == 4:
            found[order] = np.linalg.det(np.eye(4)[list(order)])
    return found


EPSILON = levi_civita()


@settings(**EXACT)
@given(m1=MASSES, m2=MASSES, left=NUMBERS, right=NUMBERS)
def test_a_vector_to_two_fermions(m1, m2, left, right):
    mass = 2.3
    speed, p, k = products(mass, m1, m2)
    current = spins(p, k, m1, m2, dirac.GAMMA @ (left * LEFT + right * RIGHT))
    q = G @ np.array([mass, 0, 0, 0])
    squared = np.einsum("ab,ab", current, -G + np.outer(q, q) / mass**2).real / 3
    assert two.vector_to_fermions(mass, m1, m2, left, right) == pytest.approx(squared * speed / (16 * pi * mass), rel=1e-10, abs=1e-14)


@settings(**EXACT)
@given(m1=MASSES, m2=MASSES, scalar=NUMBERS, pseudoscalar=NUMBERS)
def test_a_scalar_to_two_fermions(m1, m2, scalar, pseudoscalar):
    mass = 2.3
    speed, p, k = products(mass, m1, m2)
    squared = spins(p, k, m1, m2, (scalar * np.eye(4) + 1j * pseudoscalar * GAMMA5)[None])[0, 0].real
    found = two.scalar_to_fermions(mass, m1, m2, scalar, pseudoscalar)
    assert found == pytest.approx(squared * speed / (16 * pi * mass), rel=1e-10, abs=1e-14)


def field_strength(k, polarisation):
    """i(k_mu A_nu - k_nu A_mu), indices up, without the i."""
    return np.outer(k, polarisation) - np.outer(polarisation, k)


@pytest.mark.parametrize("dual", [True, False])
@pytest.mark.parametrize("alike", [True, False])
@pytest.mark.parametrize(("m1", "m2"), [(0.0, 0.0), (0.7, 0.7), (0.0, 0.9), (0.3, 1.1)])
def test_a_scalar_to_two_vectors_by_field_strengths(dual, alike, m1, m2):
    mass, g = 2.3, 0.4
    speed, p, k = products(mass, m1, m2)
    total = 0.0
    for one in vector_polarisations(p, m1):
        for other in vector_polarisations(k, m2):
            f1, f2 = field_strength(p, one), field_strength(k, other)
            lower = G @ f2 @ G
            second = np.einsum("abcd,cd->ab", EPSILON, lower) / 2 if dual else f2
            total += (g / 2 * np.einsum("ab,ab", G @ f1 @ G, second)) ** 2  # -(g/4) twice: two contractions, or the term's factor 2
    expected = total * speed / (16 * pi * mass) / (2 if alike else 1)
    assert two.scalar_to_field_strengths(mass, m1, m2, g, dual, alike) == close(expected, rel=1e-12)


@pytest.mark.parametrize(("m1", "m2", "alike"), [(0.7, 0.7, True), (0.7, 0.7, False), (0.3, 1.1, False)])
def test_a_scalar_to_two_massive_vectors(m1, m2, alike):
    mass, g = 2.3, 0.4
    speed, p, k = products(mass, m1, m2)
    pairs = [(a, b) for a in vector_polarisations(p, m1) for b in vector_polarisations(k, m2)]
    total = sum((g * (2 if alike else 1) * a @ G @ b) ** 2 for a, b in pairs)
    expected = total * speed / (16 * pi * mass) / (2 if alike else 1)
    assert two.scalar_to_vectors(mass, m1, m2, g, alike) == close(expected, rel=1e-12)


def test_a_higgs_boson_to_two_z():
    mass, x = 300.0, (M_Z / 300.0) ** 2
    expected = FERMI * mass**3 / (16 * sqrt(2) * pi) * (1 - 4 * x + 12 * x**2) * sqrt(1 - 4 * x)
    found = two.scalar_to_vectors(mass, M_Z, M_Z, M_Z**2 * sqrt(sqrt(2) * FERMI), alike=True)
    assert found == close(expected, rel=1e-13)


def test_all_are_closed_below_threshold():
    assert two.vector_to_fermions(1.0, 0.4, 0.7, 1.0, 0.3) == 0
    assert two.scalar_to_fermions(1.0, 0.4, 0.7, 1.0, 0.3) == 0
    assert two.scalar_to_field_strengths(1.0, 0.4, 0.7, 1.0, True, False) == 0
    assert two.scalar_to_vectors(1.0, 0.6, 0.6, 1.0, True) == 0
    assert three.to_neutrino_and_pair(1.0, 0.4, 0.7, 1.0, 0.0) == 0


def test_z_widths():
    """Measured: 83.984(86) MeV to a pair of charged leptons, 499.0(15) MeV to neutrinos; tree level is within 1 %."""
    charged = two.vector_to_fermions(M_Z, M_E, M_E, G_NEUTRAL * Z_LEFT, G_NEUTRAL * Z_RIGHT)
    neutrinos = 3 * two.vector_to_fermions(M_Z, 0.0, 0.0, G_NEUTRAL / 2, 0.0)
    assert charged == close(83.984e-3, rel=0.01)
    assert neutrinos == close(499.0e-3, rel=0.01)


def test_photons_by_heavy_leptons():
    """Low-energy theorems: the mass shift of alpha's running, g = 2 alpha s/(3 pi m) of -(g/4) S F F; the anomaly, alpha p/(pi m)."""
    for which, g in ((0, 2 * ALPHA_0 / (3 * pi)), (1, ALPHA_0 / pi)):
        couplings = (0.2, 0.0) if which == 0 else (0.0, 0.2)
        found = two.scalar_to_photons_by_leptons(0.001, [(1.7, *couplings)])
        assert found == close((g * 0.2 / 1.7) ** 2 * 0.001**3 / (64 * pi), rel=1e-6)


@pytest.mark.parametrize("t", [1e-5, 9e-5, 1.1e-4, 0.01, 0.3, 0.9])
def test_photons_by_leptons_against_feynman_parameters(t):
    """A, B = 4 int_{x + y < 1} (1 - 4 x y, 1)/(1 - 4 t x y): the triangle with two photons on shell."""
    nodes, weights = np.polynomial.legendre.leggauss(120)
    u, w = (nodes + 1) / 2, weights / 2
    x, y = np.meshgrid(u, u, indexing="ij")
    y = y * (1 - x)
    area = np.outer(w, w) * (1 - x)
    mass, lepton = 2 * M_MU * sqrt(t), M_MU
    for numerator, couplings in ((1 - 4 * x * y, (1.0, 0.0)), (np.ones_like(x), (0.0, 1.0))):
        form = 4 * np.sum(area * numerator / (1 - 4 * t * x * y))
        expected = (ALPHA_0 * form / lepton) ** 2 * mass**3 / (256 * pi**3)
        assert two.scalar_to_photons_by_leptons(mass, [(lepton, *couplings)]) == close(expected, rel=1e-8)


@pytest.mark.parametrize("t", [1.0001, 1.5, 30.0, 1e6])
def test_the_loop_above_threshold_is_the_continuation(t):
    assert two.loop(t) == close(asin(complex_sqrt(t + 1e-13j * t)) ** 2, rel=1e-5)


def test_two_leptons_in_the_loop_interfere():
    one, other = (M_MU, 0.1, 0.0), (M_TAU, -0.1 * M_TAU / M_MU * 1.0, 0.0)
    alone = two.scalar_to_photons_by_leptons(1e-3, [one])
    assert two.scalar_to_photons_by_leptons(1e-3, [one, other]) < 1e-6 * alone  # heavy leptons of opposite s/m cancel


def three_body_width(mass, m1, m2, squared):
    """int |M|^2 over N(p) -> nu(k) f(p1) fbar(p2), GeV: Gauss-Legendre in the pair's mass and its angle; squared(p, k, p1, p2)."""
    nodes, weights = np.polynomial.legendre.leggauss(40)
    total = 0.0
    for node, weight in zip(nodes, weights, strict=True):
        angle = (node + 1) * pi / 2  # s = low + (high - low)(1 - cos)/2: the square roots at both ends become smooth
        low, high = (m1 + m2) ** 2, mass**2
        s = low + (high - low) * (1 - np.cos(angle)) / 2
        step = weight * pi / 2 * (high - low) * np.sin(angle) / 2
        speed, a, b = products(sqrt(s), m1, m2)
        outer, pair, neutrino = products(mass, sqrt(s), 0.0)
        gamma, boost = pair[0] / sqrt(s), pair[3] / sqrt(s)
        for cosine, share in zip(*np.polynomial.legendre.leggauss(8), strict=True):
            momenta = []
            for e, p in ((a[0], a[3]), (b[0], b[3])):
                momenta.append(np.array([gamma * e + boost * p * cosine, p * sqrt(1 - cosine**2), 0.0, gamma * p * cosine + boost * e]))
            average = squared(np.array([mass, 0.0, 0.0, 0.0]), neutrino, *momenta)
            total += step * share / 2 * average * speed * outer
    return total / (2 * mass) / (2 * pi) / (8 * pi) ** 2


def left_current(mass):
    """4 G_F/sqrt2 times (nubar gamma^mu P_L N): the tensor of its spins, averaged over N's."""
    strength = 8 * FERMI**2

    def tensor(p, k):
        return strength * dirac.trace(dirac.slash(k), dirac.GAMMA @ LEFT, dirac.slash(p) + mass * np.eye(4), dirac.GAMMA @ LEFT) / 2

    return tensor


@pytest.mark.parametrize(("m1", "m2", "left", "right"), [(0.3, 0.3, -0.27, 0.23), (0.2, 0.5, 1.0, 0.0), (0.0, 0.4, 0.6, -0.9)])
def test_a_neutrino_and_a_pair(m1, m2, left, right):
    mass, tensor = 1.3, left_current(1.3)

    def squared(p, k, p1, p2):
        pair = spins(p1, p2, m1, m2, dirac.GAMMA @ (left * LEFT + right * RIGHT))
        return np.einsum("ab,ab->", G @ tensor(p, k) @ G, pair).real

    found = three.to_neutrino_and_pair(mass, m1, m2, left, right)
    assert found == close(three_body_width(mass, m1, m2, squared), rel=1e-6)


def test_the_fierz_transformation_of_the_charged_current():
    """(e- N)(nu mu+) as written by the W's exchange has the rate of (nu N)(e- mu+)."""
    mass, m1, m2 = 1.3, 0.2, 0.5

    def squared(p, k, p1, p2):
        lepton = dirac.trace(dirac.slash(p1) + m1 * np.eye(4), dirac.GAMMA @ LEFT, dirac.slash(p) + mass * np.eye(4), dirac.GAMMA @ LEFT)
        pair = spins(k, p2, 0.0, m2, dirac.GAMMA @ LEFT)
        return 8 * FERMI**2 * np.einsum("ab,ab->", G @ lepton @ G, pair).real / 2

    assert three.to_neutrino_and_pair(mass, m1, m2, 1.0, 0.0) == close(three_body_width(mass, m1, m2, squared), rel=1e-6)


def test_the_muon_lifetime():
    """mu -> e nu nu is the charged current with one massive lepton: 2.197 us, radiative corrections of -0.4 %."""
    hbar = 6.582119569e-25  # GeV s
    assert hbar / three.to_neutrino_and_pair(M_MU, 0.0, M_E, 1.0, 0.0) == close(2.1969811e-6, rel=5e-3)
    massless = three.to_neutrino_and_pair(1.0, 0.0, 0.0, 0.6, 0.8)
    assert massless == close(three.to_neutrinos(1.0, 1.0), rel=1e-8)
    x = (M_E / M_MU) ** 2
    exact = 1 - 8 * x + 8 * x**3 - x**4 - 12 * x**2 * log(x)
    ratio = three.to_neutrino_and_pair(M_MU, 0.0, M_E, 1.0, 0.0) / three.to_neutrinos(M_MU, 1.0)
    assert ratio == close(exact, rel=1e-8)


def published_pair(mass, lepton, same):
    """Gamma(N -> nu l l)/(G_F^2 m^5 U^2/(192 pi^3)): D. Gorbunov, M. Shaposhnikov, JHEP 10 (2007) 015, appendix."""
    s, x = SIN2_EFFECTIVE, lepton / mass
    sign = 1 if same else -1
    c1, c2 = (1 + sign * 4 * s + 8 * s**2) / 4, s * (2 * s + sign) / 2
    root = sqrt(1 - 4 * x**2)
    ell = log((1 - 3 * x**2 - (1 - x**2) * root) / (x**2 * (1 + root)))
    first = (1 - 14 * x**2 - 2 * x**4 - 12 * x**6) * root + 12 * x**4 * (x**4 - 1) * ell
    return c1 * first + 4 * c2 * (x**2 * (2 + 10 * x**2 - 12 * x**4) * root + 6 * x**4 * (1 - 2 * x**2 + 2 * x**4) * ell)


@pytest.mark.parametrize("mass", [0.3, 1.0, 5.0])
def test_a_heavy_neutrino_against_published_formulas(mass):
    model = models.find("heavy_neutrino")
    widths = models.partial_widths(model, mass, 0.01)
    unit = FERMI**2 * mass**5 * 1e-4 / (192 * pi**3)
    assert widths["invisible"] == close(unit, rel=1e-9)
    assert widths["mu+ mu- nu"] == close(unit * published_pair(mass, M_MU, False), rel=1e-6)
    heavy = three.to_neutrino_and_pair(mass, 0.1 * mass, 0.1 * mass, Z_LEFT + 1, SIN2_EFFECTIVE)  # the formula cancels for light leptons
    assert heavy == close(unit / 1e-4 * published_pair(mass, 0.1 * mass, True), rel=1e-6)
    assert widths["e+ e- nu"] == close(unit * (1 + 4 * SIN2_EFFECTIVE + 8 * SIN2_EFFECTIVE**2) / 4, rel=1e-4)  # massless
    if mass < 2 * M_TAU:
        assert widths["tau+ tau- nu"] == 0


def test_a_heavy_neutrino_needs_the_vertices_of_one_mixing():
    model = models.find("heavy_neutrino")
    alone = replace(model, vertices=model.vertices[:1])
    with pytest.raises(BadValue, match="not those of one mixing"):
        models.total_width(alone, 1.0, 0.1)
    uneven = replace(model, vertices=(model.vertices[0], replace(model.vertices[1], strength=1.0)))
    with pytest.raises(BadValue, match="not those of one mixing"):
        models.total_width(uneven, 1.0, 0.1)
    other = replace(model, vertices=(*model.vertices, Vertex(("N", "N", "Z"), "left", 0.1)))
    with pytest.raises(BadValue, match=r"no width for a vertex of heavy_neutrino: N N Z \(left\)"):
        models.total_width(other, 1.0, 0.1)


def test_mixing_with_the_muon_has_the_muons_final_states():
    model = models.find("heavy_neutrino")
    names = {"e": "mu", "nu_e": "nu_mu"}
    own = [v for v in model.vertices if {"e", "nu_e"} & {*v.fields}]
    muon = replace(model, vertices=tuple(replace(v, fields=tuple(names.get(f, f) for f in v.fields)) for v in own))
    leptons = {"mu- e+ nu", "mu- tau+ nu", "mu+ mu- nu", "e+ e- nu", "tau+ tau- nu", "invisible"}
    found = models.partial_widths(muon, 1.0, 1.0)
    assert leptons | {"mu- pi+", "pi0 nu", "mu- rho+", "mu- hadrons", "hadrons nu"} <= found.keys()
    assert found == models.partial_widths(model, 1.0, 1.0, models.numbered(model, {"flavour": "mu"}))


Z_PRIME = replace(models.find("lmu_ltau"), quarks=(), partial=(), parameters=())


def test_left_and_right_of_one_current_interfere():
    both = replace(Z_PRIME, vertices=(Vertex(("mu", "mu", "Z'"), "left", 1.0), Vertex(("mu", "mu", "Z'"), "right", 1.0)))
    one = replace(Z_PRIME, vertices=(Vertex(("mu", "mu", "Z'"), "vector", 1.0),))
    apart = replace(Z_PRIME, vertices=(Vertex(("mu", "mu", "Z'"), "vector", 0.5), Vertex(("mu", "mu", "Z'"), "axial", -0.5)))
    left = replace(Z_PRIME, vertices=both.vertices[:1])
    assert models.partial_widths(both, 0.3, 0.1) == close(models.partial_widths(one, 0.3, 0.1), rel=1e-14)
    assert models.partial_widths(apart, 0.3, 0.1) == close(models.partial_widths(left, 0.3, 0.1), rel=1e-14)


def test_an_off_diagonal_vertex_has_two_charge_states_and_its_conjugate_adds_to_it():
    one = replace(Z_PRIME, vertices=(Vertex(("mu", "e", "Z'"), "vector", 1.0),))
    widths = models.partial_widths(one, 1.0, 0.1)
    assert list(widths) == ["e+ mu-", "e- mu+"]
    assert widths["e+ mu-"] == widths["e- mu+"] == two.vector_to_fermions(1.0, M_E, M_MU, 0.1, 0.1)
    both = replace(one, vertices=(*one.vertices, Vertex(("e", "mu", "Z'"), "vector", 1.0)))
    assert models.partial_widths(both, 1.0, 0.1) == close({state: 4 * width for state, width in widths.items()})


def test_two_kinds_of_dark_matter_are_one_final_state():
    dark = tuple(Field(name, name, f"{name}~", 52, 0.5, mass) for name, mass in (("chi1", "0.1"), ("chi2", "0.2")))
    model = replace(Z_PRIME, others=dark, vertices=(Vertex(("chi1", "chi2", "Z'"), "axial", 1.0),))
    assert models.partial_widths(model, 1.0, 0.1) == {"invisible": 2 * two.vector_to_fermions(1.0, 0.1, 0.2, -0.1, 0.1)}


def test_a_scalar_to_a_photon_and_a_dark_photon():
    dark = (Field("A'", "A'", "A'", 55, 1, "0.4"),)
    model = replace(Z_PRIME, spin=0, others=dark, vertices=(Vertex(("gamma", "A'", "Z'"), "dual", 1.0),))
    expected = 0.1**2 / (32 * pi) * (1 - 0.16) ** 3
    assert models.partial_widths(model, 1.0, 0.1) == close({"gamma A'": expected}, rel=1e-12)


def test_photons_are_not_counted_twice():
    """A scalar with a vertex of two photons and one of muons: the sum of tree and loop needs their phase, so the vertex stands."""
    vertices = (Vertex(("gamma", "gamma", "Z'"), "even", 1.0), Vertex(("mu", "mu", "Z'"), "scalar", 1.0))
    widths = models.partial_widths(replace(Z_PRIME, spin=0, vertices=vertices), 1.0, 0.1)
    assert widths["gamma gamma"] == close(0.01 / (64 * pi), rel=1e-12)
