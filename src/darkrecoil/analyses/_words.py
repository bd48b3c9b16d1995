"""What every search of the folder may say: where tracks are taken, the rows of a table, backgrounds by name, the recoil's bins."""

from darkrecoil.constants import GeV, deg
from darkrecoil.selection import Node, objects, pt, theta

Row = tuple[str, *tuple[Node, ...]]

IN_BARREL = (theta.between(37 * deg, 120 * deg), pt > 0.15 * GeV)  # recalled: searches with two leptons
SEEN = theta.between(17 * deg, 150 * deg)  # the acceptance of the drift chamber

track = objects("track")
cluster = objects("cluster")

TAUS = "e+ e- -> tau+ tau-"
MUONS = "e+ e- -> mu+ mu- gamma"
FOUR = "e+ e- -> e+ e- mu+ mu-"
REVERSED = "e+ e- -> e- e+ mu- mu+"  # the same by the other charges of the pair that is seen
FOUR_MUONS = "e+ e- -> mu+ mu- mu+ mu-"
MUONS_AND_TAUS = "e+ e- -> mu+ mu- tau+ tau-"
ELECTRONS_AND_TAUS = "e+ e- -> e+ e- tau+ tau-"
BOTH_SEEN = tuple(f"theta({e}) {end}" for e in ("e-", "e+") for end in ("> 16 deg", "< 151 deg"))  # two electrons, SEEN and a degree more

EITHER = ("ffo", "hie")  # two tracks that open by more than 90 degrees, or 1 GeV in the calorimeter
RECOIL = (-4.0 * GeV**2, 112.0 * GeV**2, 116)  # bins of this package; 112 GeV^2 is the kinematic end
NOTHING = (0.0 * GeV, 1e-9 * GeV)  # the range of masses where there is no new particle
