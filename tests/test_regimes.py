"""The map of regimes: limits by hand, the cards' geometry, the figure, the verb."""

import json

import numpy as np
import pytest
from matplotlib.figure import Figure

from darkrecoil import models, plots
from darkrecoil._errors import BadValue
from darkrecoil.cli import run
from darkrecoil.cli.regimes import logarithmic, mapped
from darkrecoil.constants import HBARC
from darkrecoil.detector import card
from darkrecoil.models import _regimes as regimes

ALP = models.find("alp")
BELLE2 = card.load("belle2")
MASS, COUPLING = np.geomspace(0.01, 5.0, 12), np.geomspace(1e-8, 1e-1, 9)


@pytest.fixture(scope="module")
def made():
    return regimes.regimes(ALP, BELLE2, MASS, COUPLING)


def test_the_shares_are_probabilities(made):
    total = sum(made.shares.values())
    assert list(made.shares) == ["resolved", "merged", "displaced", "invisible"]
    assert total == pytest.approx(np.ones_like(total), abs=1e-12)
    assert all(np.all((share >= -1e-12) & (share <= 1 + 1e-12)) for share in made.shares.values())


def test_the_corners_are_what_they_must_be(made):
    assert made.shares["merged"][-1, 0] > 0.99  # 10 MeV, 0.1/GeV
    assert made.shares["resolved"][-1, -1] > 0.99
    assert made.shares["invisible"][0, 0] > 0.999


def test_long_lived_decays_are_seen_as_the_way_over_the_length(made):
    """1 - invisible = <1 - exp(-d/L)> -> <d/L> far from the detector: the way out, 3.2 to 5.4 m, over the mean decay length."""
    seen = 1 - made.shares["invisible"][0, 0]
    length = regimes.mean_length(ALP, BELLE2, MASS[0], COUPLING[0])
    assert 300 < seen * length < 550


def test_shares_move_with_the_coupling_squared_and_more_is_earlier(made):
    assert np.all(np.diff(made.shares["invisible"], axis=0) <= 1e-12)
    prompt = made.shares["resolved"] + made.shares["merged"]
    assert np.all(np.diff(prompt, axis=0) >= -1e-12)
    assert prompt[1, 0] / prompt[0, 0] == pytest.approx((COUPLING[1] / COUPLING[0]) ** 2, rel=1e-4)


def test_the_lines_have_their_decay_length(made):
    for name, centimetres in (("0.1 m", 10.0), ("3 m", 300.0)):
        for m, g in zip(*made.lines[name], strict=True):
            width = models.total_width(ALP, m, g)
            root = regimes.sqrt_s(BELLE2.beams)
            energy = regimes.total(BELLE2.beams)[0] / root * (root + m * m / root) / 2
            assert HBARC / width * np.sqrt(energy**2 - m**2) / m == pytest.approx(centimetres, rel=1e-9)


def test_half_of_the_pairs_merge_near_the_card_s_distances():
    """The least opening angle is 2 m/E; at the barrel, 125 cm, half-way between one and two clusters is 8.7 cm: about 2 m r/E = d."""
    fine = regimes.regimes(ALP, BELLE2, np.geomspace(0.05, 0.3, 30), np.array([1e-2, 1e-1]))
    assert fine.merging == pytest.approx(0.114, rel=0.03)
    assert 0.5 * 8.7 / 125 * 5.5 / 2 < fine.merging < 8.7 / 125 * 5.5 / 2
    wide = card.change(BELLE2, {"merging.scale": 2.0})
    assert regimes.regimes(ALP, wide, np.geomspace(0.05, 0.5, 30), np.array([1e-2, 1e-1])).merging > 1.6 * fine.merging
    assert regimes.regimes(ALP, card.change(BELLE2, {"merging.scale": 0.0}), MASS, COUPLING).shares["merged"].max() < 1e-12


def test_a_boost_there_and_back():
    p = np.array([[2.0, 3.0], [0.3, 0.0], [0.0, 1.0], [1.0, -0.4]])
    moved = regimes.boosted(p, np.array([5.0, 1.0, 2.0, -1.0]))
    assert (moved[0] ** 2 - (moved[1:] ** 2).sum(axis=0)) == pytest.approx(p[0] ** 2 - (p[1:] ** 2).sum(axis=0))
    assert regimes.boosted(moved, np.array([5.0, -1.0, -2.0, 1.0])) == pytest.approx(p)
    assert regimes.sqrt_s(BELLE2.beams) == pytest.approx(card.sqrt_s(BELLE2.beams), rel=1e-6)


@pytest.mark.parametrize("name", ["babar", "bes3"])
def test_other_detectors_have_their_own_map(name):
    other = card.load(name)
    edge = regimes.sqrt_s(other.beams) * 0.9
    found = regimes.regimes(ALP, other, np.geomspace(0.01, edge, 5), COUPLING)
    assert np.isfinite(sum(found.shares.values())).all()
    assert found.detector == other.title


def test_the_figure_names_the_regimes(made):
    figure = plots.regimes(made)
    assert isinstance(figure, Figure)
    shown = {text.get_text() for axes in figure.axes for text in axes.texts}
    assert {"resolved", "merged", "displaced", "invisible", "0.1 m", "3 m"} <= shown


def test_the_verb_writes_a_figure_and_json(tmp_path, capsys):
    order = ["regimes", "alp", "--masses", "0.01:5:6", "--couplings", "1e-8:1e-1:5", "--plot", str(tmp_path / "map.png"), "--json"]
    assert run(order) == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found["shares"]["merged"]) == len(found["couplings"]) == 5
    assert found["detector"] == "Belle II"
    assert (tmp_path / "map.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("order", "says"),
    [
        (("dark_photon", "belle2", "1:2:3", "1e-3,1e-2"), "dark_photon has no vertex of two photons"),
        (("alp", "belle2", "1:2:3", "1e-3"), "not an ascending grid of two or more positive numbers: 1e-3"),
        (("alp", "belle2", "2:1:3", "1e-3,1e-2"), "not a grid: 2:1:3; allowed: 0 < low < high"),
        (("alp", "belle2", "1:2:x", "1e-3,1e-2"), "not a grid: 1:2:x; write low:high:number"),
        (("alp", "belle2", "1:20:3", "1e-3,1e-2"), "the mass of a is out of range: 20 GeV"),
    ],
)
def test_refusals(order, says):
    with pytest.raises(BadValue, match=says.replace("(", r"\(")):
        mapped(*order)


def test_a_grid_is_what_was_typed():
    assert logarithmic("1:100:3").tolist() == pytest.approx([1, 10, 100])
    assert logarithmic("1,2,5").tolist() == [1, 2, 5]
