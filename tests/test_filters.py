"""Generator-level filters on final particles, their efficiency, and generation toward a region."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkrecoil import analyses, chain
from darkrecoil._errors import BadValue, UnknownName
from darkrecoil._jit.philox import key
from darkrecoil.chain import stream
from darkrecoil.chain.bench import prepare
from darkrecoil.cli import run
from darkrecoil.constants import M_E, alpha_scheme, deg
from darkrecoil.detector import card as cards
from darkrecoil.detector import compiled
from darkrecoil.generate import cross_section, cuts, filters
from darkrecoil.generate.api import sample
from darkrecoil.generate.filters import parse
from darkrecoil.generate.packing import ARRAYS, where
from darkrecoil.generate.recipe import recipe, words
from darkrecoil.io import read_particles
from darkrecoil.kinematics.frames import beam_momenta, to_cms
from darkrecoil.selection import n_eff, select

SEARCH = analyses.find("belle2_zprime_invisible")
CARD = cards.load("belle2", "2018")
ROOT = cards.sqrt_s(CARD.beams)
TAUS, PHOTON = "e+ e- -> tau+ tau-", "e+ e- -> mu+ mu- gamma"
TWO_MUONS = "count(mu, theta between 17 and 150 deg) == 2"
NO_ELECTRON = "count(e, theta > 20 deg) == 0"


@pytest.fixture(scope="module")
def taus():
    """Tau pairs with their decays, in Belle II's frame."""
    return sample(TAUS, 12_000, detector="belle2")[1].particles


# what a filter says


def counted(some, codes, meets, cms=False):
    """Final particles per event, by loops over plain numbers."""
    found, b = [], some.beams
    for pids, states, momenta in zip(some.pid.tolist(), some.status.tolist(), some.momentum.tolist(), strict=True):
        number = 0
        for pid, state, p in zip(pids, states, momenta, strict=True):
            if pid in codes and state == 1:
                four = tuple(to_cms(*beam_momenta(b.electron, b.positron, b.half_crossing, M_E), tuple(p))) if cms else p
                number += meets(four)
        found.append(number)
    return np.array(found)


def size(p):
    return np.sqrt(p[1] ** 2 + p[2] ** 2 + p[3] ** 2)


def polar(p):
    return np.arccos(p[3] / size(p)) / deg


def hard(p):
    return p[0] > 0.1 and abs(p[3]) / size(p) < 0.9


@pytest.mark.parametrize(
    ("text", "codes", "meets", "compare"),
    [
        (TWO_MUONS, (13, -13), lambda p: 17 < polar(p) < 150, lambda n: n == 2),
        (NO_ELECTRON, (11, -11), lambda p: polar(p) > 20, lambda n: n == 0),
        ("count(mu+) >= 1", (-13,), lambda _: True, lambda n: n >= 1),
        ("count(gamma, energy > 100 MeV, abs(cos_theta) < 0.9) < 3", (22,), hard, lambda n: n < 3),
        ("count(pi, pt > .2) != 1", (211, -211), lambda p: np.hypot(p[1], p[2]) > 0.2, lambda n: n != 1),
        ("count(pi-, momentum <= 1.5e0 GeV)>1", (-211,), lambda p: size(p) <= 1.5, lambda n: n > 1),
        ("count(nu) <= 3", (12, 14, 16, -12, -14, -16), lambda _: True, lambda n: n <= 3),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_filter_counts_what_loops_count(taus, text, codes, meets, compare):
    some = where(taus, np.arange(len(taus)) < 1500)
    mask = filters.passed([parse(text)], some)
    assert np.array_equal(mask, compare(counted(some, codes, meets)))
    assert 0 < mask.sum() < 1500


def test_cms_is_the_rest_frame_of_the_beams(taus):
    some = where(taus, np.arange(len(taus)) < 1500)
    mask = filters.passed([parse("count(mu, energy_cms > 2) > 0")], some)
    assert np.array_equal(mask, counted(some, (13, -13), lambda p: p[0] > 2, cms=True) > 0)
    assert not np.array_equal(mask, filters.passed([parse("count(mu, energy > 2) > 0")], some))


def test_only_final_particles_count(taus):
    decayed = replace(taus, status=np.where(np.abs(taus.pid) == 13, 2, taus.status))
    assert filters.passed([parse("count(mu) > 0")], taus).any()
    assert not filters.passed([parse("count(mu) > 0")], decayed).any()


def test_several_filters_all_hold(taus):
    one, two = parse(TWO_MUONS), parse("count(nu) == 4")
    assert np.array_equal(filters.passed([one, two], taus), filters.passed([one], taus) & filters.passed([two], taus))
    assert filters.passed([], taus).all()


def test_between_is_two_comparisons():
    assert parse("count(mu, pt between 1 and 2) == 2").conditions == parse("count(mu, pt > 1, pt < 2) == 2").conditions
    assert parse("count(e, abs(cos_theta_cms) < 0.9) > 0").conditions[0].absolute


def test_a_process_own_particle_can_be_counted():
    made = sample("e+ e- -> mu+ mu- Z'", 3000, "lmu_ltau", 3.0, 0.1, filters=["count(Z', theta_cms > 90 deg) == 1"])[1]
    assert np.all(made.particles.momentum[:, 2, 3] < 0)
    assert made.efficiency[0] == pytest.approx(0.5, abs=5 * made.efficiency[1])


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("theta(mu+) > 17 deg", BadValue, "not a filter: theta"),
        ("count(mu, theta > 17 deg)", BadValue, "not a filter"),
        ("count(mu) == 1.5", BadValue, "not a filter"),
        ("count(mu, theta ~ 17) == 2", BadValue, "not a condition of a filter: theta ~ 17"),
        ("count(mu, theta between 17 deg) == 2", BadValue, "not a condition"),
        ("count(mu, abs(theta > 17 deg) == 2", BadValue, "not a condition"),
        ("count(mu, mass > 1) == 2", UnknownName, "no quantity of one particle of this name: mass"),
        ("count(mu, theta > 17 degrees) == 2", UnknownName, "no unit of this name: degrees"),
        ("count(muon) == 2", UnknownName, "no particle in a filter of this name: muon"),
        ("count(tau) == 2", BadValue, "when no tau is left: tau; count what it decays to, or use --cut"),
        ("count() == 2", UnknownName, "no particle in a filter"),
    ],
)
def test_a_filter_that_is_none_is_refused(text, error, says):
    with pytest.raises(error) as caught:
        parse(text)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


# generate


def test_filtered_events_are_those_of_the_unfiltered_sample():
    """The first events of one are exactly the events of the other that pass: same attempts, same bits."""
    whole = sample(TAUS, 12_000)[1]
    mask = filters.passed([parse(TWO_MUONS)], whole.particles)
    some = sample(TAUS, int(mask.sum()), filters=[TWO_MUONS])[1]
    inside = where(whole.particles, mask)
    for name in set(ARRAYS) - {"weight"}:
        assert np.array_equal(getattr(some.particles, name), getattr(inside, name))


def test_the_efficiency_is_that_of_counting_and_of_the_branching_fractions():
    """17.39 % of taus decay to a muon: 3.02 % of pairs to two; counting an independent sample agrees."""
    made = sample(TAUS, 2500, filters=["count(mu) == 2"])[1]
    share, error = made.efficiency
    assert share == pytest.approx(0.1739**2, abs=4 * error)
    assert error == pytest.approx(np.sqrt(share * (1 - share) / (2500 / share)), rel=0.1)
    other = sample(TAUS, 40_000, seed=2)[1].particles
    direct = other.weight[filters.passed([parse("count(mu) == 2")], other)].sum() / other.weight.sum()
    assert share == pytest.approx(direct, abs=4 * np.hypot(error, np.sqrt(share / 40_000)))
    assert made.filtered.value == pytest.approx(made.cross_section.value * share, rel=1e-12)
    assert made.particles.weight.mean() == pytest.approx(made.filtered.value, rel=1e-12)
    relative = np.hypot(made.cross_section.error / made.cross_section.value, error / share)
    assert made.filtered.error == pytest.approx(made.filtered.value * relative, rel=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
def test_the_efficiency_is_the_share_of_the_very_same_events(weighted):
    """Without the filter, the same blocks: every accepted event counts by its weight, and so does its error."""
    made = sample(TAUS, 900, filters=[TWO_MUONS], weighted=weighted)[1]
    number = round(made.unweighting_efficiency * made.cross_section.attempts)
    whole = sample(TAUS, number, weighted=weighted)[1]
    assert (whole.cross_section.value, whole.cross_section.error) == (made.cross_section.value, made.cross_section.error)
    w = whole.particles.weight
    passing = w[filters.passed([parse(TWO_MUONS)], whole.particles)]
    share = passing.sum() / w.sum()
    variance = (1 - share) ** 2 * (passing**2).sum() + share**2 * ((w**2).sum() - (passing**2).sum())
    assert made.efficiency[0] == pytest.approx(share, rel=1e-12)
    assert made.efficiency[1] == pytest.approx(np.sqrt(variance) / w.sum(), rel=1e-9)


def test_a_filter_is_the_cut_where_nothing_decays():
    """A photon above 1 GeV by a cut and by a filter: the same cross-section, weighted and unweighted."""
    cut = sample(PHOTON, 30_000, cuts=["energy_cms(gamma) > 1"])[1].cross_section
    for weighted in (False, True):
        made = sample(PHOTON, 30_000, filters=["count(gamma, energy_cms > 1) == 1"], weighted=weighted)[1]
        assert made.filtered.value == pytest.approx(cut.value, abs=4 * np.hypot(cut.error, made.filtered.error))
        assert np.all(made.particles.momentum[:, 2, 0] > 1)
    total = made.particles.weight.sum() / made.particles.attempts  # of the weighted ones, up to the last event
    assert total == pytest.approx(made.filtered.value, rel=0.02)


def test_a_filter_that_nothing_passes_is_refused(monkeypatch):
    monkeypatch.setattr(cross_section, "PATIENCE", 20)
    with pytest.raises(BadValue, match=r"too few attempts give an event: 0 of .*; ease the cuts or filters"):
        sample(PHOTON, 100, filters=["count(e) > 0"])


def test_the_command_says_what_the_filter_does(tmp_path, capsys):
    path = tmp_path / "two.lhe.gz"
    command = [
        "generate",
        TAUS,
        "-n",
        "300",
        "-o",
        str(path),
        "--filter",
        TWO_MUONS,
        "--filter",
        NO_ELECTRON,
        "--json",
        "--detector",
        "belle2",
    ]
    assert run(command) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["filters"] == [TWO_MUONS, NO_ELECTRON]
    assert said["provenance"]["settings"]["filters"] == f"{TWO_MUONS}; {NO_ELECTRON}"
    assert said["filtered_cross_section_fb"] == pytest.approx(said["cross_section_fb"] * said["filter_efficiency"])
    assert 0 < said["filter_error"] < 0.1 * said["filter_efficiency"]
    assert said["filtered_error_fb"] > said["error_fb"] * said["filter_efficiency"]
    read, _ = read_particles(path, CARD.beams)
    assert len(read) == 300
    assert filters.passed([parse(TWO_MUONS)], read).all()
    assert read.weight.sum() / read.attempts == pytest.approx(said["filtered_cross_section_fb"], rel=1e-6)


def test_without_a_filter_nothing_is_said_of_one(tmp_path, capsys):
    assert run(["generate", PHOTON, "-n", "300", "-o", str(tmp_path / "x.lhe"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert not {"filters", "filter_efficiency", "filtered_cross_section_fb"} & said.keys()
    assert said["n_eff"] == pytest.approx(300, rel=0.01)


# the chain


@pytest.fixture(scope="module")
def bench():
    made = {TAUS: recipe(TAUS, alpha_scheme("0"), ROOT), PHOTON: recipe(PHOTON, alpha_scheme("0"), ROOT)}
    return prepare(made, CARD, 1, jobs=2, filters={TAUS: (TWO_MUONS, NO_ELECTRON)})


def test_the_filter_is_a_row_of_the_cutflow(bench):
    source = bench.sources[TAUS]
    some = chain.selected(source, bench.response, SEARCH, 8 * 8192)
    rows = stream.flow(SEARCH, some, (5.0, 20.0)).rows
    assert [row.name for row in rows[:2]] == ["generated", stream.FILTERED]
    assert rows[1].text == f"{TWO_MUONS}; {NO_ELECTRON}"
    assert [row.name for row in rows[2:-1]] == [name for name, _ in SEARCH.rows]
    assert rows[0].cross_section == some.cross_section() == pytest.approx(771_700, rel=0.002)
    assert rows[0].events == 8 * 8192
    assert 0.01 < rows[1].efficiency < 0.0302
    assert rows[1].efficiency_error == pytest.approx(np.sqrt(rows[1].efficiency / (8 * 8192)), rel=0.1)
    left = [row.cross_section for row in rows]
    assert left == sorted(left, reverse=True)


def test_what_passes_the_filter_is_seen_as_without_it(bench):
    """The events kept are exactly those that the detector and the selection leave of the ones that pass: same bits."""
    source = bench.sources[TAUS]
    some = chain.selected(source, bench.response, SEARCH, 2 * 8192)
    values, weights = [], []
    for block in range(2):
        truth = source.particles("evaluate", block)
        mask = filters.passed(source.filters, truth)
        events = compiled.simulate(truth, bench.response, key(1, TAUS, "evaluate"), SEARCH.triggers)
        kept, _ = select(SEARCH, events)
        rows = np.isin(kept.attempt, truth.attempt[mask])
        values.append(stream.observed(SEARCH, kept)[rows])
        weights.append(kept.weight[rows])
    assert len(some.values) > 10
    assert np.array_equal(some.values, np.concatenate(values))
    assert np.array_equal(some.weights, np.concatenate(weights))


def test_a_source_of_which_nothing_passes(bench):
    nothing = replace(bench.sources[TAUS], filters=(parse("count(gamma) > 50"),))
    some = chain.selected(nothing, bench.response, SEARCH, 2 * 8192)
    assert (len(some.values), some.unit, some.n_eff(), some.effective_luminosity()) == (0, 0.0, 0.0, 0.0)
    rows = stream.flow(SEARCH, some).rows
    assert rows[1].efficiency == rows[-1].efficiency == 0
    assert rows[1].efficiency_error == pytest.approx(1 / (2 * 8192), rel=0.01)


def test_a_search_names_filters_of_its_own_processes_only():
    changed = replace(SEARCH, filters={TAUS: (TWO_MUONS,)}, toward={SEARCH.signal: ("theta(mu+) > 17 deg",)})
    assert changed.filters[TAUS] == (TWO_MUONS,)
    for field in ("filters", "toward"):
        with pytest.raises(UnknownName, match="process of this search"):
            replace(SEARCH, **{field: {"e+ e- -> mu+ mu-": (TWO_MUONS,)}})


def test_words_of_a_process_name_its_own_particles():
    from darkrecoil import models

    own = recipe("e+ e- -> mu+ mu- Z'", alpha_scheme("0"), ROOT, models.find("lmu_ltau"), 3.0, 0.1)
    assert words(own) == {"Z'": models.find("lmu_ltau").pid}
    assert words(recipe(PHOTON, alpha_scheme("0"), ROOT)) == {}
    assert words(recipe("e+ e- -> gamma gamma", alpha_scheme("0"), ROOT)) == {"gamma": 22}


# toward a region

REGION = "abs(cos_theta_cms(gamma)) < 0.3"


@pytest.mark.parametrize(
    ("process", "asked"), [(PHOTON, ()), ("e+ e- -> gamma gamma gamma", ("energy_cms(gamma) > 0.5", "abs(cos_theta_cms(gamma)) < 0.95"))]
)
def test_generation_toward_a_region(process, asked):
    """n_eff there rises several times; the cross-section inside and outside stays within four standard deviations."""
    region = REGION if process == PHOTON else "energy_cms(gamma) < 4.5"
    found = []
    for toward in ((), (region,)):
        some = sample(process, 60_000, cuts=asked, weighted=True, toward=toward)[1].particles
        inside = cuts.passed([cuts.parse(region)], some, {"gamma": 22}) > 0
        sums = [(w.sum() / some.attempts, np.sqrt((w**2).sum()) / some.attempts) for w in (some.weight[inside], some.weight[~inside])]
        found.append((sums, n_eff(some.weight[inside]) / some.attempts, inside.mean()))
    (plain, few, part), (biased, many, larger) = found
    for one, two in zip(plain, biased, strict=True):
        assert one[0] == pytest.approx(two[0], abs=4 * np.hypot(one[1], two[1]))
    assert many > 2 * few
    assert larger > 2 * part


def test_toward_needs_weights(tmp_path, capsys):
    assert run(["generate", PHOTON, "-n", "300", "-o", str(tmp_path / "x.lhe"), "--toward", REGION]) == 3
    said = capsys.readouterr().err
    assert said == f"darkrecoil: generation toward a region gives weighted events: {REGION}; add --weighted, or use --cut\n"


def test_the_chain_goes_toward_a_region(bench):
    """Photons lost forward in the laboratory, in the chain: the same cross-section, more events there."""
    region = {PHOTON: ("theta(gamma) < 12 deg", "energy_cms(gamma) > 1")}
    biased = prepare({PHOTON: bench.sources[PHOTON].sampler.recipe}, CARD, 1, jobs=2, toward=region).sources[PHOTON]
    asked = [cuts.parse(text) for text in region[PHOTON]]
    n = []
    for source in (bench.sources[PHOTON], biased):
        blocks = [source.particles("evaluate", block) for block in range(8)]
        inside = np.concatenate([some.weight[cuts.passed(asked, some, {}) > 0] for some in blocks])
        n.append((n_eff(inside), inside.sum() / (8 * 8192), np.sqrt((inside**2).sum()) / (8 * 8192)))
    assert n[1][0] > 1.5 * n[0][0]
    assert n[0][1] == pytest.approx(n[1][1], abs=4 * np.hypot(n[0][2], n[1][2]))


# n_eff


@given(st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=50), st.floats(1e-3, 1e3))
def test_n_eff_is_between_one_and_the_number_and_has_no_unit(weights, factor):
    w = np.array(weights)
    assert 1 - 1e-9 <= n_eff(w) <= len(w) * (1 + 1e-9)
    assert n_eff(factor * w) == pytest.approx(n_eff(w))
    assert n_eff(np.concatenate([w, w])) == pytest.approx(2 * n_eff(w))
    assert n_eff(np.full(len(w), factor)) == pytest.approx(len(w))


def test_n_eff_is_the_inverse_square_of_the_relative_error():
    """Sums of Poisson numbers of exponential weights: their spread is 1/sqrt(n_eff); for these weights n_eff = n/2."""
    rng = np.random.default_rng(1)
    sums = np.array([rng.exponential(size=rng.poisson(400)).sum() for _ in range(4000)])
    assert (sums.std() / sums.mean()) ** -2 == pytest.approx(n_eff(rng.exponential(size=400_000)) / 1000, rel=0.08)
    assert n_eff(np.array([])) == 0
    assert n_eff(np.array([3.0, 4.0])) == pytest.approx(49 / 25)
