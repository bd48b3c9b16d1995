"""Objects of searches that see four tracks, some of them those of taus. Values of the cuts: assumptions."""

from darkrecoil.analyses._words import SEEN
from darkrecoil.constants import GeV
from darkrecoil.selection import objects, pair_charge, pair_mass, pairs, particle_id

track = objects("track", SEEN, hypothesis="pion")
electron = objects("track", SEEN, particle_id("electron"), hypothesis="electron")
muon = objects("track", SEEN, particle_id("muon"), hypothesis="muon")
near = pairs(track, pair_mass < 1.7 * GeV)  # three tracks of one tau are three such pairs
converted = pairs(objects("track", hypothesis="electron"), pair_charge.equals(0), pair_mass < 0.15 * GeV)
