"""Hadrons at measured rates: rates, conservation, shapes, lines, reproducibility, what is refused."""

import json
import subprocess
import sys
from dataclasses import replace
from math import log, pi

import numpy as np
import pytest
from scipy.stats import chisquare

from darkrecoil import _pythia, analyses, chain, io
from darkrecoil._errors import BadValue, DarkrecoilError, UnknownName
from darkrecoil._run import BLOCK
from darkrecoil.cli import run
from darkrecoil.constants import ALPHA_0, GEV2_FB, M_E, M_ETA, M_ETA_PRIME, SQRT_S, alpha_scheme
from darkrecoil.detector import card as cards
from darkrecoil.detector.response import unseen
from darkrecoil.generate import address, api, sampling
from darkrecoil.generate.beams import head_on
from darkrecoil.generate.measured import layout, processes, settings
from darkrecoil.generate.measured import sampler as measured
from darkrecoil.generate.radiation import NOT, Choice
from darkrecoil.generate.recipe import parse, recipe
from darkrecoil.kinematics.frames import beam_momenta, to_cms

HADRONS, ETA, ETA_PRIME = "e+ e- -> hadrons", "e+ e- -> eta gamma", "e+ e- -> eta' gamma"
ALL = (HADRONS, ETA, ETA_PRIME)
STABLE = (11, 12, 13, 14, 16, 22, 130, 211, 321, 2112, 2212)
CHARGE = {11: -1, 13: -1, 211: 1, 321: 1, 2212: 1}
CHARM = (411, 421, 431, 4122, 4132, 4232, 4332)
K_S, C = 310, 29.9792458  # cm/ns

installed = pytest.mark.skipif(_pythia.version() is None, reason="the extra pythia is not installed")


def made(process, beams=None, sqrt_s=SQRT_S, seed=1, alpha="0", radiates=NOT):
    return measured.trained(recipe(process, alpha_scheme(alpha, sqrt_s), sqrt_s, radiates=radiates), beams or head_on(sqrt_s), seed)


def rate(process, sqrt_s=SQRT_S, alpha="0"):
    return processes.cross_section(processes.find(parse(process))[1], alpha_scheme(alpha, sqrt_s), sqrt_s)


@pytest.fixture(scope="module")
def belle2():
    return cards.load("belle2").beams


@pytest.fixture(scope="module")
def hadrons(belle2):
    """Two blocks of hadrons with the beams of Belle II, their spread and crossing angle."""
    return sampling.particles(made(HADRONS, belle2), "test", 0, 2)


@pytest.fixture(scope="module")
def mesons():
    """Two blocks of each meson and a photon, head-on."""
    return {name: sampling.particles(made(name), "test", 0, 2) for name in (ETA, ETA_PRIME)}


def cms(some, slot):
    b = some.beams
    return to_cms(*beam_momenta(b.electron, b.positron, b.half_crossing, M_E), tuple(some.momentum[:, slot].T))


def equal(one, two):
    return all(np.array_equal(getattr(one, name), getattr(two, name)) for name in sampling.direct.Particles.__dataclass_fields__)


# Rates


def test_hadrons_are_r_times_massless_muons():
    assert rate(HADRONS) == pytest.approx(3.56 * 86.85e6 / SQRT_S**2, rel=2e-4)  # 86.85 nb GeV^2/s
    ratio = alpha_scheme("s", SQRT_S).virtual / ALPHA_0
    assert rate(HADRONS, alpha="s") == pytest.approx(ratio**2 * rate(HADRONS), rel=1e-12)


def test_r_is_that_of_perturbative_qcd():
    """R = 3 (4 + 1 + 1 + 4)/9 (1 + a + 1.525 a^2 - 11.5 a^3), a = alpha_s/pi; alpha_s(10.5 GeV) = 0.178: within the error."""
    a = 0.178 / pi
    assert processes.R.value == pytest.approx(10 / 3 * (1 + a + 1.525 * a**2 - 11.5 * a**3), rel=processes.R.error)


@pytest.mark.parametrize(("some", "form_factor"), [(processes.ETA, 0.229), (processes.ETA_PRIME, 0.251)])
def test_cross_sections_are_those_of_the_form_factors(some, form_factor):
    """q^2 |F| (GeV) of the same paper, by the formula of the docstring, with its 7.5 % of vacuum polarisation."""
    s = 10.58**2
    bare = 2 * pi**2 * ALPHA_0**3 / 3 * (form_factor / s) ** 2 * (1 - some.mass**2 / s) ** 3 * GEV2_FB
    assert some.value / 1.075 == pytest.approx(bare, rel=0.03)


@pytest.mark.parametrize("process", [ETA, ETA_PRIME])
def test_meson_and_photon_fall_as_the_square_of_s(process):
    power = log(rate(process, 11.0) / rate(process, 10.0)) / log(11.0**2 / 10.0**2)
    assert -2 < power < -1.95  # (1 - m^2/s)^3 makes it flatter by 3 m^2/s
    assert rate(process) == processes.find(parse(process))[1].value
    assert rate(process, alpha="s") == rate(process)


@installed
@pytest.mark.parametrize("process", ALL)
def test_integral_and_sample_have_the_rate(process):
    order, found = api.cross_section(process)
    _, sample = api.sample(process, 100, store=False, jobs=1)
    assert found.value == pytest.approx(rate(process), rel=1e-9)
    assert sample.cross_section.value == pytest.approx(rate(process), rel=1e-9)
    assert sample.particles.weight.mean() == pytest.approx(rate(process), rel=1e-9)
    assert sample.unweighting_efficiency == 1
    assert sample.overweight_fraction == 0
    assert any("uncertain by" in note for note in order.notes)


# Events


def total(some):
    return np.sum(some.momentum * (some.status == 1)[..., None], axis=1)


@installed
def test_momentum_and_charge_are_conserved(hadrons, mesons):
    for some in (sampling.particles(made(HADRONS), "test", 3), *mesons.values()):
        assert np.abs(total(some) - [SQRT_S, 0, 0, 0]).max() < 1e-9
    for some in (hadrons, *mesons.values()):
        charge = sum(q * (np.sign(some.pid) * (np.abs(some.pid) == code) * (some.status == 1)) for code, q in CHARGE.items())
        assert not charge.sum(axis=1).any()
        assert np.isin(np.abs(some.pid[some.status == 1]), STABLE).all()


@installed
def test_beams_spread_and_cross(hadrons, belle2):
    p = total(hadrons)
    both = np.sum(beam_momenta(belle2.electron, belle2.positron, belle2.half_crossing, M_E), axis=0)
    error = np.sqrt(belle2.spread_electron**2 + belle2.spread_positron**2)
    assert np.abs(p[:, 0].mean() - both[0]) < 5 * error / np.sqrt(len(p))
    assert p[:, 0].std() == pytest.approx(error, rel=0.03)
    assert np.abs(p[:, 1] - both[1]).max() < 1e-9  # the spread is along z
    root = np.sqrt(p[:, 0] ** 2 - np.sum(p[:, 1:] ** 2, axis=1))
    assert root.std() == pytest.approx(4.99e-3, rel=0.03)


@installed
def test_mothers_are_the_sums_of_their_daughters_and_come_first(hadrons, mesons):
    for some in (hadrons, *mesons.values()):
        for slot in range(some.pid.shape[1]):
            decayed = some.status[:, slot] == 2
            children = (some.mother == slot) & (some.status > 0)
            assert not children[~decayed].any()
            assert not children[:, :slot].any()
            gap = np.sum(some.momentum * children[..., None], axis=1) - some.momentum[:, slot]
            assert np.abs(gap[decayed]).max(initial=0) < 1e-9
        assert not some.pid[some.status == 0].any()
        assert (some.mother[some.status == 0] == -1).all()


@installed
def test_kaons_live_as_long_as_they_should(hadrons):
    """Mean c tau of K_S, cm: 2.6844 (PDG 2022), by vertices and momenta of their daughters; sisters are made in one place."""
    rows, slots = np.nonzero((hadrons.mother >= 0) & (hadrons.status > 0))
    up = hadrons.mother[rows, slots]
    born, ended = hadrons.vertex[rows, up], hadrons.vertex[rows, slots]
    short = hadrons.pid[rows, up] == K_S
    p = hadrons.momentum[rows, up]
    mass = np.sqrt(p[:, 0] ** 2 - np.sum(p[:, 1:] ** 2, axis=1))
    proper = C * (ended[:, 0] - born[:, 0]) * mass / p[:, 0]
    _, first = np.unique(rows[short] * 1000 + up[short], return_index=True)
    found = proper[short][first]
    assert found.mean() == pytest.approx(2.6844, abs=5 * 2.6844 / np.sqrt(len(found)))
    flown = (ended - born)[:, 1:]
    assert np.allclose(flown, p[:, 1:] / p[:, :1] * C * (ended - born)[:, :1], atol=1e-6)
    straight = (hadrons.mother < 0) & (hadrons.status > 0)
    assert not hadrons.vertex[straight].any()


@installed
def test_hadrons_are_two_jets_about_one_plus_cos_squared(hadrons):
    """Multiplicity, sphericity and its axis in the e+e- frame; 4 of 10 events are charm, by the squares of the charges."""
    final = hadrons.status == 1
    charged = final & np.isin(np.abs(hadrons.pid), tuple(CHARGE))
    assert 7 < charged.sum(axis=1).mean() < 9
    p = np.stack([np.stack(cms(hadrons, slot)[1:], axis=1) for slot in range(hadrons.pid.shape[1])], axis=1) * final[..., None]
    values, axes = np.linalg.eigh(np.einsum("nki,nkj->nij", p, p) / np.sum(p**2, axis=(1, 2))[:, None, None])
    assert 0.1 < (1.5 * (1 - values[:, 2])).mean() < 0.3  # pencil 0, isotropic near 1
    assert 0.37 < (axes[:, 2, 2] ** 2).mean() < 0.41  # 0.4 for 1 + cos^2, 1/3 isotropic
    charm = np.isin(np.abs(hadrons.pid), CHARM).any(axis=1).mean()
    assert charm == pytest.approx(0.4, abs=5 * np.sqrt(0.24 / len(hadrons)))


@installed
def test_quarks_radiate_photons_if_asked():
    on = sampling.particles(made(HADRONS, radiates=Choice(final=True)), "test", 0)
    off = sampling.particles(made(HADRONS), "test", 0)
    lines = [measured.facts(made(HADRONS, radiates=Choice(final=yes))) for yes in (True, False)]
    assert not equal(on, off)
    assert "TimeShower:QEDshowerByQ = on" in lines[0]
    assert "TimeShower:QEDshowerByQ = off" in lines[1]
    some = [_pythia.events(settings.hadrons(head_on(SQRT_S), final=yes), 1, 2000) for yes in (True, False)]
    showered = [np.count_nonzero((x.pid == 22) & (np.abs(x.status) // 10 == 5)) for x in some]  # Pythia's status of the shower
    assert showered[0] > 5
    assert showered[1] == 0


@installed
@pytest.mark.parametrize(("process", "mass"), [(ETA, M_ETA), (ETA_PRIME, M_ETA_PRIME)])
def test_the_photon_is_a_line_about_one_plus_cos_squared(mesons, process, mass):
    energy, _, _, z = cms(mesons[process], 1)
    assert np.abs(energy - (SQRT_S**2 - mass**2) / (2 * SQRT_S)).max() < 1e-9
    edges = np.linspace(-1, 1, 21)
    integral = (edges**3 + 3 * edges) / 8
    found = np.histogram(z / energy, edges)[0]
    assert chisquare(found, len(z) * np.diff(integral)).pvalue > 1e-3
    assert (mesons[process].pid[:, 1] == 22).all()


@installed
def test_each_event_has_the_energies_of_its_own_beams(belle2):
    some = sampling.particles(made(ETA, belle2), "test", 0)
    p = total(some)
    root = np.sqrt(p[:, 0] ** 2 - np.sum(p[:, 1:] ** 2, axis=1))
    assert root.std() == pytest.approx(4.99e-3, rel=0.05)
    energy, _, _, z = cms(some, 1)
    assert chisquare(np.histogram(z / energy, [-1, -0.5, 0, 0.5, 1])[0], BLOCK * np.array([19, 13, 13, 19]) / 64).pvalue > 1e-3


@installed
@pytest.mark.parametrize(("process", "pid"), [(ETA, 221), (ETA_PRIME, 331)])
def test_two_photons_are_as_frequent_as_they_should_be(mesons, process, pid):
    some = mesons[process]
    whole = sum(share for share, _, _ in settings.TABLES[pid])
    wanted = next(share for share, _, products in settings.TABLES[pid] if products == (22, 22)) / whole
    children = (some.mother == 0) & (some.status > 0)
    two = ((children & (some.pid == 22)).sum(axis=1) == 2) & (children.sum(axis=1) == 2)
    assert two.mean() == pytest.approx(wanted, abs=5 * np.sqrt(wanted / len(two)))
    assert whole == pytest.approx(1, abs=0.006)


# Reproducibility


@installed
@pytest.mark.parametrize("process", ALL)
def test_events_depend_neither_on_jobs_nor_on_chunks(process):
    runs = [api.sample(process, BLOCK + 100, jobs=jobs, store=False)[1].particles for jobs in (1, 2)]
    assert equal(*runs)
    sampler = made(process)
    both, second = sampling.particles(sampler, "user", 0, 2), sampling.particles(sampler, "user", 1)
    assert np.array_equal(both.momentum[BLOCK:], second.momentum)
    assert np.array_equal(both.pid[BLOCK:], second.pid)
    assert np.array_equal(both.attempt[BLOCK:], second.attempt)
    assert np.array_equal(runs[0].momentum, both.momentum[: BLOCK + 100])


@installed
def test_threads_may_be_the_first_to_use_pythia():
    code = f"from darkrecoil.generate.api import sample; print(len(sample('{HADRONS}', 9000, jobs=2, store=False)[1].particles))"
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
        assert done.stdout.strip() == "9000"


def test_blocks_samples_and_seeds_have_their_own_random_numbers(monkeypatch):
    monkeypatch.setattr(processes, "version", lambda: "8")
    one = made(HADRONS)
    seeds = [measured.seed_of(one, "user", block) for block in range(20_000)]
    assert len({*seeds}) == 20_000
    assert min(seeds) >= 1
    assert max(seeds) <= _pythia.MOST_SEEDS
    others = [
        measured.seed_of(made(HADRONS, seed=2), "user", 0),
        measured.seed_of(one, "evaluate", 0),
        measured.seed_of(made(ETA), "user", 0),
    ]
    assert len({seeds[0], *others}) == 4
    assert _pythia.MOST_SEEDS % measured.STRIDE
    assert np.gcd(_pythia.MOST_SEEDS, measured.STRIDE) == 1


def test_the_address_holds_version_and_settings(monkeypatch):
    monkeypatch.setattr(processes, "version", lambda: "8")

    def place(sampler):
        return address.of(sampler, "user", (), ())

    first = place(made(HADRONS))
    assert place(made(HADRONS)) == first
    assert place(made(HADRONS, radiates=Choice(final=True))) != first
    assert place(made(HADRONS, alpha="s")) != first
    monkeypatch.setattr(settings, "SHARES", settings.SHARES[1:])
    assert place(made(HADRONS)) != first
    monkeypatch.undo()
    monkeypatch.setattr(processes, "version", lambda: "8")
    monkeypatch.setattr(_pythia, "version", lambda: "8.999")
    assert place(made(HADRONS)) != first


# Cuts, filters, detector, files


@installed
def test_a_cut_is_on_the_first_photon_and_empties_events():
    """Two thirds of 3 (1 + c^2)/8 over |c| < 1/2: 13/32."""
    cut = "abs(cos_theta_cms(gamma)) < 0.5"
    order, found = api.cross_section(ETA, cuts=[cut], precision=0.005)
    assert found.value == pytest.approx(4.5 * 13 / 32, abs=5 * found.error)
    some = sampling.particles(order.sampler, "user", 0, cut=order.cut)
    lost = some.weight == 0
    assert 0.55 < lost.mean() < 0.65
    assert not some.pid[lost].any()
    _, _, _, z = cms(some, 1)
    assert np.abs(z[~lost]).max() < 0.5 * SQRT_S / 2
    assert np.array_equal(measured.weights(order.sampler, "user", 0, order.cut), some.weight)
    none = sampling.particles(order.sampler, "user", 0, cut=lambda events: np.zeros(len(events)))
    assert not none.weight.any()
    assert not none.status.any()


@installed
def test_filters_are_asked_of_hadrons():
    _, sample = api.sample(HADRONS, 200, filters=["count(mu) == 2"], store=False, jobs=1)
    muons = (np.abs(sample.particles.pid) == 13) & (sample.particles.status == 1)
    assert (muons.sum(axis=1) == 2).all()
    assert sample.filtered.value == pytest.approx(sample.efficiency[0] * rate(HADRONS))


@installed
def test_hadrons_are_a_background_of_a_search():
    analysis = replace(analyses.find("belle2_zprime_invisible"), backgrounds=(HADRONS, ETA), cuts={}, toward={}, filters={})
    card = cards.load("belle2")
    recipes = {name: recipe(name, alpha_scheme("0"), cards.sqrt_s(card.beams)) for name in (HADRONS, ETA)}
    bench = chain.prepare(recipes, card, seed=1)
    some = chain.selected(bench.sources[HADRONS], bench.response, analysis, BLOCK, store=False)
    assert some.cross_section() == pytest.approx(rate(HADRONS, cards.sqrt_s(card.beams)), rel=1e-9)
    assert some.effective_luminosity() == pytest.approx(BLOCK / some.cross_section(), rel=1e-9)
    assert len(some.weights) < 20  # two muons and nothing else
    assert chain.selected(bench.sources[ETA], bench.response, analysis, BLOCK, store=False).cross_section() > 4


@installed
def test_what_the_detector_does_not_see_is_said(hadrons):
    assert {130, 2112, -2112} <= {*unseen(hadrons)}


@installed
@pytest.mark.parametrize("suffix", [".lhe.gz", ".hepmc", ".parquet"])
def test_files_hold_the_events(tmp_path, capsys, suffix):
    path = tmp_path / f"hadrons{suffix}"
    assert run(["generate", HADRONS, "-n", "50", "-o", str(path), "--json", "--no-store"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["cross_section_fb"] == pytest.approx(rate(HADRONS), rel=1e-9)
    assert any("continuum" in note for note in told["notes"])
    back, _ = io.read_particles(path, head_on(SQRT_S))
    truth = sampling.particles(made(HADRONS), "user", 0)
    filled = truth.status[:50] > 0
    assert np.count_nonzero(back.status > 0) == np.count_nonzero(filled)
    assert back.pid[back.status > 0].sum() == truth.pid[:50][filled].sum()
    distance = [np.sort(x[s].sum(axis=-1)) for x, s in ((back.vertex, back.status > 0), (truth.vertex[:50], filled))]
    assert np.allclose(*distance, rtol=1e-6, atol=1e-5)


@installed
def test_pythia_says_nothing_on_stdout(capfd):
    assert run(["cross-section", HADRONS, "--json"]) == 0
    out, err = capfd.readouterr()
    assert json.loads(out)["cross_section_fb"] > 0
    sampling.particles(made(ETA), "test", 0)
    assert capfd.readouterr() == ("", "")
    assert "PYTHIA" not in err


def test_processes_are_listed(capsys, monkeypatch):
    for version, tail in (("8", "Pythia 8"), (None, 'pip install "darkrecoil[pythia]")')):
        monkeypatch.setattr(processes, "version", lambda version=version: version)
        assert run(["list", "processes", "--json"]) == 0
        rows = {row["name"]: row["title"] for row in json.loads(capsys.readouterr().out)["processes"]}
        assert all(rows[name].endswith(tail) for name in ALL)


# What is refused


def test_without_pythia_one_line_says_how_to_install_it(monkeypatch, capsys):
    monkeypatch.setattr(processes, "version", lambda: None)
    assert run(["cross-section", HADRONS]) == 3
    said = capsys.readouterr().err
    assert 'pip install "darkrecoil[pythia]"' in said
    assert said.count("\n") == 1


def test_a_library_that_cannot_be_imported_is_refused(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pythia8mc", None)
    _pythia.engine._warm.cache_clear()
    with pytest.raises(DarkrecoilError, match=r"darkrecoil\[pythia\]"):
        _pythia.events((), 1, 1)


@installed
@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda: made("e+ e- -> hadrons gamma"), UnknownName, 'known: "e\\+ e- -> hadrons"'),
        (lambda: made("e+ e- -> eta eta"), UnknownName, "no rate"),
        (lambda: made("e+ e- -> hadrons (gamma)"), UnknownName, "no rate"),
        (lambda: made(HADRONS, sqrt_s=3.77), BadValue, "3.77 GeV; allowed: 7 to 12 GeV"),
        (lambda: made(ETA, sqrt_s=8.9), BadValue, "allowed: 9 to 12 GeV"),
        (lambda: made(HADRONS, radiates=Choice(initial=True)), BadValue, "no radiation of the beams"),
        (lambda: api.cross_section(HADRONS, cuts=["theta(gamma) > 0.1"]), BadValue, "--filter"),
        (lambda: api.sample(ETA, 10, weighted=True, toward=["energy(gamma) > 1"]), BadValue, "toward a region"),
        (lambda: _pythia.events(("Beams:nonsense = 1",), 1, 1), DarkrecoilError, "does not take the setting: Beams:nonsense"),
        (lambda: _pythia.events(("Beams:idA = 11", "Beams:idB = 21"), 1, 1), DarkrecoilError, "cannot begin"),
    ],
)
def test_refusals(make, error, says):
    with pytest.raises(error, match=says):
        make()


@installed
def test_too_many_particles_are_refused_not_cut_off():
    some = _pythia.events(settings.hadrons(head_on(SQRT_S), final=False), 1, 10)
    with pytest.raises(DarkrecoilError, match=r"more particles than slots: .* allowed: 4"):
        layout.slots(some, 4)


def test_the_order_of_words_does_not_matter(monkeypatch):
    monkeypatch.setattr(processes, "version", lambda: "8")
    assert recipe("e+ e- -> gamma eta", alpha_scheme("0"), SQRT_S) == recipe(ETA, alpha_scheme("0"), SQRT_S)
