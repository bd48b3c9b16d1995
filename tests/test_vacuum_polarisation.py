"""Vacuum polarisation: limits of Delta alpha, and where it stands in amplitudes."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.points import flat
from scipy.integrate import quad
from theories import legs

from darkrecoil.amplitudes import machine, program
from darkrecoil.amplitudes import polarisation as vp
from darkrecoil.constants import ALPHA_0, M_E, M_MU, M_TAU, alpha_scheme, running_alpha
from darkrecoil.generate import api
from darkrecoil.generate.theory import theory

RUN = machine.compiled()


@pytest.mark.parametrize("mass", [M_E, M_MU, M_TAU])
@pytest.mark.parametrize("transfer", [1e-4, 0.03, 1.0, 9.0, 100.0])
def test_a_lepton_is_the_parameter_integral(mass, transfer):
    """Delta alpha(-Q^2) = (2 alpha/pi) int x(1-x) ln(1 + x(1-x) Q^2/m^2) dx: Peskin and Schroeder, eq. 7.90."""
    exact, _ = quad(lambda x: x * (1 - x) * np.log1p(x * (1 - x) * transfer / mass**2), 0, 1, epsabs=0, epsrel=1e-12)
    assert vp.lepton(-transfer, mass**2) == pytest.approx(2 * ALPHA_0 / np.pi * exact, rel=2e-3 if transfer < 1e-3 * 4 * mass**2 else 1e-9)


@given(st.floats(1e-12, 1e4), st.sampled_from([M_E, M_MU, M_TAU]))
def test_time_like_is_the_real_part_of_the_principal_value(s, mass):
    """Far above threshold both signs agree; below they are continuous through q^2 = 0, where the slope is -alpha/(15 pi m^2)."""
    found = vp.lepton(s, mass**2)
    assert np.isfinite(found)
    if s > 1e4 * mass**2:
        assert found == pytest.approx(vp.lepton(-s, mass**2), rel=2e-2)
    if s < 1e-4 * mass**2:
        assert found == pytest.approx(-ALPHA_0 / (15 * np.pi) * s / mass**2, rel=1e-3)
        assert vp.lepton(-s, mass**2) == -found  # of the expansion


def test_at_the_z_leptons_are_the_textbook_s():
    """0.03142 at one loop (M. Steinhauser, Phys. Lett. B 429 (1998) 158), hadrons 0.0276 (Burkhardt and Pietrzyk)."""
    leptons = sum(vp.lepton(91.1876**2, m * m) for m in (M_E, M_MU, M_TAU))
    assert leptons == pytest.approx(0.03142, abs=2e-5)
    assert vp.hadrons(91.1876**2) == pytest.approx(0.0276, abs=4e-4)


def test_the_pieces_of_the_hadrons_meet():
    for edge in (0.49, 4.0, 16.0, 100.0):
        assert vp.hadrons(edge * (1 - 1e-9)) == pytest.approx(vp.hadrons(edge * (1 + 1e-9)), rel=6e-3)


def test_alpha_of_s_is_the_same_function():
    assert ALPHA_0 * vp.polarised(10.58**2) == pytest.approx(running_alpha(10.58**2), rel=1e-3)  # masses of the tau


def test_each_virtual_photon_has_its_own():
    """Bhabha scattering, m_e = 0: 2 e^4 [((s/t)^2 + (u/t)^2) Pt^2 + 2 (u^2/(s t)) Ps Pt + ((t/s)^2 + (u/s)^2) Ps^2], P = 1/(1 - Delta)."""
    scheme = alpha_scheme("running")
    some = theory(scheme)
    momenta = flat((M_E, M_E), 10.58, 64, 1)[0]
    s = 10.58**2
    minus = momenta[:, 2]
    t = -2 * momenta[:, 0, 0] * minus[:, 0] * (1 - minus[:, 3] / np.linalg.norm(minus[:, 1:], axis=1))
    u = -s - t
    ps, pt = vp.polarised(s), vp.polarised(t)
    expected = 2 * (u**2 * (ps / s + pt / t) ** 2 + (s / t * pt) ** 2 + (t / s * ps) ** 2) * (4 * np.pi * ALPHA_0) ** 2
    wide = np.abs(t) > 1.0
    found = program.squared(program.program(some, legs(some, "e- e+")), RUN, momenta)
    assert found[wide] == pytest.approx(expected[wide], rel=1e-5)


def test_real_photons_have_none_and_ward_s_identity_holds():
    some = theory(alpha_scheme("running"))
    plain = replace(some, lines={name: replace(line, runs=False) for name, line in some.lines.items()})
    momenta = flat((0.0, 0.0), 10.58, 32, 1)[0]
    two = [program.squared(program.program(one, legs(one, "gamma gamma")), RUN, momenta) for one in (some, plain)]
    assert np.array_equal(*two)
    momenta = flat((M_MU, M_MU, 0.0), 10.58, 32, 1)[0]
    right = program.squared(program.program(some, legs(some, "mu- mu+ gamma")), RUN, momenta)
    wrong = program.squared(program.program(some, legs(some, "mu- mu+ gamma"), 4), RUN, momenta)
    assert np.all(np.sqrt(wrong / right) / momenta[:, 4, 0] < 1e-10)


def test_muon_pairs_grow_by_the_square():
    found = {name: api.cross_section("e+ e- -> mu+ mu-", alpha=name, precision=5e-4)[1].value for name in ("0", "running")}
    assert found["running"] / found["0"] == pytest.approx(vp.polarised(10.58**2) ** 2, rel=2e-3)
