"""Where simple statistics go wrong at few events, each shown beside what is done here; coverage; priors; toys; figures of merit."""

from math import log, sqrt

import numpy as np
import pytest
from scipy.special import gammaincc, ndtr

from darkrecoil._errors import BadValue, UnknownName
from darkrecoil.statistics import exact, merit, nodes, posterior, scan, toys
from darkrecoil.statistics.counting import Counting, from_sources
from darkrecoil.statistics.coverage import coverage
from darkrecoil.statistics.fit import as_data
from darkrecoil.statistics.model import Channel, Model, Norm, PerBin, Sample, Scale
from darkrecoil.statistics.packed import pack
from darkrecoil.statistics.posterior import of_count, of_model
from darkrecoil.statistics.window import Options, interval, of_counting

# ---- asymptotic formulas at few events


def test_asymptotic_cls_at_no_event_is_wrong_and_is_not_taken():
    """n = 0, b = 1: 1.75 by the formulas, -ln 0.1 exactly."""
    asymptotic, auto = (interval(Counting(1.0), observed=0, options=Options("cls", calculator=how)) for how in ("asymptotic", "auto"))
    assert asymptotic.observed == pytest.approx(1.7516, abs=1e-3)
    assert auto.observed == pytest.approx(-log(0.1), rel=1e-9)
    assert any(line.startswith("exact") for line in auto.assumptions)
    assert any("few events" in line and "warning" in line for line in asymptotic.assumptions)


@pytest.mark.parametrize(("b", "n", "worst"), [(110.0, 115, 0.015), (400.0, 380, 0.01)])
def test_above_the_switch_the_two_ways_agree(b, n, worst):
    window = Counting(b, 0.1, 1.0, 0.1)
    auto = interval(window, observed=n, options=Options("cls"))
    assert any(line.startswith("asymptotic") for line in auto.assumptions)
    bayes = interval(window, observed=n)
    assert auto.observed == pytest.approx(bayes.observed, rel=3 * worst)
    if n <= exact.LARGEST:
        assert auto.observed == pytest.approx(interval(window, observed=n, options=Options("cls", calculator="exact")).observed, rel=worst)


def test_bayes_is_cls_for_a_known_efficiency_only():
    known, vague = Counting(3.0, 0.3), Counting(3.0, 0.3, 1.0, 0.3)
    cls = [interval(w, observed=4, options=Options("cls")).observed for w in (known, vague)]
    bayes = [interval(w, observed=4).observed for w in (known, vague)]
    assert cls[0] == pytest.approx(bayes[0], rel=1e-6)
    assert cls[1] < 0.96 * bayes[1]


def test_cls_by_enumeration_is_a_ratio_of_sums():
    window = Counting(3.0, 0.2, 1.0, 0.15)
    limit = interval(window, 0.95, 4, Options("cls")).observed
    z = np.linspace(-8, 8, 161)
    w = np.exp(-z * z / 2)
    b, e = 3.0 * np.exp(z * np.log(1.2)), np.exp(z * np.log(1.15))

    def at_most(s):
        return w @ gammaincc(5, s * e[None, :] + b[:, None]) @ w

    assert at_most(limit) / at_most(0.0) == pytest.approx(0.05, rel=1e-6)


# ---- toys


def test_toys_find_the_exact_limit_and_ties_count():
    """No event: every toy with none ties with the data, half of the weight; without ties CLs would be zero. 2000 toys: 4 %."""
    packed = pack(Model((Channel("c", (Sample("s", [1.0], (Scale("mu"),)), Sample("b", [1.0]))),)))
    upper, expected, lost = toys.limit(packed, 0, np.array([0.0]), 0.9, 2000, 1)
    assert upper == pytest.approx(-log(0.1), rel=0.05)
    assert expected[0] == pytest.approx(-log(0.1), rel=0.05)
    assert expected[4] == pytest.approx(interval(Counting(1.0), options=Options("cls")).expected[4], rel=0.06)
    assert lost == 0
    found = toys.scan(packed, np.array([0.0]), np.array([1.0]), 4000, 1)
    assert found.observed[0] == pytest.approx(np.exp(-1.0), rel=0.08)
    again = toys.scan(packed, np.array([0.0]), np.array([1.0]), 4000, 1, jobs=2)
    assert (again.observed == found.observed).all()


def two_bins(b, s, observed):
    both = (Norm("bkg", 1.2, 1 / 1.2),)
    return Model((Channel("m", (Sample("s", s, (Scale("mu"), Norm("eff", 1.1, 1 / 1.1))), Sample("b", b, both)), observed),))


def test_many_bins_of_few_events_go_to_toys_by_themselves():
    few = scan.limits(two_bins([0.8, 1.2], [1.0, 0.5], [1.0, 1.0]), 0.9, scan.Options("cls", toys=400))[0]
    many = scan.limits(two_bins([80.0, 120.0], [10.0, 5.0], [85.0, 119.0]), 0.9, scan.Options("cls"))[0]
    assert "toys" in few.assumptions[0]
    assert "asymptotic" in many.assumptions[0]
    asymptotic = scan.limits(two_bins([0.8, 1.2], [1.0, 0.5], [1.0, 1.0]), 0.9, scan.Options("cls", calculator="asymptotic"))[0]
    assert any("warning" in line for line in asymptotic.assumptions)
    assert few.observed > 1.02 * asymptotic.observed


# ---- what was not generated


def test_an_empty_window_is_not_no_background():
    """In every method: one lost source of unit weight 2 widens the band and weakens nothing observed."""
    lost, none = from_sources([0.0], [0.0], [2.0]), Counting(1e-9)
    for method in ("bayes", "cls", "fc"):
        how = Options(method, fc_rule="hull")
        assert interval(lost, options=how).expected[4] > interval(none, options=how).expected[4] + 1
    packed = pack(of_counting(lost).with_data([3.0]))
    assert packed.local_centre[0, 0] == 0.0
    made = nodes.of_model(packed)
    assert made.background()[0] == pytest.approx(2.0, rel=2e-3)  # mean of the exponential: one unit


def test_few_generated_events_widen_a_fit_as_they_widen_the_average():
    """Profiled and averaged alike: 4 events of weight 5 are 20 +- 10, not 20."""
    poor, known = from_sources([20.0], [100.0], [5.0]), Counting(20.0)
    for how in (Options("cls", calculator="asymptotic"), Options("cls", calculator="exact"), Options("bayes")):
        assert interval(poor, observed=24, options=how).observed > 1.3 * interval(known, observed=24, options=how).observed


# ---- posterior: nodes, many bins, priors


@pytest.mark.parametrize(  # nuisances shared by signal and background: quadrature to 1e-9
    ("n", "b", "signal", "background", "limit"),
    [
        (4, 3.0, (0.015, 0.05, 0.04, 0.04, 0.125, 0.0), (0.0, 0.05, 0.04, 0.04, 0.0, 0.22), 5.686752710219605),
        (2, 1.2, (0.015, 0.01, 0.04, 0.04, 0.0), (0.0, 0.01, 0.04, 0.04, 0.22), 4.3577684071136655),
        (0, 0.7, (0.015, 0.05, 0.04, 0.04, 0.125), (0.0, 0.05, 0.04, 0.04, 0.22), 2.423954980861231),
    ],
)
def test_correlated_nuisances(n, b, signal, background, limit):
    """Exactly, by a product rule and by a lattice about the conditional maxima: 1e-4 asked for."""
    factors = [tuple(Norm(f"n{i}", 1 + d, 1 / (1 + d)) for i, d in enumerate(some) if d) for some in (signal, background)]
    model = Model((Channel("c", (Sample("s", [1.0], (Scale("mu"), *factors[0])), Sample("b", [b], factors[1])), [n]),))
    assert scan.limits(model, 0.9, scan.Options("bayes"))[0].observed == pytest.approx(limit, rel=1e-9)
    packed = pack(model)
    data = as_data(packed, model.observed())
    assert of_model(packed, data)[0].quantile(0.9) == pytest.approx(limit, rel=1e-4)
    assert of_model(packed, data, points=4096)[0].quantile(0.9) == pytest.approx(limit, rel=1e-4)


def test_the_posterior_of_generated_counts():
    """Five events of two, a lost source: by Laplace in the logarithm and by the exact sum over counts."""
    window = from_sources([5.0, 0.0], [5.0, 0.0], [1.0, 0.7], 0.1, 1.0, 0.1)
    model = of_counting(window).with_data([6.0])
    packed = pack(model)
    ours = of_model(packed, as_data(packed, model.observed()), points=8192)[0].quantile(0.9)
    assert ours == pytest.approx(interval(window, observed=6).observed, rel=2e-3)


@pytest.mark.parametrize("b", [0.0, 3.0])
def test_priors_in_closed_form(b):
    """Known b: reference prior (s + b)^-1/2, so the posterior is Gamma(n + 1/2) in s + b; log-flat begins at 0.01 events."""
    made = nodes.of_counting(Counting(b))
    s = of_count(4, made, "reference").quantile(0.9)
    assert gammaincc(4.5, s + b) / gammaincc(4.5, b) == pytest.approx(0.1, rel=1e-3)
    x = np.geomspace(0.01, 60, 200_001)
    density = np.exp(4 * np.log(x + b) - x) / x
    parts = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(x))])
    assert of_count(4, made, "log").quantile(0.9) == pytest.approx(np.interp(0.9, parts / parts[-1], x), rel=1e-3)
    assert of_count(4, made).quantile(0.9) == pytest.approx(interval(Counting(b), observed=4).observed, rel=1e-4)


def test_priors_are_ordered_and_told():
    limits = {p: interval(Counting(3.0, 0.2, 1.0, 0.15), observed=3, options=Options(prior=p)) for p in posterior.PRIORS}
    assert limits["log"].observed < limits["reference"].observed < limits["flat"].observed
    assert any("0.01 signal events" in line for line in limits["log"].assumptions)
    with pytest.raises(UnknownName, match="reference"):
        Options(prior="jeffreys")


def test_many_bins_with_one_that_matters_are_one_bin():
    one = Model(
        (
            Channel(
                "c", (Sample("s", [2.0], (Scale("mu"), Norm("eff", 1.1, 1 / 1.1))), Sample("b", [4.0], (Norm("bkg", 1.2, 1 / 1.2),))), [5]
            ),
        )
    )
    split = two_bins([4.0, 3.0], [2.0, 1e-12], [5.0, 3.0])
    for prior in ("flat", "reference"):
        a = scan.limits(one, 0.9, scan.Options("bayes", prior))[0].observed
        packed = pack(one)
        b = of_model(packed, as_data(packed, one.observed()), prior)[0].quantile(0.9)
        assert b == pytest.approx(a, rel=1e-4 if prior == "flat" else 0.02)
    assert of_model(pack(split), as_data(pack(split), split.observed()))[0].quantile(0.9) == pytest.approx(2.9, abs=0.4)


# ---- coverage


@pytest.mark.parametrize(  # exact numbers of another code, known b
    ("b", "means", "worst"),
    [
        (0.5, (2.856162904789981, 2.919203592894184, 1.5936033361163916), 0.78),
        (3.0, (4.414809655484716, 4.550870247228259, 3.096293331376952), 0.86),
    ],
)
def test_profile_limits_undercover_and_the_others_do_not(b, means, worst):
    found = {c.method: c for c in coverage(Counting(b), np.linspace(0, 8, 33))}
    assert [found[m].mean_limit for m in ("fc", "bayes", "profile")] == pytest.approx(means, rel=1e-5)
    assert found["profile"].averaged.min() < worst
    for method in ("bayes", "cls", "fc"):
        assert found[method].averaged.min() > 0.9 - 1e-6
    assert found["bayes"].averaged == pytest.approx(found["cls"].averaged)


@pytest.mark.parametrize("b", [0.5, 3.0])
def test_coverage_with_systematics(b):
    """15 % efficiency, 20 % background: each of the three holds 90 %, averaged over the nuisances and at their central values."""
    for c in coverage(Counting(b, 0.2, 1.0, 0.15), np.linspace(0, 8, 17), methods=("bayes", "fc", "cls")):
        assert c.averaged.min() > 0.9 - 1e-6, c.method
        assert c.nominal.min() > 0.9 - 5e-3, c.method


def test_coverage_refusals():
    with pytest.raises(UnknownName, match="bayes"):
        coverage(Counting(1.0), np.zeros(1), methods=("best",))
    for signals in ([], [-1.0], [np.nan]):
        with pytest.raises(BadValue, match="true signals"):
            coverage(Counting(1.0), np.array(signals))
    with pytest.raises(BadValue, match="few events"):
        coverage(Counting(5000.0), np.zeros(1))


# ---- figures of merit


def test_punzi_forms():
    """Small B: a^2/8 + 9 b^2/13 + a sqrt B + b^2/2 + ...; large B: (a + b) sqrt B, as a/2 + sqrt B has it up to a factor."""
    a, b = 3.0, 1.28155
    assert merit.punzi_minimum(1.0, 0.0) == pytest.approx(a * a / 8 + 9 * b * b / 13 + b * b / 2, rel=1e-12)
    assert merit.punzi_minimum(0.5, 1e12, 2.0) == pytest.approx((a + b) * 1e6, rel=1e-5)
    assert merit.punzi_minimum(0.0, 1.0) == np.inf
    assert merit.punzi(0.3, 16.0) == pytest.approx(0.3 / 5.5)
    best = np.argmin(merit.punzi_minimum(np.array([0.9, 0.5, 0.1]), np.array([1e4, 1.0, 0.0])))
    assert best == 1


def test_asimov_significance():
    assert merit.asimov(1.0, 1e4) == pytest.approx(0.01, rel=1e-3)
    assert merit.asimov(10.0, 5.0) == pytest.approx(sqrt(2 * (15 * log(3) - 10)), rel=1e-12)
    assert merit.asimov(10.0, 5.0, 1e-4) == pytest.approx(merit.asimov(10.0, 5.0), rel=1e-6)
    assert merit.asimov(10.0, 1e6, 1e4) == pytest.approx(10 / sqrt(1e6 + 1e8), rel=1e-3)
    with pytest.raises(BadValue, match="no background"):
        merit.asimov(1.0, 0.0)
    with pytest.raises(BadValue, match="at least zero"):
        merit.asimov(1.0, -1.0)


def test_asimov_significance_is_that_of_the_fit():
    """q_0 of the Asimov data set with a measured background: a second channel of tau b events."""
    s, b, sigma = 8.0, 10.0, 3.0
    tau = b / sigma**2
    model = Model(
        (Channel("c", (Sample("s", [s], (Scale("mu"),)), Sample("b", [b], (PerBin("g", "poisson", [tau * b], [tau * b]),))), [s + b]),)
    )
    found = scan.limits(model, 0.9, scan.Options("profile"))[0]
    assert found.significance == pytest.approx(float(merit.asimov(s, b, sigma)), rel=1e-6)
    assert found.p_value == pytest.approx(ndtr(-found.significance), rel=1e-6)
