"""The search for an electron and a muon of all the energy: where its peak is, what it is made of, what muon decays leave to it."""

from math import sqrt

import golden_tools
import numpy as np
import pytest

from darkrecoil import analyses, chain, limits, models
from darkrecoil.chain import stream
from darkrecoil.constants import M_TAU
from darkrecoil.detector import card as cards
from darkrecoil.limits.curve import curve
from darkrecoil.limits.settings import Settings
from darkrecoil.models import flavour_fractions

NAME = "belle2_lepton_pair_lfv"
SEARCH = analyses.find(NAME)
G_F = 1.1663788e-5  # GeV^-2, PDG 2022


@pytest.fixture(scope="module")
def made():
    return golden_tools.study_of(NAME)


@pytest.fixture(scope="module")
def point(made):
    return golden_tools.point_of(made)


def test_golden_cutflow_and_limit(point):
    golden_tools.compare(NAME, golden_tools.facts(point))


def test_nothing_recoils(made, point):
    """The recoil's four-momentum is the error of two momenta: its square is of second order in them, some 1e-3 GeV^2."""
    assert point.window[0] == -point.window[1]
    assert 1e-3 < point.resolution < 2e-2
    assert abs(np.median(made.peak(0.0).values)) < 1e-3


def test_both_charge_states_are_summed(made):
    """Of VV with an electron in the final state, without radiation: s |C|^2/(12 pi) x 4, and x 2 for both charges.

    In units of s |C|^2/(48 pi), per helicity: 4 for LL and for RR, where both contractions add up; 1 for LR and for RL through
    annihilation, 3 for each of them through exchange: 16, four times that of VV without an electron.
    """
    root = cards.sqrt_s(made.card.beams)
    assert made.peak(0.0).cross_section() == pytest.approx(root**2 * 0.01 / (12 * np.pi) * 0.3893793721e12 * 4 * 2, rel=0.01)
    assert made.signals[0.0].tally[0, 0] == 2 * made.signals[0.0].attempts


def test_the_background_is_who_is_called_what(made):
    """Muons called electrons, at the card's rate: two muons, of which either may be taken for an electron, the other for a muon."""
    identification = made.card.identification.muon.value.barrel
    found = stream.flow(SEARCH, made.backgrounds[0]).rows
    before, after = (next(row for row in found if row.name == name) for name in ("two tracks", "electron and muon"))
    called = 2 * identification[-1][0] * identification[-1][1]
    assert after.cross_section < called * before.cross_section
    assert after.cross_section == pytest.approx(0.83 * called * before.cross_section, rel=0.25)  # 0.83: both in the barrel


def test_there_is_no_branching_fraction(made, point):
    sigma = made.signals[0.0].cross_section()
    assert point.expected_coupling[2] == pytest.approx(0.1 * sqrt(point.expected_cross_section[2] / sigma))
    assert "cross-sections scale as coupling squared" in curve(made, Settings(79.7, 0.9)).assumptions


def test_decays_of_muons_leave_nothing_to_it(point):
    """B(mu -> 3e) = (3/4)(C/G_F)^2 of VV, which a heavy Z' has with C = g_emu g_ee/M^2; below 1e-12 it leaves 2e-9 fb."""
    coupling, mass = 1e-3, 10.0
    found = flavour_fractions(models.find("lfv_zprime"), mass, coupling, {"g_emu": 1.0, "g_ee": 1.0})["mu- -> e- e- e+"]
    assert found == pytest.approx(0.75 * (coupling**2 / mass**2 / G_F) ** 2, rel=1e-2)
    largest = G_F * sqrt(1e-12 / 0.75)
    assert largest == pytest.approx(1.35e-11, rel=0.01)
    assert largest < 1e-4 * point.expected_coupling[2]


def test_a_model_that_makes_no_such_pair_is_refused_with_a_reason():
    (result,) = limits.recast("lmu_ltau", "1", [NAME])["results"]
    assert result["points"][0]["reason"] if result["points"] else result["reason"]
    assert chain.together


# An electron or a muon and a tau


@pytest.fixture(scope="module", params=["belle2_mu_tau_pair", "belle2_e_tau_pair"])
def beside_a_tau(request):
    return golden_tools.study_of(request.param)


def test_golden_cutflow_and_limit_beside_a_tau(beside_a_tau):
    golden_tools.compare(beside_a_tau.analysis.name, golden_tools.facts(golden_tools.point_of(beside_a_tau)))


def test_the_recoil_of_the_lepton_has_the_mass_of_the_tau(beside_a_tau):
    """Electrons lose energy in matter, so that their recoil is heavier; tau pairs begin above, and what is left of muon pairs too."""
    found, window = beside_a_tau.peak(0.0).values, golden_tools.point_of(beside_a_tau).window
    assert np.median(found) == pytest.approx(M_TAU**2, rel=0.08)
    assert window[0] < M_TAU**2 < window[1]
    assert all(np.median(b.values) > window[1] for b in beside_a_tau.backgrounds if len(b.values))
