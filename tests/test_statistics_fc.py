"""Feldman-Cousins: the three rules, sets, nuisances, properties. Other codes' numbers: test_statistics_reference."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkrecoil._errors import BadValue, UnknownName
from darkrecoil.statistics import exact, nodes
from darkrecoil.statistics.counting import Counting, from_sources
from darkrecoil.statistics.nodes import Nodes
from darkrecoil.statistics.window import Options, interval

fixed = settings(derandomize=True, deadline=None, max_examples=25)


def known(background, signal=1.0):
    return Nodes(np.full((1, 1), signal), np.full((1, 1), float(background)), np.ones((1, 1)))


def one(n, made, level=0.9, rule="raw"):
    return exact.feldman_cousins(np.array([[n]]), made, level, rule)[0][0]


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
    together = exact.unified(np.array([[0, 3, 9]]), made, 0.9)[0]
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
    sets = exact.unified(np.array([[n, n + 1]]), made, 0.9)[0]
    assert sets[0][-1][1] <= sets[1][-1][1] + 1e-6
    assert sets[0][0][0] <= sets[1][0][0] + 1e-6


@fixed
@given(s=st.floats(0.0, 10.0), b=st.floats(0.1, 8.0))
def test_known_background_is_never_undercovered(s, b):
    made, n = known(b), np.arange(45)
    sets = exact.unified(n[None], made, 0.9)[0]
    q = exact.probabilities(made, np.zeros(1, np.int64), np.array([s]), 45)[0]
    assert sum(q[k] for k in n if any(low <= s + 1e-6 and s - 1e-6 <= high for low, high in sets[k])) > 0.9 - 1e-6


def test_refusals():
    with pytest.raises(UnknownName, match="did you mean 'raw'"):
        Options("fc", fc_rule="rau")
    with pytest.raises(UnknownName, match="rule"):
        exact.feldman_cousins(np.array([[0]]), known(1), 0.9, "loose")
    with pytest.raises(BadValue, match="too many events"):
        interval(Counting(500.0), observed=500, options=Options("fc", calculator="exact"))
