"""Two muons beside an X that decays to an electron and a muon: e+ e- -> mu+ mu- X, X -> e- mu+ or e+ mu-.

Three muons and an electron, all of them seen, so that their mass is that of the beams. X is a peak in the mass of the electron with one of
two muons of the other charge. Nothing of the Standard Model has the same particles and no neutrinos; four muons of which one is called an
electron look like it. What all searches of this kind share stands in _four_leptons.
"""

from darkrecoil.analyses._four_leptons import MASS, Kind, four_leptons
from darkrecoil.analyses._four_tracks import electron, muon
from darkrecoil.analyses._words import FOUR_MUONS
from darkrecoil.constants import GeV
from darkrecoil.selection import count, mass

ANALYSIS = four_leptons(
    "Two muons beside an electron and a muon",
    "e+ e- -> mu+ mu- X",
    "X -> e- mu+",
    kind=Kind(
        (
            ("three muons",  count(muon).equals(3)),
            ("one electron", count(electron).equals(1)),
            ("all is seen",  mass(electron, muon).between(9.5 * GeV, 11.0 * GeV)),
        ),
        backgrounds=(FOUR_MUONS,),
        cuts={},
        missing=(
            "no e+ e- -> mu+ mu- tau+ tau-: neutrinos carry energy off, and none of 560 fb^-1 is left",
            "no e+ e- -> e+ e- mu+ mu-: no electron of this card is called a muon",
        ),
        leptons=4,
        notes="both charges of X's decay are looked for; an electron keeps what it has when it is measured",
    ),
    observable=MASS,
    couplings=("g_mumu", "g_emu"),
    masses=(0.12 * GeV, 8.0 * GeV),
)  # fmt: skip
