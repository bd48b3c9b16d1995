"""A theorist's own model, a Python file or a UFO directory, to widths, cross-section and events with no other change."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from reference.new_vector import pair_vector
from reference.points import cross_section, flat

from darkrecoil import models
from darkrecoil._errors import BadFile
from darkrecoil.cli import run
from darkrecoil.constants import GEV2_FB, M_MU, M_TAU, SQRT_S
from darkrecoil.models import _own

ROOT = Path(__file__).parents[1]
AXIAL = ROOT / "docs" / "models" / "axial_leptons.py"
UFO = ROOT / "tests" / "ufo" / "axial_zprime"
EQUIVALENT = """
from darkrecoil.records import Model, Parameter, Vertex

MODEL = Model(
    name="equivalent", title="What the UFO directory says", particle="Zp", pid=32, spin=1,
    mass=Parameter("mass", "M", "GeV", 0.0, 10.0), coupling=Parameter("coupling", "c", "", 0.0, 10.0),
    parameters=(Parameter("gV", "gV", "", -1, 1, 0.02), Parameter("gA", "gA", "", -1, 1, 0.03)),
    vertices=(
        Vertex(("mu", "mu", "Zp"), "vector", 1.0, "coupling * gV"),
        Vertex(("mu", "mu", "Zp"), "axial", 1.0, "coupling * gA"),
        Vertex(("tau", "tau", "Zp"), "left", 1.0, "coupling * (gV - gA)"),
        Vertex(("tau", "tau", "Zp"), "right", -1.0, "coupling * (gV + gA)"),
        Vertex(("nu_mu", "nu_mu", "Zp"), "left", 1.0, "coupling * (gV - gA)"),
    ),
    references=(),
)
"""


def answer(capsys, *arguments):
    code = run([*map(str, arguments), "--json", "--quiet"])
    out, err = capsys.readouterr()
    assert code == 0, err
    assert err == ""
    return json.loads(out)


def rate(capsys, model, process, mass, coupling=1.0, *more):
    """The JSON of a cross-section at 0.5 %."""
    numbers = ["--mass", mass, "--coupling", coupling, "--precision", 0.005]
    return answer(capsys, "cross-section", f"e+ e- -> {process}", "--model", model, *numbers, *more)


def expected(mass, m, g_v, g_a, points=40_000):
    """The cross-section of a pair and a vector in fb, and its error, by explicit matrices on flat phase space."""
    momenta, weights = flat((m, m, mass), SQRT_S, points, 1)
    return np.array(cross_section(pair_vector(momenta, mass, m, g_v, g_a), weights, SQRT_S)) * GEV2_FB


# -- the file of the documentation


def test_the_file_is_short():
    assert len(AXIAL.read_text().splitlines()) <= 40


@pytest.mark.parametrize(("pair", "m", "mass"), [("mu+ mu-", M_MU, 3.0), ("tau+ tau-", M_TAU, 1.0)])
def test_cross_section_against_explicit_matrices(capsys, pair, m, mass):
    """For taus the axial rate is three times the vector one at 1 GeV, since their mass breaks the current's conservation."""
    value, error = expected(mass, m, 0.0, 0.1)
    found = rate(capsys, AXIAL, f"{pair} Z'", mass, 0.1)
    assert found["cross_section_fb"] == pytest.approx(value, abs=4 * np.hypot(error, found["error_fb"]))
    vector, _ = expected(mass, m, 0.1, 0.0)
    if m == M_TAU:
        assert value > 3 * vector


def test_widths_against_their_formula(capsys):
    """Gamma(l l) = g^2 M/(12 pi) (1 - 4 m^2/M^2)^(3/2) for an axial coupling, and half that of a massless lepton for its neutrino."""
    found = answer(capsys, "model", AXIAL, "--mass", 5, "--coupling", 0.1)
    whole = 0.1**2 * 5 / (12 * np.pi)
    assert found["partial_widths_gev"] == pytest.approx(
        {"mu+ mu-": whole * (1 - 4 * (M_MU / 5) ** 2) ** 1.5, "tau+ tau-": whole * (1 - 4 * (M_TAU / 5) ** 2) ** 1.5, "invisible": whole}
    )


def test_anomalies_cancel_as_the_notes_say():
    """U(1)'^3, U(1)'^2 Y, U(1)' Y^2, U(1)' SU(2)^2, U(1)' gravity^2 over left-handed fields, from the charges in the vertices."""
    charges = {v.fields[0]: v.strength for v in models.find(str(AXIAL)).vertices}
    left = {"mu": -charges["mu"], "tau": -charges["tau"]}  # axial is right minus left
    assert left == {"mu": charges["nu_mu"], "tau": charges["nu_tau"]}
    fields = [(2, -0.5, q) for q in left.values()] + [(1, 1.0, -charges[lepton]) for lepton in left]  # number, Y, charge; conjugates
    for y, q in ((0, 3), (1, 2), (2, 1), (0, 1)):
        assert sum(n * hyper**y * charge**q for n, hyper, charge in fields) == pytest.approx(0)
    assert sum(charge for n, _, charge in fields if n == 2) == 0


def test_events_go_through_detector_and_selection(capsys, tmp_path):
    events, seen = tmp_path / "z.lhe", tmp_path / "z.parquet"
    order = ["e+ e- -> mu+ mu- Z'", "--model", AXIAL, "--mass", 1, "--coupling", 0.1]
    made = answer(capsys, "generate", *order, "-n", 2000, "-o", events)
    assert made["events"] == 2000
    assert made["cross_section_fb"] == pytest.approx(rate(capsys, AXIAL, "mu+ mu- Z'", 1, 0.1)["cross_section_fb"], rel=0.03)
    assert answer(capsys, "simulate", events, "-o", seen)["events"] == 2000
    found = answer(capsys, "select", "belle2_zprime_invisible", seen, "--mass", 1)
    assert found["peak"]["mean"] == pytest.approx(1, abs=0.3)
    assert 0.1 < found["efficiency"] < 0.3  # as of a vector of this mass: 0.2


def test_a_limit_of_ones_own_model_has_its_figure_and_its_hash(capsys, tmp_path):
    figure, how = tmp_path / "limit.png", ["--masses", 1, "--luminosity", "276/pb", "--attempts", 8192, "--invisible", 1]
    found = answer(capsys, "limit", "belle2_zprime_invisible", AXIAL, *how, "--plot", figure)
    assert figure.stat().st_size > 10_000
    other = answer(capsys, "limit", "belle2_zprime_invisible", "lmu_ltau", *how)
    median, vector = (some["points"][0]["expected_coupling"][2] for some in (found, other))
    assert median == pytest.approx(vector, rel=0.1)  # at 1 GeV an axial coupling has nearly a vector's rate
    assert found["provenance"]["settings"]["model_hash"] != other["provenance"]["settings"]["model_hash"]


def test_a_limit_reads_the_parameters_of_its_model(capsys):
    """Twice the coupling to muons halves the limit on the common factor; without one there is no such process."""
    how = ["limit", "belle2_zprime_invisible", "lfv_zprime", "--masses", 3, "--luminosity", "276/pb", "--attempts", 8192, "--invisible", 1]
    one, two = (answer(capsys, *how, "--param", f"g_mumu={g}")["points"][0]["expected_coupling"][2] for g in (0.2, 0.4))
    assert two == pytest.approx(one / 2, rel=1e-6)


# -- a UFO directory


@pytest.fixture(scope="module")
def equivalent(tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "equivalent.py"
    path.write_text(EQUIVALENT)
    return path


@pytest.mark.parametrize(("process", "mass"), [("mu+ mu- Zp", 1.0), ("tau+ tau- Zp", 2.0)])
def test_a_directory_and_a_file_of_the_same_vertices_agree(capsys, equivalent, process, mass):
    one, two = (rate(capsys, path, process, mass)["cross_section_fb"] for path in (UFO, equivalent))
    assert one == pytest.approx(two, rel=1e-9)


def test_a_directory_against_explicit_matrices(capsys):
    value, error = expected(2.0, M_TAU, -0.03, -0.02)  # left gV - gA and right -(gV + gA): vector -gA, axial -gV
    found = rate(capsys, UFO, "tau+ tau- Zp", 2.0)
    assert found["cross_section_fb"] == pytest.approx(value, abs=4 * np.hypot(error, found["error_fb"]))


def test_parameters_of_a_directory_can_be_set(capsys):
    plain = rate(capsys, UFO, "mu+ mu- Zp", 1.0)
    twice = rate(capsys, UFO, "mu+ mu- Zp", 1.0, 1.0, "--param", "gV=0.04", "--param", "gA=0.06")
    assert twice["cross_section_fb"] == pytest.approx(4 * plain["cross_section_fb"], rel=1e-6)
    assert twice["provenance"]["settings"]["parameters"] == "gA=0.06,gV=0.04"


def test_events_of_a_directory(capsys, tmp_path):
    target = tmp_path / "z.lhe"
    made = answer(capsys, "generate", "e+ e- -> mu+ mu- Zp", "--model", UFO, "--mass", 1, "--coupling", 1, "-n", 500, "-o", target)
    assert made["events"] == 500
    assert len(re.findall(r"^\s*32\s+1\s", target.read_text(), re.MULTILINE)) == 500
    assert str(UFO) not in target.read_text()


def test_what_was_left_out_is_said(capsys):
    notes = rate(capsys, UFO, "mu+ mu- Zp", 1.0)["notes"]
    for vertex, why in (("V_7", "coloured"), ("V_8", "Higgs"), ("V_9", "ghost")):
        assert any(vertex in note and why in note for note in notes)
    assert rate(capsys, AXIAL, "mu+ mu- Z'", 3, 0.1)["notes"] == []
    arguments = ["model", str(UFO), "--mass", "1", "--coupling", "1"]
    assert run(arguments) == 0
    err = capsys.readouterr().err.splitlines()
    assert [line.removeprefix("darkrecoil: note: ") for line in err] == notes
    assert run([*arguments, "--quiet"]) == 0
    assert capsys.readouterr().err == ""


# -- provenance


def test_a_model_is_known_by_what_it_says_not_by_where_it_lies(capsys, tmp_path):
    here, moved, changed = UFO, tmp_path / "a" / UFO.name, tmp_path / "b" / UFO.name
    for place in (moved, changed):
        shutil.copytree(UFO, place)
    numbers = (changed / "parameters.py").read_text()
    (changed / "parameters.py").write_text(numbers.replace("value=0.02", "value=0.025"))
    first, second, third = (rate(capsys, path, "mu+ mu- Zp", 1.0) for path in (here, moved, changed))
    assert first["model"] == second["model"] == third["model"] == "axial_zprime"
    assert first["provenance"] == second["provenance"]
    assert first["cross_section_fb"] == second["cross_section_fb"] != third["cross_section_fb"]
    assert first["provenance"]["settings"]["model_hash"] != third["provenance"]["settings"]["model_hash"]
    assert str(tmp_path) not in json.dumps(third)


def test_every_choice_is_in_the_provenance(capsys):
    base = ["lmu_ltau", "mu+ mu- Z'", 3, 0.1]  # a process with a file of its own: nothing is learnt, so that this is quick
    others = [["lmu_ltau", "mu- mu+ Z'", 3, 0.1], ["lmu_ltau", "mu+ mu- Z'", 4, 0.1], ["lmu_ltau", "mu+ mu- Z'", 3, 0.2]]
    made = [rate(capsys, *some)["provenance"] for some in [base, *others, [AXIAL, *base[1:]]]]
    made += [rate(capsys, *base, *more)["provenance"] for more in (["--alpha", "s"], ["--sqrt-s", 10.5], ["--cut", "theta(mu+) > 1"])]
    assert all(one != two for i, one in enumerate(made) for two in made[:i])


# -- refusals


def written(tmp_path, **changes):
    """A model file like that of the documentation, with texts replaced."""
    text = AXIAL.read_text()
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "mine.py"
    path.write_text(text)
    return str(path)


FAULTS = {
    "syntax": ("MODEL = Model(", "MODEL = Model((", "is not Python.*line"),
    "import": ("from darkrecoil.records", "from darkrecoil.record", "fails.*line 5: ModuleNotFoundError"),
    "exception": ("MODEL = Model(", "1 / 0\nMODEL = Model(", "fails.*line 7: ZeroDivisionError"),
    "leaves": ("MODEL = Model(", "raise SystemExit\nMODEL = Model(", "fails.*SystemExit"),
    "a word too many": ("spin=1", "spin=1, colour=3", "fails.*colour"),
    "no MODEL": ("MODEL =", "OTHER =", "declares no records.Model.*found: none"),
    "another type": ("MODEL = Model(", "MODEL = dict(", "declares no records.Model.*found: dict"),
    "field": ('"nu_tau", "nu_tau"', '"nu_t", "nu_t"', "no field nu_t, known: W, Z, Z', e, gamma"),
    "structure": ('"axial", +1.0', '"axail", +1.0', "no structure 'axail'.*known: vector, axial, left, right"),
    "order": ('("mu", "mu", "Z\'")', '("Z\'", "mu", "mu")', "fermions come first"),
    "parameter": ('"axial", +1.0', '"axial", +1.0, "coupling * g_A"', "no parameter g_A.*known: coupling, e, mass, pi"),
    "expression": ('"axial", +1.0', '"axial", +1.0, "coupling *"', "not an expression"),
    "word": ('particle="Z\'"', 'particle="gamma"', "'gamma' of a particle is taken"),
    "space": ('particle="Z\'"', 'particle="Z prime"', "has a space"),
    "list": ("vertices=(", "vertices=list((", "was never closed|vertices is not a tuple of Vertex|is not Python"),
    "mass": ('mass=Parameter("mass", r"M_{Z\'}", "GeV", 0.1, 10.0)', "mass=3.0", "mass is not a Parameter"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_file_is_refused_in_one_line(capsys, tmp_path, fault):
    old, new, says = FAULTS[fault]
    path = written(tmp_path, it=(old, new))
    with pytest.raises(BadFile, match=says):
        models.find(path)
    assert run(["cross-section", "e+ e- -> mu+ mu- Z'", "--model", path, "--mass", "1", "--coupling", "1"]) == 3
    assert capsys.readouterr().err.count("\n") == 1


def test_a_list_of_vertices_is_refused(tmp_path):
    path = written(tmp_path, opened=("vertices=(", "vertices=["), closed=("    ),\n    references", "    ],\n    references"))
    with pytest.raises(BadFile, match="vertices is not a tuple of Vertex"):
        models.find(path)


@pytest.mark.parametrize(
    ("name", "says"), [("nowhere/mine.py", "no such model file"), ("mine.py", "no such model file"), ("no/ufo", "UFO")]
)
def test_a_path_to_nothing_is_refused(name, says):
    with pytest.raises(BadFile, match=says):
        models.find(name)


def test_the_name_of_a_model_wins_over_a_folder_of_that_name(tmp_path, monkeypatch):
    shutil.copytree(UFO, tmp_path / "alp")
    shutil.copytree(UFO, tmp_path / "mine")
    monkeypatch.chdir(tmp_path)
    assert models.find("alp").particle == "a"
    assert models.find("./alp").particle == "Zp"
    assert models.find("mine") == models.find("mine:Zp") != models.find("./alp")


@pytest.mark.parametrize("name", models.names())
def test_the_package_s_own_models_pass_the_same_checks(name):
    assert list(_own.faults(models.find(name))) == []
