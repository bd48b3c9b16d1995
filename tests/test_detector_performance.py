"""The figure of a card: its curves are those of the simulation, and they are drawn with names, units and gaps."""

from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest

from darkrecoil import plots
from darkrecoil.constants import M_MU
from darkrecoil.detector.card import assumptions, load, names
from darkrecoil.detector.performance import performance
from darkrecoil.plots import _style


@pytest.fixture(scope="module", params=[(name, None) for name in names()] + [("belle2", "design")], ids=str)
def drawn(request):
    """A card, its curves and its figure, laid out."""
    card = load(*request.param)
    made = performance(card)
    figure = plots.detector(made, command="darkrecoil show belle2 --plot card.png")
    with _style.style():
        figure.draw_without_rendering()
    return card, made, figure


def test_curves_are_the_formulas_of_the_card():
    made = performance(load("belle2"))
    p, sigma = made.momentum["90 deg"]
    assert sigma == pytest.approx(np.hypot(0.0011 * p, 0.0025 * np.sqrt(1 + (M_MU / p) ** 2)), rel=1e-9)  # cot 90 deg = 0
    p, sigma = made.momentum["30 deg"]
    inverse_beta = np.sqrt(1 + (M_MU / p) ** 2)
    short = (114 / (165.5 * np.tan(np.radians(30)))) ** 2  # squared, the length in full over that up to the chamber's end
    angle = np.hypot(1e-3, 1e-3 / p * inverse_beta / np.sqrt(0.5))
    parts = short * 0.0011 * p / 2, 0.0025 * inverse_beta, angle * np.sqrt(3)  # pT = p/2, cot 30 deg = sqrt 3
    assert sigma == pytest.approx(np.sqrt(sum(part**2 for part in parts)), rel=1e-12)
    energy, sigma = made.energy["barrel"]
    assert np.interp([0.1, 0.5, 1, 3, 5], energy, 100 * sigma) == pytest.approx([3.27, 2.28, 2.04, 1.81, 1.75], abs=0.01)
    at, value = made.efficiency["muon as muon"]
    assert set(value) == {0.0, 0.9}
    assert at[value > 0].min() == pytest.approx(0.7, rel=0.01)
    assert set(made.efficiency["track, against $p_T$"][1]) == {0.8, 0.95, 0.985}
    assert set(made.efficiency["pion as muon"][1]) == {0.0, 0.041}


def test_terms_in_quadrature_reach_the_simulation():
    for name, region, at_1_gev in (("babar", "barrel", np.hypot(2.32, 1.85)), ("bes3", "barrel", 2.5), ("bes3", "forward", 5.0)):
        energy, sigma = performance(load(name)).energy[region]
        # 2.5 and 5 % are rounded; the sum is within 0.8 % of the terms in quadrature
        assert np.interp(1.0, energy, 100 * sigma) == pytest.approx(at_1_gev, rel=0.01)


def test_what_a_card_covers(drawn):
    card, made, figure = drawn
    gaps = [round(b[0] - a[1], 9) for a, b in pairwise(made.acceptance["calorimeter"])]
    expected = {"belle2": [0.8, 2.0], "belle": [0.8, 2.0], "babar": [0.4], "bes3": [6.19, 6.19]}
    assert gaps == pytest.approx(expected[card.name])
    bars = [(patch.get_x(), patch.get_x() + patch.get_width()) for patch in figure.axes[0].patches]
    assert np.array(bars) == pytest.approx(np.array([ends for ranges in made.acceptance.values() for ends in ranges]))
    assert list(made.energy) == (["forward", "barrel"] if card.name == "babar" else ["forward", "barrel", "backward"])


def test_every_curve_is_drawn(drawn):
    card, made, figure = drawn
    for axes, curves, scale in zip(figure.axes[1:], (made.momentum, made.energy, made.efficiency), (100, 100, 1), strict=True):
        lines = {line.get_label(): line for line in axes.lines}
        assert list(lines) == list(curves)
        for name, (x, y) in curves.items():
            np.testing.assert_array_equal(lines[name].get_xdata(), x)
            np.testing.assert_allclose(lines[name].get_ydata(), scale * y)
            assert axes.get_ylim()[1] >= scale * y.max()
        assert [text.get_text() for text in axes.get_legend().get_texts()] == list(curves)
        assert axes.get_xlabel()
        assert axes.get_ylabel()
    said = " ".join(text.get_text() for text in figure.findobj(mpl.text.Text))
    for part in (card.title, "darkrecoil simulation", f"{len(assumptions(card))} numbers of the card", "$ darkrecoil show belle2", "GeV"):
        assert part in said
    assert ("preset design" in said) == (card.preset == "design")


def test_it_can_be_read(drawn):
    figure = drawn[2]
    page, frame = figure.bbox, [text.get_window_extent() for text in figure.texts]
    for axes in figure.axes:
        labels = [axes.xaxis.label, axes.yaxis.label]
        low, high = axes.get_xlim()
        ticks = [t for t in axes.get_xticklabels() if low <= t.get_position()[0] <= high]  # the rest is not drawn
        boxes = [t.get_window_extent() for t in ticks]
        assert not any(one.overlaps(other) for one, other in pairwise(boxes))
        assert len(boxes) >= 2
        minor = [t for t in axes.get_xticklabels(minor=True) if t.get_text()]
        assert not minor
        for text in (*labels, *ticks):
            if text.get_text():
                box = text.get_window_extent()
                assert page.x0 <= box.x0, text.get_text()
                assert box.x1 <= page.x1 + 1, text.get_text()
        assert not any(box.overlaps(axes.bbox) for box in frame)


def test_it_is_written_to_the_byte(tmp_path):
    for name in ("one.png", "two.png"):
        plots.save(plots.detector(performance(load("belle2"))), tmp_path / name)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
