"""Reconstructed events as Parquet: faithful, the same bytes each time, and one clear line for each fault."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from darkrecoil._errors import BadFile, BadValue
from darkrecoil.io import events as parquet
from darkrecoil.records import Beams, Events, Objects, Provenance

PROVENANCE = Provenance("0.1.0", 7, {"card": "belle2", "mass_gev": 1.0, "isr": True, "none": None}, ("backsplash",))
ASSUMPTIONS = ("the muon efficiency is flat", "the photon resolution is Gaussian")
TRACK = ("px", "py", "pz", "charge", "ecl_energy", "muon_id")
CLUSTER = ("energy", "px", "py", "pz")


def sample(n=6, seed=2, tracks=3, clusters=2):
    rng = np.random.default_rng(seed)

    def kind(names, k):
        present = rng.random((n, k)) < 0.6
        return Objects({name: np.asfortranarray(np.where(present, rng.normal(size=(n, k)), np.nan)) for name in names}, present)

    return Events(
        objects={"track": kind(TRACK, tracks), "cluster": kind(CLUSTER, clusters)},
        trigger={"ffo": rng.random(n) < 0.5, "lml1": rng.random(n) < 0.5},
        weight=rng.exponential(size=n),
        attempt=np.arange(n) * 7,
        attempts=7 * n + 1,
        beams=Beams("belle2", 7.004, 4.002, 0.0415, 5e-3, 2e-3),
    )


def equal(a, b):
    assert a.objects.keys() == b.objects.keys()
    for kind, some in a.objects.items():
        assert np.array_equal(some.present, b.objects[kind].present)
        assert some.columns.keys() == b.objects[kind].columns.keys()
        for name, column in some.columns.items():
            assert np.array_equal(column, b.objects[kind][name], equal_nan=True), name
    assert a.trigger.keys() == b.trigger.keys()
    assert all(np.array_equal(bit, b.trigger[name]) for name, bit in a.trigger.items())
    assert np.array_equal(a.weight, b.weight)
    assert np.array_equal(a.attempt, b.attempt)
    assert (a.attempts, a.beams) == (b.attempts, b.beams)


@pytest.mark.parametrize(("n", "tracks", "clusters"), [(6, 3, 2), (1, 1, 1), (0, 3, 2), (70000, 2, 1), (4, 2, 0)])
def test_what_is_written_is_read_to_the_bit(tmp_path, n, tracks, clusters):
    before = sample(n, 2, tracks, clusters)
    parquet.write(tmp_path / "a.parquet", before, PROVENANCE, ASSUMPTIONS, 137.0)
    after, record = parquet.read(tmp_path / "a.parquet")
    equal(after, before)
    assert record["assumptions"] == list(ASSUMPTIONS)
    assert record["cross_section_fb"] == 137.0
    assert record["provenance"] == {
        "version": "0.1.0",
        "seed": 7,
        "settings": {"card": "belle2", "mass_gev": 1.0, "isr": True, "none": None},
        "missing": ["backsplash"],
    }


def test_types_and_flat_names_that_other_programs_can_read(tmp_path):
    parquet.write(tmp_path / "a.parquet", sample(), PROVENANCE)
    schema = pq.read_schema(tmp_path / "a.parquet")
    assert schema.names[:4] == ["weight", "attempt", "trigger_ffo", "trigger_lml1"]
    assert {"track_present", "track_px", "track_ecl_energy", "cluster_energy"} <= set(schema.names)
    after, _ = parquet.read(tmp_path / "a.parquet")
    assert after.objects["track"].present.dtype == bool
    assert after.trigger["ffo"].dtype == bool
    assert after.attempt.dtype == np.int64


def test_equal_records_make_equal_bytes(tmp_path):
    for name in ("a.parquet", "b.parquet"):
        parquet.write(tmp_path / name, sample(1000), PROVENANCE, ASSUMPTIONS)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def rewritten(tmp_path, change):
    """A file of ours, its table changed by another program."""
    parquet.write(tmp_path / "a.parquet", sample(), PROVENANCE)
    pq.write_table(change(pq.read_table(tmp_path / "a.parquet")), tmp_path / "x.parquet")
    return tmp_path / "x.parquet"


def record_replaced(old, new):
    return lambda table: table.replace_schema_metadata({parquet.KEY: table.schema.metadata[parquet.KEY].replace(old, new)})


def weight_not_a_number(table):
    return table.set_column(0, "weight", pa.array(np.full(len(table), np.nan)))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda table: table.replace_schema_metadata(None), "not one of reconstructed events by darkrecoil"),
        (record_replaced(b'"format":1', b'"format":99'), r"format version of .*x\.parquet: 99; allowed: 1"),
        (record_replaced(b"{", b""), "record is damaged"),
        (record_replaced(b'"track":', b'"tracks":'), "lacks a part that its record names.*tracks_charge"),
        (record_replaced(b'"attempts"', b'"tries"'), "lacks a part"),
        (record_replaced(b'"electron"', b'"proton"'), "lacks a part"),
        (lambda table: table.drop_columns(["track_px"]), "lacks a part.*track_px"),
        (lambda table: table.set_column(4, "cluster_present", pa.array(np.zeros(len(table)))), "lacks a part|is not finite"),
        (weight_not_a_number, "a weight is not finite"),
    ],
)
def test_a_file_that_is_not_as_we_write_it_is_refused(tmp_path, change, says):
    path = rewritten(tmp_path, change)
    with pytest.raises(BadFile, match=says) as caught:
        parquet.read(path)
    assert "\n" not in str(caught.value)


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
    path = tmp_path / "x.parquet"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadFile, match=says):
        parquet.read(path)


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.99])
def test_a_truncated_file_is_refused(tmp_path, keep):
    parquet.write(tmp_path / "a.parquet", sample(), PROVENANCE)
    whole = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "x.parquet").write_bytes(whole[: int(keep * len(whole))])
    with pytest.raises(BadFile, match="truncated or damaged"):
        parquet.read(tmp_path / "x.parquet")


def test_numbers_that_are_not_finite_are_not_written(tmp_path):
    good = sample()
    with pytest.raises(BadValue, match="weight"):
        parquet.write(tmp_path / "x.parquet", replace(good, weight=np.full(6, np.inf)), PROVENANCE)
    track = good.objects["track"]
    bad = replace(good, objects={"track": Objects(track.columns, np.ones_like(track.present))})
    with pytest.raises(BadValue, match=r"track_.* is not finite where present"):
        parquet.write(tmp_path / "x.parquet", bad, PROVENANCE)
    assert not list(tmp_path.iterdir())


def test_an_output_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(BadFile, match="folder"):
        parquet.write(tmp_path / "none" / "x.parquet", sample(), PROVENANCE)
