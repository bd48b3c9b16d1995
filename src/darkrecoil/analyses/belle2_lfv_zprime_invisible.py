"""An electron, a muon and missing energy: e+ e- -> e+ mu- X and e- mu+ X, X -> invisible, in the 2018 data of Belle II.

The kinematic cuts are those of the search with two muons (belle2_zprime_invisible); the electron is told by the calorimeter, which
triggers on it, too. The publication gives limits on efficiency x cross-section against the recoil mass, without a model [1]; a model that
gives the final state is a Z' with an off-diagonal coupling g_emu, radiated where a lepton turns into the other [3]. Against it stand
e+ e- -> tau+ tau- with an electron and a muon, or a pion that looks like a muon in the calorimeter, and what one lepton is taken for the
other in.

Facts of the table of systematics, the luminosity and the two corrections: [2]. The values of the cuts are recalled, not read in a
publication: [recall].
"""

from darkrecoil.analyses._two_leptons import IN_BARREL, LIKE_A_MUON
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
    recoil_mass_squared,
    recoil_theta,
    transverse_opening,
)

LIKE_AN_ELECTRON = (ecl_energy > 1.5 * GeV, e_over_p.between(0.75, 1.25))  # [recall]

track = objects("track")
candidate = objects("track", *IN_BARREL)
electron = objects("track", *IN_BARREL, *LIKE_AN_ELECTRON, hypothesis="electron")
muon = objects("track", *IN_BARREL, *LIKE_A_MUON, hypothesis="muon")
cluster = objects("cluster")
cluster_at_recoil = objects("cluster", angle_to_recoil(electron, muon) < 15 * deg)
pi0 = pairs(cluster, pair_mass.between(0.120 * GeV, 0.145 * GeV))  # the window of the basf2 list pi0:eff40 [recall]

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
        ("two tracks",                  count(track).equals(2)),
        ("opposite, in the barrel",     count(candidate).equals(2), charge(candidate).equals(0)),
        ("an electron and a muon",      count(electron).equals(1), count(muon).equals(1)),
        ("transverse opening",          transverse_opening(electron, muon).between(90 * deg, 172 * deg)),
        ("recoil in the barrel",        recoil_theta(electron, muon).between(33 * deg, 128 * deg)),
        ("no photon at the recoil",     count(cluster_at_recoil).equals(0)),
        ("little extra energy",         extra_energy(cluster) < 0.4 * GeV),
        ("no pi0",                      count(pi0).equals(0)),
    ),
    observable=recoil_mass_squared(electron, muon),
    window=2.0,
    benchmark=("lfv_zprime", {"g_emu": 1.0}),
    backgrounds=("e+ e- -> tau+ tau-", "e+ e- -> mu+ mu- gamma"),
    # The other lepton of the beams goes on along them: only one event in a hundred has its electron in the detector.
    toward={"e+ e- -> e+ mu- X": ("theta(e+) > 30 deg", "theta(e+) < 130 deg", "theta(mu-) > 30 deg", "theta(mu-) < 130 deg")},
    datasets=(
        Dataset(
            name="2018",
            luminosity=0.276,
            detector="belle2",
            preset="2018",
            # Relative, (signal, background) [2]. The first four act on the signal, the background carries 22 (+) 2 % only.
            systematics={
                "trigger":                           (0.01,  0.0),
                "tracking":                          (0.04,  0.0),
                "particle identification":           (0.04,  0.0),
                "luminosity":                        (0.015, 0.0),
                "tau suppression":                   (0.0,   0.22),
                "background before tau suppression": (0.0,   0.02),
            },
            corrections={"hie plateau": 0.96, "data/MC": 0.90},  # on signal and background [2]
            notes="276 pb^-1 of 2018",
        ),
    ),
    binning=(-4.0 * GeV**2, 112.0 * GeV**2, 116),  # of this package; 112 GeV^2 is the kinematic end
    masses=(0.0 * GeV, 9.0 * GeV),  # as with two muons
    missing=("no beam background",),
    notes="muons are told by the calorimeter alone; electrons by E/p, and no photon that they radiate is added to them",
)  # fmt: skip
