"""Two muons and missing energy: e+ e- -> mu+ mu- Z', Z' -> invisible, in the 2018 data of Belle II.

The Z' is radiated off a muon and is a peak in the mass squared that recoils against the pair [1]. The
recoil must point into the barrel of the calorimeter, where a photon would have been seen. Against it stand
e+ e- -> mu+ mu- gamma with the photons lost and e+ e- -> tau+ tau- with muons, or pions that look like muons in the
calorimeter: the muon likelihood is not asked, and a pion without an interaction passes.

Facts of the table of systematics, the luminosity and the two corrections: [2]. The values of the cuts
are recalled, not read in a publication: [recall]. The published search also suppresses tau pairs with the
transverse momentum of the pair and the components of the recoil transverse to each lepton, optimised
mass by mass; that is not applied here.
"""

from darkrecoil.constants import GeV, deg
from darkrecoil.selection import (
    Analysis,
    Dataset,
    angle_to_recoil,
    charge,
    count,
    e_over_p,
    ecl_energy,
    extra_energy,
    objects,
    pair_mass,
    pairs,
    pt,
    recoil_mass_squared,
    recoil_theta,
    theta,
    transverse_opening,
)

# All values [recall]. The search also asks |dr| < 0.5 cm and |dz| < 2 cm; see the notes.
IN_BARREL = (theta.between(37 * deg, 120 * deg), pt > 0.15 * GeV)
LIKE_A_MUON = (ecl_energy.between(0.15 * GeV, 0.4 * GeV), e_over_p < 0.4)

track = objects("track")
candidate = objects("track", *IN_BARREL, hypothesis="muon")
muon = objects("track", *IN_BARREL, *LIKE_A_MUON, hypothesis="muon")
cluster = objects("cluster")
cluster_at_recoil = objects("cluster", angle_to_recoil(muon) < 15 * deg)
pi0 = pairs(cluster, pair_mass.between(0.120 * GeV, 0.145 * GeV))  # the window of the basf2 list pi0:eff40 [recall]

ANALYSIS = Analysis(
    title="Two muons and missing energy",
    experiment="belle2",
    status="simulation only",
    signal="e+ e- -> mu+ mu- X",
    level=0.90,
    references=(
        "[1] Belle II, arXiv:1912.11276",
        "[2] Belle II dark-sector talk, 2019: Table I and the captions of the Z' search",
    ),
    triggers=("ffo",),  # two tracks that open by more than 90 degrees in the transverse plane, not vetoed as Bhabha
    selection=(
        ("two tracks",                  count(track).equals(2)),
        ("opposite, in the barrel",     count(candidate).equals(2), charge(candidate).equals(0)),
        ("two muons",                   count(muon).equals(2)),
        ("transverse opening",          transverse_opening(muon).between(90 * deg, 172 * deg)),
        ("recoil in the barrel",        recoil_theta(muon).between(33 * deg, 128 * deg)),
        ("no photon at the recoil",     count(cluster_at_recoil).equals(0)),
        ("little extra energy",         extra_energy(cluster) < 0.4 * GeV),
        ("no pi0",                      count(pi0).equals(0)),
    ),
    observable=recoil_mass_squared(muon),
    window=2.0,
    benchmark=("lmu_ltau", {}),
    backgrounds=("e+ e- -> mu+ mu- gamma", "e+ e- -> tau+ tau-"),
    datasets=(
        Dataset(
            name="2018",
            luminosity=0.276,
            detector="belle2",
            preset="2018",
            # Relative, (signal, background) [2]. The first four act on the signal, the background carries 22 (+) 2 % only.
            systematics={
                "trigger":                           (0.05,  0.0),
                "tracking":                          (0.04,  0.0),
                "particle identification":           (0.04,  0.0),
                "luminosity":                        (0.015, 0.0),
                "tau suppression":                   (0.0,   0.22),  # as published, though this table does not suppress taus
                "background before tau suppression": (0.0,   0.02),
                "dimuon yield":                      (0.125, 0.0),
            },
            # On signal and background [2]. Whether a quoted efficiency already holds them has to be said beside it.
            corrections={"ffo plateau": 0.79, "data/MC": 0.65},
            notes="276 pb^-1 of 2018",
        ),
    ),
    binning=(-4.0 * GeV**2, 112.0 * GeV**2, 116),  # of this package; 112 GeV^2 is the kinematic end
    masses=(0.0 * GeV, 9.0 * GeV),  # published up to 6 GeV [1]; the peak's width in full simulation is known up to 9 GeV
    missing=(
        "no e+ e- -> e+ e- mu+ mu-",
        "no beam background",
        "no tau suppression",
    ),
    notes=(
        "|dr| < 0.5 cm and |dz| < 2 cm are not asked: every track of this simulation comes from the interaction point; "
        "muons are told by the calorimeter alone, so that two thirds of the tau background have a pion and rest on hadron_deposit"
    ),
)  # fmt: skip
