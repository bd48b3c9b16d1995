"""Nuisances integrated out of models of many bins: rules, directions, fine lattices beside them, derivatives."""

from math import exp, hypot, log

import numpy as np
import pytest
from scipy.stats import nbinom, poisson

from darkrecoil._errors import BadValue
from darkrecoil.statistics import averages, fit, integrals, likelihood
from darkrecoil.statistics.model import Channel, Model, Norm, PerBin, Sample, Scale, Shape
from darkrecoil.statistics.packed import pack
from darkrecoil.statistics.posterior import of_model, quantiles

X = (np.arange(12) + 0.5) / 12
B = 90 * np.exp(-X) / np.exp(-X).sum()
S = 8 * np.exp(-0.5 * ((X - 0.4) / 0.08) ** 2)
SEEN = [8.0, 10, 6, 9, 13, 9, 6, 7, 5, 4, 5, 6]


def lognormal(name, error):
    return Norm(name, 1 + error, 1 / (1 + error))


def peak(signal, background, seen=SEEN):
    return Model((Channel("c", (Sample("s", S, (Scale("mu"), *signal)), Sample("b", B, background)), seen),))


TILT = Shape("tilt", B * (1.1 - 0.2 * X), B * (0.9 + 0.2 * X))
PIECES = {"eff": 0.1, "lumi": 0.015, "trk": 0.05}
SPLIT = peak(tuple(lognormal(n, d) for n, d in PIECES.items()), (lognormal("bkg", 0.2), TILT))


def limit(model, **how):
    packed = pack(model)
    return of_model(packed, fit.as_data(packed, model.observed()), **how)[0].quantile(0.9)


@pytest.mark.parametrize("d", range(1, 6))
def test_moments_of_the_rules(d):
    """Averages of x^a y^b z^c over a unit Gaussian, to degree seven."""
    z, w = integrals.rule(d)
    for powers in ((0, 0, 0), (1, 0, 0), (2, 0, 0), (3, 0, 0), (4, 0, 0), (6, 0, 0), (2, 2, 0), (4, 2, 0), (2, 2, 2), (1, 1, 0), (3, 2, 1)):
        some = powers[:d]
        expected = np.prod([{0: 1, 2: 1, 4: 3, 6: 15}.get(p, 0) for p in some])
        assert w @ np.prod([z[:, i] ** p for i, p in enumerate(some)], axis=0) == pytest.approx(expected, abs=1e-11)
    assert (w > 0).all()


def test_lognormal_factors_of_one_sample_are_one_direction():
    """Three of the signal and one with their sum in quadrature: the same posterior, and as few points."""
    joined = exp(hypot(*(log(1 + d) for d in PIECES.values()))) - 1
    assert integrals.basis(pack(SPLIT)).shape == (1, 5, 3)
    assert limit(SPLIT) == pytest.approx(limit(peak((lognormal("all", joined),), (lognormal("bkg", 0.2), TILT))), rel=1e-9)


def test_directions_keep_what_factors_do():
    """Along the basis every factor moves as along the nuisances themselves; other codes keep their own direction."""
    shared = peak(
        (lognormal("a", 0.1), lognormal("b", 0.3), Norm("c", 1.1, 0.9, 4)), (lognormal("b", 0.2), lognormal("d", 0.4), lognormal("e", 0.1))
    )
    packed = pack(shared)
    basis = integrals.basis(packed)[0]
    assert basis.shape == (5, 3)
    logs = np.array([[log(1.1), log(1.3), 0, 0, 0], [0, log(1.2), 0, log(1.4), log(1.1)]])
    assert basis @ basis.T @ logs.T == pytest.approx(logs.T)
    assert basis.T @ basis == pytest.approx(np.eye(3))


MODELS = {
    "three directions": (SPLIT, 2e-5),
    "few events": (peak((lognormal("eff", 0.3),), (lognormal("bkg", 0.5),), [0.0] * 4 + [2.0] + [0.0] * 7), 4e-4),
    "two of code 4": (peak((Norm("eff", 1.15, 0.85, 4),), (Norm("bkg", 1.3, 0.8, 4),)), 1e-4),
    "generated": (peak((lognormal("eff", 0.1),), (PerBin("mc", "poisson", np.full(12, 40.0), np.full(12, 40.0)),)), 1e-4),
    "measured": (peak((lognormal("eff", 0.1),), (lognormal("bkg", 0.1), PerBin("mc", "gaussian", np.full(12, 0.15)))), 2e-4),
}


@pytest.mark.parametrize(("model", "worst"), MODELS.values(), ids=MODELS)
def test_rules_against_a_fine_lattice(model, worst):
    """16384 points in all dimensions, factors of bins too: good to 2e-5 itself."""
    assert limit(model) == pytest.approx(limit(model, points=1 << 14, nodes=33), rel=worst)


def test_generated_counts_in_closed_form():
    """A mean of which a were generated at rate tau is gamma-distributed, and n of it negative binomial: sums over what is signal."""
    made = np.array([0.0, 1, 3, 8, 20, 3, 2, 1, 0, 5, 6, 7])
    tau = np.maximum(made, 1.0)
    model = Model((Channel("c", (Sample("s", S, (Scale("mu"),)), Sample("b", B, (PerBin("mc", "poisson", tau, made),))), SEEN),))
    s, log_l = np.linspace(0, 12, 6001), np.zeros(6001)
    for b, n in enumerate(SEEN):
        k = np.arange(int(n) + 1)
        background = nbinom.pmf(int(n) - k, made[b] + 1, tau[b] / (tau[b] + B[b]))
        log_l += np.log(poisson.pmf(k, s[:, None] * S[b]) @ background)
    cumulated = np.concatenate([[0.0], np.cumsum(np.exp(log_l[1:]) + np.exp(log_l[:-1]))])
    assert limit(model) == pytest.approx(np.interp(0.9, cumulated / cumulated[-1], s), rel=5e-5)


def test_data_sets_together_are_those_alone():
    packed = pack(SPLIT)
    one = fit.as_data(packed, SPLIT.observed())
    rng = np.random.default_rng(2)
    many = fit.Data(
        np.zeros(7, np.int64), rng.poisson(B, (7, 12)).astype(float), np.repeat(one.auxiliary, 7, 0), np.repeat(one.local, 7, 0)
    )
    together = quantiles(packed, many, 0.9)
    alone = [float(quantiles(packed, many.rows(np.array([i])), 0.9)[0]) for i in range(7)]
    assert together == pytest.approx(alone, rel=1e-9)
    assert (quantiles(packed, many, 0.9, jobs=2) == together).all()


def test_a_hypothesis_without_a_signal_is_refused():
    empty = Model((Channel("c", (Sample("s", [S, 0 * S], (Scale("mu"),)), Sample("b", B))),)).with_data(SEEN)
    with pytest.raises(BadValue, match=r"1 of 2.*empty"):
        quantiles(pack(empty), fit.as_data(pack(empty), empty.observed()), 0.9)


def test_the_bound_ends_the_prior():
    assert 0.45 < limit(SPLIT, s_max=0.5) < 0.5
    assert limit(SPLIT, s_max=40.0, nodes=61) == pytest.approx(limit(SPLIT), rel=1e-4)


def test_counts_and_their_derivatives_uncompiled():
    """``levels`` are the counts of ``rates``, whose derivatives are differences of them; -ln L is the one of the fit."""
    packed = pack(MODELS["generated"][0])
    ints, theta, gamma = packed.numbers[:3], np.array([0.7, 0.4]), np.linspace(0.8, 1.3, 12)
    lam, J, x, room = np.empty(12), np.empty((2, 12)), np.empty(12), np.empty(24)
    likelihood.rates(theta, gamma, 0, ints, *packed.numbers[3:], lam, J, x)
    for p in range(2):
        both = []
        for step in (1e-6, -1e-6):
            moved, found = theta.copy(), np.empty(12)
            moved[p] += step
            likelihood.levels(moved, gamma, 0, ints, *packed.numbers[3:], found, room)
            both.append(found)
        assert (both[0] - both[1]) / 2e-6 == pytest.approx(J[p], rel=1e-6, abs=1e-8)
        assert (both[0] + both[1]) / 2 == pytest.approx(lam, rel=1e-8)
    data = fit.as_data(packed, np.array(SEEN))
    given = (theta, gamma, 0, data.auxiliary[0], data.local[0], packed.kinds, packed.widths, packed.local_kinds, packed.local_widths)
    ours = averages.deviation(data.counts[0], lam, *given, room)
    assert ours == pytest.approx(likelihood.minus_log(data.counts[0], lam, *given), rel=1e-12)
    lam[3] = 0.0
    assert averages.deviation(data.counts[0], lam, *given, room) == likelihood.HUGE
