"""A suppression by a classifier: what it learns from, what it asks, what is refused; the ways of suppression of a study."""

import json
from dataclasses import replace

import numpy as np
import pytest

from darkrecoil import analyses, limits
from darkrecoil._errors import BadValue, UnknownName
from darkrecoil.chain.stream import Selected
from darkrecoil.cli import run
from darkrecoil.limits import learnt, training
from darkrecoil.limits.optimise import applied, find
from darkrecoil.selection import Suppression

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
    for i in range(2):
        assert sample.weights[sample.hypothesis == i].sum() == pytest.approx(0.5 * 0.5)  # half of the generated pass, correction 0.5
    assert sample.weights[~sample.signal].sum() == pytest.approx(2.0 * 100.0)  # events: sum of weights over attempts, 2 fb^-1
    assert sample.names[-1] == "observable"
    assert sample.names[0] == "pT of the pair"
    assert np.array_equal(sample.variables[:, -1], sample.observable)


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
