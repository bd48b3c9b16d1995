"""Structure functions and fragmentation; angles of photons: by their integrals, limits, and the radiator to second order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from radiating import BETA, EXPONENTS, FRACTIONS, K_SOFT, ROOT, SPEEDS
from scipy.integrate import quad
from scipy.special import gammaln

from darkrecoil.constants import ALPHA_0, M_E
from darkrecoil.generate.radiation import structure


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
