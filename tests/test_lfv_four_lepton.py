"""The search for e- e- mu+ mu+ and its charge conjugate: candidates across two sets, charges, golden numbers."""

from math import sqrt

import golden_tools
import numpy as np
import pytest
from test_selection_quantities import events_of, four, track

from darkrecoil import analyses, models
from darkrecoil.chain import stream
from darkrecoil.constants import M_E, M_MU, GeV
from darkrecoil.limits import searched
from darkrecoil.selection import masses_squared_across, objects, pt, text, values

NAME = "belle2_lfv_four_lepton"
SEARCH = analyses.find(NAME)
HARD = objects("track", pt > 1.5 * GeV, hypothesis="electron")
SOFT = objects("track", pt < 1.5 * GeV, hypothesis="muon")


@pytest.fixture(scope="module")
def made():
    return golden_tools.study_of(NAME)


@pytest.fixture(scope="module")
def point(made):
    return golden_tools.point_of(made)


def test_masses_across_two_sets_have_each_its_own_hypothesis():
    """Two hard tracks, two soft ones: of the four pairs those of opposite charge, a track of each set with its own mass."""
    hard, soft = [track(3.0, 60, 10, +1.0), track(2.5, 70, 130, +1.0)], [track(1.0, 100, -100, -1.0), track(0.8, 80, -30, +1.0)]
    found = values(masses_squared_across(HARD, SOFT), events_of([[*hard, *soft]]))[0]
    one, other = four(hard[:1], M_E), four(soft[:1], M_MU)
    e, *p = (a + b for a, b in zip(one, other, strict=True))
    assert np.isfinite(found).sum() == 2
    assert np.nanmin(np.abs(found - (e * e - sum(x * x for x in p)))) < 1e-12
    assert "with each of opposite charge of" in text(masses_squared_across(HARD, SOFT))


def test_golden_cutflow_and_limit(point):
    golden_tools.compare(NAME, golden_tools.facts(point))


def test_half_of_the_decays_have_the_charges_of_the_search(made):
    rows = {row.name: row.events for row in stream.flow(SEARCH, made.signals[2.0]).rows}
    assert rows["like charges"] / rows["electrons and muons"] == pytest.approx(0.5, abs=0.03)


def test_next_to_nothing_stands_against_it(made, point):
    assert point.background == 0
    assert made.backgrounds[0].unit * 79.7 < 0.5  # events that one generated one stands for, in this small sample
    assert point.expected_cross_section[2] * 79.7 * point.efficiency == pytest.approx(2.4, rel=0.1)  # -ln 0.1, and the errors


def test_the_coupling_follows_from_the_cross_section(made, point):
    parameters = {"g_emu": 1.0, "g_chi": 0.0}
    assert searched.fraction(SEARCH, models.find("lfv_zprime"), 2.0, 0.1, parameters) == pytest.approx(1.0)
    sigma = made.signals[2.0].cross_section()
    assert point.expected_coupling[2] == pytest.approx(0.1 * sqrt(point.expected_cross_section[2] / sigma))
