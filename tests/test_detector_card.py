"""The card: every number has its source, and a fault is refused with file, line, entry and what is allowed."""

import numpy as np
import pytest
from pydantic import ValidationError

from darkrecoil._errors import BadFile, BadValue, UnknownName
from darkrecoil.detector import card as cards
from darkrecoil.detector.card import assumptions, card_hash, change, entries, load, presets, sqrt_s, total_momentum, with_spread
from darkrecoil.detector.layout import ENERGY_SIGMA, LENGTH, MATERIAL, PHI_SIGMA, REGIONS, THETA_SIGMA, pack

TEXT = (cards._HERE / "belle2.toml").read_text()
STATUS = {"read", "derived", "memory", "technical report", "assumption"}


def write(tmp_path, old, new):
    """A card with one fault, and the line in which it stands, from 1."""
    assert TEXT.count(old) >= 1, old
    path = tmp_path / "mine.toml"
    path.write_text(TEXT.replace(old, new, 1))
    return path, TEXT[: TEXT.index(old)].count("\n") + 1


@pytest.mark.parametrize("name", cards.names())
def test_every_entry_of_every_card_has_unit_source_and_status(name):
    for preset in (None, *presets(name)):
        for entry_name, entry in entries(load(name, preset)):
            assert entry.unit, entry_name
            assert len(entry.source) > 8, entry_name
            assert entry.status in STATUS, entry_name


def test_beams_follow_from_the_card():
    beams = load("belle2").beams
    # belle2/basf2 preset Y4S/SuperKEKB, computed once by hand: (11.006; 0.45662, 0, 2.99942), sqrt(s) 10.57956
    assert total_momentum(beams) == pytest.approx((11.006, 0.45662, 0.0, 2.99942), abs=1e-5)
    assert sqrt_s(beams) == pytest.approx(10.57956, abs=5e-6)
    momentum = np.linalg.norm(total_momentum(beams)[1:])
    assert momentum / sqrt_s(beams) == pytest.approx(0.28678, abs=5e-6)  # beta gamma
    spread = np.hypot(beams.spread_electron / beams.electron, beams.spread_positron / beams.positron) * sqrt_s(beams) / 2
    assert spread == pytest.approx(4.99e-3, abs=5e-6)
    assert with_spread(beams, True) == beams
    quiet = with_spread(beams, False)
    assert (quiet.spread_electron, quiet.spread_positron, quiet.electron) == (0.0, 0.0, 7.004)


@pytest.mark.parametrize(
    ("old", "new", "entry", "says"),
    [
        ("value = 0.0011,", "value = -0.0011,", "track.pt_resolution_slope.value", "greater than or equal to 0"),
        ("value = [17.0, 150.0]", "value = [150.0, 17.0]", "track.theta.value", "edges must rise"),
        ("12.4, 31.4, 32.2", "12.4, 32.2, 31.4", "calorimeter.theta_edges.value", "edges must rise"),
        (', source = "arXiv:2503.11351, abstract: identification above"', "", "muon.momentum.source", "missing"),
        ('value = 0.28, unit = "GeV"', "value = 0.28", "calorimeter.reach_pt.unit", "missing"),
        ("reach_pt ", "reach_tp ", "calorimeter.reach_pt", "missing"),
        ('0.9,   unit = "1", status = "read"', '0.9,   unit = "1", status = "guess"', "muon.efficiency.status", "assumption"),
        ('value = 1e-4, unit = "1"', 'value = nan, unit = "1"', "calorimeter.photon_inefficiency.value", "finite"),
        ("value = 1e-4,", "value = 1.5,", "calorimeter.photon_inefficiency.value", "less than or equal to 1"),
        ("value = 1e-4,", 'value = "1e-4",', "calorimeter.photon_inefficiency.value", "valid number"),
        ('value = 41.5,    unit = "mrad"', 'value = 41.5,    unit = "cm"', "machine.half_crossing.unit", "mrad"),
        ('value = "low", unit', 'value = "none", unit', "calorimeter.background.value", "middle"),
        ("[muon]", "[muon]\nreach = 1", "muon.reach", "known: efficiency"),
        ("[geometry]", "[geometri]", "geometry", "missing"),
        ('lines             = { value = ["ffo", "hie"]', 'lines             = { value = ["fff"]', "trigger.lines.value.0", "ffo"),
    ],
)  # fmt: skip
def test_a_fault_is_refused_with_its_line(tmp_path, old, new, entry, says):
    path, line = write(tmp_path, old, new)
    with pytest.raises(BadFile) as refusal:
        load(path)
    message = str(refusal.value)
    assert "\n" not in message
    assert f"{path}" in message
    assert f": {entry}" in message
    assert says in message
    if entry.endswith(("value", "unit", "source", "status")):
        assert f"line {line}:" in message


def test_a_resolution_below_zero_somewhere_is_refused(tmp_path):
    path, line = write(tmp_path, "low = [-0.0473491, 1.02015", "low = [-0.2, 1.02015")
    with pytest.raises(BadFile, match=rf"line {line}: calorimeter.energy_resolution.value.barrel.low.*must be positive"):
        load(path)


def test_an_unknown_key_is_told_the_nearest(tmp_path):
    path, _ = write(tmp_path, "[muon]", '[muon]\nkaon_fakes = { value = 1.0, unit = "1", status = "read", source = "nobody" }')
    with pytest.raises(BadFile, match=r"muon.kaon_fakes; no entry of this name; known: .*; did you mean 'kaon_fake'\?"):
        load(path)


def test_a_fault_in_a_preset_is_found_without_asking_for_it(tmp_path):
    old = "electron = { value = 6.964,"
    path, line = write(tmp_path, old, "electron = { value = -6.964,")
    with pytest.raises(BadFile, match=rf"line {line}: machine.electron.value: -6.964; allowed: .*greater than 0"):
        load(path)


def test_files_that_are_no_cards(tmp_path):
    with pytest.raises(BadFile, match=r"cannot read the detector card: .*none.toml; No such file"):
        load(tmp_path / "none.toml")
    path, _ = write(tmp_path, "[muon]", "[muon")
    with pytest.raises(BadFile, match=r"not a TOML file: .*line"):
        load(path)
    path.write_text("")
    with pytest.raises(BadFile, match=r"mine.toml: title; it is missing"):
        load(path)
    path.write_text("presets = 3\n" + TEXT[: TEXT.index("# Presets")])
    with pytest.raises(BadFile, match=r"line 1: presets; allowed: \[presets.NAME.SECTION\]"):
        load(path)
    path, _ = write(tmp_path, "[machine]", 'name = "mine"\n[machine]')
    with pytest.raises(BadFile, match="a card has no such entry: its name is the file's"):
        load(path)


def test_unknown_names_are_told_the_nearest():
    with pytest.raises(UnknownName, match=r"no detector card of this name: bele2; known: belle2; did you mean 'belle2'\?"):
        load("bele2")
    with pytest.raises(UnknownName, match=r"no preset of belle2 of this name: designs; .*did you mean 'design'\?"):
        load("belle2", "designs")


def test_a_card_by_path_is_the_same_card(tmp_path):
    path = tmp_path / "belle2.toml"
    path.write_text(TEXT)
    assert load(path) == load(str(path)) == load("belle2")
    other = tmp_path / "other.toml"
    other.write_text(TEXT)
    assert card_hash(load(other)) == card_hash(load("belle2"))
    other.write_text(TEXT.replace("value = 0.0011,", "value = 0.0012,"))
    assert card_hash(load(other)) != card_hash(load("belle2"))


def test_presets_replace_whole_entries():
    assert {"2018", "design", "off_resonance"} <= set(presets("belle2"))
    assert load("belle2", "2018").calorimeter.background.value == "low"
    assert load("belle2", "design").calorimeter.background.value == "high"
    below = load("belle2", "off_resonance")
    assert sqrt_s(below.beams) == pytest.approx(sqrt_s(load("belle2").beams) - 0.060, abs=1e-3)  # 60 MeV below, basf2 online book
    assert below.track == load("belle2").track


def test_a_changed_number_is_an_assumption():
    card = load("belle2")
    changed = change(card, {"calorimeter.photon_inefficiency": 1e-5, "track.theta": (20.0, 140.0)})
    assert changed.calorimeter.photon_inefficiency.value == 1e-5
    assert any("track.theta = 20, 140 deg (assumption: set by the user)" in line for line in assumptions(changed))
    assert card_hash(changed) != card_hash(card)
    with pytest.raises(UnknownName, match=r"did you mean 'track.theta'\?"):
        change(card, {"track.tetha": (1.0, 2.0)})
    with pytest.raises(BadValue, match=r"calorimeter.photon_inefficiency.value: 2.0; allowed: .*less than or equal to 1"):
        change(card, {"calorimeter.photon_inefficiency": 2.0})


def test_a_card_does_not_change():
    with pytest.raises(ValidationError, match="frozen"):
        load("belle2").track.theta.value = (1.0, 2.0)


def test_assumptions_are_one_line_per_weak_number():
    card = load("belle2")
    weak = [name for name, entry in entries(card) if entry.status in ("assumption", "memory")]
    lines = assumptions(card)
    assert [line.split(" = ")[0] for line in lines] == weak
    assert "calorimeter.photon_inefficiency" in weak
    assert "track.pt_resolution_slope" in weak
    assert all("\n" not in line for line in lines)


def test_the_array_holds_every_number_once():
    array = pack(load("belle2"))
    assert array.shape == (LENGTH,)
    assert np.isfinite(array).all()  # nan marks a place that nothing fills
    edges = np.cos(np.radians([12.4, 31.4, 32.2, 128.7, 130.7, 155.1]))
    assert array[REGIONS : REGIONS + 6] == pytest.approx(edges, rel=1e-15)
    assert array[ENERGY_SIGMA + 4] == pytest.approx(-0.0473491e-2)  # barrel, low background
    assert array[THETA_SIGMA + 8] == pytest.approx(-0.295827e-3)  # backward, low background
    assert array[PHI_SIGMA + 3] == pytest.approx(-1.93438e-3)  # forward, low background
    assert array[MATERIAL + 2] == pytest.approx(553.1e-9)
    high = pack(load("belle2", "design"))
    assert np.flatnonzero(high != array).tolist() == list(range(ENERGY_SIGMA, LENGTH))


def test_no_two_blocks_of_the_array_overlap():
    from darkrecoil.detector import layout

    card = load("belle2")
    blocks = layout._track(card) + layout._calorimeter(card) + layout._deposit(card)
    places = [first + i for first, values in blocks for i in range(len(values))]
    assert sorted(places) == list(range(LENGTH))
