"""The search for two taus beside two muons: recoil of each pair of muons, taus of a new particle, golden numbers."""

import golden_tools
import numpy as np
import pytest
from test_selection_quantities import events_of, track

from darkrecoil import analyses, models
from darkrecoil._errors import BadValue
from darkrecoil.chain import stream
from darkrecoil.limits import searched
from darkrecoil.selection import mass, objects, pair_charge, pair_recoils_squared, pairs, recoil_mass_squared, values

NAME = "belle2_mumu_tautau"
SEARCH = analyses.find(NAME)
MUON = objects("track", hypothesis="muon")


@pytest.fixture(scope="module")
def made():
    return golden_tools.study_of(NAME)


@pytest.fixture(scope="module")
def point(made):
    return golden_tools.point_of(made)


def test_recoil_of_each_pair():
    """Of two tracks it is the recoil of both; of three, one of each pair of opposite charge."""
    one, two, three = track(3.0, 60, 10, +1.0), track(2.0, 80, 165, -1.0), track(0.5, 140, -100, +1.0)
    events = events_of([[one, two], [one, two, three]])
    found = values(pair_recoils_squared(pairs(MUON, pair_charge.equals(0))), events)
    assert np.isfinite(found).sum(axis=1).tolist() == [1, 2]
    assert found[0][np.isfinite(found[0])] == pytest.approx(values(recoil_mass_squared(MUON), events)[:1], rel=1e-12)
    with pytest.raises(BadValue, match=r"write pairs\(objects"):
        pair_recoils_squared(MUON)
    with pytest.raises(BadValue, match="only count"):
        mass(pairs(MUON))


def test_golden_cutflow_and_limit(point):
    golden_tools.compare(NAME, golden_tools.facts(point))


def test_the_recoil_of_the_true_pair_peaks_at_the_mass(made, point):
    """The width is that of the search for an unseen Z', two muons of like momenta: 0.20 GeV^2 at 6 GeV in full simulation."""
    assert point.resolution == pytest.approx(0.20, rel=0.25)
    assert np.median(stream.nearest(made.peak(6.0), 36.0)[0]) == pytest.approx(36.0, abs=0.05)


def test_most_events_have_one_pair(made):
    assert np.isfinite(made.peak(6.0).values).sum(axis=1).mean() < 2
    assert made.peak(6.0).values.shape[1] <= 4


def test_scalars_and_vectors_are_searched_for_by_their_decay_to_taus():
    for name in ("lmu_ltau", "leptophilic_scalar"):
        model = models.find(name)
        assert searched.fraction(SEARCH, model, 6.0, 0.1, None) == models.branching_fractions(model, 6.0, 0.1)["tau+ tau-"]


def test_electrons_beside_muons_stand_against_it_where_energy_is_missing(made):
    """e e mu mu with both electrons seen: the rows on what is missing leave less of it than of mu mu tau tau."""
    rows = {b.source: {row.name: row.cross_section for row in stream.flow(SEARCH, b).rows} for b in made.backgrounds}
    some, taus = rows["e+ e- -> e+ e- mu+ mu-"], rows["e+ e- -> mu+ mu- tau+ tau-"]
    assert some["three leptons"] > 50 * taus["three leptons"]
    assert some["little else"] < taus["little else"]
