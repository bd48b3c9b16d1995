"""Particles of other codes: a table says what they leave, and none is dropped without a word."""

import json
from dataclasses import replace

import numpy as np
import pytest

from darkrecoil._errors import BadFile, BadValue, UnknownName
from darkrecoil.cli import run
from darkrecoil.constants import A0, Z_PRIME
from darkrecoil.detector import card as cards
from darkrecoil.detector import codes
from darkrecoil.detector.recorded import is_charged, is_photon
from darkrecoil.detector.schema import Leaves
from darkrecoil.io import lhe
from darkrecoil.records import Particles, Provenance

CARD = cards.load("belle2")
UNKNOWN = 9000001


def particles(*pids, events=3):
    """Events of these final particles, each with 1 GeV into the barrel."""
    shape = (events, len(pids))
    momentum = np.zeros((*shape, 4))
    momentum[..., 0], momentum[..., 1] = 1.5, 1.0
    weight, attempt = np.ones(events), np.arange(events)
    pid = np.tile(np.array(pids), (events, 1))
    return Particles(pid, np.full(shape, -1), np.ones(shape, int), momentum, np.zeros((*shape, 4)), weight, attempt, events, CARD.beams)


def test_a_code_that_nothing_is_known_of_is_named_with_its_count_and_what_to_type():
    made, notes = codes.renamed(particles(13, -13, UNKNOWN, -1000024), {})
    assert np.array_equal(made.pid, particles(13, -13, UNKNOWN, -1000024).pid)
    assert len(notes) == 2
    assert notes[1] == (
        "particle code 9000001 (3 final particles) is taken to be invisible; to say what it is: --particle 9000001=WORD, "
        "WORD one of invisible, photon, charged, mu-, pi+, ..."
    )
    assert "--particle 1000024=WORD" in notes[0]


def test_known_invisible_codes_need_no_word():
    assert codes.renamed(particles(12, -14, Z_PRIME, A0, 51, 9900012, 1000022), {})[1] == ()


@pytest.mark.parametrize("word", codes.WORDS)
def test_a_word_is_a_particle_and_its_antiparticle(word):
    made, notes = codes.renamed(particles(UNKNOWN, -UNKNOWN), {UNKNOWN: word})
    assert notes == ()
    assert made.pid[0, 0] == codes.WORDS[word]
    assert made.pid[0, 1] == (22 if word == "photon" else -codes.WORDS[word])
    visible = is_charged(made) | is_photon(made)
    assert visible.all() == (word != "invisible")


def test_a_decayed_particle_keeps_its_code():
    some = particles(UNKNOWN, 13)
    decayed = replace(some, status=np.tile([2, 1], (3, 1)))
    made, notes = codes.renamed(decayed, {UNKNOWN: "photon"})
    assert made.pid[0, 0] == UNKNOWN
    assert notes == ()


def test_the_card_and_the_code_know_the_same_words():
    assert set(Leaves.__args__) == set(codes.WORDS)


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        (
            "9000001",
            BadValue,
            "not a particle of the table: 9000001; allowed: CODE=WORD, the code positive; write --particle 9000001=invisible",
        ),
        ("-32=photon", BadValue, "not a particle of the table: -32=photon"),
        ("32=foton", UnknownName, "no word for what particle 32 leaves of this name: foton; known: .* did you mean 'photon'?"),
    ],
)
def test_a_bad_word_is_refused(text, kind, says):
    with pytest.raises(kind, match=says):
        codes.parsed(text)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """mu+ mu- and a particle of MadGraph's code, as LHE."""
    path = tmp_path_factory.mktemp("codes") / "events.lhe"
    lhe.write(path, particles(13, -13, UNKNOWN, events=20), "e+ e- -> mu+ mu- X", 1.0, 0.0, Provenance("0", 1))
    return path


def simulated(file, tmp_path, capsys, *options):
    assert run(["simulate", str(file), "-o", str(tmp_path / "seen.parquet"), "--json", *options]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_verb_asks_and_takes_the_answer(file, tmp_path, capsys):
    asked = simulated(file, tmp_path, capsys)
    assert any("particle code 9000001 (20 final particles) is taken to be invisible" in note for note in asked["assumptions"])
    told = simulated(file, tmp_path, capsys, "--particle", "9000001=photon", "--truth", str(tmp_path / "truth.parquet"))
    assert not any("9000001" in note for note in told["assumptions"])
    assert told["clusters_per_event"] > 0.8 > asked["clusters_per_event"]
    assert told["provenance"]["settings"]["particles"] == "9000001=photon"
    charged = simulated(file, tmp_path, capsys, "--particle", "9000001=charged")
    assert charged["tracks_per_event"] > asked["tracks_per_event"] + 0.8


def test_a_card_has_a_table_too(file, tmp_path, capsys):
    card = tmp_path / "mine.toml"
    entry = '[particles]\n"9000001" = { value = "photon", unit = "word", status = "assumption", source = "the model" }\n'
    card.write_text(cards.text("belle2") + entry)
    told = simulated(file, tmp_path, capsys, "--detector", str(card))
    assert told["clusters_per_event"] > 0.8
    assert any(note.startswith("particles.9000001 = photon") for note in told["assumptions"])
    over = simulated(file, tmp_path, capsys, "--detector", str(card), "--particle", "9000001=invisible")
    assert over["clusters_per_event"] < 0.2
    card.write_text(cards.text("belle2") + entry.replace("9000001", "Zp"))
    with pytest.raises(BadFile, match=r"particles\.Zp"):
        cards.load(card)


def test_plateaus_of_a_card_thin_a_line_by_its_own_numbers(file, tmp_path, capsys):
    whole = simulated(file, tmp_path, capsys, "--particle", "9000001=charged")["trigger_efficiency"]["lml11"]
    thinned = simulated(file, tmp_path, capsys, "--particle", "9000001=charged", "--set", "plateaus.lml11=0.5")["trigger_efficiency"][
        "lml11"
    ]
    none = simulated(file, tmp_path, capsys, "--set", "plateaus.lml11=0")["trigger_efficiency"]["lml11"]
    assert none == 0 < thinned < whole
    with pytest.raises(BadValue, match=r"plateaus\.ffo.*less than or equal to 1"):
        cards.change(CARD, {"plateaus.ffo": 1.2})
