"""The searches for X beside two leptons: the recoil of each pair across two sets, the table on events made by hand, golden points."""

from functools import cache

import golden_tools
import numpy as np
import pytest
from test_selection_quantities import BEAMS, CLUSTER, padded, polar

from darkrecoil import analyses, limits, models
from darkrecoil.chain.stream import nearest
from darkrecoil.generate.radiation import NOT
from darkrecoil.limits import searched
from darkrecoil.limits.curve import curve
from darkrecoil.limits.settings import Settings
from darkrecoil.records import Events
from darkrecoil.selection import objects, particle_id, recoil_mass_squared, recoils_squared_across, tally, text, values

PREFIX = "belle2_lfv_four_lepton_"
SEARCHES = tuple(name for name in analyses.names() if name.startswith(PREFIX))
PEAKS = tuple(name for name in SEARCHES if not analyses.find(name).share)
TRACK = ("px", "py", "pz", "charge", "ecl_energy", "electron_id", "muon_id")
E, MU = objects("track", particle_id("electron"), hypothesis="electron"), objects("track", particle_id("muon"), hypothesis="muon")
MASS = 4.0  # GeV
BESIDE = {"mutau": "mu- tau+", "etau": "e- tau+", "emu": "e- mu+", "mumu": "mu+ mu-"}


def events(*tracks, clusters=()):
    """One event; a track is (particle, charge, p, theta, phi), a particle "e", "mu" or another."""
    rows = [(*polar(*place), charge, 0.2, float(name == "e"), float(name == "mu")) for name, charge, *place in tracks]
    found = {"track": padded([rows], TRACK, 5), "cluster": padded([list(clusters)], CLUSTER, 4)}
    bits = {line: np.ones(1, dtype=bool) for line in ("fff", "hie")}
    return Events(found, bits, np.ones(1), np.zeros(1), 1, BEAMS)


def test_the_recoil_of_each_pair_of_opposite_charge():
    """Of one electron and two muons of the other charge two, of the first pair alone that of both tracks."""
    pair, other = (("e", -1.0, 3.0, 60, 10), ("mu", 1.0, 2.0, 80, 165)), ("mu", 1.0, 0.5, 140, -100)
    every = recoils_squared_across(E, MU)
    alone = values(every, events(*pair))[0]
    assert alone[np.isfinite(alone)] == pytest.approx(values(recoil_mass_squared(E, MU), events(*pair)), rel=1e-12)
    both = values(every, events(*pair, other))[0]
    assert np.isfinite(both).sum() == 2
    assert np.nanmin(np.abs(both - alone[np.isfinite(alone)])) < 1e-9
    assert np.isfinite(values(every, events(*pair, ("mu", -1.0, 0.5, 140, -100)))).sum() == 1
    assert text(every).startswith("recoil mass squared of each of tracks as electrons")


SIGNAL = (("mu", -1.0, 2.5, 60, 10), ("mu", -1.0, 2.0, 100, -110), ("e", 1.0, 2.0, 70, 130), ("pi", 1.0, 0.8, 120, 60))
FAST = (("mu", -1.0, 4.0, 40, 10), ("mu", -1.0, 3.0, 100, 190), ("e", 1.0, 3.0, 45, 130), ("pi", 1.0, 2.0, 70, -60))


def changed(index, **new):
    """The signal's tracks with one replaced: name, charge, p, theta or phi."""
    names = ("name", "charge", "p", "theta", "phi")
    one = {**dict(zip(names, SIGNAL[index], strict=True)), **new}
    return tuple(tuple(one.values()) if i == index else track for i, track in enumerate(SIGNAL))


def lost_at(name, tracks, clusters=()):
    """The row at which an event is lost, or "selected"."""
    names, sums = tally(analyses.find(name), events(*tracks, clusters=clusters))
    return next((row for row, one in zip(names, sums, strict=True) if one[0] == 0), "selected")


@pytest.mark.parametrize(
    ("expected", "tracks"),
    [
        ("selected", SIGNAL),
        ("four tracks", SIGNAL[:3]),
        ("four tracks", changed(3, charge=-1.0)),
        ("four tracks", changed(3, theta=155)),
        ("two alike", changed(0, name="pi")),
        ("two alike", changed(3, name="mu")),  # a third muon: that of mu mu tau tau
        ("two alike", (*changed(1, charge=1.0)[:2], *changed(2, charge=-1.0)[2:])),
        ("one of the others", changed(2, name="pi")),
        ("selected", changed(3, name="e")),
        ("no converted photon", changed(2, p=0.9, theta=60, phi=10.5)),
        ("no tau to three", (*SIGNAL[:2], ("e", 1.0, 0.3, 90, 130), ("pi", 1.0, 0.3, 95, 100))),
        ("energy is missing", FAST),
    ],
)
def test_an_event_is_lost_where_the_table_says(expected, tracks):
    assert lost_at(f"{PREFIX}mutau_emu", tracks) == expected


def test_electrons_and_muons_exchanged():
    other = {"mu": "e", "e": "mu"}
    mirrored = tuple((other.get(name, name), *rest) for name, *rest in SIGNAL)
    assert lost_at(f"{PREFIX}etau_emu", mirrored) == lost_at(f"{PREFIX}etau_etau", mirrored) == "selected"
    assert lost_at(f"{PREFIX}etau_emu", SIGNAL) == "two alike"


@pytest.mark.parametrize("name", SEARCHES)
def test_what_a_search_looks_for_is_its_name(name):
    """mutau_emu: a muon and a tau beside X, an electron and a muon of it, both charge states; with the couplings of both, and no other.

    Of two equal couplings each has half of the decays, but for masses; a diagonal one has a third, since it has one charge state.
    """
    beside, decay = name.removeprefix(PREFIX).split("_")
    search = analyses.find(name)
    model, parameters = search.benchmark
    assert search.signal == f"e+ e- -> {BESIDE[beside]} X"
    assert sorted(one.translate(str.maketrans("", "", "X->+ ")) for one in search.decays) == [decay] * 2
    assert set(parameters) == {f"g_{beside}", f"g_{decay}", "g_chi"}
    found = searched.fraction(search, models.find(model), MASS, 0.1, parameters)
    assert found == pytest.approx(1.0 if beside == decay else 2 / 3 if beside == "mumu" else 0.5, rel=0.2)


@cache
def study(name):
    """A small study without radiation, which has kernels of its own."""
    search = analyses.find(name)
    model, parameters = search.benchmark
    return limits.study(
        search, models.find(model), search.datasets[0], [MASS], parameters=parameters, jobs=2, store=False, radiates=NOT,
        attempts=6 * 8192, signal_attempts=4 * 8192,
    )  # fmt: skip


@pytest.mark.parametrize("name", SEARCHES)
def test_golden_cutflow_and_limit(name):
    made = study(name)
    (point,) = curve(made, Settings(79.7, 0.90, parameters=made.analysis.benchmark[1])).points
    golden_tools.compare(name, golden_tools.facts(point, "window"))


@pytest.mark.parametrize("name", PEAKS)
def test_half_of_the_signal_is_a_peak_at_the_mass_whatever_the_tau_does(name):
    """The core of a peak, between its quartiles, is where the mass is; electrons that radiate make a tail."""
    found, _ = nearest(study(name).peak(MASS), MASS**2)
    low, middle, high = np.quantile(found, (0.25, 0.5, 0.75))
    assert middle == pytest.approx(MASS**2, abs=0.5)
    assert high - low < 2.5
