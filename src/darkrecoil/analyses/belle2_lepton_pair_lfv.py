"""An electron and a muon and nothing else: e+ e- -> e mu, both charge states, by a contact interaction that violates lepton flavour.

The two leptons carry the energy of the beams: nothing recoils, the recoil mass peaks at zero. Against it stand e+ e- -> mu+ mu-
with a muon that is called an electron, at the rate of the card's identification matrix, Bhabha events with an electron that is called a
muon, of which the card has none, and tau pairs whose neutrinos carry off next to nothing. Who is called what is not correlated with the
calorimeter in this simulation: E/p is not asked, since it would take all of the muons away that the matrix calls electrons.

There is no publication of this search; it is a projection to the data of 2019-20. Values of the cuts and of the systematics: assumptions.
"""

from darkrecoil.constants import GeV, deg
from darkrecoil.selection import Analysis, Dataset, charge, count, extra_energy, mass, objects, particle_id, pt, recoil_mass_squared, theta

IN_BARREL = (theta.between(37 * deg, 120 * deg), pt > 0.15 * GeV)  # those of the searches with two leptons and missing energy [recall]

track = objects("track")
electron = objects("track", *IN_BARREL, particle_id("electron"), hypothesis="electron")
muon = objects("track", *IN_BARREL, particle_id("muon"), hypothesis="muon")
cluster = objects("cluster")

ANALYSIS = Analysis(
    title="An electron and a muon of all the energy",
    experiment="belle2",
    status="projection",
    signal="e+ e- -> e- mu+",
    level=0.90,
    references=(
        "[1] P. M. Ferreira, R. B. Guedes, R. Santos, Phys. Rev. D 75 (2007) 055015, arXiv:hep-ph/0611222: the contact operators",
        "[2] BaBar, Phys. Rev. D 75 (2007) 031103, arXiv:hep-ex/0607044: the same with a tau, 211 fb^-1",
    ),
    triggers=("ffo", "hie"),  # two tracks that open by more than 90 degrees, or 1 GeV in the calorimeter
    selection=(
        ("two tracks",            count(track).equals(2)),
        ("electron and muon",     count(electron).equals(1), count(muon).equals(1), charge(electron, muon).equals(0)),
        ("all the energy",        mass(electron, muon).between(10.2 * GeV, 11.0 * GeV)),
        ("little else",           extra_energy(cluster) < 0.4 * GeV),
    ),
    observable=recoil_mass_squared(electron, muon),
    window=2.0,
    backgrounds=("e+ e- -> mu+ mu- gamma", "e+ e- -> tau+ tau-"),
    filters={"e+ e- -> tau+ tau-": ("count(e, energy_cms > 4) == 1", "count(mu, energy_cms > 4) == 1")},  # 10.2 GeV take 4.9 each
    datasets=(
        Dataset(
            name="2019-20",
            luminosity=79.7,
            detector="belle2",
            preset="2019-2022",
            # Relative, (signal, background): assumptions but for the trigger of e mu, 1 % [talk of the Z' searches, 2019: Table I].
            systematics={
                "trigger":                 (0.01, 0.01),
                "tracking":                (0.02, 0.02),
                "particle identification": (0.04, 0.20),  # the background is who is called what by mistake
                "luminosity":              (0.01, 0.01),
            },
            corrections={"hie plateau": 0.96},
            notes="79.7 fb^-1",
        ),
    ),
    binning=(-0.2 * GeV**2, 0.2 * GeV**2, 80),
    masses=(0.0 * GeV, 1e-9 * GeV),  # of the recoil: nothing
    missing=(
        "no Bhabha events: no electron of this card is called a muon",
        "no correlation of identity and calorimeter",
    ),
)  # fmt: skip
