"""Amplitudes against traces of explicit matrices, Ward identities, and limits known without this code."""

import numpy as np
import pytest
from dirac import pair_photon as traced_photon
from dirac import pair_vector as traced_vector
from hypothesis import given, settings
from hypothesis import strategies as st

from darkrecoil.amplitudes import pair, pair_photon, pair_vector, spinors
from darkrecoil.constants import ALPHA_0, GEV2_FB, M_E, M_MU, M_TAU
from darkrecoil.generate.processes import pair as pair_process
from darkrecoil.generate.processes import pair_photon as photon_process
from darkrecoil.generate.processes import pair_vector as vector_process

S = 10.58**2
unit = st.floats(0.01, 0.99)
five = st.tuples(unit, unit, unit, unit, unit)
quick = settings(derandomize=True, deadline=None, max_examples=40)
E2 = 4 * np.pi * ALPHA_0


def beams(m):
    e, p = np.sqrt(S) / 2, np.sqrt(S / 4 - m * m)
    return (e, 0.0, 0.0, p), (e, 0.0, 0.0, -p)


@quick
@given(five, st.sampled_from([0.05, 1.0, 3.0, 7.0]), st.sampled_from([M_MU, M_TAU]), st.sampled_from([0, 1]))
def test_vector_emission_is_the_trace(x, mass, m, channel):
    _, p3, p4, k = vector_process.event(channel, *x, S, (m, mass, 1.0, 1.0))
    found = pair_vector.squared(p3, p4, k, m, mass, S)
    assert found == pytest.approx(traced_vector(*beams(0.0), p3, p4, k, m, mass), rel=1e-8)


@quick
@given(five, st.sampled_from([M_MU, M_TAU]), st.sampled_from([0, 1]))
def test_photon_emission_is_the_trace(x, m, channel):
    _, p3, p4, k = photon_process.event(channel, *x, S, (m, 0.1, 1.0, 1.0))
    found = pair_photon.squared(*beams(M_E), p3, p4, k, M_E, m)
    assert found == pytest.approx(traced_photon(*beams(M_E), p3, p4, k, M_E, m), rel=1e-6)


@quick
@given(five)
def test_ward_identity(x):
    """A photon polarised along its momentum does not couple: the sum of the diagrams is 1e-10 of the largest."""
    _, p3, p4, k = photon_process.event(1, *x, S, (M_MU, 0.1, 1.0, 1.0))
    p1, p2 = beams(M_E)
    u, v = spinors.kets(p1, M_E)[0], spinors.bar(spinors.antikets(p2, M_E)[1])
    f, g = spinors.bar(spinors.kets(p3, M_MU)[0]), spinors.antikets(p4, M_MU)[0]
    q3, q4 = np.add(p3, k), -np.add(p4, k)
    d3, d4 = 0.5 / _dot(p3, k), 0.5 / _dot(p4, k)
    one = spinors.contract(spinors.current(v, u), spinors.current(spinors.emitted(f, tuple(q3), M_MU, k, d3), g))
    two = spinors.contract(spinors.current(v, u), spinors.current(f, spinors.absorbed(g, tuple(q4), M_MU, k, d4)))
    assert abs(one + two) < 1e-10 * max(abs(one), 1e-3)


def _dot(p, q):
    return p[0] * q[0] - p[1] * q[1] - p[2] * q[2] - p[3] * q[3]


def test_soft_photon_is_the_eikonal_factor():
    """k -> 0: |M|^2 = e^2 |M_0|^2 (-J^2), J the classical current of the four charges."""
    _, p3, p4, k = photon_process.event(0, 0.0, 0.4, 0.2, 0.3, 0.6, S, (M_MU, 1e-6, 1.0, 1.0))
    p1, p2 = beams(M_E)
    j = [-p1[i] / _dot(p1, k) + p2[i] / _dot(p2, k) + p3[i] / _dot(p3, k) - p4[i] / _dot(p4, k) for i in range(4)]
    c = p3[3] / np.sqrt(p3[0] ** 2 - M_MU**2)
    born = pair.squared(c, 1 - 4 * M_MU**2 / S)
    assert pair_photon.squared(p1, p2, p3, p4, k, M_E, M_MU) == pytest.approx(-_dot(j, j) * born, rel=1e-4)


def test_light_vector_is_two_transverse_photons_and_a_decoupled_third():
    """M -> 0 with a conserved current: the longitudinal part vanishes and what is left is the photon's final-state radiation."""
    _, p3, p4, k = vector_process.event(0, 0.7, 0.3, 0.2, 0.6, 0.1, S, (M_MU, 1e-3, 1.0, 1.0))
    heavy = pair_vector.squared(p3, p4, k, M_MU, 1e-3, S)
    e1, e2 = spinors.polarisations(k)
    assert _dot(e1, k) == pytest.approx(0.0, abs=1e-12)
    assert _dot(e1, e1) == pytest.approx(-1.0)
    assert _dot(e2, e1) == pytest.approx(0.0, abs=1e-12)
    transverse = traced_vector(*beams(0.0), p3, p4, k, M_MU, 1e-3)
    assert heavy == pytest.approx(transverse, rel=1e-6)


def test_pair_is_the_textbook_cross_section():
    """Massless: 4 pi alpha^2/3s; at threshold: proportional to the velocity."""
    c = np.linspace(-1, 1, 20001)
    massless = GEV2_FB * E2**2 / (16 * np.pi * S) * np.trapezoid(pair.squared(c, 1.0), c) / 2
    assert massless == pytest.approx(GEV2_FB * 4 * np.pi * ALPHA_0**2 / (3 * S), rel=1e-6)
    assert pair.squared(0.3, 0.0) == pytest.approx(2.0)


def test_pair_process_integrates_to_its_closed_form():
    x = (np.arange(400) + 0.5) / 400
    weight, *_ = pair_process.event(0, x, 0.3 + 0 * x, S, (M_TAU, E2))
    beta2 = 1 - 4 * M_TAU**2 / S
    exact = GEV2_FB * 2 * np.pi * ALPHA_0**2 / (3 * S) * np.sqrt(beta2) * (3 - beta2)
    assert weight.mean() == pytest.approx(exact, rel=1e-5)
    assert exact == pytest.approx(772_070, rel=1e-4)  # fb, at 10.58 GeV


@quick
@given(five, st.sampled_from([0, 1]), st.sampled_from(["vector", "photon"]))
def test_momentum_is_conserved_and_on_shell(x, channel, kind):
    module, numbers = (vector_process, (M_MU, 2.0, 1.0, 1.0)) if kind == "vector" else (photon_process, (M_MU, 0.02, 1.0, 1.0))
    weight, *momenta = module.event(channel, *x, S, numbers)
    assert weight > 0
    np.testing.assert_allclose(np.sum(momenta, axis=0), [np.sqrt(S), 0, 0, 0], atol=1e-11)
    third = 4.0 if kind == "vector" else 0.0
    for p, m2 in zip(momenta, (M_MU**2, M_MU**2, third), strict=True):
        assert _dot(p, p) == pytest.approx(m2, abs=1e-9)
