"""Boosts and the crossing angle: the machine's numbers, the inverse, what no frame changes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkrecoil.constants import M_E, mrad
from darkrecoil.kinematics.frames import beam_momenta, boost, electron_axis, invariant_mass, rotate_y, to_cms, to_lab, unboost
from darkrecoil.kinematics.vectors import add

ELECTRON, POSITRON = beam_momenta(7.004, 4.002, 41.5 * mrad, M_E)
SOLID = settings(derandomize=True, deadline=None, max_examples=200)

component = st.floats(-10, 10)
mass = st.floats(0.1, 5)  # lighter ones lose digits as gamma^2: 4e-9 at gamma = 4000


def on_shell(m, x, y, z):
    return (np.sqrt(m * m + x * x + y * y + z * z), x, y, z)


vectors = st.builds(on_shell, mass, component, component, component)
directions = st.tuples(st.floats(0, np.pi), st.floats(-np.pi, np.pi))


def dot(p, q):
    return p[0] * q[0] - p[1] * q[1] - p[2] * q[2] - p[3] * q[3]


def close(p, q, tolerance=1e-12):
    """Components agree relative to the largest energy that entered."""
    assert np.allclose(p, q, rtol=0, atol=tolerance * (1 + abs(q[0]) ** 2))


def test_the_machine():
    total = add(ELECTRON, POSITRON)
    assert invariant_mass(total) == pytest.approx(10.57956, abs=5e-6)
    assert total == pytest.approx((11.006, 0.4566, 0.0, 2.9994), abs=5e-5)
    assert np.arctan2(total[1], total[3]) == pytest.approx(151e-3, abs=5e-4)
    assert np.hypot(total[1], total[3]) / invariant_mass(total) == pytest.approx(0.28678, abs=5e-6)


def test_sqrt_s_of_massless_beams_in_closed_form():
    """s = 2 E1 E2 (1 + cos of the full crossing angle) for massless beams; the electron's mass changes 2 parts in 10^8."""
    expected = np.sqrt(2 * 7.004 * 4.002 * (1 + np.cos(2 * 41.5 * mrad)))
    assert invariant_mass(add(*beam_momenta(7.004, 4.002, 41.5 * mrad, 0.0))) == pytest.approx(expected, rel=1e-14)
    assert invariant_mass(add(ELECTRON, POSITRON)) == pytest.approx(expected, rel=3e-8)


def test_head_on_equal_beams_are_the_rest_frame():
    beams = beam_momenta(5.29, 5.29, 0.0, M_E)
    p = (3.0, 0.1, -0.2, 0.3)
    assert electron_axis(*beams) == 0
    assert to_lab(*beams, p) == p == to_cms(*beams, p)


def test_each_beam_comes_out_along_the_axis():
    sqrt_s = invariant_mass(add(ELECTRON, POSITRON))
    for beam, sign in ((ELECTRON, 1), (POSITRON, -1)):
        e, x, y, z = to_cms(ELECTRON, POSITRON, beam)
        assert (e, x, y) == pytest.approx((sqrt_s / 2, 0, 0), abs=1e-14)
        assert z == pytest.approx(sign * np.sqrt(sqrt_s**2 / 4 - M_E**2), rel=1e-14)


def test_the_electron_axis_turns_z_to_the_electron():
    direction = np.array(unboost(add(ELECTRON, POSITRON), ELECTRON)[1:])
    turned = rotate_y(electron_axis(ELECTRON, POSITRON), (1.0, 0.0, 0.0, 1.0))
    assert np.array(turned[1:]) == pytest.approx(direction / np.linalg.norm(direction), abs=1e-14)


@SOLID
@given(vectors, vectors)
def test_unboost_undoes_boost(P, q):
    close(unboost(P, boost(P, q)), q, 1e-9)


@SOLID
@given(vectors)
def test_a_particle_at_rest_takes_the_momentum_of_the_frame(P):
    close(boost(P, (invariant_mass(P), 0.0, 0.0, 0.0)), P)
    close(unboost(P, P), (invariant_mass(P), 0.0, 0.0, 0.0), 1e-9)


@SOLID
@given(vectors, vectors, vectors)
def test_a_boost_keeps_every_product(P, q, r):
    scale = 1 + abs(boost(P, q)[0] * boost(P, r)[0])
    assert dot(boost(P, q), boost(P, r)) == pytest.approx(dot(q, r), abs=1e-11 * scale)


@SOLID
@given(directions, st.floats(0.5, 20), st.floats(0.5, 20), vectors)
def test_beams_of_any_direction(direction, e1, e2, q):
    """Whatever the beams' axis: the electron ends along +z, and the way back is the way back."""
    theta, phi = direction
    n = np.array([np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)])
    electron, positron = (e1, *(e1 * n)), (e2, *(-e2 * n))
    beam = to_cms(electron, positron, electron)
    assert (beam[1], beam[2]) == pytest.approx((0, 0), abs=1e-11)
    assert beam[3] == pytest.approx(np.sqrt(e1 * e2), rel=1e-10)
    close(to_cms(electron, positron, to_lab(electron, positron, q)), q, 1e-9)


def test_no_jump_near_the_reversed_axis():
    """The positron along +z but for rounding: the turn is the one about y."""
    p = (3.0, 1.0, 2.0, 0.5)
    for x, y in ((0.0, 0.0), (1e-15, 0.0), (-1e-15, 1e-16), (0.0, 1e-15), (0.0, -1e-15)):
        turned = to_cms((5.29, x, y, -5.29), (5.29, -x, -y, 5.29), p)
        assert turned == pytest.approx((3.0, -1.0, 2.0, -0.5), abs=1e-14)


def test_arrays_are_read_like_numbers():
    rng = np.random.default_rng(1)
    p = on_shell(0.1, *rng.normal(size=(3, 5)))
    together = to_lab(ELECTRON, POSITRON, p)
    for i in range(5):
        alone = to_lab(ELECTRON, POSITRON, tuple(float(c[i]) for c in p))
        assert alone == pytest.approx(tuple(c[i] for c in together), rel=1e-15, abs=1e-15)


def test_the_mass_of_a_light_like_vector_is_zero_not_nan():
    assert invariant_mass((np.sqrt(0.14) * (1 - 1e-16), 0.1, 0.2, 0.3)) == pytest.approx(0, abs=1e-8)
    assert invariant_mass((1.0, 0.0, 0.0, 1.0 + 1e-15)) == 0
