"""A user's table through a search: the same cuts on the same events, whatever the layout; what each refusal says."""

import json
from pathlib import Path

import numpy as np
import pytest

from darkrecoil._errors import BadFile, BadValue, UnknownName
from darkrecoil.cli import run
from darkrecoil.detector import card as cards
from darkrecoil.io import events as event_file
from darkrecoil.io import flat_table, user_events
from darkrecoil.records import Events, Objects, Provenance
from darkrecoil.selection.vocabulary.quantities import COLUMNS

BEAMS = cards.load("belle2", "2018").beams
KINDS = {kind: list(columns) for kind, columns in COLUMNS.items()}
SEARCH = "belle2_zprime_invisible"
N = 400


@pytest.fixture(scope="module")
def events():
    """Two muons about back to back in the barrel and up to two clusters."""
    rng = np.random.default_rng(4)
    phi = rng.uniform(-np.pi, np.pi, N)[:, None] + [[0.0, 2.4]]
    pt, theta = rng.uniform(0.5, 4.0, (N, 2)), rng.uniform(0.8, 2.0, (N, 2))
    track = {"px": pt * np.cos(phi), "py": pt * np.sin(phi), "pz": pt / np.tan(theta), "charge": np.tile([1.0, -1.0], (N, 1))}
    track |= {"ecl_energy": rng.uniform(0.1, 0.5, (N, 2)), "muon_id": np.ones((N, 2))}
    e, direction = rng.uniform(0.1, 0.6, (N, 2)), rng.normal(size=(3, N, 2))
    direction /= np.linalg.norm(direction, axis=0)
    cluster = {"energy": e, "px": e * direction[0], "py": e * direction[1], "pz": e * direction[2], "time": np.zeros((N, 2))}
    present = rng.uniform(size=(N, 2)) < [0.9, 0.7]
    there = rng.uniform(size=(N, 2)) < 0.2
    objects = {
        "track": Objects({name: np.where(present, column, 0.0) for name, column in track.items()}, present),
        "cluster": Objects({name: np.where(there, column, 0.0) for name, column in cluster.items()}, there),
        "klm": Objects({name: np.zeros((N, 0)) for name in ("px", "py", "pz")}, np.zeros((N, 0), bool)),
    }
    weight = rng.uniform(0.5, 1.5, N)
    return Events(objects, {"ffo": rng.uniform(size=N) < 0.8}, weight, np.arange(N), 2 * N, BEAMS)


def flat(events, folder: Path):
    """The table with a branch per slot, absent objects NaN, and its map."""
    columns = {"w": events.weight, "FFO": events.trigger["ffo"]}
    lines = [f"event: {{weight: w, attempts: {2 * N}}}", "trigger: {ffo: FFO}"]
    for kind in ("track", "cluster"):
        some = events.objects[kind]
        lines.append(f"{kind}:")
        for i in range(2):
            columns |= {f"{kind}{i}_{name}": np.where(some.present[:, i], column[:, i], np.nan) for name, column in some.columns.items()}
            lines.append("  - {" + ", ".join(f"{name}: {kind}{i}_{name}" for name in some.columns) + "}")
    flat_table.write(folder / "flat.root", columns)
    (folder / "flat.yaml").write_text("\n".join(lines))
    return folder / "flat.root", folder / "flat.yaml"


def listed(events, folder: Path):
    """The same with lists of what there is, in MeV and by angles, as a TTree."""
    import awkward as ak
    import uproot

    columns = {"w": events.weight, "FFO": events.trigger["ffo"]}
    for kind in ("track", "cluster"):
        some = events.objects[kind]
        parts = {name: ak.drop_none(ak.mask(ak.Array(column), some.present)) for name, column in some.columns.items()}
        columns |= {f"{kind}_{name}": ak.values_astype(parts[name], "float64") for name in parts}
    columns["track_pt"] = 1000 * np.hypot(columns["track_px"], columns["track_py"])
    columns["track_phi"] = np.arctan2(columns["track_py"], columns["track_px"])
    with uproot.recreate(folder / "listed.root") as file:
        tree = file.mktree(
            "ntuple", {name: ak.type(column).content if isinstance(column, ak.Array) else column.dtype for name, column in columns.items()}
        )
        tree.extend(columns)
    own = {"px": "track_pt / 1000 * cos(track_phi)", "py": "track_pt / 1000 * sin(track_phi)"}
    track = ", ".join(f"{name}: {own.get(name, f'track_{name}')}" for name in events.objects["track"].columns)
    cluster = ", ".join(f"{name}: cluster_{name}" for name in events.objects["cluster"].columns)
    text = f"event: {{weight: w, attempts: {2 * N}, tree: ntuple}}\ntrigger: {{ffo: FFO}}\ntrack: {{{track}}}\ncluster: {{{cluster}}}\n"
    (folder / "listed.yaml").write_text(text)
    return folder / "listed.root", folder / "listed.yaml"


def selected(capsys, *words):
    assert run(["select", SEARCH, *map(str, words), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("layout", [flat, listed])
def test_the_same_events_pass_the_same_cuts(events, layout, tmp_path, capsys):
    event_file.write(tmp_path / "own.parquet", events, Provenance("0", 1))
    own = selected(capsys, tmp_path / "own.parquet")
    table, mapping = layout(events, tmp_path)
    other = selected(capsys, table, "--map", mapping)
    assert [row["events"] for row in other["cutflow"]] == [row["events"] for row in own["cutflow"]]
    assert own["cutflow"][-1]["events"] > 10
    assert other["efficiency"] == pytest.approx(own["efficiency"], rel=1e-12)
    assert other["spectrum"]["values"] == pytest.approx(own["spectrum"]["values"])
    assert other["provenance"]["settings"]["map"]


def test_the_page_s_map_reads_our_own_events_with_their_empty_slots(events, tmp_path, capsys):
    event_file.write(tmp_path / "own.parquet", events, Provenance("0", 1))
    own = selected(capsys, tmp_path / "own.parquet")
    other = selected(capsys, tmp_path / "own.parquet", "--map", Path(__file__).parents[1] / "docs" / "maps" / "events.yaml")
    assert [row["events"] for row in other["cutflow"]] == [row["events"] for row in own["cutflow"]]
    assert own["cutflow"][2]["events"] < own["cutflow"][1]["events"]  # some slots are empty


def test_without_weights_and_attempts_an_entry_counts_one(events, tmp_path, capsys):
    table, mapping = flat(events, tmp_path)
    mapping.write_text("\n".join(mapping.read_text().splitlines()[1:]))
    first = selected(capsys, table, "--map", mapping)["cutflow"][0]
    assert (first["events"], first["efficiency"]) == (N, 1.0)
    assert first["cross_section_fb"] == pytest.approx(1.0)


def test_only_entries_of_where_are_taken(events, tmp_path, capsys):
    table, mapping = flat(events, tmp_path)
    mapping.write_text(mapping.read_text().replace("event: {", "event: {where: w > 1, "))
    assert selected(capsys, table, "--map", mapping)["cutflow"][0]["events"] == int((events.weight > 1).sum())


FLAT = "track: [{px: a, py: b, pz: c}]"
MAPS = [
    ("tracks: [{px: a}]", UnknownName, "no section of the map of this name: tracks"),
    ("event: {weight: w}", BadValue, "the map names no objects: event; allowed: track, cluster, klm"),
    ("track: [{px: a, py: b}]", BadValue, "the section track of the map lacks a quantity: pz"),
    ("track: [{px: a, py: b, pz: c, q: d}]", UnknownName, "no quantity of the section track of the map of this name: q"),
    ("track: [{px: a, py: b, pz: c}, {px: a, py: b, pz: c, charge: d}]", BadValue, "the slots of the section track .* differ .*: charge"),
    (FLAT.replace("c}", "zz}"), UnknownName, "no branch in x.parquet of this name: zz"),
    (FLAT + "\nevent: {weigth: a}", UnknownName, "no word of the section event of the map of this name: weigth; .* did you mean 'weight'"),
    (FLAT + "\nevent: {where: a > 99}", BadFile, "no entry of the ntuple passes the map's `where`"),
    (FLAT + "\nevent: {attempts: 2}", BadValue, "attempts in the map: 2; allowed: at least the 3 entries"),
    (FLAT + "\nevent: {attempts: many}", BadValue, "attempts in the map: many; allowed: a whole number"),
    (FLAT + "\nevent: {weight: log(a - 9)}", BadFile, "a weight of the ntuple is not finite"),
    ("track: [{px: l, py: b, pz: c}]\nevent: {weight: l}", BadFile, "branch weight holds lists, not one number per entry"),
    ("track: {px: l, py: l, pz: c}", BadFile, "track pz holds one number per entry where others hold lists"),
]


@pytest.mark.parametrize(("text", "kind", "says"), MAPS, ids=range(len(MAPS)))
def test_a_bad_map_is_refused(tmp_path, text, kind, says):
    import pyarrow as pa
    import pyarrow.parquet as pq
    import yaml

    path = tmp_path / "x.parquet"
    numbers = {name: [1.0, 2.0, 3.0] for name in "abcdw"}
    pq.write_table(pa.table(numbers | {"l": [[1.0], [], [1.0, 2.0]]}), path)
    with pytest.raises(kind, match=says):
        user_events.read(path, yaml.safe_load(text), BEAMS, KINDS)


def test_what_the_map_does_not_say_is_asked_for(events, tmp_path, capsys):
    table, mapping = flat(events, tmp_path)
    mapping.write_text(mapping.read_text().replace("trigger: {ffo: FFO}\n", ""))
    assert run(["select", SEARCH, str(table), "--map", str(mapping)]) == 2
    assert "no trigger line in these events of this name: ffo" in capsys.readouterr().err
