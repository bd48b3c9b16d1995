"""How many attempts the backgrounds get: to an effective luminosity, to an n_eff in every window; what is reported of it."""

import json
from dataclasses import replace

import numpy as np
import pytest

from darkrecoil import analyses, limits, models
from darkrecoil._errors import BadValue
from darkrecoil.chain import stream
from darkrecoil.chain.stream import Selected
from darkrecoil.cli import run
from darkrecoil.limits import api, effort, export, notes
from darkrecoil.limits.curve import curve
from darkrecoil.limits.effort import Goal, n_eff_of_sum, reached
from darkrecoil.limits.settings import Settings
from darkrecoil.limits.windows import Window
from darkrecoil.selection import n_eff

BLOCK = 8192
LOW, HIGH = Window(0.5, 8.0, 10.0), Window(0.5, 20.0, 22.0)
TAUS = "e+ e- -> tau+ tau-"


def synthetic(name, blocks, kept, weight=1.0, seed=1):
    """A source of which so many events per block lie between 0 and 40, with weights of a spread; a longer one begins as a shorter."""
    values, weights = [np.zeros(0)], [np.zeros(0)]
    for block in range(blocks):
        rng = np.random.default_rng([seed, block])
        n = rng.poisson(kept)
        values.append(rng.uniform(0, 40, n))
        weights.append(weight * rng.uniform(0.5, 1.5, n))
    w, w2 = weight * BLOCK * blocks, weight**2 * 13 / 12 * BLOCK * blocks
    tally = np.array([[BLOCK * blocks, w, w2]])
    return Selected(name, tally, np.concatenate(values), np.concatenate(weights), BLOCK * blocks, w2 / w / (BLOCK * blocks))


class Grower:
    """Grows synthetic sources, and remembers how often and how far."""

    def __init__(self, **kept):
        self.kept, self.calls = kept, []

    def make(self, name, attempts):
        rate, weight = self.kept[name]
        return synthetic(name, -(-attempts // BLOCK), rate, weight, seed=len(name))

    def __call__(self, some, attempts):
        assert attempts > some.attempts
        self.calls.append((some.source, attempts))
        return self.make(some.source, attempts)


def grown(goal, windows=(LOW, HIGH), blocks=4, **kept):
    grower = Grower(**kept)
    return grower, reached([grower.make(name, blocks * BLOCK) for name in kept], windows, goal, grower)


def test_nothing_grows_without_a_goal_or_when_it_is_reached():
    for goal in (Goal(), Goal(n_eff=1.0), Goal(luminosity=1e-3)):
        grower, found = grown(goal, a=(40.0, 1.0), bb=(40.0, 2.0))
        assert not grower.calls
        assert [some.attempts for some in found] == [4 * BLOCK] * 2


@pytest.mark.parametrize("least", [20.0, 200.0])
def test_n_eff_is_reached_in_every_window(least):
    grower, found = grown(Goal(n_eff=least), a=(3.0, 1.0), bb=(40.0, 0.1))
    assert all(n_eff_of_sum(found, window.bounds) >= least for window in (LOW, HIGH))
    assert len(grower.calls) < 12
    attempts = {some.source: some.attempts for some in found}
    assert attempts["a"] > 3 * attempts["bb"]  # seven times its variance
    for window in (LOW, HIGH):
        parts = [some.weights[(some.values > window.low) & (some.values < window.high)] / some.attempts for some in found]
        assert all((w**2).sum() <= sum(map(np.sum, parts)) ** 2 / (2 * least) for w in parts)


def test_growing_takes_no_more_than_is_needed():
    _, found = grown(Goal(n_eff=400.0), windows=(LOW,), a=(40.0, 1.0))
    assert 400 <= n_eff_of_sum(found, LOW.bounds) < 800


def test_weights_are_judged_by_the_last_row_with_a_hundred_events():
    """Events outside the region toward which a source is generated weigh ten times as much, and none of them is selected."""
    some = synthetic("a", 3, 1.0, weight=5.0)
    rows = np.array([[1000.0, 500 * 1 + 500 * 10, 500 * 1 + 500 * 100], [500.0, 500.0, 500.0], [99.0, 99.0, 9900.0]])
    made = stream._joined("a", [(rows, some.values, some.weights)], 1000)
    assert made.effective_luminosity() == pytest.approx(1000)
    assert made.unit == pytest.approx(1 / 1000)
    few = stream._joined("a", [(rows / 20, some.values, some.weights)], 1000)
    assert few.unit == pytest.approx(50_500 / 5500 / 1000)


def test_an_effective_luminosity_is_reached_by_each_source():
    grower, found = grown(Goal(luminosity=3e5), a=(3.0, 1.0), bb=(40.0, 0.1))
    lumi = [some.effective_luminosity() for some in found]
    assert lumi == [pytest.approx(some.attempts * 12 / 13 / weight) for some, weight in zip(found, (1.0, 0.1), strict=True)]
    assert all(3e5 <= value < 1.2 * 3e5 for value in lumi if value != max(lumi))
    assert min(lumi) >= 3e5
    assert {name for name, _ in grower.calls} == {"a"}


def test_effective_luminosity_is_that_of_a_poisson_sample():
    """Of unweighted events of cross-section sigma, N attempts all accepted stand for N/sigma; n_eff = luminosity x sigma, weighted too."""
    some = synthetic("a", 3, 1.0, weight=5.0)
    flat = replace(some, tally=np.array([[BLOCK * 3, 5.0 * BLOCK * 3, 25.0 * BLOCK * 3]]))
    assert flat.effective_luminosity() == pytest.approx(3 * BLOCK / flat.cross_section())
    assert flat.n_eff() == pytest.approx(3 * BLOCK)
    assert some.n_eff() == pytest.approx(some.effective_luminosity() * some.cross_section())


def test_a_source_that_is_not_seen_counts_by_its_weight_of_one_event():
    """Its weight of one event must not spoil the n_eff of the others; where nothing at all is seen there is nothing to ask."""
    grower, found = grown(Goal(n_eff=50.0), a=(40.0, 1.0), unseen=(0.0, 20.0))
    total = n_eff_of_sum(found, LOW.bounds)
    assert total >= 50
    seen, other = found
    mean = seen.weights[(seen.values > 8) & (seen.values < 10)].sum() / seen.attempts
    assert other.unit**2 <= mean**2 / (2 * 50)
    assert {name for name, _ in grower.calls} == {"a", "unseen"} or other.attempts > 4 * BLOCK
    grower, found = grown(Goal(n_eff=50.0), unseen=(0.0, 20.0))
    assert not grower.calls


def test_what_is_too_rare_stops_at_the_most(monkeypatch):
    monkeypatch.setattr(effort, "MOST_GROWN", 64 * BLOCK)
    grower, found = grown(Goal(n_eff=1e5), a=(3.0, 1.0))
    assert found[0].attempts == 64 * BLOCK
    assert [attempts // BLOCK for _, attempts in grower.calls] == [16, 64]


def test_too_large_a_luminosity_is_refused():
    with pytest.raises(BadValue, match=r"effective luminosity of a takes too many attempts: 1e\+10/fb; allowed: up to 9.23e\+08/fb"):
        grown(Goal(luminosity=1e10), a=(3.0, 1.0))
    nothing = replace(synthetic("a", 1, 1.0), tally=np.array([[BLOCK, 5.0, 3.0], [0.0, 0.0, 0.0]]), filters=("count(e) > 9",))
    with pytest.raises(BadValue, match="no event of a background is generated: a; ease its filters"):
        reached([nothing], [], Goal(luminosity=1.0), Grower())


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
@pytest.mark.parametrize("name", ["luminosity", "n_eff"])
def test_a_goal_is_positive(name, value):
    with pytest.raises(BadValue, match="is positive"):
        Goal(**{name: value})


@pytest.mark.parametrize(("text", "value"), [("10x", 200.0), (" 2.5 x", 50.0), ("3/fb", 3.0), ("1/ab", 1000.0), (7.0, 7.0), (None, None)])
def test_effective_luminosities_as_they_are_written(text, value):
    assert api.as_effective(text, [0.276, 20.0]) == value


@pytest.mark.parametrize("text", ["10", "x", "0x", "-3x", "ten x"])
def test_effective_luminosities_that_are_none(text):
    with pytest.raises(BadValue, match="luminosity"):
        api.as_effective(text, [1.0])


# with the chain


def plain():
    """The Z' search without what makes backgrounds rare: no suppression, pairs alone."""
    some = analyses.find("belle2_zprime_invisible")
    return replace(some, suppression=None, backgrounds=some.backgrounds[:2], cuts={}, toward={})


@pytest.fixture(scope="module")
def study():
    analysis = plain()
    return limits.study(
        analysis, models.find("lmu_ltau"), analysis.datasets[0], [3.0, 6.0], jobs=2,
        attempts=8 * BLOCK, signal_attempts=8 * BLOCK, goal=Goal(n_eff=25.0, luminosity=0.15),
    )  # fmt: skip


def test_the_study_reaches_its_goal_and_is_one_long_run(study):
    points = curve(study, Settings(0.276, 0.9)).points
    assert all(point.background_n_eff >= 25 for point in points)
    assert all(some.effective_luminosity() >= 0.15 for some in study.backgrounds)
    assert max(some.attempts for some in study.backgrounds) > 8 * BLOCK
    long = limits.study(
        study.analysis, study.model, study.dataset, [3.0], jobs=2, signal_attempts=BLOCK,
        attempts=study.backgrounds[1].attempts,
    )  # fmt: skip
    for name in ("tally", "values", "weights", "unit"):
        assert np.array_equal(getattr(long.backgrounds[1], name), getattr(study.backgrounds[1], name))


def test_n_eff_stands_beside_the_background(study):
    made = curve(study, Settings(0.276, 0.9))
    said = export.as_json(made)
    for point, shown in zip(made.points, said["points"], strict=True):
        assert shown["n_eff"].keys() == shown["background_by_source"].keys()
        for some in study.backgrounds:
            w = some.weights[(some.values > point.window[0]) & (some.values < point.window[1])]
            assert shown["n_eff"][some.source] == pytest.approx(w.sum() ** 2 / (w**2).sum() if len(w) else 0.0)
        assert shown["cutflow"][-1]["name"] == "window"
        assert shown["cutflow"][-1]["efficiency"] == shown["efficiency_uncorrected"]
        assert shown["background_n_eff"] <= sum(shown["n_eff"].values()) * (1 + 1e-9)
    for some, shown in zip(study.backgrounds, said["generated"], strict=True):
        assert (shown["source"], shown["attempts"], shown["selected"]) == (some.source, some.attempts, len(some.values))
        assert shown["effective_luminosity_ifb"] == pytest.approx(some.effective_luminosity())
        assert shown["selected_n_eff"] == pytest.approx(n_eff(some.weights))
        assert shown["cutflow"][0]["events"] == some.attempts
        assert shown["cutflow"][-1]["events"] == len(some.values)
        assert shown["cutflow"][-1]["cross_section_fb"] == pytest.approx(some.weights.sum() / some.attempts)
    assert said["provenance"]["settings"].items() >= {"n_eff": 25.0, "effective_luminosity_ifb": 0.15}.items()


def test_few_effective_events_are_a_warning(study):
    def warned(some):
        return [line for line in curve(some, Settings(0.276, 0.9)).assumptions if "n_eff" in line and line.startswith("warning")]

    assert not warned(study)
    sparse = replace(study, backgrounds=tuple(replace(b, values=b.values[::9], weights=b.weights[::9]) for b in study.backgrounds))
    (line,) = warned(sparse)
    assert line == "warning: fewer than 20 effective background events (n_eff) in the window at 3, 6 GeV; raise --attempts or give --n-eff"


def test_a_mass_without_a_limit_has_no_n_eff(study):
    far = replace(study, closed={9.5: "beyond"})
    (point,) = [p for p in export.as_json(curve(far, Settings(0.276, 0.9)))["points"] if p["mass_gev"] == 9.5]
    assert point["n_eff"] == {}
    assert point["background_n_eff"] is None
    assert point["cutflow"] == []


def test_a_filtered_background_is_reported_with_its_efficiency(study):
    tally = np.concatenate([study.backgrounds[1].tally[:1], 0.25 * study.backgrounds[1].tally[:1], study.backgrounds[1].tally[1:]])
    shown = export.as_json(replace(curve(study, Settings(0.276, 0.9)), generated=(notes.generated(study.analysis,
        replace(study.backgrounds[1], tally=tally, filters=("count(mu) == 2",))),)))["generated"][0]  # fmt: skip
    assert shown["filters"] == ["count(mu) == 2"]
    assert shown["filter_efficiency"] == pytest.approx(0.25)
    assert shown["filter_error"] == pytest.approx(np.sqrt(0.25 * 0.75 / study.backgrounds[1].attempts), rel=0.3)  # weights differ


def test_the_limit_of_a_filtered_search_is_that_of_the_search():
    """Two visible charged particles are what the selection asks for: with that as a filter the counts stay, bit for bit."""
    analysis = plain()
    filtered = replace(analysis, filters={TAUS: ("count(nu) >= 2",)})  # all of them
    made = [
        limits.study(a, models.find("lmu_ltau"), analysis.datasets[0], [3.0], jobs=2, attempts=4 * BLOCK, signal_attempts=4 * BLOCK)
        for a in (analysis, filtered)
    ]
    one, two = (export.as_json(curve(some, Settings(0.276, 0.9))) for some in made)
    assert one["points"] == two["points"]
    assert two["generated"][1]["filter_efficiency"] == 1.0


def test_the_command_takes_goals(capsys):
    command = ["limit", "belle2_zprime_invisible", "lmu_ltau", "--masses", "8", "--attempts", "65536", "--json", "--quiet"]
    assert run([*command, "--n-eff", "10", "--effective-luminosity", "0.05x", "--no-store"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["points"][0]["background_n_eff"] >= 10
    assert all(some["effective_luminosity_ifb"] >= 0.0138 for some in said["generated"])
    assert run([*command, "--n-eff", "0"]) == 3
    assert json.loads(capsys.readouterr().out)["error"]["what"] == "an n_eff is positive"
