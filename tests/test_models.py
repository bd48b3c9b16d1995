"""Models in general, and the Z' of L_mu - L_tau: facts with references, widths against their limits, the loop against its limits."""

from dataclasses import replace
from functools import partial
from itertools import pairwise
from math import inf, nan, pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkrecoil import models
from darkrecoil._errors import BadValue, UnknownName
from darkrecoil.constants import HBARC, M_E, M_MU, M_TAU
from darkrecoil.models._loops import vector_moment
from darkrecoil.models._two_body import vector_to_fermions
from darkrecoil.records import Model, Parameter, Vertex

close = partial(pytest.approx, rel=1e-9, abs=0.0)  # pytest's own abs, 1e-12, is more than many a width
ZPRIME = models.find("lmu_ltau")
MASSES = st.floats(ZPRIME.mass.low, ZPRIME.mass.high)
COUPLINGS = st.floats(ZPRIME.coupling.low, ZPRIME.coupling.high)


def vector_to_leptons(mass, lepton, strength):
    return vector_to_fermions(mass, lepton, lepton, strength, strength)


def vector_to_neutrinos(mass, strength):
    return vector_to_fermions(mass, 0.0, 0.0, strength, 0.0)


@pytest.mark.parametrize("name", models.names())
def test_every_model_is_complete(name):
    model = models.find(name)
    assert isinstance(model, Model)
    assert model.name == name
    assert model.references
    assert all(text.strip() for text in model.references)
    assert model.title
    assert model.mass.unit == "GeV"
    for parameter in (model.mass, model.coupling, *model.parameters):
        assert -inf < parameter.low < parameter.high < inf
        assert parameter.tex


@pytest.mark.parametrize("name", [name for name in models.names() if models.find(name).particle])
@settings(derandomize=True, deadline=None, max_examples=40)
@given(where=st.floats(0, 1))
def test_branching_fractions_sum_to_one(name, where):
    model = models.find(name)
    mass = model.mass.low * (model.mass.high / model.mass.low) ** where
    fractions = models.branching_fractions(model, mass, model.coupling.low)
    assert sum(fractions.values()) == close(1, rel=1e-14)
    assert all(0 <= f <= 1 for f in fractions.values())


def test_an_unknown_model_is_refused_with_the_nearest_name():
    with pytest.raises(UnknownName, match=r"lmu_tau; known: .*did you mean 'lmu_ltau'\?"):
        models.find("lmu_tau")


@pytest.mark.parametrize(("mass", "expected"), [(0.05, 1.0), (2 * M_MU, 1.0), (0.25, 0.580), (0.5, 0.5032), (4, 0.3788), (10, 0.3340)])
def test_invisible_branching_fraction(mass, expected):
    # half a unit of the last digit quoted
    digits = 5e-4 if expected == 0.580 else 5e-5
    assert models.branching_fractions(ZPRIME, mass, 0.1)["invisible"] == pytest.approx(expected, abs=digits)


def test_widths_at_one_gev():
    widths = models.partial_widths(ZPRIME, 1.0, 0.1)
    assert list(widths) == ["mu+ mu-", "tau+ tau-", "invisible"]
    assert widths["invisible"] == close(2.652582e-4, rel=2e-7)  # seven digits quoted
    assert widths["tau+ tau-"] == 0
    assert models.total_width(ZPRIME, 1.0, 0.1) == close(sum(widths.values()), rel=1e-15)
    assert models.ctau(ZPRIME, 1.0, 0.1) == close(HBARC / sum(widths.values()), rel=1e-15)


def two_body_width(mass, lepton, strength, chiral):
    """The width from traces and two-body phase space, with explicit four-vectors: sum over spins of |ubar gamma^a v eps_a|^2.

    L^ab g_ab with L^ab = 4 g^2 (p^a k^b + p^b k^a - g^ab (p.k + m^2)), the polarisation sum -g_ab + q_a q_b/M^2 / 3
    (the current is conserved, the second term gives 0), times |p|/(8 pi M^2); (1 - gamma5)/2 halves a massless trace.
    """
    momentum = sqrt(mass**2 / 4 - lepton**2)
    p, k = np.array([mass / 2, 0, 0, momentum]), np.array([mass / 2, 0, 0, -momentum])
    metric = np.diag([1.0, -1, -1, -1])
    dot = p @ metric @ k
    trace = 4 * strength**2 * (np.outer(p, k) + np.outer(k, p) - metric * (dot + lepton**2))
    squared = -np.einsum("ab,ab", trace, metric) / 3 * (0.5 if chiral else 1.0)
    return squared * momentum / (8 * pi * mass**2)


@settings(derandomize=True, deadline=None)
@given(mass=st.floats(0.25, 10), strength=COUPLINGS)
def test_widths_against_traces_and_phase_space(mass, strength):
    assert vector_to_leptons(mass, M_MU, strength) == close(two_body_width(mass, M_MU, strength, False), rel=1e-12)
    assert vector_to_neutrinos(mass, strength) == close(two_body_width(mass, 0.0, strength, True), rel=1e-12)


def test_lepton_width_limits():
    # massless: g^2 M/(12 pi), with no term of order r; threshold: (3/2) beta g^2 M/(12 pi)
    assert vector_to_leptons(1.0, 1e-4, 1.0) == close(1 / (12 * pi), rel=1e-15)
    assert vector_to_leptons(1.0, 0.01, 1.0) == close(1 / (12 * pi), rel=1e-7)
    beta = 1e-4
    near = sqrt((1 - beta**2) / 4)
    assert vector_to_leptons(1.0, near, 1.0) == close(1.5 * beta / (12 * pi), rel=1e-7)
    assert vector_to_leptons(1.0, 0.5, 1.0) == 0


@settings(derandomize=True, deadline=None)
@given(mass=MASSES, coupling=st.floats(1e-6, 1.5))
def test_widths_scale_as_coupling_squared(mass, coupling):
    assert models.total_width(ZPRIME, mass, 2 * coupling) == close(4 * models.total_width(ZPRIME, mass, coupling), rel=1e-14)


@settings(derandomize=True, deadline=None)
@given(mass=MASSES, factor=st.floats(1.0, 1.5))
def test_invisible_fraction_falls_with_mass(mass, factor):
    low, high = (models.branching_fractions(ZPRIME, m, 0.1)["invisible"] for m in (mass, min(mass * factor, 10.0)))
    assert high <= low * (1 + 1e-12)
    assert high > 1 / 3 - 1e-12


def with_vertices(*vertices, **changes):
    return replace(ZPRIME, vertices=vertices, **changes)


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (replace(ZPRIME, spin=0), r"no partial width for a vertex of lmu_ltau: mu mu Z' \(vector, spin 0\)"),
        (with_vertices(Vertex(("nu_mu", "nu_mu", "Z'"), "vector", 1.0)), r"nu_mu nu_mu Z' \(right-handed neutrino, spin 1\)"),
        (with_vertices(Vertex(("mu", "mu", "Z'"), "scalar", 1.0)), r"mu mu Z' \(scalar, spin 1\)"),
        (with_vertices(Vertex(("mu", "quark", "Z'"), "vector", 1.0)), r"mu quark Z' \(two fermions, spin 1\)"),
        (with_vertices(Vertex(("mu", "gamma", "Z'"), "vector", 1.0)), r"mu gamma Z' \(two fermions, spin 1\)"),
        (with_vertices(Vertex(("gamma", "gamma", "Z'"), "mass", 1.0), spin=0), r"mass, of a massless vector"),
        (with_vertices(Vertex(("W", "W", "Z'"), "even", 1.0), spin=0), r"W W Z' \(even, spin 0\)"),
        (with_vertices(Vertex(("gamma", "dark", "Z'"), "dual", 1.0), spin=0), r"gamma dark Z' \(dual, spin 0\)"),
        (with_vertices(Vertex(("Z'", "mu", "mu", "e"), "VV", 1.0)), r"Z' mu mu e \(VV, spin 1\)"),
    ],
)
def test_a_vertex_without_a_formula_is_refused(model, says):
    with pytest.raises(BadValue, match=says):
        models.partial_widths(model, 1.0, 0.1)


def test_a_particle_without_a_decay_is_stable():
    taus = replace(ZPRIME, vertices=ZPRIME.vertices[1:2])
    assert models.partial_widths(taus, 1.0, 0.1) == {"tau+ tau-": 0.0}
    assert models.branching_fractions(taus, 1.0, 0.1) == {}
    assert models.ctau(taus, 1.0, 0.1) is None


def test_a_vertex_may_take_its_strength_from_a_parameter():
    model = replace(ZPRIME, vertices=(Vertex(("mu", "mu", "Z'"), "vector", 2.0, "g_mumu"),))
    assert models.total_width(model, 1.0, 0.1, {"g_mumu": 0.3}) == close(vector_to_leptons(1.0, M_MU, 0.6))


@pytest.mark.parametrize(("mass", "expected"), [(0.1, 2.80356e-9), (1.0, 8.60028e-11)])
def test_muon_moment(mass, expected):
    assert models.anomalous_moment(ZPRIME, mass, 1e-3) == close(expected, rel=2e-6)  # six digits quoted


def test_moment_limits():
    # heavy: corrections of order (m/M)^2 ln(M/m), so the distance from the limit falls about as M^-2
    heavy = [vector_moment(mass, M_MU, 1.0) / (M_MU**2 / (12 * pi**2 * mass**2)) - 1 for mass in (10.0, 100.0)]
    assert abs(heavy[0]) < 5e-3
    assert 20 < heavy[0] / heavy[1] < 110
    # light: Schwinger's term times 1 - pi M/m: near z = 1 r/((1 - z)^2 + r) is lost, r = M^2/m^2: pi sqrt(r)/2
    light = (1 - vector_moment(1e-5, M_MU, 1.0) * 8 * pi**2) * M_MU / 1e-5
    assert light == close(pi, rel=2e-3)  # the next term is of order (M/m) ln(m/M)


@pytest.mark.parametrize("mass", [1e-3, 0.1, 1.0, 10.0])
@pytest.mark.parametrize("lepton", [M_E, M_MU, M_TAU])
def test_moment_against_another_quadrature(mass, lepton):
    # tanh-sinh: dense at both ends, where a heavy and a light boson bend the integrand
    t = np.linspace(-4, 4, 4001)
    u = pi / 2 * np.sinh(t)
    z, rest = 1 / (1 + np.exp(-2 * u)), 1 / (1 + np.exp(2 * u))
    weight = (t[1] - t[0]) * pi / 2 * np.cosh(t) / (2 * np.cosh(u) ** 2)
    integral = float(np.sum(weight * lepton**2 * z * rest**2 / (lepton**2 * rest**2 + mass**2 * z)))
    assert vector_moment(mass, lepton, 0.3) == close(0.09 / (4 * pi**2) * integral, rel=1e-8)


def test_moment_falls_with_mass_and_needs_a_vertex():
    moments = [models.anomalous_moment(ZPRIME, mass, 0.1) for mass in np.geomspace(1e-3, 10, 30)]
    assert all(a > b > 0 for a, b in pairwise(moments))
    assert models.anomalous_moment(ZPRIME, 1.0, 0.1, "e") == 0
    assert models.anomalous_moment(ZPRIME, 1.0, 0.1, "tau") == close(vector_moment(1.0, M_TAU, 0.1))


M_CHI = Parameter("m_chi", r"m_\chi", "GeV", 0.01, 5.0, 0.3)
PARAMETRIC = replace(ZPRIME, parameters=(M_CHI, Parameter("alpha_D", r"\alpha_D", "", 0.0, 1.0)))


def test_check_fills_the_defaults():
    assert models.check(ZPRIME, 1.0, 0.1) == {"alpha_D": 0.0, "m_chi": 0.1, "dm": 0.0, "mixing": 0.0}
    assert models.check(PARAMETRIC, 1.0, 0.1) == {"m_chi": 0.3}
    assert models.check(PARAMETRIC, 1.0, 0.1, {"alpha_D": 0.5, "m_chi": 1.0}) == {"alpha_D": 0.5, "m_chi": 1.0}


@pytest.mark.parametrize(
    ("mass", "coupling", "parameters", "says"),
    [
        (11.0, 0.1, {}, "the mass of Z' is out of range: 11 GeV; allowed: 0.001 to 10 GeV"),
        (-1.0, 0.1, {}, "the mass of Z' is out of range: -1 GeV"),
        (nan, 0.1, {}, "the mass of Z' is out of range: nan GeV"),
        (inf, 0.1, {}, "inf GeV"),
        (1.0, 0.0, {}, "the coupling of lmu_ltau is out of range: 0; allowed: 1e-06 to 3"),
        (1.0, 4.0, {}, "the coupling of lmu_ltau is out of range: 4"),
        (1.0, nan, {}, "the coupling of lmu_ltau is out of range: nan"),
        (1.0, 0.1, {"m_chi": 6.0}, "the parameter m_chi of lmu_ltau is out of range: 6 GeV; allowed: 0.01 to 5 GeV"),
        (1.0, 0.1, {"alpha_D": nan}, "the parameter alpha_D of lmu_ltau is out of range: nan"),
    ],
)
def test_check_refuses_bad_values(mass, coupling, parameters, says):
    with pytest.raises(BadValue) as error:
        models.check(PARAMETRIC, mass, coupling, parameters)
    assert says in str(error.value)


def test_check_refuses_an_unknown_parameter():
    with pytest.raises(UnknownName, match=r"no parameter of lmu_ltau of this name: m_chj; known: alpha_D, m_chi; did you mean 'm_chi'\?"):
        models.check(PARAMETRIC, 1.0, 0.1, {"m_chj": 1.0})
