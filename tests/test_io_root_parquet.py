"""True particles as Parquet and ROOT: faithful, distinguishable from reconstructed events, one clear line for each fault."""

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import test_io_events
import uproot
from test_io_lhe import BELLE2, HALF, PROVENANCE, C, cross_section, final_states, same, sample

from darkrecoil import io
from darkrecoil._errors import BadFile, BadValue, UnknownName
from darkrecoil.chain import simulate_file
from darkrecoil.generate import api
from darkrecoil.io import events as event_file
from darkrecoil.io import particles as parquet
from darkrecoil.io import root
from darkrecoil.records import Beams

PROCESS = "e+ e- -> mu+ mu- a"
NAMES = ["pid", "mother", "status", "e", "px", "py", "pz", "vertex_t", "vertex_x", "vertex_y", "vertex_z"]
FORMATS = [".lhe", ".lhe.gz", ".hepmc", ".hepmc.gz", ".parquet", ".root"]


def put(tmp_path, particles, name):
    io.write_particles(tmp_path / name, particles, PROCESS, cross_section(particles), 0.5, PROVENANCE)
    return tmp_path / name


def columns_of(particles, i):
    """The quantities of one event by name, empty slots taken out by hand."""
    filled = np.flatnonzero(particles.status[i] > 0)
    p, v = particles.momentum[i, filled], particles.vertex[i, filled]
    mother = [list(filled).index(m) if m >= 0 else -1 for m in particles.mother[i, filled]]
    numbers = [particles.pid[i, filled], mother, particles.status[i, filled], *p.T, *v.T]
    return {name: np.asarray(column).tolist() for name, column in zip(NAMES, numbers, strict=True)}


def holed():
    """A sample with an empty slot before filled ones."""
    some = sample(6)
    arrays = {name: getattr(some, name).copy() for name in ("pid", "mother", "status", "momentum", "vertex")}
    for name, empty in (("pid", 0), ("mother", -1), ("status", 0), ("momentum", 0), ("vertex", 0)):
        arrays[name][0, 1] = empty
    return replace(some, **arrays)


# --- every format


def test_the_formats_are_those_of_the_contract():
    assert sorted(io.WRITERS) == sorted(FORMATS)
    assert sorted(io.READERS) == sorted(set(FORMATS) - {".root"})
    assert [io.check_format(f"a/b.c{suffix}") for suffix in FORMATS] == FORMATS
    with pytest.raises(UnknownName, match=r"no format to write generated events in of this name: \.csv; known: .*\.root"):
        io.check_format("x.csv")
    with pytest.raises(UnknownName, match=r"no format of generated events of this name: \.root"):
        io.read_particles("x.root", BELLE2)


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("fault", ["weight", "momentum", "vertex", "none", "rate"])
def test_what_cannot_be_written_leaves_the_file_that_was_there(tmp_path, suffix, fault):
    target = tmp_path / f"x{suffix}"
    target.write_text("before")
    bad = sample(0, attempts=10) if fault == "none" else sample()
    if fault in ("weight", "momentum", "vertex"):
        bad = replace(bad, **{fault: np.full_like(getattr(bad, fault), np.nan)})
    with pytest.raises(BadValue, match="no events to write" if fault == "none" else "are not all finite"):
        io.write_particles(target, bad, PROCESS, np.nan if fault == "rate" else 1.0, 0.1, PROVENANCE)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(target.name, "before")]


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_folder_that_is_not_there_is_refused(tmp_path, suffix):
    with pytest.raises(BadFile, match="the output's folder does not exist"):
        put(tmp_path / "none", sample(), f"x{suffix}")


def test_the_detector_sees_the_same_events_in_every_format(tmp_path):
    """To the bit in momenta: radiation, spread of the beams, a crossing angle."""
    order, made = api.sample("e+ e- -> mu+ mu- gamma", 300, detector="belle2", seed=5)
    found = made.cross_section
    seen = {}
    for suffix in (".lhe", ".hepmc.gz", ".parquet"):
        io.write_particles(tmp_path / f"x{suffix}", made.particles, order.recipe.process.name, found.value, found.error, PROVENANCE)
        seen[suffix] = simulate_file(tmp_path / f"x{suffix}", seed=2).events
    for other in (seen[".hepmc.gz"], seen[".parquet"]):
        for kind, some in seen[".lhe"].objects.items():
            for name, column in some.columns.items():
                assert np.array_equal(column, other.objects[kind][name], equal_nan=True), name
        assert other.weight == pytest.approx(seen[".lhe"].weight, rel=1e-12)
        assert (other.attempts, other.attempt.tolist()) == (seen[".lhe"].attempts, seen[".lhe"].attempt.tolist())


@pytest.mark.parametrize("suffix", [".hepmc.gz", ".lhe.gz", ".parquet"])
def test_the_same_seed_makes_the_same_bytes(tmp_path, suffix):
    for name in ("a", "b"):
        order, made = api.sample("e+ e- -> mu+ mu- gamma", 200, seed=4)
        found = made.cross_section
        io.write_particles(tmp_path / f"{name}{suffix}", made.particles, order.recipe.process.name, found.value, found.error, PROVENANCE)
    a, b = ((tmp_path / f"{name}{suffix}").read_bytes() for name in "ab")
    assert a == b


# --- Parquet


@pytest.mark.parametrize("weights", [None, [1.0, -2.0, 3.0, 4.0, 5.0]], ids=["unit", "signed"])
def test_what_is_written_as_parquet_is_read_to_the_bit(tmp_path, weights):
    before = sample(weights=weights)
    after, report = io.read_particles(put(tmp_path, before, "a.parquet"), BELLE2)
    same(after, before, 0.0)
    assert after.pid.dtype == after.mother.dtype == after.status.dtype == after.attempt.dtype == np.int64
    assert report.notes == ()
    assert report.events == 5
    assert report.cross_section == cross_section(before)
    assert report.unknown_pids == (36,)


def test_one_row_per_event_that_other_programs_can_read(tmp_path):
    particles = holed()
    table = pq.read_table(put(tmp_path, particles, "a.parquet"))
    assert table.schema.names == ["weight", "attempt", *NAMES]
    assert [str(table.schema.field(name).type) for name in ("weight", "attempt")] == ["double", "int64"]
    for i, row in enumerate(table.to_pylist()):
        assert {name: row[name] for name in NAMES} == columns_of(particles, i)
        assert (row["weight"], row["attempt"]) == (particles.weight[i], particles.attempt[i])


def test_the_metadata_say_what_it_is_and_how_it_was_made(tmp_path):
    particles = sample()
    record = json.loads(pq.read_schema(put(tmp_path, particles, "a.parquet")).metadata[b"darkrecoil"])
    assert record["content"] == "true particles"
    assert record["process"] == PROCESS
    assert record["beams"] == {
        "name": "belle2", "electron": 7.004, "positron": 4.002, "half_crossing": 0.0415, "spread_electron": 0.0, "spread_positron": 0.0,
    }  # fmt: skip
    assert (record["attempts"], record["cross_section_fb"], record["cross_section_error_fb"]) == (15, cross_section(particles), 0.5)
    assert record["provenance"]["seed"] == 7


@pytest.mark.parametrize("electron", [HALF, HALF * 1.5])
def test_particles_are_taken_to_the_laboratory_of_other_beams(tmp_path, electron):
    """There and back is where it was, and invariant masses stay."""
    other = Beams("other", electron, HALF**2 / electron)
    before = sample()
    there, _ = io.read_particles(put(tmp_path, before, "a.parquet"), other)
    back, _ = io.read_particles(put(tmp_path, there, "b.parquet"), BELLE2)
    assert there.beams == other
    assert not np.allclose(there.momentum, before.momentum)
    same(back, before, 1e-7)
    metric = np.array([1, -1, -1, -1])
    for a, b in zip(there.momentum, before.momentum, strict=True):
        assert np.allclose((a * metric) @ a.T, (b * metric) @ b.T, atol=1e-6)
    flight = there.vertex[::2, 3] * [C, 1, 1, 1] / there.momentum[::2, 2]  # c tau over mass, the same in every frame
    assert flight == pytest.approx((before.vertex[::2, 3, 1] / before.momentum[::2, 2, 1])[:, None] * np.ones(4))
    if electron == HALF:
        assert np.allclose(there.momentum[:, :3], final_states(5, 3), atol=1e-6)


def test_another_energy_is_refused(tmp_path):
    with pytest.raises(BadFile, match=r"sqrt\(s\) of event 1 .*: 10\.5796 GeV; the beams 'other' have 12 GeV"):
        io.read_particles(put(tmp_path, sample(), "a.parquet"), Beams("other", 6.0, 6.0))


def test_true_particles_and_reconstructed_events_are_told_apart(tmp_path):
    put(tmp_path, sample(), "true.parquet")
    event_file.write(tmp_path / "seen.parquet", test_io_events.sample(), PROVENANCE)
    with pytest.raises(BadFile, match=r"holds true particles, not reconstructed events: .*make one with `darkrecoil simulate`"):
        event_file.read(tmp_path / "true.parquet")
    with pytest.raises(BadFile, match=r"holds reconstructed events, not true particles: .*make one with `darkrecoil generate`"):
        parquet.read(tmp_path / "seen.parquet", BELLE2)


def test_reconstructed_events_of_before_are_still_known(tmp_path):
    """Files that do not say what they hold."""
    event_file.write(tmp_path / "a.parquet", test_io_events.sample(), PROVENANCE)
    table = pq.read_table(tmp_path / "a.parquet")
    old = table.schema.metadata[b"darkrecoil"].replace(b'"content":"reconstructed events",', b"")
    pq.write_table(table.replace_schema_metadata({b"darkrecoil": old}), tmp_path / "b.parquet")
    assert len(event_file.read(tmp_path / "b.parquet")[0]) == 6
    with pytest.raises(BadFile, match="holds reconstructed events"):
        parquet.read(tmp_path / "b.parquet", BELLE2)


def record_replaced(old, new):
    return lambda table: table.replace_schema_metadata({b"darkrecoil": table.schema.metadata[b"darkrecoil"].replace(old, new)})


def first(name, value):
    """The table with the first number of a column changed."""

    def change(table):
        column = table.column(name).to_pylist()
        if isinstance(column[0], list):
            column[0][0] = value
        else:
            column[0] = value
        kind = table.schema.field(name).type
        return table.set_column(table.schema.names.index(name), name, pa.array(column, kind))

    return change


FAULTS = {
    "others": (lambda table: table.replace_schema_metadata(None), "not one of true particles by darkrecoil: .*`darkrecoil generate`"),
    "version": (record_replaced(b'"format":1', b'"format":99'), r"format version of .*: 99; allowed: 1"),
    "record": (record_replaced(b"{", b""), "record is damaged"),
    "no attempts": (record_replaced(b'"attempts"', b'"tries"'), "lacks a part that its record names: .*attempts"),
    "no beams": (record_replaced(b'"electron"', b'"proton"'), "lacks a part"),
    "no column": (lambda table: table.drop_columns(["px"]), "lacks a part.*px"),
    "no list": (lambda table: table.set_column(2, "pid", table.column("weight")), "lacks a part"),
    "other lengths": (lambda table: table.set_column(5, "e", pa.array([[1.0]] * 5)), "e has other lengths than pid"),
    "empty": (lambda table: table.slice(0, 0), "holds no events"),
    "attempts": (record_replaced(b'"attempts":15', b'"attempts":3'), "fewer attempts than events"),
    "weight": (first("weight", np.nan), "a weight is not finite"),
    "momentum": (first("py", np.inf), "a momentum is not finite"),
    "vertex": (first("vertex_z", np.nan), "a vertex is not finite"),
    "status": (first("status", 3), "a status is neither 1 nor 2"),
    "mother": (first("mother", 5), "a mother is not in its event"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_that_is_not_as_we_write_it_is_refused(tmp_path, fault):
    change, says = FAULTS[fault]
    put(tmp_path, sample(), "a.parquet")
    pq.write_table(change(pq.read_table(tmp_path / "a.parquet")), tmp_path / "x.parquet")
    with pytest.raises(BadFile, match=says) as caught:
        parquet.read(tmp_path / "x.parquet", BELLE2)
    assert "\n" not in str(caught.value)
    assert "x.parquet" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "no such file"),
        (b"", "is empty"),
        (b"hello, world\n" * 10, "not a Parquet file"),
        (b"PAR1" + b"x" * 50, "truncated or damaged"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path, content, says):
    if content is not None:
        (tmp_path / "x.parquet").write_bytes(content)
    with pytest.raises(BadFile, match=says):
        io.read_particles(tmp_path / "x.parquet", BELLE2)


# --- ROOT


def test_a_tree_with_one_entry_per_event(tmp_path):
    particles = holed()
    with uproot.open(put(tmp_path, particles, "a.root")) as file:
        tree = file["events"]
        assert tree.classname == "TTree"  # not an RNTuple, which older programs cannot read
        assert tree.keys() == ["weight", "attempt", "n_particle", *NAMES]
        assert tree["px"].typename == "double[]"
        rows = tree.arrays().to_list()
        record = json.loads(str(file["darkrecoil"]))
    for i, row in enumerate(rows):
        assert {name: row[name] for name in NAMES} == columns_of(particles, i)
        assert (row["weight"], row["attempt"]) == (particles.weight[i], particles.attempt[i])
        assert row["n_particle"] == len(row["pid"])
    assert record["content"] == "true particles"
    assert record["provenance"]["seed"] == 7
    assert record["beams"]["half_crossing"] == 0.0415
    assert (record["process"], record["attempts"]) == (PROCESS, 18)


def test_pieces_join_without_a_seam(tmp_path, monkeypatch):
    particles = sample(25)
    put(tmp_path, particles, "a.root")
    monkeypatch.setattr(root, "CHUNK", 4)
    put(tmp_path, particles, "b.root")
    with uproot.open(tmp_path / "a.root") as a, uproot.open(tmp_path / "b.root") as b:
        assert b["events"]["weight"].num_baskets == 7
        assert a["events"].arrays().to_list() == b["events"].arrays().to_list()


def test_equal_records_differ_in_time_stamps_only(tmp_path, monkeypatch):
    monkeypatch.setattr("uproot._util.datetime_to_code", lambda _: 0)
    a, b = (put(tmp_path, sample(100), name).read_bytes() for name in ("a.root", "another.root"))
    assert a == b
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.root", "another.root"]


def test_a_full_disk_leaves_the_file_that_was_there(tmp_path, monkeypatch):
    put(tmp_path, sample(), "x.root")
    before = (tmp_path / "x.root").read_bytes()

    def chunks(particles):
        yield next(whole(particles))
        raise OSError(28, "No space left on device")

    whole = root._chunks
    monkeypatch.setattr(root, "_chunks", chunks)
    with pytest.raises(BadFile, match="No space left on device"):
        put(tmp_path, sample(50), "x.root")
    assert [path.name for path in tmp_path.iterdir()] == ["x.root"]
    assert (tmp_path / "x.root").read_bytes() == before
