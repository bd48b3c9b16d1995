"""Calibration from files: the verb, the card that it writes, maps of branches, and what each refusal says."""

import json

import numpy as np
import pytest
from test_calibration import table

from darkrecoil._errors import BadFile, BadValue, UnknownName
from darkrecoil.chain import calibrate
from darkrecoil.cli import run
from darkrecoil.detector import card as cards
from darkrecoil.detector.calibration.quantity import Found
from darkrecoil.detector.calibration.writing import rewritten
from darkrecoil.detector.species import SPECIES
from darkrecoil.io import branch_map, expressions, flat_table, ntuple

OWN_NAMES = "track:\n  where: pdg != 22\n  pdg: pdg\n  true_px: true_px\n  true_py: true_py\n  true_pz: true_pz\n"


@pytest.fixture(scope="module")
def truth():
    return table(events=8000)


@pytest.fixture(scope="module")
def files(truth, tmp_path_factory):
    """The same table as Parquet, TTree, RNTuple and CSV."""
    import pyarrow as pa
    import uproot
    from pyarrow import csv

    folder = tmp_path_factory.mktemp("truth")
    for suffix in (".parquet", ".root"):
        flat_table.write(folder / f"truth{suffix}", truth)
    csv.write_csv(pa.table(dict(truth)), folder / "truth.csv")
    with uproot.recreate(folder / "rntuple.root") as file:
        file.mkrntuple("ntuple", {name: column for name, column in truth.items() if column.dtype != bool} | {"found": truth["found"] * 1.0})
    return folder


def mapped(folder, text):
    path = folder / "branches.yaml"
    path.write_text(text)
    return path


# --- the verb


def test_the_verb_writes_card_and_figures(files, tmp_path, capsys):
    card, folder = tmp_path / "mine.toml", tmp_path / "closure"
    mapping = mapped(tmp_path, OWN_NAMES.replace("!= 22", "!= 22 and found") + "  px: track_px\n  py: track_py\n  pz: track_pz\n")
    assert (
        run(["calibrate", str(files / "truth.parquet"), "--card", str(card), "--map", str(mapping), "--plot", str(folder), "--json"]) == 0
    )
    result = json.loads(capsys.readouterr().out)
    made = cards.load(card)
    assert result["hash"] == cards.card_hash(made)
    assert result["entries"].keys() == {"track"}
    assert [*map(str, sorted(folder.glob("*.png")))] == sorted(result["figures"])
    assert len(result["figures"]) == 1
    by_entry = {row["entry"]: row for row in result["fitted"]}
    angle = made.track.theta_resolution
    assert angle.status == "measured"
    assert angle.source.startswith("calibrate: ")
    assert angle.source.endswith(f"{by_entry['track.theta_resolution']['entries']} entries")
    assert (angle.value, angle.error) == pytest.approx([by_entry["track.theta_resolution"][name] for name in ("value", "error")], rel=1e-6)
    assert made.geometry == cards.load("belle2").geometry
    assert cards.presets(card) == cards.presets("belle2")


def test_the_verb_takes_our_own_columns_and_prints_a_table(files, tmp_path, capsys):
    card = tmp_path / "mine.toml"
    assert run(["calibrate", str(files / "truth.parquet"), "--card", str(card)]) == 0
    shown = capsys.readouterr().out
    assert "calorimeter.energy" in shown
    assert "columns read as those of darkrecoil simulate --truth" in shown
    assert cards.load(card).calorimeter.energy_resolution.error.keys() == {"forward", "barrel", "backward"}


def test_every_format_gives_the_same_card(files, tmp_path):
    mapping = mapped(tmp_path, OWN_NAMES + "  found: found\n  px: track_px\n  py: track_py\n  pz: track_pz\n  charge: track_charge\n")
    texts = {}
    for name in ("truth.parquet", "truth.root", "rntuple.root", "truth.csv"):
        made = calibrate.calibrate(files / name, mapping=mapping)
        texts[name] = made.text.replace(made.origin, "")
    assert len(set(texts.values())) == 1


def test_the_map_takes_expressions_and_quoted_names(truth, tmp_path):
    columns = {"mc.pdg": truth["pdg"], "mc.p": np.sqrt(sum(truth[f"true_p{c}"] ** 2 for c in "xyz"))}
    columns |= {"mc.theta": np.arctan2(np.hypot(truth["true_px"], truth["true_py"]), truth["true_pz"])}
    columns |= {"mc.phi": np.arctan2(truth["true_py"], truth["true_px"]), "e": truth["cluster_energy"] * 1000, "seen": truth["found"]}
    path = tmp_path / "own.parquet"
    flat_table.write(path, columns)
    text = (
        'photon:\n  where: "`mc.pdg` == 22"\n  pdg: 22\n  true_px: "`mc.p` * sin(`mc.theta`) * cos(`mc.phi`)"\n'
        '  true_py: "`mc.p` * sin(`mc.theta`) * sin(`mc.phi`)"\n  true_pz: "`mc.p` * cos(`mc.theta`)"\n  energy: e / 1000\n  found: seen\n'
    )
    made = calibrate.calibrate(path, mapping=mapped(tmp_path, text))
    tail = next(one for one in made.found if one.entry == "calorimeter.energy_tail")
    assert abs(tail.value - 0.3) < 4 * tail.error
    assert "no section track in the map" in " ".join(made.notes)
    assert "calorimeter.theta_resolution: left at the base: the map's section photon has no theta" in made.notes


def test_basf2_names_are_known(truth, tmp_path):
    track = truth["pdg"] != 22
    names = {"mcPDG": truth["pdg"] * 1.0, **{f"mcP{c.upper()}": truth[f"true_p{c}"] for c in "xyz"}}
    names |= {name: truth[f"track_{name}"] for name in ("px", "py", "pz", "charge")}
    names |= {f"{name}ID": truth[f"track_{name}_id"] for name in SPECIES}
    names |= {name: truth[f"track_{name}"] for name in ("d0", "z0")} | {f"mcProdVertex{c.upper()}": truth[f"true_{c}"] for c in "xyz"}
    names |= {"clusterE": np.where(track, truth["track_ecl_energy"], truth["cluster_energy"])}
    names |= {"clusterTheta": np.arctan2(np.hypot(truth["cluster_px"], truth["cluster_py"]), truth["cluster_pz"])}
    found = {name: column[truth["found"]] for name, column in names.items()}
    found["mcPX"] = found["mcPX"].copy()
    found["mcPX"][:7] = np.nan  # candidates without a true particle
    path = tmp_path / "basf2.root"
    flat_table.write(path, found)
    made = calibrate.calibrate(path)
    entries = {one.entry for one in made.found}
    assert {
        "track.pt_resolution_slope",
        "track.d0_resolution",
        "identification.muon",
        "calorimeter.energy_tail",
        "calorimeter.theta_resolution",
    } <= entries
    assert not {"track.efficiency", "calorimeter.photon_inefficiency", "calorimeter.phi_resolution"} & entries
    notes = " ".join(made.notes)
    assert "columns read as those of basf2" in notes
    assert "not in the file: photon.phi" in notes
    assert "have no true particle and are left out" in notes


def test_plateaus_go_through_map_and_card(files, tmp_path):
    text = OWN_NAMES + "trigger:\n  ffo: {where: first, of: meets_fff == 0, fired: true_px > 0}\n"
    made = calibrate.calibrate(files / "truth.parquet", mapping=mapped(tmp_path, text))
    card = calibrate.write(tmp_path / "mine.toml", made)
    assert card.plateaus["ffo"].value == pytest.approx(0.5, abs=0.03)
    assert card.plateaus["ffo"].error == pytest.approx(0.0056, rel=0.05)
    turned = text.replace("fired: true_px > 0", "fired: true_px > 0, against: hypot(true_px, true_py)")
    with pytest.raises(BadValue, match=r"range of trigger line ffo in the map; allowed: \[low, high\]"):
        calibrate.calibrate(files / "truth.parquet", mapping=mapped(tmp_path, turned))


def test_a_preset_and_changes_are_written_into_the_card(files, tmp_path):
    made = calibrate.calibrate(files / "truth.parquet", preset="design", changes={"calorimeter.threshold": (0.06, 0.06, 0.08)})
    card = calibrate.write(tmp_path / "mine.toml", made)
    assert card.machine.luminosity.value == 6e35
    assert card.calorimeter.threshold.value == (0.06, 0.06, 0.08)
    assert card.calorimeter.background.value == "high"
    assert card.prescales["lml7"].value == 5
    level = card.calorimeter.energy_resolution.value.barrel
    assert level.low == cards.load("belle2").calorimeter.energy_resolution.value.barrel.low
    assert level.high != cards.load("belle2").calorimeter.energy_resolution.value.barrel.high
    again = calibrate.calibrate(files / "truth.parquet", base=tmp_path / "mine.toml")
    assert calibrate.write(tmp_path / "again.toml", again).machine.luminosity.value == 6e35


def test_a_preset_that_hides_a_fitted_number_is_named(files):
    made = calibrate.calibrate(files / "truth.parquet", base="babar")
    assert any("preset single_photon of the base has its own" in note for note in made.notes)


# --- the card's text


def test_only_fitted_entries_of_the_text_change():
    base, text = cards.load("belle2"), cards.text("belle2")
    found = [Found("track.theta_resolution", 1.25, 0.01, 500), Found("plateaus.ffo", 0.8, 0.02, 100, 'a "note"')]
    new = rewritten(text, base, found, "calibrate: abc").splitlines()
    gone = [line for line in text.splitlines() if line not in new]
    assert len(gone) == 1
    assert gone[0].startswith("theta_resolution       = { value = 1.0")
    assert (
        'theta_resolution = { value = 1.25, unit = "mrad", status = "measured", source = "calibrate: abc, 500 entries", error = 0.01 }'
        in new
    )
    assert new[-2:] == ["[plateaus]", new[-1]]
    assert new[-1].startswith('ffo = { value = 0.8, unit = "1"')


def test_comments_stay_behind_and_above_entries():
    base = cards.load("belle2")
    text = cards.text("belle2").replace('chamber with silicon" }\nphi_', 'chamber with silicon" }  # mine\nphi_')
    new = rewritten(text, base, [Found("track.theta_resolution", 1.25, 0.01, 500)], "calibrate: abc")
    assert "error = 0.01 }  # mine" in new
    table_ = Found("calorimeter.phi_resolution", {"barrel": [0.1, 0.2, 0.3, 0.4]}, {"barrel": [0.0, 0.0, 0.0, 0.1]}, 9)
    new = rewritten(text, base, [table_], "calibrate: abc")
    assert "# Particles made away from the origin" in new
    assert new.index("[calorimeter.phi_resolution.value]") < new.index("# Particles made away from the origin") < new.index("[displaced]")


def test_an_entry_over_two_lines_is_refused():
    text = cards.text("belle2").replace("theta_resolution       = { value = 1.0,", "theta_resolution = { value = 1.0,\n")
    with pytest.raises(BadFile, match=r"laid out in a way that cannot be replaced: theta_resolution = .*write the entry on one line"):
        rewritten(text, cards.load("belle2"), [Found("track.theta_resolution", 1.25, 0.01, 500)], "calibrate: abc")


# --- refusals

MAPS = [
    ("tracks: {pdg: pdg}", UnknownName, "no section of the map of this name: tracks; known: photon, track, trigger; did you mean 'track'?"),
    ("track: {pdg: 1, true_px: x, true_w: z}", UnknownName, "no quantity of the section track of the map of this name: true_w"),
    ("track: {pdg: pdg}", BadValue, "the section track of the map lacks a quantity: true_px; add `true_px: branch or expression`"),
    ("track: pdg", BadValue, "the section track of the map: pdg; allowed: quantity: branch or expression, a line each"),
    (OWN_NAMES.replace("true_px: true_px", "true_px: mcPX"), UnknownName, "no branch in truth.parquet of this name: mcPX"),
    (OWN_NAMES.replace("true_px: true_px", "true_px: true_px +"), BadValue, r"not an expression: true_px \+; numbers, branches"),
    (OWN_NAMES + "  px: track_px\n  tree: x", UnknownName, "no tree of truth.parquet, which is one table of this name: x"),
    (OWN_NAMES + "  px: track_px", BadFile, r"px \(track_px\) is not finite in entry \d+ of truth.parquet and \d+ more of its block"),
    (OWN_NAMES.replace("pdg != 22", "pdg > 9999"), BadFile, "no entry with a true particle that the map takes: .*look at `where`"),
    ("- track", BadFile, "the map of branches holds no sections"),
    ("track: {pdg", BadFile, "not a YAML file"),
    (OWN_NAMES + "trigger: {ff0: {of: first, fired: first}}", UnknownName, "no trigger line of belle2 of this name: ff0"),
    (OWN_NAMES + "trigger: {ffo: {of: first}}", BadValue, "the section trigger.ffo of the map lacks a quantity: fired"),
    (
        OWN_NAMES + "trigger:\n  ffo: {of: first, fired: first, where: first}\n  fff: {of: first, fired: first}",
        BadValue, "the trigger lines of a map differ in tree or where",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "says"), MAPS, ids=range(len(MAPS)))
def test_a_bad_map_is_refused(files, tmp_path, text, kind, says):
    with pytest.raises(kind, match=says):
        calibrate.calibrate(files / "truth.parquet", mapping=mapped(tmp_path, text))


def test_a_bad_file_is_refused(files, tmp_path):
    cases = {
        "none.root": (None, "no such file"),
        "empty.root": (b"", "the file is empty"),
        "cut.root": ((files / "truth.root").read_bytes()[:4000], "the root file is truncated or damaged"),
        "cut.parquet": ((files / "truth.parquet").read_bytes()[:-3000], "the parquet file is truncated or damaged"),
        "words.csv": (b"pdg,true_px,true_py,true_pz\nmuon,1,2,3\n", "branch pdg holds no numbers"),
        "other.csv": (b"a,b\n1,2\n", "the ntuple's columns are neither ours nor those of basf2"),
        "header.csv": (b"mcPDG,mcPX,mcPY,mcPZ,px,py,pz,charge,clusterE\n", "the ntuple holds no entries|truncated or damaged"),
    }
    for name, (content, says) in cases.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
        mapping = mapped(tmp_path, OWN_NAMES.replace("pdg != 22", "1")) if name == "words.csv" else None
        with pytest.raises(BadFile, match=says):
            calibrate.calibrate(tmp_path / name, mapping=mapping)
    with pytest.raises(UnknownName, match=r"no format of ntuples of this name: .txt; known: .csv, .parquet, .root"):
        calibrate.calibrate(tmp_path / "x.txt")
    with pytest.raises(BadFile, match="cannot read the map of branches"):
        calibrate.calibrate(files / "truth.parquet", mapping=tmp_path / "none.yaml")


def test_a_tree_is_chosen_by_name(truth, tmp_path):
    import uproot

    some = {"pdg": truth["pdg"]}
    with uproot.recreate(tmp_path / "two.root") as file:
        for name in ("a", "b"):
            file.mktree(name, {"pdg": "int64"}).extend(some)
    assert ntuple.branches(tmp_path / "two.root", "a") == ("pdg",)
    with pytest.raises(UnknownName, match=r"no tree in two.root \(name it with `tree:` in the map\) of this name: ntuple; known: a, b"):
        ntuple.branches(tmp_path / "two.root")


def test_lists_are_refused_where_numbers_are_asked_for(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"pdg": [[13], [13, 11]]}), tmp_path / "lists.parquet")
    with pytest.raises(BadFile, match=r"branch pdg holds lists, not one number per entry: .*; write one row per candidate"):
        list(ntuple.blocks(tmp_path / "lists.parquet", ["pdg"]))


def test_the_verb_refuses_outputs_before_any_work(files, tmp_path, capsys):
    truth = str(files / "truth.parquet")
    assert run(["calibrate", truth, "--card", str(tmp_path / "mine.yaml")]) == 2
    assert "no format of detector cards of this name: .yaml" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert run(["calibrate", truth, "--card", str(tmp_path / "m.toml"), "--plot", str(tmp_path / "file")]) == 3
    assert "the folder of figures is a file" in capsys.readouterr().err
    assert not (tmp_path / "m.toml").exists()


# --- expressions


def test_an_expression_is_arithmetic_on_columns():
    columns = {"a": np.array([3.0, -4.0]), "b.c": np.array([4.0, 3.0])}
    assert expressions.value("hypot(a, `b.c`)", columns).tolist() == [5.0, 5.0]
    assert expressions.value("-1 < a < 4 and not (`b.c` == 9)", columns).tolist() == [True, False]
    assert expressions.value("where(a > 0, a**2 % 5, abs(a) / 2)", columns).tolist() == [4.0, 2.0]
    assert expressions.value("(a > 0) | (`b.c` > 0)", columns).tolist() == [True, True]
    assert expressions.branches("sqrt(a) + `b.c` * pi") == ("a", "b.c")


@pytest.mark.parametrize("text", ["__import__('os')", "a.real", "a[0]", "lambda: 1", "open(a)", "'word'", "sqrt(x=a)"])
def test_nothing_else_is_executed(text):
    with pytest.raises(BadValue, match="not allowed in an expression"):
        expressions.value(text, {"a": 1.0})


def test_a_default_map_names_only_known_quantities():
    for content in (branch_map.OWN, branch_map.BASF2):
        for kind, some in content.items():
            assert set(some) - {"where", "tree"} <= set(calibrate.known(kind))
