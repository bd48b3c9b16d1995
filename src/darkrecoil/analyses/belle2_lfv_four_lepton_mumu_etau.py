"""Two muons beside an X that decays to an electron and a tau: e+ e- -> mu+ mu- X, X -> e- tau+ or e+ tau-.

Two muons, an electron, and the track of a tau that decays to neither. X is a peak in the recoil of the muons. Against it stands
e+ e- mu+ mu- with one electron that is called none and energy that electrons radiate; mu mu tau tau has more neutrinos. What it
shares with others stands in _two_muons_and_x and _four_leptons.
"""

from darkrecoil.analyses._four_leptons import NO_TAUS, TO_A_TAU, Kind, four_leptons
from darkrecoil.analyses._four_tracks import electron, muon
from darkrecoil.analyses._two_muons_and_x import BESIDE, BOTH, beside_a_tau
from darkrecoil.analyses._words import BOTH_SEEN, FOUR, MUONS_AND_TAUS
from darkrecoil.constants import GeV
from darkrecoil.selection import charge, count

# Wider than SEEN, and than the 0.7 GeV from where on a muon is identified: less than half of the events are generated.
MARGINS = ("theta({}) > 16 deg", "theta({}) < 151 deg", "momentum({}) > 0.65 GeV")
IDENTIFIED = tuple(text.format(one) for one in ("mu-", "mu+") for text in MARGINS)

ANALYSIS = four_leptons(
    "Two muons beside an electron and a tau",
    "e+ e- -> mu+ mu- X",
    "X -> e- tau+",
    kind=Kind(
        (
            ("two muons",    count(muon).equals(2), charge(muon).equals(0)),
            ("one electron", count(electron).equals(1)),
            *beside_a_tau(electron, muon),
        ),
        backgrounds=(FOUR, MUONS_AND_TAUS),
        cuts={FOUR: (*BOTH_SEEN, *IDENTIFIED)},
        missing=("no four muons: one event is left of 2200 fb^-1", NO_TAUS),
        notes=BOTH,
    ),
    observable=BESIDE,
    couplings=("g_mumu", "g_etau"),
    masses=(TO_A_TAU, 8.0 * GeV),
)  # fmt: skip
