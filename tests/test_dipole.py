"""Transition dipoles at one loop: closed forms, a second integral in the complex plane, limits, gauge invariance's Goldstone boson."""

from functools import partial
from math import log, pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkrecoil import models
from darkrecoil._errors import BadValue
from darkrecoil.constants import ALPHA_0, FERMI, M_E, M_MU, M_TAU
from darkrecoil.models import _dipole
from darkrecoil.models._couplings import Current
from darkrecoil.models._dipole import dipole
from darkrecoil.models._loops import moment

close = partial(pytest.approx, rel=1e-7, abs=0.0)
VECTOR, AXIAL, LEFT = Current(1.0, 1.0), Current(-1.0, 1.0), Current(left=1.0)
SCALAR, PSEUDOSCALAR = Current(scalar=1.0), Current(pseudoscalar=1.0)
MUON_WIDTH = FERMI**2 * M_MU**5 / (192 * pi**3)


def second(mass, initial, final, inner, before, after, bend=0.4, nodes=400):
    """The dipole (L, R) by a double integral, both variables on paths beside the real axis, where D has a negative imaginary part."""
    x, w = np.polynomial.legendre.leggauss(nodes)
    s, ws = (((x + 1) / 2) ** 3)[:, None], (3 * ((x + 1) / 2) ** 2 * w / 2)[:, None]
    x, w = np.polynomial.legendre.leggauss(60)
    real = ((x + 1) / 2)[None, :]
    t, wt = real + 1j * bend * real * (1 - real), w[None, :] / 2 * (1 + 1j * bend * (1 - 2 * real))
    square, about = (some * initial**2 + (1 - some) * final**2 for some in (t, real))

    def d(z):
        return z * mass**2 + (1 - z) * inner**2 - z * (1 - z) * square

    slope = (mass**2 - inner**2 - about * (1 - 2 * s)) / max(mass, initial) ** 2
    bent = s * (1 - s) * slope
    dbent = (1 - 2 * s) * slope + s * (1 - s) * 2 * about / max(mass, initial) ** 2
    z, dz = s - 1j * bend * bent, 1 - 1j * bend * dbent
    px, py = (1 - z) * t, (1 - z) * (1 - t)

    def one(a, b, c, e):
        gauge = 4 * z * inner * e * a - 2 * z * ((1 - px) * initial * e * b + (1 - py) * final * c * a)
        ga, gb, gc, gd = inner * a - initial * b, inner * b - initial * a, inner * e - final * c, inner * c - final * e
        yukawa = (1 - z) * inner * gc * ga + z * py * final * gd * ga + z * px * initial * gc * gb
        return np.sum(ws * wt * dz * (1 - z) * (gauge + yukawa / mass**2) / d(z)) / (16 * pi**2)

    (a, b), (c, e) = (before.left, before.right), (after.left, after.right)
    return one(a, b, c, e), one(b, a, e, c)


@pytest.mark.parametrize("current", [VECTOR, AXIAL, SCALAR, PSEUDOSCALAR, Current(0.3, 1.0)])
@pytest.mark.parametrize(("mass", "lepton", "inner"), [(1.0, M_MU, M_MU), (1.0, M_MU, M_TAU), (0.01, M_MU, M_MU), (10.0, M_E, M_TAU)])
def test_the_same_lepton_outside_is_the_magnetic_moment(mass, lepton, inner, current):
    found = dipole(mass, lepton, lepton, inner, current, current)
    assert 2 * lepton * found.left == close(moment(mass, lepton, inner, current))
    assert found.right == close(found.left)


@pytest.mark.parametrize(
    ("mass", "initial", "final", "inner"),
    [(1.0, M_MU, M_E, M_TAU), (0.3, M_TAU, M_MU, M_MU), (0.05, M_MU, M_E, M_E), (0.5, M_TAU, M_E, M_MU), (0.02, M_MU, M_E, M_MU)],
)
@pytest.mark.parametrize(("before", "after"), [(VECTOR, VECTOR), (LEFT, VECTOR), (AXIAL, Current(0.2, 0.7))])
def test_vectors_against_a_double_integral(mass, initial, final, inner, before, after):
    """Where the lepton decays to the boson the loop is complex: the path passes the zeros of D on the side of -i 0."""
    found = dipole(mass, initial, final, inner, before, after)
    left, right = second(mass, initial, final, inner, before, after)
    scale = abs(left) + abs(right)
    assert abs(found.left - left) < 2e-4 * scale
    assert abs(found.right - right) < 2e-4 * scale
    assert (abs(found.left.imag) > 1e-3 * scale) == (initial > mass + inner) or before == LEFT


@pytest.mark.parametrize("inner", [M_E, M_MU, M_TAU])
def test_a_heavy_vector(inner):
    """a_eff = (g g' m^2/(4 pi^2 M^2)) (m_F/m - 1/3) = 2 m L for a massless electron outside."""
    found = dipole(1e4, M_MU, 1e-9, inner, VECTOR, VECTOR)
    assert 2 * M_MU * found.left == close((M_MU / 1e4) ** 2 / (4 * pi**2) * (inner / M_MU - 1 / 3), rel=1e-5)
    assert found.right == close(found.left, rel=1e-5)


@pytest.mark.parametrize(("inner", "factor"), [(M_MU, 2 * ALPHA_0 / (3 * pi)), (M_E, ALPHA_0 / (6 * pi))])
def test_mu_to_e_gamma_by_a_heavy_vector(inner, factor):
    """(2 alpha/3 pi)(g g'/(G_F M^2))^2 with a muon in the loop, (alpha/6 pi) with an electron (massless here, or 2 % less)."""
    light = 1e-9 if inner == M_E else M_E
    found = dipole(300.0, M_MU, light, light if inner == M_E else inner, VECTOR, VECTOR)
    rate = ALPHA_0 / 4 * M_MU**3 * found.squared / MUON_WIDTH
    assert rate == close(factor / (FERMI * 300.0**2) ** 2, rel=1e-2)


@pytest.mark.parametrize("t", [0.05, 0.5, 3.0])
def test_scalars_against_lavoura(t):
    """Small outer masses, t = m_F^2/M^2, neutral scalar: L. Lavoura, hep-ph/0302221, eqs. (40)-(42), terms with m_F and with m_i."""
    mass = 1000.0
    inner = mass * t**0.5
    flip = (t - 3) / (2 * (t - 1) ** 2) + log(t) / (t - 1) ** 3
    same = (t**2 - 5 * t - 2) / (12 * (t - 1) ** 3) + t * log(t) / (2 * (t - 1) ** 4)
    found = dipole(mass, M_MU, 1e-9, inner, Current(scalar=1.0), Current(scalar=1.0))
    expected = (inner * flip + M_MU * same) / (16 * pi**2 * mass**2)
    assert found.left == close(expected, rel=1e-5)
    chiral = dipole(mass, M_MU, 1e-9, inner, SCALAR, SCALAR).left - dipole(mass, M_MU, 1e-9, inner, PSEUDOSCALAR, PSEUDOSCALAR).left
    assert chiral == close(2 * inner * flip / (16 * pi**2 * mass**2), rel=1e-5)


def test_a_light_vector_is_its_longitudinal_part():
    """M -> 0: Yukawa couplings (m_F - m)/M of the Goldstone boson."""
    mass = 1e-6
    goldstone = dipole(mass, M_MU, M_E, M_TAU, Current(scalar=(M_TAU - M_MU) / mass), Current(scalar=(M_TAU - M_E) / mass))
    assert dipole(mass, M_MU, M_E, M_TAU, VECTOR, VECTOR).left == close(goldstone.left, rel=1e-5)


@settings(derandomize=True, deadline=None, max_examples=6)
@given(a=st.floats(-1, 1), b=st.floats(-1, 1), c=st.floats(-1, 1), d=st.floats(-1, 1))
def test_chiralities_exchanged(a, b, c, d):
    one, two = (
        dipole(0.7, M_TAU, M_MU, M_E, Current(a, b), Current(c, d)),
        dipole(0.7, M_TAU, M_MU, M_E, Current(b, a), Current(d, c)),
    )
    assert one.left == pytest.approx(two.right, rel=1e-7, abs=1e-9)


def test_models_add_every_lepton_inside():
    lfv, given = models.find("lfv_zprime"), {"g_emu": 0.3, "g_mumu": 0.2, "g_mutau": 0.5, "g_etau": 0.1, "g_ee": 0.4}
    found = _dipole.transition(lfv, 2.0, 1.0, "mu", "e", given)
    parts = (0.3 * 0.2, M_MU), (0.3 * 0.4, M_E), (0.5 * 0.1, M_TAU)
    expected = sum(g * dipole(2.0, M_MU, M_E, inner, VECTOR, VECTOR).left for g, inner in parts)
    assert found.left == close(expected)
    tau = abs(0.05 * dipole(2.0, M_MU, M_E, M_TAU, VECTOR, VECTOR).left)
    assert tau > 10 * abs(expected - 0.05 * dipole(2.0, M_MU, M_E, M_TAU, VECTOR, VECTOR).left)  # the tau's mass flips the chirality
    assert _dipole.radiative_width(models.find("lmu_ltau"), 1.0, 0.1, "tau", "mu") == 0
    with pytest.raises(BadValue, match="no dipole for a vertex of heavy_neutrino: N e W"):
        _dipole.transition(models.find("heavy_neutrino"), 1.0, 0.1, "mu", "e")
