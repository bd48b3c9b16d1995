"""The sample store: what is kept is what was made, whatever happens to files, processes and settings."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from darkrecoil import _store, analyses, chain, models
from darkrecoil._errors import BadValue
from darkrecoil._store import address, blocks, facts, place, segments
from darkrecoil.chain import stream
from darkrecoil.chain.bench import prepare
from darkrecoil.cli import run
from darkrecoil.constants import alpha_scheme
from darkrecoil.detector import card as cards
from darkrecoil.generate import address as addresses
from darkrecoil.generate.api import sample
from darkrecoil.generate.packing import ARRAYS, packed, unpacked
from darkrecoil.generate.recipe import recipe
from darkrecoil.selection import objects, recoil_theta

KEY, OTHER = "a" * 64, "b" * 64
SEARCH = analyses.find("belle2_zprime_invisible")
CARD = cards.load("belle2", "2018")
ROOT = cards.sqrt_s(CARD.beams)
ZPRIME, PHOTON, TAUS = "e+ e- -> mu+ mu- Z'", "e+ e- -> mu+ mu- gamma", "e+ e- -> tau+ tau-"


@pytest.fixture
def samples(tmp_path, monkeypatch):
    """A store of its own in which everything is kept, however quickly it is made."""
    folder = tmp_path / "samples"
    folder.mkdir()
    monkeypatch.setenv(place.SWITCH, "1")
    monkeypatch.setattr(place, "folder", lambda: folder)
    monkeypatch.setattr(blocks, "PER_BYTE", -1.0)
    monkeypatch.setattr(blocks, "PER_FILE", -1.0)
    monkeypatch.setattr(blocks, "_written", [0.0])
    return folder


class Maker:
    """Makes blocks of numbers that depend on the block, and remembers which."""

    def __init__(self):
        self.made = []

    def __call__(self, block):
        self.made.append(block)
        rng = np.random.default_rng(block)
        return rng.random((3, block % 5)), np.arange(block % 3), np.float64(block).reshape(())


def read(key=KEY, number=40, jobs=1, begin=0):
    """The blocks as bytes, and how many of them were made."""
    maker = Maker()
    found = list(_store.kept(key, maker, range(begin, number), jobs))
    return [[(a.dtype.str, a.shape, a.tobytes()) for a in block] for block in found], len(maker.made)


def segments_of(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


# the store on its own


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_longer_request_appends(samples, jobs):
    whole, _ = read(None, 40)
    assert read(number=5, jobs=jobs) == (whole[:5], 5)
    assert read(number=23, jobs=jobs) == (whole[:23], 18)
    assert read(number=40, jobs=jobs) == (whole, 17)
    assert read(number=40, jobs=jobs) == (whole, 0)
    assert read(number=7, jobs=jobs) == (whole[:7], 0)
    assert len(segments_of(samples)) == 3


@pytest.mark.usefixtures("samples")
def test_a_request_that_begins_later_keeps_what_is_there():
    whole, _ = read(None, 40)
    assert read(number=20, begin=18) == (whole[18:20], 2)
    assert read(number=40) == (whole, 38)
    assert read(number=40) == (whole, 0)


@pytest.mark.usefixtures("samples")
def test_a_reader_that_stops_keeps_what_it_has_read():
    list(islice(_store.kept(KEY, Maker(), range(100), 2), 19))
    assert read(number=19)[1] == 0
    assert read(number=30)[1] == 11


@pytest.mark.usefixtures("samples")
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_keeps_what_was_made_before(error):
    def failing(block):
        if block == 20:
            raise error
        return (np.zeros(3),)

    with pytest.raises(error):
        list(_store.kept(KEY, failing, range(40)))
    assert read(number=20)[1] == 0


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: content[:-1],
        lambda content: content[:20],
        lambda _: b"",
        lambda content: content[:100] + bytes([content[100] ^ 4]) + content[101:],
        lambda content: content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
        lambda content: bytes([content[0] ^ 128]) + content[1:],
    ],
    ids=["half", "one byte short", "no header", "empty", "flipped in the header", "flipped in the numbers", "flipped in the checksum"],
)
def test_a_damaged_segment_is_made_again(samples, damage):
    whole, _ = read()
    path = segments_of(samples)[1]
    good = path.read_bytes()
    path.write_bytes(damage(good))
    assert read() == (whole, blocks.SIZE)
    assert path.read_bytes() == good


def test_a_segment_of_another_sample_or_place_is_not_read(samples):
    whole, _ = read()
    first, second, _ = segments_of(samples)
    theirs = place.of(OTHER) / first.name
    theirs.write_bytes(first.read_bytes())
    assert segments.read(theirs, OTHER) == {}
    assert read(OTHER) == (whole, 40)
    second.write_bytes(first.read_bytes())  # the blocks say their numbers
    assert read() == (whole, blocks.SIZE)


def test_a_segment_with_other_types_is_not_read(samples):
    path = samples / "x.segment"
    assert segments.write(path, KEY, {0: (np.array(["a", "b"]),)})
    assert segments.read(path, KEY) == {}
    assert segments.write(path, KEY, {3: (np.ones(2), np.array([7]))})
    (block,) = segments.read(path, KEY).values()
    assert [a.tolist() for a in block] == [[1.0, 1.0], [7]]


def test_what_is_made_quicker_than_kept_is_not_kept(samples, monkeypatch):
    monkeypatch.setattr(blocks, "PER_BYTE", 1.0)
    assert read(number=20)[1] == 20
    assert read(number=20)[1] == 20
    assert not segments_of(samples)


def test_a_store_that_cannot_be_written_does_no_harm(samples):
    whole, _ = read(None, 20)
    samples.rmdir()
    samples.write_text("a file where the folder should be")
    assert read(number=20) == (whole, 20)


@pytest.mark.parametrize("size", ["0", "0.0"])
def test_the_environment_switches_it_off(samples, monkeypatch, size):
    monkeypatch.setenv(place.SWITCH, size)
    assert read(number=20)[1] == read(number=20)[1] == 20
    assert not segments_of(samples)


@pytest.mark.usefixtures("samples")
@pytest.mark.parametrize("size", ["much", "-1", "nan", "inf"])
def test_a_size_that_is_none_is_refused(monkeypatch, size):
    monkeypatch.setenv(place.SWITCH, size)
    with pytest.raises(BadValue, match=rf"DARKRECOIL_STORE is not a size: {size}; allowed: a number of GB"):
        read()


# its size


def filled(key, size, age, files=2):
    """A sample of so many files, last used so many seconds ago."""
    folder = place.of(key)
    for i in range(files):
        (folder / f"{i:08d}{place.SUFFIX}").write_bytes(b"x" * size)
    then = time.time() - age
    os.utime(folder, (then, then))
    return folder


def test_the_least_recently_used_goes_first_and_from_its_end(samples):
    old, middle, new = (filled(letter * 64, 100, age) for letter, age in (("a", 300), ("b", 200), ("c", 100)))
    place.trim(600)
    assert len(segments_of(samples)) == 6
    place.trim(350)
    assert not old.exists()
    assert [path.name for path in segments_of(middle)] == ["00000000.segment"]
    assert len(segments_of(new)) == 2
    place.of("b" * 64)
    place.trim(150)
    assert len(segments_of(middle)) == 1
    assert not new.exists()


@pytest.mark.usefixtures("samples")
def test_fragments_of_killed_runs_go_when_they_are_old():
    folder = filled(KEY, 100, 0)
    for name, age in ((".old.segment", 2 * place.STALE), (".new.segment", 1)):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (time.time() - age,) * 2)
    place.trim(1e9)
    assert {path.name for path in segments_of(folder)} == {".new.segment", "00000000.segment", "00000001.segment"}


def test_a_run_keeps_the_store_within_its_bound(samples, monkeypatch):
    monkeypatch.setenv(place.SWITCH, "1e-6")  # 1 kB: a segment of ten doubles a block is 2.6 kB
    old = filled(OTHER, 300, 1000)
    list(_store.kept(KEY, lambda _: (np.zeros(10),), range(100)))
    assert not old.exists()
    assert sum(path.stat().st_size for path in segments_of(samples)) <= 1000
    monkeypatch.setenv(place.SWITCH, "1e-5")
    list(_store.kept(KEY, lambda _: (np.zeros(10),), range(100)))
    assert 2000 < sum(path.stat().st_size for path in segments_of(samples)) <= 10_000
    assert segments_of(samples)[0].name == "00000000.segment"  # the beginning stays


def test_two_processes_at_once_write_the_same(tmp_path):
    """Four processes on the same blocks, in different order of length: no error, no fragment, and every block is right."""
    code = (
        "import sys, numpy as np\n"
        "from darkrecoil import _store\n"
        "from darkrecoil._store import blocks\n"
        "blocks.PER_BYTE = blocks.PER_FILE = -1.0\n"
        "for n in (int(sys.argv[1]), 64):\n"
        "    for i, (a,) in enumerate(_store.kept('a' * 64, lambda b: (np.full(50, 1.0 * b),), range(n), 2)):\n"
        "        assert a.tolist() == [i] * 50\n"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), place.SWITCH: "1"}
    running = [subprocess.Popen([sys.executable, "-c", code, str(n)], env=environment) for n in (5, 17, 33, 64)]
    assert [process.wait() for process in running] == [0] * 4
    files = segments_of(tmp_path / "darkrecoil" / "samples")
    assert [path.name for path in files] == [f"{i:08d}.segment" for i in range(4)]
    found = {b: arrays for path in files for b, arrays in segments.read(path, KEY).items()}
    assert sorted(found) == list(range(64))


def test_cache_info_and_clear(samples, capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    filled(KEY, 100, 0)
    (filled(OTHER, 50, 0) / ".killed.segment").write_bytes(b"x" * 7)

    def answer(*words):
        assert run(["cache", *words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    said = {"samples_folder": str(samples), "samples": 2, "samples_bytes": 307, "samples_most_bytes": 1e9}
    assert answer("info").items() >= said.items()
    assert answer("clear").items() >= {"removed_samples": 2, "samples": 0, "samples_bytes": 0}.items()
    assert not segments_of(samples)


# addresses


def test_an_address_names_kinds_lengths_and_bits():
    lists = [
        (), ("",), (None,), ("None",), (1,), (1.0,), ("1",), (True,), (("a", "b"),), ("a", "b"), ("ab",), ("a\nb",), (0.0,), (-0.0,),
        (0.1 + 0.2,), (0.3,), (np.zeros(2),), (np.zeros(2, dtype=np.int64),), (np.zeros((2, 1)),), (np.array([0.0, -0.0]),),
    ]  # fmt: skip
    assert len({address(*some) for some in lists}) == len(lists)
    assert address("a", 1.5) == address("a", np.float64(1.5))


@pytest.mark.parametrize("fact", [object(), [1], {"a": 1}, np.array([None])])
def test_what_does_not_say_all_is_no_fact(fact):
    with pytest.raises(TypeError, match="no fact"):
        address(fact)


def test_version_sources_and_libraries_are_in_the_address(monkeypatch):
    found = [address("a")]
    for name, value in (("__version__", "9.9"), ("sources", lambda: "x"), ("versions", lambda: {"numpy": "9"})):
        with monkeypatch.context() as patch:
            patch.setattr(facts, name, value)
            found.append(address("a"))
    with monkeypatch.context() as patch:
        patch.setattr(facts.platform, "python_version", lambda: "9")
        found.append(address("a"))
    assert len(set(found)) == 5
    assert address("a") == found[0]


def test_a_changed_source_is_another_address(tmp_path, monkeypatch):
    (tmp_path / "generate").mkdir()
    (tmp_path / "plots").mkdir()
    (tmp_path / "generate" / "x.py").write_text("a = 1\n")
    monkeypatch.setattr(facts, "ROOT", tmp_path)
    one = facts.sources.__wrapped__()
    (tmp_path / "plots" / "y.py").write_text("b = 1\n")
    assert facts.sources.__wrapped__() == one
    (tmp_path / "generate" / "x.py").write_text("a = 2\n")
    assert facts.sources.__wrapped__() != one


# generate


def bits(made):
    some = made.particles
    numbers = (made.cross_section.value, made.cross_section.error, made.cross_section.attempts, made.efficiency, made.n_eff)
    return [getattr(some, name).tobytes() for name in ARRAYS], some.attempts, numbers, made.unweighting_efficiency, made.overweight_fraction


def ordered(number, process=TAUS, store=True, jobs=1, **how):
    return bits(sample(process, number, jobs=jobs, store=store, **how)[1])


@pytest.fixture
def counted(samples, monkeypatch):
    """The blocks of ``generate`` that are made, as a list that grows."""
    from darkrecoil.generate import cross_section

    assert samples.is_dir()
    made, block = [], cross_section._block
    monkeypatch.setattr(cross_section, "_block", lambda line, number: made.append(number) or block(line, number))
    return made


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("process", [TAUS, PHOTON])
def test_generate_appends_and_gives_the_same_bits(counted, process, weighted):
    fresh = ordered(30_000, process, store=False, weighted=weighted)
    counted.clear()
    ordered(9_000, process, weighted=weighted)
    first = len(counted)
    assert ordered(30_000, process, weighted=weighted) == fresh
    assert sorted(counted) == list(range(len(counted)))  # each block once
    assert len(counted) > first
    counted.clear()
    assert ordered(30_000, process, weighted=weighted) == fresh
    assert not counted


@pytest.mark.usefixtures("samples")
def test_generate_does_not_depend_on_jobs():
    one = ordered(20_000, PHOTON, store=False, filters=["count(gamma, theta > 20 deg) == 1"])
    assert ordered(20_000, PHOTON, store=False, jobs=2, filters=["count(gamma, theta > 20 deg) == 1"]) == one
    assert ordered(20_000, PHOTON, jobs=2, filters=["count(gamma, theta > 20 deg) == 1"]) == one


def test_particles_come_back_bit_for_bit():
    some = sample(TAUS, 300, store=False)[1].particles
    back = unpacked(packed(some), some.attempts, some.beams)
    for name in ARRAYS:
        assert np.array_equal(getattr(some, name), getattr(back, name))
        assert getattr(some, name).shape == getattr(back, name).shape
    assert len(packed(some)[4].ravel()) < 200  # vertices, all alike, are kept once


BASE = {"model": "lmu_ltau", "mass": 3.0, "coupling": 0.1}


@pytest.mark.parametrize(
    "change",
    [
        {"mass": 3.0000001}, {"coupling": 0.2}, {"model": "b_minus_l"}, {"seed": 2}, {"alpha": "s"}, {"alpha": 0.0072},
        {"cuts": ["theta(mu+) > 17 deg"]}, {"cuts": ["theta(mu+) > 0.1 deg"]}, {"filters": ["count(mu, pt > 0.1) == 2"]},
        {"weighted": True}, {"sqrt_s": 10.57}, {"detector": "belle2"},
        {"detector": "belle2", "changes": {"machine.spread_electron": 0.0}},
    ],
    ids=str,
)  # fmt: skip
def test_a_changed_order_never_reuses(counted, change):
    ordered(3000, ZPRIME, **BASE)
    first = len(counted)
    ordered(3000, ZPRIME, **{**BASE, **change})
    assert len(counted) >= 2 * first > 0
    counted.clear()
    ordered(3000, ZPRIME, **BASE)
    assert not counted


def test_a_parameter_and_the_text_of_a_model_never_reuse():
    """Even those that change no number of the process: the mass of a dark fermion behind the Z', and a note."""
    theory = models.find("lfv_zprime")
    given = {"g_mumu": 0.1}
    orders = [
        (theory, given),
        (theory, {**given, "m_chi": 0.7}),
        (theory, {"g_mumu": 0.11}),
        (replace(theory, notes="changed"), given),
        (replace(theory, references=("another",)), given),
    ]
    made = [recipe(ZPRIME, alpha_scheme("0"), ROOT, model, 3.0, 0.1, parameters=numbers) for model, numbers in orders]
    assert len({some.origin for some in made}) == len(made)
    sampler = prepare({"a": recipe(PHOTON, alpha_scheme("0"), ROOT)}, CARD, 1).sources["a"].sampler
    found = {addresses.of(replace(sampler, recipe=replace(sampler.recipe, origin=some.origin)), "user", (), ()) for some in made}
    assert len(found) == len(made)
    again = recipe(ZPRIME, alpha_scheme("0"), ROOT, theory, 3, np.float64(0.1), parameters=given)
    assert again.origin == made[0].origin


def test_the_number_of_events_is_not_in_the_address_and_samples_are(bench):
    sampler = bench.sources["taus"].sampler
    names = ("user", "evaluate")
    assert len({addresses.of(sampler, name, (), ()) for name in names}) == 2
    assert addresses.of(sampler, "user", ("a",), ()) != addresses.of(sampler, "user", (), ("a",))


def test_every_fact_of_a_sampler_is_in_the_address(bench):
    """One number changed at a time, of a process with a file of its own and of one of the amplitude machine."""
    own = bench.sources["photon"].sampler
    tree = bench.sources["tree"].sampler
    some = own.recipe
    changed = [
        replace(own, seed=2),
        replace(own, maximum=own.maximum * (1 + 1e-15)),
        replace(own, beams=replace(own.beams, electron=own.beams.electron * (1 + 1e-15))),
        replace(own, edges=own.edges + 1e-16 * (own.edges == 0)),
        replace(own, share=own.share[::-1].copy()),
        replace(own, recipe=replace(some, alpha=alpha_scheme("s"))),
        replace(own, recipe=replace(some, sqrt_s=10.0)),
        replace(own, recipe=replace(some, soft=0.03)),
        replace(own, recipe=replace(some, engine=replace(some.engine, parameters=some.engine.parameters * (1 + 1e-15)))),
        replace(own, recipe=replace(some, process=replace(some.process, name="e+ e- -> gamma mu+ mu-"))),
        replace(tree, seed=2),
        replace(tree, source=replace(tree.source, seed=2)),
        replace(tree, grids=replace(tree.grids, low=tree.grids.low + 1e-16)),
        replace(tree, grids=replace(tree.grids, share=tree.grids.share * (1 + 1e-15))),
    ]
    found = [addresses.of(sampler, "user", (), ()) for sampler in (own, tree, *changed)]
    assert len(set(found)) == len(found)


# the chain


@pytest.fixture(scope="module")
def bench():
    made = {
        "signal": recipe(ZPRIME, alpha_scheme("0"), ROOT, models.find("lmu_ltau"), 3.0, 0.1),
        "photon": recipe(PHOTON, alpha_scheme("0"), ROOT),
        "taus": recipe(TAUS, alpha_scheme("0"), ROOT),
        "tree": recipe("e+ e- -> gamma gamma", alpha_scheme("0"), ROOT),
    }
    return prepare(made, CARD, 1, jobs=2)


@pytest.fixture
def made_blocks(samples, monkeypatch):
    """The blocks of the chain that are made."""
    assert samples.is_dir()
    found, step = [], stream._step

    def counting(*arguments):
        one = step(*arguments)
        return lambda block: found.append(block) or one(block)

    monkeypatch.setattr(stream, "_step", counting)
    return found


def same(one, two):
    assert (one.source, one.attempts, one.unit, one.filters) == (two.source, two.attempts, two.unit, two.filters)
    for name in ("tally", "values", "weights"):
        assert getattr(one, name).tobytes() == getattr(two, name).tobytes()


@pytest.mark.parametrize("name", ["signal", "taus", "photon"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_the_chain_appends_and_gives_the_same_bits(bench, made_blocks, name, jobs):
    def some(number, **how):
        return chain.selected(bench.sources[name], bench.response, SEARCH, number * 8192, jobs, **how)

    fresh = some(21, store=False)
    made_blocks.clear()
    same(some(5), some(5, store=False))
    made_blocks.clear()
    same(some(21), fresh)
    assert len(made_blocks) == 16
    made_blocks.clear()
    same(some(21), fresh)
    assert not made_blocks
    same(some(21, before=some(9), store=False), fresh)
    assert len(made_blocks) == 12
    same(some(3, before=some(9)), some(9))  # fewer than there are: nothing is lost


LAST = SEARCH.selection[-1]
CHANGES = {
    "a cut": {"selection": (*SEARCH.selection[:-1], (LAST[0], ~LAST[1]))},
    "a row less": {"selection": SEARCH.selection[:-1]},
    "a row's name": {"selection": (("first", *SEARCH.selection[0][1:]), *SEARCH.selection[1:])},
    "the observable": {"observable": recoil_theta(objects("track", hypothesis="muon"))},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_search_never_reuses(bench, made_blocks, change):
    for table, number in ((SEARCH, 2), (replace(SEARCH, **CHANGES[change]), 2), (SEARCH, 0)):
        made_blocks.clear()
        chain.selected(bench.sources["taus"], bench.response, table, 2 * 8192)
        assert len(made_blocks) == number


def test_what_the_chain_does_not_depend_on_is_reused(bench, made_blocks):
    chain.selected(bench.sources["taus"], bench.response, SEARCH, 8192)
    other = replace(
        SEARCH,
        title="another",
        level=0.5,
        window=9.0,
        datasets=(),
        backgrounds=(),
        cuts={},
        toward={},
        filters={},
        notes="x",
        binning=(0.0, 1.0, 1),
    )
    chain.selected(bench.sources["taus"], bench.response, other, 8192)
    assert made_blocks == [0]


@pytest.mark.parametrize(
    ("change", "seed"),
    [({"track.theta_resolution": 5.0}, 1), ({"machine.spread_electron": 0.0}, 1), ({"calorimeter.photon_inefficiency": 1e-3}, 1), ({}, 2)],
    ids=str,
)
def test_a_changed_card_or_seed_never_reuses(bench, made_blocks, change, seed):
    other = prepare({"taus": bench.sources["taus"].sampler.recipe}, cards.change(CARD, change) if change else CARD, seed, jobs=2)
    for some, number in ((bench, 1), (other, 1), (bench, 0), (other, 0)):
        made_blocks.clear()
        chain.selected(some.sources["taus"], some.response, SEARCH, 8192)
        assert len(made_blocks) == number


def test_a_changed_version_never_reuses(bench, made_blocks, monkeypatch):
    for version in ("1", "2", "1"):
        monkeypatch.setattr(facts, "__version__", version)
        chain.selected(bench.sources["taus"], bench.response, SEARCH, 8192)
    assert made_blocks == [0, 0]


def test_a_damaged_segment_of_the_chain_is_made_again(bench, made_blocks, samples):
    fresh = chain.selected(bench.sources["taus"], bench.response, SEARCH, 18 * 8192)
    path = segments_of(samples)[0]
    path.write_bytes(path.read_bytes()[:-1])
    made_blocks.clear()
    same(chain.selected(bench.sources["taus"], bench.response, SEARCH, 18 * 8192, 2), fresh)
    assert sorted(made_blocks) == list(range(16))


# killed


def started(folder, words):
    environment = {**os.environ, place.SWITCH: "1"}
    code = (
        "import sys\nfrom pathlib import Path\nfrom darkrecoil._store import blocks, place\nfrom darkrecoil import cli\n"
        "folder = Path(sys.argv.pop(1))\nplace.folder = lambda: folder\nblocks.PER_BYTE = blocks.PER_FILE = -1.0\ncli.main()\n"
    )
    return subprocess.Popen([sys.executable, "-c", code, str(folder), *words], env=environment, stdout=subprocess.DEVNULL)


KILLED = ["generate", TAUS, "-n", "20000", "--filter", "count(mu, theta between 17 and 150 deg) == 2", "--quiet", "--json", "-o"]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """What the command writes that is killed below, without a store."""
    path = tmp_path_factory.mktemp("whole") / "whole.parquet"
    assert run([*KILLED, str(path), "--no-store"]) == 0
    return path.read_bytes()


@pytest.mark.parametrize("jobs", [1, 2])
def test_killed_in_the_middle_it_goes_on_and_gives_the_same_bits(tmp_path, undisturbed, jobs):
    """SIGKILL after the first segment: no output, no half file; then the same command, and the same file as an undisturbed run's."""
    folder, output = tmp_path / "samples", tmp_path / "killed.parquet"
    folder.mkdir()
    words = [*KILLED, str(output), "--jobs", str(jobs)]
    process = started(folder, words)
    while process.poll() is None and not list(folder.rglob("[!.]*.segment")):
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert not output.exists()
    stamps = {path: path.stat().st_mtime_ns for path in folder.rglob("[!.]*.segment")}
    for path in stamps:
        content = path.read_bytes()
        key = json.loads(content[40 : 40 + int.from_bytes(content[32:40], "little")])["key"]
        assert len(segments.read(path, key)) == blocks.SIZE
    assert started(folder, words).wait() == 0
    assert all(path.stat().st_mtime_ns == stamp for path, stamp in stamps.items())  # read, not made again
    assert len(list(folder.rglob("[!.]*.segment"))) > len(stamps)
    assert output.read_bytes() == undisturbed


def test_spins_of_taus_are_part_of_the_address():
    from darkrecoil.generate import taus

    run = taus._jit.load([taus.kernel()])
    on, off = (taus.facts(taus.decays(run, spin)) for spin in (True, False))
    assert on != off
    assert taus.facts(None) == ()
