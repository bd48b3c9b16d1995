"""Vectors and phase-space maps: invariance, orthogonality, densities that integrate to one, volumes in closed form."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from darkrecoil.constants import GEV2_FB, M_E, M_MU
from darkrecoil.generate.processes import pair_photon, pair_vector
from darkrecoil.kinematics.phase_space import isotropic, on_shell, pair_momentum, pole_cosine, pole_density
from darkrecoil.kinematics.vectors import add, dot, from_rest, negative, subtract, turned

unit = st.floats(0.0, 1.0, exclude_min=True, exclude_max=True)
component = st.floats(-5, 5)
quick = settings(derandomize=True, deadline=None, max_examples=80)


def one(*_):
    return 1.0


SPEED = float(np.sqrt(1 - (M_E / 5.29) ** 2))


@quick
@given(st.tuples(component, component, component), st.tuples(component, component, component), st.floats(0.1, 5), st.floats(0, 3))
def test_a_boost_keeps_products_and_has_an_inverse(p, q, mass, m):
    frame = (float(np.sqrt(mass**2 + np.dot(p, p))), *p)
    one = (float(np.sqrt(m**2 + np.dot(q, q))), *q)
    there = from_rest(frame, mass, one)
    assert dot(there, there) == pytest.approx(m**2, abs=1e-8 * there[0] ** 2)
    back = from_rest((frame[0], *(-c for c in p)), mass, there)
    assert back == pytest.approx(one, abs=1e-8 * there[0])
    assert from_rest(frame, mass, (mass, 0, 0, 0)) == pytest.approx(frame, abs=1e-9 * frame[0])


def test_sums_and_signs():
    p, q = (4.0, 1.0, 2.0, 3.0), (1.0, 0.5, 0.25, 0.125)
    assert subtract(add(p, q), q) == p
    assert add(p, negative(p)) == (0, 0, 0, 0)


@quick
@given(unit, unit, unit, unit)
def test_turned_is_a_unit_vector_at_the_angle(a, b, x, y):
    axis = isotropic(a, b)
    c = 2 * x - 1
    n = turned(axis, c, np.sqrt(1 - c * c), 2 * np.pi * y)
    assert np.dot(n, n) == pytest.approx(1)
    assert np.dot(n, axis) == pytest.approx(c, abs=1e-12)


@pytest.mark.parametrize("axis", [(0.0, 0.0, 1.0), (0.0, 0.0, -1.0)])
def test_turned_has_no_singular_direction(axis):
    assert np.dot(turned(axis, 0.0, 1.0, 0.7), axis) == pytest.approx(0)


def test_pair_momentum_in_two_limits():
    assert pair_momentum(100.0, 0.0, 0.0) == pytest.approx(5.0)
    assert pair_momentum(100.0, 25.0, 25.0) == 0
    assert pair_momentum(100.0, 36.0, 36.0) == 0
    assert pair_momentum(100.0, 9.0, 4.0) == pytest.approx(np.sqrt((100 - 25) * (100 - 1)) / 20)


@pytest.mark.parametrize("b", [0.3, 0.99, SPEED])
def test_pole_density_integrates_to_one(b):
    inner = quad(lambda c: pole_density(c, b), -0.999, 0.999)[0]
    edge = np.arctanh(b * 0.999) / np.arctanh(b)
    assert inner == pytest.approx(edge, rel=1e-7)


@quick
@given(unit, st.sampled_from([0.3, 0.99, SPEED]))
def test_pole_map_and_density_belong_together(x, b):
    c, s, density = pole_cosine(x, b)
    assert abs(c) <= 1 + 1e-15
    assert s * s + c * c == pytest.approx(1, abs=1e-9)
    if abs(c) < 0.999:
        assert np.arctanh(b * abs(c)) / np.arctanh(b) == pytest.approx(abs(2 * x - 1), abs=1e-9)
        assert density == pytest.approx(pole_density(c, b), rel=1e-6)


def test_on_shell():
    assert dot(on_shell(4.0, 3.0, (0.0, 0.6, 0.8)), on_shell(4.0, 3.0, (0.0, 0.6, 0.8))) == pytest.approx(4.0)


def test_phase_space_volume_of_the_vector_channels(monkeypatch):
    """With |M|^2 = 1 the weights give the volume of three-body phase space, here by its Dalitz integral."""
    monkeypatch.setattr(pair_vector, "squared", one)
    s, m, mass = 10.58**2, M_MU, 2.0
    x = np.random.default_rng(1).random((5, 200_000))
    weight = np.concatenate([pair_vector.event(np.full(200_000, c), *x, s, (m, mass, 1.0, 1.0))[0] for c in (0, 1)])
    volume = 2 * weight.mean() * 2 * s / GEV2_FB  # each channel is one of two, so that the sum of both means counts

    def dalitz(s12):
        return pair_momentum(s, s12, mass**2) * pair_momentum(s12, m * m, m * m) / np.sqrt(s12)

    exact = quad(dalitz, 4 * m * m, (np.sqrt(s) - mass) ** 2)[0] / (np.sqrt(s) * (2 * np.pi) ** 3 * 4)
    assert volume == pytest.approx(exact, rel=0.01)


def test_phase_space_volume_of_the_photon_channels(monkeypatch):
    monkeypatch.setattr(pair_photon, "squared", one)
    s, m, lowest = 10.58**2, M_MU, 0.5
    x = np.random.default_rng(2).random((5, 400_000))
    weight = [pair_photon.event(np.full(400_000, c), *x, s, (m, lowest, 1.0, 1.0))[0] for c in (0, 1)]
    volume = (weight[0].mean() + weight[1].mean()) * 2 * s * SPEED / GEV2_FB

    def photons(k):
        return k * np.sqrt(1 - 4 * m * m / (s - 2 * np.sqrt(s) * k)) / (32 * np.pi**3)

    exact = quad(photons, lowest, (s - 4 * m * m) / (2 * np.sqrt(s)))[0]
    assert volume == pytest.approx(exact, rel=0.02)
