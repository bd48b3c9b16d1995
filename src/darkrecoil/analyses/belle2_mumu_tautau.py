"""Two muons and two taus: e+ e- -> mu+ mu- X, X -> tau+ tau-, in 62.8 fb^-1 of Belle II.

X is radiated off a muon and is a peak in the mass squared that recoils against the pair of muons; its taus decay to one charged particle
each, so that there are four tracks, and neutrinos carry energy off. Against it stand e+ e- -> mu+ mu- tau+ tau- of the Standard Model,
e+ e- -> e+ e- mu+ mu- and four muons with photons lost, and tau pairs with three charged pions of which some are called leptons. The
published search [1] suppresses these with networks in ranges of the mass, which are not applied here: a third lepton is asked for, at
most one electron, no three tracks as near to each other as those of one tau, and a mass of what is missing.

The luminosity, the range of masses and the level: [1], abstract. Four tracks and their mass: [recall]. How many electrons, what is missing
and what is beside the tracks: within 1.2 % of the best by the Punzi figure of merit on events of the sample "train", which no limit
counts (validation/rows.py). All other values of cuts and all systematics are assumptions.
"""

from darkrecoil.analyses import _belle2_2019_20 as belle2
from darkrecoil.analyses._four_tracks import ASIDE, converted, dimuon, near, track
from darkrecoil.analyses._words import BOTH_SEEN, FOUR, FOUR_MUONS, MUONS_AND_TAUS, SEEN, cluster
from darkrecoil.constants import GeV
from darkrecoil.selection import (
    Analysis,
    charge,
    count,
    extra_energy,
    mass,
    objects,
    pair_recoils_squared,
    particle_id,
    recoil_mass_squared,
)

electron = objects("track", SEEN, particle_id("electron"))
lepton = objects("track", SEEN, particle_id("electron") | particle_id("muon"))

ANALYSIS = Analysis(
    title="A pair of taus beside two muons",
    experiment="belle2",
    status="simulation only",
    signal="e+ e- -> mu+ mu- X",
    decays=("X -> tau+ tau-",),
    level=0.90,
    references=("[1] Belle II, Phys. Rev. Lett. 131 (2023) 121802, arXiv:2306.12294",),
    triggers=("fff", "ffo"),  # three tracks, or two that open by more than 90 degrees
    selection=(
        ("four tracks",          count(objects("track")).equals(4), count(track).equals(4), charge(track).equals(0)),
        ("two muons",            count(dimuon) >= 1),
        ("three leptons",        count(lepton) >= 3),
        ("no converted photon",  count(converted).equals(0)),
        ("no tau to three",      count(near) <= 2),
        ("at most one electron", count(electron) <= 1),
        ("energy is missing",    mass(track) < 9.5 * GeV, recoil_mass_squared(track) > 2.0 * GeV**2),
        ASIDE,
        ("little else",          extra_energy(cluster) < 1.0 * GeV),
    ),
    observable=pair_recoils_squared(dimuon),
    window=2.0,
    backgrounds=(MUONS_AND_TAUS, FOUR_MUONS, FOUR),
    cuts={FOUR: BOTH_SEEN},
    datasets=(belle2.simulated(4, 3, misidentified=0.20, luminosity=belle2.TWO_TAUS),),
    benchmark=("lmu_ltau", {}),
    binning=(0.0 * GeV**2, 110.0 * GeV**2, 110),
    masses=(3.6 * GeV, 8.5 * GeV),  # published up to 10 GeV [1]; above 8.5 GeV the muons are slower than 0.7 GeV, where none is identified
    missing=(
        "no hadrons; e+ e- -> e+ e- mu+ mu- with both electrons in the detector only",
        "no tau pairs: the rows leave none of 4.3 fb^-1 at all masses, and 80 fb without that of the three tracks",
        "no spins of the taus of X",
        "no network: cuts only",
    ),
    notes="each pair of opposite muons is a candidate; an event counts once in a window",
)  # fmt: skip
