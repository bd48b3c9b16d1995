"""The card: every number has its source, and a fault is refused with file, line, entry and what is allowed."""

import numpy as np
import pytest
from pydantic import ValidationError

from darkrecoil._errors import BadFile, BadValue, UnknownName
from darkrecoil.detector import card as cards
from darkrecoil.detector.card import assumptions, card_hash, change, entries, load, presets, sqrt_s, total_momentum, with_spread
from darkrecoil.detector.forms import as_sum, deviation
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
        ('source = "2 cm of quartz', 'sauce = "2 cm of quartz', "matter.outer.sauce", "source"),
        ('value = 0.28, unit = "GeV"', "value = 0.28", "calorimeter.reach_pt.unit", "missing"),
        ("reach_pt ", "reach_tp ", "calorimeter.reach_tp", "did you mean 'reach_pt'?"),
        ('value = 0.9, unit = "1", status = "assumption"', 'value = 0.9, unit = "1", status = "guess"', "klm.photon_veto.status", "memory"),
        ("[0.001, 0.9, 0.09, 0.005, 0.001]", "[0.201, 0.9, 0.09, 0.005, 0.001]", "identification.muon.value", "add up to at most 1"),
        ("[0.001, 0.9, 0.09,", "[-0.001, 0.9, 0.09,", "identification.muon.value", "greater than or equal to 0"),
        ('value = "tracks"', 'value = "track"', "matter.conversion.value", "'off', 'lost' or 'tracks'"),
        ("value = [14.0, 60.0, 114.0]", "value = [14.0, 114.0, 60.0]", "displaced.track_radius.value", "edges must rise"),
        ('untracked           = { value = 1,', 'untracked           = { value = 0.5,', "calorimeter.untracked.value", "0 or 1"),
        ('value = 1e-4, unit = "1"', 'value = nan, unit = "1"', "calorimeter.photon_inefficiency.value", "finite"),
        ("value = 1e-4,", "value = 1.5,", "calorimeter.photon_inefficiency.value", "less than or equal to 1"),
        ("value = 1e-4,", 'value = "1e-4",', "calorimeter.photon_inefficiency.value", "valid number"),
        ('value = 41.5,    unit = "mrad"', 'value = 41.5,    unit = "cm"', "machine.half_crossing.unit", "mrad"),
        ('value = "low", unit', 'value = "none", unit', "calorimeter.background.value", "middle"),
        ("[identification]", "[identification]\nreach = 1", "identification.reach", "known: electron"),
        ("[geometry]", "[geometri]", "geometri", "did you mean 'geometry'?"),
        ('value = 4.51,    unit = "g/cm^3"', 'value = "4.51", unit = "g/cm^3"', "crystal.density.value", "valid number"),
        ("energy[id 2-15] > 1.0", "energy[ids 2-15] > 1.0", "lines.hie.value", "'ids' is no variable of energy; known: E, E*,"),
        ("energy[id 2-15] > 1.0", "enery[id 2-15] > 1.0", "lines.hie.value", "did you mean 'energy'?"),
        ("energy[id 2-15] > 1.0", "energy[id 2-15]", "lines.hie.value", "is not a condition; write for instance"),
        ("energy[id 2-15] > 1.0", "energy[id 15-2] > 1.0", "lines.hie.value", "a range rises from left to right"),
        ("energy[id 2-15] > 1.0", "energy[id 2-18] > 1.0", "lines.hie.value", "whole ids from 1 to 17"),
        ("energy[id 2-15] > 1.0", "energy[id > 2] > 1.0", "lines.hie.value", "ids are written as ranges"),
        ("energy[id 2-15] > 1.0", "energy[E 1-a] > 1.0", "lines.hie.value", "is not a cut"),
        ("energy[id 2-15] > 1.0", "lml6", "lines.hie.value", "lml6; allowed: a line above it, bhabha"),
        ('lml7 = { value = 5,', 'lml7 = { value = 0,', "prescales.lml7.value", "greater than or equal to 1"),
        ('lml7 = { value = 5,', 'lml77 = { value = 5,', "prescales.lml77", "lml6, lml7"),
        ("5.5e33", "-5.5e33", "machine.luminosity.value", "greater than 0"),
        ("12.4, 18.5, 25.8", "12.4, 25.8, 18.5", "trigger.theta_ids.value", "edges must rise"),
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
    if entry.endswith(("value", "unit", "source", "status")) or "did you mean" in says or entry.startswith("prescales"):
        assert f"line {line}:" in message


def test_the_veto_that_a_line_asks_for_must_be_in_the_card(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("".join(row for row in TEXT.splitlines(keepends=True) if not row.startswith("bhabha_energy")))
    with pytest.raises(BadFile, match=r"line \d+: lines.ffo.value: bhabha; allowed: a line above it; the card has no Bhabha veto"):
        load(path)
    path.write_text("".join(row for row in TEXT.splitlines(keepends=True) if not row.startswith("theta_ids")))
    with pytest.raises(BadFile, match=r"line \d+: lines.hie.value: .*; the card has no trigger.theta_ids"):
        load(path)


def test_a_slip_within_a_line_of_the_menu_is_told(tmp_path):
    path, line = write(
        tmp_path, 'fff                 = { value = "tracks >= 3", unit', 'fff                 = { value = "tracks >= 3", units'
    )
    with pytest.raises(BadFile, match=rf"line {line}: lines.fff.units; no entry of this name; known: .*; did you mean 'unit'\?"):
        load(path)


def test_a_broken_file_says_where(tmp_path):
    path, line = write(tmp_path, 'title = "Belle II"', "title = Belle II")
    with pytest.raises(BadFile, match=rf"not a TOML file: {path}; .*line {line}"):
        load(path)


@pytest.mark.parametrize(
    ("name", "preset", "root"),
    [
        ("babar", None, 10.58), ("babar", "Y3S", 10.3552), ("babar", "Y2S", 10.0233),
        ("belle", None, 10.58), ("belle2", None, 10.58), ("bes3", None, 3.773),
    ],
)  # fmt: skip
def test_beams_of_every_experiment_meet_at_its_energy(name, preset, root):
    assert sqrt_s(load(name, preset).beams) == pytest.approx(root, abs=1e-3)


def test_babar_moves_along_z_only():
    momentum = total_momentum(load("babar").beams)
    assert momentum[1:3] == (0.0, 0.0)
    assert momentum[3] / sqrt_s(load("babar").beams) == pytest.approx(0.56, abs=5e-3)  # beta gamma, hep-ex/0105044 (recalled)


def test_terms_in_quadrature_become_a_sum():
    energy = np.geomspace(0.02, 11, 57)
    for name, within in (("babar", 0.005), ("belle", 0.02), ("bes3", 0.01)):
        found = load(name).calorimeter.energy_resolution.value
        p, q = np.array(found.barrel.low), as_sum(found.barrel.low, found.form)
        exact = np.sqrt((p[0] / energy) ** 2 + p[1] ** 2 / energy + p[2] ** 2 / np.sqrt(energy) + p[3] ** 2)
        close = q[0] / energy + q[1] / energy**0.5 + q[2] / energy**0.25 + q[3]
        assert np.abs(close / exact - 1).max() < within
        assert deviation(found.barrel.low, found.form) < within
    one = (0.0, 0.0, 3.0, 0.0)  # a single term is the same in either form
    assert as_sum(one, "quadrature") == pytest.approx(one, abs=1e-9)
    assert as_sum(one, "sum") == one
    assert deviation(one, "sum") == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("edges", ["[15.8, 26.8, 27.2, 27.2, 140.8, 140.8]", "[15.8, 26.8, 27.2, 140.8, 140.0, 140.8]"])
def test_an_endcap_may_be_missing_and_the_barrel_may_not(tmp_path, edges):
    text = (cards._HERE / "babar.toml").read_text()
    path = tmp_path / "mine.toml"
    path.write_text(text.replace("[15.8, 26.8, 27.2, 140.8, 140.8, 140.8]", edges))
    with pytest.raises(BadFile, match=r"calorimeter.theta_edges.value: .*never the barrel"):
        load(path)


def test_a_resolution_below_zero_somewhere_is_refused(tmp_path):
    path, line = write(tmp_path, "low = [-0.0473491, 1.02015", "low = [-0.2, 1.02015")
    with pytest.raises(BadFile, match=rf"line {line}: calorimeter.energy_resolution.value.barrel.low.*must be positive"):
        load(path)


def test_an_unknown_key_is_told_the_nearest(tmp_path):
    path, _ = write(tmp_path, "[identification]", '[identification]\nkaons = { value = 1.0, unit = "1", status = "read", source = "I" }')
    with pytest.raises(BadFile, match=r"identification.kaons; no entry of this name; known: .*; did you mean 'kaon'\?"):
        load(path)


def test_a_fault_in_a_preset_is_found_without_asking_for_it(tmp_path):
    old = "electron = { value = 6.964,"
    path, line = write(tmp_path, old, "electron = { value = -6.964,")
    with pytest.raises(BadFile, match=rf"line {line}: machine.electron.value: -6.964; allowed: .*greater than 0"):
        load(path)


def test_files_that_are_no_cards(tmp_path):
    with pytest.raises(BadFile, match=r"cannot read the detector card: .*none.toml; No such file"):
        load(tmp_path / "none.toml")
    path, _ = write(tmp_path, "[matter]", "[matter")
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
    with pytest.raises(
        UnknownName, match=r"no detector card of this name: bele2; known: babar, belle, belle2, bes3; did you mean 'belle2'\?"
    ):
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
    lines = [load("belle2", name) for name in ("2018", "2019-2022", "design")]
    assert [card.calorimeter.background.value for card in lines] == ["low", "middle", "high"]
    assert [card.machine.luminosity.value for card in lines] == [5.5e33, 4.7e34, 6e35]
    assert [{n: e.value for n, e in card.prescales.items()} for card in lines] == [{}, *[{"lml7": 5, "lml4": 20}] * 2]
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
    assert change(card, {"lines.fff": "tracks >= 4"}).lines["fff"].value == "tracks >= 4"
    with pytest.raises(BadValue, match=r"lines.fff.value: trucks > 2; allowed: 'trucks' cannot be counted; .*did you mean 'tracks'"):
        change(card, {"lines.fff": "trucks > 2"})
    with pytest.raises(BadValue, match=r"lines.fff.value: hie; allowed: a line above it"):
        change(card, {"lines.fff": "hie"})


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
    assert np.flatnonzero(high != array).tolist() == list(range(ENERGY_SIGMA, PHI_SIGMA + 12))


def test_no_two_blocks_of_the_array_overlap():
    from darkrecoil.detector import layout

    card = load("belle2")
    blocks = layout.blocks(card)
    places = [first + i for first, values in blocks for i in range(len(values))]
    assert sorted(places) == list(range(LENGTH))
