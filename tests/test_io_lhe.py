"""Les Houches files: any frame, any weight convention, a faithful round trip, and one clear line for each fault."""

import gzip
import json
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkrecoil import io
from darkrecoil._errors import BadFile, BadValue, DarkrecoilError, UnknownName
from darkrecoil.constants import M_E, M_MU
from darkrecoil.io import lhe
from darkrecoil.kinematics.frames import beam_momenta, invariant_mass, rotate_y, to_lab
from darkrecoil.kinematics.vectors import add
from darkrecoil.records import Beams, Particles, Provenance

BELLE2 = Beams("belle2", 7.004, 4.002, 0.0415)
LAB = beam_momenta(7.004, 4.002, 0.0415, M_E)
HALF = float(invariant_mass(add(*LAB))) / 2
REST = beam_momenta(HALF, HALF, 0.0, M_E)
PIDS = (13, -13, 9000001)
PROVENANCE = Provenance("0.1.0", 7, {"command": "generate --weighted -->", "mass_gev": 1.0}, ("initial-state radiation",))
C = 29.9792458  # cm/ns


def final_states(n, seed=1):
    """n times mu- mu+ and what recoils, (n, 3, 4), in the rest frame."""
    p = np.random.default_rng(seed).uniform(-1.5, 1.5, (n, 2, 3))
    muons = np.concatenate([np.sqrt(M_MU**2 + (p**2).sum(axis=2, keepdims=True)), p], axis=2)
    recoil = np.array([2 * HALF, 0, 0, 0]) - muons.sum(axis=1)
    return np.concatenate([muons, recoil[:, None]], axis=1)


def particle(pid, status, p, mothers=(1, 2), m=0.0, ctau=0.0):
    numbers = " ".join(f"{c:.16e}" for c in (p[1], p[2], p[3], p[0], m, ctau))
    return f"{pid} {status} {mothers[0]} {mothers[1]} 0 0 {numbers} 9."


def lhe_text(beams, events, *, weights=None, strategy=-4, cross_section=2.0, header="", incoming=(11, -11), extra=""):
    """A file as another generator writes it: beams (electron, positron), events: lists of particle lines."""
    weights = [cross_section] * len(events) if weights is None else weights
    first = [particle(pid, -1, p, (0, 0)) for pid, p in zip(incoming, beams, strict=True)]
    blocks = [
        "\n".join(["<event>", f" {len(lines) + 2} 1 {w!r} 10.58 7.3e-3 0.1", *first, *lines, f"{extra}</event>"])
        for w, lines in zip(weights, events, strict=True)
    ]
    init = f"<init>\n11 -11 5.29 5.29 0 0 0 0 {strategy} 1\n{cross_section!r} 0.01 2.0 1\n<generator name='x'>y</generator>\n</init>\n"
    return f'<LesHouchesEvents version="3.0">\n<header>{header}</header>\n{init}' + "\n".join(blocks) + "\n</LesHouchesEvents>\n"


def lines_of(momenta):
    return [[particle(pid, 1, p) for pid, p in zip(PIDS, event, strict=True)] for event in momenta]


def put(tmp_path, text, name="x.lhe"):
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    return path


def moved(transform, momenta):
    return np.stack(transform(tuple(np.moveaxis(momenta, -1, 0))), axis=-1)


def plain_file(n=4, **options):
    return lhe_text(REST, lines_of(final_states(n)), **options)


# --- frames


def flipped(p):
    return rotate_y(np.pi, p)


def askew(p):
    """The beams' line out of the x-z plane, as no accelerator has it and some programs write it."""
    e, x, y, z = rotate_y(0.4, p)
    return e, x, 0.8 * y + 0.6 * z, 0.8 * z - 0.6 * y


def in_lab(p):
    return to_lab(*LAB, p)


def other_lab(p):
    """The head-on laboratory of the same sqrt(s), positron along +z."""
    head_on = beam_momenta(HALF * 1.5, HALF / 1.5, 0.0, 0.0)
    return to_lab(*head_on, flipped(p))


@pytest.mark.parametrize("frame", [lambda p: p, flipped, askew, in_lab, other_lab], ids=["cms", "flipped", "askew", "lab", "other lab"])
def test_every_frame_leads_to_the_same_laboratory(tmp_path, frame):
    """Masses, products with the electron (the polar angles) and handedness are those of the events, whatever the file's frame."""
    momenta = final_states(20)
    beams = tuple(frame(tuple(np.asarray(c, float) for c in beam)) for beam in REST)
    particles, report = lhe.read(put(tmp_path, lhe_text(beams, lines_of(moved(frame, momenta)))), BELLE2)
    found = particles.momentum
    metric = np.array([1, -1, -1, -1])
    assert np.allclose((found * metric) @ np.moveaxis(found, 1, 2), (momenta * metric) @ np.moveaxis(momenta, 1, 2), atol=1e-9)
    assert np.allclose(found @ (metric * np.array(LAB[0])), momenta @ (metric * np.array(REST[0])), atol=1e-9)
    assert np.allclose(found.sum(axis=1), np.array(add(*LAB), dtype=float), atol=1e-9)
    volume = [np.linalg.det(np.concatenate([np.array(LAB, dtype=float), event[:2]])) for event in found]
    expected = [np.linalg.det(np.concatenate([np.array(REST, dtype=float), event[:2]])) for event in momenta]
    assert volume == pytest.approx(expected, abs=1e-8)
    assert report.notes == ()


def test_a_file_in_the_same_laboratory_is_unchanged(tmp_path):
    momenta = moved(in_lab, final_states(20))
    particles, _ = lhe.read(put(tmp_path, lhe_text(LAB, lines_of(momenta))), BELLE2)
    assert np.abs(particles.momentum - momenta).max() < 1e-9


def test_the_flipped_file_is_turned_about_y(tmp_path):
    momenta = final_states(20)
    straight, _ = lhe.read(put(tmp_path, lhe_text(REST, lines_of(momenta))), BELLE2)
    beams = tuple(flipped(beam) for beam in REST)
    turned, _ = lhe.read(put(tmp_path, lhe_text(beams, lines_of(moved(flipped, momenta)), incoming=(11, -11))), BELLE2)
    assert np.abs(straight.momentum - turned.momentum).max() < 1e-9


def test_the_order_of_the_incoming_lines_does_not_matter(tmp_path):
    a, _ = lhe.read(put(tmp_path, plain_file()), BELLE2)
    b, _ = lhe.read(put(tmp_path, lhe_text(REST[::-1], lines_of(final_states(4)), incoming=(-11, 11))), BELLE2)
    assert np.array_equal(a.momentum, b.momentum)


@pytest.mark.parametrize(("off", "says"), [(0.0005, None), (0.010, "by up to 10 MeV")])
def test_a_small_difference_in_energy_is_noted(tmp_path, off, says):
    beams = beam_momenta(HALF + off / 2, HALF + off / 2, 0.0, M_E)
    _, report = lhe.read(put(tmp_path, lhe_text(beams, lines_of(final_states(3)))), BELLE2)
    assert (says is None and report.notes == ()) or says in report.notes[0]


def test_a_large_difference_in_energy_is_refused(tmp_path):
    beams = beam_momenta(5.0, 5.0, 0.0, M_E)
    with pytest.raises(BadFile, match=r"sqrt\(s\) of event 1 .*: 10 GeV; the beams 'belle2' have 10\.5796 GeV; generate at that energy"):
        lhe.read(put(tmp_path, lhe_text(beams, lines_of(final_states(3)))), BELLE2)


def test_particles_that_are_missing_from_the_file_are_noted(tmp_path):
    lines = lines_of(final_states(3))
    lines[1] = lines[1][:2]
    particles, report = lhe.read(put(tmp_path, lhe_text(REST, lines)), BELLE2)
    assert "in 1 of 3 events the final particles miss more than 50 MeV" in report.notes[0]
    assert particles.status.tolist() == [[1, 1, 1], [1, 1, 0], [1, 1, 1]]
    assert particles.mother[1, 2] == -1
    assert not particles.momentum[1, 2].any()


@pytest.mark.parametrize(
    ("incoming", "names"), [((2212, 2212), "2212 2212"), ((11, 11), "e- e-"), ((13, -13), "mu- mu+"), ((11, 22), "e- gamma")]
)
def test_other_beams_are_refused_by_name(tmp_path, incoming, names):
    with pytest.raises(BadFile, match=f"incoming particles of event 1 .*: {re.escape(names)}; allowed: e- e\\+"):
        lhe.read(put(tmp_path, plain_file(incoming=incoming)), BELLE2)


# --- weights


@pytest.mark.parametrize(
    ("strategy", "weights", "cross_section", "note"),
    [
        (3, [1.0] * 4, 0.5, False),
        (3, [1.0] * 4, 0.995, False),  # a cross-section near 1 pb must not be taken for the unit weight
        (-3, [1.0, 1.0, 1.0, -1.0], 0.5, False),
        (3, [0.5] * 4, 0.5, False),
        (3, [0.125] * 4, 0.5, True),  # weights that add up to the cross-section
        (-4, [0.5] * 4, 0.5, False),
        (4, [0.1, 0.9, 0.2, 0.8], 0.5, False),
        (-4, [1.2, -0.2, 0.8, 0.2], 0.5, False),
        (4, [1.0] * 4, 0.5, True),
        (1, [0.1, 0.9, 0.2, 0.8], 0.5, False),
        (2, [0.025, 0.225, 0.05, 0.2], 0.5, True),
    ],
)
def test_every_weight_convention_gives_the_cross_section(tmp_path, strategy, weights, cross_section, note):
    path = put(tmp_path, plain_file(strategy=strategy, weights=weights, cross_section=cross_section))
    particles, report = lhe.read(path, BELLE2)
    assert particles.weight.sum() / particles.attempts == pytest.approx(1e3 * cross_section, rel=1e-12)
    assert particles.weight / particles.weight[0] == pytest.approx(np.array(weights) / weights[0])
    assert report.cross_section == pytest.approx(1e3 * cross_section, rel=1e-12)
    assert bool(report.notes) == note
    assert particles.attempts == 4
    assert particles.attempt.tolist() == [0, 1, 2, 3]


def test_a_mean_weight_within_one_per_cent_is_left_alone(tmp_path):
    particles, report = lhe.read(put(tmp_path, plain_file(strategy=4, weights=[0.504] * 4, cross_section=0.5)), BELLE2)
    assert particles.weight == pytest.approx(np.full(4, 504.0))
    assert report.notes == ()


@pytest.mark.parametrize(("strategy", "weights", "cross_section"), [(3, [1.0] * 4, 0.0), (4, [0.0] * 4, 0.5), (-4, [-1.0] * 4, 0.5)])
def test_weights_without_a_cross_section_are_refused(tmp_path, strategy, weights, cross_section):
    with pytest.raises(BadFile, match="make no cross-section"):
        lhe.read(put(tmp_path, plain_file(strategy=strategy, weights=weights, cross_section=cross_section)), BELLE2)


# --- decays


def test_mothers_statuses_and_displaced_vertices(tmp_path):
    """A long-lived particle, its daughter that lives too, and hers: slots count stored lines, vertices add up along the chain."""
    a, rest = final_states(1)[0, 2], final_states(1)[0, :2]
    half, quarter = a / 2, a / 4
    m = float(invariant_mass(tuple(a)))
    lines = [
        particle(23, -2, a, (1, 2)),
        particle(9000001, 2, a, (3, 3), m, 30.0),
        particle(9000002, 2, half, (4, 4), m / 2, 5.0),
        particle(13, 1, rest[0], (1, 2), M_MU, 7.0),
        particle(-13, 1, rest[1], (3, 3), M_MU),
        particle(22, 1, half, (4, 4)),
        particle(22, 1, quarter, (5, 5)),
        particle(12, 1, quarter, (5, 5)),
    ]
    particles, report = lhe.read(
        put(tmp_path, lhe_text(REST, [lines], extra="#pdf 1 2\n<rwgt>\n<wgt id='1'> 1.0 </wgt>\n</rwgt>\n")), BELLE2
    )
    assert particles.pid.tolist() == [[9000001, 9000002, 13, -13, 22, 22, 12]]
    assert particles.mother.tolist() == [[-1, 0, -1, -1, 0, 1, 1]]
    assert particles.status.tolist() == [[2, 2, 1, 1, 1, 1, 1]]
    p, v = particles.momentum[0], particles.vertex[0]
    assert not v[[0, 2, 3]].any()
    assert np.allclose(v[1, 1:], p[0, 1:] / m * 3.0)
    assert np.allclose(v[4], v[1])
    assert np.allclose(v[5] - v[1], v[6] - v[1])
    assert np.linalg.norm(v[5, 1:] - v[1, 1:]) == pytest.approx(np.linalg.norm(p[1, 1:]) / (m / 2) * 0.5)
    beta = np.linalg.norm(p[0, 1:]) / p[0, 0]
    assert v[1, 0] * C * beta == pytest.approx(np.linalg.norm(v[1, 1:]))
    assert report.unknown_pids == ()


def test_final_codes_that_have_no_mass_are_reported(tmp_path):
    _, report = lhe.read(put(tmp_path, plain_file()), BELLE2)
    assert report.unknown_pids == (9000001,)
    assert report.events == 4


def test_headers_of_other_generators_are_passed_over(tmp_path):
    header = "\n<slha>\n# a < b & c -- d\n<init>\n<event>\n</slha>\n<initrwgt>\n<weight id='1'> x </weight>\n</initrwgt>\n"
    text = plain_file(header=header).replace("<event>", "<event npLO='-1'>").replace("\n", "\r\n")
    text = '<?xml version="1.0"?>\n<!-- made by x -->\n' + text
    a, _ = lhe.read(put(tmp_path, text), BELLE2)
    b, _ = lhe.read(put(tmp_path, plain_file()), BELLE2)
    assert np.array_equal(a.momentum, b.momentum)


def test_compression_is_seen_from_the_bytes(tmp_path):
    a, _ = lhe.read(put(tmp_path, plain_file(), "a.lhe.gz"), BELLE2)
    (tmp_path / "b.lhe").write_bytes((tmp_path / "a.lhe.gz").read_bytes())
    b, _ = lhe.read(tmp_path / "b.lhe", BELLE2)
    assert np.array_equal(a.momentum, b.momentum)


# --- round trip


def sample(n=5, seed=3, weights=None, attempts=None, beams=BELLE2):
    """mu- mu+ A with A -> gamma gamma displaced; in every second event A is stable and two slots are empty."""
    rng = np.random.default_rng(seed)
    p = np.zeros((n, 5, 4))
    p[:, :3] = moved(in_lab, final_states(n, seed))
    k = rng.normal(size=(n, 3))
    m = np.asarray(invariant_mass(tuple(p[:, 2].T)))
    k *= (m / 2 / np.linalg.norm(k, axis=1))[:, None]
    for slot, sign in ((3, 1), (4, -1)):
        photon = (m / 2, *(sign * k).T)
        p[:, slot] = np.stack(to_lab_of(p[:, 2], photon), axis=1)
    pid = np.tile([13, -13, 36, 22, 22], (n, 1))
    mother, status = np.tile([-1, -1, -1, 2, 2], (n, 1)), np.tile([1, 1, 2, 1, 1], (n, 1))
    vertex = np.zeros((n, 5, 4))
    vertex[:, 3:] = (rng.exponential(2.0, n)[:, None] * p[:, 2] / m[:, None] * [1 / C, 1, 1, 1])[:, None]
    for array, empty in ((pid, 0), (mother, -1), (status, 0), (p, 0), (vertex, 0)):
        array[1::2, 3:] = empty
    status[1::2, 2] = 1
    weight = np.full(n, 137.0) if weights is None else np.asarray(weights, float)
    attempt = np.arange(n) * 3
    return Particles(pid, mother, status, p, vertex, weight, attempt, attempts or 3 * n, beams)


def to_lab_of(P, q):
    from darkrecoil.kinematics.frames import boost

    return boost(tuple(P.T), q)


def same(a, b, tolerance=1e-12):
    for name in ("pid", "mother", "status", "attempt"):
        assert np.array_equal(getattr(a, name), getattr(b, name)), name
    for name in ("momentum", "vertex", "weight"):
        x, y = getattr(a, name), getattr(b, name)
        assert np.allclose(x, y, rtol=tolerance, atol=tolerance * np.abs(y).max()), name
    assert (a.attempts, a.beams) == (b.attempts, b.beams)


def cross_section(particles):
    return float(particles.weight.sum()) / particles.attempts


@pytest.mark.parametrize("name", ["a.lhe", "a.lhe.gz"])
@pytest.mark.parametrize("weights", [None, [1.0, 2.0, 3.0, 4.0, 5.0], [1.0, -2.0, 3.0, 4.0, 5.0]], ids=["unit", "positive", "signed"])
def test_what_is_written_is_read(tmp_path, name, weights):
    before = sample(weights=weights)
    lhe.write(tmp_path / name, before, "e+ e- -> mu+ mu- a", cross_section(before), 0.5, PROVENANCE)
    after, report = io.read_particles(tmp_path / name, BELLE2)
    same(after, before)
    assert report.notes == ()
    assert report.cross_section == pytest.approx(cross_section(before), rel=1e-12)
    assert report.unknown_pids == (36,)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.integers(1, 12), st.integers(0, 10**6), st.integers(0, 50), st.booleans())
def test_the_round_trip_keeps_everything(tmp_path_factory, n, seed, more, weighted):
    weights = np.random.default_rng(seed).exponential(5.0, n) if weighted else None
    before = sample(n, seed, weights, attempts=3 * n + more)
    path = tmp_path_factory.mktemp("trip") / "a.lhe"
    lhe.write(path, before, "x", cross_section(before), 0.0, PROVENANCE)
    after, _ = lhe.read(path, BELLE2)
    same(after, before, 2e-12)


@pytest.mark.parametrize(("weights", "strategy", "unit"), [(None, 3, True), ([1, 2, 3, 4, 5], 4, False), ([1, -2, 3, 4, 5], -4, False)])
def test_an_independent_reader_agrees(tmp_path, weights, strategy, unit):
    import pylhe

    particles = sample(weights=weights)
    lhe.write(tmp_path / "a.lhe.gz", particles, "e+ e- -> mu+ mu- a", cross_section(particles), 0.5, PROVENANCE)
    read = pylhe.LHEFile.fromfile(str(tmp_path / "a.lhe.gz"))
    assert read.init.initInfo.weightingStrategy == strategy
    assert read.init.procInfo[0].xSection == pytest.approx(cross_section(particles) / 1e3, rel=1e-15)
    events = list(read.events)
    found = np.array([event.eventinfo.weight for event in events])
    assert found.mean() == pytest.approx(1.0 if unit else cross_section(particles) / 1e3, rel=1e-12)
    first = events[0].particles
    assert [p.id for p in first] == [11, -11, 13, -13, 36, 22, 22]
    assert [(p.mother1, p.mother2) for p in first] == [(0, 0)] * 2 + [(1, 2)] * 3 + [(5, 5)] * 2
    assert (first[0].px, first[0].pz, first[0].e) == pytest.approx((LAB[0][1], LAB[0][3], 7.004), rel=1e-15)
    assert sum(p.e for p in first if p.status == 1) == pytest.approx(11.006, rel=1e-12)


def test_equal_records_make_equal_bytes(tmp_path):
    particles = sample()
    for name in ("a.lhe.gz", "another.lhe.gz", "a.lhe"):
        lhe.write(tmp_path / name, particles, "x", cross_section(particles), 0.5, PROVENANCE)
    a, b = ((tmp_path / name).read_bytes() for name in ("a.lhe.gz", "another.lhe.gz"))
    assert a == b
    assert a[4:8] == b"\0\0\0\0"  # the time
    assert gzip.decompress(a) == (tmp_path / "a.lhe").read_bytes()
    assert not list(tmp_path.glob(".*"))


def test_the_header_is_a_legal_comment_and_holds_the_record(tmp_path):
    particles = sample()
    lhe.write(tmp_path / "a.lhe", particles, "e+ e- --> mu+ mu- a", cross_section(particles), 0.5, PROVENANCE)
    comment = (tmp_path / "a.lhe").read_text().split("<!--")[1].split("-->")[0]
    assert "--" not in comment
    record = json.loads(comment.removeprefix(" darkrecoil"))
    assert record["process"] == "e+ e- --> mu+ mu- a"
    assert record["provenance"]["settings"]["command"] == "generate --weighted -->"
    assert record["attempts"] == 15


def test_a_sample_whose_rate_is_known_better_keeps_its_shape(tmp_path):
    """Few weighted events know the rate badly: the stated cross-section wins, and that is said."""
    particles = sample(weights=[1, 2, 3, 4, 5])
    lhe.write(tmp_path / "a.lhe", particles, "x", 1.1 * cross_section(particles), 0.5, PROVENANCE)
    after, report = lhe.read(tmp_path / "a.lhe", BELLE2)
    assert after.weight == pytest.approx(1.1 * particles.weight)
    assert "weights scaled by 1.1" in report.notes[0]


def test_a_file_of_ours_edited_by_others_is_counted_anew(tmp_path):
    particles = sample()
    lhe.write(tmp_path / "a.lhe", particles, "x", cross_section(particles), 0.5, PROVENANCE)
    text = (tmp_path / "a.lhe").read_text().replace("# attempt 6\n", "")
    after, report = lhe.read(put(tmp_path, text, "b.lhe"), BELLE2)
    assert after.attempts == 5
    assert after.attempt.tolist() == [0, 1, 2, 3, 4]
    assert report.cross_section == pytest.approx(cross_section(particles), rel=1e-12)


@pytest.mark.parametrize(("attempt", "kept"), [([2, 5, 90, 7, 8], True), ([2, 5, 5, 7, 8], False)])
def test_attempts_of_unweighted_events_exceed_what_weights_are_summed_over(tmp_path, attempt, kept):
    """Of unweighted events only the accepted ones are counted; a number that occurs twice would repeat a detector's response."""
    particles = replace(sample(attempts=5), attempt=np.array(attempt))
    lhe.write(tmp_path / "a.lhe", particles, "x", cross_section(particles), 0.5, PROVENANCE)
    after, _ = lhe.read(tmp_path / "a.lhe", BELLE2)
    assert after.attempts == 5
    assert after.attempt.tolist() == (attempt if kept else [0, 1, 2, 3, 4])


# --- faults


def cut(text, where):
    return text[: text.index(where) + len(where)]


GOOD = plain_file()
SECOND = GOOD.index("<event>", GOOD.index("<event>") + 1)
FAULTS = {
    "empty": ("", "the file is empty"),
    "blank": ("\n \n", "the file is empty"),
    "another kind": ("mass,limit\n1,2\n" * 100, "not a Les Houches event file"),
    "cut in the header": (GOOD[:50], "no <init> block"),
    "cut in init": (GOOD[: GOOD.index("</init>") - 50], "damaged <init>|truncated"),
    "damaged init": (GOOD.replace("11 -11 5.29", "a b 5.29", 1), "damaged <init>"),
    "other strategy": (GOOD.replace("0 0 0 0 -4", "0 0 0 0 7", 1), "IDWTUP = 7"),
    "infinite strategy": (GOOD.replace("0 0 0 0 -4", "0 0 0 0 inf", 1), "damaged <init>"),
    "no processes": (GOOD.replace("2.0 0.01 2.0 1\n", "", 1), "damaged <init>"),
    "cut inside an event": (GOOD[: SECOND + 200], "cut inside event 2"),
    "event never closed": (GOOD.replace("</event>", "", 1), "cut inside event 1"),
    "glued": (GOOD + GOOD, "several files glued together"),
    "no closing tag": (GOOD.replace("</LesHouchesEvents>", ""), "ends after event 4 without </LesHouchesEvents>"),
    "cut after an event": (GOOD[:SECOND], "ends after event 1 without"),
    "no events": (GOOD[: GOOD.index("<event>")] + "</LesHouchesEvents>", "holds no events"),
    "too few particles": (GOOD.replace("\n 5 1", "\n 6 1", 1), "announces 6 particles in event 1 and has 5"),
    "too many particles": (GOOD.replace("\n 5 1", "\n 4 1", 1), "announces 4 particles in event 1 and has 5"),
    "two on a line": (GOOD.replace(" 9.\n-13 ", " 9. -13 ", 1), "announces 5 particles in event 1 and has 4 lines"),
    "no number": (GOOD[:SECOND] + GOOD[SECOND:].replace("13 1 1 2", "13 1 x 2", 1), "no number in event 2"),
    "empty event": (GOOD[:SECOND] + "<event>\n</event>\n" + GOOD[SECOND:], "no number in event 2"),
    "weight NaN": (plain_file(weights=[2.0, float("nan"), 2.0, 2.0]), "weight that is not finite in event 2"),
    "weight infinite": (plain_file(weights=[2.0, 2.0, float("inf"), 2.0]), "weight that is not finite in event 3"),
    "momentum NaN": (lhe_text(REST, [[particle(13, 1, (1.0, np.nan, 0, 0))]]), "momentum, mass or lifetime that is not finite in event 1"),
    "momentum infinite": (lhe_text(REST, [[particle(13, 1, (np.inf, 1.0, 0, 0))]]), "not finite in event 1"),
    "status": (lhe_text(REST, [[particle(13, 5, (1.0, 0, 0, 0))]]), "status in event 1 .*: 5; allowed: -1, 1, 2"),
    "mother": (lhe_text(REST, [[particle(13, 1, (1.0, 0, 0, 0), (9, 9))]]), "a mother that does not come before its daughter in event 1"),
    "no incoming": (GOOD.replace("11 -1 0 0", "11 1 0 0"), "incoming particles of event 1 .*: none"),
    "damaged record": (plain_file(header="<!-- darkrecoil {1: 2} -->"), "darkrecoil record is damaged"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_damaged_file_is_refused_in_one_line(tmp_path, fault):
    text, says = FAULTS[fault]
    with pytest.raises(BadFile, match=says) as caught:
        lhe.read(put(tmp_path, text), BELLE2)
    assert "\n" not in str(caught.value)
    assert "x.lhe" in str(caught.value)
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("keep", [20, 0.5, 0.99, -4])
def test_a_truncated_compressed_file_is_refused(tmp_path, keep):
    whole = gzip.compress(plain_file(200).encode())
    (tmp_path / "x.lhe.gz").write_bytes(whole[: int(keep * len(whole)) if 0 < keep < 1 else keep])
    with pytest.raises(BadFile, match="compressed file is truncated or damaged"):
        lhe.read(tmp_path / "x.lhe.gz", BELLE2)


def test_a_damaged_compressed_file_is_refused(tmp_path):
    whole = bytearray(gzip.compress(plain_file(200).encode()))
    whole[len(whole) // 2] ^= 0xFF  # digits change, and only the checksum at the very end can tell
    (tmp_path / "x.lhe.gz").write_bytes(whole)
    with pytest.raises(BadFile, match="truncated or damaged"):
        lhe.read(tmp_path / "x.lhe.gz", BELLE2)


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(BadFile, match="no such file"):
        lhe.read(tmp_path / "none.lhe", BELLE2)
    with pytest.raises(BadFile, match="cannot be read"):
        lhe.read(tmp_path, BELLE2)


@pytest.mark.parametrize("name", ["x.hepmc2", "x.root", "x", "x.lhe.bz2"])
def test_another_suffix_is_an_unknown_name(tmp_path, name):
    with pytest.raises(UnknownName, match=r"known: \.hepmc, \.hepmc\.gz, \.lhe, \.lhe\.gz, \.parquet"):
        io.read_particles(tmp_path / name, BELLE2)
    with pytest.raises(UnknownName, match=r"known: \.lhe, \.lhe\.gz"):
        lhe.write(tmp_path / name, sample(), "x", 1.0, 0.1, PROVENANCE)


def test_a_name_with_dots_is_read(tmp_path):
    particles, _ = io.read_particles(put(tmp_path, plain_file(), "m.0.5.lhe"), BELLE2)
    assert len(particles) == 4


@pytest.mark.parametrize("place", ["none/x.lhe", "file/x.lhe", "."])
def test_an_output_that_cannot_be_written_is_refused(tmp_path, place):
    (tmp_path / "file").write_text("")
    name = tmp_path / place if place != "." else tmp_path / "folder.lhe"
    if place == ".":
        name.mkdir()
    with pytest.raises(BadFile):
        lhe.write(name, sample(), "x", 1.0, 0.1, PROVENANCE)


def test_a_read_only_folder_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)  # a test may run as root, who may write everywhere
    with pytest.raises(BadFile, match="cannot be written"):
        lhe.write(tmp_path / "x.lhe", sample(), "x", 1.0, 0.1, PROVENANCE)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"weight": np.full(5, np.nan)}, "weights"),
        ({"momentum": np.full((5, 5, 4), np.inf)}, "momenta"),
        ({"vertex": np.full((5, 5, 4), np.nan)}, "vertices"),
    ],
)
def test_a_record_that_is_not_finite_leaves_no_file(tmp_path, change, says):
    with pytest.raises(BadValue, match=f"{says} to be written"):
        lhe.write(tmp_path / "x.lhe", replace(sample(), **change), "x", 1.0, 0.1, PROVENANCE)
    with pytest.raises(BadValue, match="cross-section"):
        lhe.write(tmp_path / "x.lhe", sample(), "x", float("nan"), 0.1, PROVENANCE)
    assert not list(tmp_path.iterdir())


def test_no_events_are_not_written(tmp_path):
    with pytest.raises(DarkrecoilError, match="no events to write"):
        lhe.write(tmp_path / "x.lhe", sample(0, attempts=10), "x", 1.0, 0.1, PROVENANCE)


def test_importing_io_loads_no_file_library():
    names = ("pyarrow", "pylhe", "pyhepmc", "uproot", "awkward", "numba")
    code = f"import sys, darkrecoil.io, darkrecoil.io.events; sys.exit(any(m in sys.modules for m in {names}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
