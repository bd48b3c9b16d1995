"""Modes of tau decays drawn more often, with weights that make up for it: nothing but the scatter changes."""

import numpy as np
import pytest

from darkrecoil._errors import BadValue, UnknownName
from darkrecoil.cli import run
from darkrecoil.generate.api import sample
from darkrecoil.generate.decays import tables, tau
from darkrecoil.generate.decays.branching import FRACTIONS, MODES
from darkrecoil.generate.decays.preference import NATURE, OFTEN, WORDS, Preference, split

TAUS = "e+ e- -> tau+ tau-"
ASKED = "tau -> mu, pi, K"


@pytest.mark.parametrize("modes", [("mu",), ("mu", "pi", "K"), ("other",), ("e", "a1")])
def test_weights_times_shares_are_the_branching_fractions(modes):
    drawn, weights = Preference(modes).shares()
    assert drawn.sum() == pytest.approx(1.0)
    assert drawn * weights == pytest.approx(FRACTIONS)
    assert drawn[[i for word in modes for i in WORDS[word]]].sum() == pytest.approx(OFTEN)


def test_every_mode_has_a_word():
    assert sorted(i for some in WORDS.values() for i in some) == list(range(len(MODES)))


@pytest.mark.parametrize("preference", [NATURE, Preference(("e", "mu", "pi", "rho", "a1"))], ids=["none", "most"])
def test_modes_that_are_frequent_anyway_stay_as_they_are(preference):
    """All but ``other`` and kaons make 0.82 of the decays."""
    assert np.array_equal(preference.shares()[0], FRACTIONS)
    assert np.array_equal(tables.tables(preference), tables.tables())


def test_the_table_holds_the_modes_drawn():
    table = tables.tables(Preference(("mu",)))
    u = (np.arange(20_000) + 0.5) / 20_000
    modes = np.array([tau.mode_of(x, table) for x in u])
    assert np.mean(modes == tau.MU_NU) == pytest.approx(OFTEN, abs=1e-3)


@pytest.fixture(scope="module")
def samples():
    """Weighted pairs at 10.58 GeV, as nature has them and toward muons, pions and kaons."""
    made = [sample(TAUS, 60_000, weighted=True, toward=toward, store=False)[1].particles for toward in ((), (ASKED,))]
    return [(some, some.weight / some.attempts) for some in made]


def energy(some, code):
    """Energies (n,) of the first final particle of this code, 0 where there is none."""
    there = (np.abs(some.pid) == code) & (some.status == 1)
    return np.where(there.any(axis=1), some.momentum[np.arange(len(some)), there.argmax(axis=1), 0], 0.0)


@pytest.mark.parametrize("code", [11, 13, 211, 22])
def test_rates_and_spectra_are_those_of_nature(samples, code):
    moments = []
    for some, weight in samples:
        e = energy(some, code)
        terms = np.stack([weight * (e > 0), weight * e, weight * (e > 3)])
        moments.append((terms.sum(axis=1), (terms**2).sum(axis=1)))
    (one, v), (two, w) = moments
    assert np.all(np.abs(one - two) < 4.5 * np.sqrt(v + w))


def test_spins_stay_correlated(samples):
    """Pions of opposite taus prefer one fast and one slow: <x y> of their energies is the same, and not that of two alone."""
    found = []
    for some, weight in samples:
        pions = [((some.pid == code) & (some.status == 1)).sum(axis=1) for code in (211, -211)]
        alone = (pions[0] == 1) & (pions[1] == 1) & (((some.pid == 22) & (some.status == 1)).sum(axis=1) == 0)
        plus, minus = (some.momentum[alone, (some.pid[alone] == code).argmax(axis=1), 0] for code in (211, -211))
        w = weight[alone]
        x, y = (e - np.average(e, weights=w) for e in (plus, minus))
        found.append((np.average(x * y, weights=w), np.std(x * y) / np.sqrt(len(w))))
    assert found[1][0] == pytest.approx(found[0][0], abs=4 * np.hypot(found[0][1], found[1][1]))
    assert abs(found[1][0]) > 5 * found[1][1]


def test_of_the_same_attempts_more_is_left_where_it_matters(samples):
    left = []
    for some, weight in samples:
        both = ((np.abs(some.pid) == 13) & (some.status == 1)).sum(axis=1) == 2
        left.append(weight[both].sum() ** 2 / (weight[both] ** 2).sum() / some.attempts)
    assert left[1] > 5 * left[0]


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("tau -> mu, muon", UnknownName, "no tau decay of this name: muon"),
        ("tau -> ", BadValue, "write it as 'tau -> mu, pi'"),
    ],
)
def test_an_unknown_mode_is_refused(text, error, message):
    with pytest.raises(error, match=message):
        split([text])


def test_a_process_without_taus_is_refused(tmp_path, capsys):
    arguments = ["generate", "e+ e- -> mu+ mu- gamma", "-n", "10", "-o", str(tmp_path / "x.parquet"), "--weighted", "--toward", ASKED]
    assert run(arguments) == 3
    assert "there is no tau to decay more often: e+ e- -> mu+ mu- gamma" in capsys.readouterr().err


def test_texts_that_are_cuts_stay_cuts():
    assert split(["theta(tau-) > 1", ASKED]) == (Preference(("mu", "pi", "K")), ("theta(tau-) > 1",))
