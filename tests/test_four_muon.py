"""The four-muon search: several candidates in an event, a Z' that is seen, golden numbers."""

from dataclasses import replace

import golden_tools
import numpy as np
import pytest
from test_selection_quantities import events_of, track

from darkrecoil import analyses, limits, models
from darkrecoil._errors import BadValue
from darkrecoil.chain import stream
from darkrecoil.limits import searched
from darkrecoil.limits.curve import curve
from darkrecoil.limits.settings import Settings
from darkrecoil.limits.study import _closed
from darkrecoil.selection import count, objects, pair_charge, pair_mass, pair_masses_squared, pairs, text, values

NAME = "belle2_four_muon"
SEARCH, MODEL = analyses.find(NAME), models.find("lmu_ltau")
MUON = objects("track", hypothesis="muon")
TRACKS = [track(3.0, 60, 10, +1.0), track(2.5, 70, 130, -1.0), track(2.0, 100, -100, +1.0), track(1.0, 120, -30, -1.0)]


@pytest.fixture(scope="module")
def made():
    return golden_tools.study_of(NAME)


@pytest.fixture(scope="module")
def point(made):
    return golden_tools.point_of(made)


# Words


def test_pairs_by_charge():
    events = events_of([TRACKS, TRACKS[:3], TRACKS[::2]])
    assert values(count(pairs(MUON, pair_charge.equals(0))), events).tolist() == [4, 2, 0]
    assert values(count(pairs(MUON, pair_charge.equals(2))), events).tolist() == [1, 1, 1]


def test_each_pair_is_a_candidate():
    """The masses of all pairs add up to that of four bodies: sum m_ij^2 = M^2 + (n - 2) sum m_i^2."""
    events = events_of([TRACKS, TRACKS[:2]])
    every = values(pair_masses_squared(pairs(MUON)), events)
    assert np.isfinite(every).sum(axis=1).tolist() == [6, 1]
    four = values(SEARCH.observable, events)
    assert np.isfinite(four).sum(axis=1).tolist() == [4, 1]
    alone = values(pair_masses_squared(pairs(MUON, pair_mass > 0.0)), events_of([TRACKS[:2]]))
    assert np.nanmax(four[1]) == pytest.approx(np.nanmax(alone), rel=1e-12)
    assert "with charge = 0" in text(SEARCH.observable).replace("0 = charge", "charge = 0")


def test_only_pairs_have_masses_of_pairs():
    with pytest.raises(BadValue, match=r"write pairs\(objects"):
        pair_masses_squared(MUON)
    with pytest.raises(BadValue, match="not a decay of the signal's X"):
        replace(SEARCH, decays=("Z' -> mu+ mu-",))


# Several candidates of an event


def selected(rows, weights):
    found = np.asarray(rows, dtype=float)
    return stream.Selected("some", np.array([[2.0, 2.0, 2.0]]), found, np.asarray(weights, dtype=float), 2, 1.0)


def test_an_event_counts_once_in_a_window_and_each_candidate_in_a_spectrum():
    some = selected([[1.0, 1.1, 30.0], [2.0, np.nan, np.nan]], [3.0, 5.0])
    assert stream.inside(some, (0.5, 1.5)).tolist() == [True, False]
    assert stream.candidates(some)[0].tolist() == [1.0, 1.1, 30.0, 2.0]
    assert stream.candidates(some)[1].tolist() == [3.0, 3.0, 3.0, 5.0]
    assert stream.nearest(some, 1.2)[0].tolist() == [1.1, 2.0]
    assert stream.spectrum(SEARCH, [some]).values.sum() == pytest.approx((3 * 3.0 + 5.0) / 2)


def test_blocks_of_different_width_are_joined():
    parts = [(np.ones((1, 3)), np.ones((2, k)), np.ones(2)) for k in (1, 4, 0)]
    joined = stream._joined("some", parts, 8192)
    assert joined.values.shape == (6, 4)
    assert np.isfinite(joined.values).sum() == 10


# The search


def test_golden_cutflow_and_limit(point):
    golden_tools.compare(NAME, golden_tools.facts(point))


def test_the_peak_is_narrow_and_where_the_mass_is(made, point):
    """sigma(M^2) = 2 M sigma(M): 6e-3 GeV^2 is 3 MeV at 1 GeV, a few per mille of a pair's mass."""
    assert point.resolution == pytest.approx(0.0065, rel=0.1)
    near = stream.nearest(made.peak(1.0), 1.0)[0]
    assert np.median(near) == pytest.approx(1.0, abs=1e-3)


def test_each_signal_event_has_four_candidates_one_of_them_true(made):
    found = made.peak(1.0).values
    assert found.shape[1] == 4
    assert np.isfinite(found).all()
    assert stream.inside(made.peak(1.0), (0.95, 1.05)).mean() > 0.97


def test_couplings_go_by_the_branching_fraction_to_muons(made, point):
    fraction = models.branching_fractions(MODEL, 1.0, 0.1)["mu+ mu-"]
    sigma = made.signals[1.0].cross_section()
    assert searched.fraction(SEARCH, MODEL, 1.0, 0.1, None) == fraction
    assert point.expected_coupling[2] == pytest.approx(0.1 * (point.expected_cross_section[2] / (sigma * fraction)) ** 0.5)
    said = curve(made, Settings(178.0, 0.9)).assumptions
    assert any(line.startswith("BF(mu+ mu-) = that of lmu_ltau") for line in said)


def test_below_threshold_and_without_the_decay_there_is_a_reason():
    assert "no mu+ mu- decay" in _closed(replace(SEARCH, masses=(0.1, 9.0)), MODEL, 0.15, 10.58)
    assert limits.recast("alp", "1", [NAME])["results"][0]["reason"] == "alp has no mu+ mu- decay at these masses"
