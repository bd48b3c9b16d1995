"""The data sets of the searches: one file for each, one number for one fact, each with its source."""

import re
from pathlib import Path

import pytest

from darkrecoil import analyses
from darkrecoil.analyses import _belle2_2018, _belle2_2019_20
from darkrecoil.analyses._belle2_2019_20 import Number

FOLDER = Path(analyses.__file__).parent
HOMES = ("_belle2_2018.py", "_belle2_2019_20.py")
SETS = [(name, data) for name in analyses.names() for data in analyses.find(name).datasets]
LATER = [(name, data) for name, data in SETS if data.preset == "2019-2022"]


def test_data_sets_have_one_home_each():
    others = [path.name for path in FOLDER.glob("*.py") if "Dataset(" in path.read_text() and path.name not in HOMES]
    assert not others
    assert {data.name for _, data in SETS} == {"2018", "2019-20", "2019-21"}


@pytest.mark.parametrize(("name", "data"), LATER, ids=[name for name, _ in LATER])
def test_searches_of_one_period_have_one_number_for_one_fact(name, data):
    """Per track and per lepton the same, whatever the search: before, two tracks had 1, 2 and 4 % in three of them."""
    tracks = {"four tracks": 4, "two tracks": 2}
    (number,) = {tracks[row[0]] for row in analyses.find(name).selection if row[0] in tracks}
    assert data.systematics["trigger"][0] == data.systematics["luminosity"][0] == 0.01
    assert data.systematics["tracking"][0] == pytest.approx(0.009 * number)
    assert data.systematics["particle identification"][0] in (0.02, 0.03, 0.04)
    lines = set(analyses.find(name).triggers)
    expected = {} if "fff" in lines else {"hie plateau": 0.96} if "hie" in lines else {"ffo plateau": 0.95}
    assert data.corrections == expected


def test_tau_pairs_of_one_final_state_are_known_as_well_in_each_search():
    """With missing energy and no more, the background is compared with control samples in all of them; cuts that few pass cost more."""
    for name in ("belle2_zprime_invisible", "belle2_mu_tau_invisible", "belle2_e_tau_invisible", "belle2_tau_tau_invisible"):
        (data,) = (data for other, data in LATER if other == name)
        more = {} if name == "belle2_zprime_invisible" else {"tau suppression": 0.22}
        assert {k: b for k, (_, b) in data.systematics.items() if b} == {"background": 0.10, **more}


def test_each_number_says_where_it_is_from():
    module = vars(_belle2_2019_20)
    numbers = [
        one for value in module.values() for one in (value.values() if isinstance(value, dict) else [value]) if isinstance(one, Number)
    ]
    assert len(numbers) == 11
    for one in numbers:
        assert re.match(r"(published: arXiv:\d{4}\.\d{5}|recalled|assumed: )", one.source), one
    assert "arXiv:1912.11276" in (_belle2_2018.__doc__ or "")


def test_electron_and_muon_of_2018_share_the_column_of_the_table():
    two, mixed = _belle2_2018.TWO_MUONS.systematics, _belle2_2018.ELECTRON_AND_MUON.systematics
    assert {*two} - {*mixed} == {"dimuon yield"}
    assert {name for name in mixed if mixed[name] != two[name]} == {"trigger"}
