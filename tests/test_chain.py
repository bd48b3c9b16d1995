"""Events through detector and selection: physics of the peak, reproducibility, and files of other generators."""

from dataclasses import replace

import numpy as np
import pytest

from darkrecoil import analyses, chain, io, models
from darkrecoil._errors import BadFile
from darkrecoil._jit.philox import key
from darkrecoil.chain import stream
from darkrecoil.chain.bench import prepare
from darkrecoil.constants import alpha_scheme
from darkrecoil.detector import card as cards
from darkrecoil.detector import compiled
from darkrecoil.detector.response import simulate_reference
from darkrecoil.generate.api import sample
from darkrecoil.generate.recipe import recipe
from darkrecoil.io import events as event_file
from darkrecoil.records import Provenance
from darkrecoil.statistics.peak import double_gaussian

SEARCH = analyses.find("belle2_zprime_invisible")
CARD = cards.load("belle2", "2018")


@pytest.fixture(scope="module")
def bench():
    root = cards.sqrt_s(CARD.beams)
    made = {
        "signal": recipe("e+ e- -> mu+ mu- Z'", alpha_scheme("0"), root, models.find("lmu_ltau"), 3.0, 0.1),
        "taus": recipe("e+ e- -> tau+ tau-", alpha_scheme("0"), root),
    }
    return prepare(made, CARD, 1, jobs=2)


def test_the_peak_stands_at_the_mass(bench):
    some = chain.selected(bench.sources["signal"], bench.response, SEARCH, 12 * 8192)
    peak = double_gaussian(some.values, some.weights)
    assert peak.mean == pytest.approx(9.0, abs=5 * peak.width / np.sqrt(len(some.values)) + 0.02)
    assert 0.2 < peak.width < 0.4


def test_the_cutflow_falls(bench):
    rows = stream.flow(SEARCH, chain.selected(bench.sources["taus"], bench.response, SEARCH, 4 * 8192), (5.0, 20.0)).rows
    left = [row.cross_section for row in rows]
    assert left == sorted(left, reverse=True)
    assert rows[0].efficiency == 1
    assert rows[-1].name == "window"
    assert rows[-1].text.startswith("5 < ")


@pytest.mark.parametrize("name", ["signal", "taus"])
def test_any_number_of_jobs_gives_the_same_bits(bench, name):
    one, two = (chain.selected(bench.sources[name], bench.response, SEARCH, 6 * 8192, jobs=jobs) for jobs in (1, 2))
    assert np.array_equal(one.tally, two.tally)
    assert np.array_equal(one.values, two.values)
    assert np.array_equal(one.weights, two.weights)


def test_train_and_evaluate_differ(bench):
    one, two = (bench.sources["taus"].particles(name, 0) for name in ("train", "evaluate"))
    assert not np.any(one.momentum[:, :2] == two.momentum[:, :2])
    decayed = np.abs(one.momentum[:, 2]) + np.abs(two.momentum[:, 2])
    assert not np.any((one.momentum[:, 2] == two.momentum[:, 2]) & (decayed > 0))


def test_changing_the_detector_leaves_the_generated_events(bench):
    changed = cards.change(CARD, {"track.theta_resolution": 5.0})
    other = prepare({"signal": bench.sources["signal"].sampler.recipe}, changed, 1)
    one, two = (b.sources["signal"].particles("evaluate", 0) for b in (bench, other))
    assert np.array_equal(one.momentum, two.momentum)
    words = key(1, "p", "evaluate")
    a, b = (compiled.simulate(one, r.response, words) for r in (bench, other))
    assert not np.array_equal(a.objects["track"]["pz"], b.objects["track"]["pz"])  # theta moves p along z only


def test_compiled_response_is_the_reference(bench):
    """The same events through NumPy with the same random numbers: equal but for rounding."""
    from darkrecoil._jit.philox import DETECT, pair

    truth = bench.sources["taus"].particles("evaluate", 0)
    words = key(1, "p", "user")

    def uniforms(slot, draws):
        numbers = [pair(truth.attempt.astype(np.uint64), DETECT + np.uint64(slot), np.uint64(i), *words) for i in range((draws + 1) // 2)]
        return np.array([y for both in numbers for y in both][:draws])

    fast, slow = compiled.simulate(truth, bench.response, words), simulate_reference(truth, CARD, uniforms)
    for kind in ("track", "cluster"):
        a, b = fast.objects[kind], slow.objects[kind]
        assert np.mean(a.present != b.present) < 1e-6
        same = a.present & b.present
        for name in a.columns:
            np.testing.assert_allclose(a[name][same], b[name][same], rtol=1e-9, atol=1e-11)
    assert np.mean(fast.trigger["ffo"] == slow.trigger["ffo"]) > 1 - 1e-6


def test_an_event_does_not_depend_on_its_neighbours(bench):
    truth = bench.sources["taus"].particles("evaluate", 0)
    from darkrecoil.generate.cross_section import where

    words, some = key(1, "p", "user"), np.arange(len(truth)) % 7 == 3
    whole, part = compiled.simulate(truth, bench.response, words), compiled.simulate(where(truth, some), bench.response, words)
    k = part.objects["track"].present.shape[1]
    assert np.array_equal(whole.objects["track"]["px"][some][:, :k], part.objects["track"]["px"])


def test_a_file_of_events_gives_the_cutflow_of_the_package(bench, tmp_path):
    """Unweighted events through LHE, in the frame of another generator, against the weighted ones: every row."""
    order, made = sample("e+ e- -> mu+ mu- Z'", 8000, "lmu_ltau", 3.0, 0.1)
    path = tmp_path / "events.lhe.gz"
    found = made.cross_section
    io.write_particles(path, made.particles, order.recipe.process.name, found.value, found.error, Provenance("0", 1))
    simulated = chain.simulate_file(path, "belle2", "2018", seed=3)
    lone = simulated.events.objects["cluster"].present.any(axis=1).mean()
    assert 0 < lone < 0.2  # of muons that the tracker does not find: there is no photon
    target = tmp_path / "events.parquet"
    event_file.write(target, simulated.events, simulated.provenance, simulated.assumptions)
    some, events = chain.select_file(SEARCH, target)
    assert len(events) == 8000
    own = stream.flow(SEARCH, chain.selected(bench.sources["signal"], bench.response, SEARCH, 16 * 8192)).rows
    for one, two in zip(stream.flow(SEARCH, some).rows, own, strict=True):
        assert one.name == two.name
        error = np.hypot(one.efficiency_error, two.efficiency_error)
        assert one.efficiency == pytest.approx(two.efficiency, abs=4 * error + 1e-12)


def test_the_same_file_and_seed_give_the_same_bits(tmp_path):
    order, made = sample("e+ e- -> mu+ mu- gamma", 500)
    path = tmp_path / "events.lhe"
    io.write_particles(path, made.particles, order.recipe.process.name, made.cross_section.value, 1.0, Provenance("0", 1))
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        some = chain.simulate_file(path, seed=seed)
        event_file.write(tmp_path / f"{name}.parquet", some.events, some.provenance, some.assumptions)
    a, b, c = ((tmp_path / f"{name}.parquet").read_bytes() for name in "abc")
    assert a == b
    assert a != c


def test_unknown_codes_are_said(tmp_path):
    order, made = sample("e+ e- -> mu+ mu- Z'", 50, "lmu_ltau", 1.0, 0.1)
    path = tmp_path / "events.lhe"
    io.write_particles(path, made.particles, order.recipe.process.name, made.cross_section.value, 1.0, Provenance("0", 1))
    path.write_text(path.read_text().replace("\n 32 ", "\n 9000001 ").replace("\n       32 ", "\n  9000001 "))
    assert any("9000001" in line for line in chain.simulate_file(path).assumptions)


def test_weighted_events_are_not_data(bench):
    some = chain.selected(bench.sources["signal"], bench.response, SEARCH, 8192)
    with pytest.raises(BadFile, match="different weights"):
        chain.check_countable(some)
    assert chain.check_countable(replace(some, weights=np.ones(len(some.weights)))).attempts == some.attempts


def test_an_empty_file_of_events_is_refused(tmp_path):
    path = tmp_path / "nothing.parquet"
    path.write_bytes(b"")
    with pytest.raises(BadFile):
        chain.select_file(SEARCH, path)


def test_lost_photons_recoil_at_zero(small_study):
    """mu mu with a photon is left where that is lost: the lowest windows. Above, two photons of the beams must be missed at once."""
    photon = next(b for b in small_study.backgrounds if "mu+ mu-" in b.source)
    assert len(photon.values)
    low = np.abs(photon.values) < 3
    assert photon.weights[low].sum() > 0.2 * photon.weights.sum()  # a handful of events
    assert np.average(photon.values[low], weights=photon.weights[low]) == pytest.approx(0.2, abs=1.2)


def test_taus_fill_the_windows(small_study):
    taus = next(b for b in small_study.table.values() if "tau" in b.source)
    assert np.mean((taus.values > 2) & (taus.values < 60)) > 0.8
