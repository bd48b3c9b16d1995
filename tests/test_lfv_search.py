"""The search for an electron, a muon and missing energy: its table, both charge states, its golden cutflow and limits."""

from dataclasses import replace

import golden_tools
import numpy as np
import pytest
from test_selection_quantities import cluster, events_of, track

from darkrecoil import analyses, limits, models
from darkrecoil.generate.api import cross_section
from darkrecoil.limits.couplings import Couplings
from darkrecoil.limits.curve import curve
from darkrecoil.limits.settings import Settings
from darkrecoil.limits.study import charge_states
from darkrecoil.selection import correction_factors, relative_uncertainties, tally

NAME = "belle2_lfv_zprime_invisible"
SEARCH, MODEL = analyses.find(NAME), models.find("lfv_zprime")
PUBLISHED = Settings(0.276, 0.90)


@pytest.fixture(scope="module")
def study():
    """A small study at one mass: g_emu = 0.1, both charge states."""
    return limits.study(
        SEARCH, MODEL, SEARCH.datasets[0], [3.0], jobs=2, scan="g_emu", attempts=12 * 8192, signal_attempts=6 * 8192
    )  # fmt: skip


def test_golden_cutflow_and_limit(study):
    (point,) = curve(study, PUBLISHED).points
    golden_tools.compare(NAME, golden_tools.facts(point, "expected_efficiency_times_cross_section"))


def test_both_charge_states_are_generated_and_stand_together(study):
    assert charge_states(SEARCH, MODEL) == ("e+ e- -> e+ mu- Z'", "e+ e- -> e- mu+ Z'")
    signal, peak = study.signals[3.0], study.peaks[3.0]
    assert signal.tally[0, 0] == 2 * signal.attempts
    _, found = cross_section("e+ e- -> e- mu+ Z'", "lfv_zprime", 3.0, 1.0, parameters={"g_emu": 0.1}, sqrt_s=10.57956, precision=0.01)
    assert peak.cross_section() == pytest.approx(2 * found.value, rel=0.05)
    assert signal.cross_section() == pytest.approx(peak.cross_section(), rel=0.1)  # radiation moves little of it


def test_the_coupling_gives_the_cross_section_of_its_limit(study):
    (point,) = curve(study, PUBLISHED).points
    some = Couplings(study, 3.0, study.signals[3.0].cross_section(), PUBLISHED)
    for coupling, limit in zip(point.expected_coupling, point.expected_cross_section, strict=True):
        assert some.rate(coupling) == pytest.approx(limit)
    one = curve(study, replace(PUBLISHED, invisible="1")).points[0]
    assert one.expected_coupling[2] < point.expected_coupling[2]  # all of it decays out of sight


def test_the_published_uncertainties_and_corrections():
    (data,) = SEARCH.datasets
    signal, background = relative_uncertainties(data)
    assert signal == pytest.approx(0.0594, abs=5e-5)
    assert background == pytest.approx(0.221, abs=5e-4)
    assert correction_factors(data) == pytest.approx((0.96 * 0.90,) * 2)


def pair(**new):
    """An electron of 3 GeV with all its energy in the calorimeter, and a muon."""
    values = {"e": {"p": 3.0, "theta": 60, "phi": 10, "charge": -1.0, "ecl": 3.0}, "mu": {"p": 2.5, "theta": 70, "phi": 130, "charge": 1.0}}
    return tuple(track(**{**some, **new.get(name, {})}) for name, some in values.items())


@pytest.mark.parametrize(
    ("expected", "event"),
    [
        ("selected", {"tracks": pair()}),
        ("selected", {"tracks": pair(e={"charge": 1.0}, mu={"charge": -1.0})}),
        ("trigger hie", {"tracks": pair(), "fired": False}),
        ("two tracks", {"tracks": pair()[:1]}),
        ("opposite, in the barrel", {"tracks": pair(mu={"charge": -1.0})}),
        ("opposite, in the barrel", {"tracks": pair(mu={"theta": 120.1})}),
        ("an electron and a muon", {"tracks": pair(e={"ecl": 0.2})}),
        ("an electron and a muon", {"tracks": pair(mu={"ecl": 2.5})}),
        ("an electron and a muon", {"tracks": pair(e={"p": 1.4, "ecl": 1.4})}),
        ("an electron and a muon", {"tracks": pair(e={"ecl": 2.2})}),
        ("an electron and a muon", {"tracks": pair(e={"ecl": 3.8})}),
        ("transverse opening", {"tracks": pair(mu={"phi": 99.9})}),
        ("no photon at the recoil", {"tracks": pair(), "clusters": [cluster(0.01, 80, -110)]}),
        ("little extra energy", {"tracks": pair(), "clusters": [cluster(0.41, 40, 10)]}),
    ],
)
def test_an_event_is_lost_where_the_table_says(expected, event):
    fired = np.array([event.get("fired", True)])
    events = events_of([list(event["tracks"])], [list(event.get("clusters", ()))], lines={"hie": fired})
    names, sums = tally(SEARCH, events)
    assert next((name for name, row in zip(names, sums, strict=True) if row[0] == 0), "selected") == expected
