"""p-values, and the functions that they and the limits rest on."""

from math import inf, log1p

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betainc, gammainc, gammaincc, gammaln, ndtr

from darkrecoil._errors import BadValue
from darkrecoil.statistics import incomplete, marginal, rules
from darkrecoil.statistics.counting import Counting, from_sources
from darkrecoil.statistics.pvalues import p_value, significance

fixed = settings(derandomize=True, deadline=None, max_examples=40)


@pytest.mark.parametrize(  # examples of Cousins, Linnemann and Tucker, NIM A 595 (2008) 480
    ("on", "off", "tau", "p", "z"),
    [
        (4, 5, 5.0, 0.04802149221409338, 1.6643476037266853),
        (9, 17.83, 4.69, 0.03460281155046266, 1.8170750460878944),
        (50, 55, 2.0, 0.0016772416272388998, 2.933236440175365),
        (200, 10, 0.1, 0.013872099167356843, 2.2008845446704415),
        (167589, 1864910, 11.22, 0.0006226641780243716, 3.2282895885867404),
        (2119449, 23671193, 11.22, 7.531020388866142e-11, 6.404745504483537),
    ],
)
def test_a_generated_background_alone_is_z_bi(on, off, tau, p, z):
    window = from_sources([off / tau], [off / tau**2], [1 / tau])
    assert p_value(on, window) == pytest.approx(p, rel=1e-9, abs=0.0)
    assert significance(p_value(on, window)) == pytest.approx(z, rel=1e-9, abs=0.0)
    assert betainc(on, off + 1, 1 / (1 + tau)) == pytest.approx(p, rel=1e-9, abs=0.0)


@pytest.mark.parametrize(  # quadrature over a truncated Gaussian background of 22 %
    ("n", "b", "p", "z", "without"),
    [
        (5, 2.0, 0.0609852032862486, 1.546555751579165, 0.052653017343711125),
        (12, 4.0, 0.002490527311309063, 2.808256431154713, 0.0009152291472700608),
        (25, 15.0, 0.0399838934295281, 1.7508730098712215, 0.011164780271550276),
        (1, 0.05, 0.048713164013743905, 1.6574608982559866, 0.04877057549928599),
    ],
)
def test_truncated_gaussian_background(n, b, p, z, without):
    got = p_value(n, Counting(b, 0.22, response="gaussian"))
    assert got == pytest.approx(p, rel=1e-10, abs=0.0)
    assert significance(got) == pytest.approx(z, rel=1e-10, abs=0.0)
    assert p_value(n, Counting(b)) == pytest.approx(without, rel=1e-10, abs=0.0)


@pytest.mark.parametrize(
    "window",
    [
        Counting(6.0, 0.3),
        from_sources([5, 1, 0], [5, 3, 0], [1, 3, 0.5], 0.2),
        Counting(250.0, 0.1),
        from_sources([240, 10, 0], [600, 200, 0], [1, 3, 40]),
    ],
)
@pytest.mark.parametrize("n", [1, 4, 12, 230, 320])
def test_at_least_n_and_fewer_are_everything(window, n):
    fewer = marginal.below(n - 1, window)(np.zeros(1))[0]
    assert fewer + p_value(n, window) == pytest.approx(1.0, abs=2e-9)


def test_p_value_against_toys():
    window = from_sources([5, 1, 0], [5, 3, 0], [1, 3, 0.5], 0.2)
    rng = np.random.default_rng(3)
    toys = 400_000
    amount = rng.gamma(6, 1, toys) + rng.gamma(1 / 3 + 1, 3, toys) + rng.gamma(1, 0.5, toys)
    drawn = rng.poisson(amount * np.exp(rng.standard_normal(toys) * log1p(0.2)))
    for n in (3, 10, 20):
        p = p_value(n, window)
        assert np.mean(drawn >= n) == pytest.approx(p, abs=5 * np.sqrt(p * (1 - p) / toys))


@pytest.mark.parametrize(
    "window", [from_sources([150, 50, 0], [300, 1250, 0], [2, 25, 25]), from_sources([200, 0], [20, 0], [0.1, 80], 0.05)]
)
def test_small_p_values_of_broad_sources_keep_their_digits(window, monkeypatch):
    """The sum of positive terms against the closed form in the broadest source, far out; 1e-5 in p is 1e-6 in Z at 9 sigma."""
    for n in (500, 900, 1500):
        monkeypatch.setattr(marginal, "EXACT", 2000)
        exact = p_value(n, window)
        monkeypatch.setattr(marginal, "EXACT", 100)
        assert p_value(n, window) == pytest.approx(exact, rel=1e-5, abs=0.0)


def test_trivial_p_values():
    assert p_value(0, Counting(3.0, 0.2)) == 1.0
    assert p_value(2, Counting(0.0)) == 0.0
    assert p_value(2000, Counting(0.0)) == 0.0
    assert significance(0.5) == 0.0
    assert significance(0.0) == inf
    assert significance(float(ndtr(-3.0))) == pytest.approx(3.0)


@fixed
@given(n=st.integers(0, 300), b=st.floats(0.01, 300.0), d=st.floats(0.0, 0.6))
def test_p_falls_with_the_count_and_grows_with_the_background(n, b, d):
    p = p_value(n + 1, Counting(b, d))
    assert p <= p_value(n, Counting(b, d)) * (1 + 1e-9)
    assert p <= p_value(n + 1, Counting(1.1 * b, d)) * (1 + 1e-9)


@fixed
@given(b=st.floats(0.5, 200.0), d=st.floats(0.0, 0.4), more=st.floats(0.05, 0.3))
def test_an_excess_of_three_sigma_is_less_significant_with_a_larger_error(b, d, more):
    n = int(b * (1 + 3 * d) + 3 * np.sqrt(b) + 2)
    assert p_value(n, Counting(b, d + more)) > p_value(n, Counting(b, d))


@pytest.mark.parametrize("n", [-1, 1.5, float("nan")])
def test_refusal(n):
    with pytest.raises(BadValue, match="not a count"):
        p_value(n, Counting(1.0))


# ---- incomplete gamma functions and rules


@pytest.mark.parametrize("shape", [1.2e4, 3e4])
def test_temme_against_the_series_where_that_converges(shape):
    x = shape + np.sqrt(shape) * np.linspace(-8, 8, 65)
    assert incomplete.upper(shape, x) == pytest.approx(gammaincc(shape, x), rel=1e-8, abs=0.0)
    assert incomplete.lower(shape, x) == pytest.approx(gammainc(shape, x), rel=1e-8, abs=0.0)


def test_temme_near_the_shape_and_at_the_edges():
    """Poisson median: Q(a, a) = 1/2 + 1/(3 sqrt(2 pi a)) + ...; no mean, no chance of an event."""
    a = 1e6
    assert incomplete.upper(a, np.array([a]))[0] == pytest.approx(0.5 + (-1 / 3 - 1 / 540 / a) / np.sqrt(2 * np.pi * a), rel=1e-13, abs=0.0)
    assert incomplete.upper(a, np.array([0.0]))[0] == 1.0
    assert incomplete.lower(a, np.array([0.0]))[0] == 0.0
    steps = incomplete.upper(a, a * np.exp(np.array([0.0299999, 0.0300001, -0.0299999, -0.0300001])))
    assert steps[2] == pytest.approx(steps[3], rel=1e-9, abs=0.0)


def test_the_poisson_recurrence_holds_at_large_shape():
    """Q(a + 1, x) - Q(a, x) = x^a e^-x / Gamma(a + 1), across the switch of the two ways."""
    for a in (9999.0, 9999.5, 1e5):
        x = a + np.sqrt(a) * np.array([-6.0, -1.0, 0.0, 2.0, 6.0])
        step = np.exp(a * np.log(x) - x - gammaln(a + 1))
        assert incomplete.upper(a + 1, x) - incomplete.upper(a, x) == pytest.approx(step, rel=1e-6, abs=1e-13)


@pytest.mark.parametrize("shape", [1.0, 1.5, 40.0, 1e7])
def test_gamma_rule_has_the_moments(shape):
    rule = rules.gamma(shape, 2.0, 12)
    assert rule.weights.sum() == pytest.approx(1.0)
    assert rule.mean(rule.points) == pytest.approx(2 * shape)
    assert rule.mean((rule.points - 2 * shape) ** 2) == pytest.approx(4 * shape, rel=1e-6)
    assert rule.mean((rule.points - 2 * shape) ** 3) == pytest.approx(16 * shape, rel=1e-5, abs=1e-9 * shape**1.5)


def test_gauss_keeps_moments_and_shrinks():
    big = rules.product(np.add, rules.gamma(3.0, 1.0, 20), rules.gamma(1.0, 2.0, 20))
    small = rules.gauss(big, 8)
    assert len(small.points) == 8
    for power in range(16):
        assert small.mean(small.points**power) == pytest.approx(big.mean(big.points**power), rel=1e-10, abs=0.0)


@pytest.mark.parametrize("relative", [0.05, 0.3, 1.0])
@pytest.mark.parametrize("response", ["exponential", "gaussian"])
def test_factor_rule_and_its_distribution_agree(relative, response):
    rule, kink = rules.factor(relative, response, 30.0), 5e-5 if response == "gaussian" else 1e-8  # of the sum below, at zero
    for x in (0.2, 0.8, 1.0, 1.7):
        below = rules.factor_below(np.array([x]), relative, response)[0]
        assert below + rules.factor_above(np.array([x]), relative, response)[0] == pytest.approx(1.0, abs=1e-14)
        soft = ndtr((x - rule.points) / (0.2 * relative))  # a smooth step about x; averaged back over x it is the step
        wide = np.linspace(-6, 6, 121) * 0.2 * relative
        back = rules.factor_below(x - wide, relative, response) @ np.exp(-((wide / (0.2 * relative)) ** 2) / 2)
        assert rule.mean(soft) == pytest.approx(back * 0.1 / np.sqrt(2 * np.pi), abs=kink)


def test_gaussian_factor_is_never_negative():
    assert (rules.factor(0.5, "gaussian").points > 0).all()
    assert rules.factor_below(np.array([-1.0, 0.0]), 0.5, "gaussian") == pytest.approx(0.0, abs=1e-15)
    assert rules.factor_above(np.array([-1.0, 0.0]), 0.5, "gaussian") == pytest.approx(1.0, abs=1e-15)
