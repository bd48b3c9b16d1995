"""Decays of leptons to a boson of another flavour and to three leptons: traces, closed forms, the narrow width, a boson off its shell."""

from dataclasses import replace
from functools import partial
from math import pi, sqrt

import dirac
import numpy as np
import pytest

from darkrecoil import models
from darkrecoil.constants import FERMI, M_E, M_MU, M_TAU
from darkrecoil.models import _flavour as flavour
from darkrecoil.models import _three_leptons as three
from darkrecoil.models._couplings import Current
from darkrecoil.models._two_body import fermion_to_fermion_and_vector

close = partial(pytest.approx, rel=1e-6, abs=0.0)
VECTOR, LEFT, RIGHT, SCALAR = Current(1.0, 1.0), Current(left=1.0), Current(right=1.0), Current(scalar=1.0)
NONE = three.Channel(Current(), Current())
MUON_WIDTH = FERMI**2 * M_MU**5 / (192 * pi**3)
LFV = models.find("lfv_zprime")
GAMMA5 = 1j * dirac.GAMMA[0] @ dirac.GAMMA[1] @ dirac.GAMMA[2] @ dirac.GAMMA[3]


def three_body(masses, seed):
    """Momenta (4 leptons, 4) of one decay at rest, by two two-body decays of random direction."""
    rng, (heavy, m1, m2, m3) = np.random.default_rng(seed), masses
    s = rng.uniform((m2 + m3) ** 2, (heavy - m1) ** 2)
    p1, p2, p3, _ = three._momenta(masses, np.array([s]), rng.uniform(-1, 1, 1))
    return [np.array([heavy, 0.0, 0.0, 0.0]), *(np.array([float(np.ravel(x)[0]) for x in p]) for p in (p1, p2, p3))]


def traced(masses, p, mass, width, c1, c2, c3, c4):
    """Spin-averaged |M_1 - M_2|^2 by traces of matrices: M_1 joins (l1, li) with c1 and (l2, l3) with c2, M_2 (l2, li), (l1, l3)."""
    ends = [dirac.slash(q) + sign * m * np.eye(4) for q, sign, m in zip(p, (1, 1, 1, -1), masses, strict=True)]

    def vertex(c):
        left, right = (np.eye(4) - GAMMA5) / 2, (np.eye(4) + GAMMA5) / 2
        return [g @ (c.left * left + c.right * right) for g in dirac.GAMMA]

    def propagator(q):
        q2 = float(q @ dirac.G @ q)
        return (-dirac.G + np.outer(dirac.G @ q, dirac.G @ q) / mass**2) / (q2 - mass**2 + 1j * mass * width)

    d1, d2 = propagator(p[2] + p[3]), propagator(p[1] + p[3])
    v1, v2, v3, v4 = (vertex(c) for c in (c1, c2, c3, c4))
    bar = [[dirac.adjoint(m) for m in v] for v in (v1, v2, v3, v4)]
    total = 0.0
    for a in range(4):
        for b in range(4):
            for c in range(4):
                for d in range(4):
                    x = np.trace(ends[1] @ v1[a] @ ends[0] @ bar[0][c]) * np.trace(ends[2] @ v2[b] @ ends[3] @ bar[1][d])
                    y = np.trace(ends[2] @ v3[a] @ ends[0] @ bar[2][c]) * np.trace(ends[1] @ v4[b] @ ends[3] @ bar[3][d])
                    z = np.trace(ends[1] @ v1[a] @ ends[0] @ bar[2][c] @ ends[2] @ v2[b] @ ends[3] @ bar[3][d])
                    total += d1[a, b] * np.conj(d1[c, d]) * x + d2[a, b] * np.conj(d2[c, d]) * y
                    total -= 2 * (d1[a, b] * np.conj(d2[c, d]) * z).real
    return float(np.real(total)) / 2


@pytest.mark.parametrize("seed", range(3))
def test_the_squared_amplitude_against_traces(seed):
    masses = M_TAU, M_MU, M_E * 50, M_MU
    currents = VECTOR, Current(0.3, -0.8), Current(-0.5, 0.2), Current(0.7, 0.4)
    p = three_body(masses, seed)
    boson = three.Boson(0.9, 0.2)
    own, other = three.Channel(*currents[:2]), three.Channel(*currents[2:])
    q = p[2] + p[3]
    four = [tuple(np.array([x]) for x in some) for some in p[1:]]
    offset = np.array([float(q @ dirac.G @ q) - boson.mass**2])
    mine = three._squared(masses, four, boson, own, other, offset)
    swapped = (masses[0], masses[2], masses[1], masses[3])
    k = p[1] + p[3]
    far = np.array([float(k @ dirac.G @ k) - boson.mass**2])
    theirs = three._squared(swapped, (four[1], four[0], four[2]), boson, other, own, far)
    assert float((mine + theirs)[0]) == close(traced(masses, p, boson.mass, boson.width, *currents), rel=1e-9)


@pytest.mark.parametrize(
    ("single", "pair", "factor"),
    [(VECTOR, VECTOR, 0.75), (LEFT, LEFT, 0.25), (LEFT, RIGHT, 0.125)],
    ids=["VV", "LL", "LR"],
)
def test_three_electrons_by_a_heavy_vector(single, pair, factor):
    """B = (3/4)(g g'/(G_F M^2))^2 for vectors: of it 2 x 1/4 by alike chiralities, two amplitudes each, and 2 x 1/8 by different ones."""
    masses, channel = (M_MU, 1e-7, 1e-7, 1e-7), three.Channel(single, pair)
    found = three.width(masses, three.Boson(60.0, 0.0), channel, channel, alike=True)
    assert found / MUON_WIDTH == close(factor / (FERMI * 60.0**2) ** 2, rel=1e-4)


def test_different_leptons_have_one_diagram():
    """tau- -> e- mu- mu+ by g_etau g_mumu: (1/2)(g g'/(G_F M^2))^2 for massless leptons, twice 2 x 1/8 without identical particles."""
    channel = three.Channel(VECTOR, VECTOR)
    found = three.width((M_MU, 1e-7, 1e-7, 1e-7), three.Boson(60.0, 0.0), channel, NONE, alike=False)
    assert found / MUON_WIDTH == close(0.5 / (FERMI * 60.0**2) ** 2, rel=1e-4)
    back = three.width((M_MU, 1e-7, 1e-7, 1e-7), three.Boson(60.0, 0.0), NONE, channel, alike=False)
    assert back == close(found, rel=1e-9)


@pytest.mark.parametrize("mass", [0.005, 0.05, 0.1])
def test_a_narrow_boson_on_its_shell(mass):
    """Gamma(mu -> e X) B(X -> e+ e-) twice over two, as the pair is one of two alike."""
    given, g = {"g_emu": 1.0, "g_ee": 1.0, "g_chi": 0.0}, 1e-4
    found = flavour.to_three_leptons(LFV, mass, g, "mu", ("e", "e"), "e", given)
    fraction = models.branching_fractions(LFV, mass, g, given)["e+ e-"]
    assert found == close(flavour.to_boson(LFV, mass, g, "mu", "e", given) * fraction, rel=2e-5)


def test_a_broad_boson_has_no_step_at_its_threshold():
    given = {"g_emu": 1.0, "g_ee": 1.0}
    below, above = (flavour.to_three_leptons(LFV, m, 1e-3, "mu", ("e", "e"), "e", given) for m in (0.1050, 0.1053))
    assert above == pytest.approx(below, rel=0.05)


def test_the_number_of_points_does_not_matter(monkeypatch):
    channel = three.Channel(VECTOR, VECTOR)
    args = (M_TAU, M_MU, M_E, M_E), three.Boson(0.4, 1e-5), channel, channel, False
    few = three.width(*args)
    monkeypatch.setattr(three, "NODES", 20)
    monkeypatch.setattr(three, "ANGLES", 90)
    assert few == pytest.approx(three.width(*args), rel=2e-3)


def test_a_closed_decay():
    channel = three.Channel(VECTOR, VECTOR)
    assert three.width((M_MU, M_MU, M_E, M_E), three.Boson(1.0, 0.0), channel, NONE, False) == 0
    assert three.width((M_MU, M_E, M_E, M_E), three.Boson(1.0, 0.0), NONE, NONE, True) == 0


@pytest.mark.parametrize("current", [SCALAR, Current(pseudoscalar=1.0)])
def test_a_heavy_scalar(current):
    """(g g')^2 m^5/(1536 pi^3 M^4) with massless leptons: int ds s (1 - s)^2/(128 pi^3)."""
    channel = three.Channel(current, current)
    found = three.width((1.0, 1e-7, 1e-7, 1e-7), three.Boson(500.0, 0.0), channel, NONE, alike=False)
    assert found == close(1 / (500.0**4 * pi**3 * 1536), rel=1e-4)


@pytest.mark.parametrize(("scalar", "pseudoscalar"), [(1.0, 0.0), (0.0, 1.0), (0.6, 0.8)])
def test_a_light_scalar_of_another_flavour(scalar, pseudoscalar):
    assert flavour.fermion_to_fermion_and_scalar(M_TAU, 0.0, 1e-9, scalar, pseudoscalar) == close(M_TAU / (16 * pi))
    assert flavour.fermion_to_fermion_and_scalar(M_MU, M_E, 0.2, scalar, pseudoscalar) == 0


def test_a_goldstone_boson_is_a_light_vector():
    mass = 1e-5
    vector = fermion_to_fermion_and_vector(M_TAU, M_MU, mass, 1.0, 1.0)
    assert vector == close(flavour.fermion_to_fermion_and_scalar(M_TAU, M_MU, mass, (M_TAU - M_MU) / mass, 0.0), rel=1e-6)


def test_the_two_body_closed_form():
    """g^2 m^3/(16 pi M^2)(1 - r)^2 (1 + 2 r) with a massless lepton."""
    r, g = (0.5 / M_TAU) ** 2, 1e-3
    expected = g**2 * M_TAU**3 / (16 * pi * 0.25) * (1 - r) ** 2 * (1 + 2 * r)
    assert flavour.to_boson(LFV, 0.5, g, "tau", "e", {"g_etau": 1.0}) == close(expected, rel=3e-3)  # the electron's mass: 3 m_e/m_tau
    assert flavour.to_boson(LFV, 0.5, g, "mu", "e", {"g_emu": 1.0}) == 0
    assert flavour.to_boson(LFV, 0.5, g, "tau", "mu", {"g_etau": 1.0}) == 0


def test_a_table_of_fractions_names_the_decays_that_there_are():
    found = flavour.fractions(LFV, 2.0, 1e-3, {"g_mutau": 1.0, "g_mumu": 1.0})
    assert sorted(found) == ["tau- -> mu- gamma", "tau- -> mu- mu- mu+"]
    assert flavour.fractions(models.find("lmu_ltau"), 1.0, 0.1) == {}
    assert flavour.fractions(models.find("heavy_neutrino"), 1.0, 0.1) == {}
    scalar = replace(models.find("muonphilic_scalar"), vertices=models.find("muonphilic_scalar").vertices)
    assert flavour.fractions(scalar, 1.0, 0.1) == {}


def test_dipole_photons_that_become_pairs():
    assert flavour.by_dipole("mu", "e") == pytest.approx(0.0061, rel=0.02)
    assert flavour.WIDTH["mu"] == pytest.approx(MUON_WIDTH, rel=5e-3)
    assert sqrt(flavour.WIDTH["tau"]) > 0
