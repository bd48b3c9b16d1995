"""The figure of the spectrum behind a limit: its command, labels, sources, and what its observable is called."""

from pathlib import Path

import numpy as np
import pytest
import typer

from darkrecoil import analyses, plots
from darkrecoil.chain.stream import named
from darkrecoil.cli import _spectrum
from darkrecoil.cli._app import application
from darkrecoil.cli._command import typed
from darkrecoil.limits.spectra import merged
from darkrecoil.plots import _text
from darkrecoil.records import Spectrum
from darkrecoil.selection import mass, objects

ROOT = Path(__file__).parents[1]
FOUR, REVERSED, TAUS = "e+ e- -> e+ e- mu+ mu-", "e+ e- -> e- e+ mu- mu+", "e+ e- -> tau+ tau-"


def spectrum(observable="recoil_mass_squared"):
    values = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    return Spectrum(observable, np.array([0.0, 1.0, 2.0]), (FOUR, TAUS, REVERSED), values, values**2, np.array([3.0, 1.0, 4.0]))


def test_parts_of_one_process_are_one_source():
    """Their events are independent: variances add up, and so do the squares of what one event stands for."""
    found = merged(spectrum())
    assert found.sources == (FOUR, TAUS)
    np.testing.assert_allclose(found.values, [[6.0, 8.0], [3.0, 4.0]])
    np.testing.assert_allclose(found.variances, [[26.0, 40.0], [9.0, 16.0]])
    np.testing.assert_allclose(found.unit, [5.0, 1.0])


@pytest.mark.parametrize(
    ("search", "name"),
    [
        ("belle2_zprime_invisible", "recoil_mass_squared"),
        ("belle2_four_muon", "pair_masses_squared"),
        ("belle2_mumu_tautau", "pair_recoils_squared"),
        ("belle2_lfv_four_lepton", "masses_squared_across"),
        ("belle2_lfv_four_lepton_emu_etau", "recoils_squared_across"),
    ],
)
def test_an_observable_is_called_what_it_is(search, name):
    assert named(analyses.find(search).observable) == name
    assert _text.observable(name)[1] == "GeV$^2/c^4$"


def test_the_mass_of_what_is_seen_is_no_recoil():
    assert not named(mass(objects("track", hypothesis="pion"))).startswith("recoil")


def test_every_candidate_of_an_event_is_drawn_and_said():
    assert plots.recoil_spectrum(spectrum(), 1.0).axes[0].get_ylabel().startswith("Events")
    assert plots.recoil_spectrum(spectrum("pair_masses_squared"), 1.0).axes[0].get_ylabel().startswith("Candidates")


@pytest.mark.parametrize(
    ("search", "model", "label"),
    [
        ("belle2_zprime_invisible", "lmu_ltau", "Z', 3 GeV"),
        ("belle2_zprime_invisible", "none", "X, 3 GeV"),
        ("belle2_zprime_invisible", str(ROOT / "docs" / "models" / "axial_leptons.py"), "Z', 3 GeV"),
        ("belle2_lepton_pair_lfv", "lepton_contact", "signal"),
    ],
)
def test_a_signal_has_the_name_of_its_particle(search, model, label):
    assert _spectrum.labelled(analyses.find(search), model, 3.0) == label


def test_at_most_three_signals_are_drawn():
    assert _spectrum.spread([1.0, 2.0]) == [1.0, 2.0]
    assert _spectrum.spread([0.5, 1.0, 2.0, 3.0, 8.0]) == [0.5, 2.0, 8.0]


def test_a_figure_says_the_command_that_was_typed():
    """All that moves a number is said, defaults and places of files are not."""
    command = typer.main.get_command(application()).commands["limit"]
    words = ["belle2_zprime_invisible", "lmu_ltau", "--param", "g=1", "--param", "h=2", "--masses", "1,2", "--no-spread", "--level", "0.95"]
    context = command.make_context(
        "limit", [*words, "--data", "/far/away/seen.parquet", "--overlay", "one", "--spectrum", "a.png", "--seed", "2", "--quiet"]
    )
    said = typed(context)
    assert said.startswith("darkrecoil limit belle2_zprime_invisible lmu_ltau --")
    options = ["--masses 1,2", "--level 0.95", "--data seen.parquet", "--no-spread", "--param g=1", "--param h=2", "--overlay one"]
    assert sorted(said.split(" --")[1:]) == sorted(option.removeprefix("--") for option in options)
