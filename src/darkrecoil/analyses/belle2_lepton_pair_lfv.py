"""An electron and a muon and nothing else: e+ e- -> e mu, both charge states, by a contact interaction that violates lepton flavour.

The two leptons carry the energy of the beams: nothing recoils, the recoil mass peaks at zero. Against it stand e+ e- -> mu+ mu-
with a muon that is called an electron, at the rate of the card's identification matrix, Bhabha events with an electron that is called a
muon, of which the card has none, and tau pairs whose neutrinos carry off next to nothing. Who is called what is not correlated with the
calorimeter in this simulation: E/p is not asked, since it would take all of the muons away that the matrix calls electrons.

There is no publication of this search; it is a projection to the data of 2019-20. Values of the cuts and of the systematics: assumptions.
"""

from darkrecoil.analyses._belle2_2019_20 import HIE, simulated
from darkrecoil.analyses._lepton_and_tau_pair import references
from darkrecoil.analyses._words import EITHER, IN_BARREL, MUONS, NOTHING, TAUS, cluster, track
from darkrecoil.constants import GeV
from darkrecoil.selection import Analysis, charge, count, extra_energy, mass, objects, particle_id, recoil_mass_squared

electron = objects("track", *IN_BARREL, particle_id("electron"), hypothesis="electron")
muon = objects("track", *IN_BARREL, particle_id("muon"), hypothesis="muon")

ANALYSIS = Analysis(
    title="An electron and a muon of all the energy",
    experiment="belle2",
    status="projection",
    signal="e+ e- -> e- mu+",
    level=0.90,
    references=references("the same with a tau"),
    triggers=EITHER,
    selection=(
        ("two tracks",            count(track).equals(2)),
        ("electron and muon",     count(electron).equals(1), count(muon).equals(1), charge(electron, muon).equals(0)),
        ("all the energy",        mass(electron, muon).between(10.2 * GeV, 11.0 * GeV)),
        ("little else",           extra_energy(cluster) < 0.4 * GeV),
    ),
    observable=recoil_mass_squared(electron, muon),
    window=2.0,
    backgrounds=(MUONS, TAUS),
    filters={TAUS: ("count(e, energy_cms > 4) == 1", "count(mu, energy_cms > 4) == 1")},  # 10.2 GeV take 4.9 each
    datasets=(simulated(2, 2, HIE, misidentified=0.20),),  # the background is who is called what by mistake
    binning=(-0.2 * GeV**2, 0.2 * GeV**2, 80),
    masses=NOTHING,
    missing=(
        "no Bhabha events: no electron of this card is called a muon",
        "no correlation of identity and calorimeter",
    ),
)  # fmt: skip
