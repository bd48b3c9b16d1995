"""Every search of the folder says what it rests on; the 2018 Z' search selects what it says."""

from math import sqrt

import numpy as np
import pytest
from test_selection_quantities import cluster, events_of, track

from darkrecoil import analyses
from darkrecoil._errors import BadFile, UnknownName
from darkrecoil.selection import Analysis, correction_factors, cutflow, relative_uncertainties, tally, values, words

SEARCH = analyses.find("belle2_zprime_invisible")


@pytest.mark.parametrize("name", analyses.names())
def test_every_search_says_what_it_rests_on(name):
    search = analyses.find(name)
    assert isinstance(search, Analysis)
    assert search.name == name
    assert search.experiment == name.split("_")[0]
    assert search.references
    assert any("arXiv" in reference for reference in search.references)
    assert words(search)
    assert all(row and shown and "\n" not in shown for row, shown in words(search))
    assert len({shown for _, shown in words(search)}) == len(words(search))  # no row twice
    assert search.datasets
    for dataset in search.datasets:
        assert dataset.luminosity > 0
        assert dataset.systematics
        assert min(relative_uncertainties(dataset)) > 0
        assert correction_factors(dataset) > (0, 0)
    assert search.missing or search.status == "validated"


def test_an_unknown_search_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'belle2_zprime_invisible'"):
        analyses.find("belle2_zprime_invisibl")


def test_a_search_of_the_users_own(tmp_path):
    (tmp_path / "mine.py").write_text("from darkrecoil.analyses.belle2_zprime_invisible import ANALYSIS\n")
    (tmp_path / "nothing.py").write_text("ANALYSIS = 'two muons'\n")
    assert "mine" in analyses.names((tmp_path,))
    assert analyses.find("mine", (tmp_path,)).selection == SEARCH.selection
    with pytest.raises(BadFile, match="'nothing' declares no ANALYSIS: str"):
        analyses.find("nothing", (tmp_path,))


def test_the_published_uncertainties_and_corrections():
    data, later = SEARCH.datasets
    assert (later.name, later.luminosity, later.preset) == ("2019-20", 79.7, "2019-2022")
    assert not {"data/MC", "tau suppression", "dimuon yield"} & {*later.corrections, *later.systematics}  # belong to 2018
    signal, background = relative_uncertainties(data)
    assert (data.name, data.luminosity, data.detector, data.preset) == ("2018", 0.276, "belle2", "2018")
    assert len(data.systematics) == 7
    assert signal == pytest.approx(0.1468, abs=5e-5)
    assert background == pytest.approx(0.221, abs=5e-4)
    assert signal == pytest.approx(sqrt(5**2 + 4**2 + 4**2 + 1.5**2 + 12.5**2) / 100)
    assert correction_factors(data) == pytest.approx((0.79 * 0.65, 0.79 * 0.65))
    assert correction_factors(data, without=("ffo plateau",)) == (0.65, 0.65)


PAIR = (track(3.0, 60, 10, 1.0), track(2.5, 70, 130, -1.0))  # opens by 120 degrees; the recoil is in the barrel


def passes_until(tracks, clusters=(), fired=True):
    """The name of the row at which an event is lost, or "selected"."""
    events = events_of([list(tracks)], [list(clusters)], lines={"ffo": np.array([fired])})
    names, sums = tally(SEARCH, events)
    return next((name for name, row in zip(names, sums, strict=True) if row[0] == 0), "selected")


def changed(index, **new):
    """The pair with one track's values replaced."""
    values = [{"p": 3.0, "theta": 60, "phi": 10, "charge": 1.0}, {"p": 2.5, "theta": 70, "phi": 130, "charge": -1.0}]
    values[index] |= new
    return tuple(track(**some) for some in values)


@pytest.mark.parametrize(
    ("expected", "event"),
    [
        ("selected", {"tracks": PAIR}),
        ("selected", {"tracks": PAIR[::-1]}),
        ("selected", {"tracks": PAIR, "clusters": [cluster(0.39, 40, 10)]}),
        ("trigger ffo", {"tracks": PAIR, "fired": False}),
        ("two tracks", {"tracks": (*PAIR, track(0.1, 140, 0, 1.0))}),
        ("two tracks", {"tracks": PAIR[:1]}),
        ("opposite, in the barrel", {"tracks": changed(1, charge=1.0)}),
        ("opposite, in the barrel", {"tracks": changed(0, theta=36.9)}),
        ("opposite, in the barrel", {"tracks": changed(1, theta=120.1)}),
        ("opposite, in the barrel", {"tracks": changed(0, p=0.15)}),
        ("two muons", {"tracks": changed(0, ecl=0.14)}),
        ("two muons", {"tracks": changed(1, ecl=0.41)}),
        ("two muons", {"tracks": changed(0, p=0.45, ecl=0.19)}),
        ("transverse opening", {"tracks": changed(1, phi=99.9)}),
        ("transverse opening", {"tracks": changed(1, phi=182.1)}),
        ("selected", {"tracks": changed(1, phi=100.1)}),
        ("selected", {"tracks": changed(1, phi=181.9)}),
        ("recoil in the barrel", {"tracks": (track(3.0, 110, 10, 1.0), track(3.0, 115, 150, -1.0))}),
        ("no photon at the recoil", {"tracks": PAIR, "clusters": [cluster(0.01, 80, -110)]}),
        ("little extra energy", {"tracks": PAIR, "clusters": [cluster(0.41, 40, 10)]}),
        ("little extra energy", {"tracks": PAIR, "clusters": [cluster(0.21, 40, 10), cluster(0.2, 40, 100)]}),
        ("no pi0", {"tracks": PAIR, "clusters": [cluster(0.19, 40, 10), cluster(0.19, 81.6, 10)]}),
        ("selected", {"tracks": PAIR, "clusters": [cluster(0.19, 40, 10), cluster(0.19, 90, 10)]}),
    ],
)
def test_an_event_is_lost_where_the_table_says(expected, event):
    assert passes_until(**event) == expected


def test_the_table_in_words():
    shown = dict(words(SEARCH))
    assert next(iter(shown)) == "trigger ffo"
    assert shown["two tracks"] == "2 = number of tracks"
    assert shown["no pi0"] == "0 = number of pairs of clusters with 0.12 < mass < 0.145 GeV"
    assert shown["little extra energy"] == "summed energy of clusters < 0.4 GeV"
    for number in ("37 < theta < 120 deg", "pT > 0.15 GeV", "0.15 < E_ECL < 0.4 GeV", "E_ECL/p < 0.4"):
        assert number in shown["two muons"]
    assert shown["transverse opening"].startswith("90 < ")
    assert shown["transverse opening"].endswith(" < 172 deg")
    assert shown["recoil in the barrel"].startswith("33 < theta of the recoil of")
    assert shown["no photon at the recoil"].endswith("< 15 deg)")


def test_observable_and_cutflow_of_one_event():
    events = events_of([list(PAIR)])
    assert 10 < values(SEARCH.observable, events)[0] < 80
    assert [row.events for row in cutflow(SEARCH, events).rows] == [1] * 10
