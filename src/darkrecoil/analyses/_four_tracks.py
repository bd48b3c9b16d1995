"""Objects of searches that see four tracks, some of them those of taus. Values of the cuts: assumptions."""

from darkrecoil.analyses._words import SEEN, Row
from darkrecoil.constants import GeV, deg
from darkrecoil.selection import objects, pair_charge, pair_mass, pairs, particle_id, recoil_theta

track = objects("track", SEEN, hypothesis="pion")
electron = objects("track", SEEN, particle_id("electron"), hypothesis="electron")
muon = objects("track", SEEN, particle_id("muon"), hypothesis="muon")
near = pairs(track, pair_mass < 1.7 * GeV)  # three tracks of one tau are three such pairs
converted = pairs(objects("track", hypothesis="electron"), pair_charge.equals(0), pair_mass < 0.15 * GeV)
dimuon = pairs(muon, pair_charge.equals(0))

ASIDE: Row = ("not along the beams", recoil_theta(track).between(20 * deg, 150 * deg))  # where photons of the beams are lost
