"""What searches for a lepton, a tau and an invisible particle, or for two taus, share: objects, the table, the data.

The tau is seen by its electron or muon, so that the pair is an electron and a muon in all three; its neutrinos take the peak of the recoil
mass away, and tau pairs are what stands against it. There is no publication: projections, with the systematics of the search for an
electron and a muon in 2018 [talk of 2019, Table I] but for those of a suppression of taus, which is not made. All cuts [recall] or assumed.
"""

from darkrecoil.analyses._two_leptons import IN_BARREL, Row, candidate, muon, nothing_else, topology, track
from darkrecoil.constants import GeV
from darkrecoil.selection import Dataset, charge, count, e_over_p, ecl_energy, objects

electron = objects("track", *IN_BARREL, ecl_energy > 0.5 * GeV, e_over_p.between(0.75, 1.25), hypothesis="electron")

TABLE: tuple[Row, ...] = (
    ("two tracks",              count(track).equals(2)),
    ("opposite, in the barrel", count(candidate).equals(2), charge(candidate).equals(0)),
    ("an electron and a muon",  count(electron).equals(1), count(muon).equals(1)),
    *topology(electron, muon),
    *nothing_else(electron, muon),
)  # fmt: skip

LFV = "I. Galon, A. Kwa, P. Tanedo, JHEP 03 (2017) 064, arXiv:1610.08060: the couplings"
LUMINOSITY = "Belle II, arXiv:2212.03066: the luminosity"
TRIGGERS = ("ffo", "hie")  # two tracks that open by more than 90 degrees, or 1 GeV in the calorimeter
BACKGROUNDS = ("e+ e- -> tau+ tau-", "e+ e- -> mu+ mu- gamma")
MISSING = ("e+ e- -> e+ e- mu+ mu- and e+ e- tau+ tau-", "hadrons of the continuum", "no suppression of taus", "beam background")

DATA = Dataset(
    name="2019-20",
    luminosity=79.7,
    detector="belle2",
    preset="2019-2022",
    systematics={
        "trigger":                 (0.01,  0.01),
        "tracking":                (0.04,  0.04),
        "particle identification": (0.04,  0.04),
        "luminosity":              (0.015, 0.015),
    },
    corrections={"plateau": 0.96},
    notes="79.7 fb^-1 with the uncertainties of 276 pb^-1",
)  # fmt: skip
