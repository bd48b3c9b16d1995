"""Feldman-Cousins: the three rules, sets, nuisances, properties. Other codes' numbers: test_statistics_reference."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkrecoil._errors import BadValue, UnknownName
from darkrecoil.statistics import exact, nodes
from darkrecoil.statistics.counting import Counting, from_sources
from darkrecoil.statistics.feldman_cousins import feldman_cousins, unified
from darkrecoil.statistics.nodes import Nodes
from darkrecoil.statistics.window import Options, interval

fixed = settings(derandomize=True, deadline=None, max_examples=25)


def known(background, signal=1.0):
    return Nodes(np.full((1, 1), signal), np.full((1, 1), float(background)), np.ones((1, 1)))


def one(n, made, level=0.9, rule="raw"):
    return feldman_cousins(np.array([[n]]), made, level, rule)[0][0]


@pytest.mark.parametrize(
    ("n", "b", "raw", "published"),
    [
        (0, 2, 1.080503, 1.26),
        (0, 3, 0.953027, 1.08),
        (0, 4, 0.852245, 1.01),
        (1, 5, 1.19688, 1.22),
        (0, 10, 0.74797, None),
        (4, 10, 1.350441, None),
        (9, 15, 2.096112, None),
    ],
)
def test_monotone_in_the_background(n, b, raw, published):
    """Where the ordering alone makes the limit grow with the background; rounds to the published number (Phys. Rev. D 57 (1998) 3873,
    table IV)."""
    assert one(n, known(b))[-1][1] == pytest.approx(raw, abs=1.2e-5)
    found = one(n, known(b), rule="monotone")[0][1]
    assert raw < found
    if published is not None:
        assert found == pytest.approx(published, abs=0.005)
    for more in (0.1, 0.5, 0.9, 1.3):
        assert one(n, known(b + more))[-1][1] <= found + 1e-6


def test_a_limit_can_shrink_when_systematics_grow():
    """The trap: an average of two acceptance steps lies below the higher one. Bayes grows."""
    bare, vague = (interval(Counting(3.0, d), observed=0, options=Options("fc", fc_rule="raw")).observed for d in (0.0, 0.2))
    assert bare == pytest.approx(0.953027, abs=1e-5)
    assert vague == pytest.approx(0.909, abs=0.02)
    assert vague < bare
    assert interval(Counting(3.0, 0.2), observed=3).observed > interval(Counting(3.0), observed=3).observed


def test_a_disconnected_set_is_a_set_and_its_limit_the_supremum():
    window = Counting(5.0, 0.22, 1.0, 0.146, response="gaussian")
    raw, hull = (interval(window, observed=0, options=Options("fc", fc_rule=rule)) for rule in ("raw", "hull"))
    assert len(raw.intervals) == 2
    assert raw.intervals[0][1] < raw.intervals[1][0]
    assert raw.observed == raw.intervals[-1][1] == hull.observed
    assert hull.intervals == ((0.0, raw.observed),)
    assert any("disconnected" in line for line in raw.assumptions)


def test_the_limit_scales_with_the_efficiency():
    low, high = (one(4, nodes.of_counting(Counting(3.0, 0.2, e, 0.1)))[-1][1] for e in (0.05, 1.0))
    assert low == pytest.approx(20 * high, rel=1e-6)


def test_counts_of_one_hypothesis_together_or_apart():
    made = nodes.of_counting(Counting(3.0, 0.2, 1.0, 0.1))
    together = unified(np.array([[0, 3, 9]]), made, 0.9)[0]
    for n, some in zip((0, 3, 9), together, strict=True):
        assert some[-1][1] == pytest.approx(one(n, made)[-1][1], abs=1e-6)


def test_generated_sources_widen():
    lost = interval(from_sources([3.0, 0.0], [0.0, 0.0], [0.3, 2.0]), observed=6, options=Options("fc", fc_rule="hull"))
    assert lost.observed < interval(Counting(3.0), observed=6, options=Options("fc", fc_rule="hull")).observed
    assert lost.expected[4] > interval(Counting(3.0), options=Options("fc", fc_rule="hull")).expected[4]


@fixed
@given(n=st.integers(0, 12), b=st.floats(0.1, 8.0), d=st.floats(0.0, 0.4))
def test_the_upper_limit_grows_with_the_count(n, b, d):
    made = nodes.of_counting(Counting(b, d, 1.0, d / 2))
    sets = unified(np.array([[n, n + 1]]), made, 0.9)[0]
    assert sets[0][-1][1] <= sets[1][-1][1] + 1e-6
    assert sets[0][0][0] <= sets[1][0][0] + 1e-6


@fixed
@given(s=st.floats(0.0, 10.0), b=st.floats(0.1, 8.0))
def test_known_background_is_never_undercovered(s, b):
    made, n = known(b), np.arange(45)
    sets = unified(n[None], made, 0.9)[0]
    q = exact.probabilities(made, np.zeros(1, np.int64), np.array([s]), 45)[0]
    assert sum(q[k] for k in n if any(low <= s + 1e-6 and s - 1e-6 <= high for low, high in sets[k])) > 0.9 - 1e-6


WINDOWS = [  # window, count, limits by the rule "monotone" that direct sums at every s and background gave: observed, expected
    (Counting(3.0, 0.2, 1.0, 0.15), 0, (1.1142860, 1.1142860, 1.7963820, 4.3036346, 7.2199383, 10.1201797)),
    (Counting(10.0, 0.2, 1.0, 0.15), 2, (1.2463746, 1.8308455, 3.6775936, 7.1480771, 12.0328433, 17.3389942)),
    (Counting(0.5, 0.3, 0.2, 0.1), 0, (9.8294255, 9.8294255, 9.8294255, 9.8294255, 19.0178126, 26.7087370)),
    (Counting(18.0, 0.1, 1.0, 0.3, response="gaussian"), 5, (1.2641949, 1.9277194, 3.6960711, 9.5847574, 17.0870640, 24.8841183)),
    (
        from_sources([5.0, 0.0], [10.0, 0.0], [2.0, 0.7], 0.1, 1.0, 0.1),
        1,
        (1.7447775, 1.7447775, 3.4274974, 8.0395652, 14.0702036, 23.5016316),
    ),
    (Counting(28.0, 0.25, 1.0, 0.05), 20, (6.4048649, 3.1915726, 6.4048649, 14.2255779, 24.1333961, 36.2533891)),
]


@pytest.mark.parametrize(("window", "n", "limits"), WINDOWS)
def test_interpolated_belts_are_the_direct_ones(window, n, limits):
    found = interval(window, observed=n, options=Options("fc", calculator="exact"))
    assert (found.observed, *found.expected) == pytest.approx(limits, rel=1e-6)


@pytest.mark.parametrize("window", [w for w, _, _ in WINDOWS])
@pytest.mark.parametrize("level", [0.9, 0.99])
def test_edges_are_edges_by_direct_sums(window, level):
    """On either side of an end a count is accepted and not: probabilities summed over the nodes there, their maxima on a fine grid of s."""
    made = nodes.of_counting(window)
    counts = np.array([[0, 4, 11]])
    s = np.linspace(0, 12, 4001) ** 2 / window.efficiency
    q = exact.probabilities(made, np.zeros(len(s), np.int64), s, 120)
    top = q.max(axis=0)
    for n, pieces in zip(counts[0], unified(counts, made, level)[0], strict=True):
        for edge in {x for piece in pieces for x in piece} - {0.0}:
            near = edge + np.array([-2e-4, 2e-4]) / window.efficiency
            p = exact.probabilities(made, np.zeros(2, np.int64), near, 120)
            ratio = p / top
            before = np.where(ratio > ratio[:, n : n + 1], p, 0.0).sum(axis=1) < level
            assert before[0] != before[1]


def test_refusals():
    with pytest.raises(UnknownName, match="did you mean 'raw'"):
        Options("fc", fc_rule="rau")
    with pytest.raises(UnknownName, match="rule"):
        feldman_cousins(np.array([[0]]), known(1), 0.9, "loose")
    with pytest.raises(BadValue, match="too many events"):
        interval(Counting(500.0), observed=500, options=Options("fc", calculator="exact"))
