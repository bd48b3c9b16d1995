"""Magnetic moments at one loop: limits, other quadratures, refusals."""

from dataclasses import replace
from functools import partial
from math import pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkrecoil import models
from darkrecoil._errors import BadValue
from darkrecoil.constants import HIGGS_VEV, M_E, M_MU, M_TAU
from darkrecoil.models._couplings import Current
from darkrecoil.models._loops import moment, vector_moment
from darkrecoil.records import Vertex

close = partial(pytest.approx, rel=1e-9, abs=0.0)  # pytest's own abs, 1e-12, is more than many a width
VECTOR, AXIAL = Current(1.0, 1.0), Current(-1.0, 1.0)
SCALAR, PSEUDOSCALAR = Current(scalar=1.0), Current(pseudoscalar=1.0)
LEPTONS = [M_E, M_MU, M_TAU]


def dense(function):
    """int_0^1 dz f(z, 1 - z) by the tanh-sinh rule, dense at both ends."""
    t = np.linspace(-4.5, 4.5, 6001)
    u = pi / 2 * np.sinh(t)
    z, rest = 1 / (1 + np.exp(-2 * u)), 1 / (1 + np.exp(2 * u))
    return float(np.sum((t[1] - t[0]) * pi / 2 * np.cosh(t) / (2 * np.cosh(u) ** 2) * function(z, rest)))


@pytest.mark.parametrize("mass", [1e-3, 0.05, 1.0, 10.0])
@pytest.mark.parametrize("lepton", LEPTONS)
def test_the_same_lepton_inside_is_the_known_vector_formula(mass, lepton):
    assert moment(mass, lepton, lepton, VECTOR) == close(vector_moment(mass, lepton, 1.0), rel=1e-9)


@pytest.mark.parametrize("mass", [1e-3, 0.05, 1.0, 10.0])
def test_scalars_against_their_published_integrals(mass):
    """y^2/(8 pi^2) int (1 - z)^2 (1 + z)/((1 - z)^2 + z r^2) and -int (1 - z)^3/(..), r = M/m."""
    r = mass / M_MU
    scalar = dense(lambda z, rest: rest**2 * (1 + z) / (rest**2 + z * r**2)) / (8 * pi**2)
    pseudoscalar = -dense(lambda z, rest: rest**3 / (rest**2 + z * r**2)) / (8 * pi**2)
    assert moment(mass, M_MU, M_MU, SCALAR) == close(scalar, rel=1e-8)
    assert moment(mass, M_MU, M_MU, PSEUDOSCALAR) == close(pseudoscalar, rel=1e-8)


@pytest.mark.parametrize("inner", LEPTONS)
@pytest.mark.parametrize(("current", "sign"), [(VECTOR, 1), (AXIAL, -1)])
def test_a_heavy_vector(inner, current, sign):
    """(g^2 m^2/(4 pi^2 M^2)) (+-m_F/m - 2/3): with the same lepton 1/3 for the vector and -5/3 for the axial coupling."""
    mass = 1e5
    expected = M_MU**2 / (4 * pi**2 * mass**2) * (sign * inner / M_MU - 2 / 3)
    assert moment(mass, M_MU, inner, current) == close(expected, rel=1e-5)


@pytest.mark.parametrize("inner", [M_MU, M_TAU])
def test_a_light_vector_is_its_longitudinal_part(inner):
    """M -> 0: a Goldstone boson of scalar coupling g (m_F - m)/M, of pseudoscalar coupling g (m_F + m)/M for the axial current."""
    mass = 1e-7
    if inner != M_MU:
        expected = ((inner - M_MU) / mass) ** 2 * moment(mass, M_MU, inner, SCALAR)
        assert moment(mass, M_MU, inner, VECTOR) == close(expected, rel=1e-6)
    expected = ((inner + M_MU) / mass) ** 2 * moment(mass, M_MU, inner, PSEUDOSCALAR)
    assert moment(mass, M_MU, inner, AXIAL) == close(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("mass", "lepton", "inner"), [(1.0, M_MU, M_TAU), (1.0, M_MU, M_E), (10.0, M_E, M_TAU), (0.3, M_E, M_MU), (5.0, M_TAU, M_E)]
)
@pytest.mark.parametrize("current", [VECTOR, AXIAL, SCALAR, PSEUDOSCALAR])
def test_other_leptons_inside_against_another_quadrature(mass, lepton, inner, current):
    sign = 1 if current in (VECTOR, SCALAR) else -1
    r, heavy = sign * inner / lepton, (lepton / mass) ** 2

    def integrand(z, x):
        one = 2 * x * z * (x - 2 + 2 * r) + heavy * (1 - r) ** 2 * x**2 * (1 + r - x)
        numerator = one if current in (VECTOR, AXIAL) else x**2 * (1 + r - x)
        return lepton**2 * numerator / (mass**2 * z + x * (inner**2 - lepton**2 * z))

    assert moment(mass, lepton, inner, current) == close(dense(integrand) / (8 * pi**2), rel=1e-7)


@settings(derandomize=True, deadline=None, max_examples=30)
@given(left=st.floats(-1, 1), right=st.floats(-1, 1))
def test_vector_and_axial_parts_add(left, right):
    both = moment(1.0, M_MU, M_TAU, Current(left, right))
    parts = ((left + right) / 2) ** 2 * moment(1.0, M_MU, M_TAU, VECTOR) + ((right - left) / 2) ** 2 * moment(1.0, M_MU, M_TAU, AXIAL)
    assert both == pytest.approx(parts, rel=1e-9, abs=1e-15)


def test_models_with_flavour_violation_and_scalars():
    lfv = models.find("lfv_zprime")
    found = models.anomalous_moment(lfv, 2.0, 0.1, "mu", {"g_mutau": 0.5})
    assert found == close(moment(2.0, M_MU, M_TAU, Current(0.05, 0.05)))
    assert found > 10 * models.anomalous_moment(lfv, 2.0, 0.1, "mu", {"g_mumu": 0.5})  # the tau's mass flips the chirality
    assert models.anomalous_moment(lfv, 2.0, 0.1, "e", {"g_mutau": 0.5}) == 0
    scalar = models.find("leptophilic_scalar")
    assert models.anomalous_moment(scalar, 1.0, 2.0) == close((2 * M_MU / HIGGS_VEV) ** 2 * moment(1.0, M_MU, M_MU, SCALAR))
    assert models.anomalous_moment(models.find("heavy_neutrino"), 1.0, 0.1) == 0


def test_refusals_name_the_vertex_or_the_threshold():
    with pytest.raises(BadValue, match=r"no magnetic moment for a vertex of heavy_neutrino: N e W \(left\)"):
        models.anomalous_moment(models.find("heavy_neutrino"), 1.0, 0.1, "e")
    with pytest.raises(BadValue, match=r"decays to the boson: 0\.05 GeV; above 0\.1051 GeV"):
        models.anomalous_moment(models.find("lfv_zprime"), 0.05, 0.1, "mu", {"g_emu": 1.0})
    assert models.anomalous_moment(models.find("lfv_zprime"), 0.05, 0.1, "mu") == 0  # a coupling that is off closes nothing
    odd = replace(models.find("lmu_ltau"), vertices=(Vertex(("mu", "mu", "Z'"), "scalar", 1.0),))
    with pytest.raises(BadValue, match=r"mu mu Z' \(scalar\)"):
        models.anomalous_moment(odd, 1.0, 0.1)
    with pytest.raises(KeyError):
        models.anomalous_moment(odd, 1.0, 0.1, "quark")
