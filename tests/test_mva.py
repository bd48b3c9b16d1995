"""Classifiers: the Punzi loss against its closed form, slopes against differences, known optima, what is learnt by heart."""

from dataclasses import replace

import numpy as np
import pytest

from darkrecoil import mva
from darkrecoil._errors import BadValue, DarkrecoilError, UnknownName
from darkrecoil.mva import losses, network
from darkrecoil.statistics.merit import punzi_minimum

MASSES = 3


def made(n=3000, seed=1, separation=2.0, background=150.0):
    """One useful variable (normal, signal higher by ``separation``), one that is noise, and two that are useful only together."""
    random = np.random.default_rng(seed)
    signal = np.arange(6 * n) >= 3 * n
    mass = np.where(signal, np.arange(6 * n) // n % MASSES, random.integers(0, MASSES, 6 * n))
    together = random.normal(size=6 * n)
    sign = np.where(random.random(6 * n) < np.where(signal, 0.9, 0.1), 1.0, -1.0)
    variables = np.array([
        random.normal(np.where(signal, separation / 2, -separation / 2), 1.0), random.normal(size=6 * n), together,
        sign * np.abs(random.normal(size=6 * n)) * np.sign(together),
    ]).T  # fmt: skip
    weights = np.where(signal, 1.0 / n, background / (3 * n))
    return mva.Sample(("shifted", "noise", "one", "other"), variables, weights, mass, signal, MASSES)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_the_loss_is_the_merit_where_outputs_are_whole(share):
    some = made(500)
    kept = np.random.default_rng(2).random(len(some.weights)) >= share
    import jax

    with jax.enable_x64(True):
        loss = float(losses.punzi(np.where(kept, 40.0, -40.0), losses.facts(some)))
    if share < 1:
        assert loss == pytest.approx(np.mean(np.log(mva.merits(some, kept))), rel=1e-9)


def test_the_merit_by_hand():
    some = made(500)
    everything = mva.merits(some, np.ones(len(some.weights), dtype=bool))
    for i in range(MASSES):
        count, unit = some.weights[(some.mass == i) & ~some.signal].sum(), 150 / 1500  # equal weights: one event stands for one weight
        assert everything[i] == pytest.approx(punzi_minimum(1.0, count + unit), rel=1e-9)


def test_no_window_is_emptier_than_one_generated_event():
    some = made(500)
    nothing_but_signal = mva.merits(some, some.signal)
    assert nothing_but_signal == pytest.approx([float(punzi_minimum(1.0, 150 / 1500))] * 3, rel=1e-9)
    assert np.isinf(mva.merits(some, ~some.signal)).all()


@pytest.mark.parametrize("odd", [False, True])
def test_a_half_stands_for_the_whole(odd):
    """Its counts, efficiencies and merits are those of all events, and not of half the luminosity."""
    some = made(20000)
    half = some.half(odd)
    assert len(half.weights) == len(some.weights) / 2
    for which in (some.signal, ~some.signal):
        assert half.weights[which[odd::2]].sum() == pytest.approx(some.weights[which].sum(), rel=1e-9)
    kept, whole = np.ones(len(half.weights), dtype=bool), np.ones(len(some.weights), dtype=bool)
    assert mva.merits(half, kept) == pytest.approx(mva.merits(some, whole), rel=0.02)
    assert np.array_equal(half.variables, some.variables[odd::2])


def test_what_is_learnt_from_is_of_the_whole_luminosity(monkeypatch):
    """Both halves that a kind is trained with, and the cut."""
    seen = {}

    class Known:
        def output(self, variables):
            return 1 / (1 + np.exp(-variables[:, 0]))

    def train(fit, watch, *_):
        seen.update(fit=fit, watch=watch)
        return Known()

    monkeypatch.setitem(mva.KINDS, "known", train)
    some = made()
    found = mva.train(some, "known")
    for half in seen.values():
        assert half.weights.sum() == pytest.approx(some.weights.sum(), rel=1e-9)
    assert found.cut == mva.threshold(some.half(True), Known().output(some.half(True).variables))


@pytest.mark.parametrize("loss", [losses.cross_entropy, losses.punzi])
def test_slopes_against_differences(loss):
    import jax

    some = losses.facts(made(40))
    at = np.random.default_rng(3).normal(size=len(some.signal))
    with jax.enable_x64(True):
        slope = np.asarray(jax.grad(loss)(at, some))
        for i in (0, 7, 100, 239):
            step = np.zeros(len(at))
            step[i] = 1e-5
            difference = (float(loss(at + step, some)) - float(loss(at - step, some))) / 2e-5
            assert slope[i] == pytest.approx(difference, rel=1e-5, abs=1e-12)


def test_a_second_loss_that_leads_astray_is_not_kept(monkeypatch):
    """The best along the whole way: steps of the Punzi loss that are far too long leave what the cross-entropy found."""
    import jax

    some, other = made().half(False), made().half(True)
    monkeypatch.setattr(network, "STEPS", (100, 0))
    first = network.train(some, other, 1)
    monkeypatch.setattr(network, "STEPS", (100, 100))
    monkeypatch.setattr(network, "RATES", (network.RATES[0], 300.0))
    astray = network.train(some, other, 1)

    def loss(machine):
        with jax.enable_x64(True):
            return float(losses.punzi(np.log(1 / (1 / machine.output(other.variables) - 1)), losses.facts(other)))

    assert loss(astray) <= loss(first) + 1e-9


@pytest.fixture(scope="module", params=["network", "trees"])
def trained(request):
    return mva.train(made(), request.param)


def test_events_never_seen_are_told_apart_better_than_by_the_best_cut(trained):
    """The likelihood ratio is the best possible; a cut on the shifted variable alone is what variables one by one allow."""
    fresh = made(seed=11)
    x, y, z = fresh.variables[:, 0], fresh.variables[:, 2], fresh.variables[:, 3]
    best = mva.threshold(made(), likelihood(made()))
    ideal = np.log(mva.merits(fresh, likelihood(fresh) >= best)).mean()
    alone = min(np.log(mva.merits(fresh, x >= cut)).mean() for cut in np.linspace(-2, 2, 40))
    found = np.log(mva.merits(fresh, trained.keeps(fresh.variables))).mean()
    assert ideal < found < ideal + (0.12 if trained.kind == "network" else 0.2)  # trees find two that belong together one by one
    assert found < alone - 0.3
    assert np.corrcoef(trained.output(fresh.variables), np.sign(y * z))[0, 1] > 0.3


def likelihood(sample):
    """ln of the densities' ratio, up to a constant: 2 x for the shift, ln 9 for a like or an unlike sign."""
    return 2.0 * sample.variables[:, 0] + np.log(9) * np.sign(sample.variables[:, 2] * sample.variables[:, 3])


def test_the_ranking_finds_noise_last(trained):
    ranks = mva.ranking(made(seed=5), trained.output, trained.cut)
    assert ranks[-1].name == "noise"
    assert ranks[-1].factor == pytest.approx(1.0, abs=0.03)
    assert all(one.factor > 1.2 for one in ranks[:3])


def test_the_same_seed_gives_the_same_bits(trained):
    again = mva.train(made(), trained.kind)
    values = made(100, seed=9).variables
    assert np.array_equal(again.output(values), trained.output(values))
    assert again.cut == trained.cut


def test_labels_that_mean_nothing_are_not_learnt(trained):
    """Scrambled hypotheses: what was learnt by heart is worth nothing on other events."""
    some = made(1500, separation=0.0)
    order = np.random.default_rng(4).permutation(len(some.weights))
    found = mva.train(replace(some, variables=some.variables[order]), trained.kind)
    fresh = made(1500, seed=12, separation=0.0)
    fresh = replace(fresh, variables=fresh.variables[np.random.default_rng(6).permutation(len(order))])
    whole = np.log(mva.merits(fresh, np.ones(len(order), dtype=bool))).mean()
    assert np.log(mva.merits(fresh, found.keeps(fresh.variables))).mean() == pytest.approx(whole, abs=0.05)


def test_a_mass_without_events_changes_nothing_for_the_others():
    some = made(500)
    more = replace(some, masses=MASSES + 1)
    assert mva.threshold(more, some.variables[:, 0]) == mva.threshold(some, some.variables[:, 0])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"weights": np.full(240, -1.0)}, "is negative"),
        ({"weights": np.ones(3)}, "differ in length"),
        ({"weights": np.full(240, np.nan)}, "a weight of a classifier's sample is not a number: 240"),
        ({"signal": np.zeros(240, dtype=bool)}, "no signal event"),
        ({"signal": np.ones(240, dtype=bool)}, "no background event"),
        ({"weights": np.where(np.arange(240) < 120, 1.0, 0.0)}, "no signal event"),
        ({"mass": np.full(240, 3)}, "counts at no mass: 3; allowed: 0 to 2"),
    ],
)
def test_samples_that_are_refused(change, says):
    with pytest.raises(BadValue, match=says):
        replace(made(40), **change)


def test_refusals(monkeypatch):
    with pytest.raises(UnknownName, match=r"no classifier of this name: tree; .*trees"):
        mva.train(made(40), "tree")
    monkeypatch.setitem(__import__("sys").modules, "optax", None)
    with pytest.raises(DarkrecoilError, match=r"needs the extra mva.*pip install"):
        mva.train(made(40))
