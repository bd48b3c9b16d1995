"""Thermal dark matter: the bath, cross-sections and their averages, two ways to solve the Boltzmann equation, the targets."""

from dataclasses import replace
from functools import partial
from itertools import pairwise
from math import exp, log, pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkrecoil._errors import BadValue, UnknownName
from darkrecoil.constants import ALPHA_0, M_E, M_MU
from darkrecoil.constraints.relic import annihilation, boltzmann, universe
from darkrecoil.constraints.relic.annihilation import KINDS, Dark
from darkrecoil.constraints.relic.targets import density, thermal_target
from darkrecoil.models import _two_body as two_body

close = partial(pytest.approx, abs=0.0)
DIRAC, SCALAR = Dark(KINDS["dirac"], 0.05, 0.15, 0.5), Dark(KINDS["scalar"], 0.05, 0.15, 0.5)
NARROW = 1e-6  # an alpha_D with which the width of the A' is nothing


# The bath


def test_degrees_of_freedom_where_they_are_known():
    """Photons, electrons and three neutrinos at some MeV, 10.75; photons and colder neutrinos at last, N_eff = 3.044; 106.75 at 300 GeV."""
    assert universe.energy_degrees(3e-3) == close(10.75, rel=0.01)
    assert universe.entropy_degrees(3e-3) == close(10.75, rel=0.01)
    cold = 2 + 2 * 7 / 8 * 3.044 * (4 / 11) ** (4 / 3)
    assert universe.energy_degrees(1e-5) == close(cold, rel=0.01)
    assert universe.entropy_degrees(1e-5) == close(3.93, rel=0.01)
    assert universe.energy_degrees(20.0) == close(86.25, rel=0.06)  # no top, W, Z, H; interacting quarks and gluons
    assert universe.expansion_degrees(3e-3) == close(sqrt(10.75), rel=0.02)


@pytest.mark.parametrize("degrees", [universe.energy_degrees, universe.entropy_degrees])
def test_the_fits_meet_and_grow(degrees):
    assert degrees(universe.QCD * (1 - 1e-9)) == close(degrees(universe.QCD), rel=0.01)
    values = [degrees(t) for t in np.geomspace(1e-5, 50, 200)]
    assert all(b > 0.985 * a for a, b in pairwise(values))


def test_the_table_is_the_fits():
    t = np.array([3e-4, 0.02, 0.15, 2.0])
    expansion, entropy = universe.bath(t)
    assert expansion == pytest.approx([universe.expansion_degrees(x) for x in t], rel=2e-3)
    assert entropy == pytest.approx([2 * pi**2 / 45 * universe.entropy_degrees(x) * x**3 for x in t], rel=2e-3)
    with pytest.raises(BadValue, match=r"the temperature of the bath is out of range: 1000 GeV"):
        universe.energy_degrees(1e3)


# Cross-sections


def test_widths_are_those_of_the_models():
    roots = np.array([0.12, 0.3, 5.0])
    for m1, m2 in ((M_E, M_E), (0.05, 0.06), (M_MU, M_MU)):
        expected = [two_body.vector_to_fermions(r, m1, m2, 1.0, 1.0) if r > m1 + m2 else 0.0 for r in roots]
        assert annihilation.pair_width(roots, m1, m2) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("kind", "heavy"), [("dirac", 1 / 3), ("majorana", 1 / 6), ("scalar", 1 / 12), ("pseudo-dirac", 1 / 3)])
def test_a_heavy_mediator_s_width(kind, heavy):
    assert annihilation.width_on_shell(Dark(KINDS[kind], 1e-5, 1.0, 0.3)) == close(0.3 * heavy, rel=1e-6)


def test_low_velocities():
    """16 pi alpha epsilon^2 alpha_D m^2/(m_A'^2 - 4 m^2)^2 for a Dirac fermion; (8 pi/3) .. v^2 for a scalar; the axial coupling's v^2."""
    v, m = 1e-3, 0.05
    root = np.array([2 * m * sqrt(1 + v**2 / 4)])
    scale = ALPHA_0 * NARROW * m**2 / (0.15**2 - 4 * m**2) ** 2
    expected = {"dirac": 16 * pi, "scalar": 8 * pi / 3 * v**2, "pseudo-dirac": 16 * pi, "majorana": 8 * pi / 3 * v**2}
    for kind, factor in expected.items():
        found = annihilation.cross_section(Dark(KINDS[kind], m, 0.15, NARROW), root)[0] * v
        assert found == close(factor * scale, rel=1e-3), kind


def test_a_dirac_fermion_is_a_muon_pair_in_reverse():
    """sigma = (4 pi alpha alpha_D eps^2/3)(s + 2 m_chi^2)(s + 2 m_f^2) beta_f/(beta_chi s (s - m_A'^2)^2)."""
    m, s = 0.05, 0.04
    dark = Dark(KINDS["dirac"], m, 1.5, NARROW)
    expected = 0.0
    for lepton in (M_E,):
        beta, other = sqrt(1 - 4 * lepton**2 / s), sqrt(1 - 4 * m**2 / s)
        expected += 4 * pi * ALPHA_0 * NARROW / 3 * (s + 2 * m**2) * (s + 2 * lepton**2) * beta / (other * s * (s - 1.5**2) ** 2)
    assert annihilation.cross_section(dark, np.array([sqrt(s)]))[0] == close(expected, rel=1e-6)


def test_hadrons_add_to_leptons():
    root = np.array([0.775])
    r = annihilation.standard_hadrons(root)
    assert 7 < r[0] < 16
    assert annihilation.standard_hadrons(np.array([2 * M_MU * 0.99]))[0] == 0
    ratio = annihilation.cross_section(DIRAC, root, r)[0] / annihilation.cross_section(DIRAC, root)[0]
    assert ratio == close(1 + r[0] / (1 + sqrt(1 - 4 * (M_MU / 0.775) ** 2) * (1 + 2 * (M_MU / 0.775) ** 2)), rel=1e-3)


# Averages


@pytest.mark.parametrize(("kind", "x"), [("dirac", 2e4), ("scalar", 2e4), ("majorana", 2e4)])
def test_cold_averages(kind, x):
    """<v^2> = 6/x: one for an s-wave."""
    m, scale = 0.05, ALPHA_0 * NARROW * 0.05**2 / (0.15**2 - 4 * 0.05**2) ** 2
    expected = {"dirac": 16 * pi, "scalar": 8 * pi / 3 * 6 / x, "majorana": 8 * pi / 3 * 6 / x}[kind]
    assert annihilation.thermal_average(Dark(KINDS[kind], m, 0.15, NARROW), x) == close(expected * scale, rel=2e-3)


def test_the_average_by_maxwell_and_boltzmann_s_velocities():
    """At x = 200 the relative velocities of a gas: int dv v^2 exp(-x v^2/4) sigma v, 1 % of relativity left out."""
    x, m = 200.0, 0.05
    v = np.linspace(1e-4, 0.8, 4000)
    weight = v**2 * np.exp(-x * v**2 / 4)
    sigma = annihilation.cross_section(SCALAR, 2 * m * np.sqrt(1 + v**2 / 4))
    expected = np.sum(weight * sigma * v) / np.sum(weight)
    assert annihilation.thermal_average(SCALAR, x) == close(expected, rel=0.02)


def test_an_average_over_a_peak():
    """A narrow A' above threshold: int ds of its Breit-Wigner form is pi/(m Gamma)."""
    from scipy.special import kve

    dark, x = Dark(KINDS["scalar"], 0.05, 0.11, 1e-5), 20.0
    t, m_a = 0.05 / x, 0.11
    k2 = m_a**2 / 4 - 0.05**2
    visible = float(annihilation.visible_width(np.array([m_a]))[0])
    peak = 12 * pi / k2 * m_a**2 * visible / m_a * pi  # Gamma_chi cancels against the width
    bessel = kve(1, m_a / t) / kve(2, x) ** 2 * exp(-(m_a - 0.1) / t)
    expected = peak * 4 * k2 * m_a * bessel / (8 * 0.05**4 * t)
    assert annihilation.thermal_average(dark, x) == close(expected, rel=5e-3)


@settings(derandomize=True, deadline=None, max_examples=20)
@given(delta=st.floats(0, 0.3), x=st.floats(5, 100))
def test_shares_of_coannihilation(delta, x):
    share = annihilation.share(Dark(KINDS["pseudo-dirac"], 0.05, 0.15, 0.5, delta), np.array([x]))[0]
    assert 0 < share <= 0.5 * (1 + 1e-12)
    boltzmann_factor = (1 + delta) ** 1.5 * exp(-x * delta)
    assert share == close(2 * boltzmann_factor / (1 + boltzmann_factor) ** 2, rel=0.25)


# Freeze-out


@pytest.mark.parametrize(("power", "rate"), [(0, 4e-9), (1, 1e-7)])
def test_two_solutions_of_the_boltzmann_equation(power, rate):
    """The steps of this package, and an implicit solver of ln Y with the right-hand side written out."""
    from scipy.integrate import solve_ivp

    def slope(t, ln_y):
        x = np.array([exp(t)])
        scale = sqrt(pi / 45) * universe.bath(0.05 / x)[0][0] * universe.PLANCK_MASS * 0.05 / x[0] * rate * x[0] ** -power
        gap = min(2 * (boltzmann.log_equilibrium(DIRAC, x)[0] - ln_y[0]), 50.0)
        return [-scale * exp(ln_y[0]) * (1 - exp(gap))]

    start = [boltzmann.log_equilibrium(DIRAC, np.array([4.0]))[0]]
    solved = solve_ivp(slope, (log(4.0), log(boltzmann.END)), start, method="Radau", rtol=1e-6, atol=1e-8)
    expected = boltzmann.density_today(0.05, exp(solved.y[0, -1]))
    assert boltzmann.relic_density(DIRAC, lambda x: rate * x**-power) == close(expected, rel=1e-3)


def test_twice_as_many_steps():
    few, many = (boltzmann.relic_density(DIRAC, lambda x: 1e-8 + 0 * x, steps) for steps in (2400, 9600))
    assert few == close(many, rel=2e-4)


def test_the_weak_scale_s_cross_section():
    """100 GeV, self-conjugate: 2.2e-26 cm^3/s gives the density (Steigman, Dasgupta, Beacom, Phys. Rev. D 86 (2012) 023506, Fig. 4)."""
    dark, units = Dark(KINDS["majorana"], 100.0, 300.0, 0.5), 1.1673e-17  # cm^3/s in GeV^-2
    assert boltzmann.relic_density(dark, lambda x: 2.2e-26 / units + 0 * x) == close(0.112, rel=0.06)


def test_more_annihilation_leaves_less():
    assert density("scalar", 0.05, 2e-3) == close(density("scalar", 0.05, 1e-3) / 4, rel=0.2)  # freeze-out is later
    y = thermal_target("scalar", 0.05, 0.1)
    assert density("scalar", 0.05, sqrt(y / 0.1) * 9, 0.1) == close(0.120, rel=1e-4)


# Targets


@pytest.mark.parametrize(("kind", "expected", "tolerance"), [("pseudo-dirac", 1.63e-11, 0.04), ("scalar", 4.26e-10, 0.01)])
def test_leptons_only_at_50_mev(kind, expected, tolerance):
    """The s-wave's reference is 3.5 % higher, as if it ended near x = 500, before the last 2.5 % have annihilated: see the next test."""
    assert thermal_target(kind, 0.05, hadrons=None) == close(expected, rel=tolerance)


def test_what_an_early_end_leaves_out():
    table = lambda x: 1e-8 + 0 * x  # noqa: E731
    early, late = boltzmann.relic_density(DIRAC, table, end=500.0), boltzmann.relic_density(DIRAC, table)
    assert thermal_target("pseudo-dirac", 0.05, hadrons=None) * early / late == close(1.63e-11, rel=0.012)
    assert late == close(boltzmann.relic_density(DIRAC, table, end=1e4), rel=2e-3)


def test_kinds():
    """No splitting: a pseudo-Dirac fermion is a Dirac one. A Majorana fermion has half of a scalar's y, in the limit of cold freeze-out."""
    assert thermal_target("pseudo-dirac", 0.02) == close(thermal_target("dirac", 0.02), rel=1e-9)
    assert thermal_target("majorana", 0.02) == close(thermal_target("scalar", 0.02) / 2, rel=0.02)
    assert thermal_target("pseudo-dirac", 0.02, splitting=0.1) > 2 * thermal_target("dirac", 0.02)


def test_y_depends_little_on_how_it_is_made():
    """alpha_D only by the A' width, a heavy A' only by y; near the resonance y falls."""
    assert thermal_target("scalar", 0.05, 0.01) == close(thermal_target("scalar", 0.05, 0.5), rel=0.03)
    assert thermal_target("scalar", 0.05, 0.1, 30.0) == close(thermal_target("scalar", 0.05, 0.1, 60.0), rel=0.01)
    assert thermal_target("scalar", 0.05, 0.1, 2.1) < 1e-3 * thermal_target("scalar", 0.05, 0.1)


def test_hadrons_lower_the_target():
    assert thermal_target("scalar", 0.05) == close(thermal_target("scalar", 0.05, hadrons=None), rel=1e-6)
    assert thermal_target("scalar", 0.37) < 0.3 * thermal_target("scalar", 0.37, hadrons=None)  # the rho


def test_refusals():
    with pytest.raises(UnknownName, match="did you mean 'dirac'"):
        thermal_target("dirak", 0.05)
    with pytest.raises(BadValue, match=r"the mass of thermal dark matter is out of range: 50 GeV; allowed: 0.001 to 10 GeV"):
        thermal_target("dirac", 50.0)
    with pytest.raises(BadValue, match="thermal dark matter is out of range: nan"):
        thermal_target("dirac", float("nan"))
    with pytest.raises(BadValue, match="alpha_D must be positive: -1"):
        thermal_target("dirac", 0.05, -1.0)
    with pytest.raises(BadValue, match=r"an A' lighter than dark matter: 0\.025 GeV"):
        thermal_target("dirac", 0.05, 0.5, 0.5)
    with pytest.raises(BadValue, match="the splitting of chi1 and chi2: 2"):
        thermal_target("pseudo-dirac", 0.05, splitting=2.0)
    with pytest.raises(BadValue, match="the mass of dark matter must be positive: inf"):
        annihilation.check(replace(DIRAC, mass=float("inf")))
