"""Four muons: e+ e- -> mu+ mu- Z', Z' -> mu+ mu-, in 178 fb^-1 of Belle II.

The Z' is radiated off a muon and is a peak in the mass squared of one of the four pairs of opposite charge. All four tracks are seen,
so that their mass is that of the beams. Against it stands e+ e- -> mu+ mu- mu+ mu- of the Standard Model, which has the same final
state; the published search [1] tells the two apart with a network trained on the angles and momenta of the pair and its recoil, which
is not applied here.

The luminosity, the range of masses and the level: [1], abstract. The values of the cuts are recalled, not read in a publication:
[recall]. The uncertainties are assumptions, of the order of those of other searches of the experiment.
"""

from darkrecoil.analyses import _belle2_2019_20 as belle2
from darkrecoil.analyses._words import FOUR_MUONS, SEEN, cluster, track
from darkrecoil.constants import GeV
from darkrecoil.selection import (
    Analysis,
    charge,
    count,
    extra_energy,
    mass,
    objects,
    pair_charge,
    pair_masses_squared,
    pairs,
    particle_id,
)

muon = objects("track", SEEN, hypothesis="muon")  # every track is taken for a muon: three of them are identified
identified = objects("track", SEEN, particle_id("muon"), hypothesis="muon")

ANALYSIS = Analysis(
    title="A pair of muons in four-muon events",
    experiment="belle2",
    status="simulation only",
    signal="e+ e- -> mu+ mu- X",
    decays=("X -> mu+ mu-",),
    level=0.90,
    references=("[1] Belle II, Phys. Rev. D 109 (2024) 112015, arXiv:2403.02841",),
    triggers=("fff",),  # three tracks
    selection=(
        ("four tracks",      count(track).equals(4), count(muon).equals(4), charge(muon).equals(0)),
        ("three muons",      count(identified) >= 3),
        ("all is seen",      mass(muon).between(10.0 * GeV, 11.0 * GeV)),
        ("little else",      extra_energy(cluster) < 0.4 * GeV),
    ),
    observable=pair_masses_squared(pairs(muon, pair_charge.equals(0))),
    window=2.0,
    backgrounds=(FOUR_MUONS,),  # of e+ e- -> mu+ mu- tau+ tau- one event is left in 9900 fb^-1: neutrinos carry energy off
    datasets=(
        belle2.simulated(
            4, 3, name="2019-21", luminosity=belle2.FOUR_MUONS,
            others={"rate of the background": (0.0, 0.05)},  # assumed: tree level with radiation by structure functions
        ),
    ),
    benchmark=("lmu_ltau", {}),
    binning=(0.0 * GeV**2, 100.0 * GeV**2, 200),  # of this package
    masses=(0.2114 * GeV, 9.0 * GeV),  # published from 0.212 GeV [1]
    missing=(
        "no photons off the muons that the Z' decays to",
        "no e+ e- -> mu+ mu- pi+ pi-, no J/psi: neither is vetoed",
        "no e+ e- -> e+ e- mu+ mu-: no electron of this card is called a muon, so that it cannot have three",
        "no network: cuts only",
    ),
    notes="each of the four pairs of an event is a candidate; an event counts once in a window",
)  # fmt: skip
