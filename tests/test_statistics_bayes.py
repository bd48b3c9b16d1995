"""Bayesian limits against closed forms, other codes and a posterior computed on a grid."""

from math import expm1, hypot, inf, log, log1p, nan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammainc, gammaincc, gammainccinv, gammaln, ndtr, ndtri, xlogy

from darkrecoil._errors import BadValue, UnknownName
from darkrecoil.statistics import bayes, marginal
from darkrecoil.statistics.bayes import expected, interval, upper_limit
from darkrecoil.statistics.counting import Counting, Source, from_sources, gammas, known, mean, spread

fixed = settings(derandomize=True, deadline=None, max_examples=40)


# ---- known background: closed forms


@pytest.mark.parametrize("level", [0.68, 0.9, 0.95, 0.999])
@pytest.mark.parametrize("background", [0.0, 0.7, 3.0, 200.0])
def test_no_events_give_minus_ln_of_one_minus_level_whatever_the_background(level, background):
    assert upper_limit(0, Counting(background), level) == pytest.approx(-log(1 - level), rel=1e-9)


@pytest.mark.parametrize("n", [1, 3, 10, 150, 199, 200, 201, 202, 5000, 40_000])
def test_without_background_the_limit_is_a_quantile_of_a_gamma_distribution(n):
    assert upper_limit(n, Counting(0.0), 0.9) == pytest.approx(gammainccinv(n + 1, 0.1), rel=1e-9)


@pytest.mark.parametrize(  # closed form, Q(n + 1, S + b)/Q(n + 1, b) solved to 1e-12 elsewhere
    ("n", "background", "level", "limit"),
    [(1, 0, 0.95, 4.743864518390703), (3, 3, 0.9, 4.362388032876909), (10, 10, 0.9, 6.630186877958887)],
)
def test_closed_form_of_a_known_background(n, background, level, limit):
    assert upper_limit(n, Counting(background), level) == pytest.approx(limit, rel=1e-9)


@pytest.mark.parametrize(("n", "background"), [(0, 2.0), (3, 3.0), (12, 4.5), (90, 100.0)])
def test_cls_of_the_limit_is_one_minus_the_level_for_a_known_background(n, background):
    """CLs = P(N <= n | s + b)/P(N <= n | b) by summing Poisson probabilities, an independent way to the same number."""
    limit = upper_limit(n, Counting(background), 0.95)
    k = np.arange(n + 1)

    def cdf(m: float) -> float:
        return float(np.exp(xlogy(k, m) - m - gammaln(k + 1)).sum())

    assert cdf(limit + background) / cdf(background) == pytest.approx(0.05, rel=1e-8)


def test_the_limit_is_on_the_yield_divided_by_the_efficiency():
    assert upper_limit(4, Counting(3.0, 0.2, 0.05, 0.1)) == pytest.approx(20 * upper_limit(4, Counting(3.0, 0.2, 1.0, 0.1)), rel=1e-9)


# ---- with systematics: numbers of other codes (quadrature and mpmath), to the 1e-4 asked for and better


def relative(background: float, error: float) -> float:
    return error / background if background else 0.0


@pytest.mark.parametrize(  # truncated Gaussian background and efficiency: adaptive quadrature, mpmath to 2e-9
    ("n", "background", "error", "efficiency_error", "level", "limit"),
    [
        (0, 1.0, 0.3, 0.0, 0.9, 2.302585092994046),
        (5, 3.0, 1.0, 0.0, 0.95, 7.971283717959563),
        (10, 8.0, 2.0, 0.0, 0.9, 8.705311329643967),
        (3, 3.0, 0.66, 0.146, 0.9, 4.740095231829625),
        (10, 10.0, 2.2, 0.146, 0.9, 7.982508715287987),
        (30, 30.0, 6.6, 0.146, 0.9, 15.935841017551978),
    ],
)
def test_gaussian_response_against_quadrature(n, background, error, efficiency_error, level, limit):
    window = Counting(background, relative(background, error), 1.0, efficiency_error, response="gaussian")
    assert upper_limit(n, window, level) == pytest.approx(limit, rel=1e-7)


def test_exponential_response_of_the_efficiency_is_exp_of_z_ln_one_plus_d():
    """mpmath; exp(0.15 z) would give 2.3896, a median of one with the rms of 15 % 2.3886."""
    assert upper_limit(0, Counting(0.0, 0.0, 1.0, 0.15)) == pytest.approx(2.3779820092224933, rel=1e-9)


def test_a_source_without_events_is_an_exponential_background():
    """Quadrature with b gamma-distributed, mean and rms 0.5, and a log-normal efficiency of 20 %."""
    assert upper_limit(1, from_sources([0.0], [0.0], [0.5], efficiency_relative=0.2)) == pytest.approx(3.841481220247641, rel=1e-9)


@pytest.mark.parametrize(  # quadrature
    ("error", "s_max", "limit"),
    [
        (0.2, 20.0, 2.5537291342266597),
        (0.2, 1e3, 2.5543333094085714),
        (0.3, 20.0, 3.236271037435481),
        (0.3, 1e3, 3.631475034974648),
        (0.4, 20.0, 5.272463611922213),
        (0.4, 1e3, 40.558496316555946),
        (0.5, 20.0, 7.915192253879383),
        (0.5, 1e3, 181.0204834737723),
    ],
)
def test_a_gaussian_efficiency_is_improper_and_hangs_on_the_bound(error, s_max, limit):
    assert upper_limit(0, Counting(0.0, 0.0, 1.0, error, response="gaussian"), 0.9, s_max) == pytest.approx(limit, rel=2e-6)


def test_the_bound_is_told_and_wide_gaussians_are_warned_of():
    told = interval(Counting(0.0, 0.0, 1.0, 0.4, response="gaussian"), observed=0, s_max=500.0).assumptions
    assert any("500" in line and "improper" in line for line in told)
    assert any("40%" in line and "25 %" in line for line in told)
    assert any("rests on the bound" in line for line in told)
    calm = interval(Counting(3.0, 0.2, 1.0, 0.1, response="gaussian"), observed=3).assumptions
    assert not any("warning" in line or "rests" in line for line in calm)


def test_the_response_alone_moves_the_limit_by_three_per_cent_and_is_told():
    exponential, gaussian = (Counting(3.0, 0.22, 1.0, 0.146, response=kind) for kind in ("exponential", "gaussian"))
    assert upper_limit(3, gaussian) / upper_limit(3, exponential) == pytest.approx(1.033, abs=0.003)
    assert "exponential" in interval(exponential, observed=3).method
    assert "gaussian" in interval(gaussian, observed=3).method


@pytest.mark.parametrize(  # nuisances shared by signal and background, by quadrature to 1e-9
    ("n", "background", "signal", "shared", "limit", "missing"),
    [
        (4, 3.0, (0.015, 0.05, 0.04, 0.04, 0.125), (0.05, 0.04, 0.04, 0.22), 5.686752710219605, 0.010),
        (2, 1.2, (0.015, 0.01, 0.04, 0.04), (0.01, 0.04, 0.04, 0.22), 4.3577684071136655, 0.003),
        (0, 0.7, (0.015, 0.05, 0.04, 0.04, 0.125), (0.05, 0.04, 0.04, 0.22), 2.423954980861231, 0.019),
    ],
)
def test_errors_shared_by_signal_and_background_are_outside_the_model_at_the_per_cent_level(n, background, signal, shared, limit, missing):
    def together(errors):
        return expm1(hypot(*(log1p(d) for d in errors)))

    ours = upper_limit(n, Counting(background, together(shared), 1.0, together(signal)))
    assert 1 - ours / limit == pytest.approx(missing, abs=0.001)


# ---- against a posterior on a grid: no incomplete gamma function, no clever sum


def posterior_limit(n, base, source, relative_b, relative_e, response, level, end, cells=4000):
    """Quantile of the posterior of s, by summing the likelihood over s, both response factors and one gamma source."""
    z = np.linspace(-7, 7, 57)
    prior = np.exp(-z * z / 2)

    def factor(d):
        return np.exp(z * log1p(d)) if response == "exponential" else 1 + z * d

    amount, weight = np.array([0.0]), np.array([1.0])
    if source:
        shape, scale = source
        u = np.linspace(-25, 5, 401)  # ln of the gamma variable
        amount, weight = scale * np.exp(u), np.exp(shape * u - np.exp(u))
    r_b, w_b = (factor(relative_b), prior) if relative_b else (np.ones(1), np.ones(1))
    r_e, w_e = (factor(relative_e), prior) if relative_e else (np.ones(1), np.ones(1))
    s = (np.arange(cells) + 0.5) * end / cells
    beta, w_beta = np.outer(r_b, base + amount).ravel(), np.outer(w_b, weight).ravel()
    density = np.zeros(cells)
    for e, we in zip(r_e, w_e, strict=True):
        for block in np.array_split(np.arange(len(beta)), max(1, len(beta) // 2000)):
            mu = e * s[:, None] + beta[block]
            density += we * (np.exp(n * np.log(mu) - mu - gammaln(n + 1)) @ w_beta[block])
    cumulated = np.concatenate([[0.0], np.cumsum(density)])
    return float(np.interp(level, cumulated / cumulated[-1], np.linspace(0, end, cells + 1)))


@pytest.mark.parametrize(
    ("n", "base", "source", "relative_b", "relative_e", "response", "level", "end"),
    [
        (4, 3.0, None, 0.22, 0.15, "exponential", 0.9, 60),
        (4, 3.0, None, 0.13, 0.12, "gaussian", 0.95, 60),
        (2, 0.0, (1.0, 0.8), 0.3, 0.0, "exponential", 0.9, 40),
        (6, 1.0, (4.5, 0.6), 0.0, 0.0, "exponential", 0.9, 50),
        (6, 1.0, (4.5, 0.6), 0.4, 0.0, "exponential", 0.68, 50),
        (300, 280.0, None, 0.03, 0.0, "exponential", 0.9, 300),
        (300, 280.0, None, 0.22, 0.0, "exponential", 0.9, 420),
        (260, 100.0, (9.0, 15.0), 0.0, 0.0, "exponential", 0.9, 420),
        (260, 200.0, (1.0, 60.0), 0.05, 0.0, "exponential", 0.9, 420),
        (400, 350.0, None, 0.05, 0.15, "exponential", 0.95, 500),
    ],
)
def test_limit_against_a_posterior_on_a_grid(n, base, source, relative_b, relative_e, response, level, end):
    """Tolerance: the grid's own, cell width squared and the steps of the nuisances; halving them moves it by less."""
    sources = [Source(base, 0.0, 0.0)] if base else []
    if source:
        shape, scale = source
        sources += [Source((shape - 1) * scale, (shape - 1) * scale**2, scale)]
    window = Counting(sum(s.count for s in sources), relative_b, 1.0, relative_e, tuple(sources), response)
    cells = 1500 if source and relative_b else 4000
    assert upper_limit(n, window, level) == pytest.approx(
        posterior_limit(n, base, source, relative_b, relative_e, response, level, end, cells), rel=2e-5
    )


# ---- from n = 0 to a million: the sum and the continuous way are one function

WINDOWS = {
    "known": Counting(200.0),
    "narrow": Counting(200.0, 0.03, 1.0, 0.1),
    "log-normal": Counting(200.0, 0.22, 1.0, 0.15),
    "broad": Counting(200.0, 1.0),
    "gaussian": Counting(200.0, 0.3, 1.0, 0.08, response="gaussian"),
    "generated": from_sources([150, 50], [150, 50 * 2.0], [1, 2], 0.1, 1.0, 0.1),
    "few events": from_sources([150, 50, 0], [150 * 2.0, 50 * 25.0, 0], [2, 25, 25]),
    "few events, blurred": from_sources([150, 50, 0], [150 * 2.0, 50 * 25.0, 0], [2, 25, 25], 0.05, 1.0, 0.1),
    "no events": from_sources([200, 0], [200 * 0.1, 0], [0.1, 80], 0.05),
    "no events, as broad as the count": from_sources([200, 0], [200, 0], [1, 14], 0.02),
    "no events, half as broad": from_sources([200, 0], [20, 0], [0.1, 6], 0.02),
}


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS.keys())
@pytest.mark.parametrize("n", [150, 200, 260])
def test_the_large_count_way_joins_the_sum(window, n, monkeypatch):
    results = []
    for switch in (1000, 100):
        monkeypatch.setattr(marginal, "EXACT", switch)
        results.append([upper_limit(n, window, 0.9, 1e4), marginal.below(n, window)(np.zeros(1))[0], marginal.above(n, window)])
    assert results[0] == pytest.approx(results[1], rel=3e-8)


@pytest.mark.parametrize(
    "window", [from_sources([1500, 500], [45_000, 50_000], [30, 100]), Counting(500.0, 0.05), Counting(420.0), Counting(3000.0, 0.4)],
    ids=["generated", "log-normal", "known", "broad"],
)  # fmt: skip
def test_the_two_ways_agree_far_below_the_background(window, monkeypatch):
    """n = 300 where P(N <= n) is 4e-10 to 2e-18: the limit hangs on the digits of a tail; the transform's are good to exp(-40)."""
    results = []
    for switch in (1000, 100):
        monkeypatch.setattr(marginal, "EXACT", switch)
        results.append(upper_limit(300, window))
    assert results[0] == pytest.approx(results[1], rel=1e-5)


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS.keys())
def test_the_limit_is_smooth_across_the_switch(window):
    limits = np.array([upper_limit(n, window, 0.9, 1e4) for n in range(195, 208)])
    assert (np.diff(limits) > 0).all()
    bends = np.diff(limits, 3)
    assert np.abs(bends).max() < 1e-3 * np.diff(limits).max()


@pytest.mark.parametrize("n", [20, 5000])
@pytest.mark.parametrize("error", [0.1, 0.4])
def test_an_excess_is_blurred_by_the_efficiency(n, error):
    """Without background S is Gamma(n + 1) over the efficiency: E[P(X > epsilon S)/epsilon] = (1 - CL) E[1/epsilon], summed finely."""
    limit = upper_limit(n, Counting(0.0, 0.0, 1.0, error), 0.9)
    z = np.linspace(-9, 9, 20_001)
    epsilon = np.exp(z * log1p(error))
    weight = np.exp(-z * z / 2) / epsilon
    assert weight @ gammaincc(n + 1, epsilon * limit) / weight.sum() == pytest.approx(0.1, rel=1e-8)


def test_a_million_counts_follow_the_normal_limit():
    """sqrt(n) and the background's error in quadrature, up to 1/sqrt(n) corrections; zero mean: Phi(S/sigma) = 0.95 at 90 %."""
    sigma = 1.6448536269514722
    assert upper_limit(1_000_000, Counting(1e6)) == pytest.approx(sigma * 1e3, rel=2e-3)
    assert upper_limit(1_000_000, Counting(1e6, 0.002)) == pytest.approx(sigma * sqrt(1e6 + 4e6), rel=5e-3)
    generated = from_sources([1e6], [1e6 * 9.0], [9.0])
    assert upper_limit(1_000_009, generated) == pytest.approx(sigma * sqrt(1e6 + 9e6), rel=5e-3)


@pytest.mark.parametrize("sigmas", [-6.0, -3.0, 0.0, 4.0, 8.0])
def test_large_deficits_and_excesses_stay_finite_and_ordered(sigmas):
    window = Counting(10_000.0, 0.01, 1.0, 0.1)
    n = round(10_000 + sigmas * sqrt(1e4 + 1e4))
    limits = [upper_limit(n + step, window) for step in (0, 10, 20)]
    assert 0 < limits[0] < limits[1] < limits[2] < max(n - 1e4, 0) * 1.3 + 600


# ---- zero generated is not zero


def test_no_surviving_event_is_not_no_background():
    lost = from_sources([0.0], [0.0], [2.0])
    assert lost.background == 0.0
    assert mean(lost) == 2.0
    assert upper_limit(3, lost) < upper_limit(3, Counting(0.0)) - 0.5
    assert expected(lost)[4] > expected(Counting(0.0))[4] + 1
    assert interval(lost, observed=3).p_value == pytest.approx((2 / 3) ** 3, rel=1e-12)  # geometric: u/(1 + u) each


def test_generated_counts_widen_and_fade_as_more_are_generated():
    """The same 5 events from 1, 3, 20 and 2e8 generated ones, and known."""
    windows = [from_sources([5.0], [25.0 / made], [5.0 / made]) for made in (1, 3, 20, 2e8)]
    spreads = [expected(window)[4] - expected(window)[0] for window in windows]
    assert spreads == sorted(spreads, reverse=True)
    assert [window.background for window in windows] == [5.0] * 4
    assert upper_limit(7, windows[-1]) == pytest.approx(upper_limit(7, Counting(5.0)), rel=1e-6)


def test_shape_scale_and_the_parts_of_a_window():
    window = from_sources([4.0, 0.0, 3.0, 0.0], [2.0, 0.0, 0.0, 0.0], [9.0, 0.5, 9.0, 0.0])
    assert gammas(window) == ((9.0, 0.5), (1.0, 0.5))  # n_eff = 16/2, weight = 2/4; nothing left: one unit
    assert known(window) == 3.0
    assert window.background == 7.0
    assert mean(window) == pytest.approx(3.0 + 4.5 + 0.5)
    assert spread(window) == pytest.approx(sqrt(9 * 0.25 + 0.25))


def test_sources_add_up_as_counts_do():
    """Two sources of equal weight, 3 and 5 events, are one gamma of shape 4 + 6, hence one source of 9 events."""
    two, one = from_sources([3, 5], [3, 5], [1, 1], 0.2), from_sources([9], [9], [1], 0.2)
    assert [upper_limit(n, two) for n in (0, 5, 12, 300)] == pytest.approx([upper_limit(n, one) for n in (0, 5, 12, 300)], rel=1e-8)


# ---- expected limits


@pytest.mark.parametrize(  # exact bands of the flat-prior limit, by enumeration in another code
    ("background", "counts", "limits"),
    [
        (0.5, (0, 0, 0, 1, 2), (2.302585092994046, 2.302585092994046, 2.302585092994046, 3.5081956942479273, 4.843266836653008)),
        (3.0, (0, 1, 3, 5, 7), (2.3025850929940455, 2.838920651580452, 4.3623880328769085, 6.437134695832711, 8.795843648360927)),
        (10.0, (4, 7, 10, 13, 17), (3.3401729300181535, 4.647429294882317, 6.63018687795933, 9.333000610055372, 13.647662421368647)),
    ],
)
def test_expected_band_of_a_known_background(background, counts, limits):
    assert bayes.expected_counts(Counting(background))[0] == counts
    assert expected(Counting(background)) == pytest.approx(limits, rel=1e-9)


@pytest.mark.parametrize("background", [190.0, 300.0, 5000.0])
def test_expected_counts_are_the_smallest_that_reach_the_quantile(background):
    n = np.arange(2 * background)
    cdf = gammaincc(n + 1, background)
    wanted = tuple(int(np.argmax(cdf >= ndtr(z))) for z in (-2, -1, 0, 1, 2))
    assert bayes.expected_counts(Counting(background))[0] == wanted


@pytest.mark.parametrize(
    "window",
    [
        Counting(6.0, 0.4),
        Counting(5.0, 5.0),
        Counting(150.0, 0.3),
        Counting(30_000.0, 0.05),
        from_sources([30, 0], [90, 0], [3, 8.0], 0.2),
        from_sources([4000, 0], [4000 * 160.0, 0], [160, 160]),
    ],
    ids=["few", "five times", "across the switch", "many", "generated", "many, few generated"],
)
def test_expected_counts_are_the_quantiles_of_toys(window):
    """Pseudo-data: nuisances drawn from their distributions, then the count; 4e5 toys, checked in probability to 5 sigma."""
    rng = np.random.default_rng(7)
    toys = 400_000
    amount = known(window) + sum(rng.gamma(a, scale, toys) for a, scale in gammas(window))
    drawn = np.sort(rng.poisson(amount * np.exp(rng.standard_normal(toys) * log1p(window.background_relative))))
    for count, p in zip(bayes.expected_counts(window)[0], (0.02275, 0.15866, 0.5, 0.84134, 0.97725), strict=True):
        slack = 5 * sqrt(p * (1 - p) / toys) + 1e-5
        at_most, below = np.searchsorted(drawn, count, "right") / toys, np.searchsorted(drawn, count) / toys
        assert below - slack < p < at_most + slack


def test_the_interval_without_data_has_a_band_only():
    result = interval(Counting(3.0, 0.2, 0.5, 0.1))
    assert (result.observed, result.intervals, result.p_value, result.significance) == (None, (), None, None)
    assert result.expected is not None
    assert result.expected == tuple(sorted(result.expected))


def test_the_interval_with_data():
    window = Counting(3.0, 0.2, 0.5, 0.1)
    result = interval(window, 0.95, observed=6)
    assert result.observed == upper_limit(6, window, 0.95)
    assert result.intervals == ((0.0, result.observed),)
    z = np.linspace(-8, 8, 81)
    p = float(np.exp(-z * z / 2) @ gammainc(6, 3.0 * np.exp(z * log1p(0.2)))) * 0.2 / sqrt(2 * np.pi)
    assert result.p_value == pytest.approx(p, rel=1e-9)
    assert result.significance == pytest.approx(-ndtri(p), rel=1e-9)
    assert any("prior-predictive" in line for line in result.assumptions)


def test_a_significance_that_does_not_exist_is_none():
    for window, n in ((Counting(0.0), 2), (Counting(3.0), 0)):
        result = interval(window, observed=n)
        assert result.significance is None
        assert any("no significance" in line for line in result.assumptions)


def test_lost_sources_are_told():
    told = interval(from_sources([3.0, 0.0], [1.0, 0.0], [0.3, 0.3])).assumptions
    assert any("1 of 2 sources left no event" in line for line in told)


# ---- properties

backgrounds, errors = st.floats(0.01, 60.0), st.floats(0.0, 0.6)


@fixed
@given(n=st.integers(0, 60), b=backgrounds, db=errors, de=errors)
def test_the_limit_grows_with_the_count(n, b, db, de):
    window = Counting(b, db, 1.0, de)
    assert upper_limit(n + 1, window) > upper_limit(n, window)


@fixed
@given(n=st.integers(0, 60), b=backgrounds, db=errors, more=st.floats(1.01, 2.0))
def test_the_limit_falls_with_the_background_down_to_that_of_no_event(n, b, db, more):
    low, high = upper_limit(n, Counting(b * more, db)), upper_limit(n, Counting(b, db))
    assert -log(0.1) * (1 - 1e-9) <= low <= high * (1 + 1e-9)


@fixed
@given(n=st.integers(0, 60), b=backgrounds, db=errors, de=st.floats(0.0, 0.5), more=st.floats(0.01, 0.3))
def test_the_limit_grows_with_the_error_of_the_efficiency(n, b, db, de, more):
    assert upper_limit(n, Counting(b, db, 1.0, de + more)) > upper_limit(n, Counting(b, db, 1.0, de))


@fixed
@given(n=st.integers(1, 60), over=st.floats(1.0, 2.0), db=st.floats(0.0, 0.5), more=st.floats(0.02, 0.3))
def test_the_limit_grows_with_the_error_of_the_background_unless_there_is_an_excess(n, over, db, more):
    """With an excess it may fall: the median of the log-normal stays, its mean rises, and the excess shrinks."""
    assert upper_limit(n, Counting(n * over, db + more)) > upper_limit(n, Counting(n * over, db))


@fixed
@given(n=st.integers(0, 60), b=backgrounds, db=errors, de=errors, low=st.floats(0.5, 0.95))
def test_the_limit_grows_with_the_level(n, b, db, de, low):
    window = Counting(b, db, 1.0, de)
    assert upper_limit(n, window, low + 0.04) > upper_limit(n, window, low)


def test_two_calls_agree_to_the_bit():
    window = from_sources([150, 50, 0], [300, 1250, 0], [2, 25, 25], 0.05, 1.0, 0.1)
    assert expected(window) == expected(window)


# ---- coverage: how often the limit lies above the true signal


def poisson(n, m):
    return np.exp(xlogy(n, m) - m - gammaln(n + 1))


@pytest.mark.parametrize(  # frequentist coverage at a fixed (s, b), exact numbers of another code
    ("b", "s", "coverage"),
    [
        (0.5, 4.0, 0.9389005190396675),
        (0.5, 8.0, 0.9256360201854196),
        (3.0, 4.0, 0.9703638361193),
        (3.0, 8.0, 0.92138562790),
        (10.0, 8.0, 0.94511257551),
    ],
)
def test_frequentist_coverage_by_enumeration(b, s, coverage):
    n = np.arange(80)
    limits = np.array([upper_limit(int(k), Counting(b)) for k in n])
    assert poisson(n, s + b) @ (limits >= s) == pytest.approx(coverage, rel=1e-9)
    assert min(poisson(n, t + b) @ (limits >= t) for t in np.linspace(0, 12, 200)) >= 0.9


@pytest.mark.parametrize("b", [0.5, 3.0, 10.0])
def test_coverage_averaged_over_the_nuisances(b):
    """Here the true background and efficiency are drawn from the same distributions that the limit assumes, s is fixed."""
    window, n = Counting(b, 0.22, 1.0, 0.15), np.arange(120)
    limits = np.array([upper_limit(int(k), window) for k in n])
    z = np.linspace(-6, 6, 49)
    w = np.exp(-z * z / 2) / np.exp(-z * z / 2).sum()
    beta, epsilon = b * np.exp(z * log1p(0.22)), np.exp(z * log1p(0.15))
    for s in (0.5, 2.0, 4.0, 8.0, 15.0):
        pmf = np.einsum("i,j,ijn->n", w, w, poisson(n, (s * epsilon[:, None] + beta)[..., None]))
        assert pmf @ (limits >= s) >= 0.9


# ---- refusals


@pytest.mark.parametrize("n", [-1, nan, inf, 2.5])
def test_a_count_that_is_none(n):
    with pytest.raises(BadValue, match="not a count"):
        upper_limit(n, Counting(1.0))


@pytest.mark.parametrize("level", [0.0, 1.0, -0.1, 90.0, nan])
def test_a_level_that_is_none(level):
    for ask in (
        lambda: upper_limit(1, Counting(1.0), level),
        lambda: expected(Counting(1.0), level),
        lambda: interval(Counting(1.0), level),
    ):
        with pytest.raises(BadValue, match="level"):
            ask()


@pytest.mark.parametrize("bad", [-0.1, nan, inf])
@pytest.mark.parametrize("field", ["background", "background_relative", "efficiency_relative", "efficiency"])
def test_a_window_with_a_number_that_is_none(field, bad):
    with pytest.raises(BadValue, match=r"background|efficiency"):
        Counting(**({"background": 1.0} | {field: bad}))


def test_more_refusals():
    with pytest.raises(BadValue, match="above zero"):
        Counting(1.0, efficiency=0.0)
    with pytest.raises(UnknownName, match="did you mean 'gaussian'"):
        Counting(1.0, response="gausian")
    with pytest.raises(BadValue, match="not the sum"):
        Counting(3.0, generated=(Source(2.0, 1.0, 1.0),))
    with pytest.raises(BadValue, match="differ in length"):
        from_sources([1.0], [1.0, 2.0], [1.0])
    with pytest.raises(BadValue, match="variance without a count"):
        Source(0.0, 1.0, 1.0)
    with pytest.raises(BadValue, match="unit weight"):
        Source(0.0, 0.0, -1.0)
    with pytest.raises(BadValue, match="excluded by the background"):
        upper_limit(0, Counting(1e4))
    with pytest.raises(BadValue, match="s_max"):
        upper_limit(5000, Counting(10.0, 0.1, 1.0, 0.1, response="gaussian"))
    with pytest.raises(BadValue, match="s_max"):
        upper_limit(0, Counting(10.0, 0.1, 1.0, 0.1, response="gaussian"), s_max=inf)
    with pytest.raises(BadValue, match="s_max"):
        upper_limit(0, Counting(10.0, 0.1, 1.0, 0.1, response="gaussian"), s_max=4.0)
