"""HepMC3 files: numbers to the bit for other programs, any frame and unit, a faithful round trip, one clear line for each fault."""

import gzip
import json
import re
from dataclasses import replace

import numpy as np
import pyhepmc
import pylhe
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhepmc.io import WriterAsciiHepMC2
from test_io_lhe import (
    BELLE2,
    HALF,
    LAB,
    PROVENANCE,
    REST,
    C,
    askew,
    cross_section,
    final_states,
    flipped,
    in_lab,
    moved,
    other_lab,
    put,
    same,
    sample,
)

from darkrecoil import io
from darkrecoil._errors import BadFile, BadValue, UnknownName
from darkrecoil.generate import api
from darkrecoil.io import hepmc, lhe
from darkrecoil.kinematics.frames import invariant_mass
from darkrecoil.records import Beams

PROCESS = "e+ e- -> mu+ mu- a"
END = "HepMC::Asciiv3-END_EVENT_LISTING"


def ours(tmp_path, particles, name="a.hepmc", **options):
    hepmc.write(tmp_path / name, particles, PROCESS, options.get("rate", cross_section(particles)), 0.5, PROVENANCE)
    return tmp_path / name


def four(p):
    return [p.momentum.e, p.momentum.px, p.momentum.py, p.momentum.pz]


# --- what other programs read


@pytest.mark.parametrize("name", ["a.hepmc", "a.hepmc.gz"])
def test_an_independent_reader_finds_every_number_to_the_bit(tmp_path, name):
    particles = sample()
    with pyhepmc.open(ours(tmp_path, particles, name)) as file:
        events = list(file)
    assert len(events) == len(particles)
    for i, event in enumerate(events):
        filled = particles.status[i] > 0
        found = event.particles
        assert [p.pid for p in found] == [11, -11, *particles.pid[i, filled]]
        assert [p.status for p in found] == [4, 4, *particles.status[i, filled]]
        assert np.array_equal([four(p) for p in found[2:]], particles.momentum[i, filled])
        assert np.array_equal([four(p) for p in found[:2]], np.array(LAB, dtype=float))
        assert (event.momentum_unit, event.length_unit) == (pyhepmc.Units.GEV, pyhepmc.Units.MM)
        assert event.event_number == i
        assert event.weights == [1.0]
        assert event.cross_section.xsec() == pytest.approx(cross_section(particles) / 1e3, rel=1e-8)
        assert event.cross_section.xsec_err() == pytest.approx(0.5e-3)
    assert [[mother.id for mother in p.parents] for p in events[0].particles] == [[], [], [1, 2], [1, 2], [1, 2], [5], [5]]
    place = events[0].particles[5].production_vertex.position
    assert np.allclose([place.t, place.x, place.y, place.z], particles.vertex[0, 3] * [10 * C, 10, 10, 10], rtol=1e-14)


def test_lhe_and_hepmc_of_one_sample_hold_the_same_numbers(tmp_path):
    """By two readers that are not ours."""
    particles = sample(20)
    lhe.write(tmp_path / "a.lhe", particles, PROCESS, cross_section(particles), 0.5, PROVENANCE)
    with pyhepmc.open(ours(tmp_path, particles)) as file:
        hepmc_events = [[(p.pid, *four(p)) for p in event.particles] for event in file]
    lhe_events = [
        [(p.id, p.e, p.px, p.py, p.pz) for p in event.particles] for event in pylhe.LHEFile.fromfile(str(tmp_path / "a.lhe")).events
    ]
    assert hepmc_events == lhe_events


def test_tool_and_provenance_stand_in_the_run(tmp_path):
    particles = sample()
    with pyhepmc.open(ours(tmp_path, particles)) as file:
        run = next(iter(file)).run_info
    assert [(tool.name, tool.version, tool.description) for tool in run.tools] == [("darkrecoil", "0.1.0", PROCESS)]
    assert run.weight_names == ["weight"]
    record = json.loads(run.attributes["darkrecoil"].astype(str))
    assert record["provenance"] == {
        "version": "0.1.0",
        "seed": 7,
        "settings": {"command": "generate --weighted -->", "mass_gev": 1.0},
        "missing": ["initial-state radiation"],
    }
    assert record["beams"]["electron"] == 7.004
    assert (record["attempts"], record["cross_section_fb"]) == (15, cross_section(particles))


def test_generated_taus_read_back_the_same_from_every_format(tmp_path):
    """Decays of decays, several patterns of mothers, empty slots in between."""
    _, made = api.sample("e+ e- -> tau+ tau-", 300, detector="belle2", seed=3)
    particles = made.particles
    beams = particles.beams
    fly = np.where((particles.mother >= 0)[:, :, None], np.array([0.01, 0.02, 0.03, 0.04]), 0.0)
    particles = replace(particles, vertex=fly)
    found = []
    for name in ("a.hepmc", "a.hepmc.gz", "a.parquet"):
        io.write_particles(tmp_path / name, particles, "e+ e- -> tau+ tau-", cross_section(particles), 1.0, PROVENANCE)
        found.append(io.read_particles(tmp_path / name, beams)[0])
    lhe.write(tmp_path / "a.lhe", particles, "x", cross_section(particles), 1.0, PROVENANCE)
    found.append(lhe.read(tmp_path / "a.lhe", beams)[0])
    for other in found:
        for name in ("pid", "mother", "status", "momentum"):
            assert np.array_equal(getattr(other, name), getattr(found[0], name)), name
        filled = particles.status > 0
        assert np.array_equal(other.momentum[other.status > 0], particles.momentum[filled])
    assert np.allclose(found[0].vertex, found[2].vertex, rtol=1e-15)
    assert {1, 2} <= set(np.unique(found[0].status))
    assert len({tuple(row) for row in found[0].mother.tolist()}) > 5
    with pyhepmc.open(tmp_path / "a.hepmc") as file:
        for event in file:
            for p in event.particles:
                assert p.status != 2 or np.allclose(np.sum([four(d) for d in p.children], axis=0), four(p), atol=1e-9)


# --- round trip


@pytest.mark.parametrize("name", ["a.hepmc", "a.hepmc.gz"])
@pytest.mark.parametrize("weights", [None, [1.0, 2.0, 3.0, 4.0, 5.0], [1.0, -2.0, 3.0, 4.0, 5.0]], ids=["unit", "positive", "signed"])
def test_what_is_written_is_read(tmp_path, name, weights):
    before = sample(weights=weights)
    after, report = io.read_particles(ours(tmp_path, before, name), BELLE2)
    same(after, before)
    assert np.array_equal(after.momentum, before.momentum)
    assert report.notes == ()
    assert report.cross_section == pytest.approx(cross_section(before), rel=1e-14)
    assert report.unknown_pids == (36,)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.integers(1, 12), st.integers(0, 10**6), st.integers(0, 50), st.booleans())
def test_the_round_trip_keeps_everything(tmp_path_factory, n, seed, more, weighted):
    weights = np.random.default_rng(seed).exponential(5.0, n) if weighted else None
    before = sample(n, seed, weights, attempts=3 * n + more)
    after, _ = hepmc.read(ours(tmp_path_factory.mktemp("trip"), before), BELLE2)
    same(after, before)


def test_a_collision_away_from_the_origin_is_kept(tmp_path):
    before = sample()
    before = replace(before, vertex=before.vertex + (before.status > 0)[:, :, None] * np.array([0.001, 0.02, -0.03, 0.4]))
    after, _ = hepmc.read(ours(tmp_path, before), BELLE2)
    same(after, before)


def test_attempts_beyond_32_bit_are_kept(tmp_path):
    before = replace(sample(), attempt=np.arange(5) * 10**10, attempts=10**11)
    after, _ = hepmc.read(ours(tmp_path, before), BELLE2)
    same(after, before)


def test_a_rate_that_is_known_better_wins(tmp_path):
    """The statistical error of the sample is not that of the integral."""
    particles = sample(weights=[1, 2, 3, 4, 5])
    after, report = hepmc.read(ours(tmp_path, particles, rate=1.001 * cross_section(particles)), BELLE2)
    assert after.weight == pytest.approx(1.001 * particles.weight, rel=1e-13)
    assert report.notes == ()


def test_more_events_than_are_in_memory_at_once(tmp_path, monkeypatch):
    ours(tmp_path, sample(25), "a.hepmc")
    monkeypatch.setattr("darkrecoil.io._hepmc_write.CHUNK", 4)
    ours(tmp_path, sample(25), "b.hepmc")
    assert (tmp_path / "a.hepmc").read_bytes() == (tmp_path / "b.hepmc").read_bytes()


def test_equal_records_make_equal_bytes(tmp_path):
    a, b, plain = (ours(tmp_path, sample(), name).read_bytes() for name in ("a.hepmc.gz", "another.hepmc.gz", "a.hepmc"))
    assert a == b
    assert a[4:8] == b"\0\0\0\0"  # the time
    assert gzip.decompress(a) == plain
    assert not list(tmp_path.glob(".*"))


def test_odd_words_survive_in_the_record(tmp_path):
    odd = replace(PROVENANCE, settings={"cuts": 'a "b" \\ c\nd|e \\| é'})
    particles = sample()
    hepmc.write(tmp_path / "a.hepmc", particles, "x", cross_section(particles), 0.5, odd)
    same(hepmc.read(tmp_path / "a.hepmc", BELLE2)[0], particles)
    with pyhepmc.open(tmp_path / "a.hepmc") as file:
        record = json.loads(next(iter(file)).run_info.attributes["darkrecoil"].astype(str))
    assert record["provenance"]["settings"] == odd.settings


def test_a_file_of_ours_edited_by_others_is_counted_anew(tmp_path):
    particles = sample()
    text = ours(tmp_path, particles).read_text().replace("A 0 attempt 6\n", "")
    text = re.sub(r"GenCrossSection \S+", "GenCrossSection 2.0e-01", text)
    after, report = hepmc.read(put(tmp_path, text, "b.hepmc"), BELLE2)
    assert after.attempts == 5
    assert after.attempt.tolist() == [0, 1, 2, 3, 4]
    assert report.cross_section == pytest.approx(200.0, rel=1e-12)


# --- files of others


MM, CM, GEV, MEV = pyhepmc.Units.MM, pyhepmc.Units.CM, pyhepmc.Units.GEV, pyhepmc.Units.MEV
A, FLIGHT = 9000001, 3.0  # a long-lived particle, its c tau in cm


def theirs(frame, energy=GEV, length=MM, n=4, rate=2.0, weights=(2.0, 7.0), incoming=((11, 4), (-11, 4)), doc=False):
    """Events as another generator has them: mu- mu+ A, A -> gamma gamma after a flight of c tau, all in a frame of its own."""
    unit, mm = {GEV: 1.0, MEV: 1e3}[energy], {MM: 10.0, CM: 1.0}[length]
    for i, final in enumerate(final_states(n)):
        mass = float(invariant_mass(tuple(final[2])))
        photon = np.array([mass / 2, 0.0, 0.0, mass / 2])
        one = np.stack(boosted(final[2], photon))
        four_vectors = [*np.array(REST, float), *final, one, final[2] - one]
        event = pyhepmc.GenEvent(energy, length)
        event.event_number = i
        codes = [*incoming, (13, 1), (-13, 1), (A, 2), (22, 1), (22, 1)]
        made = [
            pyhepmc.GenParticle((p[1] * unit, p[2] * unit, p[3] * unit, p[0] * unit), pid, status)
            for p, (pid, status) in zip((np.array(frame(tuple(p)), float) for p in four_vectors), codes, strict=True)
        ]
        t, x, y, z = (float(part) * FLIGHT / mass * mm for part in frame(tuple(final[2])))
        first, second = pyhepmc.GenVertex(), pyhepmc.GenVertex((x, y, z, t))
        for p in made[:2]:
            first.add_particle_in(p)
        for p in made[2:5]:
            first.add_particle_out(p)
        second.add_particle_in(made[4])
        for p in made[5:]:
            second.add_particle_out(p)
        event.add_vertex(first)
        event.add_vertex(second)
        event.weights = list(weights)
        if rate is not None:
            event.cross_section = pyhepmc.GenCrossSection()
            event.cross_section.set_cross_section(rate * (i + 1) / n, 0.01)
        if doc:
            documented(event, made[4])
        yield event


def boosted(P, q):
    from darkrecoil.kinematics.frames import boost

    return boost(tuple(P), tuple(q))


def documented(event, mother):
    """A copy (status 23) of A's first photon between A and that photon: not stored, and the vertex after it has no place."""
    photon = mother.end_vertex.particles_out[0]
    copy = pyhepmc.GenParticle(photon.momentum, 22, 23)
    mother.end_vertex.add_particle_out(copy)
    mother.end_vertex.remove_particle_out(photon)
    vertex = pyhepmc.GenVertex()
    vertex.add_particle_in(copy)
    vertex.add_particle_out(photon)
    event.add_vertex(vertex)


def written(tmp_path, events, name="x.hepmc"):
    with pyhepmc.open(tmp_path / name, "w") as file:
        for event in events:
            file.write(event)
    return tmp_path / name


@pytest.mark.parametrize("length", [MM, CM], ids=["MM", "CM"])
@pytest.mark.parametrize("energy", [GEV, MEV], ids=["GEV", "MEV"])
@pytest.mark.parametrize("frame", [lambda p: p, flipped, in_lab, other_lab], ids=["cms", "positron along +z", "lab", "other lab"])
def test_every_frame_and_unit_leads_to_the_same_laboratory(tmp_path, frame, energy, length):
    particles, report = hepmc.read(written(tmp_path, theirs(frame, energy, length)), BELLE2)
    expected = moved(in_lab, final_states(4))
    assert particles.pid.tolist() == [[13, -13, A, 22, 22]] * 4
    assert particles.mother.tolist() == [[-1, -1, -1, 2, 2]] * 4
    assert particles.status.tolist() == [[1, 1, 2, 1, 1]] * 4
    assert np.allclose(particles.momentum[:, :3], expected, atol=1e-9)
    assert np.allclose(particles.momentum[:, 3:].sum(axis=1), expected[:, 2], atol=1e-9)
    mass = np.asarray(invariant_mass(tuple(expected[:, 2].T)))
    flight = expected[:, 2] * (FLIGHT / mass)[:, None] / [C, 1, 1, 1]
    assert np.allclose(particles.vertex[:, 3:], flight[:, None], atol=1e-9)
    assert not particles.vertex[:, :3].any()
    assert report.notes == ()


def test_beams_out_of_the_plane_keep_angles_and_handedness(tmp_path):
    a, _ = hepmc.read(written(tmp_path, theirs(askew)), BELLE2)
    b, _ = hepmc.read(written(tmp_path, theirs(lambda p: p)), BELLE2)
    metric = np.array([1, -1, -1, -1])
    assert np.allclose((a.momentum * metric) @ np.array(LAB[0], float), (b.momentum * metric) @ np.array(LAB[0], float), atol=1e-9)
    assert np.allclose(
        (a.momentum * metric) @ np.moveaxis(a.momentum, 1, 2), (b.momentum * metric) @ np.moveaxis(b.momentum, 1, 2), atol=1e-9
    )
    volumes = [[np.linalg.det(np.concatenate([np.array(LAB, dtype=float), event[:2]])) for event in c.momentum] for c in (a, b)]
    assert volumes[0] == pytest.approx(volumes[1], abs=1e-8)


def test_the_older_format_reads_the_same(tmp_path):
    """IO_GenEvent, as HepMC2 and with it many generators write it."""
    with WriterAsciiHepMC2(str(tmp_path / "old.hepmc")) as file:
        for event in theirs(in_lab, MEV, CM):
            file.write(event)
    new, a = hepmc.read(written(tmp_path, theirs(in_lab, MEV, CM)), BELLE2)
    old, b = hepmc.read(tmp_path / "old.hepmc", BELLE2)
    same(old, new, 1e-14)
    assert a == b


def test_beams_of_the_older_format_may_be_named_by_the_event(tmp_path):
    """Of another status, as old files have them."""
    with WriterAsciiHepMC2(str(tmp_path / "old.hepmc")) as file:
        for event in theirs(in_lab):
            file.write(event)
    text = (tmp_path / "old.hepmc").read_text()
    named, _ = hepmc.read(put(tmp_path, text.replace(" 4 0 0 -1 0", " 3 0 0 -1 0"), "y.hepmc"), BELLE2)
    same(named, hepmc.read(tmp_path / "old.hepmc", BELLE2)[0], 0.0)


def test_an_event_may_have_a_place_of_its_own(tmp_path):
    """It is that of every vertex without one."""
    text = written(tmp_path, theirs(in_lab)).read_text()
    placed = re.sub(r"^(E .*)$", r"\1 @ 1 2 3 4", text, flags=re.MULTILINE)
    here, _ = hepmc.read(tmp_path / "x.hepmc", BELLE2)
    there, _ = hepmc.read(put(tmp_path, placed, "y.hepmc"), BELLE2)
    assert np.allclose(there.vertex[:, :3], np.array([4 / C, 1, 2, 3]) / 10)
    assert np.array_equal(there.vertex[:, 3:], here.vertex[:, 3:])


def test_documentation_is_passed_over_and_its_daughters_are_not_lost(tmp_path):
    plain, _ = hepmc.read(written(tmp_path, theirs(in_lab)), BELLE2)
    particles, _ = hepmc.read(written(tmp_path, theirs(in_lab, doc=True)), BELLE2)
    assert sorted(particles.pid[0]) == sorted(plain.pid[0])
    photons = particles.pid == 22
    assert (particles.mother[photons] == 2).all()
    assert np.allclose(particles.vertex[photons], np.repeat(plain.vertex[:, 3], 2, axis=0), atol=1e-12)


def reordered(text):
    """The same file, the particles and vertices of each event in the opposite order, as the format allows."""
    head, *events = re.split(r"^(?=E )", text.replace(END, ""), flags=re.MULTILINE)
    out = [head]
    for event in events:
        lines = event.splitlines(keepends=True)
        tree = [line for line in lines if line[:2] in ("P ", "V ")]
        out += [line for line in lines if line not in tree] + tree[::-1]
    return "".join(out) + END + "\n"


def test_daughters_may_stand_before_their_mothers(tmp_path):
    text = written(tmp_path, theirs(in_lab)).read_text()
    straight, _ = hepmc.read(tmp_path / "x.hepmc", BELLE2)
    particles, _ = hepmc.read(put(tmp_path, reordered(text), "y.hepmc"), BELLE2)
    assert (particles.mother < np.arange(5)).all()
    for i in range(4):
        mothers = particles.pid[i, particles.mother[i, particles.pid[i] == 22]]
        assert mothers.tolist() == [A, A]
        assert np.allclose(np.sort(particles.momentum[i], axis=0), np.sort(straight.momentum[i], axis=0))
        assert np.allclose(particles.vertex[i, particles.pid[i] == 22], straight.vertex[i, 3:])


def test_the_first_weight_and_the_last_cross_section_count(tmp_path):
    particles, report = hepmc.read(written(tmp_path, theirs(in_lab, rate=0.5, weights=(3.0, 99.0))), BELLE2)
    assert particles.weight == pytest.approx(np.full(4, 500.0), rel=1e-8)
    assert report.cross_section == pytest.approx(500.0, rel=1e-8)
    assert (particles.attempts, particles.attempt.tolist()) == (4, [0, 1, 2, 3])
    assert report.notes == ()


@pytest.mark.parametrize("rate", [None, 0.0, -1.0])
def test_a_file_without_a_cross_section_says_so(tmp_path, rate):
    particles, report = hepmc.read(written(tmp_path, theirs(in_lab, rate=rate, weights=(3.0,))), BELLE2)
    assert particles.weight == pytest.approx(np.full(4, 3000.0))
    assert report.notes == ("the file states no cross-section: the mean weight, 3, is taken for it in pb",)


def test_an_event_without_weights_counts_as_one(tmp_path):
    text = re.sub(r"^W .*\n", "", written(tmp_path, theirs(in_lab)).read_text(), flags=re.MULTILINE)
    particles, _ = hepmc.read(put(tmp_path, text, "y.hepmc"), BELLE2)
    assert particles.weight == pytest.approx(np.full(4, 2000.0))


def test_weights_that_make_no_cross_section_are_refused(tmp_path):
    with pytest.raises(BadFile, match=r"the weights of .*x\.hepmc make no cross-section: mean weight -1"):
        hepmc.read(written(tmp_path, theirs(in_lab, weights=(-1.0,))), BELLE2)


@pytest.mark.parametrize(
    ("incoming", "names"),
    [(((11, 3), (-11, 3)), "none"), (((11, 4), (-11, 3)), "e-"), (((11, 4), (11, 4)), "e- e-"), (((2212, 4), (2212, 4)), "2212 2212")],
)
def test_missing_and_other_beams_are_refused_by_name(tmp_path, incoming, names):
    says = rf"incoming particles of event 1 in .*: {re.escape(names)}; allowed: e- e\+; the beams are the particles of status 4"
    with pytest.raises(BadFile, match=says):
        hepmc.read(written(tmp_path, theirs(in_lab, incoming=incoming)), BELLE2)


def test_another_energy_is_refused(tmp_path):
    beams = Beams("other", HALF + 0.5, HALF + 0.5)
    with pytest.raises(BadFile, match=r"sqrt\(s\) of event 1 .*: 10\.5796 GeV; the beams 'other' have 11\.5796 GeV"):
        hepmc.read(written(tmp_path, theirs(in_lab)), beams)


# --- faults


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """The text of a good file of four events."""
    return written(tmp_path_factory.mktemp("good"), theirs(in_lab)).read_text()


def second(text):
    return text.index("\nE 1") + 1


def in_second(old, new):
    """A change within the second event, at a word of it."""
    return lambda text: text[: second(text)] + re.sub(old, new, text[second(text) :], count=1, flags=re.MULTILINE)


FAULTS = {
    "empty": (lambda _: "", "the file is empty"),
    "blank": (lambda _: "\n \n", "the file is empty"),
    "another kind": (lambda _: "mass,limit\n1,2\n" * 100, "not a HepMC file"),
    "Les Houches": (lambda _: '<LesHouchesEvents version="3.0">\n', "not a HepMC file"),
    "other HepMC": (lambda text: text.replace("Asciiv3", "IO_Ascii"), "another kind: HepMC::IO_Ascii-START_EVENT_LISTING; allowed"),
    "header only": (lambda text: text.splitlines()[0] + "\n", "truncated: it has no event listing"),
    "cut in the header": (lambda text: "\n".join(text.splitlines()[:2]), "truncated: it ends before the first event"),
    "no events": (lambda text: text[: text.index("E 0")] + END, "holds no events"),
    "no footer": (lambda text: text.replace(END, ""), "truncated: it ends in event 4 without HepMC::...-END"),
    "cut inside an event": (lambda text: text[: second(text) + 300], "truncated: it ends in event 2 without"),
    "cut after an event": (lambda text: text[: second(text)], "truncated: it ends in event 1 without"),
    "glued": (lambda text: text + text, "several files glued together"),
    "lost particle": (in_second(r"^P 5.*\n", ""), "announces 7 particles in event 2 and has 6"),
    "one too many": (in_second(r"^E 1 (\d+) 7", r"E 1 \1 6"), "announces 6 particles in event 2 and has 7"),
    "no number": (in_second(r"^P 3 -1 13", "P 3 -1 mu"), "no number in event 2"),
    "short line": (in_second(r"^(P 3 .*) 1$", r"\1"), "no number in event 2"),
    "no count": (in_second("^E 1 .*", "E 1"), "no number in event 2"),
    "damaged place": (in_second("@", "#"), "no number in event 2"),
    "no weight": (in_second("^W .*", "W x"), "no number in event 2"),
    "no units": (in_second("^U.*\n", ""), "units of event 2 in .*: none; allowed: GEV or MEV, MM or CM"),
    "other units": (in_second("^U.*", "U TEV KM"), "units of event 2 in .*: TEV KM"),
    "weight NaN": (in_second(r"^W \S+", "W nan"), "weight that is not finite in event 2"),
    "momentum infinite": (in_second(r"^P 3 -1 13 \S+", "P 3 -1 13 inf"), "momentum or mass that is not finite in event 2"),
    "vertex NaN": (in_second(r"@ \S+", "@ nan"), "vertex that is not finite in event 2"),
    "place NaN": (in_second(r"^(E .*)", r"\1 @ nan 0 0 0"), "place that is not finite in event 2"),
    "no such vertex": (in_second("^P 3 -1 13", "P 3 -9 13"), "names a vertex that it does not have in event 2: -9"),
    "no such mother": (in_second("^P 3 -1 13", "P 3 9 13"), "names a particle that it does not have in event 2: 9"),
    "no such incoming": (in_second(r"\[1,2\]", "[8,2]"), "names a particle that it does not have in event 2: 8"),
    "own mother": (in_second("^P 5 -1", "P 5 7"), "its own ancestor in event 2"),
    "twice": (in_second("^P 5 ", "P 4 "), "two particles of one id in event 2"),
    "vertex twice": (in_second("^V -2", "V -1"), "two vertices of one id in event 2"),
    "huge id": (in_second("^P 5 ", "P 99999999999 "), "id out of range in event 2"),
    "fraction": (in_second("^P 5 ", "P 5.5 "), "id out of range in event 2"),
    "damaged record": (lambda text: text.replace("E 0", "A darkrecoil {1: 2}\nE 0", 1), "HepMC file's darkrecoil record is damaged"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_damaged_file_is_refused_in_one_line(tmp_path, good, fault, capfd):
    change, says = FAULTS[fault]
    with pytest.raises(BadFile, match=says) as caught:
        hepmc.read(put(tmp_path, change(good), "x.hepmc"), BELLE2)
    assert "\n" not in str(caught.value)
    assert "x.hepmc" in str(caught.value)
    assert caught.value.exit_code == 3
    assert capfd.readouterr() == ("", "")  # nothing of the library's own


def test_the_good_file_is_good(tmp_path, good):
    assert len(hepmc.read(put(tmp_path, good, "x.hepmc"), BELLE2)[0]) == 4
    assert len(hepmc.read(put(tmp_path, good.replace("\n", "\r\n"), "y.hepmc"), BELLE2)[0]) == 4
    assert len(hepmc.read(put(tmp_path, good + "\n\n", "z.hepmc.gz"), BELLE2)[0]) == 4


@pytest.mark.parametrize("lost", ["P 10005", "V -2"])
def test_a_line_lost_from_the_older_format_is_seen(tmp_path, lost):
    with WriterAsciiHepMC2(str(tmp_path / "x.hepmc")) as file:
        for event in theirs(in_lab):
            file.write(event)
    text = "".join(line for line in (tmp_path / "x.hepmc").read_text().splitlines(True) if not line.startswith(lost))
    with pytest.raises(BadFile, match=r"announces . (particles|vertices) in event 1 and has ."):
        hepmc.read(put(tmp_path, text, "y.hepmc"), BELLE2)


@pytest.mark.parametrize("keep", [20, 0.5, 0.99, -4])
def test_a_truncated_compressed_file_is_refused(tmp_path, good, keep):
    whole = gzip.compress((good).encode())
    (tmp_path / "x.hepmc.gz").write_bytes(whole[: int(keep * len(whole)) if 0 < keep < 1 else keep])
    with pytest.raises(BadFile, match="compressed file is truncated or damaged"):
        hepmc.read(tmp_path / "x.hepmc.gz", BELLE2)


def test_a_damaged_compressed_file_is_refused(tmp_path, good):
    whole = bytearray(gzip.compress(good.encode(), mtime=0))
    whole[-6] ^= 0xFF  # the checksum at the very end
    (tmp_path / "x.hepmc.gz").write_bytes(whole)
    with pytest.raises(BadFile, match="truncated or damaged"):
        hepmc.read(tmp_path / "x.hepmc.gz", BELLE2)


def test_a_missing_file_and_another_suffix(tmp_path):
    with pytest.raises(BadFile, match="no such file"):
        hepmc.read(tmp_path / "none.hepmc", BELLE2)
    with pytest.raises(UnknownName, match=r"format of a HepMC file.*known: \.hepmc, \.hepmc\.gz"):
        hepmc.write(tmp_path / "x.lhe", sample(), "x", 1.0, 0.1, PROVENANCE)


# --- an output that fails


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"weight": np.full(5, np.nan)}, "weights to be written"),
        ({"momentum": np.full((5, 5, 4), np.inf)}, "momenta to be written"),
        (
            {"vertex": np.arange(100.0).reshape(5, 5, 4)},
            "made in different places cannot be written to a HepMC file, event 1; use .parquet",
        ),
    ],
)
def test_a_record_that_cannot_be_written_leaves_the_file_that_was_there(tmp_path, change, says):
    (tmp_path / "x.hepmc").write_text("before")
    with pytest.raises(BadValue, match=says):
        hepmc.write(tmp_path / "x.hepmc", replace(sample(), **change), "x", 1.0, 0.1, PROVENANCE)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("x.hepmc", "before")]


def test_a_full_disk_leaves_the_file_that_was_there(tmp_path, monkeypatch):
    (tmp_path / "x.hepmc").write_text("before")

    def texts(_):
        yield b"half a file"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("darkrecoil.io._hepmc_write._texts", texts)
    with pytest.raises(BadFile, match="No space left on device"):
        ours(tmp_path, sample(), "x.hepmc")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("x.hepmc", "before")]


def test_no_events_are_not_written(tmp_path):
    with pytest.raises(BadValue, match="no events to write"):
        hepmc.write(tmp_path / "x.hepmc", sample(0, attempts=10), "x", 1.0, 0.1, PROVENANCE)
