"""The searches with taus and missing energy: golden points without radiation, what they ask, and where they have no limit."""

import golden_tools
import pytest
from test_selection_quantities import events_of, track

from darkrecoil import analyses, limits, models
from darkrecoil.generate.radiation import NOT
from darkrecoil.limits.curve import curve
from darkrecoil.limits.settings import Settings
from darkrecoil.selection import values

SEARCHES = {
    "belle2_mu_tau_invisible": ("lfv_zprime", "g_mutau"),
    "belle2_e_tau_invisible": ("lfv_zprime", "g_etau"),
    "belle2_tau_tau_invisible": ("lmu_ltau", None),
}


def points(name):
    """The golden point at 3 GeV, and one at 1 GeV, without radiation, which has kernels of its own."""
    search, (model, scan) = analyses.find(name), SEARCHES[name]
    made = limits.study(
        search, models.find(model), search.datasets[0], [1.0, 3.0], jobs=2, scan=scan, radiates=NOT,
        attempts=24 * 8192, signal_attempts=32 * 8192,
    )  # fmt: skip
    return curve(made, Settings(79.7, 0.90)).points


@pytest.mark.parametrize("name", SEARCHES)
def test_golden_cutflow_and_limit(name):
    low, point = points(name)
    golden_tools.compare(name, golden_tools.facts(point, "window", without=("resolution",)))
    assert (low.reason is not None) == (name != "belle2_tau_tau_invisible")  # below 1.67 GeV a tau decays to the lepton and the Z'


@pytest.mark.parametrize("name", SEARCHES)
def test_the_window_holds_a_share_of_a_signal_without_a_peak(name):
    search = analyses.find(name)
    assert search.share == 0.8
    assert search.status == "projection"
    assert search.triggers == ("ffo", "hie")


@pytest.mark.parametrize("name", SEARCHES)
def test_the_recoil_must_point_away_from_the_faster_lepton(name):
    """At 74 degrees, 90 in the e+e- frame: 4 and 1 GeV at a right angle recoil 1 GeV across the faster (4 across the slower), 4 and 3 GeV
    recoil 3; of 3 and 2.9 GeV back to back neither has enough."""
    (title, pair, across) = analyses.find(name).selection[-1]
    events = events_of(
        [
            [track(4.0, 74, 0, +1.0, 0.25), track(1.0, 74, 90, -1.0, 1.0)],
            [track(4.0, 74, 0, +1.0, 0.25), track(3.0, 74, 90, -1.0, 3.0)],
            [track(3.0, 74, 0, +1.0, 0.25), track(2.9, 74, 180, -1.0, 2.9)],
        ]
    )
    assert title == "taus suppressed"
    assert values(pair, events).tolist() == [True, True, False]
    assert values(across, events).tolist() == [False, True, False]
