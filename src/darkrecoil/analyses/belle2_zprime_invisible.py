"""Two muons and missing energy: e+ e- -> mu+ mu- Z', Z' -> invisible, in the data of Belle II.

The Z' is radiated off a muon and is a peak in the mass squared that recoils against the pair [1, 3]. The recoil must point into the
barrel of the calorimeter, where a photon would have been seen. Against it stand e+ e- -> mu+ mu- gamma with photons lost, tau pairs with
muons, or pions that look like muons in the calorimeter (the muon likelihood is not asked, and a pion without an interaction
passes), and e+ e- -> e+ e- mu+ mu- with the electrons down the pipe. What is left of the taus is suppressed mass by mass.

Facts of the 2018 data: [2]. The values of the cuts are recalled, not read in a publication.
"""

from darkrecoil.analyses import _belle2_2018, _belle2_2019_20
from darkrecoil.analyses._tau_suppression import tau_suppression
from darkrecoil.analyses._two_leptons import OPPOSITE, electron, generated, muon, nothing_else, one_photon, topology
from darkrecoil.analyses._words import FOUR, MUONS, RECOIL, TAUS, track
from darkrecoil.constants import GeV
from darkrecoil.selection import Analysis, Control, charge, count, recoil_mass_squared

TWO_MUONS = (*OPPOSITE, ("two muons", count(muon).equals(2)))
AN_ELECTRON = (
    ("two tracks", count(track).equals(2)),
    ("an electron and a muon", count(electron).equals(1), count(muon).equals(1), charge(electron, muon).equals(0)),
)

ANALYSIS = Analysis(
    title="Two muons and missing energy",
    experiment="belle2",
    status="simulation only",
    signal="e+ e- -> mu+ mu- X",
    level=0.90,
    references=(
        "[1] Belle II, arXiv:1912.11276",
        "[2] Belle II dark-sector talk, 2019: Table I and the captions of the Z' search",
        "[3] Belle II, arXiv:2212.03066",
    ),
    triggers=("ffo",),  # two tracks that open by more than 90 degrees in the transverse plane, not vetoed as Bhabha
    selection=(*TWO_MUONS, *topology(muon), *nothing_else(muon)),
    suppression=tau_suppression(muon),
    observable=recoil_mass_squared(muon),
    window=2.0,
    benchmark=("lmu_ltau", {}),
    backgrounds=(MUONS, TAUS, FOUR),
    # Electrons that are seen are a third track or energy; a muon's angles and the recoil's direction are measured within these margins.
    cuts={FOUR: generated("mu+", "mu-", each=("pt({}) > 0.14",)), MUONS: generated("mu+", "mu-")},
    toward={FOUR: ("theta(e-) < 25 deg", "theta(e+) > 150 deg"), TAUS: ("tau -> mu, pi, K",)},
    # Before the suppression, where data and simulation are compared: radiative pairs, and pairs of taus by a muon and an electron.
    controls={
        "mu mu gamma": Control((*TWO_MUONS, *topology(muon), *one_photon(muon)), recoil_mass_squared(muon)),
        "e mu": Control((*AN_ELECTRON, *topology(electron, muon), *nothing_else(electron, muon)), recoil_mass_squared(electron, muon)),
        "before tau suppression": Control((*TWO_MUONS, *topology(muon), *nothing_else(muon)), recoil_mass_squared(muon)),
    },
    datasets=(_belle2_2018.TWO_MUONS, _belle2_2019_20.controlled(2, 2, _belle2_2019_20.FFO)),
    binning=RECOIL,
    masses=(0.0 * GeV, 9.0 * GeV),  # published up to 6 GeV [1] and 8 GeV [3]; the peak's width in full simulation is known up to 9 GeV
    missing=("beam background",),
    notes=(
        "|dr| < 0.5 cm and |dz| < 2 cm are not asked; muons are told by the calorimeter alone, so that two thirds of the tau background "
        "have a pion and rest on hadron_deposit; in 2019-20 the published search selects by a network (Punzi figure of merit), "
        "this one by the cuts of 2018 found anew"
    ),
)  # fmt: skip
