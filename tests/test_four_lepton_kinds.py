"""The searches for X beside two muons, and those with an electron and a muon of one charge: tables and observables by hand."""

import numpy as np
import pytest
from test_four_lepton_taus import MASS, PREFIX, events, lost_at, study
from test_selection_quantities import BEAMS, cluster, four, polar

from darkrecoil import analyses
from darkrecoil.analyses._words import MUONS_AND_TAUS
from darkrecoil.chain import stream
from darkrecoil.constants import M_E, M_MU, M_PI
from darkrecoil.kinematics.frames import beam_momenta
from darkrecoil.selection import values

SEEN = (("mu", -1.0, 4.0, 40, 10), ("mu", 1.0, 3.0, 100, 190), ("e", 1.0, 3.0, 45, 130), ("mu", -1.0, 2.0, 70, -60))  # all of the beams
BESIDE = (("mu", -1.0, 3.0, 50, 10), ("mu", 1.0, 2.0, 100, -110))
WITH_A_TAU = (*BESIDE, ("e", -1.0, 3.625, 70, 130), ("pi", 1.0, 0.8, 90, 260))  # what recoils against the leptons has the mass of a tau
TWO_TAUS = (("mu", -1.0, 3.0, 50, 10), ("pi", 1.0, 2.0, 100, -110), ("e", -1.0, 2.2, 70, 130), ("pi", 1.0, 1.2, 60, 235))


def with_track(tracks, index, **new):
    """Those tracks, with one replaced: name, charge, p, theta or phi."""
    one = {**dict(zip(("name", "charge", "p", "theta", "phi"), tracks[index], strict=True)), **new}
    return (*tracks[:index], tuple(one.values()), *tracks[index + 1 :])


def conjugate(tracks):
    """The same tracks with all charges exchanged."""
    return tuple((name, -charge, *rest) for name, charge, *rest in tracks)


THREE_MUONS = with_track(WITH_A_TAU, 2, name="mu")
SIGNALS = {"mumu_emu": SEEN, "mumu_mutau": THREE_MUONS, "mumu_etau": WITH_A_TAU, "etau_mutau": TWO_TAUS, "mutau_etau": TWO_TAUS}
PHOTON = (cluster(1.5, 60, -60),)


@pytest.mark.parametrize("name", SIGNALS)
def test_both_charge_states_are_selected(name):
    assert lost_at(PREFIX + name, SIGNALS[name]) == lost_at(PREFIX + name, conjugate(SIGNALS[name])) == "selected"


@pytest.mark.parametrize(
    ("search", "expected", "tracks"),
    [
        ("mumu_emu", "four tracks", with_track(SEEN, 3, charge=1.0)),
        ("mumu_emu", "three muons", with_track(SEEN, 3, name="pi")),
        ("mumu_emu", "one electron", with_track(SEEN, 2, name="pi")),
        ("mumu_emu", "all is seen", with_track(SEEN, 3, p=0.8)),
        ("mumu_mutau", "three muons", WITH_A_TAU),
        ("mumu_mutau", "three muons", with_track(THREE_MUONS, 3, name="mu")),
        ("mumu_mutau", "no converted photon", with_track(THREE_MUONS, 3, theta=70, phi=131)),
        ("mumu_mutau", "energy is missing", with_track(THREE_MUONS, 3, p=2.0)),
        ("mumu_mutau", "the rest is a tau", with_track(THREE_MUONS, 2, p=3.3)),  # as of two taus
        ("mumu_mutau", "the rest is a tau", with_track(THREE_MUONS, 2, p=4.0)),  # as of a muon
        ("mumu_etau", "two muons", THREE_MUONS),
        ("mumu_etau", "two muons", with_track(with_track(WITH_A_TAU, 1, charge=-1.0), 2, charge=1.0)),
        ("mumu_etau", "one electron", with_track(WITH_A_TAU, 2, name="pi")),
        ("mumu_etau", "one electron", with_track(WITH_A_TAU, 3, name="e")),
        ("mumu_etau", "the rest is a tau", with_track(WITH_A_TAU, 2, p=3.3)),
        ("etau_mutau", "one of each", with_track(TWO_TAUS, 0, name="pi")),
        ("etau_mutau", "one of each", with_track(TWO_TAUS, 1, name="mu")),
        ("etau_mutau", "one of each", with_track(TWO_TAUS, 1, name="e")),
        ("etau_mutau", "one of each", with_track(with_track(TWO_TAUS, 0, charge=1.0), 1, charge=-1.0)),  # opposite charges: tau pairs
        ("etau_mutau", "no tau to three", with_track(with_track(TWO_TAUS, 1, p=0.5, theta=50, phi=190), 2, p=0.5, theta=100, phi=200)),
        ("etau_mutau", "more than a photon", with_track(TWO_TAUS, 2, p=3.2)),
        ("etau_mutau", "not along the beams", with_track(TWO_TAUS, 0, theta=90)),
        ("etau_mutau", "none is slow", with_track(TWO_TAUS, 3, p=0.6)),
    ],
)
def test_an_event_is_lost_where_the_table_says(search, expected, tracks):
    assert lost_at(PREFIX + search, tracks) == expected


@pytest.mark.parametrize("name", ["mumu_mutau", "mumu_etau"])
def test_a_photon_beside_the_tracks(name):
    assert lost_at(PREFIX + name, SIGNALS[name], PHOTON) == "little else"


def squared(p):
    e, x, y, z = p
    return e * e - x * x - y * y - z * z


@pytest.mark.parametrize(
    ("name", "pairs", "masses"),
    [
        ("mumu_emu", ((2, 0), (2, 3)), (M_E, M_MU)),
        ("mumu_mutau", ((1, 0), (1, 2)), (M_MU, M_MU)),
        ("mumu_etau", ((1, 0),), (M_MU, M_MU)),
        ("etau_mutau", ((0, 1), (0, 3)), (M_MU, M_PI)),
        ("mutau_etau", ((2, 1), (2, 3)), (M_E, M_PI)),
    ],
)
def test_the_candidates_of_an_event(name, pairs, masses):
    """Each pair of opposite charge that may be X's: its mass, or what recoils against it."""
    observable = analyses.find(PREFIX + name).observable
    found = values(observable, events(*SIGNALS[name]))[0]
    tracks = [[polar(*track[2:])] for track in SIGNALS[name]]
    sums = [np.add(*(four(tracks[i], m) for i, m in zip(pair, masses, strict=True))) for pair in pairs]
    beams = np.add(*beam_momenta(BEAMS.electron, BEAMS.positron, BEAMS.half_crossing, M_E))
    expected = sorted(squared(beams - one if observable.operation == "pair_recoils_squared" else one) for one in sums)
    assert sorted(found[np.isfinite(found)]) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("name", ["mumu_mutau", "mumu_etau"])
def test_two_taus_have_not_the_recoil_of_one(name):
    """Of mu mu tau tau that passes the rows before it less than a percent; of the signal, without radiation, most."""
    made = study(PREFIX + name)
    (taus,) = (one for one in made.backgrounds if one.source == MUONS_AND_TAUS)

    def kept(some):
        rows = {row.name: row.cross_section for row in stream.flow(made.analysis, some).rows}
        return rows["the rest is a tau"] / rows["energy is missing"]

    assert kept(made.signals[MASS]) > 0.8
    assert kept(taus) < 0.01
