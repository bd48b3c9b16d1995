"""Two electrons of one charge and two muons of the other: e+ e- -> e- mu+ X, X -> e- mu+, and its charge conjugate.

X has an off-diagonal coupling to electrons and muons, is radiated where one turns into the other and decays to one of each [1]. Where it
decays to the charges of the leptons beside it nothing of the Standard Model has that final state: it takes two wrong charges of
e+ e- -> e+ e- mu+ mu-, or four muons of which two are called electrons. X is a peak in the mass of one of the four pairs. (The other half
of its decays, e+ mu-, has all of e+ e- -> e+ e- mu+ mu- against it and is not selected; the efficiency is that of both together.)

There is no publication of this search; it is a projection to the data of 2019-20. Values of the cuts and of the systematics: assumptions.
"""

from darkrecoil.analyses._belle2_2019_20 import simulated
from darkrecoil.analyses._four_tracks import electron, muon
from darkrecoil.analyses._words import FOUR_MUONS, track
from darkrecoil.constants import GeV
from darkrecoil.selection import Analysis, charge, count, mass, masses_squared_across

ANALYSIS = Analysis(
    title="Two electrons and two muons of opposite charges",
    experiment="belle2",
    status="projection",
    signal="e+ e- -> e- mu+ X",
    decays=("X -> e- mu+", "X -> e+ mu-"),
    level=0.90,
    references=("[1] I. Galon, A. Kwa, P. Tanedo, JHEP 03 (2017) 064, arXiv:1610.08060",),
    triggers=("fff", "hie"),  # three tracks, or 1 GeV in the calorimeter
    selection=(
        ("four tracks",          count(track).equals(4)),
        ("electrons and muons",  count(electron).equals(2), count(muon).equals(2)),
        ("like charges",         charge(electron, muon).equals(0), ~charge(electron).equals(0)),
        ("all is seen",          mass(electron, muon).between(9.5 * GeV, 11.0 * GeV)),
    ),
    observable=masses_squared_across(electron, muon),
    window=2.0,
    backgrounds=(FOUR_MUONS,),
    # Most electrons of the signal go on along the beams.
    toward={"e+ e- -> e- mu+ X": ("theta(e-) > 17 deg", "theta(e-) < 150 deg")},
    datasets=(simulated(4, 4, misidentified=0.40),),  # the background has two muons that are called electrons
    benchmark=("lfv_zprime", {"g_emu": 1.0, "g_chi": 0.0}),
    binning=(0.0 * GeV**2, 100.0 * GeV**2, 200),
    masses=(0.12 * GeV, 9.0 * GeV),
    missing=(
        "no photons off the leptons that X decays to: by an estimate they take a tenth of the signal out of the peak",
        "no e+ e- -> e+ e- mu+ mu- with two wrong charges: one track in 1e4 of this card has one",
        "no correlation of the identities of two tracks",
    ),
    notes="an electron keeps what it has when it is measured: photons that it radiated are not added",
)  # fmt: skip
