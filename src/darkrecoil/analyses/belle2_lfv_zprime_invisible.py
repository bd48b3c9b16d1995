"""An electron, a muon and missing energy: e+ e- -> e+ mu- X and e- mu+ X, X -> invisible, in the 2018 data of Belle II.

The kinematic cuts, and those against taus, are the ones of the search with two muons (belle2_zprime_invisible); the electron is told by the
calorimeter, which triggers on it, too. The publication gives limits on efficiency x cross-section against the recoil mass, without a
model [1]; a model that gives the final state is a Z' with an off-diagonal coupling g_emu, radiated where a lepton turns into the
other [3]. Against it stand tau pairs with an electron and a muon, or a pion that looks like a muon in the calorimeter; pairs of one
lepton, one of which is taken for the other; and e+ e- -> e+ e- mu+ mu- with an electron and a muon down the pipe.

Facts of the data: [2]. The values of the cuts are recalled, not read in a publication.
"""

from darkrecoil.analyses._belle2_2018 import ELECTRON_AND_MUON
from darkrecoil.analyses._tau_suppression import tau_suppression
from darkrecoil.analyses._two_leptons import OPPOSITE, an_electron_and_a_muon, electron, generated, muon, nothing_else, topology
from darkrecoil.analyses._words import FOUR, MUONS, RECOIL, REVERSED, TAUS
from darkrecoil.constants import GeV
from darkrecoil.selection import Analysis, recoil_mass_squared


def seen(electron: str, muon: str) -> tuple[str, ...]:
    """The cuts on a true electron and muon inside which they are generated."""
    return generated(electron, muon, more=(f"energy({electron}) > 1.4", f"pt({muon}) > 0.14"))


ANALYSIS = Analysis(
    title="An electron, a muon and missing energy",
    experiment="belle2",
    status="simulation only",
    signal="e+ e- -> e+ mu- X",
    level=0.90,
    references=(
        "[1] Belle II, arXiv:1912.11276",
        "[2] Belle II dark-sector talk, 2019: Table I and the captions of the search with an electron and a muon",
        "[3] I. Galon, A. Kwa, P. Tanedo, arXiv:1610.08060",
    ),
    triggers=("hie",),  # more than 1 GeV in the calorimeter, not vetoed as Bhabha
    selection=(
        *OPPOSITE,
        an_electron_and_a_muon(electron),
        *topology(electron, muon),
        *nothing_else(electron, muon),
    ),
    suppression=tau_suppression(electron, muon, search="belle2_zprime_invisible"),
    observable=recoil_mass_squared(electron, muon),
    window=2.0,
    benchmark=("lfv_zprime", {"g_emu": 1.0}),
    backgrounds=(TAUS, MUONS, FOUR, REVERSED),
    cuts={FOUR: seen("e-", "mu+"), REVERSED: seen("e+", "mu-"), MUONS: generated("mu+", "mu-")},
    # The other lepton of the beams goes on along them: one signal event in a hundred has its electron in the detector.
    toward={"e+ e- -> e+ mu- X": ("theta(e+) > 30 deg", "theta(e+) < 130 deg", "theta(mu-) > 30 deg", "theta(mu-) < 130 deg"),
            FOUR: ("theta(e+) > 150 deg",), REVERSED: ("theta(e-) < 25 deg",), TAUS: ("tau -> e, mu, pi, K",)},
    datasets=(ELECTRON_AND_MUON,),
    binning=RECOIL,
    masses=(0.0 * GeV, 9.0 * GeV),  # as with two muons
    missing=("beam background", "e+ e- -> e+ e- gamma: the response has no electron that leaves the energy of a muon, none in 8e4 pairs"),
    notes="muons are told by the calorimeter alone; electrons by E/p, and no photon that they radiate is added to them",
)  # fmt: skip
