"""Neutrino tridents: pairs by photons, a Monte Carlo of all three momenta, logarithms, a heavy and a light Z', the limit."""

from functools import partial
from math import pi

import numpy as np
import pytest

from darkrecoil.amplitudes import spinors
from darkrecoil.constants import ALPHA_0, FERMI, M_MU
from darkrecoil.constraints import couplings
from darkrecoil.constraints.trident import pairs, photons, production
from darkrecoil.constraints.trident.limit import limit, ratio
from darkrecoil.kinematics.vectors import add, dot, from_rest, subtract, turned

close = partial(pytest.approx, abs=0.0)


@pytest.mark.parametrize("w2", [0.05, 0.3, 10.0])
def test_two_real_photons(w2):
    r = M_MU**2 / w2
    beta = np.sqrt(1 - 4 * r)
    expected = 4 * pi * ALPHA_0**2 / w2 * ((1 + 4 * r - 8 * r**2) * 2 * np.log((1 + beta) / np.sqrt(4 * r)) - (1 + 4 * r) * beta)
    transverse, longitudinal = pairs.cross_sections(np.array([w2]), np.array([1e-12]))
    assert transverse[0] * 4 * pi * ALPHA_0 == close(expected, rel=1e-6)
    assert longitudinal[0] < 1e-9 * transverse[0]


def test_massless_muons_do_not_tell_an_axial_current_from_a_vector():
    w2, q2 = np.array([1e3, 1e3]), np.array([1.0, 300.0])
    for vector, axial in zip(pairs.cross_sections(w2, q2), pairs.cross_sections(w2, q2, True), strict=True):
        assert axial[1] == close(vector[1], rel=0.01)
    low = np.array([0.2])
    assert pairs.cross_sections(low, low, True)[1][0] > 1.5 * pairs.cross_sections(low, low)[1][0]  # m^2/Q^2: no conserved current


def sampled(s, n, vector, axial):
    """sigma(nu gamma -> nu mu+ mu-), GeV^-2, and its error: three-body phase space by random numbers, the contact amplitude by spinors."""
    r, zero = np.random.default_rng(7).random((5, n)), np.zeros(n)
    low, span, energy = 4 * M_MU**2, s - 4 * M_MU**2, np.sqrt(s) / 2
    above = 1e-7 * low * (span / (1e-7 * low)) ** r[0]
    w2 = low + above
    w, e2 = np.sqrt(w2), (s - w2) / (2 * np.sqrt(s))
    most = 4 * energy * e2
    q2 = most * 1e-9 ** (1 - r[1])
    c = 1 - 2 * q2 / most
    sin, phi = np.sqrt(1 - c**2), 2 * pi * r[2]
    k1, q = (zero + energy, zero, zero, zero + energy), (zero + energy, zero, zero, zero - energy)
    k2 = e2, e2 * sin * np.cos(phi), e2 * sin * np.sin(phi), e2 * c
    pair = subtract(add(k1, q), k2)
    photon = from_rest((pair[0], -pair[1], -pair[2], -pair[3]), w, q)
    size = np.sqrt(photon[1] ** 2 + photon[2] ** 2 + photon[3] ** 2)
    p = np.sqrt(w2 / 4 - M_MU**2)
    reach = np.arctanh(2 * p / w)
    cos = np.tanh(reach * (2 * r[3] - 1)) * w / (2 * p)
    axis = turned((photon[1] / size, photon[2] / size, photon[3] / size), cos, np.sqrt(1 - cos**2), 2 * pi * r[4])
    minus, plus = (from_rest(pair, w, (w / 2, *(sign * p * x for x in axis))) for sign in (1, -1))
    density = above * np.log(span / (1e-7 * low)) * q2 * np.log(1e9) * 2 * reach * (1 - (2 * p * cos / w) ** 2) * w / (2 * p)
    phase = density / (2 * pi) / (8 * pi * s) * (2 * p / w) / (16 * pi)
    weights = squared(k1, k2, q, minus, plus, vector, axial) * phase / (2 * s)
    return weights.mean(), weights.std() / np.sqrt(n)


def squared(k1, k2, q, minus, plus, vector, axial):
    """G_F^2 e^2 |..|^2, two linear polarisations of the photon averaged; left-handed neutrinos."""
    zero, total = np.zeros_like(q[0]), 0.0
    source = spinors.current(spinors.bar(spinors.kets(k2, zero)[1]), spinors.kets(k1, zero)[1])
    for mode in ((0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0)):
        for b in map(spinors.bar, spinors.kets(minus, M_MU)):
            row = spinors.emitted(b, subtract(minus, q), M_MU, mode, -0.5 / dot(minus, q))
            for v in spinors.antikets(plus, M_MU):
                ket = spinors.absorbed(v, subtract(q, plus), M_MU, mode, -0.5 / dot(plus, q))
                ends = [tuple(x * (vector + sign * axial) for x, sign in zip(k, (1, 1, -1, -1), strict=True)) for k in (v, ket)]
                parts = (spinors.slash(source, end) for end in ends)
                total = (
                    total + np.abs(sum(sum(x * y for x, y in zip(a, k, strict=True)) for a, k in zip((row, b), parts, strict=True))) ** 2
                )
    return FERMI**2 * 4 * pi * ALPHA_0 * total


@pytest.mark.parametrize("s", [1.0, 100.0])
def test_quadrature_against_random_momenta(s):
    """With the interference of vector and axial currents, which the quadrature leaves out because it vanishes."""
    found, error = sampled(s, 60_000, production.C_V, production.C_A)
    expected = production.photon(s).cross_section()
    assert abs(found - expected) < 3.5 * error
    assert error < 0.05 * expected


def test_the_logarithm_and_its_constant():
    """(C_V^2 + C_A^2)(G_F^2 alpha s/9 pi^2)(ln(s/m^2) - 8/3) far above threshold; arXiv:1406.2332 is remembered with 19/6."""
    unit = (production.C_V**2 + production.C_A**2) * FERMI**2 * ALPHA_0 / (9 * pi**2)
    constants = [np.log(s / M_MU**2) - production.photon(s).cross_section() / (unit * s) for s in (1e4, 1e5)]
    assert constants == pytest.approx([8 / 3, 8 / 3], abs=0.01)


def test_a_heavy_z_prime_is_a_contact_interaction():
    g, mass = 0.1, 100.0
    plain = 1 + 4 * production.SIN2
    expected = (1 + (plain + 2 * production.V2 * (g / mass) ** 2) ** 2) / (1 + plain**2)
    assert ratio(mass, g) == close(expected, rel=0.005)  # C_A^2's share is a little smaller than that of massless muons


def test_a_light_z_prime():
    """m_Z' << m_mu: the square of the Z' part is (7 g'^4 alpha/(72 pi^2 m_mu^2)) ln(m_mu^2/m_Z'^2) per photon, by its slope."""
    weights = production.photon(400.0)
    total = weights.cross_section()
    squares = [weights.terms(m)[1] * total for m in (1e-3, 3e-3)]
    expected = 7 * ALPHA_0 / (72 * pi**2 * M_MU**2) * np.log(9.0)
    assert squares[0] - squares[1] == close(expected, rel=0.1)


def test_form_factors_and_photons():
    assert photons.form_factor(np.array([0.0, 1e-3]))[0] == close(1, rel=1e-6)
    radius2 = 6 * (1 - photons.form_factor(np.array([0.01]))[0]) / 0.01**2 / photons.FERMI_GEV**2
    assert radius2**0.5 == close(3.74, rel=0.03)  # iron's charge radius, fm
    least = photons.flux(np.array([0.05, 0.5, 5.0, 50.0]), 160.0)
    assert list(least) == sorted(least, reverse=True)
    assert photons.flux(np.array([0.05]), 160.0, charge=52)[0] == close(4 * least[0], rel=1e-9)


def test_the_limit_is_where_the_ratio_is():
    most = couplings.upper(-0.18, 0.28, 0.95)
    for mass in (0.01, 1.0, 5.0):
        assert ratio(mass, limit(mass)) == close(1 + most, rel=1e-9)
    assert limit(1e-3) < limit(0.1) < limit(1.0) < limit(10.0)
    assert limit(1.0, level=0.9) < limit(1.0)
    assert limit(0.01) == close(1e-3, rel=0.15)  # arXiv:1406.2332, Fig. 2


def test_the_cross_section_is_its_quadratic_and_rises():
    """The Z' adds to C_V for neutrinos and muons of one sign of charge."""
    weights = production.nucleus()
    first, second = weights.terms(1.0)
    assert weights.cross_section(3e-3, 1.0) / weights.cross_section() == close(1 + first * 9e-6 + second * 81e-12, rel=1e-9)
    assert first > 0 < second


def test_the_flux_against_a_sum():
    s, energy = 0.5, 160.0
    q2 = np.geomspace((s / (2 * energy)) ** 2, 1.0, 200_001)
    integrand = (1 - q2[0] / q2) * photons.form_factor(np.sqrt(q2)) ** 2
    expected = 26**2 * ALPHA_0 / pi * np.sum((integrand[1:] + integrand[:-1]) / 2 * np.diff(np.log(q2)))
    assert photons.flux(np.array([s]), energy)[0] == close(expected, rel=1e-5)
