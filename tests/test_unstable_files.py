"""Decays of new particles from the command line into files: vertices in every format, reproducible, taus and detector after them."""

import json
from dataclasses import replace
from pathlib import Path

import awkward
import numpy as np
import pyhepmc
import pylhe
import pytest
import uproot
from unstable import C

from darkrecoil import io, models
from darkrecoil.cli import run
from darkrecoil.constants import HBARC, M_TAU
from darkrecoil.generate import api, cross_section
from darkrecoil.records import Provenance

PARAMETERS = {"alpha_D": 0.1, "m_chi": 0.3, "delta": 0.4}
CHAIN = ("A' -> chi1 chi2", "chi2 -> chi1 e+ e-")
ORDER = ("dark_photon", 1.0, 1e-3)
PROVENANCE = Provenance("0.1.0", 1, {}, ())
ROOT = Path(__file__).parents[1]
MM, CM = 10.0, 0.1  # mm per cm, cm per mm


@pytest.fixture(scope="module")
def displaced():
    """A' -> chi1 chi2, chi2 -> chi1 e e in the laboratory of Belle II, and the cross-section in fb."""
    _, made = api.sample("e+ e- -> gamma A'", 400, *ORDER, parameters=PARAMETERS, decays=CHAIN, detector="belle2")
    return made.particles, made.cross_section.value


def same_vertices(found, wanted, rtol=1e-9):
    """Whether vertices agree, but for what a difference of times of 1e-9 ns can tell."""
    assert found.shape == wanted.shape
    return np.allclose(found, wanted, rtol=rtol, atol=1e-11)


@pytest.mark.parametrize("name", ["a.lhe", "a.lhe.gz", "a.hepmc", "a.hepmc.gz", "a.parquet"])
def test_vertices_are_read_back_from_every_format(tmp_path, displaced, name):
    particles, rate = displaced
    io.write_particles(tmp_path / name, particles, "e+ e- -> gamma A'", rate, 0.1, PROVENANCE)
    again, _ = io.read_particles(tmp_path / name, particles.beams)
    for part in ("pid", "status", "mother"):
        assert np.array_equal(getattr(again, part), getattr(particles, part)), part
    assert np.allclose(again.momentum, particles.momentum, rtol=1e-12, atol=1e-12)
    assert same_vertices(again.vertex, particles.vertex)
    assert np.median(np.linalg.norm(again.vertex[:, 4:, 1:], axis=-1)) > 10  # cm


def test_vertices_are_columns_of_a_tree(tmp_path, displaced):
    particles, rate = displaced
    io.write_particles(tmp_path / "a.root", particles, "e+ e- -> gamma A'", rate, 0.1, PROVENANCE)
    with uproot.open(tmp_path / "a.root") as file:
        tree = file["events"].arrays()
    for c, name in enumerate(("vertex_t", "vertex_x", "vertex_y", "vertex_z")):
        assert np.array_equal(awkward.to_numpy(tree[name]), particles.vertex[:, :, c])


def test_pylhe_finds_lifetimes_that_give_the_vertices(tmp_path, displaced):
    """VTIMUP is c tau in mm: the proper time between birth and decay, of the A' and of the chi2, and 0 for what stays."""
    particles, rate = displaced
    io.write_particles(tmp_path / "a.lhe", particles, "e+ e- -> gamma A'", rate, 0.1, PROVENANCE)
    events = list(pylhe.LHEFile.fromfile(str(tmp_path / "a.lhe")).events)
    assert len(events) == len(particles)
    flight = particles.vertex[:, 4] - particles.vertex[:, 3]
    for i, event in enumerate(events):
        lines = event.particles[2:]
        assert [int(line.id) for line in lines] == particles.pid[i].tolist()
        assert [line.lifetime > 0 for line in lines] == (particles.status[i] == 2).tolist()
        proper = flight[i, 0] * C * 0.42 / particles.momentum[i, 3, 0]
        assert lines[3].lifetime * CM == pytest.approx(proper, rel=1e-9)


def test_pyhepmc_finds_the_positions(tmp_path, displaced):
    particles, rate = displaced
    io.write_particles(tmp_path / "a.hepmc", particles, "e+ e- -> gamma A'", rate, 0.1, PROVENANCE)
    with pyhepmc.open(tmp_path / "a.hepmc") as file:
        for i, event in enumerate(file):
            assert event.length_unit == pyhepmc.Units.MM
            electrons = [p for p in event.particles if abs(p.pid) == 11 and p.status == 1]
            place = electrons[0].production_vertex.position
            assert np.allclose([place.t, place.x, place.y, place.z], particles.vertex[i, 5] * [C * MM, MM, MM, MM], rtol=1e-12)
            (mother,) = electrons[0].production_vertex.particles_in
            assert mother.pid == 4000052


def test_the_mean_proper_lifetime_survives_the_file(tmp_path, displaced):
    particles, rate = displaced
    io.write_particles(tmp_path / "a.lhe", particles, "e+ e- -> gamma A'", rate, 0.1, PROVENANCE)
    times = [event.particles[5].lifetime * CM for event in pylhe.LHEFile.fromfile(str(tmp_path / "a.lhe")).events]
    width = models.total_width(models.find("dark_photon"), 1.0, 1e-3, PARAMETERS, "chi2")
    assert np.mean(times) == pytest.approx(HBARC / width, rel=4 / np.sqrt(len(times)))


# the command line


def answer(capsys, *words):
    code = run([str(word) for word in (*words, "--json")])
    out, err = capsys.readouterr()
    assert code == 0, err
    return json.loads(out)


def test_generate_states_both_cross_sections_the_fraction_and_the_lifetime(tmp_path, capsys):
    order = ["generate", "e+ e- -> gamma A'", "--model", "dark_photon", "--mass", 1, "--coupling", 1e-4, "-n", 200]
    plain = answer(capsys, *order, "-o", tmp_path / "a.lhe")
    found = answer(capsys, *order, "-o", tmp_path / "b.lhe", "--decay", "A' -> e+ e-")
    model = models.find("dark_photon")
    fraction = models.branching_fractions(model, 1.0, 1e-4)["e+ e-"]
    assert found["branching_fraction"] == pytest.approx(fraction, rel=1e-12)
    assert found["cross_section_fb"] == pytest.approx(fraction * plain["cross_section_fb"], rel=1e-12)
    assert found["production_cross_section_fb"] == pytest.approx(plain["cross_section_fb"], rel=1e-12)
    assert found["ctau_cm"] == {"A'": pytest.approx(models.ctau(model, 1.0, 1e-4), rel=1e-12)}
    settings = found["provenance"]["settings"]
    assert (settings["decays"], settings["branching_fraction"], settings["spin_correlation"]) == (
        "A' -> e+ e-",
        found["branching_fraction"],
        True,
    )
    assert "decays" not in plain["provenance"]["settings"]
    assert "left undecayed" in plain["notes"][0]
    assert found["notes"] == []
    stated = (tmp_path / "b.lhe").read_text().partition("<init>\n")[2].splitlines()[1].split()[0]
    assert float(stated) * 1e3 == pytest.approx(found["cross_section_fb"], rel=1e-12)  # pb
    both = answer(capsys, *order, "-o", tmp_path / "c.lhe", "--decay", "all", "--no-spin-correlation")  # hadrons are not generated
    assert both["branching_fraction"] == pytest.approx(2 * fraction, rel=1e-3)


def test_a_closed_decay_is_one_line_and_no_file(tmp_path, capsys):
    order = ["generate", "e+ e- -> gamma A'", "--model", "dark_photon", "--mass", 1, "--coupling", 1e-4, "-n", 10]
    assert run([str(word) for word in (*order, "-o", tmp_path / "a.lhe", "--decay", "A' -> tau+ tau-")]) == 3
    out, err = capsys.readouterr()
    assert err == "darkrecoil: the decay is closed: A' -> tau+ tau-; open: e+ e-, hadrons, mu+ mu-\n"
    assert not out
    assert not list(tmp_path.iterdir())


def test_the_detector_takes_events_with_decays(tmp_path, capsys, displaced):
    particles, rate = displaced
    io.write_particles(tmp_path / "a.hepmc", particles, "e+ e- -> gamma A'", rate, 0.1, PROVENANCE)
    found = answer(capsys, "simulate", tmp_path / "a.hepmc", "--detector", "belle2", "-o", tmp_path / "b.parquet")
    assert found["events"] == len(particles)
    assert found["tracks_per_event"] > 0.1


def test_model_shows_the_decays_of_further_particles(capsys):
    words = ["--mass", 1, "--coupling", 1e-3, *(f"--param={name}={value}" for name, value in PARAMETERS.items())]
    found = answer(capsys, "model", "dark_photon", *words)
    chi2 = found["others"]["chi2"]
    assert chi2["mass_gev"] == pytest.approx(0.42)
    assert chi2["ctau_cm"] == pytest.approx(HBARC / chi2["width_gev"])
    assert chi2["branching_fractions"]["chi1 e+ e-"] == 1
    assert "chi1" not in found["others"]
    assert run([str(word) for word in ("model", "dark_photon", *words)]) == 0
    assert "decays of chi2" in capsys.readouterr().out


# reproducible


NAMES = ("pid", "mother", "status", "momentum", "vertex")


def equal(one, two, count):
    return all(np.array_equal(getattr(one, name)[:count], getattr(two, name)[:count]) for name in NAMES)


@pytest.mark.parametrize(
    ("process", "order", "texts"),
    [
        ("e+ e- -> gamma A'", (*ORDER, PARAMETERS), CHAIN),
        ("e+ e- -> A' h'", ("dark_higgs", 1.0, 1e-3, {"m_h": 3.0}), ("all",)),
        ("e+ e- -> nu N", ("heavy_neutrino", 2.5, 1e-3, {}), ("N",)),
        ("e+ e- -> mu+ mu- Z'", ("lmu_ltau", 5.0, 0.1, {}), ("Z'",)),
    ],
)
def test_the_first_events_do_not_depend_on_how_many_are_made(process, order, texts):
    *numbers, parameters = order
    made = {n: api.sample(process, n, *numbers, parameters=parameters, decays=texts)[1].particles for n in (60, 9000)}
    assert equal(made[60], made[9000], 60)
    ordered, _ = api.sample(process, 500, *numbers, parameters=parameters, decays=texts)
    block, _ = cross_section._accepted(cross_section.Line(ordered.sampler), 0)
    rows = [np.flatnonzero(np.arange(len(block)) % 3 == i) for i in range(3)]
    parts = [ordered.decay(cross_section.where(block, np.isin(np.arange(len(block)), some))) for some in rows]
    everything = ordered.decay(block)
    for some, part in zip(rows, parts, strict=True):
        assert all(np.array_equal(getattr(part, name), getattr(everything, name)[some]) for name in ("pid", "momentum", "vertex", "weight"))


def test_another_seed_is_another_sample():
    one, two = (api.sample("e+ e- -> gamma A'", 50, *ORDER, parameters=PARAMETERS, decays=CHAIN, seed=seed)[1].particles for seed in (1, 2))
    assert not np.any(one.vertex[:, 4] == two.vertex[:, 4])


# taus, neutrinos, charge states


def test_taus_from_a_new_particle_decay_where_they_are_made(tmp_path):
    order, made = api.sample("e+ e- -> mu+ mu- Z'", 600, "lmu_ltau", 5.0, 0.1, decays=["Z' -> tau+ tau-"], detector="belle2")
    some = made.particles
    assert order.notes == ("Z' decays to taus, which are decayed without their spins",)
    assert not ((np.abs(some.pid) == 15) & (some.status == 1)).any()
    assert (some.pid[:, 3:5] == [-15, 15]).all()
    for slot, code in ((3, -16), (4, 16)):
        assert (((some.mother == slot) & (np.abs(some.pid) == 16)) * some.pid).sum(axis=1).tolist() == [code] * len(some)
    final = np.where((some.status == 1)[:, :, None], some.momentum, 0.0).sum(axis=1)
    assert np.allclose(final, some.momentum[:, :3].sum(axis=1), atol=1e-9)
    filled = (some.mother >= 3) & (some.status > 0)
    up = np.take_along_axis(some.vertex, np.maximum(some.mother, 0)[:, :, None], axis=1)
    assert np.array_equal(some.vertex[filled], up[filled])
    assert (some.vertex[:, 3] != 0).all()
    products = np.where((some.mother == 3)[:, :, None], some.momentum, 0.0).sum(axis=1)
    assert np.allclose(products[:, 0] ** 2 - (products[:, 1:] ** 2).sum(axis=1), M_TAU**2, atol=1e-8)
    assert some.weight.mean() == pytest.approx(made.cross_section.value, rel=0.02)  # the decays' own weights have the mean 1
    io.write_particles(tmp_path / "a.hepmc", some, "x", made.cross_section.value, 0.1, PROVENANCE)
    again, _ = io.read_particles(tmp_path / "a.hepmc", some.beams)
    assert np.array_equal(np.sort(again.pid[again.status == 1]), np.sort(some.pid[some.status == 1]))


def test_taus_of_the_process_and_of_the_new_particle_decay_both():
    _, made = api.sample("e+ e- -> tau+ tau- S", 300, "leptophilic_scalar", 4.0, 1.0, decays=["S -> tau+ tau-"])
    some = made.particles
    assert ((np.abs(some.pid) == 15).sum(axis=1) == 4).all()
    assert not ((np.abs(some.pid) == 15) & (some.status == 1)).any()
    final = np.where((some.status == 1)[:, :, None], some.momentum, 0.0).sum(axis=1)
    assert np.allclose(final, [10.58, 0, 0, 0], atol=1e-9)


def test_heavy_neutrinos_of_both_kinds_decay_with_charge_conserved():
    _, made = api.sample("e+ e- -> nu N", 2000, "heavy_neutrino", 2.5, 1e-3, decays=["N -> e- pi+", "N -> mu+ e- nu"])
    some = made.particles
    charge = {11: -1, 13: -1, 15: -1, 211: 1}
    charges = np.array([[np.sign(code) * charge.get(abs(code), 0) for code in row] for row in some.pid.tolist()])
    assert not (charges * (some.status == 1)).sum(axis=1).any()
    assert len(set(np.unique(some.pid[:, 1])) & {9900012, -9900012}) == 2
    number = {11: 1, 12: 1, 13: 1, 14: 1, 15: 1, 16: 1}
    leptons = np.array([[np.sign(code) * number.get(abs(code), 0) for code in row] for row in some.pid.tolist()])
    assert not (leptons * (some.status == 1)).sum(axis=1).any()
    assert 0.2 < np.mean((np.abs(some.pid) == 211).any(axis=1)) < 0.9


@pytest.mark.parametrize(
    ("model", "process", "word"),
    [("tests/ufo/axial_zprime", "e+ e- -> mu- mu+ Zp", "Zp"), ("docs/models/axial_leptons.py", "e+ e- -> mu+ mu- Z'", "Z'")],
)
def test_particles_of_other_peoples_models_decay_with_their_spins(model, process, word):
    order, made = api.sample(process, 300, str(ROOT / model), 1.0, 0.01, decays=[word])
    some = made.particles
    assert order.branching_fraction == pytest.approx(1)
    assert not (some.status[:, 2] == 1).any()
    final = np.where((some.status == 1)[:, :, None], some.momentum, 0.0).sum(axis=1)
    assert np.allclose(final, [10.58, 0, 0, 0], atol=1e-12)


def test_weighted_events_keep_their_weights():
    order = ("e+ e- -> gamma A'", 300, *ORDER)
    _, plain = api.sample(*order, parameters=PARAMETERS, weighted=True)
    _, made = api.sample(*order, parameters=PARAMETERS, weighted=True, decays=[CHAIN[0]])
    fraction = models.branching_fractions(models.find("dark_photon"), 1.0, 1e-3, PARAMETERS)["chi1 chi2"]
    assert np.allclose(made.particles.weight, plain.particles.weight * fraction, rtol=1e-12)
    assert np.array_equal(made.particles.momentum[:, :2], plain.particles.momentum)
    assert replace(plain.particles, weight=made.particles.weight).attempts == made.particles.attempts
