"""Shapes of peaks and backgrounds: each density integrates to what its own integral says, and limits join."""

import itertools

import numpy as np
import pytest
from scipy import integrate
from scipy.stats import norm

from darkrecoil._errors import BadValue
from darkrecoil.statistics import designs, shapes
from darkrecoil.statistics.shapes import CrystalBall, DoubleGaussian, Exponential, Polynomial, Template, Templates

TRIANGLE = Template([-2.0, 0.0, 3.0], [0.0, 1.0, 0.0])
PEAKS = [DoubleGaussian(), DoubleGaussian(0.7, 3.0), CrystalBall(1.5, 3.0), CrystalBall(-0.8, 1.5), TRIANGLE]


@pytest.mark.parametrize("shape", PEAKS)
def test_the_integral_is_that_of_the_density(shape):
    ends = np.array([-40.0, -3.0, -1.5, -0.8, 0.1, 0.8, 2.5, 30.0])
    for low, high in itertools.pairwise(ends):
        expected = integrate.quad(lambda t: float(shape.density(np.array([t]))[0]), low, high, limit=200, points=[-2, 0, 3])[0]
        assert np.diff(shape.below(np.array([low, high])))[0] == pytest.approx(expected, abs=1e-9)
    assert shape.below(np.array([-1e12, 1e12])) == pytest.approx([0.0, 1.0], abs=2e-6)  # a tail of power 1.5 is long


def test_a_double_gaussian_has_its_width():
    t = np.linspace(-60, 60, 200_001)
    assert np.sqrt(np.trapezoid(t * t * DoubleGaussian(0.6, 4.0).density(t), t)) == pytest.approx(1.0, abs=1e-9)


def test_a_crystal_ball_whose_tail_begins_far_out_is_a_gaussian():
    t = np.linspace(-4, 4, 81)
    assert CrystalBall(6.0, 3.0).density(t) == pytest.approx(norm.pdf(t), rel=1e-6)
    assert CrystalBall(-1.2, 4.0).density(-t) == pytest.approx(CrystalBall(1.2, 4.0).density(t))


@pytest.mark.parametrize("order", range(6))
def test_integrals_of_chebyshev_polynomials(order):
    u = np.array([-1.0, -0.3, 0.4, 1.0])
    for k in range(order + 1):
        expected = [integrate.quad(lambda x, k=k: np.cos(k * np.arccos(x)), a, b)[0] for a, b in itertools.pairwise(u)]
        assert np.diff(shapes.chebyshev_integral(u, order)[k]) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("background", [Polynomial(3), Exponential(2), Templates((TRIANGLE, Template([-9, 9], [1.0, 1.0])))])
def test_bins_and_events_see_one_model(background):
    """Narrow bins: a bin's mean is the density times its length, and the totals agree."""
    edges = np.linspace(-5, 5, 4001)
    x = (edges[1:] + edges[:-1]) / 2
    theta = np.array([40.0, 300.0, -80.0, 20.0, 5.0])[: 1 + len(shapes.names(background))]
    if isinstance(background, Exponential):
        theta = np.array([40.0, 3.0, -0.8, 0.2])
    events = designs.unbinned(x, 0.5, 1.0, CrystalBall(1.5, 3.0), background, -5.0, 5.0)
    counts = designs.binned(edges, 0.5, 1.0, CrystalBall(1.5, 3.0), background)
    assert counts.rates(theta) == pytest.approx(events.rates(theta)[: len(x)] * np.diff(edges), rel=1e-4, abs=1e-7)
    assert counts.totals == pytest.approx(events.totals, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: DoubleGaussian(0.0, 2.0), "core's fraction"),
        (lambda: DoubleGaussian(0.5, 0.5), "ratio"),
        (lambda: CrystalBall(0.0, 3.0), "alpha"),
        (lambda: CrystalBall(1.0, 1.0), "diverges"),
        (lambda: Template([0.0], [1.0]), "two points"),
        (lambda: Template([0.0, 0.0], [1.0, 1.0]), "do not increase"),
        (lambda: Template([0.0, 1.0], [1.0, -1.0]), "no density"),
        (lambda: Polynomial(9), "0 to 8"),
        (lambda: Exponential(-1), "0 to 8"),
        (lambda: Templates(()), "one or more"),
    ],
)
def test_refusals(make, says):
    with pytest.raises(BadValue, match=says):
        make()
