"""Published constraints: every entry has its facts, curves are read and refused with the line, none is passed over in silence."""

import re
from dataclasses import replace
from importlib.metadata import EntryPoint
from itertools import pairwise
from math import log

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from darkrecoil import constraints, models
from darkrecoil._errors import BadFile, BadValue, UnknownName
from darkrecoil.constraints import facts, regions, registry, y_plane
from darkrecoil.records import Band

KNOWN = constraints.catalogue()
FACTS = {
    "title": '"A test"', "label": '"test"', "experiment": '"none"', "model": '"dark_photon"', "references": '["arXiv:0000.00000"]',
    "location": '"Fig. 1"', "level": "0.9", "convention": '"epsilon"', "production": '"e+ e- -> gamma X"', "final_states": '["invisible"]',
    "branching_fraction": "1.0", "lifetime": '"any"', "obtained": '"by hand"', "status": '"digitised"', "range": "[0.1, 2.0]",
    "mass_unit": '"GeV"',
}  # fmt: skip
EDGE = "[[bands]]\nedge = [[0.1, 1e-3], [1.0, 2e-3],\n  [2.0, 4e-3]]\n"
ROWS = [(0.1, 1e-3), (1.0, 2e-3), (2.0, 4e-3)]


def written(folder, bands=EDGE, name="test", **changes):
    """A file of facts with these changes; a fact that is None is left out."""
    lines = [f"{key} = {value}" for key, value in {**FACTS, **changes}.items() if value is not None]
    path = folder / f"{name}.toml"
    path.write_text("\n".join(lines) + "\n" + bands)
    return path


def from_data(folder, text, name="curve.txt", more="", **changes):
    (folder / name).write_text(text)
    return written(folder, f'[[bands]]\nfile = "{name}"\n{more}', **changes)


def refused(path):
    with pytest.raises(BadFile) as error:
        facts.load(path)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_every_entry_of_the_package_loads():
    assert not KNOWN.failures
    assert len(KNOWN.constraints) >= 13
    assert [c.name for c in KNOWN.constraints] == sorted(constraints.names())


@pytest.mark.parametrize("name", [path.stem for path in registry.HERE.glob("*.toml")])
def test_an_entry_has_all_its_facts(name):
    found = constraints.find(name)
    assert (found.level is None) != (found.level_note == "")
    assert found.bands
    assert found.references
    assert all((found.title, found.label, found.experiment, found.location, found.convention, found.production, found.obtained))
    assert re.search(r"arXiv:\d{4}\.\d{4,5}", " ".join(found.references))
    assert found.model in models.names()
    assert all(y > 0 for band in found.bands for y in (*band.low, *(band.high or ())))


@pytest.mark.parametrize(
    ("name", "mass", "value"),
    [  # arXiv:1702.03327 Fig. 5; 1906.00176 Fig. 3; 1606.03501
        ("babar_invisible_dark_photon", 4.5, 4.24e-4),
        ("na64_invisible_dark_photon", 0.1, 3.46e-4),
        ("babar_muonic_zprime", 1.0, 1.6e-3),
    ],
)
def test_values_are_those_of_the_figures(name, mass, value):
    ((low, high),) = constraints.excluded_at(constraints.find(name), mass)
    assert low == pytest.approx(value, rel=1e-12)
    assert high is None


def test_na64_crosses_babar_near_210_mev():
    def apart(mass):
        edges = [constraints.excluded_at(constraints.find(f"{e}_invisible_dark_photon"), mass)[0][0] for e in ("na64", "babar")]
        return log(edges[0] / edges[1])

    assert apart(0.2) < 0 < apart(0.23)


@given(st.floats(0.1, 2.0))
def test_lines_are_straight_in_the_logarithms(x):
    between = regions.between(x, (0.1, 2.0), (1e-3, 8e-3))
    power = log(8) / log(20)
    assert between == pytest.approx(1e-3 * (x / 0.1) ** power, rel=1e-12)


@pytest.mark.parametrize("x", [0.0999, 2.0001, float("nan")])
def test_there_is_nothing_outside_of_a_curve(x):
    assert regions.between(x, (0.1, 2.0), (1e-3, 8e-3)) is None


def test_a_closed_contour_is_its_inside():
    square = regions.from_closed([(1.0, 1.0), (10.0, 1.0), (10.0, 10.0), (1.0, 10.0)])
    assert square == (Band((1.0, 10.0), (1.0, 1.0), (10.0, 10.0)),)


def test_a_contour_that_folds_back_is_several_bands():
    bay = [(1.0, 1.0), (8.0, 1.0), (8.0, 2.0), (2.0, 4.0), (8.0, 8.0), (8.0, 16.0), (1.0, 16.0)]
    constraint = replace(KNOWN.constraints[0], bands=regions.from_closed(bay))
    ((low, top),) = regions.excluded_at(constraint, 1.5)
    assert (low, top) == pytest.approx((1.0, 16.0))
    lower, upper = regions.excluded_at(constraint, 4.0)
    assert lower == pytest.approx((1.0, 2**1.5))
    assert upper == pytest.approx((2**2.5, 16.0))
    assert regions.excluded_at(constraint, 9.0) == ()


def test_the_tip_of_the_beam_dumps():
    dumps = constraints.find("beam_dumps_alp")
    ((low, high),) = constraints.excluded_at(dumps, 0.497)
    assert 2.0e-7 < low < 2.3e-7 < high < 2.5e-7
    assert constraints.excluded_at(dumps, 0.5) == ()


@given(st.lists(st.tuples(st.floats(1, 10), st.one_of(st.none(), st.floats(0.1, 10))), max_size=6))
def test_joined_intervals_cover_the_same_points_once(pairs):
    intervals = [(low, None if width is None else low + width) for low, width in pairs]
    union = regions.joined(intervals)
    for y in (1.0, 2.5, 5.05, 9.9, 15.0):
        assert any(a <= y and (b is None or y <= b) for a, b in intervals) == any(a <= y and (b is None or y <= b) for a, b in union)
    assert all(a[1] is not None and a[1] < b[0] for a, b in pairwise(union))


# Files of the user's own


def test_facts_and_curve_in_one_file(tmp_path):
    found = facts.load(written(tmp_path))
    assert found.bands == (Band(*zip(*ROWS, strict=True)),)
    assert (found.name, found.level, found.branching_fraction) == ("test", 0.9, 1.0)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("# mass [GeV]  eps\n0.1 1e-3\n1.0 2e-3\n\n2.0 4e-3\n", ""),
        ("mass,eps\n0.1,1e-3\n1.0,2e-3\n2.0,4e-3\n", ""),
        ("1e-3\t0.1\n2e-3\t1.0\n4e-3\t2.0\n", 'columns = ["coupling", "mass"]'),
    ],
)
def test_columns_of_text(tmp_path, text, more):
    assert facts.load(from_data(tmp_path, text, more=more)).bands == (Band(*zip(*ROWS, strict=True)),)


def test_hepdata_csv_with_several_columns(tmp_path):
    text = "#: table_doi: 10.17182/x\n#: name: Table 1\nM [GeV],eps observed,error\n0.1,1e-3,1\n1.0,2e-3,1\n2.0,4e-3,1\n"
    more = 'columns = ["M [GeV]", "eps observed"]'
    assert facts.load(from_data(tmp_path, text, "t.csv", more)).bands == (Band(*zip(*ROWS, strict=True)),)
    four = text.replace("error", "error,more").replace(",1\n", ",1,1\n")
    assert "found: M [GeV], eps observed, error, more" in refused(from_data(tmp_path, four, "t.csv"))


def table(scale=1.0, units="GEV", extra=()):
    """A table of HEPData as a dictionary: bins of masses, and a limit."""
    masses = [{"low": m * scale * 0.5, "high": m * scale * 1.5} for m, _ in ROWS]
    first = {"header": {"name": "M", "units": units}, "values": masses}
    columns = [{"header": {"name": "eps"}, "values": [{"value": f"{y:g}"} for _, y in ROWS]}, *extra]
    return yaml.safe_dump({"independent_variables": [first], "dependent_variables": columns})


def test_hepdata_yaml_there_and_back(tmp_path):
    (band,) = facts.load(from_data(tmp_path, table(), "t.yaml")).bands
    assert band.x == pytest.approx([m for m, _ in ROWS])
    assert band.low == pytest.approx([y for _, y in ROWS])


def test_yaml_of_hepdata_in_mev_is_refused_by_its_own_header(tmp_path):
    assert 'write mass_unit = "MeV"' in refused(from_data(tmp_path, table(1e3, "MEV"), "t.yaml"))
    (band,) = facts.load(from_data(tmp_path, table(1e3, "MEV"), "t.yaml", mass_unit='"MeV"')).bands
    assert band.x == pytest.approx([0.1, 1.0, 2.0])


def test_three_columns_are_an_edge_below_and_one_above(tmp_path):
    (band,) = facts.load(from_data(tmp_path, "0.1 1e-6 1e-3\n1 1e-5 1e-4\n2 5e-5 5e-5\n")).bands
    assert band.high == (1e-3, 1e-4, 5e-5)


def test_facts_as_yaml(tmp_path):
    data = yaml.safe_load("\n".join(f"{key}: {value}" for key, value in FACTS.items()))
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump({**data, "bands": [{"edge": [[0.1, "1e-3"], [2.0, "4e-3"]]}]}))
    assert facts.load(path).bands == (Band((0.1, 2.0), (1e-3, 4e-3)),)


def test_a_square_of_the_coupling_becomes_the_coupling(tmp_path):
    bands = "[[bands]]\nedge = [[0.1, 1e-6], [2.0, 4e-6]]\n"
    (band,) = facts.load(written(tmp_path, bands, power="2.0", factor="0.5")).bands
    assert band.low == pytest.approx((0.5e-3, 1e-3))


@pytest.mark.parametrize("fact", facts.NEEDED)
def test_a_missing_fact_is_refused_with_what_to_write(tmp_path, fact):
    path = written(tmp_path, **({} if fact == "bands" else {fact: None}), bands="" if fact == "bands" else EDGE)
    said = refused(path)
    assert f"{path}: the constraint has no {fact}; write" in said


@pytest.mark.parametrize("fact", ["level", "convention", "references"])
def test_an_empty_fact_is_a_missing_one(tmp_path, fact):
    assert f"has no {fact}" in refused(written(tmp_path, **{fact: "[]" if fact == "references" else '""'}))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"mass_unit": None}, 'has no mass_unit; write mass_unit = "GeV"'),
        ({"level": "90.0"}, "line 7: level: 90.0; allowed: between 0 and 1"),
        ({"level": '"none:"'}, "line 7: level"),
        ({"status": '"good"'}, "line 14: status: good; allowed: published"),
        ({"model": '"dark_foton"'}, "did you mean 'dark_photon'?"),
        ({"leval": "0.9"}, "line 17: no such fact: leval"),
        ({"branching_fraction": "1.2"}, "line 11: branching_fraction: 1.2; allowed: above 0, up to 1"),
        ({"final_states": '"invisible"'}, "line 10: final_states"),
        ({"range": "[2.0, 0.1]"}, "line 15: range: [2.0, 0.1]; allowed: [low, high]"),
        ({"range": "[100.0, 2000.0]"}, "line 15: range: [100.0, 2000.0]; allowed: GeV"),
        ({"title": "3"}, "line 1: title: 3"),
        ({"power": "-1.0"}, "power: -1.0"),
    ],
)
def test_a_bad_fact_is_refused_with_its_line(tmp_path, changes, says):
    assert says in refused(written(tmp_path, **changes))


@pytest.mark.parametrize(
    ("text", "changes", "says"),
    [
        ("100 1e-3\n2000 4e-3\n", {}, 'what the source states; allowed: 0.1 to 2 GeV; these look like MeV: write mass_unit = "MeV"'),
        ("# eps\n1e-3 0.1\n2e-3 1.0\n4e-3 2.0\n", {}, '2 GeV; the columns look exchanged: write columns = ["coupling", "mass"]'),
        ("0.1 1e-3\n1.0 2e-3\n2.0 4e-3\n", {"mass_unit": '"MeV"'}, 'these look like GeV: write mass_unit = "GeV"'),
        ("0.1 1e-3\n1.0 2e-3\n5.0 4e-3\n", {}, "line 3: mass 5 GeV is outside of what the source states; allowed: 0.1 to 2 GeV; correct"),
        ("0.1 1e-3\n1.0 2e-3\n0.5 4e-3\n", {}, 'line 3: x = 0.5 follows: 1.0; allowed along an edge: increasing x; write shape = "closed"'),
        ("0.1 1e-3\n1.0 200\n2.0 4e-3\n", {}, "line 2: coupling 200 is too large; allowed: up to 10"),
        ("0.1 1e-3\n1.0 nan\n", {}, "line 2: not a number: nan"),
        ("0.1 1e-3\n1.0 -2e-3\n", {}, "line 2: not a point: [1.0, -0.002]; allowed: mass and coupling"),
        ("0.1 1e-3\n1.0\n", {}, "line 2: 1 columns, 2 before"),
        ("0.1\n1.0\n", {}, "columns do not fit the file"),
        ("# nothing\n", {}, "no numbers in the file"),
        ("# m [MeV] eps\n100 1e-3\n", {}, 'header says MeV, the facts say GeV; write mass_unit = "MeV"'),
        ("0.1 1e-3 1e-4\n2.0 1e-3 1e-2\n", {}, "line 1: the lower edge at x = 0.1 is above the upper one"),
    ],
)  # fmt: skip
def test_a_bad_curve_is_refused_with_its_line_and_what_to_write(tmp_path, text, changes, says):
    assert says in refused(from_data(tmp_path, text, **changes))


def test_columns_declared_in_the_wrong_order_are_told_the_other_one(tmp_path):
    path = from_data(tmp_path, "0.1 1e-3\n1.0 2e-3\n2.0 4e-3\n", more='columns = ["coupling", "mass"]\n')
    assert 'the columns look exchanged: write columns = ["mass", "coupling"]' in refused(path)


def test_points_among_the_facts_have_their_lines(tmp_path):
    bands = "[[bands]]\nedge = [[0.1, 1e-3],\n  [1.0, 2e-3],\n  [300.0, 4e-3]]\n"
    assert "line 20: mass 300 GeV is outside" in refused(written(tmp_path, bands))


@pytest.mark.parametrize(
    ("bands", "says"),
    [
        ("[[bands]]\nfile = 'none.txt'\n", "no such file"),
        ("[[bands]]\nshape = 'edge'\n", "needed: one of file, edge, rows, closed"),
        ("[[bands]]\nclosed = [[0.1, 1e-3], [1.0, 1e-3]]\n", "a closed contour needs three points"),
        ("[[bands]]\nedge = []\n", "points of a curve"),
        ("[[bands]]\nedge = [[0.1, true]]\n", "not a number: True"),
    ],
)
def test_bands_that_cannot_be(tmp_path, bands, says):
    assert says in refused(written(tmp_path, bands))


@pytest.mark.parametrize(("text", "says"), [("a = [", "not TOML"), ("[" * 3, "not TOML")])
def test_a_broken_file(tmp_path, text, says):
    (tmp_path / "x.toml").write_text(text)
    assert says in refused(tmp_path / "x.toml")


@pytest.mark.parametrize("text", ["a: [1", "independent_variables: []\n", table()[:-60]])
def test_a_broken_table_is_refused(tmp_path, text):
    assert refused(from_data(tmp_path, text, "t.yaml"))


# A catalogue leaves nothing out in silence


def test_a_folder_lists_what_it_cannot_use_with_the_reason(tmp_path):
    written(tmp_path)
    written(tmp_path, name="bad", level=None)
    written(tmp_path, name="lep_alp")
    (tmp_path / "stray.csv").write_text("1,2\n")
    (tmp_path / "table.yaml").write_text(table())
    found = constraints.catalogue([tmp_path])
    assert "test" in [c.name for c in found.constraints]
    assert "has no level" in found.failures["bad"]
    assert "rename its file" in found.failures["lep_alp (again)"]
    assert 'file = "stray.csv"' in found.failures["stray.csv"]
    assert "table.yaml" in found.failures
    assert len(found.constraints) == len(KNOWN.constraints) + 1
    assert constraints.find("test", [tmp_path]).label == "test"


def test_entry_points_bring_files_and_records(tmp_path, monkeypatch):
    package = tmp_path / "limits_of_mine"
    package.mkdir()
    (package / "__init__.py").write_text("")
    written(package, name="mine")
    (package / "own.py").write_text("from darkrecoil import constraints\nCONSTRAINT = constraints.find('lep_alp')\n")
    points = [
        EntryPoint("mine", "limits_of_mine", registry.GROUP),
        EntryPoint("own", "limits_of_mine.own", registry.GROUP),
        EntryPoint("gone", "limits_of_mine.gone", registry.GROUP),
        EntryPoint("empty", "limits_of_mine", registry.GROUP),
    ]
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(registry, "entry_points", lambda group: points if group == registry.GROUP else [])
    found = constraints.catalogue()
    assert constraints.find("mine").label == "test"
    assert constraints.find("own").name == "lep_alp"
    assert "ModuleNotFoundError" in found.failures["gone"]
    assert "declares no CONSTRAINT" in found.failures["empty"]


def test_unknown_names_and_folders(tmp_path):
    with pytest.raises(UnknownName, match="did you mean 'babar_invisible_dark_photon'"):
        constraints.find("babar_invisible_darkphoton")
    with pytest.raises(BadFile, match="no such folder"):
        constraints.catalogue([tmp_path / "none"])


# The plane of y


@given(st.floats(1e-6, 1.0), st.floats(0.01, 1.0), st.floats(2.1, 10.0))
def test_y_and_eps_are_inverse(eps, alpha_d, ratio):
    assert y_plane.eps_of(y_plane.y_of(eps, alpha_d, ratio), alpha_d, ratio) == pytest.approx(eps, rel=1e-12)


def test_y_of_the_usual_choice():
    """eps = sqrt(81 y/alpha_D) at m_A' = 3 m_chi."""
    found = constraints.in_y_plane(constraints.find("babar_invisible_dark_photon"), 0.5, 3.0)
    ((y, high),) = constraints.excluded_at(found, 1.0)
    assert (81 * y / 0.5) ** 0.5 == pytest.approx(7.48e-4)
    assert high is None
    assert (found.x, found.y) == ("m_chi", "y")


@pytest.mark.parametrize(
    ("name", "alpha_d", "ratio", "says"),
    [
        ("babar_visible_dark_photon", 0.5, 3.0, "searches for an invisible dark photon"),
        ("na64_invisible_dark_photon", 0.0, 3.0, "alpha_D is out of range"),
        ("na64_invisible_dark_photon", 0.5, 2.0, "above 2"),
    ],
)
def test_no_plane_of_y(name, alpha_d, ratio, says):
    with pytest.raises(BadValue, match=says):
        constraints.in_y_plane(constraints.find(name), alpha_d, ratio)
