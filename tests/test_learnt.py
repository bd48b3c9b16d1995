"""A suppression by a classifier: what it learns from, what it asks, what is refused; the ways of suppression of a study."""

import json
from dataclasses import replace

import numpy as np
import pytest

from darkrecoil import analyses, limits
from darkrecoil._errors import BadValue, UnknownName
from darkrecoil.chain.stream import Selected, inside
from darkrecoil.cli import run
from darkrecoil.limits import learnt, training
from darkrecoil.limits.optimise import applied, find, window
from darkrecoil.selection import Suppression
from darkrecoil.statistics.merit import punzi_minimum

SEARCH = analyses.find("belle2_zprime_invisible")
WIDE, MASSES = 7, (1.0, 3.0)  # the search's variables; GeV


def events(source, n, at, shift, weight, seed):
    """Selected events at an observable: the first variable tells signal from background, the second where there is a background."""
    random = np.random.default_rng(seed)
    variables = random.normal(1.5, 0.5, (n, WIDE))
    variables[:, 0] += shift
    values = at if np.ndim(at) else at + 0.2 * random.normal(size=n)
    weights = np.full(n, weight)
    tally = np.array([[2.0 * n, 2.0 * n * weight, 2.0 * n * weight**2], [n, n * weight, n * weight**2]])
    return Selected(source, tally, values, weights, 2 * n, weight / (2 * n), (), variables)


@pytest.fixture(scope="module")
def made():
    signals = {m: events(f"signal {m}", 1500, m**2, 1.0, 1.0, int(m)) for m in MASSES}
    spread = np.random.default_rng(7).uniform(0, 12, 4000)
    return signals, [events("taus", 4000, spread, -1.0, 200.0, 8)]


@pytest.fixture(scope="module", params=["network", "trees"])
def taught(request, made):
    return learnt.find(SEARCH, *made, (0.5, 2.0), request.param, 1)


def test_weights_are_an_efficiency_and_a_count(made):
    signals, backgrounds = made
    sample, masses = learnt.training_sample(SEARCH, signals, backgrounds, (0.5, 2.0))
    assert masses == list(MASSES)
    for i, mass in enumerate(MASSES):
        seen = inside(signals[mass], window(SEARCH, mass, signals[mass])).mean()
        own = sample.weights[sample.signal & (sample.mass == i)]
        assert own.sum() == pytest.approx(0.5 * 0.5 * seen)  # half of the generated pass, correction 0.5
    assert sample.names[0] == "pT of the pair"
    assert sample.names[-1] == "mass squared"
    assert np.array_equal(sample.variables[:, -1], np.array(masses)[sample.mass] ** 2)  # of signal and background, not the observable


def test_a_background_counts_at_the_nearest_mass_as_much_as_its_window_holds(made):
    """Spread evenly over 12 GeV^2, 2 fb^-1 x 100 fb: a window of any width holds 200/12 per GeV^2."""
    signals, backgrounds = made
    sample, _ = learnt.training_sample(SEARCH, signals, backgrounds, (0.5, 2.0))
    for i, mass in enumerate(MASSES):
        low, high = window(SEARCH, mass, signals[mass])
        there = (sample.mass == i) & ~sample.signal
        edges = (low, 5.0) if i == 0 else (5.0, high)
        spread = backgrounds[0].values
        assert there.sum() == ((spread >= edges[0]) & (spread < edges[1])).sum()
        assert sample.weights[there].sum() == pytest.approx((high - low) * 200 / 12, rel=0.05)


@pytest.mark.parametrize("kind", ["network", "trees"])
def test_a_mass_between_those_that_are_learnt_from_is_as_good_as_they_are(kind):
    """What is learnt of background does not depend on how far its recoil mass is from the next of these masses."""
    signals = {m: events(f"signal {m}", 800, m**2, 0.4, 1.0, int(m)) for m in (2.0, 3.0, 4.0)}

    def spread(n, seed):
        return events("taus", n, np.random.default_rng(seed).uniform(2, 19, n), -0.4, 1000.0, seed + 1)

    found = learnt.find(SEARCH, signals, [spread(8000, 7)], (0.5, 2.0), kind, 1)
    taus, gain, kept = spread(200000, 70), {}, {}
    for mass in (2.0, 2.5, 3.0, 3.5, 4.0):
        signal, bounds = events("signal", 4000, mass**2, 0.4, 1.0, 99), (mass**2 - 0.4, mass**2 + 0.4)
        here, there = inside(signal, bounds), inside(taus, bounds)
        passed, left = (here & found.passed(signal)).sum(), (there & found.passed(taus)).sum()
        kept[mass] = passed / here.sum()
        b = 2.0 * taus.weights[0] / taus.attempts
        gain[mass] = punzi_minimum(here.mean(), b * there.sum()) / punzi_minimum(passed / 4000, b * left)
    for mass in (2.5, 3.5):
        assert kept[mass] > 0.9 * min(kept[mass - 0.5], kept[mass + 0.5])
        assert gain[mass] > 0.9 * min(gain[mass - 0.5], gain[mass + 0.5]) > 1.1


def test_beyond_the_first_and_last_mass_the_question_is_theirs(taught):
    some = events("signal", 300, 9.0, 0.0, 1.0, 31)
    far = replace(some, values=np.full(300, 80.0))
    assert np.array_equal(taught.passed(far), taught.passed(replace(some, values=np.full(300, 9.0))))


def test_it_tells_them_apart_on_other_events(taught):
    signal, taus = events("signal", 2000, 9.0, 1.0, 1.0, 21), events("taus", 2000, 9.0, -1.0, 1.0, 22)
    kept, left = (taught.passed(some).mean() for some in (signal, taus))
    assert kept > 0.8
    assert left < 0.05
    assert taught.ranking[0].name == "pT of the pair"
    assert (taught.gain > 1.5).all()


def test_the_row_of_the_cutflow(taught):
    some = events("signal", 500, 9.0, 1.0, 1.0, 23)
    passed = applied(taught, some)
    assert passed.tally[-1].tolist() == [taught.passed(some).sum()] * 3
    assert passed.later == (taught.row,)
    assert "pT of the pair, recoil across the faster" in passed.later[0][1]
    assert "factors lost without a variable: pT of the pair" in taught.said
    assert json.loads(taught.facts)[:2] == [taught.classifier.kind, taught.classifier.cut]


def test_cuts_look_at_their_own_variables_alone(made):
    """The further ones are for classifiers: scrambled, they change nothing."""
    signals, backgrounds = made
    scrambled = {m: replace(s, variables=np.column_stack([s.variables[:, :3], s.variables[::-1, 3:]])) for m, s in signals.items()}
    assert find(SEARCH, scrambled, backgrounds, (0.5, 2.0)).facts == find(SEARCH, signals, backgrounds, (0.5, 2.0)).facts


@pytest.mark.parametrize(("how", "says"), [("tree", "no way of suppression of this name: tree; .*trees"), ("Cuts", "cuts")])
def test_ways_that_are_not_there(how, says):
    with pytest.raises(UnknownName, match=says):
        limits.limit("belle2_zprime_invisible", "lmu_ltau", [3.0], suppression=how)


def test_a_search_without_a_suppression():
    with pytest.raises(UnknownName, match="belle2_four_muon has no suppression: network; leave out --suppression"):
        training.asked(analyses.find("belle2_four_muon"), "network")
    assert training.asked(analyses.find("belle2_four_muon"), "cuts") is None
    assert training.asked(SEARCH, "off") is None


def test_labels_match_the_quantities():
    how = SEARCH.suppression
    with pytest.raises(BadValue, match="labels of 'tau suppression' do not match its quantities: 1"):
        replace(how, labels=("one",))
    assert isinstance(replace(how, labels=()), Suppression)


def test_the_verb_refuses_in_one_line(capsys):
    assert run(["limit", "belle2_zprime_invisible", "lmu_ltau", "--masses", "3", "--suppression", "forest"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "known: cuts, network, off, trees" in said
