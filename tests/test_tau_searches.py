"""The searches with taus and missing energy: golden points without radiation, what they ask, and where they have no limit."""

import golden_tools
import pytest

from darkrecoil import analyses, limits, models
from darkrecoil.generate.radiation import NOT
from darkrecoil.limits.curve import curve
from darkrecoil.limits.settings import Settings

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
